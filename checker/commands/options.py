"""Options that several commands have, and what is said of a call that cannot be understood."""

from __future__ import annotations

import argparse
import datetime as dt

from checker.catalog import DEFAULT_YEAR, CheckerError


class UsageError(CheckerError):
    """A call that names something that is not there, or cannot be understood."""


def add_cycle(parser: argparse.ArgumentParser) -> None:
    """Add the filing year."""
    parser.add_argument("--cycle", type=int, default=DEFAULT_YEAR, metavar="年度")


def add_date(parser: argparse.ArgumentParser) -> None:
    """Add the day from which a check counts."""
    parser.add_argument(
        "--date", type=parse_date, metavar="日期", help="当作今天的日期，如 2024-10-12"
    )


def parse_date(text: str) -> dt.date:
    """Return a date given as an option."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"日期要写成 2024-10-12 这样，现在是“{text}”。") from None
