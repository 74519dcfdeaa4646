"""Cells, rows and formats: what is changed, and that nothing else is."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.editing import CellEdit, Edits, SheetEdits, UneditableError, edit
from checker.reading import read
from tests import workbooks
from tests.editing.checking import changed, edited
from tests.editing.samples import EVERYTHING, RICH

PART = "xl/worksheets/sheet1.xml"


def on(cells, sheet="Sheet1") -> Edits:
    return Edits(sheets={sheet: SheetEdits(cells=cells)})


def sheet_of(cells: str, edits, **more) -> str:
    """Return the sheet part after an edit, without its beginning and its end."""
    _, parts = edited(workbooks.xlsx(cells, **more), on(edits))
    text = parts[PART].decode()
    return text.partition("<sheetData>")[2].partition("</sheetData>")[0]


V = CellEdit
CASES = {
    "text": ('<row r="1"><c r="A1"><v>1</v></c></row>', {(1, 1): V(value="<张 三>")},
             '<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve">&lt;张 三&gt;</t></is></c></row>'),
    "number": ('<row r="1"><c r="A1" s="1" t="s"><v>0</v></c></row>', {(1, 1): V(value=410302190001010012)},
               '<row r="1"><c r="A1" s="1"><v>410302190001010012</v></c></row>'),
    "fraction": ('<row r="1"><c r="A1"/></row>', {(1, 1): V(value=2.5)}, '<row r="1"><c r="A1"><v>2.5</v></c></row>'),
    "truth": ("<row r='1'><c r='A1'/></row>", {(1, 1): V(value=True)}, '<row r=\'1\'><c r="A1" t="b"><v>1</v></c></row>'),
    "emptied": ('<row r="1"><c r="A1" s="1" t="s"><v>0</v></c></row>', {(1, 1): V(value=None)}, '<row r="1"><c r="A1" s="1"/></row>'),
    "blank stays blank": ('<row r="1"><c r="A1"/></row>', {(1, 2): V(value=None), (7, 7): V(value="")}, '<row r="1"><c r="A1"/></row>'),
    "before and after": ('<row r="2" spans="2:2"><c r="B2"/></row>', {(2, 1): V(value=1), (2, 3): V(value=3)},
                         '<row r="2"><c r="A2"><v>1</v></c><c r="B2"/><c r="C2"><v>3</v></c></row>'),
    "new rows": ('<row r="3"/>\r\n<row r="5"><c r="A5"/></row>', {(4, 1): V(value=4), (1, 27): V(value=1), (9, 1): V(value=9)},
                 '<row r="1"><c r="AA1"><v>1</v></c></row><row r="3"/>\r\n<row r="4"><c r="A4"><v>4</v></c></row>'
                 '<row r="5"><c r="A5"/></row><row r="9"><c r="A9"><v>9</v></c></row>'),
    "empty row filled": ('<row r="3" ht="30" spans="1:1"/>', {(3, 1): V(value=4)}, '<row r="3" ht="30"><c r="A3"><v>4</v></c></row>'),
    "no references": ("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>", {(1, 2): V(value=5), (2, 2): V(value=6)},
                      '<row><c><v>1</v></c><c><v>5</v></c></row><row><c><v>3</v></c><c r="B2"><v>6</v></c></row>'),
    "formula lost": ('<row r="1"><c r="A1" cm="1"><f>1+1</f><v>2</v></c></row>', {(1, 1): V(value=3)}, '<row r="1"><c r="A1"><v>3</v></c></row>'),
    "row style": ('<row r="1" s="1" customFormat="1"><c r="A1"/></row>', {(1, 2): V(value=1)},
                  '<row r="1" s="1" customFormat="1"><c r="A1"/><c r="B1" s="1"><v>1</v></c></row>'),
    "bracket in an attribute": ('<row r="1" x="a>b"><c r="A1" x="/>"><v>1</v></c></row>', {(1, 2): V(value=2)},
                                '<row r="1" x="a>b"><c r="A1" x="/>"><v>1</v></c><c r="B1"><v>2</v></c></row>'),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "edits", "expected"), CASES.values(), ids=CASES)
def test_values(cells, edits, expected):
    found = sheet_of(cells, edits)
    assert found == expected


def test_shared_formula_moves_to_the_next_cell():
    cells = (
        '<row r="1"><c r="C1"><f t="shared" ref="C1:C3" si="0">A1+$B$1</f><v>1</v></c></row>'
        '<row r="2"><c r="C2"><f t="shared" si="0"/><v>1</v></c></row>'
        '<row r="3"><c r="C3"><f t="shared" si="0"/><v>1</v></c></row>'
    )
    found = sheet_of(cells, {(1, 3): V(value=5), (2, 3): V(fill="FFFF00")})
    assert '<c r="C1"><v>5</v></c>' in found
    assert '<f t="shared" si="0" ref="C2:C3">A2+$B$1</f><v>1</v></c>' in found
    assert '<c r="C3"><f t="shared" si="0"/><v>1</v></c>' in found
    assert '<c r="C2" s="' in found


def test_formulas_follow_a_changed_value():
    data = workbooks.xlsx('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1</f><v>1</v></c></row>')
    _, parts = edited(data, on({(1, 1): V(value=2)}))
    assert b'fullCalcOnLoad="1"' in parts["xl/workbook.xml"]
    _, parts = edited(data, on({(1, 3): V(value=2)}))
    assert changed(data, parts) == {PART}


def test_calculation_chain_goes_with_a_formula():
    chain = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    data = workbooks.xlsx(
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>',
        more={"xl/calcChain.xml": "<calcChain/>"},
    )
    parts = workbooks.unzipped(data)
    link = f'<Relationship Id="c" Type="{workbooks.OFFICE}/calcChain" Target="calcChain.xml"/></Relationships>'
    kind = f'<Override PartName="/xl/calcChain.xml" ContentType="{chain}"/></Types>'
    replace(parts, "xl/_rels/workbook.xml.rels", "</Relationships>", link)
    replace(parts, "[Content_Types].xml", "</Types>", kind)
    _, parts = edited(workbooks.zipped(parts), on({(1, 1): V(value=2)}))
    assert "xl/calcChain.xml" not in parts
    assert not any(b"calcChain" in content for content in parts.values())


def replace(parts: dict[str, bytes], name: str, old: str, new: str) -> None:
    assert old in parts[name].decode()
    parts[name] = parts[name].decode().replace(old, new).encode()


def test_dimension_grows():
    sheet = workbooks.worksheet('<row r="2"><c r="B2"/></row>', before='<dimension ref="B2:C9"/>')
    _, parts = edited(workbooks.xlsx(sheet), on({(2, 5): V(value=1), (1, 2): V(value=1)}))
    assert b'<dimension ref="B1:E9"/>' in parts[PART]


def test_column_style_is_taken_over():
    sheet = workbooks.worksheet(
        "", before='<cols><col min="2" max="3" width="9" style="2"/></cols>'
    )
    _, parts = edited(workbooks.xlsx(sheet), on({(1, 3): V(value=1), (1, 4): V(value=1)}))
    assert b'<row r="1"><c r="C1" s="2"><v>1</v></c><c r="D1"><v>1</v></c></row>' in parts[PART]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
@pytest.mark.parametrize("prefix", ["x:", ""])
def test_other_writers(encoding, prefix):
    """Prefixes, single quotes, line breaks of Windows, other encodings."""
    name = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    space = f"xmlns:x='{workbooks.MAIN}'" if prefix else f"xmlns='{workbooks.MAIN}'"
    p = prefix
    sheet = (
        f"<?xml version='1.0' encoding='{name}'?>\r\n<{p}worksheet {space}>\r\n<{p}sheetData>\r\n"
        f"<{p}row r='1'><{p}c r='A1' t='str'><{p}v>caf\xe9</{p}v></{p}c></{p}row>\r\n"
        f"</{p}sheetData>\r\n</{p}worksheet>"
    )
    parts = workbooks.unzipped(workbooks.xlsx("<row/>"))
    parts[PART] = sheet.encode(encoding)
    made, after = edited(workbooks.zipped(parts), on({(1, 2): V(value="张三"), (2, 1): V(value=1)}))
    assert read(made, "a.xlsx").sheets[0].rows == (("caf\xe9", "张三"), (1,))
    new = (
        f'<{p}c r="B1" t="inlineStr"><{p}is><{p}t xml:space="preserve">张三</{p}t></{p}is></{p}c></{p}row>\r\n'
        f'<{p}row r="2"><{p}c r="A2"><{p}v>1</{p}v></{p}c></{p}row></{p}sheetData>\r\n</{p}worksheet>'
    )
    assert after[PART].decode("utf-8-sig").endswith(new)


@given(st.text(max_size=40))
def test_any_text_is_read_as_it_was_written(text):
    text = text.encode("utf-16", "ignore").decode("utf-16")
    made = edit(workbooks.xlsx("<row/>"), on({(1, 1): V(value=text), (2, 1): V(value=1)}))
    assert read(made, "a.xlsx").sheets[0].value(1, 1) == (text or None)


LOOKS = {
    "text": (V(as_text=True), lambda c: c.number_format == "@"),
    "fill": (
        V(fill="FFC7CE"),
        lambda c: (c.fill.fill_type, c.fill.fgColor.rgb) == ("solid", "FFFFC7CE"),
    ),
    "no fill": (V(fill=None), lambda c: c.fill.fill_type is None),
    "bold": (V(bold=True), lambda c: c.font.b and c.font.name == "楷体"),
    "wrap": (V(wrap=True), lambda c: c.alignment.wrap_text and c.alignment.horizontal == "right"),
    "framed": (
        V(framed=True),
        lambda c: (
            {c.border.left.style, c.border.right.style, c.border.top.style, c.border.bottom.style}
            == {"thin"}
        ),
    ),
}


@pytest.mark.parametrize(("look", "holds"), LOOKS.values(), ids=LOOKS)
def test_looks(look, holds):
    """The rest of the format stays; equal looks share one format."""
    made, _ = edited(RICH, on({(5, 2): look, (6, 2): look}, "名单"))
    before = openpyxl.load_workbook(io.BytesIO(RICH))
    after = openpyxl.load_workbook(io.BytesIO(made))
    cells = after["名单"]["B5"], after["名单"]["B6"]
    assert holds(cells[0])
    assert cells[0]._style == cells[1]._style
    assert len(after._cell_styles) == len(before._cell_styles) + 1
    assert cells[0].protection.locked is False
    assert cells[0].value == before["名单"]["B5"].value


def test_formats_without_any_styles():
    data = workbooks.xlsx('<row r="1"><c r="A1"><v>1</v></c></row>', styles="")
    edits = {(1, 1): V(fill="FFC7CE", bold=True, framed=True, wrap=True, as_text=True)}
    _, parts = edited(data, on(edits))
    assert re.search(rb'<c r="A1" s="1"><v>1</v></c>', parts[PART])
    assert b"<styleSheet" in parts["xl/styles.xml"]


@pytest.mark.parametrize("data", EVERYTHING.values(), ids=EVERYTHING)
def test_nothing_to_do_changes_nothing(data):
    _, parts = edited(data, Edits())
    assert changed(data, parts) == set()
    names = sorted(workbooks.unzipped(data), key=lambda name: name != "[Content_Types].xml")
    assert list(parts) == names


@pytest.mark.parametrize("data", EVERYTHING.values(), ids=EVERYTHING)
def test_only_what_must_change_does(data):
    sheet = read(data, "a.xlsx").sheets[0]
    edits = {(5, 2): V(value="王五", fill="FFC7CE"), (40, 3): V(value=7)}
    made, parts = edited(data, on(edits, sheet.name))
    after = read(made, "a.xlsx").sheets[0]
    assert len(changed(data, parts) & {name for name in parts if "worksheets/sheet" in name}) == 1
    assert {name for name in changed(data, parts) if "sheet" not in name} <= {
        "xl/styles.xml",
        "xl/workbook.xml",
    }
    assert (after.value(5, 2), after.value(40, 3)) == ("王五", 7)
    assert after.rows[:1] == sheet.rows[:1]
    assert after.merged == sheet.merged


def test_signatures_go_when_anything_changes():
    more = {"_xmlsignatures/origin.sigs": b"", "_xmlsignatures/sig1.xml": "<Signature/>"}
    parts = workbooks.unzipped(workbooks.xlsx("<row/>", more=more))
    link = '<Relationship Id="s" Type="http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin" Target="_xmlsignatures/origin.sigs"/></Relationships>'
    replace(parts, "_rels/.rels", "</Relationships>", link)
    replace(
        parts,
        "[Content_Types].xml",
        "<Override",
        '<Default Extension="sigs" ContentType="a/b"/><Override',
    )
    data = workbooks.zipped(parts)
    assert set(edited(data, Edits())[1]) == set(parts)
    _, after = edited(data, on({(1, 1): V(value=1)}))
    assert not [name for name in after if "signatures" in name]
    assert b"digital-signature" not in after["_rels/.rels"]


def test_what_cannot_be_edited():
    with pytest.raises(KeyError):
        edit(workbooks.xlsx("<row/>"), on({}, "没有这张表"))
    with pytest.raises(UneditableError):
        edit(workbooks.zipped({"a.txt": "x"}), Edits())
    with pytest.raises(UneditableError):
        edit(b"PK\x03\x04 no zip at all", Edits())
    with pytest.raises(UneditableError):
        edit(workbooks.xlsx('<row r="1"><c r="A1" s="x"/></row>'), on({(1, 1): V(value=1)}))
