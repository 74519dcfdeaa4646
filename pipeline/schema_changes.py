"""What changed from one version of a schema to the next, and what that means to those who use it.

A change is **substantive** if a record is now accepted or refused that was not before, or if
something goes or changes its meaning: a field, a heading that was understood, a rule code. It is an
**enrichment** if something optional is added and all that was accepted is accepted as before: a
field, a further heading, a usual value. It is **cosmetic** if only texts for people change. A
keyword this module does not know is taken for substantive. The class says which part of the version
must rise: the first, the second or the third.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Node = Mapping[str, Any]


class Kind(StrEnum):
    """What a change means to those who use a schema, the gravest first."""

    SUBSTANTIVE = "substantive"
    ENRICHMENT = "enrichment"
    COSMETIC = "cosmetic"


class Move(StrEnum):
    """What became of a part."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between two versions; `path` is a JSON Pointer."""

    kind: Kind
    move: Move
    path: str
    before: Any = None
    after: Any = None


def compare(old: Node, new: Node) -> list[Change]:
    """Return the changes from one version of a document to another, in the order of the document.

    Schemas are compared by what their keywords mean; any other document (a cycle, a code list) as
    plain data. Identifiers and version numbers are no change.
    """
    look = _schema if "$schema" in old and "$id" in old else _data
    return list(look(old, new, ""))


def gravest(changes: Iterable[Change]) -> Kind | None:
    """Return the gravest class among changes, None where nothing changed."""
    kinds = {change.kind for change in changes}
    return next((kind for kind in Kind if kind in kinds), None)


def next_version(version: str, kind: Kind) -> str:
    """Return the version that must follow after a change of a class: 1.2.3, then 2.0.0 or 1.3.0."""
    major, minor, patch = map(int, version.split("."))
    if kind is Kind.SUBSTANTIVE:
        return f"{major + 1}.0.0"
    if kind is Kind.ENRICHMENT:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


# --- schemas ---


def _schema(old: Node, new: Node, path: str) -> Iterator[Change]:
    """Compare two schemas keyword by keyword."""
    read_by_heading = any({"x-kind", "x-form"} & node.keys() for node in (old, new))
    if read_by_heading:
        yield from _headings(old, new, path)
    for key, here in _different(old, new, path):
        if key in _IDENTITY or (read_by_heading and key in _HEADINGS):
            continue
        if key == "properties":
            yield from _properties(old, new, here)
        elif key in old and key in new:
            yield from _KEYWORDS.get(key, _assertion)(old[key], new[key], here)
        else:
            yield _one(_of_part(key, key in new), old, new, key, here)


def _of_part(key: str, added: bool) -> Kind:
    """Return what it means that a keyword comes or goes with all that stands under it."""
    if key in _TEXTS:
        return Kind.COSMETIC
    return Kind.ENRICHMENT if added and key in _ENRICHING else Kind.SUBSTANTIVE


def _headings(old: Node, new: Node, path: str) -> Iterator[Change]:
    """Compare the headings under which a form or column is known: its title and the aliases."""
    before, after = _known(old), _known(new)
    yield from _members(before, after, f"{path}/x-aliases")
    if set(before) == set(after) and old.get("title") != new.get("title"):
        yield _one(Kind.COSMETIC, old, new, "title", f"{path}/title")


def _known(node: Node) -> list[str]:
    return [node.get("title", ""), *node.get("x-aliases", ())]


def _properties(old: Node, new: Node, path: str) -> Iterator[Change]:
    """Compare the fields; one that is new does not touch a record that lacks it.

    Only where other properties were refused: elsewhere a record may already have it.
    """
    closed = old.get("additionalProperties") is False
    added = Kind.ENRICHMENT if closed else Kind.SUBSTANTIVE
    yield from _named(added, old.get("properties", {}), new.get("properties", {}), path)


def _named(added: Kind, old: Node, new: Node, path: str) -> Iterator[Change]:
    for name, here in _different(old, new, path):
        if name in old and name in new:
            yield from _assertion(old[name], new[name], here)
        else:
            yield _one(added if name in new else Kind.SUBSTANTIVE, old, new, name, here)


