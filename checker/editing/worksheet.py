"""A worksheet part with some of its cells and settings changed, all other bytes as they were."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from checker.editing import cells, formulas, tree
from checker.editing.cells import is_true, name_of
from checker.editing.edits import KEEP, CellEdit, UneditableError
from checker.editing.layout import Layout, RowSpan, Span
from checker.editing.styles import Styles
from checker.editing.tree import Element
from checker.model import Area
from checker.reading.worksheet import area

# CT_Worksheet: Excel refuses a sheet whose elements stand in any other order.
ORDER: Final = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter",
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects",
    "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
_FORMULA: Final = re.compile(rb"<(?:[A-Za-z0-9_]+:)?f[ />]")

Places = Mapping[tuple[int, int], CellEdit]


class Worksheet:
    """A worksheet part, the changes to it gathered until `content` is asked for."""

    def __init__(self, data: bytes, wanted: Iterable[tuple[int, int]] = ()) -> None:
        self._data = tree.as_utf8(data)
        columns: dict[int, set[int]] = {}
        for row, column in wanted:
            columns.setdefault(row, set()).add(column)
        self._layout = Layout(self._data, columns)
        empty = self._layout.cells
        if empty.inner == empty.end:  # <sheetData/> has no inside to put rows into
            opened = f"<{empty.name}></{empty.name}>".encode()
            self._data = spliced(self._data, [(empty.start, empty.end, opened)])
            self._layout = Layout(self._data, columns)
        self._splices: list[tuple[int, int, bytes]] = []
        self._children: dict[str, Element | None] = {}
        self.values_changed = False  # of cells that were there, so that formulas may have to follow
        self.formulas_lost = False

    @property
    def prefix(self) -> str:
        """The prefix of its elements with its colon, or nothing."""
        return self._layout.root.name[: self._layout.root.name.find(":") + 1]

    @property
    def heights(self) -> Mapping[int, float]:
        """Heights of the rows that have one of their own, in points."""
        return self._layout.heights

    @property
    def changed(self) -> bool:
        """Whether anything is changed at all."""
        return bool(self._splices or self._children)

    def child(self, name: str) -> Element | None:
        """Return a copy of one of the elements around the cells, as changed so far."""
        if name in self._children:
            return self._children[name]
        span = self._span(name)
        return tree.parse(self._data[span.start : span.end]) if span else None

    def element(self, name: str, **attributes: str) -> Element:
        """Return a new element of the sheet's prefix."""
        return Element(self.prefix + name, attributes)

    def put(self, element: Element) -> None:
        """Put an element around the cells in its place, or in place of the one of its name."""
        self._children[element.local] = element

    def drop(self, name: str) -> None:
        """Take one of the elements around the cells out."""
        self._children[name] = None

    def change(self, places: Places, styles: Styles) -> None:
        """Change cells; what only concerns comments is not looked at here."""
        rows: dict[int, dict[int, CellEdit]] = {}
        for (row, column), edit in sorted(places.items(), key=lambda each: each[0]):
            rows.setdefault(row, {})[column] = edit
        self._move_formulas(places)
        columns = self._column_styles()
        made = [
            (number, column)
            for number, edits in rows.items()
            for column in self._change_row(number, edits, columns, styles)
        ]
        self._stretch_dimension(made)

    def _change_row(
        self,
        number: int,
        edits: Mapping[int, CellEdit],
        columns: Mapping[int, int],
        styles: Styles,
    ) -> Collection[int]:
        """Change the cells of a row, and return the columns of those that are new."""
        row = self._layout.rows.get(number)
        old = row.cells if row else {}
        own_style = row and is_true(row.span.attributes.get("customFormat", ""))
        new: dict[int, bytes] = {}
        for column, edit in edits.items():
            if column in old:
                self._change_cell(old[column], edit, styles)
                continue
            # A new cell looks as the row says, or else the column.
            base = cells.style_of(row.span) if row and own_style else columns.get(column, 0)
            style = styles.varied(base, edit)
            if style != base or edit.value not in (KEEP, None, ""):
                new[column] = cells.new_cell(self.prefix, number, column, edit, style)
        if new:
            self._insert(number, row, new)
        return new

    def content(self) -> bytes:
        """Return the part with all changes made."""
        splices = list(self._splices)
        for name in sorted(self._children, key=ORDER.index):
            element, span = self._children[name], self._span(name)
            written = tree.written(element) if element else b""
            if span:
                splices.append((span.start, span.end, written))
            elif element:
                at = self._place_for(name)
                splices.append((at, at, written))
        return spliced(self._data, splices)

    def _span(self, name: str) -> Span | None:
        return next((span for span in self._layout.children if span.local == name), None)

    def _place_for(self, name: str) -> int:
        """Return where an element belongs: behind all that must stand before it."""
        before = ORDER[: ORDER.index(name)]
        ends = (span.end for span in self._layout.children if span.local in before)
        return max(ends, default=self._layout.root.inner)

    def _column_styles(self) -> dict[int, int]:
        """Return the formats of whole columns, which new cells take over."""
        columns = self.child("cols")
        return {
            number: int(each.get("style", "0"))
            for each in (columns.elements if columns else ())
            if each.get("style", "0") != "0"
            for number in range(int(each.get("min")), min(int(each.get("max")), 1024) + 1)
        }

    def _change_cell(self, span: Span, edit: CellEdit, styles: Styles) -> None:
        base = cells.style_of(span)
        style = styles.varied(base, edit)
        if edit.value is KEEP and style == base:
            return
        written = cells.changed_cell(span, edit, style)
        if edit.value is KEEP:
            self._splices.append((span.start, span.inner, written))
            return
        self.values_changed = True
        held = self._data[span.inner : span.close]
        self.formulas_lost |= has_formula(held)
        self._splices.append((span.start, span.end, written))

    def _insert(self, number: int, row: RowSpan | None, new: Mapping[int, bytes]) -> None:
        """Insert new cells into a row, which may be new itself."""
        everything = b"".join(new.values())
        if row is None:
            self._insert_row(number, cells.new_row(self.prefix, number, everything))
            return
        span = row.span
        opened = cells.opened_row(row)
        if span.inner == span.end:
            written = opened + everything + f"</{span.name}>".encode()
            self._splices.append((span.start, span.end, written))
            return
        if "spans" in span.attributes:
            self._splices.append((span.start, span.inner, opened))
        for column, written in new.items():
            behind = (start for other, start in row.starts if other > column)
            at = next(behind, span.close)
            self._splices.append((at, at, written))

    def _insert_row(self, number: int, written: bytes) -> None:
        behind = (start for row, start in self._layout.starts if row > number)
        at = next(behind, self._layout.cells.close)
        self._splices.append((at, at, written))

    def _stretch_dimension(self, made: list[tuple[int, int]]) -> None:
        """Keep the used range that the part declares true."""
        dimension = self.child("dimension")
        old = area(dimension.get("ref")) if dimension else None
        if not dimension or not old or not made:
            return
        rows, columns = zip(*made, strict=True)
        dimension.attributes["ref"] = range_of(
            Area(
                min(old.top, *rows),
                min(old.left, *columns),
                max(old.bottom, *rows),
                max(old.right, *columns),
            )
        )
        self.put(dimension)

    def _move_formulas(self, places: Places) -> None:
        """Hand formulas that others share on to the next cell, before their own cell loses them."""
        gone = {place for place, edit in places.items() if edit.value is not KEEP}
        held = (
            formulas.shared(self._data, (number, column), span)
            for number, row in self._layout.rows.items()
            for column, span in row.cells.items()
            if (number, column) in gone
        )
        masters = [master for master in held if master]
        if masters:
            self._splices += formulas.handed_on(self._data, masters, gone)


def has_formula(data: bytes) -> bool:
    """Tell whether any cell in a piece of a sheet is calculated."""
    return bool(_FORMULA.search(data))


def range_of(place: Area) -> str:
    """Return a rectangle as a range.

    >>> range_of(Area(1, 1, 9, 3)), range_of(Area(2, 2, 2, 2))
    ('A1:C9', 'B2')
    """
    first, last = name_of(place.top, place.left), name_of(place.bottom, place.right)
    return first if first == last else f"{first}:{last}"


def spliced(data: bytes, splices: list[tuple[int, int, bytes]]) -> bytes:
    """Return the data with pieces replaced; what is inserted at one place stays in its order."""
    pieces: list[bytes] = []
    position = 0
    for start, end, new in sorted(splices, key=lambda splice: splice[:2]):
        if start < position:
            raise UneditableError  # elements inside each other: no sheet is like that
        pieces += (data[position:start], new)
        position = end
    pieces.append(data[position:])
    return b"".join(pieces)
