"""Last year's template dropped on the page: it is recognised, and its contents can be moved."""

from __future__ import annotations

import io

import openpyxl

from checker import catalog, template
from checker.catalog import Cycle
from tests import filings
from tests.browser.clerk import check, entries

KNOWN = catalog.load()
LATEST = KNOWN.cycle(catalog.DEFAULT_YEAR)
LAST_YEAR = Cycle(data={**LATEST.data, "year": LATEST.year - 1})
OLD = template.example((KNOWN.forms["roster"],), LAST_YEAR)


def test_a_roster_of_last_year_is_moved_into_the_new_template(desk):
    check(desk, 去年名单__xlsx=OLD)
    assert entries(desk, "H12").count() == 1
    with desk.expect_download() as caught:
        desk.get_by_role("button", name="搬进新模板").click()
    assert caught.value.suggested_filename == f"去年名单（{LATEST.year}年度）.xlsx"
    sheet = openpyxl.load_workbook(io.BytesIO(caught.value.path().read_bytes())).worksheets[0]
    assert sheet["A1"].value.startswith(f"{LATEST.year}年度{LATEST.region}示例建筑设计院")
    assert sheet["E4"].value == KNOWN.forms["roster"].example()["records"][0]["id_number"]
    assert (
        "看看有没有调走、退休和新来的人" in desk.get_by_role("region", name="接下来").inner_text()
    )
    desk.get_by_role("button", name="清空，换文件").click()


def test_nothing_is_moved_of_this_years_forms(desk):
    check(desk, 名单__xlsx=filings.workbook({"roster": [{}]}))
    assert desk.get_by_role("button", name="搬进新模板").is_hidden()
    desk.get_by_role("button", name="清空，换文件").click()
