"""What everything on the site is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from checker import __version__, catalog
from checker.catalog import Cycle, Form
from checker.model import Rule
from checker.rules import CRASH, RULES


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What the pages and templates are made from."""

    version: str
    cycle: Cycle
    forms: Mapping[str, Form]
    rules: tuple[Rule, ...]


def load_kit() -> Kit:
    """Return the newest filing year, the forms and the rules."""
    known = catalog.load()
    return Kit(
        version=__version__,
        cycle=known.cycle(max(known.cycles)),
        forms=known.forms,
        rules=(*RULES, CRASH),
    )


def write(path: Path, text: str) -> None:
    """Write a text file the same way on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")
