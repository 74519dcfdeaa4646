"""csv and other tables in plain text: encoding, delimiter, rows. Every cell stays text."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from checker.model import Format, Sheet, Trouble
from checker.reading.book import Book, Limits, UnreadableError, damaged, too_large
from checker.reading.sniff import foreign_text
from checker.reading.values import Row

_MARKS: Final = (  # byte order mark -> encoding
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_DELIMITERS: Final = (",", "\t", ";")
_SAMPLE: Final = 100  # lines by which the delimiter is told


def read(data: bytes, limits: Limits) -> Book:
    """Read a table in plain text; raise where the bytes are no text or no table."""
    text, encoding = decoded(data)
    content = foreign_text(text)
    if content:
        raise UnreadableError(Trouble.FOREIGN, content)
    table = _table(text, limits)
    sheet = Sheet(name="", rows=table, total_rows=len(table))
    return Book(format=Format.CSV, sheets=(sheet,), encoding=encoding)


def decoded(data: bytes) -> tuple[str, str]:
    """Return the text and its encoding: what a mark says, else UTF-8, else GB18030."""
    marked = [encoding for mark, encoding in _MARKS if data.startswith(mark)]
    for encoding in marked or ["utf-8", "gb18030"]:
        try:
            # Not final: a character torn at the end of a cut-off file is no other encoding.
            text = codecs.getincrementaldecoder(encoding)().decode(data)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return text, encoding.removesuffix("-sig")
    raise UnreadableError(Trouble.FOREIGN)


def _table(text: str, limits: Limits) -> tuple[Row, ...]:
    """Return the rows up to the last filled one."""
    rows: list[Row] = []
    filled = 0
    try:
        for cells in _records(text, _delimiter(text)):
            rows.append(_row(cells, limits))
            if rows[-1]:
                filled = len(rows)
            if filled > limits.rows or len(rows) > limits.area:
                raise too_large("rows", len(text.splitlines()))
    except csv.Error as error:
        # A cell of more than 128 KB: whatever this is, it is no table.
        raise damaged() from error
    return tuple(rows[:filled])


def _row(cells: list[str], limits: Limits) -> Row:
    last = max((n for n, cell in enumerate(cells[: limits.columns], 1) if cell), default=0)
    return tuple(cell or None for cell in cells[:last])


def _records(text: str, delimiter: str) -> Iterable[list[str]]:
    """Return the records. A quote that is never closed must not swallow the rest of the file."""
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error:
        plain = io.StringIO(text, newline="")
        return csv.reader(plain, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts most lines of the beginning into the same number of cells."""
    sample = io.StringIO(text[:200_000], newline="")
    lines = [line for line, _ in zip(sample, range(_SAMPLE), strict=False)]
    return max(_DELIMITERS, key=lambda delimiter: _regularity(lines, delimiter))


def _regularity(lines: list[str], delimiter: str) -> int:
    """Return how many cells stand in the lines of the most common width above one."""
    try:
        widths = Counter(map(len, csv.reader(lines, delimiter=delimiter)))
    except csv.Error:
        return 0
    return max((width * count for width, count in widths.items() if width > 1), default=0)
