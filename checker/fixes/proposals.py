"""Which changes are offered: those that leave the checker less to say, and nothing new."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from checker import catalog
from checker.engine import Examination
from checker.fields import record_of
from checker.fixes.changes import SAFE, Change, Edit, change_of_cell, change_of_serials
from checker.fixes.tidy import tidied, with_value
from checker.identifiers import id_document
from checker.model import (
    Cell,
    CellKind,
    Context,
    Record,
    Rule,
    Scope,
    Source,
    Table,
    Workbook,
    as_text,
)
from checker.normalise import heading, ordinal, squeeze
from checker.rules import CRASH, RULES

_Place = tuple[str, str, int, int]
_SERIAL = "序"  # a column headed 编号 or No. may hold numbers of the staff


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """A table and all that is needed to judge its cells."""

    table: Table
    codes: Mapping[_Place, set[str]]  # of the findings that can be settled
    rules: Sequence[Rule]
    context: Context
    prefix: str  # of the ids
    copied: frozenset[tuple[int, int]]  # cells that show what stands above them (H10)

    def is_own(self, cell: Cell) -> bool:
        """Tell whether a cell itself holds what it shows, all of it, and no formula does."""
        place = (cell.row, cell.column)
        return (
            cell.readable
            and place not in self.copied
            and place not in self.table.sheet.formulas
            and self.table.sheet.value(*place) == cell.value
        )


def propose(examination: Examination) -> tuple[Change, ...]:
    """Return every safe change, in report order."""
    report, known = examination.report, catalog.load()
    context = Context(catalog=known, cycle=known.cycle(report.cycle), today=report.checked_on)
    codes: dict[_Place, set[str]] = defaultdict(set)
    for rule, hit in examination.hits:
        if rule.code in SAFE:
            codes[_place(hit.cell)].add(rule.code)
    rules = _rules(examination)
    try:
        return tuple(
            change
            for number, source in enumerate(examination.drop.sources, 1)
            for change in _of_source(source, number, codes, rules, context)
        )
    finally:
        id_document.examine.cache_clear()  # it holds numbers


def _place(cell: Cell) -> _Place:
    return cell.file, cell.sheet, cell.row, cell.column


def _rules(examination: Examination) -> tuple[Rule, ...]:
    """Return the rules that look at a row; one that crashed would do so again."""
    crashed = {hit.facts["code"] for rule, hit in examination.hits if rule is CRASH}
    return tuple(
        rule
        for rule in RULES
        if rule.check and rule.scope in (Scope.CELL, Scope.RECORD) and rule.code not in crashed
    )


def _of_source(
    source: Source,
    number: int,
    codes: Mapping[_Place, set[str]],
    rules: Sequence[Rule],
    context: Context,
) -> Iterator[Change]:
    """Yield the changes of a file; none where it could not be told which cells are formulas."""
    names = _names(source.workbook)
    found: dict[tuple[int, int, int], Change] = {}
    for table in source.tables if not source.workbook.details_missing else ():
        sheet = names.index(table.sheet.name) + 1
        work = _Work(
            table=table,
            codes=codes,
            rules=[rule for rule in rules if not rule.forms or table.form.name in rule.forms],
            context=context,
            prefix=f"{number}-{sheet}-",
            copied=_copied(table),
        )
        for change in _of_table(work):
            cell = change.edits[0].cell
            found.setdefault((sheet, cell.row, cell.column), change)
    return (found[place] for place in sorted(found))


def _names(workbook: Workbook) -> list[str]:
    return [sheet.name for sheet in workbook.sheets]


def _copied(table: Table) -> frozenset[tuple[int, int]]:
    last = max((record.row for record in table.records), default=0)
    return frozenset(
        (row, area.left)
        for area in table.merged
        for row in range(area.top + 1, min(area.bottom, last) + 1)
    )


def _of_table(work: _Work) -> Iterator[Change]:
    """Yield the changes of a table. A serial number written anew needs no other change."""
    serials = _of_serials(work)
    settled = {_place(edit.cell) for edit in serials.edits} if serials else set()
    if serials:
        yield serials
    for record in _hit_records(work):
        for name, cell in record.cells.items():
            place = _place(cell)
            if place in work.codes and place not in settled and work.is_own(cell):
                change = _of_cell(record, name, work)
                if change:
                    yield change


def _hit_records(work: _Work) -> Iterator[Record]:
    """Yield the rows with findings; the boxes of a filing form are one record."""
    table = work.table
    here = (table.file, table.sheet.name)
    rows = {row for file, sheet, row, _ in work.codes if (file, sheet) == here}
    for index, row in enumerate(table.records.rows):
        if row in rows or not table.form.is_table:
            yield table.records[index]


def _of_cell(record: Record, name: str, work: _Work) -> Change | None:
    """Return the change of a cell, None where the checker would not be the happier for it."""
    cell, field = record.cells[name], work.table.form.fields[name]
    after = tidied(cell, field, work.table, work.context)
    if after is None:
        return None
    cells = {**record.cells, name: with_value(cell, after)}
    before = _said(record, name, work)
    left = _said(record_of(record.row, cells, work.table.form), name, work)
    settled = {code for code, _ in before - left}
    if not settled or not settled <= SAFE or left - before:
        return None
    stays_text = field.kind == "resident-id" or (
        # Typed into again, a cell with a date format makes a date of a text.
        field.kind == "sessions" and cell.kind is not CellKind.TEXT
    )
    edit = Edit(cell=cell, after=after, as_text=stays_text)
    return change_of_cell(work.prefix + cell.ref, settled, edit, field)


def _said(record: Record, name: str, work: _Work) -> set[tuple[str, int]]:
    """Return what the rules say of a row because of one cell: code and column of each finding."""
    cell, kind = record.cells[name], work.table.form.fields[name].kind
    found = set()
    for rule in work.rules:
        target: Cell | Record = record
        if rule.scope is Scope.CELL:
            if cell.kind is CellKind.BLANK or (rule.kinds and kind not in rule.kinds):
                continue
            target = cell
        assert rule.check is not None
        found |= {(rule.code, hit.cell.column) for hit in rule.check(target, work.context)}
    return found


def _of_serials(work: _Work) -> Change | None:
    """Return the change that numbers the rows 1, 2, 3 …, None where that might lose something."""
    table, sheet = work.table, work.table.sheet
    head = table.headings.get("serial_no")
    if head is None or not heading(head.text).startswith(_SERIAL):
        return None
    rows = table.records.rows
    cells = [sheet.cell(table.file, row, head.column, "serial_no") for row in rows]
    if not any("L01" in work.codes.get(_place(cell), ()) for cell in cells):
        return None
    if not all(map(work.is_own, cells)):
        return None
    others = [as_text(sheet.value(row, head.column)) for row, _ in table.skipped]
    numbers = [ordinal(cell.text) for cell in cells]
    words = [cell for cell, n in zip(cells, numbers, strict=True) if n is None]
    if any(squeeze(cell.text) for cell in words) or any(ordinal(text) for text in others):
        return None  # a number that is no count, or a number kept for a row that is not filled in
    edits = [
        Edit(cell=cell, after=wanted)
        for wanted, (cell, found) in enumerate(zip(cells, numbers, strict=True), 1)
        if found != wanted
    ]
    codes = {"L01"}.union(*(work.codes.get(_place(edit.cell), ()) for edit in edits))
    id = work.prefix + edits[0].cell.ref
    return change_of_serials(id, codes, edits, table.label("serial_no"))
