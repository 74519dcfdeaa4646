"""Files and sheets put together to filings: whose they are, what is missing, what is compared."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest

from checker import catalog, check_files
from checker.filing import Drop, same_name
from checker.model import Context, Report, Source, Workbook
from checker.rules import window
from checker.wording import finding
from tests import filings

TODAY = dt.date(2024, 10, 8)
FIRST, SECOND = "洛阳市第一中学", "洛阳市第二中学"
ONE = [filings.person(0), filings.person(1)]
OTHERS = [filings.person(2), filings.person(3)]


def file(form: str, unit: str, records: Any = ({}, {})) -> tuple[str, bytes]:
    """Return one form in a file of its own; an empty unit leaves its place in the title blank."""
    heading = filings.title(form).replace(filings.UNIT, unit or "（单位）")
    data = filings.workbook({form: records}, titles={form: heading})
    return f"{unit}{form}.xlsx", data


def run(*files: tuple[str, bytes]) -> Report:
    return check_files(files, today=TODAY)


def cross(report: Report) -> list[tuple[str, str]]:
    """Return the cross findings that ask for something: code and file."""
    return [
        (finding.code, finding.place.file)
        for finding in report.findings
        if finding.code[0] == "X" and finding.severity != "info"
    ]


def test_files_of_one_unit_are_one_filing():
    report = run(file("roster", FIRST, ONE), file("transcript", FIRST, ONE[:1]))
    assert cross(report) == [("X09", f"{FIRST}roster.xlsx")]


def test_cross_findings_cite_both_files():
    changed = [ONE[0] | {"major": "建筑学"}]
    report = run(file("roster", FIRST, ONE[:1]), file("transcript", FIRST, changed))
    (finding,) = [finding for finding in report.findings if finding.code == "X10"]
    assert (finding.place.file, finding.place.cell) == (f"{FIRST}transcript.xlsx", "D5")
    assert [(place.file, place.cell) for place in finding.related] == [
        (f"{FIRST}roster.xlsx", "D4")
    ]


def test_two_units_are_not_compared():
    report = run(
        file("roster", FIRST, ONE),
        file("transcript", FIRST, ONE),
        file("roster", SECOND, OTHERS),
        file("transcript", SECOND, OTHERS),
    )
    assert cross(report) == []


def test_a_unit_with_a_roster_only_is_not_given_the_transcript_of_another():
    report = run(
        file("roster", FIRST, ONE),
        file("transcript", FIRST, ONE),
        file("roster", SECOND, OTHERS),
    )
    assert cross(report) == []
    assert f"{SECOND}：缺少成绩单，未核对名单与成绩单是否一致" in report.not_checked


def test_one_of_each_form_is_one_filing_whatever_the_names():
    report = run(file("roster", FIRST, ONE), file("transcript", SECOND, ONE))
    assert cross(report) == [("X02", f"{SECOND}transcript.xlsx")]


def test_among_several_units_a_name_with_a_slip_finds_its_unit():
    unit, slip = "洛阳市示例建筑设计院", "洛阳示例建筑设计院"
    report = run(
        file("roster", unit, ONE),
        file("transcript", slip, ONE),
        file("roster", FIRST, OTHERS),
        file("transcript", FIRST, OTHERS),
    )
    assert cross(report) == [("X02", f"{slip}transcript.xlsx")]


def test_among_several_units_the_forms_of_one_workbook_belong_together():
    titles = {"transcript": filings.title("transcript").replace(filings.UNIT, SECOND)}
    book = filings.workbook({"roster": ONE, "transcript": ONE}, titles=titles)
    report = run(
        ("示例单位.xlsx", book),
        file("roster", FIRST, OTHERS),
        file("transcript", FIRST, OTHERS),
    )
    assert cross(report) == [("X02", "示例单位.xlsx")]


def test_a_form_without_a_unit_belongs_to_the_only_unit():
    report = run(file("roster", FIRST, ONE), file("transcript", "", ONE[:1]))
    assert cross(report) == [("X09", f"{FIRST}roster.xlsx")]


def test_a_form_without_a_unit_belongs_to_the_unit_of_its_workbook():
    titles = {
        "roster": filings.title("roster").replace(filings.UNIT, FIRST),
        "transcript": filings.title("transcript").replace(filings.UNIT, "（单位）"),
    }
    book = filings.workbook({"roster": ONE, "transcript": ONE[:1]}, titles=titles)
    report = run(("一中.xlsx", book), file("roster", SECOND, OTHERS))
    assert cross(report) == [("X09", "一中.xlsx")]


def test_among_several_units_a_form_without_a_unit_is_said_not_to_be_compared():
    report = run(
        file("roster", FIRST, ONE), file("roster", SECOND, OTHERS), file("transcript", "", ONE)
    )
    assert cross(report) == []
    assert "“transcript”没有写单位名称，看不出是哪个单位的，未与其他表核对" in report.not_checked


def test_forms_that_name_no_unit_at_all_are_one_filing():
    report = run(file("roster", "", ONE), file("transcript", "", ONE[:1]))
    assert cross(report) == [("X09", "roster.xlsx")]


def test_a_missing_form_is_not_missed_while_a_file_cannot_be_read():
    report = run(
        file("plan_professional", FIRST),
        file("transcript", FIRST, ONE),
        ("名单.xlsx", b"%PDF-1.7 "),
    )
    assert "X01" not in {finding.code for finding in report.findings}
    assert "有文件没认出是哪张表，未核对要交的表是否齐全" in report.not_checked


def test_only_files_that_cannot_be_read():
    report = run(("名单.xlsx", b"%PDF-1.7 "))
    assert {finding.code for finding in report.findings} == {"W01"}
    assert report.not_checked == ()


def test_a_form_whose_header_stops_the_check_is_not_compared():
    name, data = file("roster", FIRST, [])
    report = run((name, data), file("transcript", FIRST, ONE))
    assert cross(report) == []


def test_several_rosters_are_one_list():
    first = file("roster", FIRST, ONE)
    second = ("名单2.xlsx", file("roster", FIRST, OTHERS)[1])
    unit = {"unit_name": FIRST}
    whole = run(first, second, file("filing_form", FIRST, unit | {"headcount": 4}))
    part = run(first, second, file("filing_form", FIRST, unit | {"headcount": 2}))
    wrong = run(first, second, file("filing_form", FIRST, unit | {"headcount": 3}))
    codes = [[code for code, _ in cross(report)] for report in (whole, part, wrong)]
    assert codes == [["X01"], ["X01"], ["X01", "X04"]]


def test_filing_forms_of_both_subjects_may_share_the_people():
    forms = [
        ("备案表1.xlsx", file("filing_form", FIRST, {"unit_name": FIRST, "headcount": 3})[1]),
        ("备案表2.xlsx", file("filing_form", FIRST, {"unit_name": FIRST, "headcount": 1})[1]),
    ]
    report = run(file("roster", FIRST, ONE + OTHERS), *forms)
    assert [code for code, _ in cross(report)] == ["X01"]


def test_title_and_unit_line_of_one_form():
    book = filings.workbook({"roster": ONE})
    data = _with_cell(book, "A2", f"单位：{SECOND}（盖章）")
    report = run(("名单.xlsx", data))
    (finding,) = [finding for finding in report.findings if finding.code == "X02"]
    assert finding.place.cell == "A2"
    assert finding.message == (
        f"同一张参训人员名单里，这里的单位名称是“{SECOND}”，另一处是“{filings.UNIT}”。"
    )


def test_unit_line_of_one_form_and_title_of_another():
    name, data = file("roster", "", ONE)
    report = run((name, _with_cell(data, "A2", f"单位：{SECOND}")), file("transcript", FIRST, ONE))
    (finding,) = [finding for finding in report.findings if finding.code == "X02"]
    assert (finding.place.file, finding.place.cell) == (f"{FIRST}transcript.xlsx", "A1")


def _with_cell(data: bytes, cell: str, text: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    book.worksheets[0][cell] = text
    return filings.to_bytes(book)


@pytest.mark.parametrize(
    ("forms", "said"),
    [
        (("filing_form",), ["只有备案表，未与计划表、名单和成绩单核对"]),
        (("plan_general", "plan_professional"), ["只有计划表，未与备案表、名单和成绩单核对"]),
        (("roster",), ["缺少成绩单，未核对名单与成绩单是否一致"]),
        (("transcript",), ["缺少参训人员名单，未核对名单与成绩单是否一致"]),
        (
            ("roster", "transcript"),
            [
                "缺少备案表，未核对培训人数与名单是否一致",
                "缺少计划表，未核对计划表的人数与名单是否一致、成绩单的学时与计划表是否一致",
            ],
        ),
        (
            ("plan_professional", "roster"),
            [
                "缺少备案表，未核对备案表的科目、方式、课时与计划表是否一致、培训人数与名单是否一致",
                "缺少成绩单，未核对成绩单的学时与计划表是否一致、名单与成绩单是否一致",
            ],
        ),
        (catalog.FORM_NAMES, []),
    ],
)
def test_what_is_not_checked_for_want_of_a_form_is_said(forms, said):
    data = filings.workbook({form: {} if form == "filing_form" else [{}] for form in forms})
    assert list(run(("备案.xlsx", data)).not_checked) == said


def test_a_filing_form_without_the_list_of_papers():
    data = _with_cell(filings.workbook({"filing_form": {}}), "A10", "其他")
    (finding,) = [f for f in run(("备案表.xlsx", data)).findings if f.code == "B05"]
    assert finding.message == "备案表里没有“备案资料”清单。"


def test_a_list_of_papers_laid_out_otherwise():
    data = _with_cell(
        filings.workbook({"filing_form": {"materials": ""}}), "A10", "备案资料：1.计划表；2.花名册"
    )
    assert "B05" not in {finding.code for finding in run(("备案表.xlsx", data)).findings}


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        (
            dt.date(2099, 10, 12),
            "2099年10月12日在备案时间内，但还没有这一年的放假安排，不能确定这一天上不上班。",
        ),
        (
            dt.date(2099, 11, 12),
            "2099年11月12日不在备案时间内。可以去的日子：10月11日至10月20日的工作日；12月11日至12月20日。",
        ),
        (dt.date(2099, 12, 13), None),
    ],
)
def test_a_year_whose_calendar_is_not_known(visit, expected):
    windows = [
        {"start": "2099-10-11", "end": "2099-10-20", "working_days_only": True, "source": "S4"},
        {"start": "2099-12-11", "end": "2099-12-20", "working_days_only": False, "source": "S4"},
    ]
    known = catalog.load()
    cycle = catalog.Cycle(data={**known.cycle(2024).data, "year": 2099, "windows": windows})
    context = Context(catalog=known, cycle=cycle, today=dt.date(2099, 9, 1), visit=visit)
    book = Workbook(name="名单.xlsx", sha256="", format=None)
    drop = Drop(sources=(Source(workbook=book, tables=()),))
    hits = list(window.outside_windows(drop, context))
    assert [finding(window.D01, hit, None, cycle).message for hit in hits] == (
        [expected] if expected else []
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("洛阳市示例建筑设计院有限公司", "洛阳示例建筑设计院", True),
        ("洛阳市示例建筑设计院", "洛阳市示列建筑设计院", True),
        ("洛阳市第一中学", "洛阳市第二中学", False),
        ("洛阳市中学", "洛阳市第十一中学", False),
        ("洛阳市东区医院", "洛阳市西区医院", False),
        ("洛阳市一中", "洛阳市第一医院", False),
        ("一中", "洛阳市一中", False),
        ("示" * 70, "示" * 71, False),
    ],
)
def test_names_that_are_one_name_written_twice(one, other, same):
    assert same_name(one, other) is same
    assert same_name(other, one) is same
