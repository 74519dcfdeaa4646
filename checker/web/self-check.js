// The self-check sheet: one A4 page, painted for the printer only.

import { element } from "./dom.js";

/** What is not prose: the class of a column by its heading. */
const LOOKS = { "行数": "number", "人数": "number", "核对码": "mark", "SHA-256": "hash" };

/** How each kind of section looks; what there is to say is for the checker (`checker/reports/self_check.py`). */
const SECTIONS = {
  facts: ({ pairs }) => [element("dl", {}, ...pairs.flatMap(([name, text]) => [element("dt", {}, name), element("dd", {}, text)]))],
  verdict: ({ tone, heading, items, text }) => [
    element("p", { class: `outcome ${tone}` }, element("strong", {}, heading), `${items.join("，")}。${text}`),
  ],
  table: ({ heading, columns, rows }) => [element("h3", {}, heading), table(columns, rows)],
  list: ({ heading, items }) => [
    element("h3", {}, heading),
    element("ul", {}, ...items.map((item) => element("li", {}, item))),
  ],
  sign: ({ items }) => [element("div", { class: "sign" }, ...items.map((item) => element("p", {}, `${item}：`)))],
  note: ({ text }) => [element("p", { class: "muted" }, text)],
};

/**
 * Print the sheet, and nothing else of the page.
 * @param {HTMLElement} where is shown on paper only
 * @param {{title: string, sections: {kind: keyof typeof SECTIONS}[]}} sheet
 */
export function printSheet(where, { title, sections }) {
  const page = document.documentElement;
  where.replaceChildren(element("h2", {}, title), ...sections.flatMap((section) => SECTIONS[section.kind](section)));
  page.dataset.print = "sheet";
  addEventListener("afterprint", () => {
    delete page.dataset.print;
    where.replaceChildren();
  }, { once: true });
  print();
}

function table(columns, rows) {
  const look = (index) => ({ class: LOOKS[columns[index]] ?? "" });
  return element(
    "table", {},
    element("thead", {}, element("tr", {}, ...columns.map((column) => element("th", { scope: "col" }, column)))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((text, index) => element("td", look(index), text))))),
  );
}
