// The one way this page makes elements: text is only ever text.

/**
 * Make an element.
 * @param {string} tag
 * @param {Record<string, unknown>} [properties] `data-`, `aria-` and other hyphenated names, `class`,
 *   `for` and `role` become attributes, everything else is a property of the element
 * @param {...(Node | string | null)} children null is left out
 * @returns {HTMLElement}
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || ["class", "for", "role", "scope"].includes(name)) made.setAttribute(name, String(value));
    else made[name] = value;
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make one of the icons drawn in index.html; it is decoration, the words beside it say the same.
 * @param {string} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("class", "icon");
  picture.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  picture.append(use);
  return picture;
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
