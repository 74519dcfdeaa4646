"""The summary as a workbook to filter, sort and print: units, findings, people, files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from openpyxl.styles import Alignment, Border, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from checker import __version__, catalog, paper
from checker.batch.grouping import SUMMARY
from checker.batch.summary import Summary, Unit, called
from checker.model import Severity
from checker.packing import new_workbook, pack
from checker.paper import Style
from checker.reading.book import META_SHEET
from checker.reports import palette
from checker.reports.words import VERDICTS, WORDS, ranges
from checker.rules import RULES_VERSION

NAME = "备案汇总.xlsx"

_HEADER_ROW = 3
_TITLE_HEIGHT, _FACTS_HEIGHT, _HEADER_HEIGHT = 34, 24, 34
_MOST_CELLS = 24  # cells or ranges that one line lists: with more, one line fills a page
_MOST_ROWS = 100_000  # of findings: more would take a spreadsheet program minutes to open
_NONE = "—"
_EMPTY = "没有内容"
_SHORT_TITLES = {  # of forms, as headings of narrow columns
    "filing_form": "备案表",
    "plan_general": "计划表\n公需科目",
    "plan_professional": "计划表\n专业科目",
    "roster": "参训人员\n名单",
    "transcript": "参训人员\n成绩单",
}

Value = str | int | float | None
Line = tuple[Sequence[Value], str]  # the cells of a row, and the tone of the first


def _colour(name: str) -> str:
    return palette.LIGHT[name].lstrip("#").upper()


def _fill(name: str) -> PatternFill:
    return PatternFill("solid", start_color=_colour(name))


_LINE = Side(style="thin", color=_colour("line"))
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
_TEXT = Style(paper.BODY_FONT, _LEFT, _GRID)
_NUMBER = Style(paper.BODY_FONT, _MIDDLE, _GRID)
_HEAD = Style(paper.HEADING.font, _MIDDLE, _GRID, fill=_fill("primary-soft"))
_TITLE = Style(paper.TITLE.font, Alignment(horizontal="left", vertical="center"), paper.LINE.border)
_TONES: Mapping[str, Style] = {
    tone: Style(paper.BODY_FONT, _MIDDLE, _GRID, fill=_fill(colour))
    for tone, colour in {
        "fix": "error-soft",
        "review": "warning-soft",
        "pass": "ok-soft",
        "error": "error-soft",
        "warning": "warning-soft",
        "info": "info-soft",
    }.items()
} | {"": _NUMBER}


def build(summary: Summary) -> bytes:
    """Return the workbook; the same summary gives the same bytes."""
    workbook = new_workbook()
    for name, draw in _SHEETS.items():
        draw(workbook.create_sheet(name), summary)
    meta = workbook.create_sheet(META_SHEET)
    meta.sheet_state = "hidden"
    for row in (("form", SUMMARY), ("cycle", str(summary.cycle)), ("kit_version", __version__)):
        meta.append(row)
    return pack(workbook, summary.cycle, lambda parts: parts)


def _units(sheet: Worksheet, summary: Summary) -> None:
    forms = [_SHORT_TITLES[name] for name in catalog.FORM_NAMES]
    columns = {
        "结论": 10, "单位": 26, "文件夹": 16, **dict.fromkeys(forms, 12.5),
        "名单\n人数": 7, "成绩单\n人数": 7, "公需\n学时": 7, "专业\n学时": 7,
        **dict.fromkeys(WORDS.values(), 7), "没有检查的": 30,
    }  # fmt: skip
    counts = summary.counts
    told = "，".join(f"{VERDICTS[verdict]} {counts[verdict]} 个" for verdict in VERDICTS)
    facts = f"{counts['units']} 个单位，{counts['files']} 个文件：{told}。各表下面是核对码。"
    if summary.left:
        facts += f"中途停下，还有 {len(summary.left)} 个文件没有检查，见“文件”。"
    lines = ((_unit_line(unit), unit["summary"]["verdict"]) for unit in summary.units)
    _table(sheet, "备案材料汇总", facts, columns, lines, summary, texts=(2, 3, len(columns)))
    sheet.freeze_panes = f"C{_HEADER_ROW + 1}"


def _unit_line(unit: Unit) -> tuple[Value, ...]:
    codes = _codes(unit)
    return (
        VERDICTS[unit["summary"]["verdict"]],
        called(unit),
        unit["folder"] or _NONE,
        *(codes.get(form, _NONE) for form in catalog.FORM_NAMES),
        *(_NONE if n is None else n for n in (*unit["people"].values(), *unit["hours"].values())),
        *(unit["summary"][severity] for severity in Severity),
        "\n".join(unit["not_checked"]) or None,
    )


def _codes(unit: Unit) -> dict[str, str]:
    """Return the check codes of each form there is."""
    found: dict[str, list[str]] = {}
    for sheet in (sheet for file in unit["files"] for sheet in file["sheets"] if sheet["form"]):
        found.setdefault(sheet["form"], []).append(sheet["fingerprint"] or _EMPTY)
    return {form: "\n".join(codes) for form, codes in found.items()}


def _findings(sheet: Worksheet, summary: Summary) -> None:
    columns = {
        "级别": 9, "单位": 22, "文件": 26, "工作表": 12, "单元格": 24, "处数": 6, "代码": 7,
        "栏目": 12, "问题": 44, "怎么改": 36,
    }  # fmt: skip
    lines = [line for unit in summary.units for line in _finding_lines(unit, summary)]
    facts = "只写位置，没有姓名、身份证号等内容。同一处毛病在几行里说法一样的，合成一条。"
    if len(lines) > _MOST_ROWS:
        facts = f"共 {len(lines)} 条，这里列出前 {_MOST_ROWS} 条，JSON 里有全部。"
    _table(
        sheet, "全部问题", facts, columns, lines[:_MOST_ROWS], summary, texts=(2, 3, 4, 5, 9, 10)
    )


def _finding_lines(unit: Unit, summary: Summary) -> Iterator[Line]:
    """Yield the findings of a unit, those that say the same of several rows in one line."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for found in unit["findings"]:
        said = found["message"].removeprefix(f"第 {found['row']} 行")
        key = (found["severity"], found["code"], found["file"], found["sheet"], said)
        alike.setdefault((*key, found["label"] or ""), []).append(found)
    weights = list(Severity)
    for (severity, code, file, name, said, label), some in sorted(
        alike.items(), key=lambda item: weights.index(Severity(item[0][0]))
    ):
        cells = ranges(each["cell"] for each in some)
        where = "、".join(cells[:_MOST_CELLS]) + ("……" if len(cells) > _MOST_CELLS else "")
        message = some[0]["message"] if len(some) == 1 else said.lstrip("，：")
        yield (
            (
                WORDS[Severity(severity)], called(unit), file or None, name or None, where or None,
                len(some), code, label or None, message, summary.rules[code]["fix"],
            ),
            severity,
        )  # fmt: skip


