"""The plan's 时间 column: dates and half days as people write them.

The notice asks for year, month, day and 上午, 下午 or 晚上 (S7). People write 2024.3.5上午—3.6下午,
3月5日、12日、19日下午, 3月5日-7日 or let the spreadsheet make a date of it. Whatever is understood
becomes sessions; a text of which a part is not understood is marked as such and judged no further,
because a rule that guesses would be wrong about somebody's plan.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from checker.model import Value, as_text
from checker.normalise import squeeze, to_date, visible
from checker.time_tokens import (
    HALVES,
    PART_TOKENS,
    TOKENS,
    WHOLE_DAY,
    Part,
    clean,
    maybe_day,
    part_of_hour,
    parts_of_clock,
)


class Problem(StrEnum):
    """What keeps a text from being a time as the notice asks for it."""

    NO_DAY = "no-day"  # not down to the day
    NO_PART = "no-part"  # a single day without 上午, 下午 or 晚上
    IMPOSSIBLE = "impossible"  # no such day in the calendar
    REVERSED = "reversed"  # the end is before the start
    OTHER_YEAR = "other-year"
    UNREAD = "unread"  # there is a day, but not all of the text was understood


@dataclass(frozen=True, slots=True)
class Session:
    """One part of one day."""

    date: dt.date
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTime:
    """What was understood of a time.

    `canonical` is the way to write it, empty where it would lose something the user wrote. In a
    range of days (`ranged`) the parts of the single days are not known for sure.
    """

    sessions: tuple[Session, ...] = ()
    ranged: bool = False
    canonical: str = ""
    full: bool = False  # written as the notice asks: year, month and day in Chinese
    year: int | None = None  # the year that is not the filing year
    problems: tuple[Problem, ...] = ()

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """The days, each once, in order."""
        return tuple(sorted({session.date for session in self.sessions}))


_LONGEST_TEXT = 500
_LONGEST_RANGE = 366
_ONE_DAY = dt.timedelta(days=1)
_SERIAL_ZERO = dt.date(1899, 12, 30)
_SERIALS = range(36526, 73051)  # the years 2000 to 2099 as spreadsheets number their days
_CENTURY = 2000


@dataclass(slots=True)
class _Item:
    """A day or a range of days, as one piece of the text names it."""

    start: dt.date
    end: dt.date | None = None
    parts: list[Part] = field(default_factory=list)
    end_parts: list[Part] = field(default_factory=list)
    each: bool = False  # the parts are those of every day of the range
    clock: str = ""
    closed: bool = False  # a line break or semicolon follows

    def known(self) -> list[Part]:
        """Return the parts of the day that was named last."""
        return self.end_parts if self.end else self.parts


@dataclass(slots=True)
class _Parser:
    """Goes through the tokens from left to right, remembering year and month as a reader does."""

    default_year: int
    items: list[_Item] = field(default_factory=list)
    problems: set[Problem] = field(default_factory=set)
    year: int | None = None
    month: int | None = None
    joint: str = "start"  # what stands between the last day or part and the next one
    depth: int = 0
    full: bool = True
    plain: bool = True  # nothing was passed over that a canonical writing would lose
    days_told: int | None = None

    def run(self, text: str) -> None:
        """Take in a whole text."""
        for match in re.finditer(TOKENS, text):
            kind = match.lastgroup or ""
            if kind in ("ymd", "compact", "md", "dotted", "hyphened", "day"):
                self._date(kind, match)
                continue
            if kind in PART_TOKENS:
                self._part(PART_TOKENS[kind])
            elif kind in ("list", "range", "hard"):
                self._join(kind)
                continue
            else:
                self._other(kind, match)
            if kind not in ("open", "close", "filler", "weekday"):
                self.joint = "none"

    def _join(self, kind: str) -> None:
        self.joint = kind
        if kind == "hard" and self.items:
            self.items[-1].closed = True

    def _date(self, kind: str, match: re.Match[str]) -> None:
        year, month, day = self._figures(kind, match)
        bare = kind in ("dotted", "hyphened") or (kind == "day" and match.group().isdigit())
        if bare and (self.joint == "none" or (kind == "hyphened" and self.full)):
            month = None  # a time, a room or a count: nothing says that it is a day
        joint, self.joint = self.joint, "none"
        if month is None:
            self._pass_over()
            return
        self.full = self.full and kind in ("md", "day", "ymd") and not match["sep"]
        if self.year is None and year is None:
            self.full = False
        self.year, self.month = year or self.year, month
        date = to_date((self.year or self.default_year, month, day))
        if date is None:
            self.problems.add(Problem.UNREAD if bare else Problem.IMPOSSIBLE)
        elif joint == "range" and self.items and self.items[-1].end is None:
            self.items[-1].end = date
        else:
            self.items.append(_Item(date))

    def _figures(self, kind: str, match: re.Match[str]) -> tuple[int | None, int | None, int]:
        """Return year, month and day of a token; what it leaves out comes from before."""
        if kind == "ymd":
            self.full = self.full and len(match["y"]) == 4
            return _year(match["y"]), int(match["m1"] or match["m2"]), int(match["d"])
        if kind == "compact":
            return int(match["cy"]), int(match["cm"]), int(match["cd"])
        names = {"md": ("zm", "zd"), "dotted": ("dm", "dd"), "hyphened": ("hm", "hd")}
        if kind in names:
            month, day = names[kind]
            return None, int(match[month]), int(match[day])
        return None, self.month if self.items else None, int(match["dn"])

    def _part(self, part: Part) -> None:
        if not self.items:
            self.problems.add(Problem.UNREAD)
            return
        known = self.items[-1].known()
        if self.joint == "range" and known and part in HALVES and known[-1] in HALVES:
            known += HALVES[HALVES.index(known[-1]) + 1 : HALVES.index(part)]
        known.append(part)

    def _other(self, kind: str, match: re.Match[str]) -> None:
        word = match.group()
        if kind == "year":
            self.year = _year(match["yy"])
            self.full = self.full and len(match["yy"]) == 4
        elif kind == "clock":
            self._clock(match)
        elif kind == "each" and self.items:
            self.items[-1].each = True
        elif kind == "length":
            self.days_told = int(re.sub(r"[^0-9]", "", word))
        elif kind in ("open", "close"):
            self.depth += 1 if kind == "open" else -1
        elif kind in ("load", "label", "periods"):
            self.plain = False
        elif kind not in ("filler", "weekday"):
            self._pass_over()

    def _pass_over(self) -> None:
        """Take note of what is not understood: in brackets it is a remark."""
        if self.depth > 0 and self.items:
            self.plain = False
        else:
            self.problems.add(Problem.UNREAD)

    def _clock(self, match: re.Match[str]) -> None:
        if not self.items:
            self.problems.add(Problem.UNREAD)
            return
        item = self.items[-1]
        implied = parts_of_clock(match)
        known = item.known()
        if item.end:
            item.each = True
        later = item.clock and known and implied[-1] in HALVES[_place(known[-1]) + 1 :]
        if not known or later or (len(implied) > 1 and known[-1] in implied):
            known += [part for part in implied if part not in known]
        self.plain = self.plain and not item.clock
        item.clock += match.group()


def _place(part: Part) -> int:
    """Return the place of a part in the order of the day; a whole day ends in the afternoon."""
    return HALVES.index(part) if part in HALVES else HALVES.index(WHOLE_DAY[-1])


def _year(figures: str) -> int:
    return int(figures) if len(figures) == 4 else _CENTURY + int(figures)


def _share_parts(items: Sequence[_Item]) -> None:
    """Let 「3月5日、12日、19日下午」 mean three afternoons: a part holds for the days before it."""
    for before, after in reversed(tuple(pairwise(items))):
        alone = not (before.parts or before.end or before.clock or before.closed)
        if alone and after.parts and not after.end:
            before.parts = list(after.parts)


def _sessions(item: _Item) -> Iterator[Session]:
    """Yield the sessions of an item; where a range leaves its parts open, days without part."""
    end = item.end or item.start
    dates = [item.start + _ONE_DAY * n for n in range((end - item.start).days + 1)]
    for date in dates[:: max(1, len(dates) - 1)] if len(dates) > _LONGEST_RANGE else dates:
        for part in _parts_on(date, item):
            yield Session(date, part)


def _parts_on(date: dt.date, item: _Item) -> tuple[Part, ...]:
    if item.end is None or item.each:
        return _whole(item.parts + item.end_parts)
    if not item.parts and item.end_parts and set(_whole(item.end_parts)) != {Part.ALL_DAY}:
        return (Part.UNSPECIFIED,)  # 「5日-7日上午」: three mornings, or up to that morning?
    if not (item.parts or item.end_parts):
        return (Part.UNSPECIFIED,)
    taken = list(WHOLE_DAY)
    if date == item.start and item.parts:
        taken = _from(item.parts[0])
    elif date == item.end and item.end_parts:
        taken = _up_to(item.end_parts[-1])
    return _whole(taken)


def _from(part: Part) -> list[Part]:
    return [part] if part in HALVES[1:] else list(WHOLE_DAY)


def _up_to(part: Part) -> list[Part]:
    return list(HALVES[: HALVES.index(part) + 1]) if part in HALVES else list(WHOLE_DAY)


def _whole(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return parts in order, each once, morning and afternoon together as the whole day."""
    found = set(parts)
    if Part.ALL_DAY in found or found.issuperset(WHOLE_DAY):
        found = found - set(WHOLE_DAY) | {Part.ALL_DAY}
    return tuple(part for part in (Part.ALL_DAY, *HALVES) if part in found) or (Part.UNSPECIFIED,)


