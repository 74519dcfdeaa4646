"""Comments: ours beside those of others, and away again."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest

from checker.editing import COMMENT_AUTHOR, COMMENT_MARK, CellEdit, Edits, SheetEdits, edit
from checker.editing.notes import note_places
from checker.reading import read
from tests import workbooks
from tests.editing.checking import changed, edited
from tests.editing.samples import HANDMADE, RICH
from tests.editing.test_cells import replace

ID_FAULT = "第 4 行身份证号校验不通过。\n逐位对照证件。"


def comments(texts, sheet="名单") -> Edits:
    cells = {place: CellEdit(comment=text) for place, text in texts.items()}
    return Edits(sheets={sheet: SheetEdits(cells=cells)})


def held(data: bytes, sheet="名单") -> dict[str, tuple[str, str]]:
    """Return author and text of each comment, as openpyxl reads them."""
    cells = openpyxl.load_workbook(io.BytesIO(data))[sheet]._cells.values()
    return {c.coordinate: (c.comment.author, c.comment.text) for c in cells if c.comment}


def ours(text: str) -> str:
    return f"{COMMENT_MARK}\n{text}"


def shapes(parts: dict[str, bytes]) -> set[tuple[int, int]]:
    return {
        place
        for name, part in parts.items()
        if name.endswith(".vml")
        for place in note_places(part)
    }


def test_beside_those_of_others():
    made, parts = edited(RICH, comments({(4, 5): ID_FAULT, (5, 2): "重名"}))
    assert held(made) == {
        "E4": (COMMENT_AUTHOR, ours(ID_FAULT)),
        "B5": ("张主任", f"核过了\n{ours('重名')}"),
        "B9": ("李干事", "电话问过"),
    }
    assert shapes(parts) == {(4, 5), (5, 2), (9, 2)}


def test_set_again_and_taken_away():
    made = edit(RICH, comments({(4, 5): ID_FAULT, (5, 2): "重名"}))
    made, _ = edited(made, comments({(4, 5): "一处", (5, 2): "两处"}))
    assert held(made)["E4"] == (COMMENT_AUTHOR, ours("一处"))
    assert held(made)["B5"] == ("张主任", f"核过了\n{ours('两处')}")
    made, parts = edited(made, comments({(4, 5): None, (5, 2): None, (9, 2): None, (1, 1): None}))
    assert held(made) == held(RICH)
    assert shapes(parts) == {(5, 2), (9, 2)}


def test_first_and_last_comment_of_a_sheet():
    data = workbooks.book([["姓名"], ["张三"]])
    made, parts = edited(data, comments({(2, 1): "<一> & 二"}, "Sheet1"))
    assert held(made, "Sheet1") == {"A2": (COMMENT_AUTHOR, ours("<一> & 二"))}
    assert shapes(parts) == {(2, 1)}
    assert b"visibility:hidden" in parts["xl/drawings/vmlDrawing1.vml"]
    made, parts = edited(made, comments({(2, 1): None}, "Sheet1"))
    assert held(made, "Sheet1") == {}
    assert not [name for name in parts if "comments" in name or name.endswith(".vml")]
    assert b"legacyDrawing" not in parts["xl/worksheets/sheet1.xml"]


def test_nothing_to_take_away():
    for data, sheet in ((RICH, "名单"), (HANDMADE, "Sheet1")):
        _, parts = edited(data, comments({(1, 1): None, (9, 2): None}, sheet))
        assert changed(data, parts) == set()


def test_two_sheets():
    data = workbooks.book({"甲": [[1]], "乙": [[2]]})
    texts = {place: SheetEdits(cells={(1, 1): CellEdit(comment=place)}) for place in ("甲", "乙")}
    made, parts = edited(data, Edits(sheets=texts))
    assert held(made, "甲") == {"A1": (COMMENT_AUTHOR, ours("甲"))}
    assert held(made, "乙") == {"A1": (COMMENT_AUTHOR, ours("乙"))}
    drawings = [part.decode() for name, part in parts.items() if name.endswith(".vml")]
    blocks = [re.findall(r'idmap v:ext="edit" data="([0-9]+)"', part)[0] for part in drawings]
    assert len(set(blocks)) == len(drawings) == 2


CONTROLS = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    '<o:idmap v:ext="edit" data="1"/></o:shapelayout><v:shape id="_x0000_s1025" type="#_x0000_t201">'
    "<v:textbox><div>按钮<br></div></v:textbox>"  # as Excel writes it: no well-formed XML
    '<x:ClientData ObjectType="Button"><x:Row>3</x:Row><x:Column>4</x:Column></x:ClientData></v:shape></xml>'
)


def with_controls() -> bytes:
    """Return a workbook with a form control, whose shape stands where comments have theirs."""
    sheet = workbooks.worksheet(
        '<row r="1"><c r="A1"><v>1</v></c></row>', after='<legacyDrawing r:id="rId1"/>'
    )
    more = {
        "xl/drawings/vmlDrawing1.vml": CONTROLS,
        "xl/worksheets/_rels/sheet1.xml.rels": workbooks.relationships(
            ("vmlDrawing", "../drawings/vmlDrawing1.vml")
        ),
    }
    parts = workbooks.unzipped(workbooks.xlsx(sheet, more=more))
    kind = '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/><Override'
    replace(parts, "[Content_Types].xml", "<Override", kind)
    return workbooks.zipped(parts)


def test_shapes_of_form_controls_stay():
    data = with_controls()
    for texts in ({(4, 5): "一"}, {(4, 5): None}):
        data = edit(data, comments(texts, "Sheet1"))
    assert workbooks.unzipped(data)["xl/drawings/vmlDrawing1.vml"].decode().count("<v:shape ") == 1
    data = edit(with_controls(), comments({(4, 5): "一", (2, 1): "二"}, "Sheet1"))
    vml = workbooks.unzipped(data)["xl/drawings/vmlDrawing1.vml"].decode()
    assert "按钮<br></div>" in vml
    ids = re.findall(r'<v:shape id="(\w+)"', vml)
    assert len(ids) == len(set(ids)) == 3
    assert set(note_places(vml.encode())) == {(4, 5), (2, 1)}


@pytest.mark.parametrize(
    "text",
    [
        "<text><t>[Threaded comment] 核过了</t></text>",
        "<text><r><rPr><b/></rPr><t>[Threaded comment]</t></r><r><t xml:space='preserve'> 核过了</t></r></text>",
    ],
)
def test_threads_stay(text):
    """Their plain copy gets our words; the thread itself is not touched."""
    made = edit(workbooks.book([["姓名"]]), comments({(1, 1): "x"}, "Sheet1"))
    parts = workbooks.unzipped(made)
    parts["xl/comments1.xml"] = (
        f'<comments xmlns="{workbooks.MAIN}"><authors><author>tc={{1}}</author></authors>'
        f'<commentList><comment ref="A1" authorId="0">{text}</comment></commentList></comments>'
    ).encode()
    thread = "<ThreadedComments xmlns='http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments'><threadedComment ref='A1' id='{1}'/></ThreadedComments>"
    name = "xl/threadedComments/threadedComment1.xml"
    kind = f'<Override PartName="/{name}" ContentType="application/vnd.ms-excel.threadedcomments+xml"/></Types>'
    link = '<Relationship Id="t" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" Target="../threadedComments/threadedComment1.xml"/></Relationships>'
    replace(parts, "[Content_Types].xml", "</Types>", kind)
    replace(parts, "xl/worksheets/_rels/sheet1.xml.rels", "</Relationships>", link)
    data = workbooks.zipped({**parts, name: thread})
    made, after = edited(data, comments({(1, 1): "重名"}, "Sheet1"))
    assert held(made, "Sheet1") == {"A1": ("tc={1}", f"[Threaded comment] 核过了\n{ours('重名')}")}
    assert after[name] == thread.encode()
    made, _ = edited(made, comments({(1, 1): None}, "Sheet1"))
    assert held(made, "Sheet1") == {"A1": ("tc={1}", "[Threaded comment] 核过了")}


def test_the_reader_passes_over_ours():
    made = edit(RICH, comments({(4, 5): ID_FAULT, (5, 2): "重名"}))
    assert read(made, "a.xlsx").sheets[0].comments == ((5, 2), (9, 2))


def anchor(part: bytes, place: tuple[int, int]) -> list[int]:
    start, end = note_places(part)[place]
    found = re.search(rb"Anchor>([^<]+)<", part[start:end])
    assert found
    return [int(number) for number in found[1].split(b",")]


def test_windows_fit_their_text():
    data = workbooks.book([["姓名"], ["张三"]])
    heights = []
    for text in ("短", "长" * 200, "长" * 2000):
        _, parts = edited(data, comments({(2, 1): text}, "Sheet1"))
        left, _, top, offset, _, _, bottom, end = anchor(
            parts["xl/drawings/vmlDrawing1.vml"], (2, 1)
        )
        assert (left, top) == (1, 0)
        heights.append((bottom - top) * 20 + end - offset)
    assert heights == [48, 220, 480]


def test_a_window_grows_once():
    name = "xl/drawings/vmlDrawing1.vml"
    short, long = (comments({(2, 1): text}, "Sheet1") for text in ("短", "长" * 150))
    data = edit(workbooks.book([["姓名"], ["张三"]]), short)
    windows = []
    for edits in (long, short, long):
        data = edit(data, edits)
        windows.append(anchor(workbooks.unzipped(data)[name], (2, 1)))
    assert windows == [[1, 15, 0, 10, 4, 39, 9, 2]] * 3
