"""The order in which the changes to a workbook are made."""

from __future__ import annotations

from collections.abc import Iterator

from checker.editing import comments, frame, front
from checker.editing.book import Book
from checker.editing.cells import is_true
from checker.editing.edits import KEEP, Edits, SheetEdits, UneditableError
from checker.editing.names import legal_name
from checker.editing.parts import Parts
from checker.editing.worksheet import Worksheet, has_formula, range_of
from checker.model import Area
from checker.reading.book import UnreadableError
from checker.reading.worksheet import area

_FILTER_NAME = "_xlnm._FilterDatabase"


def edit(data: bytes, edits: Edits) -> bytes:
    """Return the bytes of an xlsx or xlsm with the edits made; equal arguments give equal bytes.

    Raise KeyError for a sheet that is not there, and UneditableError for a workbook whose parts
    cannot be told apart.
    """
    try:
        book = Book(Parts(data))
        for name, wanted in edits.sheets.items():
            _edit_sheet(book, _position(book, name), wanted)
        for name in edits.removed:
            book.remove(_position(book, name))
        if edits.front:
            _set_front(book, edits)
        book.save()
        return book.parts.packed()
    except (UnreadableError, ValueError) as error:
        # ValueError: an attribute that should be a number is none.
        raise UneditableError from error


def _position(book: Book, name: str) -> int:
    """Return where a sheet stands; a converted workbook may hold it under a shorter name."""
    names = book.names
    for each in (name, legal_name(name)):
        if each in names:
            return names.index(each)
    raise KeyError(name)


def _edit_sheet(book: Book, position: int, wanted: SheetEdits) -> None:
    part = book.part(position)
    sheet = Worksheet(book.parts.read(part), wanted.cells)
    sheet.change(wanted.cells, book.styles)
    if wanted.widths:
        frame.set_widths(sheet, wanted.widths)
    if wanted.filter:
        reach = frame.set_filter(sheet, wanted.filter, _tables(book, part))
        if reach:
            book.set_name(_FILTER_NAME, position, _formula(book.names[position], reach))
    if wanted.footer is not None:
        frame.set_footer(sheet, wanted.footer, wanted.footer_key)
    texts = {
        place: each.comment for place, each in wanted.cells.items() if each.comment is not KEEP
    }
    comments.set_comments(book, part, sheet, texts)
    if sheet.changed:
        book.parts.write(part, sheet.content())
    if sheet.formulas_lost:
        book.drop_calculation_chain()
    if sheet.values_changed and any(_has_formulas(book)):
        book.recalculate()


def _has_formulas(book: Book) -> Iterator[bool]:
    for position in range(len(book.names)):
        yield has_formula(book.parts.read(book.part(position)))


def _tables(book: Book, part: str) -> Iterator[Area]:
    """Yield the ranges of the tables of a sheet that have a filter of their own."""
    for name in book.parts.links(part).all("table"):
        reach = area(book.parts.tree(name).get("ref"))
        if reach:
            yield reach


def _formula(sheet: str, reach: Area) -> str:
    """Return a range as names hold it.

    >>> _formula("名单's", Area(3, 1, 9, 8))
    "'名单''s'!$A$3:$H$9"
    """
    quoted = sheet.replace("'", "''")
    first, _, last = range_of(reach).partition(":")
    return f"'{quoted}'!{_fixed(first)}:{_fixed(last or first)}"


def _fixed(reference: str) -> str:
    letters = reference.rstrip("0123456789")
    return f"${letters}${reference[len(letters) :]}"


def _set_front(book: Book, edits: Edits) -> None:
    """Put the new sheet in front; only it is selected, or typing would go into all of them."""
    assert edits.front
    if edits.front.name in book.names:
        book.remove(_position(book, edits.front.name))
    for position in range(len(book.names)):
        part = book.part(position)
        if b"tabSelected" in book.parts.read(part):
            _deselect(book, part)
    book.insert_first(edits.front.name, front.sheet_part(book, edits.front))


def _deselect(book: Book, part: str) -> None:
    sheet = Worksheet(book.parts.read(part))
    views = sheet.child("sheetViews")
    if views and any(is_true(view.get("tabSelected")) for view in views.elements):
        for view in views.elements:
            view.attributes.pop("tabSelected", None)
        sheet.put(views)
        book.parts.write(part, sheet.content())