def _written(items: Sequence[_Item]) -> str:
    """Return items in one way of writing, each year and month named where it changes."""
    text, last, shown = "", None, True
    for index, item in enumerate(items):
        following = items[index + 1] if index + 1 < len(items) else None
        parts = _part_words(item.parts, item.clock if not item.end else "")
        shared = (
            following is not None
            and not (item.end or following.end)
            and parts == _part_words(following.parts, following.clock)
        )
        text += _date_words(item.start, last, month_again=shown)
        last, shown = item.start, bool(parts) and not shared
        text += "" if shared else parts
        if item.end:
            text += "至" + _date_words(item.end, last, month_again=bool(parts))
            text += _part_words(item.end_parts, item.clock, each=item.each)
            last, shown = item.end, True
        if following:
            text += "；" if not (parts or item.end) and following.parts else "、"
    return text


def written(date: dt.date) -> str:
    """Return a date as the notice writes it."""
    return f"{date.year}年{date.month}月{date.day}日"


def _date_words(date: dt.date, last: dt.date | None, *, month_again: bool) -> str:
    if last is None or date.year != last.year:
        return written(date)
    if month_again or date.month != last.month:
        return f"{date.month}月{date.day}日"
    return f"{date.day}日"


def _part_words(parts: Sequence[Part], clock: str, *, each: bool = False) -> str:
    words = "、".join(part for part in _whole(parts) if part)
    return ("每天" if each and words else "") + words + clock


