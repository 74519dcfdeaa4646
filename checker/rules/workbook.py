"""The file itself: can it be read, does it hide anything, does it carry what is not needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.catalog import PEOPLE_FORMS
from checker.model import (
    Cell,
    CellKind,
    Context,
    Format,
    Hit,
    Rule,
    Scope,
    Severity,
    Sheet,
    Source,
    Table,
    Trouble,
    column_letter,
)
from checker.normalise import heading, squeeze
from checker.recognise import is_sign_in
from checker.wording import row_list

_EXTENSIONS = {
    Format.XLSX: ("xlsx",),
    Format.XLSM: ("xlsm",),
    Format.XLS: ("xls",),
    Format.ET: ("et",),
    Format.ODS: ("ods",),
    Format.CSV: ("csv", "txt", "tsv"),
}
# Headings of personal data that the samples do not ask for (S13, S14).
_PERSONAL = (
    "手机", "电话", "联系方式", "住址", "地址", "民族", "出生", "年龄", "政治面貌", "银行卡",
    "开户行", "账号", "籍贯", "婚姻", "健康", "微信", "QQ", "邮箱", "宗教", "照片",
)  # fmt: skip


def _has_data(sheet: Sheet) -> bool:
    return any(value not in (None, "") for row in sheet.rows for value in row)


def _first_cell(file: str, sheet: Sheet) -> Cell:
    return sheet.cell(file, 1, 1)


def unreadable(source: Source, context: Context) -> Iterator[Hit]:
    """Yield a file that cannot be opened as a spreadsheet."""
    book = source.workbook
    if book.trouble and book.trouble is not Trouble.TOO_LARGE:
        yield Hit(cell=book.cell(), variant=book.trouble, facts={"content": book.content})


W01 = Rule(
    code="W01",
    name="unreadable-file",
    severity=Severity.ERROR,
    scope=Scope.FILE,
    title="文件打不开",
    source=("S3",),
    explanation="名单和成绩单要报送电子版，打不开的文件无法受理，也无法核对。",
    message="“{file}”打不开，文件可能已经损坏或没有传完整。",
    variants={
        Trouble.EMPTY: "“{file}”是空文件，里面什么也没有。",
        Trouble.ENCRYPTED: "“{file}”加了打开密码，读不到里面的内容。",
        Trouble.FOREIGN: "“{file}”不是电子表格，里面是：{content}。",
        Trouble.NO_SHEETS: "“{file}”能打开，但里面没有任何内容。",
    },
    fix="用 WPS 或 Excel 打开原来的表格，另存为 .xlsx 再检查；加了密码的，先在“文件→文档加密→密码加密”"
    "里把密码清空。",
    check=unreadable,
)


def old_format(source: Source, context: Context) -> Iterator[Hit]:
    """Yield an OLE2 workbook: .xls or WPS .et."""
    if source.workbook.format in (Format.XLS, Format.ET) and not source.workbook.trouble:
        yield Hit(cell=source.workbook.cell(), variant=source.workbook.format)


W02 = Rule(
    code="W02",
    name="old-workbook-format",
    severity=Severity.WARNING,
    scope=Scope.FILE,
    title="旧版表格格式",
    source=("S3",),
    explanation="旧格式里的隐藏行列、批注等内容不能全部读出来，别人的电脑上也可能打不开。",
    message="这是旧版 .xls 格式，个别内容可能读不全。",
    variants={Format.ET: "这是 WPS 的 .et 格式，个别内容可能读不全。"},
    fix="在 WPS 或 Excel 里打开，选“另存为→Excel 工作簿(*.xlsx)”，再检查新文件。",
    check=old_format,
)


def csv_text(source: Source, context: Context) -> Iterator[Hit]:
    """Yield a text file: spreadsheet programs spoil ID numbers on the way through it."""
    if source.workbook.format is Format.CSV and not source.workbook.trouble:
        yield Hit(cell=source.workbook.cell())


W03 = Rule(
    code="W03",
    name="csv-text",
    severity=Severity.WARNING,
    scope=Scope.FILE,
    title="CSV 文本文件",
    source=("S3",),
    explanation="用表格软件打开 CSV 再保存，18位身份证号的后三位会变成000；姓名里的间隔号和生僻字也可能变成问号。",
    message="这是 CSV 文本文件，用表格软件打开再保存，身份证号容易被改坏。",
    fix="改用本站的 .xlsx 模板，把内容粘贴进去（粘贴为“值”或“文本”）。",
    check=csv_text,
)


def wrong_extension(source: Source, context: Context) -> Iterator[Hit]:
    """Yield a file whose extension names another format than its content."""
    book = source.workbook
    if book.trouble or book.format is None or book.extension in _EXTENSIONS[book.format]:
        return
    facts = {"extension": f".{book.extension}", "content": f".{book.format}"}
    yield Hit(cell=book.cell(), facts=facts, variant="" if book.extension else "none")


W04 = Rule(
    code="W04",
    name="extension-mismatch",
    severity=Severity.WARNING,
    scope=Scope.FILE,
    title="扩展名与内容不符",
    source=("S3",),
    explanation="扩展名改错的文件，别人打开时会提示“格式与扩展名不匹配”，有的软件干脆打不开。",
    message="文件的扩展名是 {extension}，内容其实是 {content} 格式。",
    variants={"none": "文件名没有扩展名，内容其实是 {content} 格式。"},
    fix="在 WPS 或 Excel 里打开，另存为 .xlsx；只改文件名，里面的格式不会变。",
    check=wrong_extension,
)


def hidden_data(source: Source, context: Context) -> Iterator[Hit]:
    """Yield sheets, rows and columns that are hidden but hold data."""
    file = source.workbook.name
    known = {table.sheet.name for table in source.tables}
    for sheet in source.workbook.sheets:
        wide = any(sum(value not in (None, "") for value in row) > 1 for row in sheet.rows)
        if sheet.hidden and (sheet.name in known or wide):
            yield Hit(cell=_first_cell(file, sheet), variant="sheet")
    for table in source.tables:
        sheet = table.sheet
        rows = [row for row in table.records.rows if row in sheet.hidden_rows]
        if rows:
            cell = sheet.cell(file, rows[0], 1)
            yield Hit(cell=cell, facts={"rows": row_list(rows)})
        for column in sorted(sheet.hidden_columns):
            used = any(sheet.value(row, column) not in (None, "") for row in table.records.rows)
            if used:
                facts = {"letter": column_letter(column)}
                cell = sheet.cell(file, table.header_rows[0], column)
                yield Hit(cell=cell, variant="column", facts=facts)


W05 = Rule(
    code="W05",
    name="hidden-data",
    severity=Severity.WARNING,
    scope=Scope.FILE,
    title="有隐藏的内容",
    source=("S3",),
    explanation="隐藏或被筛选掉的行照样会随文件报送，打印时却看不到，纸质和电子版就不一致。",
    message="第 {rows} 行被隐藏或被筛选掉了，但里面有内容。",
    variants={
        "sheet": "工作表“{sheet}”是隐藏的，但里面有内容。",
        "column": "{letter} 列是隐藏的，但里面有内容。",
    },
    fix="取消隐藏和筛选，看清这些内容是否也要报送；不报送的就删除。",
    check=hidden_data,
)


def unsolved_cell(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield an error value, or a formula that was saved without its result."""
    if cell.kind is CellKind.ERROR:
        yield Hit(cell=cell, variant="error", severity=Severity.ERROR)
    else:
        yield Hit(cell=cell)


