"""What the site shows of the rules' cases: each one checked when the site is built.

A rule's page shows a case with its fault and one without, as the cells a clerk sees, and what the
checker said; the page 全部提示一览 shows every message. The cases are those of the tests
(tests/cases.py), so that no example can be older than the checker: a rule without a faulty and a
passing case, or whose faulty case does not give its code, ends the build.
"""

from __future__ import annotations

import html
import re
import string
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from checker import Finding, Report, Severity, catalog
from checker.catalog import Cycle
from checker.model import Area, CellKind, Place, Rule, Sheet, Table, Value, as_text, column_letter
from checker.normalise import INVISIBLE
from checker.reading import read
from checker.recognise import recognise
from checker.rules import BY_CODE, CRASH
from tests import cases
from tests.cases import Case

_MOST_ROWS = 7  # of data in one example
_MANY_COLUMNS = 7  # from here on, a phone shows the telling ones only
_LONG_NUMBER = 1e11  # from here on, spreadsheet programs show 4.18801E+17
_MARKS = {"␣": "空格", "↵": "换行", "¦": "看不见的字符"}

_AGE = {"I16"}  # a number of a real region that can be nobody's has the birth year 1900

Spot = tuple[str, int, int]  # sheet, row, column


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message, as the checker gave it."""

    severity: Severity
    where: str
    message: str
    suggestion: str | None  # where the message does not say it already


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A case as the site shows it; the sheets are HTML."""

    about: str
    sheets: tuple[str, ...]
    marks: tuple[str, ...]  # what the signs for blanks in the sheets mean
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the site shows of a rule: two examples, each message once, and one for several rows."""

    faulty: Example
    passing: Example
    said: tuple[Said, ...]
    together: str


def gather(rules: Iterable[Rule], cycle: Cycle | None = None) -> Mapping[str, Shown]:
    """Return what is shown of each rule; a rule whose cases are not complete ends the build.

    Cases about windows and counties are true of one cycle, so the site of another shows none of
    them; without a `cycle` all are shown. The rule about faults of our own has no example.
    """
    own = cycle is None or (cycle.year, cycle.region) == (cases.YEAR, cases.REGION)
    by_code: dict[str, list[Case]] = {rule.code: [] for rule in rules if rule is not CRASH}
    for case in cases.load():
        if case.code in by_code:
            by_code[case.code].append(case)
    return {
        code: _shown(BY_CODE[code], mine)
        for code, mine in by_code.items()
        if own or not any(case.of_one_cycle for case in mine)
    }


def _shown(rule: Rule, mine: Sequence[Case]) -> Shown:
    faulty = _chosen(rule, [case for case in mine if case.hits], "出问题的")
    passing = _chosen(rule, [case for case in mine if not case.hits], "不出问题的")
    found = _found(rule, faulty.report)
    if not found:
        raise SystemExit(f"规则 {rule.code} 的例子“{faulty.name}”没有得到这条提示。")
    others = {f.code for f in passing.report.findings if f.severity is not Severity.INFO} - _AGE
    if _found(rule, passing.report) or others:
        raise SystemExit(f"规则 {rule.code} 的例子“{passing.name}”应当没有问题，却得到了提示。")
    bad = _View.of(faulty)
    spots = {spot: "bad" for finding in found for spot in _spots([finding.place])}
    near = {spot: "near" for finding in found for spot in _spots(finding.related)}
    spots = near | spots
    good = _View.of(passing)
    same = good.like(bad, spots)
    telling = list(_telling(rule, [case for case in mine if case.hits]))
    return Shown(
        faulty=_example(rule, bad, spots, said=_said_here(rule, faulty.report)),
        passing=_example(rule, good, same, forms={bad.form(spot[0]) for spot in spots}),
        said=_all_said(rule, telling),
        together=_together(rule, telling),
    )


def _chosen(rule: Rule, mine: Sequence[Case], kind: str) -> Case:
    """Return the case that is shown: the one that says so, else the first."""
    if not mine:
        raise SystemExit(f"规则 {rule.code} 在 tests/rules/ 里还缺{kind}例子。")
    return next((case for case in mine if case.given.get("example")), mine[0])


def _found(rule: Rule, report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.code == rule.code]


# --- messages ---


def wording_of(rule: Rule, message: str) -> str | None:
    """Return which of a rule's wordings a message was made from."""
    templates = (*rule.variants.values(), rule.message)
    return next((each for each in templates if _pattern(each).fullmatch(message)), None)


