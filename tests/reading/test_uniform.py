"""Sheets written alike: read by their digits they say what calamine says, or calamine says it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from bench import rosters
from checker.model import Workbook
from checker.reading import LIMITS, Limits, read, uniform
from checker.reading.values import Row
from tests import workbooks

STRINGS = ("姓名", "张三", "专业", " 前后有空格 ", "", "甲&乙<丙>“丁”", "两行\n文字", "x" * 40)
PLAIN_ROWS = "".join(
    f'<row r="{row}" spans="1:3"><c r="A{row}" s="0"><v>{row}</v></c>'
    f'<c r="B{row}" t="s"><v>1</v></c><c r="C{row}" s="0"/></row>'
    for row in range(1, 4)
)
ROW_4 = '<row r="4"{0}><c r="A4"{1}>{2}</c><c r="B4" t="s"><v>2</v></c></row>'
# What must not be taken for a plain row, or only as calamine takes it.
ODD = {
    "hidden": ROW_4.format(' hidden="1"', "", "<v>4</v>"),
    "of no height": ROW_4.format(' ht="0" customHeight="1"', "", "<v>4</v>"),
    "formula": ROW_4.format("", "", "<f>1+3</f><v>4</v>"),
    "error": ROW_4.format("", ' t="e"', "<v>#N/A</v>"),
    "truth": ROW_4.format("", ' t="b"', "<v>1</v>"),
    "text in the cell": ROW_4.format("", ' t="inlineStr"', "<is><t>四</t></is>"),
    "fraction": ROW_4.format("", "", "<v>4.5</v>"),
    "negative": ROW_4.format("", "", "<v>-4</v>"),
    "power of ten": ROW_4.format("", "", "<v>4E3</v>"),
    "leading zeros": ROW_4.format("", "", "<v>007</v>"),
    "date": ROW_4.format("", ' s="1"', "<v>45356</v>"),
    "date in a format of its own": ROW_4.format("", ' s="2"', "<v>45356</v>"),
    "style that is not there": ROW_4.format("", ' s="99"', "<v>4</v>"),
    "fifteen digits": ROW_4.format("", "", "<v>410302900307123</v>"),
    "sixteen digits": ROW_4.format("", "", "<v>4103029003071234</v>"),
    "string that is not there": ROW_4.format("", ' t="s"', "<v>99</v>"),
    "string with leading zeros": ROW_4.format("", ' t="s"', "<v>01</v>"),
    "blank string": ROW_4.format("", ' t="s"', "<v>4</v>"),
    "spaces around a string": ROW_4.format("", ' t="s"', "<v>3</v>"),
    "no value": ROW_4.format("", "", "<v></v>"),
    "digits between tags": ROW_4.format("", "", "<v>4</v>5"),
    "digits between cells": '<row r="4"><c r="A4"><v>4</v></c>5<c r="B4"><v>4</v></c></row>',
    "cell of another row": '<row r="4"><c r="A5"><v>4</v></c><c r="B4"><v>4</v></c></row>',
    "cell without a row": '<row r="4"><c r="A"><v>4</v></c><c r="B4"><v>45</v></c></row>',
    "two cells in one place": '<row r="4"><c r="A4"><v>4</v></c><c r="A4"><v>5</v></c></row>',
    "cells from right to left": '<row r="4"><c r="C4"><v>4</v></c><c r="A4"><v>5</v></c></row>',
    "two columns' letters": '<row r="4"><c r="AB4"><v>4</v></c></row>',
    "row without a number": '<row><c r="A4"><v>4</v></c></row>',
    "row twice": '<row r="3"><c r="A3"><v>4</v></c></row>',
    "rows upwards": '<row r="9"><c r="A9"><v>4</v></c></row><row r="8"><c r="A8"><v>5</v></c></row>',
    "row far below": '<row r="150000"><c r="A150000"><v>4</v></c></row>',
    "blank rows": '<row r="4" ht="20"/><row r="5"/><row r="6"><c r="A6"><v>6</v></c></row><row r="7"/>',
    "row of blank cells": '<row r="4"><c r="A4" s="0"/><c r="B4"/></row>',
    "prefix": '<row r="4"><x:c r="A4"><v>4</v></x:c></row>',
    "comment": '<row r="4"><!-- 4 --><c r="A4"><v>4</v></c></row>',
    "tag cut by digits": '<row r="4"><c r="A4"><v>4</v></c></ro4w></row>',
}
ODD_STRINGS = {
    "kept blanks": '<si><t xml:space="preserve"> 张三 </t></si>',
    "blanks not kept": "<si><t> 张三 </t></si>",
    "phonetic mark": '<si><t>张三</t><phoneticPr fontId="1" type="noConversion"/></si>',
    "phonetic text": '<si><t>张三</t><rPh sb="0" eb="1"><t>zhang</t></rPh></si>',
    "rich text": "<si><r><t>张</t></r><r><t>三</t></r></si>",
    "nothing": "<si><t/></si>",
    "nothing at all": "<si/>",
    "character by number": "<si><t>张&#19977;</t></si>",
    "character by its code": "<si><t>张_x4E09_</t></si>",
    "entities": "<si><t>&amp;lt; &lt;&gt;&quot;&apos;</t></si>",
    "line": "<si><t>张\r\n三</t></si>",
}  # fmt: skip


def both(data: bytes, limits: Limits = LIMITS) -> tuple[Workbook, Workbook]:
    """Read a file as it is read, and with calamine alone."""
    as_it_is = read(data, "名单.xlsx", limits=limits)
    with mock.patch.object(uniform, "rows", return_value=None):
        return as_it_is, read(data, "名单.xlsx", limits=limits)


def sheets_read(data: bytes) -> Sequence[bool]:
    """Tell of each sheet whether it was read by its digits."""
    seen: list[bool] = []
    real = uniform.rows

    def spy(*given: Any) -> tuple[Row, ...] | None:
        found = real(*given)
        seen.append(found is not None)
        return found

    with mock.patch.object(uniform, "rows", spy):
        read(data, "名单.xlsx")
    return seen


def test_a_roster_is_read_by_its_digits_and_says_the_same():
    data = rosters.xlsx(rosters.people(300))
    assert sheets_read(data) == [True]
    as_it_is, by_calamine = both(data)
    assert as_it_is == by_calamine
    assert len(as_it_is.sheets[0].rows) == 303


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_an_odd_row_is_read_as_calamine_reads_it(odd):
    as_it_is, by_calamine = both(workbooks.xlsx(PLAIN_ROWS + odd, strings=STRINGS))
    assert as_it_is == by_calamine


@pytest.mark.parametrize("odd", ODD_STRINGS.values(), ids=ODD_STRINGS.keys())
def test_an_odd_text_is_read_as_calamine_reads_it(odd):
    parts = workbooks.unzipped(workbooks.xlsx(PLAIN_ROWS, strings=STRINGS))
    usual = parts["xl/sharedStrings.xml"].decode()
    head, _, rest = usual.partition("</si>")
    second, _, others = rest.partition("</si>")
    assert second.startswith("<si>")
    parts["xl/sharedStrings.xml"] = f"{head}</si>{odd}{others}".encode()
    as_it_is, by_calamine = both(workbooks.zipped(parts))
    assert as_it_is == by_calamine


def test_a_longer_sheet_than_may_be_read_is_for_the_look():
    limits = Limits(rows=2)
    as_it_is, by_calamine = both(workbooks.xlsx(PLAIN_ROWS, strings=STRINGS), limits)
    assert as_it_is == by_calamine
    assert as_it_is.limit == "rows"


def test_rows_in_too_many_forms_are_left_to_calamine():
    rows = "".join(f'<row r="{n}" a{"b" * n}="1"><c r="A{n}"/></row>' for n in range(1, 120))
    assert sheets_read(workbooks.xlsx(rows, strings=STRINGS)) == [False]


VALUES = st.one_of(
    st.none(),
    st.integers(min_value=0, max_value=10**15 - 1),
    st.sampled_from(range(len(STRINGS))).map(STRINGS.__getitem__),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<"), max_size=8),
)
SPANS = ("", ' spans="1:9"', ' ht="15.75" customHeight="1" x14ac:dyDescent="0.25"')
TABLES = st.lists(st.lists(VALUES, max_size=5), max_size=8)


@given(table=TABLES, first=st.integers(1, 9), left=st.integers(0, 30), spans=st.sampled_from(SPANS))
def test_any_table_says_the_same(table, first, left, spans):
    strings: dict[str, int] = {}

    def cell(row, column, value):
        letters = get_column_letter(left + column)
        if value is None:
            return f'<c r="{letters}{row}" s="0"/>'
        if isinstance(value, int):
            return f'<c r="{letters}{row}"><v>{value}</v></c>'
        index = strings.setdefault(value, len(strings))
        return f'<c r="{letters}{row}" s="0" t="s"><v>{index}</v></c>'

    rows = "".join(
        f'<row r="{row}"{spans}>'
        + "".join(cell(row, column, value) for column, value in enumerate(values, 1))
        + "</row>"
        for row, values in enumerate(table, first)
    )
    as_it_is, by_calamine = both(workbooks.xlsx(rows, strings=list(strings)))
    assert as_it_is == by_calamine
