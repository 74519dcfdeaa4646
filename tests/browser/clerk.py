"""What a clerk brings to the checker page and does there, for the tests that watch."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from playwright.sync_api import FilePayload, Locator, Page

from checker import check_files
from checker.reports import as_json
from tests import filings
from tests.browser.conftest import await_state

MARKUP = "<img src=x onerror=alert(1)>"
WRONG_NUMBER = "410302190001010013"  # domain.md §8: 0012 with its last digit off by one
CLEAN = filings.workbook({"roster": [{}, {}, {}], "transcript": [{}, {}, {}]})
FAULTY = filings.workbook(
    {
        "roster": [
            {"name": MARKUP, "id_number": WRONG_NUMBER},
            *({"name": filings.person(index)["name"], "major": ""} for index in range(1, 16)),
        ]
    }
)


def choose(page: Page, **files: bytes) -> None:
    """Choose files (`名单__xlsx=…`); the page is checking when this returns, or done."""
    page.locator("#files").set_input_files(
        [
            FilePayload(name=name.replace("__", "."), mimeType="", buffer=data)
            for name, data in files.items()
        ]
    )


def check(page: Page, **files: bytes) -> str:
    """Check files and return the report's text."""
    choose(page, **files)
    await_state(page, "report")
    return page.locator("#report").inner_text()


def entries(page: Page, code: str) -> Locator:
    """Return the entries of a rule."""
    return page.locator(".entry").filter(has=page.get_by_role("link", name=f"规则 {code} "))


def library(files: list[tuple[str, bytes]], **options: Any) -> Any:
    """Return the library's JSON for what the page was given."""
    report = check_files(files, today=dt.date.today(), **options)
    return json.loads(as_json.render(report))


def save(page: Page, kind: str) -> tuple[str, str]:
    """Save a report from the menu and return its name and text."""
    page.get_by_text("下载报告", exact=True).click()
    with page.expect_download() as caught:
        page.get_by_role("button", name=kind).click()
    path = caught.value.path()
    return caught.value.suggested_filename, path.read_bytes().decode("utf-8")
