"""Forms as people make them: nothing about their places is fixed, and none of it is an error."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.styles import Border, Side

from checker import Report, check
from tests import filings

TODAY = dt.date(2024, 10, 8)
TITLE = filings.title("roster")
LINE = ["单位：（盖章）", None, None, None, "时间：2024年10月8日"]
HEADER = ["序号", "姓名", "性别", "专业", "身份证号", "备注"]


def _rows(count: int = 2) -> list[list[Any]]:
    people = [filings.person(index) for index in range(count)]
    return [[*person.values(), None] for person in people]


def _check(data: bytes, name: str = "名单.xlsx") -> Report:
    return check(data, name, today=TODAY)


def _codes(report: Report) -> list[str]:
    return sorted(f"{f.code}@{f.place.cell}" for f in report.findings if f.severity != "info"
                  or f.code[0] in "WHL")


def _sheet(report: Report) -> tuple[str | None, int, int]:
    sheet = report.files[0].sheets[0]
    return sheet.form, sheet.rows, sheet.people


CLEAN = {
    "as the sample has it": [[TITLE], LINE, HEADER, *_rows()],
    "title in two rows": [
        ["2024年度洛阳市示例单位专业技术人员"], ["继续教育参训人员名单"], LINE, HEADER, *_rows(),
    ],
    "title spread over cells": [
        ["2024年度", None, "洛阳市示例单位", "专业技术人员继续教育参训人员名单"], LINE, HEADER, *_rows(),
    ],
    "title with blanks": [
        ["2024 年度 洛阳市示例单位 专业技术人员\n继续教育参训人员名单"], LINE, HEADER, *_rows(),
    ],
    "year in Chinese numerals": [
        ["二〇二四年度洛阳市示例单位专业技术人员继续教育参训人员名单"], LINE, HEADER, *_rows(),
    ],
    "unit before the year": [
        ["洛阳市示例单位2024年度专业技术人员继续教育参训人员花名册"], LINE, HEADER, *_rows(),
    ],
    "unit in the line only": [
        ["2024年度（单位）专业技术人员继续教育参训人员名单"],
        ["单位：洛阳市示例单位（盖章）", None, None, None, "时间：2024年10月8日"], HEADER, *_rows(),
    ],
    "unit in the next cell": [
        ["2024年度（单位）专业技术人员继续教育参训人员名单"],
        ["单位：（盖章）", "洛阳市示例单位", None, "时间：", dt.date(2024, 10, 8)], HEADER, *_rows(),
    ],
    "unit and date in one cell": [
        ["2024年度专业技术人员继续教育参训人员名单"],
        ["单位（盖章）：洛阳市示例单位        时间：2024年10月8日"], HEADER, *_rows(),
    ],
    "date in pieces": [
        [TITLE], ["单位：（盖章）", None, "时间：2024年", "10月", "8日"], HEADER, *_rows(),
    ],
    "unit and date under the table": [
        ["2024年度专业技术人员继续教育参训人员名单"], HEADER, *_rows(), [],
        ["单位：洛阳市示例单位（盖章）", None, None, None, "时间：2024年10月8日"],
    ],
    "headings with blanks and breaks": [
        [TITLE], LINE, ["序\n号", "姓  名", "性 别", "专　业", "身份\n证号", "备 注"], *_rows(),
    ],
    "blank rows and columns before the table": [
        [], [], [None, None, TITLE], [], [None, None, *LINE], [], [None, None, *HEADER],
        *[[None, None, *row] for row in _rows()],
    ],
    "notes and signatures under the table": [
        [TITLE], LINE, HEADER, *_rows(), [], ["说明：以上人员均已签到，另有两人因病未能参加。"],
        ["说明", "1.名单按部门排列；\n2.备注栏写需要说明的事。"],
        ["填表人：赵六", None, "审核人：王五", None, "联系电话：0379-60000000"],
        ["审核人：", "李四", None, "日期：", "2024年10月8日"],
    ],
    "a total at the end": [[TITLE], LINE, HEADER, *_rows(), ["合计", "2人"]],
    "blank below here": [[TITLE], LINE, HEADER, *_rows(), [None, "以下空白"]],
    "numbered rows left over": [[TITLE], LINE, HEADER, *_rows(), [3], [4], [5]],
    "an unknown column more": [
        [TITLE], LINE, [*HEADER, "职称"], *[[*row, "工程师"] for row in _rows()],
    ],
    "no serial number column": [
        [TITLE], LINE, HEADER[1:], *[row[1:] for row in _rows()],
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", CLEAN)
def test_whatever_people_do_to_the_layout_is_no_fault(name: str) -> None:
    report = _check(filings.grid(CLEAN[name]))
    assert _codes(report) == []
    assert _sheet(report) == ("roster", 2, 2)


def test_columns_in_another_order_are_read_by_their_headings() -> None:
    order = [1, 4, 0, 2, 3, 5]
    rows = [[row[i] for i in order] for row in [HEADER, *_rows()]]
    report = _check(filings.grid([[TITLE], LINE, *rows]))
    assert [(f.code, f.severity) for f in report.findings if f.code[0] in "HI"
            and f.code != "I13"] == [("H03", "info")]
    assert _sheet(report) == ("roster", 2, 2)


def test_a_merged_title_and_formatted_empty_rows_are_no_data() -> None:
    data = filings.grid([[TITLE], LINE, HEADER, *_rows()], "A1:F1", "A2:C2", "E2:F2")
    book = load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    for row in range(6, 200):
        for column in range(1, 7):
            sheet.cell(row, column).border = Border(bottom=Side("thin"))
    report = _check(filings.to_bytes(book))
    assert _codes(report) == []
    assert _sheet(report) == ("roster", 2, 2)


def test_rows_after_a_blank_row_are_read_and_the_blank_row_is_named() -> None:
    first, second = _rows()
    report = _check(filings.grid([[TITLE], LINE, HEADER, first, [], [], second]))
    assert _codes(report) == ["L02@A5"]
    assert [f.message for f in report.findings if f.code == "L02"] == [
        "第 5、6 行是空行，夹在数据中间，已跳过。"
    ]
    assert _sheet(report) == ("roster", 2, 2)


def test_a_header_repeated_for_printing_is_skipped() -> None:
    first, second = _rows()
    report = _check(filings.grid([[TITLE], LINE, HEADER, first, HEADER, second]))
    assert _codes(report) == ["L02@A5"]
    assert _sheet(report) == ("roster", 2, 2)


def test_two_forms_under_each_other_in_one_sheet() -> None:
    transcript = [
        [filings.title("transcript")], LINE,
        ["序号", "姓名", "性别", "专业", "身份证号", "完成学时", None, "成绩评定"],
        [None, None, None, None, None, "公需科目", "专业科目"],
        *[[*row[:5], 30, 60, "合格"] for row in _rows()],
    ]  # fmt: skip
    report = _check(filings.grid([[TITLE], LINE, HEADER, *_rows(), [], *transcript]))
    assert [(s.form, s.rows) for s in report.files[0].sheets] == [("roster", 2), ("transcript", 2)]
    assert _codes(report) == []


@pytest.mark.parametrize(
    "header",
    [
        ["序号", "姓名", "性别", "专业", "身份证号", "公需科目", "专业科目", "成绩评定"],
        ["序号", "姓名", "性别", "专业", "身份证号", "完成学时（公需科目）", "完成学时（专业科目）", "成绩评定"],
        ["序号", "姓名", "性别", "专业", "身份证号", "公需科目学时", "专业科目学时", "成绩评定"],
    ],
)
def test_a_transcript_with_one_header_row(header: list[str]) -> None:
    rows = [[*row[:5], 30, 60, "合格"] for row in _rows()]
    report = _check(filings.grid([[filings.title("transcript")], LINE, header, *rows]))
    assert [f.code for f in report.findings if f.severity != "info"] == []
    assert _sheet(report) == ("transcript", 2, 2)


@pytest.mark.parametrize(
    ("title", "form"),
    [
        ("2024年度洛阳市示例单位专业技术人员继续教育计划表（专业科目）", "plan_professional"),
        ("2024年度洛阳市示例单位专业技术人员继续教育计划表（公需科目）", "plan_general"),
        ("2024年度洛阳市示例单位专业技术人员公需科目继续教育计划表", "plan_general"),
    ],
)
def test_plans_are_told_apart_by_their_title(title: str, form: str) -> None:
    header = ["序号", "时间", "地点", "内容", "形式", "参训对象", "人数", "课时", "授课人", "备注"]
    row = [1, "2024年3月5日上午", "会议室", "新规范", "面授", "全体", 30, 3, "王五", None]
    notes = [["说明", "1.实施时间具体到年、月、日（上、下午或晚上）；"], [None, "2.备注栏填写需另外说明的事项；"]]
    report = _check(filings.grid([[title], LINE, header, row, *notes]))
    assert _codes(report) == []
    assert _sheet(report)[:2] == (form, 1)


def test_the_filing_form_with_labels_and_values_in_one_cell() -> None:
    rows = [
        ["2024年度洛阳市示例单位专业技术人员继续教育备案表"],
        ["单位名称：洛阳市示例单位", "备案科目：专业科目"],
        ["培训人数：2", "培训地点：会议室"],
        ["培训方式：面授", "培训课时：6"],
        ["负责人：赵六", "联系电话：0379-60000000"],
        ["培训内容", "新规范", "培训目标", "掌握新规范"],
        ["备案资料", "1.专业技术人员继续教育计划表\n2.专业技术人员继续教育参训人员名单"],
    ]
    report = _check(filings.grid(rows))
    assert _codes(report) == []
    assert _sheet(report)[0] == "filing_form"
