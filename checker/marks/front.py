"""The summary in front of a marked copy: what was checked, the verdict, and every entry."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from checker import __version__, catalog, paper
from checker.editing import CellEdit, NewSheet
from checker.marks import cells
from checker.model import Area, FileSummary, Group, Report, SheetSummary
from checker.reading.marked import FRONT_SHEET, STATEMENT
from checker.reports import palette, words
from checker.rules import RULES_VERSION

_TITLE = "备案材料自检结果"
_HEADINGS = ("级别", "工作表", "单元格", "栏目", "问题", "怎么改", "规则")
_WIDTHS = (8.0, 13.0, 12.0, 12.0, 40.0, 32.0, 7.0)
_LABEL = 2  # columns merged for the label of a line above the entries
_MOST = 10  # cells, or sentences, that an entry lists
_PADDING = 6.0
_TITLE_SIZE, _TITLE_HEIGHT = 18, 36.0
_VERDICT_SIZE = 14
_SOFT = palette.LIGHT["primary-soft"].lstrip("#").upper()
_VERDICT_FILLS = {"fix": "error", "review": "warning", "pass": "ok"}

_Row = tuple[CellEdit, ...]


def sheet(report: Report, *, taken: Collection[str] = ()) -> NewSheet:
    """Return the summary of the report on one file; `taken` names the sheets there are."""
    drawn = _Drawing()
    drawn.line(_TITLE, size=_TITLE_SIZE, height=_TITLE_HEIGHT)
    drawn.line(STATEMENT)
    for label, text, colour in _facts(report):
        drawn.fact(label, text, colour)
    drawn.line("")
    sections = list(words.sections(report))
    if sections:
        drawn.row([CellEdit(value=text, bold=True, fill=_SOFT) for text in _HEADINGS])
    for key, said, groups in sections:
        colour = cells.fill("ok" if key == "acknowledged" else key)
        for group in groups:
            head, *rest = (CellEdit(value=text) for text in _entry(group, said, report))
            drawn.row([replace(head, fill=colour), *rest])
    drawn.line(
        f"beian-kit {__version__}，规则 {RULES_VERSION}。检查在本机完成，文件没有上传。"
        "自检帮您少跑一趟，结果以受理部门审核为准。"
    )
    return NewSheet(
        name=_free_name(taken),
        rows=drawn.rows,
        widths=_WIDTHS,
        merged=drawn.merged,
        heights=drawn.heights,
    )


def _free_name(taken: Collection[str]) -> str:
    """Return the name of the summary, numbered where the user has a sheet of that name."""
    names = {name.lower() for name in taken}
    name, number = FRONT_SHEET, 1
    while name.lower() in names:
        number += 1
        name = f"{FRONT_SHEET}（{number}）"
    return name


class _Drawing:
    """The rows of the sheet as they are put one under another."""

    def __init__(self) -> None:
        self.rows: list[_Row] = []
        self.merged: list[Area] = []
        self.heights: dict[int, float] = {}

    def row(self, edits: list[CellEdit]) -> None:
        """Add a row of the table of entries."""
        texts = [str(edit.value) for edit in edits]
        self._add([_framed(edit) for edit in edits], list(zip(texts, _WIDTHS, strict=True)))

    def line(self, text: str, *, size: int | None = None, height: float = 0.0) -> None:
        """Add a line across the page; one with a size of its own is a heading."""
        self._merge(1, len(_WIDTHS))
        edit = CellEdit(value=text, bold=bool(size), size=size, wrap=True)
        self._add([edit], [(text, sum(_WIDTHS))], height)

    def fact(self, label: str, text: str, colour: str | None) -> None:
        """Add a line with a label."""
        self._merge(1, _LABEL)
        self._merge(_LABEL + 1, len(_WIDTHS))
        head = [CellEdit(value=label, bold=True, fill=_SOFT), *[CellEdit()] * (_LABEL - 1)]
        size = _VERDICT_SIZE if colour else None
        said = CellEdit(value=text, fill=colour, bold=bool(size), size=size)
        body = [said, *[CellEdit()] * (len(_WIDTHS) - _LABEL - 1)]
        wide = [(label, sum(_WIDTHS[:_LABEL])), (text, sum(_WIDTHS[_LABEL:]))]
        self._add([_framed(edit) for edit in (*head, *body)], wide)

    def _merge(self, left: int, right: int) -> None:
        row = len(self.rows) + 1
        self.merged.append(Area(row, left, row, right))

    def _add(
        self, edits: list[CellEdit], texts: list[tuple[str, float]], height: float = 0.0
    ) -> None:
        lines = max(paper.count_lines(text, width) for text, width in texts)
        self.rows.append(tuple(edits))
        self.heights[len(self.rows)] = height or lines * paper.LINE_HEIGHT + _PADDING


def _framed(edit: CellEdit) -> CellEdit:
    return replace(edit, wrap=True, framed=True)


def _facts(report: Report) -> Iterator[tuple[str, str, str | None]]:
    """Yield the lines above the entries: label, text and colour."""
    yield "文件", "、".join(file.name for file in report.files), None
    yield "检查", f"{report.checked_on}，按 {report.cycle} 年度的要求检查", None
    counts = "，".join(f"{said} {count} 处" for _, said, count in words.counts(report))
    colour = cells.fill(_VERDICT_FILLS[report.verdict])
    yield "结论", f"{words.VERDICTS[report.verdict]}：{counts}", colour
    yield "读到的表", "\n".join(_read(file) for file in report.files), None
    if report.not_checked:
        yield "没有检查的", "\n".join(report.not_checked), None
    if report.findings:
        yield "怎么看", (
            "涂了颜色的格子有问题，鼠标停在上面能看到是什么问题、怎么改；"
            "名单、成绩单、计划表最右边的“检查结果”一列可以筛选，只看要改的行。"
        ), None
    yield "改好以后", "保存，再检查一遍，标注不用先删。报送前做“定稿”，标注会全部去掉。", None


def _read(file: FileSummary) -> str:
    lines = [_read_sheet(sheet) for sheet in file.sheets if not sheet.sign_in]
    return "\n".join([*lines, *([f"{file.sign_ins} 张{words.SIGN_IN}"] if file.sign_ins else ())])


def _read_sheet(summary: SheetSummary) -> str:
    if summary.form is None:
        return f"“{summary.name}”：没有认出是哪张表"
    form = catalog.load().forms[summary.form]
    facts = [form.title]
    if form.is_table:
        facts.append(f"{summary.rows} 行")
    if summary.people:
        facts.append(f"{summary.people} 人")
    if summary.fingerprint:
        facts.append(f"核对码 {summary.fingerprint}")
    return f"“{summary.name}”：{'，'.join(facts)}"


def _entry(group: Group, said: str, report: Report) -> tuple[str, ...]:
    """Return one line of the table of entries."""
    findings = words.members(group, report)
    places = words.cells(findings)
    where = "、".join(places[:_MOST])
    if len(places) > _MOST:
        where += f" 等 {len(findings)} 处"
    details = words.details(findings, redact=False)
    problem = [group.message, *details[:_MOST]]
    if len(details) > _MOST:
        problem.append(f"这里列出前 {_MOST} 处，其余的看表里的标注。")
    known = words.partly(findings)
    return (
        said,
        findings[0].place.sheet,
        where,
        group.label,
        "\n".join([*problem, *([known] if known else [])]),
        report.rule(group.code).fix,
        group.code,
    )
