"""What the forms' schemas must say to a value, written down by hand.

The published conformance set is made of this (pipeline/conformance.py, hence this module knows nothing of
pytest), and so are the tests that hold every validator to it. Nothing here is worked out from the
schemas: a schema that changes what it accepts no longer agrees with this page, and a test says so.

A value is refused for at least the keywords that are named. `table` tells what a Table Schema says
where that differs: it knows a cell, not a JSON value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Value:
    """A value, the keywords that refuse it (none: it is accepted), and what a table says to it."""

    value: Any
    refused: tuple[str, ...] = ()
    table: str = ""  # "accepts", "refuses", "missing" (an empty cell); empty: the same


def _accepted(*values: Any) -> tuple[Value, ...]:
    return tuple(Value(value) for value in values)


def _refused(keyword: str, *values: Any, table: str = "") -> tuple[Value, ...]:
    return tuple(Value(value, (keyword,), table) for value in values)


# No form has a place for these, in no field. Table Schema takes null for an empty cell.
_NO_TEXT = (*_refused("type", 5, 2.5, True, [], ["甲"], {}), Value(None, ("type",), "missing"))
_NO_NUMBER = (
    *_refused("type", True, False, [1], {}, "三", "1人", "１0x"),
    Value(None, ("type",), "missing"),
    Value("", ("type",), "missing"),
    # What a table holds is text, so that it cannot tell them apart.
    *_refused("type", "3", " 3 ", table="accepts"),
)

# U+FFFD is what a program writes for a character it could not read.
_STAND_INS = ("?", "？", "□", "■", "*", "＊", "\ufffd")

KINDS: dict[str, tuple[Value, ...]] = {
    "text": (
        # A character outside the basic plane counts as one; so does a letter with its accent, as two.
        *_accepted("面授", " ", "𬱖", "e\u0301", "一行\n又一行", "x" * 200),
        Value("", ("minLength",), "missing"),
        *_NO_TEXT,
    ),
    "note": (*_accepted("", "同名，市场部", "\n"), *_NO_TEXT),
    "name": (
        *_accepted(
            "张三", "欧阳娜娜", "阿依古丽·买买提", "李𬱖", "𠅤", "Anna Maria", "张三\n", "张 三"
        ),
        *_refused("pattern", *_STAND_INS),
        *_refused("pattern", *(f"李{each}" for each in _STAND_INS)),
        *_refused("pattern", "\n?", "?\n", "李明\n*"),
        Value("", ("pattern",), "missing"),
        *_NO_TEXT,
    ),
    "gender": (
        *_accepted("男", "女"),
        *_refused("enum", "男性", "M", "1", " 男", "男 ", "男\n", "男女", "\u7537\ufe00"),
        Value("", ("enum",), "missing"),
        *_NO_TEXT,
    ),
    "number": (  # of an identity document; the check character is for the checker to see
        # Resident, with X, residence permits, permanent residence cards new and old.
        *_accepted("410302190001010012", "41030219000101008X", "410302190001010011"),
        *_accepted("810000190001010018", "941840190001010012", "XXX410300010103"),
        # Travel permits and passports: I15 asks whether there is no better number.
        *_accepted("H12345678", "M1234567801", "12345678", "E12345678", "EA123456"),
        # 17, 19, 15 and 16 digits; an X in the middle.
        *_refused("pattern", "41030219000101001", "4103021900010100123", "410302000101001"),
        *_refused("pattern", "4103021900010100", "4103021900010X0012", "HK12345678901"),
        *_refused(
            "pattern",
            "41030219000101008x",
            "４１０３０２１９０００１０１００１２",
            "41030219000101008Ｘ",
        ),
        *_refused("pattern", "٤١٠٣٠٢١٩٠٠٠١٠١٠٠١٢", " 410302190001010012", "410302190001010012 "),
        *_refused("pattern", "410302 19000101 0012", "410302********0012", "4.10302E+17"),
        *_refused("pattern", "\n410302190001010012", "410302190001010012\u200b"),
        # `$` matches before a last line break in Python, PHP, .NET and Java, not in JavaScript.
        *_refused("not", "410302190001010012\n", "12345678\n", table="accepts"),
        Value("", ("pattern",), "missing"),
        *_NO_TEXT,
    ),
    "count": (  # a whole number from 1
        *_accepted(1, 2, 1.0, 30.0, 1000000, 9007199254740991),
        *_refused("minimum", 0, -1, -0.0, -5.0),
        *_refused("type", 1.5, 0.999999, "1.0"),
        *_NO_NUMBER,
    ),
    "hours": (  # above nothing
        *_accepted(3, 6.0, 0.5, 1.25, 0.1, 120),
        *_refused("exclusiveMinimum", 0, 0.0, -0.0, table="accepts"),
        *_refused("exclusiveMinimum", -3, -0.5),
        *_refused("type", "3学时"),
        *_NO_NUMBER,
    ),
    "hours done": (  # from nothing
        *_accepted(0, 0.0, -0.0, 30, 60.5, 0.25),
        *_refused("minimum", -1, -0.5, -0.0001),
        *_refused("type", "60学时"),
        *_NO_NUMBER,
    ),
}

_PLAN = {
    "serial_no": "count",
    "time": "text",
    "place": "text",
    "topic": "text",
    "mode": "text",
    "audience": "text",
    "headcount": "count",
    "hours": "hours",
    "instructor": "text",
    "note": "note",
}
_PERSON = {
    "serial_no": "count",
    "name": "name",
    "gender": "gender",
    "major": "text",
    "id_number": "number",
}
FIELDS: dict[str, dict[str, str]] = {
    "filing_form": {
        "unit_name": "text",
        "subject": "text",
        "headcount": "count",
        "place": "text",
        "mode": "text",
        "hours": "hours",
        "responsible_person": "text",
        "phone": "text",
        "content": "text",
        "objective": "text",
        "materials": "text",
    },
    "plan_general": _PLAN,
    "plan_professional": _PLAN,
    "roster": {**_PERSON, "note": "note"},
    "transcript": {
        **_PERSON,
        "general_hours": "hours done",
        "professional_hours": "hours done",
        "grade": "text",
    },
}
REQUIRED: dict[str, tuple[str, ...]] = {
    "filing_form": tuple(name for name in FIELDS["filing_form"] if name != "materials"),
    "plan_general": ("time", "topic", "mode", "headcount", "hours"),
    "plan_professional": ("time", "topic", "mode", "headcount", "hours"),
    "roster": ("name", "gender", "major", "id_number"),
    "transcript": ("name", "gender", "major", "id_number", "grade"),
}
ONE_OF: dict[str, tuple[str, ...]] = {"transcript": ("general_hours", "professional_hours")}
