"""Many filings at once: whose is what, what comes out, and that no file stops the run."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from checker import batch, check
from checker.batch import Look, Summary, Unit, workbook
from checker.batch.grouping import Seen
from checker.cli import main
from checker.commands import batch as command
from checker.commands.pool import Loss, Pool, Task
from checker.commands.progress import Progress
from tests import filings

ROOT = Path(__file__).parent.parent
DAY = dt.date(2024, 10, 12)
keeps_to_schema = fastjsonschema.compile(
    json.loads((ROOT / "schemas" / "batch.schema.json").read_text(encoding="utf-8"))
)


def forms_of(unit: str, **forms: Any) -> bytes:
    """Return a workbook of a unit; `roster=[{}]` and so on."""
    titles = {form: filings.title(form).replace(filings.UNIT, unit) for form in forms}
    if "filing_form" in forms:
        forms["filing_form"] = {**forms["filing_form"], "unit_name": unit}
    return filings.workbook(forms, titles=titles)


def units_of(files: Mapping[str, bytes], lost: Mapping[str, str] | None = None) -> list[Unit]:
    """Return what comes out for files by path."""
    lost = lost or {}
    looks = [
        batch.lost(path, lost[path]) if path in lost else batch.look(path, data)
        for path, data in files.items()
    ]
    return [
        unit
        for group in batch.group(looks)
        for unit in batch.inspect(
            [(each.path, files[each.path]) for each in group.files],
            folder=group.folder,
            lost={each.path: each.lost for each in group.files if each.lost},
            today=DAY,
        )
    ]


def _summary(units: Iterable[Unit], left: tuple[str, ...] = ()) -> Summary:
    return Summary(cycle=2024, checked_on=DAY, units=tuple(units), left=left)


# --- which files make up a filing ---


def _seen(path: str, *tables: tuple[str, str], **facts: Any) -> Look:
    return Look(path=path, tables=tuple(Seen(*each) for each in tables), **facts)


A, B = "洛阳市第一中学", "洛阳市东区医院"


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        # A folder is a unit, whatever its files are called.
        ([_seen("甲/1.xlsx", ("roster", A)), _seen("甲/2.xlsx", ("transcript", A)), _seen("乙/1.xlsx", ("roster", B))],
         [("甲", A, ["甲/1.xlsx", "甲/2.xlsx"]), ("乙", B, ["乙/1.xlsx"])]),
        # A slip in the name is not another unit; it is for X02 to report.
        ([_seen("甲/1.xlsx", ("roster", A)), _seen("甲/2.xlsx", ("transcript", "洛阳市第一中"))],
         [("甲", A, ["甲/1.xlsx", "甲/2.xlsx"])]),
        # Several units in one folder are told apart by name.
        ([_seen("1.xlsx", ("roster", A)), _seen("2.xlsx", ("roster", B)), _seen("3.xlsx", ("transcript", B))],
         [("", A, ["1.xlsx"]), ("", B, ["2.xlsx", "3.xlsx"])]),
        # One workbook with two units keeps both together.
        ([_seen("1.xlsx", ("roster", A), ("roster", B)), _seen("2.xlsx", ("transcript", B))],
         [("", A, ["1.xlsx", "2.xlsx"])]),
        # A unit's files in several sub-folders are one filing …
        ([_seen("甲/纸/1.xlsx", ("filing_form", A)), _seen("甲/电/2.xlsx", ("roster", A))],
         [("甲", A, ["甲/电/2.xlsx", "甲/纸/1.xlsx"])]),
        # … unless a form would be doubled, or the folders are different first ones.
        ([_seen("甲/一/1.xlsx", ("roster", A)), _seen("甲/二/1.xlsx", ("roster", A))],
         [("甲/一", A, ["甲/一/1.xlsx"]), ("甲/二", A, ["甲/二/1.xlsx"])]),
        ([_seen("10月/1.xlsx", ("filing_form", A)), _seen("12月/1.xlsx", ("roster", A))],
         [("10月", A, ["10月/1.xlsx"]), ("12月", A, ["12月/1.xlsx"])]),
        # What cannot be read goes to the only unit there is, else it stands alone.
        ([_seen("甲/1.xlsx", ("roster", A)), _seen("甲/坏.xlsx"), _seen("甲/内/坏.xlsx")],
         [("甲", A, ["甲/1.xlsx", "甲/内/坏.xlsx", "甲/坏.xlsx"])]),
        ([_seen("1.xlsx", ("roster", A)), _seen("2.xlsx", ("roster", B)), _seen("坏.xlsx")],
         [("", A, ["1.xlsx"]), ("", B, ["2.xlsx"]), ("", "", ["坏.xlsx"])]),
        # Sign-in sheets go along, or nowhere.
        ([_seen("甲/1.xlsx", ("roster", A)), _seen("甲/签到.xlsx", aside=True)],
         [("甲", A, ["甲/1.xlsx", "甲/签到.xlsx"])]),
        ([_seen("1.xlsx", ("roster", A)), _seen("2.xlsx", ("roster", B)), _seen("签到.xlsx", aside=True)],
         [("", A, ["1.xlsx"]), ("", B, ["2.xlsx"])]),
        ([], []),
    ],
)  # fmt: skip
def test_files_are_grouped(looks: list[Look], expected: list[Any]) -> None:
    found = [(each.folder, each.unit, [file.path for file in each.files]) for each in batch.group(looks)]
    assert sorted(found) == sorted(expected)


# --- what comes out ---


def test_a_units_line_says_what_a_check_says() -> None:
    data = forms_of(A, roster=[{}, {"major": ""}], transcript=[{}, {}], plan_professional=[{}, {}])
    (unit,) = units_of({"甲/全套.xlsx": data})
    report = check(data, "甲/全套.xlsx", today=DAY)
    assert (unit["unit"], unit["folder"]) == (A, "甲")
    assert unit["people"] == {"roster": 2, "transcript": 2}
    assert unit["hours"] == {"plan_general": None, "plan_professional": 6}
    assert [found["code"] for found in unit["findings"]] == [each.code for each in report.findings]
    assert unit["summary"]["error"] == 1
    assert unit["summary"]["verdict"] == "fix"
    codes = [sheet["fingerprint"] for sheet in unit["files"][0]["sheets"]]
    assert codes == [sheet.fingerprint for sheet in report.files[0].sheets]


def test_what_was_not_handed_in_is_missing() -> None:
    """X01: alone it is a reminder, in a batch the folder is all there is."""
    (unit,) = units_of({"甲/计划表.xlsx": forms_of(A, plan_professional=[{}])})
    found = [(each["code"], each["severity"]) for each in unit["findings"] if each["code"] == "X01"]
    assert found == [("X01", "error"), ("X01", "warning")]
    alone = check(forms_of(A, plan_professional=[{}]), "计划表.xlsx", today=DAY)
    assert [each.severity for each in alone.findings if each.code == "X01"] == ["info"]


def test_units_in_one_workbook_have_a_line_each() -> None:
    book = filings.workbook({"roster": [{}], "transcript": [{}], "plan_professional": [{"mode": ""}]})
    both = load_workbook(io.BytesIO(book))
    for sheet, unit in zip(both.worksheets, (A, B, B), strict=True):
        sheet["A1"] = str(sheet["A1"].value).replace(filings.UNIT, unit)
    extra = both.copy_worksheet(both["transcript"])
    extra["A1"] = str(extra["A1"].value).replace(B, A)
    data = io.BytesIO()
    both.save(data)
    first, second = units_of({"全.xlsx": data.getvalue()})
    assert (first["unit"], second["unit"]) == (A, B)
    assert "P14" in [each["code"] for each in second["findings"]]
    assert "P14" not in [each["code"] for each in first["findings"]]
    assert [each["severity"] for each in second["findings"] if each["code"] == "X01"] == ["error"]
    assert not [each for each in first["findings"] if each["code"] == "X01"]
    assert [sheet["name"] for sheet in first["files"][0]["sheets"]] == ["roster", "transcript Copy"]


def test_units_below_each_other_on_every_sheet_have_a_line_each() -> None:
    forms: dict[str, Any] = {"roster": [{}], "transcript": [{}]}
    both, below = (load_workbook(io.BytesIO(forms_of(unit, **forms))) for unit in (A, B))
    for sheet, further in zip(both.worksheets, below.worksheets, strict=True):
        shift = sheet.max_row + 2
        for cell in (cell for row in further.iter_rows() for cell in row if cell.value is not None):
            sheet.cell(cell.row + shift, cell.column, cell.value)
    data = io.BytesIO()
    both.save(data)
    units = units_of({"甲/全.xlsx": data.getvalue()})
    assert [(unit["unit"], [file["name"] for file in unit["files"]]) for unit in units] == [
        (A, ["甲/全.xlsx"]),
        (B, ["甲/全.xlsx"]),
    ]
    summary = _summary(units)
    assert [shared.same_name for shared in summary.shared] == [True]
    assert len(_rows(load_workbook(io.BytesIO(workbook.build(summary)))["汇总"])) == 2


def test_a_name_that_no_workbook_can_hold_is_written_without_what_it_cannot() -> None:
    units = units_of({"甲/名\x0b单.xlsx": forms_of(A, roster=[{}])})
    book = load_workbook(io.BytesIO(workbook.build(_summary(units))))
    assert _rows(book["文件"])[0]["文件"] == "甲/名 单.xlsx"


def test_a_file_that_must_not_be_opened_is_said_to_be_so() -> None:
    files = {"甲/名单.xlsx": forms_of(A, roster=[{}]), "甲/成绩单.xlsx": b"killer"}
    (unit,) = units_of(files, lost={"甲/成绩单.xlsx": "“甲/成绩单.xlsx”一读程序就中断。"})
    told = [each["message"] for each in unit["findings"] if each["code"] == "W01"]
    assert told == ["“甲/成绩单.xlsx”一读程序就中断。"]
    assert "X01" not in [each["code"] for each in unit["findings"]]  # the transcript may be in it
    hashes = {file["name"]: file["sha256"] for file in unit["files"]}
    assert hashes["甲/成绩单.xlsx"] == check(b"killer", "a").files[0].sha256


def test_a_file_that_the_disk_does_not_give_has_no_hash() -> None:
    (unit,) = batch.inspect([("甲/名单.xlsx", None)], folder="甲", lost={"甲/名单.xlsx": "读不了。"}, today=DAY)
    assert unit["files"][0]["sha256"] == ""
    assert [(each["code"], each["message"]) for each in unit["findings"]] == [("W01", "读不了。")]
    keeps_to_schema(_summary([unit]).as_dict())


SAME = {"name": "张三", "id_number": filings.number(40)}


def test_people_of_several_units_are_found_and_masked() -> None:
    units = units_of({
        "甲/名单.xlsx": forms_of(A, roster=[{}, SAME], transcript=[{}, SAME]),
        "乙/名单.xlsx": forms_of(B, roster=[SAME | {"name": "李四"}, {"name": "王五", "id_number": filings.number(9)}]),
        "乙旧/名单.xlsx": forms_of(B, roster=[{"name": "王五", "id_number": filings.number(9)}]),
    })  # fmt: skip
    summary = _summary(units)
    (shared,) = summary.shared
    assert (shared.masked, shared.same_name) == ("418801********" + SAME["id_number"][-4:], False)
    places = [(place.unit["unit"], place.person["sheet"], place.person["cell"]) for place in shared.places]
    assert places == [(B, "roster", "E4"), (A, "roster", "E5")]
    for text in (summary.as_json(), *_texts(workbook.build(summary))):
        assert SAME["id_number"] not in text
        assert "张三" not in text
        assert "李四" not in text


def test_the_json_keeps_to_its_schema_and_agrees_with_itself() -> None:
    units = units_of({
        "甲/名单.xlsx": forms_of(A, roster=[{"name": ""}, SAME]), "乙/名单.xlsx": forms_of(B, roster=[SAME]),
        "丙/坏.xlsx": b"PK\x03\x04", "丁/空.csv": b"",
    })  # fmt: skip
    data = json.loads(_summary(units, left=("戊/名单.xlsx",)).as_json())
    keeps_to_schema(data)
    assert data["summary"]["units"] == len(data["units"]) == 4
    assert data["summary"]["error"] == sum(unit["summary"]["error"] for unit in data["units"])
    assert [data["summary"][verdict] for verdict in ("fix", "review", "pass")] == [3, 1, 0]
    assert set(data["rules"]) == {each["code"] for unit in data["units"] for each in unit["findings"]}
    assert [len(each["places"]) for each in data["shared_people"]] == [2]
    assert data["left"] == ["戊/名单.xlsx"]


def test_the_schema_says_of_findings_what_the_reports_schema_says() -> None:
    def bare(data: Any) -> Any:
        if isinstance(data, dict):
            return {name: bare(each) for name, each in data.items() if name != "description"}
        return data

    ours, reports = (
        json.loads((ROOT / "schemas" / name).read_text(encoding="utf-8"))["$defs"]
        for name in ("batch.schema.json", "report.schema.json")
    )
    for name in ("severity", "place", "sheet", "summary", "rule"):
        assert bare(ours[name]) == bare(reports[name]), name
    for name in ("file", "finding"):
        assert ours[name]["required"] == reports[name]["required"], name


# --- the workbook ---


def _texts(data: bytes) -> list[str]:
    book = load_workbook(io.BytesIO(data))
    return [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]


def _rows(sheet: Worksheet) -> list[dict[str, Any]]:
    heads, *rows = sheet.iter_rows(min_row=3, values_only=True)
    return [dict(zip([str(head).replace("\n", "") for head in heads], row, strict=True)) for row in rows]


def test_the_workbook_has_a_line_a_unit_and_everything_found() -> None:
    roster = [{"major": ""}, {}, {"major": ""}, {"major": ""}, {"major": ""}, {"name": ""}]
    units = units_of({"甲/全套.xlsx": forms_of(A, roster=roster, transcript=[{}]), "乙/坏.xlsx": b"PK\x03\x04"})
    summary = _summary(units, left=("丙/名单.xlsx",))
    data = workbook.build(summary)
    assert data == workbook.build(summary)
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["汇总", "问题", "多单位人员", "文件", "_meta"]
    lines = _rows(book["汇总"])
    assert [(each["结论"], each["单位"]) for each in lines] == [("需要修改", "乙/坏.xlsx"), ("需要修改", A)]
    line = lines[1]
    sheets = {sheet["form"]: sheet["fingerprint"] for unit in units for file in unit["files"] for sheet in file["sheets"]}
    assert (line["参训人员名单"], line["参训人员成绩单"], line["备案表"]) == (sheets["roster"], sheets["transcript"], "—")
    assert (line["名单人数"], line["专业学时"]) == (6, "—")
    (missing,) = (each for each in _rows(book["问题"]) if each["代码"] == "M01")
    assert (missing["单元格"], missing["处数"], missing["级别"]) == ("D4、D6–D8", 4, "必须改")
    assert sum(each["处数"] for each in _rows(book["问题"])) == sum(len(unit["findings"]) for unit in units)
    files = {each["文件"]: each["格式"] for each in _rows(book["文件"])}
    assert files == {"甲/全套.xlsx": "xlsx", "乙/坏.xlsx": "打不开", "丙/名单.xlsx": "没有检查"}
    for name in book.sheetnames[:4]:
        sheet = book[name]
        assert sheet.auto_filter.ref.startswith("A3:")
        assert sheet.freeze_panes in ("A4", "C4")
        assert sheet.print_title_rows == "$3:$3"
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)


def test_an_earlier_summary_is_no_filing() -> None:
    data = workbook.build(_summary(units_of({"甲/名单.xlsx": forms_of(A, roster=[{}])})))
    assert batch.look("备案汇总.xlsx", data).aside
    assert batch.group([batch.look("备案汇总.xlsx", data)]) == ()


# --- the processes ---


def double(number: int) -> int:
    return 2 * number


def die(number: int) -> int:
    os.abort()


def hang(number: int) -> int:
    time.sleep(600)
    return number


def test_work_goes_on_when_a_process_dies_or_hangs() -> None:
    calls = [double, die, double, hang, double]
    tasks = [Task(call=call, given=(n,), patience=1 if call is hang else 120) for n, call in enumerate(calls)]
    answers: dict[int, Any] = {}

    def done(task: Task, answer: Any) -> Iterable[Task]:
        answers[task.given[0]] = answer
        return [Task(call=double, given=(40,), patience=120)] if task.given[0] == 2 else []

    Pool(2).run(tasks, done)
    assert answers == {0: 0, 1: Loss.DIED, 2: 4, 3: Loss.SLOW, 4: 8, 40: 80}


def test_where_no_process_starts_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OSError

    monkeypatch.setattr("checker.commands.pool._Worker", refuse)
    answers = []
    Pool(2).run([Task(call=double, given=(4,), patience=1)], lambda task, answer: answers.append(answer) or ())
    assert answers == [8]


# --- the command ---


def killed_by_bad_files(root: str, path: str) -> Look:
    """Look at a file the way a reader does that some file aborts."""
    if path.endswith("杀手.xlsx"):
        os.abort()
    return command.look(root, path)  # the true one: nothing is patched over there


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "甲/名单.xlsx": forms_of(A, roster=[{}, {"major": ""}]), "甲/成绩单.xlsx": forms_of(A, transcript=[{}, {}]),
        "乙/杀手.xlsx": forms_of(B, roster=[{}]), "坏.xlsx": b"PK\x03\x04", "甲/~$名单.xlsx": b"lock", "甲/说明.docx": b"x",
    }  # fmt: skip
    for name, data in files.items():
        (tmp_path / "收件" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "收件" / name).write_bytes(data)
    return tmp_path / "收件"


def test_a_file_that_kills_its_process_is_named_and_the_rest_is_done(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "look", killed_by_bad_files)
    output, data = tmp_path / "汇总.xlsx", tmp_path / "汇总.json"
    arguments = ["batch", str(folder), "--date", "2024-10-12", "--output", str(output), "--json", str(data)]
    assert main([*arguments, "--jobs", "2"]) == 1
    told = capsys.readouterr()
    assert "3 个单位，4 个文件：需要修改 3 个" in told.out
    assert "“乙/杀手.xlsx”一读程序就中断" in told.out
    assert "查完 4/4 个文件、3 个单位" in told.err
    found = json.loads(data.read_text(encoding="utf-8"))
    keeps_to_schema(found)
    assert [unit["folder"] for unit in found["units"]] == ["", "乙", "甲"]
    assert found["units"][1]["findings"][0]["message"].startswith("“乙/杀手.xlsx”一读程序就中断")
    assert load_workbook(output).sheetnames[0] == "汇总"


def test_stopped_on_the_way_what_is_there_is_kept(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = command.Batch._inspected

    def stop(self: command.Batch, *given: Any) -> None:
        done(self, *given)
        raise KeyboardInterrupt

    monkeypatch.setattr(command.Batch, "_inspected", stop)
    monkeypatch.setattr("checker.commands.pool.Pool._assign", lambda self, todo: False)  # no processes
    data = tmp_path / "汇总.json"
    arguments = ["batch", str(folder), "--output", str(tmp_path / "a.xlsx"), "--json", str(data)]
    assert main(arguments) == 2
    assert "中途停下，还有 3 个文件没有检查" in capsys.readouterr().out
    found = json.loads(data.read_text(encoding="utf-8"))
    assert len(found["units"]) == 1
    assert len(found["left"]) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is text")
def test_names_that_are_no_text_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checker.commands.pool.Pool._assign", lambda self, todo: False)  # no processes
    for name in (b"\xc3.xlsx", b"\xfb.xlsx"):
        (tmp_path / os.fsdecode(name)).write_bytes(forms_of(A, roster=[{}]))
    output, data = tmp_path / "a.xlsx", tmp_path / "a.json"
    main(["batch", str(tmp_path), "--output", str(output), "--json", str(data)])
    units = json.loads(data.read_text(encoding="utf-8"))["units"]
    found = [(file["name"], file["format"]) for unit in units for file in unit["files"]]
    assert sorted(found) == [("?.xlsx", "xlsx"), ("?（2）.xlsx", "xlsx")]


@pytest.mark.parametrize("option", ["--output", "--json"])
def test_where_the_outcome_cannot_be_written_nothing_is_begun(
    option: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    assert main(["batch", str(folder), option, "没有/汇总"]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert told.err.startswith("写不了“没有")
    assert not list(folder.parent.glob("*汇总*"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["没有"], "没有找到文件夹"),
        (["空"], "文件夹里没有可以检查的表格"),
        (["收件", "--cycle", "1999"], "没有 1999 年度的备案规则"),
        (["收件", "--date", "昨天"], "日期要写成 2024-10-12 这样"),
    ],
)
def test_a_bad_call_is_one_line(
    arguments: list[str], said: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder.parent / "空").mkdir()
    monkeypatch.chdir(folder.parent)
    assert main(["batch", *arguments]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_says_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 10_000, 10))
    monkeypatch.setattr("checker.commands.progress.time.monotonic", lambda: next(clock))
    for stream, mark in ((Terminal(), "\r[##########--------------] "), (io.StringIO(), "")):
        progress = Progress(stream, 20)
        for _ in range(20):
            progress.looked()
        for _ in range(4):
            progress.checked()
        progress.told(2, 130)
        last = re.split("[\r\n]", stream.getvalue().rstrip())[-1]
        assert last.startswith(mark.lstrip("\r") + "查完 4/20 个文件、2 个单位、130 行，还要")
        progress.end()


@pytest.mark.parametrize("name", ["batch", "verify"])
def test_the_pages_for_officers_name_only_options_there_are(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "docs" / "officers" / f"{name}.md").read_text(encoding="utf-8")
    with pytest.raises(SystemExit):
        main([name, "--help"])
    known = set(re.findall("--[a-z]+", capsys.readouterr().out))
    assert set(re.findall("--[a-z]+", text.partition("{: #command-line }")[2])) <= known
    assert f"beian {name} " in text
