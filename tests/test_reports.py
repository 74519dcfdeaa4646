"""The reports: their exact words, what they may contain, and what can be acknowledged."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import hashlib
import io
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from checker import Acknowledgement, Report, browser, check, check_files, reports
from checker.cli import main
from checker.identifiers import id_document
from checker.model import Severity
from checker.reports import as_csv, as_html, as_json, text
from checker.rules import BY_CODE, RULES
from tests import cases, filings
from tests.held import SCHEMA

TODAY = dt.date(2024, 10, 8)
FORMATS = ("text", "json", "csv", "html", "sarif")
ATTACK = "<img src=x onerror=alert(1)>"
WRONG = filings.number(0)[:-1] + ("0" if filings.number(0)[-1] != "0" else "1")
# Row 4: a wrong check character; row 5: the sex against the number; row 6: blanks in the name.
PEOPLE = [
    {"id_number": WRONG},
    {"gender": "男", "id_number": filings.number(1, "女")},
    {"name": "张 三丰"},
    {"major": ""},
    {"major": ""},
    {"major": ""},
]
ROSTER = filings.workbook({"roster": PEOPLE, "transcript": [{}]})


def _check(given: Any = (), data: bytes = ROSTER, name: str = "名单.xlsx") -> Report:
    return check(data, name, today=TODAY, acknowledged=given)


def _word(report: Report, *codes: str) -> list[tuple[str, str, str, str, str]]:
    """Return the acknowledgements of the findings with these codes, as the page copies them."""
    return [
        (f["code"], f["file"], f["sheet"], f["cell"], f["value"])
        for f in as_json.as_dict(report)["findings"]
        if f["code"] in codes
    ]


# --- the published schema ---


def test_the_schema_is_one_and_describes_every_property() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == "urn:beian-kit:report:1.0.0"
    for part in (SCHEMA, SCHEMA["properties"]["checker"], *SCHEMA["$defs"].values()):
        if "properties" in part:
            assert part["additionalProperties"] is False
            assert part["required"] == list(part["properties"])
            for data in part["properties"].values():
                assert data.get("description") or SCHEMA["$defs"][data["$ref"][8:]]["description"]


def test_a_full_validator_accepts_the_reports_of_all_cases() -> None:
    validator = Draft202012Validator(SCHEMA)
    for case in cases.load():
        for redact in (False, True):
            assert list(validator.iter_errors(as_json.as_dict(case.report, redact=redact))) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(format=2),
        lambda data: data.update(extra=1),
        lambda data: data["summary"].update(verdict="ok"),
        lambda data: data["summary"].pop("acknowledged"),
        lambda data: data["findings"][0].update(severity="fatal"),
        lambda data: data["findings"][0].update(cell="4E"),
        lambda data: data["findings"][0].update(secret="x"),
        lambda data: data["files"][0].update(sha256="abc"),
        lambda data: data["rules"].update(i11=data["rules"]["I11"]),
    ],
)
def test_the_schema_refuses_what_is_no_report(change: Any) -> None:
    data = as_json.as_dict(_check())
    change(data)
    assert not Draft202012Validator(SCHEMA).is_valid(data)


# --- 已核对证件 ---


def test_which_rules_can_be_acknowledged() -> None:
    errors = {rule.code for rule in RULES if rule.severity is Severity.ERROR and rule.acknowledgeable}
    assert errors == {"G02", "I11", "I12"}
    for rule in RULES:
        if rule.severity is not Severity.ERROR:
            assert rule.acknowledgeable == (rule.severity is Severity.WARNING), rule.code


def test_acknowledged_findings_stay_and_no_longer_weigh() -> None:
    before = _check()
    given = _word(before, "I11", "G02", "N02")
    assert [(code, cell, value) for code, _, _, cell, value in given] == [
        ("I11", "E4", f"418801********{WRONG[-4:]}"), ("G02", "C5", "男"), ("N02", "B6", "张 三丰"),
    ]  # fmt: skip
    after = _check(given)
    marked = {f.code: f.severity for f in after.findings if f.acknowledged}
    assert marked == dict.fromkeys(("I11", "G02", "N02"), Severity.WARNING)
    assert len(after.findings) == len(before.findings)
    assert after.acknowledged == 3
    assert after.count(Severity.ERROR) == before.count(Severity.ERROR) - 2
    assert after.count(Severity.WARNING) == before.count(Severity.WARNING) - 1
    assert {g.code: g.severity for g in after.groups if g.acknowledged} == marked


def test_the_verdict_follows_what_is_left() -> None:
    data = filings.workbook({"roster": [PEOPLE[0], PEOPLE[2]]})
    report = _check(data=data)
    assert report.verdict == "fix"
    assert _check(_word(report, "I11"), data).verdict == "review"
    assert _check(_word(report, "I11", "N02"), data).verdict == "pass"


def test_of_a_group_those_acknowledged_are_named() -> None:
    two = filings.workbook({"roster": [PEOPLE[0], {"id_number": filings.number(2)[:-1] + "?"}, {"id_number": WRONG}]})
    whole = _check(data=two)
    first, *_ = _word(whole, "I11")
    report = _check([first], two)
    (group,) = [group for group in report.groups if group.code == "I11"]
    assert (group.severity, group.acknowledged, len(group.findings)) == (Severity.ERROR, False, 2)
    for wanted in ("text", "html"):
        assert "其中已核对：E4" in reports.render(report, wanted)


def test_another_number_in_the_cell_is_not_acknowledged() -> None:
    given = _word(_check(), "I11")
    other = filings.workbook({"roster": [{"id_number": "418801198503120999"}]})
    report = _check(given, other)
    assert [finding.acknowledged for finding in report.findings if finding.code == "I11"] == [False]


@pytest.mark.parametrize("part", range(5))
def test_every_part_of_an_acknowledgement_must_fit(part: int) -> None:
    (given,) = _word(_check(), "I11")
    other = Acknowledgement(*(f"{each}0" if index == part else each for index, each in enumerate(given)))
    assert _check([other]).acknowledged == 0
    assert _check([Acknowledgement(*given)]).acknowledged == 1


def test_errors_and_reminders_cannot_be_acknowledged() -> None:
    report = _check()
    fixed = [f for f in report.findings if f.code == "M01" or f.severity is Severity.INFO]
    assert {f.code for f in fixed} >= {"M01", "T06", "T07"}
    after = _check(_word(report, *{f.code for f in fixed}))
    assert after == report


def test_an_error_of_a_rule_that_usually_warns_cannot_be_acknowledged() -> None:
    book = filings.book_of({"roster": [{}]})
    book.worksheets[0]["D4"] = "#N/A"
    data = filings.to_bytes(book)
    report = _check(data=data)
    assert [(f.severity, f.acknowledgeable) for f in report.findings if f.code == "W06"] == [
        (Severity.ERROR, False)
    ]
    assert _check(_word(report, "W06"), data) == report


def test_a_warning_about_a_whole_file_can_be_acknowledged() -> None:
    data = "姓名,身份证号\r\n张三,1\r\n".encode()
    report = _check(data=data, name="名单.csv")
    given = _word(report, "W03")
    assert given == [("W03", "名单.csv", "", "", "")]
    assert [f.code for f in _check(given, data, "名单.csv").findings if f.acknowledged] == ["W03"]


# --- nothing is kept ---


def test_no_number_is_kept_after_a_check() -> None:
    _check()
    assert id_document.examine.cache_info().currsize == 0


def test_no_number_is_kept_after_a_check_that_breaks() -> None:
    def stop(stage: str, done: int, total: int) -> None:
        if "整理" in stage:
            assert id_document.examine.cache_info().currsize > 0
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_files([("名单.xlsx", ROSTER)], today=TODAY, progress=stop)
    assert id_document.examine.cache_info().currsize == 0


# --- text ---

GOLDEN = """\
需要修改：必须改 3 处，请核实 1 处，提示 1 处，已核对 1 处（按 2024 年度规则，2024-10-08）
文件 名单.xlsx
  roster：参训人员名单，6 行，6 人，核对码 ZVN3-9MGH

