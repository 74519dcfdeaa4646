"""The check code (核对码): eight characters that tie a paper to its file.

It is a digest of what a table says: its form, year and unit, and every field of every record in
order. All of it is taken as the checker reads it, so that saving in another program keeps the
code, and so do marks, formats, blank rows, the order of the columns and whatever stands beside or
below the table; any other value, a row more, less or elsewhere gives another code. The date line
is left out, because it is often written by hand on the paper.

It is no signature: whoever can change a file can have its new code worked out. What it shows is
that a paper and a file are the same edition.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Iterable
from itertools import repeat

from checker.catalog import Field
from checker.model import Records, Table, Value, as_text
from checker.normalise import bracket_width, squeeze

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0 and O, 1 and I, which look alike
_LENGTH = 8
# What is not in the alphabet can only be another character misread.
_MISREAD = str.maketrans("0O1I", "QQLL")
_BETWEEN, _AFTER = "\x1f", "\x1e"  # stand in no value: `squeeze` takes them for blanks
_DAY_ZERO = dt.datetime(1899, 12, 30)
_DAYS = range(36526, 73051)  # the years 2000 to 2099 as spreadsheets number their days
_HALF_A_MINUTE = dt.timedelta(seconds=30)


def fingerprint(table: Table) -> str:
    """Return the check code in two groups, such as 7K3Q-92MF."""
    facts = (table.form.name, str(table.year or ""), bracket_width(table.unit))
    template = "%s"
    columns: list[Iterable[object]] = [repeat(_AFTER, len(table.records))]
    for field in table.form.fields.values():
        if field.name in table.records.columns:
            piece, column = _piece(table.records, field)
            template += piece
            columns.append(column)
    rows = "".join(map(template.__mod__, zip(*columns, strict=True)))
    said = _BETWEEN.join(facts) + rows.replace(_AFTER + _BETWEEN, _AFTER) + _AFTER
    digest = hashlib.sha256(said.encode())
    number = int.from_bytes(digest.digest()[:5])
    code = "".join(_ALPHABET[number >> 5 * place & 31] for place in range(_LENGTH))
    return f"{code[:4]}-{code[4:]}"


def same(code: str, typed: str) -> bool:
    """Tell whether a code typed from paper is this code, however it is typed or misread.

    >>> same("7K3Q-92MF", " 7k30 92mf "), same("7K3Q-92MF", "7K3Q-92MG")
    (True, False)
    """
    return characters(typed) == characters(code)


def characters(typed: str) -> str:
    """Return the characters of a code typed from paper, those set right that it cannot hold."""
    text = unicodedata.normalize("NFKC", typed).upper()
    text = "".join(character for character in text if character.isascii() and character.isalnum())
    return text.translate(_MISREAD)


def _piece(records: Records, field: Field) -> tuple[str, Iterable[object]]:
    """Return what a field adds to each row, its name and what it says, as a template and values.

    Blank fields are left out, so that a column that a form gains changes no older code.
    """
    name = _BETWEEN + field.name + _BETWEEN
    values, raws = records.meanings(field.name), records.columns[field.name]
    if values is raws:  # letters, digits and whole numbers only
        return f"{name}%s", values
    pairs = zip(values, raws, strict=True)
    return "%s", ["" if value is None else name + _said(field, raw, value) for value, raw in pairs]


def _said(field: Field, raw: Value, value: str | int | float) -> str:
    """Return a value in the one way it is taken, whatever type and format its cell has."""
    if isinstance(value, str) and (isinstance(raw, str | bool) or field.kind == "resident-id"):
        return squeeze(value)
    if field.kind == "sessions":
        return squeeze(as_text(_moment(raw)))
    number = raw if isinstance(value, str) else value
    if isinstance(number, int | float):
        return f"{number:.15g}"  # the digits a spreadsheet keeps: 0.1 + 0.2 is 0.3
    return squeeze(str(value))


def _moment(raw: Value) -> Value:
    """Return a day and time to the minute, also of a cell that shows the number of a day."""
    if isinstance(raw, int | float) and int(raw) in _DAYS:
        raw = _DAY_ZERO + dt.timedelta(days=raw)
    if isinstance(raw, dt.datetime):
        return (raw + _HALF_A_MINUTE).replace(second=0, microsecond=0)
    return raw
