"""What a report may show of a person: no whole number ever, and nothing at all once redacted."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from checker import check, reports
from checker.privacy import HIDDEN, mask
from checker.reports import as_json
from checker.rules import BY_CODE, RULES
from tests import cases, filings

TODAY = dt.date(2024, 10, 8)
NAME = "欧阳标记"
# Numbers wrong in every way a rule tells apart; each carries the marker 7319 in its hidden middle.
MARKED_NUMBERS = {
    "check character": "418801197319120010",
    "too long": "4188011973191200101",
    "too short": "41880119731912001",
    "letter inside": "41880119731912O019",
    "impossible date": "418801197319991239",
    "no province": "998801197319120017",
    "lower case": "41880119731912001x",
    "blanks inside": "418801 19731912 0010",
    "fifteen digits": "418801973191201",
    "masked": "418801****7319*010",
    "as a fraction": 4.18801197319120e17,
    "scientific": "4.18801197319E+17",
    "passport": "E73197319",
    "residence permit": "810000197319120016",
}


def _report(number: Any) -> Any:
    person = {"name": NAME + " 甲", "gender": "男性", "major": "高级工程师", "id_number": number}
    return check(filings.workbook({"roster": [person, person], "transcript": [person]}), "a.xlsx", today=TODAY)


@pytest.mark.parametrize("kind", MARKED_NUMBERS)
def test_no_whole_number_in_any_report(kind: str) -> None:
    number = MARKED_NUMBERS[kind]
    report = _report(number)
    assert report.findings
    for wanted in reports.FORMATS:
        rendered = reports.render(report, wanted, redact=False)
        assert str(number) not in rendered
        assert "7319" not in rendered
    assert NAME in as_json.render(report)  # on the filer's own screen names are shown


@pytest.mark.parametrize("kind", MARKED_NUMBERS)
def test_nothing_personal_in_a_redacted_report(kind: str) -> None:
    report = _report(MARKED_NUMBERS[kind])
    for wanted in reports.FORMATS:
        rendered = reports.render(report, wanted, redact=True)
        for marker in ("7319", "欧阳", "标记", "高级工程师", "男性", "418801"):
            assert marker not in rendered


def test_no_rule_puts_cell_text_into_a_redacted_report() -> None:
    """Every case of every rule, with a marker in all personal cells."""
    for case in cases.load():
        forms = {
            form: [{**item, "name": item.get("name") and f"{item['name']}独有标记"} if "name" in item else
                   {**item, "name": "独有标记"} for item in case.forms[form]]
            for form in ("roster", "transcript") if form in case.forms
        }
        if forms:
            report = check(filings.workbook(forms), "a.xlsx", today=TODAY)
            for wanted in reports.FORMATS:
                assert "独有标记" not in reports.render(report, wanted, redact=True)


def test_facts_about_one_person_are_hidden_once_redacted() -> None:
    private = {rule.code for rule in RULES if rule.private}
    assert private == {"N04", "N05", "G02", "T05", "X11"}
    seen = set()
    for finding in (finding for case in cases.load() for finding in case.report.findings):
        rule = BY_CODE[finding.code]
        if finding.code in private and finding.message != finding.shareable:
            assert HIDDEN in finding.shareable
            seen.add(finding.code)
        if finding.code == "G02":
            assert finding.shareable == rule.message.format(row=finding.place.row, a=HIDDEN, b=HIDDEN)
    assert seen == private


def test_redacted_json_keeps_places_and_codes() -> None:
    report = _report("418801197319120010")
    whole, redacted = (json.loads(as_json.render(report, redact=r)) for r in (False, True))
    keys = ("code", "severity", "file", "sheet", "cell", "row", "field", "label")
    for one, other in zip(whole["findings"], redacted["findings"], strict=True):
        assert [one[key] for key in keys] == [other[key] for key in keys]
        assert (other["value"], other["suggestion"]) == (None, None)


def test_masking_keeps_six_and_four() -> None:
    assert mask("418801198503120013") == "418801********0013"
    assert mask("123") == "***"
    assert mask("") == ""


def test_all_rules_have_texts_a_clerk_can_read() -> None:
    for rule in RULES:
        for sentence in (rule.title, rule.message, rule.fix, rule.explanation, *rule.variants.values()):
            assert any("\u4e00" <= character <= "\u9fff" for character in sentence), rule.code
            assert "非法" not in sentence, rule.code
            assert "<" not in sentence, rule.code
