"""Templates and examples: what stands in the workbooks, and that nothing in them depends on when
or where they were made."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter

import chinese_calendar
import openpyxl
import pytest
from jsonschema import Draft202012Validator
from openpyxl.utils import get_column_letter

from checker import catalog, check, guide, paper, template
from checker.identifiers import resident_id

CATALOG = catalog.load()
CYCLE = CATALOG.cycle(2024)
FORMS = tuple(CATALOG.forms.values())
TABLES = tuple(form for form in FORMS if form.is_table)
SETS = (*((form,) for form in FORMS), FORMS)
LAST_ROW = 5000
FIRST_ROW = {"plan_general": 4, "plan_professional": 4, "roster": 4, "transcript": 5}


def by_name(forms):
    return "-".join(form.name for form in forms) if len(forms) == 1 else "all"


def opened(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def blank(form):
    return opened(template.build([form], CYCLE)).worksheets[0]


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def validations(sheet):
    """The validation of each cell or range by its place."""
    return {str(each.sqref): each for each in sheet.data_validations.dataValidation}


def column_of(form, field):
    names = [column["field"] for column in form.layout["columns"]]
    return get_column_letter(names.index(field) + 1)


def range_of(form, field):
    """The range of a column's hints: to the last row, or to the gap above the notes."""
    first = FIRST_ROW[form.name]
    last = first + form.layout["blank_rows"] if "notes" in form.layout else LAST_ROW
    letter = column_of(form, field)
    return f"{letter}{first}:{letter}{last}"


# Bytes


@pytest.mark.parametrize("forms", SETS, ids=by_name)
@pytest.mark.parametrize("make", [template.build, template.example])
def test_made_twice_the_bytes_are_equal(make, forms):
    assert make(forms, CYCLE) == make(forms, CYCLE)


def test_bytes_do_not_depend_on_the_hash_seed_or_the_time_zone():
    code = (
        "import hashlib, checker.catalog as c, checker.template as t; k = c.load();"
        "print(hashlib.sha256(t.example(tuple(k.forms.values()), k.cycle(2024))).hexdigest())"
    )
    made = hashlib.sha256(template.example(FORMS, CYCLE)).hexdigest()
    for seed, zone in (("1", "Asia/Shanghai"), ("2", "UTC")):
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == made


def test_no_clock_and_no_machine_in_the_archive():
    data = template.build(FORMS, CYCLE)
    core = parts(data)["docProps/core.xml"].decode()
    assert re.findall(r">(2[^<]*Z)<", core) == ["2024-01-01T00:00:00Z"] * 2
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            assert entry.date_time == (2024, 1, 1, 0, 0, 0)
            assert entry.create_system == 0
            assert entry.compress_type == zipfile.ZIP_STORED


# The workbook


@pytest.mark.parametrize("forms", SETS, ids=by_name)
def test_sheets_and_meta(forms):
    workbook = opened(template.build(forms, CYCLE))
    sheets = [form.layout["sheet"] for form in forms]
    assert workbook.sheetnames == [*sheets, "填写说明", "_meta"]
    assert [sheet.sheet_state for sheet in workbook] == ["visible"] * (len(forms) + 1) + ["hidden"]
    assert dict(workbook["_meta"].values) == {
        "form": ",".join(form.name for form in forms),
        "schema_version": ",".join(form.version for form in forms),
        "cycle": "2024",
        "kit_version": template.edition(forms).version,
    }


def test_file_names():
    assert [template.file_name([form]) for form in FORMS] == [
        "备案表.xlsx",
        "计划表（公需科目）.xlsx",
        "计划表（专业科目）.xlsx",
        "参训人员名单.xlsx",
        "参训人员成绩单.xlsx",
    ]
    assert template.file_name(FORMS) == "备案材料全套.xlsx"
    assert template.file_name([FORMS[3]], filled=True) == "参训人员名单（填写示例）.xlsx"


def test_all_files_are_the_blank_and_the_filled_workbooks():
    files = dict(template.all_files(CYCLE))
    assert files == {
        template.file_name(forms, filled=filled): make(forms, CYCLE)
        for forms in SETS
        for filled, make in ((False, template.build), (True, template.example))
    }


def test_nothing_is_protected_and_nothing_is_commented():
    for sheet in opened(template.build(FORMS, CYCLE)):
        assert not sheet.protection.sheet
        assert not any(cell.comment for row in sheet.iter_rows() for cell in row)


# Tables


