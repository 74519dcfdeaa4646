"""What stands in an ID cell: which document's number, and the first thing wrong with it.

The order of `Fault` is the order of evaluation: what the spreadsheet program did to the cell comes
before the form of the number, and that before what its digits say. A number truncated by the
program passes the checksum one time in eleven, so asking in another order would miss it.

>>> examine("41030219000101008x", dt.date(2024, 10, 8)).kind.name
'RESIDENT'
>>> examine("410302190001010013", dt.date(2024, 10, 8)).fault.name
'CHECKSUM'
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from functools import lru_cache
from operator import itemgetter
from typing import TypeVar

from checker.identifiers import permanent_resident, regions, resident_id, travel_permit
from checker.model import Value, as_text

T = TypeVar("T")

_EXACT = 10**15  # spreadsheet programs keep 15 digits of a number
_OLD_LENGTH = 15
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]{0,20})?E\+?[0-9]{1,3}|[0-9]{1,20}E\+[0-9]{1,3}")
_STARS = frozenset("*•●○■□█▇")
_RIGHT = "410302190001010012"  # stands for what is no number while the others are looked at
_FEWEST_CROSSES = 3  # one stray X is a slip, three hide digits


class Kind(StrEnum):
    """Whose number it is; the value is the document's name."""

    RESIDENT = "居民身份证"
    RESIDENCE_PERMIT = "港澳台居民居住证"
    PERMANENT_RESIDENT = "外国人永久居留身份证"
    OLD_PERMANENT_RESIDENT = "旧版外国人永久居留身份证"
    TRAVEL = "通行证或护照"
    UNKNOWN = ""


