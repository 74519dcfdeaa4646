"""The cases of the rules, as data: `tests/rules/<family>.toml`, each made into a file and checked.

The tests run every case. The site shows the same ones as the examples of its rules (pipeline/examples.py),
so that no example can say what the checker does not; hence this module knows nothing of pytest.

What a case may hold:

- the records of one or more forms (`roster`, `transcript` …), completed by `filings`; other `titles`
  and `dates` of them;
- changes to the first sheet: `cells`, `merge`, `comments`, `delete_columns`; `copies` of it and
  further `sheets`; what to `hide` (a row's number, a column's letters, a sheet's name);
- the file: its name (`file`), `format`, `encoding`, further `parts` of the package, the `meta` rows of
  a template, `rows` (a sheet of so many), or `raw` bytes that are no workbook at all;
- the day of the check (`today`), the day of the `visit`, the `county`;
- what is expected. `hits` are the cells at which exactly this code is reported: "E4", in a workbook of
  several sheets "roster!E4", in a filing form the field instead of the cell, and no cell for the file as
  a whole. `severity`, `suggestion` and `message` are those of the first hit; `only` asks that nothing
  else is reported at error or warning level;
- `about`: what the site says of the case, and `example` where it is not the first that the site shows.
"""

from __future__ import annotations

import datetime as dt
import io
import tomllib
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.worksheet import Worksheet

from checker import Finding, Report, catalog, check
from checker.reading.ole2 import compound
from tests import YEAR, filings, workbooks

