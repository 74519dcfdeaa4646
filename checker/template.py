"""Schema, layout and cycle made into a workbook: blank, or filled with records.

Headings, hints, drop-downs and the 填写说明 sheet all come from the schema, so they cannot say
anything else than the checker. What a form looks like stands in `forms/<form>/layout.json`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.formatting.rule import Rule
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from checker import catalog, guide, paper
from checker.catalog import GUIDE_SHEET, Change, Cycle, Field, Form
from checker.packing import Parts, new_workbook, pack
from checker.reading.book import META_SHEET

SET_NAME = "备案材料全套"

_UNIT_LINE_HEIGHT = 28
_HEADER_HEIGHT = 26
_HEADER_HEIGHT_OF_TWO = 21  # each of two rows
_GAP_HEIGHT = 6
_LAST_ROW = 5000  # drop-downs and formats reach this far, for people who need more rows
# Kinds whose cells must keep every character as typed: no number, no date.
_TEXT_KINDS = frozenset(("resident-id", "sessions", "phone"))
_UNIT_PLACEHOLDER = "（单位）"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filling:
    """What a template is made for and filled with."""

    cycle: Cycle
    unit: str
    date: dt.date | None
    records: Mapping[str, Sequence[Mapping[str, Any]]]
    remarks: str

    def text(self, pattern: str) -> str:
        """Return a text of the layout with the unit, the date and the cycle's facts put in."""
        return self._fill(pattern, self.unit)

    def title(self, form: Form) -> str:
        """Return a form's title; where no unit is given, the notice's placeholder stands for it."""
        return self._fill(form.layout["title"], self.unit or _UNIT_PLACEHOLDER)

    def _fill(self, pattern: str, unit: str) -> str:
        day = self.date
        blank = f"{self.cycle.year}年     月     日"
        date = f"{day.year}年{day.month}月{day.day}日" if day else blank
        return pattern.format(**self.cycle.data, unit=unit, date=date)


def build(
    forms: Sequence[Form],
    cycle: Cycle,
    *,
    unit: str = "",
    date: dt.date | None = None,
    records: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    remarks: str = "",
) -> bytes:
    """Return a workbook with the given forms, blank but for what is given.

    `records` maps form to its records; `remarks` stand under a plan (S9). The same arguments give
    the same bytes.
    """
    filling = _Filling(
        cycle=cycle, unit=unit, date=date, records=records or {}, remarks=remarks
    )
    workbook = new_workbook()
    for form in forms:
        sheet = workbook.create_sheet(form.layout["sheet"])
        draw = _draw_table if form.is_table else _draw_boxes
        draw(sheet, form, filling)
    guide.draw(workbook.create_sheet(GUIDE_SHEET), forms, cycle)
    _write_meta(workbook.create_sheet(META_SHEET), forms, cycle)
    return pack(workbook, cycle.year, lambda parts: _without_triangles(parts, forms))


def example(forms: Sequence[Form], cycle: Cycle) -> bytes:
    """Return the same workbook filled with the example filing of one unit.

    Its people are invented. Their identity numbers begin with 418801: Henan never had a prefecture
    4188, so nobody can hold them, while sex, birth date and check character are as they should be.
    """
    examples = {form.name: form.example(cycle) for form in forms}
    first = examples[forms[0].name]
    return build(
        forms,
        cycle,
        unit=first["unit"],
        date=dt.date.fromisoformat(first["date"]),
        records={name: data["records"] for name, data in examples.items()},
    )


def file_name(forms: Sequence[Form], *, filled: bool = False) -> str:
    """Return the name under which such a workbook is offered."""
    name = forms[0].layout["sheet"] if len(forms) == 1 else SET_NAME
    return f"{name}（填写示例）.xlsx" if filled else f"{name}.xlsx"


def edition(forms: Sequence[Form]) -> Change:
    """Return the latest change of a workbook with these forms: of which version and date it is.

    That version, not the kit's present one, stands in the workbook: a template that did not change
    stays the same file, however many versions of the kit go by.
    """
    return max((form.changes[0] for form in forms), key=lambda change: change.release)


