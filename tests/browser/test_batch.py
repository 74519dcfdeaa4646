"""The officers' page: a folder of filings checked as on the command line, and codes compared."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page

from checker.batch import Summary
from checker.verify import verify
from tests.browser.conftest import READY_WITHIN, SUB_PATH, Server, await_state, serving
from tests.browser.test_quality import assert_good
from tests.test_batch import SAME, A, B, forms_of, units_of

ADDRESS = f"{SUB_PATH}check/officers.html"
FILES = {
    "甲/名单.xlsx": forms_of(A, roster=[{}, {"major": ""}, SAME]),
    "甲/成绩单.xlsx": forms_of(A, transcript=[{}, {}, SAME]),
    "乙/全套.xlsx": forms_of(B, roster=[SAME], transcript=[SAME], plan_professional=[{}]),
    "坏.xlsx": b"PK\x03\x04",
}  # fmt: skip
CODE = verify("", [("a.xlsx", FILES["乙/全套.xlsx"])]).editions[0].code


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as an officer has it."""
    root = tmp_path_factory.mktemp("officers") / "收件"
    for name, data in {**FILES, "甲/~$名单.xlsx": b"lock", "甲/说明.txt": b"x"}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


@pytest.fixture(scope="module")
def running(built_site: Path) -> Iterator[Server]:
    with serving(built_site) as server:
        yield server


@pytest.fixture(scope="module")
def office(browser: Browser, running: Server) -> Iterator[Page]:
    """One page for all tests here: starting takes seconds, checking does not."""
    with browser.new_page(accept_downloads=True, service_workers="block") as page:
        page.set_default_timeout(READY_WITHIN)
        page.goto(f"{running.address}{ADDRESS}")
        await_state(page, "ready")
        yield page


def _check(page: Page, folder: Path) -> None:
    """Check a folder: a browser takes its time to read one, so an earlier report must go first."""
    page.evaluate("document.getElementById('report').replaceChildren()")
    page.locator("#folder").set_input_files(folder)
    page.locator(".unit").first.wait_for()
    await_state(page, "report")


def _saved(page: Page, name: str) -> Path:
    with page.expect_download() as caught:
        page.get_by_role("button", name=name).click()
    return Path(caught.value.path())


def _names(page: Page) -> list[str]:
    return page.locator(".unit h3").all_inner_texts()


def test_a_folder_gives_what_the_library_gives(office, running, folder):
    before = list(running.requests)
    _check(office, folder)
    units = units_of(FILES)
    summary = Summary(cycle=2024, checked_on=dt.date.today(), units=units)
    assert (
        office.locator("#verdict-title").inner_text()
        == "3 个单位，4 个文件：需要修改 2 个，请核实 0 个，检查通过 1 个"
    )
    assert office.evaluate("document.activeElement.id") == "verdict-title"
    assert sorted(_names(office)) == sorted([A, B, "坏.xlsx"])
    saved = json.loads(_saved(office, "下载 JSON").read_text(encoding="utf-8"))
    assert _by_folder(saved) == _by_folder(summary.as_dict())
    book = load_workbook(io.BytesIO(_saved(office, "下载汇总表").read_bytes()))
    assert book["汇总"].max_row == 3 + 3
    assert "418801********" + SAME["id_number"][-4:] in office.locator(".shared").inner_text()
    assert SAME["id_number"] not in office.content()
    assert running.requests == before


def _by_folder(data: dict[str, Any]) -> dict[str, Any]:
    """Return a summary without the order of its units: the page's is that of their coming."""
    data["units"] = sorted(data["units"], key=lambda unit: unit["folder"])
    for shared in data["shared_people"]:
        shared["places"] = sorted(shared["places"], key=lambda place: place["folder"])
    return data


def test_a_unit_unfolds_and_verdicts_filter(office, folder):
    _check(office, folder)
    card = office.locator(".unit").filter(has=office.get_by_role("heading", name=A))
    card.locator("summary").focus()
    office.keyboard.press("Enter")
    card.locator(".inside:not(:empty)").wait_for()
    text = card.inner_text()
    assert "第 5 行没有填“专业”" in text
    assert "甲/名单.xlsx › roster › D5" in text
    passed = office.get_by_role("button", name="检查通过 1 个")
    passed.click()
    assert office.locator(".unit:visible").count() == 2
    assert (
        office.get_by_role("button", name="检查通过 1 个").get_attribute("aria-pressed") == "false"
    )


def test_a_file_that_kills_the_worker_is_named_and_the_rest_is_done(page, running, folder):
    page.set_default_timeout(READY_WITHIN)
    page.goto(f"{running.address}{ADDRESS}")
    await_state(page, "ready")
    (worker,) = page.workers
    worker.evaluate(
        """() => { const answer = self.onmessage; self.onmessage = (event) => {
             if (event.data.kind === "look" && event.data.files[0][0] === "甲/成绩单.xlsx") throw new Error("secret");
             return answer(event);
           }; }"""
    )
    _check(page, folder)
    card = page.locator(".unit").filter(has=page.get_by_role("heading", name=A))
    card.locator("summary").click()
    assert "“甲/成绩单.xlsx”一读程序就中断，没能检查" in card.inner_text()
    assert len(_names(page)) == 3
    assert "secret" not in page.content()


