"""Rows and serial numbers, and blanks nobody sees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from checker.catalog import PEOPLE_FORMS, PLAN_FORMS
from checker.model import Cell, Context, Hit, Rule, Scope, Severity, Table
from checker.normalise import INVISIBLE, ordinal
from checker.wording import row_list

_TABLE_FORMS = (*PLAN_FORMS, *PEOPLE_FORMS)
# Fields in which several lines are usual.
MANY_LINES = frozenset(("time", "place", "topic", "mode", "audience", "instructor", "note"))


def serial_numbers(table: Table, context: Context) -> Iterator[Hit]:
    """Yield where 序号 stops running 1, 2, 3 …: a blank, a repeat, a jump."""
    if "serial_no" not in table.headings:
        return
    expected = 1
    for index, value in enumerate(table.records.columns["serial_no"]):
        if value.__class__ is int and value == expected:
            expected += 1
            continue
        record = table.records[index]
        cell = record.cells["serial_no"]
        if not cell.readable:
            expected += 1
            continue
        found = ordinal(cell.text)
        if found is None:
            yield Hit(
                cell=cell,
                variant="text" if record.text("serial_no") else "blank",
                suggestion=str(expected),
            )
        elif found != expected:
            facts = {"before": expected - 1, "found": found}
            variant = "" if index else "start"
            yield Hit(cell=cell, facts=facts, variant=variant, suggestion=str(expected))
            expected = found
        expected += 1


L01 = Rule(
    code="L01",
    name="serial-number",
    severity=Severity.WARNING,
    scope=Scope.TABLE,
    title="序号不连续",
    source=("S12", "S13", "S14"),
    explanation="序号断开或重复，常常是漏了人或粘贴时多了一行；最后一个序号应等于总行数。",
    message="第 {row} 行的序号是 {found}，上一行是 {before}，没有接上。",
    variants={
        "start": "第 {row} 行是第一行，序号却是 {found}，不是从1开始。",
        "blank": "第 {row} 行没有填“序号”。",
        "text": "第 {row} 行的序号“{value}”不是数字。",
    },
    fix="看看是不是漏了人或多了一行；没有漏，就从1开始重新编号。",
    check=serial_numbers,
    forms=_TABLE_FORMS,
)


def skipped_rows(table: Table, context: Context) -> Iterator[Hit]:
    """Yield runs of blank rows and notes, total rows and repeated headers among the data."""
    for row, text in table.skipped:
        if text:
            yield Hit(cell=_place(table, row), variant="text", facts={"text": text})
    yield from _runs(table, [row for row, text in table.skipped if not text], "")
    if table.records:
        first, last = table.records.rows[0], table.records.rows[-1]
        yield from _runs(table, [row for row in table.notes if first < row < last], "note")


def _runs(table: Table, rows: Sequence[int], variant: str) -> Iterator[Hit]:
    """Yield one hit a run of rows that follow each other."""
    for _, pairs in groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0]):
        run = [row for _, row in pairs]
        yield Hit(cell=_place(table, run[0]), variant=variant, facts={"rows": row_list(run)})


def _place(table: Table, row: int) -> Cell:
    column = min(cell.column for cell in table.headings.values())
    return table.sheet.cell(table.file, row, column)


L02 = Rule(
    code="L02",
    name="skipped-row",
    severity=Severity.WARNING,
    scope=Scope.TABLE,
    title="数据中间夹着空行、合计行或小标题",
    source=("S12", "S13", "S14"),
    explanation="有的软件读到空行就停下，后面的人会被漏掉。这里检查时已跳过这些行，后面的内容都读到了。",
    message="第 {rows} 行是空行，夹在数据中间，已跳过。",
    variants={
        "text": "第 {row} 行是“{text}”，夹在数据中间，已跳过。",
        "note": "第 {rows} 行像是小标题或说明文字，夹在数据中间，没有当作数据检查。",
    },
    fix="删除这些行，让数据从头到尾连在一起。",
    check=skipped_rows,
    forms=_TABLE_FORMS,
)


def unseen_blanks(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield blanks at the ends of a text, and line breaks or invisible characters in it."""
    if not isinstance(cell.value, str):
        return
    names = list(_unseen(cell.value, many_lines=cell.field in MANY_LINES))
    if names and cell.value.strip():
        yield Hit(cell=cell, facts={"what": "、".join(names)})


def _unseen(text: str, *, many_lines: bool) -> Iterator[str]:
    if text != text.strip():
        yield "前后的空格或换行"
    inner = text.strip()
    if not many_lines and any(mark in inner for mark in "\r\n"):
        yield "换行"
    if any(mark in INVISIBLE for mark in inner):
        yield "看不见的字符"
    if "\u00a0" in inner or "\t" in inner:
        yield "特殊空格"


L03 = Rule(
    code="L03",
    name="unseen-blanks",
    severity=Severity.WARNING,
    scope=Scope.CELL,
    title="有看不见的空格或换行",
    source=("S12", "S13", "S14"),
    explanation="从网页或聊天记录里复制来的文字常带着看不见的字符，看着一样，电脑却认为是两个不同的词。这里检查时已按去掉后的内容处理。",
    message="第 {row} 行“{label}”里有{what}，已按去掉后的内容检查。",
    fix="在格子里删掉这些空格或换行，或者重新输入一遍。",
    check=unseen_blanks,
    # Numbers of identity documents have a rule of their own (I08).
    kinds=("serial", "person-name", "gender", "major", "note", "hours", "grade", "sessions", "text",
           "mode", "headcount"),
    forms=_TABLE_FORMS,
)

RULES = (L01, L02, L03)
