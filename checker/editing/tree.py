"""Small XML parts as a tree that can be changed, with every prefix and attribute as it was.

Not ElementTree, which renames prefixes and so breaks `mc:Ignorable`, and not minidom, which loses
line breaks in attributes. Names keep their prefix; looking up goes by the name without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from checker.reading.xmlparse import local, parser, run

_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
_ENCODING: Final = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_IN_TEXT: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTE: Final = _IN_TEXT | str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})
# What XML cannot hold at all: control characters, halves of surrogate pairs, non-characters.
_IMPOSSIBLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(slots=True, eq=False)
class Element:
    """An element; `children` are elements and pieces of text in their order."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return local(self.name)

    @property
    def prefix(self) -> str:
        """The prefix with its colon, or nothing."""
        return self.name[: self.name.find(":") + 1]

    @property
    def elements(self) -> list[Element]:
        """The child elements."""
        return [child for child in self.children if isinstance(child, Element)]

    @property
    def text(self) -> str:
        """The text in the element and below."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute, whatever its prefix."""
        if name in self.attributes:
            return self.attributes[name]
        found = (value for key, value in self.attributes.items() if local(key) == name)
        return next(found, default)

    def all(self, name: str) -> list[Element]:
        """Return the child elements of a name."""
        return [child for child in self.elements if child.local == name]

    def find(self, name: str) -> Element | None:
        """Return the first child element of a name."""
        return next((child for child in self.elements if child.local == name), None)

    def walk(self) -> Iterator[Element]:
        """Yield the element and all below it."""
        yield self
        for child in self.elements:
            yield from child.walk()

    def make(self, name: str, /, *children: Element | str, **attributes: str) -> Element:
        """Return a new element of the same prefix; it is not yet a child."""
        return Element(self.prefix + name, attributes, list(children))

    def add(self, name: str, /, *children: Element | str, **attributes: str) -> Element:
        """Append a new child of the same prefix and return it."""
        made = self.make(name, *children, **attributes)
        self.children.append(made)
        return made

    def put(self, element: Element, order: Sequence[str]) -> Element:
        """Insert a child behind those that must stand before it, and return it."""
        before = order[: order.index(element.local)]
        last = max(
            (at for at, child in enumerate(self.children, 1) if _named(child, before)), default=0
        )
        self.children.insert(last, element)
        return element

    def ensure(self, name: str, order: Sequence[str]) -> Element:
        """Return the child of a name, made where there is none."""
        return self.find(name) or self.put(self.make(name), order)

    def copy(self) -> Element:
        """Return the element and all below it once more."""
        children = [child if isinstance(child, str) else child.copy() for child in self.children]
        return Element(self.name, dict(self.attributes), children)


def _named(child: Element | str, names: Sequence[str]) -> bool:
    return isinstance(child, Element) and child.local in names


def parse(data: bytes) -> Element:
    """Return the root of a part, or of an element cut out of one."""
    top = Element("")
    path = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        made = Element(name, attributes)
        path[-1].children.append(made)
        path.append(made)

    made = parser(start)
    made.EndElementHandler = lambda _: path.pop()
    made.CharacterDataHandler = lambda text: path[-1].children.append(text)
    run(made, as_utf8(data))
    return top.elements[0]


def part(root: Element) -> bytes:
    """Return a whole part."""
    return _DECLARATION + written(root)


def written(element: Element) -> bytes:
    """Return an element as XML."""
    pieces: list[str] = []
    _write(element, pieces)
    return "".join(pieces).encode()


def _write(element: Element, pieces: list[str]) -> None:
    pieces.append(f"<{element.name}{attributes_text(element.attributes)}")
    if not element.children:
        pieces.append("/>")
        return
    pieces.append(">")
    for child in element.children:
        if isinstance(child, str):
            pieces.append(escaped(child))
        else:
            _write(child, pieces)
    pieces.append(f"</{element.name}>")


def attributes_text(attributes: dict[str, str]) -> str:
    """Return attributes as they stand in a tag, each with a blank before it."""
    return "".join(
        f' {name}="{value if value.isalnum() else _possible(value).translate(_IN_ATTRIBUTE)}"'
        for name, value in attributes.items()
    )


def escaped(text: str) -> str:
    """Return a text as it stands between tags, without what XML cannot hold."""
    return _possible(text).translate(_IN_TEXT)


def _possible(text: str) -> str:
    return _IMPOSSIBLE.sub("", text)


def as_utf8(data: bytes) -> bytes:
    """Return a part in UTF-8, so that the places expat tells are places in the bytes."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        declared = _ENCODING.match(data)
        encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
        if encoding in ("utf-8", "utf8", "us-ascii", "ascii"):
            return data
    text = data.decode(encoding)
    end = text.find("?>") + 2 if text.startswith("<?xml") else 0
    return _DECLARATION.rstrip() + text[end:].encode()
