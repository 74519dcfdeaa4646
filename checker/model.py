"""The data that flows through the checker: cells in, findings out.

Everything here is frozen and knows nothing of files, rules or wording. Rows and columns count
from 1, as the user's spreadsheet program shows them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:  # the catalog imports this module
    from checker.catalog import Catalog, Cycle, Form

Value = str | int | float | bool | dt.date | dt.time | dt.timedelta | None


class Severity(StrEnum):
    """How much a finding weighs; the order is the order of importance."""

    ERROR = "error"  # 必须改
    WARNING = "warning"  # 请核实
    INFO = "info"  # 提示


class Scope(StrEnum):
    """What a rule is given to look at, and so in which stage it runs."""

    FILE = "file"  # one Source: a file and the forms in it
    TABLE = "table"  # one Table: its title, header and records together
    RECORD = "record"  # one Record
    CELL = "cell"  # one filled Cell of the kinds the rule names: what is in it, not where it is
    FILING = "filing"  # the Drop: all files of one call


class CellKind(StrEnum):
    """What the spreadsheet program stored in a cell."""

    BLANK = "blank"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOL = "bool"
    ERROR = "error"  # #N/A and its like
    FORMULA = "formula"  # a formula without a stored result


class Format(StrEnum):
    """File formats that can be read."""

    XLSX = "xlsx"
    XLSM = "xlsm"
    XLS = "xls"
    ET = "et"
    ODS = "ods"
    CSV = "csv"


def column_letter(column: int) -> str:
    """Return the letters of a column number.

    >>> column_letter(1), column_letter(28)
    ('A', 'AB')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as the user sees it: its place and what it holds.

    `field` is the name of the property it fills, once the table has been recognised.
    """

    file: str
    sheet: str
    row: int
    column: int
    value: Value
    kind: CellKind
    field: str = ""

    @property
    def ref(self) -> str:
        """The A1 reference."""
        return f"{column_letter(self.column)}{self.row}"

    @property
    def text(self) -> str:
        """The value as text, without any normalisation; blank gives an empty string."""
        return as_text(self.value)

    @property
    def readable(self) -> bool:
        """Whether it holds a value: no error value, no formula without its result (W06)."""
        return self.kind not in (CellKind.ERROR, CellKind.FORMULA)


def as_text(value: Value) -> str:
    """Return a raw cell value as text: whole numbers without a point, dates as ISO.

    >>> as_text(3.0), as_text(2.5), as_text(None), as_text(dt.datetime(2024, 3, 5))
    ('3', '2.5', '', '2024-03-05')
    """
    if isinstance(value, str):  # first, because most are
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        has_time = value.time() != dt.time()
        return value.isoformat(" ", "minutes") if has_time else value.date().isoformat()
    return str(value)


def kind_of(value: Value) -> CellKind:
    """Return the kind of a raw value; error and formula cells are known to the reader only."""
    if isinstance(value, str):  # first, because most are
        return CellKind.TEXT if value else CellKind.BLANK
    if value is None:
        return CellKind.BLANK
    if isinstance(value, bool):
        return CellKind.BOOL
    if isinstance(value, int | float):
        return CellKind.NUMBER
    return CellKind.DATE


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, both corners included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One worksheet: `rows[0]` is row 1, whatever the file's own used range says.

    `marks` names the kind of the few cells whose value alone does not tell it: error values and
    formulas without a stored result. Integers of 16 digits and more are `int` only where the file
    holds all their digits; otherwise they are `float`.
    """

    name: str
    rows: tuple[tuple[Value, ...], ...] = ()
    hidden: bool = False
    merged: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    filtered: bool = False  # a filter is at work: it hides some of the hidden rows
    marks: Mapping[tuple[int, int], CellKind] = field(default_factory=dict)
    formulas: frozenset[tuple[int, int]] = frozenset()  # whose value follows from other cells
    comments: tuple[tuple[int, int], ...] = ()
    total_rows: int = 0  # what the file holds; more than len(rows) where the limit cut it

    @cached_property
    def columns(self) -> tuple[tuple[Value, ...], ...]:
        """The same values by column, each as long as the sheet."""
        return tuple(zip_longest(*self.rows))

    def value(self, row: int, column: int) -> Value:
        """Return the raw value at a place, None beyond the used range."""
        if 1 <= row <= len(self.rows) and 1 <= column <= len(self.rows[row - 1]):
            return self.rows[row - 1][column - 1]
        return None

    def kind(self, row: int, column: int) -> CellKind:
        """Return what is stored at a place."""
        return self.marks.get((row, column)) or kind_of(self.value(row, column))

    def cell(self, file: str, row: int, column: int, name: str = "") -> Cell:
        """Return the cell at a place, `name` being the field it fills."""
        value, kind = self.value(row, column), self.kind(row, column)
        return Cell(file, self.name, row, column, value, kind, name)


