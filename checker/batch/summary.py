"""What came out of a batch, for all units together; as JSON it keeps to schemas/batch.schema.json.

The findings are redacted: they show no value of any cell. What is shown of people who appear in the
filings of more than one unit is where they stand and the masked number, no name.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypedDict

from checker import __version__
from checker.normalise import bracket_width
from checker.rules import RULES_VERSION

FORMAT = 1
JSON_NAME = "备案汇总.json"


class Person(TypedDict):
    """Somebody in a filing; never shown as it is: `number` and `name` only tell who is who."""

    number: str
    masked: str
    name: str
    file: str
    sheet: str
    cell: str
    row: int


class Unit(TypedDict):
    """What there is to say of one unit. All but `persons` and `rules` goes into the JSON."""

    unit: str | None
    folder: str
    people: dict[str, int | None]  # roster, transcript: different people, None without the form
    hours: dict[str, float | None]  # what the hours of each plan come to
    summary: dict[str, Any]  # counts and verdict, as in a report
    files: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    not_checked: list[str]
    rules: dict[str, dict[str, Any]]
    persons: list[Person]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody stands who is in the filings of several units."""

    unit: Unit
    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Somebody in the filings of several units: one number, and where it stands."""

    masked: str
    same_name: bool
    places: tuple[Place, ...]


def called(unit: Unit) -> str:
    """Return what to call a unit: its name, else its only file, else its folder."""
    first, *others = (file["name"] for file in unit["files"])
    return unit["unit"] or (others and unit["folder"]) or str(first)


@dataclass(frozen=True, kw_only=True)
class Summary:
    """All units, in the order of their folders. `left` are the files nobody got round to."""

    cycle: int
    checked_on: dt.date
    units: Sequence[Unit]
    left: Sequence[str] = ()

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many units, files, people and findings there are, and units of each verdict."""
        counts = Counter(unit["summary"]["verdict"] for unit in self.units)
        kinds = ("error", "warning", "info")
        return {
            "units": len(self.units),
            "files": len({file["name"] for unit in self.units for file in unit["files"]}),
            **{verdict: counts[verdict] for verdict in ("fix", "review", "pass")},
            **{kind: sum(unit["summary"][kind] for unit in self.units) for kind in kinds},
        }

    @cached_property
    def rules(self) -> Mapping[str, dict[str, Any]]:
        """The rules that occur, in code order."""
        found = {code: rule for unit in self.units for code, rule in unit["rules"].items()}
        return dict(sorted(found.items()))

    @cached_property
    def shared(self) -> tuple[Shared, ...]:
        """The people who appear in the filings of more than one unit."""
        return tuple(_shared(self.units))

    def as_dict(self) -> dict[str, Any]:
        """Return the summary as plain JSON data."""
        return {
            "format": FORMAT,
            "checker": {"name": "beian-kit", "version": __version__, "rules": RULES_VERSION},
            "cycle": self.cycle,
            "checked_on": self.checked_on.isoformat(),
            "summary": dict(self.counts),
            "rules": dict(self.rules),
            "units": [
                {name: value for name, value in unit.items() if name not in ("persons", "rules")}
                for unit in self.units
            ],
            "shared_people": [_as_dict(each) for each in self.shared],
            "left": list(self.left),
        }

    def as_json(self) -> str:
        """Return the summary as JSON text."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=1)


def _shared(units: Iterable[Unit]) -> Iterator[Shared]:
    """Yield the people whom a number shows to be in several units, in order of appearance.

    Two filings of one unit, say of both windows, are one unit.
    """
    by_number: dict[str, list[Place]] = {}
    for unit in units:
        for person in unit["persons"]:
            by_number.setdefault(person["number"], []).append(Place(unit=unit, person=person))
    for places in by_number.values():
        if len({bracket_width(called(place.unit)) for place in places}) > 1:
            yield Shared(
                masked=places[0].person["masked"],
                same_name=len({place.person["name"] for place in places}) == 1,
                places=tuple(places),
            )


def _as_dict(shared: Shared) -> dict[str, Any]:
    return {
        "masked": shared.masked,
        "same_name": shared.same_name,
        "places": [
            {
                "unit": place.unit["unit"],
                "folder": place.unit["folder"],
                **{key: place.person[key] for key in ("file", "sheet", "cell", "row")},
            }
            for place in shared.places
        ],
    }
