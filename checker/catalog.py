"""The forms, cycles and code lists, read once from the data folders and then only looked at."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from os import environ
from pathlib import Path
from typing import Any

from checker import settings
from checker.settings import Fault

FORM_NAMES = ("filing_form", "plan_general", "plan_professional", "roster", "transcript")
PEOPLE_FORMS = ("roster", "transcript")
PLAN_FORMS = ("plan_general", "plan_professional")
_EXAMPLE_YEAR = "2024年"  # in which the schemas, being older than most cycles, set their examples
GUIDE_SHEET = "填写说明"  # the instruction sheet of our templates: text, never a form
# The year to go by where that is not the latest: the files of later ones wait, as if not there.
_CHOSEN_YEAR = environ.get("BEIAN_YEAR", "")


class CheckerError(Exception):
    """A call that cannot be carried out; its text is one Chinese sentence for the user."""


class UnknownCycleError(CheckerError):
    """There is no cycle file for the year asked for."""

    def __init__(self, year: int, known: tuple[int, ...]) -> None:
        self.year, self.known = year, known
        years = "、".join(str(each) for each in known) or "一个年度也没有"
        super().__init__(f"没有 {year} 年度的备案规则，现有：{years}。")


class UnfinishedCycleError(CheckerError):
    """A cycle file cannot be used yet: it is no JSON, or has faults; `faults` is then not empty."""

    def __init__(self, path: Path, faults: tuple[Fault, ...] = (), line: int = 0) -> None:
        self.faults = faults
        name = _shown(path)
        if not faults:
            super().__init__(
                f"{name} 第 {line} 行附近写得不对：看看是不是多了、少了逗号、引号或括号。"
            )
            return
        left = sum(fault.to_fill for fault in faults)
        if left:
            first = next(fault for fault in faults if fault.to_fill)
            text = f"{name} 还有 {left} 处待填，第一处是 {first.place}（{first.about}）："
            super().__init__(f"{text}照当年的通知填好，再运行一次。")
        else:
            more = f"（一共 {len(faults)} 处要改）" if len(faults) > 1 else ""
            super().__init__(f"{name} 里的 {faults[0]}，改好再运行一次{more}。")


def _data_root() -> Path:
    """Return the folder that holds `forms/` and `schemas/`: inside the wheel, else the checkout."""
    packed = Path(__file__).parent / "data"
    return packed if packed.is_dir() else Path(__file__).parent.parent


def _shown(path: Path) -> str:
    """Return a path as a message names it: within our own folders, seen from there."""
    root = _data_root()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _load(*parts: str) -> Any:
    return json.loads(_data_root().joinpath(*parts).read_text(encoding="utf-8"))


def cycle_path(year: int) -> Path:
    """Return where the cycle file of a year lies, or would lie."""
    return _data_root() / "schemas" / "cycles" / f"{year}.json"


def _years() -> tuple[int, ...]:
    """Return the years to go by, the latest last; the name of a cycle file is its year."""
    found = sorted(path.stem for path in cycle_path(0).parent.glob("[12][0-9][0-9][0-9].json"))
    end = found.index(_CHOSEN_YEAR) + 1 if _CHOSEN_YEAR in found else len(found)
    return tuple(map(int, found[:end]))


# The latest year to go by. Looked up once, as it is the default of many arguments.
DEFAULT_YEAR = max(_years(), default=0)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What was new in a form's template, in which version of the kit, published when."""

    version: str
    date: dt.date
    texts: tuple[str, ...]

    @property
    def release(self) -> tuple[int, ...]:
        """The version in numbers, to compare."""
        return tuple(int(number) for number in self.version.split("."))


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

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The change list of the template, the newest first."""
        return tuple(
            Change(
                version=each["version"],
                date=dt.date.fromisoformat(each["date"]),
                texts=tuple(each["texts"]),
            )
            for each in self.layout["changes"]
        )

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

    def example(self, cycle: Cycle | None = None) -> Mapping[str, Any]:
        """Return the example filing of this form: title facts and records.

        Its dates are those of the cycle (the latest one if none is given), its unit of that region.
        """
        cycle = cycle or load().cycle(DEFAULT_YEAR)
        data: Mapping[str, Any] = _filled(_load("forms", self.name, "example.json"), cycle)
        return data


def _filled(data: Any, cycle: Cycle) -> Any:
    """Return the data of an example with the facts of the cycle in their places."""
    if isinstance(data, str):
        return data.format(**cycle.data)
    if isinstance(data, list):
        return [_filled(each, cycle) for each in data]
    if isinstance(data, dict):
        return {name: _filled(each, cycle) for name, each in data.items()}
    return data


def dated(text: str) -> str:
    """Return a text of a schema with its examples set in the latest filing year."""
    return text.replace(_EXAMPLE_YEAR, f"{DEFAULT_YEAR}年")


def _field(
    name: str, data: Mapping[str, Any], schema: Mapping[str, Any], column: Mapping[str, Any]
) -> Field:
    return Field(
        name=name,
        title=data["title"],
        description=dated(data["description"]),
        type=data["type"],
        kind=data["x-kind"],
        aliases=tuple(data.get("x-aliases", ())),
        group=data.get("x-group", ""),
        source=tuple(data["x-source"]),
        examples=tuple(dated(each) if isinstance(each, str) else each for each in data["examples"]),
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
    def region(self) -> str:
        """The city or county that the site is for."""
        return str(self.data["region"])

    @property
    def has_counties(self) -> bool:
        """Whether there are counties below, which have offices and windows of their own (S5)."""
        return self.data["counties"] is not None

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
    """All forms and the years the kit knows."""

    forms: Mapping[str, Form]
    years: tuple[int, ...]

    def cycle(self, year: int) -> Cycle:
        """Return the cycle of a year.

        Raises UnknownCycleError where there is no file for it, UnfinishedCycleError where that is
        not filled in yet or has a fault.
        """
        if year not in self.years:
            raise UnknownCycleError(year, self.years)
        return _cycle(year)


@cache
def _cycle(year: int) -> Cycle:
    cycle = read_cycle(cycle_path(year))
    if cycle.year != year:
        fault = Fault("year", "", f"写的是 {cycle.year}，和文件名不一致")
        raise UnfinishedCycleError(cycle_path(year), (fault,))
    return cycle


def read_cycle(path: Path) -> Cycle:
    """Read and check a cycle file. Raises UnfinishedCycleError where it cannot be used."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise UnfinishedCycleError(path, line=error.lineno) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise UnfinishedCycleError(path, line=1) from error
    found = tuple(settings.faults(data, cycle_schema()))
    if found:
        raise UnfinishedCycleError(path, found)
    return Cycle(data=data)


@cache
def cycle_schema() -> Mapping[str, Any]:
    """Return the schema of the cycle files."""
    data: Mapping[str, Any] = _load("schemas", "cycle.schema.json")
    return data


@cache
def load() -> Catalog:
    """Return the catalog; the files are read once.

    Raises CheckerError where the environment chooses a year that has no file.
    """
    if _CHOSEN_YEAR not in ("", str(DEFAULT_YEAR)):
        raise CheckerError(f"环境变量 BEIAN_YEAR 写的是“{_CHOSEN_YEAR}”，没有这个年度的备案规则。")
    forms = {
        name: Form(
            name=name,
            schema=_load("schemas", f"{name}.schema.json"),
            layout=_load("forms", name, "layout.json"),
        )
        for name in FORM_NAMES
    }
    return Catalog(forms=forms, years=_years())


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
