"""Library and browser give the same report, byte for byte, for every rule case and file format."""

from __future__ import annotations

import csv
import datetime as dt
import io

import xlwt

from checker import catalog, check_files
from checker.reports import as_json
from tests import filings
from tests.browser.conftest import await_state
from tests.rules.test_cases import CASES


def rule_cases():
    """Return the workbook of every rule case, all of them as one filing."""
    for index, param in enumerate(CASES):
        case = param.values[1]
        forms = {name: case[name] for name in case if name in catalog.FORM_NAMES}
        yield f"{index:03d}.xlsx", filings.workbook(forms)


def other_formats():
    """Return one roster in the formats besides xlsx, and files that are none."""
    people = filings.records("roster", [{}, {"id_number": "410302190001010013"}, {"name": "张 三"}])
    heads = ["序号", "姓名", "性别", "专业", "身份证号", "备注"]
    rows = [["洛阳市示例单位2024年度专业技术人员继续教育参训人员名单"], [], heads]
    rows += [[str(value) for value in person.values()] for person in people]

    text = io.StringIO()
    csv.writer(text).writerows(rows)
    yield "名单.csv", text.getvalue().encode("gb18030")

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("名单")
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            sheet.write(row, column, value)
    data = io.BytesIO()
    book.save(data)
    yield "名单.xls", data.getvalue()
    yield "名单.et", data.getvalue()
    yield "空.xlsx", b""
    yield "扫描件.xlsx", b"%PDF-1.7\n"
    yield "坏.xlsx", filings.workbook({"roster": [{}]})[:800]


def test_same_report(desk):
    files = [*rule_cases(), *other_formats()]
    payload = [{"name": name, "mimeType": "", "buffer": data} for name, data in files]
    desk.locator("#files").set_input_files(payload)
    await_state(desk, "report")
    with desk.expect_download() as caught:
        desk.get_by_role("button", name="下载报告", exact=True).click()
    report = check_files(files, today=dt.date.today())
    assert caught.value.path().read_text(encoding="utf-8") == as_json.render(report)
