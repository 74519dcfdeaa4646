"""Pages in Chromium: ours as it was built, and beside it what others would build."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.measure import Line, growth, in_turn
from bench.start import unwatched
from pipeline import ROOT, runtime
from tests import browsers

OURS, THEIRS, USUAL_START = "/site/check/", "/rivals/sheetjs.html", "/rivals/pyodide.html"
DOCUMENTATION = "/site/guide/"
_PATIENCE = 300_000  # ms
_LOOK = 1500  # ms that a reader looks at the page before choosing a file
_GLANCE = 20  # ms between two questions to a page
_FEW = 3  # runs of what takes long
# Asked from outside: the page's own policy lets no script in.
_MARK_CHOICE = """
    performance.clearMarks("report");
    document.querySelector("#files")
      .addEventListener("change", () => performance.mark("chosen"), { capture: true, once: true });
"""
_REPORTED = """(() => {
    const [chosen, report] = ["chosen", "report"]
      .map((name) => performance.getEntriesByName(name).at(-1));
    return report && (report.startTime - chosen.startTime) / 1000;
})()"""
_STILL_AT_WORK = "document.body.textContent.includes('正在看哪些地方可以自动更正')"


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves some folders under names of their own and counts the bytes of the answers."""

    def __init__(
        self, *args: Any, folders: dict[str, Path], wheels: list[str], sent: list[int], **named: Any
    ) -> None:
        self._folders, self._wheels, self._sent = folders, wheels, sent
        super().__init__(*args, **named)

    def translate_path(self, path: str) -> str:
        name, _, rest = path.partition("?")[0].lstrip("/").partition("/")
        self.directory = str(self._folders.get(name, Path("/nowhere")))
        return super().translate_path(f"/{rest}")

    def do_GET(self) -> None:
        if self.path == "/wheels.json":
            body = json.dumps(self._wheels).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        else:
            super().do_GET()

    def copyfile(self, source: Any, outputfile: Any) -> None:
        while piece := source.read(1 << 16):
            outputfile.write(piece)
            self._sent[0] += len(piece)

    def log_message(self, *args: object) -> None:
        """Say nothing: the results are the output."""


@contextmanager
def _serving() -> Iterator[tuple[str, list[int]]]:
    """Serve the site and the rivals; the list holds how many bytes have been sent."""
    wheels = list(runtime.browser_wheels())
    folders = {
        "site": ROOT / "site",
        "schemas": ROOT / "schemas",
        "rivals": ROOT / "bench" / "rivals",
        "node_modules": ROOT / "node_modules",
        "wheels": wheels[0].parent,
    }
    names = [path.name for path in wheels]
    sent = [0]
    handler = partial(_Handler, folders=folders, wheels=names, sent=sent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", sent
        server.shutdown()


def measure(folder: Path, runs: int) -> tuple[list[Line], str]:
    """Measure the pages; return the lines and which Chromium it was."""
    with _serving() as (address, sent), sync_playwright() as playwright:
        with browsers.launch(playwright) as browser:
            lines = [
                *_transfer(browser, address, sent),
                _start(browser, address, runs),
                *_checks(browser, address, folder, runs),
            ]
            version = browser.version
        with browsers.launch(playwright) as fresh:
            lines.append(_memory(fresh, address, folder))
    return lines, version


@contextmanager
def _page(browser: Browser, url: str) -> Iterator[Page]:
    """Open a page in a profile of its own and wait until it takes files."""
    with browser.new_context() as context:
        yield _opened(context, url)


def _opened(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(_PATIENCE)
    page.goto(url)
    page.locator("html[data-state=ready]").wait_for(state="attached")
    return page


def _transfer(browser: Browser, address: str, sent: list[int]) -> Iterator[Line]:
    """Yield what a first visit costs."""
    before = sent[0]
    with _page(browser, address + OURS):
        taken = (sent[0] - before) / 1e6
    yield Line(what="transferred to the first “ready”", unit="MB", ours=[taken], limit=12)
    before = sent[0]
    with browser.new_context() as context:
        context.new_page().goto(address + DOCUMENTATION, wait_until="networkidle")
        taken = (sent[0] - before) / 1e6
    yield Line(what="transferred for a documentation page", unit="MB", ours=[taken], limit=0.4)


def _start(browser: Browser, address: str, runs: int) -> Line:
    """Measure how long a page takes to be ready that has been visited before."""
    paths = (OURS, USUAL_START)
    with unwatched(browser) as chromium:
        for path in paths:
            chromium.visit(address + path)
        ours, theirs = in_turn(runs, *(partial(chromium.seconds, address + path) for path in paths))
    return Line(
        what="ready, visited before", unit="s", ours=ours,
        rival="plain Pyodide: loadPyodide, loadPackage, imports", theirs=theirs, goal=0.15,
    )  # fmt: skip


def _checks(browser: Browser, address: str, folder: Path, runs: int) -> Iterator[Line]:
    """Yield the checks of rosters of three lengths, each in a fresh page, and there once more."""
    firsts: dict[int, Line] = {}
    for rows, times in ((1_000, runs), (10_000, runs), (100_000, min(runs, _FEW))):
        ours, theirs = _checked(browser, address, folder / f"{rows}.xlsx", times)
        for at, when in enumerate(("in a fresh page", "second check")):
            line = Line(
                what=f"{rows:,} rows, all rules, {when}",
                unit="s",
                ours=[each[at] for each in ours],
                rival="SheetJS and Ajv",
                theirs=[each[at] for each in theirs],
                goal=1,
            )
            firsts.setdefault(rows, line)
            yield line
    yield growth(firsts[10_000], firsts[100_000])


def _checked(
    browser: Browser, address: str, roster: Path, runs: int
) -> tuple[list[tuple[float, float]], ...]:
    """Check a roster twice in each of several fresh pages, ours and theirs by turns."""
    found: tuple[list[tuple[float, float]], ...] = ([], [])
    for _ in range(runs):
        for pairs, path in zip(found, (OURS, THEIRS), strict=True):
            with _page(browser, address + path) as page:
                pairs.append((_check(page, roster), _check(page, roster)))
    return found


def _check(page: Page, roster: Path) -> float:
    """Choose a file and return the seconds from the choice to the report on the page.

    The reader has looked at what is there; meanwhile the page did what it does behind a report.
    """
    page.wait_for_timeout(_LOOK)
    while page.evaluate(_STILL_AT_WORK):
        page.wait_for_timeout(_GLANCE)
    page.evaluate(_MARK_CHOICE)
    page.locator("#files").set_input_files(roster)
    while not page.evaluate(_REPORTED):
        page.wait_for_timeout(_GLANCE)
    seconds: float = page.evaluate(_REPORTED)
    return seconds


def _memory(browser: Browser, address: str, folder: Path) -> Line:
    """Measure the most memory that a page's process takes for the longest roster, on Linux."""

    def peak(path: str) -> float:
        before = _renderers(browser)
        with _page(browser, address + path) as page:
            _check(page, folder / "100000.xlsx")
            return max(map(_most_memory, _renderers(browser) - before))

    ours, theirs = in_turn(1, partial(peak, OURS), partial(peak, THEIRS))
    return Line(
        what="memory of the page's process at most, 100,000 rows", unit="MB", ours=ours,
        rival="SheetJS and Ajv", theirs=theirs, limit=1000,
    )  # fmt: skip


def _renderers(browser: Browser) -> set[int]:
    found = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    return {each["id"] for each in found["processInfo"] if each["type"] == "renderer"}


def _most_memory(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
