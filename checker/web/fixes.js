// The list of what could safely be corrected: each change before and after, to be taken or left.

import { button, element, scroller } from "./dom.js";
import { placeOf } from "./report.js";

// More lines than this on screen help nobody; a tick for a whole kind covers all of it.
const MOST_LINES = 200;
const MOST_CELLS = 4;
const FEW = 30;

const HEADS = ["改", "单元格", "栏目", "改前", "改后"];
// How the checker writes what nobody sees (`checker/fixes/changes.py`).
const SIGNS = { "␣": "空格", "↵": "换行", "→": "制表符", "◌": "看不见的字符" };

/**
 * `count` is how many cells are changed, `cells` the first of them.
 * @typedef {{id: string, file: string, sheet: string, cells: string[], count: number, label: string,
 *   what: string, before: string, after: string}} Change
 */

export class ChangeList {
  #left = new Set(); // ids of the changes that the reader does not want
  #changes = [];
  #caption = element("caption");
  #legend = element("p", { class: "note" });
  #boxes = []; // each with the changes that it stands for
  #table = element(
    "table", {}, this.#caption,
    element("thead", {}, element("tr", {}, ...HEADS.map((head) => element("th", { scope: "col" }, head)))),
  );
  #chosen = element("span", { class: "chosen", role: "status" });
  #download;

  /** How many cells could be corrected; null while that is not known. */
  size = null;

  /** @param {(chosen: Change[]) => void} download */
  constructor(download) {
    this.#download = button("下载更正后的文件", () => download(this.#changes.filter(({ id }) => !this.#left.has(id))), "primary");
    this.node = element(
      "div", { class: "changes", hidden: true },
      scroller(this.#table),
      this.#legend,
      element(
        "div", { class: "take" },
        this.#download, this.#chosen,
        button("全选", () => this.#take(this.#changes, true)),
        button("全不选", () => this.#take(this.#changes, false)),
      ),
    );
  }

  /** @param {Change[]} changes */
  show(changes) {
    const same = JSON.stringify(changes) === JSON.stringify(this.#changes);
    this.#changes = changes;
    this.size = cellsOf(changes);
    if (same) return; // what is unfolded and in focus stays
    const kinds = new Map(changes.map(({ what }) => [what, []]));
    for (const change of changes) kinds.get(change.what).push(change);
    const places = new Set(changes.map(placeOf));
    this.#caption.textContent = places.size === 1 ? [...places][0] : "";
    this.#legend.textContent = legend(changes);
    this.#boxes = [];
    this.#table.replaceChildren(this.#caption, this.#table.tHead, ...[...kinds].map(([what, some]) => this.#kind(what, some)));
    this.#mark();
  }

  #take(changes, on) {
    for (const { id } of changes) {
      if (on) this.#left.delete(id);
      else this.#left.add(id);
    }
    this.#mark();
  }

  /** Bring every tick up to date. */
  #mark() {
    for (const { box, changes } of this.#boxes) {
      const on = changes.filter(({ id }) => !this.#left.has(id)).length;
      box.checked = on === changes.length;
      box.indeterminate = on > 0 && on < changes.length;
    }
    const number = cellsOf(this.#changes.filter(({ id }) => !this.#left.has(id)));
    this.#chosen.textContent = `选了 ${number} 处，共 ${this.size} 处`;
    this.#download.disabled = !number;
  }

  #box(changes, properties = {}) {
    const box = element("input", { type: "checkbox", ...properties });
    box.onchange = () => this.#take(changes, box.checked);
    this.#boxes.push({ box, changes });
    return box;
  }

  /** One kind of change; of a long list, the lines are painted when the reader asks for them. */
  #kind(what, changes) {
    const number = cellsOf(changes);
    const name = changes.length > 1 ? `${what}（${number} 处）` : what;
    const head = element("th", { scope: "rowgroup", colSpan: HEADS.length }, element("label", {}, this.#box(changes), name));
    const body = element("tbody", {}, element("tr", {}, head));
    const paint = () => {
      body.append(...this.#lines(what, changes));
      this.#mark();
    };
    if (this.#changes.length > FEW) {
      const more = button("逐条查看", () => {
        more.remove();
        paint();
        body.querySelectorAll("input")[1].focus(); // the first line's
      }, "link");
      more.setAttribute("aria-label", `逐条查看 ${name}`);
      head.append(more);
    } else {
      body.append(...this.#lines(what, changes));
    }
    return body;
  }

  /** A line each, under the names of their sheets unless all are of one. */
  #lines(what, changes) {
    const shown = changes.slice(0, MOST_LINES);
    const lines = shown.flatMap((change, at) => {
      const place = placeOf(change);
      const line = this.#line(what, change);
      const told = this.#caption.textContent || (at && placeOf(shown[at - 1]) === place);
      return told ? [line] : [whole(place), line];
    });
    const rest = changes.length - shown.length;
    return rest ? [...lines, whole(`还有 ${rest} 处没有列出，上面这一类的勾和“全选”都算上它们。`)] : lines;
  }

  #line(what, change) {
    const cells = cellsText(change);
    return element(
      "tr", {},
      element("td", {}, this.#box([change], { "aria-label": `${cells} ${what}` })),
      element("td", {}, cells),
      element("td", {}, change.label),
      element("td", { class: "before" }, change.before),
      element("td", {}, change.after),
    );
  }
}

/** A line with one text. */
function whole(text) {
  return element("tr", {}, element("td", { colSpan: HEADS.length, class: "note" }, text));
}

function legend(changes) {
  const used = Object.entries(SIGNS).filter(([sign]) => changes.some(({ before, after }) => (before + after).includes(sign)));
  return used.length ? `${used.map(([sign, meaning]) => `${sign} 是${meaning}`).join("，")}。` : "";
}

function cellsOf(changes) {
  return changes.reduce((sum, { count }) => sum + count, 0);
}

function cellsText({ cells, count }) {
  const some = cells.slice(0, MOST_CELLS).join("、");
  return count > MOST_CELLS ? `${some} 等 ${count} 格` : some;
}
