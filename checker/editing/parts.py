"""The parts of an xlsx: read, changed, added, taken out, and packed again in their order."""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import Final

from checker.editing import tree
from checker.editing.edits import UneditableError
from checker.editing.tree import Element
from checker.reading.book import LIMITS
from checker.reading.package import Package, fold
from checker.reading.xlsx import main_part

TYPES: Final = "[Content_Types].xml"
_RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_SIGNATURES: Final = "_xmlsignatures/"
_STAMP: Final = (1980, 1, 1, 0, 0, 0)  # the first moment a zip can tell


class Parts:
    """The parts of a package by name; case and leading slashes do not matter."""

    def __init__(self, data: bytes) -> None:
        self._package = Package(data, LIMITS)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = {
                fold(entry.filename): entry for entry in archive.infolist() if not entry.is_dir()
            }
        self._names = {
            key: entry.filename.replace("\\", "/").lstrip("/") for key, entry in entries.items()
        }
        self._methods = {key: entry.compress_type for key, entry in entries.items()}
        self._new: dict[str, bytes] = {}
        self._removed = False
        self._links: dict[str, Links] = {}
        self.main = main_part(self._package)

    @property
    def names(self) -> list[str]:
        """The names of all parts, in the order of the file."""
        return list(self._names.values())

    def has(self, name: str) -> bool:
        """Tell whether there is a part of this name."""
        return fold(name) in self._names

    def read(self, name: str) -> bytes:
        """Return the bytes of a part."""
        key = fold(name)
        if key not in self._names:
            raise UneditableError
        return self._new[key] if key in self._new else self._package.read(key)

    def tree(self, name: str) -> Element:
        """Return the root of a part that is small."""
        return tree.parse(self.read(name))

    def links(self, source: str) -> Links:
        """Return the relationships of a part; those of the package for the part ""."""
        if source not in self._links:
            self._links[source] = Links(self, source)
        return self._links[source]

    def write(self, name: str, content: bytes) -> None:
        """Give a part these bytes, at its old place in the file or at the end."""
        self._names.setdefault(fold(name), name)
        self._new[fold(name)] = content

    def remove(self, name: str) -> None:
        """Take a part out, with its relationships and its content type."""
        self._links.pop(name, None)
        for each in (name, relations_of(name)):
            if self._names.pop(fold(each), None):
                self._new.pop(fold(each), None)
                self._removed = True
        self._forget_type(name)

    def free(self, pattern: str) -> str:
        """Return the first name of a pattern such as xl/comments{}.xml that no part has."""
        number = 1
        while self.has(pattern.format(number)):
            number += 1
        return pattern.format(number)

    def declare(self, name: str, kind: str) -> None:
        """Say in the list of content types what a new part is."""
        types = self.tree(TYPES)
        types.add("Override", PartName=f"/{name}", ContentType=kind)
        self.write(TYPES, tree.part(types))

    def declare_extension(self, extension: str, kind: str) -> None:
        """Say in the list of content types what all parts of an extension are."""
        types = self.tree(TYPES)
        known = {each.get("Extension").lower() for each in types.all("Default")}
        if extension not in known:
            types.children.insert(0, types.make("Default", Extension=extension, ContentType=kind))
            self.write(TYPES, tree.part(types))

    def _forget_type(self, name: str) -> None:
        types = self.tree(TYPES)
        others = [
            each for each in types.children
            if isinstance(each, str) or fold(each.get("PartName")) != fold(name)
        ]  # fmt: skip
        if len(others) < len(types.children):
            types.children = others
            self.write(TYPES, tree.part(types))

    def packed(self) -> bytes:
        """Return the package. Whatever is changed, no digital signature holds any more."""
        if self._new or self._removed:
            self._drop_signatures()
        names = sorted(self._names, key=lambda key: key != fold(TYPES))  # it comes first
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for key in names:
                entry = zipfile.ZipInfo(self._names[key], _STAMP)
                entry.create_system = 0  # otherwise it says whether Windows or Unix made it
                stored = self._methods.get(key) == zipfile.ZIP_STORED
                entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
                archive.writestr(entry, self.read(key))
        return made.getvalue()

    def _drop_signatures(self) -> None:
        signed = [name for name in self.names if fold(name).startswith(_SIGNATURES)]
        for name in signed:
            self.remove(name)
        if signed:
            self.links("").drop_kind("origin")


class Links:
    """The relationships of a part; those of the package for the part ""."""

    def __init__(self, parts: Parts, source: str) -> None:
        self._parts = parts
        self._folder = posixpath.dirname(source)
        self._part = relations_of(source)
        known = parts.has(self._part)
        empty = Element("Relationships", {"xmlns": _RELATIONSHIPS})
        self._root = parts.tree(self._part) if known else empty

    def target(self, id: str) -> str:
        """Return the part that a relationship leads to, "" where there is none of this id."""
        return next((self._resolved(each) for each in self._inner if each.get("Id") == id), "")

    def find(self, kind: str) -> str:
        """Return the part of a kind, the last word of the type; "" where there is none."""
        return next(iter(self.all(kind)), "")

    def all(self, kind: str = "") -> list[str]:
        """Return the parts of a kind, or of every kind, that are really there."""
        found = (self._resolved(each) for each in self._inner if not kind or _kind(each) == kind)
        return [name for name in found if self._parts.has(name)]

    def add(self, kind: str, target: str, *, strict: bool = False) -> str:
        """Lead to a part, and return the id."""
        known = {each.get("Id") for each in self._root.elements}
        number = len(known) + 1
        while f"rId{number}" in known:
            number += 1
        family = _STRICT if strict else _OFFICE
        path = posixpath.relpath(f"/{target}", f"/{self._folder}")
        self._root.add("Relationship", Id=f"rId{number}", Type=f"{family}/{kind}", Target=path)
        self._save()
        return f"rId{number}"

    def drop(self, target: str) -> None:
        """Lead to a part no longer."""
        self._keep([each for each in self._root.elements if self._resolved(each) != target])

    def drop_kind(self, kind: str) -> None:
        """Lead to parts of a kind no longer."""
        self._keep([each for each in self._root.elements if _kind(each) != kind])

    @property
    def _inner(self) -> list[Element]:
        return [each for each in self._root.elements if each.get("TargetMode") != "External"]

    def _resolved(self, link: Element) -> str:
        target = link.get("Target").replace("\\", "/")
        return posixpath.normpath(posixpath.join("/", self._folder, target)).lstrip("/")

    def _keep(self, links: list[Element]) -> None:
        self._root.children = [*links]
        self._save()

    def _save(self) -> None:
        self._parts.write(self._part, tree.part(self._root))


def _kind(link: Element) -> str:
    return link.get("Type").rpartition("/")[2]


def relations_of(name: str) -> str:
    """Return the name of the part that holds another's relationships.

    >>> relations_of("xl/workbook.xml"), relations_of("")
    ('xl/_rels/workbook.xml.rels', '_rels/.rels')
    """
    folder, last = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{last}.rels")
