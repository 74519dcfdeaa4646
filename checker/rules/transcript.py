"""The transcript (成绩单): hours and grades.

No official list of grades is known for Luoyang. What is in use elsewhere is understood, and asked
for is only one scale a sheet (domain §1.4).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from checker.filing import Drop
from checker.model import Cell, CellKind, Context, Hit, Record, Rule, Scope, Severity, Table
from checker.normalise import number, number_with_unit, squeeze
from checker.wording import plain

_PASS_MARK, _FULL_MARK = 60, 100
_HOURS = ("general_hours", "professional_hours")
_TWO_STEPS = {"通过": True, "已通过": True, "不通过": False, "未通过": False}
_STEPS = {
    "优秀": True, "优": True, "良好": True, "良": True, "中等": True, "中": True,
    "合格": True, "及格": True, "达标": True, "考核合格": True, "考试合格": True,
    "不合格": False, "不及格": False, "未合格": False, "差": False, "不达标": False,
    "未达标": False, "考核不合格": False, "考试不合格": False,
}  # fmt: skip
_ABSENT = frozenset(("缺考", "缓考", "未考", "缺席", "缺勤", "未参加", "未参加考试", "未参加考核"))
_EXEMPT = frozenset(("免考", "免试", "免修"))
_SCORE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,4})?)(?:分|%)?")
_IN_BRACKETS = re.compile(r"\(([^()]{0,20})\)")


@dataclass(frozen=True, slots=True)
class _Grade:
    """What a grade says: its scale, and whether it is a pass (None: neither)."""

    scale: str
    passed: bool | None


@lru_cache(maxsize=1024)  # a sheet holds few different ones
def _grade(text: str) -> _Grade | None:
    """Return what a grade says, None where it is not understood; 合格（85分） goes by its word."""
    whole = squeeze(unicodedata.normalize("NFKC", text)).strip(".。,;!")
    bare = _IN_BRACKETS.sub("", whole)
    inside = _IN_BRACKETS.search(whole)
    if bare != whole and inside and _one_grade(inside[1]) is None:
        return None
    return _one_grade(bare)


def _one_grade(text: str) -> _Grade | None:
    if text in _TWO_STEPS:
        return _Grade("通过", _TWO_STEPS[text])
    if text in _STEPS:
        return _Grade("等级", _STEPS[text])
    if text in _ABSENT or text in _EXEMPT:
        return _Grade("", False if text in _ABSENT else None)
    score = _SCORE.fullmatch(text)
    if score and float(score[1]) <= _FULL_MARK:
        return _Grade("分数", float(score[1]) >= _PASS_MARK)
    return None


def hours_with_unit(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield hours written with their unit, such as 60学时; what else is wrong the schema says."""
    value = number_with_unit(cell.text)
    if value is not None:
        yield Hit(cell=cell, variant="unit", severity=Severity.WARNING, suggestion=plain(value))


T01 = Rule(
    code="T01",
    name="transcript-hours",
    severity=Severity.ERROR,
    scope=Scope.CELL,
    title="完成学时没有填好",
    source=("S14",),
    explanation="申报学时以成绩单上的数字为准。一个科目没有学时，填0或留空都可以。",
    message="第 {row} 行“{label}”要填数字，现在是“{value}”。",
    variants={
        "anyOf": "第 {row} 行公需科目、专业科目的学时都是空的。",
        "minimum": "第 {row} 行“{label}”是负数 {value}。",
        "unit": "第 {row} 行“{label}”写的是“{value}”，只写数字 {suggestion} 就可以。",
    },
    fix="填写完成的学时，只写数字；没有的科目填0或留空，但两栏不能都空。",
    check=hours_with_unit,
    kinds=("hours",),
    forms=("transcript",),
)

