"""Cell values through python-calamine, the only module that calls it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import TYPE_CHECKING

from checker.model import Trouble, Value
from checker.reading.book import Limits, UnreadableError, damaged, too_large

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

Row = tuple[Value, ...]
Cells = tuple[str, bool, "CalamineSheet"]  # name, whether it is hidden, and the cells
Known = Mapping[tuple[int, int], Value]  # values better known than calamine's, by row and column


def sheets(data: bytes) -> Iterator[Cells]:
    """Yield name, hidden or not, and cells of each sheet of a workbook, in its own order."""
    # Not at the top: the browser starts from a memory snapshot, which cannot hold compiled code.
    from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_object(io.BytesIO(data))
        for index, entry in enumerate(book.sheets_metadata):
            hidden = entry.visible is not SheetVisibleEnum.Visible
            yield entry.name, hidden, book.get_sheet_by_index(index)
    except PasswordError as error:
        raise UnreadableError(Trouble.ENCRYPTED) from error
    except BaseException as error:
        # A panic inside calamine arrives as pyo3_runtime.PanicException, which is no Exception.
        if isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit)):
            raise
        raise damaged() from error


def rows(sheet: CalamineSheet, known: Known, limits: Limits) -> tuple[Row, ...]:
    """Return the rows from row 1 to the last filled one, each up to its last filled cell."""
    if sheet.end and sheet.end[0] >= limits.rows:
        raise too_large("rows", sheet.end[0] + 1)
    # iter_rows begins with row 1, but with the first column that is filled at all.
    left = [repeat(None)] * (sheet.start[1] if sheet.start else 0)
    # By columns, because most hold nothing but text, which needs no looking at.
    table: Iterable[Sequence[Value]] = zip(*left, *map(_column, zip(*sheet.iter_rows())))  # noqa: B905 - blanks without an end
    return trimmed(_with(known, table) if known else table)


def _column(cells: Sequence[Value]) -> Sequence[Value]:
    """Return the cells of a column as we have them: blank ones as None, numbers `simplified`."""
    if "" not in cells and set(map(type, cells)) == {str}:
        return cells
    return [(cell or None) if cell.__class__ is str else simplified(cell) for cell in cells]


def _with(known: Known, table: Iterable[Sequence[Value]]) -> Sequence[Sequence[Value]]:
    """Return the table with the values known better."""
    rows = list(map(list, table))
    for (row, column), value in known.items():
        rows.extend([] for _ in range(row - len(rows)))
        cells = rows[row - 1]
        cells.extend([None] * (column - len(cells)))
        cells[column - 1] = value
    return rows


def trimmed(table: Iterable[Sequence[Value]]) -> tuple[Row, ...]:
    """Return the table without what is blank at the right and at the end."""
    rows = []
    for cells in table:
        end = len(cells)
        while end and cells[end - 1] is None:
            end -= 1
        rows.append(tuple(cells[:end]))
    while rows and not rows[-1]:
        del rows[-1]
    return tuple(rows)


def simplified(value: Value) -> Value:
    """Return whole numbers as int, up to the 15 digits a spreadsheet keeps.

    >>> simplified(3.0), simplified(2.5), simplified(4.10302199003071e17)
    (3, 2.5, 4.10302199003071e+17)
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value
