"""Workbooks with much that an edit must leave alone."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from tests import filings, workbooks

X14 = (
    '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14='
    '"http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:dataValidations count="1" '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list" '
    'allowBlank="1"><x14:formula1><xm:f>Sheet2!$A$1:$A$2</xm:f></x14:formula1><xm:sqref>C4:C99</xm:sqref>'
    "</x14:dataValidation></x14:dataValidations></ext></extLst>"
)


def _rich() -> bytes:
    """Return a roster with everything openpyxl can write."""
    book = filings.book_of({"roster": [{} for _ in range(10)]})
    sheet = book.worksheets[0]
    sheet.title = "名单"
    for row in range(4, 14):
        cell = sheet.cell(row, 2)
        cell.font, cell.protection = Font(name="楷体", size=12), Protection(locked=False)
        cell.alignment = Alignment(horizontal="right")
        cell.fill = PatternFill("solid", start_color="00FF00")
    sheet.merge_cells("A1:F1")
    sheet["B5"].comment = Comment("核过了", "张主任")
    sheet["B9"].comment = Comment("电话问过", "李干事")
    choices = DataValidation(type="list", formula1='"男,女"', sqref="C4:C99")
    sheet.add_data_validation(choices)
    red = PatternFill("solid", start_color="FF0000")
    sheet.conditional_formatting.add(
        "A4:A99", CellIsRule(operator="equal", formula=["0"], fill=red)
    )
    sheet.print_area, sheet.print_title_rows = "A1:F14", "1:3"
    sheet.oddFooter.center.text = "第 &P 页"
    sheet.freeze_panes = "A4"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=1, min_row=4, max_row=9))
    sheet.add_chart(chart, "H10")
    _add_table(book)
    book.defined_names["全体"] = DefinedName("全体", attr_text="'名单'!$B$4:$B$13")
    return _with_picture(filings.to_bytes(book))


def _with_picture(data: bytes) -> bytes:
    """Add a picture to the drawing with the chart; openpyxl needs Pillow for it."""
    parts = workbooks.unzipped(data)
    links = "xl/drawings/_rels/drawing1.xml.rels"
    link = f'<Relationship Id="p" Type="{workbooks.OFFICE}/image" Target="/xl/media/image1.png"/></Relationships>'
    parts[links] = parts[links].replace(b"</Relationships>", link.encode())
    kind = b'<Default Extension="png" ContentType="image/png"/><Override'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"<Override", kind, 1)
    return workbooks.zipped({**parts, "xl/media/image1.png": b"\x89PNG\r\n\x1a\n"})


def _add_table(book: Workbook) -> None:
    sheet = book.create_sheet("说明")
    for row in (("栏目", "说明"), ("姓名", "照身份证"), ("性别", "男或女")):
        sheet.append(row)
    sheet.add_table(Table(displayName="t1", ref="A1:B3"))


def _handmade() -> bytes:
    """Return a workbook with what openpyxl would lose: x14 drop-downs, odd layout of the XML."""
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}" t="str"><v>张三</v></c></row>\r\n'
        for row in range(1, 7)
    )
    sheet = workbooks.worksheet(
        rows,
        before='<sheetPr codeName="x"/><dimension ref="A1:B6"/>\r\n<sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews>',
        after='<mergeCells count="1"><mergeCell ref="D1:E1"/></mergeCells>\n<pageMargins left="1" right="1" top="1" bottom="1" header="0" footer="0"/>'
        + X14,
    )
    return workbooks.xlsx(sheet, "<row><c><v>1</v></c></row>")


RICH = _rich()
HANDMADE = _handmade()
EVERYTHING = {
    "rich": RICH,
    "handmade": HANDMADE,
    "plain": filings.workbook({"roster": [{}, {}], "transcript": [{}, {}]}),
    "macros": workbooks.xlsx(
        "<row><c><v>1</v></c></row>",
        main_type=workbooks.MACRO_MAIN,
        more={"xl/vbaProject.xml": "<macros/>"},
    ),
}
