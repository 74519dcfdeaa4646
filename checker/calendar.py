"""Working days and rest days as the State Council announces them for a year.

The days off and the weekends worked in exchange (调休) come from chinesecalendar. A year whose
notice has not been published, or is not yet in the package, is unknown: no day of it is guessed.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

_ONE_DAY = dt.timedelta(days=1)
_WEEKDAYS = "一二三四五六日"


class Day(StrEnum):
    """What a day is: the values are the words for it."""

    WORKING = "工作日"
    MADE_UP = "调休上班"  # a Saturday or Sunday worked in exchange for a day off
    WEEKEND = "周末"
    HOLIDAY = "法定节假日"  # with the days off taken in exchange

    @property
    def works(self) -> bool:
        """Whether offices are open on such a day."""
        return self in (Day.WORKING, Day.MADE_UP)


def day(date: dt.date) -> Day | None:
    """Return what a day is, None where the year has no data.

    >>> [str(day(dt.date(2024, 10, d))) for d in (7, 11, 12, 13)]
    ['法定节假日', '工作日', '调休上班', '周末']
    >>> day(dt.date(1999, 10, 1)) is None
    True
    """
    import chinese_calendar  # here: most checks ask for no day

    try:
        rests, holiday = chinese_calendar.get_holiday_detail(date)
    except NotImplementedError:  # how the package says that it has no data for the year
        return None
    if rests:
        return Day.HOLIDAY if holiday else Day.WEEKEND
    return Day.MADE_UP if date.weekday() >= 5 else Day.WORKING


def working_days(start: dt.date, end: dt.date) -> tuple[dt.date, ...] | None:
    """Return the working days from `start` to `end`, None where a day of them is unknown."""
    dates = [start + _ONE_DAY * n for n in range((end - start).days + 1)]
    kinds = [day(date) for date in dates]
    if None in kinds:
        return None
    return tuple(date for date, kind in zip(dates, kinds, strict=True) if kind and kind.works)


def weekday(date: dt.date) -> str:
    """Return the day of the week as people write it.

    >>> weekday(dt.date(2024, 10, 12))
    '周六'
    """
    return f"周{_WEEKDAYS[date.weekday()]}"
