"""Other formats made into xlsx: reading the result gives the same cells and the same findings."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import openpyxl
import pytest
import xlwt

from checker import catalog, check_files, template
from checker.editing import CellEdit, Edits, SheetEdits, UneditableError, convert, edit
from checker.editing.names import legal_names
from checker.model import CellKind
from checker.reading import read
from tests import filings, workbooks
from tests.editing.checking import edited

FILE_FORMAT = {"W02", "W03", "W04"}  # findings about the format itself

TITLE = "2024年度洛阳市示例单位专业技术人员\n继续教育参训人员名单"
LINE = ["单位：洛阳市示例单位（盖章）", None, None, None, "时间：2024年10月8日"]
HEADER = ["序号", "姓名", "性别", "专业", "身份证号", "备注"]


def roster_rows():
    """Return a roster with faults of many kinds."""
    people = [
        [p["serial_no"], p["name"], p["gender"], p["major"], p["id_number"], None]
        for p in map(filings.person, range(8))
    ]
    people[0][4] = people[0][4][:17] + "X"
    people[1][2], people[2][1], people[3][3] = "男性", "王 五", None
    people[4][5] = "=张三"
    people[5][0] = 9
    return [[TITLE], LINE, HEADER, *people]


def xls() -> bytes:
    """Return an xls with every kind of value, merged cells, hidden rows, columns and sheets."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("名单")
    for y, row in enumerate(roster_rows()[1:], 1):
        for x, value in enumerate(row):
            if value is not None:
                sheet.write(y, x, value)
    sheet.write_merge(0, 0, 0, 5, TITLE)
    formats = {
        "yyyy-mm-dd": dt.date(2024, 3, 5),
        "yyyy-mm-dd hh:mm": dt.datetime(2024, 3, 5, 8, 30),
        "hh:mm": 0.5,
        "[h]:mm": 30 / 24,
    }
    for y, (code, value) in enumerate(formats.items(), 12):
        sheet.write(y, 6, value, xlwt.easyxf(num_format_str=code))
    for y, value in enumerate(
        (True, False, 2.5, 4.10302199003071e17, -7, "a\x0bb_x0041_\r\nc", xlwt.Formula("1/0")), 16
    ):
        sheet.write(y, 6, value)
    sheet.row(6).hidden = sheet.col(3).hidden = True
    sheet.write_merge(24, 25, 0, 5, "说明：合并两行")
    other = book.add_sheet("隐藏的表")
    other.visibility = 1
    other.write(0, 0, "甲")
    return workbooks.xls_saved(book)


ODS_CELL = (
    '<table:table-cell office:value-type="{kind}" {more}><text:p>{text}</text:p></table:table-cell>'
)


def ods() -> bytes:
    """Return an ods with long exact integers, dates and errors."""
    rows = "".join(
        f"<table:table-row>{''.join(_ods_cell(value) for value in row)}</table:table-row>"
        for row in roster_rows()
    )
    odd = (
        '<table:table-row table:visibility="collapse">'
        '<table:table-cell office:value-type="float" office:value="410302190001010012"><text:p>4</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="2024-03-05"><text:p>x</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="1899-03-05"><text:p>x</text:p></table:table-cell>'
        '<table:table-cell office:value-type="time" office:time-value="PT08H30M05S"><text:p>x</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-spanned="2" office:value-type="boolean" office:boolean-value="true"><text:p>x</text:p></table:table-cell>'
        "</table:table-row>"
    )
    return workbooks.ods(f'<table:table table:name="名单">{rows}{odd}</table:table>')


def _ods_cell(value) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, int):
        return ODS_CELL.format(kind="float", more=f'office:value="{value}"', text=value)
    return ODS_CELL.format(kind="string", more="", text="</text:p><text:p>".join(value.split("\n")))


FILES = {
    "名单.csv": workbooks.csv([[TITLE.replace("\n", "")], *roster_rows()[1:]]),
    "名单gb.csv": workbooks.csv([[TITLE.replace("\n", "")], *roster_rows()[1:]], "gb18030"),
    "名单.xls": xls(),
    "名单.et": xls(),
    "名单.ods": ods(),
    "名单.xlsx": filings.workbook(
        {"roster": [{}, {"name": "x"}], "filing_form": {}, "plan_general": [{}]}
    ),
}


def converted(name: str) -> bytes:
    """Return a converted file, looked at all over."""
    data, notes = convert(FILES[name], name)
    assert convert(FILES[name], name) == (data, notes)
    assert edited(data, Edits())[0] == data
    assert all(f"“{name}”" in note for note in notes)
    return data


