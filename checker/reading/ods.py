"""ods: one expat pass over content.xml gives values and details alike.

Not through calamine: it tells neither hidden rows nor formulas of this format, and a repeated
row or column of a few bytes makes it fill the memory. The values stand in the attributes, so
that reading them here takes little code.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from itertools import islice
from typing import Final

from checker.model import Area, CellKind, Format, Sheet, Trouble, Value
from checker.reading.book import Book, Limits, UnreadableError, too_large
from checker.reading.marked import COMMENT_HEAD, is_our_comment
from checker.reading.package import Package
from checker.reading.values import simplified, trimmed
from checker.reading.worksheet import places
from checker.reading.xlsx import width
from checker.reading.xmlparse import parser, run

MIME_TYPES: Final = (
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.spreadsheet-template",
)
_CELL: Final = ("table:table-cell", "table:covered-table-cell")
_SPACES: Final = {"text:tab": "\t", "text:line-break": "\n"}
_DURATION: Final = re.compile(
    r"PT(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})(?:[.,][0-9]*)?S)?"
)
_LONG_INTEGER: Final = re.compile(r"[0-9]{16,400}")


def read(package: Package, limits: Limits) -> Book:
    """Read an OpenDocument spreadsheet."""
    manifest = "META-INF/manifest.xml"
    if package.has(manifest) and b"encryption-data" in package.read(manifest):
        raise UnreadableError(Trouble.ENCRYPTED)
    scan = _Scan(limits)
    scan.scan(package.read("content.xml"))
    return Book(
        format=Format.ODS,
        sheets=tuple(scan.sheets),
        macros=package.any_under("basic/", "scripts/"),
        external_links=scan.external,
        embedded=package.any_under("object"),
    )


class _Scan:
    """One pass over content.xml; `sheets` fills as tables end."""

    def __init__(self, limits: Limits) -> None:
        self.sheets: list[Sheet] = []
        self.external = False
        self._limits = limits
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._silent = 0  # depth inside comments, drawings and sub-tables
        self._comment: str | None = None  # how the comment at hand begins
        self._in_comment = False  # in its text, not in its author or date
        self._paragraphs: list[list[str]] = []  # of the cell at hand, in pieces
        self._in_paragraph = 0
        self._blanks = 0  # written as a number, so that few bytes may stand for many
        self._open = False  # inside a table that is a sheet

    def scan(self, data: bytes) -> None:
        """Parse the document."""
        made = parser(self._start)
        made.EndElementHandler = self._end
        made.CharacterDataHandler = self._text
        run(made, data)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._silent or name in _SILENT or (self._open and name == "table:table"):
            if name == "office:annotation" and not self._silent:
                self._comment = ""
            self._in_comment |= name == "text:p"
            self._silent += 1
        elif name == "text:p":
            self._paragraphs.append([])
            self._in_paragraph += 1
        elif name == "text:s":
            self._text(" " * self._counted_blanks(attributes))
        elif name in _SPACES:
            self._text(_SPACES[name])
        elif (handler := _STARTS.get(name)) and (self._open or name in _OUTSIDE):
            handler(self, attributes)

    def _counted_blanks(self, attributes: dict[str, str]) -> int:
        blanks = _count(attributes, "text:c")
        self._blanks += blanks
        if self._blanks > self._limits.unpacked:
            raise too_large("unpacked", self._blanks)
        return blanks

    def _text(self, text: str) -> None:
        if self._silent:
            if self._in_comment and self._comment is not None:
                self._comment = (self._comment + text)[:COMMENT_HEAD]
        elif self._in_paragraph:
            self._paragraphs[-1].append(text)

    def _end(self, name: str) -> None:
        if self._silent:
            self._in_comment &= name != "text:p"
            self._silent -= 1
            if not self._silent and self._comment is not None:
                if not is_our_comment(self._comment):
                    self._comments.add((self._row, self._column + 1))
                self._comment = None
        elif name == "text:p":
            self._in_paragraph -= 1
        elif self._open and (handler := _ENDS.get(name)):
            handler(self)

    def style(self, attributes: dict[str, str]) -> None:
        """Remember whose properties follow."""
        self._style = attributes.get("style:name", "")

    def table_properties(self, attributes: dict[str, str]) -> None:
        """Note a style that hides its sheet."""
        if attributes.get("table:display") == "false":
            self._hidden_styles.add(self._style)

    def start_table(self, attributes: dict[str, str]) -> None:
        """Begin a sheet."""
        if len(self.sheets) >= self._limits.sheets:
            raise too_large("sheets", len(self.sheets) + 1)
        self._open = True
        self._name = attributes.get("table:name", "")
        self._hidden = attributes.get("table:style-name", "") in self._hidden_styles
        self._table: list[list[Value]] = []
        self._marks: dict[tuple[int, int], CellKind] = {}
        self._formulas: set[tuple[int, int]] = set()
        self._merged: list[Area] = []
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._comments: set[tuple[int, int]] = set()
        self._filtered = False
        self._columns = self._row = self._column = self._area = 0
        self._beyond = self._bottom = 0  # filled cells below the last row to read, and the last
        self._cells: list[Value] = []
        self._cell: dict[str, str] = {}
        self._repeat, self._visible = 1, True

    def source(self, attributes: dict[str, str]) -> None:
        """Note that this table is a copy of another workbook's, kept for its formulas."""
        self.external = True
        self._open = False

    def column(self, attributes: dict[str, str]) -> None:
        """Count columns, and note the hidden ones."""
        first = self._columns + 1
        self._columns += _count(attributes, "table:number-columns-repeated")
        if _invisible(attributes):
            last = min(self._columns, self._limits.columns)
            self._hidden_columns.update(range(first, last + 1))

    def start_row(self, attributes: dict[str, str]) -> None:
        """Begin a row, which may stand for many."""
        self._repeat = _count(attributes, "table:number-rows-repeated")
        self._visible = not _invisible(attributes)
        self._filtered |= attributes.get("table:visibility") == "filter"
        self._cells = []
        self._row += 1
        self._column = 0

    def end_row(self) -> None:
        """Store the row as often as it is repeated; blank ones at the end cost nothing."""
        last = self._row + self._repeat - 1
        inside = min(last, self._limits.rows)
        if self._cells:
            times = max(inside - self._row + 1, 0)
            self._area += len(self._cells) * times
            if self._area > self._limits.area:
                raise too_large("rows", last)
            if times:
                self._table.extend([] for _ in range(self._row - 1 - len(self._table)))
                self._table.extend(list(self._cells) for _ in range(times))
            if last > inside:
                filled = sum(value is not None for value in self._cells)
                self._beyond += filled * (self._repeat - times)
                self._bottom = last
        if not self._visible:
            self._hidden_rows.update(range(self._row, inside + 1))
        self._row = last

    def start_cell(self, attributes: dict[str, str]) -> None:
        """Begin a cell, which may stand for many."""
        self._cell = attributes
        self._paragraphs = []
        down = _count(attributes, "table:number-rows-spanned")
        across = _count(attributes, "table:number-columns-spanned")
        if (down, across) != (1, 1) and len(self._merged) < self._limits.merged:
            top, left = self._row, self._column + 1
            self._merged.append(Area(top, left, top + down - 1, left + across - 1))

    def end_cell(self) -> None:
        """Store the cell as often as it is repeated, as far as columns are read."""
        value, mark = _value(self._cell, "\n".join(map("".join, self._paragraphs)))
        first = self._column + 1
        self._column += _count(self._cell, "table:number-columns-repeated")
        last = min(self._column, self._limits.columns)
        if value is None or first > last:
            return
        self._cells.extend([None] * (first - 1 - len(self._cells)))
        self._cells.extend([value] * (last - first + 1))
        if "table:formula" in self._cell:
            down = _count(self._cell, "table:number-matrix-rows-spanned")
            across = _count(self._cell, "table:number-matrix-columns-spanned")
            right = min(max(last, first + across - 1), self._limits.columns)
            filled = Area(self._row, first, min(self._row + down - 1, self._limits.rows), right)
            room = self._limits.details - len(self._formulas)
            self._formulas.update(islice(places(filled), room))
        if mark and len(self._marks) < self._limits.details:
            self._marks.update(((self._row, column), mark) for column in range(first, last + 1))

    def end_table(self) -> None:
        """Store the sheet."""
        self._open = False
        if self._beyond and (
            len(self._table) == self._limits.rows or self._beyond > self._limits.strays
        ):
            raise too_large("rows", self._bottom)
        rows = trimmed(self._table)
        self.sheets.append(
            Sheet(
                name=self._name,
                rows=rows,
                hidden=self._hidden,
                merged=tuple(self._merged),
                hidden_rows=frozenset(row for row in self._hidden_rows if row <= len(rows)),
                hidden_columns=frozenset(
                    column for column in self._hidden_columns if column <= width(rows)
                ),
                filtered=self._filtered,
                marks=self._marks,
                formulas=frozenset(self._formulas),
                comments=tuple(sorted(self._comments)),
                total_rows=len(rows),
            )
        )


