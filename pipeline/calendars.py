"""The filing windows as calendar files (RFC 5545), to take into a calendar or to subscribe to.

One file a window and one with all of them. An event is a run of days on which one can go, so that
no rest day inside a window looks open. Events last whole days and name no time zone: the notice
gives no hours, and a day is the same day wherever the reader's calendar thinks it is.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

from icalendar import Alarm, Calendar, Event

from checker.catalog import Cycle, Window
from pipeline.downloads import Download, offer
from pipeline.kit import Kit
from pipeline.pages import day, open_days, span

PRODUCT = "-//beian-kit//filing windows//ZH"
_ONE_DAY = dt.timedelta(days=1)
_NINE = dt.timedelta(hours=9)  # reminders come when people are at work
_A_WEEK_BEFORE = _NINE - dt.timedelta(days=7)  # of the first midnight
_THE_DAY_BEFORE_THE_LAST = _NINE - dt.timedelta(days=2)  # of the last midnight


def build(kit: Kit, out: Path) -> Mapping[str, Download]:
    """Write `all.ics` with every window (`calendar`) and a file for each (`calendar-1`, …).

    The name with every window says no year: who subscribes to it gets the next year's as well.
    """
    out.mkdir()
    year, windows = kit.cycle.year, kit.cycle.windows
    title = f"{year}年度备案时间"
    found = {"calendar": offer(out / "all.ics", file(kit, windows), f"{title}.ics")}
    for number, window in enumerate(windows, 1):
        path, save_as = out / f"{year}-{number}.ics", f"{title}-{number}.ics"
        found[f"calendar-{number}"] = offer(path, file(kit, (window,)), save_as)
    return found


def file(kit: Kit, windows: tuple[Window, ...]) -> bytes:
    """Return the calendar file of some windows; the same cycle file gives the same bytes."""
    name = f"{kit.cycle.year}年度继续教育培训备案时间"
    made = Calendar.new(prodid=PRODUCT, name=name, uid=identity(kit.cycle, len(windows)))
    for window in windows:
        for event in events(kit, window):
            made.add_component(event)
    return bytes(made.to_ical())


def runs(window: Window) -> tuple[tuple[dt.date, dt.date], ...]:
    """Return the first and last day of each run of days on which one can go.

    The whole window is one run where the year's calendar is unknown.
    """
    days = open_days(window)
    if days is None:
        return ((window.start, window.end),)
    firsts = [date for date in days if date - _ONE_DAY not in days]
    lasts = [date for date in days if date + _ONE_DAY not in days]
    return tuple(zip(firsts, lasts, strict=True))


def events(kit: Kit, window: Window) -> Iterator[Event]:
    """Yield an event for each run of days of a window, with its reminders."""
    known = runs(window)
    for number, (first, last) in enumerate(known):
        event = Event.new(
            uid=identity(kit.cycle, kit.cycle.windows.index(window), number),
            sequence=sequence(kit.cycle),
            # The clock has no part in it: the year of the notice is all that is known.
            stamp=dt.datetime(kit.cycle.year, 1, 1, tzinfo=dt.UTC),
            start=first,
            end=last + _ONE_DAY,  # RFC 5545: the day after
            summary="专业技术人员继续教育培训备案：可以去交材料",
            description=description(kit, window),
            location="；".join(
                f"{each['address']}（{each['room']}，{each['name']}）"
                for each in kit.cycle.data["offices"]
            ),
            transparency="TRANSPARENT",  # type: ignore[arg-type]  # its enumeration is a str
        )
        if number == 0:
            event.add_component(reminder("一周后开始受理备案", _A_WEEK_BEFORE, "START"))
        if number == len(known) - 1:
            text = f"明天（{day(last)}）是这一段最后一个受理日"
            event.add_component(reminder(text, _THE_DAY_BEFORE_THE_LAST, "END"))
        yield event


def reminder(text: str, before: dt.timedelta, of: str) -> Alarm:
    """Return a reminder, so long before the start or the end of its event."""
    alarm = Alarm.new(description=text)
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", before, parameters={"RELATED": of})
    return alarm


def description(kit: Kit, window: Window) -> str:
    """Return what a clerk wants to know on that day, from the cycle file."""
    facts, forms = kit.cycle.data, kit.forms
    paper = "、".join(forms[name].title for name in facts["materials"]["forms"])
    files = "、".join(forms[name].title for name in facts["electronic"]["forms"])
    calls = "；".join(
        f"{each['serves']}问{each['name']}，{each['area_code']}-{each['phone']}"
        for each in facts["offices"]
    )
    counties = facts["counties"]
    elsewhere = f"；县（区）单位的时间和地点由{counties['decided_by']}自己定" if counties else ""
    days = "的工作日受理" if window.working_days_only else "受理"
    return "\n".join(
        (
            f"{span(window)}{days}。",
            f"带上：{paper}，以及能证明培训办了的材料，{facts['paper']['size']}纸，"
            f"盖{facts['paper']['seal']}，先经{facts['paper']['reviewer']}审核。",
            f"另交电子版：{files}。",
            f"{calls}{elsewhere}。",
            "由非官方辅助工具按公开的备案通知整理，以人社部门答复为准。",
        )
    )


def identity(cycle: Cycle, *numbers: int) -> uuid.UUID:
    """Return the identity of the n-th event of a window: the same when its dates are mended.

    Another bureau's events have others, so that both can lie in one calendar.
    """
    return uuid.uuid5(uuid.NAMESPACE_URL, repr((cycle.data["bureau"], cycle.year, *numbers)))


def sequence(cycle: Cycle) -> int:
    """Return a number that rises with the version of the cycle file, so that mended dates win."""
    major, minor, patch = map(int, cycle.version.split("."))
    return major * 10_000 + minor * 100 + patch
