"""Last year's forms moved into this year's templates: every record, as it stands.

The records are those the checker itself reads, so that any layout it understands can be moved. No
date becomes another one on the way and no number is corrected: what belongs to the year that is
over is named in the notes, and so is whatever has no place in the new form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checker import catalog, template
from checker.catalog import PLAN_FORMS, Cycle, UnfinishedCycleError
from checker.engine import Examination, told_apart
from checker.filing_set import free_text, time_text
from checker.model import CellKind, Product, Record, Source, Table
from checker.normalise import NOTHING, ordinal, squeeze
from checker.recognise import filled, is_sign_in
from checker.wording import plain, row_list

_OF_THE_YEAR = {  # what in a form tells of the year that is over, and has to be written anew
    "filing_form": "人数、课时、地点、内容等是按上一次写的，照新的安排改；各栏意见和盖章重新办",
    "plan_general": "时间、内容和学时照原样带过来了，没有改成新一年的，逐条改好再用",
    "plan_professional": "时间、内容和学时照原样带过来了，没有改成新一年的，逐条改好再用",
    "roster": "看看有没有调走、退休和新来的人",
    "transcript": "学时和成绩还是上一次的，培训办完以后重新填",
}


def migrate(examination: Examination) -> Product:
    """Return each recognised form in the template of the examination's cycle, and what to know.

    Where no form is recognised there are no files, and the notes say so.
    """
    cycle = catalog.load().cycle(examination.report.cycle)
    files: list[tuple[str, bytes]] = []
    notes: list[str] = []
    for source in examination.drop.sources:
        for table in source.tables:
            if table.records:
                files.append((_file_name(source, table, cycle), _moved(table, cycle)))
                notes += _about(table, cycle, _end(source, table))
            else:
                notes.append(f"{_named(table)}里没有填内容，没有可以搬的。")
                notes += _rows_left(table, _named(table), _end(source, table))
        notes += _not_moved(source)
    return Product(files=tuple(told_apart(files)), notes=tuple(dict.fromkeys(notes)))


def _end(source: Source, table: Table) -> int:
    """Return the row at which a table is over: the next one's header, or the end of the sheet."""
    starts = [
        other.header_rows[0]
        for other in source.tables
        if other.sheet is table.sheet and other.header_rows[0] > table.header_rows[1]
    ]
    return min(starts, default=len(table.sheet.rows) + 1)


def _file_name(source: Source, table: Table, cycle: Cycle) -> str:
    """Return the name of a new file: the old one's, with the form where it held several."""
    stem = source.workbook.name.rpartition(".")[0] or source.workbook.name
    form = f" {table.form.layout['sheet']}" if len(source.tables) > 1 else ""
    return f"{stem}{form}（{cycle.year}年度）.xlsx"


def _moved(table: Table, cycle: Cycle) -> bytes:
    """Return this year's template with the records of a table; its 填表时间 is left open."""
    form = table.form
    records = [_values(record, table, cycle) for record in table.records]
    remarks = "\n".join(free_text(table, _known_cycles(cycle))) if form.name in PLAN_FORMS else ""
    return template.build(
        (form,), cycle, unit=table.unit, records={form.name: records}, remarks=remarks
    )


def _known_cycles(cycle: Cycle) -> Iterator[Cycle]:
    """Yield this cycle and those before: the 说明 under an old plan are its own year's."""
    known = catalog.load()
    yield cycle
    for year in known.years:
        if year < cycle.year:
            try:
                yield known.cycle(year)
            except UnfinishedCycleError:
                continue  # an old file that is no longer whole knows no 说明


def _values(record: Record, table: Table, cycle: Cycle) -> Mapping[str, Any]:
    """Return what a record holds: its values, and the text of a cell that means nothing to us."""
    texts = {
        name: cell.text
        for name, cell in record.cells.items()
        if cell.kind is not CellKind.BLANK and cell.readable and name not in record.values
    }
    return texts | dict(record.values) | time_text(record, _table_cycle(table, cycle))


def _table_cycle(table: Table, cycle: Cycle) -> Cycle:
    """Return the cycle in which a table's days are read: its own year's where that is known."""
    known = catalog.load()
    if table.year in known.years:
        try:
            return known.cycle(table.year)
        except UnfinishedCycleError:
            pass
    return cycle


def _named(table: Table) -> str:
    return f"“{plain(table.file)}”的{table.form.title}"


def _about(table: Table, cycle: Cycle, end: int) -> Iterator[str]:
    """Say what to look at in a form that was moved, and what of it was not."""
    count = f"，共 {len(table.records)} 行" if table.form.is_table else ""
    year = f"{table.year} 年度" if table.year else "没有写年度"
    named = _named(table)
    moved = f"{named}（{year}{count}）搬进了 {cycle.year} 年度的模板，日期空着"
    yield f"{moved}。{_OF_THE_YEAR[table.form.name]}。"
    yield from _columns_left(table, named)
    yield from _cells_left(table, named)
    yield from _rows_left(table, named, end)


def _rows_left(table: Table, named: str, end: int) -> Iterator[str]:
    """Say which rows under the header were no records: totals, remarks where a form takes none.

    A row with nothing but its 序号 is blank.
    """
    if not table.form.is_table:
        return
    kept = {*table.records.rows, *(table.notes if table.form.name in PLAN_FORMS else ())}
    rows = [
        row
        for row in range(table.header_rows[1] + 1, end)
        if row not in kept
        if any(ordinal(cell.text) is None for cell in filled(table.file, table.sheet, row))
    ]
    if rows:
        yield f"{named}第 {row_list(rows)} 行是合计、说明一类，没有带过来。"


def _columns_left(table: Table, named: str) -> Iterator[str]:
    """Say which columns have no place in the form: unknown ones, and the second of two alike."""
    doubled = [second for _, second in table.doubled_headings]
    for cell in (*table.unknown_headings, *doubled):
        rows = [
            record.row
            for record in table.records
            if squeeze(table.sheet.cell(table.file, record.row, cell.column).text)
        ]
        if rows:
            what = f"第 {row_list(rows)} 行的内容没有带过来，要用的从原来的文件里抄"
            yield f"{named}的“{plain(cell.text)}”不是样表的栏目，{what}。"


def _cells_left(table: Table, named: str) -> Iterator[str]:
    """Say which cells hold nothing that could be written: formulas without a result, errors."""
    left: dict[str, list[int]] = {}
    for record in table.records:
        for name, cell in record.cells.items():
            if not cell.readable and squeeze(cell.text) not in NOTHING:
                left.setdefault(name, []).append(record.row)
    for name, rows in left.items():
        where = f"第 {row_list(rows)} 行" if table.form.is_table else ""
        yield f"{named}{where}的“{table.label(name)}”是没有结果的公式，没有带过来，照实填写。"


def _not_moved(source: Source) -> Iterator[str]:
    """Say which sheets hold no form; those of our own that only instruct are no loss."""
    book = source.workbook
    if book.trouble:
        yield f"“{plain(book.name)}”没能读出来，没有搬。"
        return
    forms = {table.sheet.name for table in source.tables}
    left = [sheet for sheet in book.sheets if sheet.rows and sheet.name not in forms]
    signed = [sheet for sheet in left if is_sign_in(sheet)]
    if signed:
        yield f"“{plain(book.name)}”里有 {len(signed)} 张签到表，是那时候签的，不用搬。"
    for sheet in left:
        if sheet not in signed:
            yield f"“{plain(book.name)}”的“{plain(sheet.name)}”没认出是哪张表，没有搬。"
