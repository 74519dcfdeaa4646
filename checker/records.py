"""The rows under a header, told apart by their shape: data, blank rows, totals and free text.

The notice allows free text under a table (S9), and people leave blank rows anywhere, so neither
ends the reading: each row is judged by itself. A row that could be either is data as long as
surer rows follow, so that nobody is left out, and a note under all of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from checker.catalog import Form
from checker.fields import blanked, record_of
from checker.model import Area, Cell, Record, Sheet, kind_of
from checker.normalise import headings, ordinal, squeeze

_TOTAL = re.compile(
    r"(?:本页|全年|总|人数|学时|课时)?(?:合计|小计|总计|共计)[:：]?|以下空白|以下无正文|以下无"
)
_LABEL = re.compile(r"[^:：0-9A-Za-z]{1,16}[:：]")  # 填表人：, 注：, 行业主管部门审核（盖章）：
_NOTE_ALONE = frozenset(("说明", "备注", "附注", "注", "填表说明", "单位意见", "（盖章）"))
# Words of a signature line, which stand beside or above the name or the seal.
_SIGNED = re.compile(
    r"(?:填表|填报|制表|审核|审批|复核|校对|经办|负责|联系|分管|主管)(?:人|领导|部门|单位)?"
    r"|签[字名章]|盖章|单位|日期|时间|电话|意见|年月日"
)
_LONG = 12  # a lone text this long is a sentence, unless it stands where names stand
_LONG_NAME = 26  # 25 hanzi is the longest name a form must take (民委发〔2016〕33号)
_SHORT_NAME = 4  # hanzi, without a ·
_ENOUGH = 3  # filled columns that make a record without any other sign of it
_NUMERAL = re.compile(r"[一二三四五六七八九十]{1,3}[、.．]?")
_NUMBER_OF_A_PERSON = re.compile(r"[0-9A-Za-z*Ｘｘ]{15,}")


class _Row(StrEnum):
    BLANK = "blank"
    TOTAL = "total"
    NOTE = "note"
    WEAK = "weak"  # data, or a note where it stands under all the data
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
    wide = {area.top for area in sheet.merged if area.right - area.left >= 2}
    kinds = {
        row: _classify(sheet.rows[row - 1], columns, row in wide, header, form)
        for row in range(first, last + 1)
    }
    end = _settle(kinds, first - 1)
    data = [row for row, (kind, _) in kinds.items() if kind is _Row.DATA]
    taken = set(data)
    merged = tuple(
        area for area in sheet.merged
        if area.top >= first and not taken.isdisjoint(range(area.top, min(area.bottom, end) + 1))
    )
    copied = _copied_down(merged)
    return Body(
        records=tuple(
            record_of(row, _cells(file, sheet, form, columns, row, copied), form) for row in data
        ),
        skipped=tuple(
            (row, text) for row, (kind, text) in kinds.items()
            if row < end and kind in (_Row.BLANK, _Row.TOTAL)
        ),
        notes=tuple(row for row, (kind, _) in kinds.items() if kind is _Row.NOTE),
        merged=merged,
    )


def _settle(kinds: dict[int, tuple[_Row, str]], before: int) -> int:
    """Make the weak rows data, or notes under all the data; return the last data row."""
    end = max((row for row, (kind, _) in kinds.items() if kind is _Row.DATA), default=before)
    for row, (kind, text) in kinds.items():
        if kind is _Row.WEAK:
            kinds[row] = (_Row.DATA if row < end else _Row.NOTE), text
    return end


def _classify(
    values: Sequence[object],
    columns: Mapping[str, int],
    wide: bool,
    header: frozenset[str],
    form: Form,
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
    return _by_columns(texts, columns, wide, form), ""


def _by_columns(
    texts: Mapping[int, str], columns: Mapping[str, int], wide: bool, form: Form
) -> _Row:
    """Judge a row by which of the columns are filled, and with what."""
    mapped = {name: texts[column] for name, column in columns.items() if column in texts}
    serial = mapped.pop("serial_no", "")
    numbered = ordinal(serial) is not None
    if not mapped:
        outside = [column for column in texts if column not in columns.values()]
        if numbered and not outside:
            return _Row.BLANK
        return _Row.DATA if numbered and len(outside) > 1 else _Row.NOTE
    if _is_person(mapped, form):
        return _Row.DATA
    first = next(iter(texts.values()))
    sentence = len(mapped) == 1 and _is_sentence(*next(iter(mapped.items())))
    if _LABEL.match(first) or first in _NOTE_ALONE or (len(mapped) == 1 and wide):
        return _Row.NOTE
    if numbered or _NUMERAL.fullmatch(serial):
        return _Row.WEAK if sentence else _Row.DATA
    if sentence and len(texts) == 1:
        return _Row.NOTE
    if len(mapped) > 1 and any(character.isdigit() for character in mapped.get("time", "")):
        return _Row.DATA
    if serial or _SIGNED.match(first):
        return _Row.WEAK
    return _Row.DATA if _has_name(mapped) or len(mapped) >= _ENOUGH else _Row.WEAK


def _is_person(mapped: Mapping[str, str], form: Form) -> bool:
    """Tell whether a row holds what only a person's row holds: a sex, or a long number."""
    if "gender" in mapped and mapped["gender"] in form.fields["gender"].enum:
        return True
    return bool(_NUMBER_OF_A_PERSON.fullmatch(mapped.get("id_number", "")))


def _is_sentence(name: str, text: str) -> bool:
    """Tell whether the only text of a row is rather a remark than the value of its column."""
    if name == "time" and any(character.isdigit() for character in text):
        return False
    return len(text) >= (_LONG_NAME if name == "name" else _LONG) or text[-1] in "。；;"


def _has_name(mapped: Mapping[str, str]) -> bool:
    name = mapped.get("name", "")
    return bool(name) and (len(name) <= _SHORT_NAME or "·" in name)


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
    form: Form,
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
        cell = Cell(file, sheet.name, row, column, value, kind, name)
        cells[name] = blanked(cell, form.fields[name])
    return cells
