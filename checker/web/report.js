// Paints a report. It sorts, counts and shows what the checker has said; it knows no rule.

import { element, icon } from "./dom.js";

// More entries than this on screen help nobody; the downloaded report has them all.
const MOST_ENTRIES = 200;
const MOST_CELLS = 12;
const MOST_LINES = 200;
const FEW = 3;

const SEVERITIES = {
  error: { word: "必须改", icon: "fix" },
  warning: { word: "请核实", icon: "review" },
  info: { word: "提示", icon: "info" },
};

const VERDICTS = {
  fix: { word: "需要修改", icon: "fix", advice: "改好标着“必须改”的地方，保存后点“重新检查”。" },
  review: { word: "请核实", icon: "review", advice: "没有必须改的地方。下面几处对照证件或原件看一看，属实就不用改。" },
  pass: { word: "通过", icon: "pass", advice: "没有发现要改的地方，可以打印盖章了。" },
};

/**
 * @typedef {{file: string, sheet: string, cell: string}} Place
 * @typedef {Place & {code: string, severity: string, value: string, suggestion: string | null,
 *   related: Place[]}} Finding
 * @typedef {{code: string, severity: string, file: string, sheet: string, label: string,
 *   message: string, fix: string, cells: string[], findings: number[]}} Group
 * @typedef {{name: string, title: string | null, rows: number, people: number}} Sheet
 * @typedef {{summary: Record<string, number> & {verdict: string}, findings: Finding[], groups: Group[],
 *   files: {name: string, sheets: Sheet[]}[], rules: Record<string, {title: string, url: string}>,
 *   not_checked: string[], cycle: number}} Report
 */

/**
 * Paint a report.
 * @param {HTMLElement} where is emptied first
 * @param {Report} report
 * @param {HTMLElement} actions the buttons that go with it
 */
export function paint(where, report, actions) {
  where.replaceChildren(
    verdict(report, actions),
    recognised(report),
    notChecked(report),
    report.groups.length ? faults(report) : "",
  );
}

/** Say the outcome in one sentence, for the verdict and for those who listen. */
export function outcome({ summary }) {
  const counts = Object.entries(SEVERITIES)
    .filter(([severity]) => summary[severity])
    .map(([severity, { word }]) => `${word} ${summary[severity]} 处`);
  return [VERDICTS[summary.verdict].word, ...counts].join("，");
}

function verdict(report, actions) {
  const { word, icon: picture, advice } = VERDICTS[report.summary.verdict];
  const counts = Object.entries(SEVERITIES).map(([severity, each]) => element(
    "li", { class: `count ${severity}` }, element("span", {}, element("strong", {}, String(report.summary[severity])), " 处"), each.word,
  ));
  return element(
    "div", { class: `panel verdict ${report.summary.verdict}` },
    icon(picture),
    element(
      "div", { class: "words" },
      element("h2", { id: "verdict-title", tabIndex: -1 }, word),
      element("p", {}, advice),
      report.summary.verdict === "fix" ? null : element("p", {}, nextStep()),
    ),
    element("ul", { class: "counts", "aria-label": "各有几处" }, ...counts),
    actions,
  );
}

function nextStep() {
  return element("a", { href: "../guide/", target: "_blank", rel: "noopener" }, "看看要带什么、什么时候去、去哪里交");
}

function recognised({ files, cycle }) {
  const heads = ["工作表", "认出的表", "行数", "人数"];
  const bodies = files.map(({ name, sheets }) => element(
    "tbody", {},
    element("tr", {}, element("th", { scope: "rowgroup", colSpan: heads.length }, icon("file"), name)),
    ...(sheets.length ? sheets.map(line) : [unread(heads.length)]),
  ));
  return element(
    "div", { class: "scroll" },
    element(
      "table", { class: "sheets" },
      element("caption", {}, `读到的内容（按 ${cycle} 年度的要求检查）`),
      element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
      ...bodies,
    ),
  );
}

function line({ name, title, rows, people }) {
  return element(
    "tr", {},
    element("td", {}, name),
    element("td", {}, title ?? "没有认出"),
    element("td", { class: "number" }, title ? String(rows) : "—"),
    element("td", { class: "number" }, people ? String(people) : "—"),
  );
}

function unread(width) {
  return element("tr", {}, element("td", { colSpan: width }, "没有读到内容"));
}

function notChecked({ not_checked: reasons }) {
  if (!reasons.length) return "";
  return element(
    "div", { class: "panel unchecked" },
    element("h3", {}, "这次没有检查的"),
    element("ul", {}, ...reasons.map((reason) => element("li", {}, reason))),
  );
}

