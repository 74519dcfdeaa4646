"""The check code and the final edition: what keeps a code, what changes it, and where it is printed."""

from __future__ import annotations

import datetime as dt
import io
import warnings
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker import catalog, check, check_files, engine, final, template, workshop
from checker.fingerprint import _ALPHABET, fingerprint, same
from checker.marks.copy import mark
from checker.model import Product
from checker.reading import read
from checker.recognise import recognise
from tests import filings, workbooks
from tests.valid_filings import filings as valid_filings
from tests.valid_forms import Filing, Form

DAY = dt.date(2024, 10, 12)
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
_ROSTER = ("序号", "姓名", "性别", "专业", "身份证号", "备注")
_PLAN = ("序号", "时间", "地点", "内容", "形式", "参训对象", "人数", "课时", "授课人", "备注")
_TITLE = "2024年度洛阳市示例单位专业技术人员继续教育参训人员名单"
_ZHANG = (1, "张三", "男", "土木工程", filings.number(0, "男"), "同名，市场部")
_LI = (2, "李四", "女", "会计学", filings.number(1, "女"), None)


def _codes(*files: tuple[str, bytes]) -> list[str]:
    """Return the codes of the tables in files, in order."""
    return [
        fingerprint(table)
        for name, data in files
        for sheet in read(data, name).sheets
        for table in (recognise(name, sheet, catalog.load()) if sheet.name != catalog.GUIDE_SHEET else ())
    ]


def _code(rows: Sequence[Sequence[Any]], *merges: str) -> str:
    (code,) = _codes(("表.xlsx", filings.grid(rows, *merges)))
    return code


def _roster(*people: Sequence[Any], title: str = _TITLE) -> list[Sequence[Any]]:
    return [[title], ["单位：（盖章）", None, None, None, "时间：2024年10月8日"], _ROSTER, *people]


def _plan(**changed: Any) -> list[Sequence[Any]]:
    row = {
        "序号": 1, "时间": "2024年3月5日上午", "地点": "会议室", "内容": "新技术", "形式": "面授", "参训对象": "全体",
        "人数": 3, "课时": 3, "授课人": "王五", "备注": None,
    } | changed  # fmt: skip
    return [["2024年度洛阳市示例单位专业技术人员继续教育计划表（专业科目）"], _PLAN, [row[name] for name in _PLAN]]


# --- the code ---

GOLDEN_TABLES = {
    "roster": _roster(_ZHANG, _LI),
    "transcript": [
        [_TITLE.replace("名单", "成绩单")],
        [*_ROSTER[:5], "完成学时（公需科目）", "完成学时（专业科目）", "成绩评定"],
        [*_ZHANG[:5], 30, 62.5, "合格"],
    ],
    "plan_professional": _plan(课时=2.5, 备注="含考核"),
    "filing_form": [
        ["2024年度洛阳市示例单位专业技术人员继续教育备案表"],
        ["单位名称", "洛阳市示例单位", "备案科目", "专业科目"],
        ["培训人数", 2, "培训地点", "会议室"],
        ["培训方式", "面授", "培训课时", 2.5],
        ["负责人", "赵六", "联系电话", "0379-60000000"],
        ["培训内容", "新技术", "培训目标", "掌握新技术"],
        ["备案资料", "序号", "名称"],
        [None, 1, "计划表"],
        [None, 2, "参训人员名单"],
    ],
}
GOLDEN = {
    "roster": "3YTS-QWGW",
    "transcript": "94TX-S8PK",
    "plan_professional": "DQTT-8NT4",
    "filing_form": "WM63-TNLC",
}



def test_codes_stay_what_they_are() -> None:
    """A code that stands on somebody's paper must come out again from every later version."""
    assert {name: _code(rows) for name, rows in GOLDEN_TABLES.items()} == GOLDEN


def test_the_characters_cannot_be_mistaken() -> None:
    assert len(_ALPHABET) == len(set(_ALPHABET)) == 32
    assert not set("01OI") & set(_ALPHABET)