def _pattern(template: str) -> re.Pattern[str]:
    parts = (
        re.escape(literal) + (".*" if name else "")
        for literal, name, _, _ in string.Formatter().parse(template)
    )
    return re.compile("".join(parts), re.DOTALL)


def _telling(rule: Rule, faulty: Iterable[Case]) -> Iterator[Case]:
    """Yield the cases up to the last that has a wording or severity of its own: the build is quick.

    (tests/rules/test_cases.py sees to it that the cases have every wording.)
    """
    left = {rule.message, *rule.variants.values()}
    severities: set[object] = set()
    for case in faulty:
        if left or case.given.get("severity", rule.severity) not in severities:
            yield case
            found = _found(rule, case.report)
            left -= {wording_of(rule, finding.message) for finding in found}
            severities |= {finding.severity for finding in found}


def _all_said(rule: Rule, mine: Iterable[Case]) -> tuple[Said, ...]:
    """Return the first message of each wording, in the order of the cases."""
    first: dict[tuple[str | None, Severity], Said] = {}
    for case in mine:
        for finding in _found(rule, case.report):
            key = wording_of(rule, finding.message), finding.severity
            first.setdefault(key, _said(rule, finding, case.report))
    return tuple(first.values())


def _together(rule: Rule, mine: Iterable[Case]) -> str:
    """Return what is said of the fault in several rows at once, "" where no case has that."""
    groups = (group for case in mine for group in case.report.groups)
    several = (each for each in groups if each.code == rule.code and len(each.findings) > 1)
    return next((group.message for group in several), "")


def _said_here(rule: Rule, report: Report) -> Iterator[Said]:
    """Yield what is said of one case: once for several rows, where it is the same for each."""
    for group in report.groups:
        found = [report.findings[index] for index in group.findings if group.code == rule.code]
        bare = {finding.message.removeprefix(f"第 {finding.place.row} 行") for finding in found}
        if len(found) > 1 and len(bare) == 1:
            found = [replace(found[0], message=group.message)]
        yield from (_said(rule, finding, report) for finding in found)


def _said(rule: Rule, finding: Finding, report: Report) -> Said:
    offered = finding.suggestion
    return Said(
        severity=finding.severity,
        where=_where(finding, report),
        message=finding.message,
        suggestion=None if offered is None or offered in finding.message else offered,
    )


def _where(finding: Finding, report: Report) -> str:
    """Return a place as people say it: the form (or sheet) and the cell, or the file."""
    if not finding.place.row:
        return "整个文件"
    forms = {s.name: s.form for file in report.files for s in file.sheets if s.form}
    form = forms.get(finding.place.sheet)
    name = f"工作表“{finding.place.sheet}”"
    if form and list(forms.values()).count(form) == 1:
        name = catalog.load().forms[form].title
    return f"{name} {finding.place.cell}"


# --- cells ---


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """A case as the checker reads it: its sheets, and the form recognised in each."""

    case: Case
    sheets: tuple[Sheet, ...]
    tables: Mapping[str, Table]  # by sheet

    @classmethod
    def of(cls, case: Case) -> _View:
        """Read a case."""
        book = read(case.data, case.file)
        tables = (recognise(book.name, sheet, catalog.load())[:1] for sheet in book.sheets)
        return cls(
            case=case,
            sheets=book.sheets,
            tables={table.sheet.name: table for found in tables for table in found},
        )

    def form(self, sheet: str) -> str:
        """Return the form in a sheet, "" where none is recognised."""
        return self.tables[sheet].form.name if sheet in self.tables else ""

    def field(self, spot: Spot) -> tuple[str, str] | None:
        """Return the form and field a spot fills, None outside the data."""
        table = self.tables.get(spot[0])
        for record in table.records if table else ():
            for name, cell in record.cells.items():
                if table and (cell.row, cell.column) == spot[1:]:
                    return table.form.name, name
        return None

    def like(self, other: _View, spots: Iterable[Spot]) -> dict[Spot, str]:
        """Return what in this case corresponds to spots of another: fields, else the same cells."""
        found: dict[Spot, str] = {}
        for spot in spots:
            field = other.field(spot)
            for name, table in self.tables.items():
                if field and field[0] == table.form.name:
                    cells = (record.cells.get(field[1]) for record in table.records)
                    found |= {(name, cell.row, cell.column): "good" for cell in cells if cell}
                elif not field and name == spot[0] and table.sheet.value(*spot[1:]):
                    found[spot] = "good"
        return found


