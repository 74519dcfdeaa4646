"""Title, header and structure: is this the form, is it whole, whose is it, of which year."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from checker.catalog import PEOPLE_FORMS, PLAN_FORMS
from checker.model import Cell, Context, Hit, Rule, Scope, Severity, Source, Table, column_letter
from checker.normalise import find_date, headings, squeeze, to_date
from checker.recognise import heading_is_alias, is_sign_in
from checker.wording import row_list

_TABLE_FORMS = (*PLAN_FORMS, *PEOPLE_FORMS)
_HOURS = ("general_hours", "professional_hours")
_ANY_HOURS = ("完成学时", "学时", "课时", "完成课时", "总学时", "学时合计")


def unknown_form(source: Source, context: Context) -> Iterator[Hit]:
    """Yield the first filled sheet of a file in which no form was recognised."""
    book = source.workbook
    if book.trouble or source.tables:
        return
    filled = [sheet for sheet in book.sheets if sheet.rows and not is_sign_in(sheet)]
    for sheet in sorted(filled, key=lambda sheet: sheet.hidden)[:1]:
        yield Hit(cell=sheet.cell(book.name, 1, 1))


H01 = Rule(
    code="H01",
    name="unknown-form",
    severity=Severity.ERROR,
    scope=Scope.FILE,
    title="没认出是哪张表",
    source=("S11", "S12", "S13", "S14"),
    explanation="靠标题和表头认表：标题里有“备案表”“计划表”“参训人员名单”或“成绩单”，表头用样表的栏目名称。",
    message="没认出“{sheet}”是哪张表，里面的内容都没有检查。",
    fix="用本站的模板填写；自己做的表，把标题和表头改成与样表一样。",
    check=unknown_form,
)


def missing_column(table: Table, context: Context) -> Iterator[Hit]:
    """Yield the columns (or boxes) of the sample that are not there, as one fault."""
    fields = table.form.fields
    # The columns of a group are missing together (H04 says it where one is there).
    missing = dict.fromkeys(
        fields[name].group or fields[name].title
        for name in table.missing
        if not (name in _HOURS and _hours_unclear(table))
    )
    if missing:
        facts = {
            "headings": "".join(f"“{heading}”" for heading in missing),
            "these": "这一栏" if len(missing) == 1 else f"这 {len(missing)} 栏",
            "official": "、".join(dict.fromkeys(f.group or f.title for f in fields.values())),
        }
        yield Hit(cell=_header_start(table), facts=facts)


def _header_start(table: Table) -> Cell:
    """Return the first heading: where to look for what is missing."""
    cells = sorted(table.headings.values(), key=lambda cell: (cell.row, cell.column))
    return cells[0] if cells else table.place()


H02 = Rule(
    code="H02",
    name="missing-column",
    severity=Severity.ERROR,
    scope=Scope.TABLE,
    title="缺少栏目",
    source=("S11", "S12", "S13", "S14"),
    explanation="少了样表要求的栏目，这一栏的内容就没有报送。",
    message="缺少{headings}{these}。样表的栏目是：{official}。",
    fix="照样表补上并填好；如果表里其实有，把表头改成样表的写法。",
    check=missing_column,
)


def renamed_column(table: Table, context: Context) -> Iterator[Hit]:
    """Yield headings that are understood but not the sample's, and a changed column order."""
    for name, cell in table.headings.items():
        if heading_is_alias(table.form, name, cell):
            field = table.form.fields[name]
            yield Hit(
                cell=cell,
                facts={"actual": squeeze(cell.text), "official": field.title},
                suggestion=field.title,
            )
    order = [name for name in table.form.fields if name in table.headings]
    for before, after in pairwise(order):
        if table.headings[before].column > table.headings[after].column:
            facts = {"before": table.label(before), "after": table.label(after)}
            yield Hit(cell=table.headings[after], variant="order", facts=facts)
            return


H03 = Rule(
    code="H03",
    name="renamed-column",
    severity=Severity.INFO,
    scope=Scope.TABLE,
    title="栏目名称或顺序与样表不同",
    source=("S12", "S13", "S14"),
    explanation="不影响检查；与样表一致，窗口核对起来更快。",
    message="“{actual}”已按样表的“{official}”处理。",
    variants={"order": "栏目的顺序与样表不同：样表里“{before}”在“{after}”前面。"},
    fix="报送前改成样表的写法和顺序。",
    check=renamed_column,
    forms=_TABLE_FORMS,
)


def _hours_unclear(table: Table) -> bool:
    """Tell whether hours are there but not told apart into the two subjects."""
    found = sum(name in table.headings for name in _HOURS)
    loose = any(text in _ANY_HOURS for text in table.groups) or any(
        text in _ANY_HOURS for cell in table.unknown_headings for text in headings(cell.text)
    )
    return found == 1 or (found == 0 and loose)