@lru_cache(maxsize=4096)
def read_time(value: Value, year: int) -> PlanTime:
    """Return what a cell of the 时间 column says; `year` is the filing year.

    >>> time = read_time("3月5日、12日下午", 2024)
    >>> [f"{session.date} {session.part}" for session in time.sessions], time.canonical
    (['2024-03-05 下午', '2024-03-12 下午'], '2024年3月5日、12日下午')
    >>> read_time("2024年3月", 2024).problems
    (<Problem.NO_DAY: 'no-day'>,)
    """
    parser = _Parser(year)
    date = _stored_date(value)
    if date:
        hour = value.hour if isinstance(value, dt.datetime) else 0
        parser.items.append(_Item(date, parts=[part_of_hour(hour)] if hour else []))
        parser.full = False
        return _result(parser, "", year)
    raw = visible(as_text(value))
    if len(raw) > _LONGEST_TEXT:
        return PlanTime(problems=(Problem.UNREAD,))
    text = clean(raw)
    parser.run(text)
    return _result(parser, text, year)


def _stored_date(value: Value) -> dt.date | None:
    """Return the date of a date cell, or of a cell that shows the number of a day."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    text = squeeze(as_text(value))
    if isinstance(value, float):
        text = str(int(value)) if value > _SERIALS.start else ""
    serial = int(text) if re.fullmatch(r"[3-7][0-9]{4}", text) else 0
    return _SERIAL_ZERO + _ONE_DAY * serial if serial in _SERIALS else None


def _result(parser: _Parser, text: str, year: int) -> PlanTime:
    items, problems = parser.items, set(parser.problems)
    if not items and Problem.IMPOSSIBLE not in problems:
        doubt = maybe_day(text)
        return PlanTime(problems=(Problem.UNREAD if doubt else Problem.NO_DAY,))
    if any(item.end and item.end < item.start for item in items):
        problems.add(Problem.REVERSED)
    others = {day.year for item in items for day in (item.start, item.end or item.start)} - {year}
    if others:
        problems.add(Problem.OTHER_YEAR)
    _share_parts(items)
    if not _length_agrees(parser, items):
        problems.add(Problem.UNREAD)
    sessions = tuple(dict.fromkeys(s for item in items for s in _sessions(item)))
    certain = not problems & {Problem.UNREAD, Problem.IMPOSSIBLE, Problem.REVERSED}
    if certain and any(not (item.end or item.parts) for item in items):
        problems.add(Problem.NO_PART)
    return PlanTime(
        sessions=sessions if certain else (),
        ranged=any(item.end and not item.each for item in items),
        canonical=_written(items) if certain and parser.plain else "",
        full=parser.full,
        year=min(others, default=None),
        problems=tuple(problem for problem in Problem if problem in problems),
    )


def _length_agrees(parser: _Parser, items: Sequence[_Item]) -> bool:
    """Tell whether a length such as 共3天 is that of the days; one day of it is a whole day."""
    if parser.days_told is None:
        return True
    days = len({session.date for item in items for session in _sessions(item)})
    if parser.days_told == days == 1 and not items[0].parts:
        items[0].parts.append(Part.ALL_DAY)
    return parser.days_told == days