W06 = Rule(
    code="W06",
    name="unsolved-cell",
    severity=Severity.WARNING,
    scope=Scope.CELL,
    title="公式没有结果或显示错误值",
    source=("S3",),
    explanation="公式在别的电脑上可能算不出来；#N/A、#REF! 这类错误值不是内容。",
    message="第 {row} 行“{label}”是公式，文件里没有保存它的结果。",
    variants={"error": "第 {row} 行“{label}”显示为错误值 {value}。"},
    fix="选中这一列，复制，再“选择性粘贴→数值”；显示错误值的格子，照原始材料重新填。",
    check=unsolved_cell,
    kinds=("unreadable",),
)


def similar_sheets(source: Source, context: Context) -> Iterator[Hit]:
    """Yield further tables of a form already met, and filled sheets that are no known form."""
    met: dict[str, Table] = {}
    for table in source.tables:
        first = met.setdefault(table.form.name, table)
        if first is not table:
            facts = {"form": table.form.title, "first": first.sheet.name}
            yield Hit(cell=table.place(), facts=facts, related=(first.place(),))
    known = {table.sheet.name for table in source.tables}
    for sheet in source.workbook.sheets if known else ():
        if sheet.name not in known and _has_data(sheet) and not is_sign_in(sheet):
            yield Hit(cell=_first_cell(source.workbook.name, sheet), variant="unknown")