def _people(sheet: Worksheet, summary: Summary) -> None:
    columns = {
        "编号": 7, "身份证号（掩码）": 22, "单位": 26, "文件": 30, "工作表": 14, "行": 8,
        "姓名": 10,
    }  # fmt: skip
    facts = (
        "身份证号在几个单位的材料里都有。可能是调动、兼职，也可能是填错，按位置去看原表。"
        "这里有号码的头尾，不要外传。"
        if summary.shared
        else "没有身份证号同时出现在几个单位的材料里。"
    )
    lines: list[Line] = [
        (
            (
                number, shared.masked, called(place.unit), place.person["file"],
                place.person["sheet"], place.person["row"], "相同" if shared.same_name else "不同",
            ),
            "" if shared.same_name else "error",
        )
        for number, shared in enumerate(summary.shared, 1)
        for place in shared.places
    ]  # fmt: skip
    _table(sheet, "在几个单位都有的人", facts, columns, lines, summary, texts=(3, 4, 5))


def _files(sheet: Worksheet, summary: Summary) -> None:
    columns = {"格式": 8, "文件": 40, "单位": 26, "认出的表": 26, "行数": 8, "SHA-256": 68}
    titles = {name: form.title for name, form in catalog.load().forms.items()}
    lines: list[Line] = [
        (
            (
                file["format"] or "打不开", file["name"], called(unit),
                "、".join(titles[s["form"]] for s in file["sheets"] if s["form"]) or "没有认出",
                sum(s["rows"] for s in file["sheets"]), file["sha256"],
            ),
            "" if file["format"] else "error",
        )
        for unit in summary.units
        for file in unit["files"]
    ]  # fmt: skip
    lines += [(("没有检查", path, None, None, None, None), "warning") for path in summary.left]
    facts = "SHA-256 是文件的指纹：文件改过一个字节就不一样，日后可以证明查的是哪一份。"
    _table(sheet, "文件", facts, columns, lines, summary, texts=(2, 3, 4, 6))


def _table(
    sheet: Worksheet,
    title: str,
    facts: str,
    columns: Mapping[str, float],
    lines: Iterable[Line],
    summary: Summary,
    *,
    texts: Sequence[int],
) -> None:
    """Draw a title, what is to know, and a table to filter; `texts` are the columns of prose."""
    paper.set_page(sheet, "landscape")
    sheet.sheet_view.showGridLines = False
    right = get_column_letter(len(columns))
    made = f"{summary.checked_on} 按 {summary.cycle} 年度的要求检查，规则 {RULES_VERSION}"
    paper.write(sheet, "A1", title, _TITLE)
    paper.write(sheet, "A2", f"{made}。{facts}", paper.LINE)
    heights = (_TITLE_HEIGHT, _FACTS_HEIGHT, _HEADER_HEIGHT)
    for row, height in enumerate(heights, 1):
        sheet.row_dimensions[row].height = height
    for column, (heading, width) in enumerate(columns.items(), 1):
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = width
        paper.write(sheet, f"{letter}{_HEADER_ROW}", heading, _HEAD)
    styles = [_TEXT if column in texts else _NUMBER for column in range(1, len(columns) + 1)]
    last = _HEADER_ROW
    for last, (values, tone) in enumerate(lines, _HEADER_ROW + 1):
        _draw_row(sheet, last, values, [_TONES[tone], *styles[1:]], tuple(columns.values()))
    sheet.auto_filter.ref = f"A{_HEADER_ROW}:{right}{last}"
    sheet.freeze_panes = f"A{_HEADER_ROW + 1}"
    sheet.print_title_rows = f"{_HEADER_ROW}:{_HEADER_ROW}"


def _draw_row(
    sheet: Worksheet,
    row: int,
    values: Sequence[Value],
    styles: Sequence[Style],
    widths: Sequence[float],
) -> None:
    lines = 1
    for column, (value, style, width) in enumerate(zip(values, styles, widths, strict=True), 1):
        paper.write(sheet, f"{get_column_letter(column)}{row}", value, style)
        if isinstance(value, str):
            lines = max(lines, paper.count_lines(value, width - 2 * style.alignment.indent))
    sheet.row_dimensions[row].height = min(lines, 24) * paper.LINE_HEIGHT + 4


_SHEETS: Mapping[str, Callable[[Worksheet, Summary], None]] = {
    "汇总": _units,
    "问题": _findings,
    "多单位人员": _people,
    "文件": _files,
}
