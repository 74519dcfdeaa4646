"""What stands around the cells of a sheet: column widths, filter, footers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from checker.editing.cells import is_true
from checker.editing.tree import Element
from checker.editing.worksheet import Worksheet, range_of
from checker.model import Area
from checker.reading.worksheet import area

_FOOTERS: Final = (
    "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter",
)  # fmt: skip
_LONGEST_FOOTER: Final = 255  # characters, the codes among them
_SECTION: Final = re.compile(r"&(?:([LCR])|.)", re.DOTALL)
_GAP: Final = "  "
# Font, size, style and colour of what follows: LibreOffice puts them in front of every text.
_LOOK: Final = re.compile(r'(?:&"[^"]*"|&[0-9]{1,3}|&K[0-9A-Fa-f]{6}|&[BEISUXY])*')


def set_widths(sheet: Worksheet, widths: Mapping[int, float]) -> None:
    """Set the widths of single columns; what else is said of columns holds on."""
    old = sheet.child("cols")
    columns = sheet.element("cols")
    given = dict(widths)
    for each in old.elements if old else ():
        first, last = int(each.get("min")), int(each.get("max"))
        inside = sorted(column for column in given if first <= column <= last)
        for column in inside:
            _add_column(columns, each, first, column - 1)
            _add_column(columns, each, column, column, given.pop(column))
            first = column + 1
        _add_column(columns, each, first, last)
    for column, width in given.items():
        _add_column(columns, None, column, column, width)
    columns.children.sort(key=_first_column)
    sheet.put(columns)


def _add_column(
    columns: Element, like: Element | None, first: int, last: int, width: float | None = None
) -> None:
    if first > last:
        return
    attributes = {"min": str(first), "max": str(last)}
    attributes = (like.attributes if like else {}) | attributes
    if width is not None:
        attributes.pop("bestFit", None)
        attributes |= {"width": f"{width:g}", "customWidth": "1"}
    columns.add("col", **attributes)


def _first_column(column: Element | str) -> int:
    return int(column.get("min")) if isinstance(column, Element) else 0


def set_filter(sheet: Worksheet, wanted: Area, tables: Iterable[Area]) -> Area | None:
    """Set the filter and return its range, None where a table with its own filter is in the way.

    A filter that is there already keeps its header row and its criteria, and grows.
    """
    if any(_meet(wanted, table) for table in tables):
        return None
    made = sheet.child("autoFilter") or sheet.element("autoFilter")
    old = area(made.get("ref"))
    reach = wanted
    if old:
        left = min(old.left, wanted.left)
        bottom, right = max(old.bottom, wanted.bottom), max(old.right, wanted.right)
        reach = Area(old.top, left, bottom, right)
        for column in made.all("filterColumn"):
            # Columns are counted from the left of the range.
            column.attributes["colId"] = str(int(column.get("colId")) + old.left - left)
    made.attributes["ref"] = range_of(reach)
    sheet.put(made)
    return reach


def _meet(one: Area, other: Area) -> bool:
    return (
        one.top <= other.bottom
        and other.top <= one.bottom
        and one.left <= other.right
        and other.left <= one.right
    )


def set_footer(sheet: Worksheet, text: str, key: str) -> None:
    """Put a text at the left of every footer that is printed."""
    whole = sheet.child("headerFooter") or sheet.element("headerFooter")
    wanted = ["oddFooter"]
    if is_true(whole.get("differentOddEven")):
        wanted.append("evenFooter")
    if is_true(whole.get("differentFirst")):
        wanted.append("firstFooter")
    for name in wanted:
        footer = whole.ensure(name, _FOOTERS)
        footer.children = [with_text(footer.text, text, key)]
    sheet.put(whole)


def with_text(footer: str, text: str, key: str = "") -> str:
    """Return a footer with a text in front of its left section.

    >>> with_text("第 &P 页&R&D", "核对码 7K3Q & 92MF")
    '&L核对码 7K3Q && 92MF&C第 &P 页&R&D'
    >>> with_text("&L核对码 1111  内部&C&P", "核对码 2222", "核对码")
    '&L核对码 2222  内部&C&P'
    """
    left, centre, right = sections(footer)
    look = _LOOK.match(left)
    if key and look and left.startswith(_written(key), look.end()):
        left = left.partition(_GAP)[2]
    ours = _written(text)
    ours = f"&L{ours}{_GAP}{left}" if left else f"&L{ours}"
    centre, right = (f"&C{centre}" if centre else ""), (f"&R{right}" if right else "")
    # Where there is no room for all, the text is worth more than what stands around it.
    for kept in (ours + centre + right, ours + centre, ours):
        if len(kept) <= _LONGEST_FOOTER:
            return kept
    return f"&L{_written(text)}"[:_LONGEST_FOOTER]


def _written(text: str) -> str:
    return text.replace("&", "&&")


def sections(footer: str) -> tuple[str, str, str]:
    """Return the left, centre and right section; what names no section stands in the centre.

    >>> sections("&P&L甲&&L&C乙")
    ('甲&&L', '&P乙', '')
    """
    found = {"L": "", "C": "", "R": ""}
    section, position = "C", 0
    for code in _SECTION.finditer(footer):
        if code[1]:
            found[section] += footer[position : code.start()]
            section, position = code[1], code.end()
    found[section] += footer[position:]
    return found["L"], found["C"], found["R"]
