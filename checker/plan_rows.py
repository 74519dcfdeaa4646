"""The rows of a plan as the rules see them: when, how many hours, and what is usual for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checker.catalog import Cycle
from checker.model import Record, Table
from checker.normalise import bracket_width, is_nothing, squeeze
from checker.sessions import PlanTime, Session, read_time
from checker.time_tokens import HALVES, WHOLE_DAY, Part

ONLINE_MODE = "网络"
_MODE_WORDS = {
    "面授": (
        "面授", "集中", "线下", "讲座", "现场", "课堂", "脱产", "实践", "研讨", "会议", "授课",
        "讲授", "内训", "内部",
    ),
    ONLINE_MODE: (
        "网络", "线上", "在线", "远程", "直播", "网上", "网课", "视频", "云课堂", "慕课",
    ),
    "委托": ("委托", "外请", "送培", "外派", "外送"),
}  # fmt: skip
_MIXED = ("结合", "混合", "多种", "等")
ONLINE = re.compile("网络|线上|网上|在线|远程|网课|直播|慕课|云课堂|https?:|www[.]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """One training: the record, what its time says, and its hours if they are a number."""

    record: Record
    time: PlanTime
    hours: int | float | None

    def text(self, name: str) -> str:
        """Return a field as it is compared; 无, / and the like count as blank."""
        text = bracket_width(self.record.text(name))
        return "" if is_nothing(text) else text

    @property
    def online(self) -> bool:
        """Whether people take part from wherever they are."""
        return bool(ONLINE.search(self.text("mode")) or ONLINE.search(self.text("place")))

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The sessions, a whole day as its two halves; a day may stand without any part."""
        return tuple(
            Session(session.date, part)
            for session in self.time.sessions
            for part in (WHOLE_DAY if session.part is Part.ALL_DAY else (session.part,))
        )

    @property
    def halves(self) -> tuple[Session, ...]:
        """The half days and evenings that are named."""
        return tuple(session for session in self.sessions if session.part in HALVES)


def modes(text: str) -> set[str]:
    """Return the ways of teaching a text names; all of them for a mixture.

    >>> modes("专题讲座"), modes("面授与网络培训相结合") == set(_MODE_WORDS), modes("自学")
    ({'面授'}, True, set())
    """
    plain = squeeze(text)
    found = {mode for mode, words in _MODE_WORDS.items() if any(word in plain for word in words)}
    mixed = any(word in plain for word in _MIXED)
    return set(_MODE_WORDS) if mixed else found


def plan_row(record: Record, cycle: Cycle) -> PlanRow:
    """Return a record as a row of a plan."""
    cell = record.cells.get("time")
    return PlanRow(
        record=record,
        time=read_time(cell.value, cycle.year) if cell and squeeze(cell.text) else PlanTime(),
        hours=record.number("hours"),
    )


def plan_rows(table: Table, cycle: Cycle) -> Iterator[PlanRow]:
    """Yield the rows of a plan."""
    return (plan_row(record, cycle) for record in table.records)


def usual_hours(row: PlanRow, cycle: Cycle) -> float | None:
    """Return the most hours that are usual for the days of a row (S10), None if they are unknown.

    A half day counts less than a day only where every half day is named: in a range of days the
    parts of the days between are not known for sure.
    """
    days = len(row.time.dates)
    if not days:
        return None
    halves = row.halves
    if row.time.ranged or {half.date for half in halves} != set(row.time.dates):
        return days * cycle.hours_per_day
    by_day = [sum(half.date == date for half in halves) for date in row.time.dates]
    return sum(min(cycle.hours_per_day, count * cycle.hours_per_half_day) for count in by_day)


def least_hours_a_day(row: PlanRow, cycle: Cycle) -> float:
    """Return the hours that fall on each day of a row at the least.

    Hours beyond what is usual for the row have findings of their own (P07, P08).
    """
    usual = usual_hours(row, cycle)
    if row.hours is None or usual is None:
        return 0
    others = (len(row.time.dates) - 1) * cycle.hours_per_day
    return max(0, min(row.hours, usual) - others)