RULES = Path(__file__).parent / "rules"
TODAY = dt.date(2024, 10, 8)
REGION = "洛阳市"
_KEYS = frozenset((
    "name", "hits", "severity", "suggestion", "message", "only", "about", "example",
    *catalog.FORM_NAMES, "titles", "dates", "today", "visit", "county",
    "cells", "merge", "comments", "delete_columns", "copies", "sheets", "hide",
    "file", "format", "encoding", "parts", "meta", "rows", "raw",
))  # fmt: skip
_WORD = {
    "[Content_Types].xml": workbooks.content_types("application/msword", "/word/document.xml"),
    "_rels/.rels": workbooks.relationships(("officeDocument", "word/document.xml")),
    "word/document.xml": "<x/>",
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One filing in one file, and what a rule has to say about it."""

    code: str
    given: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What the fault is, or what is right."""
        return str(self.given["name"])

    @property
    def hits(self) -> list[str]:
        """Where the rule must find its fault."""
        return list(self.given["hits"])

    @property
    def forms(self) -> dict[str, Any]:
        """The records of its forms, in the order in which they stand in the workbook."""
        return {name: self.given[name] for name in self.given if name in catalog.FORM_NAMES}

    @property
    def of_one_cycle(self) -> bool:
        """Whether it is about windows or counties, and so holds for one year of one region only."""
        return "visit" in self.given or "county" in self.given

    @property
    def file(self) -> str:
        """The name of its file."""
        return str(self.given.get("file", "名单.xlsx"))

    @cached_property
    def data(self) -> bytes:
        """The bytes of its file."""
        given = self.given
        if "raw" in given:
            return _RAW[given["raw"]]()
        if "rows" in given:
            return _long_sheet(given["rows"])
        book = filings.book_of(self.forms, titles=given.get("titles"), dates=given.get("dates"))
        for sheet in book.worksheets:
            sheet.title = _sheet_names()[sheet.title]
        _change(book, given)
        kind = given.get("format", "xlsx")
        if kind == "xlsx":
            return _with_parts(filings.to_bytes(book), given.get("parts", ()))
        sheets = {sheet.title: list(sheet.values) for sheet in book.worksheets}
        if kind == "xls":
            return workbooks.xls(sheets)
        return workbooks.csv(next(iter(sheets.values())), given.get("encoding", "utf-8-sig"))

    @cached_property
    def report(self) -> Report:
        """What the checker has to say."""
        return self.check()

    def check(self) -> Report:
        """Check the file."""
        given = self.given
        visit = given.get("visit")
        return check(
            self.data,
            self.file,
            today=given.get("today", TODAY),
            year=YEAR,
            visit=dt.date.fromisoformat(str(visit)) if visit else None,
            county=given.get("county"),
        )

    def place(self, finding: Finding) -> str:
        """Return where a finding is, the way `hits` names it."""
        forms = {sheet: form for form, sheet in _sheet_names().items()}
        sheet = forms.get(finding.place.sheet, finding.place.sheet)
        cell = finding.field if sheet == "filing_form" and finding.field else finding.place.cell
        several = len(self.forms) + len(self.given.get("sheets", ())) > 1 or "copies" in self.given
        return f"{sheet}!{cell}" if several else cell


@cache
def _sheet_names() -> dict[str, str]:
    """Return what the sheet of each form is called in our templates."""
    return {form.name: str(form.layout["sheet"]) for form in catalog.load().forms.values()}


@cache
def load() -> tuple[Case, ...]:
    """Return every case, in the order of the files."""
    found = []
    for path in sorted(RULES.glob("*.toml")):
        for code, cases in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for given in cases:
                unknown = set(given) - _KEYS
                if unknown:
                    raise ValueError(f"{path.name}, {code} “{given['name']}”: {sorted(unknown)}")
                found.append(Case(code=code, given=given))
    return tuple(found)


def _change(book: Workbook, given: Mapping[str, Any]) -> None:
    """Change a workbook the way a case says."""
    for name, rows in given.get("sheets", {}).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    first = book.worksheets[0]
    for place, value in given.get("cells", {}).items():
        first[place] = None if value == "" else value
    for place, text in given.get("comments", {}).items():
        first[place].comment = Comment(text, "")
    if "delete_columns" in given:
        left, right = map(column_index_from_string, given["delete_columns"].split(":"))
        first.delete_cols(left, right - left + 1)
    for area in given.get("merge", ()):
        first.merge_cells(area)
    for name in given.get("copies", ()):
        copy: Worksheet = book.copy_worksheet(first)
        copy.title = name
    for what in given.get("hide", ()):
        _hide(book, what)
    if "meta" in given:
        meta = book.create_sheet("_meta")
        meta.sheet_state = "hidden"
        for row in given["meta"].items():
            meta.append(row)


def _hide(book: Workbook, what: int | str) -> None:
    """Hide a row, a column or a whole sheet."""
    first = book.worksheets[0]
    if isinstance(what, int):
        first.row_dimensions[what].hidden = True
    elif what in book.sheetnames:
        book[what].sheet_state = "hidden"
    else:
        first.column_dimensions[what].hidden = True


def _with_parts(data: bytes, names: list[str]) -> bytes:
    """Return an xlsx with further, meaningless parts in it."""
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as package:
        for name in names:
            package.writestr(name, b"\0")
    return buffer.getvalue()


def _boastful(size: int) -> bytes:
    """Return a small zip whose directory says that it unpacks to so many bytes."""
    data = bytearray(workbooks.zipped({"a": b""}))
    at = data.rfind(b"PK\x01\x02") + 24
    data[at : at + 4] = size.to_bytes(4, "little")
    return bytes(data)


def _long_sheet(last: int) -> bytes:
    """Return a workbook whose rows go on to the one named; those between are blank."""
    rows = (1, *range(last - 20, last + 1))
    return workbooks.xlsx("".join(f'<row r="{r}"><c r="A{r}"><v>{r}</v></c></row>' for r in rows))


_RAW: Mapping[str, Callable[[], bytes]] = {  # files that are no workbook, or no whole one
    "nothing": bytes,
    "pdf": lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    "picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(64),
    "word": lambda: workbooks.zipped(_WORD),
    "password": lambda: compound("EncryptedPackage", bytes(5000)),
    "half": lambda: filings.workbook({"roster": [{}, {}, {}]})[:3000],
    "no cells": lambda: filings.grid([]),
    "51 MB": lambda: b"PK\x03\x04" + bytes(51_000_000),
    "501 MB unpacked": lambda: _boastful(501_000_000),
    "201 sheets": lambda: workbooks.xlsx(*[""] * 201),
    "too many parts": lambda: workbooks.zipped({f"{number}": b"" for number in range(10_001)}),
}
