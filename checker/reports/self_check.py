"""The self-check sheet (自检单): what was checked and what came out, on one A4 page to be stamped.

It shows no value of any record, only the unit, counts, codes and file names, so that it can lie on
top of the papers. `data` is all there is to say and `render` makes the page to print of it; the
checker's own page paints the same data.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from checker import __version__, catalog
from checker.catalog import Cycle
from checker.model import FileSummary, Report, SheetSummary
from checker.normalise import bracket_width
from checker.reports import page, words
from checker.rules import RULES_VERSION

Section = dict[str, Any]
Row = list[str]

TITLE = "备案材料自检单"
# How much of each fits on the page together with everything else.
_MOST_UNITS, _MOST_FORMS, _MOST_FILES, _MOST_CODES, _MOST_SENTENCES = 2, 7, 6, 18, 3
_WIDE_UNIT, _WIDE_NAME, _WIDE_SHEET, _WIDE_SENTENCE = 60, 36, 20, 108  # a hanzi counts two
_BOXES = ("单位（盖章）", "经办人（签字）", "日期")
_NOTE = (
    "自检单不是通知要求的材料，可以附在最前面，方便工作人员查看。"
    "检查在本机完成，文件没有上传；结果以受理部门审核为准。"
)


def data(report: Report) -> dict[str, Any]:
    """Return the sheet as plain data: `title`, then `sections` in order, each of one `kind`.

    `facts` has `pairs` of label and value; `verdict` has a `tone` (fix, review, pass), a `heading`,
    `items` and a `text`; `table` has a `heading`, `columns` and `rows`; `list` has a `heading` and
    `items`; `sign` has `items`, a box each to fill in by hand; `note` has a `text`. All of it is
    text to be shown as it is, and short enough for its place.
    """
    return {
        "title": TITLE,
        "sections": [
            {"kind": "facts", "pairs": list(_facts(report))},
            _verdict(report),
            *_table("读到的表", ["表", "文件", "行数", "人数", "核对码"], _forms(report)),
            *_table("文件", ["文件名", "SHA-256"], _files(report)),
            *_table("检查结果", ["级别", "代码、内容和处数"], _codes(report)),
            *_list("这次没有检查的", _not_checked(report)),
            *_list("备案时带什么", list(to_bring(catalog.load().cycle(report.cycle)))),
            {"kind": "sign", "items": list(_BOXES)},
            {"kind": "note", "text": _NOTE},
        ],
    }


def render_json(report: Report) -> str:
    """Return the sheet's data as JSON text."""
    return json.dumps(data(report), ensure_ascii=False, indent=1)


def to_bring(cycle: Cycle) -> tuple[str, ...]:
    """Return what a unit brings, a sentence each, from the facts of the notice (S2, S3, S11)."""
    forms, facts = catalog.load().forms, cycle.data

    def titles(key: str) -> str:
        return "、".join(forms[name].title for name in facts[key]["forms"])

    def clause(key: str) -> str:
        return f"（{facts['clauses'][facts[key]['source']]['place']}）"

    paper, copies = facts["paper"], facts["copies"]
    evidence = "、".join(facts["materials"]["evidence"])
    return (
        f"纸质：{titles('materials')}（办了哪类培训就带哪张计划表），"
        f"还有{evidence}等佐证材料{clause('materials')}",
        f"纸质材料统一用 {paper['size']} 纸，都盖{paper['seal']}，"
        f"并经{paper['reviewer']}审核{clause('paper')}",
        f"备案表一共 {copies['filing_form']} 份，"
        f"{'、'.join(copies['holders'])}各一份{clause('copies')}",
        f"电子版：{titles('electronic')}{clause('electronic')}",
    )


def _facts(report: Report) -> Iterator[Row]:
    yield ["单位", _unit(report)]
    yield ["备案年度", f"{report.cycle} 年度"]
    yield ["检查日期", str(report.checked_on)]
    yield ["规则版本", RULES_VERSION]
    yield ["检查程序", f"beian-kit {__version__}"]


def _unit(report: Report) -> str:
    """Return the unit, or the first of several; each once, as names are compared."""
    units = {
        bracket_width(sheet.unit): _shorter(sheet.unit, _WIDE_UNIT)
        for file in report.files
        for sheet in file.sheets
        if sheet.unit
    }
    names = "、".join(list(units.values())[:_MOST_UNITS])
    return f"{names} 等 {len(units)} 个单位" if len(units) > _MOST_UNITS else names or "表里没有写"


