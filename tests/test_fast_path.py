"""The quick ways through a table find exactly what looking at every row, cell and value finds.

`the_long_way` puts the definitions in the place of the quick ways: every row classified, every
record made, every rule asked. Reports are compared as the bytes that a user gets.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench import rosters
from checker import catalog, check, check_files, engine, ordinary, recognise, records, reports
from checker.identifiers import person_name, resident_id
from checker.model import (
    Cell,
    CellKind,
    Context,
    Format,
    Record,
    Records,
    Rule,
    Scope,
    Sheet,
    Table,
    Value,
    Workbook,
)
from checker.normalise import headings
from checker.reading import read
from checker.rules import RULES
from tests import cases, filings
from tests.mutations import MUTATIONS, Mutation
from tests.valid_filings import filings as valid_filings

TODAY = cases.TODAY
CATALOG = catalog.load()
CONTEXT = Context(catalog=CATALOG, cycle=CATALOG.cycle(2024), today=TODAY)
EXAMPLES = 150
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


@contextmanager
def the_long_way() -> Iterator[None]:
    """Look at everything, one by one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ordinary, "doubtful", lambda table, *_: range(len(table.records)))
        patch.setattr(records, "_to_classify", lambda sheet, columns, rows, *_: rows)
        patch.setattr(records, "meanings", lambda form, every, name: [r.values.get(name) for r in every])
        patch.setattr(recognise, "_like_headers", _like_headers)
        yield


def _like_headers(sheet: Sheet, above: int, known: frozenset[str]) -> frozenset[int]:
    def count(row: Sequence[Value]) -> int:
        texts = [value for value in row[:40] if isinstance(value, str) and len(value) < 16]
        return sum(any(each in known for each in headings(text)) for text in texts)

    return frozenset(n for n, row in enumerate(sheet.rows, 1) if n > above and count(row) >= 3)


def _same(check_it: Callable[[], Any]) -> str:
    """Return the report, having made it both ways."""
    quick = reports.render(check_it(), "json", redact=False)
    with the_long_way():
        assert reports.render(check_it(), "json", redact=False) == quick
    return quick


# --- the same reports ---


@pytest.mark.parametrize("case", cases.load(), ids=lambda case: f"{case.code} {case.name}")
def test_every_case_of_a_rule(case: cases.Case) -> None:
    if "rows" not in case.given and "raw" not in case.given:
        _same(case.check)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_every_mutation(mutation: Mutation) -> None:
    @settings(max_examples=1, deadline=None, derandomize=True, suppress_health_check=_SLOW)
    @given(valid_filings(most=5))
    def check_one(filing: Any) -> None:
        mutation.change(filing)
        files = filing.files()
        _same(lambda: check_files(files, today=TODAY))

    check_one()


def _checked(form: str, rows: Sequence[Sequence[Value]], marks: dict[tuple[int, int], CellKind]) -> Any:
    """Check a sheet that holds just these values, whatever a file could hold."""
    head: list[tuple[Value, ...]] = [(filings.title(form),), ("单位：（盖章）", None, None, None, filings.DATE_LINE)]
    fields = CATALOG.forms[form].fields
    head.append(tuple(field.label for field in fields.values()))
    shifted = {(row + len(head), column): kind for (row, column), kind in marks.items()}
    sheet = Sheet(name="表", rows=(*head, *map(tuple, rows)), marks=shifted)
    book = Workbook(name="表.xlsx", sha256=64 * "0", format=Format.XLSX, sheets=(sheet,))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "read", lambda data, name: book)
        return check(b"", "表.xlsx", today=TODAY)


