"""The rows under a header, told apart by their shape: data, blank rows, totals and free text.

The notice allows free text under a table (S9), and people leave blank rows anywhere, so neither
ends the reading: each row is judged by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from checker.catalog import Form
from checker.fields import record_of
from checker.model import Area, Cell, Record, Sheet, kind_of
from checker.normalise import headings, number, squeeze

_TOTAL = re.compile(r"(?:本页|全年|总)?(?:合计|小计|总计|共计)[:：]?|以下空白|以下无正文|以下无")
_NOTE = re.compile(
    r"(?:说明|备注|附注|注|注意|填表说明|填表人|填报人|制表人?|审核人?|审批人?|复核人?|经办人|负责人|联系人"
    r"|联系电话|电话|单位负责人|分管领导|主管领导|单位意见|单位|填报单位|日期|时间|填表日期|填报日期|盖章)"
    r"(?:[（(][^（）()]{0,10}[)）])?[:：]"
)
_NOTE_ALONE = frozenset(("说明", "备注", "附注", "注", "填表说明", "单位意见", "（盖章）"))
_LONG = 12  # a lone text this long is a sentence, unless it stands where names stand
_LONG_NAME = 26  # 25 hanzi is the longest name a form must take (民委发〔2016〕33号)


class _Row(StrEnum):
    BLANK = "blank"
    TOTAL = "total"
    NOTE = "note"
    DATA = "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What stands under a header."""

    records: tuple[Record, ...]
    skipped: tuple[tuple[int, str], ...]  # blank and total rows above the last data row
    notes: tuple[int, ...]
    merged: tuple[Area, ...]  # merged areas that touch data rows


def read_rows(
    file: str,
    sheet: Sheet,
    form: Form,
    columns: Mapping[str, int],
    first: int,
    last: int,
    header: frozenset[str] = frozenset(),
) -> Body:
    """Read the rows from `first` to `last`.

    `columns` maps field to column number; `header` holds the compared texts of the header, by which
    a header repeated for printing is told.
    """
    kinds: dict[int, tuple[_Row, str]] = {}
    wide = {area.top for area in sheet.merged if area.right - area.left >= 2}
    for row in range(first, last + 1):
        kinds[row] = _classify(sheet.rows[row - 1], columns, row in wide, header)
    data = [row for row, (kind, _) in kinds.items() if kind is _Row.DATA]
    end = data[-1] if data else first - 1
    taken = set(data)
    merged = tuple(
        area for area in sheet.merged
        if area.top >= first and not taken.isdisjoint(range(area.top, min(area.bottom, end) + 1))
    )
    copied = _copied_down(merged)
    return Body(
        records=tuple(
            record_of(row, _cells(file, sheet, columns, row, copied), form) for row in data
        ),
        skipped=tuple(
            (row, text) for row, (kind, text) in kinds.items()
            if row < end and kind in (_Row.BLANK, _Row.TOTAL)
        ),
        notes=tuple(row for row, (kind, _) in kinds.items() if kind is _Row.NOTE),
        merged=merged,
    )


def _classify(
    values: Sequence[object], columns: Mapping[str, int], wide: bool, header: frozenset[str]
) -> tuple[_Row, str]:
    """Return what a row is, and for a skipped row its text."""
    texts = {
        column: text
        for column, value in enumerate(values, 1)
        if value is not None and (text := squeeze(str(value)))
    }
    if not texts:
        return _Row.BLANK, ""
    heads = list(texts.values())
    if headings(heads[0])[0] in header and all(headings(text)[0] in header for text in heads):
        return _Row.TOTAL, "重复的表头"
    for text in heads if len(heads) <= 3 else heads[:2]:  # told by its first words
        if _TOTAL.match(text) and len(text) < _LONG:
            return _Row.TOTAL, text
    if _NOTE.match(heads[0]) or heads[0] in _NOTE_ALONE:
        return _Row.NOTE, ""
    return _by_columns(texts, columns, wide), ""


def _by_columns(texts: Mapping[int, str], columns: Mapping[str, int], wide: bool) -> _Row:
    serial = columns.get("serial_no")
    mapped = {name: texts[column] for name, column in columns.items() if column in texts}
    serial_text = mapped.pop("serial_no", "")
    numbered = number(serial_text) is not None
    if not mapped:
        outside = [column for column in texts if column not in columns.values()]
        if numbered and not outside:
            return _Row.BLANK
        return _Row.DATA if numbered and len(outside) > 1 else _Row.NOTE
    if len(texts) > 1 or numbered:
        return _Row.DATA
    (name, text), = mapped.items()
    long = _LONG_NAME if name == "name" else _LONG
    alone = wide or len(text) >= long or (serial is not None and columns[name] < serial)
    return _Row.NOTE if alone else _Row.DATA


def _copied_down(merged: Sequence[Area]) -> dict[tuple[int, int], tuple[int, int]]:
    """Return for each covered place the place whose value it shows (H10 copies values down)."""
    return {
        (row, column): (area.top, area.left)
        for area in merged
        for row in range(area.top, min(area.bottom, area.top + 1000) + 1)
        for column in range(area.left, area.right + 1)
        if column == area.left and row != area.top
    }


def _cells(
    file: str,
    sheet: Sheet,
    columns: Mapping[str, int],
    row: int,
    copied: Mapping[tuple[int, int], tuple[int, int]],
) -> dict[str, Cell]:
    values, marks = sheet.rows[row - 1], sheet.marks
    cells: dict[str, Cell] = {}
    for name, column in columns.items():
        place = (row, column)
        if place in copied:
            value, kind = sheet.value(*copied[place]), sheet.kind(*copied[place])
        else:
            value = values[column - 1] if column <= len(values) else None
            kind = marks.get(place) or kind_of(value)
        cells[name] = Cell(file, sheet.name, row, column, value, kind, name)
    return cells
