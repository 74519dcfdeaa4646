"""The schemas, cycles and code lists in all their versions, and what changed from one to the next.

Each document has a version of its own, which rises with every change by as much as the change means
(`schema_changes`). The versions that were published lie in `pipeline/published/`, one line of JSON
each; the checker reads none of them. `python -m pipeline.schema_versions` adds the lines that are
missing: a step of each release.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from checker import catalog
from checker.catalog import FORM_NAMES
from pipeline import ROOT
from pipeline.schema_changes import Change, Kind, compare, gravest, next_version

SOURCES = ROOT / "schemas"
PUBLISHED = Path(__file__).parent / "published"
_URN = "urn:beian-kit:"


class Group(StrEnum):
    """What a document is for."""

    FORM = "form"
    FILING = "filing"
    CYCLE = "cycle"
    CODES = "codes"
    OUTPUT = "output"
    DIALECT = "dialect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One version of a document, and how it differs from the one before."""

    version: str
    date: str  # empty: not published yet
    data: Mapping[str, Any]
    changes: tuple[Change, ...] = ()

    @property
    def kind(self) -> Kind | None:
        """The gravest of its changes, None for the first version."""
        return gravest(self.changes)


@dataclass(frozen=True, kw_only=True, eq=False)
class Document:
    """A schema, a cycle or a code list, in all its versions, the newest first."""

    name: str  # "roster", "cycles/2024", "codes/regions"
    group: Group
    releases: tuple[Release, ...]

    @property
    def data(self) -> Mapping[str, Any]:
        """The newest version."""
        return self.releases[0].data

    @property
    def version(self) -> str:
        """The number of the newest version."""
        return self.releases[0].version

    @property
    def is_schema(self) -> bool:
        """Whether it is a schema, not data."""
        return "$id" in self.data

    @property
    def id(self) -> str:
        """The URN of the newest version."""
        return f"{_URN}{self.name.replace('/', ':')}:{self.version}"

    @property
    def title(self) -> str:
        """What people call it."""
        return str(self.data.get("title") or f"{self.data['year']} 年度备案规则")

    @property
    def latest(self) -> str:
        """Where the newest version lies, under `schemas/`."""
        return f"{self.name}.schema.json" if self.is_schema else f"{self.name}.json"

    def at(self, version: str) -> str:
        """Return where a version lies for good, under `schemas/`."""
        return f"{self.name}/{version}.json"

    @cached_property
    def properties(self) -> Mapping[str, Any]:
        """The properties that records of a schema have."""
        found: Mapping[str, Any] = self.data.get("properties", {})
        return found


# --- the documents ---


@cache
def documents() -> tuple[Document, ...]:
    """Return every document that is published, in the order of the index."""
    schemas = sorted(path.name.removesuffix(".schema.json") for path in SOURCES.glob("*.json"))
    others = [name for name in schemas if name not in (*FORM_NAMES, "filing", "dialect")]
    cycles = [f"cycles/{year}" for year in catalog.load().years]
    codes = sorted(f"codes/{path.stem}" for path in (SOURCES / "codes").glob("*.json"))
    return tuple(
        Document(name=name, group=_group(name), releases=tuple(_releases(name)))
        for name in (*FORM_NAMES, "filing", *others, *cycles, *codes, "dialect")
    )


def document(name: str) -> Document:
    """Return a document by its name."""
    return next(each for each in documents() if each.name == name)


def _group(name: str) -> Group:
    folder = name.partition("/")[0]
    if folder in FORM_NAMES:
        return Group.FORM
    return _GROUPS.get(folder, Group.OUTPUT)


_GROUPS = {
    "filing": Group.FILING,
    "cycle": Group.CYCLE,
    "cycles": Group.CYCLE,
    "codes": Group.CODES,
    "dialect": Group.DIALECT,
}