@pytest.mark.parametrize("typed", ["7Q3L-92MF", "7q3l92mf", " 7Q3L 92MF ", "７Ｑ３Ｌ－９２ＭＦ", "7o31—92mf", "703I-92MF", "7Q3L_92MF\n"])
def test_a_typed_code_is_forgiven_its_looks(typed: str) -> None:
    assert same("7Q3L-92MF", typed)


@pytest.mark.parametrize("typed", ["", "7Q3L", "7Q3L-92ME", "7Q3L-92MFF", "Q73L-92MF", "核对码"])
def test_another_code_is_not(typed: str) -> None:
    assert not same("7Q3L-92MF", typed)


SAME_ROSTERS: dict[str, list[Sequence[Any]]] = {
    "blank row and unused rows": _roster(_ZHANG, [None], _LI, [3], [4, " "]),
    "blanks at the ends": _roster([1, " 张三 ", "男\n", "土木工程\u200b", f" {_ZHANG[4]}", "同名，市场部 "], _LI),
    "serial numbers as text": _roster(["1", *_ZHANG[1:]], ["2.", *_LI[1:]]),
    "numbers kept as numbers": _roster([*_ZHANG[:4], int(_ZHANG[4]), _ZHANG[5]], _LI),
    "title in two rows": [["2024年度洛阳市示例单位专业技术人员"], ["继续教育参训人员名单"], *_roster(_ZHANG, _LI)[1:]],
    "title spaced out": _roster(_ZHANG, _LI, title=f" {_TITLE[:4]} {_TITLE[4:13]}　{_TITLE[13:]}（样表）"),
    "unit below the title": [["2024年度专业技术人员继续教育参训人员名单"], ["单位：洛阳市示例单位（盖章）"], _ROSTER, _ZHANG, _LI],
    "date line blank": [[_TITLE], ["单位：", None, None, None, "时间：2024年  月  日"], _ROSTER, _ZHANG, _LI],
    "notes below": [*_roster(_ZHANG, _LI), [None], ["经办人：赵六"], ["说明：以上人员均为在岗人员。"]],
    "a column of one's own": [*_roster()[:2], [*_ROSTER, "科室"], [*_ZHANG, "一科"], [*_LI, "二科"]],
    "columns elsewhere": [*_roster()[:2], *([row[at] for at in (4, 1, 0, 2, 5, 3)] for row in (_ROSTER, _ZHANG, _LI))],
    "headings as aliases": [*_roster()[:2], [*_ROSTER[:4], "公民身份号码", "备注"], _ZHANG, _LI],
    "rows further down": [[None], [None], *_roster(_ZHANG, _LI)],
}


@pytest.mark.parametrize("kind", SAME_ROSTERS)
def test_what_keeps_the_code_of_a_roster(kind: str) -> None:
    assert _code(SAME_ROSTERS[kind]) == _code(_roster(_ZHANG, _LI))


OTHER_ROSTERS: dict[str, list[Sequence[Any]]] = {
    "order": _roster(_LI, _ZHANG),
    "a person less": _roster(_ZHANG),
    "a person more": _roster(_ZHANG, _LI, [3, "王五", "男", "会计学", filings.number(2), None]),
    "a note moved": _roster([*_ZHANG[:5], None], [*_LI[:5], _ZHANG[5]]),
    "other unit": _roster(_ZHANG, _LI, title=_TITLE.replace("示例", "示范")),
    "no unit": _roster(_ZHANG, _LI, title=_TITLE.replace("洛阳市示例单位", "（单位）")),
    "other year": _roster(_ZHANG, _LI, title=_TITLE.replace("2024", "2025")),
}


def test_what_changes_the_code_of_a_roster() -> None:
    rosters = [_roster(_ZHANG, _LI), *OTHER_ROSTERS.values()]
    assert len({_code(rows) for rows in rosters}) == len(rosters)


def test_blank_ish_tables_of_two_units_or_forms_differ() -> None:
    person = [1, "张三", None, None, None, None]
    tables = [_roster(person, title=_TITLE.replace("示例", name)) for name in ("示例", "东区", "西区")]
    transcript = [*_ROSTER[:5], "完成学时（公需科目）", "完成学时（专业科目）", "成绩评定"]
    tables.append([[_TITLE.replace("参训人员名单", "参训人员成绩单")], transcript, [1, "张三"]])
    assert len({_code(rows) for rows in tables}) == 4


