"""Expat, set up so that no document can harm: no DTD, no entities, errors in one shape."""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

from checker.reading.book import damaged

Start = Callable[[str, dict[str, str]], None]


def _refuse(*_: object) -> None:
    # No office program writes a DTD; entities in one are the way to a billion laughs.
    raise damaged()


def parser(start: Start) -> expat.XMLParserType:
    """Return a parser that refuses documents with a DTD and calls `start` for each element."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.StartDoctypeDeclHandler = _refuse
    made.StartElementHandler = start
    return made


def run(made: expat.XMLParserType, data: bytes) -> None:
    """Parse the whole document; XML that is not well-formed makes the file a damaged one."""
    try:
        made.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise damaged() from error


def local(name: str) -> str:
    """Return a name without its namespace prefix.

    >>> local("x:row"), local("row")
    ('row', 'row')
    """
    return name[name.find(":") + 1 :]


def visit(data: bytes, visitor: Start) -> None:
    """Call `visitor` with each element: its name and attributes, both without prefixes."""

    def start(name: str, attributes: dict[str, str]) -> None:
        visitor(local(name), {local(key): value for key, value in attributes.items()})

    run(parser(start), data)
