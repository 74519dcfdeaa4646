"""The command line: what it prints, what it returns, and one line for a bad call."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from checker import check, reports
from checker.cli import main
from checker.reports import as_json
from tests import filings

GOOD = filings.workbook({"roster": [{}, {}]})
BAD = filings.workbook({"roster": [{"name": ""}]})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "名单.xlsx").write_bytes(GOOD)
    return tmp_path


def test_a_clean_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(folder / "名单.xlsx"), "--date", "2024-10-08"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[2] == "  roster：参训人员名单，2 行，2 人"
    assert "\033" not in out


def test_errors_and_unreadable_files_return_1(folder: Path) -> None:
    (folder / "坏.xlsx").write_bytes(b"%PDF-1.4 nothing")
    assert main(["check", str(folder / "坏.xlsx")]) == 1
    (folder / "坏.xlsx").write_bytes(BAD)
    assert main(["check", str(folder)]) == 1


def test_folders_are_searched_and_lock_files_left_out(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "~$名单.xlsx").write_bytes(b"lock")
    (folder / "说明.docx").write_bytes(b"x")
    (folder / "子").mkdir()
    (folder / "子" / "名单2.XLSX").write_bytes(GOOD)
    main(["check", str(folder), "--format", "json", "--date", "2024-10-08"])
    files = json.loads(capsys.readouterr().out)["files"]
    assert [file["name"] for file in files] == ["名单.xlsx", "名单2.XLSX"]


def test_the_json_is_the_librarys(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = folder / "报告.json"
    arguments = ["check", str(folder / "名单.xlsx"), "--format", "json", "--date", "2024-10-08"]
    main(arguments)
    printed = capsys.readouterr().out
    main([*arguments, "--output", str(target)])
    expected = as_json.render(check(GOOD, "名单.xlsx", today=dt.date(2024, 10, 8))) + "\n"
    assert printed == target.read_text(encoding="utf-8") == expected


@pytest.mark.parametrize(
    ("terminal", "environment", "coloured"),
    [(True, {}, True), (True, {"NO_COLOR": ""}, True), (True, {"NO_COLOR": "1"}, False), (False, {}, False)],
)
def test_colour_only_on_a_terminal_that_wants_it(
    terminal: bool, environment: dict[str, str], coloured: bool, folder: Path,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    (folder / "坏.xlsx").write_bytes(BAD)
    main(["check", str(folder / "坏.xlsx")])
    assert ("\033[31m【必须改】" in capsys.readouterr().out) == coloured
    main(["check", str(folder / "坏.xlsx"), "--output", str(folder / "报告.txt")])
    assert "\033" not in (folder / "报告.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("wanted", ["csv", "html"])
def test_files_to_pass_on_are_written_byte_for_byte(wanted: str, folder: Path) -> None:
    target = folder / f"报告.{wanted}"
    main(["check", str(folder / "名单.xlsx"), "--format", wanted, "--date", "2024-10-08", "--output", str(target)])
    report = check(GOOD, "名单.xlsx", today=dt.date(2024, 10, 8))
    assert target.read_bytes() == reports.render(report, wanted).encode()


def test_a_terminal_that_lacks_a_character_still_gets_the_report(folder: Path) -> None:
    (folder / "𠀀.xlsx").write_bytes(BAD)
    call = [sys.executable, "-m", "checker", "check", str(folder / "𠀀.xlsx"), "--date", "2024-10-08"]
    environment = os.environ | {"PYTHONIOENCODING": "gbk"}
    done = subprocess.run(call, capture_output=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (1, b"")
    assert "文件 ?.xlsx" in done.stdout.decode("gbk")


@pytest.mark.parametrize(
    "content", ["", "{", "7", '{"a": 1}', '["I11"]', '[["I11", "a.xlsx", "s", "E4"]]',
                '[["I11", "a.xlsx", "s", "E4", 1]]', '[["I11", "a.xlsx", "s", "E4", ["x"]]]', "[" * 100_000],
    ids=range(9),
)  # fmt: skip
def test_a_list_of_what_is_acknowledged_that_is_none(
    content: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "已核对.json").write_text(content, encoding="utf-8")
    assert main(["check", str(folder / "名单.xlsx"), "--acknowledge", str(folder / "已核对.json")]) == 2
    printed = capsys.readouterr()
    assert "已核对.json”要写成 JSON 列表" in printed.err
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "没有.xlsx"], "没有找到"),
        (["check"], "命令写得不对"),
        (["check", "a.xlsx", "--date", "10月8日"], "日期要写成 2024-10-12"),
        (["check", ".", "--cycle", "2030"], "没有 2030 年度的备案规则"),
        (["check", "名单.xlsx", "--acknowledge", "没有.json"], "读不了“没有.json”"),
        (["rules", "Z99"], "没有“Z99”这条规则"),
        (["frobnicate"], "命令写得不对"),
    ],
)
def test_a_bad_call_is_one_line_and_returns_2(
    arguments: list[str], words: str, folder: Path,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(folder)
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert words in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""


def test_templates_are_written(tmp_path: Path) -> None:
    assert main(["templates", str(tmp_path / "模板")]) == 0
    assert (tmp_path / "模板" / "参训人员名单.xlsx").stat().st_size > 1000


def test_rules_are_listed_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    assert "I11  必须改  身份证号校验不通过" in capsys.readouterr().out
    assert main(["rules", "i11"]) == 0
    assert "怎么改：" in capsys.readouterr().out


def test_it_runs_as_a_module(folder: Path) -> None:
    call = [sys.executable, "-m", "checker", "check", str(folder / "名单.xlsx"), "--date", "2024-10-08"]
    done = subprocess.run(call, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("检查通过")