_MOMENT = dt.datetime(2024, 3, 5, 14, 30)
_ZERO = dt.datetime(1899, 12, 30)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("课时", [3, "3", "3.0", "３", " 3 ", "3学时"]),
        ("课时", [0.3, 0.1 + 0.2]),
        ("人数", [12, "12", "12人"]),
        ("时间", [dt.datetime(2024, 3, 5), 45356, "2024-03-05", 45356.0]),
        ("时间", [_MOMENT, (_MOMENT - _ZERO) / dt.timedelta(days=1), _MOMENT - dt.timedelta(microseconds=20)]),
        ("时间", ["2024年3月5日上午", " 2024 年 3 月 5 日\n上午"]),
        ("备注", [None, "", "无", "/", " "]),
        ("备注", [801, "801"]),
        ("授课人", ["王五、赵六", "王五、 赵六"]),
    ],
)
def test_types_and_formats_of_cells_do_not_matter(column: str, values: Sequence[Any]) -> None:
    assert len({_code(_plan(**{column: value})) for value in values}) == 1


# --- any filing ---


def _changed(value: Any) -> Any:
    """Return another value that differs in one place."""
    if isinstance(value, dt.datetime):
        return value + dt.timedelta(days=1)
    if isinstance(value, int | float):
        return value + 1
    text = str(value or "")
    digits = [at for at, character in enumerate(text) if character in "0123456789"]
    if not digits:
        return text + "甲"
    at = digits[-1]
    return f"{text[:at]}{(int(text[at]) + 1) % 10}{text[at + 1 :]}"


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=_SLOW)
@given(valid_filings(most=8), st.data())
def test_any_changed_value_changes_the_code_of_its_table_only(filing: Filing, data: st.DataObject) -> None:
    order = [form for book in filing.books for form in book]
    before = _codes(*filing.files())
    for index, form in enumerate(order):
        record = data.draw(st.sampled_from(form.records))
        name = data.draw(st.sampled_from([n for n in form.columns if n in _fields(form) and n != "unit_name"]))
        kept = record.get(name)
        record[name] = _changed(kept)
        after = _codes(*filing.files())
        assert [a == b for a, b in zip(before, after, strict=True)] == [n != index for n in range(len(order))], (form.name, name, kept)
        record[name] = kept


def _fields(form: Form) -> Any:
    return catalog.load().forms[form.name].fields


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=_SLOW)
@given(valid_filings(most=8))
def test_saving_again_keeps_all_codes(filing: Filing) -> None:
    files = filing.files()
    assert _codes(*((name, _resaved(data)) for name, data in files)) == _codes(*files)


def _resaved(data: bytes) -> bytes:
    return workbooks.saved(_opened(data))


def _opened(data: bytes) -> openpyxl.Workbook:
    with warnings.catch_warnings():  # of the styles that the tests' own workbooks do without
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(data))


def test_the_old_format_keeps_the_code() -> None:
    rows = [*_roster(_ZHANG, _LI)]
    assert _codes(("名单.xls", workbooks.xls(rows))) == [_code(rows)]
    plan = _plan(课时=2.5, 时间="2024.3.5上午")
    assert _codes(("计划.xls", workbooks.xls(plan))) == [_code(plan)]


# --- the final edition ---


def _finish(*files: tuple[str, bytes], **settings: Any) -> Product:
    return final.finish(files, check_files(files, **{"today": DAY, **settings}))


def _footers(data: bytes) -> dict[str, str | None]:
    """Return the left of each sheet's footer."""
    return {sheet.title: sheet.oddFooter.left.text for sheet in _opened(data).worksheets}


def _forms(**given: Any) -> bytes:
    return filings.workbook(given)


WHOLE = {"filing_form": {}, "plan_professional": [{}], "roster": [{}], "transcript": [{}]}


def test_each_form_has_its_code_in_its_footer() -> None:
    data = filings.workbook(WHOLE)
    codes = _codes(("全套.xlsx", data))
    ((name, made),) = _finish(("全套.xlsx", data)).files
    assert name == "全套（定稿）.xlsx"
    assert _footers(made) == {
        sheet: f"核对码 {code}　定稿 2024-10-12" for sheet, code in zip(WHOLE, codes, strict=True)
    }
    assert _codes((name, made)) == codes


