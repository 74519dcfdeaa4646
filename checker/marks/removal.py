"""Our marks taken off a workbook again."""

from __future__ import annotations

from checker.editing import KEEP, CellEdit, Edits, SheetEdits, edit
from checker.marks import cells
from checker.reading import LIMITS, marked, open_book, xlsx


def unmarked(data: bytes) -> bytes:
    """Return an xlsx without our marks: the same bytes where there are none.

    What the user wrote between them stays, and so does a colour of the user's own.
    """
    book = open_book(data, "", LIMITS)
    fronts = tuple(sheet.name for sheet in book.sheets if marked.is_front(sheet))
    results = {sheet.name: marked.results(sheet) for sheet in book.sheets}
    if not (fronts or book.our_comments or any(results.values())):
        return data
    painted = xlsx.painted(data, cells.COLOURS, LIMITS)
    sheets = {
        sheet.name: SheetEdits(cells=edits)
        for sheet in book.sheets
        if sheet.name not in fronts
        and (
            edits := _removals(
                set(results[sheet.name]),
                set(painted.get(sheet.name, ())),
                set(book.our_comments.get(sheet.name, ())),
            )
        )
    }
    return edit(data, Edits(sheets=sheets, removed=fronts))


def _removals(
    results: set[cells.Place], painted: set[cells.Place], commented: set[cells.Place]
) -> dict[cells.Place, CellEdit]:
    """Return what takes the marks off the cells of a sheet."""
    return {
        place: CellEdit(
            value=None if place in results else KEEP,
            fill=None if place in painted else KEEP,
            comment=None if place in commented else KEEP,
        )
        for place in sorted(results | painted | commented)
    }