def _verdict(report: Report) -> Section:
    return {
        "kind": "verdict",
        "tone": report.verdict,
        "heading": words.VERDICTS[report.verdict],
        "items": [f"{word} {count} 处" for _, word, count in words.counts(report)],
        "text": words.ADVICE[report.verdict],
    }


def _table(heading: str, columns: Row, rows: Sequence[Row]) -> Iterator[Section]:
    """Yield the section of a table, unless it has no row."""
    if rows:
        yield {"kind": "table", "heading": heading, "columns": columns, "rows": rows}


def _list(heading: str, items: Sequence[str]) -> Iterator[Section]:
    """Yield the section of a list, unless it has no item."""
    if items:
        yield {"kind": "list", "heading": heading, "items": items}


def _forms(report: Report) -> list[Row]:
    """Return a row for each form that was read, and for each file without any."""
    rows: list[Row] = []
    for file in report.files:
        found = [sheet for sheet in file.sheets if sheet.form]
        rows += [_form(file, sheet, alone=len(found) == 1) for sheet in found]
        if not found:
            said = "签到表" if file.sign_ins else words.NO_FORM
            rows.append([said, _name(file), "—", "—", "—"])
    return _most(rows, _MOST_FORMS, "张表")


def _form(file: FileSummary, sheet: SheetSummary, *, alone: bool) -> Row:
    assert sheet.form
    form = catalog.load().forms[sheet.form]
    return [
        form.title,
        _name(file) if alone else f"{_name(file)} › {_shorter(sheet.name, _WIDE_SHEET)}",
        str(sheet.rows) if form.is_table else "—",
        str(sheet.people or "—"),
        sheet.fingerprint or "—",
    ]


def _files(report: Report) -> list[Row]:
    rows = [[_name(file), file.sha256] for file in report.files]
    return _most(rows, _MOST_FILES, "个文件")


def _most(rows: Sequence[Row], most: int, what: str) -> list[Row]:
    """Return the rows; of too many, the first ones and one that says how many there are."""
    if len(rows) <= most:
        return list(rows)
    return [*rows[: most - 1], [f"……共 {len(rows)} {what}", *[""] * (len(rows[0]) - 1)]]


def _codes(report: Report) -> list[Row]:
    """Return a row a severity: its codes, what each means and how often it was found."""
    found = Counter(
        ("acknowledged" if finding.acknowledged else finding.severity, finding.code)
        for finding in report.findings
    )
    room, rows = _MOST_CODES, []
    for key, word, _ in words.counts(report):
        codes = sorted(code for each, code in found if each == key)
        texts = [f"{code} {report.rule(code).title} ×{found[key, code]}" for code in codes[:room]]
        if len(texts) < len(codes):
            texts.append(f"……共 {len(codes)} 种")
        room -= len(codes[:room])
        if codes:
            rows.append([word, "；".join(texts)])
    return rows


def _not_checked(report: Report) -> list[str]:
    told = [_shorter(text, _WIDE_SENTENCE) for text in report.not_checked]
    if len(told) <= _MOST_SENTENCES:
        return told
    return [*told[: _MOST_SENTENCES - 1], f"……共 {len(told)} 项"]


def _name(file: FileSummary) -> str:
    return _shorter(file.name, _WIDE_NAME)


