"""The service worker: one visit, and the site works with the server stopped; releases never mix."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from pipeline import offline
from tests.browser.clerk import FAULTY, check
from tests.browser.conftest import READY_WITHIN, SUB_PATH, Server, await_state, ready, serving

RELEASE = "第二版的首页"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile that lets service workers in."""
    fresh = browser.new_context()
    fresh.set_default_timeout(READY_WITHIN)
    yield fresh
    fresh.close()


@pytest.fixture
def site(built_site: Path, tmp_path: Path) -> Path:
    """A copy of the site, for releases of its own."""
    return Path(shutil.copytree(built_site, tmp_path / "site"))


def visit(page: Page, server: Server) -> None:
    """Open the checker and wait until the site is kept."""
    ready(page, server)
    page.evaluate("navigator.serviceWorker.ready")


def caches(page: Page) -> int:
    """Return how many releases the browser keeps."""
    return int(page.evaluate("caches.keys().then((names) => names.length)"))


def release(site: Path) -> None:
    """Bring out another release."""
    home = site / "index.html"
    home.write_text(home.read_text("utf-8").replace("</h1>", f"{RELEASE}</h1>"), "utf-8")
    offline.write_service_worker(site)


def newest(page: Page) -> None:
    """Wait until the browser has taken the newest release, or given it up."""
    page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.getRegistration();
          await registration.update().catch(() => {});
          const coming = registration.installing ?? registration.waiting;
          await new Promise((resolve) => {
            const look = () => { if (!coming || ["activated", "redundant"].includes(coming.state)) resolve(); };
            coming?.addEventListener("statechange", look);
            look();
          });
        }"""
    )


def test_after_one_visit_the_server_may_be_stopped(page, built_site):
    with serving(built_site) as server:
        visit(page, server)
    check_page = page.context.new_page()
    ready(check_page, server)
    assert "需要修改" in check(check_page, 名单__xlsx=FAULTY)
    for address, heading in (
        ("", "首页"),
        ("guide/", "备案说明"),
        ("rules/i11/", "I11"),
        ("fields/roster/", "名单"),
    ):
        page.goto(f"{server.address}{SUB_PATH}{address}")
        assert heading in page.locator("body").inner_text(), address


def test_a_release_is_taken_as_a_whole(page, site):
    with serving(site) as server:
        visit(page, server)
        release(site)
        home = f"{server.address}{SUB_PATH}"
        page.goto(home)
        assert RELEASE not in page.locator("h1").inner_text()
        newest(page)
        page.goto(home)
        assert RELEASE in page.locator("h1").inner_text()
        assert caches(page) == 2  # the one before stays for pages that are still loading
        server.requests.clear()
    page.goto(f"{home}check/")
    await_state(page, "ready")


def test_a_release_that_is_not_whole_is_not_taken(page, site):
    with serving(site) as server:
        visit(page, server)
        release(site)
        (site / "index.html").write_text("half a release", "utf-8")  # not what was announced
        home = f"{server.address}{SUB_PATH}"
        page.goto(home)
        newest(page)
    page.goto(home)
    text = page.locator("body").inner_text()
    assert RELEASE not in text
    assert "half a release" not in text


def test_through_it_nothing_leaves_a_locked_page(page, server, witness):
    visit(page, server)
    page.reload()  # now the service worker answers for this page
    await_state(page, "ready")
    assert page.evaluate("navigator.serviceWorker.controller !== null")
    for each in (server, witness):
        page.evaluate(
            """async (url) => {
              const { controller } = navigator.serviceWorker;
              for (const message of [url, { url }, { type: "fetch", url }, ["fetch", url]]) controller.postMessage(message);
              await Promise.allSettled([fetch(url), import(url), navigator.serviceWorker.register(url)]);
              new Image().src = url;
            }""",
            f"{each.address}{SUB_PATH}leak?data=1",
        )
    page.wait_for_timeout(1000)  # what is on its way may arrive
    assert not [path for path in server.requests if "leak" in path]
    assert witness.requests == []
