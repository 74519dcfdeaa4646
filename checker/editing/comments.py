"""Comments of ours, beside those of others: added, told apart, taken away again.

Ours begin with a line that says so. On a cell that has a comment they follow below it, so that
everything from that line on is ours. Of a thread of Excel 365 there is a plain copy for other
programs, and ours go into that: Excel itself shows the thread only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from checker.editing import notes, tree
from checker.editing.book import Book
from checker.editing.cells import name_of
from checker.editing.sizes import Grid
from checker.editing.tree import Element
from checker.editing.worksheet import Worksheet, spliced
from checker.reading.marked import COMMENT_MARK
from checker.reading.worksheet import reference

COMMENT_AUTHOR: Final = "备案自检"
_OURS: Final = re.compile(rf"(?:^|\n){COMMENT_MARK}")
_COMMENTS_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE: Final = "application/vnd.openxmlformats-officedocument.vmlDrawing"

Wanted = Mapping[tuple[int, int], str | None]


def theirs(text: str) -> str:
    """Return what of a comment is not ours.

    >>> theirs("核过了\\n【备案自检】\\n身份证号少一位"), theirs("【备案自检】\\n少一位")
    ('核过了', '')
    """
    found = _OURS.search(text)
    return text[: found.start()] if found else text


def set_comments(book: Book, part: str, sheet: Worksheet, wanted: Wanted) -> None:
    """Set the comments of some cells of a sheet: our text, or None to take ours away."""
    links = book.parts.links(part)
    name = links.find("comments")
    if not name and not any(wanted.values()):
        return
    comments = _Comments(book.parts.tree(name) if name else book.new_root("comments"))
    texts = {place: comments.set(place, text) for place, text in wanted.items()}
    if not any(comments.changed):
        return
    if comments.empty:
        links.drop(name)
        book.parts.remove(name)
    else:
        name = name or _new_comments_part(book, part)
        book.parts.write(name, tree.part(comments.root))
    _set_shapes(book, part, sheet, {place: texts[place] for place in comments.changed})


def _new_comments_part(book: Book, part: str) -> str:
    name = book.parts.free(book.folder("comments{}.xml"))
    book.parts.declare(name, _COMMENTS_TYPE)
    book.link(part, "comments", name)
    return name


class _Comments:
    """A comments part."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.changed: list[tuple[int, int]] = []
        self._authors = root.find("authors") or root.add("authors")
        self._list = root.find("commentList") or root.add("commentList")
        self._known = {reference(each.get("ref")): each for each in self._list.elements}

    @property
    def empty(self) -> bool:
        """Whether no comment is left."""
        return not self._list.elements

    def set(self, place: tuple[int, int], ours: str | None) -> str:
        """Set our text at a place, and return the whole comment there."""
        comment = self._known.get(place)
        if comment is None:
            if ours is None:
                return ""
            self._known[place] = comment = self._new(place)
        text = comment.find("text") or comment.add("text")
        before = tree.written(text)
        _cut(text)
        if ours is not None:
            _append(text, ours)
        whole = _plain(text)
        if not whole.strip():
            self._list.children.remove(comment)
            del self._known[place]
        if tree.written(text) != before:
            self.changed.append(place)
        return whole

    def _new(self, place: tuple[int, int]) -> Element:
        authors = [each.text for each in self._authors.elements]
        if COMMENT_AUTHOR not in authors:
            self._authors.add("author", COMMENT_AUTHOR)
            authors.append(COMMENT_AUTHOR)
        author = str(authors.index(COMMENT_AUTHOR))
        return self._list.add("comment", ref=name_of(*place), authorId=author, shapeId="0")


def _pieces(text: Element) -> list[Element]:
    """Return the elements with the words of a comment, not its phonetic hints."""
    runs = [each for each in text.elements if each.local in ("t", "r")]
    return [piece for each in runs for piece in each.walk() if piece.local == "t"]


def _plain(text: Element) -> str:
    return "".join(piece.text for piece in _pieces(text))


def _cut(text: Element) -> None:
    """Take our words away, and with them the runs that hold nothing else."""
    whole = _plain(text)
    left = len(theirs(whole))
    if left == len(whole):
        return
    for piece in _pieces(text):
        kept = piece.text[:left]
        left -= len(kept)
        piece.children = [kept] if kept else []
    text.children = [
        each for each in text.elements if each.local not in ("t", "r") or _words(each)
    ]  # fmt: skip


def _words(run: Element) -> str:
    return "".join(piece.text for piece in run.walk() if piece.local == "t")


def _append(text: Element, ours: str) -> None:
    """Add our words below those of others."""
    lead = "\n" if _plain(text) else ""
    words = text.make("t", f"{lead}{COMMENT_MARK}\n{ours}")
    words.attributes["xml:space"] = "preserve"
    look = text.make(
        "rPr",
        text.make("sz", val="9"),
        text.make("color", indexed="81"),
        text.make("rFont", val="宋体"),
        text.make("charset", val="134"),
    )
    runs = [
        text.make("r", each) if each.local == "t" else each
        for each in text.elements
        if each.local in ("t", "r")
    ]
    rest = [each for each in text.elements if each.local not in ("t", "r")]
    text.children = [*runs, text.make("r", look, words), *rest]


def _set_shapes(
    book: Book, part: str, sheet: Worksheet, texts: Mapping[tuple[int, int], str]
) -> None:
    """Give comments that are new a shape, those that grew a larger one, those gone none."""
    links = book.parts.links(part)
    legacy = sheet.child("legacyDrawing")
    name = links.target(legacy.get("id")) if legacy else ""
    others = sum(each.lower().endswith(".vml") for each in book.parts.names)
    vml = tree.as_utf8(book.parts.read(name)) if name else notes.new_part(others)
    places = notes.note_places(vml)
    grid = Grid.of(sheet)
    splices = []
    for place, text in texts.items():
        if place in places:
            start, end = places[place]
            shape = notes.enlarged(vml[start:end], grid, text) if text.strip() else b""
            splices.append((start, end, shape))
    vml = spliced(vml, splices)
    new = {place: text for place, text in texts.items() if text.strip() and place not in places}
    if new:
        vml = notes.with_shapes(vml, new, grid)
    if any(True for _ in notes.shapes(vml)):
        name = name or _new_vml_part(book, part, sheet)
        book.parts.write(name, vml)
    elif name:
        links.drop(name)
        book.parts.remove(name)
        sheet.drop("legacyDrawing")


def _new_vml_part(book: Book, part: str, sheet: Worksheet) -> str:
    name = book.parts.free(book.folder("drawings/vmlDrawing{}.vml"))
    book.parts.declare_extension("vml", _VML_TYPE)
    id = book.link(part, "vmlDrawing", name)
    sheet.put(sheet.element("legacyDrawing", **book.relation_attributes(id)))
    return name
