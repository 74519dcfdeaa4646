"""The filing set: from a roster and its plans, all forms of the filing, which then agree.

Roster and plans are the user's own, set again in our templates; everything that says the same
thing once more (headcount, hours, mode, people) is made from them, by the code that checks it. What
nobody can know from them stays open and is named in the notes: no hours and no grade are ever
claimed, nobody signs for anybody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from checker import catalog, engine, filing_boxes, sign_in, template
from checker.catalog import PLAN_FORMS, Cycle, Form
from checker.engine import Examination
from checker.filing import SUBJECTS, Filing
from checker.model import CellKind, Product, Record, Table
from checker.normalise import find_date, heading, to_date
from checker.people import unique
from checker.plan_hours import of_each_person, total
from checker.readiness import (
    NoRosterError,
    SeveralUnitsError,
    UnfinishedError,
    UnsolvedError,
    count_errors,
)
from checker.recognise import filled, is_sign_in
from checker.sessions import read_time
from checker.wording import plain, row_list

_ON_A_TRANSCRIPT = ("name", "gender", "major", "id_number")
_EXAMPLE_DAY = (12, 31)  # by then everything in the example filing is over
_MORE_PAPERS = "备案资料清单里还有通知、考核资料、工作总结等的，有几样添几样。"
_OFFICIAL_LABELS = ("", "说明")

Made = tuple[list[tuple[str, bytes]], list[str]]  # files and notes


@dataclass(frozen=True, slots=True)
class _Plan:
    """The plan of a subject, whatever tables it was spread over."""

    form: Form
    tables: tuple[Table, ...]
    records: tuple[Record, ...]

    @classmethod
    def of(cls, tables: tuple[Table, ...]) -> _Plan:
        """Take tables together; a row that stands in several of them counts once."""
        records: list[Record] = []
        for table in tables:
            known = {_row(record) for record in records}
            records += [record for record in table.records if _row(record) not in known]
        return cls(tables[0].form, tables, tuple(records))


@dataclass(frozen=True, kw_only=True)
class _Given:
    """What a set is made from: the forms of one unit that have something in them."""

    cycle: Cycle
    filing: Filing

    def tables(self, form: str) -> tuple[Table, ...]:
        """Return the tables of a form; a blank one is as good as none."""
        return tuple(t for t in self.filing.tables if t.form.name == form and t.records)

    @property
    def unit(self) -> str:
        """The unit's name."""
        return self.tables("roster")[0].unit

    @cached_property
    def people(self) -> tuple[Record, ...]:
        """The people of the rosters, each once."""
        return tuple(person.record for person in unique(self.filing.listed))

    @cached_property
    def plans(self) -> Mapping[str, _Plan]:
        """The plan of each subject there is one of."""
        found = {
            subject: self.tables(form) for subject, form in zip(SUBJECTS, PLAN_FORMS, strict=True)
        }
        return {subject: _Plan.of(tables) for subject, tables in found.items() if tables}

    @property
    def transcripts(self) -> tuple[Table, ...]:
        """The transcripts, each once."""
        found = {_content(table): table for table in reversed(self.tables("transcript"))}
        return tuple(reversed(found.values()))


def make(examination: Examination) -> Product:
    """Return the files of a filing made from what was examined.

    Raises CheckerError where there is no roster, or more than one unit's, or where errors are left
    in it or in a plan: what is wrong there would be wrong in every form.
    """
    given = _given(examination)
    _refuse_unfinished(examination, given)
    parts = (_filing_forms, _plans, _roster, _transcripts, _sign_in_sheets)
    made = [part(given) for part in parts]
    return Product(
        files=tuple(chain.from_iterable(files for files, _ in made)),
        notes=(
            *chain.from_iterable(notes for _, notes in made),
            *_errors_kept(examination, given),
            *_left_out(examination, given),
        ),
    )


def example(cycle: Cycle) -> Product:
    """Return the files of the example filing."""
    known = catalog.load().forms
    forms = tuple(known.values())
    files = [(template.file_name(forms, filled=True), template.example(forms, cycle))]
    # The workbook has room for one filing form; those of further subjects come by themselves.
    form = known["filing_form"]
    data = form.example(cycle)
    for record in data["records"][1:]:
        book = template.build((form,), cycle, unit=data["unit"], records={form.name: [record]})
        files.append((f"备案表（{record['subject']}）.xlsx", book))
    day = dt.date(cycle.year, *_EXAMPLE_DAY)
    return make(engine.examine(files, today=day, year=cycle.year))


