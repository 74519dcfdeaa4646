"""Cases of the plan rules that need another title, another table or another calendar."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from openpyxl import Workbook

from checker import calendar, catalog, check
from checker.model import Report
from tests import filings

TODAY = dt.date(2024, 10, 8)


def _check(records: list[dict[str, Any]], *, heading: str = "", without: str = "") -> Report:
    book = Workbook()
    book.remove(book.active)
    sheet = filings.add_sheet(book, "plan_professional", records, heading=heading)
    if without:
        fields = list(catalog.load().forms["plan_professional"].fields)
        sheet.delete_cols(fields.index(without) + 1)
    buffer = io.BytesIO()
    book.save(buffer)
    return check(buffer.getvalue(), "计划表.xlsx", today=TODAY)


def _found(report: Report, code: str) -> list[tuple[str, str]]:
    return [(f.place.cell, f.message) for f in report.findings if f.code == code]


def test_a_year_without_calendar_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "day", lambda date: None)
    report = _check([{}, {}])
    assert _found(report, "P11") == [("B3", "还没有 2024 年的放假安排，没有核对培训时间是不是休息日。")]


def test_a_whole_table_of_another_year_has_one_finding() -> None:
    title = filings.title("plan_professional").replace("2024", "2023")
    report = _check([{"time": "2023年3月6日上午"}], heading=title)
    assert [f.code for f in report.findings if f.severity == "error"] == ["H06"]


def test_a_plan_of_no_subject_is_not_said_to_be_of_the_wrong_one() -> None:
    title = filings.title("plan_professional").replace("（专业科目）", "")
    report = _check([{"topic": "职业道德"}], heading=title)
    assert _found(report, "P15") == []
    assert [cell for cell, _ in _found(report, "H09")] == ["A1"]


def test_without_notes_the_mode_is_where_to_look() -> None:
    report = _check([{"mode": "网络培训"}, {"mode": "委托培训"}], without="note")
    assert [cell for cell, _ in _found(report, "P12")] == ["E4"]
    assert [cell for cell, _ in _found(report, "P13")] == ["E5"]


@pytest.mark.parametrize("name", ["time", "place", "topic", "mode", "audience", "headcount", "hours"])
def test_a_missing_column_is_the_only_error(name: str) -> None:
    report = _check([{}, {"time": "2024年3月4日上午"}, {"mode": "网络培训"}], without=name)
    codes = {f.code for f in report.findings if f.severity == "error"}
    assert codes <= {"H02"}


@pytest.mark.parametrize("name", ["time", "mode", "headcount", "hours", "instructor", "place", "note"])
def test_a_cell_that_shows_an_error_value_has_that_finding_only(name: str) -> None:
    report = _check([{"mode": "网络培训", "note": "https://example.com", name: "#N/A"}])
    assert {f.code for f in report.findings if f.severity != "info"} == {"W06"}


@pytest.mark.parametrize(("form", "codes"), [("plan_general", {"P15"}), ("plan_professional", set())])
def test_the_example_of_each_plan_is_clean(form: str, codes: set[str]) -> None:
    records = list(catalog.load().forms[form].example()["records"])
    report = check(filings.workbook({form: records}), "计划表.xlsx", today=TODAY)
    assert {f.code for f in report.findings if f.code.startswith("P")} == codes