def flattened_hours(table: Table, context: Context) -> Iterator[Hit]:
    """Yield a transcript whose 完成学时 is not two columns."""
    if _hours_unclear(table):
        found = [name for name in _HOURS if name in table.headings]
        if found:
            yield Hit(cell=table.headings[found[0]], facts={"found": table.form.fields[found[0]].title})
        else:
            cells = [c for c in table.unknown_headings if headings(c.text)[-1] in _ANY_HOURS]
            yield Hit(cell=cells[0] if cells else _header_start(table), variant="none")


H04 = Rule(
    code="H04",
    name="flattened-hours",
    severity=Severity.ERROR,
    scope=Scope.TABLE,
    title="完成学时没有分两栏",
    source=("S14",),
    explanation="公需科目和专业科目的学时要分开申报，合在一起就不知道各是多少。",
    message="“完成学时”要分“公需科目”“专业科目”两栏，现在只找到“{found}”一栏。",
    variants={"none": "“完成学时”下面没有分“公需科目”“专业科目”两栏。"},
    fix="照样表在“完成学时”下面分成“公需科目”“专业科目”两栏，分别填写。",
    check=flattened_hours,
    forms=("transcript",),
    stops=True,
)


def missing_unit(table: Table, context: Context) -> Iterator[Hit]:
    """Yield a form that names its unit neither in the title nor in the 单位 line."""
    if not table.unit:
        yield Hit(cell=table.unit_cell or table.place(), variant="" if table.form.is_table else "box")


H05 = Rule(
    code="H05",
    name="missing-unit",
    severity=Severity.ERROR,
    scope=Scope.TABLE,
    title="没有写单位名称",
    source=("S11", "S12", "S13", "S14"),
    explanation="每张表都要看得出是哪个单位的；单位名称要与公章一致。",
    message="标题里和“单位：”后面都还没有写单位名称。",
    variants={"box": "标题里和“单位名称”一栏都还没有写单位名称。"},
    fix="把标题里的“（单位）”改成单位全称，或者写在“单位：”后面（备案表写在“单位名称”一栏），与公章一致。",
    check=missing_unit,
)


def wrong_year(table: Table, context: Context) -> Iterator[Hit]:
    """Yield a title without a year, or with another than the filing year."""
    if table.year is None:
        yield Hit(cell=table.place(), variant="missing")
    elif table.year != context.cycle.year:
        yield Hit(
            cell=table.place(), facts={"found": table.year}, suggestion=f"{context.cycle.year}年度"
        )


H06 = Rule(
    code="H06",
    name="wrong-year",
    severity=Severity.ERROR,
    scope=Scope.TABLE,
    title="标题的年度不对",
    source=("S11", "S12", "S13", "S14"),
    explanation="备案按年度受理，标题写的是哪一年，就是哪一年的备案。",
    message="标题写的是 {found} 年度，本次备案的是 {year} 年度。",
    variants={"missing": "标题里没有写年度，本次备案的是 {year} 年度。"},
    fix="核对是不是用错了往年的表；没有用错，就把标题的年度改过来。",
    check=wrong_year,
)


def filled_in_date(table: Table, context: Context) -> Iterator[Hit]:
    """Yield a 时间 line that is blank, impossible or later than today."""
    cell = table.date_cell or table.place()
    parts = find_date(table.date_text)
    if parts is None:
        yield Hit(cell=cell)
        return
    date = to_date(parts)
    if date is None:
        yield Hit(cell=cell, variant="impossible", facts={"date": _written(parts)})
    elif date > context.today:
        yield Hit(cell=cell, variant="future", facts={"date": _written(parts)})


def _written(parts: tuple[int, int, int]) -> str:
    year, month, day = parts
    return f"{year}年{month}月{day}日"


H07 = Rule(
    code="H07",
    name="form-date",
    severity=Severity.WARNING,
    scope=Scope.TABLE,
    title="填表时间要核对",
    source=("S12", "S13", "S14"),
    explanation="样表右上角有“时间：　　年　月　日”，写填表的日期。",
    message="“时间：”后面的填表日期还没有写全。",
    variants={
        "impossible": "填表时间写的是{date}，日历上没有这一天。",
        "future": "填表时间写的是{date}，比今天还晚。",
    },
    fix="核对后写上填表的年、月、日。",
    check=filled_in_date,
    forms=_TABLE_FORMS,
)


def sample_mark(table: Table, context: Context) -> Iterator[Hit]:
    """Yield a title that still carries 「（样表）」."""
    if "样表" in table.title_text:
        yield Hit(cell=table.place())


H08 = Rule(
    code="H08",
    name="sample-mark",
    severity=Severity.INFO,
    scope=Scope.TABLE,
    title="标题里还有“样表”字样",
    source=("S11", "S12", "S13", "S14"),
    explanation="“（样表）”是通知里说明用的，报送的表不写。",
    message="标题里还有“（样表）”字样。",
    fix="打印前把“（样表）”删掉。",
    check=sample_mark,
)


def subject_of_plan(table: Table, context: Context) -> Iterator[Hit]:
    """Yield a plan whose title names neither or both subjects."""
    if len(table.subjects) != 1:
        yield Hit(cell=table.place(), variant="both" if table.subjects else "")


