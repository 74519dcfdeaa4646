"""Which form a sheet is, where its title, header and data are, and which column is which.

A sheet is judged by what it says, never by fixed places: people insert blank rows and columns,
move columns, merge or unmerge the title, and put several tables under each other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from checker import boxes, records
from checker.catalog import PLAN_FORMS, Catalog, Form
from checker.lines import Lines, is_line, read_lines
from checker.model import Cell, Sheet, Table, Value, as_text
from checker.normalise import headings, ordinal, squeeze

_HEADER_ROWS = 80  # how far down a sheet its first header may stand
_HEADER_COLUMNS = 40  # how far to the right the headings of a further one are looked for
_LONG_TEXT = 16  # no heading of a further one
_SAMPLE = 200  # rows that show whether a column holds many different texts
_LINES_ABOVE = 5  # title, unit and date lines of a second table in one sheet
_ENOUGH = 3  # headings that make a table without a telling title
_ENOUGH_WITH_TITLE = 2
_TITLE_ROWS = 3
_SIGN_IN = re.compile(r"签到[表册簿单](?:[（(][^（()）]{0,20}[)）])?$")
_TITLE_WEIGHT = 2.5  # a title outweighs two columns, not three
_TITLE_WORDS = {
    "transcript": ("成绩",),
    "roster": ("名单", "花名册"),
    "plan_general": ("计划",),
    "plan_professional": ("计划",),
}


@dataclass(frozen=True, slots=True)
class _Header:
    """A header of one or two rows: column -> (heading above or "", heading cell)."""

    top: int
    bottom: int
    columns: Mapping[int, tuple[str, Cell]]

    def groups(self) -> frozenset[str]:
        """Return the texts of its cells that may head a group of columns."""
        texts = [headings(cell.text) for _, cell in self.columns.values()]
        return frozenset(text for each in texts for text in each).union(
            above for above, _ in self.columns.values()
        )


def recognise(file: str, sheet: Sheet, catalog: Catalog) -> tuple[Table, ...]:
    """Return the forms a sheet holds, top to bottom; empty where none is recognised."""
    filing_form = boxes.recognise(file, sheet, catalog.forms["filing_form"])
    if filing_form:
        return (filing_form,)
    if is_sign_in(sheet):
        return ()
    forms = tuple(form for form in catalog.forms.values() if form.is_table)
    headers = list(_find_headers(file, sheet, forms))
    starts = [_first_line(file, sheet, header, bool(i)) for i, header in enumerate(headers)]
    ends = [start - 1 for start in starts[1:]]
    tables = [
        _read_table(file, sheet, forms, header, start, end)
        for header, start, end in zip(headers, starts, (*ends, len(sheet.rows)), strict=False)
    ]
    return tuple(table for table in tables if table)


def is_sign_in(sheet: Sheet) -> bool:
    """Tell whether a sheet is a 签到表: a paper that goes with a filing (S2), but no form of it.

    It has the headings of a roster, so only its title tells. One with identity numbers is a roster
    that people sign.
    """
    titles = _texts(sheet, _TITLE_ROWS)
    signed = any(_SIGN_IN.search(text) and "名单" not in text for text in titles)
    return signed and not any("身份证" in text for text in _texts(sheet, _HEADER_ROWS))


def _texts(sheet: Sheet, rows: int) -> Iterator[str]:
    return (
        squeeze(value) for row in sheet.rows[:rows] for value in row if isinstance(value, str)
    )


# Form objects live as long as the catalog, so caching by identity is safe and cheap.
@cache
def _vocabulary(form: Form) -> Mapping[str, str]:
    """Return every heading that is understood, in compared form -> field."""
    known: dict[str, str] = {}
    for name, field in form.fields.items():
        for text in headings(field.title):
            known[text] = name
    for name, field in form.fields.items():
        for title in (field.title, *field.aliases):
            for text in headings(title):
                known.setdefault(text, name)
                if field.group:
                    known.setdefault(field.group + text, name)
                    known.setdefault(text + field.group, name)
    return known


@cache
def _all_headings(forms: tuple[Form, ...]) -> frozenset[str]:
    groups = {field.group for form in forms for field in form.fields.values() if field.group}
    return frozenset(groups.union(*(_vocabulary(form) for form in forms)))


def _known(cell: Cell, known: frozenset[str]) -> bool:
    return any(text in known for text in headings(cell.text))


def filled(file: str, sheet: Sheet, row: int) -> list[Cell]:
    """Return the filled cells of a row."""
    values = sheet.rows[row - 1] if 1 <= row <= len(sheet.rows) else ()
    return [
        sheet.cell(file, row, column)
        for column, value in enumerate(values, 1)
        if value is not None and value != "" and squeeze(str(value))
    ]


def _find_headers(file: str, sheet: Sheet, forms: tuple[Form, ...]) -> Iterator[_Header]:
    """Yield the headers of a sheet; a header repeated for printing is not a new table."""
    known = _all_headings(forms)
    titled = False
    seen: list[set[str]] = []
    lines: set[str] = set()  # texts above the headers met so far
    candidates: frozenset[int] = frozenset()  # for a further header
    row = bottom = 0
    while row < len(sheet.rows):
        row += 1
        if seen and row not in candidates:
            continue
        if not seen and row > _HEADER_ROWS:
            return
        cells = filled(file, sheet, row)
        matched = {headings(cell.text)[-1] for cell in cells if _known(cell, known)}
        if len(matched) < (_ENOUGH_WITH_TITLE if titled else _ENOUGH):
            titled = titled or any(
                word in squeeze(cell.text)
                for cell in cells
                for words in _TITLE_WORDS.values()
                for word in words
            )
            continue
        over = filled(file, sheet, row - 1) if row - 1 > bottom else []
        if over and all(_known(cell, known) for cell in over):  # 完成学时 alone above the headings
            header = _Header(row - 1, row, _columns(over, cells, known))
        else:
            header = _read_header(file, sheet, row, cells, known)
        titled = False
        row = bottom = header.bottom
        candidates = candidates if seen else _like_headers(sheet, bottom, known)
        above = {
            squeeze(cell.text)
            for each in range(_first_line(file, sheet, header, bool(seen)), header.top)
            for cell in filled(file, sheet, each)
        }
        if matched not in seen or (above and not (above <= lines and _goes_on(sheet, header))):
            seen.append(matched)
            lines |= above
            yield header


def _goes_on(sheet: Sheet, header: _Header) -> bool:
    """Tell whether serial numbers go on under a header: title and header of the next page."""
    first = ordinal(as_text(sheet.value(header.bottom + 1, min(header.columns))))
    return first is not None and first > 1


def _like_headers(sheet: Sheet, above: int, known: frozenset[str]) -> frozenset[int]:
    """Return the rows below a header that may be another one: told by their texts as typed.

    What few columns hold, all of them need not be asked: the fewest different texts come first.
    """
    columns = [column[above:] for column in sheet.columns[:_HEADER_COLUMNS]]
    left = sorted(filter(_has_short_text, columns), key=lambda column: len(set(column[:_SAMPLE])))
    found: Counter[int] = Counter()
    hit = 0
    while hit + len(left) >= _ENOUGH and left:
        column = left.pop(0)
        texts = {value for value in set(column) if isinstance(value, str)}
        heads = {
            text
            for text in texts
            if len(text) < _LONG_TEXT and any(each in known for each in headings(text))
        }
        hit += bool(heads)
        if heads:
            found.update(row for row, value in enumerate(column, above + 1) if value in heads)
    return frozenset(row for row, count in found.items() if count >= _ENOUGH)


def _has_short_text(column: Sequence[Value]) -> bool:
    """Tell whether a column may hold a heading: texts, and not all of them are long."""
    kinds = set(map(type, column))
    if kinds == {str}:
        return min(map(len, map(str, column))) < _LONG_TEXT
    return str in kinds


def _read_header(
    file: str, sheet: Sheet, row: int, cells: Sequence[Cell], known: frozenset[str]
) -> _Header:
    """Read the header at a row, and the row below it where that goes on with headings.

    A data row always has a digit somewhere: a serial number, a date, an identity number. Headings
    merged over two rows make a header of two rows, though nothing stands in the second.
    """
    below = filled(file, sheet, row + 1)
    two_rows = any(_known(cell, known) for cell in below) and not any(
        character.isdigit()
        for cell in below
        if not _known(cell, known)
        for character in cell.text
    )
    columns = _columns(cells, below if two_rows else (), known)
    tall = not below and any(
        area.top == row < area.bottom and area.left in columns for area in sheet.merged
    )
    return _Header(row, row + (two_rows or tall), columns)


def _columns(
    cells: Sequence[Cell], below: Sequence[Cell], known: frozenset[str]
) -> dict[int, tuple[str, Cell]]:
    """Return column -> (heading above or "", heading cell) of a header of one or two rows."""
    columns: dict[int, tuple[str, Cell]] = {cell.column: ("", cell) for cell in cells}
    tops = {cell.column: headings(cell.text)[-1] for cell in cells}
    for cell in below:
        if tops.get(cell.column) in known and not _known(cell, known):
            continue  # a remark under a heading
        left = [column for column in tops if column <= cell.column]
        columns[cell.column] = (tops[max(left)] if left else "", cell)
    return columns


def _first_line(file: str, sheet: Sheet, header: _Header, later: bool) -> int:
    """Return the first row that belongs to a header: everything above the first one."""
    if not later:
        return 1
    row = header.top
    while header.top - row < _LINES_ABOVE and is_line(filled(file, sheet, row - 1)):
        row -= 1
    return row


def _read_table(
    file: str, sheet: Sheet, forms: tuple[Form, ...], header: _Header, first: int, last: int
) -> Table | None:
    rows = [filled(file, sheet, row) for row in range(first, header.top)]
    above = read_lines(rows)
    form = _choose_form(forms, header, above, sheet.name + file)
    if form is None:
        return None
    found, doubled, unknown = _assign(form, header)
    columns = {name: cell.column for name, cell in found.items()}
    body = records.read_rows(
        file, sheet, form, columns, header.bottom + 1, last, header.groups()
    )
    if not above.unit or not above.date_text:
        above = read_lines(rows, [filled(file, sheet, row) for row in body.notes])
    return Table(
        file=file,
        sheet=sheet,
        form=form,
        title=above.title,
        title_text=above.title_text,
        year=above.year,
        unit=above.unit,
        unit_cell=above.unit_cell,
        date_cell=above.date_cell,
        date_text=above.date_text,
        headings=found,
        unknown_headings=unknown,
        doubled_headings=doubled,
        missing=_missing(form, found),
        groups=header.groups(),
        subjects=above.subjects,
        header_rows=(header.top, header.bottom),
        records=body.records,
        skipped=body.skipped,
        notes=body.notes,
        merged=body.merged,
    )


def _choose_form(
    forms: tuple[Form, ...], header: _Header, above: Lines, names: str
) -> Form | None:
    """Return the form whose headings and title fit best, None where nothing fits enough."""

    def score(form: Form) -> tuple[float, int]:
        vocabulary = _vocabulary(form)
        texts = [
            [above_text + text for text in headings(cell.text)] + list(headings(cell.text))
            for above_text, cell in header.columns.values()
        ]
        fields = {vocabulary[text] for each in texts for text in each if text in vocabulary}
        groups = {field.group for field in form.fields.values()} & header.groups()
        titled = any(word in above.title_text for word in _TITLE_WORDS[form.name])
        points = len(fields) + len(groups - {""})
        return points + _TITLE_WEIGHT * titled, points if titled else points - 1

    subject = _subject(above.subjects, names)
    plans = {f"plan_{subject}", *set(_TITLE_WORDS).difference(PLAN_FORMS)}
    best = max((form for form in forms if form.name in plans), key=lambda form: score(form)[0])
    return best if score(best)[1] >= _ENOUGH_WITH_TITLE else None


def _subject(subjects: Sequence[str], names: str) -> str:
    """Return which plan is meant: by its title, else by the sheet's or the file's name (H09)."""
    named = subjects[0] if len(subjects) == 1 else "公需" if "公需" in names else ""
    return "general" if named.startswith("公需") else "professional"


def _assign(
    form: Form, header: _Header
) -> tuple[dict[str, Cell], tuple[tuple[Cell, Cell], ...], tuple[Cell, ...]]:
    """Give each column its field. Returns the headings, those met twice, and those unknown."""
    vocabulary = _vocabulary(form)
    found: dict[str, Cell] = {}
    doubled: list[tuple[Cell, Cell]] = []
    unknown: list[Cell] = []
    for column in sorted(header.columns):
        above, cell = header.columns[column]
        texts = headings(cell.text)
        candidates = (*(above + text for text in texts), *texts)
        name = next((vocabulary[text] for text in candidates if text in vocabulary), None)
        if name is None:
            unknown.append(cell)
        elif name not in found:
            found[name] = cell
        elif form.fields[name].optional_column and heading_is_alias(form, name, cell):
            unknown.append(cell)  # 「说明」 beside 「备注」: no need to choose
        else:
            doubled.append((found[name], cell))
    return found, tuple(doubled), tuple(unknown)


def heading_is_alias(form: Form, name: str, cell: Cell) -> bool:
    """Tell whether a heading is understood but not written as the sample has it (H03)."""
    field = form.fields[name]
    official = {*headings(field.title), *(field.group + text for text in headings(field.title))}
    return not official.intersection(headings(cell.text))


def _missing(form: Form, found: Mapping[str, Cell]) -> tuple[str, ...]:
    """Return the fields without a column, but for those a table may leave out."""
    return tuple(
        name
        for name, field in form.fields.items()
        if name not in found and not field.optional_column
    )