def _releases(name: str) -> Iterator[Release]:
    """Yield the versions of a document, the newest first."""
    lines, now = history(name), _standing(name)
    if not lines or lines[-1]["version"] != version_of(now):
        lines.append({"version": version_of(now), "date": "", "document": now})
    else:
        lines[-1]["document"] = now
    versions = [self_contained(line["document"]) for line in lines]
    for at in reversed(range(len(lines))):
        changes = compare(versions[at - 1], versions[at]) if at else ()
        yield Release(
            version=lines[at]["version"],
            date=lines[at]["date"],
            data=versions[at],
            changes=tuple(changes),
        )


def current(name: str) -> Mapping[str, Any]:
    """Return a document as it stands in the repository."""
    folder = "/" in name
    path = SOURCES / (f"{name}.json" if folder else f"{name}.schema.json")
    data: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def _standing(name: str) -> Mapping[str, Any]:
    """Return the newest version as it is published: once it was, not a byte of it changes.

    In the repository its parts may since have changed places, which means nothing.
    """
    now, lines = current(name), history(name)
    kept: Mapping[str, Any] = lines[-1]["document"] if lines else {}
    same = lines and lines[-1]["version"] == version_of(now) and not compare(kept, now)
    return kept if same else now


def version_of(data: Mapping[str, Any]) -> str:
    """Return the version a document says it has."""
    return str(data["$id"]).rpartition(":")[2] if "$id" in data else str(data["version"])


def self_contained(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema with the schemas it refers to by URN inside it.

    Validators need then look nothing up. Inside, they have no `$id`: some validators do not know
    what to do with one there.
    """
    inside: dict[str, Any] = {}

    def turned(node: Any) -> Any:
        if isinstance(node, list):
            return [turned(each) for each in node]
        if not isinstance(node, dict):
            return node
        urn = node.get("$ref", "")
        if not urn.startswith(_URN):
            return {key: turned(value) for key, value in node.items()}
        name = urn.split(":")[2]
        schema = _by_id()[urn]
        inside[name] = {k: v for k, v in schema.items() if k not in ("$schema", "$id")}
        return {**node, "$ref": f"#/$defs/{name}"}

    whole: Mapping[str, Any] = turned(data)
    return {**whole, "$defs": inside} if inside else whole


@cache
def _by_id() -> Mapping[str, Mapping[str, Any]]:
    """Return every version of every form's schema, by its URN."""
    kept = [line["document"] for name in FORM_NAMES for line in history(name)]
    return {data["$id"]: data for data in (*kept, *map(_standing, FORM_NAMES))}


# --- what was published ---


def history(name: str) -> list[dict[str, Any]]:
    """Return the published versions of a document, the oldest first."""
    path = _kept(name)
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [json.loads(line) for line in lines]


def _kept(name: str) -> Path:
    return PUBLISHED / f"{name.replace('/', '-')}.jsonl"


def keep(today: dt.date) -> Iterator[str]:
    """Add the versions that are not kept yet; yield the line that says so of each."""
    for each in documents():
        if said := fault(each.name):
            yield said
        elif not each.releases[0].date:
            line = {"version": each.version, "date": f"{today}", "document": current(each.name)}
            with _kept(each.name).open("a", encoding="utf-8", newline="\n") as file:
                file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
            yield f"{each.name}：{each.version} 已存档"


def fault(name: str) -> str:
    """Say in a sentence what is wrong with a document's version, "" where it is right.

    The version must rise with every change, by as much as the change means.
    """
    lines = history(name)
    if not lines:
        return ""
    before, now = lines[-1]["document"], current(name)
    old, new = lines[-1]["version"], version_of(now)
    kind = gravest(compare(self_contained(before), self_contained(now)))
    if kind is None:
        return "" if old == new else f"{name} 没有改动，版本却从 {old} 变成了 {new}。"
    wanted = next_version(old, kind)
    if new == wanted:
        return ""
    return f"{name} 有{KIND_WORDS[kind]}改动，版本应当从 {old} 改为 {wanted}，现在是 {new}。"


KIND_WORDS = {Kind.SUBSTANTIVE: "实质", Kind.ENRICHMENT: "增补", Kind.COSMETIC: "文字"}


if __name__ == "__main__":
    for said in keep(dt.date.today()):
        sys.stdout.write(f"{said}\n")
