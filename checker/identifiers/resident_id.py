"""Resident identity numbers (公民身份号码): 18 characters.

Structure (GB 11643-1999, 国发〔1999〕15号):

    410302 19000101 001 2
    |      |        |   check character, 0-9 or X
    |      |        order code: its last digit is odd for men, even for women
    |      date of birth
    region code by GB/T 2260 of the place where the number was first issued

The check character is ISO/IEC 7064 MOD 11-2. It finds every wrong digit and every swap of two
neighbours. Two more documents carry numbers of the same build and pass here too:

* 港澳台居民居住证 (国办发〔2018〕81号): the region code is 810000, 820000 or 830000
* 外国人永久居留身份证 since December 2023 (GA 2102-2023): 9, two digits of the province and three
  of the country in place of the region code

A region code may be abolished, or newer than any list: whether it is known is a separate question
(`checker.identifiers.regions`) and never decides whether a number is valid. It is never compared
with the date of birth: numbers were first issued in 1984, to people of every age.

>>> validate(" 41030219000101008x ")
'41030219000101008X'
>>> is_valid("410302190001010013")
False
>>> format("410302190001010012")
'410302 19000101 001 2'
>>> birth_date("410302190001010012"), sex("410302190001010012")
(datetime.date(1900, 1, 1), '男')
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence
from operator import mul

from checker.catalog import CheckerError
from checker.identifiers import regions
from checker.normalise import INVISIBLE

LENGTH = 18
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_CHARACTERS = _CHECK_CHARACTERS.encode()
# For each place, what a character is worth there: its weight times its digit, less all elevens.
_WEIGHED = tuple(
    bytes((weight * (10 if code == ord("X") else code - ord("0"))) % 11 for code in range(256))
    for weight in (*_WEIGHTS, 1)
)
_REST = bytes(total % 11 for total in range(256))
WELL_FORMED = re.compile(r"[0-9]{17}[0-9X]")
_FIRST_YEAR = 1900
_RESIDENCE_PERMITS = frozenset(("810000", "820000", "830000"))

DASHES = frozenset("-‐‑‒–—―−﹣－")
QUOTES = frozenset("'\"`‘’“”′″＇＂｀")
# What people and programs write for the X at the end; NFKC would mend only some of them.
CROSSES = frozenset("xX×Ⅹⅹ✕✖╳ХхΧχ")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_DROPPED = dict.fromkeys(map(ord, INVISIBLE | DASHES | QUOTES))
_FOLD = {**_WIDE, **_DROPPED}


class InvalidNumberError(CheckerError):
    """The text is not a valid number."""

    def __init__(self) -> None:
        super().__init__("这不是一个正确的身份证号。")


def fold(text: str) -> str:
    """Return the characters that count: half width, without blanks, hyphens and quotes.

    >>> fold('="４１０３０２ 1900-0101 008ｘ"')
    '41030219000101008x'
    """
    return "".join(text.translate(_FOLD).split()).lstrip("=")


def compact(text: str) -> str:
    """Return the number in the one form in which it is checked and compared.

    >>> compact("41030219000101008×"), compact("'410302-19000101-0012")
    ('41030219000101008X', '410302190001010012')
    """
    if len(text) == LENGTH and WELL_FORMED.fullmatch(text):
        return text
    folded = fold(text).upper()
    return folded[:-1] + "X" if folded and folded[-1] in CROSSES else folded


def well_formed(number: str) -> bool:
    """Tell whether a compact number has 17 digits and then a digit or X."""
    return WELL_FORMED.fullmatch(number) is not None


def check_character(number: str) -> str:
    """Return the check character that follows from the first 17 digits.

    >>> check_character("41030219000101008")
    'X'
    """
    return _CHECK_CHARACTERS[sum(map(mul, _WEIGHTS, map(int, number[:17]))) % 11]


def all_well_formed(numbers: Collection[str]) -> bool:
    """Tell whether all numbers of a column are `well_formed`, without looking at each."""
    digits = "".join(numbers)
    if set(map(len, numbers)) != {LENGTH} or not digits.isascii():
        return False
    places = digits.encode()
    crosses = places[LENGTH - 1 :: LENGTH].count(b"X")
    return not places.translate(None, _CHARACTERS) and places.count(b"X") == crosses


def wrong_checksums(numbers: Sequence[str]) -> Iterator[int]:
    """Yield where well-formed numbers have a wrong last character: `checksum_ok`, for a column.

    The numbers are added up all at once, place by place: a place of all numbers is one row of
    bytes, a translation weighs its digits, and one addition of long integers adds the rows. Each
    sum stays in its byte, 18 times 10 being less than 256.

    >>> list(wrong_checksums(["410302190001010012", "410302190001010013"]))
    [1]
    """
    digits = "".join(numbers).encode()
    places = (digits[at::LENGTH].translate(table) for at, table in enumerate(_WEIGHED))
    sums = sum(map(int.from_bytes, places)).to_bytes(len(numbers))
    return (at for at, each in enumerate(sums.translate(_REST)) if each != 1)


def checksum_ok(number: str) -> bool:
    """Tell whether the last character of a well-formed number follows from the other 17."""
    return number[-1] == check_character(number)


def birth_date(number: str, today: dt.date | None = None) -> dt.date | None:
    """Return the date of birth; None for an impossible date, before 1900 or after `today`."""
    try:
        birth = dt.date(birth_year(number), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return birth if birth.year >= _FIRST_YEAR and (today is None or birth <= today) else None


def birth_year(number: str) -> int:
    """Return the year of birth."""
    return int(number[6:10])


def province_ok(number: str) -> bool:
    """Tell whether a number begins with a province, or with the 9 of a permanent residence card."""
    return is_permanent_resident(number) or number[:2] in regions.PROVINCES


def is_permanent_resident(number: str) -> bool:
    """Tell whether it is the number of a 外国人永久居留身份证 of the 2023 style."""
    return number[0] == "9"


def is_residence_permit(number: str) -> bool:
    """Tell whether it is the number of a 港澳台居民居住证."""
    return number[:6] in _RESIDENCE_PERMITS


def sex(number: str) -> str:
    """Return 男 or 女, by the parity of the 17th digit."""
    return "男" if int(number[16]) % 2 else "女"


def validate(text: str, today: dt.date | None = None) -> str:
    """Return the compact number.

    Raises InvalidNumberError where form, date, province or check character is wrong.
    """
    number = compact(text)
    if (
        well_formed(number)
        and birth_date(number, today)
        and province_ok(number)
        and checksum_ok(number)
    ):
        return number
    raise InvalidNumberError


def is_valid(text: str, today: dt.date | None = None) -> bool:
    """Tell whether the text is a valid number."""
    try:
        validate(text, today)
    except InvalidNumberError:
        return False
    return True


def format(text: str) -> str:
    """Return the number in groups, for reading aloud against the card."""
    number = compact(text)
    return f"{number[:6]} {number[6:14]} {number[14:17]} {number[17:]}"