@pytest.mark.parametrize("name", FILES)
def test_the_same_cells(name):
    before, after = read(FILES[name], name), read(converted(name), name)
    assert [sheet.name for sheet in after.sheets] == [sheet.name for sheet in before.sheets]
    for old, new in zip(before.sheets, after.sheets, strict=True):
        unsolved = {place: "=NA()" for place, kind in old.marks.items() if kind is CellKind.FORMULA}
        for row, values in enumerate(old.rows, 1):
            for column, value in enumerate(values, 1):
                expected = unsolved.get((row, column), _written(value))
                assert (new.value(row, column), type(new.value(row, column))) == (
                    expected,
                    type(expected),
                )
        plain = replace(old, rows=(), merged=(), formulas=frozenset(), filtered=False)
        assert replace(new, rows=(), merged=(), formulas=frozenset()) == plain
        assert set(new.merged) == set(old.merged)


def _written(value):
    """Return a value as an xlsx can hold it: days before 1900 only as text."""
    return str(value) if isinstance(value, dt.date) and value.year < 1900 else value


@pytest.mark.parametrize("name", FILES)
def test_the_same_findings(name):
    before, after = (
        {
            (each.code, each.place.sheet, each.place.cell, each.message)
            for each in check_files([(name, data)], today=dt.date(2024, 10, 8)).findings
            if each.code not in FILE_FORMAT
        }
        for data in (FILES[name], converted(name))
    )
    assert before
    assert after == before


def test_a_long_number_stays_exact():
    book = read(converted("名单.ods"), "a.xlsx")
    assert book.sheets[0].value(12, 1) == 410302190001010012


def test_our_template_stays_our_template():
    """The hidden sheet that names form and version comes along."""
    example = template.example(tuple(catalog.load().forms.values()), catalog.load().cycle(2024))
    data, _ = convert(example, "全套.xlsx")
    assert read(data, "全套.xlsx").meta == read(example, "全套.xlsx").meta
    assert check_files([("全套.xlsx", data)], today=dt.date(2024, 10, 8)).verdict == "pass"


def test_a_form_looks_like_the_form():
    sheet = openpyxl.load_workbook(io.BytesIO(converted("名单.xls")))["名单"]
    assert [sheet.column_dimensions[letter].width for letter in "ABCE"] == [5, 15.5, 5.5, 20.5]
    assert sheet["B3"].font.b
    assert sheet["F11"].border.left.style == "thin"
    assert sheet["G17"].border.left is None
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$3:$3", "A4")
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) == (9, 1)


def test_a_title_of_two_lines_has_room_for_both_though_it_stands_in_one_cell():
    rows = [["2024年度示例单位专业技术人员\n继续教育参训人员名单"], ["单位：（盖章）"], ["序号", "姓名", "性别", "专业", "身份证号", "备注"]]
    data, _ = convert(workbooks.xls({"名单": rows}), "名单.xls")
    sheet = openpyxl.load_workbook(io.BytesIO(data))["名单"]
    assert sheet.row_dimensions[1].height == 54
    assert not sheet["A1"].alignment.wrap_text


def test_notes():
    lost = "字体、颜色、下拉选项和图片没有带过来。"
    assert convert(FILES["名单.csv"], "名单.csv")[1] == ("“名单.csv”已转存为 .xlsx，内容都在。",)
    assert convert(FILES["名单.xls"], "名单.xls")[1] == (
        f"“名单.xls”已转存为 .xlsx：内容、合并单元格和隐藏的行列都在，{lost}",
        "“名单.xls”里有 1 个公式没有保存结果，转存后显示 #N/A，照原表填上。",
    )


def test_sheets_are_found_under_the_names_they_had():
    name = f"{'很长的名字' * 8}[1].csv"
    data, notes = convert(FILES["名单.csv"], name)
    (sheet,) = read(data, "a.xlsx").sheets
    assert sheet.name == ("很长的名字" * 8)[:31]
    assert notes[1].endswith(f"改名为“{sheet.name}”，因为 Excel 不接受原来的名字。")
    (old,) = read(FILES["名单.csv"], name).sheets
    made = edit(data, Edits(sheets={old.name: SheetEdits(cells={(1, 1): CellEdit(value="改")})}))
    assert read(made, "a.xlsx").sheets[0].value(1, 1) == "改"


def test_names():
    assert legal_names(["a", "A", "'b'", "c" * 40, "c" * 41, "\x07"]) == (
        "a",
        "A2",
        "b",
        "c" * 31,
        "c" * 30 + "2",
        "Sheet",
    )
    # Excel counts 😀 twice, and half of one is none.
    assert legal_names(["😀" * 16, "😀" * 17, "名" + "😀" * 20]) == ("😀" * 15, "😀" * 15 + "2", "名" + "😀" * 15)


def test_what_cannot_be_read_cannot_be_converted():
    with pytest.raises(UneditableError):
        convert(b"%PDF-1.7\n", "a.pdf")