H09 = Rule(
    code="H09",
    name="plan-subject",
    severity=Severity.ERROR,
    scope=Scope.TABLE,
    title="计划表没有写明科目",
    source=("S12",),
    explanation="公需科目和专业科目的学时分开计算，计划也要各填一张。",
    message="标题里没有写明是“公需科目”还是“专业科目”的计划。",
    variants={"both": "标题里“公需科目”和“专业科目”都有，看不出是哪一类的计划。"},
    fix="两类计划各填一张，标题末尾的括号里只写“公需科目”或“专业科目”。",
    check=subject_of_plan,
    forms=PLAN_FORMS,
)


def merged_data(table: Table, context: Context) -> Iterator[Hit]:
    """Yield merged areas among the data rows; the checker has copied their value down."""
    for area in table.merged:
        letters = column_letter(area.left)
        if area.right > area.left:
            letters += f"–{column_letter(area.right)}"
        facts = {"rows": row_list(range(area.top, area.bottom + 1)), "letters": letters}
        yield Hit(cell=table.sheet.cell(table.file, area.top, area.left), facts=facts)


H10 = Rule(
    code="H10",
    name="merged-data",
    severity=Severity.WARNING,
    scope=Scope.TABLE,
    title="数据行里有合并单元格",
    source=("S12", "S13", "S14"),
    explanation="合并的格子只有第一行有内容，排序、筛选和导入时其余各行都会变成空的。这里检查时已按每行都填了同样的内容处理。",
    message="第 {rows} 行的 {letters} 列是合并单元格。",
    fix="取消合并，每一行都填上内容。",
    check=merged_data,
    forms=_TABLE_FORMS,
)


def no_data(table: Table, context: Context) -> Iterator[Hit]:
    """Yield a table without a single data row."""
    if not table.records:
        row = table.header_rows[1] + 1
        yield Hit(cell=table.sheet.cell(table.file, row, _header_start(table).column))


H11 = Rule(
    code="H11",
    name="no-data",
    severity=Severity.ERROR,
    scope=Scope.TABLE,
    title="表里还没有数据",
    source=("S12", "S13", "S14"),
    explanation="表头下面一行都没有填；表格下方的文字说明不算数据。",
    message="表头下面还没有填写内容。",
    fix="从表头的下一行开始填写，一人（或一次培训）一行；如果已经填了，看看是不是选错了文件。",
    check=no_data,
    forms=_TABLE_FORMS,
    stops=True,
)


def old_template(source: Source, context: Context) -> Iterator[Hit]:
    """Yield a file made from a template of another year, or of an older version."""
    meta, cell = source.workbook.meta, source.workbook.cell()
    year = meta.get("cycle", "")
    if year.isascii() and year.isdigit() and int(year) != context.cycle.year:
        yield Hit(cell=cell, variant="year", facts={"found": year})
        return
    names, versions = meta.get("form", "").split(","), meta.get("schema_version", "").split(",")
    for name, version in zip(names, versions, strict=False):
        form = context.catalog.forms.get(name.strip())
        if form and _numbers(version) and _numbers(version) < _numbers(form.version):
            facts = {"found": version.strip(), "current": form.version}
            yield Hit(cell=cell, facts=facts)
            return


def _numbers(version: str) -> tuple[int, ...]:
    """Return a version as numbers (1.10.0 is newer than 1.9.0), empty if it is none."""
    parts = version.strip().split(".")
    return tuple(map(int, parts)) if all(p.isascii() and p.isdigit() for p in parts) else ()


H12 = Rule(
    code="H12",
    name="old-template",
    severity=Severity.WARNING,
    scope=Scope.FILE,
    title="模板不是现在的版本",
    source=("S11", "S12", "S13", "S14"),
    explanation="旧模板的栏目可能与现在的样表不同。",
    message="这是旧版模板（{found} 版，现在是 {current} 版），仍已按 {year} 年的规则检查。",
    variants={"year": "这是 {found} 年的模板，仍已按 {year} 年的规则检查。"},
    fix="用“换到新年度”把内容搬进现在的模板，或者到“下载专区”下载模板，把内容粘贴过去。",
    check=old_template,
)


def doubled_column(table: Table, context: Context) -> Iterator[Hit]:
    """Yield two columns that mean the same field."""
    for first, second in table.doubled_headings:
        facts = {
            "heading": table.label(first.field) or squeeze(first.text),
            "a": column_letter(first.column),
            "b": column_letter(second.column),
        }
        yield Hit(cell=second, facts=facts, related=(first,))


H13 = Rule(
    code="H13",
    name="doubled-column",
    severity=Severity.ERROR,
    scope=Scope.TABLE,
    title="同一栏出现了两次",
    source=("S12", "S13", "S14"),
    explanation="两栏都像同一个栏目，不知道该以哪一栏为准，所以表中内容没有检查。",
    message="“{heading}”出现了两栏（{a} 列和 {b} 列），不知道该读哪一栏。",
    fix="只留一栏，另一栏删除；是别的内容，就换一个表头。",
    check=doubled_column,
    forms=_TABLE_FORMS,
    stops=True,
)

RULES = (H01, H02, H03, H04, H05, H06, H07, H08, H09, H10, H11, H12, H13)
