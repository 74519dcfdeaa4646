"""The forms of a filing as data, and how they are typed into workbooks: XML put together by hand.

That is quick enough to check thousands of filings, and the bytes go through the real reader.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from checker import catalog
from checker.model import column_letter
from tests import workbooks

Record = dict[str, Any]
SUBJECTS = {"plan_general": "公需科目", "plan_professional": "专业科目"}


@dataclass
class Form:
    """One sheet: what stands above and below the table, its columns, and its records."""

    name: str
    records: list[Record]
    columns: list[str]
    title: list[str]
    line: list[Any] = field(default_factory=list)  # the cells of 单位 and 时间
    flat: bool = False  # the header of the transcript in one row
    below: list[list[Any]] = field(default_factory=list)

    @property
    def first(self) -> int:
        """The row of the first record."""
        return len(self.title) + bool(self.line) + 2 + (self._grouped and not self.flat)

    @property
    def _grouped(self) -> bool:
        return self.name == "transcript"

    def place(self, index: int, name: str) -> str:
        """Return where a field of a record stands."""
        if self.name == "filing_form":
            names = [n for n in self.columns if n != "materials"]
            if name == "materials":
                return f"A{len(self.title) + len(names) // 2 + 3}"
            at = names.index(name)
            return f"{'BD'[at % 2]}{len(self.title) + 1 + at // 2}"
        return f"{column_letter(self.columns.index(name) + 1)}{self.first + index}"

    def xml(self) -> str:
        """Return the sheet part."""
        rows = list(self._boxes() if self.name == "filing_form" else self._table())
        after = ""
        if self._grouped and not self.flat:
            top, at = self.first - 2, self.columns.index("general_hours") + 1
            areas = [f"{column_letter(at)}{top}:{column_letter(at + 1)}{top}"]
            areas += [f"{column_letter(c)}{top}:{column_letter(c)}{top + 1}"
                      for c in range(1, len(self.columns) + 1) if c not in (at, at + 1)]
            after = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
            after = f'<mergeCells count="{len(areas)}">{after}</mergeCells>'
        return workbooks.worksheet("".join(map(_row, range(1, len(rows) + 1), rows)), after=after)

    def _table(self) -> Iterator[Sequence[Any]]:
        yield from ([text] for text in self.title)
        if self.line:
            yield self.line
        fields = catalog.load().forms[self.name].fields
        if self.flat:
            yield [fields[n].label if n in fields else n for n in self.columns]
        else:
            heads = [(fields[n].group or fields[n].title) if n in fields else n for n in self.columns]
            yield [None if n == "professional_hours" else h for n, h in zip(self.columns, heads, strict=True)]
            if self._grouped:
                yield [fields[n].title if n in fields and fields[n].group else None for n in self.columns]
        for record in self.records:
            yield [record.get(name) for name in self.columns]
        yield from self.below

    def _boxes(self) -> Iterator[Sequence[Any]]:
        yield from ([text] for text in self.title)
        fields = catalog.load().forms[self.name].fields
        names = [name for name in self.columns if name != "materials"]
        for left, right in zip(names[::2], names[1::2], strict=True):
            box = self.records[0]
            yield [fields[left].title, box[left], fields[right].title, box[right]]
        seal = "（单位印章）\n2024年  月  日"
        yield ["单位意见", seal]
        yield ["行业主管部门审核", seal, "人社部门备案", seal]
        yield ["备案资料", "序号", "名称"]
        for number, line in enumerate(self.records[0]["materials"].splitlines(), 1):
            yield [None, number, line]
        yield ["此表一式三份，单位、主管部门、人社部门各一份。"]


def _row(number: int, values: Sequence[Any]) -> str:
    cells = "".join(
        _cell(f"{column_letter(column)}{number}", value)
        for column, value in enumerate(values, 1)
        if value is not None and value != ""
    )
    return f'<row r="{number}">{cells}</row>'


def _cell(ref: str, value: Any) -> str:
    if isinstance(value, dt.datetime):
        serial = (value - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
        return f'<c r="{ref}" s="1"><v>{serial}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{ref}"><v>{value}</v></c>'
    return f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


@dataclass
class Filing:
    """The forms of a unit, and which of them stand together in one workbook."""

    forms: list[Form]
    books: list[list[Form]]

    def files(self) -> list[tuple[str, bytes]]:
        """Return the files as they are sent in."""
        return [
            (f"{number}.xlsx", workbooks.xlsx(*(form.xml() for form in book)))
            for number, book in enumerate(self.books, 1)
        ]

    def of(self, *names: str) -> list[Form]:
        """Return the forms of the names."""
        return [form for form in self.forms if form.name in names]

    def form_of(self, plan: Form) -> Form:
        """Return the filing form of a plan's subject."""
        return next(form for form in self.of("filing_form")
                    if SUBJECTS[plan.name] in form.records[0]["subject"])

    def sheet_of(self, form: Form) -> tuple[str, str]:
        """Return file and sheet of a form."""
        for number, book in enumerate(self.books, 1):
            for at, other in enumerate(book, 1):
                if other is form:
                    return f"{number}.xlsx", f"Sheet{at}"
        raise ValueError(form.name)

    def where(self, file: str, sheet: str) -> Form:
        """Return the form that stands in a sheet of a file."""
        return self.books[int(file.partition(".")[0]) - 1][int(sheet.removeprefix("Sheet")) - 1]

    def add_up(self) -> None:
        """Bring the hours of the filing forms in line with those of the plans."""
        for form in self.of("filing_form"):
            plans = [plan for plan in self.of("plan_general", "plan_professional")
                     if SUBJECTS[plan.name] in form.records[0]["subject"]]
            form.records[0]["hours"] = total_hours(row for plan in plans for row in plan.records)


def total_hours(rows: Iterable[Record]) -> float:
    """Return the hours of one person: of a class held twice, the first counts."""
    return sum(row["hours"] for row in rows if not row.get("again"))