class Trouble(StrEnum):
    """Why a file cannot be read at all (W01, W08)."""

    EMPTY = "empty"  # no bytes
    ENCRYPTED = "encrypted"  # needs a password to open
    DAMAGED = "damaged"
    FOREIGN = "foreign"  # pdf, docx, a picture, an archive …
    NO_SHEETS = "no-sheets"  # a workbook without any cell
    TOO_LARGE = "too-large"  # bytes, unpacked bytes, sheets or rows over the limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """A file that was read, or the reason why it was not (`trouble`)."""

    name: str
    sha256: str
    format: Format | None
    sheets: tuple[Sheet, ...] = ()
    trouble: Trouble | None = None
    content: str = ""  # what the bytes are, for the user: "xls", "PDF 文档", "图片" …
    extension: str = ""  # lower case, without the dot
    size: int = 0
    encoding: str = ""  # csv only
    limit: str = ""  # with TOO_LARGE: which limit (bytes, unpacked, parts, sheets, rows)
    found: int = 0  # with TOO_LARGE: how many there are of what `limit` names
    macros: bool = False
    external_links: bool = False
    embedded: bool = False
    meta: Mapping[str, str] = field(default_factory=dict)  # rows of the `_meta` sheet
    details_missing: bool = False  # hidden rows, formulas and comments could not be looked up

    def cell(self) -> Cell:
        """Return the place that stands for the file as a whole."""
        return Cell(self.name, "", 0, 0, None, CellKind.BLANK)