@pytest.mark.parametrize("form", TABLES, ids=lambda form: form.name)
def test_title_lines_and_blank_rows(form):
    sheet = blank(form)
    first, count = FIRST_ROW[form.name], form.layout["blank_rows"]
    title = sheet["A1"].value.replace("\n", "")
    assert title == f"2024年度（单位）专业技术人员继续教育{form.title}"
    assert sheet["A2"].value == "单位：（盖章）"
    last = get_column_letter(len(form.layout["columns"]))
    assert re.fullmatch("时间：2024年 +月 +日", sheet[f"{last}2"].value)
    rows = list(sheet.iter_rows(min_row=first, max_row=first + count - 1, values_only=True))
    assert [row[0] for row in rows] == list(range(1, count + 1))
    assert not any(any(row[1:]) for row in rows)


@pytest.mark.parametrize("form", TABLES, ids=lambda form: form.name)
def test_headings_are_those_of_the_schema(form):
    sheet = blank(form)
    last = FIRST_ROW[form.name] - 1
    top = {cell.column: cell.value for cell in sheet[3]}
    bottom = {cell.column: cell.value for cell in sheet[last]}
    for column, look in enumerate(form.layout["columns"], 1):
        field = form.fields[look["field"]]
        assert (bottom if field.group else top)[column] == field.title
    assert {field.group for field in form.fields.values()} - {""} <= set(top.values())


def test_the_transcript_has_a_heading_of_two_rows():
    sheet = blank(CATALOG.forms["transcript"])
    assert [cell.value for cell in sheet[3]] == [
        "序号", "姓名", "性别", "专业", "身份证号", "完成学时", None, "成绩评定",
    ]
    assert [cell.value for cell in sheet[4]][5:7] == ["公需科目", "专业科目"]
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert merged == {"A1:H1", "F3:G3", *(f"{letter}3:{letter}4" for letter in "ABCDEH")}


@pytest.mark.parametrize("form", TABLES, ids=lambda form: form.name)
def test_no_merged_cell_among_the_rows(form):
    notes = FIRST_ROW[form.name] + form.layout["blank_rows"] + 1
    for area in blank(form).merged_cells.ranges:
        assert area.max_row < FIRST_ROW[form.name] or area.min_row == notes


@pytest.mark.parametrize("form", TABLES, ids=lambda form: form.name)
def test_page_set_up_of_tables(form):
    sheet = blank(form)
    landscape = form.name in catalog.PLAN_FORMS
    header = FIRST_ROW[form.name] - 1
    assert sheet.page_setup.paperSize == 9  # A4
    assert sheet.page_setup.orientation == ("landscape" if landscape else "portrait")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == f"$1:${header}"
    assert sheet.print_area == ""  # it would not grow with the rows
    assert sheet.freeze_panes == f"A{header + 1}"
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"


@pytest.mark.parametrize("form", TABLES, ids=lambda form: form.name)
def test_hints_are_the_descriptions_of_the_schema(form):
    hints = validations(blank(form))
    for name, field in form.fields.items():
        hint = hints.pop(range_of(form, name))
        assert (hint.promptTitle, hint.prompt) == (field.label, field.description)
        assert hint.showInputMessage
    assert [(hint.promptTitle, hint.prompt) for hint in hints.values()] == [guide.UNIT_HINT]


@pytest.mark.parametrize("forms", SETS, ids=by_name)
def test_hints_keep_to_the_lengths_excel_takes(forms):
    for sheet in opened(template.build(forms, CYCLE)):
        for hint in validations(sheet).values():
            assert len(hint.promptTitle) <= 32
            assert len(hint.prompt) <= 255
            assert len(hint.errorTitle or "") <= 32
            assert len(hint.error or "") <= 225
            assert len(hint.formula1 or "") <= 257


@pytest.mark.parametrize(
    ("form", "field", "choices", "refuses"),
    [
        ("roster", "gender", "男,女", True),
        ("transcript", "gender", "男,女", True),
        ("transcript", "grade", "合格,不合格,优秀,良好", False),
        ("plan_general", "mode", "面授,网络培训,委托培训,专题讲座,实践活动", False),
    ],
)
def test_drop_downs_of_tables(form, field, choices, refuses):
    form = CATALOG.forms[form]
    hint = validations(blank(form))[range_of(form, field)]
    assert (hint.type, hint.formula1) == ("list", f'"{choices}"')
    assert not hint.hide_drop_down
    assert bool(hint.showErrorMessage) is refuses
    assert not refuses or hint.errorStyle == "stop"


@pytest.mark.parametrize(
    ("form", "field", "kind", "operator", "formula"),
    [
        ("roster", "id_number", "custom", None, "OR(LEN(E4)=18,LEN(E4)=15)"),
        ("transcript", "id_number", "custom", None, "OR(LEN(E5)=18,LEN(E5)=15)"),
        ("transcript", "general_hours", "decimal", "greaterThanOrEqual", "0"),
        ("plan_professional", "hours", "decimal", "greaterThan", "0"),
        ("plan_professional", "headcount", "whole", "greaterThanOrEqual", "1"),
    ],
)
def test_what_is_typed_is_asked_about_but_never_refused(form, field, kind, operator, formula):
    form = CATALOG.forms[form]
    hint = validations(blank(form))[range_of(form, field)]
    assert (hint.type, hint.operator, hint.formula1) == (kind, operator, formula)
    assert (hint.errorStyle, hint.allow_blank) == ("warning", True)


