"""Text as people type it, brought to one form: a copy for comparing, never the cell itself."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

# Characters that take no room, or that look like a blank without being one.
_ZERO_WIDTH = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\ufeff"
_DIRECTION = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
INVISIBLE = frozenset(_ZERO_WIDTH + _DIRECTION)
_DROP_INVISIBLE = dict.fromkeys(map(ord, INVISIBLE))

_HEADING_MARKS = dict.fromkeys(map(ord, "*:;,.、，。；：＊“”\"'()[]{}（）【】〔〕[]<>《》_-—"))
_IN_BRACKETS = re.compile(r"[(（\[【〔][^()（）\[\]【】〔〕]{0,40}[)）\]】〕]")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,6})?")
_WITH_UNIT = re.compile(
    r"(?:共|约)?([0-9]{1,12}(?:\.[0-9]{1,6})?)(?:个)?(?:学时|课时|小时|时|人|名|位)"
)

_ORDINAL = re.compile(r"[(\[【]?(?:第|No\.?)?([0-9]{1,6})(?:\.0)?[)\]】]?[.、,:。]?", re.IGNORECASE)
NOTHING = frozenset(("", "无", "暂无", "没有"))
_RULES = "/\\-—–―－／＼_＿"

_CHINESE_DIGITS = str.maketrans(
    "〇○零一二三四五六七八九０１２３４５６７８９", "0001234567890123456789"
)
_DATE = re.compile(
    r"(?<![0-9])([0-9]{4})[年./、\-]([0-9]{1,2})[月./、\-]([0-9]{1,2})(?:日|号)?(?![0-9])"
)
_COMPACT_DATE = re.compile(r"(?<![0-9])([12][0-9]{3})([01][0-9])([0-3][0-9])(?![0-9])")


def visible(text: str) -> str:
    """Return the text without invisible characters and without blanks at its ends."""
    if text.isalnum():  # letters, hanzi and digits only, as most cells hold
        return text
    return text.translate(_DROP_INVISIBLE).strip()


def squeeze(text: str) -> str:
    """Return the text without any blank, line break or invisible character.

    >>> squeeze(" 单 位：\\n（盖 章） ")
    '单位：（盖章）'
    """
    if text.isalnum():
        return text
    return "".join(text.translate(_DROP_INVISIBLE).split())


def heading(text: str) -> str:
    """Return a column heading in the form in which headings are compared.

    >>> heading("身 份\\n证 号（18位）*"), heading("完成学时（公需科目）")
    ('身份证号18位', '完成学时公需科目')
    """
    return squeeze(unicodedata.normalize("NFKC", text)).translate(_HEADING_MARKS)


def headings(text: str) -> tuple[str, ...]:
    """Return the forms under which a heading may be known: as it is, and without its brackets."""
    if text.isalnum() and unicodedata.is_normalized("NFKC", text):
        return (text,)  # without brackets or blanks, as most cells are that are asked about
    whole = heading(text)
    bare = heading(_IN_BRACKETS.sub("", text))
    return (whole,) if bare in ("", whole) else (whole, bare)


def number(text: str) -> int | float | None:
    """Return the number a text spells, None if it is anything else.

    >>> number(" ６０ "), number("2.5"), number("60学时"), number("1e3")
    (60, 2.5, None, None)
    """
    plain = squeeze(unicodedata.normalize("NFKC", text))
    if not _PLAIN_NUMBER.fullmatch(plain):
        return None
    value = float(plain)
    return int(value) if value.is_integer() else value


def number_with_unit(text: str) -> int | float | None:
    """Return the number of a text like 60学时 or 30人, None if it is anything else."""
    match = _WITH_UNIT.fullmatch(squeeze(unicodedata.normalize("NFKC", text)))
    return number(match[1]) if match else None


def ordinal(text: str) -> int | None:
    """Return the number a serial number spells, with the marks people put around it.

    >>> ordinal("01"), ordinal("3."), ordinal("（4）"), ordinal("⑤"), ordinal("5人")
    (1, 3, 4, 5, None)
    """
    match = _ORDINAL.fullmatch(squeeze(unicodedata.normalize("NFKC", text)))
    return int(match[1]) if match else None


def is_nothing(text: str) -> bool:
    """Tell whether a text is how people write that there is nothing to fill in.

    >>> is_nothing(" / "), is_nothing("——"), is_nothing("无"), is_nothing("无线电")
    (True, True, True, False)
    """
    return squeeze(text).strip(_RULES) in NOTHING


def bracket_width(text: str) -> str:
    """Return a unit name in the form in which unit names are compared."""
    return squeeze(unicodedata.normalize("NFKC", text))


def western_digits(text: str) -> str:
    """Return the text with Chinese numerals of a year, month or day, and wide digits, as digits.

    >>> western_digits("二〇二四年十月二十日")
    '2024年10月20日'
    """
    text = re.sub(r"([一二三])十([一二三四五六七八九])", r"\1\2", text)
    text = re.sub(r"([一二三])十", r"\g<1>0", text)
    text = re.sub(r"十([一二三四五六七八九])", r"1\1", text).replace("十", "10")
    return text.translate(_CHINESE_DIGITS)


def find_date(text: str) -> tuple[int, int, int] | None:
    """Return year, month and day as written, which may be impossible; None where there is none."""
    plain = western_digits(squeeze(unicodedata.normalize("NFKC", text)))
    match = _DATE.search(plain) or _COMPACT_DATE.search(plain)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def to_date(parts: tuple[int, int, int]) -> dt.date | None:
    """Return the date, None where the calendar has no such day."""
    try:
        return dt.date(*parts)
    except ValueError:
        return None
