"""Cells and rows as XML, new or written anew in place of what stood there."""

from __future__ import annotations

import re
from typing import Final

from checker.editing import tree
from checker.editing.edits import KEEP, CellEdit
from checker.editing.layout import RowSpan, Span
from checker.model import column_letter

_LONGEST_TEXT: Final = 32_767  # characters a cell can hold; Excel calls more of them damage
# ECMA-376 22.9.2.19: characters XML cannot hold are written _x000B_, and so is what looks like it.
_ODD: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_VALUE_ATTRIBUTES: Final = frozenset({"t", "cm", "vm"})  # say what kind of value a cell has


def name_of(row: int, column: int) -> str:
    """Return the A1 reference of a place.

    >>> name_of(12, 3)
    'C12'
    """
    return f"{column_letter(column)}{row}"


def is_true(text: str) -> bool:
    """Tell whether an attribute says yes."""
    return text in ("1", "true")


def new_cell(prefix: str, row: int, column: int, edit: CellEdit, style: int) -> bytes:
    """Return a cell that was not there before."""
    attributes = {"r": name_of(row, column)}
    if style:
        attributes["s"] = str(style)
    value = None if edit.value is KEEP else edit.value
    return _cell(f"{prefix}c", attributes, value)


def changed_cell(span: Span, edit: CellEdit, style: int) -> bytes:
    """Return a cell with a new value; where it keeps its own, only the start tag."""
    attributes = dict(span.attributes)
    if style != style_of(span):
        attributes["s"] = str(style)
    if edit.value is KEEP:
        return tag(span, attributes)
    attributes = {key: value for key, value in attributes.items() if key not in _VALUE_ATTRIBUTES}
    return _cell(span.name, attributes, edit.value)


def style_of(span: Span) -> int:
    """Return the number of a cell's or row's format."""
    return int(span.attributes.get("s", "0"))


def new_row(prefix: str, number: int, cells: bytes) -> bytes:
    """Return a row that was not there before."""
    return b'<%brow r="%d">%b</%brow>' % (prefix.encode(), number, cells, prefix.encode())


def opened_row(row: RowSpan) -> bytes:
    """Return the start tag of a row that is to get more cells than its `spans` may say."""
    attributes = {key: value for key, value in row.span.attributes.items() if key != "spans"}
    return f"<{row.span.name}{tree.attributes_text(attributes)}>".encode()


def tag(span: Span, attributes: dict[str, str]) -> bytes:
    """Return the start tag of an element with other attributes."""
    end = "/>" if span.inner == span.end else ">"
    return f"<{span.name}{tree.attributes_text(attributes)}{end}".encode()


def _cell(name: str, attributes: dict[str, str], value: str | int | float | None) -> bytes:
    prefix = name[: name.find(":") + 1]
    if value is None or value == "":
        return f"<{name}{tree.attributes_text(attributes)}/>".encode()
    if isinstance(value, str):
        attributes = attributes | {"t": "inlineStr"}
        text = tree.escaped(_ODD.sub(_escape, value[:_LONGEST_TEXT]))
        inside = f'<{prefix}is><{prefix}t xml:space="preserve">{text}</{prefix}t></{prefix}is>'
    elif isinstance(value, bool):
        attributes = attributes | {"t": "b"}
        inside = f"<{prefix}v>{value:d}</{prefix}v>"
    else:
        inside = f"<{prefix}v>{value!r}</{prefix}v>"
    return f"<{name}{tree.attributes_text(attributes)}>{inside}</{name}>".encode()


def _escape(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"
