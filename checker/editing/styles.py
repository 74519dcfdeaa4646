"""Cell formats: those of the user, each varied once for every look that is asked for."""

from __future__ import annotations

from typing import Final

from checker.editing.edits import KEEP, CellEdit
from checker.editing.tree import Element

_ORDER: Final = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs",
    "tableStyles", "colors", "extLst",
)  # fmt: skip
_FORMAT_ORDER: Final = ("alignment", "protection", "extLst")
_TEXT_FORMAT: Final = "49"  # @, one of the formats every workbook knows by number
_FONT_ORDER: Final = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color",
    "name", "family", "charset", "scheme",
)  # fmt: skip
_SIDES: Final = ("left", "right", "top", "bottom")
_BORDER_ORDER: Final = (
    "start", "left", "end", "right", "top", "bottom", "diagonal", "vertical", "horizontal",
)  # fmt: skip


class Styles:
    """The styles part of a workbook. Equal looks share one format."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.changed = False
        self._known: dict[tuple[object, ...], int] = {}
        self._parts: dict[str, dict[object, str]] = {"fills": {}, "fonts": {}, "borders": {}}
        self._formats = root.ensure("cellXfs", _ORDER)
        if not self._formats.elements:
            self._formats.add("xf", numFmtId="0", fontId="0", fillId="0", borderId="0")

    def varied(self, base: int, edit: CellEdit) -> int:
        """Return the format of that number, with what the edit asks for."""
        look = (edit.as_text, edit.fill, edit.bold, edit.size, edit.wrap, edit.framed)
        if look == (False, KEEP, False, None, False, False):
            return base
        if (base, *look) not in self._known:
            self._known[base, *look] = self._make(base, edit)
        return self._known[base, *look]

    def _make(self, base: int, edit: CellEdit) -> int:
        """Add a format and return its number."""
        formats = self._formats.elements
        made = formats[base if base < len(formats) else 0].copy()
        if edit.as_text:
            made.attributes |= {"numFmtId": _TEXT_FORMAT, "applyNumberFormat": "1"}
        if edit.fill is not KEEP:
            made.attributes |= {"fillId": self._fill(edit.fill), "applyFill": "1"}
        if edit.bold or edit.size:
            font = self._font(made.get("fontId", "0"), edit)
            made.attributes |= {"fontId": font, "applyFont": "1"}
        if edit.framed:
            border = self._frame(made.get("borderId", "0"))
            made.attributes |= {"borderId": border, "applyBorder": "1"}
        if edit.wrap:
            alignment = made.ensure("alignment", _FORMAT_ORDER)
            alignment.attributes["wrapText"] = "1"
            alignment.attributes.setdefault("vertical", "center")
            made.attributes["applyAlignment"] = "1"
        return int(self._append(self._formats, made))

    def _append(self, group: Element, element: Element) -> str:
        """Append to one of the lists that count their elements, and return its number."""
        number = len(group.elements)
        group.children.append(element)
        group.attributes["count"] = str(number + 1)
        self.changed = True
        return str(number)

    def _group(self, name: str) -> Element:
        """Return a list; number 0 of each means nothing special and must exist."""
        group = self.root.ensure(name, _ORDER)
        if not group.elements:
            for element in _basics(group):
                self._append(group, element)
        return group

    def _fill(self, colour: str | None) -> str:
        group, known = self._group("fills"), self._parts["fills"]
        if colour is None:
            return "0"
        if colour not in known:
            pattern = group.make(
                "patternFill",
                group.make("fgColor", rgb=f"FF{colour}"),
                group.make("bgColor", indexed="64"),
                patternType="solid",
            )
            known[colour] = self._append(group, group.make("fill", pattern))
        return known[colour]

    def _font(self, base: str, edit: CellEdit) -> str:
        group, known = self._group("fonts"), self._parts["fonts"]
        key = (base, edit.bold, edit.size)
        if key not in known:
            made = _numbered(group, base).copy()
            if edit.bold and made.find("b") is None:
                made.children.insert(0, group.make("b"))
            if edit.size:
                made.ensure("sz", _FONT_ORDER).attributes["val"] = str(edit.size)
            known[key] = self._append(group, made)
        return known[key]

    def _frame(self, base: str) -> str:
        group, known = self._group("borders"), self._parts["borders"]
        if base not in known:
            made = _numbered(group, base).copy()
            made.children = [
                each for each in made.elements
                if each.local not in (*_SIDES, "start", "end")
            ]  # fmt: skip
            for side in _SIDES:
                colour = group.make("color", auto="1")
                made.put(group.make(side, colour, style="thin"), _BORDER_ORDER)
            known[base] = self._append(group, made)
        return known[base]


def _numbered(group: Element, number: str) -> Element:
    elements = group.elements
    at = int(number)
    return elements[at if at < len(elements) else 0]


def _basics(group: Element) -> list[Element]:
    """Return what a list that is empty must hold first."""
    if group.local == "fills":  # both are reserved
        patterns = (group.make("patternFill", patternType=name) for name in ("none", "gray125"))
        return [group.make("fill", pattern) for pattern in patterns]
    if group.local == "fonts":
        return [group.make("font", group.make("sz", val="11"), group.make("name", val="宋体"))]
    return [group.make("border", *map(group.make, (*_SIDES, "diagonal")))]
