"""A new filing year: the draft, what refuses it until it is filled in, and what is said of mistakes."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from checker import catalog, new_cycle, settings
from checker.catalog import UnfinishedCycleError
from checker.cli import main

SCHEMA = catalog.cycle_schema()
CYCLE = catalog.load().cycle(2024)
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
MARK = re.compile(r"待填：.+（2024 年度：(.+)）", re.DOTALL)
OTHERS = (
    None,
    True,
    0,
    -1,
    2.5,
    1999,
    "",
    "二",
    "2024-02-30",
    "2024-10-1",
    [],
    {},
    ["二"],
    {"二": 2},
)


def places(data: Any, *path: str | int) -> Iterator[tuple[str | int, ...]]:
    """Yield the way to every value of a file, the outer ones first."""
    if path:
        yield path
    inside: Any = ()
    if isinstance(data, dict):
        inside = data.items()
    elif isinstance(data, list):
        inside = enumerate(data)
    for name, value in inside:
        yield from places(value, *path, name)


def changed(path: tuple[str | int, ...], value: Any) -> Any:
    """Return the cycle of 2024 with another value somewhere; ... takes it out."""
    data = copy.deepcopy(dict(CYCLE.data))
    *way, last = path
    inner: Any = data
    for name in way:
        inner = inner[name]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return data


def draft() -> dict[str, Any]:
    """Return the draft of 2026."""
    return new_cycle.draft(CYCLE, 2026, SCHEMA)


def filled(data: Any, last: Any) -> Any:
    """Return a draft filled in with what was in the year before, of which it has to tell."""
    if isinstance(data, dict):
        return {name: filled(each, last[name]) for name, each in data.items()}
    if isinstance(data, list):
        return [filled(each, before) for each, before in zip(data, last, strict=True)]
    mark = MARK.fullmatch(data) if isinstance(data, str) else None
    if not mark:
        return data
    return mark[1] if isinstance(last, str) else json.loads(mark[1])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where a cycle file is to be written."""
    return tmp_path / "2026.json"


def test_a_file_is_refused_where_its_schema_refuses_it() -> None:
    wrong = 0
    for path in places(CYCLE.data):
        for value in (..., *OTHERS):
            data = changed(path, value)
            found = [*settings._look(data, SCHEMA, SCHEMA, "", "")]
            assert bool(found) is not VALIDATOR.is_valid(data), (path, value)
            wrong += bool(found)
    assert wrong > 1000


def test_no_keyword_of_the_schema_is_passed_over() -> None:
    def look(schema: Any) -> Iterator[str]:
        for name, value in schema.items():
            yield name
            if name in ("properties", "$defs"):
                for inner in value.values():
                    yield from look(inner)
            elif isinstance(value, dict) and name != "x-carries-over":
                yield from look(value)

    assert set(look(SCHEMA)) <= settings.KEYWORDS | settings.NOTES


def test_every_setting_is_described_in_chinese() -> None:
    def look(schema: Any) -> Iterator[tuple[str, str]]:
        schema = settings.resolved(schema, SCHEMA)
        for name, inner in schema.get("properties", {}).items():
            yield name, settings.resolved(inner, SCHEMA).get("description", "")
            yield from look(inner)
        if "items" in schema:
            yield from look(schema["items"])

    for name, text in look(SCHEMA):
        assert re.search("[\u4e00-\u9fff]", text), name


def test_the_draft_invents_nothing() -> None:
    data = draft()
    assert (data["year"], data["version"]) == (2026, "1.0.0")
    carried = {"$schema", "year", "version", "region", "site", "yearly_hours", "ages", "subjects"}
    for path in places(data):
        value: Any = data
        for name in path:
            value = value[name]
        if path[0] in carried or path[-1] == "source" or isinstance(value, dict | list):
            continue
        assert MARK.fullmatch(value), path
    same = carried - {"year", "version"}
    assert {name: data[name] for name in same} == {name: CYCLE.data[name] for name in same}


def test_the_draft_filled_in_is_a_cycle(file: Path) -> None:
    file.write_text(new_cycle.as_text(filled(draft(), CYCLE.data)), encoding="utf-8")
    cycle = catalog.read_cycle(file)
    assert cycle.data == {**CYCLE.data, "year": 2026, "version": "1.0.0"}


