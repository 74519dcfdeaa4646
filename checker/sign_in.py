"""Sign-in sheets (签到表): a sheet a session, with the people of the roster and room to sign.

They are papers that go with a filing (S2), not a form the notice lays down: no schema, nothing to
check, and no identity numbers, because the sheet lies open in the room. Every sheet has the same
people, so their rows are drawn once and put into the other sheets where the package is packed:
sixty sessions of a thousand people would otherwise be a quarter of a million cells to draw.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from checker import catalog, paper
from checker.catalog import Cycle
from checker.model import Record
from checker.packing import Parts, new_workbook, pack
from checker.plan_hours import Plan
from checker.plan_rows import ONLINE_MODE, PlanRow, modes, plan_row
from checker.sessions import Session, written
from checker.time_tokens import HALVES
from checker.wording import plain

MOST_SHEETS = 100  # of one workbook; spreadsheet programs grow slow with more
_MOST_DAYS = 31  # more than that is a period in which to learn, not a class every day
_FACTS = ("place", "topic", "instructor", "audience", "headcount")
_LAST = dt.date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One session to sign in for. `session` is None where the plan's time names no day surely."""

    session: Session | None
    name: str  # of its sheet, not yet told apart
    facts: Mapping[str, str]

    @property
    def order(self) -> tuple[dt.date, int]:
        """Where it comes among the others; what names no day comes last."""
        if self.session is None:
            return _LAST, 0
        part = self.session.part
        return self.session.date, HALVES.index(part) if part in HALVES else 0


@dataclass(frozen=True, slots=True)
class _Look:
    """The layout of the sheets: the columns of one person, and how many people stand in a line."""

    layout: Mapping[str, Any]
    columns: Sequence[Mapping[str, Any]]
    row_height: float
    people_a_line: int

    @classmethod
    def of(cls, count: int) -> _Look:
        """Return the look of a sheet for so many people."""
        layout = catalog.sign_in_layout()
        people_a_line = 1 if count <= layout["one_a_line"]["most"] else 2
        table = layout["one_a_line" if people_a_line == 1 else "two_a_line"]
        return cls(layout, table["columns"], table["row_height"], people_a_line)

    @property
    def widths(self) -> list[float]:
        """The widths of the columns of the sheet."""
        return [column["width"] for column in self.columns] * self.people_a_line

    @property
    def header(self) -> int:
        """The row of the headings: below title, 单位 line and the lines of the session."""
        return len(self.layout["lines"]) + 3


def is_attended(record: Record) -> bool:
    """Tell whether people come together for a training: nobody signs in for a network course."""
    return modes(record.text("mode")) != {ONLINE_MODE}


def meetings(plans: Iterable[tuple[str, Plan]], cycle: Cycle) -> tuple[Meeting, ...]:
    """Return the sessions of the plans, given with their subjects, in the order of the year."""
    found = [
        meeting
        for subject, plan in plans
        for number, record in enumerate(plan.records, 1)
        if is_attended(record)
        for meeting in _of_row(plan_row(record, cycle), subject, number)
    ]
    return tuple(sorted(found, key=lambda meeting: meeting.order))


def _of_row(row: PlanRow, subject: str, number: int) -> Iterator[Meeting]:
    """Yield the sessions of a row of the plan; the row itself where its days are not sure."""
    facts = {name: row.record.text(name) for name in _FACTS} | {"subject": subject}
    sessions = row.sessions if len(row.time.dates) <= _MOST_DAYS else ()
    hours = _hours_each(row, len(sessions))
    for each in sessions:
        time = {"time": written(each.date) + each.part, "hours": hours}
        name = f"{each.date.month}月{each.date.day}日{each.part}"
        yield Meeting(session=each, name=name, facts=facts | time)
    if not sessions:
        time = {"time": row.record.text("time"), "hours": hours}
        yield Meeting(session=None, name=f"{subject}第{number}项", facts=facts | time)


def _hours_each(row: PlanRow, count: int) -> str:
    """Return the hours of a session where the row's can be shared evenly, else those of the row."""
    hours = row.hours
    if hours is None:
        return ""
    if count <= 1:
        return plain(hours)
    return plain(hours / count) if hours * 2 % count == 0 else f"{count} 次共 {plain(hours)}"


def build(
    sessions: Sequence[Meeting], people: Sequence[Mapping[str, Any]], cycle: Cycle, unit: str
) -> bytes:
    """Return a workbook with a sheet a session. The same arguments give the same bytes."""
    look = _Look.of(len(people))
    workbook = new_workbook()
    for name, meeting in zip(_told_apart(sessions), sessions, strict=True):
        facts = {**meeting.facts, "year": cycle.year, "unit": unit}
        _draw_page(workbook.create_sheet(name), look, facts)
    _draw_people(workbook.worksheets[0], look, people)
    return pack(workbook, cycle.year, lambda parts: _with_people(parts, look.header + 1))


