"""Pictures of the forms: the first printed page as SVG, drawn from the workbook on offer.

Drawn from the finished workbook and not from the layout, a picture cannot show anything else than
what the reader gets. Text is set in the reader's own fonts and measured as in 宋体, where a hanzi
is as wide as it is high and every other character half as wide. Each text states its length, so
that a reader with other fonts sees it in the same place.
"""

from __future__ import annotations

import io
import itertools
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from checker.paper import hanzi
from pipeline.kit import Kit, write

FONTS = (
    "SimSun, 宋体, NSimSun, 'Songti SC', STSong, 'Noto Serif CJK SC', 'Noto Serif SC',"
    " 'Source Han Serif SC', serif"
)
A4 = (595.3, 841.9)  # points
PIXELS = 96 / 72  # a point in CSS pixels
WIDTH_UNIT = 6  # points of a digit of 宋体 11, in which Excel counts the width of a column
PADDING = 2  # points between the edge of a cell and its text
INDENT = 8  # points that a step of indentation takes
LEADING = 1.25  # line height in font sizes
ROUNDING = 0.01  # points
MIDDLE = 0.36  # how far the middle of a hanzi lies above the baseline, in font sizes
FOOTER_SIZE = 9
EDGE = "#c3ccd6"  # of the paper

Pictures = Mapping[str, Mapping[str, str]]  # form -> "blank", "example" -> path inside the stage