def test_a_draft_says_how_much_is_left(file: Path) -> None:
    text = new_cycle.as_text(draft())
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UnfinishedCycleError) as caught:
        catalog.read_cycle(file)
    left = text.count('"待填：')
    assert left == len(caught.value.faults)
    assert str(caught.value) == (
        f"{file} 还有 {left} 处待填，第一处是 issuer（发通知的部门）：照当年的通知填好，再运行一次。"
    )


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("windows", 0, "end"), "2024-10-32", "windows[0].end（时段的最后一天）：应当是 2024-10-11 这样的日期，现在是“2024-10-32”"),
        (("windows", 1, "end"), "2024-12-01", "windows[1].end：比 start 还早，时段的首尾颠倒了"),
        (("windows", 1, "start"), "2024-10-20", "windows[1].start：和前一个时段重叠，或者先后颠倒了"),
        (("windows",), [], "windows（备案时段，按先后排；自检里选的日期、首页的提示和日历都看它）：至少要有 1 项"),
        (("hours", "per_day"), "6", "hours.per_day（一天原则上最多几学时）：应当是一个数，不带引号"),
        (("hours", "per_day"), ..., "hours.per_day（一天原则上最多几学时）：缺这一项"),
        (("paper", "colour"), "白", "paper.colour：没有这个设置，看看名称有没有写错"),
        (("paper", "size"), "", "paper.size（纸张大小）：不能空着"),
        (("paper", "source"), "S99", "paper.source：clauses 里没有 S99 这一条"),
        (("copies", "filing_form"), 0, "copies.filing_form（备案表交几份）：数目不对，现在是 0"),
        (("declaration", "form"), "成绩单", "declaration.form（上传哪张表）：只能是 filing_form、plan_general、plan_professional、roster、transcript，现在是“成绩单”"),
        (("counties",), None, "clauses.S5：counties 是 null，没有下级县（区），这一条也要删去"),
        (("counties",), "无", "counties（下级县（区）；网站就是一个县（区）的，整项写 null，县（区）单位的提示和选项就不出现）：应当是一组设置，用 { } 括起来，或者 null（没有）"),
        (("version",), "1.0", "version（这个文件的版本，改了内容就加一）：写法不对，现在是“1.0”"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(file: Path, path: tuple[str | int, ...], value: Any, said: str) -> None:
    file.write_text(json.dumps(changed(path, value), ensure_ascii=False), encoding="utf-8")
    with pytest.raises(UnfinishedCycleError) as caught:
        catalog.read_cycle(file)
    assert str(caught.value) == f"{file} 里的 {said}，改好再运行一次。"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b'{\n"year": 2026\n"version": "1"}', 3),
        ('{"issuer": "洛阳"}'.encode("gb18030"), 1),
        (b"", 1),
        (b"[" * 100_000, 1),
    ],
)
def test_what_is_no_json_is_named_by_its_line(file: Path, data: bytes, line: int) -> None:
    file.write_bytes(data)
    with pytest.raises(UnfinishedCycleError, match=f"第 {line} 行附近写得不对"):
        catalog.read_cycle(file)


def test_several_mistakes_are_counted(file: Path) -> None:
    file.write_text('{"year": 2026}', encoding="utf-8")
    with pytest.raises(UnfinishedCycleError, match=r"version.*缺这一项.*（一共 21 处要改）"):
        catalog.read_cycle(file)


def test_the_command_writes_once_and_then_only_looks(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(file.parent)
    assert main(["new-cycle", "2026"]) == 1
    written = file.read_bytes()
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "写好了草稿：2026.json"
    assert said[1] == "issuer（发通知的部门）：还没有填"
    assert main(["new-cycle", "2026"]) == 1
    assert capsys.readouterr().out.splitlines() == said[1:]
    assert file.read_bytes() == written
    file.write_text(
        new_cycle.as_text(filled(json.loads(written), CYCLE.data)), encoding="utf-8-sig"
    )
    assert main(["new-cycle", "2026"]) == 0
    assert capsys.readouterr().out == "2026.json 都填好了，放在 schemas/cycles/ 里就能用。\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["2026", "--output", "."], "读不了“.”"),
        (["20266"], "年度要写成 2026 这样的四位数，现在是“20266”。"),
        (["2026", "--from", "1999"], "没有 1999 年度的备案规则，现有："),
        (["2026", "--output", "nowhere/2026.json"], "写不了“nowhere/2026.json”"),
    ],
)
def test_a_call_that_cannot_be_done_is_refused_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new-cycle", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith(said)
    assert error.count("\n") == 1
    assert not list(tmp_path.iterdir())
