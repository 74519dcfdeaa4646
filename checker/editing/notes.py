"""The little windows of comments: VML shapes, one for each comment, of a size fit for its text.

VML of form controls is not always well-formed XML, so that it is never parsed: shapes are found
and added as text. A shape holds no words of the comment, only its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from checker.editing import sizes

_SPACES: Final = {
    b"v": b"urn:schemas-microsoft-com:vml",
    b"o": b"urn:schemas-microsoft-com:office:office",
    b"x": b"urn:schemas-microsoft-com:office:excel",
}
_SHAPE_TYPE: Final = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    b'path="m,l,21600r21600,l21600,xe"%b><v:stroke joinstyle="miter"/>'
    b'<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE: Final = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;margin-left:80pt;'
    'margin-top:2pt;width:{width}pt;height:{height}pt;z-index:{order};visibility:hidden" '
    'fillcolor="#ffffe1" o:insetmode="auto"{spaces}><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_TAG: Final = re.compile(rb"<([A-Za-z0-9_]+:)?shape[\s>]")
_NOTE: Final = re.compile(rb"""ObjectType\s*=\s*["']Note["']""")
_PLACE: Final = {
    name: re.compile(rb"<(?:[A-Za-z0-9_]+:)?%b>\s*([0-9]{1,7})\s*<" % name)
    for name in (b"Row", b"Column")
}
_ANCHOR: Final = re.compile(rb"(<(?:[A-Za-z0-9_]+:)?Anchor>)([-0-9,.\s]{1,200})<")
_ID: Final = re.compile(rb"_x0000_s([0-9]{1,9})")
_BLOCK: Final = 1024  # ids come in blocks, which a part lists
_WIDTH, _WIDEST = 216, 360  # pixels


def new_part(others: int) -> bytes:
    """Return a VML part without shapes; `others` are in the package already."""
    spaces = b" ".join(b'xmlns:%b="%b"' % space for space in _SPACES.items())
    return (
        b'<xml %b><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="%d"/></o:shapelayout>'
        b"</xml>" % (spaces, others + 1)
    )


def shapes(part: bytes) -> Iterator[tuple[int, int]]:
    """Yield where shapes begin and end, those of form controls among them."""
    position = 0
    while found := _TAG.search(part, position):
        closing = b"</%bshape>" % (found[1] or b"")
        end = part.find(closing, found.end())
        if end < 0:
            return
        position = end + len(closing)
        yield found.start(), position


def note_places(part: bytes) -> dict[tuple[int, int], tuple[int, int]]:
    """Return row and column of each comment that has a shape, and where that stands."""
    places = {}
    for start, end in shapes(part):
        shape = part[start:end]
        row, column = (_PLACE[name].search(shape) for name in (b"Row", b"Column"))
        if _NOTE.search(shape) and row and column:
            places[int(row[1]) + 1, int(column[1]) + 1] = (start, end)
    return places


def enlarged(shape: bytes, grid: sizes.Grid, text: str) -> bytes:
    """Return a shape with room for a text that has grown."""
    found = _ANCHOR.search(shape)
    if not found:
        return shape
    anchor = grid.lower(found[2].decode("ascii"), text).encode("ascii")
    return shape[: found.start(2)] + anchor + shape[found.end(2) :]


def with_shapes(part: bytes, texts: dict[tuple[int, int], str], grid: sizes.Grid) -> bytes:
    """Return the part with a shape for each new comment."""
    spaces = b"".join(
        b' xmlns:%b="%b"' % (prefix, space)
        for prefix, space in _SPACES.items()
        if b'xmlns:%b="%b"' % (prefix, space) not in part
    )
    made = [] if b'"_x0000_t202"' in part else [_SHAPE_TYPE % spaces]
    used = max((int(id) for id in _ID.findall(part)), default=0)
    block = re.search(rb"""idmap[^>]*?data=["']([0-9]{1,5})""", part)
    first = max(used, int(block[1]) * _BLOCK if block else _BLOCK) + 1
    for number, ((row, column), text) in enumerate(texts.items()):
        width = _WIDTH if sizes.note_height(text, _WIDTH) < sizes.HIGHEST_NOTE else _WIDEST
        height = sizes.note_height(text, width)
        shape = _SHAPE.format(
            id=first + number,
            width=width * 0.75,
            height=height * 0.75,
            order=number + 1,
            spaces=spaces.decode("ascii"),
            anchor=grid.anchor(row, column, width, height),
            row=row - 1,
            column=column - 1,
        )
        made.append(shape.encode("ascii"))
    end = part.rfind(b"</")
    return part[:end] + b"".join(made) + part[end:]
