"""Whole valid rosters and transcripts, generated: no error and no warning in any of them.

And one mutation of a good record gives exactly its code at exactly its cell.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker import check
from checker.catalog import region_codes
from checker.identifiers import resident_id
from tests import filings

TODAY = dt.date(2024, 10, 8)
SLOW = settings(max_examples=60, deadline=None, derandomize=True,
                suppress_health_check=[HealthCheck.too_slow])  # fmt: skip

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5, blacklist_characters="某")
RARE = st.sampled_from("䶮㼆𬱖𠅤𫖯𬭬")
SEPARATED = st.builds("{}·{}".format, st.text(HAN, min_size=2, max_size=11), st.text(HAN, min_size=2, max_size=11))
NAMES = st.one_of(
    st.text(HAN, min_size=2, max_size=4),
    SEPARATED,
    st.builds("{}{}".format, HAN, RARE),
)
MAJORS = st.sampled_from(
    ["土木工程", "临床医学", "会计学", "护理学", "汉语言文学", "经济学", "工程管理", "机械设计制造及其自动化", "教育学", "图书馆学", "计算机科学与技术", "中药学", "法学", "秘书学", "教师教育", "园艺", "兽医", "统计学", "档案学", "工商管理", "公共卫生管理"]
)
# Region codes that were never issued: nobody can hold these numbers.
REGIONS = st.sampled_from(["418801", "419901", "417711"])
BORN = st.dates(dt.date(1965, 1, 1), dt.date(2002, 12, 31))


@st.composite
def people(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw a list of different people."""
    count = draw(st.integers(1, 12))
    drawn = []
    for index in range(count):
        gender = draw(st.sampled_from("男女"))
        body = f"{draw(REGIONS)}{draw(BORN):%Y%m%d}{2 * index + (gender == '男'):03d}"
        number = body + resident_id.check_character(body)
        drawn.append({"name": draw(NAMES), "gender": gender, "major": draw(MAJORS), "id_number": number})
    return drawn


def _serious(forms: dict[str, Any]) -> list[str]:
    report = check(filings.workbook(forms), "材料.xlsx", today=TODAY)
    # A count of people or hours against the default plan is not what is tried here.
    return [f"{f.code}@{f.place.sheet}!{f.place.cell}" for f in report.findings
            if f.severity != "info" and not (f.code == "I18" or f.code[0] == "X")]


@SLOW
@given(people())
def test_no_finding_in_a_valid_roster(roster: list[dict[str, Any]]) -> None:
    assert _serious({"roster": roster}) == []


@SLOW
@given(people(), st.data())
def test_no_finding_in_a_valid_transcript(roster: list[dict[str, Any]], data: st.DataObject) -> None:
    grades = data.draw(st.sampled_from([["合格"], ["优秀", "良好", "合格"], [85, 92.5, 60]]))
    hours = st.sampled_from([0, 3, 30, 60, 2.5, "30", "６０"])
    transcript = [
        {**person, "general_hours": data.draw(hours), "professional_hours": 6,
         "grade": data.draw(st.sampled_from(grades))}
        for person in roster
    ]
    assert _serious({"transcript": transcript}) == []


MUTATIONS: list[tuple[str, Any, str]] = [
    ("name", "", "N01@roster!B"),
    ("gender", "未知", "G01@roster!C"),
    ("major", "", "M01@roster!D"),
    ("id_number", "", "I01@roster!E"),
    ("id_number", lambda number: number[:-1], "I06@roster!E"),
    ("id_number", lambda number: number[:6] + number[8:17], "I05@roster!E"),
    ("id_number", lambda number: number[:10] + "1332" + number[14:], "I10@roster!E"),
    ("id_number", lambda number: number[:16] + ("0" if number[16] != "0" else "2") + number[17:], "I11@roster!E"),
    ("id_number", lambda number: number[:3] + "O" + number[4:], "I07@roster!E"),
    ("id_number", lambda number: number[:10] + "****" + number[14:], "I09@roster!E"),
]  # fmt: skip


@SLOW
@given(people(), st.sampled_from(MUTATIONS), st.data())
def test_one_mutation_gives_its_code_at_its_cell(
    roster: list[dict[str, Any]], mutation: tuple[str, Any, str], data: st.DataObject
) -> None:
    field, change, expected = mutation
    index = data.draw(st.integers(0, len(roster) - 1))
    before = roster[index][field]
    roster[index] |= {field: change(before) if callable(change) else change}
    assert _serious({"roster": roster}) == [f"{expected}{4 + index}"]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(region_codes())), st.dates(dt.date(1900, 1, 1), TODAY), st.integers(1, 999))
def test_every_well_made_number_is_accepted(region: str, born: dt.date, order: int) -> None:
    body = f"{region}{born:%Y%m%d}{order:03d}"
    assert resident_id.is_valid(body + resident_id.check_character(body))
