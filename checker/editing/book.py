"""The workbook part: which sheets there are and in what order, and the names in formulas."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import Final

from checker.editing import tree
from checker.editing.edits import UneditableError
from checker.editing.parts import Parts
from checker.editing.styles import Styles
from checker.editing.tree import Element

_ORDER: Final = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets",
    "functionGroups", "externalReferences", "definedNames", "calcPr", "oleSize",
    "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing",
    "fileRecoveryPr", "webPublishObjects", "extLst",
)  # fmt: skip
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT_MAIN: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_OFFICE: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class Book:
    """The workbook part with its styles. Sheets are known by their position."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.root = parts.tree(parts.main)
        self.strict = _STRICT_MAIN in self.root.attributes.values()
        self.main_space = _STRICT_MAIN if self.strict else _MAIN
        self.office_space = _STRICT_OFFICE if self.strict else _OFFICE
        self._links = parts.links(parts.main)
        sheets = self.root.find("sheets")
        if sheets is None:
            raise UneditableError
        self._sheets = sheets
        self._styles: Styles | None = None
        self._before = tree.written(self.root)

    @property
    def names(self) -> list[str]:
        """The names of the sheets."""
        return [each.get("name") for each in self._sheets.elements]

    def part(self, position: int) -> str:
        """Return the part of a sheet."""
        return self._links.target(self._sheets.elements[position].get("id"))

    def folder(self, name: str) -> str:
        """Return the name of a part that lies beside or below the workbook part."""
        return posixpath.join(posixpath.dirname(self.parts.main), name)

    @property
    def styles(self) -> Styles:
        """The cell formats; a workbook without any gets the part that holds them."""
        if self._styles is None:
            name = self._links.find("styles")
            root = self.parts.tree(name) if name else self.new_root("styleSheet")
            self._styles = Styles(root)
        return self._styles

    def new_root(self, name: str) -> Element:
        """Return the root of a new part."""
        return Element(name, {"xmlns": self.main_space})

    def relation_attributes(self, id: str) -> dict[str, str]:
        """Return the attributes by which an element leads to a part."""
        return {"xmlns:r": self.office_space, "r:id": id}

    def link(self, source: str, kind: str, target: str) -> str:
        """Make one part lead to another and return the id."""
        return self.parts.links(source).add(kind, target, strict=self.strict)

    def insert_first(self, name: str, content: bytes) -> None:
        """Put a new sheet in front and make it the one that is shown."""
        part = self.parts.free(self.folder("worksheets/sheet{}.xml"))
        self.parts.write(part, content)
        self.parts.declare(part, f"{_TYPE}.worksheet+xml")
        ids = [int(each.get("sheetId", "0")) for each in self._sheets.elements]
        entry = self._sheets.make("sheet", name=name, sheetId=str(max(ids, default=0) + 1))
        entry.attributes |= self.relation_attributes(self.link(self.parts.main, "worksheet", part))
        self._sheets.children.insert(0, entry)
        self._renumber(lambda position: position + 1)
        for view in self._views():
            view.attributes["activeTab"] = view.attributes["firstSheet"] = "0"

    def remove(self, position: int) -> None:
        """Take a sheet out, with what only it leads to and the names that mean it."""
        entry = self._sheets.elements[position]
        part = self.part(position)
        self._sheets.children.remove(entry)
        before = self._reachable()
        self._links.drop(part)
        for orphan in before - self._reachable():
            self.parts.remove(orphan)
        self._forget_names(position, entry.get("name"))
        self._renumber(lambda other: other - (other > position))
        for view in self._views():
            for key in ("activeTab", "firstSheet"):
                shown = int(view.get(key, "0"))
                view.attributes[key] = str(shown - (shown > position or shown == len(self.names)))
        self.drop_calculation_chain()

    def set_name(self, name: str, position: int, text: str) -> None:
        """Set a hidden name of a sheet, such as that of its filter."""
        names = self.root.ensure("definedNames", _ORDER)
        for each in names.elements:
            if each.get("name") == name and each.get("localSheetId") == str(position):
                each.children = [text]
                return
        names.add("definedName", text, name=name, localSheetId=str(position), hidden="1")

    def drop_calculation_chain(self) -> None:
        """Take out the list of calculated cells; spreadsheet programs make it anew."""
        chain = self._links.find("calcChain")
        if chain:
            self._links.drop(chain)
            self.parts.remove(chain)

    def recalculate(self) -> None:
        """Have formulas calculated when the workbook is opened next."""
        self.root.ensure("calcPr", _ORDER).attributes["fullCalcOnLoad"] = "1"

    def save(self) -> None:
        """Write the parts that have changed."""
        if tree.written(self.root) != self._before:
            self.parts.write(self.parts.main, tree.part(self.root))
        if self._styles and self._styles.changed:
            self.parts.write(self._styles_part(), tree.part(self._styles.root))

    def _styles_part(self) -> str:
        name = self._links.find("styles")
        if not name:
            name = self.folder("styles.xml")
            self.parts.declare(name, f"{_TYPE}.styles+xml")
            self.link(self.parts.main, "styles", name)
        return name

    def _views(self) -> list[Element]:
        views = self.root.find("bookViews")
        return views.all("workbookView") if views else []

    def _names(self) -> Element | None:
        return self.root.find("definedNames")

    def _renumber(self, moved: Callable[[int], int]) -> None:
        """Give the names that hold in one sheet only the new position of their sheet."""
        names = self._names()
        for each in names.elements if names else ():
            if "localSheetId" in each.attributes:
                each.attributes["localSheetId"] = str(moved(int(each.get("localSheetId"))))

    def _forget_names(self, position: int, sheet: str) -> None:
        """Take out the names that hold in a sheet only, and those that mean cells of it."""
        names = self._names()
        if names is None:
            return
        quoted = sheet.replace("'", "''")
        means = re.compile(rf"(?:'{re.escape(quoted)}'|(?<![^,(+*/=&<>-]){re.escape(sheet)})!")
        names.children = [
            each
            for each in names.elements
            if each.get("localSheetId") != str(position) and not means.search(each.text)
        ]
        if not names.children:
            self.root.children.remove(names)

    def _reachable(self) -> set[str]:
        """Return all parts that the workbook leads to, directly or not."""
        found: set[str] = set()
        ahead = [self.parts.main]
        while ahead:
            name = ahead.pop()
            if name not in found:
                found.add(name)
                ahead += self.parts.links(name).all()
        return found
