"""xlsx and xlsm: the parts of the package, in a small package of our own for calamine.

Sheets whose rows are all written alike are read at once (`uniform`); calamine reads the others. It
never sees the user's zip. It gets sheets, strings and styles under the usual names, each looked at
before, so that what was looked at and what is read cannot differ.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from checker.model import Format, Sheet
from checker.reading import uniform, values
from checker.reading.book import Book, Limits, damaged, too_large
from checker.reading.marked import holds_our_comment, is_our_comment
from checker.reading.package import Package, fold, stored_zip
from checker.reading.worksheet import MAIN, Look, look, reference
from checker.reading.xmlparse import local, parser, run, visit

_RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_SHARED_INDEX: Final = re.compile(
    rb"""t=["']s["'][^>]*>\s*<(?:[A-Za-z0-9]+:)?v>([0-9]{1,8})""",
)
_COMMENT: Final = ("comment", "threadedComment")
_Places = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Link:
    """One relationship: the last word of its type, and the part it leads to."""

    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """One worksheet as the workbook part lists it."""

    name: str
    hidden: bool
    part: str


def main_part(package: Package) -> str:
    """Return the name of the part a package is about: workbook, document, presentation."""
    for link in _links(package, "", 100).values():
        if link.kind == "officeDocument":
            return link.target
    return ""


def content_type(package: Package, part: str) -> str:
    """Return the content type that the package declares for a part."""
    found: list[str] = []

    def note(name: str, attributes: dict[str, str]) -> None:
        if name == "Override" and fold(attributes.get("PartName", "")) == fold(part):
            found.append(attributes.get("ContentType", ""))

    if package.has("[Content_Types].xml"):
        visit(package.read("[Content_Types].xml"), note)
    return found[0] if found else ""


def read(package: Package, main: str, limits: Limits) -> Book:
    """Read the workbook whose main part is `main`."""
    links = _links(package, main, limits.parts)
    date1904, entries = _entries(package, main, links, limits)
    strings = _part(package, links.values(), "sharedStrings")
    styles = _part(package, links.values(), "styles")
    shared = uniform.shared(strings, styles)
    looks = [look(package.read(entry.part), limits, shared) for entry in entries]
    comments = [_comments(package, entry.part, limits) for entry in entries]
    _weigh(strings, looks, limits)
    left = [seen for seen in looks if seen.rows is None]
    cells = values.sheets(_small_package(left, strings, styles, date1904)) if left else iter(())
    macros = "macroEnabled" in content_type(package, main)
    return Book(
        format=Format.XLSM if macros else Format.XLSX,
        sheets=tuple(
            _sheet(entry, seen, _rows(seen, cells, limits), others)
            for entry, seen, (others, _) in zip(entries, looks, comments, strict=True)
        ),
        macros=any(name.endswith("vbaproject.bin") for name in package.names)
        or package.any_under("xl/macrosheets/"),
        external_links=package.any_under("xl/externallinks/"),
        embedded=package.any_under("xl/embeddings/", "xl/activex/"),
        details_missing=not all(seen.complete for seen in looks),
        our_comments={
            entry.name: ours for entry, (_, ours) in zip(entries, comments, strict=True) if ours
        },
    )


def _rows(seen: Look, cells: Iterator[values.Cells], limits: Limits) -> tuple[values.Row, ...]:
    """Return the rows of a sheet; those not read yet are the next ones in calamine's workbook."""
    if seen.rows is not None:
        return seen.rows
    _, _, sheet = next(cells)
    return values.rows(sheet, seen.values, limits)


