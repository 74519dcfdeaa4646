"""The self-check sheet: all it must say, nothing of anybody, and one sheet of A4 whatever there is."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from checker import __version__, catalog, check, check_files, reports
from checker.model import FileSummary, Report, Severity, SheetSummary
from checker.reports import self_check, words
from checker.rules import RULES, RULES_VERSION
from tests import filings
from tests.browsers import launch

DAY = dt.date(2024, 10, 12)
PEOPLE = [{"name": "张 三丰"}, {"major": ""}, {"major": ""}, {"id_number": "418801198503120999", "name": "欧阳标记"}]
KINDS = {
    "facts": {"kind", "pairs"},
    "verdict": {"kind", "tone", "heading", "items", "text"},
    "table": {"kind", "heading", "columns", "rows"},
    "list": {"kind", "heading", "items"},
    "sign": {"kind", "items"},
    "note": {"kind", "text"},
}
_LONG = "洛阳市特别长的示例建筑勘察设计研究院有限责任公司第二分公司2024年度专业技术人员继续教育"


def _report(**forms: Any) -> Report:
    return check(filings.workbook(forms or {"roster": PEOPLE}), "名单.xlsx", today=DAY)


def _crowded(files: int) -> Report:
    """Return a report that has as much of everything as can be."""
    report = _report()
    sheets = tuple(
        SheetSummary(name=_LONG, form="plan_professional", unit=f"{_LONG}{n}", rows=12345, people=12345, fingerprint="WWWW-WWWW")
        for n in range(3)
    )
    return replace(
        report,
        files=tuple(FileSummary(name=f"{_LONG}{n}.xlsx", sha256="d" * 64, format="xlsx", sheets=sheets) for n in range(files)),
        findings=tuple(replace(report.findings[0], code=rule.code, severity=rule.severity) for rule in RULES),
        rules=RULES,
        not_checked=(f"“{_LONG}”的表头要先改好，表里的内容没有逐行检查，别的也没有检查，后面还有很多很多话要说",) * 9,
    )


def _section(report: Report, heading: str) -> Any:
    found = [s for s in self_check.data(report)["sections"] if s.get("heading") == heading]
    return found[0] if found else None


def _facts(report: Report) -> dict[str, str]:
    return dict(self_check.data(report)["sections"][0]["pairs"])


# --- the data ---


def test_what_the_sheet_says() -> None:
    report = _report()
    assert self_check.data(report)["title"] == "备案材料自检单"
    assert _facts(report) == {
        "单位": filings.UNIT,
        "备案年度": "2024 年度",
        "检查日期": "2024-10-12",
        "规则版本": RULES_VERSION,
        "检查程序": f"beian-kit {__version__}",
    }
    (file,) = report.files
    assert _section(report, "读到的表")["rows"] == [
        ["参训人员名单", "名单.xlsx", "4", "4", file.sheets[0].fingerprint]
    ]
    assert _section(report, "文件")["rows"] == [["名单.xlsx", file.sha256]]
    verdict = _section(report, "需要修改")
    assert (verdict["tone"], verdict["items"][:2]) == ("fix", ["必须改 3 处", "请核实 1 处"])
    assert _section(report, "检查结果")["rows"][:2] == [
        ["必须改", "I11 身份证号校验不通过 ×1；M01 没有填专业 ×2"],
        ["请核实", "N02 姓名中间有空格 ×1"],
    ]
    assert _section(report, "这次没有检查的")["items"] == list(report.not_checked)


def test_every_section_has_its_shape_and_only_text() -> None:
    for report in (_report(), _report(roster=[{}], transcript=[{}]), _crowded(9), check_files([], today=DAY)):
        sections = self_check.data(report)["sections"]
        assert {section["kind"] for section in sections} <= set(KINDS)
        for section in sections:
            assert set(section) == KINDS[section["kind"]]
            for row in section.get("rows", ()):
                assert len(row) == len(section["columns"])
        assert all(isinstance(text, str) for text in _texts(sections))
        assert json.loads(self_check.render_json(report)) == self_check.data(report)


def _texts(data: Any) -> list[Any]:
    if isinstance(data, dict):
        return _texts(list(data.values()))
    return [text for each in data for text in _texts(each)] if isinstance(data, list) else [data]


def test_what_to_bring_comes_from_the_notice() -> None:
    cycle = catalog.load().cycle(2024)
    told = self_check.to_bring(cycle)
    assert told[2] == "备案表一共 3 份，单位、主管部门、人社部门各一份（备案表样表）"
    assert told[3] == "电子版：参训人员名单、参训人员成绩单（第二条 备案内容 第二款）"
    changed = catalog.Cycle(data={**cycle.data, "copies": {**cycle.data["copies"], "filing_form": 4}})
    assert self_check.to_bring(changed)[2].startswith("备案表一共 4 份")
    assert list(told) == _section(_report(), "备案时带什么")["items"]


def test_acknowledged_findings_have_a_line_of_their_own() -> None:
    data = filings.workbook({"roster": PEOPLE})
    (error,) = [f for f in check(data, "名单.xlsx", today=DAY).findings if f.code == "I11"]
    given = (error.code, error.place.file, error.place.sheet, error.place.cell, error.value)
    rows = _section(check(data, "名单.xlsx", today=DAY, acknowledged=[given]), "检查结果")["rows"]
    assert rows[0] == ["必须改", "M01 没有填专业 ×2"]
    assert rows[-1] == ["已核对", "I11 身份证号校验不通过 ×1"]


def test_units_are_told_once_each() -> None:
    def roster(unit: str) -> bytes:
        return filings.workbook({"roster": [{}]}, titles={"roster": filings.title("roster").replace(filings.UNIT, unit)})

    names = ["洛阳市第一中学（东区）", "洛阳市第一中学(东区)", "洛阳市第二中学", "洛阳市第三中学", "（单位）"]
    reports_of = [check_files([(f"{n}.xlsx", roster(unit)) for n, unit in enumerate(names[:count])], today=DAY) for count in (2, 3, 5)]
    assert [_facts(report)["单位"] for report in reports_of] == [
        "洛阳市第一中学(东区)",
        "洛阳市第一中学(东区)、洛阳市第二中学",
        "洛阳市第一中学(东区)、洛阳市第二中学 等 3 个单位",
    ]
    assert _facts(check_files([("1.xlsx", roster(names[-1]))], today=DAY))["单位"] == "表里没有写"


def test_files_that_could_not_be_read_are_there() -> None:
    report = check_files([("说明.pdf", b"%PDF-1.7"), ("名单.xlsx", filings.workbook({"roster": [{}]}))], today=DAY)
    assert [row[:2] for row in _section(report, "读到的表")["rows"]] == [["没有认出", "说明.pdf"], ["参训人员名单", "名单.xlsx"]]
    assert len(_section(report, "文件")["rows"]) == 2


def test_of_too_much_it_says_how_much_there_is() -> None:
    report = _crowded(9)
    forms, files, codes = (_section(report, name)["rows"] for name in ("读到的表", "文件", "检查结果"))
    assert forms[-1] == ["……共 27 张表", "", "", "", ""]
    assert files[-1] == ["……共 9 个文件", ""]
    assert _section(report, "这次没有检查的")["items"][-1] == "……共 9 项"
    counts = [sum(rule.severity is severity for rule in RULES) for severity in Severity]
    assert [row[1].rpartition("；")[2] for row in codes] == [f"……共 {count} 种" for count in counts]
    longest = max(self_check._width(text) for row in forms + files for text in row)
    assert longest <= 64


# --- privacy ---


@pytest.mark.parametrize("redact", [None, False, True])
@pytest.mark.parametrize("wanted", ["sheet", "sheet-json"])
def test_nothing_of_anybody_whatever_is_asked_for(wanted: Any, redact: bool | None) -> None:
    shown = reports.render(_report(), wanted, redact=redact)
    for secret in ("张 三", "三丰", "欧阳", "标记", "418801", "0999"):
        assert secret not in shown


# --- the page ---


def test_the_page_holds_all_of_the_data_under_its_own_policy() -> None:
    report = _report()
    page = self_check.render(report)
    (style,) = re.findall("<style>(.*)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'" in page
    assert not re.search(r'url\(|@import|<script|<link|<img| style=| src=| href=| on[a-z]+="', page)
    for section in self_check.data(report)["sections"]:
        for text in _texts([value for key, value in section.items() if key not in ("kind", "tone")]):
            assert text in page


def test_names_are_escaped() -> None:
    attack = "<img src=x onerror=alert(1)>&amp;"
    report = check(filings.workbook({"roster": [{}]}), f"{attack}.xlsx", today=DAY)
    page = self_check.render(report)
    assert attack not in page
    assert "&lt;img src=x" in page


@pytest.mark.parametrize("tone", words.VERDICTS)
def test_each_verdict_has_its_tone(tone: str) -> None:
    people = {"fix": [{"major": ""}], "review": [{"name": "张 三"}], "pass": [{}]}
    assert f'<p class="verdict {tone}"><strong>{words.VERDICTS[tone]}</strong>' in self_check.render(_report(roster=people[tone]))


@pytest.fixture(scope="module")
def blank() -> Iterator[Page]:
    with sync_playwright() as playwright, launch(playwright) as browser:
        yield browser.new_page()


@pytest.mark.parametrize("files", [0, 1, 6, 9])
def test_it_prints_on_one_sheet_of_a4_with_room_to_spare(blank: Page, files: int) -> None:
    blank.set_content(self_check.render(_crowded(files) if files else _report()))
    blank.emulate_media(media="print")
    printed = blank.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    (box,) = set(re.findall(rb"/MediaBox \[([^]]*)\]", printed))
    assert [round(float(side) / 72 * 25.4) for side in box.split()] == [0, 0, 210, 297]
    # Elsewhere the typefaces are a little wider or higher: some of the 277 mm must be left.
    blank.set_viewport_size({"width": round(184 / 25.4 * 96), "height": 800})
    blank.evaluate("document.querySelector('main').style.minHeight = '0'")
    assert blank.evaluate("document.body.getBoundingClientRect().height") / 96 * 25.4 < 270


@pytest.mark.parametrize("width", [360, 1280])
def test_it_is_no_wider_than_the_screen(blank: Page, width: int) -> None:
    blank.emulate_media(media="screen")
    blank.set_viewport_size({"width": width, "height": 800})
    blank.set_content(self_check.render(_crowded(6)))
    assert blank.evaluate("document.documentElement.scrollWidth") <= width
