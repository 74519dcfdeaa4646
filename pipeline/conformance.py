"""The conformance set: records and filings with the answer that any tool must give.

Two levels. What JSON Schema can say (`<form>.json` and `filing.json`) is made of the values written
down by hand in tests/conformance_values.py; what only a checker can see, such as a check character
or two forms that contradict each other (`checker.json`), of the rules' own cases
(tests/cases.py). A case names places as JSON Pointers into its record or filing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from openpyxl.utils.cell import column_index_from_string

from checker import catalog
from checker.catalog import Form
from tests import YEAR, cases, filings
from tests.cases import Case
from tests.conformance_values import FIELDS, KINDS, ONE_OF, REQUIRED, Value

Json = Mapping[str, Any]
_FORMAT = 1
_EXACT = 2**53  # from here on, JavaScript does not tell whole numbers apart
_OF_A_FILING = {  # what a case may hold beside its forms, so that a filing says it all
    "name", "hits", "severity", "suggestion", "message", "only", "about", "example",
    "titles", "dates", "today", "visit", "county", *catalog.FORM_NAMES,
}  # fmt: skip
_FOREIGN = ("phone_number", "姓名", "Name", "__proto__", "constructor", "")


def files() -> Mapping[str, bytes]:
    """Return the files of the set by name, one case a line."""
    return {name: _lines(data) for name, data in _sets().items()}


def tally() -> Mapping[str, int]:
    """Return how many cases each file has."""
    return {name: len(data["cases"]) for name, data in _sets().items()}


@cache
def _sets() -> Mapping[str, Json]:
    forms = catalog.load().forms
    sets: dict[str, Json] = {
        name: {
            "format": _FORMAT,
            "level": "schema",
            "schema": f"{name}.schema.json",
            "table_schema": f"{name}.table-schema.json",
            "cases": list(_records(form)),
        }
        for name, form in forms.items()
    }
    sets["filing"] = {
        "format": _FORMAT,
        "level": "schema",
        "schema": "filing.schema.json",
        "cases": list(_filings(forms)),
    }
    sets["checker"] = {
        "format": _FORMAT,
        "level": "checker",
        "cycle": YEAR,
        "cases": list(_rule_cases()),
    }
    return sets


def _lines(data: Json) -> bytes:
    head = {key: value for key, value in data.items() if key != "cases"}
    top = json.dumps(head, ensure_ascii=False, indent=2).removesuffix("\n}")
    rows = ",\n".join(f"    {json.dumps(case, ensure_ascii=False)}" for case in data["cases"])
    return f'{top},\n  "cases": [\n{rows}\n  ]\n}}\n'.encode()


# --- records, and what their schema says ---


def _records(form: Form) -> Iterator[Json]:
    """Yield the cases of a form: whole records, then each field with each value of its kind."""
    good = dict(form.example()["records"][0])
    required, one_of = REQUIRED[form.name], ONE_OF.get(form.name, ())
    yield _case(form, "an example", good)
    least = {key: good[key] for key in (*required, *one_of[:1])}
    yield _case(form, "no more than is required", least)
    yield _case(form, "nothing", {}, [*_missing(required), *_missing_choice(one_of)])
    for name in _FOREIGN:
        refused = [("", "additionalProperties")]
        case = _case(form, f"with {json.dumps(name)}", {**good, name: "x"}, refused)
        yield {**case, "table_schema": "not a row"}
    for value in ([], [good], None, "张三", 1, True):
        case = _case(form, f"not a record: {json.dumps(value)[:9]}", value, [("", "type")])
        yield {**case, "table_schema": "not a row"}
    for name, kind in FIELDS[form.name].items():
        yield from _without(form, good, name)
        for each in KINDS[kind]:
            yield _with(form, good, name, each)


def _without(form: Form, good: Json, name: str) -> Iterator[Json]:
    """Yield a record without one field, and without all of those one of which must be there."""
    one_of = ONE_OF.get(form.name, ())
    record = {key: value for key, value in good.items() if key != name}
    yield _case(form, f"without {name}", record, _missing({name} & {*REQUIRED[form.name]}))
    if name in one_of[:1]:
        record = {key: value for key, value in good.items() if key not in one_of}
        case = _case(form, f"without {' and '.join(one_of)}", record, _missing_choice(one_of))
        yield {**case, "table_schema": "accepts"}


def _with(form: Form, good: Json, name: str, each: Value) -> Json:
    record, refused = {**good, name: each.value}, [(name, keyword) for keyword in each.refused]
    case = _case(
        form, f"{name} = {json.dumps(each.value, ensure_ascii=False)[:40]}", record, refused
    )
    table = each.table
    if table == "missing":  # refused by a table too, if the field is required
        table = "" if name in REQUIRED[form.name] else "accepts"
    return {**case, "table_schema": table} if table else case


def _missing(names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, "required") for name in names]


def _missing_choice(one_of: Iterable[str]) -> list[tuple[str, str]]:
    return [("", "anyOf")] if one_of else []


def _case(
    form: Form, name: str, record: Any, refused: Iterable[tuple[str, str]] = ()
) -> dict[str, Any]:
    errors = [
        {"at": _pointer(field), "keyword": keyword, "codes": _codes(form, field, keyword)}
        for field, keyword in refused
    ]
    return {"name": name, "record": record, "accepted": not errors, "errors": errors}


def _codes(form: Form, field: str, keyword: str) -> list[str]:
    """Return the rule codes one of which our checker gives: none where no workbook can hold it."""
    rules = form.fields[field].rules if field else form.record_rules
    return list(rules.get(keyword, ()))


def _pointer(*parts: str | int) -> str:
    """Return a JSON Pointer; what is empty is left out."""
    return "".join(f"/{part}" for part in parts if part != "")


# --- filings, and what the schema of the whole says ---


def _filings(forms: Mapping[str, Form]) -> Iterator[Json]:
    """Yield whole filings."""
    records = {name: list(form.example()["records"][:3]) for name, form in forms.items()}
    whole = {"year": YEAR, "unit_name": forms["roster"].example()["unit"], **records}
    people = records["roster"]
    yield _filing("an example", whole)
    yield _filing("the roster alone", {"roster": people})
    yield _filing("a unit whose name is not known yet", {**records})
    yield _filing("one plan", {key: whole[key] for key in whole if key != "plan_general"})
    yield _filing("nothing", {}, ("/roster", "required"))
    without = {key: whole[key] for key in whole if key != "roster"}
    yield _filing("no roster", without, ("/roster", "required"))
    for name in forms:
        yield _filing(f"no row: {name}", {**whole, name: []}, (f"/{name}", "minItems"))
        bare = {**whole, name: records[name][0]}
        yield _filing(f"a row outside a list: {name}", bare, (f"/{name}", "type"))
        bad = [*records[name], {}]
        last = [*_missing(REQUIRED[name]), *_missing_choice(ONE_OF.get(name, ()))]
        names = [(_pointer(name, len(bad) - 1, field), keyword) for field, keyword in last]
        yield _filing(f"a last row with nothing in it: {name}", {**whole, name: bad}, *names)
    wrong = [people[0], {**people[1], "gender": "女性"}, {**people[2], "id_number": "4103"}]
    refused = ("/roster/1/gender", "enum"), ("/roster/2/id_number", "pattern")
    yield _filing("two faults in two rows", {**whole, "roster": wrong}, *refused)
    foreign = "additionalProperties"
    yield _filing("a form that does not exist", {**whole, "sign_in": people}, ("", foreign))
    yield _filing("a form by its title", {**whole, "参训人员名单": people}, ("", foreign))
    extra = {**whole, "roster": [{**people[0], "phone": "1"}]}
    yield _filing("an unknown field in a row", extra, ("/roster/0", foreign))
    yield _filing("the year as text", {**whole, "year": "2024"}, ("/year", "type"))
    yield _filing("the year in two digits", {**whole, "year": 24}, ("/year", "minimum"))
    yield _filing("no name of the unit", {**whole, "unit_name": ""}, ("/unit_name", "minLength"))
    yield _filing("a list", [whole], ("", "type"))


def _filing(name: str, filing: Any, *refused: tuple[str, str]) -> Json:
    errors = [{"at": at, "keyword": keyword} for at, keyword in refused]
    return {"name": name, "filing": filing, "accepted": not errors, "errors": errors}


# --- what only a checker can see ---


def _rule_cases() -> Iterator[Json]:
    """Yield the rules' cases that a filing can hold; the others are about a file."""
    for case in cases.load():
        forms = {name: _typed(name, given) for name, given in case.forms.items()}
        if set(case.given) <= _OF_A_FILING and forms and _is_json(forms):
            yield {
                "name": case.name,
                "rule": case.code,
                "checked_on": f"{case.given.get('today', cases.TODAY)}",
                **{key: f"{case.given[key]}" for key in ("visit", "county") if key in case.given},
                "titles": {name: _title(case, name) for name in forms},
                "dates": {name: _date_line(case, name) for name in forms if name != "filing_form"},
                "filing": forms,
                "found": [_place(case, forms, hit) for hit in case.hits],
            }


