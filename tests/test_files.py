"""What the rules about files and headers do to the others; each by itself is in tests/rules/."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checker import Report, catalog, check, check_files, template
from tests import cases, filings
from tests.cases import Case

TODAY = dt.date(2024, 10, 8)
ROSTER = {"roster": [{}, {}, {}]}
UNREADABLE = [case for case in cases.load() if case.code == "W01" and case.hits]
OTHER_FORMATS = [case for case in cases.load() if case.code in ("W02", "W03")]


def _check(data: bytes, name: str = "名单.xlsx") -> Report:
    return check(data, name, today=TODAY)


def _edited(forms: dict[str, Any], **cells: Any) -> bytes:
    book = filings.book_of(forms)
    for place, value in cells.items():
        book.worksheets[0][place] = value
    return filings.to_bytes(book)


def test_a_sheet_whose_header_failed_has_no_row_findings() -> None:
    report = _check(_edited({"roster": [{"name": "", "id_number": "1"}]}, F3="姓名"))
    assert {finding.code for finding in report.findings if finding.severity == "error"} == {"H13"}
    assert report.not_checked


def test_a_missing_column_says_nothing_of_its_rows() -> None:
    report = _check(_edited(ROSTER, D3="职务"))
    assert [finding.code for finding in report.findings if finding.severity == "error"] == ["H02"]


@pytest.mark.parametrize("case", OTHER_FORMATS, ids=lambda case: case.name)
def test_every_format_is_read_to_the_last_person(case: Case) -> None:
    assert [(sheet.form, sheet.people) for sheet in case.report.files[0].sheets] == [("roster", 2)]


@pytest.mark.parametrize("case", UNREADABLE, ids=lambda case: case.name)
def test_unreadable_files_are_an_error_and_stop_nothing_else(case: Case) -> None:
    good = filings.workbook(ROSTER)
    report = check_files([("坏.xlsx", case.data), ("好.xlsx", good)], today=TODAY)
    codes = [(finding.code, finding.place.file) for finding in report.findings
             if finding.code[0] == "W"]
    assert codes == [("W01", "坏.xlsx")]
    assert [sheet.rows for sheet in report.files[1].sheets] == [3]


def test_our_blank_templates_are_recognised_and_only_asked_to_be_filled() -> None:
    known = catalog.load()
    for form in known.forms.values():
        report = _check(template.build([form], known.cycle(2024)), template.file_name([form]))
        errors = {finding.code for finding in report.findings if finding.severity == "error"}
        assert errors == ({"H05", "H11"} if form.is_table else {"H05", "B01"})
        assert {finding.code for finding in report.findings if finding.severity == "warning"} <= {"H07"}
        assert [sheet.form for sheet in report.files[0].sheets if sheet.form] == [form.name]


def test_our_examples_pass() -> None:
    known = catalog.load()
    forms = list(known.forms.values())
    data = template.example(forms, known.cycle(2024))
    report = _check(data, template.file_name(forms, filled=True))
    assert [f for f in report.findings if f.severity != "info"] == []
    assert report.verdict == "pass"
    assert [sheet.form for sheet in report.files[0].sheets if sheet.form] == list(known.forms)


def test_two_files_of_one_name_are_told_apart() -> None:
    faulty = filings.workbook({"roster": [{"name": ""}]})
    good = filings.workbook({"roster": [{}]})
    report = check_files([("名单.xlsx", good), ("名单.xlsx", faulty)], today=TODAY)
    assert [file.name for file in report.files] == ["名单.xlsx", "名单（2）.xlsx"]
    blank = [finding.place.file for finding in report.findings if finding.code == "N01"]
    assert blank == ["名单（2）.xlsx"]
