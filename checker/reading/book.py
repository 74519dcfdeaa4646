"""What every reader of this package is given and gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from checker.model import Format, Sheet, Trouble

META_SHEET: Final = "_meta"  # the sheet of our templates that says which form and version it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a file is looked at, so that no file can exhaust the browser (W08)."""

    bytes: int = 50_000_000
    unpacked: int = 500_000_000  # all parts of a zip together
    parts: int = 10_000  # entries of a zip, records of an OLE2 directory
    sheets: int = 200
    rows: int = 200_000  # a sheet
    columns: int = 256  # what lies further right belongs to no form
    area: int = 10_000_000  # rows times columns: calamine keeps every cell in between
    merged: int = 200_000
    details: int = 1_000_000  # error values, formulas, comments … noted for a sheet
    strays: int = 10  # cells beyond `rows` that are taken for slips of the hand


LIMITS: Final = Limits()


class UnreadableError(Exception):
    """A file that cannot be read, and why; it never leaves this package."""

    def __init__(
        self,
        trouble: Trouble,
        content: str = "",
        *,
        limit: str = "",
        found: int = 0,
        format: Format | None = None,
    ) -> None:
        super().__init__(trouble, content, limit, found)
        self.trouble = trouble
        self.content = content
        self.limit = limit
        self.found = found
        self.format = format


def too_large(limit: str, found: int) -> UnreadableError:
    """Return the error for a file that passes one of the limits, named by its field."""
    return UnreadableError(Trouble.TOO_LARGE, limit=limit, found=found)


def damaged(content: str = "") -> UnreadableError:
    """Return the error for a file whose inside is broken."""
    return UnreadableError(Trouble.DAMAGED, content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What a reader found in the bytes: a Workbook without what the caller knows already."""

    format: Format
    sheets: tuple[Sheet, ...] = ()
    encoding: str = ""
    macros: bool = False
    external_links: bool = False
    embedded: bool = False
    details_missing: bool = False
    meta: Mapping[str, str] = field(default_factory=dict)
    our_comments: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)  # a sheet
