"""The files of one filing, checked: a `Unit` for each unit in them, as plain data."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from checker import engine, plan_hours
from checker.batch.summary import Person, Unit
from checker.catalog import DEFAULT_YEAR, PLAN_FORMS
from checker.engine import Examination
from checker.filing import PLAN, Filing
from checker.model import Finding, Report
from checker.people import distinct
from checker.privacy import mask
from checker.reports import as_json

# What stands in for a file that must not be opened again: the beginning of a zip that ends there.
_STUB = b"PK\x03\x04"
_UNREADABLE = "W01"

File = tuple[str, bytes | None]  # path and content, None where the disk did not give it


def inspect(
    files: Iterable[File],
    *,
    folder: str = "",
    lost: Mapping[str, str] | None = None,
    today: dt.date | None = None,
    year: int = DEFAULT_YEAR,
    progress: engine.Progress | None = None,
) -> tuple[Unit, ...]:
    """Check the files of one filing and return what there is to say of its unit.

    There are several where one workbook holds the forms of several units. `lost` gives the files
    that must not be opened or could not be had, each with the sentence that tells why.
    """
    lost = lost or {}
    given = tuple(files)
    examination = engine.examine(
        ((name, _STUB if name in lost or data is None else data) for name, data in given),
        today=today,
        year=year,
        complete=True,
        progress=progress,
    )
    report = _with_reasons(examination.report, lost, dict(given))
    filings: tuple[Filing | None, ...] = examination.drop.filings or (None,)
    owners = _Owners(examination)
    return tuple(
        _unit(filing, _part(report, number, owners), folder)
        for number, filing in enumerate(filings)
    )


def _with_reasons(
    report: Report, lost: Mapping[str, str], given: Mapping[str, bytes | None]
) -> Report:
    """Return the report with the true reasons why files were not opened, and their true hashes."""

    def told(finding: Finding) -> Finding:
        reason = lost.get(finding.place.file)
        if finding.code != _UNREADABLE or reason is None:
            return finding
        return replace(finding, message=reason, shareable=reason)

    return replace(
        report,
        files=tuple(
            replace(file, sha256=_hash(given[file.name])) if file.name in lost else file
            for file in report.files
        ),
        findings=tuple(map(told, report.findings)),
        groups=(),
    )


def _hash(data: bytes | None) -> str:
    return "" if data is None else hashlib.sha256(data).hexdigest()


class _Owners:
    """Which of several units in the same files a place belongs to, by its number."""

    def __init__(self, examination: Examination) -> None:
        self._units = [filing.unit for filing in examination.drop.filings]
        self._sheets: dict[tuple[str, str], int] = {}
        self._files: dict[str, list[int]] = {}
        for number, filing in enumerate(examination.drop.filings):
            for table in filing.tables:
                self._sheets.setdefault((table.file, table.sheet.name), number)
                self._files.setdefault(table.file, []).append(number)

    def of_sheet(self, file: str, sheet: str) -> int:
        """Return whose a sheet is: what belongs to nobody goes with the first."""
        return self._sheets.get((file, sheet), self.of_file(file)[0])

    def of_file(self, file: str) -> Sequence[int]:
        """Return whose tables are in a file, at least one: of two on one sheet, both have it."""
        return self._files.get(file, (0,))

    def of_finding(self, finding: Finding) -> int:
        """Return whose a finding is; one on a whole file names the unit it is about (X01)."""
        number = None if finding.place.sheet else self.of_sentence(finding.message)
        place = finding.place
        return self.of_sheet(place.file, place.sheet) if number is None else number

    def of_sentence(self, text: str) -> int | None:
        """Return whose name stands before a sentence, None where there is none."""
        units = enumerate(self._units)
        return next((n for n, unit in units if unit and text.startswith(f"{unit}：")), None)


def _part(report: Report, number: int, owners: _Owners) -> Report:
    """Return what a report says of one of the units."""
    files = (
        replace(
            file,
            sheets=tuple(s for s in file.sheets if owners.of_sheet(file.name, s.name) == number),
        )
        for file in report.files
    )
    findings = tuple(f for f in report.findings if owners.of_finding(f) == number)
    codes = {finding.code for finding in findings}
    named = {finding.place.file for finding in findings}
    return replace(
        report,
        files=tuple(
            file
            for file in files
            if file.sheets or file.name in named or number in (0, *owners.of_file(file.name))
        ),
        findings=findings,
        rules=tuple(rule for rule in report.rules if rule.code in codes),
        not_checked=tuple(s for s in report.not_checked if owners.of_sentence(s) in (None, number)),
    )


def _unit(filing: Filing | None, report: Report, folder: str) -> Unit:
    told: dict[str, Any] = as_json.as_dict(report, redact=True)
    return {
        "unit": (filing.unit if filing else "") or None,
        "folder": folder,
        "people": {
            "roster": distinct(filing.listed) if filing and filing.of("roster") else None,
            "transcript": distinct(filing.graded) if filing and filing.of("transcript") else None,
        },
        "hours": {name: _hours(filing, name) for name in PLAN_FORMS},
        "summary": told["summary"],
        "files": told["files"],
        "findings": told["findings"],
        "not_checked": told["not_checked"],
        "rules": told["rules"],
        "persons": list(_persons(filing)) if filing else [],
    }


def _hours(filing: Filing | None, name: str) -> float | None:
    """Return what the hours of a plan come to, None where there is no such plan."""
    plans = [plan for plan in filing.of(PLAN) if plan.form.name == name] if filing else []
    return plan_hours.total(plans) if plans else None


def _persons(filing: Filing) -> Iterator[Person]:
    """Yield the people of a filing that a number tells, each once, where the number stands."""
    met: set[str] = set()
    for person in (*filing.listed, *filing.graded):
        cell = person.cell("id_number") if person.number else None
        if cell and person.number not in met:
            met.add(person.number)
            yield {
                "number": person.number,
                "masked": mask(person.number),
                "name": person.name,
                "file": cell.file,
                "sheet": cell.sheet,
                "cell": cell.ref,
                "row": cell.row,
            }
