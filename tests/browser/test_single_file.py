"""The checker in one file, opened from the disk: same lock, same report, and no site to ask."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.browser.clerk import FAULTY, check, library, save
from tests.browser.conftest import READY_WITHIN, await_state
from tests.browser.test_lock import PAGE_WAYS, WORKER_WAYS
from tests.browsers import firefox, launch, launch_chrome_109, launch_firefox

BROWSERS = {"chromium": launch, "chrome-109": launch_chrome_109, "firefox": launch_firefox}


@pytest.fixture
def single_file(built_site: Path, tmp_path: Path) -> str:
    """Return the address of the file under the name that it is saved by."""
    copy = tmp_path / "备案自检.html"
    shutil.copyfile(built_site / "downloads" / "single-file.html", copy)
    return copy.as_uri()


@pytest.mark.parametrize("name", BROWSERS)
def test_it_locks_and_checks(name, playwright, single_file, witness):
    if name == "firefox" and not firefox():
        pytest.skip("no Firefox is installed")
    with BROWSERS[name](playwright) as browser:
        page = browser.new_page()
        page.set_default_timeout(READY_WITHIN)
        page.goto(single_file)
        await_state(page, "ready")
        lock = page.locator("#lock")
        assert "网络已锁定" in lock.inner_text()
        lock.locator("summary").click()
        proofs = lock.locator("li").all_inner_texts()
        assert len(proofs) == 17
        assert all(proof.endswith("已被浏览器拒绝") for proof in proofs)

        check(page, 名单__xlsx=FAULTY)
        shown = page.locator(".entry .message").all_inner_texts()
        said = [group["message"] for group in library([("名单.xlsx", FAULTY)])["groups"]]
        assert sorted(shown) == sorted(said)

        page.evaluate(PAGE_WAYS, f"{witness.address}/leak/page-")
        if name != "firefox":  # playwright cannot run anything in a worker of it
            (worker,) = page.workers
            worker.evaluate(WORKER_WAYS, f"{witness.address}/leak/worker-")
        page.wait_for_timeout(1000)  # what is on its way may arrive
        assert witness.requests == []


def test_it_saves_what_the_site_saves(page, single_file):
    page.goto(single_file)
    await_state(page, "ready")
    check(page, 名单__xlsx=FAULTY)
    name, text = save(page, "JSON")
    assert name.endswith(".json")
    assert '"I11"' in text


def test_it_starts_the_long_way_too(page, single_file):
    page.goto(single_file)
    page.evaluate("sessionStorage.setItem('beian-kit start', 'plain')")
    page.reload()
    await_state(page, "ready")
    assert "需要修改" in check(page, 名单__xlsx=FAULTY)


def test_no_link_leads_out_of_it(page, single_file):
    page.goto(single_file)
    await_state(page, "ready")
    check(page, 名单__xlsx=FAULTY)
    links = {link.get_attribute("href") for link in page.locator("a[href]").all()}
    assert links == {"#main", "#faults-title"}


def test_it_is_one_file(built_site):
    page = (built_site / "downloads" / "single-file.html").read_text(encoding="utf-8")
    assert not re.search(r'(?:src|href)="(?!#)', page)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert "'unsafe-" not in policy[1]
    assert "http" not in policy[1]
    assert len(page) < 22_000_000