def _count(attributes: dict[str, str], name: str) -> int:
    """Return a number of repetitions; LibreOffice itself has no more than 1,048,576 rows."""
    text = attributes.get(name)
    if text is None:
        return 1
    return max(int(text), 1) if len(text) < 10 and text.isascii() and text.isdigit() else 1


def _invisible(attributes: dict[str, str]) -> bool:
    return attributes.get("table:visibility") in ("collapse", "filter")


def _value(attributes: dict[str, str], text: str) -> tuple[Value, CellKind | None]:
    """Return the value of a cell, and its kind where the value does not tell it."""
    kind = attributes.get("office:value-type", "")
    if attributes.get("calcext:value-type") == "error":
        return text or "#N/A", CellKind.ERROR
    if not kind and "table:formula" in attributes and not text:
        formula = attributes["table:formula"]
        return formula[formula.find("=") :], CellKind.FORMULA
    try:
        return _CONVERTERS.get(kind, _string)(attributes, text), None
    except ValueError:
        # An attribute that is no number or date: what is shown is all there is.
        return text or None, None


def _string(attributes: dict[str, str], text: str) -> Value:
    return attributes.get("office:string-value", text) or None


def _number(attributes: dict[str, str], text: str) -> Value:
    value = attributes.get("office:value", "")
    return int(value) if _LONG_INTEGER.fullmatch(value) else simplified(float(value))