T02 = Rule(
    code="T02",
    name="missing-grade",
    severity=Severity.ERROR,
    scope=Scope.CELL,
    title="没有成绩评定",
    source=("S14",),
    explanation="一般考核合格才计学时，没有成绩就看不出学时该不该计。",
    message="第 {row} 行没有填“成绩评定”。",
    fix="填上考核结果，例如“合格”，或0–100分。",
)


def unknown_grade(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield a grade that is neither a known word nor a score from 0 to 100."""
    text = squeeze(cell.text)
    if text and _grade(text) is None:
        score = number(text.removesuffix("分"))
        yield Hit(cell=cell, variant="" if score is None else "range")


T03 = Rule(
    code="T03",
    name="unknown-grade",
    severity=Severity.WARNING,
    scope=Scope.CELL,
    title="成绩的写法不常见",
    source=("S14",),
    explanation="通知没有规定成绩怎么写，常用的是“合格”“不合格”，或0–100分。按考核办法确实这样评定的，不用改。",
    message="第 {row} 行的成绩写的是“{value}”，这种写法不常见。",
    variants={"range": "第 {row} 行的成绩“{value}”不在0–100分之间。"},
    fix="核对一遍；一般写“合格”“不合格”，或0–100分。",
    check=unknown_grade,
    kinds=("grade",),
    forms=("transcript",),
)


def mixed_scales(table: Table, context: Context) -> Iterator[Hit]:
    """Yield the first grade that is not on the scale most of the sheet uses."""
    if "grade" not in table.headings:
        return
    records = table.records
    rows: dict[str, list[int]] = {}
    for alike in records.alike("grade"):
        grade = _grade(records[alike[0]].cells["grade"].text)
        if grade and grade.scale:
            rows.setdefault(grade.scale, []).extend(alike)
    if len(rows) < 2:
        return
    counts = Counter({scale: len(indexes) for scale, indexes in rows.items()})
    usual = counts.most_common(1)[0][0]
    first = records[min(rows.pop(usual))].cells["grade"]
    other = records[min(map(min, rows.values()))].cells["grade"]
    scales = "、".join(f"{_SCALES[scale]}（{count} 行）" for scale, count in counts.most_common())
    yield Hit(cell=other, facts={"scales": scales}, related=(first,))


_SCALES = {"等级": "“合格”一类的等级", "通过": "“通过”或“不通过”", "分数": "分数"}

T04 = Rule(
    code="T04",
    name="mixed-grades",
    severity=Severity.WARNING,
    scope=Scope.TABLE,
    title="成绩的写法不统一",
    source=("S14",),
    explanation="同一次考核一般用同一种评定方法，几种写法混在一起，看不出多少分算合格。",
    message="同一张成绩单里有几种写法：{scales}。",
    fix="统一成一种写法，全部写等级或者全部写分数。",
    check=mixed_scales,
    forms=("transcript",),
)


def hours_of(record: Record) -> dict[str, float] | None:
    """Return the hours of a row, blank ones as 0; None if one cannot be read or both are blank."""
    cells = [record.cells[name] for name in _HOURS if name in record.cells]
    filled = [cell.field for cell in cells if cell.kind is not CellKind.BLANK]
    wrong = any(isinstance(record.values.get(name), str) for name in filled)
    if not filled or wrong or not all(cell.readable for cell in cells):
        return None
    return {name: record.number(name) or 0 for name in _HOURS}


def hours_in(table: Table) -> Iterator[tuple[dict[str, float], Sequence[int]]]:
    """Yield the hours in a transcript that can be read, with the indexes of the rows that have them."""
    names = [name for name in _HOURS if name in table.headings]
    for alike in table.records.alike(*names) if names else ():
        hours = hours_of(table.records[alike[0]])
        if hours is not None:
            yield hours, alike


def grade_against_hours(record: Record, context: Context) -> Iterator[Hit]:
    """Yield a row with hours although it was not passed, or passed without any hours."""
    cell = record.cells.get("grade")
    grade = _grade(cell.text) if cell else None
    hours = hours_of(record)
    if not cell or not grade or not hours:
        return
    total = sum(hours.values())
    related = tuple(record.cells[name] for name in _HOURS if name in record.cells)
    if grade.passed is False and total > 0:
        yield Hit(cell=cell, facts={"hours": total}, related=related)
    elif grade.passed and total == 0:
        yield Hit(cell=cell, variant="none", related=related)


T05 = Rule(
    code="T05",
    name="grade-against-hours",
    severity=Severity.WARNING,
    scope=Scope.RECORD,
    title="成绩与学时对不上",
    source=("S14",),
    explanation="一般考核合格才计学时：没有通过的不计，通过了的应当有学时。",
    message="第 {row} 行的成绩是“{value}”，却填了 {hours} 学时。",
    variants={"none": "第 {row} 行的成绩是“{value}”，学时却是0。"},
    fix="核对成绩和学时，改正填错的一处；按考核办法确实如此的，不用改。",
    check=grade_against_hours,
    reads=("grade", "general_hours", "professional_hours"),
    private=("hours",),
    forms=("transcript",),
)


def hours_short_of_year(table: Table, context: Context) -> Iterator[Hit]:
    """Yield, once a sheet, how many people are short of a year's hours by this sheet alone."""
    yearly = context.cycle.data["yearly_hours"]
    short: Counter[int] = Counter()
    people = 0
    for hours, alike in hours_in(table):
        found = _short_of(hours, yearly)
        short.update(dict.fromkeys(found, len(alike)))
        people += len(alike) if found else 0
    if people:
        wants = (
            f"公需科目不足{yearly['general']}学时的",
            f"专业科目不足{yearly['professional']}学时的",
            f"合计不足{yearly['total']}学时的",
            "专业科目所占比例偏低的",
        )
        parts = [f"{want} {short[index]} 人" for index, want in enumerate(wants) if short[index]]
        cell = table.headings.get("general_hours") or table.place()
        yield Hit(cell=cell, facts={"people": people, "parts": "，".join(parts)})


def _short_of(hours: Mapping[str, float], yearly: Mapping[str, float]) -> list[int]:
    """Return what a person is short of: 公需, 专业, both together, or the share of 专业."""
    general, professional = (hours[name] for name in _HOURS)
    total = general + professional
    met = (
        general >= yearly["general"],
        professional >= yearly["professional"],
        total >= yearly["total"],
        professional * yearly["total"] >= total * yearly["professional"],
    )
    return [index for index, fine in enumerate(met) if not fine]


T06 = Rule(
    code="T06",
    name="hours-short-of-year",
    severity=Severity.INFO,
    scope=Scope.TABLE,
    title="有人的学时不到一年的要求",
    source=("人力资源社会保障部令第25号第八条",),
    explanation="专业技术人员每年累计一般不少于90学时，专业科目一般不少于总学时的三分之二；河南省内的做法是公需科目30、专业科目60。本单位的培训常常只是其中一部分。",
    message="有 {people} 人单看这张成绩单还不到一年的学时要求：{parts}。",
    fix="其余学时由网络学习等方式完成的，不用改；漏填了的就补上。",
    check=hours_short_of_year,
    forms=("transcript",),
)


def after_filing(drop: Drop, context: Context) -> Iterator[Hit]:
    """Yield the first transcript, to say what it is used for after filing."""
    table = drop.first("transcript")
    if table:
        yield Hit(cell=table.place(), facts={"stamp": context.cycle.data["declaration"]["stamp"]})


T07 = Rule(
    code="T07",
    name="declaration-reminder",
    severity=Severity.INFO,
    scope=Scope.FILING,
    title="备案后申报学时的提醒",
    source=("S6",),
    explanation="年度培训学习结束并到同级人社部门备案后，才能申报参训人员的学时。",
    message="备案后申报学时，要上传加盖“{stamp}”的成绩单。",
    fix="盖好章的成绩单妥善保管。",
    check=after_filing,
)

RULES = (T01, T02, T03, T04, T05, T06, T07)