@pytest.mark.parametrize("form", TABLES, ids=lambda form: form.name)
def test_cells_that_must_stay_as_typed_are_text(form):
    sheet = blank(form)
    for look in form.layout["columns"]:
        field = form.fields[look["field"]]
        letter = column_of(form, field.name)
        wanted = "@" if field.kind in ("resident-id", "sessions") else "General"
        assert sheet.column_dimensions[letter].number_format == wanted
        assert sheet[f"{letter}{FIRST_ROW[form.name]}"].number_format == wanted


@pytest.mark.parametrize(
    ("form", "letter"), [("roster", "E"), ("transcript", "E"), ("plan_general", "B")]
)
def test_excel_does_not_offer_to_turn_text_into_numbers(form, letter):
    made = parts(template.build([CATALOG.forms[form]], CYCLE))["xl/worksheets/sheet1.xml"].decode()
    wanted = f'<ignoredError sqref="{letter}1:{letter}{LAST_ROW}" numberStoredAsText="1"/>'
    assert f"</headerFooter><ignoredErrors>{wanted}</ignoredErrors></worksheet>" in made


@pytest.mark.parametrize("name", catalog.PEOPLE_FORMS)
def test_rows_beyond_the_prepared_ones_are_framed_once_filled(name):
    form = CATALOG.forms[name]
    ranges = [str(each.sqref) for each in blank(form).conditional_formatting]
    right = get_column_letter(len(form.layout["columns"]))
    after = FIRST_ROW[name] + form.layout["blank_rows"]
    assert ranges == [f"A{after}:{right}{LAST_ROW}"]


@pytest.mark.parametrize("name", catalog.PLAN_FORMS)
def test_plans_carry_the_notes_of_the_notice_below_a_blank_row(name):
    form = CATALOG.forms[name]
    sheet = blank(form)
    gap = FIRST_ROW[name] + form.layout["blank_rows"]
    assert not any(cell.value for cell in sheet[gap])
    assert sheet.cell(gap + 1, 1).value == "说明"
    clauses = CYCLE.data["clauses"]
    assert sheet.cell(gap + 1, 2).value.split("\n") == [
        f"{number}.{clauses[clause]['text']}"
        for number, clause in enumerate(("S7", "S8", "S9", "S10"), 1)
    ]


# The filing form


def test_the_filing_form_fills_one_page():
    sheet = blank(CATALOG.forms["filing_form"])
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 1)
    texts = [cell.value for row in sheet.iter_rows() for cell in row if cell.value]
    assert texts[0] == "2024年度（单位）专业技术人员\n继续教育备案表"
    assert texts[-1] == "此表一式三份，单位、主管部门、人社部门各一份。"
    assert sum(str(text).startswith("（单位印章）\n2024年") for text in texts) == 3
    assert [sheet[f"C{row}"].value for row in (10, 11, 12)] == [
        "专业技术人员继续教育计划表", "专业技术人员继续教育参训人员名单", "……",
    ]
    for name in ("单位意见", "行业主管\n部门审核", "人社部门\n备案", "备案资料"):
        assert name in texts


def test_boxes_of_the_filing_form():
    form = CATALOG.forms["filing_form"]
    sheet = blank(form)
    hints = validations(sheet)
    assert {box["field"] for box in form.layout["boxes"]} == set(form.fields)
    for box in form.layout["boxes"]:
        field = form.fields[box["field"]]
        assert sheet[box["label"].split(":")[0]].value == field.title
        for place in box["value"]:
            assert hints[place.split(":")[0]].prompt == field.description
    assert hints["E2"].formula1 == '"公需科目,专业科目"'
    assert sheet["E5"].number_format == "@"  # 0379… keeps its zero


# The instructions


@pytest.mark.parametrize("forms", SETS, ids=by_name)
def test_the_guide_has_a_row_a_field(forms):
    sheet = opened(template.build(forms, CYCLE))["填写说明"]
    rows = [row for row in sheet.iter_rows(max_col=4, values_only=True) if row[1]]
    found = Counter((row[0], row[1]) for row in rows)
    wanted = Counter((f.label, f.description) for form in forms for f in form.fields.values())
    assert found >= wanted
    assert not any("{" in str(text) for row in rows for text in row)
    assert len(sheet.row_breaks.brk) == len(forms) - 1


# Filled


def test_a_unit_and_a_date_go_into_title_and_lines():
    data = template.build(
        [CATALOG.forms["roster"]], CYCLE, unit="洛阳{市}示例单位", date=dt.date(2024, 3, 5)
    )
    sheet = opened(data).worksheets[0]
    assert sheet["A1"].value.startswith("2024年度洛阳{市}示例单位专业技术人员")
    assert sheet["A2"].value == "单位：洛阳{市}示例单位（盖章）"
    assert sheet["F2"].value == "时间：2024年3月5日"