_TEXTS = st.text(st.sampled_from("张三某李 \t\n\u3000\u200b·•.-/无合计男女0123456789Xx×*?\x1e\x1f主任a（"), max_size=8)
_ODD = st.one_of(
    st.none(),
    _TEXTS,
    st.sampled_from(["", "无", "暂无", "没有", "/", "——", "男", "女", "合计", "小计：", "姓名", "性别", "专业", "#N/A"]),
    st.integers(-3, 1_000_001),
    st.sampled_from([True, False, 1.0, 0.5, -0.0, math.nan, math.inf, 10**17, 410302190001010012, 4.10302190001010e17]),
    st.sampled_from([dt.date(2024, 3, 5), dt.datetime(2024, 3, 5, 8), dt.time(8), dt.timedelta(hours=3)]),
)
_NUMBERS = st.one_of(
    st.builds(
        lambda region, born, order: (body := f"{region}{born}{order}") + resident_id.check_character(body),
        st.sampled_from(["418801", "418899", "810000", "912345", "003021", "410302"]),
        st.sampled_from(["19850312", "19800229", "20200101", "19300101", "20991231", "19851332", "18991231", "19000101"]),
        st.sampled_from(["001", "002", "100", "000"]),
    ),
    st.text(st.sampled_from("0123456789X"), min_size=17, max_size=19),
)
_BY_KIND: dict[str, st.SearchStrategy[Value]] = {
    "serial": st.one_of(st.integers(0, 12), st.sampled_from(["1", "2", "03", "000", "0000012", "３"])),
    "person-name": st.sampled_from(["张三", "李四", "王老师", "主任", "欧阳娜娜", "古丽·买买提", "张某", "暂无", "丁一1"]),
    "gender": st.sampled_from(["男", "女", "男性", "1", 1, 2.0, True]),
    "major": st.sampled_from(["土木工程", "会计学", "工程师", "土木 工程", "无"]),
    "resident-id": _NUMBERS,
    "note": st.sampled_from([None, "返聘", "同名，市场部", " "]),
    "hours": st.sampled_from([None, 0, 30, 60.5, -1, "60学时", "三十", "", True]),
    "grade": st.sampled_from(["合格", "不合格", 85, "85分", "120", "甲", "优秀", None]),
}


def _rows(form: str) -> st.SearchStrategy[list[tuple[Value, ...]]]:
    kinds = [field.kind for field in CATALOG.forms[form].fields.values()]
    cells = (st.one_of(_BY_KIND[kind], _BY_KIND[kind], _BY_KIND[kind], _ODD) for kind in kinds)
    return st.lists(st.tuples(*cells), max_size=9)


_MARKS = st.dictionaries(
    st.tuples(st.integers(1, 9), st.integers(1, 8)),
    st.sampled_from([CellKind.ERROR, CellKind.FORMULA]),
    max_size=2,
)


@pytest.mark.parametrize("form", ["roster", "transcript"])
def test_any_values(form: str) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=_SLOW)
    @given(_rows(form), _MARKS)
    def check_one(rows: list[tuple[Value, ...]], marks: dict[tuple[int, int], CellKind]) -> None:
        filled = {place: kind for place, kind in marks.items() if place[0] <= len(rows)}
        _same(lambda: _checked(form, rows, filled))

    check_one()


def test_values_that_are_equal_and_not_the_same() -> None:
    for number in (True, 1, 1.0):
        for other in (True, 1, 1.0):
            rows = [(1, "张三", "男", "土木工程", number, None), (2, "李四", "男", "土木工程", other, None)]
            _same(partial(_checked, "roster", rows, {}))
            rows = [(number, "张三", "男", number, "", number), (other, "李四", "男", other, "", other)]
            _same(partial(_checked, "roster", rows, {}))


def test_every_slip_of_one_character_in_a_number() -> None:
    right = filings.number(7)
    slips = [right[:at] + new + right[at + 1 :] for at in range(18) for new in ("0", "5", "9", "X", "x", "O", "")]
    rows = [(n, "张三", "男", "土木工程", number, None) for n, number in enumerate((right, *slips), 1)]
    assert '"I11"' in _same(lambda: _checked("roster", rows, {}))


def test_a_second_table_and_repeated_headers_are_found_all_the_same() -> None:
    fields = CATALOG.forms["roster"].fields.values()
    people = [(n, f"张{'甲乙丙丁戊己'[n]}", "男", "土木工程", filings.number(n), None) for n in range(6)]
    header = tuple(field.title for field in fields)
    for between in ([header], [("合计", "6人")], [(), header], [("2024年度洛阳市另一单位参训人员名单",), header]):
        rows = [*people[:3], *between, *people[3:]]
        _same(partial(_checked, "roster", rows, {}))


# --- what makes them the same ---