def test_cancelling_keeps_what_is_there(page, running, folder):
    page.set_default_timeout(READY_WITHIN)
    page.goto(f"{running.address}{ADDRESS}")
    await_state(page, "ready")
    (worker,) = page.workers
    worker.evaluate(
        """() => { const answer = self.onmessage; self.onmessage = (event) => {
             if (event.data.kind !== "inspect" || event.data.options.folder !== "甲") return answer(event);
           }; }"""
    )
    page.locator("#folder").set_input_files(folder)
    page.locator(".unit").first.wait_for()
    page.locator("#stage").filter(has_text=A).wait_for()
    page.get_by_role("button", name="取消").dblclick()  # the second finds nothing left to cancel
    await_state(page, "report")
    kept = _names(page)
    assert A not in kept
    assert kept
    saved = json.loads(_saved(page, "下载 JSON").read_text(encoding="utf-8"))
    assert {"甲/名单.xlsx", "甲/成绩单.xlsx"} <= set(saved["left"])
    assert len(saved["units"]) == len(kept)


@pytest.mark.parametrize(
    ("typed", "tone", "said"),
    [
        (CODE.lower().replace("-", " "), "pass", "一致：纸和文件是同一版"),
        (CODE[:-1] + ("A" if CODE[-1] != "A" else "B"), "review", "第 8 位和文件的不一样"),
        ("7K3Q-92MF", "fix", "不一致：纸和文件不是同一版"),
        ("7K3Q", "review", "没有看到核对码"),
    ],
)
def test_a_code_is_compared(office, folder, typed, tone, said):
    office.locator("#files").set_input_files(folder / "乙" / "全套.xlsx")
    office.get_by_label("纸上的核对码").fill(typed)
    office.keyboard.press("Enter")
    outcome = office.locator(f"#verified .outcome.{tone}")
    outcome.wait_for()
    assert said in outcome.inner_text()
    same = office.locator("#verified tr.same")
    assert same.count() == (tone == "pass")


def test_an_answer_about_another_code_is_dropped(office, folder):
    office.locator("#files").set_input_files(folder / "乙" / "全套.xlsx")
    code = office.get_by_label("纸上的核对码")
    code.fill(CODE)
    office.evaluate(
        """() => {
          globalThis.kept = File.prototype.arrayBuffer;
          const slow = new Promise((resolve) => { globalThis.release = resolve; });
          File.prototype.arrayBuffer = async function () { await slow; return globalThis.kept.call(this); };
        }"""
    )
    code.press("Enter")
    code.fill("7K3Q")  # the next paper's, half typed
    office.evaluate("() => { File.prototype.arrayBuffer = globalThis.kept; release(); }")
    office.wait_for_timeout(500)
    assert office.locator("#verified").inner_text() == ""
    assert code.evaluate("input => getSelection().toString()") == ""
    code.press("Enter")
    assert "没有看到核对码" in office.locator("#verified .outcome").inner_text()


def test_a_file_that_was_not_read_is_named_beside_the_answer(office, folder):
    office.locator("#files").set_input_files([folder / "坏.xlsx", folder / "乙" / "全套.xlsx"])
    office.get_by_label("纸上的核对码").fill("7K3Q-92MF")
    office.keyboard.press("Enter")
    outcome = office.locator("#verified .outcome.fix").inner_text()
    assert "坏.xlsx 里没有认出填好的表，要找的也可能在那里面。" in outcome


def test_what_is_no_folder_of_filings_is_said(office, tmp_path):
    (tmp_path / "空").mkdir()
    (tmp_path / "空" / "说明.txt").write_bytes(b"x")
    office.locator("#folder").set_input_files(tmp_path / "空")
    office.locator("html[data-state=failed]").wait_for()
    assert "没有可以检查的文件" in office.locator("#failure").inner_text()
    assert_good(office)
    office.get_by_role("button", name="回到本页").click()
    assert office.evaluate("document.documentElement.dataset.state") != "failed"


def test_axe_finds_nothing(office, folder):
    office.get_by_label("纸上的核对码").fill(CODE)
    office.locator("#files").set_input_files(folder / "乙" / "全套.xlsx")
    office.locator("#verified .outcome").wait_for()
    assert_good(office)
    table = office.locator("#verified .scroll")  # on a telephone, where assert_good ends
    assert table.evaluate("(it) => it.scrollWidth") == table.evaluate("(it) => it.clientWidth")
    _check(office, folder)
    for card in office.locator(".unit summary").all():
        card.click()
    assert_good(office)


def test_a_folder_that_comes_early_waits(page, running, folder):
    page.set_default_timeout(READY_WITHIN)
    page.goto(f"{running.address}{ADDRESS}", wait_until="domcontentloaded")
    page.locator("#folder").set_input_files(folder)
    await_state(page, "report")
    assert len(_names(page)) == 3
