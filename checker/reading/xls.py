"""xls and et: the BIFF records of a workbook stream, looked at before calamine reads them.

[MS-XLS]. One walk over the records finds the filled rectangle of each sheet and what calamine
does not tell: hidden rows and columns, error values, formulas, comments. Records that would make
calamine reserve memory for nothing are turned into records nobody knows.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from checker.model import Area, CellKind, Format, Sheet, Trouble, Value
from checker.reading import values
from checker.reading.book import Book, Limits, UnreadableError, damaged, too_large
from checker.reading.marked import COMMENT_HEAD, is_our_comment
from checker.reading.ole2 import Compound, compound
from checker.reading.xlsx import width

_BOF: Final = 0x0809
_EOF: Final = 0x000A
_BOUNDSHEET, _FILEPASS, _SST, _SUPBOOK = 0x0085, 0x002F, 0x00FC, 0x01AE
_PLAIN_CELLS: Final = frozenset({0x0203, 0x0204, 0x027E, 0x00D6, 0x00FD})  # number, text
_UNKNOWN: Final = b"\xf0\xff"  # a record number that means nothing
_WORKSHEET: Final = 0  # kind of a BOUNDSHEET
_INTERNAL: Final = (0x0401, 0x3A01)  # SUPBOOKs for the workbook itself and for add-ins
_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_EMPTY_STRING: Final = b"\x17\x00"  # ptgStr of no characters, as in IF(…, "")


@dataclass(slots=True)
class _Look:
    """What is known of a sheet beside its values."""

    last_row: int  # of those that may be read
    last_column: int
    rows: int = 0  # of the filled rectangle within bounds
    columns: int = 0
    beyond: list[int] = field(default_factory=list)  # rows of filled cells below the last row
    values: dict[tuple[int, int], Value] = field(default_factory=dict)
    marks: dict[tuple[int, int], CellKind] = field(default_factory=dict)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    drawing: int = 0  # the number of the drawn object whose records these are
    text_follows: bool = False  # the next record holds that object's text
    ours: set[int] = field(default_factory=set)  # objects that show a comment of ours
    comments: set[tuple[int, int]] = field(default_factory=set)
    filtered: bool = False


def read(file: Compound, stream: str, format: Format, limits: Limits) -> Book:
    """Read the workbook in the stream of that name."""
    # Eight bytes more, so that each record header can be read together with a row and column.
    records = bytearray(file.stream(stream) + bytes(8))
    starts, external = _globals(records, limits)
    looks = {start: _look(records, start, limits) for start, kind in starts if kind == _WORKSHEET}
    small = compound(stream, bytes(records))
    sheets = [
        _sheet(name, hidden, looks[start], values.rows(cells, looks[start].values, limits))
        for (start, kind), (name, hidden, cells) in zip(starts, values.sheets(small), strict=True)
        if kind == _WORKSHEET
    ]
    return Book(
        format=format,
        sheets=tuple(sheets),
        macros=any(name.startswith("_VBA_PROJECT") for name in file.names),
        external_links=external,
        embedded=any(name.startswith(("MBD", "ObjectPool")) for name in file.names),
    )


def _globals(records: bytearray, limits: Limits) -> tuple[list[tuple[int, int]], bool]:
    """Return start and kind of each sheet, and whether other workbooks are linked."""
    starts: list[tuple[int, int]] = []
    external, strings = False, 0
    for number, body in _records(records):
        if number == _FILEPASS:
            raise UnreadableError(Trouble.ENCRYPTED)
        if number == _BOUNDSHEET and len(body) >= 6:
            start, _, kind = struct.unpack_from("<IBB", body)
            starts.append((start, kind))
        elif number == _SUPBOOK and len(body) >= 4:
            external |= struct.unpack_from("<H", body, 2)[0] not in _INTERNAL
        elif number == _SST and len(body) >= 8:
            (strings,) = struct.unpack_from("<I", body, 4)
    # calamine reserves room for as many strings as the file says it has.
    if strings > len(records) or len({start for start, _ in starts}) != len(starts):
        raise damaged()
    if len(starts) > limits.sheets:
        raise too_large("sheets", len(starts))
    return starts, external


def _records(records: bytearray) -> Iterator[tuple[int, bytes]]:
    """Yield number and body of the records before the first sheet."""
    at = 0
    while at + 4 <= len(records):
        number, length = struct.unpack_from("<HH", records, at)
        if number == _EOF:
            return
        yield number, bytes(records[at + 4 : at + 4 + length])
        at += 4 + length
    raise damaged()


def _look(records: bytearray, start: int, limits: Limits) -> _Look:
    """Look at one sheet, and take out of it what calamine must not meet."""
    found = _Look(limits.rows, limits.columns)
    _scan(found, records, start)
    table_goes_on = found.beyond and found.rows == limits.rows
    if table_goes_on or len(found.beyond) > limits.strays:
        raise too_large("rows", max(found.beyond))
    if found.rows * found.columns > limits.area:
        found = _Look(limits.rows, max(limits.area // found.rows, 1))
        _scan(found, records, start)
    return found


def _scan(found: _Look, records: bytearray, at: int) -> None:
    """Walk over the records of one sheet."""
    unpack, depth = struct.Struct("<4H").unpack_from, 0
    last_row, last_column = found.last_row, found.last_column
    try:
        while True:
            number, length, row, column = unpack(records, at)
            if number == _BOF:
                depth += 1  # a chart inside the sheet has records of its own
            elif number == _EOF:
                depth -= 1
                if depth <= 0:
                    return
            elif depth != 1:
                pass
            elif number in _PLAIN_CELLS and row < last_row and column < last_column:
                if row >= found.rows:
                    found.rows = row + 1
                if column >= found.columns:
                    found.columns = column + 1
            elif handler := _HANDLERS.get(number):
                body = bytes(records[at + 4 : at + 4 + length])
                if handler(found, body):
                    records[at : at + 2] = _UNKNOWN
            at += 4 + length
    except struct.error as error:
        # A record too short, or the end of the stream before the end of the sheet.
        raise damaged() from error


def _cell(found: _Look, body: bytes, width: int = 1) -> bool:
    """Note the place of a filled cell, and tell whether it is out of bounds."""
    row, column = struct.unpack_from("<HH", body)
    if row >= found.last_row or column + width > found.last_column:
        if column < found.last_column:
            found.beyond.append(row + 1)
        return True
    found.rows, found.columns = max(found.rows, row + 1), max(found.columns, column + width)
    return False


def _numbers(found: _Look, body: bytes) -> bool:
    # MULRK: row, first column, six bytes for each cell, last column.
    return _cell(found, body, max((len(body) - 6) // 6, 1))


def _boolean_or_error(found: _Look, body: bytes) -> bool:
    if len(body) >= 8 and body[7]:
        _mark(found, body, _ERRORS.get(body[6], "#N/A"), CellKind.ERROR)
    return _cell(found, body)


def _formula(found: _Look, body: bytes) -> bool:
    row, column = struct.unpack_from("<HH", body)
    found.formulas.add((row + 1, column + 1))
    # A result that is no number has FFFF at its end and its kind at the beginning.
    if len(body) >= 20 and body[12:14] == b"\xff\xff":
        if body[6] == 2:
            _mark(found, body, _ERRORS.get(body[8], "#N/A"), CellKind.ERROR)
        elif body[6] == 3 and _EMPTY_STRING not in body[20:]:
            # An empty result that the formula does not ask for: it was never calculated.
            _mark(found, body, "=", CellKind.FORMULA)
    return _cell(found, body)


def _mark(found: _Look, body: bytes, value: str, kind: CellKind) -> None:
    row, column = struct.unpack_from("<HH", body)
    if row < found.last_row and column < found.last_column:
        found.values[row + 1, column + 1] = value
        found.marks[row + 1, column + 1] = kind


def _dimensions(found: _Look, body: bytes) -> bool:
    """Take it out: calamine reserves the whole rectangle that the file says it fills."""
    return True


def _row(found: _Look, body: bytes) -> bool:
    if len(body) >= 14 and (body[12] & 0x20 or body[6:8] == b"\x00\x00"):
        found.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)
    return False


def _columns(found: _Look, body: bytes) -> bool:
    if len(body) >= 10:
        first, last, wide, _, flags = struct.unpack_from("<5H", body)
        if flags & 1 or not wide:
            found.hidden_columns.update(range(first + 1, min(last, 255) + 2))
    return False


def _drawing(found: _Look, body: bytes) -> bool:
    if len(body) >= 8:
        (found.drawing,) = struct.unpack_from("<H", body, 6)
    return False


def _drawing_text(found: _Look, body: bytes) -> bool:
    found.text_follows = True
    return False


def _continued(found: _Look, body: bytes) -> bool:
    # A byte that says how wide the characters are, then these.
    if found.text_follows and body:
        wide = body[0] & 1
        head = body[1 : 1 + COMMENT_HEAD * (1 + wide)]
        if is_our_comment(head.decode("utf-16-le" if wide else "latin-1", "replace")):
            found.ours.add(found.drawing)
    found.text_follows = False
    return False


def _note(found: _Look, body: bytes) -> bool:
    if len(body) >= 4:
        row, column = struct.unpack_from("<HH", body)
        drawing = struct.unpack_from("<H", body, 6)[0] if len(body) >= 8 else 0
        if drawing not in found.ours:
            found.comments.add((row + 1, column + 1))
    return False


def _merged(found: _Look, body: bytes) -> bool:
    for at in range(2, len(body) - 7, 8):
        top, bottom, left, right = struct.unpack_from("<4H", body, at)
        found.merged.append(Area(top + 1, left + 1, bottom + 1, right + 1))
    return False


def _filter_mode(found: _Look, body: bytes) -> bool:
    found.filtered = True
    return False


_HANDLERS: Final[dict[int, Callable[[_Look, bytes], bool]]] = {
    **dict.fromkeys(_PLAIN_CELLS, _cell),
    0x00BD: _numbers,
    0x0205: _boolean_or_error,
    0x0006: _formula,
    0x0200: _dimensions,
    0x0208: _row,
    0x007D: _columns,
    0x005D: _drawing,
    0x01B6: _drawing_text,
    0x003C: _continued,
    0x001C: _note,
    0x00E5: _merged,
    0x009B: _filter_mode,
}


def _sheet(name: str, hidden: bool, found: _Look, rows: tuple[values.Row, ...]) -> Sheet:
    return Sheet(
        name=name,
        rows=rows,
        hidden=hidden,
        merged=tuple(found.merged),
        hidden_rows=frozenset(row for row in found.hidden_rows if row <= len(rows)),
        hidden_columns=frozenset(found.hidden_columns.intersection(range(1, width(rows) + 1))),
        filtered=found.filtered,
        marks=found.marks,
        formulas=frozenset(found.formulas),
        comments=tuple(sorted(found.comments)),
        total_rows=len(rows),
    )