# What must not begin a line, and the words and numbers that are not broken where there is room.
_NOT_FIRST = frozenset("，。、；：？！）」』”’》〉】…,.;:?!)]")
_WORDS = re.compile(r"[^ ]+")
_UNITS = re.compile(r"[!-.0-~]*/+|[!-.0-~]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle on the paper, in points."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Text without spaces: `y` is its baseline."""

    text: str
    x: float
    y: float
    width: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Where the rows and columns of a sheet's first page lie on the paper, in points."""

    sheet: Worksheet
    paper: tuple[float, float]
    scale: float
    columns: tuple[float, ...]  # where each column begins, and where the last one ends
    rows: tuple[float, ...]
    pages: int

    def box(self, area: CellRange) -> Box:
        """Return where a range lies."""
        left, top = self.columns[area.min_col - 1], self.rows[area.min_row - 1]
        return Box(
            left=left,
            top=top,
            width=self.columns[area.max_col] - left,
            height=self.rows[area.max_row] - top,
        )

    def areas(self) -> Iterator[tuple[Cell, CellRange]]:
        """Yield the cells of the page, a merged one once, with the range each takes."""
        merged = {area.coord.split(":")[0]: area for area in self.sheet.merged_cells.ranges}
        for row in self.sheet.iter_rows(max_row=len(self.rows) - 1):
            for cell in row:
                if isinstance(cell, Cell):
                    yield cell, merged.get(cell.coordinate) or CellRange(cell.coordinate)


def lay_out(sheet: Worksheet) -> Grid:
    """Lay a sheet out on A4 as its print set-up says."""
    paper = A4 if sheet.page_setup.orientation == "portrait" else A4[::-1]
    margins, one_page = sheet.page_margins, sheet.page_setup.fitToHeight == 1
    left, top = 72 * margins.left, 72 * margins.top
    across = paper[0] - left - 72 * margins.right
    down = paper[1] - top - 72 * margins.bottom
    widths = [column_width(sheet, number) for number in range(1, sheet.max_column + 1)]
    heights = [row_height(sheet, number) for number in range(1, sheet.max_row + 1)]
    # Fitting to the page makes smaller, never larger.
    scale = min(1.0, across / sum(widths), down / sum(heights) if one_page else 1.0)
    pages = paginate(heights, print_titles(sheet), down / scale)
    begin = left + (across - sum(widths) * scale) / 2
    return Grid(
        sheet=sheet,
        paper=paper,
        scale=scale,
        columns=tuple(itertools.accumulate((w * scale for w in widths), initial=begin)),
        rows=tuple(itertools.accumulate((h * scale for h in heights[: pages[0]]), initial=top)),
        pages=len(pages),
    )


def column_width(sheet: Worksheet, number: int) -> float:
    """Return a column's width in points."""
    return float(sheet.column_dimensions[get_column_letter(number)].width) * WIDTH_UNIT


def row_height(sheet: Worksheet, number: int) -> float:
    """Return a row's height in points."""
    return float(sheet.row_dimensions[number].height or sheet.sheet_format.defaultRowHeight)


def print_titles(sheet: Worksheet) -> int:
    """Return how many rows are repeated on every page."""
    rows = sheet.print_title_rows  # $1:$3
    return int(rows.rpartition("$")[2]) if rows else 0


def paginate(heights: Sequence[float], titles: int, room: float) -> list[int]:
    """Return how many rows each page takes; from the second on the first `titles` come again.

    >>> paginate([5, 2, 2, 2, 2, 2], titles=1, room=9)
    [3, 2, 1]
    """
    pages, used = [0], 0.0
    for height in heights:
        if used + height > room + ROUNDING:
            pages.append(0)
            used = sum(heights[:titles])
        pages[-1] += 1
        used += height
    return pages


# --- text ---


def wrapped(text: str, room: float) -> list[str]:
    """Return a text in lines of at most `room` hanzi, as a spreadsheet program breaks them.

    >>> wrapped("使用 Excel 2024，学时", 6)
    ['使用 Excel ', '2024，学时']
    >>> wrapped("一二三，四", 3)
    ['一二', '三，四']
    """
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for unit in units(paragraph, room):
            if hanzi(line + unit.rstrip()) > room:
                lines.append(line)
                line = ""
            line += unit
        lines.append(line)
    return lines


def units(text: str, room: float) -> Iterator[str]:
    """Yield the parts of a text between which a line may break, in a line of `room` hanzi.

    >>> list(units("网址：https://example.com。", 6))
    ['网', '址：', 'https://', 'example.com。']
    """
    held = ""
    for match in _UNITS.finditer(text):
        # A word longer than the line is broken wherever the line ends.
        for part in match[0] if hanzi(match[0]) > room else (match[0],):
            if held and part[0] not in _NOT_FIRST:
                yield held
                held = ""
            held += part
    if held:
        yield held


def shown(value: object) -> str:
    """Return a cell's value as it is shown.

    >>> shown(3.0), shown(1.5), shown(None)
    ('3', '1.5', '')
    """
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def texts(cell: Cell, box: Box, scale: float) -> Iterator[Text]:
    """Yield the text of a cell in its place."""
    look, font = cell.alignment, cell.font
    text, size = shown(cell.value), float(font.sz) * scale
    if not text:
        return
    margin, indent = PADDING * scale, look.indent * INDENT * scale
    room = box.width - 2 * margin - indent
    lines = wrapped(text, room / size) if look.wrap_text else [text]
    height = LEADING * size
    spare = box.height - len(lines) * height
    top = box.top + {"top": margin, "center": spare / 2}.get(look.vertical, spare - margin)
    for number, line in enumerate(lines):
        over = room - hanzi(line) * size
        shift = {"center": over / 2, "right": over}.get(look.horizontal, indent)
        x, y = box.left + margin + shift, top + (number + 0.5) * height + MIDDLE * size
        yield from words(line, x, y, size, bool(font.b))


def words(line: str, x: float, y: float, size: float, bold: bool = False) -> Iterator[Text]:
    """Yield the parts of a line between its spaces, which are of another width in every font."""
    for match in _WORDS.finditer(line):
        left, width = x + hanzi(line[: match.start()]) * size, hanzi(match[0]) * size
        yield Text(text=match[0], x=left, y=y, width=width, size=size, bold=bold)


def footer(grid: Grid) -> Iterator[Text]:
    """Yield the page number in the middle of the foot, where the sheet has one."""
    foot = grid.sheet.oddFooter
    if foot and foot.center.text:
        text = foot.center.text.replace("&P", "1").replace("&N", str(grid.pages))
        x = (grid.paper[0] - hanzi(text) * FOOTER_SIZE) / 2
        yield from words(text, x, grid.paper[1] - 72 * grid.sheet.page_margins.footer, FOOTER_SIZE)


# --- lines and fills ---


def edges(grid: Grid) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Return the ruled edges, in row and column numbers: the horizontal and the vertical ones.

    A horizontal edge is (line above which row, along which column), a vertical one (line before
    which column, along which row). Inside a merged cell there are none.
    """
    across, down = set(), set()
    for cell, area in grid.areas():
        rows = range(area.min_row, area.max_row + 1)
        columns = range(area.min_col, area.max_col + 1)
        sides = cell.border
        for side, row in ((sides.top, area.min_row), (sides.bottom, area.max_row + 1)):
            if side and side.style:
                across |= {(row, column) for column in columns}
        for side, column in ((sides.left, area.min_col), (sides.right, area.max_col + 1)):
            if side and side.style:
                down |= {(column, row) for row in rows}
    return across, down


def runs(edges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Yield edges that follow each other as one: (line, first, behind the last).

    >>> list(runs([(1, 1), (1, 2), (1, 4), (2, 1)]))
    [(1, 1, 3), (1, 4, 5), (2, 1, 2)]
    """
    line = first = behind = 0
    for at, number in sorted(edges):
        if (at, number) != (line, behind):
            if behind:
                yield line, first, behind
            line, first = at, number
        behind = number + 1
    if behind:
        yield line, first, behind


def ruled(grid: Grid) -> str:
    """Return all ruled lines as the steps of one path."""
    across, down = edges(grid)
    rows, columns = grid.rows, grid.columns
    steps = [
        f"M{number(columns[first - 1])} {number(rows[line - 1])}H{number(columns[behind - 1])}"
        for line, first, behind in runs(across)
    ]
    steps += [
        f"M{number(columns[line - 1])} {number(rows[first - 1])}V{number(rows[behind - 1])}"
        for line, first, behind in runs(down)
    ]
    return "".join(steps)


def number(value: float) -> str:
    """Return a number as SVG needs it, to a hundredth.

    >>> number(72.0), number(0.333)
    ('72', '0.33')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")


# --- the picture ---


def draw(workbook: bytes, title: str) -> str:
    """Return the first page of a workbook's first sheet as SVG; `title` is for who hears it."""
    grid = lay_out(openpyxl.load_workbook(io.BytesIO(workbook)).worksheets[0])
    width, height = grid.paper
    fills: list[str] = []
    written: list[Text] = []
    for cell, area in grid.areas():
        box = grid.box(area)
        if cell.fill.fill_type == "solid":
            fills.append(rectangle(box, f'fill="#{cell.fill.start_color.rgb[-6:]}"'))
        written += texts(cell, box, grid.scale)
    written += footer(grid)
    sheet = Box(left=0.5, top=0.5, width=width - 1, height=height - 1)
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
            f' width="{math.ceil(width * PIXELS)}" height="{math.ceil(height * PIXELS)}"'
            ' xml:lang="zh-CN" role="img" aria-labelledby="title">',
            f'<title id="title">{escape(title)}</title>',
            rectangle(sheet, f'fill="#fff" stroke="{EDGE}"'),
            *fills,
            f'<path d="{ruled(grid)}" fill="none" stroke="#000" stroke-width=".6"'
            ' stroke-linecap="square"/>',
            # So precise, text is laid out once for any size.
            f'<g font-family="{FONTS}" text-rendering="geometricPrecision">',
            *map(text_element, written),
            "</g>\n</svg>\n",
        )
    )