def _assertion(old: Any, new: Any, path: str) -> Iterator[Change]:
    """Compare what a keyword asserts: a schema within is looked into, all else is substantive."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _schema(old, new, path)
    else:
        yield Change(kind=Kind.SUBSTANTIVE, move=Move.CHANGED, path=path, before=old, after=new)


def _turned(old: Any, new: Any, path: str) -> Iterator[Change]:
    """Compare what stands under a keyword that turns its meaning round, or joins several."""
    yield Change(kind=Kind.SUBSTANTIVE, move=Move.CHANGED, path=path, before=old, after=new)


def _text(old: Any, new: Any, path: str) -> Iterator[Change]:
    yield Change(kind=Kind.COSMETIC, move=Move.CHANGED, path=path, before=old, after=new)


def _members(old: Iterable[Any], new: Iterable[Any], path: str) -> Iterator[Change]:
    """Compare lists whose order means nothing."""
    before, after = ({_json(each): each for each in members} for members in (old, new))
    for gone in (each for key, each in before.items() if key not in after):
        yield Change(kind=Kind.SUBSTANTIVE, move=Move.REMOVED, path=path, before=gone)
    for come in (each for key, each in after.items() if key not in before):
        yield Change(kind=Kind.ENRICHMENT, move=Move.ADDED, path=path, after=come)


def _choices(old: Any, new: Any, path: str) -> Iterator[Change]:
    yield from _members(old, new, path) if set(old) != set(new) else _text(old, new, path)


def _entries(old: Node, new: Node, path: str) -> Iterator[Change]:
    """Compare tables in which what stands is relied on, and more does no harm."""
    for key, here in _different(old, new, path):
        if key in old and key in new and isinstance(old[key], list):
            yield from _choices(old[key], new[key], here)
        else:
            kind = Kind.SUBSTANTIVE if key in old else Kind.ENRICHMENT
            yield _one(kind, old, new, key, here)


def _defs(old: Node, new: Node, path: str) -> Iterator[Change]:
    yield from _named(Kind.ENRICHMENT, old, new, path)


_IDENTITY = frozenset(("$id", "x-version"))
_HEADINGS = frozenset(("title", "x-aliases"))
_TEXTS = ("title", "description", "$comment", "examples", "x-source")
_KEYWORDS: Mapping[str, Callable[[Any, Any, str], Iterator[Change]]] = {
    **dict.fromkeys(_TEXTS, _text),
    "not": _turned,
    "if": _turned,
    "x-choices": _choices,
    "x-synonyms": _entries,
    "x-rules": _entries,
    "$defs": _defs,
}
_ENRICHING = frozenset(("x-choices", "x-synonyms", "x-rules", "$defs"))


# --- other data ---


def _data(old: Any, new: Any, path: str) -> Iterator[Change]:
    """Compare plain data: notes about it are cosmetic, more of it enriches."""
    for key, here in _different(old, new, path):
        if key in _NOTES:
            yield _one(Kind.COSMETIC, old, new, key, here)
        elif key in old and key in new and isinstance(old[key], dict):
            yield from _data(old[key], new[key], here)
        elif key in old and key in new and isinstance(old[key], list):
            yield from _members(old[key], new[key], here)
        elif key != "version":
            kind = Kind.SUBSTANTIVE if key in old else Kind.ENRICHMENT
            yield _one(kind, old, new, key, here)


_NOTES = frozenset(("$schema", "title", "description", "source", "date", "licence"))


# --- both ---


def _different(old: Node, new: Node, path: str) -> Iterator[tuple[str, str]]:
    """Yield the keys whose values are not the same JSON, and where they stand."""
    for key in dict.fromkeys((*old, *new)):
        same = key in old and key in new and _json(old[key]) == _json(new[key])
        if not same:
            yield key, f"{path}/{key.replace('~', '~0').replace('/', '~1')}"


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True)  # 1, 1.0 and true are three things


def _one(kind: Kind, old: Node, new: Node, key: str, path: str) -> Change:
    if key not in old:
        return Change(kind=kind, move=Move.ADDED, path=path, after=new[key])
    move = Move.CHANGED if key in new else Move.REMOVED
    return Change(kind=kind, move=move, path=path, before=old[key], after=new.get(key))