def test_templates_keep_their_page_numbers_and_other_sheets() -> None:
    forms = tuple(catalog.load().forms.values())
    data = template.example(forms, catalog.load().cycle(2024))
    ((_, made),) = _finish(("示例.xlsx", data)).files
    book, before = (_opened(each) for each in (made, data))
    assert book.sheetnames == before.sheetnames
    for sheet in book.worksheets:
        old = before[sheet.title]
        assert sheet.oddFooter.center.text == old.oddFooter.center.text
        assert sheet.oddFooter.right.text == old.oddFooter.right.text
    marked = {title for title, text in _footers(made).items() if text}
    assert marked == {form.layout["sheet"] for form in forms}


def test_tables_in_one_sheet_are_named_in_order() -> None:
    rows = [*_roster(_ZHANG), [None], *_roster(_LI, title="2024年度洛阳市示例单位专业技术人员继续教育参训人员名单（二）")]
    codes = _codes(("名单.xlsx", filings.grid(rows)))
    assert len(codes) == 2
    files = (("名单.xlsx", filings.grid(rows)), ("成绩单.xlsx", _forms(transcript=[{}])))
    report = check_files(files, today=DAY)
    assert final.footer_text([str(code) for code in codes], report) == f"核对码 {codes[0]}、{codes[1]}\n定稿 2024-10-12"
    three = final.footer_text(["AAAA-AAAA", "BBBB-BBBB", "CCCC-CCCC"], report)
    assert three == "核对码 AAAA-AAAA、BBBB-BBBB、\nCCCC-CCCC\n定稿 2024-10-12"


@pytest.mark.parametrize(
    ("people", "left"), [([{"major": ""}], 1), ([{"major": "", "name": ""}, {"gender": "未知"}], 3)]
)
def test_nothing_is_finished_while_something_must_be_mended(people: Any, left: int) -> None:
    with pytest.raises(final.NotFinalError, match=f"^还有 {left} 处“必须改”，改好再做定稿。$"):
        _finish(("名单.xlsx", _forms(roster=people)))


def test_a_number_that_would_not_survive_saving_is_made_text_first() -> None:
    """Spreadsheet programs keep 15 digits of a number, so that its code would change with them."""
    given = [("名单.xlsx", _forms(roster=[{"id_number": int(filings.number(0, "男"))}, {}]))]
    with pytest.raises(final.NotFinalError, match="有 1 个身份证号是数字格式"):
        _finish(*given)
    corrected = workshop.make("fix", given, today=DAY).files
    assert [name for name, _ in _finish(*corrected).files] == ["名单（定稿）.xlsx"]


def test_without_a_file_there_is_no_edition() -> None:
    with pytest.raises(final.NotFinalError, match="没有认出填好的表"):
        _finish()


def test_open_warnings_are_told_and_acknowledged_ones_are_not() -> None:
    data = _forms(roster=[{"name": "张 三"}])
    notes = _finish(("名单.xlsx", data)).notes
    assert "还有 1 处“请核实”没有核对，打印之前逐条看一看。" in notes
    (warning,) = [f for f in check(data, "名单.xlsx", today=DAY).findings if f.code == "N02"]
    given = (warning.code, warning.place.file, warning.place.sheet, warning.place.cell, warning.value)
    notes = _finish(("名单.xlsx", data), acknowledged=[given]).notes
    assert len(notes) == 2
    assert "从定稿打印" in notes[0]


def test_an_error_on_the_card_can_be_acknowledged() -> None:
    data = _forms(roster=[{"gender": "女", "id_number": filings.number(0, "男")}])
    with pytest.raises(final.NotFinalError):
        _finish(("名单.xlsx", data))
    (error,) = [f for f in check(data, "名单.xlsx", today=DAY).findings if f.code == "G02"]
    given = (error.code, error.place.file, error.place.sheet, error.place.cell, error.value)
    assert _finish(("名单.xlsx", data), acknowledged=[given]).files


