"""The marks in one sheet: colours and comments on cells, and the column with the results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from checker.editing import KEEP, CellEdit, SheetEdits
from checker.model import Area, Finding, Report, Severity, Sheet, Table
from checker.reading.marked import NOTHING_FOUND, RESULTS
from checker.reading.worksheet import reference
from checker.reports import palette, words

_WEIGHTS = (*Severity, "ok")  # heaviest first; what is acknowledged weighs nothing
_FILLS = {weight: palette.LIGHT[f"{weight}-soft"].lstrip("#").upper() for weight in _WEIGHTS}
COLOURS = frozenset(_FILLS.values())

# In a sheet: with ten thousand of them LibreOffice needs minutes to open it.
MOST_COMMENTS = 1_000
_MOST_MESSAGES = 10  # of one rule in a comment: a merged cell may stand for many rows
_FAR = 20  # columns right of the headings; what stands further away is a stray
_WIDTH = 56.0  # of the column with the results, in characters

Place = tuple[int, int]


def edits(sheet: Sheet, tables: Sequence[Table], report: Report) -> SheetEdits | None:
    """Return the marks of a sheet, None where there are none.

    `tables` are those in it whose rows were checked.
    """
    here = [f for f in report.findings if f.place.sheet == sheet.name and f.place.row]
    changes = dict(_on_cells(sheet, here, report))
    listed = [table for table in tables if table.form.is_table and table.records]
    if not listed:
        return SheetEdits(cells=changes) if changes else None
    column = _free_column(sheet, listed)
    for table in listed:
        changes |= _results(table, column, here)
    largest = max(listed, key=lambda table: len(table.records))
    return SheetEdits(cells=changes, widths={column: _WIDTH}, filter=_filter(largest, column))


def weight(finding: Finding) -> str:
    """Return what a finding counts as: its severity, or `ok` once it is acknowledged."""
    return "ok" if finding.acknowledged else finding.severity


def fill(what: str) -> str:
    """Return the soft colour of a severity, or of what is in order (`ok`), as RRGGBB."""
    return _FILLS[what]


def word(finding: Finding) -> str:
    """Return the word for how much a finding weighs."""
    return words.ACKNOWLEDGED if finding.acknowledged else words.WORDS[finding.severity]


def _by_weight(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (_WEIGHTS.index(weight(finding)), finding.code))


def _on_cells(
    sheet: Sheet, findings: Iterable[Finding], report: Report
) -> Iterator[tuple[Place, CellEdit]]:
    """Yield each cell with findings, its colour and comment; of a merged area the first cell."""
    shown = {
        (row, column): (area.top, area.left)
        for area in sheet.merged
        for row in range(area.top, min(area.bottom, len(sheet.rows)) + 1)
        for column in range(area.left, min(area.right, area.left + _FAR) + 1)
    }
    by_place: dict[Place, list[Finding]] = {}
    for finding in findings:
        place = reference(finding.place.cell)
        if place:
            by_place.setdefault(shown.get(place, place), []).append(finding)
    for number, (place, found) in enumerate(by_place.items()):
        found = _by_weight(found)
        comment = _comment(found, report) if number < MOST_COMMENTS else KEEP
        yield place, CellEdit(fill=fill(weight(found[0])), comment=comment)


def _comment(findings: Sequence[Finding], report: Report) -> str:
    """Return what is said at a cell: per rule its messages, then what to do."""
    return "\n".join(
        line
        for (said, code), found in groupby(findings, key=lambda each: (word(each), each.code))
        for line in _entry(said, code, list(found), report)
    )


def _entry(said: str, code: str, findings: Sequence[Finding], report: Report) -> Iterator[str]:
    messages = list(dict.fromkeys(finding.message for finding in findings))
    yield f"【{said}】{code} {messages[0]}"
    yield from messages[1:_MOST_MESSAGES]
    for offered in dict.fromkeys(finding.suggestion for finding in findings):
        if offered and "*" not in offered and offered not in messages[0]:
            yield f"可以改成：{offered}"
    yield f"怎么改：{report.rule(code).fix}"


def _results(table: Table, column: int, findings: Iterable[Finding]) -> dict[Place, CellEdit]:
    """Return the column with what was found in each row of a table.

    On one line, running over to the right where it is long: the rows keep the height the user gave
    them, and wrapped it would be cut off. No frame either, which taking the marks off would leave.
    """
    top, bottom = table.header_rows[1], _last_row(table)
    by_row: dict[int, list[Finding]] = {record.row: [] for record in table.records}
    for finding in findings:
        row = finding.place.row or 0
        if top < row <= bottom:
            by_row.setdefault(row, []).append(finding)
    made = {(top, column): CellEdit(value=RESULTS, bold=True)}
    for row, found in by_row.items():
        found = _by_weight(found)
        text = "；".join(dict.fromkeys(map(_result, found))) or NOTHING_FOUND
        colour = fill(weight(found[0])) if found else None
        made[row, column] = CellEdit(value=text, fill=colour)
    return made


def _result(finding: Finding) -> str:
    """Return what is said of a finding beside its row, which need not be named again."""
    text = finding.message.removeprefix(f"第 {finding.place.row} 行").removeprefix("的")
    text = text.strip().rstrip("。")
    label = f"{finding.label}：" if finding.label and finding.label not in text else ""
    return f"【{word(finding)}】{label}{text}"


def _last_row(table: Table) -> int:
    return max(record.row for record in table.records)


def _free_column(sheet: Sheet, tables: Iterable[Table]) -> int:
    """Return the first free column right of the tables, one for all that share the sheet."""
    rows = {row for table in tables for row in range(table.header_rows[0], _last_row(table) + 1)}
    last = max(
        cell.column
        for table in tables
        for cell in (*table.headings.values(), *table.unknown_headings)
    )
    used = {
        column
        for row in rows
        for column, value in enumerate(sheet.rows[row - 1], 1)
        if value is not None
    }
    for area in sheet.merged:
        if not rows.isdisjoint(range(area.top, min(area.bottom, len(sheet.rows)) + 1)):
            used.update(range(area.left, min(area.right, last + _FAR) + 1))
    column = max((each for each in used if each <= last + _FAR), default=last) + 1
    while column in used:
        column += 1
    return column


def _filter(table: Table, column: int) -> Area:
    """Return where a table is filtered: its lowest header row and all of its data."""
    cells = (*table.headings.values(), *table.unknown_headings)
    left = min(cell.column for cell in cells)
    return Area(table.header_rows[1], left, _last_row(table), column)
