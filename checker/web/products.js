// What comes after a report: one panel that offers what can be made, and the place where it is made.

import { button, element } from "./dom.js";
import { ChangeList } from "./fixes.js";
import { save } from "./files.js";
import { placeOf } from "./report.js";

const LAST_YEARS = ["H06", "H12"]; // what is said of a form, or a template, of another year
const PAUSE = 400; // a browser that is given many files at once keeps the last only

/** @typedef {{files: [name: string, content: Uint8Array | string, type?: string][], notes: string[]}} Made */

/** Makes one thing at a time and shows, beside the button that asked for it, how far it is and what came of it. */
export class Workshop {
  #stage = element("span", { id: "making" });
  #bar = element("progress", { "aria-labelledby": "making" });
  #line;
  #node = element("div", { class: "made" });
  #say;

  /** Whether something is being made. */
  busy = false;

  /** @param {() => void} cancel stops the worker @param {(text: string) => void} say tells those who listen */
  constructor(cancel, say) {
    this.#say = say;
    this.#line = element("div", { class: "making" }, this.#stage, this.#bar, button("取消", cancel));
  }

  /**
   * Wait for an answer, with progress and a way out.
   * @template T
   * @param {HTMLElement} place
   * @param {() => Promise<T>} question
   * @returns {Promise<T | null>} null where the reader has cancelled
   */
  async run(place, question) {
    const asked = document.activeElement;
    this.busy = true;
    place.setAttribute("aria-busy", "true");
    this.progress("正在准备", 0, 0);
    this.#node.replaceChildren(this.#line);
    place.append(this.#node);
    try {
      return await question();
    } catch (error) {
      if (error.name !== "AbortError") throw error;
      if (place.isConnected) { // else the report went with it
        this.#say("已取消");
        asked.focus();
      }
      return null;
    } finally {
      this.busy = false;
      place.removeAttribute("aria-busy");
      this.clear();
    }
  }

  /** @param {string} stage @param {number} done @param {number} total */
  progress(stage, done, total) {
    if (this.#stage.textContent !== stage) {
      this.#stage.textContent = stage;
      this.#say(stage);
    }
    if (total) Object.assign(this.#bar, { max: total, value: done });
    else this.#bar.removeAttribute("value");
  }

  /**
   * Show what was made: a single file is saved at once, of several the reader takes what is wanted.
   * Without any file, the notes say why there is none.
   * @param {HTMLElement} place
   * @param {Made} made
   * @param {...Node} further what the reader may do with it
   */
  show(place, { files, notes }, ...further) {
    const saying = heading(files, notes);
    const title = element("h3", { tabIndex: -1 }, saying);
    const told = files.length ? notes : notes.slice(1);
    this.#node.replaceChildren(
      title,
      told.length ? element("ul", { class: "notes" }, ...told.map((note) => element("li", {}, note))) : "",
      ...(files.length > 1 ? [list(files)] : []),
      ...(files.length ? [element("p", { class: "buttons" }, keep(files), ...further)] : []),
    );
    place.append(this.#node);
    if (files.length === 1) save(...files[0]);
    this.#say(saying);
    title.focus({ preventScroll: true });
    this.#node.scrollIntoView({ block: "nearest" });
  }

  /** Forget what was made. */
  clear() {
    this.#node.replaceChildren();
    this.#node.remove();
  }
}

function heading(files, notes) {
  if (!files.length) return notes[0];
  return files.length > 1 ? `做好了 ${files.length} 个文件` : `已下载：${files[0][0]}`;
}

function keep(files) {
  return files.length > 1 ? button("全部保存", () => saveAll(files), "primary") : button("再下载一次", () => save(...files[0]));
}

async function saveAll(files) {
  for (const file of files) {
    save(...file);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** A zip would be shorter, but Windows 7 cannot show the Chinese names inside one. */
function list(files) {
  const lines = files.map(([name, bytes]) => {
    const one = button("保存", () => save(name, bytes));
    one.setAttribute("aria-label", `保存 ${name}`);
    return element("li", {}, element("span", {}, name), element("span", { class: "note" }, size(bytes.length)), one);
  });
  return element("ul", { class: "files" }, ...lines);
}

function size(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/**
 * @typedef {(place: HTMLElement) => void} Order what is to happen, and where the reader is told of it
 * @typedef {{fix: (place: HTMLElement, changes: import("./fixes.js").Change[]) => void, mark: Order, set: Order,
 *   final: Order, migrate: Order, printSheet: Order, saveSheet: Order}} Orders
 */

/** The panel 接下来. Showing a later report of the same files keeps what is open in it. */
export class Next {
  #fix;
  #migrate;
  #mark;
  #set;
  #final;
  #finish;
  #sheet;
  #changes;
  #unfold;
  #mendable = false; // something was read, and there is something to mend

  /** @param {Orders} orders @param {HTMLElement} visit where the reader says when and where the filing goes */
  constructor(orders, visit) {
    this.#changes = new ChangeList((chosen) => orders.fix(this.#fix.node, chosen));
    this.#unfold = button("看看改哪些", () => this.#open(this.#changes.node.hidden), "primary");
    this.#fix = new Offer("自动更正", "", [this.#unfold], [this.#changes.node]);
    this.#migrate = new Offer(
      "换到新年度", "往年的表，内容搬进现在的模板；哪些要重新填，会一条一条列出来。", [order("搬进新模板", orders.migrate)],
    );
    this.#mark = new Offer(
      "标注件", "您的表格照样一份，每处问题都标在那一格上，用 WPS 打开对着改。", [order("下载标注件", orders.mark)],
    );
    this.#set = new Offer(
      "一键成套", "照名单和计划表做好成绩单、签到表和备案表，几张表的人和学时自然对得上。", [order("做一套", orders.set)],
    );
    this.#finish = order("下载定稿", orders.final);
    this.#final = new Offer(
      "定稿", "每页页脚印上核对码，工作人员一看就知道纸质版和电子版是不是同一份。", [this.#finish],
      [], element("a", { href: "../final-edition/", target: "_blank", rel: "noopener" }, "核对码是什么"),
    );
    this.#sheet = new Offer(
      "自检单", "一页 A4，不含个人信息，可以附在材料最前面。",
      [order("打印自检单", orders.printSheet), order("保存自检单", orders.saveSheet)],
    );
    const offers = [this.#fix, this.#migrate, this.#mark, this.#set, this.#final, this.#sheet];
    this.node = element(
      "section", { class: "panel next", "aria-labelledby": "next-title" },
      element("h2", { id: "next-title" }, "接下来"),
      element(
        "ul", { class: "offers" },
        ...offers.map(({ node }) => node), element("li", { class: "offer" }, element("h3", {}, "去备案"), visit),
      ),
    );
  }

  /** @param {import("./report.js").Report} report */
  show(report) {
    const { summary } = report;
    const legible = report.files.some(({ sheets }) => sheets.length);
    this.#mendable = legible && summary.verdict === "fix";
    this.#migrate.node.hidden = !report.findings.some(({ code }) => LAST_YEARS.includes(code));
    this.#mark.node.hidden = summary.verdict === "pass" || !legible;
    this.#set.node.hidden = !hasGoodRoster(report);
    this.#final.node.hidden = summary.verdict === "fix";
    this.#finish.classList.toggle("primary", summary.verdict === "pass");
  }

  /** Say that it is not known yet what could be corrected. */
  await() {
    if (this.#changes.size === null) this.#describe("正在看哪些地方可以自动更正……");
  }

  /** @param {import("./fixes.js").Change[] | null} changes null where they could not be found out */
  offer(changes) {
    this.#changes.show(changes ?? []);
    const { size } = this.#changes;
    if (!size) this.#open(false);
    if (size) this.#describe(`有 ${size} 处可以放心自动更正，改之前逐条给您看。您原来的文件不会动。`);
    else if (changes) this.#describe("没有能放心自动更正的，剩下的要您对照原件来改。");
    else this.#describe("这次没有算出来，可以点“重新检查”再试。");
  }

  #describe(text) {
    const { size } = this.#changes;
    this.#fix.text.textContent = text;
    this.#fix.node.hidden = !size && !this.#mendable;
    this.#unfold.hidden = !size;
  }

  #open(wanted) {
    this.#changes.node.hidden = !wanted;
    this.#unfold.setAttribute("aria-expanded", String(wanted));
    this.#unfold.classList.toggle("primary", !wanted); // the button that matters is in the list then
    this.#unfold.textContent = wanted ? "收起" : "看看改哪些";
  }
}

/** One thing offered: what it is, what it is good for, and its buttons. */
class Offer {
  constructor(name, text, buttons, below = [], link = "") {
    this.text = element("span", {}, text);
    this.node = element(
      "li", { class: "offer" },
      element("h3", {}, name),
      element("p", {}, this.text, link),
      element("div", { class: "buttons" }, ...buttons),
      ...below,
    );
  }
}

/** @param {string} text @param {Order} act */
function order(text, act) {
  return button(text, ({ target }) => act(target.closest(".offer")));
}

/** Whether there is a roster that an officer would not send back. */
function hasGoodRoster({ files, findings }) {
  const faulty = new Set(findings.filter(({ severity, acknowledged }) => severity === "error" && !acknowledged).map(placeOf));
  const rosters = files.flatMap(({ name, sheets }) => (
    sheets.filter(({ form }) => form === "roster").map((sheet) => placeOf({ file: name, sheet: sheet.name }))
  ));
  return rosters.length > 0 && !rosters.some((place) => faulty.has(place));
}
