"""When to go to the office: the filing windows, and county units that have their own (S4, S5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby

from checker import calendar
from checker.calendar import Day
from checker.catalog import Window
from checker.filing import Drop
from checker.model import Context, Hit, Rule, Scope, Severity

_ONE_DAY = dt.timedelta(days=1)


def outside_windows(drop: Drop, context: Context) -> Iterator[Hit]:
    """Yield the chosen visit date where the office does not take filings on that day.

    The windows are those of the city's office: a county unit has its own (D02).
    """
    visit = context.visit
    elsewhere = context.county and context.cycle.has_counties
    if visit is None or elsewhere or not drop.sources:
        return
    kind = calendar.day(visit)
    window = next((w for w in context.cycle.windows if w.start <= visit <= w.end), None)
    if window and (not window.working_days_only or (kind and kind.works)):
        return
    left = [w for w in context.cycle.windows if w.end >= context.today]
    facts = {
        "date": _written(visit),
        "kind": "，".join((calendar.weekday(visit), *([kind] if kind is Day.HOLIDAY else ()))),
        "days": "；".join(_usable(w, context.today) for w in left or context.cycle.windows),
    }
    if window and kind is None:
        variant = "unknown"
    elif not left:
        variant = "over"
    else:
        variant = "rest" if window else ""
    yield Hit(cell=drop.sources[0].workbook.cell(), facts=facts, variant=variant)


def _written(date: dt.date) -> str:
    return f"{date.year}年{date.month}月{date.day}日"


def _usable(window: Window, today: dt.date) -> str:
    """Return the days of a window that are still to come, as people write them.

    The whole window is written where it is over, or where its year has no calendar yet.
    """
    start = today if window.start < today <= window.end else window.start
    days = calendar.working_days(start, window.end) if window.working_days_only else None
    if days is None:
        suffix = "的工作日" if window.working_days_only else ""
        return f"{start.month}月{start.day}日至{window.end.month}月{window.end.day}日{suffix}"
    months = (list(group) for _, group in groupby(days, key=lambda day: (day.year, day.month)))
    return "，".join(f"{month[0].month}月{_days(month)}" for month in months)


def _days(days: Sequence[dt.date]) -> str:
    """Return days of one month: runs joined, a weekend that is worked in exchange explained."""
    runs: list[list[dt.date]] = []
    for date in days:
        made_up = calendar.day(date) is Day.MADE_UP
        follows = bool(runs) and runs[-1][-1] == date - _ONE_DAY
        if follows and not made_up and calendar.day(runs[-1][-1]) is not Day.MADE_UP:
            runs[-1].append(date)
        else:
            runs.append([date])
    return "、".join(_run(run) for run in runs)


def _run(run: Sequence[dt.date]) -> str:
    first, last = run[0], run[-1]
    if calendar.day(first) is Day.MADE_UP:
        return f"{first.day}日（{calendar.weekday(first)}，{Day.MADE_UP}）"
    return f"{first.day}日" if first == last else f"{first.day}–{last.day}日"


D01 = Rule(
    code="D01",
    name="outside-window",
    severity=Severity.WARNING,
    scope=Scope.FILING,
    title="选的日子不受理备案",
    source=("S4",),
    explanation="备案只在规定时间内的工作日受理。工作日按国务院办公厅的放假安排算，调休上班的周末也是工作日。",
    message="{date}不在备案时间内。可以去的日子：{days}。",
    variants={
        "rest": "{date}（{kind}）不上班。可以去的日子：{days}。",
        "over": "{date}不在备案时间内，{year} 年度的备案时间（{days}）已经过去。",
        "unknown": "{date}在备案时间内，但还没有这一年的放假安排，不能确定这一天上不上班。",
    },
    fix="换一个受理的日子；拿不准时先打电话问清。",
    check=outside_windows,
)


def county_unit(drop: Drop, context: Context) -> Iterator[Hit]:
    """Yield a county unit: the county decides where and when it files."""
    if context.county and context.cycle.has_counties and drop.sources:
        yield Hit(cell=drop.sources[0].workbook.cell(), facts={"county": context.county})


D02 = Rule(
    code="D02",
    name="county-unit",
    severity=Severity.INFO,
    scope=Scope.FILING,
    title="县（区）单位另有时间和地点",
    source=("S5",),
    explanation="通知里的时间和地点，是由发通知的部门直接受理的单位的；各县（区）受理备案的时间、地点，由各县（区）明确。",
    message="{county}的单位在哪里备案、什么时候备案，由本县（区）人社部门确定。",
    fix="去之前先给本县（区）人社部门打电话，问清时间、地点和要带的材料。",
    check=county_unit,
)

RULES = (D01, D02)
