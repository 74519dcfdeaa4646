"""Working days: every day of three years against the State Council's notices, typed by hand.

The notices: 国办发明电〔2023〕7号 for 2024; gov.cn content_6986383 for 2025, content_7047091 for 2026.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from checker.calendar import Day, day, weekday, working_days

# Days off by notice (month, first, last), and the Saturdays and Sundays worked in exchange.
OFF: dict[int, list[tuple[int, int, int]]] = {
    2024: [
        (1, 1, 1),  # 元旦
        (2, 10, 17),  # 春节
        (4, 4, 6),  # 清明
        (5, 1, 5),  # 劳动节
        (6, 10, 10),  # 端午
        (9, 15, 17),  # 中秋
        (10, 1, 7),  # 国庆
    ],
    2025: [
        (1, 1, 1),
        (1, 28, 31),
        (2, 1, 4),
        (4, 4, 6),
        (5, 1, 5),
        (5, 31, 31),
        (6, 1, 2),
        (10, 1, 8),
    ],
    2026: [
        (1, 1, 3),
        (2, 15, 23),
        (4, 4, 6),
        (5, 1, 5),
        (6, 19, 21),
        (9, 25, 27),
        (10, 1, 7),
    ],
}
MADE_UP: dict[int, list[tuple[int, int]]] = {
    2024: [(2, 4), (2, 18), (4, 7), (4, 28), (5, 11), (9, 14), (9, 29), (10, 12)],
    2025: [(1, 26), (2, 8), (4, 27), (9, 28), (10, 11)],
    2026: [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)],
}
YEARS = sorted(OFF)


def _days_of(year: int) -> Iterator[dt.date]:
    start = dt.date(year, 1, 1)
    return (start + dt.timedelta(days=n) for n in range((dt.date(year + 1, 1, 1) - start).days))


def _by_the_notices(date: dt.date) -> Day:
    if (date.month, date.day) in MADE_UP[date.year]:
        return Day.MADE_UP
    if any(date.month == month and low <= date.day <= high for month, low, high in OFF[date.year]):
        return Day.HOLIDAY
    return Day.WEEKEND if date.weekday() >= 5 else Day.WORKING


@pytest.mark.parametrize("year", YEARS)
def test_every_day_agrees_with_the_notice(year: int) -> None:
    assert [date for date in _days_of(year) if day(date) is not _by_the_notices(date)] == []


@pytest.mark.parametrize(("year", "count"), [(2024, 251), (2025, 248), (2026, 248)])
def test_working_days_a_year(year: int, count: int) -> None:
    days = working_days(dt.date(year, 1, 1), dt.date(year, 12, 31))
    assert days is not None
    assert len(days) == count


@pytest.mark.parametrize(
    ("year", "month", "days"),
    [
        (2024, 10, [11, 12, 14, 15, 16, 17, 18]),
        (2024, 12, [11, 12, 13, 16, 17, 18, 19, 20]),
        (2025, 10, [11, 13, 14, 15, 16, 17, 20]),
        (2025, 12, [11, 12, 15, 16, 17, 18, 19]),
        (2026, 10, [12, 13, 14, 15, 16, 19, 20]),
        (2026, 12, [11, 14, 15, 16, 17, 18]),
    ],
)
def test_working_days_from_the_11th_to_the_20th(year: int, month: int, days: list[int]) -> None:
    found = working_days(dt.date(year, month, 11), dt.date(year, month, 20))
    assert found == tuple(dt.date(year, month, n) for n in days)


def test_both_ends_count_and_an_empty_span_is_empty() -> None:
    friday = dt.date(2024, 10, 11)
    assert working_days(friday, friday) == (friday,)
    assert working_days(friday, dt.date(2024, 10, 10)) == ()


def test_a_year_without_data_is_unknown() -> None:
    assert day(dt.date(2003, 10, 8)) is None
    assert day(dt.date(2100, 10, 8)) is None
    assert working_days(dt.date(2100, 10, 8), dt.date(2100, 10, 9)) is None


def test_days_on_which_offices_are_open() -> None:
    assert [kind for kind in Day if kind.works] == [Day.WORKING, Day.MADE_UP]


def test_days_of_the_week() -> None:
    monday = dt.date(2024, 10, 7)
    names = [weekday(monday + dt.timedelta(days=n)) for n in range(7)]
    assert names == ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