def file_name() -> str:
    """Return the name under which the sheets are offered."""
    return f"{catalog.sign_in_layout()['sheet']}.xlsx"


def _told_apart(sessions: Iterable[Meeting]) -> Iterator[str]:
    met: dict[str, int] = {}
    for meeting in sessions:
        count = met[meeting.name] = met.get(meeting.name, 0) + 1
        yield meeting.name if count == 1 else f"{meeting.name}（{count}）"


def _draw_page(sheet: Worksheet, look: _Look, facts: Mapping[str, Any]) -> None:
    """Draw all but the people; what names the session is repeated on every printed page."""
    layout, widths = look.layout, look.widths
    right = get_column_letter(len(widths))
    title = layout["title"].format_map(facts)
    # Each sheet counts its own pages, however many sheets are printed together.
    paper.set_page(sheet, layout["orientation"], footer="&A　第 &P 页")
    sheet.page_setup.firstPageNumber, sheet.page_setup.useFirstPageNumber = 1, True
    for index, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    paper.write(sheet, f"A1:{right}1", title, paper.TITLE)
    sheet.row_dimensions[1].height = paper.title_height(title, sum(widths), layout["title_height"])
    for row, texts in enumerate(((layout["unit_line"],), *layout["lines"]), 2):
        _draw_line(sheet, row, [text.format_map(facts) for text in texts], look)
    for index, column in enumerate([*look.columns] * look.people_a_line, 1):
        place = f"{get_column_letter(index)}{look.header}"
        paper.write(sheet, place, column["title"], paper.HEADING)
    sheet.row_dimensions[look.header].height = layout["header_height"]
    sheet.freeze_panes = f"A{look.header + 1}"
    sheet.print_title_rows = f"1:{look.header}"


def _draw_line(sheet: Worksheet, row: int, texts: Sequence[str], look: _Look) -> None:
    """Draw the texts of a line, two of them about half the width each, as high as they need."""
    widths, lines = look.widths, 1
    middle = _middle(widths) if len(texts) == 2 else len(widths)
    spans = ((1, middle), (middle + 1, len(widths)))
    for text, (left, right) in zip(texts, spans, strict=False):
        place = f"{get_column_letter(left)}{row}:{get_column_letter(right)}{row}"
        paper.write(sheet, place, text, paper.REMARK)
        lines = max(lines, paper.count_lines(text, sum(widths[left - 1 : right])))
    height = look.layout["line_height"] + (lines - 1) * paper.LINE_HEIGHT
    sheet.row_dimensions[row].height = height


def _middle(widths: Sequence[float]) -> int:
    """Return the number of columns whose widths come nearest to half of all."""
    half = sum(widths) / 2
    return min(range(1, len(widths)), key=lambda count: abs(sum(widths[:count]) - half))


def _draw_people(sheet: Worksheet, look: _Look, people: Sequence[Mapping[str, Any]]) -> None:
    """Draw the people in the order of the roster; the last line may have a place to spare."""
    starts = range(0, len(people), look.people_a_line)
    for row, start in enumerate(starts, look.header + 1):
        line = people[start : start + look.people_a_line]
        values = [
            (column, person.get(column["field"]))
            for person in (*line, *[{}] * (look.people_a_line - len(line)))
            for column in look.columns
        ]
        height = look.row_height
        for index, (column, value) in enumerate(values, 1):
            style = paper.SMALL_CENTER if column.get("small") else paper.CENTER
            paper.write(sheet, f"{get_column_letter(index)}{row}", value, style)
            lines = paper.count_lines(str(value or ""), column["width"], style)
            height = max(height, lines * paper.LINE_HEIGHT)
        sheet.row_dimensions[row].height = height


def _with_people(parts: Parts, row: int) -> Parts:
    """Put the rows of people, which begin at a row of the first sheet, into the others."""
    sheets = [name for name in parts if name.startswith("xl/worksheets/sheet")]
    drawn = parts[sheets[0]]
    end = b"</sheetData>"
    people = drawn[drawn.index(f'<row r="{row}"'.encode()) : drawn.index(end)]
    size = re.compile(rb'<dimension ref="[A-Z0-9:]+"')
    used = size.search(drawn)
    assert used is not None
    filled = {
        name: size.sub(used[0], parts[name].replace(end, people + end), count=1)
        for name in sheets[1:]
    }
    return {**parts, **filled}
