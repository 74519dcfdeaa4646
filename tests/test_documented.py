"""What the developer pages and the README say to type is typed here, and prints what they show."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from checker import catalog, filing_set
from checker.cli import main
from tests.documents import DEVELOPERS, ROOT, Block, agrees, blocks, commands

PAGES = sorted(
    page
    for page in (ROOT / "docs").rglob("*.md")
    if page.parent == DEVELOPERS or "\n$ beian " in page.read_text(encoding="utf-8")
)
# js and html run in a browser (tests/browser/test_embed.py), sh installs (tests/test_wheel.py).
ELSEWHERE = {"js", "html", "sh"}
_IN_README = re.compile(r"^\.venv/bin/python -m checker (?P<arguments>[^#\n]+)", re.MULTILINE)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def beian(line: str) -> str:
    """Run a command line that works and return what it prints."""
    with io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) as out:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()) as troubles:
            code = main(shlex.split(line))
        assert code in (0, 1), f"{line}\n{troubles.getvalue()}"
        return out.buffer.getvalue().decode()  # type: ignore[attr-defined]  # a BytesIO


def run(block: Block, names: dict[str, Any]) -> str:
    """Do what a block says and return what is left to compare: the output of Python."""
    if block.file:
        Path(block.file).write_text(block.text, encoding="utf-8")
    elif block.language == "console":
        for command, shown in commands(block.text):
            program, _, arguments = command.partition(" ")
            assert program == "beian", command
            printed = beian(arguments)
            assert agrees(shown, printed), f"$ {command}\n{printed}"
    elif block.language == "python":
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(block.text, names)  # our own documentation
        return out.getvalue()
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT / "docs").as_posix())
def test_what_a_page_shows_is_what_one_gets(page: Path) -> None:
    names: dict[str, Any] = {}
    end = Block(language="end", file="", text="")
    for block, after in pairwise([*blocks(page), end]):
        printed = run(block, names)
        if block.language == "python":
            shown = after.text if after.language == "text" else ""
            assert agrees(shown, printed), printed


def test_every_block_is_of_a_kind_that_is_run() -> None:
    found = [(page.name, block) for page in DEVELOPERS.glob("*.md") for block in blocks(page)]
    for name, block in found:
        known = {"console", "python", "text", *ELSEWHERE}
        assert block.file or block.language in known, f"{name}: {block.language}"
    assert {block.language for _, block in found} >= {"console", "python", "js"}


def test_every_command_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    names = re.findall(r"^    ([a-z-]+)", capsys.readouterr().out, re.MULTILINE)
    assert len(names) >= 8
    page = (DEVELOPERS / "command-line.md").read_text(encoding="utf-8")
    assert [name for name in names if f"\n$ beian {name}" not in page] == []


def test_the_commands_of_the_readme_run() -> None:
    example = filing_set.example(catalog.load().cycle(catalog.DEFAULT_YEAR))
    files = dict(example.files)
    Path("备案材料").mkdir()
    for name, data in files.items():
        Path("备案材料", name).write_bytes(data)
    Path("名单.xlsx").write_bytes(files["参训人员名单.xlsx"])
    Path("成绩单.xlsx").write_bytes(files["参训人员成绩单.xlsx"])
    Path("计划表.xlsx").write_bytes(files["计划表（专业科目）.xlsx"])
    readme = ROOT / "README.md"
    found = _IN_README.findall(readme.read_text(encoding="utf-8"))
    assert len(found) >= 9
    for arguments in found:
        beian(arguments)
    for block in blocks(readme):
        if block.language == "python":
            assert run(block, {}).startswith("pass\n")
