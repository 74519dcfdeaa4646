"""ods: values from the attributes, repeated rows and columns, what is hidden or merged."""

from __future__ import annotations

import datetime as dt

import pytest

from checker.model import Area, CellKind, Trouble
from checker.reading import Limits
from tests import workbooks
from tests.reading.opening import only_sheet, opened


def table(rows: str, attributes: str = "", columns: str = "") -> str:
    return f'<table:table table:name="名单" {attributes}>{columns}{rows}</table:table>'


def row(cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{cells}</table:table-row>"


def cell(text: str, attributes: str = "") -> str:
    kind = "" if "value-type" in attributes else 'office:value-type="string" '
    return f"<table:table-cell {kind}{attributes}><text:p>{text}</text:p></table:table-cell>"


def typed(kind: str, value: str, text: str = "显示") -> str:
    name = "value" if kind in ("float", "percentage", "currency") else f"{kind}-value"
    return cell(text, f'office:value-type="{kind}" office:{name}="{value}"')


BLANK = "<table:table-cell/>"
CELLS = {
    "text": (cell("张三"), "张三"),
    "blanks, tab and line break": (
        cell('<text:s text:c="2"/>张<text:s/>三<text:tab/><text:line-break/>'),
        "  张 三\t\n",
    ),
    "rich text": (cell("张<text:span>三</text:span>"), "张三"),
    "two paragraphs": (cell("张</text:p><text:p>三"), "张\n三"),
    "whole number": (typed("float", "3"), 3),
    "fraction": (typed("float", "2.5"), 2.5),
    "exact integer": (typed("float", "410302199003071237"), 410302199003071237),
    "integer cut by the program": (typed("float", "4.10302199003071E+017"), 4.10302199003071e17),
    "percentage": (typed("percentage", "0.5"), 0.5),
    "true": (typed("boolean", "true"), True),
    "date": (typed("date", "2024-03-05"), dt.date(2024, 3, 5)),
    "date with time": (typed("date", "2024-03-05T08:30:00"), dt.datetime(2024, 3, 5, 8, 30)),
    "time": (typed("time", "PT08H30M00S"), dt.time(8, 30)),
    "duration": (typed("time", "PT30H00M00S"), dt.timedelta(hours=30)),
    "not a date": (typed("date", "昨天"), "显示"),
    "not a time": (typed("time", "昨天"), "显示"),
    "not a number": (typed("float", "x"), "显示"),
    "comment left out": (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>注</text:p>'
        "</office:annotation><text:p>张三</text:p></table:table-cell>",
        "张三",
    ),
}


@pytest.mark.parametrize(("xml", "value"), CELLS.values(), ids=CELLS)
def test_cell(xml, value):
    sheet = only_sheet(workbooks.ods(table(row(xml))), "a.ods")
    assert sheet.rows == ((value,),)
    assert type(sheet.rows[0][0]) is type(value)
    assert sheet.marks == {}


def test_errors_and_formulas():
    error = cell("#N/A", 'office:value-type="string" calcext:value-type="error"')
    formula = '<table:table-cell table:formula="of:=[.A1]+1"/>'
    known = cell("2", 'table:formula="of:=1+1" office:value-type="float" office:value="2"')
    sheet = only_sheet(workbooks.ods(table(row(error + formula + known))), "a.ods")
    assert sheet.rows == (("#N/A", "=[.A1]+1", 2),)
    assert sheet.marks == {(1, 1): CellKind.ERROR, (1, 2): CellKind.FORMULA}


def test_places_and_repetitions():
    wide = 'table:number-columns-repeated="16383"'
    rows = (
        row(f"<table:table-cell {wide}/>", 'table:number-rows-repeated="2"')
        + row(
            BLANK + cell("甲", 'table:number-columns-repeated="2"') + f"<table:table-cell {wide}/>"
        )
        + row(cell("乙"), 'table:number-rows-repeated="2"')
        + row(BLANK, 'table:number-rows-repeated="1048570"')
    )
    sheet = only_sheet(workbooks.ods(table(rows)), "a.ods")
    assert sheet.rows == ((), (), (None, "甲", "甲"), ("乙",), ("乙",))


def test_hidden_merged_and_commented():
    columns = (
        '<table:table-column table:number-columns-repeated="1"/>'
        '<table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>'
        '<table:table-column table:visibility="filter" table:number-columns-repeated="16000"/>'
    )
    covered = "<table:covered-table-cell/>"
    rows = (
        row(
            cell("题", 'table:number-columns-spanned="3" table:number-rows-spanned="2"')
            + covered * 2
        )
        + row(covered * 3, 'table:visibility="collapse"')
        + row(
            cell("甲<office:annotation><text:p>注</text:p></office:annotation>") * 3,
            'table:visibility="filter"',
        )
    )
    sheet = only_sheet(workbooks.ods(table(rows, columns=columns)), "a.ods")
    assert sheet.merged == (Area(1, 1, 2, 3),)
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({2, 3}, {2, 3})
    assert sheet.filtered
    assert sheet.comments == ((3, 1), (3, 2), (3, 3))


def test_hidden_sheet_and_copies_of_other_workbooks():
    styles = (
        '<style:style style:name="ta1"><style:table-properties table:display="true"/></style:style>'
        '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
    )
    tables = (
        table(row(cell("甲")), 'table:style-name="ta1"')
        + table(row(cell("乙")), 'table:style-name="ta2"')
        + table('<table:table-source xlink:href="a.ods"/>' + row(cell("丙")))
    )
    workbook = opened(workbooks.ods(tables, styles=styles), "a.ods")
    assert [(sheet.hidden, sheet.rows) for sheet in workbook.sheets] == [
        (False, (("甲",),)),
        (True, (("乙",),)),
    ]
    assert workbook.external_links
    assert not workbook.macros


def test_tables_and_text_inside_a_cell_or_drawing():
    chart = f"<draw:frame><draw:object>{table(row(cell('图')))}</draw:object></draw:frame>"
    inner = (
        f"<table:table-cell>{chart}{table(row(cell('内')))}<text:p>甲</text:p></table:table-cell>"
    )
    assert only_sheet(workbooks.ods(table(row(inner))), "a.ods").rows == (("甲",),)


def test_elements_out_of_place():
    xml = row(cell("甲")) + cell("乙") + "<text:p>丙</text:p>" + table(cell("丁") + row(cell("戊")))
    assert opened(workbooks.ods(xml), "a.ods").trouble is None


def test_repetition_is_no_bomb():
    many = 'table:number-rows-repeated="900000"'
    limits = Limits(rows=1000, columns=5, area=2000)
    for rows in (
        row(cell("甲"), many),
        row(cell("甲", 'table:number-columns-repeated="16000"') * 2, many),
    ):
        workbook = opened(workbooks.ods(table(rows)), "a.ods", limits)
        assert (workbook.trouble, workbook.limit) == (Trouble.TOO_LARGE, "rows")
    blanks = cell('<text:s text:c="900000000"/>')
    assert opened(workbooks.ods(table(row(blanks))), "a.ods").limit == "unpacked"


def test_stray_cell_far_below():
    rows = row(cell("甲")) + row(BLANK, 'table:number-rows-repeated="900000"') + row(cell("乙"))
    assert only_sheet(workbooks.ods(table(rows)), "a.ods").rows == (("甲",),)


def test_many_sheets():
    workbook = opened(workbooks.ods(table(row(cell("甲"))) * 3), "a.ods", Limits(sheets=2))
    assert (workbook.trouble, workbook.limit, workbook.found) == (Trouble.TOO_LARGE, "sheets", 3)


def test_macros_and_objects():
    more = {"Basic/Standard/Module1.xml": "<x/>", "Object 1/content.xml": "<x/>"}
    workbook = opened(workbooks.ods(table(row(cell("甲"))), more=more), "a.ods")
    assert (workbook.macros, workbook.embedded) == (True, True)
