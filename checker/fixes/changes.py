"""A change as it is put before the user: what is done, the value before and after."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from checker.catalog import DEFAULT_YEAR, Field
from checker.identifiers import resident_id
from checker.model import Cell, as_text
from checker.normalise import INVISIBLE

# What is done about a finding, by its code. Findings of other codes take a person.
DONE = {
    "L01": "序号从1开始重新编",
    "L03": "去掉看不见的空格、换行和字符",
    "N02": "去掉姓名中间的空格",
    "N03": "姓名间隔号统一成“·”",
    "N05": "姓名里编码不正常的字换成正常的汉字",
    "G01": "性别统一成“男”或“女”",
    "I04": "身份证号改成文本格式",
    "I08": "身份证号统一成半角数字和大写 X，去掉多余的符号",
    "P03": f"时间统一成“{DEFAULT_YEAR}年3月5日上午”这样的写法",
    "P06": "去掉单位，只留数字",
    "P14": "去掉单位，只留数字",
    "B03": "去掉单位，只留数字",
    "T01": "去掉单位，只留数字",
}
SAFE = frozenset(DONE)
# The signs in `before` and `after` for what nobody sees.
LEGEND = "␣ 是空格，↵ 是换行，→ 是制表符，◌ 是看不见的字符。"

_Signs = Sequence[tuple[re.Pattern[str], str]]
_SIGNS: _Signs = (
    (re.compile("\r\n?|\n"), "↵"),
    (re.compile("\t"), "→"),
    (re.compile(r"\s"), "␣"),
    (re.compile(f"[{''.join(sorted(INVISIBLE))}]"), "◌"),
)
_BLANK = "（空）"
_LONGEST, _HEAD, _TAIL = 40, 26, 12  # characters of a value shown, of a longer one both ends
_HEAD_DIGITS, _TAIL_DIGITS, _FEWEST_DIGITS = 6, 4, 11  # of a number, as `privacy.mask` has it
_MOST_NUMBERS = 8  # serial numbers listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One cell to change."""

    cell: Cell
    after: str | int | float  # an empty text empties the cell
    as_text: bool = False  # give the cell the text format


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One correction to accept or not: usually one cell, or the serial numbers of a table."""

    id: str  # names it within one examination: number of the file, of the sheet, first cell
    codes: tuple[str, ...]  # of the findings it settles
    label: str
    what: str  # what is done, in Chinese
    before: str  # as the screen may show it
    after: str
    edits: tuple[Edit, ...]


def as_dicts(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Return the changes as plain data for page and command line.

    Each has `id` (letters, digits and hyphens), `codes` (of the findings it settles), `file`,
    `sheet`, `cells` (A1 references), `count` (of cells), `label` (the heading), `what` (is done),
    `before` and `after`: what the screen may show, identity numbers masked and what nobody sees
    made visible (LEGEND).
    """
    return [
        {
            "id": change.id,
            "codes": list(change.codes),
            "file": change.edits[0].cell.file,
            "sheet": change.edits[0].cell.sheet,
            "cells": [edit.cell.ref for edit in change.edits],
            "count": len(change.edits),
            "label": change.label,
            "what": change.what,
            "before": change.before,
            "after": change.after,
        }
        for change in changes
    ]


def change_of_cell(id: str, codes: Iterable[str], edit: Edit, field: Field) -> Change:
    """Return the change of one cell."""
    before = _shown(edit.cell.text, field, _SIGNS)
    after = _shown(as_text(edit.after), field, _SIGNS[:1])  # its blanks are right
    if field.kind == "resident-id" and not isinstance(edit.cell.value, str):
        before, after = f"{before}（数字）", f"{after}（文本）"
    return _change(id, codes, field.label, before, after, (edit,))


def change_of_serials(id: str, codes: Iterable[str], edits: Iterable[Edit], label: str) -> Change:
    """Return the change of the serial numbers of a table."""
    edits = tuple(edits)
    before = _listed(_marked(edit.cell.text, _SIGNS) for edit in edits)
    after = _listed(as_text(edit.after) for edit in edits)
    return _change(id, codes, label, before, after, edits)


def _change(
    id: str, codes: Iterable[str], label: str, before: str, after: str, edits: tuple[Edit, ...]
) -> Change:
    codes = tuple(code for code in DONE if code in codes)
    what = "；".join(dict.fromkeys(DONE[code] for code in codes))
    return Change(
        id=id, codes=codes, label=label, what=what, before=before, after=after, edits=edits
    )


def _listed(texts: Iterable[str]) -> str:
    texts = list(texts)
    return "、".join(texts[:_MOST_NUMBERS]) + ("…" if len(texts) > _MOST_NUMBERS else "")


def _shown(text: str, field: Field, signs: _Signs) -> str:
    """Return a value as the screen may show it: of a long one both ends, where blanks are."""
    text = _marked(_masked(text) if field.kind == "resident-id" else text, signs)
    return text if len(text) <= _LONGEST else f"{text[:_HEAD]}…{text[-_TAIL:]}"


def _marked(text: str, signs: _Signs) -> str:
    """Return a text with what nobody sees made visible."""
    for pattern, sign in signs:
        text = pattern.sub(sign, text)
    return text or _BLANK


def _masked(text: str) -> str:
    """Return a number with its middle hidden, the blanks and signs in it left as they are.

    >>> _masked("４１０３０２ 19000101-001ｘ")
    '４１０３０２ ********-001ｘ'
    """
    return "".join(_mask_each(text, sum(map(_counts, text))))


def _mask_each(text: str, count: int) -> Iterator[str]:
    at = 0
    for character in text:
        hidden = count < _FEWEST_DIGITS or _HEAD_DIGITS <= at < count - _TAIL_DIGITS
        yield "*" if hidden and _counts(character) else character
        at += _counts(character)


def _counts(character: str) -> bool:
    return character.isalnum() or character in resident_id.CROSSES
