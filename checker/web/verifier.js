// 核对: the code on a paper beside the codes of the files. Whether they are the same is for the checker
// to say (checker/verify.py).

import { element, scroller } from "./dom.js";
import { choose, picked, read } from "./files.js";

const HEADS = ["核对码", "结果", "表", "单位", "文件"];
const WORDS = { same: "一致", close: "只差一位", other: "不是这个码" };

/**
 * @typedef {{file: string, sheet: string, title: string, unit: string, code: string,
 *   answer: "same" | "close" | "other", slip: number}} Edition
 * @typedef {{same: boolean, codes: string[], editions: Edition[], unread: string[]}} Answer
 */

export class Verifier {
  #ask;
  #say;
  #fail;
  #code;
  #chosen;
  #outcome;
  #input;
  /** @type {import("./files.js").Source[]} */
  #sources = [];
  #ready = false;
  #turn = 0; // an answer on the way to an earlier question counts no more

  /**
   * @param {HTMLElement} where
   * @param {(files: [string, Uint8Array][], typed: string) => Promise<string>} ask
   * @param {(text: string) => void} say tells those who listen
   * @param {(error: Error) => void} fail
   */
  constructor(where, ask, say, fail) {
    const find = (selector) => where.querySelector(selector);
    [this.#ask, this.#say, this.#fail] = [ask, say, fail];
    [this.#code, this.#chosen, this.#outcome, this.#input] = ["#code", "#chosen", "#verified", "#files"].map(find);
    find("#choose-files").onclick = () => this.#choose();
    this.#input.onchange = () => {
      const sources = picked(this.#input.files);
      this.#input.value = "";
      this.take(sources);
    };
    this.#code.oninput = () => this.#forget(); // it was about another code
    find("#verify-form").onsubmit = (event) => { // a scanner ends with Enter
      event.preventDefault();
      this.#compare();
    };
  }

  /** Say that the checker can be asked; it is, if there is something to ask already. */
  ready() {
    this.#ready = true;
    if (this.#code.value && this.#sources.length) this.#compare();
  }

  /** Take files that were chosen or dropped. @param {import("./files.js").Source[]} sources */
  take(sources) {
    if (!sources.length) return;
    this.#sources = sources;
    const names = sources.slice(0, 3).map(({ name }) => name).join("、");
    this.#chosen.textContent = `电子文件：${names}${sources.length > 3 ? ` 等 ${sources.length} 个` : ""}`;
    this.#forget();
    if (this.#code.value) this.#compare();
    else this.#code.focus();
  }

  /** Take back what was said, and what is about to be. */
  #forget() {
    this.#turn += 1;
    this.#outcome.replaceChildren();
  }

  async #choose() {
    this.take(await choose(this.#input));
  }

  async #compare() {
    if (!this.#sources.length) {
      await this.#choose();
      return;
    }
    if (!this.#ready) return;
    const mine = ++this.#turn;
    try {
      const answer = JSON.parse(await this.#ask(await read(this.#sources), this.#code.value));
      if (mine === this.#turn) this.#show(answer);
    } catch (error) {
      if (mine === this.#turn && error.name !== "AbortError") this.#fail(error);
    }
  }

  /** @param {Answer} answer */
  #show(answer) {
    const { tone, title, advice } = outcome(answer);
    this.#outcome.replaceChildren(
      element("div", { class: `outcome ${tone}` }, element("h3", {}, title), element("p", {}, advice)),
      answer.editions.length && answer.codes.length ? editions(answer.editions) : "",
    );
    this.#say(title);
    this.#code.select(); // the next paper's code takes its place
  }
}

/** @param {Answer} answer */
function outcome({ same, codes, editions: found, unread }) {
  if (!codes.length) {
    return { tone: "review", title: "没有看到核对码", advice: "核对码有八位，印在页脚左边，例如 7K3Q-92MF。页脚没有的，就不是用定稿打印的，照常受理，逐栏比对。" };
  }
  const typed = codes.join("、");
  if (same) return { tone: "pass", title: "一致：纸和文件是同一版", advice: `纸上的 ${typed} 就是下面标出的表。` };
  if (!found.length) {
    return { tone: "fix", title: "文件里没有认出填好的表", advice: `${unread.join("、")}：看看是不是拿错了文件。` };
  }
  const doubt = unread.length ? `${unread.join("、")} 里没有认出填好的表，要找的也可能在那里面。` : "";
  const close = found.find(({ answer }) => answer === "close");
  if (close) return { tone: "review", title: "差一位", advice: `第 ${close.slip} 位和文件的不一样，多半是看错或输错了，再看一眼纸上那一位。` };
  return { tone: "fix", title: "不一致：纸和文件不是同一版", advice: `文件里没有核对码是 ${typed} 的表。多半是打印以后又改过其中一份，请单位用同一个文件重新打印、重新报送。${doubt}` };
}

/** @param {Edition[]} found */
function editions(found) {
  const rows = found.map((each) => element("tr", { class: each.answer }, ...[
    element("span", { class: "mark" }, ...characters(each)), WORDS[each.answer],
    each.title, each.unit || "没有写", `${each.file} › ${each.sheet}`,
  ].map((cell, column) => element("td", { "data-head": HEADS[column] }, cell))));
  return scroller(element(
    "table", { class: "editions" },
    element("thead", {}, element("tr", {}, ...HEADS.map((head) => element("th", { scope: "col" }, head)))),
    element("tbody", {}, ...rows),
  ));
}

/** A code, the character that differs from the paper's marked. */
function characters({ code, slip }) {
  if (!slip) return [code];
  const at = slip > 4 ? slip : slip - 1; // the hyphen stands after the fourth
  return [code.slice(0, at), element("em", {}, code[at]), code.slice(at + 1)];
}
