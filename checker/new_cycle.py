"""The draft of a new filing year: nothing invented, last year's words beside every blank.

What the notice of the year has to say is marked as to be filled in; only the settings of the site
and what stands in laws carry over (`x-carries-over` in `cycle.schema.json`). Until no mark is left
the file is refused by everything that reads it (`catalog.read_cycle`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from checker.catalog import Cycle
from checker.settings import TO_FILL, resolved

_FIRST_VERSION = "1.0.0"


def draft(last: Cycle, year: int, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of a cycle file for `year`, to be filled in.

    Each blank says what belongs there and what it was in the cycle before (`last`).
    """
    data: dict[str, Any] = _blank(last.data, schema, schema, f"{last.year} 年度：", "")
    known = {"year": year, "version": _FIRST_VERSION, "$schema": last.data["$schema"]}
    return {name: known.get(name, value) for name, value in data.items()}


def _blank(
    value: Any, given: Mapping[str, Any], root: Mapping[str, Any], was: str, about: str
) -> Any:
    """Return a value with each fact in it made a mark; lists and objects keep their shape."""
    schema = resolved(given, root)
    about = schema.get("description", about)
    if schema.get("x-carries-over") or value is None:
        return value
    if isinstance(value, dict):
        inside = schema.get("properties", {})
        return {
            name: _blank(item, inside.get(name, {}), root, was, about)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_blank(item, schema.get("items", {}), root, was, about) for item in value]
    text = value if isinstance(value, str) else json.dumps(value)
    return f"{TO_FILL}：{about}（{was}{text}）"


def as_text(data: Mapping[str, Any]) -> str:
    """Return the data as the text of a cycle file."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
