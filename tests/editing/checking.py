"""What every edited workbook must be, whatever was changed in it."""

from __future__ import annotations

import io
import posixpath
import warnings
from xml.etree import ElementTree

import openpyxl

from checker.editing import Edits, edit
from checker.editing.worksheet import ORDER
from checker.model import Trouble
from checker.reading import read
from tests.workbooks import unzipped

_RELATED = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


def edited(data: bytes, edits: Edits) -> tuple[bytes, dict[str, bytes]]:
    """Return an edited workbook and its parts, looked at all over."""
    made = edit(data, edits)
    assert made == edit(data, edits)
    parts = unzipped(made)
    assert next(iter(parts)) == "[Content_Types].xml"
    for name, content in parts.items():
        if name.endswith((".xml", ".rels", ".vml")):
            root = ElementTree.fromstring(content)
            if root.tag.endswith("}worksheet"):
                check_sheet(root)
            if name.endswith(".rels"):
                check_links(name, root, parts)
    check_types(parts)
    assert read(made, "a.xlsx").trouble in (None, Trouble.NO_SHEETS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells what it would lose, which we do not
        openpyxl.load_workbook(io.BytesIO(made))
    return made, parts


def local(element: ElementTree.Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def check_sheet(root: ElementTree.Element) -> None:
    """Check that elements, rows and cells stand in the order Excel asks for."""
    places = [ORDER.index(local(child)) for child in root if local(child) in ORDER]
    assert places == sorted(places), [local(child) for child in root]
    (cells,) = (child for child in root if local(child) == "sheetData")
    rows = [int(row.get("r", "0")) for row in cells if row.get("r")]
    assert rows == sorted(set(rows))
    for row in cells:
        references = [cell.get("r", "") for cell in row if cell.get("r")]
        keys = [(len(each), each) for each in references]
        assert keys == sorted(set(keys))


def check_links(name: str, root: ElementTree.Element, parts: dict[str, bytes]) -> None:
    """Check that relationships have ids of their own and lead somewhere."""
    ids = [link.get("Id") for link in root]
    assert len(ids) == len(set(ids))
    folder = posixpath.dirname(posixpath.dirname(name))
    for link in root.iter(_RELATED):
        if link.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, link.get("Target", "")))
            assert target.lstrip("/") in parts, target


def check_types(parts: dict[str, bytes]) -> None:
    """Check that every part has a content type, and every content type its part."""
    types = ElementTree.fromstring(parts["[Content_Types].xml"])
    named = [each.get("PartName", "").lstrip("/") for each in types if each.get("PartName")]
    extensions = {each.get("Extension", "").lower() for each in types if each.get("Extension")} | {
        "rels"
    }
    assert len(named) == len(set(named))
    assert set(named) <= set(parts)
    for name in parts.keys() - {*named, "[Content_Types].xml"}:
        assert name.rpartition(".")[2].lower() in extensions, name


def changed(before: bytes, parts: dict[str, bytes]) -> set[str]:
    """Return the parts that are new, gone or not the same as before."""
    old = unzipped(before)
    return {name for name in old.keys() | parts.keys() if old.get(name) != parts.get(name)}
