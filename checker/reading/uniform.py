"""Sheets whose rows are written alike, read by their digits.

An office program writes a long table row by row in one form: the same elements and attributes,
and only the digits differ. Of such a sheet everything but the digits need be looked at once for
each form that a row has; then the digits themselves, split at everything else, are the table:
each so many-th run of them is a style, a number, or where a shared text stands. That takes about
half of the time that parsing takes. Whatever is written in any other way is left to calamine.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, repeat
from typing import Final
from xml.sax.saxutils import unescape

from checker.reading.book import Limits
from checker.reading.values import Row, trimmed
from checker.reading.xmlparse import visit

_DIGITS: Final = b"0123456789"
_DIGITS_ALONE: Final = bytes(byte if byte in _DIGITS else 32 for byte in range(256))
_RUN: Final = re.compile(rb"[0-9]+")
_ATTRIBUTES: Final = rb'(?: [A-Za-z0-9:]{1,40}="[^"<>&]{0,200}")*+'
_BLANK_ROWS: Final = re.compile(rb"(?:<row" + _ATTRIBUTES + rb" ?/>)*+")
_ROW: Final = re.compile(rb'<row r="[0-9]{1,7}"' + _ATTRIBUTES + rb" ?>")
_CELL: Final = re.compile(
    rb'<c r="([A-Z]{1,2})[0-9]{1,7}"( s="[0-9]{1,6}")?(?: t="(?:(s)|n)")? ?'
    rb"(?:/>|></c>|>(<v>[0-9]{1,15})</v></c>)"
)
_MOST_FORMS: Final = 100
_AT_ONCE: Final = 5000  # rows, so that the runs of a long table need not all lie in memory
_LONGEST: Final = 15  # digits that a spreadsheet keeps of a number
_GLANCE: Final = 2000  # bytes that usually show whether texts stand in the cells themselves

# Other ways to begin, fill and end an item of the shared strings, each brought to the usual one.
_USUALLY: Final = (
    (re.compile(r'<t xml:space="preserve">'), "<t>"),
    (re.compile(r"<t ?/>"), "<t></t>"),
    (re.compile(r"<phoneticPr [^<>]{0,200}/>"), ""),
)
_TRIMMED: Final = re.compile(r"<t>(?:[ \t\n]|[^<]*[ \t\n]</t>)")
_FIRST, _LAST = "<si><t>", "</t></si>"
_BETWEEN: Final = 4  # tags between two texts
_ENCODED: Final = ("_x", "&#", "\r")  # where characters may be written in other ways
_QUOTES: Final = {"&quot;": '"', "&apos;": "'"}
# The built-in number formats that show a number as a number (ECMA-376 part 1, 18.8.30).
_PLAIN: Final = frozenset(map(str, (*range(14), *range(37, 45), 48, 49)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What the cells of a workbook point to: its texts, and the styles of which none is a date."""

    strings: Mapping[bytes, str | None]  # by their number as cells write it; blank ones are None
    plain: frozenset[bytes]
    longest: int  # of the texts, in characters


@dataclass(frozen=True, slots=True)
class _Place:
    """A cell in all rows of one form: its column, and which run of digits says what."""

    column: int
    number: int  # of its row
    style: int | None
    value: int | None  # None: blank
    shared: bool  # the value says which of the shared strings


@dataclass(frozen=True, slots=True)
class _Form:
    """What is alike in some rows."""

    runs: int  # of digits
    number: int  # the run that numbers the row
    cells: tuple[_Place, ...]


def shared(strings: bytes, styles: bytes) -> Shared | None:
    """Return what these parts hold, None where the strings are not all plain texts."""
    try:
        found = _texts(strings.decode())
    except UnicodeDecodeError:
        return None
    if found is None:
        return None
    numbers = map(b"%d".__mod__, range(len(found)))
    return Shared(
        strings=dict(zip(numbers, found, strict=False)),
        plain=_plain_styles(styles) if styles else frozenset(),
        longest=max((len(text) for text in found if text), default=0),
    )


def _texts(part: str) -> Sequence[str | None] | None:
    """Return the shared strings, None where they are not all plain texts.

    >>> _texts("<sst><si><t>甲</t></si><si><t/></si><si><t>乙&amp;丙</t></si></sst>")
    ['甲', None, '乙&丙']
    """
    if any(mark in part for mark in _ENCODED):
        return None
    found = _items(part) or _items(_in_the_usual_way(part))
    if found is None:
        return None
    if list(map(str.strip, found)) != found and _TRIMMED.search(part):
        return None  # blanks that count only where the text says so
    if "&" in part:
        found = [unescape(each, _QUOTES) for each in found]
    return [each or None for each in found] if "" in found else found


def _in_the_usual_way(part: str) -> str:
    for other, usual in _USUALLY:
        if written := other.search(part):  # one spelling of it is all that a program has
            part = part.replace(written[0], usual)
    return part


def _items(part: str) -> Sequence[str] | None:
    """Return what stands in the items, None where they are not all written the usual way."""
    inside = part[part.find(_FIRST) + len(_FIRST) : part.rfind(_LAST)]
    found = inside.split(_LAST + _FIRST) if _FIRST in part else []
    usual = part.count("<si") == len(found)
    return found if usual and inside.count("<") == _BETWEEN * max(len(found) - 1, 0) else None


