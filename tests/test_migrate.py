"""Last year's forms in this year's templates: every record arrives, and nothing is lost silently."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

import openpyxl
import pytest

from checker import catalog, engine, template, workshop
from checker.catalog import Cycle
from checker.cli import main
from checker.model import Table
from tests import filings

KNOWN = catalog.load()
THIS_YEAR = KNOWN.cycle(2024)
LAST_YEAR = Cycle(data={**THIS_YEAR.data, "year": 2023})
FORMS = tuple(KNOWN.forms.values())
TODAY = dt.date(2024, 10, 8)


def migrated(*files: tuple[str, bytes]) -> tuple[dict[str, bytes], list[str]]:
    """Return the new files by name, and the notes."""
    product = workshop.make("migrate", files, today=TODAY, year=2024)
    return dict(product.files), list(product.notes)


def table_of(data: bytes) -> Table:
    """Return the only form in a file."""
    examination = engine.examine([("x.xlsx", data)], today=TODAY, year=2024)
    ((table,),) = [source.tables for source in examination.drop.sources]
    return table


def values(data: bytes) -> list[Mapping[str, Any]]:
    """Return the records in a file."""
    return [dict(record.values) for record in table_of(data).records]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_every_record_of_last_year_arrives(form) -> None:
    old = template.example((form,), LAST_YEAR)
    files, notes = migrated(("去年.xlsx", old))
    assert list(files) == ["去年（2024年度）.xlsx"]
    (new,) = files.values()
    before, after = table_of(old), table_of(new)
    assert (before.year, after.year) == (2023, 2024)
    assert after.unit == before.unit == "洛阳市示例建筑设计院"
    assert values(new) == values(old)
    assert values(new)
    assert len(notes) == 1
    assert notes[0].startswith(f"“去年.xlsx”的{form.title}（2023 年度")


def test_the_template_of_last_year_is_recognised_and_the_new_one_is_current() -> None:
    form = KNOWN.forms["roster"]
    old = template.example((form,), LAST_YEAR)
    files, _ = migrated(("去年.xlsx", old))

    def codes(data: bytes) -> set[str]:
        report = engine.examine([("x.xlsx", data)], today=TODAY, year=2024).report
        return {finding.code for finding in report.findings}

    assert codes(old) >= {"H06", "H12"}
    (new,) = files.values()
    assert codes(new).isdisjoint({"H06", "H12"})
    book = openpyxl.load_workbook(io.BytesIO(new))
    assert dict(book["_meta"].values)["cycle"] == "2024"


def test_no_date_moves_to_the_new_year() -> None:
    plan = {"time": dt.datetime(2023, 3, 5)}, {"time": "2023.3.6上午"}
    old = filings.workbook(
        {"plan_professional": plan},
        titles={
            "plan_professional": "2023年度洛阳市示例单位专业技术人员继续教育计划表（专业科目）"
        },
        dates={"plan_professional": "时间：2023年2月1日"},
    )
    files, notes = migrated(("计划.xlsx", old))
    (new,) = files.values()
    assert [record["time"] for record in values(new)] == ["2023年3月5日", "2023.3.6上午"]
    assert table_of(new).date_text == "2024年月日"
    report = engine.examine([("x.xlsx", new)], today=TODAY, year=2024).report
    assert [finding.code for finding in report.findings].count("P05") == 2
    assert "没有改成新一年的" in notes[0]


def test_identity_numbers_stay_text() -> None:
    people = [{"id_number": filings.number(0)}, {"id_number": 418801850312001, "gender": "男"}]
    files, _ = migrated(("名单.xlsx", filings.workbook({"roster": people})))
    (new,) = files.values()
    sheet = openpyxl.load_workbook(io.BytesIO(new)).worksheets[0]
    cells = [sheet["E4"], sheet["E5"]]
    assert [cell.value for cell in cells] == [filings.number(0), "418801850312001"]
    assert {cell.number_format for cell in cells} == {"@"}


def test_what_the_checker_does_not_understand_is_kept_as_it_is() -> None:
    wrong = [{}, {"gender": "男男", "id_number": "看原件", "name": "张 三"}]
    files, _ = migrated(("名单.xlsx", filings.workbook({"roster": wrong})))
    (new,) = files.values()
    row = openpyxl.load_workbook(io.BytesIO(new)).worksheets[0][5]
    assert [cell.value for cell in row][:5] == [2, "张 三", "男男", "土木工程", "看原件"]


def test_what_has_no_place_in_the_form_is_named() -> None:
    book = filings.book_of({"roster": [{}, {}, {}]})
    sheet = book.worksheets[0]
    sheet["G3"], sheet["G4"], sheet["G6"] = "工号", 7, 8
    sheet["H3"], sheet["H5"] = "专业", "结构"
    sheet["D5"] = "=A1&B1"
    sheet["A7"], sheet["B7"] = "合计", "3 人"
    sheet["A9"] = "说明：王五三月调入。"
    other = book.create_sheet("通讯录")
    other["A1"] = "电话"
    signed = book.create_sheet("签到")
    signed["A1"] = "2024年度洛阳市示例单位培训签到表"
    files, notes = migrated(("名单.xlsx", filings.to_bytes(book)), ("坏的.xlsx", b"%PDF-1.7"))
    assert len(files) == 1
    assert notes[1:] == [
        "“名单.xlsx”的参训人员名单的“工号”不是样表的栏目，第 4、6 行的内容没有带过来，要用的从原来的文件里抄。",
        "“名单.xlsx”的参训人员名单的“专业”不是样表的栏目，第 5 行的内容没有带过来，要用的从原来的文件里抄。",
        "“名单.xlsx”的参训人员名单第 5 行的“专业”是没有结果的公式，没有带过来，照实填写。",
        "“名单.xlsx”的参训人员名单第 7、9 行是合计、说明一类，没有带过来。",
        "“名单.xlsx”里有 1 张签到表，是那时候签的，不用搬。",
        "“名单.xlsx”的“通讯录”没认出是哪张表，没有搬。",
        "“坏的.xlsx”没能读出来，没有搬。",
    ]


def test_free_text_under_a_plan_comes_along_and_the_official_notes_once() -> None:
    form = KNOWN.forms["plan_professional"]
    records = {form.name: form.example(LAST_YEAR)["records"]}
    old = template.build(
        (form,), LAST_YEAR, unit="洛阳市示例单位", records=records, remarks="分两批。"
    )
    files, _ = migrated(("计划.xlsx", old))
    (new,) = files.values()
    texts = [
        str(cell.value)
        for row in openpyxl.load_workbook(io.BytesIO(new)).worksheets[0].iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert texts.count("分两批。") == 1
    assert sum("原则上一天不超过6学时" in text for text in texts) == 1


def test_each_form_of_a_workbook_gets_a_file_and_a_blank_one_none() -> None:
    blank = template.build((KNOWN.forms["roster"],), LAST_YEAR)
    whole = template.example(FORMS, LAST_YEAR)
    files, notes = migrated(("全套.xlsx", whole), ("空白.xlsx", blank))
    assert list(files) == [f"全套 {form.layout['sheet']}（2024年度）.xlsx" for form in FORMS]
    assert notes[-1] == "“空白.xlsx”的参训人员名单里没有填内容，没有可以搬的。"


def test_the_command_writes_beside_the_old_files(tmp_path, capsys) -> None:
    old = tmp_path / "名单.xlsx"
    old.write_bytes(template.example((KNOWN.forms["roster"],), LAST_YEAR))
    before = old.read_bytes()
    call = ["migrate", str(old), "--cycle", "2024", "--folder", str(tmp_path)]
    assert main(call) == 0
    assert old.read_bytes() == before
    assert (tmp_path / "名单（2024年度）.xlsx").exists()
    assert "看看有没有调走、退休和新来的人" in capsys.readouterr().out
    old.write_bytes(b"")
    assert main(call) == 1


def test_a_line_break_of_word_in_a_text_file_does_not_stop_it() -> None:
    """Control characters are nothing that an .xlsx file can hold."""
    lines = [filings.title("roster").replace("\n", ""), "序号,姓名,性别,专业,身份证号,备注"]
    lines.append(f"1,张三,男,土木工程,{filings.number(0)},外聘\x0b返聘")
    files, _ = migrated(("名单.csv", "\n".join(lines).encode()))
    assert [record["note"] for data in files.values() for record in values(data)] == ["外聘 返聘"]
