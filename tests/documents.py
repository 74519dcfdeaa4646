"""The code on documentation pages: fenced blocks, and what they say is printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEVELOPERS = ROOT / "docs" / "developers"
ELISION = "…"
_FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LANGUAGE = re.compile(r"\.?([a-z]+)")
_FILE = re.compile(r'data-file="([^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block: `csv`, `console` … and, where the reader is to save it, under which name."""

    language: str
    file: str
    text: str


def blocks(page: Path) -> list[Block]:
    """Return the blocks of a page in order, as its source has them."""
    found = []
    for fence in _FENCE.finditer(page.read_text(encoding="utf-8")):
        language, file = _LANGUAGE.search(fence["info"]), _FILE.search(fence["info"])
        assert language, f"{page.name}: a block without a language"
        found.append(Block(language=language[1], file=file[1] if file else "", text=fence["text"]))
    return found


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Yield the commands of a console block, each with the output shown for it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def agrees(shown: str, printed: str) -> bool:
    """Tell whether output is as shown: … alone on a line stands for any lines, within one for any text.

    >>> agrees("a\\n…\\nb…d\\n", "a\\nx\\ny\\nbcd\\n"), agrees("a\\n", "a\\nb\\n")
    (True, False)
    """
    lines, at = printed.splitlines(), 0
    *parts, last = _parts(shown)
    for number, part in enumerate(parts):
        places = range(at, len(lines) - len(part) + 1) if number else range(1)
        at = next((place for place in places if _like(part, lines[place:])), -1) + len(part)
        if at < len(part):
            return False
    end = len(lines) - len(last)
    return (at <= end if parts else end == 0) and _like(last, lines[end:])


def _parts(shown: str) -> list[list[str]]:
    """Return the runs of lines between the elisions."""
    parts: list[list[str]] = [[]]
    for line in shown.splitlines():
        if line.strip() == ELISION:
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


def _like(shown: list[str], lines: list[str]) -> bool:
    """Tell whether lines begin as shown."""
    if len(shown) > len(lines):
        return False
    patterns = (".*".join(map(re.escape, line.split(ELISION))) for line in shown)
    return all(re.fullmatch(each, line) for each, line in zip(patterns, lines, strict=False))
