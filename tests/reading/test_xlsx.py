"""xlsx: what cells hold, what calamine does not tell, and files that no library would write."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from openpyxl.comments import Comment

from checker.model import Area, CellKind, Format, Trouble
from checker.reading import LIMITS, Limits
from checker.reading.worksheet import _Scan, look
from tests import workbooks
from tests.reading.opening import only_sheet, opened

FORMULA, ERROR = CellKind.FORMULA, CellKind.ERROR
ROW = '<row r="1">{}</row>'

CELLS = {
    "exact integer": ('<c r="A1"><v>410302199003071237</v></c>', 410302199003071237, None),
    "exact integer, no style, no type": (
        "<c><v>410302199003071000</v></c>",
        410302199003071000,
        None,
    ),
    "integer cut by the program": (
        '<c r="A1"><v>4.10302199003071E+17</v></c>',
        4.10302199003071e17,
        None,
    ),
    "whole number": ('<c r="A1" t="n"><v>3</v></c>', 3, None),
    "number written with a point": ('<c r="A1"><v>3.0</v></c>', 3, None),
    "fraction": ('<c r="A1"><v>2.5</v></c>', 2.5, None),
    "fifteen digits": ('<c r="A1"><v>410302900307123</v></c>', 410302900307123, None),
    "true": ('<c r="A1" t="b"><v>1</v></c>', True, None),
    "date": ('<c r="A1" s="1"><v>45356</v></c>', dt.date(2024, 3, 5), None),
    "date in Chinese": ('<c r="A1" s="2"><v>45356</v></c>', dt.date(2024, 3, 5), None),
    "date with time": ('<c r="A1" s="1"><v>45356.5</v></c>', dt.datetime(2024, 3, 5, 12), None),
    "time": ('<c r="A1" s="3"><v>0.5</v></c>', dt.time(12), None),
    "ISO date": ('<c r="A1" t="d"><v>2024-03-05</v></c>', dt.date(2024, 3, 5), None),
    "unknown number format": ('<c r="A1" s="4"><v>7</v></c>', 7, None),
    "huge number in a date cell": ('<c r="A1" s="1"><v>1e308</v></c>', 1e308, None),
    "blanks kept": ('<c r="A1" t="s"><v>0</v></c>', " 张三 \n", None),
    "rich text": ('<c r="A1" t="s"><v>1</v></c>', "张 三", None),
    "phonetic run dropped": ('<c r="A1" t="s"><v>2</v></c>', "张三", None),
    "escaped control character": ('<c r="A1" t="s"><v>3</v></c>', "张\r三_x000D_", None),
    "markup as typed": ('<c r="A1" t="s"><v>4</v></c>', "<img src=x onerror=alert(1)>", None),
    "inline string": ('<c r="A1" t="inlineStr"><is><t>张三</t></is></c>', "张三", None),
    "result of a formula": ('<c r="A1" t="str"><f>B1</f><v>张三</v></c>', "张三", None),
    "number of a formula": ('<c r="A1"><f>ROW()</f><v>1</v></c>', 1, None),
    "empty result of a formula": ('<c r="A1" t="str"><f>IF(1,"")</f><v></v></c>', None, None),
    "formula, no value": ('<c r="A1"><f>ROW()-3</f></c>', "=ROW()-3", FORMULA),
    "formula, empty value": ('<c r="A1"><f>1+1</f><v></v></c>', "=1+1", FORMULA),
    "formula, closed value": ('<c r="A1"><f>1+1</f><v /></c>', "=1+1", FORMULA),
    "formula on lines of its own": ('<c r="A1">\n<f>1+1</f>\n<v></v>\n</c>', "=1+1", FORMULA),
    "shared formula, no value": ('<c r="A1"><f t="shared" si="0"/></c>', "=", FORMULA),
    "error value": ('<c r="A1" t="e"><v>#N/A</v></c>', "#N/A", ERROR),
    "error of a formula": ('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!", ERROR),
}
STRINGS = (
    " 张三 \n",
    '<r><t>张</t></r><r><t xml:space="preserve"> 三</t></r>',
    "<t>张三</t><rPh><t>zhangsan</t></rPh>",
    "张_x000D_三_x005F_x000D_",
    "<t>&lt;img src=x onerror=alert(1)&gt;</t>",
)


@pytest.mark.parametrize(("cell", "value", "mark"), CELLS.values(), ids=CELLS)
def test_cell(cell, value, mark):
    rest = '<c r="B1" t="inlineStr"><is><t>末</t></is></c>'
    sheet = only_sheet(workbooks.xlsx(ROW.format(cell + rest), strings=STRINGS))
    assert sheet.rows == ((value, "末"),)
    assert type(sheet.rows[0][0]) is type(value)
    assert sheet.marks == ({(1, 1): mark} if mark else {})


PLACES = {
    "used range begins at C5": (
        '<row r="5"><c r="C5"><v>1</v></c></row>',
        ((), (), (), (), (None, None, 1)),
    ),
    "no references": (
        "<row><c><v>1</v></c><c/><c><v>2</v></c></row><row/><row><c><v>3</v></c></row>",
        ((1, None, 2), (), (3,)),
    ),
    "some references": (
        '<row r="2"><c r="B2"><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>',
        ((), (None, 1, 2), (3,)),
    ),
    "formatted blanks at the right and below": (
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row>'
        '<row r="1048576"><c r="A1048576" s="1"/></row>',
        ((1,),),
    ),
    "wide": ('<row r="1"><c r="AB1"><v>1</v></c></row>', ((*[None] * 27, 1),)),
    "beyond the columns read": (
        '<row r="1"><c r="A1"><v>1</v></c><c r="ZZ1"><v>2</v></c></row>',
        ((1,),),
    ),
    "stray cell in the last corner": (
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>9</v></c></row>',
        ((1,),),
    ),
    "stray cell in the last row": (
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="A1048576"><v>9</v></c></row>',
        ((1,),),
    ),
    "attributes in another order and quotes": (
        "<row r='1'><c t='str' r='A1'><v>甲</v></c></row>",
        (("甲",),),
    ),
    "a comment in the XML": (
        '<row r="1"><!-- <c r="B1"/> --><c r="A1"><v>1</v></c></row>',
        ((1,),),
    ),
    "a colon in the text": (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>网址:c</t></is></c></row>',
        (("网址:c",),),
    ),
}


@pytest.mark.parametrize(("cells", "rows"), PLACES.values(), ids=PLACES)
def test_place(cells, rows):
    sheet = only_sheet(workbooks.xlsx(cells))
    assert sheet.rows == rows
    assert sheet.total_rows == len(rows)


def test_namespace_prefix():
    part = (
        f'<x:worksheet xmlns:x="{workbooks.MAIN}"><x:sheetData><x:row r="2" hidden="1">'
        '<x:c r="B2"><x:v>410302190001010012</x:v></x:c></x:row></x:sheetData>'
        '<x:mergeCells><x:mergeCell ref="A1:B1"/></x:mergeCells></x:worksheet>'
    )
    sheet = only_sheet(workbooks.xlsx(part))
    assert sheet.rows == ((), (None, 410302190001010012))
    assert sheet.merged == (Area(1, 1, 1, 2),)
    assert sheet.hidden_rows == {2}


def rows_xml(count, attributes="", cell='<c r="{column}{row}"><v>{row}</v></c>', columns="AB"):
    return "".join(
        f'<row r="{row}" {attributes}>'
        + "".join(cell.format(column=column, row=row) for column in columns)
        + "</row>"
        for row in range(1, count + 1)
    )


def test_wps_declares_one_cell():
    part = workbooks.worksheet(rows_xml(3), before='<dimension ref="A1:A1"/>')
    assert only_sheet(workbooks.xlsx(part)).rows == ((1, 1), (2, 2), (3, 3))


def test_huge_declared_range_is_not_believed():
    part = workbooks.worksheet(rows_xml(2), before='<dimension ref="A1:XFD1048576"/>')
    assert len(only_sheet(workbooks.xlsx(part)).rows) == 2


def test_empty_fill_of_wps():
    styles = workbooks.STYLES.replace("<cellXfs>", "<fills><fill/></fills><cellXfs>")
    assert only_sheet(workbooks.xlsx(rows_xml(1), styles=styles)).rows == ((1, 1),)


def test_hidden_rows_and_columns():
    before = (
        '<cols><col min="2" max="2" width="9" hidden="1"/><col min="3" max="3" width="0"/>'
        '<col min="5" max="16384" hidden="1"/></cols>'
    )
    cells = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="D1"><v>1</v></c></row>'
        '<row r="2" hidden="1"><c r="A2"><v>1</v></c></row>'
        '<row r="3" ht="0" customHeight="1"><c r="A3"><v>1</v></c></row>'
        '<row r="4" hidden="false" ht="0.75"><c r="A4"><v>1</v></c></row>'
        '<row r="9" hidden="true"/>'
    )
    sheet = only_sheet(workbooks.xlsx(workbooks.worksheet(cells, before=before)))
    assert sheet.hidden_rows == {2, 3}
    assert sheet.hidden_columns == {2, 3}
    assert not sheet.filtered


def test_filter_at_work():
    offered = '<autoFilter ref="A1:B9"/>'
    working = '<autoFilter ref="A1:B9"><filterColumn colId="0"/></autoFilter>'
    for after, filtered in ((offered, False), (working, True)):
        part = workbooks.worksheet(rows_xml(2), after=after)
        assert only_sheet(workbooks.xlsx(part)).filtered is filtered
    part = workbooks.worksheet(rows_xml(2), before='<sheetPr filterMode="1"/>')
    assert only_sheet(workbooks.xlsx(part)).filtered


def test_thousand_merged_ranges():
    ranges = "".join(f'<mergeCell ref="A{row}:B{row}"/>' for row in range(1, 1001))
    part = workbooks.worksheet(rows_xml(3), after=f"<mergeCells>{ranges}</mergeCells>")
    sheet = only_sheet(workbooks.xlsx(part))
    assert len(sheet.merged) == 1000
    assert sheet.merged[999] == Area(1000, 1, 1000, 2)


def test_dates_from_1904():
    data = workbooks.xlsx(ROW.format('<c r="A1" s="1"><v>43894</v></c>'), properties='date1904="1"')
    assert only_sheet(data).rows == ((dt.date(2024, 3, 5),),)


def test_comments_old_and_threaded():
    more = {
        "xl/worksheets/_rels/sheet1.xml.rels": workbooks.relationships(
            ("comments", "../comments1.xml"), ("threadedComment", "/xl/threadedComments/t1.xml")
        ),
        "xl/comments1.xml": '<comments><commentList><comment ref="B2"/></commentList></comments>',
        "xl/threadedComments/t1.xml": '<x><threadedComment ref="A1"/></x>',
    }
    assert only_sheet(workbooks.xlsx(rows_xml(2), more=more)).comments == ((1, 1), (2, 2))


def test_sheets_hidden_and_not_of_cells():
    data = workbooks.xlsx(
        rows_xml(1), rows_xml(2), rows_xml(3), states=("visible", "hidden", "veryHidden")
    )
    sheets = opened(data).sheets
    assert [(sheet.name, sheet.hidden, len(sheet.rows)) for sheet in sheets] == [
        ("Sheet1", False, 1),
        ("Sheet2", True, 2),
        ("Sheet3", True, 3),
    ]
    parts = workbooks.unzipped(data)
    relations = parts["xl/_rels/workbook.xml.rels"]
    parts["xl/_rels/workbook.xml.rels"] = relations.replace(b"/worksheet", b"/chartsheet", 1)
    assert [sheet.name for sheet in opened(workbooks.zipped(parts)).sheets] == ["Sheet2", "Sheet3"]


def test_odd_names_of_parts():
    parts = workbooks.unzipped(workbooks.xlsx(rows_xml(1)))
    moved = {
        name.replace("xl/", "\\Book\\").replace("/", "\\"): content
        for name, content in parts.items()
    }
    moved = {
        name.upper() if "sheet1" in name else name: text.replace(b"xl/", b"/Book/")
        for name, text in moved.items()
    }
    assert only_sheet(workbooks.zipped(moved)).rows == ((1, 1),)


def test_what_else_is_inside():
    names = ("xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/embeddings/o.bin")
    more = dict.fromkeys(names, b"1")
    workbook = opened(workbooks.xlsx(rows_xml(1), more=more, main_type=workbooks.MACRO_MAIN))
    assert (workbook.format, workbook.macros) == (Format.XLSM, True)
    assert (workbook.external_links, workbook.embedded) == (True, True)
    plain = opened(workbooks.xlsx(rows_xml(1)))
    absent = (plain.macros, plain.external_links, plain.embedded, plain.details_missing)
    assert absent == (False, False, False, False)


def test_meta_sheet_is_not_a_sheet():
    meta = [("form", "roster"), ("schema_version", 1), ("cycle", 2024), (None, "x"), ("bare",)]
    workbook = opened(workbooks.book({"名单": [["甲"]], "_meta": meta}))
    assert [sheet.name for sheet in workbook.sheets] == ["名单"]
    assert workbook.meta == {"form": "roster", "schema_version": "1", "cycle": "2024", "bare": ""}


def test_facts_of_the_file():
    workbook = opened(workbooks.book([["甲"]]), "a/名单.v2.XLSX")
    assert (workbook.extension, workbook.format) == ("xlsx", Format.XLSX)
    assert workbook.content == "Excel 工作簿（xlsx）"
    assert (workbook.size > 0, len(workbook.sha256)) == (True, 64)


@pytest.mark.parametrize("sheets", [[""], ["", ""], []])
def test_no_cell_at_all(sheets):
    assert opened(workbooks.xlsx(*sheets)).trouble is Trouble.NO_SHEETS


SMALL = Limits(rows=20, columns=10, area=60, strays=3, sheets=2)


@pytest.mark.parametrize(
    ("count", "strays", "trouble"),
    [
        (20, 0, None),
        (21, 0, Trouble.TOO_LARGE),
        (10, 3, None),
        (10, 4, Trouble.TOO_LARGE),
        (20, 1, Trouble.TOO_LARGE),
    ],
)
def test_rows_over_the_limit(count, strays, trouble):
    below = "".join(
        f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(500, 500 + strays)
    )
    workbook = opened(workbooks.xlsx(rows_xml(count) + below), limits=SMALL)
    assert workbook.trouble is trouble
    if trouble:
        assert (workbook.limit, workbook.found) == ("rows", 499 + strays if strays else count)
    else:
        assert len(workbook.sheets[0].rows) == count


def test_wide_rectangle_is_narrowed():
    cells = rows_xml(20) + '<row r="21"/><row r="5"><c r="J5"><v>7</v></c></row>'
    sheet = only_sheet(workbooks.xlsx(cells), limits=SMALL)
    assert sheet.rows == tuple((row, row) for row in range(1, 21))


def test_many_sheets():
    workbook = opened(workbooks.xlsx("", "", ""), limits=SMALL)
    assert (workbook.trouble, workbook.limit, workbook.found) == (Trouble.TOO_LARGE, "sheets", 3)


def test_more_details_than_the_limit():
    part = rows_xml(3, cell='<c r="{column}{row}" t="e"><v>#N/A</v></c>')
    workbook = opened(workbooks.xlsx(part), limits=Limits(details=2))
    assert workbook.details_missing
    assert len(workbook.sheets[0].marks) == 2


def test_long_string_repeated():
    cells = rows_xml(60, cell='<c r="{column}{row}" t="s"><v>0</v></c>')
    data = workbooks.xlsx(cells, strings=["长" * 1000])
    assert opened(data).trouble is None
    workbook = opened(data, limits=Limits(unpacked=100_000))
    assert (workbook.trouble, workbook.limit) == (Trouble.TOO_LARGE, "unpacked")
    data = workbooks.xlsx(cells, strings=["短", "长" * 1000])
    assert opened(data, limits=Limits(unpacked=100_000)).trouble is None


DTD = '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]>'


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"]
)
def test_entities_are_refused(part):
    parts = workbooks.unzipped(workbooks.xlsx(rows_xml(1), strings=["甲"]))
    head, _, rest = (
        parts[part].partition(b"?>") if b"?>" in parts[part] else (b"", b"", parts[part])
    )
    parts[part] = head + (b"?>" if head else b"") + DTD.encode() + rest
    assert opened(workbooks.zipped(parts)).trouble is Trouble.DAMAGED


def test_both_ways_of_looking_agree():
    """The quick look and the full pass over the XML say the same of every kind of row."""
    cells = [cell for cell, _, _ in CELLS.values() if cell.startswith('<c r="A1"')]
    xml = "".join(
        f'<row r="{row}"{hidden}>{cell.replace("A1", f"A{row}")}</row>'
        for row, (cell, hidden) in enumerate(itertools.product(cells, ("", ' hidden="1"')), 1)
    )
    after = '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
    part = workbooks.worksheet(xml, after=after).encode()
    quick = look(part, LIMITS)
    full = _Scan(LIMITS)
    full.scan(part)
    for fact in ("values", "marks", "merged", "hidden_rows", "hidden_columns", "filtered"):
        assert getattr(quick, fact) == getattr(full.found, fact)
    assert len(quick.marks) > 10


def test_agrees_with_openpyxl():
    """On an ordinary file every fact equals what openpyxl says."""
    made = workbooks.workbook({"甲": [["序号", "姓名", "", " 乙 "], [1, "张三", 2.5, True]]})
    sheet = made["甲"]
    sheet["C7"] = dt.datetime(2024, 3, 5)
    sheet["D7"] = dt.datetime(2024, 3, 5, 8, 30)
    sheet["E7"] = "=1+1"
    sheet["B9"] = "#N/A"
    sheet.merge_cells("A12:C13")
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet["A1"].comment = Comment("看", "甲")
    read = only_sheet(workbooks.saved(made))
    assert read.value(1, 4) == " 乙 "
    assert read.value(7, 3) == dt.date(2024, 3, 5)
    assert read.value(7, 4) == dt.datetime(2024, 3, 5, 8, 30)
    assert read.marks == {(7, 5): FORMULA, (9, 2): ERROR}
    assert read.merged == (Area(12, 1, 13, 3),)
    assert (read.hidden_rows, read.hidden_columns, read.comments) == ({2}, {2}, ((1, 1),))
    for row in sheet.iter_rows():
        for cell in row:
            known = cell.value.date() if cell.coordinate == "C7" else cell.value
            assert read.value(cell.row, cell.column) == (known or None), cell.coordinate
