"""The marked copy: the user's own workbook with each finding on its cell.

Nothing that was there is changed but fills: what we add is a comment and a colour on each cell
with a finding, a last column with the result of each row, and a summary in front. All of it is
passed over when the copy is checked again (`reading.marked`) and can be taken off (`removal`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from checker.catalog import CheckerError
from checker.copies import MARKED, begin, named
from checker.editing import KEEP, Edits, SheetEdits, edit
from checker.engine import Examination, told_apart
from checker.marks import cells, front
from checker.model import Product, Report, Source


def mark(files: Iterable[tuple[str, bytes]], examination: Examination) -> Product:
    """Return a marked copy of each file that could be read, one without findings included.

    `files` are those examined, under the names they have in the report.
    """
    copies: list[tuple[str, bytes]] = []
    notes: list[str] = []
    for (name, data), source in zip(files, examination.drop.sources, strict=True):
        report = of_file(examination.report, name)
        if source.workbook.trouble:
            notes += (f"{found.message}没有做标注件。" for found in report.findings[:1])
            continue
        edits = _edits(source, examination, report)
        try:
            plain, lost = begin(name, data, source.workbook.format)
            made = edit(plain, edits)
        except CheckerError as error:
            notes.append(f"“{name}”没有做标注件。{error}")
        else:
            copies.append((named(name, source.workbook.format, MARKED), made))
            notes += (*lost, *(f"“{name}”：{each}" for each in _left_out(edits)))
    return Product(files=tuple(told_apart(copies)), notes=tuple(notes))


def _left_out(edits: Edits) -> Iterator[str]:
    """Say where cells got their colour only, because there are too many of them."""
    for name, sheet in edits.sheets.items():
        if any(each.comment is KEEP and each.value is KEEP for each in sheet.cells.values()):
            yield (
                f"“{name}”里有问题的格子太多，只给前 {cells.MOST_COMMENTS:,} 个加了批注，"
                "其余的涂了颜色，问题写在“检查结果”一列。"
            )


def of_file(report: Report, name: str) -> Report:
    """Return what a report says of one file, and of none in particular."""
    kept = [n for n, found in enumerate(report.findings) if found.place.file in (name, "")]
    moved = {old: new for new, old in enumerate(kept)}
    others = [file.name for file in report.files if file.name != name]
    return replace(
        report,
        files=tuple(file for file in report.files if file.name == name),
        findings=tuple(report.findings[index] for index in kept),
        groups=tuple(
            replace(group, findings=tuple(moved[index] for index in group.findings))
            for group in report.groups
            if group.findings[0] in moved
        ),
        not_checked=tuple(
            sentence
            for sentence in report.not_checked
            if not any(f"“{other}”" in sentence for other in others)
        ),
    )


def _edits(source: Source, examination: Examination, report: Report) -> Edits:
    unsound = examination.drop.unsound
    checked = [t for t in source.tables if not any(t is other for other in unsound)]
    sheets: dict[str, SheetEdits] = {}
    for sheet in source.workbook.sheets:
        tables = [table for table in checked if table.sheet.name == sheet.name]
        edits = cells.edits(sheet, tables, report)
        if edits:
            sheets[sheet.name] = edits
    names = [sheet.name for sheet in source.workbook.sheets]
    return Edits(sheets=sheets, front=front.sheet(report, taken=names))
