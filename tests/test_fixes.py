"""Safe corrections: what is offered, what it changes, and that the checker is content with it.

What a cell holds before and after is written down case by case; that a correction settles what it
says and brings nothing new is asked of every rule case and every mutation, for each change alone
and for all of them together.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl
import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment

from checker import catalog, engine, fixes
from checker.fixes import Change
from checker.fixes.tidy import tidied
from checker.identifiers import person_name, resident_id
from checker.model import Cell, Context, Product, Table, kind_of
from checker.rules import BY_CODE
from tests import cases, filings, workbooks
from tests.mutations import MUTATIONS, Mutation
from tests.valid_filings import TODAY
from tests.valid_filings import filings as valid_filings

Files = Sequence[tuple[str, bytes]]
PERSON, OTHER = (filings.number(index, born="19000312") for index in (6, 9))
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
_quietly = settings(deadline=None, derandomize=True, suppress_health_check=_SLOW)


def _examine(files: Files, today: dt.date = cases.TODAY) -> engine.Examination:
    return engine.examine(files, today=today)


def _proposed(data: bytes, name: str = "名单.xlsx") -> tuple[Change, ...]:
    return fixes.propose(_examine([(name, data)]))


def _corrected(files: Files, changes: Sequence[Change]) -> Files:
    """Return the files with the changes made, under their old names."""
    product = fixes.correct(files, changes)
    changed = {name: n for n, (name, _) in enumerate(files)}
    made = dict(files)
    touched = sorted({each.edits[0].cell.file for each in changes}, key=changed.__getitem__)
    made.update(zip(touched, (data for _, data in product.files), strict=True))
    return list(made.items())


def _found(examination: engine.Examination) -> set[tuple[str, str, str, str]]:
    return {
        (f.code, f.place.file, f.place.sheet, f.place.cell) for f in examination.report.findings
    }


def _settled(changes: Iterable[Change]) -> set[tuple[str, str, str, str]]:
    return {
        (code, edit.cell.file, edit.cell.sheet, edit.cell.ref)
        for change in changes for edit in change.edits for code in change.codes
    }  # fmt: skip


def _check_all_and_each(files: Files, today: dt.date) -> int:
    """Correct everything at once and each alone: what was settled is gone, all else as before."""
    before = _examine(files, today)
    changes = fixes.propose(before)
    alone = [[change] for change in changes] if len(changes) > 1 else []
    for some in [list(changes), *alone] if changes else []:
        after = _found(_examine(_corrected(files, some), today))
        assert after == _found(before) - _settled(some)
    return len(changes)


_OF_ONE_FILE = [case for case in cases.load() if "raw" not in case.given and "rows" not in case.given]


def test_each_code_has_a_rule_and_is_settled_in_some_case() -> None:
    assert BY_CODE.keys() >= fixes.SAFE
    settled = {
        code
        for case in _OF_ONE_FILE
        if case.code in fixes.SAFE
        for change in _proposed(case.data, case.file)
        for code in change.codes
    }
    assert settled == fixes.SAFE


@pytest.mark.parametrize("case", _OF_ONE_FILE, ids=lambda case: f"{case.code} {case.name}")
def test_corrections_settle_what_they_say_and_nothing_is_new(case: cases.Case) -> None:
    if any(finding.code in fixes.SAFE for finding in case.report.findings):
        _check_all_and_each([(case.file, case.data)], case.given.get("today", cases.TODAY))


_UNSURE = {"P06", "P14", "B03", "T01", "G01"}  # by person where something is missing


@pytest.mark.parametrize(
    "mutation", [m for m in MUTATIONS if m.code in fixes.SAFE], ids=lambda mutation: mutation.name
)
def test_a_fault_put_into_a_valid_filing_is_taken_out_again(mutation: Mutation) -> None:
    @settings(_quietly, max_examples=2)
    @given(valid_filings(most=5))
    def check_one(filing: Any) -> None:
        mutation.change(filing)
        count = _check_all_and_each(filing.files(), TODAY)
        assert count or mutation.code in _UNSURE

    check_one()


@settings(_quietly, max_examples=30)
@given(valid_filings())
def test_there_is_nothing_to_correct_in_a_valid_filing(filing: Any) -> None:
    # A time may be right and yet be written in another way than the notice does.
    changes = fixes.propose(_examine(filing.files(), TODAY))
    assert {code for change in changes for code in change.codes} <= {"P03"}


# --- what stands in the cells afterwards ---

ROSTER = [
    {"name": " 张 ⽂\n", "gender": "男性"},
    {"name": "古丽•买买提", "major": "土木\n工程 "},
    {"serial_no": 7, "id_number": f"{PERSON[:6].translate(WIDE)}-{PERSON[6:14]}-{PERSON[14:]}"},
    {"serial_no": 7, "id_number": int(OTHER)},
    {"serial_no": 8, "name": "李\u200b明", "note": "同名，\n市场部\t"},
]


def _values(data: bytes, sheet: str = "roster") -> dict[str, Any]:
    return {
        cell.coordinate: cell.value
        for row in openpyxl.load_workbook(io.BytesIO(data))[sheet].iter_rows()
        for cell in row
        if cell.value is not None
    }


def _differing(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    places = sorted(old.keys() | new.keys())
    return {place: new.get(place) for place in places if old.get(place) != new.get(place)}


def test_each_cell_is_put_right_as_a_whole_and_no_other_is_touched() -> None:
    data = filings.workbook({"roster": ROSTER})
    changes = _proposed(data)
    assert [(c.id, c.codes) for c in changes] == [
        ("1-1-B4", ("L03", "N02", "N05")),
        ("1-1-C4", ("G01",)),
        ("1-1-B5", ("N03",)),
        ("1-1-D5", ("L03",)),
        ("1-1-A6", ("L01",)),
        ("1-1-E6", ("I08",)),
        ("1-1-E7", ("I04",)),
        ("1-1-B8", ("L03",)),
        ("1-1-F8", ("L03",)),
    ]
    product = fixes.correct([("名单.xlsx", data)], changes)
    assert [name for name, _ in product.files] == ["名单（已更正）.xlsx"]
    assert product.notes == ("“名单.xlsx”更正了 11 处。",)
    made = product.files[0][1]
    assert _differing(_values(data), _values(made)) == {
        "B4": "张文", "C4": "男", "B5": "古丽·买买提", "D5": "土木工程", "A6": 3, "E6": PERSON,
        "A7": 4, "E7": OTHER, "A8": 5, "B8": "李明", "F8": "同名，\n市场部",
    }  # fmt: skip
    sheet = openpyxl.load_workbook(io.BytesIO(made))["roster"]
    for place in ("E6", "E7"):
        assert (sheet[place].number_format, sheet[place].data_type) == ("@", "s")
    assert sheet["B4"].number_format == "General"


def test_what_was_not_accepted_stays() -> None:
    data = filings.workbook({"roster": ROSTER})
    changes = [change for change in _proposed(data) if change.id in ("1-1-C4", "1-1-E7")]
    made = fixes.correct([("名单.xlsx", data)], changes).files[0][1]
    assert _differing(_values(data), _values(made)) == {"C4": "男", "E7": OTHER}


def test_only_files_with_changes_come_back_and_none_without_any() -> None:
    good, bad = filings.workbook({"roster": [{}]}), filings.workbook({"roster": [{"name": "张三 "}]})
    files = [("好.xlsx", good), ("改.xlsx", bad)]
    changes = fixes.propose(_examine(files))
    assert [name for name, _ in fixes.correct(files, changes).files] == ["改（已更正）.xlsx"]
    assert fixes.correct(files, []) == Product(
        files=(), notes=("没有可以放心自动改的地方，所以没有做更正件。",)
    )


def test_a_copy_corrected_again_keeps_its_name_and_two_of_one_name_are_told_apart() -> None:
    bad = filings.workbook({"roster": [{"name": "张三 "}]})
    files = [("名单（已更正）.xlsx", bad), ("名单.xlsm", bad)]
    made = fixes.correct(files, fixes.propose(_examine(files))).files
    assert [name for name, _ in made] == ["名单（已更正）.xlsx", "名单（已更正）（2）.xlsx"]


def test_the_plan_and_the_filing_form() -> None:
    data = filings.workbook({
        "plan_professional": [{"time": dt.datetime(2024, 3, 5), "hours": "3学时", "headcount": "30人"},
                              {"time": "2024.3.6下午 ", "hours": "2.5课时"}],
        "filing_form": {"headcount": "共30人", "hours": "5.5学时"},
    })  # fmt: skip
    made = fixes.correct([("名单.xlsx", data)], _proposed(data)).files[0][1]
    plan, form = _values(made, "plan_professional"), _values(made, "filing_form")
    assert (plan["B4"], plan["B5"]) == ("2024年3月5日", "2024年3月6日下午")
    assert (plan["G4"], plan["H4"], plan["H5"]) == (30, 3, 2.5)
    assert {30, 5.5} <= set(form.values())
    sheet = openpyxl.load_workbook(io.BytesIO(made))["plan_professional"]
    assert sheet["B4"].number_format == "@"


# --- what is left alone ---

_LEFT = {
    "a blank that may stand for the separator": {"name": "古丽米热 艾比布力"},
    "a character of private use": {"name": "刘\ue863"},
    "one known and one unknown character": {"name": "⻓\ue000"},
    "a remark behind a hyphen": {"name": "张三-女"},
    "two grades under each other": {"gender": "男\n女"},
    "a sign that may hide the last digit": {"id_number": PERSON[:17] + "×"},
    "a number that has lost its digits": {"id_number": 4.1880119000312e17},
    "a number of fifteen digits": {"id_number": PERSON[:6] + PERSON[8:17]},
    "a letter among the digits": {"id_number": PERSON[:5] + "O" + PERSON[6:]},
}


@pytest.mark.parametrize("person", _LEFT.values(), ids=_LEFT)
def test_what_is_not_certain_of_a_person_is_left_to_the_clerk(person: dict[str, Any]) -> None:
    assert _proposed(filings.workbook({"roster": [person]})) == ()


_ROWS = {
    "hours of the clock": {"hours": "3小时"},
    "people among the hours": {"hours": "30人"},
    "about so many": {"headcount": "约30人"},
    "half a person": {"headcount": "2.5人"},
    "a time with its hour": {"time": dt.datetime(2024, 3, 5, 8, 30)},
    "a day that may have lost its zero": {"time": 3.1},
    "a day of another year": {"time": "2023.3.5上午"},
    "a time not yet fixed": {"time": "拟2024.3.5上午"},
    "a weekday that may not agree": {"time": "2024.3.5（周四）上午"},
    "a day that no calendar has": {"time": "2024.2.30上午"},
}


@pytest.mark.parametrize("row", _ROWS.values(), ids=_ROWS)
def test_what_is_not_certain_of_a_training_is_left_to_the_clerk(row: dict[str, Any]) -> None:
    assert _proposed(filings.workbook({"plan_professional": [row]})) == ()


def test_a_time_without_year_is_left_where_the_title_has_another_year() -> None:
    title = filings.title("plan_professional").replace("2024", "2023")
    data = filings.workbook(
        {"plan_professional": [{"time": "3月5日上午"}, {"time": "2024.3.6上午"}]},
        titles={"plan_professional": title},
    )
    assert [change.id for change in _proposed(data)] == ["1-1-B5"]


def test_a_formula_is_never_changed_nor_a_copy_nor_a_part_of_a_cell() -> None:
    book = filings.book_of({"roster": [{}, {"name": "李 四"}, {}], "filing_form": {}})
    sheet, form = book["roster"], book["filing_form"]
    sheet.merge_cells("B5:B6")
    form["C4"], form["D4"] = "培训人数：30人", None
    data = workbooks.unzipped(workbooks.saved(book))
    part = data["xl/worksheets/sheet1.xml"]
    shown = b'<c r="C4" t="str"><f>"\xe7\x94\xb7"&amp;""</f><v>\xe7\x94\xb7\xe6\x80\xa7</v></c>'
    data["xl/worksheets/sheet1.xml"] = re.sub(rb'<c r="C4"[^>]*>.*?</c>', shown, part)
    made = workbooks.zipped(data)
    codes = {(f.code, f.place.cell) for f in _examine([("名单.xlsx", made)]).report.findings}
    assert {("G01", "C4"), ("N02", "B5"), ("N02", "B6")} <= codes
    assert [change.id for change in _proposed(made)] == ["1-1-B5"]


_SERIALS = {
    "staff numbers": ("编号", [{"serial_no": 1}, {"serial_no": 5}]),
    "words": ("序号", [{"serial_no": "一"}, {"serial_no": "三"}]),
    "a number kept for a blank row": ("序号", [{}, {"name": "", "gender": "", "major": "", "id_number": ""}, {"serial_no": 5}]),
}


@pytest.mark.parametrize(("head", "rows"), _SERIALS.values(), ids=_SERIALS)
def test_serial_numbers_that_may_be_more_than_a_count_are_left(head: str, rows: list[Any]) -> None:
    book = filings.book_of({"roster": rows})
    book["roster"]["A3"] = head
    data = filings.to_bytes(book)
    assert "L01" in {f.code for f in _examine([("名单.xlsx", data)]).report.findings}
    assert _proposed(data) == ()


@pytest.mark.parametrize("value", ["=ROW()-3", "merged"])
def test_serial_numbers_that_follow_others_are_left(value: str) -> None:
    book = filings.book_of({"roster": [{}, {"serial_no": 3}, {"serial_no": 9}]})
    if value == "merged":
        book["roster"].merge_cells("A5:A6")
    data = workbooks.unzipped(filings.to_bytes(book))
    if value != "merged":
        part, formula = data["xl/worksheets/sheet1.xml"], f"<f>{value[1:]}</f>".encode()
        data["xl/worksheets/sheet1.xml"] = re.sub(rb'(<c r="A6"[^>]*>)', rb"\1" + formula, part)
    assert _proposed(workbooks.zipped(data)) == ()


# --- other formats ---


def _rows(name: str = "李 四 ") -> list[list[Any]]:
    book = filings.book_of({"roster": [{}, {"name": name}]})
    return [list(row) for row in book["roster"].values]


def test_an_xls_comes_back_as_xlsx_and_says_what_was_lost() -> None:
    made = xlwt.Workbook()
    sheet = made.add_sheet("名单")
    for y, row in enumerate(_rows()):
        for x, value in enumerate(row):
            if value is not None:
                sheet.write(y, x, value)
    sheet.write(0, 9, xlwt.Formula("1+1"))
    data = workbooks.xls_saved(made)
    product = fixes.correct([("名单.xls", data)], _proposed(data, "名单.xls"))
    assert [name for name, _ in product.files] == ["名单（已更正）.xlsx"]
    assert product.notes[0] == "“名单.xls”更正了 1 处。"
    assert len(product.notes) > 1
    assert _values(product.files[0][1], "名单")["B5"] == "李四"


def test_a_csv_comes_back_as_xlsx() -> None:
    data = workbooks.csv(_rows())
    product = fixes.correct([("名单.csv", data)], _proposed(data, "名单.csv"))
    assert [name for name, _ in product.files] == ["名单（已更正）.xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(product.files[0][1])).worksheets[0]
    assert (book["B6"].value, book["E6"].value) == ("李四", filings.person(1)["id_number"])


def test_comments_of_the_user_stay() -> None:
    book = filings.book_of({"roster": [{"name": "张三 "}]})
    book["roster"]["B4"].comment = Comment("问过本人", "王五")
    data = filings.to_bytes(book)
    made = fixes.correct([("名单.xlsx", data)], _proposed(data)).files[0][1]
    cell = openpyxl.load_workbook(io.BytesIO(made))["roster"]["B4"]
    assert (cell.value, cell.comment and cell.comment.text) == ("张三", "问过本人")


# --- what the screen shows ---


def test_as_dicts_masks_numbers_and_shows_what_nobody_sees() -> None:
    listed = fixes.as_dicts(_proposed(filings.workbook({"roster": ROSTER})))
    shown = {each["id"]: (each["before"], each["after"]) for each in listed}
    assert shown == {
        "1-1-B4": ("␣张␣⽂↵", "张文"),
        "1-1-C4": ("男性", "男"),
        "1-1-B5": ("古丽•买买提", "古丽·买买提"),
        "1-1-D5": ("土木↵工程␣", "土木工程"),
        "1-1-A6": ("7、7、8", "3、4、5"),
        "1-1-E6": (f"４１８８０１-********-{PERSON[14:]}", f"418801********{PERSON[14:]}"),
        "1-1-E7": (
            f"418801********{OTHER[14:]}（数字）",
            f"418801********{OTHER[14:]}（文本）",
        ),
        "1-1-B8": ("李◌明", "李明"),
        "1-1-F8": ("同名，↵市场部→", "同名，↵市场部"),
    }
    assert listed[4] == {
        "id": "1-1-A6", "codes": ["L01"], "file": "名单.xlsx", "sheet": "roster",
        "cells": ["A6", "A7", "A8"], "count": 3, "label": "序号", "what": "序号从1开始重新编",
        "before": "7、7、8", "after": "3、4、5",
    }  # fmt: skip
    assert listed[0]["what"] == (
        "去掉看不见的空格、换行和字符；去掉姓名中间的空格；姓名里编码不正常的字换成正常的汉字"
    )
    assert all(re.fullmatch("[0-9A-Z-]+", each["id"]) for each in listed)


# --- whatever stands in a cell, what it says stays ---


def _tidied(form: str, name: str, value: Any) -> Any:
    known = catalog.load()
    context = Context(catalog=known, cycle=known.cycle(2024), today=cases.TODAY)
    cell = Cell("", "", 4, 2, value, kind_of(value), name)
    table = next(
        table
        for source in _examine([("", filings.workbook({form: [{}]}))]).drop.sources
        for table in source.tables
    )
    return tidied(cell, known.forms[form].fields[name], _TABLES.setdefault(form, table), context)


_TABLES: dict[str, Table] = {}
_NOISE = st.sampled_from([" ", "\u3000", "\u00a0", "\t", "\n", "\u200b", "\ufeff", "-", "'", "×", "x", "Ｘ", "*", "0", "５", "②"])


@settings(_quietly, max_examples=150)
@given(st.lists(_NOISE, max_size=4), st.lists(st.integers(0, 18), max_size=4))
def test_no_digit_of_a_number_changes(noise: list[str], places: list[int]) -> None:
    text = PERSON
    for sign, place in zip(noise, places, strict=False):
        text = text[:place] + sign + text[place:]
    after = _tidied("roster", "id_number", text)
    if after is not None:
        wide = unicodedata.normalize("NFKC", text)
        assert re.sub("[^0-9]", "", wide) == re.sub("[^0-9]", "", after)
        assert resident_id.well_formed(after)


@settings(_quietly, max_examples=150)
@given(st.text(st.sampled_from("张李⽂⻓文长古丽 　\u00a0\n\u200b·•．-Aａ1？\ue000"), min_size=1, max_size=9))
def test_no_character_of_a_name_changes(name: str) -> None:
    after = _tidied("roster", "name", name)
    if after is not None:
        assert person_name.compact(after) == person_name.compact(name)
        assert _tidied("roster", "name", after) is None


@settings(_quietly, max_examples=150)
@given(st.text(st.sampled_from("0123456789３.-共约 \n学课小时人名个"), min_size=1, max_size=7))
def test_no_hour_changes(text: str) -> None:
    after = _tidied("plan_professional", "hours", text)
    if after is not None:
        plain = unicodedata.normalize("NFKC", text)
        digits = re.sub("[^0-9.]", "", plain)
        said = re.sub("[^0-9.]", "", unicodedata.normalize("NFKC", str(after)))
        assert digits == said or float(digits) == float(said)


def test_ids_are_the_same_each_time_and_name_one_change_each() -> None:
    files = [(f"{n}.xlsx", filings.workbook({"roster": ROSTER, "transcript": ROSTER})) for n in "ab"]
    once, again = (fixes.propose(_examine(files)) for _ in range(2))
    assert once == again
    ids = [change.id for change in once]
    assert len(set(ids)) == len(ids)
    places = itertools.groupby(ids, key=lambda each: each.rpartition("-")[0])
    assert [place for place, _ in places] == ["1-1", "1-2", "2-1", "2-2"]