def _boolean(attributes: dict[str, str], text: str) -> Value:
    return attributes.get("office:boolean-value") == "true"


def _date(attributes: dict[str, str], text: str) -> Value:
    value = attributes.get("office:date-value", "")
    return dt.datetime.fromisoformat(value) if "T" in value else dt.date.fromisoformat(value)


def _time(attributes: dict[str, str], text: str) -> Value:
    match = _DURATION.fullmatch(attributes.get("office:time-value", ""))
    if not match:
        return text or None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    if hours < 24 and minutes < 60 and seconds < 60:
        return dt.time(hours, minutes, seconds)
    return dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)


_CONVERTERS: Final[dict[str, Callable[[dict[str, str], str], Value]]] = {
    "float": _number,
    "percentage": _number,
    "currency": _number,
    "boolean": _boolean,
    "date": _date,
    "time": _time,
}
_SILENT: Final = frozenset(
    {"office:annotation", "draw:frame", "draw:custom-shape", "table:shapes", "office:forms"}
)
_STARTS: Final[dict[str, Callable[[_Scan, dict[str, str]], None]]] = {
    "style:style": _Scan.style,
    "style:table-properties": _Scan.table_properties,
    "table:table": _Scan.start_table,
    "table:table-source": _Scan.source,
    "table:table-column": _Scan.column,
    "table:table-row": _Scan.start_row,
    **dict.fromkeys(_CELL, _Scan.start_cell),
}
_OUTSIDE: Final = frozenset({"style:style", "style:table-properties", "table:table"})
_ENDS: Final[dict[str, Callable[[_Scan], None]]] = {
    "table:table": _Scan.end_table,
    "table:table-row": _Scan.end_row,
    **dict.fromkeys(_CELL, _Scan.end_cell),
}
