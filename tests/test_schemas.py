"""Schemas, dialect and cycle: valid in themselves, and consistent with each other and the rules."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from checker import catalog
from checker.fields import faults
from checker.rules import BY_CODE

ROOT = Path(__file__).parent.parent
KNOWN = catalog.load()
FORMS = list(KNOWN.forms.values())
CYCLE = KNOWN.cycle(2024)


def _schema(name: str) -> Any:
    return json.loads((ROOT / "schemas" / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_form_schemas_are_json_schema_and_keep_to_the_dialect(form: catalog.Form) -> None:
    Draft202012Validator.check_schema(form.schema)
    dialect = _schema("dialect.schema.json")
    Draft202012Validator.check_schema(dialect)
    assert list(Draft202012Validator(dialect).iter_errors(form.schema)) == []
    assert form.schema["$id"] == f"urn:beian-kit:{form.name}:{form.version}"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_every_keyword_that_can_refuse_a_value_has_its_rule(form: catalog.Form) -> None:
    for name, data in form.schema["properties"].items():
        spec = form.fields[name]
        keywords = {"pattern", "enum", "minimum", "exclusiveMinimum"} & data.keys()
        keywords |= {"type"} if data["type"] != "string" else set()
        keywords |= {"required"} if spec.required else set()
        assert keywords <= spec.rules.keys(), name
        for codes in spec.rules.values():
            assert set(codes) <= BY_CODE.keys(), name
    assert {code for codes in form.record_rules.values() for code in codes} <= BY_CODE.keys()
    assert set(form.schema["required"]) <= form.schema["properties"].keys()


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_examples_of_each_field_are_accepted(form: catalog.Form) -> None:
    for data in form.schema["properties"].values():
        for example in data["examples"]:
            assert Draft202012Validator(data).is_valid(example)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_the_compiled_path_and_jsonschema_agree(form: catalog.Form) -> None:
    good = dict(form.example()["records"][0])
    assert faults(good, form) == ()
    validator = Draft202012Validator(form.schema)
    for name in form.schema["properties"]:
        for bad in (None, "", "abc", -1, 0, 2.5, True, "?", "男", []):
            values = good | {name: bad}
            assert bool(faults(values, form)) == (not validator.is_valid(values)), (name, bad)
        values = {key: value for key, value in good.items() if key != name}
        assert bool(faults(values, form)) == (not validator.is_valid(values)), name


def test_sources_are_clauses_of_the_cycle() -> None:
    clauses = CYCLE.data["clauses"]
    assert list(clauses) == [f"S{number}" for number in range(1, 15)]
    for form in FORMS:
        for source in (*form.source, *(s for f in form.fields.values() for s in f.source)):
            assert source in clauses


def test_the_cycle_keeps_to_its_schema_and_says_what_the_notice_says() -> None:
    schema = _schema("cycle.schema.json")
    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(CYCLE.data)) == []
    assert [(w.start, w.end) for w in CYCLE.windows] == [
        (dt.date(2024, 10, 11), dt.date(2024, 10, 20)),
        (dt.date(2024, 12, 11), dt.date(2024, 12, 20)),
    ]
    assert (CYCLE.hours_per_day, CYCLE.hours_per_half_day) == (6, 3)
    office = CYCLE.data["offices"][0]
    assert office["address"] == "洛阳市洛龙区开元大道286号"
    assert office["phone"] == "69933238"
    assert CYCLE.data["electronic"]["forms"] == ["roster", "transcript"]


def test_a_year_without_rules_is_said_to_have_none() -> None:
    with pytest.raises(catalog.UnknownCycleError, match="没有 2030 年度的备案规则，现有：2024"):
        KNOWN.cycle(2030)