def _links(package: Package, part: str, limit: int) -> dict[str, _Link]:
    """Return the relationships of a part by their id; those of the package for the part ""."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    links: dict[str, _Link] = {}

    def note(element: str, attributes: dict[str, str]) -> None:
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            kind = attributes.get("Type", "").rpartition("/")[2]
            links[attributes.get("Id", "")] = _Link(kind, _resolved(folder, target))
            if len(links) > limit:
                raise too_large("parts", len(links))

    if package.has(relations):
        visit(package.read(relations), note)
    return links


def _resolved(folder: str, target: str) -> str:
    """Return the name of the part a target means, seen from a folder.

    >>> _resolved("xl", "worksheets/sheet1.xml"), _resolved("xl", "/xl/styles.xml")
    ('xl/worksheets/sheet1.xml', 'xl/styles.xml')
    """
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _entries(
    package: Package, main: str, links: dict[str, _Link], limits: Limits
) -> tuple[bool, list[_Entry]]:
    """Return whether dates count from 1904, and the worksheets. Chart sheets hold no cells."""
    entries: list[_Entry] = []
    flags: dict[str, str] = {}

    def note(name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr":
            flags.update(attributes)
        elif name == "sheet":
            link = links.get(attributes.get("id", ""))
            if link is None:
                raise damaged()
            if link.kind == "worksheet":
                hidden = attributes.get("state", "visible") != "visible"
                entries.append(_Entry(attributes.get("name", ""), hidden, link.target))
            if len(entries) > limits.sheets:
                raise too_large("sheets", len(entries))

    visit(package.read(main), note)
    return flags.get("date1904") in ("1", "true"), entries


def _part(package: Package, links: Iterable[_Link], kind: str) -> bytes:
    """Return the part of a kind, empty where there is none."""
    for link in links:
        if link.kind == kind and package.has(link.target):
            content = package.read(link.target)
            if b"<!DOCTYPE" in content:
                raise damaged()
            return content
    return b""


def _weigh(strings: bytes, looks: Iterable[Look], limits: Limits) -> None:
    """Refuse a workbook whose cells repeat long shared strings until they fill the memory."""
    longest = max(map(len, strings.split(b"</si>")), default=0)
    for seen in looks:
        if longest * seen.part.count(b"<c ") > limits.unpacked:
            lengths = [len(string) for string in strings.split(b"</si>")]
            indexes = map(int, _SHARED_INDEX.findall(seen.part))
            weight = sum(lengths[index] for index in indexes if index < len(lengths))
            if weight > limits.unpacked:
                raise too_large("unpacked", weight)


def _small_package(looks: Iterable[Look], strings: bytes, styles: bytes, date1904: bool) -> bytes:
    """Return a package with nothing but what calamine needs."""
    parts = [(f"worksheets/sheet{n}.xml", seen.part, "worksheet") for n, seen in enumerate(looks)]
    sheets = "".join(
        f'<sheet name="{n}" sheetId="{n + 1}" r:id="r{n}"/>' for n in range(len(parts))
    )
    if strings:
        parts.append(("sharedStrings.xml", strings, "sharedStrings"))
    if styles:
        parts.append(("styles.xml", styles, "styles"))
    workbook = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><workbookPr date1904="{date1904:d}"/>'
        f"<sheets>{sheets}</sheets></workbook>"
    )
    main = [("xl/workbook.xml", "officeDocument")]
    inner = [(name, kind) for name, _, kind in parts]
    return stored_zip(
        [
            ("[Content_Types].xml", f'<Types xmlns="{_TYPES}"/>'.encode()),
            ("_rels/.rels", _relations(main)),
            ("xl/_rels/workbook.xml.rels", _relations(inner)),
            ("xl/workbook.xml", workbook.encode()),
            *((f"xl/{name}", content) for name, content, _ in parts),
        ]
    )


def _relations(targets: Iterable[tuple[str, str]]) -> bytes:
    """Return a relationships part; the ids are r0, r1 …"""
    links = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (target, kind) in enumerate(targets)
    )
    return f'<Relationships xmlns="{_RELATIONSHIPS}">{links}</Relationships>'.encode()


def _sheet(entry: _Entry, seen: Look, rows: tuple[values.Row, ...], comments: _Places) -> Sheet:
    return Sheet(
        name=entry.name,
        rows=rows,
        hidden=entry.hidden,
        merged=tuple(seen.merged),
        hidden_rows=frozenset(row for row in seen.hidden_rows if row <= len(rows)),
        hidden_columns=frozenset(seen.hidden_columns.intersection(range(1, width(rows) + 1))),
        filtered=seen.filtered,
        marks=seen.marks,
        formulas=frozenset(seen.formulas),
        comments=comments,
        total_rows=len(rows),
    )


def width(rows: Iterable[values.Row]) -> int:
    """Return how many columns the widest row fills."""
    return max(map(len, rows), default=0)


def _comments(package: Package, part: str, limits: Limits) -> tuple[_Places, _Places]:
    """Return where a sheet has comments, of the old kind or threaded: others', and ours."""
    found = _Comments(limits)
    for link in _links(package, part, limits.parts).values():
        if link.kind in ("comments", "threadedComment") and package.has(link.target):
            found.scan(package.read(link.target))
    return tuple(sorted(found.others)), tuple(sorted(found.ours))


