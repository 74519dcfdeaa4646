"""The checker page as a clerk uses it: drop, read, correct, check again, save."""

from __future__ import annotations

import re

import pytest

from tests.browser.clerk import (
    CLEAN,
    FAULTY,
    MARKUP,
    WRONG_NUMBER,
    check,
    choose,
    entries,
    library,
    save,
)
from tests.browser.conftest import SUB_PATH, await_state


def test_clean_file_says_what_was_read(desk):
    text = check(desk, 名单__xlsx=CLEAN)
    expected = library([("名单.xlsx", CLEAN)])
    word = {"fix": "需要修改", "review": "请核实", "pass": "检查通过"}[expected["summary"]["verdict"]]
    assert desk.locator("#verdict-title").inner_text() == word != "需要修改"
    assert desk.evaluate("document.activeElement.id") == "verdict-title"
    assert word in desk.locator("#live").inner_text()
    rows = desk.locator(".sheets tbody tr").all_inner_texts()
    sheets = expected["files"][0]["sheets"]
    assert rows[0].strip() == "名单.xlsx"
    assert [row.split("\t") for row in rows[1:]] == [
        [*(str(sheet[key]) for key in ("name", "title", "rows", "people", "fingerprint"))]
        for sheet in sheets
    ]
    assert all(reason in text for reason in expected["not_checked"])


def test_faults_are_grouped_masked_and_only_ever_text(desk):
    dialogs = []
    desk.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    text = check(desk, 名单__xlsx=FAULTY)
    assert desk.locator("#verdict-title").inner_text() == "需要修改"
    assert "410302********0013" in text
    assert WRONG_NUMBER not in desk.content()
    assert MARKUP in text
    assert desk.locator("#report img").count() == 0
    assert dialogs == []

    assert "E4" in entries(desk, "I11").inner_text()
    missing = entries(desk, "M01")
    assert missing.count() == 1
    assert missing.locator(".cells li:not(.more)").all_inner_texts() == [
        f"D{n}" for n in range(5, 17)
    ]
    missing.get_by_role("button", name="展开全部 15 格").click()
    assert missing.locator(".cells li").all_inner_texts() == [f"D{n}" for n in range(5, 20)]


def test_the_verdict_leads_to_the_entries(desk):
    check(desk, 名单__xlsx=FAULTY)
    desk.get_by_role("link", name="看看要改哪些地方").click()
    assert desk.evaluate("document.activeElement.textContent") == "要看的地方"


def test_severities_filter_the_entries(desk):
    check(desk, 名单__xlsx=FAULTY)
    groups = library([("名单.xlsx", FAULTY)])["groups"]
    shown = desk.locator(".entry")
    assert shown.count() == len(groups)
    errors = sum(group["severity"] == "error" for group in groups)
    toggle = desk.get_by_role("button", name=f"必须改 {errors} 条")
    toggle.click()
    assert toggle.get_attribute("aria-pressed") == "false"
    assert shown.count() == len(groups) - errors
    assert f"{len(groups)} 条中的 {len(groups) - errors} 条" in desk.locator(".faults").inner_text()


def test_several_files_are_one_filing(desk):
    check(desk, 名单__xlsx=FAULTY, 另一份__xlsx=FAULTY)
    files = [("名单.xlsx", FAULTY), ("另一份.xlsx", FAULTY)]
    groups = library(files)["groups"]
    desk.get_by_label("只看").select_option(label="另一份.xlsx › roster")
    assert desk.locator(".entry").count() == sum(group["file"] == files[1][0] for group in groups)


def test_a_file_chosen_too_early_waits(page, server):
    page.goto(f"{server.address}{SUB_PATH}check/", wait_until="domcontentloaded")
    choose(page, 名单__xlsx=FAULTY)
    await_state(page, "report")
    assert entries(page, "I11").count() == 1


def test_check_again_and_clear(desk):
    check(desk, 名单__xlsx=FAULTY)
    desk.get_by_role("button", name="重新检查").click()
    await_state(desk, "report")
    assert entries(desk, "I11").count() == 1
    desk.get_by_role("button", name="清空").click()
    await_state(desk, "ready")
    assert desk.locator("#report").inner_text() == ""


def test_a_worker_that_dies_is_replaced_and_the_file_named(checker):
    (worker,) = checker.workers
    worker.evaluate("() => { self.onmessage = () => { throw new Error('secret'); }; }")
    choose(checker, 坏__xlsx=FAULTY)
    checker.locator("html[data-state=failed]").wait_for()
    failure = checker.locator("#failure").inner_text()
    assert "坏.xlsx：检查中途停了下来" in failure
    assert "E06" in failure
    assert "secret" not in failure
    assert checker.evaluate("document.activeElement.id") == "failure"
    check(checker, 名单__xlsx=FAULTY)


