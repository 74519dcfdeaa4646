"""Build the site with Zensical too and hold it to what MkDocs made of the same stage: `make engines`.

The looks are each engine's own. What a reader is told and led to must be the same: every file, and of
each page its title, its description, and the text, links, scripts, pictures and anchors of its article.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import site_build
from tests import ROOT, SITE

OTHER = ROOT / "build" / "zensical-site"
SHOWN = {"about": 2, "text": 40, "leads": 2}  # parts of a page, and how much of a difference
FOLDER = "https://site.invalid/some/folder/"  # where the site lies: nothing may lead out of it
# The engine's own program and styles, its search index, and what lists these.
OWN = ("assets/javascripts/", "assets/stylesheets/", "search", "sitemap.xml", "sw.js")


class Article(HTMLParser):
    """What a page says, whatever it looks like."""

    def __init__(self, address: str, page: str) -> None:
        super().__init__()
        self.text = ""
        self.leads: list[str] = []  # its anchors, and where its links, scripts and pictures lead
        self.about: list[str] = []
        self._address = f"{FOLDER}{address}"
        self._depth = {"article": 0, "title": 0}
        self._in_name = False  # the name of a piece of code: MkDocs has the style sheet show it
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in self._depth:
            self._depth[tag] += 1
        if values.get("name") == "description":
            self.about.append(values["content"])
        self._in_name = values.get("class") == "filename"
        if self._depth["article"] or tag == "script":
            found = [
                urljoin(self._address, values[name]) for name in ("href", "src") if name in values
            ]
            found += [f"#{values['id']}"] if "id" in values else []
            self.leads += (each.removesuffix("index.html") for each in found if not is_own(each))

    def handle_endtag(self, tag: str) -> None:
        self._in_name = False
        if tag in self._depth:
            self._depth[tag] -= 1

    def handle_data(self, data: str) -> None:
        if self._depth["article"] and not self._in_name:
            self.text += "".join(data.split())
        elif self._depth["title"]:
            self.about.append(data)


def is_own(address: str) -> bool:
    """Tell whether an address is one of the engine's own files or anchors."""
    return "#__" in address or address.removeprefix(FOLDER).startswith(OWN)


def files(site: Path) -> dict[str, Path]:
    """Return the files of a site that do not belong to the engine."""
    paths = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    return {name: path for name, path in paths.items() if not name.startswith(OWN)}


def differences(name: str, mine: Path, other: Path) -> Iterator[str]:
    """Yield in what a file differs from its counterpart."""
    if not name.endswith(".html"):
        if mine.read_bytes() != other.read_bytes():
            yield "other bytes"
        return
    pages = [Article(name, path.read_text(encoding="utf-8")) for path in (mine, other)]
    for part in SHOWN:
        one, two = (getattr(page, part) for page in pages)
        if one != two:
            pairs = enumerate(zip(one, two, strict=False))
            at = next((i for i, (a, b) in pairs if a != b), min(len(one), len(two)))
            yield f"{part} from {at}: {one[at : at + SHOWN[part]]} / {two[at : at + SHOWN[part]]}"


def main() -> int:
    """Print what is different, and how much was the same."""
    site_build.main(["--engine", "zensical", "--out", str(OTHER)])
    mine, other = files(SITE), files(OTHER)
    found = [f"{name}: made by one engine only" for name in sorted(mine.keys() ^ other.keys())]
    for name in sorted(mine.keys() & other.keys()):
        found += [f"{name}: {each}" for each in differences(name, mine[name], other[name])]
    print(*found, sep="\n")
    pages = sum(name.endswith(".html") for name in mine)
    print(f"{len(mine)} files, {pages} of them pages: {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