@pytest.mark.parametrize("form", ["roster", "transcript", "plan_professional"])
def test_a_long_unit_has_room_beside_the_date(form):
    unit = "洛阳市示例建筑工程勘察设计研究院有限责任公司（集团）伊滨区高新技术产业开发分公司第一项目管理部" * 2
    data = template.build([CATALOG.forms[form]], CYCLE, unit=unit, date=dt.date(2024, 3, 5))
    sheet = opened(data).worksheets[0]
    left, right = sorted(
        (area for area in sheet.merged_cells.ranges if area.min_row == 2), key=lambda a: a.min_col
    )
    assert (left.min_col, left.max_col + 1) == (1, right.min_col)
    assert sheet["A2"].alignment.wrap_text
    assert sheet.cell(2, right.min_col).value == "时间：2024年3月5日"
    assert sheet.row_dimensions[2].height >= 2 * paper.LINE_HEIGHT
    (table,) = check(data, "表.xlsx", today=dt.date(2024, 10, 8)).files[0].sheets
    assert (table.form, table.unit) == (form, unit)


def test_text_that_looks_like_a_formula_stays_text():
    record = {"serial_no": 1, "name": "=1+1", "gender": "男"}
    data = template.build([CATALOG.forms["roster"]], CYCLE, records={"roster": [record]})
    made = parts(data)["xl/worksheets/sheet1.xml"].decode()
    assert "<t>=1+1</t>" in made
    assert "<f>" not in made


def test_long_text_gets_a_higher_row():
    form = CATALOG.forms["plan_general"]
    records = [{"topic": "短"}, {"topic": "很长的培训内容" * 8}]
    sheet = opened(template.build([form], CYCLE, records={form.name: records})).worksheets[0]
    assert sheet.row_dimensions[4].height is None
    assert sheet.row_dimensions[5].height > 2 * form.layout["row_height"]


# The example filing


def records(name):
    return CATALOG.forms[name].example()["records"]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_examples_are_valid(form):
    validator = Draft202012Validator(form.schema)
    for record in form.example()["records"]:
        assert not list(validator.iter_errors(record))


def test_examples_are_one_filing():
    assert {form.example()["unit"] for form in FORMS} == {"洛阳市示例建筑设计院"}
    assert {dt.date.fromisoformat(form.example()["date"]) for form in FORMS} == {
        dt.date(2024, 9, 27)
    }
    hours = {name: sum(row["hours"] for row in records(name)) for name in catalog.PLAN_FORMS}
    people = records("roster")
    plans = {"专业科目": "plan_professional", "公需科目": "plan_general"}
    assert [filing["subject"] for filing in records("filing_form")] == list(plans)
    for filing in records("filing_form"):
        assert filing["unit_name"] == CATALOG.forms["filing_form"].example()["unit"]
        assert filing["hours"] == hours[plans[filing["subject"]]]
        assert filing["headcount"] == len(people)
    for name in catalog.PLAN_FORMS:
        assert {row["headcount"] for row in records(name)} == {len(people)}
    shared = ("serial_no", "name", "gender", "major", "id_number")
    assert [tuple(row[key] for key in shared) for row in people] == [
        tuple(row[key] for key in shared) for row in records("transcript")
    ]
    for row in records("transcript"):
        assert row["general_hours"] == hours["plan_general"]
        assert row["professional_hours"] == hours["plan_professional"]


def test_example_sessions_keep_to_the_hours_and_the_working_days():
    a_day = Counter()
    for row in records("plan_general") + records("plan_professional"):
        year, month, day, part = re.fullmatch(
            "([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日(上午|下午|全天)", row["time"]
        ).groups()
        date = dt.date(int(year), int(month), int(day))
        most = CYCLE.hours_per_day if part == "全天" else CYCLE.hours_per_half_day
        assert row["hours"] <= most
        assert chinese_calendar.is_workday(date)
        assert date < dt.date(2024, 9, 27)
        a_day[date] += row["hours"]
    assert max(a_day.values()) <= CYCLE.hours_per_day


def test_example_numbers_belong_to_nobody():
    """Their prefecture, 4188, never existed; all else about them is as it should be."""
    assert not any(code.startswith("4188") for code in catalog.region_codes())
    for row in records("roster"):
        number = row["id_number"]
        assert number.startswith("418801")
        assert resident_id.check_character(number[:17]) == number[17]
        assert (int(number[16]) % 2 == 1) == (row["gender"] == "男")
        assert dt.date(1964, 1, 1) < dt.date.fromisoformat(number[6:14]) < dt.date(2000, 1, 1)
