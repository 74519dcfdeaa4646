"""Servers as bureaus run them: one that knows few extensions, adds nothing and packs nothing."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import pytest

from tests.browser.clerk import FAULTY, check
from tests.browser.conftest import SUB_PATH, Handler, ready, serving

# What IIS 7 on Windows Server 2008 answers with besides 404.3, and the two that handbooks add.
KNOWN = {".html", ".css", ".js", ".png", ".zip", ".xlsx"} | {".json", ".svg"}


class Strict(Handler):
    """Refuses what it does not know the extension of, as IIS does."""

    def do_GET(self) -> None:
        path = PurePosixPath(unquote(urlsplit(self.path).path))
        if path.suffix and path.suffix not in KNOWN:
            self.requests.append(f"refused {path}")
            self.send_error(404)
        else:
            super().do_GET()


@pytest.fixture
def strict(built_site):
    with serving(built_site, Strict) as running:
        yield running


def test_the_checker_works_on_a_server_that_refuses_unknown_extensions(page, strict):
    ready(page, strict)
    assert "需要修改" in check(page, 名单__xlsx=FAULTY)
    assert not [path for path in strict.requests if path.startswith("refused")]


def test_pages_ask_for_nothing_such_a_server_refuses(page, strict):
    for path in ("", "guide/", "downloads/", "rules/i11/", "fields/roster/"):
        page.goto(f"{strict.address}{SUB_PATH}{path}", wait_until="networkidle")
        assert page.locator("h1").first.is_visible()
    assert not [path for path in strict.requests if path.startswith("refused")]
