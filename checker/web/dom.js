// The one way this page makes elements: text is only ever text.

// The single file has no site around it for a link to lead to.
const ALONE = "single" in document.documentElement.dataset;

/**
 * Make an element.
 * @param {string} tag
 * @param {Record<string, unknown>} [properties] `data-`, `aria-` and other hyphenated names, `class`,
 *   `for` and `role` become attributes, everything else is a property of the element
 * @param {...(Node | string | null)} children null is left out
 * @returns {HTMLElement}
 */
export function element(tag, properties = {}, ...children) {
  if (ALONE && String(properties.href).startsWith("../")) return element("span", {}, ...children);
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

/**
 * Put what may be wider than the screen into a box that scrolls, by keyboard too where there is need.
 * @param {HTMLElement} wide
 * @returns {HTMLElement}
 */
export function scroller(wide) {
  const box = element("div", { class: "scroll" }, wide);
  fitting.observe(box);
  return box;
}

const fitting = new ResizeObserver((boxes) => {
  for (const { target } of boxes) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});

/**
 * Make a button.
 * @param {string} text
 * @param {(event: Event) => void} onclick
 * @param {string} [kind] its class
 * @returns {HTMLButtonElement}
 */
export function button(text, onclick, kind = "") {
  return element("button", { type: "button", class: kind, onclick }, text);
}

/**
 * Make a button that unfolds more buttons; choosing one, Escape or going elsewhere folds it again.
 * @param {string} name
 * @param {HTMLButtonElement[]} buttons
 * @returns {HTMLElement}
 */
export function menu(name, buttons) {
  const summary = element("summary", {}, name);
  const made = element("details", { class: "menu" }, summary, element("ul", {}, ...buttons.map((each) => element("li", {}, each))));
  made.onclick = ({ target }) => { if (buttons.includes(target)) made.open = false; };
  made.onkeydown = ({ key }) => {
    if (key !== "Escape" || !made.open) return;
    made.open = false;
    summary.focus();
  };
  made.addEventListener("focusout", ({ relatedTarget }) => {
    if (!made.contains(relatedTarget)) made.open = false;
  });
  return made;
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