def _spots(places: Iterable[Place]) -> Iterator[Spot]:
    return ((place.sheet, *_row_and_column(place.cell)) for place in places if place.row)


def _row_and_column(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(reference[len(letters) :]), column


def _example(
    rule: Rule,
    view: _View,
    spots: Mapping[Spot, str],
    *,
    said: Iterable[Said] = (),
    forms: Container[str] = (),
) -> Example:
    """Return a case with the sheets that have something to point at, and those of `forms`."""
    about, name = str(view.case.given.get("about", "")), view.case.name
    sheets = tuple(
        _Excerpt(view=view, sheet=sheet, spots=here).html()
        for sheet in view.sheets
        if (here := {spot[1:]: kind for spot, kind in spots.items() if spot[0] == sheet.name})
        or (view.form(sheet.name) or "-") in forms
    )
    if not sheets and not about:
        raise SystemExit(f"规则 {rule.code} 的例子“{name}”没有格子可看，要用 about 说明。")
    marks = tuple(f"{m} 表示{word}" for m, word in _MARKS.items() if any(m in s for s in sheets))
    return Example(about=about, sheets=sheets, marks=marks, said=tuple(said))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Excerpt:
    """The part of a sheet around the cells to point at, as an HTML table."""

    view: _View
    sheet: Sheet
    spots: Mapping[tuple[int, int], str]

    @property
    def table(self) -> Table | None:
        """The form in the sheet."""
        return self.view.tables.get(self.sheet.name)

    def html(self) -> str:
        """Return the table with the numbers of its rows and the letters of its columns."""
        rows = self.rows()
        columns = range(1, self.width(rows) + 1)
        form, hidden = self.table and self.table.form, "，已隐藏" if self.sheet.hidden else ""
        name = f"工作表“{self.sheet.name}”{hidden}"
        if form:
            usual = self.sheet.name == form.layout["sheet"] and not hidden
            name = form.title if usual else f"{form.title}（{name}）"
        letters = "".join(self.letter(column) for column in columns)
        lines = [
            '<figure class="bk-sheet">',
            f"<figcaption>{html.escape(name)}</figcaption>",
            '<div><table class="bk-cells">',
            f"<thead><tr><td></td>{letters}</tr></thead><tbody>",
        ]
        before = rows[0] - 1
        for row in rows:
            if row > before + 1:
                lines.append(f'<tr class="gap"><th>⋮</th><td colspan="{len(columns)}"></td></tr>')
            lines.append(self.row(row, rows, columns))
            before = row
        return "\n".join((*lines, "</tbody></table></div>", "</figure>"))

    def letter(self, column: int) -> str:
        """Return the head of a column."""
        hidden = "<small>隐藏</small>" if column in self.sheet.hidden_columns else ""
        kind = ' class="more"' if column not in self.telling() else ""
        return f'<th scope="col"{kind}>{column_letter(column)}{hidden}</th>'

    def rows(self) -> list[int]:
        """Return the rows to show: those pointed at, the header, and the data if it is little."""
        pointed = {row for row, _ in self.spots}
        last = max((row for row, values in enumerate(self.sheet.rows, 1) if any(values)), default=1)
        last = max((last, *pointed))
        table = self.table
        if table is None:
            return list(range(1, min(last, _MOST_ROWS) + 1))
        top, bottom = table.header_rows
        if not table.form.is_table:
            first = min(pointed, default=1)
            listed = self.sheet.value(first, 1) == "备案资料"  # a list: to its last line
            below = (row for row in range(first, last + 1) if self.sheet.value(row, 3) and listed)
            return sorted({first, *pointed, *below})
        data = sorted(range(bottom + 1, last + 1), key=lambda row: row not in pointed)
        data = sorted(data[:_MOST_ROWS])
        lines = [row for row in range(1, top) if row in pointed]
        return [*(range(1, top) if lines else ()), *range(top, bottom + 1), *data]

    def width(self, rows: Iterable[int]) -> int:
        """Return the last column with something in it."""
        used = (
            column
            for row in rows
            for column in range(1, 30)
            if self.sheet.value(row, column) is not None or (row, column) in self.spots
        )
        return max(used, default=1)

    def telling(self) -> set[int]:
        """Return the columns a small screen shows."""
        table = self.table
        if table is None or not table.form.is_table or len(table.headings) <= _MANY_COLUMNS:
            return set(range(1, 30))
        records = self.view.case.given.get(table.form.name, ())
        named = {name for record in records for name in record}
        columns = {cell.column for name, cell in table.headings.items() if name in named}
        return columns | {column for _, column in self.spots} | {1, 2}

    def row(self, row: int, rows: Sequence[int], columns: range) -> str:
        """Return a row of the sheet."""
        hidden = "<small>隐藏</small>" if row in self.sheet.hidden_rows else ""
        cells = [f'<th scope="row">{row}{hidden}</th>']
        free = self.is_line(row)
        column = columns.start
        while column < columns.stop:
            area = self.area(row, column)
            shown = [each for each in range(area.top, area.bottom + 1) if each in rows]
            span = min(area.right, columns.stop - 1) - area.left + 1
            if free:  # a text runs over the blank cells on its right
                while column + span < columns.stop and self.is_blank(row, column + span):
                    span += 1
            if (row, column) == (shown[0], area.left):
                cells.append(self.cell(row, column, len(shown), span))
            column += span
        return f"<tr>{''.join(cells)}</tr>"

    def is_line(self, row: int) -> bool:
        """Tell whether a row is one of the lines above the table."""
        table = self.table
        return table is not None and row < table.header_rows[0]

    def is_blank(self, row: int, column: int) -> bool:
        """Tell whether nothing stands in a cell and nothing points at it."""
        return self.sheet.value(row, column) in (None, "") and (row, column) not in self.spots

    def area(self, row: int, column: int) -> Area:
        """Return the merged area of a cell, or the cell alone."""
        for area in self.sheet.merged:
            if area.top <= row <= area.bottom and area.left <= column <= area.right:
                return area
        return Area(row, column, row, column)

    def cell(self, row: int, column: int, down: int, across: int) -> str:
        """Return a cell with what it holds."""
        kind = self.spots.get((row, column), "")
        table = self.table
        value, stored = self.sheet.value(row, column), self.sheet.kind(row, column)
        heading = table is not None and (
            (table.form.is_table and table.header_rows[0] <= row <= table.header_rows[1])
            or any((row, column) == (cell.row, cell.column) for cell in table.headings.values())
        )
        classes = [kind, "head" if heading else "", "line" if self.is_line(row) else ""]
        if across == 1 and column not in self.telling():
            classes.append("more")
        spans = f' rowspan="{down}"' * (down > 1) + f' colspan="{across}"' * (across > 1)
        text = _as_seen(value, stored)
        inside = html.escape(text) if heading or self.is_line(row) else _with_blanks(text)
        if not text and kind:
            inside = "<i>空</i>"
        if (row, column) in self.sheet.comments:
            inside += "<small>批注</small>"
        if text.isascii() and text.isalnum():
            classes.append("whole")
        named = " ".join(each for each in classes if each)
        return f'<td class="{named}"{spans}>{inside}</td>'


def _as_seen(value: Value, kind: CellKind) -> str:
    """Return what a spreadsheet program shows of a value: long numbers are not shown in full."""
    if kind is CellKind.FORMULA:
        return "=公式"
    if isinstance(value, int | float) and abs(value) >= _LONG_NUMBER:
        return f"{float(value):.5E}"
    return as_text(value)


def _with_blanks(text: str) -> str:
    """Return a text as HTML with its blanks made visible."""
    parts = []
    for character in text.replace("\r\n", "\n"):
        if character in "\r\n":
            parts.append("<b>↵</b><br>")
        elif character in INVISIBLE:
            parts.append("<b>¦</b>")
        elif character.isspace():
            parts.append("<b>␣</b>")
        else:
            parts.append(html.escape(character))
    return "".join(parts)
