"""No false alarms: whole valid filings are silent, and one fault gives exactly its own code.

`tests/valid_filings.py` draws the filings, `tests/mutations.py` breaks them. Everything is
derandomized: a run is the same every time. To look at more, set EXAMPLES to some thousands.
"""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker import check_files
from checker.catalog import region_codes
from checker.identifiers import resident_id
from checker.model import Report, Severity
from tests.mutations import MUTATIONS, Mutation
from tests.valid_filings import TODAY, filings
from tests.valid_forms import Filing

EXAMPLES = 60
EXAMPLES_A_MUTATION = 2
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def _check(filing: Filing) -> Report:
    return check_files(filing.files(), today=TODAY)


def _serious(report: Report) -> list[str]:
    return [
        f"{f.code} {f.severity} {f.place.file}!{f.place.sheet}!{f.place.cell} {f.message}"
        for f in report.findings
        if f.severity is not Severity.INFO
    ]


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=_SLOW)
@given(filings())
def test_no_error_and_no_warning_in_a_valid_filing(filing: Filing) -> None:
    report = _check(filing)
    assert _serious(report) == []
    names = [form.name for book in filing.books for form in book]
    read = [sheet.form for file in report.files for sheet in file.sheets]
    assert read == names
    assert [sheet.rows for file in report.files for sheet in file.sheets] == [
        len(form.records) for book in filing.books for form in book
    ]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_one_fault_gives_its_code_at_its_cell_and_no_other_error(mutation: Mutation) -> None:
    @settings(max_examples=EXAMPLES_A_MUTATION, deadline=None, derandomize=True, suppress_health_check=_SLOW)
    @given(filings(most=5))
    def check_one(filing: Filing) -> None:
        expected = {
            (filing.sheet_of(form) if form else ("1.xlsx", ""), cell)
            for form, cell in mutation.change(filing)
        }
        report = _check(filing)
        mine = [f for f in report.findings if f.code == mutation.code and f.severity is not Severity.INFO]
        assert {((f.place.file, f.place.sheet), f.place.cell) for f in mine} == expected, _serious(report)
        assert len(mine) == len(expected), _serious(report)
        others = [f for f in report.findings if f not in mine and f.severity is not Severity.INFO]
        errors = {f.code for f in others if f.severity is Severity.ERROR}
        assert errors <= ({"X03"} if mutation.code == "H06" else set()), _serious(report)
        assert {f.code for f in others} <= mutation.also, _serious(report)

    check_one()


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(region_codes())), st.dates(dt.date(1900, 1, 1), TODAY), st.integers(1, 999))
def test_every_well_made_number_is_accepted(region: str, born: dt.date, order: int) -> None:
    body = f"{region}{born:%Y%m%d}{order:03d}"
    assert resident_id.is_valid(body + resident_id.check_character(body))
