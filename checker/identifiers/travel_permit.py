"""Travel documents that people write into the ID column: recognised only to say what they are.

Their holders file with a residence permit (港澳台居民居住证) or a permanent residence card instead.
There is no check digit to look at, so nothing is said about whether a number is right.

>>> recognise("H12345678").value, recognise("E12345678").value, recognise("410302190001010012")
('回乡证', '护照', None)
"""

from __future__ import annotations

import re
from enum import StrEnum


class Permit(StrEnum):
    """A travel document, by the name people call it."""

    HONG_KONG_MACAO = "回乡证"  # 港澳居民来往内地通行证
    TAIWAN = "台胞证"  # 台湾居民来往大陆通行证
    PASSPORT = "护照"


_SHAPES = (
    (Permit.HONG_KONG_MACAO, re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?")),
    (Permit.TAIWAN, re.compile(r"[0-9]{8}")),
    (Permit.PASSPORT, re.compile(r"[A-Z]{1,2}[0-9]{6,8}")),
)


def recognise(number: str) -> Permit | None:
    """Return the travel document whose shape a compact number has."""
    return next((permit for permit, shape in _SHAPES if shape.fullmatch(number)), None)