def _given(examination: Examination) -> _Given:
    cycle = catalog.load().cycle(examination.report.cycle)
    every = [_Given(cycle=cycle, filing=filing) for filing in examination.drop.filings]
    found = [given for given in every if given.tables("roster")]
    if not found:
        raise NoRosterError
    if len(found) > 1:
        raise SeveralUnitsError(len(found))
    return found[0]


def _refuse_unfinished(examination: Examination, given: _Given) -> None:
    """Raise where the forms to build on have errors, or a transcript cannot be read at all."""
    unsound = [t for t in given.filing.unsound if t.form.name == "transcript"]
    base = [
        table
        for form in ("roster", *PLAN_FORMS, "transcript")
        for table in given.tables(form)
        if form != "transcript" or any(table is other for other in unsound)
    ]
    counts = count_errors(examination, base)
    if counts:
        raise UnfinishedError(counts)
    for table in base:
        cells = chain.from_iterable(record.cells.values() for record in table.records)
        unsolved = sum(cell.kind is CellKind.FORMULA for cell in cells)
        if unsolved:
            raise UnsolvedError(table.form.title, unsolved)


def _row(record: Record) -> tuple[tuple[str, str], ...]:
    """Return what a row says, but for its number."""
    return tuple((name, str(v)) for name, v in record.values.items() if name != "serial_no")


def _content(table: Table) -> tuple[tuple[tuple[str, str], ...], ...]:
    return tuple(map(_row, table.records))


def _filing_forms(given: _Given) -> Made:
    """Make a 备案表 for each subject that has a plan: its 备案科目 is one box (S11)."""
    form = catalog.load().forms["filing_form"]
    files: list[tuple[str, bytes]] = []
    notes: list[str] = []
    blank: dict[str, list[str]] = {}  # boxes -> the files in which they are open
    for subject, plan in given.plans.items():
        boxes = filing_boxes.fill(
            subject,
            plan,
            unit=given.unit,
            headcount=len(given.people),
            earlier=given.filing.of("filing_form"),
        )
        name = f"备案表（{subject}）" if len(given.plans) > 1 else form.layout["sheet"]
        files.append((f"{name}.xlsx", _workbook(form, given, [boxes])))
        still_open = "、".join(form.fields[each].title for each in filing_boxes.still_open(boxes))
        blank.setdefault(still_open, []).append(name)
        notes += _about_hours(subject, plan)
    for boxes_open, names in blank.items():
        if boxes_open:
            notes.append(f"{'、'.join(names)}的{boxes_open}还空着，照实填写。")
    return files, notes + [_MORE_PAPERS] * bool(files)


def _about_hours(subject: str, plan: _Plan) -> Iterator[str]:
    """Say where a course held for several classes makes the hours less than the plan's sum."""
    each, whole = of_each_person((plan,)), total((plan,))
    if each is not None and each != whole:
        yield (
            f"{subject}的计划里有分班重复开的课：备案表的培训课时按每人上一遍算，"
            f"是 {plain(each)}（各行合计是 {plain(whole)}）。"
        )


def _plans(given: _Given) -> Made:
    """Set the plans again, with what stands under them (S9)."""
    files: list[tuple[str, bytes]] = []
    notes: list[str] = []
    for plan in given.plans.values():
        records = [_values(record) | time_text(record, given.cycle) for record in plan.records]
        texts = (free_text(table, (given.cycle,)) for table in plan.tables)
        remarks = "\n".join(dict.fromkeys(chain.from_iterable(texts)))
        date = _date(plan.tables[0])
        data = _workbook(plan.form, given, _numbered(records), date=date, remarks=remarks)
        files.append((template.file_name((plan.form,)), data))
        notes += _undated(plan.form, date)
    return files, notes


def time_text(record: Record, cycle: Cycle) -> dict[str, str]:
    """Return the time of a date cell as the notice writes it; a text stays as the user wrote it."""
    cell = record.cells.get("time")
    if cell is None or cell.kind in (CellKind.TEXT, CellKind.BLANK):
        return {}
    written = read_time(cell.value, cycle.year).canonical
    return {"time": written} if written else {}


def free_text(table: Table, cycles: Iterable[Cycle]) -> Iterator[str]:
    """Yield the free text under a plan, without the notice's own 说明, which our form has.

    `cycles` are those in whose notice that 说明 may stand.
    """
    clauses = chain.from_iterable(cycle.data["clauses"].values() for cycle in cycles)
    official = {heading(clause["text"]) for clause in clauses}
    lines = {cell.row for cell in (table.unit_cell, table.date_cell) if cell}
    for row in table.notes:
        cells = [] if row in lines else filled(table.file, table.sheet, row)
        text = "　".join(
            line.strip()
            for cell in cells
            for line in cell.text.splitlines()
            if heading(line).lstrip("0123456789") not in (*_OFFICIAL_LABELS, *official)
        )
        if text:
            yield text