@pytest.mark.parametrize("form", ["roster", "transcript"])
def test_no_row_of_an_ordinary_table_is_doubtful(form: str) -> None:
    extra = {"general_hours": 30, "professional_hours": None, "grade": "合格"}
    people = [person | extra for person in rosters.people(200) if person["id_number"][10:14] != "0229"]
    [table] = _tables(filings.workbook({form: people}))
    found = ordinary.doubtful(table, CONTEXT, engine._Examiner(table.form, CONTEXT).finds_nothing)
    assert list(found) == []


def _tables(data: bytes) -> list[Table]:
    source = engine._open(read(data, "表.xlsx"), CONTEXT)
    return list(source.tables)


@pytest.fixture(scope="module")
def tables() -> list[Table]:
    """Return the tables of all cases."""
    books = [read(case.data, case.file) for case in cases.load() if "rows" not in case.given]
    return [table for book in books for table in engine._open(book, CONTEXT).tables]


def _hits(rule: Rule, target: Record | Cell) -> list[Any]:
    assert rule.check
    found = list(rule.check(target, CONTEXT))
    return [(hit.cell.field, hit.variant, hit.severity, hit.suggestion, dict(hit.facts)) for hit in found]


def test_rules_of_records_read_no_other_fields_than_they_name(tables: list[Table]) -> None:
    rules = [rule for rule in RULES if rule.scope is Scope.RECORD and rule.reads]
    for table in tables:
        for rule in rules if table.form.name in catalog.PEOPLE_FORMS else ():
            for record in table.records:
                cells = {name: cell for name, cell in record.cells.items() if name in rule.reads}
                values = {name: value for name, value in record.values.items() if name in rule.reads}
                assert _hits(rule, Record(record.row, cells, values)) == _hits(rule, record), rule.code


def test_rules_of_cells_do_not_ask_where_a_cell_is(tables: list[Table]) -> None:
    rules = [rule for rule in RULES if rule.scope is Scope.CELL and rule.check and rule.code != "W06"]
    for table in tables:
        for record in table.records:
            for name, cell in record.cells.items():
                moved = replace(cell, file="别处.xlsx", sheet="别处", row=cell.row + 1, column=cell.column + 1)
                for rule in rules:
                    if table.form.fields[name].kind in rule.kinds and cell.readable:
                        assert _hits(rule, moved) == _hits(rule, cell), rule.code


def test_meanings_are_the_values_of_the_records(tables: list[Table]) -> None:
    for table in tables:
        for name in table.form.fields:
            assert list(table.records.meanings(name)) == [record.values.get(name) for record in table.records]


def test_a_rule_that_no_quick_test_answers_for_turns_them_off(monkeypatch: pytest.MonkeyPatch) -> None:
    [table] = _tables(filings.workbook({"roster": [{}, {}]}))
    cell_rule = next(rule for rule in RULES if rule.code == "N01")
    record_rule = next(rule for rule in RULES if rule.code == "G02")
    for new in (replace(cell_rule, code="N99"), replace(record_rule, code="G99"), replace(record_rule, reads=())):
        monkeypatch.setattr(ordinary, "RULES", (*RULES, new))
        assert list(ordinary.doubtful(table, CONTEXT, lambda record: True)) == [0, 1]


def test_checksums_of_a_column_are_those_of_its_numbers() -> None:
    numbers = [filings.number(n)[:-1] + last for n in range(40) for last in "0123456789X"]
    wrong = [n for n, number in enumerate(numbers) if not resident_id.checksum_ok(number)]
    assert list(resident_id.wrong_checksums(numbers)) == wrong
    assert list(resident_id.wrong_checksums([])) == []


def test_records_are_made_once_and_counted_from_either_end() -> None:
    [table] = _tables(filings.workbook({"roster": [{}, {}, {}]}))
    made: Records = table.records
    assert made[0] is made[0]
    assert made[-1] is made[2]
    assert [record.row for record in made] == list(made.rows)
    with pytest.raises(IndexError):
        made[3]


def test_names_out_of_the_ordinary() -> None:
    values = {"张三", "王老师", "暂无", "张某", "古丽·买买提", None, 3, "李四 ", "李四\n王五", "李\n四", ""}
    assert person_name.out_of_the_ordinary(values) == values - {"张三"}
