"""How wide and high things are, in pixels: texts, columns, rows, the windows of comments."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

from checker.editing.worksheet import Worksheet
from checker.paper import hanzi

HIGHEST_NOTE: Final = 480
_LOWEST_NOTE: Final = 48
_HANZI, _LINE = 12, 16  # what 9 points take
_MARGIN: Final = 12


@dataclass(slots=True)
class Grid:
    """Sizes of columns and rows in pixels, counted from 0."""

    columns: dict[int, int] = field(default_factory=dict)
    rows: dict[int, int] = field(default_factory=dict)
    column: int = 64
    row: int = 20

    @classmethod
    def of(cls, sheet: Worksheet) -> Grid:
        """Return the grid of a sheet."""
        grid = cls()
        basics, columns = sheet.child("sheetFormatPr"), sheet.child("cols")
        if basics:
            grid.row = _pixels(float(basics.get("defaultRowHeight", "15")) * 4 / 3)
            width = float(basics.get("defaultColWidth", "0"))
            grid.column = _pixels(width * 7 + 5) if width else grid.column
        for each in columns.elements if columns else ():
            width = 0 if each.get("hidden") in ("1", "true") else float(each.get("width", "9"))
            size = _pixels(width * 7 + 5) if width else 0
            for number in range(int(each.get("min")), min(int(each.get("max")), 1024) + 1):
                grid.columns[number - 1] = size
        grid.rows = {row - 1: _pixels(height * 4 / 3) for row, height in sheet.heights.items()}
        return grid

    def anchor(self, row: int, column: int, width: int, height: int) -> str:
        """Return where a window of a size stands: beside a cell, a little above it."""
        left, top = column, max(row - 2, 0)
        right, right_offset = _walk(self.columns, self.column, left, 15 + width)
        bottom, bottom_offset = _walk(self.rows, self.row, top, 10 + height)
        return f"{left}, 15, {top}, 10, {right}, {right_offset}, {bottom}, {bottom_offset}"

    def lower(self, anchor: str, text: str) -> str:
        """Return an anchor that gives room to a text, the window being as wide as before."""
        numbers = [int(float(number)) for number in anchor.split(",")]
        if len(numbers) != 8:
            return anchor
        left, left_offset, top, top_offset, right, right_offset, bottom, bottom_offset = numbers
        width = sum(self.columns.get(n, self.column) for n in range(left, min(right, 1024)))
        height = sum(self.rows.get(n, self.row) for n in range(top, min(bottom, top + 1024)))
        wanted = note_height(text, max(width + right_offset - left_offset, 60))
        if wanted <= height + bottom_offset - top_offset:
            return anchor
        numbers[6:] = _walk(self.rows, self.row, top, top_offset + wanted)
        return ", ".join(map(str, numbers))


def _pixels(length: float) -> int:
    return round(length)


def _walk(sizes: dict[int, int], usual: int, first: int, length: int) -> tuple[int, int]:
    """Return the column or row at a distance in pixels, and how far inside it."""
    at = first
    while length > sizes.get(at, usual) and at < first + 4096:
        length -= sizes.get(at, usual)
        at += 1
    return at, min(length, sizes.get(at, usual))


def note_height(text: str, width: int) -> int:
    """Return how many pixels a text needs, up to what a screen can show."""
    room = (width - _MARGIN) // _HANZI
    lines = sum(max(1, math.ceil(hanzi(line) / room)) for line in text.split("\n"))
    return min(max(lines * _LINE + _MARGIN, _LOWEST_NOTE), HIGHEST_NOTE)
