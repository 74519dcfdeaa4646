"""After the first report: what was looked up is ticked, the day and the unit are named, reports saved."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from checker import check_files, reports
from tests import filings
from tests.browser.clerk import CLEAN, FAULTY, check, entries, library, save
from tests.browser.conftest import await_state

# Numbers that are wrong, or look wrong: G02 once, I11 three times, and nothing else at error level.
ODD = filings.workbook(
    {
        "roster": [
            {"id_number": filings.number(0, "女"), "gender": "男"},
            *({"id_number": f"41880119850312{n}0", "gender": "女"} for n in ("002", "004", "006")),
        ]
    }
)
STILL_ODD = filings.workbook(
    {
        "roster": [
            {"id_number": filings.number(0, "女"), "gender": "男"},
            *({"id_number": f"41880119850312{n}0", "gender": "女"} for n in ("012", "004", "006")),
        ]
    }
)


@pytest.fixture(autouse=True)
def cleared(desk):
    """Leave no report, tick or choice to the next test."""
    yield
    desk.get_by_role("button", name="清空").click()


def codes(report, **wanted):
    """Return the codes and cells of the findings that are as wanted."""
    return [
        (finding["code"], finding["cell"])
        for finding in report["findings"]
        if all(finding[key] == value for key, value in wanted.items())
    ]


def settled(page):
    """Wait until the report on screen is up to date."""
    page.locator("#report:not([aria-busy])").wait_for()


def saved(page):
    """Return the JSON report that the page would save now."""
    return json.loads(save(page, "JSON")[1])


def test_a_tick_settles_an_entry_and_is_recorded(desk):
    check(desk, 名单__xlsx=ODD)
    before = saved(desk)
    assert codes(before, severity="error") == [
        ("G02", "C4"), ("I11", "E5"), ("I11", "E6"), ("I11", "E7"),
    ]  # fmt: skip
    entry = entries(desk, "I11")
    tick = entry.get_by_label("已核对证件（全部 3 处）")
    tick.check()
    settled(desk)
    assert tick.evaluate("box => box === document.activeElement")
    assert "已核对" in entry.locator(".severity").inner_text()
    assert "已核对 3 处" in desk.locator("#live").inner_text()
    assert desk.locator("#verdict-title").inner_text() == "需要修改"

    entries(desk, "G02").get_by_label("已核对证件").check()
    settled(desk)
    after = saved(desk)
    assert codes(after, acknowledged=True) == codes(before, severity="error")
    assert after["summary"]["acknowledged"] == 4
    named = [
        tuple(finding[key] for key in ("code", "file", "sheet", "cell", "value"))
        for finding in after["findings"]
        if finding["acknowledged"]
    ]
    assert after == library([("名单.xlsx", ODD)], acknowledged=named)
    word = {"fix": "需要修改", "review": "请核实", "pass": "检查通过"}[after["summary"]["verdict"]]
    assert desk.locator("#verdict-title").inner_text() == word != "需要修改"

    entries(desk, "G02").get_by_label("已核对证件").uncheck()
    settled(desk)
    assert desk.locator("#verdict-title").inner_text() == "需要修改"


def test_cells_are_ticked_one_by_one(desk):
    check(desk, 名单__xlsx=ODD)
    entry = entries(desk, "I11")
    one = entry.get_by_label("E6 已核对")
    one.check()
    settled(desk)
    whole = entry.get_by_label("已核对证件（全部 3 处）")
    assert whole.evaluate("box => box.indeterminate")
    assert not whole.is_checked()
    assert codes(saved(desk), acknowledged=True) == [("I11", "E6")]
    for cell in ("E5", "E7"):
        entry.get_by_label(f"{cell} 已核对").check()
    settled(desk)
    assert whole.is_checked()


def test_ticks_outlive_a_check_but_not_a_change(desk):
    check(desk, 名单__xlsx=ODD)
    for code in ("G02", "I11"):
        entries(desk, code).locator(".settle input").check()
    settled(desk)
    desk.get_by_role("button", name="重新检查").click()
    await_state(desk, "report")
    assert len(codes(saved(desk), acknowledged=True)) == 4
    check(desk, 名单__xlsx=STILL_ODD)
    assert codes(saved(desk), acknowledged=True) == [("G02", "C4"), ("I11", "E6"), ("I11", "E7")]
    desk.get_by_role("button", name="清空").click()
    check(desk, 名单__xlsx=ODD)
    assert codes(saved(desk), acknowledged=True) == []


def test_what_must_be_mended_offers_no_tick(desk):
    check(desk, 名单__xlsx=FAULTY)
    assert entries(desk, "M01").locator("input").count() == 0


def test_acknowledged_entries_can_be_hidden(desk):
    check(desk, 名单__xlsx=ODD)
    shown = desk.locator(".entry").count()
    entries(desk, "G02").locator(".settle input").check()
    settled(desk)
    assert desk.locator(".entry").count() == shown
    desk.get_by_role("button", name="已核对 1 条").click()
    assert entries(desk, "G02").count() == 0


def test_the_day_and_the_unit_are_checked_at_once(desk):
    check(desk, 名单__xlsx=CLEAN)
    day = desk.get_by_label("打算哪天去备案")
    day.fill("2024-10-13")  # a Sunday
    settled(desk)
    assert entries(desk, "D01").count() == 1
    day.fill("2024-10-12")  # a Saturday that is worked
    settled(desk)
    assert entries(desk, "D01").count() == 0
    assert desk.evaluate("document.activeElement.name") == "visit"
    desk.get_by_label("县（区）单位").check()
    settled(desk)
    assert entries(desk, "D02").count() == 1
    files = [("名单.xlsx", CLEAN)]
    assert saved(desk) == library(files, visit=dt.date(2024, 10, 12), county="县（区）")
    desk.get_by_role("button", name="清空").click()
    assert day.input_value() == ""
    assert desk.get_by_label("市直单位").is_checked()
    check(desk, 名单__xlsx=CLEAN)
    assert entries(desk, "D02").count() == 0


@pytest.mark.parametrize(
    ("kind", "format", "name"),
    [
        ("网页", "html", "自检报告（不含个人信息）"),
        ("表格", "csv", "自检报告（不含个人信息）"),
        ("JSON", "json", "自检报告"),
    ],
)
def test_each_report_can_be_saved(desk, kind, format, name):
    check(desk, 名单__xlsx=FAULTY)
    today = dt.date.today()
    expected = reports.render(check_files([("名单.xlsx", FAULTY)], today=today), format)
    assert save(desk, kind) == (f"{name}-{today}.{format}", expected)


def test_the_menu_works_from_the_keyboard(desk):
    check(desk, 名单__xlsx=FAULTY)
    opener = desk.get_by_text("下载报告", exact=True)
    opener.focus()
    desk.keyboard.press("Enter")
    first = desk.get_by_role("button", name="网页")
    desk.keyboard.press("Tab")
    assert first.evaluate("button => button === document.activeElement")
    desk.keyboard.press("Escape")
    assert not first.is_visible()
    assert opener.evaluate("summary => summary === document.activeElement")
    desk.keyboard.press("Enter")
    desk.locator("#verdict-title").click()
    assert not first.is_visible()
