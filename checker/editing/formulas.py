"""Formulas that several cells share: one cell holds the text, the others only its number.

Before the cell with the text gets a value, the text goes to the first of the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from openpyxl.formula.translate import Translator

from checker.editing import tree
from checker.editing.cells import name_of
from checker.editing.layout import Layout, Span
from checker.model import Area
from checker.reading.worksheet import area


@dataclass(frozen=True, slots=True, kw_only=True)
class Master:
    """A cell that holds the text of a shared formula."""

    place: tuple[int, int]
    number: str
    reach: Area
    text: str


def shared(data: bytes, place: tuple[int, int], cell: Span) -> Master | None:
    """Return the shared formula whose text a cell holds, None where it holds none."""
    written = data[cell.start : cell.end]
    if b"shared" not in written:
        return None
    formula = tree.parse(written).find("f")
    reach = area(formula.get("ref")) if formula else None
    if not formula or not reach or not formula.text:
        return None
    return Master(place=place, number=formula.get("si"), reach=reach, text=formula.text)


def handed_on(
    data: bytes, masters: Iterable[Master], gone: Collection[tuple[int, int]]
) -> list[tuple[int, int, bytes]]:
    """Return the changes by which other cells take the texts over."""
    splices = []
    for master in masters:
        reach = master.reach
        columns = range(reach.left, reach.right + 1)
        layout = Layout(data, dict.fromkeys(range(reach.top, reach.bottom + 1), columns))
        cells = (
            ((number, column), cell)
            for number, row in sorted(layout.rows.items())
            for column, cell in row.cells.items()
            if (number, column) not in gone
        )
        for place, cell in cells:
            written = _taken_over(data, master, place, cell)
            if written:
                splices.append((cell.inner, cell.close, written))
                break
    return splices


def _taken_over(data: bytes, master: Master, place: tuple[int, int], cell: Span) -> bytes:
    """Return the inside of a cell with the text of the formula it shares, or nothing."""
    element = tree.parse(data[cell.start : cell.end])
    formula = element.find("f")
    if not formula or formula.get("t") != "shared" or formula.get("si") != master.number:
        return b""
    translator = Translator("=" + master.text, origin=name_of(*master.place))
    text = str(translator.translate_formula(name_of(*place)))
    row, column = place
    left = column if row == master.reach.bottom else master.reach.left
    last = name_of(master.reach.bottom, master.reach.right)
    formula.attributes["ref"] = f"{name_of(row, left)}:{last}"
    formula.children = [text.removeprefix("=")]
    return b"".join(map(tree.written, element.elements))
