"""The command line: what it prints, what it returns, and one line for a bad call."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

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
    assert out.splitlines()[2].startswith("  roster：参训人员名单，2 行，2 人，核对码 ")
    assert "\033" not in out


def test_in_a_folder_only_files_are_spreadsheets(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "旧" / "往年.xlsx").mkdir(parents=True)
    (folder / "旧" / "往年.xlsx" / "名单.XLSX").write_bytes(GOOD)
    (folder / "旧" / "~$名单.xlsx").write_bytes(b"lock")
    assert main(["check", str(folder), "--date", "2024-10-08"]) == 0
    out = capsys.readouterr().out
    named = [line for line in out.splitlines() if line.startswith("文件 ")]
    assert named == ["文件 名单.xlsx", "文件 名单.XLSX"]


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


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is text")
@pytest.mark.parametrize("wanted", ["text", "json", "sarif"])
def test_a_name_that_is_no_text_is_shown_as_far_as_it_goes(
    wanted: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / os.fsdecode(b"\xff.xlsx")).write_bytes(GOOD)
    assert main(["check", str(folder / os.fsdecode(b"\xff.xlsx")), "--format", wanted]) == 0
    assert {"text": "?.xlsx", "json": '"?.xlsx"', "sarif": "%3F.xlsx"}[wanted] in capsys.readouterr().out


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
        (["check"], "命令写得不对（缺少：文件或文件夹），输入“beian check --help”看用法。"),
        (["check", "a.xlsx", "--date", "10月8日"], "日期要写成 2024-10-12"),
        (["check", ".", "--cycle", "2030"], "没有 2030 年度的备案规则"),
        (["check", "名单.xlsx", "--acknowledge", "没有.json"], "读不了“没有.json”"),
        (["rules", "Z99"], "没有“Z99”这条规则"),
        (["frobnicate"], "命令写得不对（命令里没有“frobnicate”，可以写：check、mark、fix"),
        (["new-cycle", "abc"], "命令写得不对（年度要写数字，现在是“abc”），"),
        (["check", "a.xlsx", "--cycle"], "命令写得不对（--cycle 后面还要写内容），"),
        (["check", "a.xlsx", "--colour"], "命令写得不对（不认识：--colour），"),
        (["check", "a.xlsx", "--format=doc"], "命令写得不对（--format里没有“doc”，可以写：text、json"),
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


UNTIDY = filings.workbook({"roster": [{"name": "张 三"}, {"gender": "男性"}]})
TODAY = ["--date", "2024-10-08"]


def _codes(path: Path) -> set[str]:
    report = check(path.read_bytes(), path.name, today=dt.date(2024, 10, 8))
    return {finding.code for finding in report.findings}


def test_a_marked_copy_is_written_beside_the_original(folder: Path) -> None:
    original = folder / "名单.xlsx"
    original.write_bytes(UNTIDY)
    arguments = ["mark", str(original), "--folder", str(folder / "新" / "标注"), *TODAY]
    assert main(arguments) == 0
    assert main(arguments) == 0  # once more: what is there is not overwritten
    names = ["名单（已标注）.xlsx", "名单（已标注）（2）.xlsx"]
    assert sorted(path.name for path in (folder / "新" / "标注").iterdir()) == names
    assert original.read_bytes() == UNTIDY
    assert {"N02", "G01"} <= _codes(folder / "新" / "标注" / names[0])


def test_corrections_are_listed_and_each_can_be_left_out(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "名单.xlsx").write_bytes(UNTIDY)
    arguments = ["fix", str(folder / "名单.xlsx"), "--folder", str(folder), *TODAY]
    assert main([*arguments, "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition("：")[2] for line in lines] == ["张␣三 → 张三", "男性 → 男"]
    assert not (folder / "名单（已更正）.xlsx").exists()

    assert main([*arguments, "--skip", lines[0].split()[0]]) == 0
    assert "不改" in capsys.readouterr().out
    assert _codes(folder / "名单（已更正）.xlsx") & {"N02", "G01"} == {"N02"}

    assert main([*arguments, "--skip", "没有的"]) == 2
    assert capsys.readouterr().err == "没有编号是“没有的”的改动，用 --list 看编号。\n"


def test_a_filing_set_is_made(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "计划.xlsx").write_bytes(filings.workbook({"plan_professional": [{}]}))
    files = [str(folder / "名单.xlsx"), str(folder / "计划.xlsx")]
    assert main(["make-set", *files, "--folder", str(folder / "全套"), *TODAY]) == 0
    assert {path.name for path in (folder / "全套").iterdir()} == {
        "备案表.xlsx", "计划表（专业科目）.xlsx", "参训人员名单.xlsx", "参训人员成绩单.xlsx", "签到表.xlsx",
    }  # fmt: skip
    assert main(["make-set", "--example", "--folder", str(folder / "示例")]) == 0
    capsys.readouterr()
    assert main(["make-set"]) == 2
    assert "--example" in capsys.readouterr().err


def test_a_final_edition_carries_the_code_of_the_report(folder: Path) -> None:
    original = folder / "名单.xlsx"
    assert main(["final", str(original), "--folder", str(folder), *TODAY]) == 0
    report = check(original.read_bytes(), original.name, today=dt.date(2024, 10, 8))
    made = folder / "名单（定稿）.xlsx"
    footer = load_workbook(made).worksheets[0].oddFooter.left.text
    assert f"核对码 {report.files[0].sheets[0].fingerprint}" in footer


@pytest.mark.parametrize("command", ["make-set", "final"])
def test_what_cannot_be_made_yet_is_said_in_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (folder / "名单.xlsx").write_bytes(BAD)
    assert main([command, str(folder / "名单.xlsx"), "--folder", str(folder), *TODAY]) == 2
    error = capsys.readouterr().err
    assert "还有 1 处“必须改”" in error
    assert error.count("\n") == 1
    assert [path.name for path in folder.iterdir()] == ["名单.xlsx"]
