"""The built site on a server that remembers, a second server nobody should ask, and a browser."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.browsers import launch

SUB_PATH = "/some/where/else/"  # the site must work under any
READY_WITHIN = 180_000  # a loaded machine with two cores; 3 s on an idle one


@dataclass
class Server:
    """A running server: where it is and what it was asked."""

    address: str
    requests: list[str] = field(default_factory=list)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the site under the sub-path, answers anything under /leak/, and notes every request."""

    def __init__(self, *args: object, requests: list[str], **kwargs: object) -> None:
        self.requests = requests
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came

    def do_GET(self) -> None:
        self.requests.append(self.path)
        path = urlsplit(self.path).path
        if path.startswith(SUB_PATH):
            self.path = self.path.removeprefix(SUB_PATH.rstrip("/"))
            super().do_GET()
        elif path == "/control.html":
            self._answer("text/html", b"<!doctype html><title>control</title>")
        else:
            self._answer("text/javascript", b"")

    def do_POST(self) -> None:
        self.requests.append(self.path)
        self._answer("text/plain", b"")

    def _answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Keep the test output clean."""


@contextmanager
def serving(folder: Path, handler: type[Handler] = Handler) -> Iterator[Server]:
    """Serve a folder on a free port of this machine."""
    requests: list[str] = []
    answering = partial(handler, directory=str(folder), requests=requests)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), answering) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Server(f"http://127.0.0.1:{server.server_port}", requests)
        server.shutdown()
        thread.join()


@pytest.fixture
def server(built_site: Path) -> Iterator[Server]:
    """The site's own server."""
    with serving(built_site) as running:
        yield running


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Server]:
    """A server elsewhere, which no locked page reaches."""
    with serving(tmp_path) as running:
        yield running


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """The one that may run at a time."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium."""
    with launch(playwright) as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile; it waits as long as a loaded machine needs."""
    fresh = browser.new_context(accept_downloads=True, service_workers="block")
    fresh.set_default_timeout(READY_WITHIN)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """An empty page."""
    return context.new_page()


@pytest.fixture
def checker(page: Page, server: Server) -> Page:
    """The checker page, locked and ready, for tests that look at its server or harm its worker."""
    return ready(page, server)


@pytest.fixture(scope="module")
def desk(browser: Browser, built_site: Path) -> Iterator[Page]:
    """One checker page for tests that only use it: starting takes seconds, checking does not."""
    with (
        serving(built_site) as running,
        browser.new_page(accept_downloads=True, service_workers="block") as page,
    ):
        page.set_default_timeout(READY_WITHIN)
        yield ready(page, running)


def ready(page: Page, server: Server) -> Page:
    """Open the checker page and wait until it takes files."""
    page.goto(f"{server.address}{SUB_PATH}check/")
    await_state(page, "ready")
    return page


def await_state(page: Page, *states: str) -> str:
    """Wait until the page is in one of the states, "failed" included, and insist on those named."""
    wanted = {*states, "failed"}
    page.locator(", ".join(f'html[data-state="{state}"]' for state in wanted)).wait_for()
    state = page.evaluate("document.documentElement.dataset.state")
    assert state in states, page.locator("#failure").inner_text()
    return str(state)
