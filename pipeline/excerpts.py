"""A case of a rule as the cells that a clerk sees: its sheets, cut out around what to point at."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from checker import catalog
from checker.model import Area, CellKind, Place, Sheet, Table, Value, as_text, column_letter
from checker.normalise import INVISIBLE
from checker.reading import read
from checker.recognise import recognise
from tests.cases import Case

MARKS = {"␣": "空格", "↵": "换行", "¦": "看不见的字符"}  # what stands for blanks in an excerpt
_MOST_ROWS = 7  # of data in one example
_MANY_COLUMNS = 6  # from here on, a phone shows the telling ones only
_LONG_NUMBER = 1e11  # from here on, spreadsheet programs show 4.18801E+17

Spot = tuple[str, int, int]  # sheet, row, column


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A case as the checker reads it: its sheets, and the form recognised in each."""

    case: Case
    sheets: tuple[Sheet, ...]
    tables: Mapping[str, Table]  # by sheet

    @classmethod
    def of(cls, case: Case) -> View:
        """Read a case."""
        book = read(case.data, case.file)
        tables = (recognise(book.name, sheet, catalog.load())[:1] for sheet in book.sheets)
        return cls(
            case=case,
            sheets=book.sheets,
            tables={table.sheet.name: table for found in tables for table in found},
        )

    def form(self, sheet: str) -> str:
        """Return the form in a sheet, "" where none is recognised."""
        return self.tables[sheet].form.name if sheet in self.tables else ""

    def field(self, spot: Spot) -> tuple[str, str] | None:
        """Return the form and field a spot fills, None outside the data."""
        table = self.tables.get(spot[0])
        for record in table.records if table else ():
            for name, cell in record.cells.items():
                if table and (cell.row, cell.column) == spot[1:]:
                    return table.form.name, name
        return None

    def like(self, other: View, spots: Iterable[Spot]) -> dict[Spot, str]:
        """Return what in this case corresponds to spots of another: fields, else the same cells."""
        found: dict[Spot, str] = {}
        for spot in spots:
            field = other.field(spot)
            for name, table in self.tables.items():
                if field and field[0] == table.form.name:
                    cells = (record.cells.get(field[1]) for record in table.records)
                    found |= {(name, cell.row, cell.column): "good" for cell in cells if cell}
                elif not field and name == spot[0] and table.sheet.value(*spot[1:]):
                    found[spot] = "good"
        return found


def spots_of(places: Iterable[Place]) -> Iterator[Spot]:
    """Yield the cells that findings point at."""
    return ((place.sheet, *_row_and_column(place.cell)) for place in places if place.row)


