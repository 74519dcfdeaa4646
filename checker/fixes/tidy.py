"""How a cell should be written: the value that says the same and that the checker has no word on.

One function a kind of field says how a value is written rightly, and `says` what a value says. A
new writing is only ever returned where it says the same as the old one, so that no digit of a
number, no hour and no character of a name can change, whatever the first function thinks up.
Where it takes a look at the card, the calendar or a colleague to know, nothing is returned.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping

from checker.catalog import Field
from checker.fields import value_of
from checker.identifiers import id_document, person_name, resident_id
from checker.model import Cell, Context, Table, kind_of
from checker.normalise import number_with_unit, squeeze, visible
from checker.rules.row import MANY_LINES
from checker.sessions import Problem, read_time
from checker.time_tokens import clean

Written = str | int | float

_ODD_BLANKS = re.compile("[\t\u00a0]")
_LINE_BREAK = re.compile(r"[ \u3000\u00a0\t]*[\r\n]\s*")
_TWO_WORDS = re.compile(r"(?<=[0-9A-Za-z])[ \u3000\u00a0\t]*[\r\n]\s*(?=[0-9A-Za-z])")
_ANY_BLANKS = re.compile(r"\s+")
# 小时 is not 学时, 约 is not exactly, and 人 has no place in a column of hours.
_UNITS = {
    "hours": re.compile("共?[0-9.]+个?(?:学时|课时)"),
    "headcount": re.compile("共?[0-9]+个?(?:人|名|位)"),
}
# All that may stand in a time that is written anew; a further word (拟, 周二) would be lost.
_PLAIN_TIME = re.compile(
    r"(?:[0-9年月日号.,、;:/~—–―─&和及与至到()\s-]|[上下]午|晚上?|[全整]天|[ap]m)+"
)


def tidied(cell: Cell, field: Field, table: Table, context: Context) -> Written | None:
    """Return what the cell should hold, None where that is what it holds or nobody can tell."""
    write = _WRITERS.get(field.kind, _text)
    after = write(cell, field, table, context)
    if after is None or (after == cell.value and type(after) is type(cell.value)):
        return None
    same = says(field, with_value(cell, after), context) == says(field, cell, context)
    return after if same else None


def with_value(cell: Cell, value: Written) -> Cell:
    """Return the cell as it is when it holds another value."""
    return Cell(cell.file, cell.sheet, cell.row, cell.column, value, kind_of(value), cell.field)


def says(field: Field, cell: Cell, context: Context) -> object:
    """Return what a cell says, whatever the writing: equal for two cells that say the same."""
    match field.kind:
        case "resident-id":
            wide = unicodedata.normalize("NFKC", cell.text)
            digits = "".join(each for each in wide if "0" <= each <= "9")
            return digits, resident_id.compact(cell.text)
        case "person-name":
            return person_name.compact(cell.text)
        case "sessions":
            time = read_time(cell.value, context.cycle.year)
            return time.sessions, time.ranged, time.year, time.problems
        case _:
            value = value_of(field, cell)
            return squeeze(value) if isinstance(value, str) else value


def _text(cell: Cell, field: Field, table: Table, context: Context) -> Written | None:
    """Return a text without the blanks that nobody sees."""
    if not isinstance(cell.value, str):
        return None
    text = visible(cell.value)
    if cell.field not in MANY_LINES:
        text = _LINE_BREAK.sub("", _TWO_WORDS.sub(" ", text))
    return _ODD_BLANKS.sub(" ", text)


def _ends(cell: Cell, field: Field, table: Table, context: Context) -> Written | None:
    """Return a text without blanks at its ends: what stands apart may be two values."""
    return visible(cell.value) if isinstance(cell.value, str) else None


def _name(cell: Cell, field: Field, table: Table, context: Context) -> Written | None:
    """Return a name as it should be typed, as far as that is certain."""
    if not isinstance(cell.value, str):
        return None
    text = _ANY_BLANKS.sub(" ", visible(cell.value))
    tidy = person_name.tidy(text)
    if person_name.has_blank_inside(text) and not person_name.is_padding(text):
        return visible(cell.value)  # the blank may stand for ·
    if person_name.look_alike(tidy) or any(map(person_name.is_private, text)):
        return visible(cell.value)  # it takes the card to know the character
    parts = tidy.split(person_name.SEPARATOR)
    if person_name.has_other_separator(text) and min(map(len, parts)) < 2:
        return visible(cell.value)  # 张三-女: a remark rather than a part of the name
    return tidy


def _gender(cell: Cell, field: Field, table: Table, context: Context) -> Written | None:
    """Return 男 or 女 for the words that mean it."""
    value = value_of(field, cell)
    if isinstance(value, str) and squeeze(value) in field.enum:
        return squeeze(value)
    return _ends(cell, field, table, context)


def _number(cell: Cell, field: Field, table: Table, context: Context) -> Written | None:
    """Return the number alone where its own unit stands behind it."""
    plain = squeeze(unicodedata.normalize("NFKC", cell.text))
    if _UNITS[field.kind].fullmatch(plain):
        return number_with_unit(plain)
    return _ends(cell, field, table, context)


def _resident_id(cell: Cell, field: Field, table: Table, context: Context) -> Written | None:
    """Return the number in the one form in which it is compared, as text."""
    document = id_document.examine(cell.value, context.today)
    if isinstance(cell.value, str):
        certain = document.is_well_formed and document.kind is not id_document.Kind.TRAVEL
        last = resident_id.fold(cell.value)[-1:].upper()
        if last in resident_id.CROSSES - {"X"}:
            certain = document.fault is None  # × may also hide a digit
        return document.number if certain else None
    return document.number if document.is_resident_like else None


def _sessions(cell: Cell, field: Field, table: Table, context: Context) -> Written | None:
    """Return a time in the usual writing, where nothing of it is guessed or lost."""
    year = context.cycle.year
    time = read_time(cell.value, year)
    offered = bool(time.canonical) and not time.full
    if isinstance(cell.value, dt.datetime):
        certain = cell.value.time() == dt.time()
    elif isinstance(cell.value, str):
        certain = bool(_PLAIN_TIME.fullmatch(clean(visible(cell.value))))
    else:
        certain = not isinstance(cell.value, float)  # 3.1 may have been 3.10
    # Read for another year, it says another time: the year is not written, the title has it.
    guessed = read_time(cell.value, year - 1).canonical != time.canonical
    if guessed and table.year != year:
        certain = False
    if offered and certain and Problem.OTHER_YEAR not in time.problems:
        return time.canonical
    return _text(cell, field, table, context)


_Writer = Callable[[Cell, Field, Table, Context], Written | None]
_WRITERS: Mapping[str, _Writer] = {
    "serial": _ends,
    "person-name": _name,
    "gender": _gender,
    "resident-id": _resident_id,
    "hours": _number,
    "headcount": _number,
    "grade": _ends,
    "sessions": _sessions,
}