def all_files(cycle: Cycle) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of every workbook on offer: each form and the whole set, then filled."""
    every = tuple(catalog.load().forms.values())
    sets = (*((form,) for form in every), every)
    for forms in sets:
        yield file_name(forms), build(forms, cycle)
    for forms in sets:
        yield file_name(forms, filled=True), example(forms, cycle)


def _draw_table(sheet: Worksheet, form: Form, filling: _Filling) -> None:
    """Draw title, 单位 and 时间 line, header, rows and notes; blank rows carry their 序号."""
    layout = form.layout
    fields = [form.fields[column["field"]] for column in layout["columns"]]
    blank = [{"serial_no": number} for number in range(1, layout["blank_rows"] + 1)]
    records = filling.records.get(form.name) or blank
    right = get_column_letter(len(fields))
    paper.set_page(sheet, layout["orientation"])
    _draw_head(sheet, form, filling)
    first = _draw_header(sheet, fields) + 1
    end = first + len(records) - 1
    _prepare_columns(sheet, layout, fields)
    _draw_rows(sheet, layout, fields, records, first)
    if "notes" in layout:
        reach = _draw_notes(sheet, layout, filling, end)
    else:
        reach = _LAST_ROW
        _frame_further_rows(sheet, f"A{end + 1}:{right}{reach}")
    _add_hints(sheet, fields, first, reach)
    sheet.freeze_panes = f"A{first}"
    sheet.print_title_rows = f"1:{first - 1}"


def _draw_head(sheet: Worksheet, form: Form, filling: _Filling) -> None:
    """Draw the title, and the 单位 and 时间 lines: in one line, or in two where a name is long."""
    layout = form.layout
    widths = [column["width"] for column in layout["columns"]]
    width, right = sum(widths), get_column_letter(len(widths))
    title = filling.title(form)
    unit, date = filling.text(layout["unit_line"]), filling.text(layout["date_line"])
    paper.write(sheet, f"A1:{right}1", title, paper.TITLE)
    sheet.row_dimensions[1].height = paper.title_height(title, width, layout["title_height"])
    if paper.count_lines(f"{unit}　{date}", width) == 1:
        paper.write(sheet, "A2", unit, paper.LINE)
        paper.write(sheet, f"{right}2", date, paper.LINE_END)
        sheet.row_dimensions[2].height = _UNIT_LINE_HEIGHT
        return
    last = len(widths) - 2  # of the columns that the unit has to itself
    while paper.count_lines(date, sum(widths[last:])) > 1:
        last -= 1
    lines = max(2, paper.count_lines(unit, sum(widths[:last])))
    paper.write(sheet, f"A2:{get_column_letter(last)}2", unit, paper.LINE_TOP)
    paper.write(sheet, f"{get_column_letter(last + 1)}2:{right}2", date, paper.LINE_END_LOW)
    sheet.row_dimensions[2].height = _UNIT_LINE_HEIGHT + (lines - 1) * paper.LINE_HEIGHT


def _draw_header(sheet: Worksheet, fields: Sequence[Field]) -> int:
    """Draw the headings and return their last row.

    A group (完成学时) stands over its columns; the other headings then take both rows.
    """
    groups: dict[str, list[str]] = {}
    for column, field in enumerate(fields, 1):
        if field.group:
            groups.setdefault(field.group, []).append(get_column_letter(column))
    last = 4 if groups else 3
    for row in range(3, last + 1):
        sheet.row_dimensions[row].height = _HEADER_HEIGHT_OF_TWO if groups else _HEADER_HEIGHT
    for column, field in enumerate(fields, 1):
        letter = get_column_letter(column)
        place = f"{letter}3:{letter}4" if groups and not field.group else f"{letter}{last}"
        paper.write(sheet, place, field.title, paper.HEADING)
    for group, letters in groups.items():
        paper.write(sheet, f"{letters[0]}3:{letters[-1]}3", group, paper.HEADING)
    return last


def _prepare_columns(
    sheet: Worksheet, layout: Mapping[str, Any], fields: Sequence[Field]
) -> None:
    """Give whole columns width, font and format, so that rows added later look the same."""
    sheet.sheet_format.defaultRowHeight = layout["row_height"]
    sheet.sheet_format.customHeight = True
    for index, (column, field) in enumerate(zip(layout["columns"], fields, strict=True), 1):
        dimension = sheet.column_dimensions[get_column_letter(index)]
        dimension.width = column["width"]
        style = _style(column)
        dimension.font, dimension.alignment = style.font, style.alignment
        dimension.number_format = _number_format(field)


def _draw_rows(
    sheet: Worksheet,
    layout: Mapping[str, Any],
    fields: Sequence[Field],
    records: Sequence[Mapping[str, Any]],
    first: int,
) -> None:
    for row, record in enumerate(records, first):
        lines = 1
        for index, (column, field) in enumerate(zip(layout["columns"], fields, strict=True), 1):
            place, value = f"{get_column_letter(index)}{row}", record.get(field.name)
            paper.write(sheet, place, value, _style(column), _number_format(field))
            lines = max(lines, paper.count_lines(str(value or ""), column["width"]))
        # A height of its own only where it is needed: spreadsheet programs let other rows grow.
        if lines * paper.LINE_HEIGHT > layout["row_height"]:
            sheet.row_dimensions[row].height = lines * paper.LINE_HEIGHT


def _draw_notes(
    sheet: Worksheet, layout: Mapping[str, Any], filling: _Filling, end: int
) -> int:
    """Draw the notice's 说明 under the table; return the row up to which the table can grow.

    That row is low and blank: it keeps the notes out of what is sorted and filtered, and a row
    inserted above it still has the drop-downs.
    """
    clauses = filling.cycle.data["clauses"]
    texts = [f"{n}.{clauses[name]['text']}" for n, name in enumerate(layout["notes"], 1)]
    right = get_column_letter(len(layout["columns"]))
    paper.write(sheet, f"A{end + 2}", "说明", paper.CENTER)
    paper.write(sheet, f"B{end + 2}:{right}{end + 2}", "\n".join(texts), paper.LEFT)
    sheet.row_dimensions[end + 1].height = _GAP_HEIGHT
    sheet.row_dimensions[end + 2].height = len(texts) * paper.LINE_HEIGHT + _GAP_HEIGHT
    if filling.remarks:
        width = sum(column["width"] for column in layout["columns"])
        lines = paper.count_lines(filling.remarks, width)
        paper.write(sheet, f"A{end + 3}:{right}{end + 3}", filling.remarks, paper.REMARK)
        sheet.row_dimensions[end + 3].height = lines * paper.LINE_HEIGHT + _GAP_HEIGHT
    return end + 1


def _frame_further_rows(sheet: Worksheet, place: str) -> None:
    """Frame the filled rows beyond the prepared ones, so that the print grows with the list."""
    first, last = place.split(":")
    row, right = first.removeprefix("A"), last.rstrip("0123456789")
    frame = DifferentialStyle(border=paper.GRID)
    formula = f"COUNTA($A{row}:${right}{row})>0"
    sheet.conditional_formatting.add(place, Rule(type="expression", formula=[formula], dxf=frame))


def _draw_boxes(sheet: Worksheet, form: Form, filling: _Filling) -> None:
    """Draw the grid of labels and boxes of the filing form."""
    layout = form.layout
    record = next(iter(filling.records.get(form.name, ())), {})
    right = get_column_letter(len(layout["widths"]))
    for column, width in enumerate(layout["widths"], 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    title = filling.title(form)
    heights = list(layout["heights"])
    heights[0] = paper.title_height(title, sum(layout["widths"]), heights[0])
    paper.set_page(sheet, layout["orientation"], one_page=True)
    paper.write(sheet, f"A1:{right}1", title, paper.TITLE)
    sheet.add_data_validation(_hint("A1", *guide.UNIT_HINT))
    for box in layout["boxes"]:
        field = form.fields[box["field"]]
        paper.write(sheet, box["label"], field.title, paper.BOX)
        values = _box_values(field, record, len(box["value"]))
        for place, value in zip(box["value"], values, strict=True):
            style = paper.BOX_LEFT if box.get("align") == "left" else paper.BOX
            paper.write(sheet, place, value, style, _number_format(field))
            sheet.add_data_validation(_validation(field, place.split(":")[0]))
            area = CellRange(place)
            width = sum(layout["widths"][area.min_col - 1 : area.max_col])
            row = area.min_row - 1
            heights[row] = max(heights[row], paper.box_height(str(value or ""), width))
    for row, height in enumerate(heights, 1):
        sheet.row_dimensions[row].height = height
    for item in layout["texts"]:
        paper.write(sheet, item["range"], filling.text(item["text"]), paper.TEXTS[item["style"]])


def _box_values(field: Field, record: Mapping[str, Any], rows: int) -> list[Any]:
    """Return what to write into a field's boxes; the list of papers has one row a line.

    The blank form lists the papers the notice prints there, and leaves room for more.
    """
    if rows == 1:
        return [record.get(field.name)]
    lines = str(record.get(field.name) or f"{field.examples[0]}\n……").splitlines()
    return [*lines[: rows - 1], "\n".join(lines[rows - 1 :]) or None]


def _write_meta(sheet: Worksheet, forms: Sequence[Form], cycle: Cycle) -> None:
    """Write which forms, schema versions, cycle and kit the workbook was made from (H12)."""
    rows = (
        ("form", ",".join(form.name for form in forms)),
        ("schema_version", ",".join(form.version for form in forms)),
        ("cycle", str(cycle.year)),
        ("kit_version", edition(forms).version),
    )
    for row in rows:
        sheet.append(row)
    sheet.sheet_state = "hidden"


def _add_hints(sheet: Worksheet, fields: Sequence[Field], first: int, reach: int) -> None:
    """Give title and columns their input hints, drop-downs included."""
    sheet.add_data_validation(_hint("A1", *guide.UNIT_HINT))
    for column, field in enumerate(fields, 1):
        letter = get_column_letter(column)
        sheet.add_data_validation(_validation(field, f"{letter}{first}:{letter}{reach}"))


def _hint(place: str, title: str, text: str) -> DataValidation:
    return DataValidation(
        sqref=place, allow_blank=True, showInputMessage=True, promptTitle=title, prompt=text
    )


def _validation(field: Field, place: str) -> DataValidation:
    """Return the hint of a field's cells, with its drop-down or its look at what is typed.

    Only a closed list (性别) refuses; a number or a length out of the ordinary is asked about;
    usual values are merely offered, for a score may stand where most write 合格.
    """
    hint = _hint(place, field.label, field.description)
    first = place.split(":")[0]
    if field.choices:
        hint.type, hint.formula1 = "list", f'"{",".join(field.choices)}"'
    elif field.kind == "resident-id":
        # 15 characters: the older 外国人永久居留身份证.
        hint.type, hint.formula1 = "custom", f"OR(LEN({first})=18,LEN({first})=15)"
    elif field.type == "integer" and field.kind != "serial":
        hint.type, hint.operator, hint.formula1 = "whole", "greaterThanOrEqual", "1"
    elif field.type == "number":
        positive = "exclusiveMinimum" in field.rules
        hint.type, hint.formula1 = "decimal", "0"
        hint.operator = "greaterThan" if positive else "greaterThanOrEqual"
    if field.enum or (hint.type and not field.choices):
        hint.showErrorMessage = True
        hint.errorStyle = "stop" if field.enum else "warning"
        hint.errorTitle = field.label
        hint.error = field.description + ("" if field.enum else "确认无误的，选“是”保留。")
    return hint


def _style(look: Mapping[str, Any]) -> paper.Style:
    return paper.LEFT if look.get("align") == "left" else paper.CENTER


def _number_format(field: Field) -> str:
    return "@" if field.kind in _TEXT_KINDS else "General"


def _without_triangles(parts: Parts, forms: Sequence[Form]) -> Parts:
    """Tell Excel not to flag numbers kept as text: its offer to convert them destroys them."""
    sheets = {f"xl/worksheets/sheet{n}.xml": form for n, form in enumerate(forms, 1)}
    end = b"</headerFooter>"
    return {
        name: data.replace(end, end + _ignored_errors(sheets[name]))
        if name in sheets and sheets[name].is_table
        else data
        for name, data in parts.items()
    }


def _ignored_errors(form: Form) -> bytes:
    items = "".join(
        f'<ignoredError sqref="{get_column_letter(n)}1:{get_column_letter(n)}{_LAST_ROW}"'
        ' numberStoredAsText="1"/>'
        for n, column in enumerate(form.layout["columns"], 1)
        if form.fields[column["field"]].kind in _TEXT_KINDS
    )
    return f"<ignoredErrors>{items}</ignoredErrors>".encode()
