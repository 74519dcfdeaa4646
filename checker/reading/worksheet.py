"""One worksheet part of an xlsx file: the look before reading, and what calamine cannot tell.

Two ways lead to the same facts. Most sheets are written cell by cell in one fixed form; then a
few searches find the rows that hold something special, and only these and what stands around
the cells are parsed. Any other sheet is parsed whole, which takes longer than reading it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from checker.model import Area, CellKind, Value
from checker.reading import uniform
from checker.reading.book import Limits, too_large
from checker.reading.values import Row
from checker.reading.xmlparse import local, parser, run

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OPENING, _CLOSING = b"<sheetData>", b"</sheetData>"
# What stands around the cells that calamine gets. It looks for merged cells in a pass of its own
# that ends where it meets them: here at once, as `Look` has them already.
_FRAME: Final = (
    f'<worksheet xmlns="{MAIN}"><mergeCells></mergeCells>'.encode(),
    b"</worksheet>",
)

# A cell that is not written the usual way: no reference, an odd attribute, beyond Z199999 …
_UNUSUAL_CELL: Final = re.compile(
    rb'<c(?! r="[A-Z]1?[0-9]{1,5}"(?: s="[0-9]++")?+(?: t="[A-Za-z]++")?+ ?/?>)'
)
_USUAL_ROWS: Final = 199_999
_USUAL_COLUMNS: Final = 26
# … though columns to ZZ and rows to 999,999 are fine where the rectangle is small enough.
_ODD_CELL: Final = re.compile(rb'<c(?! r="[A-Z]{1,2}[0-9]{1,6}"(?: [st]="[0-9A-Za-z]+")* ?/?>)')
_ODD_ROW: Final = re.compile(rb'<row(?! r="[0-9]{1,7}"[ />])')
_FAR_COLUMN: Final = re.compile(rb'<c r="([A-Z]{2})')
_FAR_ROW: Final = re.compile(rb'<c r="[A-Z]{1,2}([0-9]{6})"')
# Each begins with a fixed text, so that searching for it is cheap; beside it a letter of it that
# the tags of most sheets do without, as searching for one byte is cheaper still.
_SPECIAL: Final = (
    (b"h", re.compile(rb'hidden="(?:1|t)')),
    (b"h", re.compile(rb'ht="0')),
    (b"e", re.compile(rb't="e"')),
    (b"v", re.compile(rb"<v>[0-9]{16}")),  # an exact long integer
    (b"f", re.compile(rb"</f>\s*(?:<v></v>|<v ?/>)?\s*</c>")),  # a formula without a stored value …
    (b"f", re.compile(rb"<f [^>]*/>\s*(?:<v></v>|<v ?/>)?\s*</c>")),  # … also where it is shared
    (b"f", re.compile(rb'<f [^>]*ref="')),  # one that may fill more cells than its own
)
_FORMULA_CELL: Final = re.compile(rb'<c r="([A-Z]{1,2}[0-9]{1,6})"[^>]*>\s*<f[ />]')
_OF_SEVERAL_CELLS: Final = ("array", "dataTable")  # kinds of formula
_REFERENCE: Final = re.compile(r"\$?([A-Za-z]{1,5})\$?([0-9]{1,9})")
_LONG_INTEGER: Final = re.compile(r"[0-9]{16,400}")


@dataclass(slots=True)
class Look:
    """What is known of a sheet: its rows, or beside their values `part`, for calamine to read."""

    rows: tuple[Row, ...] | None = None
    part: bytes = b""
    values: dict[tuple[int, int], Value] = field(default_factory=dict)
    marks: dict[tuple[int, int], CellKind] = field(default_factory=dict)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    filtered: bool = False
    complete: bool = True  # False where there was more to note than the limit allows


def look(part: bytes, limits: Limits, shared: uniform.Shared | None = None) -> Look:
    """Look at a sheet part; raise if it holds more rows than may be read.

    Its rows are read at once where they are written alike and `shared` holds what they point to.
    """
    start, end = _cells(part)
    if end and shared:
        rows = uniform.rows(part[start + len(_OPENING) : end - len(_CLOSING)], shared, limits)
        if rows is not None:
            around = _Scan(limits)
            around.scan(part[:start] + part[end:])
            around.found.rows = rows
            return around.found
    if end and _ordinary(part, start, end, limits):
        around = _Scan(limits)
        around.scan(part[:start] + _special_rows(part, start, end) + part[end:])
        around.found.part = part[start:end].join(_FRAME)
        if part.find(b"f", start, end) >= 0:
            found = _FORMULA_CELL.findall(part, start, end)
            around.note_formulas(filter(None, (reference(text.decode()) for text in found)))
        return around.found
    scan = _Scan(limits)
    scan.scan(part)
    if scan.rows * scan.columns > limits.area:
        scan = _Scan(limits, columns=max(limits.area // scan.rows, 1))
        scan.scan(part)
    scan.found.part = _without(part, scan.cuts)
    return scan.found


def _cells(part: bytes) -> tuple[int, int]:
    """Return where the element with the cells begins and ends; (0, 0) if it is hard to tell."""
    start = part.find(_OPENING)
    end = part.rfind(_CLOSING)
    return (start, end + len(_CLOSING)) if 0 <= start < end else (0, 0)


def _ordinary(part: bytes, start: int, end: int, limits: Limits) -> bool:
    """Tell whether each cell names its place in the usual way and the rectangle is not too big."""
    if part.find(b":c", start, end) >= 0 or _ODD_ROW.search(part, start, end):
        # The name of a cell may have a prefix, which the search for odd cells would not see.
        return False
    if not _UNUSUAL_CELL.search(part, start, end):
        fits = limits.rows >= _USUAL_ROWS and limits.area >= _USUAL_ROWS * _USUAL_COLUMNS
        return fits and limits.columns >= _USUAL_COLUMNS
    if _ODD_CELL.search(part, start, end):
        return False
    far = set(_FAR_COLUMN.findall(part, start, end))
    columns = max(map(uniform.column_number, far), default=_USUAL_COLUMNS)
    rows = int(max(_FAR_ROW.findall(part, start, end), default=b"99999"))
    return rows <= limits.rows and columns <= limits.columns and rows * columns <= limits.area


def _special_rows(part: bytes, start: int, end: int) -> bytes:
    """Return the element with the cells, of its rows only those that calamine cannot tell all of.

    In an ordinary sheet each row stands for itself, so that the others need no parsing.
    """
    inside = start + len(_OPENING), end - len(_CLOSING)
    found = [
        special
        for letter, special in _SPECIAL
        if part.find(letter, *inside) >= 0 and special.search(part, *inside)
    ]
    if not found:
        return b""
    *rows, last = part[slice(*inside)].split(b"</row>")
    rows = [row + b"</row>" for row in rows] + [last]
    special = [row for row in rows if any(pattern.search(row) for pattern in found)]
    return b"".join(special).join((_OPENING, _CLOSING))


def reference(text: str) -> tuple[int, int] | None:
    """Return row and column of an A1 reference.

    >>> reference("C12"), reference("$C$12"), reference("C0")
    ((12, 3), (12, 3), None)
    """
    match = _REFERENCE.fullmatch(text)
    if not match:
        return None
    letters, row = match.groups()
    return (int(row), uniform.column_number(letters.encode())) if int(row) else None


def area(text: str) -> Area | None:
    """Return the rectangle of a range such as A1:C2."""
    first, _, last = text.partition(":")
    one, two = reference(first), reference(last or first)
    if not one or not two:
        return None
    (top, bottom), (left, right) = sorted((one[0], two[0])), sorted((one[1], two[1]))
    return Area(top, left, bottom, right)


def places(filled: Area) -> Iterator[tuple[int, int]]:
    """Yield the row and column of each cell of an area."""
    rows = range(filled.top, filled.bottom + 1)
    return ((row, column) for row in rows for column in range(filled.left, filled.right + 1))


def _without(part: bytes, cuts: list[tuple[int, int]]) -> bytes:
    """Return the part without the given pieces."""
    kept, position = [], 0
    for start, end in cuts:
        kept.append(part[position:start])
        position = end
    kept.append(part[position:])
    return b"".join(kept) if cuts else part


class _Scan:
    """One pass over the XML of a sheet. Cells out of bounds are noted in `cuts`."""

    def __init__(self, limits: Limits, columns: int = 0) -> None:
        self.found = Look()
        self.cuts: list[tuple[int, int]] = []
        self.rows = self.columns = 0  # of the filled rectangle within bounds
        self._limits = limits
        self._last_column = columns or limits.columns
        self._beyond = self._bottom = 0  # filled cells below the last row to read, and the last
        self._row = self._column = 0  # of the element at hand
        self._place = (0, 0)
        self._type = ""
        self._formula: list[str] | None = None
        self._value: list[str] = []
        self._into: list[str] | None = None
        self._cell_start = 0

    def scan(self, data: bytes) -> None:
        """Parse the part and fill `found`."""
        self._data = data
        self._parser = parser(self._start)
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        run(self._parser, data)
        # A few cells far below the table are slips of the hand; the table itself is not.
        table_goes_on = self._beyond and self.rows == self._limits.rows
        if table_goes_on or self._beyond > self._limits.strays:
            raise too_large("rows", self._bottom)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = local(name)
        if name == "c":
            self._start_cell(attributes)
        elif name == "v" or name == "t":
            self._into = self._value
        elif name == "f":
            self._into = self._formula = []
            self._start_formula(attributes)
        elif name == "row":
            self._start_row(attributes)
        elif handler := _AROUND.get(name):
            handler(self, attributes)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = _whole(attributes.get("r", "")) or self._row + 1
        self._column = 0
        hidden = _true(attributes, "hidden") or _zero(attributes, "ht")
        if hidden and self._row <= self._limits.rows:
            self.found.hidden_rows.add(self._row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        place = reference(attributes.get("r", "")) or (self._row, self._column + 1)
        self._place = place
        self._column = place[1]
        self._type = attributes.get("t", "n")
        self._formula = None
        self._value = []
        self._cell_start = self._parser.CurrentByteIndex

    def _start_formula(self, attributes: dict[str, str]) -> None:
        (row, column), filled = self._place, None
        if attributes.get("t") in _OF_SEVERAL_CELLS:
            filled = area(attributes.get("ref", ""))
        self.note_formulas(places(filled or Area(row, column, row, column)))

    def note_formulas(self, found: Iterable[tuple[int, int]]) -> None:
        """Note cells whose value follows from others."""
        known = self.found.formulas
        known.update(islice(found, self._limits.details - len(known)))
        if len(known) == self._limits.details:
            self.found.complete = False

    def _text(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)

    def _end(self, name: str) -> None:
        if name == "c" or name.endswith(":c"):
            self._end_cell()
        self._into = None

    def _end_cell(self) -> None:
        (row, column), text = self._place, "".join(self._value)
        if not text and self._formula is None:
            # A blank costs nothing, yet it may say t="s" and point nowhere.
            return
        inside = column <= self._last_column
        if inside and row > self._limits.rows:
            self._beyond += 1
            self._bottom = max(self._bottom, row)
        if not inside or row > self._limits.rows:
            self._cut()
            return
        if row > self.rows:
            self.rows = row
        if column > self.columns:
            self.columns = column
        if self._type == "e":
            self._note(text, CellKind.ERROR)
        elif self._formula is not None and not text and self._type != "str":
            # t="str" with an empty value is a stored result: IF(…, "").
            self._note("=" + "".join(self._formula), CellKind.FORMULA)
        elif self._type == "n" and _LONG_INTEGER.fullmatch(text):
            self._note(int(text), None)

    def _note(self, value: Value, mark: CellKind | None) -> None:
        """Note what calamine does not tell about the cell at hand."""
        if len(self.found.values) >= self._limits.details:
            self.found.complete = False
            return
        self.found.values[self._place] = value
        if mark:
            self.found.marks[self._place] = mark

    def _cut(self) -> None:
        """Note that the cell at hand is to be left out; neighbours make one cut."""
        start = self._cell_start
        end = self._data.index(b">", self._parser.CurrentByteIndex) + 1
        if self.cuts and self.cuts[-1][1] == start:
            start = self.cuts.pop()[0]
        self.cuts.append((start, end))

    def merge(self, attributes: dict[str, str]) -> None:
        """Note a merged range."""
        if len(self.found.merged) >= self._limits.merged:
            self.found.complete = False
        elif merged := area(attributes.get("ref", "")):
            self.found.merged.append(merged)

    def column(self, attributes: dict[str, str]) -> None:
        """Note hidden columns, as far as columns are read at all."""
        if _true(attributes, "hidden") or _zero(attributes, "width"):
            first, last = (_whole(attributes.get(name, "")) for name in ("min", "max"))
            last = min(last, self._limits.columns)
            self.found.hidden_columns.update(range(max(first, 1), last + 1))

    def filter(self, attributes: dict[str, str]) -> None:
        """Note that a filter is at work, not merely offered."""
        self.found.filtered = True

    def properties(self, attributes: dict[str, str]) -> None:
        """Note a filter that was at work when the file was saved."""
        self.found.filtered |= _true(attributes, "filterMode")


def _whole(text: str) -> int:
    """Return a number of rows or columns, 0 where the text is none."""
    return int(text) if len(text) < 10 and text.isascii() and text.isdigit() else 0


def _true(attributes: dict[str, str], name: str) -> bool:
    return attributes.get(name) in ("1", "true")


def _zero(attributes: dict[str, str], name: str) -> bool:
    try:
        return float(attributes.get(name, "1")) == 0
    except ValueError:
        return False


_AROUND: Final = {
    "mergeCell": _Scan.merge,
    "col": _Scan.column,
    "filterColumn": _Scan.filter,
    "sheetPr": _Scan.properties,
}