@dataclass(frozen=True, slots=True)
class Record:
    """One data row (or the boxes of the filing form).

    `cells` has one Cell for each column of the form that was found; `values` is the JSON object
    the schema describes, normalised the way every rule sees it, blank fields left out.
    """

    row: int
    cells: Mapping[str, Cell]
    values: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return the trimmed text of a field, empty where it is blank or has no column."""
        cell = self.cells.get(name)
        return cell.text.strip() if cell and cell.kind is not CellKind.BLANK else ""

    def number(self, name: str) -> int | float | None:
        """Return the number of a field, None where it is blank or none (other rules say so)."""
        value = self.values.get(name)
        return value if isinstance(value, int | float) else None


@dataclass(frozen=True, kw_only=True, eq=False)
class Records:
    """The data rows of a table: by column, and as Records, each made when it is asked for.

    A Record with its Cells costs many times what its values do, and most rows never need one. So
    whoever looks at all rows looks at their columns first.
    """

    rows: Sequence[int]  # their numbers in the sheet
    columns: Mapping[str, Sequence[Value]]  # field -> what its cells hold
    apart: frozenset[int]  # indexes of the rows whose cells are more than their values tell
    make: Callable[[int, Iterable[str]], Record]  # of these fields
    mean: Callable[[Records, str], Sequence[Any]]
    _made: dict[int, Record] = field(default_factory=dict, init=False, repr=False)
    _meant: dict[str, Sequence[Any]] = field(default_factory=dict, init=False, repr=False)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Record:
        index = range(len(self.rows))[index]
        if index not in self._made:
            self._made[index] = self.make(index, self.columns)
        return self._made[index]

    def __iter__(self) -> Iterator[Record]:
        return (self[index] for index in range(len(self.rows)))

    def meanings(self, name: str) -> Sequence[Any]:
        """Return a field of all records as their `values` have it, None where it is not there."""
        if name not in self._meant:
            self._meant[name] = self.mean(self, name)
        return self._meant[name]

    def held(self, *names: str) -> Sequence[tuple[object, ...]]:
        """Return what the rows hold in some columns; what is true there of one is true of its like.

        A row that stands apart is like no other.
        """
        columns = (self.columns[name] for name in names)
        held: list[tuple[object, ...]] = list(zip(*columns, strict=True))
        for index in self.apart:
            held[index] = (..., index)
        return held

    def alike(self, *names: str) -> Iterable[Sequence[int]]:
        """Return the indexes of the rows that are alike in some columns, together."""
        groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for index, held in enumerate(self.held(*names)):
            groups[held].append(index)
        return groups.values()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A sheet (or part of one) recognised as one form."""

    file: str
    sheet: Sheet
    form: Form
    title: Cell | None
    title_text: str
    year: int | None  # from the title
    unit: str  # from the title or the 单位 line, empty if neither gives it
    unit_cell: Cell | None  # where the unit belongs
    date_cell: Cell | None  # the 时间 line, where there is one
    date_text: str  # what follows 「时间：」
    subjects: tuple[str, ...]  # of 公需科目, 专业科目: those the title names
    headings: Mapping[str, Cell]  # field -> the heading cell of its column, or its box's label
    unknown_headings: tuple[Cell, ...]
    doubled_headings: tuple[tuple[Cell, Cell], ...]
    missing: tuple[str, ...]  # required fields without a column
    groups: frozenset[str]  # heading texts that may stand above a group of columns (H04)
    header_rows: tuple[int, int]
    records: Records
    skipped: tuple[tuple[int, str], ...] = ()  # blank and total rows among the data
    notes: tuple[int, ...] = ()  # rows of free text under the table (S9)
    merged: tuple[Area, ...] = ()  # merged areas among the data rows

    def place(self) -> Cell:
        """Return the cell that stands for the table: its title, else its first cell."""
        return self.title or Cell(self.file, self.sheet.name, 1, 1, None, CellKind.BLANK)

    def label(self, name: str) -> str:
        """Return a field's heading in the words of the form."""
        return self.form.fields[name].label if name in self.form.fields else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file and the forms recognised in it."""

    workbook: Workbook
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a rule may know besides its target. `today` comes from the caller, never the clock."""

    catalog: Catalog
    cycle: Cycle
    today: dt.date
    visit: dt.date | None = None
    county: str | None = None
    complete: bool = False  # the files are all that was handed in: what is missing will not come
    doubtful: Sequence[int] | None = None  # TABLE rules: the records not known to be in order


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Where a rule found its fault, and the facts its message needs.

    Facts are numbers, dates and headings. Text of a personal cell goes out through `{value}` or
    `suggestion`, which the engine masks and redacts; a fact that tells something of one person is
    named in the rule's `private`.
    """

    cell: Cell
    facts: Mapping[str, object] = field(default_factory=dict)
    variant: str = ""  # which of the rule's messages; "" is the main one
    severity: Severity | None = None  # where the catalogue gives the rule two
    suggestion: str | None = None
    related: tuple[Cell, ...] = ()


Check = Callable[[Any, Context], Iterator[Hit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule: its texts and the generator that yields its hits, side by side."""

    code: str  # stable for ever, never reused
    name: str  # kebab-case, names the fault
    severity: Severity
    scope: Scope
    title: str
    source: tuple[str, ...]  # clause ids of the notice (S1 …), or the name of a standard or law
    explanation: str
    message: str
    fix: str
    check: Check | None = None  # None: the schema says it (`x-rules`), fields.py finds it
    variants: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()  # CELL rules: the `x-kind`s they look at; empty means all
    reads: tuple[str, ...] = ()  # RECORD rules: the fields they look at; empty means any
    forms: tuple[str, ...] = ()  # empty means every form
    stops: bool = False  # a hit ends the later stages for its sheet
    on_card: bool = False  # an error that a look at the card itself can prove right
    private: tuple[str, ...] = ()  # facts of one person: a redacted report hides them

    def can_be_acknowledged(self, severity: Severity) -> bool:
        """Tell whether 已核对证件 may settle a finding: any warning, and an error on the card."""
        return severity is Severity.WARNING or (self.on_card and severity is Severity.ERROR)

    @property
    def acknowledgeable(self) -> bool:
        """Whether its findings can be acknowledged, where they have the rule's own severity."""
        return self.can_be_acknowledged(self.severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where to look, as names and numbers only."""

    file: str
    sheet: str
    cell: str
    row: int | None


class Acknowledgement(NamedTuple):
    """The user's word that a finding was looked up and is right (已核对证件).

    It holds for the findings that show just this `value`, masked as the report shows it, at this
    place: once something else stands in the cell, it no longer does.
    """

    code: str
    file: str
    sheet: str
    cell: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A hit put into words. `message` may show masked values; `shareable` shows none."""

    code: str
    severity: Severity
    place: Place
    field: str
    label: str
    value: str
    message: str
    shareable: str
    suggestion: str | None
    related: tuple[Place, ...]
    acknowledgeable: bool
    acknowledged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The same fault over one or more cells of one sheet, as one entry."""

    code: str
    severity: Severity
    field: str
    label: str
    message: str
    shareable: str
    findings: tuple[int, ...]  # indexes into Report.findings
    acknowledged: bool = False  # all of its findings are


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSummary:
    """What was read from one sheet."""

    name: str
    form: str | None
    unit: str  # as title or 单位 line name it, empty where neither does
    rows: int
    people: int
    fingerprint: str | None
    sign_in: bool = False  # a 签到表: not a form that is checked


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSummary:
    """What was read from one file."""

    name: str
    sha256: str
    format: str
    sheets: tuple[SheetSummary, ...]

    @property
    def sign_ins(self) -> int:
        """How many of its sheets are 签到表."""
        return sum(sheet.sign_in for sheet in self.sheets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything the checker has to say about one call."""

    cycle: int
    checked_on: dt.date
    files: tuple[FileSummary, ...]
    findings: tuple[Finding, ...]
    groups: tuple[Group, ...]
    rules: tuple[Rule, ...]  # those that occur, in code order
    not_checked: tuple[str, ...]

    def count(self, severity: Severity) -> int:
        """Return how many findings have this severity and are not acknowledged."""
        return sum(
            finding.severity is severity and not finding.acknowledged for finding in self.findings
        )

    @property
    def acknowledged(self) -> int:
        """How many findings are acknowledged; they are in no other count."""
        return sum(finding.acknowledged for finding in self.findings)

    def rule(self, code: str) -> Rule:
        """Return a rule that occurs in the report."""
        return next(rule for rule in self.rules if rule.code == code)

    @property
    def verdict(self) -> str:
        """`fix` with any error left, `review` with any warning left, else `pass`."""
        if self.count(Severity.ERROR):
            return "fix"
        return "review" if self.count(Severity.WARNING) else "pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Files made for the user, and what to know about them, in plain Chinese sentences."""

    files: tuple[tuple[str, bytes], ...]  # name and content
    notes: tuple[str, ...] = ()
