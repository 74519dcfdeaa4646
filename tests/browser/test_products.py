"""What the page makes of a clerk's files: corrected, marked, a set, the final edition, a sheet to print."""

from __future__ import annotations

import datetime as dt
import io
import re

import openpyxl
import pytest

from checker import check_files
from checker.reports import self_check
from tests import filings
from tests.browser.clerk import CLEAN, FAULTY, check, choose, entries, library
from tests.browser.conftest import await_state

# Two names with a blank inside, a 性别 in other words, a number that is wrong.
UNTIDY = filings.workbook(
    {
        "roster": [
            {"name": "张 三"},
            {"name": "李 四"},
            {"gender": "男性", "id_number": filings.number(2)},
            {"id_number": "410302190001010013"},
        ]
    }
)
MANY = filings.workbook(
    {
        "roster": [
            {"name": f"{'张王李赵'[index % 4]} {'一二三四五'[index % 5]}", "gender": "男"}
            for index in range(260)
        ]
    }
)
ROSTER = filings.workbook({"roster": [{}, {}, {}]})
PLAN = filings.workbook({"plan_professional": [{"headcount": 3}]})
UNFINISHED_PLAN = filings.workbook({"plan_professional": [{"headcount": 3, "hours": ""}]})
TIDY_CELLS = ["B4", "B5", "C6"]


@pytest.fixture(autouse=True)
def cleared(request):
    """Leave nothing to the next test."""
    yield
    if "desk" in request.fixturenames:
        desk = request.getfixturevalue("desk")
        if desk.evaluate("document.documentElement.dataset.state") != "ready":
            press(desk, "清空，换文件")()


def offer(page, name):
    """Return one line of the panel 接下来."""
    heading = page.get_by_role("heading", name=name, exact=True)
    return page.get_by_role("region", name="接下来").get_by_role("listitem").filter(has=heading)


def saved(page, press):
    """Press something and return the name and the bytes of the file that is then saved."""
    with page.expect_download() as caught:
        press()
    return caught.value.suggested_filename, caught.value.path().read_bytes()


def press(page, name):
    """Return the pressing of a button."""
    return page.get_by_role("button", name=name, exact=True).click


def findings(report):
    """Return code, cell and message of each finding."""
    return [(found["code"], found["cell"], found["message"]) for found in report["findings"]]


