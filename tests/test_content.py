"""What the site tells a clerk: the dates as calendar files, today's status, the list to tick."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, expect, sync_playwright

from checker.catalog import Cycle
from pipeline import calendars
from pipeline.kit import Kit, load_kit
from pipeline.pages import templates, working_year
from tests.browser.conftest import SUB_PATH, serving
from tests.browsers import launch

KIT = load_kit()
ROOT_PAGES = ("index", "guide", "checklist", "hours", "counties", "faq", "unclear", "notice")


def changed(**facts: Any) -> Kit:
    """Return the kit of 2024 with other facts in its cycle file."""
    return dataclasses.replace(KIT, cycle=Cycle(data={**KIT.cycle.data, **facts}))


def window(start: str, end: str, *, working_days_only: bool = True) -> Mapping[str, Any]:
    """Return a window as the cycle file has it."""
    return {"start": start, "end": end, "working_days_only": working_days_only, "source": "S4"}


def dates(month: int, *days: int) -> set[dt.date]:
    return {dt.date(2024, month, day) for day in days}


# --- calendar files ---


def read(data: bytes) -> Calendar:
    """Return a calendar file as a calendar program reads it."""
    return Calendar.from_ical(data)  # type: ignore[return-value]  # declared for many kinds


def days_of(data: bytes) -> list[dt.date]:
    """Return the days that the events of a calendar file cover, in order."""
    return [
        event.start + dt.timedelta(days=number)
        for event in read(data).events
        for number in range((event.end - event.start).days)
    ]


def test_a_calendar_has_exactly_the_days_on_which_one_can_go(built_site: Path):
    october = dates(10, 11, 12, 14, 15, 16, 17, 18)
    december = dates(12, 11, 12, 13, 16, 17, 18, 19, 20)
    expected = {
        "all.ics": sorted(october | december),
        "2024-1.ics": sorted(october),
        "2024-2.ics": sorted(december),
    }
    folder = built_site / "calendar"
    assert {path.name: days_of(path.read_bytes()) for path in folder.iterdir()} == expected


def test_calendar_files_are_as_the_standard_wants_them():
    data = calendars.file(KIT, KIT.cycle.windows)
    lines = data.split(b"\r\n")
    assert lines.pop() == b""
    assert not [line for line in lines if b"\n" in line or b"\r" in line]
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()  # no character is cut in two
    assert b"TZID" not in data
    assert b"VTIMEZONE" not in data
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert b"VERSION:2.0" in lines
    for event in read(data).events:
        assert {"UID", "DTSTAMP", "SUMMARY", "DESCRIPTION", "LOCATION"} <= set(event)
        assert type(event.start) is type(event.end) is dt.date
        assert "洛阳市洛龙区开元大道286号" in event["LOCATION"]
        assert "0379-69933238" in event["DESCRIPTION"]


def test_reminders_come_a_week_before_and_the_day_before_the_last():
    reminders = list(_reminders(calendars.file(KIT, KIT.cycle.windows)))
    assert reminders == [
        ("一周后开始受理备案", dt.datetime(2024, 10, 4, 9)),
        ("明天（10月18日）是这一段最后一个受理日", dt.datetime(2024, 10, 17, 9)),
        ("一周后开始受理备案", dt.datetime(2024, 12, 4, 9)),
        ("明天（12月20日）是这一段最后一个受理日", dt.datetime(2024, 12, 19, 9)),
    ]


def _reminders(data: bytes) -> Iterator[tuple[str, dt.datetime]]:
    """Yield what each reminder says, and when."""
    for event in read(data).events:
        for alarm in event.walk("VALARM"):
            trigger = alarm["TRIGGER"]
            of = event.start if trigger.params["RELATED"] == "START" else event.end
            midnight = dt.datetime.combine(of, dt.time())
            yield str(alarm["DESCRIPTION"]), midnight + trigger.dt


def test_mended_dates_replace_the_old_ones_in_a_calendar():
    old = read(calendars.file(KIT, KIT.cycle.windows)).events
    moved = changed(
        version="9.0.1",
        windows=[window("2024-10-12", "2024-10-20"), *KIT.cycle.data["windows"][1:]],
    )
    new = read(calendars.file(moved, moved.cycle.windows)).events
    assert [event["UID"] for event in new] == [event["UID"] for event in old]
    assert new[0].start != old[0].start
    assert new[0]["SEQUENCE"] > old[0]["SEQUENCE"]


def test_events_of_two_bureaus_are_not_taken_for_one():
    other = changed(bureau="某县人社局")
    ours, theirs = (
        {event["UID"] for event in read(calendars.file(kit, kit.cycle.windows)).events}
        for kit in (KIT, other)
    )
    assert len(ours) == 4
    assert not ours & theirs


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (window("2099-10-11", "2099-10-20"), [("2099-10-11", "2099-10-20")]),
        (
            window("2024-10-11", "2024-10-14", working_days_only=False),
            [("2024-10-11", "2024-10-14")],
        ),
        (window("2024-10-12", "2024-10-12"), [("2024-10-12", "2024-10-12")]),
        (window("2024-10-01", "2024-10-07"), []),
    ],
    ids=["year without a calendar", "every day counts", "one day", "no working day"],
)
def test_runs_of_days(given, expected):
    (only,) = changed(windows=[given]).cycle.windows
    assert [(str(first), str(last)) for first, last in calendars.runs(only)] == expected


def test_a_calendar_without_counties_says_nothing_of_them():
    kit = changed(counties=None)
    text = "".join(
        str(event["DESCRIPTION"]) for event in read(calendars.file(kit, kit.cycle.windows)).events
    )
    assert "县（区）" not in text


# --- pages from another cycle file ---


class _Anything(dict[str, Any]):
    """Stands for the downloads and pictures of a build."""

    def __missing__(self, name: str) -> Mapping[str, str]:
        return {"path": f"{name}.x", "save_as": name, "blank": "b.svg", "example": "e.svg"}


def rendered(name: str, kit: Kit) -> str:
    return templates(kit, _Anything(), {}, _Anything()).get_template(f"{name}.md").render()


def test_the_checklist_is_what_the_cycle_file_says():
    facts = KIT.cycle.data
    text = rendered("checklist", changed(
        materials={**facts["materials"], "forms": ["filing_form"], "evidence": ["照片"]},
        electronic={**facts["electronic"], "forms": ["filing_form"]},
        copies={**facts["copies"], "filing_form": 7},
        paper={**facts["paper"], "seal": "单位印章"},
    ))  # fmt: skip
    rows = re.findall(r"<th scope=\"row\" markdown=\"span\">(.*?)</tr>", text, re.DOTALL)
    named = [re.findall(r"aria-label=\"(.*?)\"", row) for row in rows]
    assert named == [
        [f"备案表：{what}" for what in ("备齐", "盖单位印章", "主管部门审核", "电子版")],
        [f"照片：{what}" for what in ("备齐", "盖单位印章", "主管部门审核")],
    ]
    assert "7 份" in rows[0]
    assert "bk-fill" in rows[1]


@pytest.mark.parametrize("name", ROOT_PAGES)
def test_a_year_whose_calendar_is_unknown_has_its_pages(name):
    windows = [window("2099-10-11", "2099-10-20")]
    text = rendered(name, changed(year=2099, windows=windows))
    assert "调休上班" not in text
    assert ("放假调休安排还没有收录" in text) == (name == "guide")
    assert ('data-works=""' in text) == (name in ("index", "guide"))


@pytest.mark.parametrize("name", ROOT_PAGES)
def test_a_site_without_counties_speaks_of_none(name):
    clauses = {id: clause for id, clause in KIT.cycle.data["clauses"].items() if id != "S5"}
    text = rendered(name, changed(counties=None, clauses=clauses, region="某某县"))
    assert "counties.md" not in text
    assert "本县（区）" not in text


def test_what_a_county_has_published_is_shown_and_the_rest_is_open():
    county = {
        "name": "某某县", "office": "县人社局专技股", "windows": [window("2024-10-14", "2024-10-15")],
        "source": "某某县的通知",
    }  # fmt: skip
    text = rendered(
        "counties", changed(counties={**KIT.cycle.data["counties"], "published": [county]})
    )
    shown = re.findall(r"^(.+)\n:   (.+)$", text, re.MULTILINE)
    assert shown == [
        ("受理", "县人社局专技股"),
        ("地址", "还没有公布"),
        ("电话", "还没有公布"),
        ("时间", "2024年10月14日至15日的工作日"),
        ("依据", "某某县的通知"),
    ]
    assert "共有 **2** 个工作日" in text
    assert "还没有收录到任何一个" not in text


def test_no_county_has_published_anything_yet():
    assert "还没有收录到任何一个县（区）公布的时间和地点" in rendered("counties", KIT)


def test_every_answer_names_its_ground():
    text = rendered("faq", KIT)
    about_us = text.index("## 用这个网站")
    answers = re.split(r"^### ", text[:about_us], flags=re.MULTILINE)[1:]
    assert len(answers) > 30
    assert not [answer.splitlines()[0] for answer in answers if "\n依据：" not in answer]


def test_every_clause_of_the_notice_is_told_word_for_word():
    text = rendered("notice", KIT)
    for id, clause in KIT.cycle.data["clauses"].items():
        assert f"## {clause['place']} {{: #{id.lower()} }}" in text
        for line in clause["text"].splitlines():
            assert f"> {line}" in text


def test_a_year_of_working_days():
    marks = working_year(2024)
    assert (len(marks), marks.count("1")) == (366, 251)
    assert working_year(2099) == ""


# --- in the browser ---


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright, launch(playwright) as browser:
        yield browser


@pytest.fixture(scope="module")
def address(built_site: Path) -> Iterator[str]:
    with serving(built_site) as server:
        yield server.address + SUB_PATH


@pytest.fixture(scope="module")
def far_away(chromium: Browser) -> Iterator[Page]:
    """A page of a reader in another time zone; its clock stands still."""
    with chromium.new_context(
        timezone_id="America/Los_Angeles", service_workers="block"
    ) as context:
        yield context.new_page()


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """A page whose clock runs."""
    with chromium.new_context(service_workers="block") as context:
        yield context.new_page()


BEFORE, OPEN, REST = "今天不受理，再过", "今天可以去", "今天休息，不受理"


@pytest.mark.parametrize(
    ("moment", "state", "headline", "line"),
    [
        # in UTC: midnight in Luoyang is at 16:00
        ("2023-12-30T04:00:00Z", "ahead", f"{BEFORE} 286 天", "最近可以去的一天是 2024年10月11日（周五）"),
        ("2023-12-31T04:00:00Z", "ahead", f"{BEFORE} 193 个工作日", "今天是 2023年12月31日（周日）"),
        ("2024-10-10T15:59:59Z", "ahead", f"{BEFORE} 1 个工作日", "今天是 2024年10月10日（周四）"),
        ("2024-10-10T16:00:00Z", "open", OPEN, "到 10月18日（周五）为止，连今天还有 7 个工作日"),
        ("2024-10-12T08:00:00Z", "open", OPEN, "今天是 2024年10月12日（周六），正在受理"),
        ("2024-10-12T16:00:00Z", "rest", REST, "再去就是 10月14日（周一），到 10月18日（周五）为止还有 5 个工作日"),
        ("2024-10-18T15:59:59Z", "open", OPEN, "这是这一段最后一个工作日"),
        ("2024-10-18T16:00:00Z", "ahead", f"{BEFORE} 38 个工作日", "最近可以去的一天是 2024年12月11日（周三）"),
        ("2024-12-14T04:00:00Z", "rest", REST, "再去就是 12月16日（周一）"),
        ("2024-12-20T15:59:59Z", "open", OPEN, "这是这一段最后一个工作日"),
        ("2024-12-20T16:00:00Z", "closed", "2024 年度的备案时间已经过去", "今天是 2024年12月21日（周六）"),
        ("2027-02-28T23:00:00Z", "closed", "2024 年度的备案时间已经过去", "本站还没有收录"),
    ],
)  # fmt: skip
def test_the_status_of_today(far_away, address, moment, state, headline, line):
    far_away.clock.set_fixed_time(moment)
    far_away.goto(f"{address}guide/", wait_until="domcontentloaded")
    box = far_away.locator(".bk-status")
    expect(box).to_have_attribute("data-state", state)
    assert box.locator("strong").inner_text() == headline
    assert line in box.locator("span").inner_text()


def test_the_home_page_says_it_too(far_away, address):
    far_away.clock.set_fixed_time("2024-10-11T04:00:00Z")
    far_away.goto(address)
    expect(far_away.locator(".bk-status strong")).to_have_text(OPEN)


@pytest.mark.parametrize(
    ("moment", "state", "headline"),
    [
        ("2099-10-09T04:00:00Z", "ahead", f"{BEFORE} 2 天"),
        ("2099-10-11T04:00:00Z", "unsure", "今天在备案时段里"),
        ("2099-10-20T15:59:59Z", "unsure", "今天在备案时段里"),
        ("2099-10-20T16:00:00Z", "closed", "2099 年度的备案时间已经过去"),
    ],
)
def test_a_year_without_a_calendar_is_not_guessed(far_away, address, moment, state, headline):
    span = {"start": "2099-10-11", "end": "2099-10-20", "days": None}
    page = (
        f"<p class='bk-status' data-year='2099' data-windows='{json.dumps([span])}'"
        " data-from='2099-01-01' data-works=''><strong></strong><span></span></p>"
        f"<script type='module' src='{address}assets/status.js'></script>"
    )
    far_away.route("**/2099/", lambda route: route.fulfill(body=page, content_type="text/html"))
    far_away.clock.set_fixed_time(moment)
    far_away.goto(f"{address}2099/")
    expect(far_away.locator(".bk-status")).to_have_attribute("data-state", state)
    assert far_away.locator("strong").inner_text() == headline


def test_without_scripts_the_dates_are_there(chromium, address):
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}guide/")
        assert "10月11日至20日、12月11日至20日的工作日" in page.locator(".bk-status").inner_text()
        link = page.get_by_role("link", name="用日历程序打开订阅")
        assert link.get_attribute("href") == "../calendar/all.ics"
        page.goto(f"{address}checklist/")
        assert page.locator("button[data-print]").is_hidden()


def test_a_calendar_can_be_subscribed_to_and_downloaded(page, address):
    page.goto(f"{address}guide/")
    link = page.get_by_role("link", name="用日历程序打开订阅")
    shown = page.locator("[data-address]")
    expect(shown).to_have_text(f"{address}calendar/all.ics")
    assert link.get_attribute("href") == f"{address}calendar/all.ics".replace("http:", "webcal:")
    with page.expect_download() as download:
        page.get_by_role("link", name="全部时段").click()
    assert download.value.suggested_filename == "2024年度备案时间.ics"
    assert len(days_of(Path(download.value.path()).read_bytes())) == 15


def test_ticks_are_kept_in_the_page_only(page, address):
    page.goto(f"{address}checklist/")
    stored = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    before = page.evaluate(stored)
    page.get_by_label("备案表：备齐").check()
    page.get_by_label("在线自检没有“必须改”").check()
    assert page.evaluate(stored) == before
    page.reload()
    assert page.locator(".bk-checklist input:checked").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_checklist_prints_on_one_page_in_black_and_white(chromium, address, scheme):
    with chromium.new_context(color_scheme=scheme, service_workers="block") as context:
        page = context.new_page()
        page.goto(f"{address}checklist/")
        assert page.locator("button[data-print]").is_visible()
        page.get_by_label("备案表：备齐").check()
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
        page.emulate_media(media="print", color_scheme=scheme)
        picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
        red, green, blue = picture.split()
        for one, other in ((red, green), (green, blue), (red, blue)):
            assert ImageChops.difference(one, other).getextrema()[1] < 32  # shades of grey
        assert picture.getpixel((2, 2)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("身份证号", "faq/"),
        ("公需", "hours/"),
        ("打勾", "checklist/"),
    ],
)
def test_what_a_clerk_searches_for_is_found(page, address, query, found):
    page.goto(address)
    page.locator(".md-search__input").fill(query)
    page.locator(".md-search__input").press("End")  # it listens to keys
    page.locator(".md-search-result__link").first.wait_for()
    links = page.locator(".md-search-result__link")
    places = links.evaluate_all("links => links.map((link) => link.href.split('?')[0])")
    assert address + found in places
