"""Personal names as they stand on identity cards: Han characters, or parts joined by ·.

A name field must take 50 characters (25 hanzi) and every character of GB 18030, and the separator
is U+00B7 alone (民委发〔2016〕33号, signed by 人社部). So length and rare characters are no fault.
What is one, is what keeps a name from matching its holder's account: blanks put in for looks,
other dots, remarks, and characters that only look like the right one.

>>> compact("张 三"), compact("古丽米热 • 艾比布力"), compact("⻓⽂")
('张三', '古丽米热·艾比布力', '长文')
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from checker import catalog
from checker.normalise import INVISIBLE, NOTHING, visible

SEPARATOR = "\u00b7"
LONGEST = 25
_LONGEST_USUAL = 6  # without a separator
_LONGEST_PADDED = 4  # up to here a blank is padding; in a longer name it may stand for ·

# Anything that can stand where a Han character stands: radicals, strokes, private use,
# compatibility ideographs and variation selectors included, which only N05 is about.
_HAN = (
    "\u2e80-\u2fdf\u3005\u3007\u31c0-\u31ef\u3400-\u4dbf\u4e00-\u9fff\ue000-\uf8ff\uf900-\ufaff"
    "\ufe00-\ufe0f\U00020000-\U000323af\U000e0100-\U000e01ef\U000f0000-\U0010fffd"
)
# · and what is typed for it: • ‧ ∙ ・ ･ ． . 。 ● ⋅ ˙ · and hyphens.
_DOTS = (
    "\u00b7\u2022\u2027\u2219\u30fb\uff65\uff0e.\u3002\uff61\u25cf\u22c5\u02d9\u0387"
    "\\-\u2010-\u2015\uff0d"
)
_BLANKS = " \u3000\u2000-\u200a"

_PLAIN_NAME = "[\u4e00-\u67cf\u67d1-\u9fa5]{2,6}"  # all in GBK, without 某
_PLAIN = re.compile(_PLAIN_NAME)
_OTHER_LINES = re.compile(f"^(?!{_PLAIN_NAME}$).*$", re.MULTILINE)
# `re` compiles these when they are first needed: it takes a while, and most names are plain.
_PLACEHOLDER = f"[?？□■*＊\ufffd○◯×某]|(?<=[{_HAN}])[XxＸｘ]{{2}}"
_SPACED = f"(?<=[{_HAN}])[{_BLANKS}]+(?=[{_HAN}])"
_DOT = f"(?<=[{_HAN}])[{_BLANKS}]*[{_DOTS}]+[{_BLANKS}]*(?=[{_HAN}])"
_NOT_NAME = f"[^{_HAN}{_DOTS}\\s]|^[{_DOTS}]|[{_DOTS}]$"
_LATIN = "[A-Za-z\u00c0-\u024f\uff21-\uff3a\uff41-\uff5a]"
_LATIN_NAME = "[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f .,'\u2019\u00b7-]*"
_MENDED_BY_NFKC = re.compile("[\u2f00-\u2fd5\uf900-\ufaff\U0002f800-\U0002fa1f]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")
# 博士 and the like are missing: people are named so.
_ADDRESSES = (
    "老师", "先生", "女士", "小姐", "同志", "教授", "主任", "医生", "医师", "护士", "护士长",
    "工程师", "高工", "经理", "局长", "处长", "科长", "院长", "校长", "部长", "所长", "书记",
    "师傅",
)  # fmt: skip
_ADDRESS = f"(?:{'|'.join(_ADDRESSES)})$"


def is_plain(name: str) -> bool:
    """Tell whether a name is two to six common characters and nothing else: the usual case."""
    return _PLAIN.fullmatch(name) is not None


def out_of_the_ordinary(names: Collection[object]) -> set[object]:
    """Return those of some cells' values that are not names about which there is nothing to say.

    Nearly all of them are plain, so they are looked at together, each as a line of one text.
    """
    texts = [name for name in names if isinstance(name, str) and "\n" not in name]
    lines = "\n".join(texts)
    others = set(names).difference(texts)
    others.update(_OTHER_LINES.findall(lines), NOTHING.intersection(texts))
    if re.search(_ADDRESS, lines, re.MULTILINE):
        others.update(text for text in texts if text.endswith(_ADDRESSES))
    return others.intersection(names)


def placeholder(name: str) -> str:
    """Return the sign that stands for a missing character, empty where the name is whole."""
    match = re.search(_PLACEHOLDER, name)
    return match[0] if match else ""


def has_blank_inside(name: str) -> bool:
    """Tell whether blanks stand between Han characters of a name without · and Latin letters."""
    return (
        re.search(_SPACED, visible(name)) is not None
        and not has_other_separator(name)
        and SEPARATOR not in name
        and not re.search(_LATIN, name)
    )


def is_padding(name: str) -> bool:
    """Tell whether blanks inside are there for looks; in a long name they may stand for ·."""
    return len(_without_blanks(name)) <= _LONGEST_PADDED


def has_other_separator(name: str) -> bool:
    """Tell whether parts are joined by anything but one plain ·."""
    return any(match[0] != SEPARATOR for match in re.finditer(_DOT, visible(name)))


def is_latin(name: str) -> bool:
    """Tell whether the whole name is written in Latin letters, as on a foreigner's card."""
    return re.fullmatch(_LATIN_NAME, unicodedata.normalize("NFKC", visible(name))) is not None


def foreign_part(name: str) -> str:
    """Return what is no part of a name: a digit, letter or bracket, or a form of address."""
    text = visible(name)
    match = None if is_plain(text) else re.search(_NOT_NAME, text)
    if match:
        return match[0]
    address = re.search(_ADDRESS, text)
    return address[0] if address and address.start() else ""


def look_alike(name: str) -> str:
    """Return the first character that only looks like a Han character, empty if there is none."""
    return next((each for each in name if proper(each) != each or is_private(each)), "")


def is_private(character: str) -> bool:
    """Tell whether each font may show another character for this one."""
    return _PRIVATE.match(character) is not None


def proper(character: str) -> str:
    """Return the normal encoding of a character; itself where that is normal or not known.

    >>> proper("⽂"), proper("⻰"), proper("文")
    ('文', '龙', '文')
    """
    if _MENDED_BY_NFKC.match(character):
        return unicodedata.normalize("NFKC", character)
    return catalog.look_alikes().get(character, character)


def is_unusual(name: str) -> bool:
    """Tell whether length or a rare character makes a name worth a second look."""
    text = visible(name)
    return (
        len(text) == 1
        or len(text) > LONGEST
        or (len(text) > _LONGEST_USUAL and SEPARATOR not in text)
        or not _in_gbk(text)
    )


def _in_gbk(text: str) -> bool:
    try:
        text.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def _without_blanks(text: str) -> str:
    return "".join(each for each in text if not each.isspace() and each not in INVISIBLE)


def tidy(name: str) -> str:
    """Return the name as it should be typed: normal characters, plain ·, no padding."""
    text = re.sub(_DOT, SEPARATOR, "".join(map(proper, visible(name))))
    return _without_blanks(text) if has_blank_inside(text) and is_padding(text) else text


def compact(text: str) -> str:
    """Return the name in the form in which names are compared, whatever was typed for looks."""
    plain = visible(text)
    if is_plain(plain):
        return plain
    return _without_blanks(tidy(unicodedata.normalize("NFKC", plain))).casefold()
