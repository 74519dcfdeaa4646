"""Each page's own Content-Security-Policy, which allows what the build has put there, only that.

MkDocs writes short scripts into its pages, so the theme leaves the place for their hashes open.
With the hashes in it a policy needs no 'unsafe-inline': what gets into a page later does nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

from pipeline.kit import write
from pipeline.offline import allowed

HASHES = "{hashes}"  # what the theme writes in a policy where the hashes go
_DIRECTIVE = re.compile(r"(script|style)-src ([^;{]*){hashes}")
# A style sheet in the theme's own script: Zensical brings that of its search along.
_BROUGHT = re.compile(r"'([.:@][^'\\]*\})'")
_DATA = re.compile(r"application/(?:ld\+)?json|application/octet-stream")


class _Inline(HTMLParser):
    """What a page runs or applies that stands in the page itself."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.sources: dict[str, list[str]] = {"script": [], "style": []}
        self.refused: list[str] = []  # attributes that no hash allows
        self._open = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.refused += (
            f'{name}="{value}"'
            for name, value in values.items()
            if name == "style" or name.startswith("on") or value.startswith("javascript:")
        )
        inline = tag in self.sources and "src" not in values
        if inline and not _DATA.fullmatch(values.get("type", "")):
            self._open = tag
            self.sources[tag].append("")

    def handle_data(self, data: str) -> None:
        if self._open:
            self.sources[self._open][-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._open = ""


def write_policies(out: Path) -> None:
    """Fill in the policies of a finished site; those that are complete already stay as they are."""
    bundles = [path.read_text(encoding="utf-8") for path in out.glob("assets/javascripts/*.js")]
    brought = [style for bundle in bundles for style in _BROUGHT.findall(bundle)]
    for path in sorted(out.rglob("*.html")):
        page = path.read_text(encoding="utf-8")
        if HASHES in page:
            write(path, with_hashes(page, path.relative_to(out).as_posix(), brought))


def with_hashes(page: str, name: str, brought: Iterable[str] = ()) -> str:
    """Return a page whose policy allows what stands in it, and the styles that its scripts bring.

    Raises:
        SystemExit: the page has a `style` attribute, an event handler or a `javascript:` address,
            which the policy would silently switch off.
    """
    inline = _Inline(page)
    inline.sources["style"] += brought
    if inline.refused:
        raise SystemExit(
            f"\n{name} 里有 {inline.refused[0]}。本站的安全策略不让它起作用："
            "样式写进 docs/assets/extra.css，脚本写成单独的文件。"
        )

    def filled(directive: re.Match[str]) -> str:
        kind, sources = directive.groups()
        hashes = sorted(set(map(allowed, inline.sources[kind])))
        return f"{kind}-src {sources}{' '.join(hashes)}".rstrip()

    return _DIRECTIVE.sub(filled, page)