def _typed(form: str, given: Any) -> list[Json]:
    """Return the records of a case as they are typed: "" is a blank cell."""
    if form == "filing_form":
        return [filings.boxes(given)]
    return list(filings.records(form, given))


def _title(case: Case, form: str) -> str:
    return str(case.given.get("titles", {}).get(form) or filings.title(form))


def _date_line(case: Case, form: str) -> str:
    return str(case.given.get("dates", {}).get(form, filings.DATE_LINE))


def _is_json(value: Any) -> bool:
    """Tell whether JSON holds a value in full, wherever it is read."""
    if isinstance(value, Mapping):
        return all(map(_is_json, value.values()))
    if isinstance(value, list):
        return all(map(_is_json, value))
    if isinstance(value, int | float):
        return abs(value) < _EXACT
    return isinstance(value, str)


def _place(case: Case, forms: Mapping[str, list[Json]], hit: str) -> str:
    """Return where a rule has found something, as a pointer: the cell, else its form or the filing.

    `hit` is a cell of the sheet as tests/filings.py lays it out, or a box of the filing form.
    """
    form, mark, cell = hit.rpartition("!")
    form = form if mark else next(iter(forms))
    if not cell:
        return ""
    fields = catalog.load().forms[form].fields
    if form == "filing_form":
        return _pointer(form, 0, cell) if cell in fields else _pointer(form)
    letters = cell.rstrip("0123456789")
    row = int(cell[len(letters) :]) - filings.first_row(form)
    column = column_index_from_string(letters) - 1
    if not 0 <= row < len(forms[form]):
        return _pointer(form)
    names = list(fields)
    return _pointer(form, row, names[column] if column < len(names) else "")
