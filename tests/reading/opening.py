"""How the tests of this folder read a file."""

from __future__ import annotations

import contextlib

from checker.model import Sheet, Workbook
from checker.reading import LIMITS, Limits, open_book, read
from checker.reading.book import UnreadableError


def opened(data: bytes, name: str = "名单.xlsx", limits: Limits = LIMITS) -> Workbook:
    """Read a file twice: `open_book` shows every exception that `read` would hide."""
    workbook = read(data, name, limits=limits)
    with contextlib.suppress(UnreadableError):
        open_book(data, workbook.extension, limits)
    return workbook


def only_sheet(data: bytes, name: str = "名单.xlsx", limits: Limits = LIMITS) -> Sheet:
    """Return the one sheet of a file without trouble."""
    workbook = opened(data, name, limits)
    assert workbook.trouble is None, workbook
    (sheet,) = workbook.sheets
    return sheet
