"""How printed sheets look: type, lines, A4 pages, and the drawing steps they share."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any, Literal
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

LINE_HEIGHT = 16  # points a line of 宋体 11 takes, with some air
# 宋体 is on every Windows machine; elsewhere WPS and LibreOffice put a song typeface in its place.
_SONG = "宋体"
_TITLE_LINE_HEIGHT = 27
_BOX_LINE_HEIGHT = 17.5
_BOX_PADDING = 3
_HANZI_WIDTH = 1.95  # of a hanzi in 宋体 11, in the unit of column widths, with some air
_MARGINS = {"left": 0.6, "right": 0.6, "top": 0.75, "bottom": 0.75, "header": 0.3, "footer": 0.4}

_PAGES = "第 &P 页 共 &N 页"

BODY_FONT = Font(name=_SONG, size=11)
_TITLE_FONT = Font(name=_SONG, size=18, bold=True)
_BOLD_FONT = Font(name=_SONG, size=11, bold=True)
_BOX_FONT = Font(name=_SONG, size=12)
_SMALL_FONT = Font(name=_SONG, size=10)
_CENTER = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
_INDENTED = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
_LINE = Alignment(horizontal="left", vertical="center")  # may run over into the next columns
_LINE_END = Alignment(horizontal="right", vertical="center")
_SEAL = Alignment(horizontal="right", vertical="bottom", wrap_text=True, indent=2)
_THIN = Side(style="thin", color="000000")
GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_NO_BORDER = Border()
_NO_FILL = PatternFill()
_GREY = PatternFill("solid", start_color="F2F2F2")


@dataclass(frozen=True, slots=True, eq=False)  # told apart by identity: fonts hash slowly
class Style:
    """The look of a cell."""

    font: Font
    alignment: Alignment
    border: Border = GRID
    fill: PatternFill = _NO_FILL


_STYLED: WeakKeyDictionary[Workbook, dict[tuple[Style, str], StyleArray]] = WeakKeyDictionary()

TITLE = Style(_TITLE_FONT, _CENTER, _NO_BORDER)
SECTION = Style(_BOLD_FONT, _LINE, _NO_BORDER)
LINE = Style(BODY_FONT, _LINE, _NO_BORDER)
LINE_END = Style(BODY_FONT, _LINE_END, _NO_BORDER)
LINE_TOP = Style(
    BODY_FONT, Alignment(horizontal="left", vertical="top", wrap_text=True), _NO_BORDER
)
LINE_END_LOW = Style(BODY_FONT, Alignment(horizontal="right", vertical="bottom"), _NO_BORDER)
REMARK = Style(BODY_FONT, _LEFT, _NO_BORDER)
HEADING = Style(_BOLD_FONT, _CENTER, fill=_GREY)
CENTER = Style(BODY_FONT, _CENTER)
LEFT = Style(BODY_FONT, _LEFT)
SMALL = Style(_SMALL_FONT, _LEFT)
SMALL_CENTER = Style(_SMALL_FONT, _CENTER)
BOX = Style(_BOX_FONT, _CENTER)
BOX_LEFT = Style(_BOX_FONT, _INDENTED)
# Texts of the filing form that belong to no field, by the name the layout gives their look.
TEXTS: Mapping[str, Style] = {
    "label": BOX,
    "seal": Style(_BOX_FONT, _SEAL),
    "foot": Style(_BOX_FONT, _LINE, _NO_BORDER),
}


def set_page(
    sheet: Worksheet,
    orientation: Literal["portrait", "landscape"],
    *,
    one_page: bool = False,
    footer: str = _PAGES,
) -> None:
    """Set A4, one page wide, centred, with page numbers where there may be several pages."""
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.orientation = orientation
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, int(one_page)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    for side, inches in _MARGINS.items():
        setattr(sheet.page_margins, side, inches)
    if not one_page:
        pages = _HeaderFooterPart(text=footer, font=f"{_SONG},Regular", size=9)
        sheet.oddFooter = HeaderFooterItem(center=pages)


def write(
    sheet: Worksheet, place: str, value: Any, style: Style, number_format: str = "General"
) -> None:
    """Write a value into a cell or a range, which is merged."""
    first, _, rest = place.partition(":")
    if rest:
        sheet.merge_cells(place)
    if isinstance(value, str):  # .xls and .csv can hold control characters, .xlsx cannot
        value = ILLEGAL_CHARACTERS_RE.sub(" ", value)
    sheet[first].value = value
    if isinstance(value, str):
        sheet[first].data_type = "s"  # a name that begins with = is no formula
    assert sheet.parent is not None
    known = _STYLED.setdefault(sheet.parent, {})
    for cells in sheet[f"{first}:{rest or first}"]:
        for cell in cells:
            look = known.get((style, number_format))
            if look is None:
                look = known[style, number_format] = _styled(cell, style, number_format)
            cell._style = copy(look)


def _styled(cell: Any, style: Style, number_format: str) -> StyleArray:
    """Give a cell its look and return it as the workbook keeps it: to look it up takes long."""
    cell.font, cell.alignment = style.font, style.alignment
    cell.border, cell.fill = style.border, style.fill
    cell.number_format = number_format
    look: StyleArray = cell._style
    return look


def count_lines(text: str, width: float, style: Style = LEFT) -> int:
    """Return how many lines a text takes in a column of this width, rather one too many."""
    room = width / (_HANZI_WIDTH * style.font.size / BODY_FONT.size)
    return sum(max(1, math.ceil(hanzi(line) / room)) for line in text.split("\n"))


def title_height(text: str, width: float, usual: float) -> float:
    """Return the height of a title over columns of this width: more than usual for a long name."""
    more = count_lines(text, width, TITLE) - usual // _TITLE_LINE_HEIGHT
    return usual + max(0, more) * _TITLE_LINE_HEIGHT


def box_height(text: str, width: float) -> float:
    """Return the height that a text needs in a box of the filing form."""
    return count_lines(text, width - 2, BOX) * _BOX_LINE_HEIGHT + _BOX_PADDING  # less the indent


def hanzi(text: str) -> float:
    """Return the length of a text in hanzi; other characters are half as wide."""
    return sum(1 if unicodedata.east_asian_width(char) in "WFA" else 0.5 for char in text)
