// Paints a report. It sorts, counts and shows what the checker has said; it knows no rule.

import { element, icon, scroller } from "./dom.js";

// More entries than this on screen help nobody; the downloaded report has them all.
const MOST_ENTRIES = 200;
const MOST_CELLS = 12;
const MOST_LINES = 200;
const FEW = 3;

// The severities, the heaviest first, and what no longer weighs. The keys are also those of the summary.
const KINDS = {
  error: { word: "必须改", icon: "fix" },
  warning: { word: "请核实", icon: "review" },
  info: { word: "提示", icon: "info" },
  acknowledged: { word: "已核对", icon: "pass" },
};

const VERDICTS = {
  fix: { word: "需要修改", icon: "fix", look: "看看要改哪些地方", advice: "改好标着“必须改”的地方，保存后点“重新检查”。" },
  review: { word: "请核实", icon: "review", look: "看看要核实哪些地方", advice: "没有必须改的地方。下面几处对照证件或原件看一看，属实就勾选“已核对”，不用改。" },
  pass: { word: "检查通过", icon: "pass", advice: "没有要改的地方，可以做定稿、打印盖章了。" },
};

// Families of rules about what an identity card tells: 姓名, 性别, 身份证号.
const ON_THE_CARD = ["N", "G", "I"];

/**
 * @typedef {{file: string, sheet: string, cell: string}} Place
 * @typedef {Place & {code: string, severity: string, field: string | null, value: string, message: string,
 *   row: number | null, suggestion: string | null, related: Place[], acknowledgeable: boolean,
 *   acknowledged: boolean}} Finding
 * @typedef {{code: string, severity: string, file: string, sheet: string, label: string,
 *   message: string, fix: string, cells: string[], findings: number[], acknowledged: boolean}} Group
 * @typedef {{name: string, form: string | null, title: string | null, rows: number, people: number,
 *   fingerprint: string | null, sign_in: boolean}} Sheet
 * @typedef {{summary: Record<string, number> & {verdict: string}, findings: Finding[], groups: Group[],
 *   files: {name: string, sheets: Sheet[]}[],
 *   rules: Record<string, {title: string, severity: string, url: string}>,
 *   not_checked: string[], cycle: number, checked_on: string}} Report
 * @typedef {{tick: (findings: Finding[], on: boolean) => void, add: () => void}} Acts
 *   what the reader does here and the page answers
 */

/** One check on screen. Showing a later report of the same files keeps what is open and in focus. */
export class View {
  #acts;
  #verdict;
  #again;
  #read = element("div", { class: "read" });
  #faults;

  /**
   * @param {HTMLElement} where is emptied first
   * @param {string} about what the reader should know of these files
   * @param {HTMLElement} actions the buttons that go with the report, checking again the first
   * @param {HTMLElement} next what can be made of the files
   * @param {Acts} acts
   */
  constructor(where, about, actions, next, acts) {
    this.#acts = acts;
    this.#again = actions.firstChild;
    const known = about ? element("p", { class: "about" }, about) : null;
    this.#verdict = element("div", {}, element("div", { class: "words" }), known, actions);
    this.#faults = new Faults(acts.tick);
    where.replaceChildren(this.#verdict, next, this.#faults.node, this.#read);
  }

  /** @param {Report} report */
  show(report) {
    const { verdict } = report.summary;
    const { word, icon: picture, advice, look } = VERDICTS[verdict];
    this.#verdict.className = `panel verdict ${verdict}`;
    this.#again.classList.toggle("primary", verdict !== "pass"); // else what comes next matters more
    this.#verdict.firstChild.replaceChildren(
      icon(picture),
      element(
        "div", {},
        element("h2", { id: "verdict-title", tabIndex: -1 }, word),
        element("p", {}, advice),
        element(
          "p", { class: "leads" },
          look ? element("a", { href: "#faults-title" }, look) : null,
          verdict === "fix" ? null : nextStep(),
        ),
      ),
      element("ul", { class: "counts", "aria-label": "各有几处" }, ...counts(report.summary).map(count)),
    );
    this.#read.replaceChildren(recognised(report), notChecked(report, this.#acts.add));
    this.#faults.show(report);
  }
}