【必须改】
  M01  第 7–9 行没有填“专业”。
       位置：名单.xlsx / roster / D7–D9
       怎么改：填专业名称，例如“土木工程”“临床医学”；拿不准填所学专业还是从事专业时，先问人社部门。

【请核实】
  N02  第 6 行姓名中间有空格，建议写成“张三丰”。
       位置：名单.xlsx / roster / B6
       怎么改：去掉姓名中间的空格；少数民族姓名的间隔处写“·”。
"""


def test_text() -> None:
    people = [{}, {"id_number": WRONG}, *PEOPLE[2:]]
    data = filings.workbook({"roster": people})
    report = _check(_word(_check(data=data), "I11"), data)
    lines = text.render(report)
    assert lines.startswith(GOLDEN)
    assert lines.endswith("没有检查的：\n" + "".join(f"  {each}\n" for each in report.not_checked))
    assert "\n【已核对】\n  I11  第 5 行身份证号校验不通过" in lines
    assert "\033" not in lines
    coloured = text.render(report, colour=True)
    assert re.sub("\033\\[[0-9]*m", "", coloured) == lines
    assert "\033[31m【必须改】\033[0m" in coloured


def test_what_differs_from_row_to_row_is_said() -> None:
    data = filings.workbook({"roster": [{"name": "张 三"}, {"name": "李 四"}]})
    lines = text.render(_check(data=data)).splitlines()
    start = lines.index("  N02  第 4、5 行：姓名中间有空格。")
    assert lines[start + 1 : start + 3] == [
        "         第 4 行姓名中间有空格，建议写成“张三”。",
        "         第 5 行姓名中间有空格，建议写成“李四”。",
    ]
    assert "李四" not in text.render(_check(data=data), redact=True)


# --- csv ---


def _table(rendered: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(rendered.removeprefix("\ufeff"), newline="")))


def test_csv() -> None:
    data = filings.workbook({"roster": [PEOPLE[0], {"name": "张 三丰"}]})
    report = _check(_word(_check(data=data), "I11"), data)
    rendered = as_csv.render(report)
    assert rendered.encode().startswith(b"\xef\xbb\xbf")
    assert rendered.count("\n") == rendered.count("\r\n") == len(report.findings) + 1
    head, *lines = _table(rendered)
    assert head == ["文件", "工作表", "单元格", "行", "栏目", "级别", "代码", "问题", "怎么改", "已核对"]
    assert ["名单.xlsx", "roster", "E4", "4", "身份证号", "请核实", "I11", "第 4 行身份证号校验不通过，多半有一位或几位输错了。",
            BY_CODE["I11"].fix, "是"] in lines
    assert ["名单.xlsx", "roster", "B5", "5", "姓名", "请核实", "N02", "第 5 行姓名中间有空格，建议写成“（已隐去）”。",
            "去掉姓名中间的空格；少数民族姓名的间隔处写“·”。", ""] in lines
    assert "建议写成“张三丰”" in as_csv.render(report, redact=False)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " ="])
def test_nothing_in_the_csv_is_calculated(start: str) -> None:
    name = f"{start}HYPERLINK(1).csv"
    rendered = as_csv.render(_check(data=b"x", name=name))
    _, *lines = _table(rendered)
    assert {line[0] for line in lines} == {f"'{name}"}
    cells = [cell for line in lines for cell in line]
    assert not [cell for cell in cells if cell.startswith(as_csv._CALCULATES)]


# --- html ---


class _Page(HTMLParser):
    """Gathers the tags and the text of a page, and refuses what loads or runs anything."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.policy = self.style = self.words = ""
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert not given.keys() & {"src", "href", "style", "srcset", "action", "data", "background"}
        assert not [name for name in given if name.startswith("on")]
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = str(given["content"])
        self.tags.append(tag)
        self._inside = tag

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self.style += data
        else:
            self.words += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


