"""The corrected copy: the user's own workbook with the accepted changes made and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest

from checker.catalog import CheckerError
from checker.copies import CORRECTED, begin, named
from checker.editing import CellEdit, Edits, SheetEdits, edit
from checker.engine import told_apart
from checker.fixes.changes import Change, Edit
from checker.model import Product, Sheet, Value
from checker.reading import read

_Place = tuple[str, int, int]  # sheet, row, column


class ChangedContentError(CheckerError):
    """The copy differs in something else than the changes: a fault of ours, so it is kept back."""

    def __init__(self) -> None:
        super().__init__("更正后的内容和原文件对不上，所以没有交给您。原文件没有动，先照报告自己改。")


def correct(files: Iterable[tuple[str, bytes]], changes: Sequence[Change]) -> Product:
    """Return a corrected copy of each file that has changes.

    `files` are those examined, under the names they have in the report.
    """
    by_file: dict[str, dict[_Place, Edit]] = defaultdict(dict)
    for each in changes:
        for one in each.edits:
            by_file[one.cell.file][one.cell.sheet, one.cell.row, one.cell.column] = one
    copies: list[tuple[str, bytes]] = []
    notes: list[str] = []
    for name, data in files:
        if name not in by_file:
            continue
        try:
            copy, lost = _copy(name, data, by_file[name])
        except CheckerError as error:
            notes.append(f"“{name}”没有做更正件。{error}")
        else:
            copies.append(copy)
            notes.append(f"“{name}”更正了 {len(by_file[name])} 处。")
            notes += lost
    if not changes:
        notes.append("没有可以放心自动改的地方，所以没有做更正件。")
    return Product(files=tuple(told_apart(copies)), notes=tuple(notes))


def _copy(
    name: str, data: bytes, edits: Mapping[_Place, Edit]
) -> tuple[tuple[str, bytes], tuple[str, ...]]:
    """Return name and bytes of the corrected copy of a file, and what was lost on the way."""
    book = read(data, name)
    data, lost = begin(name, data, book.format)
    before = read(data, name).sheets
    # Converted, a sheet may have another name: a csv file has none to begin with.
    names = {old.name: new.name for old, new in zip(book.sheets, before, strict=True)}
    cells: dict[str, dict[tuple[int, int], CellEdit]] = defaultdict(dict)
    for (sheet, row, column), each in edits.items():
        value = None if each.after == "" else each.after
        cells[names[sheet]][row, column] = CellEdit(value=value, as_text=each.as_text)
    made = edit(data, Edits(sheets={name: SheetEdits(cells=some) for name, some in cells.items()}))
    if not _is_as_wanted(before, read(made, name).sheets, cells):
        raise ChangedContentError
    return (named(name, book.format, CORRECTED), made), lost


def _is_as_wanted(
    before: Sequence[Sheet],
    after: Sequence[Sheet],
    cells: Mapping[str, Mapping[tuple[int, int], CellEdit]],
) -> bool:
    """Tell whether the sheets hold what they held, but for the cells to change."""
    return [sheet.name for sheet in before] == [sheet.name for sheet in after] and all(
        _changed(old, new)
        == {place: each.value for place, each in cells.get(old.name, {}).items()}
        for old, new in zip(before, after, strict=True)
    )


def _changed(before: Sheet, after: Sheet) -> dict[tuple[int, int], Value]:
    """Return the cells in which two sheets differ, and what the second holds there."""
    return {
        (row, column): new
        for row, pair in enumerate(zip_longest(before.rows, after.rows, fillvalue=()), 1)
        if pair[0] != pair[1]
        for column, (old, new) in enumerate(zip_longest(*pair), 1)
        if (old, type(old)) != (new, type(new))
    }