def _roster(given: _Given) -> Made:
    form = catalog.load().forms["roster"]
    date = _date(given.tables("roster")[0])
    records = _numbered(_values(record) for record in given.people)
    files = [(template.file_name((form,)), _workbook(form, given, records, date=date))]
    return files, list(_undated(form, date))


def _transcripts(given: _Given) -> Made:
    """Set the transcripts again as they are, or make one with the people filled in."""
    form = catalog.load().forms["transcript"]
    name = template.file_name((form,))
    if not given.transcripts:
        people = [
            {key: record.values[key] for key in _ON_A_TRANSCRIPT if key in record.values}
            for record in given.people
        ]
        note = "成绩单只填好了人员；学时、成绩评定和填表时间，等培训和考核结束了照实填写。"
        return [(name, _workbook(form, given, _numbered(people)))], [note]
    files = []
    for table in given.transcripts:
        records = _numbered(_values(record) for record in table.records)
        files.append((name, _workbook(form, given, records, date=_date(table))))
    note = "成绩单是选进来的那一张，学时和成绩都照原样。"
    return list(engine.told_apart(files)), [note]


def _sign_in_sheets(given: _Given) -> Made:
    if not given.plans:
        note = "没有计划表，所以没有备案表和签到表；把填好的计划表也选进来，再成套一次。"
        return [], [note]
    found = sign_in.meetings(given.plans.items(), given.cycle)
    people = _numbered(_values(record) for record in given.people)
    files = [
        (
            sign_in.file_name(),
            sign_in.build(
                found[start : start + sign_in.MOST_SHEETS], people, given.cycle, given.unit
            ),
        )
        for start in range(0, len(found), sign_in.MOST_SHEETS)
    ]
    return list(engine.told_apart(files)), list(_about_sign_in(given, found))


def _about_sign_in(given: _Given, found: Sequence[sign_in.Meeting]) -> Iterator[str]:
    if found:
        yield (
            f"签到表一场一张，共 {len(found)} 张，每张都列了名单上的 {len(given.people)} 人；"
            "不参加这一场的，打印前删去。签名由本人当场签。"
        )
    rows = list(chain.from_iterable(plan.records for plan in given.plans.values()))
    online = sum(not sign_in.is_attended(record) for record in rows)
    if online:
        yield f"网络培训有 {online} 项，没有做签到表；可以附平台的学习记录。"
    unsure = sum(meeting.session is None for meeting in found)
    if unsure:
        yield f"有 {unsure} 项培训看不准是哪几天，各做了一张签到表，时间照计划表写，用时改成当天。"


def _workbook(
    form: Form,
    given: _Given,
    records: Sequence[Mapping[str, Any]],
    *,
    date: dt.date | None = None,
    remarks: str = "",
) -> bytes:
    return template.build(
        (form,),
        given.cycle,
        unit=given.unit,
        date=date,
        records={form.name: records},
        remarks=remarks,
    )


def _values(record: Record) -> dict[str, Any]:
    return dict(record.values)


def _numbered(records: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the records with 序号 running from 1."""
    return [{**record, "serial_no": number} for number, record in enumerate(records, 1)]


def _date(table: Table) -> dt.date | None:
    """Return the 填表时间, None where there is none on the calendar."""
    parts = find_date(table.date_text)
    return to_date(parts) if parts else None


def _undated(form: Form, date: dt.date | None) -> Iterator[str]:
    if date is None:
        yield f"{form.title}的填表时间还空着。"


def _errors_kept(examination: Examination, given: _Given) -> Iterator[str]:
    """Say what is wrong in a transcript that was set again as it is."""
    for title, count in count_errors(examination, given.transcripts).items():
        yield f"{title}里还有 {count} 处“必须改”，照原样留着。"


def _left_out(examination: Examination, given: _Given) -> Iterator[str]:
    """Say what was there and is not in the set."""
    drop = examination.drop
    for table in given.tables("roster"):
        for cell in table.unknown_headings:
            yield f"名单里的“{plain(cell.text)}”不是样表的栏目，没有放进新的名单。"
        if table.notes:
            rows = row_list(table.notes)
            yield f"“{plain(table.sheet.name)}”第 {rows} 行的文字不是名单的内容，没有放进新的名单。"
    if len(drop.filings) > 1:
        yield "别的单位的表，和看不出是哪个单位的表，都没有放进来。"
    for source in drop.sources:
        if not source.tables and not all(map(is_sign_in, source.workbook.sheets)):
            yield f"“{plain(source.workbook.name)}”没认出是哪张表，没有放进来。"