def _plain_styles(styles: bytes) -> frozenset[bytes]:
    """Return the numbers of the cell formats that show a number as a number."""
    formats: list[str] = []
    inside = ""

    def note(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            inside = name
        elif name == "xf" and inside == "cellXfs":
            formats.append(attributes.get("numFmtId", "0"))

    visit(styles, note)
    return frozenset(str(n).encode() for n, format in enumerate(formats) if format in _PLAIN)


def rows(cells: bytes, shared: Shared, limits: Limits) -> tuple[Row, ...] | None:
    """Return the rows of a sheet, None where they are not all written in a few plain forms.

    `cells` is what stands inside its sheetData element. The rows are those that
    `values.rows` would return.
    """
    if b"<is>" in cells[:_GLANCE]:
        return None
    written, shapes = cells.split(b"</row>"), cells.translate(None, _DIGITS).split(b"</row>")
    if len(written) != len(shapes) or len(set(shapes)) > _MOST_FORMS:
        return None
    if not _BLANK_ROWS.fullmatch(written.pop()):
        return None
    alike: dict[bytes, list[bytes]] = defaultdict(list)
    for shape, row in zip(shapes, written, strict=False):
        alike[shape].append(row)
    table: dict[int, Row] = {}
    for group in alike.values():
        form = None if _hides(group) else _form(group[0])
        remaining = iter(group)
        while some := list(islice(remaining, _AT_ONCE)):
            if form is None or not _read(some, form, shared, table):
                return None
    return _in_order(table, shared, limits) if len(table) == len(written) else None


def _hides(rows: Sequence[bytes]) -> bool:
    """Tell whether one of the rows of a form may be hidden."""
    return b"hidden" in rows[0] or (b'ht="' in rows[0] and any(b'ht="0' in row for row in rows))


def _form(row: bytes) -> _Form | None:
    """Return the form of a row, None where there is more to it than plain cells."""
    start = _BLANK_ROWS.match(row)
    head = _ROW.match(row, start.end() if start else 0)
    if not head:
        return None
    number = _runs(row, 0, head.start())
    run = number + _runs(row, head.start(), head.end())
    cells, end = [], head.end()
    while cell := _CELL.match(row, end):
        letters, style, string, value = cell.groups()
        cells.append(
            _Place(
                column=column_number(letters),
                number=run,
                style=run + 1 if style else None,
                value=run + 1 + bool(style) if value else None,
                shared=bool(string),
            )
        )
        run += 1 + bool(style) + bool(value)
        end = cell.end()
    if end != len(row) or len({cell.column for cell in cells}) < len(cells):
        return None
    return _Form(run, number, tuple(sorted(cells, key=lambda cell: cell.column)))


def _runs(row: bytes, start: int, end: int) -> int:
    return len(_RUN.findall(row, start, end))


@lru_cache(maxsize=1024)
def column_number(letters: bytes) -> int:
    """Return the number of a column.

    >>> column_number(b"A"), column_number(b"AB"), column_number(b"XFD")
    (1, 28, 16384)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _read(rows: Sequence[bytes], form: _Form, shared: Shared, table: dict[int, Row]) -> bool:
    """Put rows of one form into the table by their number; tell whether they could be read."""
    runs = b"".join(rows).translate(_DIGITS_ALONE).split()
    if len(runs) != form.runs * len(rows):
        return False
    numbers = runs[form.number :: form.runs]
    columns: list[Iterable[str | int | None]] = []
    for cell in form.cells:
        if runs[cell.number :: form.runs] != numbers:
            return False  # cells of another row
        if cell.value is not None:
            held = _values(runs, cell.value, cell, form, shared)
            if held is None:
                return False
            columns.extend([repeat(None)] * (cell.column - 1 - len(columns)))
            columns.append(held)
    filled: Iterable[Row] = zip(*columns, strict=False) if columns else repeat(())
    table.update(zip(map(int, numbers), filled, strict=False))
    return True


def _values(
    runs: Sequence[bytes], value: int, cell: _Place, form: _Form, shared: Shared
) -> Sequence[str | int | None] | None:
    """Return what a column holds, None where calamine has to say it."""
    held = runs[value :: form.runs]
    if cell.shared:
        try:
            return list(map(shared.strings.__getitem__, held))
        except KeyError:
            return None
    styles = {b"0"} if cell.style is None else set(runs[cell.style :: form.runs])
    if not styles <= shared.plain or max(map(len, held)) > _LONGEST:
        return None
    return list(map(int, held))


def _in_order(table: dict[int, Row], shared: Shared, limits: Limits) -> tuple[Row, ...] | None:
    """Return the rows from row 1 to the last filled one, None where they may be too many."""
    last = max((number for number, row in table.items() if row), default=0)
    width = max(map(len, table.values()), default=0)
    if last > limits.rows or width > limits.columns or last * width > limits.area:
        return None
    if len(table) * width * shared.longest > limits.unpacked:
        return None  # one long text in many cells, which takes the rules as long as many texts
    found = tuple(map(table.get, range(1, last + 1), repeat(())))
    return trimmed(found) if any(row and row[-1] is None for row in found) else found