def _row_and_column(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(reference[len(letters) :]), column


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """The part of a sheet around the cells to point at, as an HTML table."""

    view: View
    sheet: Sheet
    spots: Mapping[tuple[int, int], str]

    @property
    def table(self) -> Table | None:
        """The form in the sheet."""
        return self.view.tables.get(self.sheet.name)

    def html(self) -> str:
        """Return the table with the numbers of its rows and the letters of its columns."""
        rows = self.rows()
        columns = range(1, self.width(rows) + 1)
        form, hidden = self.table and self.table.form, "，已隐藏" if self.sheet.hidden else ""
        name = f"工作表“{self.sheet.name}”{hidden}"
        if form:
            usual = self.sheet.name == form.layout["sheet"] and not hidden
            name = form.title if usual else f"{form.title}（{name}）"
        letters = "".join(self.letter(column) for column in columns)
        lines = [
            '<figure class="bk-sheet">',
            f"<figcaption>{html.escape(name)}</figcaption>",
            '<div><table class="bk-cells">',
            f"<thead><tr><td></td>{letters}</tr></thead><tbody>",
        ]
        before = rows[0] - 1
        for row in rows:
            if row > before + 1:
                lines.append(f'<tr class="gap"><th>⋮</th><td colspan="{len(columns)}"></td></tr>')
            lines.append(self.row(row, rows, columns))
            before = row
        return "\n".join((*lines, "</tbody></table></div>", "</figure>"))

    def letter(self, column: int) -> str:
        """Return the head of a column."""
        hidden = "<small>隐藏</small>" if column in self.sheet.hidden_columns else ""
        kind = ' class="more"' if column not in self.telling() else ""
        return f'<th scope="col"{kind}>{column_letter(column)}{hidden}</th>'

    def rows(self) -> list[int]:
        """Return the rows to show: those pointed at, the header, and the data if it is little."""
        pointed = {row for row, _ in self.spots}
        last = max((row for row, values in enumerate(self.sheet.rows, 1) if any(values)), default=1)
        last = max((last, *pointed))
        table = self.table
        if table is None:
            return list(range(1, min(last, _MOST_ROWS) + 1))
        top, bottom = table.header_rows
        if not table.form.is_table:
            first = min(pointed, default=1)
            listed = self.sheet.value(first, 1) == "备案资料"  # a list: to its last line
            below = (row for row in range(first, last + 1) if self.sheet.value(row, 3) and listed)
            return sorted({first, *pointed, *below})
        data = sorted(range(bottom + 1, last + 1), key=lambda row: row not in pointed)
        data = sorted(data[:_MOST_ROWS])
        lines = [row for row in range(1, top) if row in pointed]
        return [*(range(1, top) if lines else ()), *range(top, bottom + 1), *data]

    def width(self, rows: Iterable[int]) -> int:
        """Return the last column with something in it."""
        used = (
            column
            for row in rows
            for column in range(1, 30)
            if self.sheet.value(row, column) is not None or (row, column) in self.spots
        )
        return max(used, default=1)

    def telling(self) -> set[int]:
        """Return the columns a small screen shows."""
        table = self.table
        if table is None or not table.form.is_table or len(table.headings) < _MANY_COLUMNS:
            return set(range(1, 30))
        records = self.view.case.given.get(table.form.name, ())
        named = {name for record in records for name in record}
        columns = {cell.column for name, cell in table.headings.items() if name in named}
        columns |= {column for _, column in self.spots} | {1, 2}
        for area in self.sheet.merged:  # what stands under one heading is shown together
            under = range(area.left, area.right + 1)
            if area.top == table.header_rows[0] and columns.intersection(under):
                columns.update(under)
        return columns

    def row(self, row: int, rows: Sequence[int], columns: range) -> str:
        """Return a row of the sheet."""
        hidden = "<small>隐藏</small>" if row in self.sheet.hidden_rows else ""
        cells = [f'<th scope="row">{row}{hidden}</th>']
        free = self.is_line(row)
        column = columns.start
        while column < columns.stop:
            area = self.area(row, column)
            shown = [each for each in range(area.top, area.bottom + 1) if each in rows]
            span = min(area.right, columns.stop - 1) - area.left + 1
            if free:  # a text runs over the blank cells on its right
                while column + span < columns.stop and self.is_blank(row, column + span):
                    span += 1
            if (row, column) == (shown[0], area.left):
                cells.append(self.cell(row, column, len(shown), span))
            column += span
        return f"<tr>{''.join(cells)}</tr>"

    def is_line(self, row: int) -> bool:
        """Tell whether a row is one of the lines above the table."""
        table = self.table
        return table is not None and row < table.header_rows[0]

    def is_blank(self, row: int, column: int) -> bool:
        """Tell whether nothing stands in a cell and nothing points at it."""
        return self.sheet.value(row, column) in (None, "") and (row, column) not in self.spots

    def area(self, row: int, column: int) -> Area:
        """Return the merged area of a cell, or the cell alone."""
        for area in self.sheet.merged:
            if area.top <= row <= area.bottom and area.left <= column <= area.right:
                return area
        return Area(row, column, row, column)

    def cell(self, row: int, column: int, down: int, across: int) -> str:
        """Return a cell with what it holds."""
        kind = self.spots.get((row, column), "")
        table = self.table
        value, stored = self.sheet.value(row, column), self.sheet.kind(row, column)
        heading = table is not None and (
            (table.form.is_table and table.header_rows[0] <= row <= table.header_rows[1])
            or any((row, column) == (cell.row, cell.column) for cell in table.headings.values())
        )
        classes = [kind, "head" if heading else "", "line" if self.is_line(row) else ""]
        if not self.telling().intersection(range(column, column + across)):
            classes.append("more")
        spans = f' rowspan="{down}"' * (down > 1) + f' colspan="{across}"' * (across > 1)
        text = _as_seen(value, stored)
        inside = html.escape(text) if heading or self.is_line(row) else _with_blanks(text)
        if not text and kind:
            inside = "<i>空</i>"
        if (row, column) in self.sheet.comments:
            inside += "<small>批注</small>"
        if text.isascii() and text.isalnum():
            classes.append("whole")
        named = " ".join(each for each in classes if each)
        return f'<td class="{named}"{spans}>{inside}</td>'


def _as_seen(value: Value, kind: CellKind) -> str:
    """Return what a spreadsheet program shows of a value: long numbers are not shown in full."""
    if kind is CellKind.FORMULA:
        return "=公式"
    if isinstance(value, int | float) and abs(value) >= _LONG_NUMBER:
        return f"{float(value):.5E}"
    return as_text(value)


def _with_blanks(text: str) -> str:
    """Return a text as HTML with its blanks made visible."""
    parts = []
    for character in text.replace("\r\n", "\n"):
        if character in "\r\n":
            parts.append("<b>↵</b><br>")
        elif character in INVISIBLE:
            parts.append("<b>¦</b>")
        elif character.isspace():
            parts.append("<b>␣</b>")
        else:
            parts.append(html.escape(character))
    return "".join(parts)
