"""How long a page takes to be ready, in a Chromium that nobody watches meanwhile.

A tool that drives a browser stops every new worker until it has had a look at it, and opens pages
in a profile that knows nothing from before. Readers have neither; so the browser starts here by
itself, with a profile on the disk, and is asked only when the page is long ready.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, BrowserType, Page

_READY = "performance.getEntriesByName('ready').map(({ startTime }) => startTime / 1000)"
_REST = 1.5  # seconds for what the last page leaves to be done
_WAITS = (4, 8, 16, 32)  # seconds until a page is asked whether it is ready
_SETTLED = 12  # seconds after the first visit: the service worker has kept the site by then
_STARTING = 20.0  # seconds that the browser may take to start


class Unwatched:
    """A running Chromium."""

    def __init__(self, kind: BrowserType, address: str) -> None:
        self._kind, self._address = kind, address

    def visit(self, url: str) -> None:
        """Open a page, and leave it open until it has settled."""
        page = self._open(url)
        time.sleep(_SETTLED)
        self._close(page)

    def seconds(self, url: str) -> float:
        """Return how long a page takes from its address to its own mark that it is ready."""
        for wait in _WAITS:
            time.sleep(_REST)
            page = self._open(url)
            time.sleep(wait)
            found = self._ask(url)
            self._close(page)
            if found:
                return found[0]
        raise TimeoutError(url)

    def _ask(self, url: str) -> list[float]:
        """Return when the page was ready, in seconds; nothing if it is not."""
        browser = self._kind.connect_over_cdp(self._address)
        try:
            found: list[float] = _page(browser, url).evaluate(_READY)
        finally:
            browser.close()  # only the connection
        return found

    def _open(self, url: str) -> str:
        with urlopen(Request(f"{self._address}/json/new?{url}", method="PUT")) as answer:
            page: str = json.load(answer)["id"]
        return page

    def _close(self, page: str) -> None:
        with urlopen(f"{self._address}/json/close/{page}"):
            pass


def _page(browser: Browser, url: str) -> Page:
    return next(page for context in browser.contexts for page in context.pages if page.url == url)


@contextmanager
def unwatched(watched: Browser) -> Iterator[Unwatched]:
    """Start the Chromium of a watched one once more, with the same options."""
    told = watched.new_browser_cdp_session().send("SystemInfo.getInfo")["commandLine"].split()
    ours = ("--remote-debugging", "--user-data-dir", "--no-startup-window")
    command = [word for word in told if word.startswith(("/", "--")) and not word.startswith(ours)]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command += ["--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            try:
                yield Unwatched(watched.browser_type, f"http://127.0.0.1:{_port(Path(profile))}")
            finally:
                process.terminate()


def _port(profile: Path) -> str:
    """Wait until the browser has written down where it listens."""
    written = profile / "DevToolsActivePort"
    end = time.monotonic() + _STARTING
    while not written.exists() or not written.read_text():
        if time.monotonic() > end:
            raise TimeoutError("Chromium does not start")
        time.sleep(0.1)
    return written.read_text().split()[0]
