"""Starting: from the memory snapshot, and the long way where a browser does not take it."""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route

from pipeline import runtime
from tests.browser.clerk import CLEAN, FAULTY, check, library, save
from tests.browser.conftest import SUB_PATH, Server, await_state, ready

MAGIC = 1886286592  # what a snapshot of Pyodide begins with
PAGE = 4096
QUICK = {"core", "wasm", "files", "snapshot"}
PLAIN = {"core", "wasm", "files", "library", "sources"}


def asset_names(server: Server) -> list[str]:
    """Return the names of the archives that the server was asked for, in order."""
    found = (re.search(r"/check/([a-z]+)-[0-9a-f]{12}\.zip$", path) for path in server.requests)
    return [match[1] for match in found if match]


def with_kit(page: Page, change: Callable[[dict[str, Any]], None]) -> None:
    """Give the page another list of what belongs to its release."""
    before, after = "export const KIT = ", ";\n"

    def fulfil(route: Route) -> None:
        kit = json.loads(route.fetch().text().removeprefix(before).removesuffix(after))
        change(kit)
        route.fulfill(body=before + json.dumps(kit) + after, content_type="text/javascript")

    page.route(re.compile(r"/kit\.js$"), fulfil)


def with_snapshot(page: Page, content: bytes) -> None:
    """Give the page another snapshot, one that its list vouches for."""
    archive = runtime.zipped({"snapshot.bin": content})

    def vouch(kit: dict[str, Any]) -> None:
        (asset,) = (each for each in kit["assets"] if each["name"] == "snapshot")
        asset |= {"bytes": len(archive), "sha256": hashlib.sha256(archive).hexdigest()}

    with_kit(page, vouch)
    page.route(re.compile(r"/snapshot-[0-9a-f]+\.zip$"), lambda route: route.fulfill(body=archive))


def shrunk(header: bytes) -> bytes:
    """Return a snapshot as it travels (checker/web/unpack.js), with one blank page of memory."""
    return struct.pack("<5I", len(header), 32 << 20, 1, 0, PAGE) + header + bytes(PAGE)


def says_what_the_library_says(page: Page) -> None:
    check(page, 名单__xlsx=FAULTY)
    _, saved = save(page, "JSON")
    assert json.loads(saved) == library([("名单.xlsx", FAULTY)])


def test_python_goes_on_where_the_snapshot_was_taken(page, server):
    ready(page, server)
    assert sorted(asset_names(server)) == sorted(QUICK)
    says_what_the_library_says(page)


def test_what_the_first_start_takes_from_the_server(page, server, built_site):
    ready(page, server)
    paths = {urlsplit(path).path.removeprefix(SUB_PATH) for path in server.requests}
    files = [built_site / path for path in paths]
    files = [path / "index.html" if path.is_dir() else path for path in files]
    assert sum(path.stat().st_size for path in files if path.is_file()) <= 12_000_000


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"not a snapshot at all" * 100, id="no snapshot"),
        pytest.param(shrunk(struct.pack("<4I48x", MAGIC, 64, 0, 0)), id="of another build"),
        pytest.param(b"", id="empty"),
    ],
)
def test_where_a_snapshot_does_not_do_python_starts_the_long_way(page, server, content):
    with_snapshot(page, content)
    ready(page, server)
    assert {"library", "sources"} <= set(asset_names(server))
    says_what_the_library_says(page)
    server.requests.clear()
    page.reload()  # the tab has learnt it
    await_state(page, "ready")
    assert {"library", "sources"} <= set(asset_names(server))


def test_a_checker_of_another_version_is_not_used(page, server):
    with_kit(page, lambda kit: kit.update(version="0.0.0"))
    page.goto(f"{server.address}{SUB_PATH}check/")
    await_state(page, "failed")
    assert set(asset_names(server)) == QUICK | PLAIN  # one way, then the other, and no further
    failure = page.locator("#failure").inner_text()
    assert "检查程序没有启动" in failure
    assert "E05" in failure


def test_where_nothing_may_be_stored_the_page_says_that_it_cannot_start(page, server):
    page.add_init_script(
        "Object.defineProperty(self, 'sessionStorage', { get() { throw new DOMException('', 'SecurityError'); } })"
    )
    with_snapshot(page, b"not a snapshot at all")
    page.goto(f"{server.address}{SUB_PATH}check/")
    await_state(page, "failed")
    assert "E05" in page.locator("#failure").inner_text()


def test_it_starts_again_without_a_network(checker, server, context):
    context.set_offline(True)
    server.requests.clear()
    checker.evaluate("document.getElementById('cancel').click()")
    check(checker, 名单__xlsx=CLEAN)
    assert server.requests == []


def test_a_file_that_comes_during_the_rehearsals_is_checked(page, server):
    page.goto(f"{server.address}{SUB_PATH}check/")
    page.locator("#files").set_input_files(
        [{"name": "名单.xlsx", "mimeType": "", "buffer": FAULTY}]
    )
    await_state(page, "report")
    _, saved = save(page, "JSON")
    assert json.loads(saved) == library([("名单.xlsx", FAULTY)])


def test_a_snapshot_that_cannot_be_made_ends_the_build():
    with pytest.raises(SystemExit, match="内存快照没有做成"):
        runtime.snap(runtime.zipped({}), runtime.zipped({}))
