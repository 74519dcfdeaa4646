"""How a converted sheet looks: a form as our templates have it, anything else plain."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from checker import paper
from checker.model import Area, Sheet, Table, as_text
from checker.paper import Style, hanzi

_TITLE_HEIGHT: Final = 54  # points, of two lines
_PADDING: Final = 5  # points above and below the lines of a row together
_NARROWEST: Final = 6.0  # widths in characters
_WIDEST: Final = 40.0
_SAMPLE: Final = 500  # rows by which the width of a column is told
_PORTRAIT: Final = 100.0  # characters that fit across A4 without getting too small
_HANZI_WIDTH: Final = 2
# A title in a single cell runs over into the next ones.
_OPEN_TITLE: Final = Style(paper.TITLE.font, paper.LINE.alignment, paper.LINE.border)


@dataclass(slots=True)
class Look:
    """Styles, widths, heights and page of one sheet."""

    widths: dict[int, float]
    rows: dict[int, Mapping[int, Style]] = field(default_factory=dict)  # row -> column -> style
    heights: dict[int, float] = field(default_factory=dict)
    header: tuple[int, int] | None = None  # rows printed on each page
    orientation: Literal["portrait", "landscape"] = "portrait"
    one_page: bool = False
    least: dict[int, float] = field(default_factory=dict)  # row -> height, if no text needs more


def look(sheet: Sheet, tables: Iterable[Table]) -> Look:
    """Return how a sheet looks that holds these forms."""
    merged = {(area.top, area.left): area for area in sheet.merged}
    made = Look(widths=_widths_by_content(sheet))
    for table in tables:
        if table.form.is_table:
            _lay_out_table(made, table)
        else:
            _lay_out_boxes(made, table)
        _set_title(made, table, merged)
    if not made.rows and sum(made.widths.values()) > _PORTRAIT:
        made.orientation = "landscape"
    _style_others(made, sheet, merged)
    _set_heights(made, sheet, merged)
    return made


def _lay_out_table(made: Look, table: Table) -> None:
    """Give a table the widths of its form, its header and its records their frames."""
    layout = {each["field"]: each for each in table.form.layout["columns"]}
    cells = [*table.headings.values(), *table.unknown_headings]
    columns = range(min(cell.column for cell in cells), max(cell.column for cell in cells) + 1)
    record = dict.fromkeys(columns, paper.CENTER)
    for name, heading in table.headings.items():
        made.widths[heading.column] = layout[name]["width"]
        if layout[name].get("align") == "left":
            record[heading.column] = paper.LEFT
    top, bottom = table.header_rows
    last = max((each.row for each in table.records), default=bottom)
    made.rows |= dict.fromkeys(range(top, bottom + 1), dict.fromkeys(columns, paper.HEADING))
    made.rows |= dict.fromkeys(range(bottom + 1, last + 1), record)
    height = table.form.layout["row_height"]
    made.least |= dict.fromkeys(range(top - 1, last + 1), height)
    if made.header is None:
        made.header = table.header_rows
        made.orientation = table.form.layout["orientation"]


def _lay_out_boxes(made: Look, table: Table) -> None:
    """Frame the grid of the filing form, from its first label to its last filled row."""
    layout = table.form.layout
    labels = {box["field"]: box["label"].partition(":")[0] for box in layout["boxes"]}
    if all(cell.ref == labels[name] for name, cell in table.headings.items()):
        made.widths = dict(enumerate(layout["widths"], 1))
        made.heights |= dict(enumerate(layout["heights"], 1))
    top = min(cell.row for cell in table.headings.values())
    framed = dict.fromkeys(made.widths, paper.BOX)
    made.rows |= dict.fromkeys(range(top, len(table.sheet.rows) + 1), framed)
    made.one_page = True


def _set_title(made: Look, table: Table, merged: Mapping[tuple[int, int], Area]) -> None:
    if table.title is None:
        return
    place = table.title.row, table.title.column
    made.rows[place[0]] = {place[1]: paper.TITLE if place in merged else _OPEN_TITLE}
    if place in merged:
        width = _width(made, merged[place])
        made.heights[place[0]] = paper.title_height(table.title.text, width, _TITLE_HEIGHT)
    elif "\n" in table.title.text:
        made.heights[place[0]] = paper.title_height(table.title.text, math.inf, _TITLE_HEIGHT)


def _style_others(made: Look, sheet: Sheet, merged: Mapping[tuple[int, int], Area]) -> None:
    """Style the cells outside the forms: they wrap where they cannot run over to the right."""
    is_form = bool(made.rows)
    for row, values in enumerate(sheet.rows, 1):
        if row in made.rows:
            continue
        styles: dict[int, Style] = {}
        for column, value in enumerate(values, 1):
            if value is not None:
                # The lines above a table are typed into its first column, however narrow.
                blocked = column < len(values) or "\n" in str(value)
                closed = (row, column) in merged or (blocked and not is_form)
                styles[column] = paper.REMARK if closed else paper.LINE
        made.rows[row] = styles


def _set_heights(made: Look, sheet: Sheet, merged: Mapping[tuple[int, int], Area]) -> None:
    """Give room to cells of several lines: LibreOffice leaves rows as low as it finds them."""
    for row, values in enumerate(sheet.rows, 1):
        height = made.least.get(row, 0)
        for column, value in enumerate(values, 1):
            style = made.rows[row].get(column, paper.LINE)
            area = merged.get((row, column), Area(row, column, row, column))
            if isinstance(value, str) and style.alignment.wrap_text and area.top == area.bottom:
                height = max(height, _height(value, _width(made, area), style))
        if height and row not in made.heights:
            made.heights[row] = height


def _height(text: str, width: float, style: Style) -> float:
    """Return the height a text needs, 0 where the usual one will do."""
    if len(text) * _HANZI_WIDTH <= width and "\n" not in text:
        return 0
    if style is paper.BOX:
        return paper.box_height(text, width)
    lines = paper.count_lines(text, width, style)
    return lines * paper.LINE_HEIGHT + _PADDING if lines > 1 else 0


def _width(made: Look, area: Area) -> float:
    return sum(made.widths.get(column, 0) for column in range(area.left, area.right + 1))


def _widths_by_content(sheet: Sheet) -> dict[int, float]:
    """Return widths at which most texts of the columns can be read."""
    spread = {
        (area.top, column)
        for area in sheet.merged
        if area.right > area.left
        for column in range(area.left, area.right + 1)
    }
    widths: dict[int, float] = {}
    for row, values in enumerate(sheet.rows, 1):
        for column, value in enumerate(values, 1):
            wanted = widths.setdefault(column, _NARROWEST)
            if row <= _SAMPLE and value is not None and (row, column) not in spread:
                lines = as_text(value).split("\n")
                widths[column] = max(
                    wanted, min(_HANZI_WIDTH * max(map(hanzi, lines)) + 1, _WIDEST)
                )
    return widths
