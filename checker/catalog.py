"""The forms, cycles and code lists, read once from the data folders and then only looked at."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

FORM_NAMES = ("filing_form", "plan_general", "plan_professional", "roster", "transcript")
PEOPLE_FORMS = ("roster", "transcript")
PLAN_FORMS = ("plan_general", "plan_professional")
DEFAULT_YEAR = 2024
GUIDE_SHEET = "填写说明"  # the instruction sheet of our templates: text, never a form


class CheckerError(Exception):
    """A call that cannot be carried out; its text is one Chinese sentence for the user."""


class UnknownCycleError(CheckerError):
    """There is no cycle file for the year asked for."""

    def __init__(self, year: int, known: tuple[int, ...]) -> None:
        self.year, self.known = year, known
        years = "、".join(str(each) for each in known)
        super().__init__(f"没有 {year} 年度的备案规则，现有：{years}。")


def _data_root() -> Path:
    """Return the folder that holds `forms/` and `schemas/`: inside the wheel, else the checkout."""
    packed = Path(__file__).parent / "data"
    return packed if packed.is_dir() else Path(__file__).parent.parent


def _load(*parts: str) -> Any:
    return json.loads(_data_root().joinpath(*parts).read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One property of a form's schema: a column of a table, or a box of the filing form."""

    name: str
    title: str  # the official heading
    description: str
    type: str
    kind: str
    aliases: tuple[str, ...]
    group: str  # the heading above, where the header has two rows
    source: tuple[str, ...]
    examples: tuple[Any, ...]
    enum: tuple[str, ...]
    choices: tuple[str, ...]
    synonyms: Mapping[str, str]
    rules: Mapping[str, tuple[str, ...]]  # schema keyword -> rule codes
    required: bool
    optional_column: bool  # the table is complete without this column

    @property
    def label(self) -> str:
        """The heading as a message names it, the group included."""
        return f"{self.group}（{self.title}）" if self.group else self.title


@dataclass(frozen=True, kw_only=True, eq=False)
class Form:
    """A form: its schema (what it says) and its layout (what it looks like)."""

    name: str
    schema: Mapping[str, Any]
    layout: Mapping[str, Any]

    @property
    def title(self) -> str:
        """The official name, e.g. 参训人员名单."""
        return str(self.schema["title"])

    @property
    def version(self) -> str:
        """The schema's version."""
        return str(self.schema["x-version"])

    @property
    def source(self) -> tuple[str, ...]:
        """The clauses the form stands on."""
        return tuple(self.schema["x-source"])

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names people give the form in a title."""
        return tuple(self.schema["x-aliases"])

    @property
    def is_table(self) -> bool:
        """Whether it has a header and rows; the filing form has boxes instead."""
        return bool(self.layout["kind"] == "table")

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """The fields in the order of the form."""
        columns = {column["field"]: column for column in self.layout.get("columns", ())}
        return {
            name: _field(name, data, self.schema, columns.get(name, {}))
            for name, data in self.schema["properties"].items()
        }

    @cached_property
    def record_rules(self) -> Mapping[str, tuple[str, ...]]:
        """Keywords of the whole record and the rule codes they stand for."""
        return {key: tuple(codes) for key, codes in self.schema.get("x-rules", {}).items()}

    def example(self) -> Mapping[str, Any]:
        """Return the example filing of this form: title facts and records."""
        data: Mapping[str, Any] = _load("forms", self.name, "example.json")
        return data


def _field(
    name: str, data: Mapping[str, Any], schema: Mapping[str, Any], column: Mapping[str, Any]
) -> Field:
    return Field(
        name=name,
        title=data["title"],
        description=data["description"],
        type=data["type"],
        kind=data["x-kind"],
        aliases=tuple(data.get("x-aliases", ())),
        group=data.get("x-group", ""),
        source=tuple(data["x-source"]),
        examples=tuple(data["examples"]),
        enum=tuple(data.get("enum", ())),
        choices=tuple(data.get("x-choices", data.get("enum", ()))),
        synonyms=data.get("x-synonyms", {}),
        rules={key: tuple(codes) for key, codes in data.get("x-rules", {}).items()},
        required=name in schema["required"],
        optional_column=column.get("optional", False),
    )


@dataclass(frozen=True, slots=True)
class Window:
    """A filing window, both days included; `source` is its clause."""

    start: dt.date
    end: dt.date
    source: str
    working_days_only: bool = True


@dataclass(frozen=True, kw_only=True, eq=False)
class Cycle:
    """One filing year: everything that changes from year to year or county to county."""

    data: Mapping[str, Any]

    @property
    def year(self) -> int:
        """The filing year."""
        return int(self.data["year"])

    @property
    def version(self) -> str:
        """The version of the cycle file."""
        return str(self.data["version"])

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """The filing windows in order."""
        return tuple(
            Window(
                dt.date.fromisoformat(item["start"]),
                dt.date.fromisoformat(item["end"]),
                item["source"],
                item["working_days_only"],
            )
            for item in self.data["windows"]
        )

    @property
    def hours_per_day(self) -> float:
        """The usual most hours a day (S10)."""
        return float(self.data["hours"]["per_day"])

    @property
    def hours_per_half_day(self) -> float:
        """The usual most hours a half day (S10)."""
        return float(self.data["hours"]["per_half_day"])

    @property
    def ages(self) -> Mapping[str, int]:
        """The ages at year end between which no question is asked: youngest, usual, oldest."""
        ages: Mapping[str, int] = self.data["ages"]
        return ages

    def source_text(self, source: str) -> str:
        """Return where a source stands, for the reader.

        A clause id becomes the place in the notice; any other source is already its name.
        """
        clause = self.data["clauses"].get(source)
        return f"备案说明 {clause['place']}" if clause else source


@dataclass(frozen=True, kw_only=True, eq=False)
class Catalog:
    """All forms and cycles the kit knows."""

    forms: Mapping[str, Form]
    cycles: Mapping[int, Cycle]

    def cycle(self, year: int) -> Cycle:
        """Return the cycle of a year.

        Raises UnknownCycleError where there is no file for it.
        """
        if year not in self.cycles:
            raise UnknownCycleError(year, tuple(sorted(self.cycles)))
        return self.cycles[year]


@cache
def load() -> Catalog:
    """Return the catalog; the files are read once."""
    forms = {
        name: Form(
            name=name,
            schema=_load("schemas", f"{name}.schema.json"),
            layout=_load("forms", name, "layout.json"),
        )
        for name in FORM_NAMES
    }
    years = sorted((_data_root() / "schemas" / "cycles").glob("*.json"))
    cycles = [Cycle(data=json.loads(path.read_text(encoding="utf-8"))) for path in years]
    return Catalog(forms=forms, cycles={cycle.year: cycle for cycle in cycles})


@cache
def sign_in_layout() -> Mapping[str, Any]:
    """Return what a sign-in sheet looks like: a paper we make, not a form that is checked."""
    data: Mapping[str, Any] = _load("forms", "sign_in_sheet", "layout.json")
    return data


@cache
def region_codes() -> frozenset[str]:
    """Return every six-digit region code that is known to have been issued."""
    return frozenset(_load("schemas", "codes", "regions.json")["codes"])


@cache
def look_alikes() -> Mapping[str, str]:
    """Return the characters that only look like a Han character, with the one meant."""
    data = _load("schemas", "codes", "look_alikes.json")
    return {**data["radicals"], **data["private_use"]}