class _Comments:
    """The comments of a sheet by what they say; one of others with ours below is both."""

    def __init__(self, limits: Limits) -> None:
        self.others: set[tuple[int, int]] = set()
        self.ours: set[tuple[int, int]] = set()
        self._limit = limits.details
        self._place: tuple[int, int] | None = None
        self._pieces: list[str] = []

    def scan(self, data: bytes) -> None:
        """Parse a part with comments."""
        made = parser(self._start)
        made.EndElementHandler = self._end
        made.CharacterDataHandler = self._text
        run(made, data)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if local(name) in _COMMENT:
            self._place, self._pieces = reference(attributes.get("ref", "")), []

    def _text(self, text: str) -> None:
        if self._place:
            self._pieces.append(text)

    def _end(self, name: str) -> None:
        if local(name) not in _COMMENT or not self._place:
            return
        text = "".join(self._pieces)
        if not is_our_comment(text) and len(self.others) < self._limit:
            self.others.add(self._place)
        if holds_our_comment(text):
            self.ours.add(self._place)
        self._place = None


def painted(data: bytes, colours: Collection[str], limits: Limits) -> dict[str, _Places]:
    """Return by sheet the cells filled with one of the colours, given as RRGGBB."""
    package = Package(data, limits)
    main = main_part(package)
    links = _links(package, main, limits.parts)
    styles = _part(package, links.values(), "styles")
    formats = _painted_formats(styles, colours) if styles else frozenset()
    if not formats:
        return {}
    places: dict[str, list[tuple[int, int]]] = {}

    def note(name: str, attributes: dict[str, str]) -> None:
        if name == "c" and attributes.get("s") in formats:
            place = reference(attributes.get("r", ""))
            if place:
                found.append(place)

    for entry in _entries(package, main, links, limits)[1]:
        found = places.setdefault(entry.name, [])
        visit(package.read(entry.part), note)
    return {name: tuple(found) for name, found in places.items() if found}


def _painted_formats(styles: bytes, colours: Collection[str]) -> frozenset[str]:
    """Return the numbers of the cell formats whose fill has one of the colours."""
    group, fill, format = "", -1, -1
    fills: set[str] = set()
    formats: set[str] = set()

    def note(name: str, attributes: dict[str, str]) -> None:
        nonlocal group, fill, format
        if name in ("fills", "cellXfs", "cellStyleXfs", "dxfs"):
            group = name
        elif group == "fills" and name == "fill":
            fill += 1
        elif group == "fills" and name == "fgColor":
            if attributes.get("rgb", "")[-6:].upper() in colours:
                fills.add(str(fill))
        elif group == "cellXfs" and name == "xf":
            format += 1
            if attributes.get("fillId") in fills:
                formats.add(str(format))

    visit(styles, note)
    return frozenset(formats)