def rectangle(box: Box, look: str) -> str:
    """Return a rectangle."""
    x, y, width, height = map(number, (box.left, box.top, box.width, box.height))
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" {look}/>'


def text_element(text: Text) -> str:
    """Return a text that is as long as it was measured.

    Only where a character is narrow in one font and wide in another (·) the font has its way.
    """
    x, y, size, width = map(number, (text.x, text.y, text.size, text.width))
    look = ' font-weight="700"' if text.bold else ""
    if not any(unicodedata.east_asian_width(char) == "A" for char in text.text):
        look += f' textLength="{width}" lengthAdjust="spacingAndGlyphs"'
    return f'<text x="{x}" y="{y}" font-size="{size}"{look}>{escape(text.text)}</text>'


def build(kit: Kit, folder: Path) -> Pictures:
    """Draw each form blank and filled in beside its workbook; return form -> edition -> path.

    The paths are those inside the stage, of which `folder` is a part.
    """
    drawn: dict[str, dict[str, str]] = {}
    editions = (("blank", "", "空白表"), ("example", "-example", "填写示例"))
    for name, form in kit.forms.items():
        for edition, suffix, word in editions:
            file = folder / f"{name}{suffix}.svg"
            write(file, draw(file.with_suffix(".xlsx").read_bytes(), f"{form.title}（{word}）"))
            drawn.setdefault(name, {})[edition] = f"{folder.name}/{file.name}"
    return drawn
