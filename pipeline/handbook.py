"""What the maintainer's handbook shows of the kit itself: every setting of a cycle file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checker import catalog
from checker.catalog import Cycle
from checker.settings import resolved

_LONGEST = 36  # characters of a value that the table shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One place of a cycle file: its name there, what it is for, what it is this year."""

    place: str
    about: str
    value: str  # "" where it holds further settings, or is left out
    needed: bool


def settings(cycle: Cycle) -> tuple[tuple[Setting, tuple[Setting, ...]], ...]:
    """Return the settings of a cycle file in its order: each with those inside it."""
    schema = catalog.cycle_schema()
    return tuple(
        (
            _setting(name, given, schema, cycle.data.get(name), schema["required"]),
            tuple(_inside(name, given, schema, cycle.data.get(name))),
        )
        for name, given in schema["properties"].items()
    )


def _setting(
    place: str, given: Mapping[str, Any], root: Mapping[str, Any], value: Any, required: list[str]
) -> Setting:
    name = place.rpartition(".")[2].removesuffix("[]")
    return Setting(
        place=place,
        about=resolved(given, root).get("description", ""),
        value=_shown(value),
        needed=name in required,
    )


def _inside(
    place: str, given: Mapping[str, Any], root: Mapping[str, Any], value: Any
) -> Iterator[Setting]:
    """Yield what is inside a setting; of a list, what is inside each of its items."""
    schema = resolved(given, root)
    if "items" in schema:
        first = value[0] if value else None
        yield from _inside(f"{place}[]", schema["items"], root, first)
    for name, inner in schema.get("properties", {}).items():
        if name == "source":
            continue  # everywhere the same: the page says so once
        known = value.get(name) if isinstance(value, dict) else None
        inside = f"{place}.{name}"
        yield _setting(inside, inner, root, known, schema.get("required", []))
        if inner.get("$ref") != "#/$defs/clause":  # each clause has its place and its text
            yield from _inside(inside, inner, root, known)


def _shown(value: Any) -> str:
    """Return a value on one short line, of a clause where it stands, "" for what holds others."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return str(value.get("place", ""))
    if isinstance(value, list):
        plain = [str(each) for each in value if not isinstance(each, dict | list)]
        text = "、".join(plain)
    else:
        text = value if isinstance(value, str) else json.dumps(value)
    text = text.replace("\n", " ")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
