"""The rules as JSON, for programs: what each looks for, why, and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from checker import __version__
from checker.catalog import Cycle
from checker.model import Rule
from checker.rules import RULES_VERSION

FORMAT = 1


def render(rules: Iterable[Rule], cycle: Cycle) -> str:
    """Return the rules as JSON text (`schemas/rules.schema.json`)."""
    return json.dumps(as_dict(rules, cycle), ensure_ascii=False, indent=1)


def as_dict(rules: Iterable[Rule], cycle: Cycle) -> dict[str, Any]:
    """Return the rules as plain JSON data; a year's clauses are quoted in full."""
    return {
        "format": FORMAT,
        "checker": {"name": "beian-kit", "version": __version__, "rules": RULES_VERSION},
        "cycle": cycle.year,
        "rules": [_rule(rule, cycle) for rule in rules],
    }


def _rule(rule: Rule, cycle: Cycle) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "acknowledgeable": rule.acknowledgeable,
        "scope": rule.scope,
        "title": rule.title,
        "explanation": rule.explanation,
        "fix": rule.fix,
        "source": "；".join(cycle.source_text(source) for source in rule.source),
        "url": f"rules/{rule.code.lower()}/",
    }