class Fault(Enum):
    """What is wrong first, in the order of evaluation."""

    LOST_DIGITS = auto()  # I02: stored as a number, the last digits became zeros
    SCIENTIFIC = auto()  # I03: the text 4.1E+17
    MASKED = auto()  # I09
    WORDS = auto()  # I06: no number, or one with words around it
    OLD_LENGTH = auto()  # I05: 15 digits
    LENGTH = auto()  # I06
    CHARACTER = auto()  # I07
    DATE = auto()  # I10
    PROVINCE = auto()  # I12
    CHECKSUM = auto()  # I11


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A number as it was understood."""

    kind: Kind
    number: str  # compact
    fault: Fault | None = None

    @property
    def is_well_formed(self) -> bool:
        """Whether the number is all there, right or not: enough to compare it with another."""
        return self.kind is not Kind.UNKNOWN

    @property
    def is_resident_like(self) -> bool:
        """Whether it is a right number that tells date of birth and sex."""
        return self.fault is None and resident_id.well_formed(self.number)


# typed: 1, 1.0 and True are equal keys but different cells.
@lru_cache(maxsize=1 << 17, typed=True)
def examine(value: Value, today: dt.date) -> Document:
    """Return what a filled ID cell holds. Values seen before are not examined twice."""
    if isinstance(value, bool | dt.date | dt.time | dt.timedelta):
        return Document(kind=Kind.UNKNOWN, number="", fault=Fault.WORDS)
    if isinstance(value, int | float) and _digits_lost(value):
        return Document(kind=Kind.UNKNOWN, number="", fault=Fault.LOST_DIGITS)
    text = as_text(value)
    number = resident_id.compact(text)
    if resident_id.well_formed(number):
        return _resident(number, today)
    if permanent_resident.well_formed(number):
        return Document(kind=Kind.OLD_PERMANENT_RESIDENT, number=number)
    if travel_permit.recognise(number):
        return Document(kind=Kind.TRAVEL, number=number)
    # Nothing but blanks and dashes is a blank cell (I01), not a faulty number.
    fault = _form_fault(number) if number else None
    return Document(kind=Kind.UNKNOWN, number=number, fault=fault)


def _digits_lost(value: int | float) -> bool:
    """Tell whether a numeric cell has lost its last digits.

    Of 18 digits the program keeps 15, so a number that ends in 000 was cut even where another
    program later wrote it out as an integer.
    """
    if isinstance(value, float):
        return abs(value) >= _EXACT
    return len(str(value)) == resident_id.LENGTH and value % 1000 == 0


def _resident(number: str, today: dt.date) -> Document:
    kind = Kind.RESIDENT
    if resident_id.is_permanent_resident(number):
        kind = Kind.PERMANENT_RESIDENT
    elif resident_id.is_residence_permit(number):
        kind = Kind.RESIDENCE_PERMIT
    fault = None
    if resident_id.birth_date(number, today) is None:
        fault = Fault.DATE
    elif not resident_id.province_ok(number):
        fault = Fault.PROVINCE
    elif not resident_id.checksum_ok(number):
        fault = Fault.CHECKSUM
    return Document(kind=kind, number=number, fault=fault)


def doubtful(
    numbers: Sequence[Value], sexes: Sequence[Value], *, today: dt.date, born: range
) -> set[int]:
    """Return where numbers are not, for all to see, right ones of residents of the sex beside them.

    No rule has anything to say about the others: their region is known, their year of birth is one
    of `born`, the check character follows. Many of them have a region, a year or a day in common,
    which is looked at once. 29 February is left to `examine`.
    """

    def region_known(code: str) -> bool:
        own = code[:2] in regions.PROVINCES and regions.is_known(code)
        return own and not resident_id.is_residence_permit(code)

    def year_usual(digits: str) -> bool:
        return int(digits) in born and int(digits) < today.year

    def day_every_year(digits: str) -> bool:
        return resident_id.birth_date(f"0000001999{digits}") is not None

    def sex_shown(pair: tuple[str, Value]) -> bool:
        return resident_id.sex(16 * "0" + pair[0]) == pair[1]

    right, found = _well_formed(numbers)
    found.update(resident_id.wrong_checksums(right))
    for part, fine in (
        (slice(0, 6), region_known),
        (slice(6, 10), year_usual),
        (slice(10, 14), day_every_year),
    ):
        found.update(_unlike(list(map(itemgetter(part), right)), fine))
    found.update(_unlike(list(zip(map(itemgetter(16), right), sexes, strict=True)), sex_shown))
    return found


def _well_formed(numbers: Sequence[Value]) -> tuple[Sequence[str], set[int]]:
    """Return the numbers with a right one for each that is not well formed, and where those are."""
    texts = [value if isinstance(value, str) else "" for value in numbers]
    if resident_id.all_well_formed(texts):
        return texts, set()
    others = {at for at, text in enumerate(texts) if not resident_id.well_formed(text)}
    return [_RIGHT if at in others else text for at, text in enumerate(texts)], others


def _unlike(column: Sequence[T], fine: Callable[[T], bool]) -> Iterator[int]:
    """Yield where a column holds something that is not fine; of like values one is looked at."""
    others = {value for value in set(column) if not fine(value)}
    if others:
        yield from (at for at, value in enumerate(column) if value in others)


def _form_fault(number: str) -> Fault:
    if _SCIENTIFIC.fullmatch(number):
        return Fault.SCIENTIFIC
    if _is_masked(number):
        return Fault.MASKED
    digits = sum("0" <= character <= "9" for character in number)
    is_number = digits * 2 >= len(number)  # with a slip in it, maybe
    if is_number and len(number) == resident_id.LENGTH:
        return Fault.CHARACTER
    if not (is_number and number.isascii() and number.isalnum()):
        return Fault.WORDS
    if len(number) == _OLD_LENGTH and number.isdigit():
        return Fault.OLD_LENGTH
    return Fault.LENGTH


def _is_masked(number: str) -> bool:
    crosses = sum(character in resident_id.CROSSES for character in number)
    return not _STARS.isdisjoint(number) or (
        crosses >= _FEWEST_CROSSES and any(character.isdigit() for character in number)
    )


def wrong_character(text: str) -> tuple[int, str]:
    """Return where the first character stands that is no digit, counted from 1, and what it is.

    The text is one with the fault CHARACTER; its letters are shown as they were typed.

    >>> wrong_character("4103021990OI010012")
    (11, 'O')
    """
    folded = resident_id.fold(text)
    at = next(at for at, each in enumerate(folded) if not ("0" <= each <= "9"))
    return at + 1, folded[at]