function faults(report) {
  const order = Object.keys(SEVERITIES);
  const groups = [...report.groups].sort((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity));
  const shown = { severities: new Set(order), place: "" };
  const list = element("ol", { class: "entries" });
  const note = element("p", { class: "note" });
  const repaint = () => {
    const chosen = groups.filter(
      (group) => shown.severities.has(group.severity) && (!shown.place || placeOf(group) === shown.place),
    );
    list.replaceChildren(...chosen.slice(0, MOST_ENTRIES).map((group) => entry(group, report)));
    note.textContent = summaryOf(chosen.length, groups.length);
  };
  repaint();
  return element(
    "div", { class: "faults" },
    element("h2", {}, "要看的地方"),
    element("div", { class: "filters" }, ...severityFilters(report, shown, repaint), placeFilter(report, shown, repaint)),
    note,
    list,
  );
}

function summaryOf(chosen, all) {
  if (!chosen) return "按上面的选择，没有要显示的条目。";
  const some = chosen < all ? `按上面的选择显示 ${all} 条中的 ${chosen} 条。` : "";
  const capped = chosen > MOST_ENTRIES ? `这里只列出前 ${MOST_ENTRIES} 条，下载的报告里有全部。` : "";
  return some + capped;
}

function severityFilters(report, shown, repaint) {
  return Object.entries(SEVERITIES).map(([severity, { word, icon: picture }]) => {
    const count = report.groups.filter((group) => group.severity === severity).length;
    const button = element(
      "button", { type: "button", class: `toggle ${severity}`, "aria-pressed": true, disabled: !count },
      icon(picture), `${word} ${count} 条`,
    );
    button.onclick = () => {
      const on = !shown.severities.has(severity);
      on ? shown.severities.add(severity) : shown.severities.delete(severity);
      button.setAttribute("aria-pressed", String(on));
      repaint();
    };
    return button;
  });
}

function placeFilter(report, shown, repaint) {
  const places = [...new Set(report.groups.map(placeOf))];
  if (places.length < 2) return null;
  const select = element(
    "select", {},
    element("option", { value: "" }, "全部文件"),
    ...places.map((place) => element("option", { value: place }, place)),
  );
  select.onchange = () => {
    shown.place = select.value;
    repaint();
  };
  return element("label", { class: "place" }, "只看 ", select);
}

/** A table as the user knows it: the file, and the sheet where there is one. */
function placeOf({ file, sheet }) {
  return sheet ? `${file} › ${sheet}` : file;
}

function entry(group, report) {
  const { word, icon: picture } = SEVERITIES[group.severity];
  const rule = report.rules[group.code];
  const findings = group.findings.map((index) => report.findings[index]);
  return element(
    "li", { class: `entry ${group.severity}` },
    element(
      "p", { class: "where" },
      element("span", { class: "severity" }, icon(picture), word),
      element("span", {}, placeOf(group)),
    ),
    element("p", { class: "message" }, group.message),
    ...whereAndWhat(findings, group),
    element("p", { class: "fix" }, element("strong", {}, "怎么改　"), group.fix),
    element(
      "p", { class: "rule" },
      element("a", { href: `../${rule.url}`, target: "_blank", rel: "noopener" }, `规则 ${group.code} ${rule.title}`),
    ),
  );
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
function whereAndWhat(findings, group) {
  const telling = findings.filter(({ value, suggestion, related }) => value || suggestion !== null || related.length);
  if (!telling.length) return [cells(group.cells)];
  const table = values(telling, group);
  if (telling.length === findings.length && telling.length <= FEW) return [table];
  const rest = telling.length - MOST_LINES;
  return [cells(group.cells), element(
    "details", {},
    element("summary", {}, "逐格查看"),
    table,
    rest > 0 ? element("p", { class: "note" }, `还有 ${rest} 格没有列出，下载的报告里有全部。`) : null,
  )];
}

/** Cell by cell: what stands there, what to write instead, where else to look. */
function values(findings, group) {
  const columns = [
    ["单元格", ({ cell }) => cell],
    ["现在的内容", ({ value }) => value],
    ["建议改为", ({ suggestion }) => suggestion ?? ""],
    ["对照", ({ related }) => related.map((place) => beside(place, group)).join("、")],
  ].filter(([, text]) => findings.some(text));
  const heads = columns.map(([head]) => element("th", { scope: "col" }, head));
  const rows = findings.slice(0, MOST_LINES).map((finding) => element(
    "tr", {}, ...columns.map(([, text]) => element("td", {}, text(finding))),
  ));
  return element(
    "div", { class: "scroll" },
    element("table", { class: "values" }, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows)),
  );
}

/** Name a related cell; its file and sheet only where they are not those of the entry. */
function beside(place, group) {
  return placeOf(place) === placeOf(group) ? place.cell : `${placeOf(place)} ${place.cell}`;
}
