"""Bytes in, Report out: the stages in order, and nothing but the order.

Rules say where and why; here their hits become findings, sorted and grouped. A rule that crashes
becomes one internal finding naming the rule, never a value, and the others still run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from checker import catalog, ordinary, wording
from checker.acknowledge import acknowledge
from checker.catalog import DEFAULT_YEAR, GUIDE_SHEET, PEOPLE_FORMS, Field, Form
from checker.fields import schema_hits
from checker.filing import Drop
from checker.fingerprint import fingerprint
from checker.identifiers import id_document
from checker.model import (
    Acknowledgement,
    Cell,
    CellKind,
    Context,
    FileSummary,
    Finding,
    Hit,
    Record,
    Report,
    Rule,
    Scope,
    Sheet,
    SheetSummary,
    Source,
    Table,
    Workbook,
)
from checker.reading import read
from checker.recognise import is_sign_in, recognise
from checker.rules import BY_CODE, CRASH, RULES, UNREADABLE_CELL, cross

T = TypeVar("T")
Progress = Callable[[str, int, int], object]
_ROWS_A_STEP = 500
# For the programs that run checks: a long roster makes some hundred thousand objects, none of them
# in a circle, and looking for circles among them takes as long as the rest.
OBJECTS_A_COLLECTION = 100_000


def _silent(stage: str, done: int, total: int) -> None:
    """Tell nobody how far the work is."""


@dataclass(slots=True)
class _Gathered:
    """The hits of a run, each once a rule and cell."""

    hits: list[tuple[Rule, Hit]] = field(default_factory=list)
    places: set[tuple[str, str, str, int, int]] = field(default_factory=set)

    def add(self, rule: Rule, hit: Hit) -> None:
        """Keep a hit."""
        self.hits.append((rule, hit))
        self.places.add(_key(rule.code, hit.cell))

    def has(self, code: str, cell: Cell) -> bool:
        """Tell whether a rule has already hit a cell."""
        return _key(code, cell) in self.places

    def run(self, rule: Rule, target: object, context: Context) -> bool:
        """Run one rule on one target; tell whether it hit anything."""
        assert rule.check is not None
        before = len(self.hits)
        try:
            for hit in rule.check(target, context):
                self.add(rule, hit)
        # Any fault of a rule is ours: it must neither stop the others nor show a value.
        except Exception as error:
            self.add(CRASH, Hit(cell=_anchor(target), facts=_crash_facts(rule, error)))
        return len(self.hits) > before


def _key(code: str, cell: Cell) -> tuple[str, str, str, int, int]:
    return code, cell.file, cell.sheet, cell.row, cell.column


def _crash_facts(rule: Rule, error: Exception) -> dict[str, object]:
    return {"code": rule.code, "title": rule.title, "error": type(error).__name__}


def _anchor(target: object) -> Cell:
    """Return the cell that stands for whatever a rule was looking at."""
    if isinstance(target, Cell):
        return target
    if isinstance(target, Table):
        return target.place()
    if isinstance(target, Source):
        return target.workbook.cell()
    cells: Iterable[Cell] = getattr(target, "cells", {}).values()
    return next(iter(cells), Cell("", "", 0, 0, None, CellKind.BLANK))


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """A check with all it was made from, for those who go on working with the tables."""

    drop: Drop
    hits: tuple[tuple[Rule, Hit], ...]
    report: Report


def examine(
    files: Iterable[tuple[str, bytes]],
    *,
    today: dt.date | None = None,
    year: int = DEFAULT_YEAR,
    visit: dt.date | None = None,
    county: str | None = None,
    acknowledged: Iterable[Acknowledgement | tuple[str, str, str, str, str]] = (),
    complete: bool = False,
    progress: Progress | None = None,
) -> Examination:
    """Check files as one filing; the arguments are those of `checker.check_files`.

    `complete` says that the files are all that was handed in, be it one form alone (X01).
    Nothing personal is kept behind what is returned.
    """
    known = catalog.load()
    context = Context(
        catalog=known,
        cycle=known.cycle(year),
        today=today or dt.date.today(),
        visit=visit,
        county=county,
        complete=complete,
    )
    settled = [Acknowledgement(*each) for each in acknowledged]
    try:
        drop, gathered = _check(files, context, progress or _silent)
        report = _report(drop, gathered, context, settled)
        return Examination(drop=drop, hits=tuple(gathered.hits), report=report)
    finally:
        id_document.examine.cache_clear()  # it holds numbers


def _check(
    files: Iterable[tuple[str, bytes]], context: Context, progress: Progress
) -> tuple[Drop, _Gathered]:
    """Read the files and run every rule; return them as one filing, and the hits."""
    sources: list[Source] = []
    given = list(told_apart(files))
    for index, (name, data) in enumerate(given):
        progress(f"正在读取“{name}”", index, len(given))
        sources.append(_open(read(data, name), context))
    gathered = _Gathered()
    unsound = [
        table
        for source in sources
        for table in _check_source(source, context, gathered, progress)
    ]
    drop = Drop(sources=tuple(sources), unsound=tuple(unsound))
    for rule in _of(Scope.FILING):
        gathered.run(rule, drop, context)
    progress("正在整理结果", 1, 1)
    return drop, gathered


def told_apart(files: Iterable[tuple[str, T]]) -> Iterator[tuple[str, T]]:
    """Yield the files with a name of its own each, by which findings are told apart."""
    taken: set[str] = set()
    for name, data in files:
        stem, dot, extension = name.rpartition(".") if "." in name else (name, "", "")
        number = 1
        while name in taken:
            number += 1
            name = f"{stem}（{number}）{dot}{extension}"
        taken.add(name)
        yield name, data


def _open(workbook: Workbook, context: Context) -> Source:
    # Our own instruction sheet is text; where it is all there is, that is for the rules to say.
    sheets = tuple(sheet for sheet in workbook.sheets if sheet.name != GUIDE_SHEET)
    workbook = replace(workbook, sheets=sheets or workbook.sheets)
    tables = [
        table
        for sheet in workbook.sheets
        for table in recognise(workbook.name, sheet, context.catalog)
    ]
    return Source(workbook=workbook, tables=tuple(tables))


def _of(scope: Scope) -> tuple[Rule, ...]:
    return tuple(rule for rule in RULES if rule.scope is scope and rule.check)


def _for(form: str, rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if not rule.forms or form in rule.forms)


def _check_source(
    source: Source, context: Context, gathered: _Gathered, progress: Progress
) -> list[Table]:
    """Check a file and the forms in it; return those whose contents could not be checked."""
    for rule in _of(Scope.FILE):
        gathered.run(rule, source, context)
    return [
        table for table in source.tables if not _check_table(table, context, gathered, progress)
    ]


def _check_table(
    table: Table, context: Context, gathered: _Gathered, progress: Progress
) -> bool:
    """Run the structure rules; unless one stops the sheet, cells, records and the whole table.

    Tell whether none did.
    """
    table_rules = _for(table.form.name, _of(Scope.TABLE))
    structure = [rule for rule in table_rules if rule.code.startswith("H")]
    hit = [rule for rule in structure if gathered.run(rule, table, context)]
    if any(rule.stops for rule in hit):
        return False
    examiner = _Examiner(table.form, context)
    doubtful = ordinary.doubtful(table, context, examiner.finds_nothing)
    total = len(table.records)
    for done, index in enumerate(doubtful):
        if done % _ROWS_A_STEP == 0:
            progress(f"正在检查“{table.sheet.name}”", index, total)
        examiner.look_at(table.records[index], gathered)
    for rule in table_rules:
        if rule not in structure:
            gathered.run(rule, table, replace(context, doubtful=doubtful))
    # Last, so that a rule with a finer message for what the schema refuses comes first.
    examiner.hold_to_schema((table.records[index] for index in doubtful), gathered)
    return True


class _Examiner:
    """Runs all rules that look at one record of a form."""

    def __init__(self, form: Form, context: Context) -> None:
        rules = _for(form.name, _of(Scope.CELL))
        self._form = form
        self._context = context
        self._record_rules = _for(form.name, _of(Scope.RECORD))
        self._cell_rules = {
            name: tuple(rule for rule in rules if not rule.kinds or spec.kind in rule.kinds)
            for name, spec in form.fields.items()
        }

    def look_at(self, record: Record, gathered: _Gathered) -> None:
        """Run the rules of the cells, then those of the record."""
        for name, cell in record.cells.items():
            _check_cell(cell, self._cell_rules[name], self._context, gathered)
        for rule in self._record_rules:
            gathered.run(rule, record, self._context)

    def hold_to_schema(self, records: Iterable[Record], gathered: _Gathered) -> None:
        """Add what the schema refuses, unless a rule has said so."""
        for codes, hit in schema_hits(self._form, records):
            if not any(gathered.has(code, hit.cell) for code in codes):
                gathered.add(BY_CODE[codes[0]], hit)

    def finds_nothing(self, record: Record) -> bool:
        """Tell whether nothing is to be said about a record or a part of one."""
        trial = _Gathered()
        self.look_at(record, trial)
        self.hold_to_schema([record], trial)
        return not trial.hits


def _check_cell(
    cell: Cell, rules: Sequence[Rule], context: Context, gathered: _Gathered
) -> None:
    """Run the rules of a filled cell; one that shows an error value gets only that finding."""
    if cell.kind is CellKind.BLANK:
        return
    if not cell.readable:
        gathered.run(UNREADABLE_CELL, cell, context)
        return
    for rule in rules:
        gathered.run(rule, cell, context)


def _report(
    drop: Drop, gathered: _Gathered, context: Context, acknowledged: Iterable[Acknowledgement]
) -> Report:
    sources = drop.sources
    order = {source.workbook.name: index for index, source in enumerate(sources)}
    sheets = {
        (source.workbook.name, sheet.name): index
        for source in sources
        for index, sheet in enumerate(source.workbook.sheets)
    }

    def key(item: tuple[Rule, Hit]) -> tuple[int, int, int, int, str]:
        cell = item[1].cell
        place = sheets.get((cell.file, cell.sheet), -1)
        return order.get(cell.file, 0), place, cell.row, cell.column, item[0].code

    specs = _field_specs(sources)
    found = [
        _put_into_words(rule, hit, specs, context)
        for rule, hit in sorted(gathered.hits, key=key)
    ]
    groups = wording.groups(found, {**BY_CODE, CRASH.code: CRASH})
    findings, groups = acknowledge(found, groups, acknowledged)
    codes = {finding.code for finding in findings}
    return Report(
        cycle=context.cycle.year,
        checked_on=context.today,
        files=tuple(_file_summary(source) for source in sources),
        findings=findings,
        groups=groups,
        rules=tuple(rule for rule in (*RULES, CRASH) if rule.code in codes),
        not_checked=tuple(_not_checked(drop)),
    )


def _put_into_words(
    rule: Rule, hit: Hit, specs: Mapping[tuple[str, str, str], Field], context: Context
) -> Finding:
    spec = specs.get((hit.cell.file, hit.cell.sheet, hit.cell.field))
    try:
        return wording.finding(rule, hit, spec, context.cycle)
    except (KeyError, IndexError, ValueError) as error:  # a message that lacks one of its facts
        crash = Hit(cell=hit.cell, facts=_crash_facts(rule, error))
        return wording.finding(CRASH, crash, spec, context.cycle)


def _field_specs(sources: Iterable[Source]) -> dict[tuple[str, str, str], Field]:
    return {
        (table.file, table.sheet.name, name): spec
        for source in sources
        for table in source.tables
        for name, spec in table.form.fields.items()
    }


def _file_summary(source: Source) -> FileSummary:
    workbook = source.workbook
    by_sheet: dict[str, list[Table]] = {}
    for table in source.tables:
        by_sheet.setdefault(table.sheet.name, []).append(table)
    sheets = [
        summary
        for sheet in workbook.sheets
        for summary in (
            [_sheet_summary(table) for table in by_sheet[sheet.name]]
            if sheet.name in by_sheet
            else [_nothing_read(sheet)]
        )
    ]
    kind = str(workbook.format) if workbook.format else ""
    return FileSummary(
        name=workbook.name, sha256=workbook.sha256, format=kind, sheets=tuple(sheets)
    )


def _nothing_read(sheet: Sheet) -> SheetSummary:
    return SheetSummary(
        name=sheet.name,
        form=None,
        unit="",
        rows=0,
        people=0,
        fingerprint=None,
        sign_in=is_sign_in(sheet),
    )


def _sheet_summary(table: Table) -> SheetSummary:
    return SheetSummary(
        name=table.sheet.name,
        form=table.form.name,
        unit=table.unit,
        rows=len(table.records) if table.form.is_table else 1,
        people=_people(table) if table.form.name in PEOPLE_FORMS else 0,
        fingerprint=fingerprint(table) if table.records else None,
    )


def _people(table: Table) -> int:
    """Return how many different people a table names: by number, else by name."""
    records = table.records
    numbers, names = (records.meanings(name) for name in ("id_number", "name"))
    rows = zip(numbers, names, records.rows, strict=True)
    return len({number or name or f"row {row}" for number, name, row in rows})


def _not_checked(drop: Drop) -> Iterator[str]:
    for source in drop.sources:
        if source.workbook.details_missing:
            yield f"“{source.workbook.name}”里隐藏的行列、公式和批注没能读出来，未核对这几项"
    for table in drop.unsound:
        if table.records:
            yield f"“{table.sheet.name}”的表头要先改好，表里的内容没有逐行检查"
    yield from cross.not_checked(drop)
