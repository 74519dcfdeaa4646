"""A form's schema as a Table Schema, for tools that check tables: frictionless and its like.

It is version 1, which every such tool reads without being told. Table Schema says less than JSON
Schema: it has no word for “one of these two columns”, for “more than”, for a character that must
not occur, or for the type of a value in a text table, where 3 and "3" are one; and an empty cell is
a missing one. The conformance set marks where this shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_CONSTRAINTS = {
    "enum": "enum",
    "pattern": "pattern",
    "minLength": "minLength",
    "minimum": "minimum",
    "exclusiveMinimum": "minimum",  # the nearest there is
}


def table_schema(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the Table Schema of a form.

    The columns have the names of the properties; the official headings are their titles.
    """
    return {
        "name": schema["x-form"],
        "title": schema["title"],
        "description": schema["description"],
        "version": schema["x-version"],
        "fields": [
            _field(name, data, name in schema["required"])
            for name, data in schema["properties"].items()
        ],
        "missingValues": [""],
    }


def _field(name: str, data: Mapping[str, Any], required: bool) -> Mapping[str, Any]:
    constraints = {word: data[key] for key, word in _CONSTRAINTS.items() if key in data}
    return {
        "name": name,
        "title": data["title"],
        "description": data["description"],
        "type": data["type"],
        "example": data["examples"][0],
        "constraints": {"required": required, **constraints},
    }