def test_a_worker_that_spins_can_be_cancelled_and_replaced(checker):
    (worker,) = checker.workers
    worker.evaluate("() => { self.onmessage = () => { for (;;); }; }")
    choose(checker, 名单__xlsx=FAULTY)
    checker.get_by_role("button", name="取消").click()
    assert checker.evaluate("document.documentElement.dataset.state") == "ready"
    check(checker, 名单__xlsx=FAULTY)
    assert entries(checker, "I11").count() == 1


def test_a_worker_that_falls_silent_is_stopped(page, server):
    page.clock.install()
    page.goto(f"{server.address}{SUB_PATH}check/")
    await_state(page, "ready")
    (worker,) = page.workers
    worker.evaluate("() => { self.onmessage = () => {}; }")
    choose(page, 慢__xlsx=FAULTY)
    page.locator("html[data-state=checking]").wait_for()
    page.wait_for_timeout(500)
    page.clock.fast_forward("05:00")
    page.locator("html[data-state=failed]").wait_for()
    assert "慢.xlsx：检查太久没有进展，已经停止" in page.locator("#failure").inner_text()


def test_a_whole_visit_asks_the_server_for_the_page_alone(page, server):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.address}{SUB_PATH}check/")
    await_state(page, "ready")
    before = list(server.requests)
    check(page, 名单__xlsx=FAULTY)
    save(page, "JSON")
    assert server.requests == before
    assert all(path.startswith(SUB_PATH) and "?" not in path for path in before)
    elsewhere = [url for url in asked if not url.startswith((server.address, "blob:"))]
    assert elsewhere == []


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ({"status": 404, "body": ""}, "E02", "检查程序没有下载完"),
        ({"status": 200, "body": "PK"}, "E03", "下载的检查程序不完整"),
    ],
)
def test_a_download_that_fails_says_so(page, server, answer, code, words):
    page.route(re.compile(r"/snapshot-[0-9a-f]+\.zip$"), lambda route: route.fulfill(**answer))
    page.goto(f"{server.address}{SUB_PATH}check/")
    page.locator("html[data-state=failed]").wait_for()
    text = page.locator("#failure").inner_text()
    assert words in text
    assert f"代码 {code} " in text


def test_a_server_that_falls_silent_is_not_waited_for_for_ever(page, server):
    page.clock.install()
    page.route(re.compile(r"/snapshot-[0-9a-f]+\.zip$"), lambda route: None)
    page.goto(f"{server.address}{SUB_PATH}check/")
    for _ in range(60):  # until the page has begun to wait
        page.clock.fast_forward(61_000)
        page.wait_for_timeout(500)  # of real time
        if page.evaluate("document.documentElement.dataset.state") == "failed":
            break
    assert "检查程序没有下载完" in page.locator("#failure").inner_text()


def test_a_changed_download_is_refused(page, server):
    def flip(route):
        body = bytearray(route.fetch().body())
        body[-1] ^= 1
        route.fulfill(body=bytes(body))

    page.route(re.compile(r"/core-[0-9a-f]+\.zip$"), flip)
    page.goto(f"{server.address}{SUB_PATH}check/")
    page.locator("html[data-state=failed]").wait_for()
    assert "E03 core" in page.locator("#failure").inner_text()


@pytest.mark.parametrize(
    "lack",
    [
        "delete globalThis.DecompressionStream",
        "delete globalThis.WebAssembly",
        "WebAssembly.validate = () => false",
    ],
)
def test_an_unfit_browser_is_told_before_any_download(page, server, lack):
    page.add_init_script(lack)
    page.goto(f"{server.address}{SUB_PATH}check/")
    page.locator("html[data-state=failed]").wait_for()
    assert "这个浏览器打不开检查程序" in page.locator("#failure").inner_text()
    assert not any(path.endswith(".zip") for path in server.requests)


def test_a_lost_program_is_told(page, server):
    page.route(re.compile(r"/app\.js$"), lambda route: route.fulfill(status=404, body=""))
    page.goto(f"{server.address}{SUB_PATH}check/")
    page.locator("html[data-state=failed]").wait_for()
    assert "网页没有下载完" in page.locator("#failure").inner_text()


def test_the_runtime_is_small_and_served_under_safe_names(built_site):
    files = [path for path in (built_site / "check").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} <= {".html", ".js", ".css", ".json", ".svg", ".zip"}
    assert sum(path.stat().st_size for path in files) <= 16_000_000  # both ways to start
    index = (built_site / "check" / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"https?://|\sstyle=|\son[a-z]+=|<script>", index)
