"""What the pages about the schemas say: keywords in words, and the parts of a schema in order."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from pipeline import conformance
from pipeline.kit import write
from pipeline.schema_changes import Move
from pipeline.schema_versions import KIND_WORDS, Document, documents

Node = Mapping[str, Any]
_TYPES = {
    "string": "文本",
    "integer": "整数",
    "number": "数",
    "boolean": "是或否",
    "null": "空",
    "array": "列表",
    "object": "对象",
}
_MOVES = {Move.ADDED: "增加", Move.REMOVED: "去掉", Move.CHANGED: "改动"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An object of a schema: the whole, or one of those it is made of."""

    name: str
    anchor: str
    description: str
    properties: Mapping[str, Any]
    required: tuple[str, ...]


def facts() -> Mapping[str, Any]:
    """Return what the pages about the schemas may ask for."""
    return {
        "documents": documents(),
        "tally": conformance.tally(),
        "terms": lambda node, document=None: list(terms(node, document)),
        "type_of": type_of,
        "value": value,
        "prose": prose,
        "codes": codes,
        "parts_of": lambda document: list(parts_of(document)),
        "kind_word": KIND_WORDS.__getitem__,
        "move_word": _MOVES.__getitem__,
    }


def build(pages: jinja2.Environment, out: Path) -> None:
    """Write a page for each schema."""
    page = pages.get_template("schemas/_schema.md")
    for each in documents():
        if each.is_schema:
            write(out / f"{each.name}.md", page.render(document=each))


def parts_of(document: Document) -> Iterator[Part]:
    """Yield the whole of a schema and each object it is made of, as far as they have properties."""
    yield from _parts(document.data, "", "整体")
    for name, node in document.data.get("$defs", {}).items():
        yield from _parts(node, _anchor(name), f"`{name}`")


def _parts(node: Node, anchor: str, name: str) -> Iterator[Part]:
    if "properties" not in node:
        return
    yield Part(
        name=name,
        anchor=anchor or "whole",
        description=node.get("description", "") if anchor else "",
        properties=node["properties"],
        required=tuple(node.get("required", ())),
    )
    for key, inner in node["properties"].items():
        each = _each(inner)
        if each is not None:
            yield from _parts(each, f"{anchor or 'whole'}-{key}", f"`{key}`")


def _each(node: Node) -> Node | None:
    """Return the schema of what a value holds: of a list its items, of a table its entries."""
    found = node.get("items", node.get("additionalProperties", node))
    return found if isinstance(found, dict) else node


def _anchor(name: str) -> str:
    return f"def-{name}"


def type_of(node: Node, document: Document | None = None) -> str:
    """Return the type of a value in a few words, an object of the document as a link to it."""
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        inner = document.data["$defs"][name] if document else {}
        if "x-form" in inner:
            return f"[{_plain(inner['title'])}]({name}.md)的记录"
        return f"[`{name}`](#{_anchor(name)})" if "properties" in inner else _asked(inner, document)
    if "items" in node:
        return f"列表，每项是{type_of(node['items'], document)}"
    types = node.get("type", ())
    words = [_TYPES[each] for each in ([types] if isinstance(types, str) else types)]
    each = node.get("additionalProperties")
    if isinstance(each, dict) and "properties" not in node:
        return f"{'或'.join(words)}，每个值是{type_of(each, document)}"
    return "或".join(words)


def _asked(node: Node, document: Document | None) -> str:
    return "，".join(terms(node, document))


def terms(node: Node, document: Document | None = None) -> Iterator[str]:
    """Yield what a schema asks of a value, one phrase a keyword, as Markdown."""
    if type_of(node, document):
        yield type_of(node, document)
    if "const" in node:
        yield f"只能是 {value(node['const'])}"
    if "enum" in node:
        yield f"只能是 {'、'.join(map(value, node['enum']))}"
    if node.get("minLength") == 1:
        yield "不能是空文本"
    for keyword, phrase in _LIMITS.items():
        if keyword in node:
            yield phrase.format(node[keyword])
    if "pattern" in node:
        yield f"符合 {_code(node['pattern'])}"
    if "not" in node:
        yield f"不能含有 {_code(node['not']['pattern'])}"


def prose(text: str) -> str:
    """Return a description as Markdown; what stands between backticks is code."""
    parts = text.split("`")
    return "".join(_code(part) if at % 2 else _plain(part) for at, part in enumerate(parts))


_LIMITS = {
    "minimum": "不小于 {}",
    "maximum": "不大于 {}",
    "exclusiveMinimum": "大于 {}",
    "minItems": "至少 {} 项",
}


def value(data: Any) -> str:
    """Return a JSON value as Markdown."""
    return _code(json.dumps(data, ensure_ascii=False))


def _code(text: str) -> str:
    return f"<code>{_plain(text)}</code>"


def _plain(text: str) -> str:
    """Return text such that Markdown and the columns of a table let it be."""
    marks = {ord(mark): f"&#{ord(mark)};" for mark in "\\`*_{}[]()#|!~^$"}
    return html.escape(text, quote=False).translate(marks)


def codes(rules: Iterable[str]) -> str:
    """Return rule codes as links to their pages."""
    return "、".join(f"[{code}](../rules/{code.lower()}.md)" for code in rules)
