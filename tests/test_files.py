"""The rules about whole files (W) and about titles and headers (H): the code and its place."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
import xlwt
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from checker import Report, catalog, check, check_files, template
from tests import filings

TODAY = dt.date(2024, 10, 8)
ROSTER = {"roster": [{}, {}, {}]}
TRANSCRIPT = {"transcript": [{}, {}]}
HEADER = ["序号", "姓名", "性别", "专业", "身份证号", "备注"]


def _check(data: bytes, name: str = "名单.xlsx", **options: Any) -> Report:
    return check(data, name, today=TODAY, **options)


def _found(report: Report, family: str) -> list[str]:
    return [f"{f.code}@{f.place.cell}" for f in report.findings if f.code[0] in family]


def _edited(forms: dict[str, Any], edit: Any) -> bytes:
    book = load_workbook(io.BytesIO(filings.workbook(forms)))
    edit(book)
    return filings.to_bytes(book)


def _set(**cells: Any) -> Any:
    def edit(book: Workbook) -> None:
        for place, value in cells.items():
            book.worksheets[0][place] = value

    return edit


def _hide_row(book: Workbook) -> None:
    book.worksheets[0].row_dimensions[5].hidden = True


def _hide_column(book: Workbook) -> None:
    book.worksheets[0].column_dimensions["D"].hidden = True


def _hide_sheet(book: Workbook) -> None:
    copy = book.copy_worksheet(book.worksheets[0])
    copy.sheet_state = "hidden"


def _comment(book: Workbook) -> None:
    book.worksheets[0]["B4"].comment = Comment("手机 13900000000", "x")


def _unknown_sheet(book: Workbook) -> None:
    book.create_sheet("其他")["A1"] = "一些文字"


def _blank_sheet(book: Workbook) -> None:
    book.create_sheet("Sheet2")


def _merge(area: str) -> Any:
    return lambda book: book.worksheets[0].merge_cells(area)


UNIT_GONE = "2024年度（单位）专业技术人员继续教育参训人员名单"
EDITED = [
    # (name, forms, edit, what family, expected)
    ("a clean roster", ROSTER, _set(), "WHL", []),
    ("a hidden row", ROSTER, _hide_row, "W", ["W05@A5"]),
    ("a hidden column", ROSTER, _hide_column, "W", ["W05@D3"]),
    ("a hidden sheet", ROSTER, _hide_sheet, "W", ["W05@A1", "W07@A1"]),
    ("an error value", ROSTER, _set(D5="#N/A"), "W", ["W06@D5"]),
    ("a formula without result", ROSTER, _set(D5='="土木"&"工程"'), "W", ["W06@D5"]),
    ("a comment", ROSTER, _comment, "W", ["W09@B4"]),
    ("a column of phone numbers", ROSTER, _set(G3="手机号码", G4="x"), "W", ["W09@G3"]),
    ("a column of job titles", ROSTER, _set(G3="职称", G4="工程师"), "W", []),
    ("a sheet of something else", ROSTER, _unknown_sheet, "W", ["W07@A1"]),
    ("a blank sheet", ROSTER, _blank_sheet, "W", []),
    ("no column 专业", ROSTER, _set(D3="职务"), "H", ["H02@A3"]),
    ("no column 身份证号", ROSTER, _set(E3="联系人"), "H", ["H02@A3"]),
    ("an alias", ROSTER, _set(E3="公民身份号码"), "H", ["H03@E3"]),
    ("no unit", ROSTER, _set(A1=UNIT_GONE), "H", ["H05@A2"]),
    ("no unit, blanks for it", ROSTER, _set(A1="2024年度       专业技术人员继续教育参训人员名单"), "H", ["H05@A2"]),
    ("last year", ROSTER, _set(A1="2023年度洛阳市示例单位专业技术人员继续教育参训人员名单"), "H", ["H06@A1"]),
    ("no year", ROSTER, _set(A1="洛阳市示例单位专业技术人员继续教育参训人员名单"), "H", ["H06@A1"]),
    ("no date", ROSTER, _set(E2="时间：2024年   月    日"), "H", ["H07@E2"]),
    ("an impossible date", ROSTER, _set(E2="时间：2024年2月30日"), "H", ["H07@E2"]),
    ("a date to come", ROSTER, _set(E2="时间：2024年10月9日"), "H", ["H07@E2"]),
    ("a date of today", ROSTER, _set(E2="时间：2024.10.8"), "H", []),
    ("the sample's mark", ROSTER, _set(A1="2024年度洛阳市示例单位专业技术人员继续教育参训人员名单（样表）"), "H", ["H08@A1"]),
    ("a plan without subject", {"plan_professional": [{}]}, _set(A1="2024年度甲单位专业技术人员继续教育计划表"), "H", ["H09@A1"]),
    ("a plan with both subjects", {"plan_professional": [{}]}, _set(A1="2024年度甲单位专业技术人员继续教育计划表（公需科目/专业科目）"), "H", ["H09@A1"]),
    ("a merged 专业", ROSTER, _merge("D4:D6"), "HM", ["H10@D4"]),
    ("a merged note under the table", ROSTER, lambda b: (_set(A8="说明：名单按部门排列")(b), _merge("A8:F8")(b)), "H", []),
    ("no data", {"roster": []}, _set(), "H", ["H11@A4"]),
    ("serial numbers only", {"roster": []}, _set(A4=1, A5=2), "H", ["H11@A4"]),
    ("two columns 姓名", ROSTER, _set(F3="姓名"), "H", ["H13@F3"]),
    ("a heading and its alias", ROSTER, _set(F3="身份证号码"), "H", ["H13@F3"]),
    ("one column of hours", TRANSCRIPT, _set(G4="其他"), "H", ["H04@F4"]),
    ("no sub-columns of hours", TRANSCRIPT, _set(F4=None, G4=None), "H", ["H04@F3"]),
    ("no hours at all", TRANSCRIPT, lambda b: b.worksheets[0].delete_cols(6, 2), "H", ["H02@A3"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("forms", "edit", "family", "expected"),
    [case[1:] for case in EDITED],
    ids=[case[0] for case in EDITED],
)
def test_edited_workbook(
    forms: dict[str, Any], edit: Any, family: str, expected: list[str]
) -> None:
    assert _found(_check(_edited(forms, edit)), family) == expected


def test_a_sheet_whose_header_failed_has_no_row_findings() -> None:
    report = _check(_edited({"roster": [{"name": "", "id_number": "1"}]}, _set(F3="姓名")))
    assert {finding.code for finding in report.findings if finding.severity == "error"} == {"H13"}
    assert report.not_checked


def test_a_missing_column_says_nothing_of_its_rows() -> None:
    report = _check(_edited(ROSTER, _set(D3="职务")))
    assert [finding.code for finding in report.findings if finding.severity == "error"] == ["H02"]


def test_an_unknown_sheet_alone_is_an_error() -> None:
    report = _check(filings.grid([["收据"], ["金额", 3]]))
    assert _found(report, "WH") == ["H01@A1"]
    assert report.verdict == "fix"


UNREADABLE = {
    "nothing": b"",
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    "half a workbook": filings.workbook(ROSTER)[:3000],
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_files_are_an_error_and_stop_nothing_else(name: str) -> None:
    good = filings.workbook(ROSTER)
    report = check_files([("坏.xlsx", UNREADABLE[name]), ("好.xlsx", good)], today=TODAY)
    codes = [(finding.code, finding.place.file) for finding in report.findings
             if finding.code[0] == "W"]
    assert codes == [("W01", "坏.xlsx")]
    assert [sheet.rows for sheet in report.files[1].sheets] == [3]


def test_csv_is_read_and_named() -> None:
    people = [",".join(str(v) for v in filings.person(i).values()) + "," for i in range(2)]
    text = "\n".join([filings.title("roster"), "单位：,,,,时间：2024年10月8日", ",".join(HEADER), *people])
    for data in (text.encode("utf-8-sig"), text.encode(), text.encode("gb18030")):
        report = _check(data, "名单.csv")
        assert _found(report, "WHLNGMI")[:1] == ["W03@"]
        assert report.files[0].sheets[0].people == 2
        assert not [f for f in report.findings if f.severity == "error"]


def test_an_extension_that_lies() -> None:
    assert _found(_check(filings.workbook(ROSTER), "名单.xls"), "W") == ["W04@"]
    assert _found(_check(filings.workbook(ROSTER), "名单"), "W") == ["W04@"]


def test_our_blank_templates_are_recognised_and_only_asked_to_be_filled() -> None:
    known = catalog.load()
    for form in known.forms.values():
        report = _check(template.build([form], known.cycle(2024)), template.file_name([form]))
        errors = {finding.code for finding in report.findings if finding.severity == "error"}
        assert errors == ({"H05", "H11"} if form.is_table else {"H05", "B01"})
        assert {finding.code for finding in report.findings if finding.severity == "warning"} <= {"H07"}
        assert [sheet.form for sheet in report.files[0].sheets if sheet.form] == [form.name]


def test_our_examples_pass() -> None:
    known = catalog.load()
    forms = list(known.forms.values())
    data = template.example(forms, known.cycle(2024))
    report = _check(data, template.file_name(forms, filled=True))
    assert [f for f in report.findings if f.severity != "info"] == []
    assert report.verdict == "pass"
    assert [sheet.form for sheet in report.files[0].sheets if sheet.form] == list(known.forms)


@pytest.mark.parametrize(
    ("cycle", "version", "expected"),
    [("2023", "1.0.0", ["H12@"]), ("2024", "0.9.10", ["H12@"]), ("2024", "1.0.0", []),
     ("2024", "1.10.0", []), ("", "", [])],
)  # fmt: skip
def test_template_versions_are_compared_as_numbers(
    cycle: str, version: str, expected: list[str]
) -> None:
    def add_meta(book: Workbook) -> None:
        meta = book.create_sheet("_meta")
        for row in (("form", "roster"), ("schema_version", version), ("cycle", cycle)):
            meta.append(row)

    assert _found(_check(_edited(ROSTER, add_meta)), "H") == expected


def test_an_old_workbook_is_read_and_named() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("名单")
    people = [list(filings.person(index).values()) for index in range(2)]
    line = ["单位：（盖章）", None, None, None, "时间：2024年10月8日"]
    for row, values in enumerate([[filings.title("roster")], line, HEADER, *people]):
        for column, value in enumerate(values):
            sheet.write(row, column, value)
    buffer = io.BytesIO()
    book.save(buffer)
    for name in ("名单.xls", "名单.et"):
        report = _check(buffer.getvalue(), name)
        assert [f.code for f in report.findings if f.severity != "info"] == ["W02"]
        assert report.files[0].sheets[0].people == 2


def test_macros_and_links_are_named() -> None:
    buffer = io.BytesIO(filings.workbook(ROSTER))
    with zipfile.ZipFile(buffer, "a") as package:
        package.writestr("xl/vbaProject.bin", b"\0")
        package.writestr("xl/externalLinks/externalLink1.xml", b"<externalLink/>")
        package.writestr("xl/embeddings/oleObject1.bin", b"\0")
    report = _check(buffer.getvalue())
    found = [(f.severity, f.message) for f in report.findings if f.code == "W10"]
    assert found == [("info", "工作簿里有宏、指向其他文件的链接、嵌入对象。")]


def test_too_many_rows_are_refused_with_their_number() -> None:
    rows = "".join(f'<row r="{r}"><c r="A{r}"><v>{r}</v></c></row>' for r in range(1, 200_012))
    source, target = io.BytesIO(filings.grid([[1]])), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            data = old.read(item)
            if item == "xl/worksheets/sheet1.xml":
                head, _, rest = data.decode().partition("<sheetData>")
                data = f"{head}<sheetData>{rows}</sheetData>{rest.partition('</sheetData>')[2]}".encode()
            new.writestr(item, data)
    report = _check(target.getvalue())
    assert _found(report, "WH") == ["W08@"]
    assert "200011" in report.findings[0].message.replace(",", "").replace(" ", "")
