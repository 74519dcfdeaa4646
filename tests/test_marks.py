"""The marked copy: what it adds, that nothing else changes, and that a second check sees past it."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from checker import editing, engine, workshop
from checker.marks import cells
from checker.marks.copy import mark
from checker.marks.removal import unmarked
from checker.model import Product, Report
from checker.reading import LIMITS, read
from checker.reading import marked as own
from checker.reading.ole2 import Compound, compound
from checker.reports import words
from tests import cases, filings, workbooks
from tests.cases import Case

TODAY = dt.date(2024, 10, 8)
CONVERTED = ("W02", "W03", "W04")  # what is said of a format goes when the copy is an xlsx
WRONG = filings.number(0)[:-1] + ("0" if filings.number(0)[-1] != "0" else "1")
PEOPLE: list[dict[str, Any]] = [{"id_number": WRONG}, {"name": "李 四光", "major": ""}, {}]
ROSTER = filings.workbook({"roster": PEOPLE})
ERROR, WARNING, OK = (cells.fill(what) for what in ("error", "warning", "ok"))
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8ffff3f0005fe02fea735816a0000000049454e44ae426082"
)


def examined(data: bytes, name: str = "名单.xlsx", **settings: Any) -> engine.Examination:
    return engine.examine([(name, data)], today=TODAY, **settings)


def product(data: bytes, name: str = "名单.xlsx", **settings: Any) -> Product:
    return mark([(name, data)], examined(data, name, **settings))


def copy_of(data: bytes, name: str = "名单.xlsx", **settings: Any) -> bytes:
    ((_, made),) = product(data, name, **settings).files
    return made


def book(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def changed(data: bytes, change: Callable[[openpyxl.Workbook], object]) -> bytes:
    made = book(data)
    change(made)
    return workbooks.saved(made)


def found(report: Report, *, without: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    return [
        (f.code, f.severity, f.place.sheet, f.place.cell, f.message)
        for f in report.findings
        if f.code not in without
    ]


def fingerprints(report: Report) -> list[str | None]:
    return [sheet.fingerprint for file in report.files for sheet in file.sheets]


def traces(data: bytes) -> dict[str, Any]:
    """Return every mark in a workbook by sheet and cell."""
    return {
        f"{sheet.title}!{cell.coordinate}": (cell.value, comment, colour)
        for sheet in book(data).worksheets
        for row in sheet.iter_rows()
        for cell in row
        for comment in [cell.comment.text if cell.comment else ""]
        for colour in [cell.fill.fgColor.rgb[2:] if cell.fill.fill_type else ""]
        if comment or colour in cells.COLOURS or sheet.title == own.FRONT_SHEET
    }


def column(sheet: Worksheet, letter: str) -> list[Any]:
    return [sheet[f"{letter}{row}"].value for row in range(1, sheet.max_row + 1)]


# --- checked again ---


def _one_of_each_rule() -> list[Case]:
    first = {case.code: case for case in reversed(cases.load()) if case.hits}
    return [case for case in first.values() if case.code != "W08"]


@pytest.mark.parametrize("case", _one_of_each_rule(), ids=lambda case: case.code)
def test_a_marked_copy_checks_like_its_original(case: Case) -> None:
    visit = case.given.get("visit")
    settings: dict[str, Any] = {
        "today": case.given.get("today", cases.TODAY),
        "visit": dt.date.fromisoformat(str(visit)) if visit else None,
        "county": case.given.get("county"),
    }
    given = [(case.file, case.data)]
    before = engine.examine(given, **settings)
    made = mark(given, before)
    if not made.files:
        assert case.code == "W01"
        return
    after = engine.examine(made.files, **settings)
    assert found(after.report, without=CONVERTED) == found(before.report, without=CONVERTED)
    assert fingerprints(after.report) == fingerprints(before.report)


@pytest.mark.parametrize("extension", ["xls", "et", "csv", "ods"])
def test_other_formats_come_back_as_xlsx(extension: str) -> None:
    rows = [list(row) for row in book(ROSTER).worksheets[0].values]
    writers = {"xls": workbooks.xls, "et": workbooks.xls, "csv": workbooks.csv, "ods": _ods}
    data = writers[extension](rows)
    before = examined(data, f"名单.{extension}").report
    made = product(data, f"名单.{extension}")
    ((name, copy),) = made.files
    assert name == "名单（已标注）.xlsx"
    assert all(note.startswith(f"“名单.{extension}”") for note in made.notes)
    after = examined(copy, name).report
    assert found(after) == found(before, without=CONVERTED)
    assert fingerprints(after) == fingerprints(before)


def _ods(rows: list[list[Any]]) -> bytes:
    def cell(value: Any) -> str:
        return f"<table:table-cell><text:p>{value}</text:p></table:table-cell>" if value else (
            "<table:table-cell/>"
        )  # fmt: skip

    lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    return workbooks.ods(f'<table:table table:name="Sheet1">{lines}</table:table>')


def test_saved_by_a_library_that_writes_everything_anew() -> None:
    before = examined(ROSTER).report
    assert found(examined(changed(copy_of(ROSTER), lambda _: None)).report) == found(before)


# --- the marks ---


def test_comments_and_colours() -> None:
    sheet = book(copy_of(ROSTER))["roster"]
    number, name, major = sheet["E4"], sheet["B5"], sheet["D5"]
    assert [cell.fill.fgColor.rgb for cell in (number, name, major)] == [
        f"FF{colour}" for colour in (ERROR, WARNING, ERROR)
    ]
    rules = {rule.code: rule for rule in examined(ROSTER).report.rules}
    assert number.comment.text == (
        f"{editing.COMMENT_MARK}\n【必须改】I11 第 4 行身份证号校验不通过，多半有一位或几位输错了。\n"
        f"怎么改：{rules['I11'].fix}"
    )
    assert number.comment.author == editing.COMMENT_AUTHOR
    assert WRONG not in number.comment.text


def test_heaviest_first_where_a_cell_has_several() -> None:
    title = "洛阳市示例单位专业技术人员继续教育参训人员名单（样表）"
    sheet = book(copy_of(filings.workbook({"roster": [{}]}, titles={"roster": title})))["roster"]
    assert re.findall("【(.{2,3})】([A-Z][0-9]{2})", sheet["A1"].comment.text) == [
        ("必须改", "H06"),
        ("提示", "H08"),
    ]
    assert sheet["A1"].fill.fgColor.rgb == f"FF{ERROR}"


def test_results_beside_the_rows() -> None:
    sheet = book(copy_of(ROSTER))["roster"]
    assert column(sheet, "G") == [
        None,
        None,
        "检查结果",
        "【必须改】身份证号校验不通过，多半有一位或几位输错了",
        "【必须改】没有填“专业”；【请核实】姓名中间有空格，建议写成“李四光”",
        "未发现问题",
    ]
    assert sheet.auto_filter.ref == "A3:G6"
    assert sheet.column_dimensions["G"].width > 40


def test_what_is_acknowledged() -> None:
    report = examined(ROSTER).report
    found_ = next(f for f in report.findings if f.code == "I11")
    word = (found_.code, found_.place.file, found_.place.sheet, found_.place.cell, found_.value)
    made = book(copy_of(ROSTER, acknowledged=[word]))
    assert made["roster"]["E4"].fill.fgColor.rgb == f"FF{OK}"
    assert made["roster"]["E4"].comment.text.split("\n")[1].startswith("【已核对】I11 ")
    assert made["roster"]["G4"].value.startswith("【已核对】身份证号校验不通过")


def test_a_header_of_two_rows() -> None:
    sheet = book(copy_of(filings.workbook({"transcript": [{}, {"grade": ""}]})))["transcript"]
    assert column(sheet, "I")[2:5] == [None, "检查结果", "未发现问题"]
    assert sheet.auto_filter.ref == "A4:I6"


def test_tables_under_each_other() -> None:
    def add(made: openpyxl.Workbook) -> None:
        sheet = made["roster"]
        for row in made["transcript"].values:
            sheet.append(list(row))
        del made["transcript"]

    data = changed(filings.workbook({"roster": PEOPLE, "transcript": [{}]}), add)
    sheet = book(copy_of(data))["roster"]
    results = column(sheet, "I")
    assert [row for row, value in enumerate(results, 1) if value == "检查结果"] == [3, 10]
    assert results[10] == "【请核实】与名单第 4 行姓名相同，身份证号有 1 位不同"
    assert sheet.auto_filter.ref == "A3:I6"
    assert found(examined(copy_of(data)).report) == found(examined(data).report)


def test_stray_cells_far_away_do_not_push_the_column_out() -> None:
    def stray(made: openpyxl.Workbook) -> None:
        made["roster"]["H5"], made["roster"]["BZ4"] = "看这里", "手误"

    data = changed(ROSTER, stray)
    assert book(copy_of(data))["roster"]["I3"].value == "检查结果"
    assert found(examined(copy_of(data)).report) == found(examined(data).report)


def test_a_merged_area_is_marked_on_its_first_cell() -> None:
    def merge(made: openpyxl.Workbook) -> None:
        made["roster"].merge_cells("A1:F1")
        made["roster"].merge_cells("D4:D5")

    untitled = filings.workbook({"roster": [{"major": "无"}, {}]}, titles={"roster": "名单"})
    data = changed(untitled, merge)
    assert {f.place.cell for f in examined(data).report.findings} >= {"A1", "D5"}
    places = [place for place, mark in traces(copy_of(data)).items() if mark[1]]
    assert {"roster!A1", "roster!D4"} <= set(places)
    assert "roster!D5" not in places


def test_forms_without_rows_to_judge_get_no_column() -> None:
    twice = filings.workbook({"roster": [{}]})  # H13: which column to read is not known
    twice = changed(twice, lambda made: made["roster"].cell(3, 7, "姓名"))
    sheet = book(copy_of(twice))["roster"]
    assert sheet["G3"].comment.text.startswith(f"{editing.COMMENT_MARK}\n【必须改】H13 ")
    assert all(own.RESULTS not in row for row in sheet.values)
    sheet = book(copy_of(filings.workbook({"filing_form": {"phone": ""}})))["filing_form"]
    assert sheet["D6"].fill.fgColor.rgb == f"FF{ERROR}"
    assert all(own.RESULTS not in row for row in sheet.values)


def test_too_many_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MOST_COMMENTS", 2)
    made = product(filings.workbook({"roster": [{"major": ""}] * 4}))
    assert made.notes == (
        "“名单.xlsx”：“roster”里有问题的格子太多，只给前 2 个加了批注，"
        "其余的涂了颜色，问题写在“检查结果”一列。",
    )
    sheet = book(made.files[0][1])["roster"]
    assert [bool(sheet[f"D{row}"].comment) for row in range(4, 8)] == [True, True, False, False]
    assert {sheet[f"D{row}"].fill.fgColor.rgb for row in range(4, 8)} == {f"FF{ERROR}"}


# --- the summary in front ---


def test_the_summary() -> None:
    sheet = book(copy_of(ROSTER)).worksheets[0]
    assert sheet.title == "自检结果"
    facts = {sheet.cell(row, 1).value: sheet.cell(row, 3).value for row in range(1, 12)}
    assert facts["文件"] == "名单.xlsx"
    assert facts["检查"] == "2024-10-08，按 2024 年度的要求检查"
    assert facts["结论"] == "需要修改：必须改 2 处，请核实 1 处，提示 1 处"
    assert facts["读到的表"].startswith("“roster”：参训人员名单，3 行，3 人，核对码 ")
    rows = [list(row) for row in sheet.values]
    at = rows.index(["级别", "工作表", "单元格", "栏目", "问题", "怎么改", "规则"])
    report = examined(ROSTER).report
    expected = [
        (said, group.message, group.code)
        for _, said, groups in words.sections(report)
        for group in groups
    ]
    assert [(row[0], row[4], row[6]) for row in rows[at + 1 : -1]] == expected


def test_each_copy_speaks_of_its_own_file_only() -> None:
    other = filings.workbook({"roster": [{"major": ""}]})
    given = [("甲.xlsx", ROSTER), ("乙.xlsx", other)]
    made = mark(given, engine.examine(given, today=TODAY))
    assert [name for name, _ in made.files] == ["甲（已标注）.xlsx", "乙（已标注）.xlsx"]
    text = str(list(book(made.files[1][1]).worksheets[0].values))
    assert "M01" in text
    assert "I11" not in text


def test_nothing_to_say() -> None:
    data = filings.workbook({"roster": [{}], "transcript": [{}]})
    made = book(copy_of(data))
    assert column(made["roster"], "G")[2:] == ["检查结果", "未发现问题"]
    assert "检查通过" in str(list(made.worksheets[0].values))


def test_unreadable_files_are_named() -> None:
    given = [("名单.pdf", b"%PDF-1.7\n"), ("名单.xlsx", ROSTER)]
    made = workshop.make("mark", given, today=TODAY)
    assert made.notes == ("“名单.pdf”不是电子表格，里面是：PDF 文档。没有做标注件。",)
    assert [name for name, _ in made.files] == ["名单（已标注）.xlsx"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("名单", "名单（已标注）.xlsx"),
        ("名单.2024.xlsx", "名单.2024（已标注）.xlsx"),
        ("名单（已标注）.xlsx", "名单（已标注）.xlsx"),
    ],
)
def test_names(name: str, expected: str) -> None:
    assert [each for each, _ in product(ROSTER, name).files] == [expected]


def test_names_that_meet_are_told_apart() -> None:
    rows = [list(row) for row in book(ROSTER).worksheets[0].values]
    given = [("名单.xlsx", ROSTER), ("名单.csv", workbooks.csv(rows))]
    made = mark(given, engine.examine(given, today=TODAY))
    assert [name for name, _ in made.files] == ["名单（已标注）.xlsx", "名单（已标注）（2）.xlsx"]


# --- what the user had ---


def _furnished() -> bytes:
    def furnish(made: openpyxl.Workbook) -> None:
        sheet = made["roster"]
        choice = DataValidation(type="list", formula1='"男,女"')
        choice.add("C4:C100")
        sheet.add_data_validation(choice)
        sheet["E4"].comment = Comment("核过原件", "张三")
        sheet["C5"].comment = Comment("电话问过", "张三")
        sheet.merge_cells("A1:F1")
        sheet.column_dimensions["E"].width = 23
        sheet.print_title_rows, sheet.page_setup.orientation = "1:3", "landscape"
        sheet.auto_filter.ref = "A3:F6"
        sheet.add_image(Image(io.BytesIO(PICTURE)), "B20")
        made.create_sheet("自检结果")["A1"] = "我们自己的自检记录"

    return changed(ROSTER, furnish)


def test_what_the_user_had_is_still_there() -> None:
    data = _furnished()
    copy = copy_of(data)
    made = book(copy)
    assert made.sheetnames == ["自检结果（2）", "roster", "自检结果"]
    assert made["自检结果"]["A1"].value == "我们自己的自检记录"
    sheet = made["roster"]
    assert [str(each.sqref) for each in sheet.data_validations.dataValidation] == ["C4:C100"]
    assert sheet["C5"].comment.text == "电话问过"
    theirs, ours = sheet["E4"].comment.text.split(f"\n{editing.COMMENT_MARK}\n")
    assert theirs == "核过原件"
    assert ours.startswith("【必须改】I11 ")
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:F1"]
    assert sheet.column_dimensions["E"].width == 23
    assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$1:$3", "landscape")
    assert sheet.auto_filter.ref == "A3:G6"
    assert PICTURE in workbooks.unzipped(copy).values()
    assert found(examined(copy).report) == found(examined(data).report)


# --- taken off, and marked again ---


def test_without_marks_the_workbook_is_as_it_was() -> None:
    data = _furnished()
    bare = unmarked(copy_of(data))
    assert read(bare, "名单.xlsx").sheets == read(data, "名单.xlsx").sheets
    assert book(bare).sheetnames == book(data).sheetnames
    assert {place: mark[1] for place, mark in traces(bare).items() if place[:6] == "roster"} == {
        "roster!E4": "核过原件",
        "roster!C5": "电话问过",
    }


def test_without_marks_nothing_is_touched() -> None:
    assert unmarked(ROSTER) == ROSTER


def test_marked_twice_is_marked_once() -> None:
    once = copy_of(_furnished())
    assert traces(copy_of(once)) == traces(once)


def test_a_half_corrected_copy_keeps_no_stale_marks() -> None:
    def correct(made: openpyxl.Workbook) -> None:
        made["roster"]["E4"] = filings.number(0)

    corrected = changed(copy_of(ROSTER), correct)
    fresh = filings.workbook({"roster": [{}, *PEOPLE[1:]]})
    assert found(examined(corrected).report) == found(examined(fresh).report)
    assert traces(copy_of(corrected)) == traces(copy_of(fresh))


def test_what_the_user_writes_between_the_marks_stays() -> None:
    def note(made: openpyxl.Workbook) -> None:
        made["roster"]["G4"] = "已打电话核实"

    bare = book(unmarked(changed(copy_of(ROSTER), note)))["roster"]
    assert column(bare, "G") == [None, None, None, "已打电话核实", None, None]


def test_a_column_of_the_users_own_with_the_name_is_read() -> None:
    def add(made: openpyxl.Workbook) -> None:
        for row, value in enumerate(("检查结果", "合格", "合格", "合格"), 3):
            made["roster"].cell(row, 7, value)

    data = changed(ROSTER, add)
    assert read(data, "a.xlsx").sheets[0].value(4, 7) == "合格"
    copy = copy_of(data)
    assert read(copy, "a.xlsx").sheets == read(data, "a.xlsx").sheets
    assert column(book(copy)["roster"], "H")[2] == "检查结果"


# --- our comments, as other programs write them ---


def test_both_sides_know_our_comments_by_the_same_mark() -> None:
    assert own.COMMENT_MARK == editing.COMMENT_MARK


def test_our_comments_without_their_author_in_ods() -> None:
    def cell(text: str) -> str:
        said = f"<dc:date>2024</dc:date><text:p>{text}</text:p><text:p>怎么改</text:p>"
        return f"<table:table-cell><office:annotation>{said}</office:annotation></table:table-cell>"

    filled = "<table:table-cell><text:p>甲</text:p></table:table-cell>"
    row = f"<table:table-row>{cell('【备案自检】')}{cell('问过了')}{filled}</table:table-row>"
    data = workbooks.ods(f'<table:table table:name="a">{row}</table:table>')
    (sheet,) = read(data, "a.ods").sheets
    assert sheet.comments == ((1, 2),)


@pytest.mark.parametrize("wide", [True, False])
def test_our_comments_without_their_author_in_xls(wide: bool) -> None:
    def record(number: int, body: bytes) -> bytes:
        return struct.pack("<HH", number, len(body)) + body

    def comment(number: int, text: str) -> bytes:
        said = b"\1" + text.encode("utf-16-le") if wide else b"\0" + text.encode("latin-1", "replace")
        common = struct.pack("<5H", 0x15, 18, 0x19, number, 0) + bytes(12)
        return record(0x5D, common) + record(0x1B6, bytes(18)) + record(0x3C, said)

    def note(row: int, number: int) -> bytes:
        return record(0x1C, struct.pack("<4H", row, 0, 0, number) + b"\1\0\0 ")

    drawn = comment(1, "【备案自检】\n【必须改】") + comment(2, "ask him") + note(3, 1) + note(4, 2)
    stream = Compound(workbooks.xls([["甲"]]), LIMITS).stream("Workbook").rstrip(b"\0")
    data = compound("Workbook", stream[:-1] + drawn + record(0x0A, b""))  # in front of the EOF
    (sheet,) = read(data, "a.xls").sheets
    assert sheet.comments == (((5, 1),) if wide else ((4, 1), (5, 1)))
