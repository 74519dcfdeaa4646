"""A new sheet, made from nothing: cells, widths, heights, merged areas, one A4 page wide."""

from __future__ import annotations

from typing import Final

from checker.editing import tree
from checker.editing.book import Book
from checker.editing.edits import NewSheet
from checker.editing.worksheet import Worksheet, range_of

_MARGINS: Final = {
    "left": "0.6",
    "right": "0.6",
    "top": "0.75",
    "bottom": "0.75",
    "header": "0.3",
    "footer": "0.4",
}


def sheet_part(book: Book, new: NewSheet) -> bytes:
    """Return the part of a new sheet, the one shown when the workbook is opened."""
    places = {
        (row, column): edit
        for row, edits in enumerate(new.rows, 1)
        for column, edit in enumerate(edits, 1)
    }
    sheet = Worksheet(_without_cells(book, new), places)
    sheet.change(places, book.styles)
    return sheet.content()


def _without_cells(book: Book, new: NewSheet) -> bytes:
    root = book.new_root("worksheet")
    root.add("sheetPr", root.make("pageSetUpPr", fitToPage="1"))
    view = root.make("sheetView", showGridLines="0", tabSelected="1", workbookViewId="0")
    root.add("sheetViews", view)
    root.add("sheetFormatPr", defaultRowHeight="16")
    columns = [
        root.make("col", min=str(n), max=str(n), width=f"{width:g}", customWidth="1")
        for n, width in enumerate(new.widths, 1)
    ]
    if columns:
        root.add("cols", *columns)
    rows = [
        root.make("row", r=str(row), ht=f"{height:g}", customHeight="1")
        for row, height in sorted(new.heights.items())
    ]
    root.add("sheetData", *rows)
    if new.merged:
        merged = [root.make("mergeCell", ref=range_of(each)) for each in new.merged]
        root.add("mergeCells", *merged, count=str(len(merged)))
    root.add("printOptions", horizontalCentered="1")
    root.add("pageMargins", **_MARGINS)
    root.add("pageSetup", paperSize="9", orientation="portrait", fitToHeight="0")
    return tree.part(root)