def values(data, *cells):
    """Return what cells of the first sheet hold."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [sheet[cell].value for cell in cells]


def made_files(page):
    """Return the names of the files made, each saved, with their bytes."""
    page.locator(".files").wait_for()
    names = page.locator(".files li span:first-child").all_inner_texts()
    return dict(saved(page, press(page, f"保存 {name}")) for name in names)


def test_safe_changes_are_seen_made_and_checked_again(desk):
    check(desk, 名单__xlsx=UNTIDY)
    line = offer(desk, "自动更正")
    line.get_by_text("有 3 处可以放心自动更正").wait_for()
    assert not line.get_by_role("table").is_visible()
    press(desk, "看看改哪些")()
    rows = [row.split("\t") for row in line.locator("tbody tr").all_inner_texts()]
    assert [row[1:] for row in rows if len(row) > 1] == [
        ["B4", "姓名", "张␣三", "张三"],
        ["B5", "姓名", "李␣四", "李四"],
        ["C6", "性别", "男性", "男"],
    ]
    assert "␣ 是空格。" in line.inner_text()
    name, data = saved(desk, press(desk, "下载更正后的文件"))
    assert name == "名单（已更正）.xlsx"
    assert values(data, *TIDY_CELLS) == ["张三", "李四", "男"]
    assert values(UNTIDY, *TIDY_CELLS) == ["张 三", "李 四", "男性"]
    assert "已下载：名单（已更正）.xlsx" in desk.locator("#live").inner_text()
    assert "您原来的文件没有动" in line.inner_text()

    press(desk, "检查更正后的文件")()
    desk.locator(".about").wait_for()
    assert desk.locator(".sheets th[scope=rowgroup]").inner_text().strip() == name
    assert [entries(desk, code).count() for code in ("N02", "G01", "I11")] == [0, 0, 1]
    assert desk.locator(".entry").count() == len(library([(name, data)])["groups"])
    offer(desk, "自动更正").get_by_text("没有能放心自动更正的").wait_for()


def test_of_one_sheet_its_name_is_told_once(desk):
    check(desk, 名单__xlsx=UNTIDY)
    press(desk, "看看改哪些")()
    table = offer(desk, "自动更正").get_by_role("table")
    assert table.inner_text().count("名单.xlsx › roster") == 1
    check(desk, 名单__xlsx=UNTIDY, 副本__xlsx=UNTIDY)
    press(desk, "看看改哪些")()
    lines = table.locator("td.note").all_inner_texts()
    assert lines == ["名单.xlsx › roster", "副本.xlsx › roster"] * 2


def test_a_change_that_is_not_wanted_is_left(desk):
    check(desk, 名单__xlsx=UNTIDY)
    press(desk, "看看改哪些")()
    kind = desk.get_by_role("checkbox", name="去掉姓名中间的空格（2 处）")
    desk.get_by_role("checkbox", name="B5 去掉姓名中间的空格").uncheck()
    assert kind.evaluate("box => box.indeterminate")
    assert desk.locator(".chosen").inner_text() == "选了 2 处，共 3 处"
    _, data = saved(desk, press(desk, "下载更正后的文件"))
    assert values(data, *TIDY_CELLS) == ["张三", "李 四", "男"]
    press(desk, "全不选")()
    assert desk.get_by_role("button", name="下载更正后的文件").is_disabled()
    press(desk, "全选")()
    kind.uncheck()
    _, data = saved(desk, press(desk, "下载更正后的文件"))
    assert values(data, *TIDY_CELLS) == ["张 三", "李 四", "男"]


def test_ticks_go_along_and_other_files_stay(desk):
    check(desk, 名单__xlsx=UNTIDY, 计划表__xlsx=PLAN)
    entries(desk, "I11").get_by_label("已核对证件").check()
    press(desk, "看看改哪些")()
    name, _ = saved(desk, press(desk, "下载更正后的文件"))
    press(desk, "检查更正后的文件")()
    desk.locator(".about").wait_for()
    read = [each.strip() for each in desk.locator(".sheets th[scope=rowgroup]").all_inner_texts()]
    assert read == [name, "计划表.xlsx"]
    assert entries(desk, "I11").get_by_label("已核对证件").is_checked()


def test_of_many_changes_some_are_listed_and_all_are_made(desk):
    check(desk, 名单__xlsx=MANY)
    line = offer(desk, "自动更正")
    press(desk, "看看改哪些")()
    assert line.get_by_role("row").count() == 2  # the headings and the one kind
    line.get_by_role("button", name="逐条查看").click()
    assert line.get_by_role("checkbox").count() == 201
    assert line.get_by_role("checkbox").nth(1).evaluate("box => box === document.activeElement")
    assert "还有 60 处没有列出" in line.inner_text()
    _, data = saved(desk, press(desk, "下载更正后的文件"))
    assert all(" " not in value for value in values(data, *(f"B{row}" for row in range(4, 264))))


def test_the_marked_copy_says_the_same(desk):
    check(desk, 名单__xlsx=UNTIDY)
    name, data = saved(desk, press(desk, "下载标注件"))
    assert name == "名单（已标注）.xlsx"
    sheet = openpyxl.load_workbook(io.BytesIO(data))["roster"]
    assert "校验不通过" in sheet["E7"].comment.text
    check(desk, **{name.replace(".", "__"): data})
    assert findings(library([(name, data)])) == findings(library([("名单.xlsx", UNTIDY)]))
    assert entries(desk, "I11").count() == 1


def test_a_set_is_made_of_a_roster_and_a_plan(desk):
    check(desk, 名单__xlsx=ROSTER, 计划表__xlsx=PLAN)
    press(desk, "做一套")()
    files = made_files(desk)
    assert list(files) == [
        "备案表.xlsx",
        "计划表（专业科目）.xlsx",
        "参训人员名单.xlsx",
        "参训人员成绩单.xlsx",
        "签到表.xlsx",
    ]
    assert all(openpyxl.load_workbook(io.BytesIO(data)).worksheets for data in files.values())
    assert "做好了 5 个文件" in desk.locator("#live").inner_text()
    names = []
    desk.on("download", lambda each: names.append(each.suggested_filename))
    with desk.expect_download(lambda each: each.suggested_filename == "签到表.xlsx"):
        press(desk, "全部保存")()
    assert names == list(files)


def test_what_cannot_be_made_is_said_in_its_place(desk):
    check(desk, 名单__xlsx=ROSTER, 计划表__xlsx=UNFINISHED_PLAN)
    press(desk, "做一套")()
    offer(desk, "一键成套").get_by_role("heading", name="改好再成套").wait_for()
    assert "改好再成套" in desk.locator("#live").inner_text()
    assert desk.evaluate("document.documentElement.dataset.state") == "report"


def test_no_set_or_final_edition_is_offered_too_early(desk):
    check(desk, 名单__xlsx=FAULTY)
    assert not offer(desk, "一键成套").is_visible()
    assert not offer(desk, "定稿").is_visible()
    check(desk, 计划表__xlsx=PLAN)
    assert not offer(desk, "一键成套").is_visible()


def test_the_final_edition_carries_the_code_of_the_report(desk):
    check(desk, 名单__xlsx=ROSTER)
    name, data = saved(desk, press(desk, "下载定稿"))
    assert name == "名单（定稿）.xlsx"
    for file in ((name, data), ("名单.xlsx", ROSTER)):
        (sheet,) = library([file])["files"][0]["sheets"]
        code = sheet["fingerprint"]
        assert desk.locator(".sheets .mark").all_inner_texts() == [code]
    footer = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].oddFooter
    assert code in footer.left.text
    check(desk, **{name.replace(".", "__"): data})
    assert desk.locator(".sheets .mark").all_inner_texts() == [code]
    link = offer(desk, "定稿").get_by_role("link")
    assert link.get_attribute("href") == "../final-edition/"


def test_the_sheet_alone_is_printed_on_one_page(desk):
    check(desk, 名单__xlsx=FAULTY, 计划表__xlsx=PLAN)
    desk.evaluate("() => { globalThis.print = () => { globalThis.printed = true; }; }")
    press(desk, "打印自检单")()
    desk.locator("html[data-print=sheet]").wait_for(state="attached")
    assert desk.evaluate("printed")
    files = [("名单.xlsx", FAULTY), ("计划表.xlsx", PLAN)]
    expected = self_check.data(check_files(files, today=dt.date.today()))
    desk.emulate_media(media="print")
    text = desk.locator("#sheet").inner_text()
    told = [piece for section in expected["sections"] for piece in pieces(section)]
    assert [piece for piece in told if piece not in text] == []
    assert not desk.locator("main").is_visible()
    sheet = desk.pdf(prefer_css_page_size=True)
    assert pages_of(sheet) == 1
    desk.evaluate("() => dispatchEvent(new Event('afterprint'))")
    desk.emulate_media(media="null")
    assert desk.locator("#sheet").inner_text() == ""
    assert pages_of(desk.pdf(prefer_css_page_size=True)) > 1


def pieces(section):
    """Return every text of a section of the self-check sheet."""
    texts = [section.get("heading"), section.get("text"), *section.get("items", ())]
    texts += [text for row in section.get("rows", section.get("pairs", ())) for text in row]
    return [text for text in texts if text]


def pages_of(pdf):
    """Return how many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_the_sheet_can_be_kept(desk):
    check(desk, 名单__xlsx=FAULTY)
    report = check_files([("名单.xlsx", FAULTY)], today=dt.date.today())
    name, data = saved(desk, press(desk, "保存自检单"))
    assert name == f"自检单-{dt.date.today()}.html"
    assert data.decode() == self_check.render(report)
    assert desk.locator("#live").inner_text() == f"已下载：{name}"


