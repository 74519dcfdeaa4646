"""The plan's 时间 column: what is understood of times as people write them (`sessions.toml`)."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.sessions import PlanTime, Problem, read_time
from checker.time_tokens import Part

YEAR = 2024
CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "sessions.toml").read_text(encoding="utf-8")
)["time"]


def _sessions(time: PlanTime) -> str:
    return " ".join(f"{session.date:%m%d}{session.part}" for session in time.sessions)


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case["text"]))
def test_what_is_understood(case: dict[str, Any]) -> None:
    time = read_time(case["text"], YEAR)
    expected = case.get("sessions", "")
    assert (len(time.dates) if isinstance(expected, int) else _sessions(time)) == expected
    assert time.canonical == case.get("written", "")
    assert list(time.problems) == case.get("problems", [])


@pytest.mark.parametrize("case", [c for c in CASES if "written" in c], ids=lambda c: repr(c["text"]))
def test_the_canonical_writing_means_the_same(case: dict[str, Any]) -> None:
    time = read_time(case["text"], YEAR)
    again = read_time(time.canonical, YEAR)
    assert again.full
    assert (again.sessions, again.canonical) == (time.sessions, time.canonical)


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("2024年3月5日上午", True),
        ("2024年03月05日", True),
        ("2024年3月5日-7日", True),
        ("2024年3月5日上午、3月6日下午", True),
        ("3月5日上午", False),
        ("24年3月5日上午", False),
        ("2024.3.5上午", False),
        ("2024年3月5日-3.7", False),
        (dt.date(2024, 3, 5), False),
    ],
)
def test_whether_it_is_written_as_the_notice_asks(text: Any, full: bool) -> None:
    assert read_time(text, YEAR).full is full


def test_the_year_left_out_is_the_filing_year() -> None:
    assert read_time("3月5日上午", 2026).dates == (dt.date(2026, 3, 5),)


def test_the_year_that_is_not_the_filing_year() -> None:
    assert read_time("2023年3月5日上午", YEAR).year == 2023
    assert read_time("3月5日上午", YEAR).year is None


def test_only_a_range_leaves_the_parts_of_its_days_open() -> None:
    assert read_time("3月5日-7日", YEAR).ranged
    assert not read_time("3月5日-7日每天上午", YEAR).ranged
    assert not read_time("3月5日、6日", YEAR).ranged


def test_a_very_long_text_is_not_read() -> None:
    assert read_time("3月5日、" * 5000, YEAR).problems == (Problem.UNREAD,)


DAYS = st.dates(dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31))
PARTS = st.sampled_from([part for part in Part if part])


@settings(max_examples=200, deadline=None)
@given(DAYS, PARTS, st.sampled_from(["{y}年{m}月{d}日", "{y}.{m}.{d}", "{y}-{m:02}-{d:02}", "{m}月{d}号"]))
def test_every_day_of_a_year_in_every_part(day: dt.date, part: Part, writing: str) -> None:
    text = writing.format(y=day.year, m=day.month, d=day.day) + part
    time = read_time(text, YEAR)
    assert [(session.date, session.part) for session in time.sessions] == [(day, part)]
    assert time.problems == ()
    assert time.canonical == f"{day.year}年{day.month}月{day.day}日{part}"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789年月日号.-/:、至到—~ 上下午晚每周一二三十全天共（）;\n", max_size=30))
def test_any_text_gets_an_answer(text: str) -> None:
    time = read_time(text, YEAR)
    known = not {Problem.NO_DAY, Problem.UNREAD, Problem.IMPOSSIBLE, Problem.REVERSED} & {*time.problems}
    assert bool(time.sessions) is known
    if time.canonical:
        assert read_time(time.canonical, YEAR).sessions == time.sessions
