"""Where the elements of a worksheet part stand: one pass that notes bytes, not values.

Rows and cells need not say where they are; one without a reference follows the one before it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from checker.editing.edits import UneditableError
from checker.reading.worksheet import reference
from checker.reading.xmlparse import local, parser, run

_TAG: Final = re.compile(rb"""<(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")

Wanted = Mapping[int, Collection[int]]  # row -> columns


@dataclass(slots=True)
class Span:
    """An element: its start tag from `start` to `inner`, its end tag from `close` to `end`."""

    name: str
    attributes: dict[str, str]
    start: int
    inner: int
    close: int = 0
    end: int = 0

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return local(self.name)


@dataclass(slots=True)
class RowSpan:
    """A row: where each of its cells begins, and the cells wanted."""

    span: Span
    starts: list[tuple[int, int]] = field(default_factory=list)  # column and place, of all cells
    cells: dict[int, Span] = field(default_factory=dict)


class Layout:
    """The elements of a worksheet part; of rows and cells, those wanted."""

    def __init__(self, data: bytes, wanted: Wanted) -> None:
        self.root = Span("", {}, 0, 0)
        self.children: list[Span] = []
        self.starts: list[tuple[int, int]] = []  # number and place of every row
        self.rows: dict[int, RowSpan] = {}
        self.heights: dict[int, float] = {}  # rows that have one of their own, in points
        self._data = data
        self._wanted = wanted
        self._columns: dict[str, int] = {}  # by their letters
        self._depth = self._number = self._column = 0
        self._row: RowSpan | None = None
        self._open: list[Span] = []
        self._cell = self._line = ""  # names of cells and rows, with their prefix
        self._parser = parser(self._start)
        self._parser.EndElementHandler = self._end
        run(self._parser, data)
        if self.root.local != "worksheet" or not self._cell:
            raise UneditableError

    @property
    def cells(self) -> Span:
        """The element that holds the rows."""
        return next(child for child in self.children if child.local == "sheetData")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            self.root = self._span(name, attributes)
        elif self._depth == 2:
            self.children.append(self._span(name, attributes))
            if local(name) == "sheetData":
                prefix = name.removesuffix("sheetData")
                self._cell, self._line = prefix + "c", prefix + "row"
                # Most of a sheet is cells: among them, the names alone say what is what.
                self._parser.StartElementHandler = self._start_among_cells
                self._parser.EndElementHandler = self._end_among_cells

    def _end(self, name: str) -> None:
        if self._depth <= 2:
            self._close()
        self._depth -= 1

    def _start_among_cells(self, name: str, attributes: dict[str, str]) -> None:
        if name == self._cell:
            if self._row is not None:
                self._start_cell(self._row, attributes)
        elif name == self._line:
            self._start_row(attributes)

    def _end_among_cells(self, name: str) -> None:
        if name == self._cell:
            if len(self._open) == 4:
                self._close()
        elif name == self._line:
            if self._row is not None:
                self._close()
                self._row = None
        elif name == self.children[-1].name:
            self._parser.StartElementHandler = self._start
            self._parser.EndElementHandler = self._end
            self._end(name)

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        self._number = int(number) if number.isascii() and number.isdigit() else self._number + 1
        self.starts.append((self._number, self._parser.CurrentByteIndex))
        if "ht" in attributes or "hidden" in attributes:
            hidden = attributes.get("hidden") in ("1", "true")
            self.heights[self._number] = 0 if hidden else float(attributes.get("ht", "15"))
        if self._number in self._wanted:
            self._row = RowSpan(self._span(self._line, attributes))
            self._column = 0
            self.rows[self._number] = self._row

    def _start_cell(self, row: RowSpan, attributes: dict[str, str]) -> None:
        self._column = self._column_of(attributes.get("r", "")) or self._column + 1
        row.starts.append((self._column, self._parser.CurrentByteIndex))
        if self._column in self._wanted[self._number]:
            row.cells[self._column] = self._span(self._cell, attributes)

    def _column_of(self, cell: str) -> int:
        """Return the column of a reference, 0 where it is none."""
        letters = cell.rstrip("0123456789")
        if letters not in self._columns:
            place = reference(cell)
            self._columns[letters] = place[1] if place else 0
        return self._columns[letters]

    def _span(self, name: str, attributes: dict[str, str]) -> Span:
        """Return an element that begins here; its end is filled in when it is reached."""
        start = self._parser.CurrentByteIndex
        tag = _TAG.match(self._data, start)
        assert tag, "expat has just read it"
        span = Span(name, dict(attributes), start, tag.end())
        if tag[0].endswith(b"/>"):
            span.close = span.end = span.inner
        self._open.append(span)
        return span

    def _close(self) -> None:
        """Note where the element opened last ends."""
        span = self._open.pop()
        if not span.end:
            span.close = self._parser.CurrentByteIndex
            span.end = self._data.index(b">", span.close) + 1
