"""Forms as people make them: nothing about their places is fixed, and none of it is an error."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.styles import Border, Side

from checker import Report, check
from checker.lines import read_lines, unit_of_title
from checker.model import Cell, CellKind
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
    "other words for the unit and date lines": [
        ["2024年度（单位）专业技术人员继续教育参训人员名单"],
        ["填报单位（章）：洛阳市示例单位", "联系人：赵六", None, "填报日期：2024、10、8"], HEADER, *_rows(),
    ],
    "labels without colons": [
        ["2024年度（单位）专业技术人员继续教育参训人员名单"],
        ["单位（盖章）", "洛阳市示例单位", None, "时间", dt.datetime(2024, 10, 8, 9, 30)], HEADER, *_rows(),
    ],
    "everything in one line": [
        ["2024年度（单位）专业技术人员继续教育参训人员名单"],
        ["单位：洛阳市示例单位（盖章） 联系人：赵六 联系电话：0379-60000000 时间：2024年10月8日"],
        HEADER, *_rows(),
    ],
    "lines without labels": [
        ["2024年度（单位）专业技术人员继续教育参训人员名单"],
        ["洛阳市示例单位", None, None, None, "2024年10月8日"], HEADER, *_rows(),
    ],
    "the unit above the title": [
        ["附件2"], ["洛阳市示例单位"], ["2024年度专业技术人员继续教育参训人员名单"], LINE, HEADER, *_rows(),
    ],
    "the title in three rows": [
        ["2024年度"], ["洛阳市示例单位"], ["专业技术人员继续教育参训人员名单"], LINE, HEADER, *_rows(),
    ],
    "year in wide digits": [
        ["２０２４年度洛阳市示例单位专业技术人员继续教育参训人员名单"], LINE, HEADER, *_rows(),
    ],
    "something else beside the unit": [
        [TITLE], ["单位：（盖章）", None, "人数：2人", None, "时间：2024年10月8日"], HEADER, *_rows(),
    ],
    "dates of the training are not the form's": [
        [TITLE], ["培训时间：2024年11月20日"], LINE, HEADER, *_rows(),
    ],
    "headings with remarks": [
        [TITLE], LINE, ["序号*", "姓名（必填）", "性别*", "专业", "身份证号（18位）", "备注（选填）"], *_rows(),
    ],
    "serial numbers with marks": [
        [TITLE], LINE, HEADER, *[[mark, *row[1:]] for mark, row in zip(("1.", "（2）"), _rows(), strict=True)],
    ],
    "a column before the serial number": [
        [TITLE], LINE, ["部门", *HEADER], *[["工程部：一组", *row] for row in _rows()],
    ],
    "remarks numbered like rows": [
        [TITLE], LINE, HEADER, *_rows(), ["说明："], [1, "名单按部门排列，排名不分先后；"], [2, "备注写明调动。"],
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


UNDER = [
    ["填表人", "赵六", None, "审核人", "王五"],
    ["单位负责人签字：", None, None, "经办人签字："],
    ["行业主管部门审核意见：", None, None, "（盖章）"],
    ["行业主管部门意见", None, None, "人社部门意见"],
    [None, None, None, None, "（单位印章）"],
    [None, None, None, None, "2024年10月8日"],
    [None, None, None, None, dt.date(2024, 10, 8)],
    [None, None, None, "洛阳市示例单位"],
    [None, "洛阳市示例单位"],
    [None, None, "第1页 共1页"],
    [None, None, None, "- 1 -"],
    ["联系人", "赵六", "联系电话", "13900000000"],
    ["其中", "男", 1, "女", 1],
    ["参训总人数", 2],
]


@pytest.mark.parametrize("blank", [[], [[]]], ids=["at once", "after a blank row"])
@pytest.mark.parametrize("row", UNDER, ids=lambda row: "|".join(map(str, filter(None, row))))
def test_what_is_signed_or_said_under_the_table_is_no_data(
    row: list[Any], blank: list[list[Any]]
) -> None:
    report = _check(filings.grid([[TITLE], LINE, HEADER, *_rows(), *blank, row]))
    assert _codes(report) == []
    assert _sheet(report) == ("roster", 2, 2)


PARTIAL = {
    "a name": ([None, "冯九"], ["G01@C6", "I01@E6", "L01@A6", "M01@D6"]),
    "a number": ([3, None, None, None, filings.number(4)], ["G01@C6", "M01@D6", "N01@B6"]),
    "a name and a field": ([None, "冯九", None, "测绘"], ["G01@C6", "I01@E6", "L01@A6"]),
    "signs for nothing": ([3, "冯九", "男", "/", "无"], ["I01@E6", "M01@D6"]),
}


@pytest.mark.parametrize("name", PARTIAL)
def test_the_last_person_counts_however_little_is_filled_in(name: str) -> None:
    row, codes = PARTIAL[name]
    report = _check(filings.grid([[TITLE], LINE, HEADER, *_rows(), row]))
    assert _codes(report) == codes
    assert _sheet(report)[1] == 3


NO_UNIT = [
    ["2024年度XX单位专业技术人员继续教育参训人员名单"],
    ["2024年度×××（单位）专业技术人员继续教育参训人员名单"],
    ["2024年度________专业技术人员继续教育参训人员名单"],
]


@pytest.mark.parametrize("title", NO_UNIT, ids=lambda title: title[0])
def test_a_stand_in_is_no_unit(title: list[str]) -> None:
    assert _codes(_check(filings.grid([title, LINE, HEADER, *_rows()]))) == ["H05@A2"]


UNITS = [
    "中国一拖集团有限公司（东方红）",
    "洛阳市公章刻制服务中心",
    "洛阳时间科技有限公司",
    "洛阳市第23中学",
    "一二三四厂",
    "洛阳市继续教育中心",
]


@pytest.mark.parametrize("unit", UNITS)
def test_units_keep_their_whole_name(unit: str) -> None:
    lines = read_lines([[Cell("", "", 1, 1, f"单位：{unit}（盖章）", CellKind.TEXT)]])
    assert lines.unit == unit
    assert unit_of_title(f"2024年度{unit}专业技术人员继续教育参训人员名单") == unit


def test_headings_merged_over_two_rows_leave_no_blank_row() -> None:
    merges = [f"{letter}3:{letter}4" for letter in "ABCDEF"]
    report = _check(filings.grid([[TITLE], LINE, HEADER, [], *_rows()], *merges))
    assert _codes(report) == []
    assert _sheet(report) == ("roster", 2, 2)


def test_title_and_header_repeated_on_each_page() -> None:
    first, second = _rows()
    report = _check(filings.grid([[TITLE], LINE, HEADER, first, [TITLE], LINE, HEADER, second]))
    assert _codes(report) == ["L02@A5", "L02@A7"]
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
        ["序号", "姓名", "性别", "专业", "身份证号", "公需学时数", "专业学时数", "成绩评定"],
    ],
)
def test_a_transcript_with_one_header_row(header: list[str]) -> None:
    rows = [[*row[:5], 30, 60, "合格"] for row in _rows()]
    report = _check(filings.grid([[filings.title("transcript")], LINE, header, *rows]))
    assert [f.code for f in report.findings if f.severity != "info"] == []
    assert _sheet(report) == ("transcript", 2, 2)


@pytest.mark.parametrize(
    ("top", "bottom"),
    [
        (["序号", "姓名", "性别", "专业", "身份证号", "完成学时", None, "成绩评定"],
         [None, None, None, None, None, "公需", "专业"]),
        (["序号", "姓名", "性别", "专业", "身份证号", "完成学时", None, "成绩评定"],
         [None, None, None, None, None, "公需科目", "专业科目", "合格/不合格"]),
        ([*[None] * 5, "完成学时"],
         ["序号", "姓名", "性别", "专业", "身份证号（18位）", "公需科目", "专业科目", "成绩评定（0-100）"]),
    ],
    ids=["short", "a remark below", "all in the second row"],
)  # fmt: skip
def test_a_transcript_with_two_header_rows(top: list[Any], bottom: list[Any]) -> None:
    rows = [[*row[:5], "/", 60, "合格"] for row in _rows()]
    end = [["平均", None, None, None, None, 0, 60], [None, None, None, None, None, None, "（盖章）"]]
    report = _check(filings.grid([[filings.title("transcript")], LINE, top, bottom, *rows, *end]))
    assert [f.code for f in report.findings if f.severity != "info"] == []
    assert _sheet(report) == ("transcript", 2, 2)


def test_hours_that_are_none_in_both_subjects_are_missing() -> None:
    header = ["序号", "姓名", "性别", "专业", "身份证号", "公需科目", "专业科目", "成绩评定"]
    rows = [[*row[:5], "/", "—", "合格"] for row in _rows()]
    report = _check(filings.grid([[filings.title("transcript")], LINE, header, *rows]))
    assert _codes(report) == ["T01@F4", "T01@F5"]


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


BOXES = {
    "单位名称": "洛阳市示例单位", "备案科目": "专业科目", "培训人数": 2, "培训地点": "会议室", "培训方式": "面授",
    "培训课时": 6, "负责人": "赵六", "联系电话": None, "培训内容": "新规范", "培训目标": "掌握新规范",
}  # fmt: skip


def _pairs(labels: Iterable[str], width: int) -> list[list[Any]]:
    """Return rows of so many labels, each with its box beside it."""
    names = list(labels)
    starts = range(0, len(names), width)
    return [[each for name in names[i : i + width] for each in (name, BOXES[name])] for i in starts]


GRIDS = {
    "a list": ([[label, value] for label, value in BOXES.items()], "B9"),
    "boxes below the labels": (
        [[*BOXES][:5], [*BOXES.values()][:5], [*BOXES][5:], [*BOXES.values()][5:]], "C5",
    ),
    "three pairs a row": (_pairs(BOXES, 3), "D4"),
    "long boxes below": (
        [*_pairs([*BOXES][:8], 2), ["培训内容"], ["新规范"], ["培训目标"], ["掌握新规范"]], "D5",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GRIDS)
def test_the_filing_form_in_any_grid(name: str) -> None:
    grid, blank = GRIDS[name]
    end = [["单位意见：", "同意备案\n2024年10月8日"], ["备案材料", "1.计划表\n2.参训人员名单"]]
    title = "2024年度洛阳市示例单位专业技术人员继续教育备案表"
    report = _check(filings.grid([[title], *grid, *end]))
    assert [f"{f.code}@{f.place.cell}" for f in report.findings if f.severity != "info"] == [
        f"B01@{blank}"
    ]
