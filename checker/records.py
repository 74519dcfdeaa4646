"""The rows under a header, told apart by their shape: data, blank rows, totals and free text.

The notice allows free text under a table (S9), and people leave blank rows anywhere, so neither
ends the reading: each row is judged by itself. A row that could be either is data as long as
surer rows follow, so that nobody is left out, and a note under all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from types import NoneType

from checker.catalog import Form
from checker.fields import blanked, meanings, record_of
from checker.model import Area, Cell, Record, Records, Sheet, Value, kind_of
from checker.normalise import headings, ordinal, squeeze

_TOTAL = re.compile(
    r"(?:本页|全年|总|人数|学时|课时)?(?:合计|小计|总计|共计)[:：]?|以下空白|以下无正文|以下无"
)
_TOTAL_BELOW = re.compile(rf"\n(?:{_TOTAL.pattern})")
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
_BLANK = frozenset((None, ""))
_PLAIN = frozenset((str, int, float, NoneType))  # 1 and True are equal keys, dates are more
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

    records: Records
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
        for row in _to_classify(sheet, columns, range(first, last + 1), header, form)
    }
    sure = next((row for row in range(last, first - 1, -1) if row not in kinds), first - 1)
    end = _settle(kinds, sure)
    data = [
        row for row in range(first, last + 1)
        if row not in kinds or kinds[row][0] is _Row.DATA
    ]
    taken = set(data) if sheet.merged else set()
    merged = tuple(
        area for area in sheet.merged
        if area.top >= first and not taken.isdisjoint(range(area.top, min(area.bottom, end) + 1))
    )
    return Body(
        records=_records(file, sheet, form, columns, data, _copied_down(merged)),
        skipped=tuple(
            (row, text) for row, (kind, text) in kinds.items()
            if row < end and kind in (_Row.BLANK, _Row.TOTAL)
        ),
        notes=tuple(row for row, (kind, _) in kinds.items() if kind is _Row.NOTE),
        merged=merged,
    )


def _to_classify(
    sheet: Sheet,
    columns: Mapping[str, int],
    rows: range,
    header: frozenset[str],
    form: Form,
) -> Sequence[int]:
    """Return the rows that are not plainly a person's; for the others three columns are enough.

    A person's row has a sex, which no repeated header has, and its first two texts name no total.
    """

    def held(number: int) -> Sequence[Value]:
        return sheet.columns[number - 1][rows.start - 1 : rows.stop - 1]

    filled = (n for n in range(1, len(sheet.columns) + 1) if not _BLANK.issuperset(held(n)))
    first, second = next(filled, 0), next(filled, 0)
    sex = columns.get("gender", 0)
    sexes = frozenset(form.fields["gender"].enum) if sex else frozenset()
    if sex in (0, first, second) or not second or not header.isdisjoint(sexes):
        return rows
    shown, one, other = held(sex), held(first), held(second)
    ends, other_ends = _ends(one), _ends(other)
    if sexes.issuperset(shown) and ends.isdisjoint(one) and other_ends.isdisjoint(other):
        return ()
    return [
        row
        for row, *texts, found in zip(rows, one, other, shown, strict=True)
        if found not in sexes or texts[0] in ends or texts[1] in other_ends
    ]


def _ends(column: Sequence[Value]) -> frozenset[Value]:
    """Return what a column holds that is blank or ends a table, as `_classify` says of texts."""
    # A number or date has no Han character.
    texts = {value for value in set(column) if isinstance(value, str)}
    if "".join(texts).isalnum() and not _TOTAL_BELOW.search("\n" + "\n".join(texts)):
        return _BLANK
    return _BLANK.union(text for text in texts if _is_total(squeeze(text)) or not squeeze(text))


def _is_total(text: str) -> bool:
    return _TOTAL.match(text) is not None and len(text) < _LONG


def _settle(kinds: dict[int, tuple[_Row, str]], sure: int) -> int:
    """Make the weak rows data, or notes under all the data; return the last data row.

    `sure` is the last row that is data without having been classified.
    """
    end = max((row for row, (kind, _) in kinds.items() if kind is _Row.DATA), default=sure)
    end = max(end, sure)
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
        if _is_total(text):
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


def _records(
    file: str,
    sheet: Sheet,
    form: Form,
    columns: Mapping[str, int],
    rows: Sequence[int],
    copied: Mapping[tuple[int, int], tuple[int, int]],
) -> Records:
    """Return the data rows; a Record is made of one when somebody asks for it."""

    def make(index: int, names: Iterable[str]) -> Record:
        row, places = rows[index], {name: columns[name] for name in names}
        return record_of(row, _cells(file, sheet, form, places, row, copied), form)

    values = {name: _column(sheet, column, rows, copied) for name, column in columns.items()}
    special = {row for row, _ in copied}.union(row for row, _ in sheet.marks)
    apart = {index for index, row in enumerate(rows) if row in special} if special else set()
    for held in values.values():
        if not _PLAIN.issuperset(map(type, held)):
            apart.update(index for index, value in enumerate(held) if type(value) not in _PLAIN)
    return Records(
        rows=rows,
        columns=values,
        apart=frozenset(apart),
        make=make,
        mean=partial(meanings, form),
    )


def single(record: Record, form: Form) -> Records:
    """Return the one record of a form that has boxes instead of rows."""
    return Records(
        rows=(record.row,),
        columns={name: (cell.value,) for name, cell in record.cells.items()},
        apart=frozenset((0,)),
        make=lambda _index, _names: record,
        mean=partial(meanings, form),
    )


def _column(
    sheet: Sheet,
    column: int,
    rows: Sequence[int],
    copied: Mapping[tuple[int, int], tuple[int, int]],
) -> Sequence[Value]:
    """Return what the rows hold in a column, H10's copies included."""
    held = sheet.columns[column - 1] if column <= len(sheet.columns) else ()
    values: list[Value] = [None] * len(rows)
    if held and rows and rows[-1] - rows[0] == len(rows) - 1:
        values = list(held[rows[0] - 1 : rows[-1]])
    elif held:
        values = [held[row - 1] for row in rows]
    if copied:
        for index, row in enumerate(rows):
            if (row, column) in copied:
                values[index] = sheet.value(*copied[row, column])
    return values


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
