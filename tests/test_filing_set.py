"""The filing set: what is made from a roster and plans agrees by construction, and says what is open."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from checker import CheckerError, catalog, check_files, engine, filing_set
from checker.model import Product
from tests import filings

TODAY = dt.date(2024, 12, 16)
CYCLE = catalog.load().cycle(2024)
PEOPLE: list[dict[str, Any]] = [{}, {}, {"note": "外聘"}]
PLAN = {"headcount": 3, "hours": 3}
OPEN_BOXES = ("responsible_person", "phone", "objective")
# What comes with every filing, whatever is in it.
REMINDERS = frozenset(("B06", "P15", "T07"))


def made(forms: Mapping[str, Any], **given: Any) -> Product:
    return made_from(("资料.xlsx", filings.workbook(forms, **given)))


def made_from(*files: tuple[str, bytes]) -> Product:
    return filing_set.make(engine.examine(files, today=TODAY))


def refusal(*files: tuple[str, bytes]) -> str:
    with pytest.raises(CheckerError) as raised:
        made_from(*files)
    return str(raised.value)


def found(product: Product) -> list[tuple[str, str, str]]:
    """What the checker says of the set: code, file, and the box or the cell."""
    report = check_files(product.files, today=TODAY)
    return [
        (f.code, f.place.file, f.field if f.code == "B01" else f.place.cell)
        for f in report.findings
        if f.code not in REMINDERS
    ]


def to_fill_in(first: int, last: int, form: str = "备案表.xlsx") -> list[tuple[str, str, str]]:
    """What only the unit can fill in: boxes of the filing form, date, hours and grades."""
    transcript = "参训人员成绩单.xlsx"
    return [
        *(("B01", form, name) for name in OPEN_BOXES),
        ("H07", transcript, "H2"),
        *(
            (code, transcript, f"{column}{row}")
            for row in range(first, last + 1)
            for code, column in (("T01", "F"), ("T02", "H"))
        ),
    ]


def names(product: Product) -> list[str]:
    return [name for name, _ in product.files]


def sheets(product: Product, name: str) -> list[Worksheet]:
    book = openpyxl.load_workbook(io.BytesIO(dict(product.files)[name]))
    return [sheet for sheet in book.worksheets if sheet.title not in ("填写说明", "_meta")]


def rows(sheet: Worksheet, first: int) -> list[tuple[Any, ...]]:
    return [row for row in sheet.iter_rows(first, values_only=True) if any(row)]


def boxes(product: Product, name: str = "备案表.xlsx") -> dict[str, Any]:
    """The filled boxes of a filing form as the checker reads them."""
    drop = engine.examine([(name, dict(product.files)[name])], today=TODAY).drop
    return dict(drop.sources[0].tables[0].records[0].values)


# All together


def test_the_set_of_a_roster_and_a_plan_asks_only_for_what_is_open():
    product = made({"roster": PEOPLE, "plan_professional": [PLAN]})
    assert names(product) == [
        "备案表.xlsx",
        "计划表（专业科目）.xlsx",
        "参训人员名单.xlsx",
        "参训人员成绩单.xlsx",
        "签到表.xlsx",
    ]
    assert found(product) == to_fill_in(5, 7)
    assert list(product.notes) == [
        "备案表的负责人、联系电话、培训目标还空着，照实填写。",
        "备案资料清单里还有通知、考核资料、工作总结等的，有几样添几样。",
        "成绩单只填好了人员；学时、成绩评定和填表时间，等培训和考核结束了照实填写。",
        "签到表一场一张，共 1 张，每张都列了名单上的 3 人；不参加这一场的，打印前删去。签名由本人当场签。",
    ]


def test_the_example_is_complete():
    product = filing_set.example(CYCLE)
    assert names(product) == [
        "备案表（公需科目）.xlsx",
        "备案表（专业科目）.xlsx",
        "计划表（公需科目）.xlsx",
        "计划表（专业科目）.xlsx",
        "参训人员名单.xlsx",
        "参训人员成绩单.xlsx",
        "签到表.xlsx",
    ]
    assert found(product) == []
    for name in ("plan_general", "plan_professional", "roster", "transcript", "filing_form"):
        form = catalog.load().forms[name]
        file = f"{form.layout['sheet']}.xlsx".replace("备案表", "备案表（专业科目）")
        drop = engine.examine([(file, dict(product.files)[file])], today=TODAY).drop
        (table,) = drop.sources[0].tables
        records = form.example()["records"][: len(table.records)]
        assert [dict(record.values) for record in table.records] == records


def test_made_twice_the_bytes_are_equal():
    assert filing_set.example(CYCLE) == filing_set.example(CYCLE)


def test_a_set_made_from_a_set_is_the_same():
    once = made({"roster": PEOPLE, "plan_general": [PLAN], "plan_professional": [PLAN]})
    again = made_from(*once.files)
    assert dict(again.files) == dict(once.files)


# Roster, plans, transcript


def test_roster_and_plan_keep_what_the_user_wrote():
    plan = [PLAN | {"serial_no": 7, "time": "3月5日上午", "audience": "工程系列", "note": "见附页"}]
    number = filings.number(1)
    roster = [{"serial_no": 4}, {"note": "外聘", "gender": "男性", "id_number": number}]
    product = made({"roster": roster, "plan_professional": plan})
    (roster,) = sheets(product, "参训人员名单.xlsx")
    assert roster["A1"].value == "2024年度洛阳市示例单位专业技术人员\n继续教育参训人员名单"
    assert (roster["A2"].value, roster["F2"].value) == (
        "单位：洛阳市示例单位（盖章）",
        "时间：2024年10月8日",
    )
    assert rows(roster, 4) == [
        (1, "张三", "男", "土木工程", filings.number(0), None),
        (2, "李四", "男", "土木工程", number, "外聘"),
    ]
    assert roster["E4"].number_format == "@"
    (plan_sheet,) = sheets(product, "计划表（专业科目）.xlsx")
    assert rows(plan_sheet, 4)[0] == (
        1, "3月5日上午", "单位三楼会议室", "新技术应用", "面授", "工程系列", 3, 3, "王五", "见附页",
    )  # fmt: skip


def test_a_date_cell_is_written_as_the_notice_writes_it():
    plan = [PLAN | {"time": dt.datetime(2024, 3, 5, 9, 0)}]
    (sheet,) = sheets(made({"roster": PEOPLE, "plan_professional": plan}), "计划表（专业科目）.xlsx")
    assert sheet["B4"].value == "2024年3月5日上午"


def test_free_text_under_a_plan_is_kept_and_the_notices_own_is_not_doubled():
    book = filings.book_of({"roster": PEOPLE, "plan_professional": [PLAN]})
    plan = book["plan_professional"]
    plan["A6"], plan["B6"] = "说明", f"1.{CYCLE.data['clauses']['S7']['text']}"
    plan["A7"] = "3月5日的培训由示例学校承办，另附教材目录和课程表。"
    product = made_from(("资料.xlsx", filings.to_bytes(book)))
    (sheet,) = sheets(product, "计划表（专业科目）.xlsx")
    texts = [row[0] for row in rows(sheet, 5)]
    assert texts == ["说明", "3月5日的培训由示例学校承办，另附教材目录和课程表。"]
    again = made_from(*product.files)
    assert dict(again.files) == dict(product.files)


def test_a_transcript_that_is_there_stays_as_it_is():
    graded = [{"general_hours": 0, "professional_hours": 3, "grade": "优秀"}, {"grade": ""}, {}]
    product = made({"roster": PEOPLE, "plan_professional": [PLAN], "transcript": graded})
    (sheet,) = sheets(product, "参训人员成绩单.xlsx")
    assert [row[5:8] for row in rows(sheet, 5)] == [(0, 3, "优秀"), (0, 3, None), (0, 3, "合格")]
    assert sheet["H2"].value == "时间：2024年10月8日"
    assert "成绩单是选进来的那一张，学时和成绩都照原样。" in product.notes
    assert "参训人员成绩单里还有 1 处“必须改”，照原样留着。" in product.notes


def test_a_roster_alone_gives_a_transcript_and_says_what_is_missing():
    product = made({"roster": PEOPLE})
    assert names(product) == ["参训人员名单.xlsx", "参训人员成绩单.xlsx"]
    assert product.notes[-1] == "没有计划表，所以没有备案表和签到表；把填好的计划表也选进来，再成套一次。"


def test_a_roster_and_a_plan_in_two_copies_count_once():
    forms = {"roster": PEOPLE, "plan_professional": [PLAN]}
    twice = [("一.xlsx", filings.workbook(forms)), ("二.xlsx", filings.workbook(forms))]
    assert dict(made_from(*twice).files) == dict(made(forms).files)


def test_blank_forms_are_as_good_as_none():
    blank = {"plan_general": [], "transcript": []}
    product = made({"roster": PEOPLE, "plan_professional": [PLAN], **blank})
    assert dict(product.files) == dict(made({"roster": PEOPLE, "plan_professional": [PLAN]}).files)


def test_what_is_left_out_is_said():
    book = filings.book_of({"roster": PEOPLE})
    roster = book["roster"]
    roster["G3"], roster["A8"] = "手机号", "填表人：赵六"
    files = [("资料.xlsx", filings.to_bytes(book)), ("通知.xlsx", filings.grid([["培训通知"]]))]
    assert made_from(*files).notes[2:] == (
        "名单里的“手机号”不是样表的栏目，没有放进新的名单。",
        "“roster”第 8 行的文字不是名单的内容，没有放进新的名单。",
        "“通知.xlsx”没认出是哪张表，没有放进来。",
    )


# The filing form


def test_the_filing_form_says_what_roster_and_plan_say():
    plan = [
        PLAN | {"hours": 6, "time": "2024年3月5日全天"},
        PLAN | {"mode": "网络培训", "place": "线上", "topic": "绿色建筑", "note": "https://example.com"},
        PLAN | {"hours": 1.5, "mode": "面 授"},
    ]
    assert boxes(made({"roster": PEOPLE, "plan_professional": plan})) == {
        "unit_name": "洛阳市示例单位",
        "subject": "专业科目",
        "headcount": 3,
        "place": "单位三楼会议室、线上",
        "mode": "面 授、网络培训",
        "hours": 10.5,
        "content": "新技术应用；绿色建筑",
        "materials": "专业技术人员继续教育计划表\n专业技术人员继续教育参训人员名单\n培训签到表\n参训人员成绩单",
    }


def test_an_earlier_filing_form_lends_its_own_words_and_no_numbers():
    earlier = {"headcount": 9, "hours": 90, "mode": "网络培训", "materials": "通知、课程表"}
    product = made(
        {"filing_form": earlier, "roster": PEOPLE, "plan_general": [PLAN], "plan_professional": [PLAN]}
    )
    mine, other = (boxes(product, f"备案表（{subject}科目）.xlsx") for subject in ("专业", "公需"))
    assert mine["materials"].splitlines()[0] == "通知、课程表"
    assert (mine["objective"], mine["phone"]) == ("掌握新技术", "0379-60000000")
    assert (mine["headcount"], mine["hours"], mine["mode"]) == (3, 3, "面授")
    assert (other["responsible_person"], other["phone"]) == ("赵六", "0379-60000000")
    assert "objective" not in other


def test_a_course_held_for_two_classes_counts_once_for_each_person():
    plan = [
        PLAN | {"audience": "一班"},
        PLAN | {"audience": "二班", "time": "2024年3月5日上午"},
    ]
    product = made({"roster": PEOPLE, "plan_professional": plan})
    assert boxes(product)["hours"] == 3
    assert (
        "专业科目的计划里有分班重复开的课：备案表的培训课时按每人上一遍算，是 3（各行合计是 6）。"
        in product.notes
    )
    assert "X05" not in {code for code, *_ in found(product)}


def test_many_topics_are_named_as_far_as_there_is_room():
    plan = [
        PLAN | {"time": f"2024年4月{day}日上午", "topic": f"第{day}讲：建筑结构抗震设计新规范"}
        for day in range(1, 31)
    ]
    content = boxes(made({"roster": PEOPLE, "plan_professional": plan}))["content"]
    assert content.startswith("第1讲：建筑结构抗震设计新规范；第2讲：")
    assert content.endswith("等共 30 项，详见计划表")
    assert len(content) < 130


def test_a_form_a_subject_is_compared_with_its_own_plan():
    general = "备案表（公需科目）.xlsx"
    product = made({"roster": PEOPLE, "plan_general": [PLAN], "plan_professional": [PLAN, PLAN]})
    hours = [boxes(product, name)["hours"] for name in names(product)[:2]]
    assert hours == [3, 6]
    book = openpyxl.load_workbook(io.BytesIO(dict(product.files)[general]))
    form = book.worksheets[0]
    form["B3"], form["B4"], form["E4"] = 2, "网络培训", 6  # the hours of the other subject
    report = check_files((dict(product.files) | {general: filings.to_bytes(book)}).items(), today=TODAY)
    assert [(f.code, f.place.file, f.field) for f in report.findings if f.code[0] == "X"] == [
        ("X04", general, "headcount"),
        ("X06", general, "mode"),
        ("X05", general, "hours"),
    ]


# Sign-in sheets


def test_a_sign_in_sheet_a_session_in_the_order_of_the_year():
    general = [PLAN | {"time": "2024年3月12日下午", "topic": "职业道德"}]
    professional = [
        PLAN | {"time": "2024年3月12日全天", "hours": 6},
        PLAN | {"time": "2024年3月4日-6日每天上午", "hours": 9},
        PLAN | {"time": "2024年3月12日晚上"},
        PLAN | {"time": "2024年5月6日-8日", "hours": 18},
    ]
    product = made(
        {"roster": PEOPLE, "plan_general": general, "plan_professional": professional}
    )
    assert [sheet.title for sheet in sheets(product, "签到表.xlsx")] == [
        "3月4日上午", "3月5日上午", "3月6日上午",
        "3月12日上午", "3月12日下午", "3月12日下午（2）", "3月12日晚上",
        "5月6日", "5月7日", "5月8日",
    ]  # fmt: skip
    hours = [sheet["D3"].value for sheet in sheets(product, "签到表.xlsx")]
    assert hours == [f"课时：{each}" for each in (3, 3, 3, 3, 3, 3, 3, 6, 6, 6)]


def test_a_sign_in_sheet_names_the_session_and_the_people_without_their_numbers():
    product = made({"roster": PEOPLE, "plan_professional": [PLAN]})
    (sheet,) = sheets(product, "签到表.xlsx")
    assert rows(sheet, 1) == [
        ("2024年度洛阳市示例单位专业技术人员\n继续教育培训签到表", None, None, None, None),
        ("单位：洛阳市示例单位（盖章）", None, None, None, None),
        ("培训科目：专业科目", None, None, "课时：3", None),
        ("培训时间：2024年3月4日上午", None, None, "培训地点：单位三楼会议室", None),
        ("培训内容：新技术应用", None, None, None, None),
        ("授课人：王五", None, None, "参训对象：全体专业技术人员", None),
        ("应到人数：3", None, None, "实到人数：", None),
        ("序号", "姓名", "专业", "签名", "备注"),
        (1, "张三", "土木工程", None, None),
        (2, "李四", "土木工程", None, None),
        (3, "王五", "土木工程", None, None),
    ]
    assert sheet.page_setup.paperSize == 9
    assert sheet.page_setup.orientation == "portrait"
    assert sheet.print_title_rows == "$1:$8"
    assert sheet.oddFooter.center.text == "&A　第 &P 页"


def test_a_long_list_has_two_people_a_line_on_every_sheet():
    plan = [PLAN, PLAN]
    product = made({"roster": [{} for _ in range(17)], "plan_professional": plan})
    for sheet in sheets(product, "签到表.xlsx"):
        lines = rows(sheet, 9)
        assert [(line[0], line[4]) for line in lines] == [
            *((n, n + 1) for n in range(1, 17, 2)), (17, None),
        ]  # fmt: skip
        assert sheet["H17"].border.right.style == "thin"
        assert sheet.dimensions == "A1:H17"


def test_nobody_signs_in_for_a_network_course_and_unsure_times_are_said():
    plan = [
        PLAN | {"mode": "网络培训", "note": "https://example.com"},
        PLAN | {"time": "2024年4月1日至11月30日", "mode": "实践活动"},
        PLAN | {"time": "2024年9月3日下午或晚上待定"},
        PLAN | {"time": "2024年3月5日-6日", "hours": 5.5},
    ]
    product = made({"roster": PEOPLE, "plan_professional": plan})
    found = sheets(product, "签到表.xlsx")
    assert [sheet.title for sheet in found] == [
        "3月5日", "3月6日", "专业科目第2项", "专业科目第3项",
    ]  # fmt: skip
    assert [sheet["D3"].value for sheet in found] == ["课时：2 次共 5.5"] * 2 + ["课时：3"] * 2
    assert found[2]["A4"].value == "培训时间：2024年4月1日至11月30日"
    assert product.notes[-2:] == (
        "网络培训有 1 项，没有做签到表；可以附平台的学习记录。",
        "有 2 项培训看不准是哪几天，各做了一张签到表，时间照计划表写，用时改成当天。",
    )


def test_very_many_sessions_make_several_files():
    plan = [
        PLAN | {"time": f"2024年{month}月{day}日{part}"}
        for month in (3, 4)
        for day in range(1, 29)
        for part in ("上午", "下午")
    ]
    product = made({"roster": PEOPLE, "plan_professional": plan})
    assert names(product)[-2:] == ["签到表.xlsx", "签到表（2）.xlsx"]
    assert [len(sheets(product, name)) for name in names(product)[-2:]] == [100, 12]


def test_sign_in_sheets_are_known_and_not_checked():
    product = made({"roster": PEOPLE, "plan_professional": [PLAN]})
    report = check_files(product.files[-1:], today=TODAY)
    assert [finding.code for finding in report.findings] == []
    assert report.not_checked == ("签到表里的内容不用检查，没有核对",)
    typed = filings.grid([["培训签到表"], ["序号", "姓名", "专业", "签名"], [1, "张三", "土木工程"]])
    both = [("名单.xlsx", filings.workbook({"roster": PEOPLE})), ("签到.xlsx", typed)]
    codes = [(finding.code, finding.place.file) for finding in check_files(both, today=TODAY).findings]
    assert codes == [("X01", "名单.xlsx")]


def test_a_signed_roster_with_numbers_is_a_roster():
    book = filings.book_of({"roster": PEOPLE}, titles={"roster": "2024年度洛阳市示例单位培训签到表"})
    report = check_files([("名单.xlsx", filings.to_bytes(book))], today=TODAY)
    assert report.files[0].sheets[0].form == "roster"


# What has to be done first


def test_errors_in_roster_and_plan_come_first():
    data = filings.workbook(
        {"roster": [{"gender": ""}, {"major": ""}, {}], "plan_general": [PLAN | {"hours": ""}]}
    )
    assert refusal(("资料.xlsx", data)) == (
        "参训人员名单还有 2 处“必须改”，计划表（公需科目）还有 1 处“必须改”，改好再成套。"
    )


def test_errors_elsewhere_and_warnings_do_not_matter():
    roster = [{"name": "张 三"}, {}, {}]
    forms = {"filing_form": {"phone": "", "subject": ""}, "roster": roster, "plan_general": [PLAN]}
    assert "备案表.xlsx" in names(made(forms))


def test_what_the_user_has_settled_does_not_matter():
    data = filings.workbook({"roster": [{"id_number": filings.number(0)[:-1] + "0"}, {}, {}]})
    files = [("名单.xlsx", data)]
    assert refusal(*files) == "参训人员名单还有 1 处“必须改”，改好再成套。"
    (finding,) = [f for f in check_files(files, today=TODAY).findings if f.severity == "error"]
    place = finding.place
    settled = (finding.code, place.file, place.sheet, place.cell, finding.value)
    examination = engine.examine(files, today=TODAY, acknowledged=[settled])
    assert len(filing_set.make(examination).files) == 2


def test_a_transcript_that_cannot_be_read_comes_first():
    book = filings.book_of({"roster": PEOPLE, "transcript": PEOPLE})
    book["transcript"]["G4"] = "公需科目"
    data = filings.to_bytes(book)
    assert refusal(("资料.xlsx", data)).startswith("参训人员成绩单还有 ")


def test_formulas_without_results_come_first():
    book = filings.book_of({"roster": PEOPLE})
    book["roster"]["F4"] = "=1+1"
    assert refusal(("名单.xlsx", filings.to_bytes(book))) == (
        "参训人员名单有 1 格公式没有保存结果，换成数值再成套。"
    )


@pytest.mark.parametrize("forms", [{"plan_professional": [PLAN]}, {"roster": []}])
def test_without_people_there_is_nothing_to_make(forms):
    assert refusal(("资料.xlsx", filings.workbook(forms))) == (
        "要先有填好的参训人员名单才能成套：把名单和计划表一起选进来。"
    )


def test_one_unit_at_a_time():
    units = ("洛阳市第一中学", "洛阳市第二中学")
    files = [
        (f"{unit}.xlsx", filings.workbook({"roster": PEOPLE}, titles={"roster": title}))
        for unit in units
        for title in [filings.title("roster").replace(filings.UNIT, unit)]
    ]
    assert refusal(*files) == "选进来的有 2 个单位的名单：一次只留一个单位的文件，再成套。"


# How it looks


def test_long_names_get_the_room_they_need():
    unit = "洛阳市示例区城乡建设与文化旅游综合开发研究院（洛阳市示例区工程质量检测中心）"
    titles = {form: filings.title(form).replace(filings.UNIT, unit) for form in ("roster", "plan_general")}
    product = made({"roster": PEOPLE, "plan_general": [PLAN]}, titles=titles)
    heights = {
        name: (sheet.row_dimensions[1].height, sheet.row_dimensions[2].height)
        for name in names(product)
        for sheet in sheets(product, name)[:1]
    }
    assert heights == {
        "备案表.xlsx": (91, 73),
        "计划表（公需科目）.xlsx": (61, 28),
        "参训人员名单.xlsx": (81, 44),
        "参训人员成绩单.xlsx": (81, 44),
        "签到表.xlsx": (81, 38),
    }
