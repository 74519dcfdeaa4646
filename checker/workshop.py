"""What can be made from a user's files: one way in for command line, browser and library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from checker import catalog, engine, filing_set, final, fixes, migrate
from checker.catalog import DEFAULT_YEAR
from checker.marks.copy import mark
from checker.model import Product

Wanted = Literal["mark", "fix", "set", "final", "migrate", "example"]
Given = Iterable[tuple[str, bytes]]


def changes(files: Given, **settings: Any) -> list[dict[str, Any]]:
    """Return what could safely be corrected, as plain data.

    `settings` are those of `check_files`.
    """
    return fixes.as_dicts(fixes.propose(engine.examine(files, **settings)))


def make(
    wanted: Wanted, files: Given, *, accepted: Sequence[str] | None = None, **settings: Any
) -> Product:
    """Return the files made; `accepted` names the changes to make where not all are (`fix`)."""
    if wanted == "example":
        return filing_set.example(catalog.load().cycle(settings.get("year", DEFAULT_YEAR)))
    given = tuple(engine.told_apart(files))
    examination = engine.examine(given, **settings)
    match wanted:
        case "mark":
            return mark(given, examination)
        case "fix":
            chosen = fixes.propose(examination)
            if accepted is not None:
                known = frozenset(accepted)
                chosen = tuple(each for each in chosen if each.id in known)
            return fixes.correct(given, chosen)
        case "set":
            return filing_set.make(examination)
        case "final":
            return final.finish(given, examination.report)
        case "migrate":
            return migrate.migrate(examination)
