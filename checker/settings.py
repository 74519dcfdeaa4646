"""A cycle file held against its schema: what is missing, wrong or still to be filled in.

The people who open a new filing year write the file by hand, so each fault names its place and says
in plain words what belongs there. The few keywords that `cycle.schema.json` uses are looked at
here and not by a validator: no program may start without its cycle, and compiling the schema would
take longer than checking a thousand rows. (A test holds the two to the same answers.)
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

TO_FILL = "待填"  # what a text begins with that the year's notice has yet to give
KEYWORDS = frozenset((
    "$ref", "type", "required", "properties", "additionalProperties", "propertyNames", "items",
    "minItems", "minLength", "pattern", "format", "enum", "minimum", "maximum", "exclusiveMinimum",
))  # fmt: skip
NOTES = frozenset(("$schema", "$id", "$defs", "title", "description", "x-carries-over"))

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_WORDS = {
    "object": "一组设置，用 { } 括起来",
    "array": "一个列表，用 [ ] 括起来",
    "string": "一段文字，两头带引号",
    "integer": "一个整数，不带引号",
    "number": "一个数，不带引号",
    "boolean": "true（是）或 false（否），不带引号",
    "null": "null（没有）",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend: where it is, what the place is for, and what is wrong there."""

    place: str  # as people write it: windows[0].start
    about: str  # the place's description, "" where it has none
    what: str
    to_fill: bool = False

    def __str__(self) -> str:
        about = f"（{self.about}）" if self.about else ""
        return f"{self.place or '整个文件'}{about}：{self.what}"


def faults(data: Any, schema: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong in a cycle file's data: first each value, then what does not agree."""
    found = list(_look(data, schema, schema, "", ""))
    yield from found or _disagreements(data)


def _disagreements(data: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what no value shows by itself: windows out of order, clauses that are not there."""
    last = ""
    for index, window in enumerate(data["windows"]):
        if window["end"] < window["start"]:
            yield Fault(f"windows[{index}].end", "", "比 start 还早，时段的首尾颠倒了")
        if window["start"] <= last:
            yield Fault(f"windows[{index}].start", "", "和前一个时段重叠，或者先后颠倒了")
        last = window["end"]
    known = data["clauses"]
    if data["counties"] is None and "S5" in known:
        yield Fault("clauses.S5", "", "counties 是 null，没有下级县（区），这一条也要删去")
    for name, item in data.items():
        for each in item if isinstance(item, list) else [item]:
            source = each.get("source", "") if isinstance(each, dict) else ""
            if re.fullmatch("S[0-9]+", source) and source not in known:
                yield Fault(f"{name}.source", "", f"clauses 里没有 {source} 这一条")


def resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a part of a schema with what its `$ref` stands for; its own words come first."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    return {**root["$defs"][reference.removeprefix("#/$defs/")], **schema}


def _look(
    value: Any, given: Mapping[str, Any], root: Mapping[str, Any], place: str, about: str
) -> Iterator[Fault]:
    schema = resolved(given, root)
    about = schema.get("description", about) if place else ""
    types = _types(schema)
    if isinstance(value, str) and value.startswith(TO_FILL):
        yield Fault(place, about, "还没有填", to_fill=True)
    elif types and not any(_is(value, each) for each in types):
        yield Fault(place, about, f"应当是{'，或者 '.join(_WORDS[each] for each in types)}")
    elif isinstance(value, dict):
        yield from _in_object(value, schema, root, place, about)
    elif isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield Fault(place, about, f"至少要有 {schema['minItems']} 项")
        for index, item in enumerate(value):
            yield from _look(item, schema.get("items", {}), root, f"{place}[{index}]", about)
    else:
        yield from (Fault(place, about, what) for what in _in_scalar(value, schema))


def _types(schema: Mapping[str, Any]) -> list[str]:
    types = schema.get("type", [])
    return [types] if isinstance(types, str) else list(types)


def _is(value: object, name: str) -> bool:
    """Tell whether a value is of a type; true and false are no numbers, though Python thinks so."""
    if name == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def _in_object(
    value: Mapping[str, Any],
    schema: Mapping[str, Any],
    root: Mapping[str, Any],
    place: str,
    about: str,
) -> Iterator[Fault]:
    known: Mapping[str, Any] = schema.get("properties", {})
    others = schema.get("additionalProperties", {})
    names = re.compile(schema.get("propertyNames", {}).get("pattern", ""))
    for name in schema.get("required", ()):
        if name not in value:
            inner = resolved(known.get(name, {}), root).get("description", about)
            yield Fault(_inside(place, name), inner, "缺这一项")
    for name, item in value.items():
        inside = _inside(place, name)
        if name in known:
            yield from _look(item, known[name], root, inside, about)
        elif others is False or not names.search(name):
            yield Fault(inside, "", "没有这个设置，看看名称有没有写错")
        else:
            yield from _look(item, others, root, inside, about)


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _in_scalar(value: Any, schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a single value of the right type."""
    if "enum" in schema and value not in schema["enum"]:
        yield f"只能是 {'、'.join(map(str, schema['enum']))}，现在是“{value}”"
    if isinstance(value, str):
        if len(value) < schema.get("minLength", 0):
            yield "不能空着"
        elif schema.get("format") == "date":
            if not _is_date(value):
                yield f"应当是 2024-10-11 这样的日期，现在是“{value}”"
        elif "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"写法不对，现在是“{value}”"
    elif isinstance(value, int | float):
        low, high = schema.get("minimum", value), schema.get("maximum", value)
        if not low <= value <= high or value <= schema.get("exclusiveMinimum", value - 1):
            yield f"数目不对，现在是 {value}"


def _is_date(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True
