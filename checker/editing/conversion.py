"""A workbook of another format made into an xlsx: what the reader understood of it, laid out anew.

Reading the result gives the same cells at the same places. What the reader does not look at, such
as fonts and pictures, does not come along, and the notes say so.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping
from typing import Final

from openpyxl.cell import Cell as DrawnCell
from openpyxl.cell import MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from checker import catalog, paper
from checker.catalog import GUIDE_SHEET
from checker.editing.editor import edit
from checker.editing.edits import CellEdit, Edits, SheetEdits, UneditableError
from checker.editing.look import Look, look
from checker.editing.names import legal_names
from checker.editing.parts import Parts
from checker.model import CellKind, Format, Sheet, Value, Workbook
from checker.packing import new_workbook
from checker.paper import Style
from checker.reading import read
from checker.reading.book import META_SHEET
from checker.recognise import recognise

# No clock: converted twice, a file gives equal bytes.
_PROPERTIES: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties xmlns:cp='
    b'"http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>beian-kit</dc:creator>'
    b"</cp:coreProperties>"
)
_EPOCH: Final = dt.datetime(1900, 3, 1)  # before it, spreadsheet programs disagree about days
# What openpyxl does not write as it is: long whole numbers, control characters, their escapes.
_ODD_TEXT: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_LONG: Final = 10**15
_ERRORS: Final = frozenset(
    ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA")
)
_OTHER_ERROR: Final = "#VALUE!"  # LibreOffice has errors of its own, such as Err:502
Drawn = DrawnCell | MergedCell
_UNSOLVED: Final = "=NA()"  # a formula without a result; its text may be no formula of Excel's


def convert(data: bytes, name: str) -> tuple[bytes, tuple[str, ...]]:
    """Return a readable workbook of any format as xlsx bytes, and what was lost on the way."""
    workbook = read(data, name)
    if workbook.trouble:
        raise UneditableError
    names = legal_names(sheet.name for sheet in workbook.sheets)
    made = new_workbook()
    odd: dict[str, SheetEdits] = {}
    for legal, sheet in zip(names, workbook.sheets, strict=True):
        drawn = made.create_sheet(legal)
        is_form = sheet.name != GUIDE_SHEET
        tables = recognise(name, sheet, catalog.load()) if is_form else ()
        shape = look(sheet, tables)
        odd[legal] = SheetEdits(cells=_draw(drawn, sheet, shape))
        drawn.sheet_state = "hidden" if sheet.hidden else "visible"
    if all(sheet.hidden for sheet in workbook.sheets):
        made.worksheets[0].sheet_state = "visible"  # a workbook must show something
    if workbook.meta:
        _draw_meta(made.create_sheet(META_SHEET), workbook.meta)
    buffer = io.BytesIO()
    made.save(buffer)
    return edit(_timeless(buffer.getvalue()), Edits(sheets=odd)), tuple(_notes(workbook, names))


def _draw(drawn: Worksheet, sheet: Sheet, shape: Look) -> Mapping[tuple[int, int], CellEdit]:
    """Draw a sheet, and return the cells whose values have to be written otherwise."""
    odd: dict[tuple[int, int], CellEdit] = {}
    copies: dict[tuple[int, str], object] = {}
    for row in range(1, len(sheet.rows) + 1):
        styles = shape.rows[row]
        for column in shape.widths:
            value, kind = sheet.value(row, column), sheet.kind(row, column)
            if value is None and column not in styles:
                continue
            cell = drawn.cell(row, column)
            if _is_odd(value, kind):
                assert isinstance(value, str | int)
                odd[row, column] = CellEdit(value=value)
                number_format = "General"
            else:
                number_format = _write(cell, value, kind)
            _paint(cell, styles.get(column, paper.LINE), number_format, copies)
    _set_dimensions(drawn, sheet, shape)
    return odd


def _is_odd(value: Value, kind: CellKind) -> bool:
    if kind is CellKind.TEXT:
        return bool(_ODD_TEXT.search(str(value)))
    return kind is CellKind.NUMBER and isinstance(value, int) and abs(value) >= _LONG


def _write(cell: Drawn, value: Value, kind: CellKind) -> str:
    """Write a value and return the number format it needs."""
    if kind is CellKind.FORMULA:
        cell.value = _UNSOLVED
    elif kind is CellKind.ERROR:
        cell.value = value if value in _ERRORS else _OTHER_ERROR
        cell.data_type = "e"
    elif isinstance(value, str):
        cell.value, cell.data_type = value, "s"  # a name that begins with = is no formula
    elif isinstance(value, dt.date) and _moment(value) < _EPOCH:
        cell.value = str(value)  # days that no spreadsheet program can count
    else:
        cell.value = value
        return _number_format(value)
    return "General"


def _moment(day: dt.date) -> dt.datetime:
    return day if isinstance(day, dt.datetime) else dt.datetime.combine(day, dt.time())


def _number_format(value: Value) -> str:
    if isinstance(value, dt.datetime):
        return "yyyy-mm-dd hh:mm:ss" if value.second else "yyyy-mm-dd hh:mm"
    if isinstance(value, dt.date):
        return "yyyy-mm-dd"
    if isinstance(value, dt.time):
        return "hh:mm:ss" if value.second else "hh:mm"
    return "[h]:mm:ss" if isinstance(value, dt.timedelta) else "General"


def _paint(
    cell: Drawn, style: Style, number_format: str, copies: dict[tuple[int, str], object]
) -> None:
    """Give a cell a style, worked out once for all cells that share it."""
    key = (id(style), number_format)
    if key in copies:
        cell._style = copies[key]  # type: ignore[union-attr]  # the public way takes 50 times as long
        return
    cell.font, cell.alignment = style.font, style.alignment
    cell.border, cell.fill = style.border, style.fill
    cell.number_format = number_format
    copies[key] = cell._style  # type: ignore[union-attr]  # as above


def _set_dimensions(drawn: Worksheet, sheet: Sheet, shape: Look) -> None:
    for column, width in shape.widths.items():
        drawn.column_dimensions[get_column_letter(column)].width = width
    for column in sheet.hidden_columns:
        drawn.column_dimensions[get_column_letter(column)].hidden = True
    for row, height in shape.heights.items():
        drawn.row_dimensions[row].height = height
    for row in sheet.hidden_rows:
        drawn.row_dimensions[row].hidden = True
    # Not merge_cells: it empties the cells that are covered, and in xls these may hold values.
    drawn.merged_cells.ranges.update(_merged(sheet))
    paper.set_page(drawn, shape.orientation, one_page=shape.one_page)
    if shape.header:
        top, bottom = shape.header
        drawn.print_title_rows = f"{top}:{bottom}"
        drawn.freeze_panes = f"A{bottom + 1}"


def _merged(sheet: Sheet) -> Iterator[CellRange]:
    """Yield the merged areas; where two overlap, the file would be damaged, so the first stays."""
    covered: set[tuple[int, int]] = set()
    for area in sheet.merged:
        places = {
            (row, column)
            for row in range(area.top, min(area.bottom, len(sheet.rows) + 1) + 1)
            for column in range(area.left, area.right + 1)
        }
        if len(places) > 1 and not covered & places:
            covered |= places
            yield CellRange(
                min_col=area.left, min_row=area.top, max_col=area.right, max_row=area.bottom
            )


def _draw_meta(drawn: Worksheet, meta: Mapping[str, str]) -> None:
    for row in meta.items():
        drawn.append(row)
    drawn.sheet_state = "hidden"


def _timeless(data: bytes) -> bytes:
    """Return the workbook without the time at which it was made."""
    parts = Parts(data)
    parts.write("docProps/core.xml", _PROPERTIES)
    return parts.packed()


def _notes(workbook: Workbook, names: tuple[str, ...]) -> Iterator[str]:
    """Yield what came along and what did not."""
    name, sheets = workbook.name, workbook.sheets
    if workbook.format is Format.CSV:
        yield f"“{name}”已转存为 .xlsx，内容都在。"
    else:
        lost = ["字体", "颜色", "下拉选项", "图片"]
        lost += ["批注"] if any(sheet.comments for sheet in sheets) else []
        lost += ["宏"] if workbook.macros else []
        yield (
            f"“{name}”已转存为 .xlsx：内容、合并单元格和隐藏的行列都在，"
            f"{'、'.join(lost[:-1])}和{lost[-1]}没有带过来。"
        )
    if any(sheet.formulas - sheet.marks.keys() for sheet in sheets):
        yield f"“{name}”里的公式换成了算好的结果。"
    unsolved = sum(kind is CellKind.FORMULA for sheet in sheets for kind in sheet.marks.values())
    if unsolved:
        yield f"“{name}”里有 {unsolved} 个公式没有保存结果，转存后显示 #N/A，照原表填上。"
    for old, new in zip((sheet.name for sheet in sheets), names, strict=True):
        if old != new:
            yield f"“{name}”里的工作表“{old}”改名为“{new}”，因为 Excel 不接受原来的名字。"
