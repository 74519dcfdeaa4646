"""Numbers of the older 外国人永久居留身份证: three letters and twelve digits.

Structure:

    XXX 4103 000101 0 C
    |   |    |      | check digit
    |   |    |      order code
    |   |    birth date, YYMMDD
    |   region
    country, three letters

The check digit weights the first 14 characters 7, 3, 1, … with A=10 … Z=35 and takes the sum
modulo 10, as passports do (ICAO Doc 9303). No official text of it could be read, two public
implementations agree: a wrong digit is worth a question only. Cards of this style stay valid
beside the 18-digit style of December 2023, which `resident_id` reads.

>>> well_formed("XXX410300010101"), check_digit("XXX41030001010")
(True, '5')
"""

from __future__ import annotations

import re

_WELL_FORMED = re.compile(r"[A-Z]{3}[0-9]{12}")
_WEIGHTS = (7, 3, 1)


def well_formed(number: str) -> bool:
    """Tell whether a compact number has the shape of this card."""
    return _WELL_FORMED.fullmatch(number) is not None


def check_digit(number: str) -> str:
    """Return the check digit that follows from the first 14 characters."""
    # int(…, 36) gives a letter the value the weighting wants: A is 10, Z is 35.
    values = (int(character, 36) for character in number[:14])
    return str(sum(value * _WEIGHTS[at % 3] for at, value in enumerate(values)) % 10)


def checksum_ok(number: str) -> bool:
    """Tell whether the last digit of a well-formed number follows from the other 14."""
    return number[-1] == check_digit(number)
