"""Files that change, go missing, come in folders, or never come to an end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import filings
from tests.browser.clerk import CLEAN, FAULTY, check, choose, entries
from tests.browser.conftest import await_state

TRANSCRIPT = filings.workbook({"transcript": [{}, {}, {}]})

PLAIN = "() => { delete globalThis.showOpenFilePicker; }"  # as in Firefox, and on http
FORBIDDEN = "() => { globalThis.showOpenFilePicker = async () => { throw new TypeError(); }; }"
# A folder of the browser's own stands in for the disk: its handles are those of the file dialog.
HANDLES = """
  () => globalThis.showOpenFilePicker = async () => {
    const folder = await navigator.storage.getDirectory();
    const file = await folder.getFileHandle("名单.xlsx").catch(() => null);
    if (!file) throw new DOMException("", "AbortError");
    return [file];
  };
"""
WRITE = """
  async (bytes) => {
    const folder = await navigator.storage.getDirectory();
    const file = await folder.getFileHandle("名单.xlsx", { create: true });
    const writer = await file.createWritable();
    await writer.write(new Uint8Array(bytes));
    await writer.close();
  }
"""


def write(path: Path, data: bytes, later: int = 0) -> Path:
    """Write a file as if some seconds had passed since the last time."""
    path.write_bytes(data)
    os.utime(path, (1_700_000_000 + later,) * 2)
    return path


def pick(page, button, *paths):
    """Choose files in the dialog that a button opens."""
    with page.expect_file_chooser() as caught:
        page.get_by_role("button", name=button, exact=True).click()
    caught.value.set_files(paths)


def drop(page, *paths):
    """Drop files and folders of the disk on the page, as the hand does."""
    box = page.locator("main").bounding_box()
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    place = {"x": box["x"] + 100, "y": box["y"] + 100, "data": data}
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, **place})
    session.detach()


def read_files(page):
    """Return the names of the files that were checked."""
    return [name.strip() for name in page.locator(".sheets th[scope=rowgroup]").all_inner_texts()]


def cancel_at_once(page):
    """Cancel a check; nothing is waited for."""
    page.get_by_role("button", name="取消").click()
    assert page.evaluate("document.documentElement.dataset.state") == "ready"
    assert page.locator("#live").inner_text() == "已取消"
    assert page.evaluate("document.activeElement.id") == "choose"


@pytest.fixture(autouse=True)
def cleared(desk):
    """Leave no files to the next test."""
    yield
    desk.get_by_role("button", name="清空").click()


def test_a_file_edited_since_the_dialog_is_chosen_again(desk, tmp_path):
    desk.evaluate(PLAIN)
    roster = write(tmp_path / "名单.xlsx", FAULTY)
    transcript = write(tmp_path / "成绩单.xlsx", TRANSCRIPT)
    pick(desk, "选择文件", roster, transcript)
    await_state(desk, "report")
    assert entries(desk, "I11").count() == 1

    write(roster, CLEAN, later=60)
    desk.get_by_role("button", name="重新检查").click()
    desk.locator("html[data-state=failed]").wait_for()
    failure = desk.locator("#failure").inner_text()
    assert "E08" in failure
    assert "名单.xlsx：要重新选一次文件" in failure
    assert "成绩单.xlsx" not in failure
    pick(desk, "重新选择文件", roster)
    await_state(desk, "report")
    assert read_files(desk) == ["成绩单.xlsx", "名单.xlsx"]
    assert entries(desk, "I11").count() == 0


def test_a_file_the_dialog_handed_out_is_read_again(desk):
    desk.evaluate(HANDLES)
    choose_button = desk.get_by_role("button", name="选择文件", exact=True)
    choose_button.click()  # and close the dialog without a choice
    assert desk.evaluate("document.documentElement.dataset.state") == "ready"
    desk.evaluate(WRITE, list(FAULTY))
    choose_button.click()
    await_state(desk, "report")
    assert entries(desk, "I11").count() == 1
    desk.evaluate(WRITE, list(CLEAN))
    desk.get_by_role("button", name="重新检查").click()
    await_state(desk, "report")
    assert entries(desk, "I11").count() == 0


def test_a_forbidden_dialog_gives_way_to_the_plain_one(desk, tmp_path):
    desk.evaluate(FORBIDDEN)
    pick(desk, "选择文件", write(tmp_path / "名单.xlsx", FAULTY))
    await_state(desk, "report")


def test_a_dropped_folder_is_read_again_after_a_change(desk, tmp_path):
    (tmp_path / "备案" / "电子版").mkdir(parents=True)
    roster = write(tmp_path / "备案" / "名单.xlsx", FAULTY)
    write(tmp_path / "备案" / "电子版" / "成绩单.xlsx", TRANSCRIPT)
    write(tmp_path / "备案" / "~$名单.xlsx", b"open in WPS")
    write(tmp_path / "备案" / "通知.docx", b"not a table")
    drop(desk, tmp_path / "备案")
    await_state(desk, "report")
    assert sorted(read_files(desk)) == ["名单.xlsx", "成绩单.xlsx"]
    assert entries(desk, "I11").count() == 1
    write(roster, CLEAN, later=60)
    desk.get_by_role("button", name="重新检查").click()
    await_state(desk, "report")
    assert entries(desk, "I11").count() == 0


def test_a_folder_without_tables_says_so(desk, tmp_path):
    (tmp_path / "空").mkdir()
    drop(desk, tmp_path / "空")
    desk.locator("html[data-state=failed]").wait_for()
    assert "没有可以检查的文件" in desk.locator("#failure").inner_text()
    desk.evaluate(PLAIN)
    pick(desk, "重新选择文件", write(tmp_path / "名单.xlsx", FAULTY))
    await_state(desk, "report")


def test_another_form_is_added_to_the_filing(desk, tmp_path):
    desk.evaluate(PLAIN)
    pick(desk, "选择文件", write(tmp_path / "名单.xlsx", filings.workbook({"roster": [{}]})))
    await_state(desk, "report")
    pick(desk, "添加文件，一起检查", write(tmp_path / "成绩单.xlsx", TRANSCRIPT))
    desk.locator(".sheets tbody").nth(1).wait_for()
    assert read_files(desk) == ["名单.xlsx", "成绩单.xlsx"]


def test_a_damaged_file_does_not_hold_up_a_good_one(desk):
    check(desk, 扫描件__xlsx=b"%PDF-1.7\n", 名单__xlsx=FAULTY)
    assert read_files(desk) == ["扫描件.xlsx", "名单.xlsx"]
    unreadable = entries(desk, "W01")
    assert unreadable.count() == 1
    assert "扫描件.xlsx" in unreadable.inner_text()
    assert entries(desk, "I11").count() == 1


def test_a_cancelled_check_gives_back_the_report_before_it(desk):
    check(desk, 名单__xlsx=FAULTY, 成绩单__xlsx=TRANSCRIPT)
    tick = entries(desk, "I11").locator(".settle input")
    tick.check()
    desk.locator("#report:not([aria-busy])").wait_for()
    for begin in (
        lambda: desk.get_by_role("button", name="重新检查").click(),
        lambda: choose(desk, 别的__xlsx=CLEAN),
    ):
        worker = desk.workers[-1]  # the one before may still be on its way out
        worker.evaluate("() => { self.onmessage = () => { for (;;); }; }")
        begin()
        assert desk.evaluate("document.activeElement.id") == "progress"
        desk.keyboard.press("Tab")
        desk.keyboard.press("Enter")  # 取消
        await_state(desk, "report")
        assert desk.locator("#live").inner_text() == "已取消，还是上一次的结果"
        assert desk.evaluate("document.activeElement.id") == "verdict-title"
        desk.locator("#report:not([aria-busy])").wait_for()
        desk.get_by_text("正在看哪些地方可以自动更正").wait_for(state="hidden")
        assert read_files(desk) == ["名单.xlsx", "成绩单.xlsx"]
        assert tick.is_checked()
    desk.get_by_role("button", name="重新检查").click()
    await_state(desk, "report")
    assert read_files(desk) == ["名单.xlsx", "成绩单.xlsx"]
    assert tick.is_checked()


def test_of_what_cannot_be_read_nothing_is_offered(desk):
    check(desk, 扫描件__xlsx=b"%PDF-1.7\n")
    desk.get_by_text("正在看哪些地方可以自动更正").wait_for(state="hidden")
    offers = desk.locator(".offer:visible h3").all_inner_texts()
    assert offers == ["自检单", "去备案"]


def test_a_drive_that_never_answers_can_be_cancelled(desk):
    desk.evaluate(
        """() => {
          globalThis.kept = File.prototype.arrayBuffer;
          File.prototype.arrayBuffer = () => new Promise(() => {});
        }"""
    )
    choose(desk, 名单__xlsx=FAULTY)
    cancel_at_once(desk)
    desk.evaluate("() => { File.prototype.arrayBuffer = globalThis.kept; }")
    check(desk, 名单__xlsx=FAULTY)
