"""The checker in other pages: the example, what its documentation shows, and the lock on both."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Frame, Page

from tests.browser.clerk import FAULTY, library
from tests.browser.conftest import SUB_PATH, Server
from tests.browser.test_lock import PAGE_WAYS, leaks, try_everything
from tests.documents import DEVELOPERS, agrees, blocks

EXAMPLE = "developers/example/"
HOST = "developers/host/"  # beside the documentation: its examples use relative addresses


def give(page: Page | Frame, name: str, data: bytes) -> None:
    """Choose a file once the page takes one."""
    page.locator("#files:enabled").wait_for()
    page.locator("#files").set_input_files([FilePayload(name=name, mimeType="", buffer=data)])


def report_of(page: Page | Frame) -> Any:
    """Return the report that the example page shows."""
    shown = page.locator("#report:not(:empty)")
    shown.wait_for()
    return json.loads(shown.inner_text())


def host(page: Page, server: Server, body: str) -> None:
    """Open a page of somebody else's on the same server."""
    address = f"{server.address}{SUB_PATH}{HOST}"
    html = f'<!doctype html><html lang="zh"><title>host</title><body>{body}'
    page.route(address, lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(address)


@pytest.fixture
def example(page: Page, server: Server) -> Page:
    """The example page, before it is ready."""
    page.goto(f"{server.address}{SUB_PATH}{EXAMPLE}")
    return page


def test_the_example_shows_the_report_of_the_library(example: Page, server: Server) -> None:
    give(example, "名单.xlsx", FAULTY)
    assert report_of(example) == library([("名单.xlsx", FAULTY)])
    assert example.locator("#status").inner_text() == "结论：fix"


def test_the_example_takes_what_is_dropped(example: Page) -> None:
    example.locator("#files:enabled").wait_for()
    example.evaluate(
        """(bytes) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([new Uint8Array(bytes)], "名单.xlsx"));
          document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        list(FAULTY),
    )
    assert report_of(example) == library([("名单.xlsx", FAULTY)])


def test_the_example_asks_for_nothing_once_it_is_locked(
    example: Page, server: Server, witness: Server
) -> None:
    example.locator("#files:enabled").wait_for()
    assert "17 种联网方式都被拒绝" in example.locator("#status").inner_text()
    server.requests.clear()
    give(example, "名单.xlsx", FAULTY)
    report_of(example)
    try_everything(example, server.address)
    try_everything(example, witness.address)
    assert server.requests == []
    assert witness.requests == []


def test_a_file_that_is_no_table_is_in_the_report(example: Page) -> None:
    give(example, "名单.xlsx", b"%PDF-1.4 nothing")
    assert [each["code"] for each in report_of(example)["findings"]] == ["W01"]


def test_what_cannot_be_loaded_is_said(page: Page, server: Server) -> None:
    page.route("**/core-*.zip", lambda route: route.abort())
    page.goto(f"{server.address}{SUB_PATH}{EXAMPLE}")
    page.get_by_text("检查程序没有下载完").wait_for()
    page.wait_for_timeout(500)  # the rest comes in
    assert page.locator("#status").inner_text().startswith("检查程序没有下载完。看看网络")
    assert page.locator("#files").is_disabled()


def test_the_examples_of_the_documentation_print_what_they_show(page: Page, server: Server) -> None:
    (reports,) = (each for each in blocks(DEVELOPERS / "reports.md") if each.file == "名单.csv")
    found = blocks(DEVELOPERS / "javascript.md")
    program = "\n".join(
        each.text for each in found if each.language == "js" and "{%" not in each.text
    )
    shown = "".join(each.text for each in found if each.language == "text")
    printed: list[str] = []
    page.on("console", lambda line: printed.append(line.text) if line.type == "log" else None)
    page.on("pageerror", lambda error: printed.append(str(error)))
    files = '<input type="file" id="files">'
    host(page, server, f"{files}<script>onerror = () => console.log('end');</script>")
    page.locator("#files").set_input_files(
        [FilePayload(name="名单.csv", mimeType="", buffer=reports.text.encode())]
    )
    with page.expect_console_message(lambda line: line.text == "end"):
        page.add_script_tag(content=f'{program}console.log("end");', type="module")
    assert agrees(f"{shown}end\n", "\n".join(printed)), printed


def test_a_page_that_needs_its_network_keeps_the_checker_in_an_iframe(
    page: Page, server: Server, witness: Server
) -> None:
    (frame,) = (
        each.text for each in blocks(DEVELOPERS / "javascript.md") if each.language == "html"
    )
    host(page, server, frame.replace("../../check/", "../example/"))
    inner = page.frames[1]
    give(inner, "名单.xlsx", FAULTY)
    assert report_of(inner) == library([("名单.xlsx", FAULTY)])
    for each in (server, witness):
        inner.evaluate(PAGE_WAYS, f"{each.address}/leak/inner-")
    page.evaluate("(url) => fetch(url)", f"{server.address}/leak/outer")
    page.wait_for_timeout(1000)  # what is on its way may arrive
    assert leaks(server) == {"outer"}
    assert witness.requests == []
