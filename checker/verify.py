"""核对: whether a paper and a file are the same edition, told by the check code on the paper.

The officer types what the footer says, or a scanner does: upper or lower case, with or without the
hyphen, full-width, the whole line with its label and date. A code that is another in one character
only is surely misread: two tables whose codes are that close happen once in four thousand million.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from checker import catalog
from checker.catalog import GUIDE_SHEET
from checker.fingerprint import characters, fingerprint, same
from checker.model import Workbook
from checker.reading import read
from checker.recognise import recognise

_LENGTH = 8
_LONGEST = 500  # characters: a line is shorter
# Two groups of four with one sign between them, or a few blanks and dashes (a Chinese input method
# makes two dashes of one key), and nothing of a word on either side.
_CODE = re.compile(
    r"(?<![0-9A-Z])([0-9A-Z]{4})(?:[\s\-\u2010-\u2015]{0,4}|[^0-9A-Z])([0-9A-Z]{4})(?![0-9A-Z])"
)


class Answer(StrEnum):
    """What a table is to a code on paper."""

    SAME = "same"
    CLOSE = "close"  # but for one character: misread, or mistyped
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A table of a file: which it is, its code, and what that is to the codes on the paper."""

    file: str
    sheet: str
    title: str
    unit: str
    code: str
    answer: Answer
    slip: int = 0  # with CLOSE: which of the eight characters is another, from 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The answer: `codes` are those that were understood, `unread` the files without any form."""

    codes: tuple[str, ...]
    editions: tuple[Edition, ...]
    unread: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether each code on the paper is that of some table."""
        found = [edition.code for edition in self.editions]
        return bool(self.codes) and all(
            any(same(code, typed) for code in found) for typed in self.codes
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain JSON data."""
        return {
            "same": self.same,
            "codes": list(self.codes),
            "editions": [
                {name: getattr(edition, name) for name in Edition.__slots__}
                for edition in self.editions
            ],
            "unread": list(self.unread),
        }


def codes_in(typed: str) -> tuple[str, ...]:
    """Return the codes in what was typed, each once, in two groups.

    >>> codes_in("核对码 7k3q-92mf　定稿 2024-10-12"), codes_in("７Ｋ３Ｑ ９２ＭＦ")
    (('7K3Q-92MF',), ('7K3Q-92MF',))
    """
    text = unicodedata.normalize("NFKC", typed[:_LONGEST]).upper()
    plain = "".join(text.split()).replace("-", "", 1)
    if len(plain) == _LENGTH and plain.isascii() and plain.isalnum():  # however it is spaced
        return (f"{plain[:4]}-{plain[4:]}",)
    return tuple(dict.fromkeys("-".join(found.groups()) for found in _CODE.finditer(text)))


def verify(typed: str, files: Iterable[tuple[str, bytes]]) -> Verification:
    """Look for the codes on a paper in the files; nothing is checked."""
    codes = codes_in(typed)
    editions: list[Edition] = []
    unread: list[str] = []
    for name, data in files:
        found = list(_editions(read(data, name), codes))
        editions += found
        if not found:
            unread.append(name)
    return Verification(codes=codes, editions=tuple(editions), unread=tuple(unread))


def _editions(book: Workbook, codes: Iterable[str]) -> Iterator[Edition]:
    """Yield the tables of a workbook that have a code."""
    sheets = (sheet for sheet in book.sheets if sheet.name != GUIDE_SHEET)
    tables = (table for each in sheets for table in recognise(book.name, each, catalog.load()))
    for table in tables:
        if table.records:
            code = fingerprint(table)
            answer, slip = _compared(code, codes)
            yield Edition(
                file=book.name,
                sheet=table.sheet.name,
                title=table.form.title,
                unit=table.unit,
                code=code,
                answer=answer,
                slip=slip,
            )


def _compared(code: str, codes: Iterable[str]) -> tuple[Answer, int]:
    """Return what a table's code is to those on the paper, and where a close one differs."""
    slip = 0
    for typed in codes:
        if same(code, typed):
            return Answer.SAME, 0
        pairs = zip(characters(code), characters(typed), strict=True)
        odd = [place for place, (ours, other) in enumerate(pairs, 1) if ours != other]
        slip = slip or (odd[0] if len(odd) == 1 else 0)
    return (Answer.CLOSE, slip) if slip else (Answer.OTHER, 0)
