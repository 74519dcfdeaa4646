// What the theme leaves out: buttons that a keyboard reaches, names for what is only a picture, and a
// search that costs nothing until it is used. Runs before the theme's own script.

const search = document.querySelector(".md-search");
const toggles = { drawer: document.getElementById("__drawer"), search: document.getElementById("__search") };

// --- the keyboard ---

const NAMES = { drawer: "打开全站目录", search: "搜索" };

/** The theme's buttons in the header are labels of hidden boxes, which no keyboard reaches. */
for (const [name, box] of Object.entries(toggles)) {
  const label = document.querySelector(`.md-header__button[for="${box.id}"]`);
  const button = document.createElement("button");
  for (const { name: key, value } of label.attributes) button.setAttribute(key, value);
  button.type = "button";
  button.setAttribute("aria-label", NAMES[name]);
  button.setAttribute("aria-expanded", String(box.checked));
  button.append(...label.childNodes);
  button.addEventListener("click", () => box.click());
  box.addEventListener("change", () => button.setAttribute("aria-expanded", String(box.checked)));
  label.replaceWith(button);
}

/** The drawer of narrow screens takes the focus, and gives it back. */
const drawer = document.querySelector(".md-sidebar--primary");
drawer.tabIndex = -1;
toggles.drawer.addEventListener("change", () => {
  if (toggles.drawer.checked) drawer.focus();
});
addEventListener("keydown", ({ key }) => {
  if (key !== "Escape" || !toggles.drawer.checked) return;
  toggles.drawer.click();
  document.querySelector('.md-header__button[for="__drawer"]').focus();
});
for (const back of drawer.querySelectorAll(".md-nav__title:not([for=__drawer], [for=__toc])")) {
  back.tabIndex = 0;
  const name = document.createElement("span");
  name.className = "bk-back";
  name.textContent = "上一级";
  back.querySelector(".md-nav__icon").after(name);
}

/** What unfolds a section that is a page itself is an arrow only. */
for (const label of drawer.querySelectorAll("label.md-nav__link[id]")) {
  if (label.textContent.trim()) continue;
  const name = document.createElement("span");
  name.className = "bk-unseen";
  name.textContent = `${label.parentElement.textContent.trim()}：展开`;
  label.append(name);
}

/** Only who can get into a wide table can scroll it by keyboard. */
const content = document.querySelector(".md-content");
new ResizeObserver(() => {
  for (const box of content.querySelectorAll(".bk-sheet > div, .md-typeset__scrollwrap")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}).observe(content);

search.setAttribute("aria-label", NAMES.search);

// --- the search ---

/** The index is larger than a page with all it shows: it and the worker that reads it wait for a search. */
const INDEX = /\/search(?:_index)?\.json$/;
const wanted = new Promise((resolve) => {
  if (/[?&][hq]=/.test(location.search)) resolve(); // came from a search, or brings one
  search.addEventListener("focusin", resolve);
  search.addEventListener("click", resolve);
  toggles.search.addEventListener("change", resolve);
});

globalThis.XMLHttpRequest = class extends XMLHttpRequest {
  #waits = false;

  open(method, url, ...rest) {
    this.#waits = INDEX.test(url);
    super.open(method, url, ...rest);
  }

  send(...body) {
    if (this.#waits) wanted.then(() => super.send(...body));
    else super.send(...body);
  }
};

const Thread = Worker;
globalThis.Worker = class extends EventTarget {
  #given;
  #started;

  constructor(...given) {
    super();
    this.#given = given;
  }

  postMessage(...message) {
    this.#started ??= this.#start();
    this.#started.postMessage(...message);
  }

  terminate() {
    this.#started?.terminate();
  }

  #start() {
    const worker = new Thread(...this.#given);
    worker.onerror = (event) => this.onerror?.(event);
    worker.onmessage = ({ data }) => {
      const event = new MessageEvent("message", { data });
      this.onmessage?.(event);
      this.dispatchEvent(event);
    };
    return worker;
  }
};