/** Say the outcome in one sentence, for those who listen. */
export function outcome({ summary }) {
  const parts = counts(summary).filter(({ number }) => number).map(({ word, number }) => `${word} ${number} 处`);
  return [VERDICTS[summary.verdict].word, ...parts].join("，");
}

/** How many of each kind; nobody needs to hear that nothing is acknowledged. */
function counts(summary) {
  return Object.entries(KINDS)
    .map(([kind, { word }]) => ({ kind, word, number: summary[kind] }))
    .filter(({ kind, number }) => number || kind !== "acknowledged");
}

function count({ kind, word, number }) {
  return element("li", { class: `count ${kind}` }, element("span", {}, element("strong", {}, String(number)), " 处"), word);
}

function nextStep() {
  return element("a", { href: "../guide/", target: "_blank", rel: "noopener" }, "看看要带什么、什么时候去、去哪里交");
}

function recognised({ files, cycle, checked_on: date }) {
  const heads = ["工作表", "认出的表", "行数", "人数", "核对码"];
  const bodies = files.map(({ name, sheets }) => element(
    "tbody", {},
    element("tr", {}, element("th", { scope: "rowgroup", colSpan: heads.length }, icon("file"), name)),
    ...sheets.filter((sheet) => !sheet.sign_in).map(line),
    ...remarks(sheets).map((text) => element("tr", {}, element("td", { colSpan: heads.length }, text))),
  ));
  return scroller(element(
    "table", { class: "sheets" },
    element("caption", {}, `读到的内容（${date} 按 ${cycle} 年度的要求检查）`),
    element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
    ...bodies,
  ));
}

function line({ name, form, title, rows, people, fingerprint }) {
  return element(
    "tr", {},
    element("td", {}, name),
    element("td", {}, title ?? "没有认出"),
    element("td", { class: "number" }, title && form !== "filing_form" ? String(rows) : "—"),
    element("td", { class: "number" }, people ? String(people) : "—"),
    element("td", { class: "number mark" }, fingerprint ?? "—"),
  );
}

/** What is said of a file as a whole. */
function remarks(sheets) {
  const signed = sheets.filter((sheet) => sheet.sign_in).length;
  if (signed) return [`${signed} 张签到表，不用检查`];
  return sheets.length ? [] : ["没有读到内容"];
}

function notChecked({ not_checked: reasons }, add) {
  if (!reasons.length) return "";
  return element(
    "div", { class: "unchecked" },
    element("h3", {}, "这次没有检查的"),
    element("ul", {}, ...reasons.map((reason) => element("li", {}, reason))),
    element("button", { type: "button", onclick: add }, "添加文件，一起检查"),
  );
}

/** The entries, with the choice of which to see. */
class Faults {
  #tick;
  #hidden = new Set(); // the kinds that the reader has switched off
  #list = element("ol", { class: "entries" });
  #note = element("p", { class: "note" });
  #toggles = element("div", { class: "toggles" });
  #place = element("select");
  #report;
  #entries = new Map();

