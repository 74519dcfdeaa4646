"""Each rule against its cases (`<family>.toml`): the exact code at the exact cell, or silence."""

from __future__ import annotations

import pytest

from checker.model import Rule
from checker.rules import RULES
from pipeline.examples import wording_of
from tests import cases
from tests.cases import Case

CASES = cases.load()
# Said only of a year whose calendar is not out yet: tests/rules/test_plan.py, tests/test_filing.py.
ANOTHER_YEAR = {"P11": "unknown", "D01": "unknown"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code} {case.name}")
def test_case(case: Case) -> None:
    found = [finding for finding in case.report.findings if finding.code == case.code]
    assert [case.place(finding) for finding in found] == case.hits
    for key in ("severity", "suggestion", "message"):
        if key in case.given:
            assert getattr(found[0], key) == case.given[key]
    codes = {finding.code for finding in case.report.findings}
    assert "E00" not in codes, "a rule crashed"
    if case.given.get("only"):
        assert not {f.code for f in case.report.findings if f.severity != "info"} - {case.code}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_each_wording_occurs_in_some_case(rule: Rule) -> None:
    mine = [finding for case in CASES if case.code == rule.code for finding in case.report.findings]
    said = {wording_of(rule, finding.message) for finding in mine if finding.code == rule.code}
    unsaid = {rule.message, *rule.variants.values()} - said
    assert unsaid <= {rule.variants.get(ANOTHER_YEAR.get(rule.code, ""))}


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_each_rule_has_cases_with_and_without_hits(code: str) -> None:
    mine = [case.hits for case in CASES if case.code == code]
    assert any(mine), "no case in which the rule finds something"
    assert [] in mine, "no case in which the rule stays silent"
