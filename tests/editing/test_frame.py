"""Widths, filters, footers; sheets put in front and taken out."""

from __future__ import annotations

import io

import openpyxl
import pytest

from checker.editing import CellEdit, Edits, NewSheet, SheetEdits, edit
from checker.editing.frame import with_text
from checker.model import Area
from checker.reading import read
from tests import workbooks
from tests.editing.checking import changed, edited
from tests.editing.samples import HANDMADE, RICH

PART = "xl/worksheets/sheet1.xml"


def settings(sheet="Sheet1", **more) -> Edits:
    return Edits(sheets={sheet: SheetEdits(**more)})


def part_of(data: bytes, edits: Edits) -> str:
    return edited(data, edits)[1][PART].decode()


WIDTHS = {
    "none yet": ("", {2: 10.5}, '<cols><col min="2" max="2" width="10.5" customWidth="1"/></cols>'),
    "in the middle": (
        '<cols><col min="1" max="16384" width="9" style="2" hidden="1"/></cols>', {3: 20},
        '<cols><col min="1" max="2" width="9" style="2" hidden="1"/>'
        '<col min="3" max="3" width="20" style="2" hidden="1" customWidth="1"/>'
        '<col min="4" max="16384" width="9" style="2" hidden="1"/></cols>',
    ),
    "between and both ends": (
        '<cols><col min="2" max="3" width="9" bestFit="1"/></cols>', {5: 5, 1: 1, 2: 2, 3: 3},
        '<cols><col min="1" max="1" width="1" customWidth="1"/><col min="2" max="2" width="2" customWidth="1"/>'
        '<col min="3" max="3" width="3" customWidth="1"/><col min="5" max="5" width="5" customWidth="1"/></cols>',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("columns", "widths", "expected"), WIDTHS.values(), ids=WIDTHS)
def test_widths(columns, widths, expected):
    data = workbooks.xlsx(workbooks.worksheet("<row/>", before=columns))
    assert f"{expected}<sheetData>" in part_of(data, settings(widths=widths))


FILTERS = {
    "new": ("", Area(3, 1, 9, 8), '<autoFilter ref="A3:H9"/>', "Sheet1'!$A$3:$H$9"),
    "grows": (
        '<autoFilter ref="B3:E20"><filterColumn colId="1"><filters><filter val="男"/></filters></filterColumn></autoFilter>',
        Area(3, 1, 9, 8),
        '<autoFilter ref="A3:H20"><filterColumn colId="2"><filters><filter val="男"/></filters></filterColumn></autoFilter>',
        "Sheet1'!$A$3:$H$20",
    ),
    "keeps its header row": ('<autoFilter ref="A2:B5"/>', Area(3, 1, 9, 8), '<autoFilter ref="A2:H9"/>', "Sheet1'!$A$2:$H$9"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "wanted", "expected", "name"), FILTERS.values(), ids=FILTERS)
def test_filters(before, wanted, expected, name):
    data = workbooks.xlsx(workbooks.worksheet("<row/>", after=f"{before}<pageMargins/>"))
    edits = settings(filter=wanted)
    _, parts = edited(data, edits)
    assert f"</sheetData>{expected}<pageMargins/>" in parts[PART].decode()
    workbook = parts["xl/workbook.xml"].decode()
    assert (
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">\'{name}</definedName>'
        in workbook
    )
    again = edited(edit(data, edits), edits)[1]
    assert again["xl/workbook.xml"].decode().count("_FilterDatabase") == 1


def test_no_filter_over_a_table():
    _, parts = edited(RICH, settings("说明", filter=Area(1, 1, 3, 3)))
    assert changed(RICH, parts) == set()


FOOTERS = {
    "none": ("", "&L核对码 7K3Q"),
    "page numbers": ("第 &P 页 共 &N 页", "&L核对码 7K3Q&C第 &P 页 共 &N 页"),
    "all sections": ("&L内部&C&P&R&D", "&L核对码 7K3Q  内部&C&P&R&D"),
    "digits and signs": ('&L&"宋体,常规"&92024 A&&B&R1', '&L核对码 7K3Q  &"宋体,常规"&92024 A&&B&R1'),
    "ours before": ("&L核对码 1111  内部&C&P", "&L核对码 7K3Q  内部&C&P"),
    "ours before, saved by LibreOffice": ('&L&"Calibri,常规"&12核对码 1111', "&L核对码 7K3Q"),
    "no room for the right": (f"&L{'长' * 200}&C{'中' * 40}&R{'右' * 40}", f"&L核对码 7K3Q  {'长' * 200}&C{'中' * 40}"),
    "room for nothing else": (f"&C{'中' * 254}", "&L核对码 7K3Q"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), FOOTERS.values(), ids=FOOTERS)
def test_footer_texts(before, after):
    assert with_text(before, "核对码 7K3Q", "核对码") == after


def test_every_footer_that_is_printed():
    before = (
        '<headerFooter differentOddEven="1" differentFirst="1"><oddHeader>&amp;C题</oddHeader>'
        "<oddFooter>&amp;C&amp;P</oddFooter><firstHeader>&amp;L首</firstHeader></headerFooter><extLst/>"
    )
    data = workbooks.xlsx(workbooks.worksheet("<row/>", after=before))
    assert (
        '<headerFooter differentOddEven="1" differentFirst="1"><oddHeader>&amp;C题</oddHeader>'
        "<oddFooter>&amp;L甲&amp;&amp;乙&amp;C&amp;P</oddFooter><evenFooter>&amp;L甲&amp;&amp;乙</evenFooter>"
        "<firstHeader>&amp;L首</firstHeader><firstFooter>&amp;L甲&amp;&amp;乙</firstFooter></headerFooter><extLst/>"
    ) in part_of(data, settings(footer="甲&乙"))


def test_everything_at_once_in_order():
    _, parts = edited(
        HANDMADE,
        settings(
            cells={(2, 2): CellEdit(comment="一", fill="FFC7CE")},
            widths={2: 20}, filter=Area(1, 1, 6, 2), footer="核对码",
        ),
    )  # fmt: skip
    text = parts[PART].decode()
    places = [
        text.index(f"<{name}")
        for name in (
            "cols",
            "sheetData",
            "autoFilter",
            "mergeCells",
            "pageMargins",
            "headerFooter",
            "legacyDrawing",
            "extLst",
        )
    ]
    assert places == sorted(places)
    assert "x14:dataValidations" in text


FRONT = NewSheet(
    name="自检结果",
    rows=[[CellEdit(value="自检结果", bold=True)], [], [CellEdit(value="共", framed=True), CellEdit(value=3, fill="FFC7CE")]],
    widths=[40, 12],
    merged=[Area(1, 1, 1, 2)],
    heights={1: 40, 2: 8},
)  # fmt: skip


def test_a_sheet_in_front():
    made, parts = edited(RICH, Edits(front=FRONT))
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert book.sheetnames == ["自检结果", "名单", "说明"]
    sheet = book["自检结果"]
    assert [[cell.value for cell in row] for row in sheet] == [
        ["自检结果", None],
        [None, None],
        ["共", 3],
    ]
    assert (sheet.column_dimensions["A"].width, sheet.row_dimensions[1].height) == (40, 40)
    assert str(sheet.merged_cells) == "A1:B1"
    assert book.active.title == "自检结果"
    assert [bool(each.sheet_view.tabSelected) for each in book.worksheets] == [True, False, False]
    assert (book["名单"].print_title_rows, book["名单"].print_area) == (
        "$1:$3",
        "'名单'!$A$1:$F$14",
    )
    assert book.defined_names["全体"].attr_text == "'名单'!$B$4:$B$13"
    assert {
        n for n in changed(RICH, parts) if n.startswith("xl/d") or n.startswith("xl/m")
    } == set()


def test_a_sheet_in_front_is_replaced():
    once = edit(RICH, Edits(front=FRONT))
    twice, parts = edited(once, Edits(front=FRONT))
    assert openpyxl.load_workbook(io.BytesIO(twice)).sheetnames == ["自检结果", "名单", "说明"]
    assert set(parts) == set(workbooks.unzipped(once))


def test_a_sheet_taken_out():
    """With all that only it leads to, and the names that mean it."""
    made, parts = edited(RICH, Edits(removed=["名单"]))
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert book.sheetnames == ["说明"]
    assert not book.defined_names
    assert not [
        n for n in parts if "drawing" in n or "chart" in n or "media" in n or "comment" in n
    ]
    made, _ = edited(RICH, Edits(removed=["说明"]))
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert book["名单"].print_title_rows == "$1:$3"
    assert "全体" in book.defined_names


def test_there_and_back():
    made = edit(edit(RICH, Edits(front=FRONT)), Edits(removed=[FRONT.name]))
    book, before = (openpyxl.load_workbook(io.BytesIO(data)) for data in (made, RICH))
    assert book.sheetnames == before.sheetnames
    assert read(made, "a.xlsx").sheets == read(RICH, "a.xlsx").sheets


def test_macros_stay():
    data = workbooks.xlsx(
        "<row><c><v>1</v></c></row>",
        main_type=workbooks.MACRO_MAIN,
        more={"xl/vbaProject.xml": "<m/>"},
    )
    _, parts = edited(data, Edits(front=FRONT))
    assert parts["xl/vbaProject.xml"] == b"<m/>"
    assert workbooks.MACRO_MAIN.encode() in parts["[Content_Types].xml"]


def test_strict_workbooks():
    strict = "http://purl.oclc.org/ooxml"
    parts = {
        name: content.replace(workbooks.MAIN.encode(), f"{strict}/spreadsheetml/main".encode())
        .replace(workbooks.OFFICE.encode(), f"{strict}/officeDocument/relationships".encode())
        for name, content in workbooks.unzipped(HANDMADE).items()
    }  # fmt: skip
    edits = Edits(
        sheets={
            "Sheet1": SheetEdits(
                cells={(1, 1): CellEdit(value="甲", comment="乙")}, filter=Area(1, 1, 6, 2)
            )
        },
        front=FRONT,
    )
    made = edit(workbooks.zipped(parts), edits)
    after = workbooks.unzipped(made)
    assert [sheet.name for sheet in read(made, "a.xlsx").sheets] == ["自检结果", "Sheet1", "Sheet2"]
    assert not [
        n for n, part in after.items() if b"schemas.openxmlformats.org/officeDocument/2006" in part
    ]
    assert not [n for n, part in after.items() if workbooks.MAIN.encode() in part]
