"""Each rule against its cases (`<family>.toml`): the exact code at the exact cell, or silence.

A case gives the records of one or more forms, and maybe other `titles` or `dates`; `hits` are the
cells at which exactly this code is reported. `severity`, `suggestion` and `message` are those of
the first hit; `only` asks that nothing else is reported at error or warning level.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import pytest

from checker import catalog, check
from checker.model import Finding, Report
from checker.rules import FAMILIES, RULES
from tests import filings

HERE = Path(__file__).parent
TODAY = dt.date(2024, 10, 8)


def _cases() -> list[Any]:
    found = []
    for path in sorted(HERE.glob("*.toml")):
        for code, cases in tomllib.loads(path.read_text(encoding="utf-8")).items():
            found += [pytest.param(code, case, id=f"{code} {case['name']}") for case in cases]
    return found


CASES = _cases()


def _run(case: dict[str, Any]) -> Report:
    forms = {name: case[name] for name in case if name in catalog.FORM_NAMES}
    visit = case.get("visit")
    return check(
        filings.workbook(forms, titles=case.get("titles"), dates=case.get("dates")),
        "名单.xlsx",
        today=dt.date.fromisoformat(str(case.get("today", TODAY))),
        visit=dt.date.fromisoformat(str(visit)) if visit else None,
        county=case.get("county"),
    )


def _place(finding: Finding, several: bool) -> str:
    if finding.place.sheet == "filing_form" and finding.field:
        cell = finding.field
    else:
        cell = finding.place.cell
    return f"{finding.place.sheet}!{cell}" if several else cell


@pytest.mark.parametrize(("code", "case"), CASES)
def test_case(code: str, case: dict[str, Any]) -> None:
    report = _run(case)
    several = sum(name in catalog.FORM_NAMES for name in case) > 1
    found = [finding for finding in report.findings if finding.code == code]
    assert [_place(finding, several) for finding in found] == case["hits"]
    for key in ("severity", "suggestion", "message"):
        if key in case:
            assert getattr(found[0], key) == case[key]
    if case.get("only"):
        others = {f.code for f in report.findings if f.severity != "info"} - {code}
        assert not others


def test_nothing_crashes() -> None:
    assert not [f for _, case in (p.values for p in CASES) for f in _run(case).findings
                if f.code == "E00"]


# Rules about whole files and headers: their workbooks are made in code, in tests/test_files.py.
IN_CODE = {rule.code for family in FAMILIES for rule in family.RULES if rule.code[0] in "WH"}


@pytest.mark.parametrize("code", [rule.code for rule in RULES if rule.code not in IN_CODE])
def test_each_rule_has_cases_with_and_without_hits(code: str) -> None:
    mine = [case["hits"] for rule, case in (param.values for param in CASES) if rule == code]
    assert any(mine), "no case in which the rule finds something"
    assert [] in mine, "no case in which the rule stays silent"