def test_an_example_shows_what_a_report_is(desk):
    press(desk, "先用示例看看")()
    await_state(desk, "report")
    assert "这是本站的示例" in desk.locator(".about").inner_text()
    titles = desk.locator(".sheets tbody td:nth-child(2)").all_inner_texts()
    assert {"备案表", "参训人员名单", "参训人员成绩单"} <= set(titles)
    rows = desk.locator(".sheets tbody tr").all_inner_texts()
    assert "24 张签到表，不用检查" in rows
    assert not any("没有认出" in row for row in rows)
    assert offer(desk, "自检单").is_visible()
    check(desk, 名单__xlsx=FAULTY)
    assert desk.locator(".about").count() == 0


def test_the_example_can_be_saved(desk):
    press(desk, "下载示例一套")()
    files = made_files(desk)
    assert "参训人员名单.xlsx" in files
    assert all(openpyxl.load_workbook(io.BytesIO(data)).worksheets for data in files.values())
    assert desk.evaluate("document.documentElement.dataset.state") == "ready"
    check(desk, 名单__xlsx=FAULTY)
    assert desk.locator(".made").count() == 0


def test_making_can_be_cancelled_and_the_report_stays(checker):
    check(checker, 名单__xlsx=UNTIDY)
    entry_count = checker.locator(".entry").count()
    offer(checker, "自动更正").get_by_text("有 3 处").wait_for()
    (worker,) = checker.workers
    worker.evaluate("() => { self.onmessage = () => { for (;;); }; }")
    press(checker, "下载标注件")()
    line = offer(checker, "标注件")
    assert line.get_attribute("aria-busy") == "true"
    entries(checker, "I11").get_by_label("已核对证件").check()  # waits in the worker that spins
    line.get_by_role("button", name="取消").click()
    assert checker.locator("#live").inner_text() == "已取消"
    assert line.get_attribute("aria-busy") is None
    checker.locator("#report:not([aria-busy])").wait_for()  # the tick was not lost
    assert "已核对" in entries(checker, "I11").locator(".severity").inner_text()
    assert checker.locator(".entry").count() == entry_count
    name, _ = saved(checker, press(checker, "下载标注件"))
    assert name == "名单（已标注）.xlsx"


