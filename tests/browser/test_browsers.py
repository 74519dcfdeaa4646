"""The page in the oldest browser it is made for, in Firefox, and on a phone: same lock, same report."""

from __future__ import annotations

import pytest

from tests.browser.clerk import FAULTY, check, library
from tests.browser.conftest import READY_WITHIN, ready
from tests.browser.test_lock import leaks, try_everything
from tests.browsers import firefox, launch_chrome_109, launch_firefox


@pytest.fixture(params=[launch_chrome_109, launch_firefox], ids=["chrome-109", "firefox"])
def elsewhere(request, playwright):
    """Return an empty page of another browser."""
    if request.param is launch_firefox and not firefox():
        pytest.skip("no Firefox is installed")
    with request.param(playwright) as browser:
        page = browser.new_page(accept_downloads=True)
        page.set_default_timeout(READY_WITHIN)
        yield page


def test_another_browser_locks_and_checks(elsewhere, server, witness):
    ready(elsewhere, server)
    assert "网络已锁定" in elsewhere.locator("#lock").inner_text()
    check(elsewhere, 名单__xlsx=FAULTY)
    # Firefox tells playwright nothing of downloads, so what is on screen is compared.
    shown = elsewhere.locator(".entry .message").all_inner_texts()
    said = [group["message"] for group in library([("名单.xlsx", FAULTY)])["groups"]]
    assert sorted(shown) == sorted(said)
    for each in (server, witness):
        try_everything(elsewhere, each.address)
    assert leaks(server) == set()
    assert witness.requests == []


def test_a_phone_checks_a_file(browser, server):
    with browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=3
    ) as phone:
        phone.set_default_timeout(READY_WITHIN)
        page = ready(phone.new_page(), server)
        assert page.locator("#choose").is_visible()
        assert "需要修改" in check(page, 名单__xlsx=FAULTY)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