def test_html_is_self_contained_under_its_own_policy() -> None:
    page = _Page(as_html.render(_check()))
    assert not set(page.tags) & {"script", "img", "link", "iframe", "object", "embed", "form", "base", "a", "svg"}
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert page.policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert not re.search("url\\(|@import|expression", page.style)


def test_html_says_all_there_is() -> None:
    report = _check(_word(_check(), "I11"))
    page = _Page(as_html.render(report)).words
    data = as_json.as_dict(report)
    wanted = [data["checker"]["version"], data["checker"]["rules"], "2024-10-08", "按 2024 年度"]
    wanted += [value for file in data["files"] for value in (file["name"], file["sha256"])]
    wanted += [value for file in data["files"] for sheet in file["sheets"] for value in (sheet["title"], sheet["fingerprint"])]
    wanted += data["not_checked"]
    wanted += [group["fix"] for group in data["groups"]]
    wanted += ["需要修改", "必须改", "请核实", "提示", "已核对 1 处", "D7–D9"]
    for words in wanted:
        assert words in page


def test_html_escapes_names_and_values() -> None:
    data = filings.workbook({"roster": [{"name": ATTACK}]}, titles={"roster": f"{ATTACK}2024年参训人员名单"})
    for redact in (False, True):
        page = as_html.render(_check(data=data, name=f"{ATTACK}&amp;.xlsx"), redact=redact)
        assert ATTACK not in page
        assert f"{ATTACK}&amp;.xlsx" in _Page(page).words
    assert as_html.render(_check(data=filings.grid([["&lt;"]], sheet_name=ATTACK[:20]))).count("&lt;img src=x onerror") > 0


# --- the same everywhere ---


def test_formats_to_pass_on_are_redacted_unless_told_not_to() -> None:
    report = _check()
    for wanted in FORMATS:
        usual, whole, redacted = (reports.render(report, wanted, redact=r) for r in (None, False, True))
        assert whole != redacted
        assert usual == (redacted if wanted in ("csv", "html", "sarif") else whole)
        assert "张三丰" in whole
        assert "张三丰" not in redacted
    assert (*FORMATS, "sheet", "sheet-json") == reports.FORMATS  # these two never show any


@pytest.mark.parametrize("wanted", ["json", "csv", "html", "sarif", "sheet", "sheet-json"])
@pytest.mark.parametrize("redact", [None, False, True])
def test_library_command_line_and_browser_agree(
    wanted: Any, redact: bool | None, tmp_path: Any, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    given = _word(_check(), "I11", "G02")
    (tmp_path / "名单.xlsx").write_bytes(ROSTER)
    (tmp_path / "已核对.json").write_text(json.dumps(given), encoding="utf-8")
    library = reports.render(_check(given), wanted, redact=redact)
    options = {"today": "2024-10-08", "format": wanted, "acknowledged": given}
    if redact is not None:
        options["redact"] = redact
    assert browser.check([("名单.xlsx", memoryview(ROSTER))], json.dumps(options)) == library
    arguments = ["check", str(tmp_path / "名单.xlsx"), "--date", "2024-10-08", "--format", wanted]
    arguments += ["--acknowledge", str(tmp_path / "已核对.json")]
    arguments += {None: [], False: ["--no-redact"], True: ["--redact"]}[redact]
    assert main(arguments) == 1
    assert capsysbinary.readouterr().out.decode() == library + ("\n" if wanted.endswith(("json", "sarif")) else "")