@pytest.mark.parametrize("extension", ["xls", "et"])
def test_other_formats_become_xlsx(extension: str) -> None:
    rows = _roster(_ZHANG, _LI)
    ((name, made),) = _finish((f"名单.{extension}", workbooks.xls({"名单": rows}))).files
    assert name == "名单（定稿）.xlsx"
    assert _footers(made) == {"名单": f"核对码 {_code(rows)}　定稿 2024-10-12"}


def test_text_becomes_xlsx() -> None:
    rows = [[None if cell is None else str(cell).replace(",", "，") for cell in row] for row in _roster(_ZHANG, _LI)]
    ((name, made),) = _finish(("名单.csv", workbooks.csv(rows))).files
    assert name == "名单（定稿）.xlsx"
    assert list(_footers(made).values()) == [f"核对码 {_code(rows)}　定稿 2024-10-12"]


def test_two_editions_never_have_one_name() -> None:
    rows = _roster(_ZHANG, _LI)
    files = (("名单.xlsx", filings.grid(rows)), ("名单.xls", workbooks.xls(rows)))
    assert [name for name, _ in _finish(*files).files] == ["名单（定稿）.xlsx", "名单（定稿）（2）.xlsx"]


def test_a_sheet_name_that_excel_refuses_is_no_obstacle() -> None:
    row = "<table:table-row>{}</table:table-row>".format
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'.format
    lines = "".join(row("".join(cell(each or "") for each in line)) for line in _roster([*_ZHANG], [*_LI[:5], ""]))
    data = workbooks.ods(f'<table:table table:name="名单/2024年度专业技术人员继续教育参训人员名单，全部在册人员">{lines}</table:table>')
    ((_, made),) = _finish(("名单.ods", data)).files
    assert list(_footers(made).values()) == [f"核对码 {_code(_roster(_ZHANG, _LI))}　定稿 2024-10-12"]


def test_a_workbook_that_cannot_be_edited_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    edit, good, odd = final.editing.edit, _forms(roster=[{}, {}]), _forms(transcript=[{}, {}])

    def refuse(data: bytes, edits: Any) -> bytes:
        if data == odd:
            raise final.editing.UneditableError
        return edit(data, edits)

    monkeypatch.setattr(final.editing, "edit", refuse)
    product = _finish(("名单.xlsx", good), ("成绩单.xlsx", odd))
    assert [name for name, _ in product.files] == ["名单（定稿）.xlsx"]
    assert product.notes[-1].startswith("“成绩单.xlsx”没有做定稿。")
    with pytest.raises(final.NotFinalError, match=r"^“成绩单[.]xlsx”没有做定稿。"):
        _finish(("成绩单.xlsx", odd))


def test_marks_are_taken_out() -> None:
    files = (("名单.xlsx", _forms(roster=[{"name": "张 三"}, {}])),)
    ((name, marked),) = mark(files, engine.examine(files, today=DAY)).files
    assert _codes((name, marked)) == _codes(*files)
    ((_, made),) = _finish((name, marked)).files
    book = _opened(made)
    assert book.sheetnames == ["roster"]
    assert not [cell for row in book["roster"] for cell in row if cell.comment]
    assert _codes(("名单.xlsx", made)) == _codes(*files)


def test_a_later_edition_replaces_the_code() -> None:
    first = _finish(("名单.xlsx", _forms(roster=[{}, {}]))).files
    book = _opened(first[0][1])
    book["roster"]["D4"] = "会计学"
    ((name, made),) = _finish(("名单（定稿）.xlsx", workbooks.saved(book)), today=dt.date(2024, 10, 14)).files
    assert name == "名单（定稿）.xlsx"
    (code,) = _codes((name, made))
    assert code != _codes(*first)[0]
    assert _footers(made) == {"roster": f"核对码 {code}　定稿 2024-10-14"}


def test_equal_files_give_equal_editions() -> None:
    files = (("全套.xlsx", filings.workbook(WHOLE)),)
    assert _finish(*files) == _finish(*files)


def test_an_edition_that_says_something_else_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    other = _forms(roster=[{"major": "会计学"}])
    monkeypatch.setattr(final.editing, "edit", lambda data, edits: other)
    with pytest.raises(final.ChangedContentError, match="没有交给您"):
        _finish(("名单.xlsx", _forms(roster=[{}])))