W07 = Rule(
    code="W07",
    name="similar-sheets",
    severity=Severity.INFO,
    scope=Scope.FILE,
    title="有相似或不认识的工作表",
    source=("S2",),
    explanation="同一张表有好几份时，每一份都检查了；不认识的工作表没有检查。",
    message="工作簿里不止一张{form}：“{first}”之外还有“{sheet}”，两张都检查了。",
    variants={"unknown": "没认出“{sheet}”是哪张表，这一张没有检查。"},
    fix="确认要报送的是哪一张，把不报送的删除。",
    check=similar_sheets,
)


def too_large(source: Source, context: Context) -> Iterator[Hit]:
    """Yield a file beyond the limits of size, unpacked size, sheets or rows."""
    book = source.workbook
    if book.trouble is Trouble.TOO_LARGE:
        yield Hit(cell=book.cell(), variant=book.limit, facts={"found": f"{book.found:,}"})


W08 = Rule(
    code="W08",
    name="too-large",
    severity=Severity.ERROR,
    scope=Scope.FILE,
    title="文件过大",
    source=("S3",),
    explanation="一张表最多 200,000 行，一个文件最多 50 MB、展开后最多 500 MB。正常的名单远小于这个数。",
    message="“{file}”里的内容太多，没有检查。",
    variants={
        "bytes": "“{file}”超过 50 MB，太大了，没有检查。",
        "unpacked": "“{file}”展开后超过 500 MB，太大了，没有检查。",
        "sheets": "“{file}”有 {found} 张工作表，太多了，没有检查。",
        "rows": "“{file}”里有一张表有 {found} 行，超过 200,000 行，没有检查。",
    },
    fix="删除表尾多余的空行和图片后另存一份，或者分成几个文件检查。",
    check=too_large,
)


def extra_personal_data(table: Table, context: Context) -> Iterator[Hit]:
    """Yield columns of personal data nobody asked for, and cell comments."""
    for cell in table.unknown_headings:
        if any(word.lower() in heading(cell.text).lower() for word in _PERSONAL):
            yield Hit(cell=cell, facts={"heading": squeeze(cell.text)})
    if table.sheet.comments:
        row, column = table.sheet.comments[0]
        cell = table.sheet.cell(table.file, row, column)
        yield Hit(cell=cell, variant="comment", facts={"count": len(table.sheet.comments)})


W09 = Rule(
    code="W09",
    name="extra-personal-data",
    severity=Severity.INFO,
    scope=Scope.TABLE,
    title="多报了个人信息",
    source=("S13", "S14", "《个人信息保护法》第六条"),
    explanation="样表没有要的个人信息，按“最小必要”的原则不报送，对单位和本人都更稳妥。",
    message="样表里没有“{heading}”这一栏，它属于个人信息。",
    variants={"comment": "表里有 {count} 处批注，批注会随文件一起报送。"},
    fix="确认用不着后删掉，再报送。",
    check=extra_personal_data,
    forms=PEOPLE_FORMS,
)


def active_content(source: Source, context: Context) -> Iterator[Hit]:
    """Yield macros, links to other workbooks and embedded objects."""
    book = source.workbook
    parts = (("宏", book.macros), ("指向其他文件的链接", book.external_links), ("嵌入对象", book.embedded))
    names: Sequence[str] = [name for name, present in parts if present]
    if names:
        yield Hit(cell=book.cell(), facts={"content": "、".join(names)})


W10 = Rule(
    code="W10",
    name="active-content",
    severity=Severity.INFO,
    scope=Scope.FILE,
    title="有宏、外部链接或嵌入对象",
    source=("S3",),
    explanation="带宏的文件常被安全软件拦下；外部链接在别的电脑上会断开；嵌入对象里可能带着不该报送的内容。",
    message="工作簿里有{content}。",
    fix="另存为不含这些内容的 .xlsx（保存类型选“Excel 工作簿”），再报送。",
    check=active_content,
)

RULES = (W01, W02, W03, W04, W05, W06, W07, W08, W09, W10)
