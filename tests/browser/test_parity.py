"""Library and browser give the same report, byte for byte, for every rule case and file format."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import PurePath

import xlwt

from checker import check_files
from checker.reports import as_json
from tests import cases, filings
from tests.browser.clerk import save
from tests.browser.conftest import await_state


def rule_cases():
    """Return the file of every rule case, all of them as one filing, but for the huge ones (W08)."""
    for index, case in enumerate(cases.load()):
        if len(case.data) < 1_000_000:
            yield f"{index:03d}{PurePath(case.file).suffix}", case.data


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
    _, saved = save(desk, "JSON")
    assert saved == as_json.render(check_files(files, today=dt.date.today()))
