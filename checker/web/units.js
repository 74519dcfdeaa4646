// Paints what came out, unit by unit as it comes, then for all together.

import { button, element, scroller } from "./dom.js";
import { save } from "./files.js";

const VERDICTS = { fix: "需要修改", review: "请核实", pass: "检查通过" };
const SEVERITIES = { error: "必须改", warning: "请核实", info: "提示" };
const MOST_FOUND = 100; // findings of one unit on screen; the workbook has them all
const MOST_CELLS = 12;
const MOST_PEOPLE = 100; // of those in several units

/** @typedef {import("./batch.js").Unit} Unit */

export class Units {
  #list = element("ul", { class: "units" });
  #toggles = element("div", { class: "toggles" });
  #title = element("h2", { id: "verdict-title", tabIndex: -1 }, "查到的单位");
  #actions = element("div", { class: "actions" });
  #after = element("div", {});
  #hidden = new Set(); // the verdicts that the reader has switched off
  #nodes = []; // each with its verdict

  /** The outcome in one sentence, for those who listen. */
  said = "";

  /** @param {HTMLElement} where is emptied first @param {() => void} clear */
  constructor(where, clear) {
    this.clear = clear;
    const head = element("div", { class: "totals" }, this.#title, this.#actions);
    where.replaceChildren(head, element("div", { class: "filters" }, this.#toggles), this.#list, this.#after);
  }

  /** @param {Unit} unit */
  add(unit) {
    const { verdict } = unit.summary;
    const node = card(unit);
    node.hidden = this.#hidden.has(verdict);
    this.#nodes.push({ verdict, node });
    this.#list.append(node);
    this.#offer();
  }

  /**
   * Say what came out for all.
   * @param {string} json see schemas/batch.schema.json
   * @param {import("./batch.js").Batch} batch
   */
  finish(json, batch) {
    const { summary, shared_people: shared, left } = JSON.parse(json);
    const parts = Object.entries(VERDICTS).map(([verdict, word]) => `${word} ${summary[verdict]} 个`);
    this.said = `${summary.units} 个单位，${summary.files} 个文件：${parts.join("，")}`;
    this.#title.textContent = this.said;
    this.#actions.append(
      button("下载汇总表", async () => save(...(await batch.files())[0]), "primary"),
      button("下载 JSON，给程序用", async () => save(...(await batch.files())[1], "application/json")),
      button("打印", () => print()),
      button("清空", () => this.clear()),
    );
    this.#after.replaceChildren(...unfinished(left), ...people(shared));
  }

  #offer() {
    const buttons = Object.entries(VERDICTS).map(([verdict, word]) => {
      const number = this.#nodes.filter((each) => each.verdict === verdict).length;
      const toggle = button(`${word} ${number} 个`, () => this.#toggle(verdict), `toggle ${verdict}`);
      toggle.setAttribute("aria-pressed", String(!this.#hidden.has(verdict)));
      toggle.hidden = !number;
      return toggle;
    });
    const focused = [...this.#toggles.children].indexOf(document.activeElement);
    this.#toggles.replaceChildren(...buttons);
    if (focused >= 0) buttons[focused].focus();
  }

  #toggle(verdict) {
    if (!this.#hidden.delete(verdict)) this.#hidden.add(verdict);
    for (const each of this.#nodes) each.node.hidden = this.#hidden.has(each.verdict);
    this.#offer();
  }
}

/** What to call a unit: its name, else its only file, else its folder (checker/batch/summary.py). */
function called({ unit, folder, files }) {
  return unit || (files.length > 1 && folder) || files[0].name;
}

/** One unit: its outcome in two lines, and on request what was read and found. */
function card(unit) {
  const { verdict } = unit.summary;
  const inside = element("div", { class: "inside" });
  const spans = facts(unit).map((text) => element("span", {}, text));
  const details = element(
    "details", { class: verdict },
    element(
      "summary", {},
      element("span", { class: "word" }, VERDICTS[verdict]), element("h3", {}, called(unit)),
      element("span", { class: "facts" }, ...spans),
    ),
    inside,
  );
  details.ontoggle = () => { if (!inside.hasChildNodes()) inside.append(...contents(unit)); };
  return element("li", { class: `unit ${verdict}` }, details);
}

function facts({ summary, people, hours, files }) {
  const forms = files.flatMap(({ sheets }) => sheets).filter(({ form }) => form).length;
  const told = Object.values(hours).filter((each) => each !== null);
  const counts = Object.entries(SEVERITIES).filter(([severity]) => summary[severity]);
  return [
    `${files.length} 个文件，${forms} 张表`,
    people.roster === null ? "没有名单" : `名单 ${people.roster} 人`,
    people.transcript === null ? "没有成绩单" : `成绩单 ${people.transcript} 人`,
    ...told.length ? [`计划 ${told.reduce((sum, each) => sum + each)} 学时`] : [],
    ...counts.map(([severity, word]) => `${word} ${summary[severity]} 处`),
  ];
}

function contents(unit) {
  const heads = ["文件", "认出的表", "人数", "核对码"];
  const rows = unit.files.flatMap(({ name, sheets }) => {
    const tables = sheets.filter(({ form }) => form);
    if (!tables.length) return [[name, sheets.some((sheet) => sheet.sign_in) ? "签到表，不用检查" : "没有认出", "—", "—"]];
    return tables.map(({ title, people, fingerprint }) => [name, title, people ? String(people) : "—", fingerprint ?? "—"]);
  });
  const found = alike(unit.findings);
  const rest = found.length - MOST_FOUND;
  return [
    table(heads, rows, ["", "", "number", "mark"]),
    element("ul", { class: "found" }, ...found.slice(0, MOST_FOUND).map((each) => line(each, unit))),
    ...rest > 0 ? [element("p", { class: "note" }, `还有 ${rest} 条没有列出，汇总表里有全部。`)] : [],
    ...unit.not_checked.map((text) => element("p", { class: "note" }, `没有检查的：${text}`)),
  ];
}

/** Gather the findings that say the same of several rows, the heaviest first. */
function alike(findings) {
  const groups = new Map();
  for (const finding of findings) {
    const said = finding.message.replace(`第 ${finding.row} 行`, "");
    const key = JSON.stringify([finding.code, finding.severity, finding.file, finding.sheet, finding.label, said]);
    groups.set(key, [...groups.get(key) ?? [], finding]);
  }
  const weights = Object.keys(SEVERITIES);
  return [...groups.values()].sort(([a], [b]) => weights.indexOf(a.severity) - weights.indexOf(b.severity));
}

function line(findings, { files }) {
  const [{ severity, code, message, file, sheet, row }] = findings;
  const cells = findings.map(({ cell }) => cell).filter(Boolean);
  const shown = cells.slice(0, MOST_CELLS).join("、") + (cells.length > MOST_CELLS ? ` 等 ${cells.length} 格` : "");
  const where = [...files.length > 1 ? [file] : [], sheet, shown].filter(Boolean).join(" › ");
  const text = findings.length > 1 ? message.replace(`第 ${row} 行`, "") : message;
  return element(
    "li", {},
    element("span", { class: severity }, SEVERITIES[severity]),
    element(
      "span", {}, text, " ",
      element("a", { href: `../rules/${code.toLowerCase()}/`, target: "_blank", rel: "noopener", "aria-label": `规则 ${code}` }, code),
    ),
    element("span", { class: "note" }, where),
  );
}

function unfinished(left) {
  if (!left.length) return [];
  return [element("p", { class: "panel" }, `中途停下了，还有 ${left.length} 个文件没有检查，汇总表的“文件”里列着。已经查完的都在上面，也会写进汇总表。`)];
}

/** The people who are in the filings of several units: where they stand, and no name. */
function people(shared) {
  if (!shared.length) return [];
  const rest = shared.length - MOST_PEOPLE;
  return [element(
    "section", { class: "shared", "aria-labelledby": "shared-title" },
    element("h2", { id: "shared-title" }, `在几个单位都有的人：${shared.length} 个`),
    element("p", { class: "note" }, "身份证号在几个单位的材料里都有。可能是调动、兼职，也可能是填错，按位置去看原表。"),
    scroller(element("table", { class: "sheets" }, headed(["单位", "位置"]), ...shared.slice(0, MOST_PEOPLE).map(person))),
    ...rest > 0 ? [element("p", { class: "note" }, `还有 ${rest} 个人没有列出，汇总表里有全部。`)] : [],
  )];
}

/** One of them: the masked number, then a line for each place. */
function person({ masked, same_name: same, places }) {
  const head = element("th", { scope: "rowgroup", colSpan: 2 }, element("span", { class: "mark" }, masked), `，姓名${same ? "相同" : "不同"}`);
  const lines = places.map(({ unit, folder, file, sheet, cell }) => element(
    "tr", {}, element("td", {}, unit || folder || file), element("td", {}, `${file} › ${sheet} ${cell}`),
  ));
  return element("tbody", {}, element("tr", {}, head), ...lines);
}

/** A table; `looks` are the classes of its columns. */
function table(heads, rows, looks) {
  const cell = (text, column) => element("td", { class: looks[column] ?? "" }, text);
  return scroller(element(
    "table", { class: "values" },
    headed(heads, looks),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map(cell)))),
  ));
}

function headed(heads, looks = []) {
  const cells = heads.map((head, column) => element("th", { scope: "col", class: looks[column] === "number" ? "number" : "" }, head));
  return element("thead", {}, element("tr", {}, ...cells));
}