  constructor(tick) {
    this.#tick = tick;
    this.#place.onchange = () => this.#paint();
    this.node = element(
      "div", { class: "faults" },
      element("h2", { id: "faults-title", tabIndex: -1 }, "要看的地方"),
      element("div", { class: "filters" }, this.#toggles, element("label", { class: "place" }, "只看 ", this.#place)),
      this.#note,
      this.#list,
    );
  }

  /** @param {Report} report */
  show(report) {
    this.#report = report;
    this.node.hidden = !report.groups.length;
    const entries = report.groups.map((group) => {
      const key = JSON.stringify([group.code, group.file, group.sheet, group.message, group.cells]);
      const entry = this.#entries.get(key) ?? new Entry(group, report, this.#tick);
      entry.show(group, report);
      return [key, entry];
    });
    this.#entries = new Map(entries.sort(([, one], [, other]) => one.weight - other.weight));
    this.#offerKinds();
    this.#offerPlaces();
    this.#paint();
  }

  #paint() {
    const all = [...this.#entries.values()];
    const chosen = all.filter(({ group }) => (
      !this.#hidden.has(kindOf(group)) && [placeOf(group), ""].includes(this.#place.value)
    ));
    const nodes = chosen.slice(0, MOST_ENTRIES).map(({ node }) => node);
    const same = nodes.length === this.#list.children.length && nodes.every((node, at) => node === this.#list.children[at]);
    if (!same) this.#list.replaceChildren(...nodes); // else the focus stays where it is
    this.#note.textContent = summaryOf(chosen.length, all.length);
  }

  #offerKinds() {
    const buttons = Object.entries(KINDS).map(([kind, { word, icon: picture }]) => {
      const number = this.#report.groups.filter((group) => kindOf(group) === kind).length;
      if (!number) return null;
      const button = element(
        "button", { type: "button", class: `toggle ${kind}`, "aria-pressed": !this.#hidden.has(kind) },
        icon(picture), `${word} ${number} 条`,
      );
      button.onclick = () => {
        if (!this.#hidden.delete(kind)) this.#hidden.add(kind);
        button.setAttribute("aria-pressed", String(!this.#hidden.has(kind)));
        this.#paint();
      };
      return button;
    });
    this.#toggles.replaceChildren(...buttons.filter((button) => button !== null));
  }

  #offerPlaces() {
    const chosen = this.#place.value;
    const places = [...new Set(this.#report.groups.map(placeOf))];
    this.#place.replaceChildren(
      element("option", { value: "" }, "全部文件"),
      ...places.map((place) => element("option", { value: place }, place)),
    );
    this.#place.value = places.includes(chosen) ? chosen : "";
    this.#place.parentElement.hidden = places.length < 2;
  }
}

function kindOf({ acknowledged, severity }) {
  return acknowledged ? "acknowledged" : severity;
}

function summaryOf(chosen, all) {
  if (!chosen) return "按上面的选择，没有要显示的条目。";
  const some = chosen < all ? `按上面的选择显示 ${all} 条中的 ${chosen} 条。` : "";
  const capped = chosen > MOST_ENTRIES ? `这里只列出前 ${MOST_ENTRIES} 条，下载的报告里有全部。` : "";
  return some + capped;
}

/** A table as the user knows it: the file, and the sheet where there is one. */
export function placeOf({ file, sheet }) {
  return sheet ? `${file} › ${sheet}` : file;
}

/** One group of findings on screen, with the ticks of those that may be acknowledged. */
class Entry {
  #findings;
  #severity = element("span", { class: "severity" });
  #ticks = []; // each with the positions of the findings it stands for

  constructor(group, report, tick) {
    const rule = report.rules[group.code];
    // Kept, so that a tick does not move the entry away from under the pointer.
    this.weight = Object.keys(KINDS).indexOf(kindOf(group));
    this.#findings = findingsOf(group, report);
    this.node = element(
      "li", {},
      element(
        "p", { class: "where" }, this.#severity, element("span", {}, placeOf(group)),
        element(
          "a", { href: `../${rule.url}`, target: "_blank", rel: "noopener" },
          `规则 ${group.code} `, element("span", { class: "title" }, rule.title),
        ),
      ),
      element("p", { class: "message" }, group.message),
      ...whereAndWhat(this.#findings, group, (position) => this.#box([position], tick)),
      element("p", { class: "fix" }, element("strong", {}, "怎么改　"), group.fix),
      this.#settle(tick),
    );
  }

  /** Take over what may change while the files stay the same: what is acknowledged. */
  show(group, report) {
    this.group = group;
    this.#findings = findingsOf(group, report);
    const { word, icon: picture } = KINDS[kindOf(group)];
    this.node.className = `entry ${kindOf(group)}`;
    this.#severity.replaceChildren(icon(picture), word);
    for (const { box, positions } of this.#ticks) {
      const on = positions.filter((position) => this.#findings[position].acknowledged).length;
      box.checked = on === positions.length;
      box.indeterminate = on > 0 && on < positions.length;
    }
  }

  /** The tick for the whole entry. */
  #settle(tick) {
    const positions = this.#findings.flatMap(({ acknowledgeable }, position) => (acknowledgeable ? [position] : []));
    if (!positions.length) return null;
    const all = positions.length > 1 ? `（全部 ${positions.length} 处）` : "";
    const card = ON_THE_CARD.includes(this.#findings[0].code[0]);
    return element(
      "p", { class: "settle" },
      element("label", {}, this.#box(positions, tick), card ? `已核对证件${all}` : `已核对${all}`),
      element("span", { class: "note" }, card ? "证件上确实是这样就勾选，不用改" : "核实过、情况属实就勾选，不用改"),
    );
  }

  #box(positions, tick) {
    const box = element("input", { type: "checkbox" });
    box.onchange = () => tick(positions.map((position) => this.#findings[position]), box.checked);
    this.#ticks.push({ box, positions });
    return box;
  }
}

function findingsOf(group, report) {
  return group.findings.map((index) => report.findings[index]);
}

function cells(names) {
  if (!names.some(Boolean)) return null; // the file as a whole has no cell
  const item = (name) => element("li", {}, name);
  const list = element("ul", { class: "cells", "aria-label": "单元格" }, ...names.slice(0, MOST_CELLS).map(item));
  if (names.length > MOST_CELLS) {
    const more = element("button", { type: "button" }, `展开全部 ${names.length} 格`);
    more.onclick = () => list.replaceChildren(...names.map(item));
    list.append(element("li", { class: "more" }, more));
  }
  return list;
}

/** A few telling cells are shown as they are; of many, the names, and the rest on request. */
function whereAndWhat(findings, group, box) {
  const ticked = findings.length > 1 && findings.some(({ acknowledgeable }) => acknowledgeable);
  const differ = new Set(findings.map(withoutRow)).size > 1;
  const telling = findings.filter(
    ({ value, suggestion, related }) => ticked || differ || value || suggestion !== null || related.length,
  );
  if (!telling.length) return [cells(group.cells)];
  const columns = columnsFor(telling, group, differ);
  if (findings.length === 1) return [inline(findings[0], columns)];
  const table = values(telling, columns, ticked ? (finding) => box(findings.indexOf(finding)) : null);
  if (telling.length === findings.length && telling.length <= FEW) return [table];
  const rest = telling.length - MOST_LINES;
  return [cells(group.cells), element(
    "details", {},
    element("summary", {}, ticked ? "逐格查看、逐格勾选" : "逐格查看"),
    table,
    rest > 0 ? element("p", { class: "note" }, `还有 ${rest} 格没有列出，下载的报告里有全部。`) : null,
  )];
}

/** What a finding says apart from its row. */
function withoutRow({ message, row }) {
  return message.replace(`第 ${row} 行`, "");
}

/** What is to tell of findings: where it stands, what stands there, what to write instead … */
function columnsFor(findings, group, differ) {
  return [
    ["单元格", ({ cell }) => cell],
    ["现在的内容", ({ value }) => value],
    ["问题", ({ message }) => (differ ? message : ""), "said"],
    ["建议改为", ({ suggestion }) => suggestion ?? ""],
    ["对照", ({ related }) => related.map((place) => beside(place, group)).join("、")],
  ].filter(([, text]) => findings.some(text));
}

/** One finding in one line. */
function inline(finding, columns) {
  const pairs = columns.map(([head, text]) => element("div", {}, element("dt", {}, head), element("dd", {}, text(finding))));
  return element("dl", { class: "one" }, ...pairs);
}

/** Several findings, a line each, with a tick where `box` makes one. */
function values(findings, columns, box) {
  const heads = [...(box ? [KINDS.acknowledged.word] : []), ...columns.map(([head]) => head)];
  const rows = findings.slice(0, MOST_LINES).map((finding) => element(
    "tr", {},
    box && element("td", {}, finding.acknowledgeable ? labelled(box(finding), finding) : ""),
    ...columns.map(([, text, kind = ""]) => element("td", { class: kind }, text(finding))),
  ));
  return scroller(element(
    "table", { class: "values" },
    element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
    element("tbody", {}, ...rows),
  ));
}

function labelled(box, { cell }) {
  box.setAttribute("aria-label", `${cell} ${KINDS.acknowledged.word}`);
  return box;
}

/** Name a related cell; its file and sheet only where they are not those of the entry. */
function beside(place, { file, sheet }) {
  if (place.file !== file) return `${placeOf(place)} ${place.cell}`;
  return place.sheet === sheet ? place.cell : `${place.sheet} ${place.cell}`;
}
