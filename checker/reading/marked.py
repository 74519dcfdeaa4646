"""Our own marks: a marked copy that is read again is the workbook it was made from.

Told by what they say and by nothing else, because that is what survives: LibreOffice drops the
author of a comment, xls bends colours, csv keeps the texts of cells only. What the user wrote in
place of a mark or beside it is the user's, and is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from checker.model import Sheet, Value

FRONT_SHEET: Final = "自检结果"
# The cell by which our front sheet is told from a sheet of the user's with its name.
STATEMENT: Final = "这一页和表里的标注由备案自检生成，再检查时会自动略过。"
RESULTS: Final = "检查结果"  # heading of the column we add
NOTHING_FOUND: Final = "未发现问题"

_DEEPEST = 40  # rows of the front sheet in which the statement stands
_RESULT: Final = re.compile("【[^【】]{2,3}】")  # how our other results begin: 【必须改】
COMMENT_MARK: Final = "【备案自检】"  # the line with which our comments begin
COMMENT_HEAD: Final = 20  # characters of a comment that tell whose it is


def is_our_comment(text: str) -> bool:
    """Tell whether a comment is ours; one of somebody else's with ours below is not.

    >>> is_our_comment("【备案自检】\\n【必须改】I11 …")
    True
    >>> is_our_comment("核过了\\n【备案自检】\\n【必须改】I11 …")
    False
    """
    return text.lstrip().startswith(COMMENT_MARK)


def holds_our_comment(text: str) -> bool:
    """Tell whether a comment has ours in it, be it below somebody else's."""
    return any(line.startswith(COMMENT_MARK) for line in text.split("\n"))


def is_front(sheet: Sheet) -> bool:
    """Tell whether a sheet is our summary; the name may carry a number."""
    return sheet.name.startswith(FRONT_SHEET) and any(
        STATEMENT in values for values in sheet.rows[:_DEEPEST]
    )


def results(sheet: Sheet) -> tuple[tuple[int, int], ...]:
    """Return the cells of our column: each heading that has results of ours below, and these."""
    # Almost no sheet has one, and looking for it is one comparison a cell.
    headings = [
        (row, column)
        for row, values in enumerate(sheet.rows, 1)
        if RESULTS in values
        for column, value in enumerate(values, 1)
        if value == RESULTS
    ]
    found: list[tuple[int, int]] = []
    for row, column in headings:
        below = [other for other, same in headings if same == column and other > row]
        last = min(below, default=len(sheet.rows) + 1) - 1
        rows = [at for at in range(row + 1, last + 1) if _is_result(sheet.value(at, column))]
        found += [(at, column) for at in (row, *rows)] if rows else []
    return tuple(found)


def _is_result(value: Value) -> bool:
    return isinstance(value, str) and (value == NOTHING_FOUND or bool(_RESULT.match(value)))


def without_marks(sheets: Iterable[Sheet]) -> tuple[Sheet, ...]:
    """Return the sheets as the user made them. Our comments the readers have left out already."""
    return tuple(_without_results(sheet) for sheet in sheets if not is_front(sheet))


def _without_results(sheet: Sheet) -> Sheet:
    cells = results(sheet)
    if not cells:
        return sheet
    rows = list(sheet.rows)
    for row, column in cells:
        values = list(rows[row - 1])
        values[column - 1] = None
        while values and values[-1] is None:
            del values[-1]
        rows[row - 1] = tuple(values)
    while rows and not rows[-1]:
        del rows[-1]
    width = max(map(len, rows), default=0)
    return replace(
        sheet,
        rows=tuple(rows),
        hidden_rows=frozenset(row for row in sheet.hidden_rows if row <= len(rows)),
        hidden_columns=frozenset(column for column in sheet.hidden_columns if column <= width),
        total_rows=len(rows),
    )