def test_a_worker_that_dies_over_it_is_named(checker):
    check(checker, 名单__xlsx=UNTIDY)
    offer(checker, "自动更正").get_by_text("有 3 处").wait_for()
    (worker,) = checker.workers
    worker.evaluate("() => { self.onmessage = () => { throw new Error('secret'); }; }")
    press(checker, "下载标注件")()
    checker.locator("html[data-state=failed]").wait_for()
    failure = checker.locator("#failure").inner_text()
    assert "E06" in failure
    assert "secret" not in failure
    check(checker, 名单__xlsx=UNTIDY)


def test_what_could_be_corrected_is_no_reason_to_lose_the_report(checker):
    check(checker, 名单__xlsx=UNTIDY)
    (worker,) = checker.workers
    worker.evaluate(
        """() => {
          const hear = self.onmessage;
          self.onmessage = (event) => {
            if (event.data.kind === "changes") throw new Error("secret");
            hear(event);
          };
        }"""
    )
    press(checker, "重新检查")()
    offer(checker, "自动更正").get_by_text("这次没有算出来").wait_for()
    assert entries(checker, "I11").count() == 1
    saved(checker, press(checker, "下载标注件"))


def test_nothing_is_left_and_nothing_was_sent(checker, server):
    checker.evaluate(
        """() => {
          globalThis.addresses = new Set();
          const [make, drop] = [URL.createObjectURL, URL.revokeObjectURL];
          URL.createObjectURL = (blob) => { const url = make(blob); addresses.add(url); return url; };
          URL.revokeObjectURL = (url) => { addresses.delete(url); drop(url); };
        }"""
    )
    before = list(server.requests)
    check(checker, 名单__xlsx=CLEAN, 计划表__xlsx=PLAN)
    press(checker, "做一套")()
    made_files(checker)
    saved(checker, press(checker, "保存自检单"))
    assert checker.evaluate("addresses.size") > 0
    press(checker, "清空，换文件")()
    assert checker.evaluate("addresses.size") == 0
    assert checker.locator("#report, #sheet, #example").all_inner_texts() == ["", "", ""]
    assert filings.person(0)["name"] not in checker.content()
    choose(checker, 名单__xlsx=CLEAN)
    await_state(checker, "report")
    assert server.requests == before
