"""Check the spreadsheets of a continuing-education filing, wherever Python runs.

`check` takes one file, `check_files` all files of one filing; both return a `Report`. Nothing is
read from disk or network but the kit's own schemas, and nothing is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from checker import engine
from checker.catalog import DEFAULT_YEAR, CheckerError
from checker.model import Acknowledgement, Finding, Report, Severity

__version__ = "0.1.0"

__all__ = [
    "Acknowledgement",
    "CheckerError",
    "Finding",
    "Report",
    "Severity",
    "check",
    "check_files",
]


def check(
    data: bytes,
    name: str,
    *,
    today: dt.date | None = None,
    year: int = DEFAULT_YEAR,
    visit: dt.date | None = None,
    county: str | None = None,
    acknowledged: Iterable[Acknowledgement | tuple[str, str, str, str, str]] = (),
) -> Report:
    """Check one file and return the report.

    `name` is the file's name, for messages and for its extension. `today` is the date the check
    counts from (the clock's if left out), `year` the filing year, `visit` the day the filer means
    to go to the office (D01), `county` the county of a county unit (D02). `acknowledged` names the
    findings that the user has looked up and found right: code, file, sheet, cell and value, all as
    an earlier report shows them. They stay in the report, marked, and no longer weigh.

    Raises CheckerError where there are no rules for the year. A bad file raises nothing: what is
    wrong with it is in the report.
    """
    return check_files(
        [(name, data)],
        today=today,
        year=year,
        visit=visit,
        county=county,
        acknowledged=acknowledged,
    )


def check_files(
    files: Iterable[tuple[str, bytes]],
    *,
    today: dt.date | None = None,
    year: int = DEFAULT_YEAR,
    visit: dt.date | None = None,
    county: str | None = None,
    acknowledged: Iterable[Acknowledgement | tuple[str, str, str, str, str]] = (),
    progress: Callable[[str, int, int], object] | None = None,
) -> Report:
    """Check (name, bytes) pairs as one filing and return the report; see `check`.

    `progress(stage, done, total)` is told how far the work is.
    """
    return engine.examine(
        files,
        today=today,
        year=year,
        visit=visit,
        county=county,
        acknowledged=acknowledged,
        progress=progress,
    ).report