def _shorter(text: str, room: int) -> str:
    """Return a text that takes no more room; of a long one the beginning and the end.

    >>> _shorter("洛阳市示例建筑设计院参训人员名单.xlsx", 24)
    '洛阳市示例建…名单.xlsx'
    """
    if _width(text) <= room:
        return text
    end = _fitting(text[::-1], room // 2 - 2)[::-1]
    return f"{_fitting(text, room - _width(end) - 2)}…{end}"


def _fitting(text: str, room: int) -> str:
    """Return as much of the beginning of a text as there is room for."""
    end = 0
    while end < len(text) and _width(text[: end + 1]) <= room:
        end += 1
    return text[:end]


def _width(text: str) -> int:
    """Return how wide a text is in letters; hanzi count two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WFA" else 1 for each in text)


# --- the page to print ---

_STYLE = (
    page.STYLE
    + """
body { max-width: 50rem; font: 1rem/1.5 var(--bk-font); }
header { padding-bottom: .3rem; }
h1 { font-size: 1.4rem; text-align: center; }
h2 { margin: .6rem 0 .2rem; font-size: 1rem; }
.facts { display: grid; grid-template-columns: max-content 1fr max-content 1fr; margin-top: .6rem; border: solid var(--bk-line); border-width: 1px 0 0 1px; }
.facts > * { padding: .15rem .5rem; border: solid var(--bk-line); border-width: 0 1px 1px 0; }
.facts dt { background: var(--bk-primary-soft); font-weight: 700; }
.facts dd:first-of-type { grid-column: 2 / -1; }
.verdict { margin-top: .6rem; padding: .3rem .7rem; }
.verdict strong { margin-right: .8rem; }
.verdict span { color: var(--bk-text); }
table, .plain, .note { font-size: .9rem; }
th, td { padding: .1rem .5rem; }
td:first-child, .code { white-space: nowrap; }
.hash { font: .78rem/1.6 Consolas, Menlo, "DejaVu Sans Mono", monospace; word-break: break-all; }
.plain { padding-left: 1.2rem; }
.sign { display: grid; grid-template-columns: 1.3fr 1fr 1fr; min-height: 6.5rem; margin-top: .8rem; border: 1px solid var(--bk-text); break-inside: avoid; }
.sign p { padding: .3rem .6rem; border-left: 1px solid var(--bk-text); }
.sign p:first-child { border-left: 0; }
.note { margin-top: .5rem; color: var(--bk-muted); }
.screen { margin-bottom: 1rem; padding: .4rem .8rem; background: var(--bk-primary-soft); border-radius: 4px; }
@page { size: A4 portrait; margin: 10mm 13mm; }
@media screen and (max-width: 40rem) {
  body { padding: .8rem; }
  .facts { grid-template-columns: max-content 1fr; }
  .facts dd:first-of-type { grid-column: auto; }
  th, td { padding: .1rem .3rem; }
  td:first-child { white-space: normal; }
  .sign { grid-template-columns: 1fr; }
  .sign p { min-height: 4.5rem; border-top: 1px solid var(--bk-text); border-left: 0; }
  .sign p:first-child { border-top: 0; }
}
@media print {
  html { font-size: 9.3pt; }
  body { max-width: none; padding: 0; }
  main { display: flex; flex-direction: column; min-height: 252mm; }
  .sign { flex: 1; max-height: 50mm; } /* room for a seal, where the page has it */
  .screen { display: none; }
}
"""  # noqa: E501 (style sheets keep a rule on one line)
)
_LOOKS = {"行数": "number", "人数": "number", "核对码": "code", "SHA-256": "hash"}


def render(report: Report) -> str:
    """Return the sheet as a self-contained HTML page that prints on one sheet of A4."""
    sheet = data(report)
    body = "\n".join(_HTML[section["kind"]](section) for section in sheet["sections"])
    return (
        page.head(f"{TITLE} {report.checked_on}", _STYLE)
        + '\n<body>\n<p class="screen">按 Ctrl+P 打印，正好一张 A4 纸。最下面三格打印后手填。</p>\n'
        + f"<header>\n<h1>{TITLE}</h1>\n</header>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _html_facts(section: Section) -> str:
    pairs = "".join(f"<dt>{escape(a)}</dt><dd>{escape(b)}</dd>" for a, b in section["pairs"])
    return f'<dl class="facts">{pairs}</dl>'


def _html_verdict(section: Section) -> str:
    told = f"{'，'.join(section['items'])}。{section['text']}"
    return (
        f'<p class="verdict {section["tone"]}"><strong>{escape(section["heading"])}</strong>'
        f"<span>{escape(told)}</span></p>"
    )


def _html_table(section: Section) -> str:
    columns = section["columns"]
    heads = "".join(f"<th>{escape(column)}</th>" for column in columns)
    looks = [f' class="{_LOOKS[column]}"' if column in _LOOKS else "" for column in columns]
    lines = (
        "".join(f"<td{look}>{escape(text)}</td>" for look, text in zip(looks, row, strict=True))
        for row in section["rows"]
    )
    rows = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return (
        f"<h2>{escape(section['heading'])}</h2>\n"
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    )


def _html_list(section: Section) -> str:
    items = page.items(section["items"])
    return f'<h2>{escape(section["heading"])}</h2>\n<ul class="plain">{items}</ul>'


def _html_sign(section: Section) -> str:
    boxes = "".join(f"<p>{escape(item)}：</p>" for item in section["items"])
    return f'<section class="sign">{boxes}</section>'


def _html_note(section: Section) -> str:
    return f'<p class="note">{escape(section["text"])}</p>'


_HTML: Mapping[str, Callable[[Section], str]] = {
    "facts": _html_facts,
    "verdict": _html_verdict,
    "table": _html_table,
    "list": _html_list,
    "sign": _html_sign,
    "note": _html_note,
}
