"""A record held against its form's JSON Schema, and schema keywords turned into rule codes.

The only importer of jsonschema. A compiled validator accepts the many good records quickly;
jsonschema is asked only about those that fail it, and its (English, value-quoting) sentences are
never shown: `x-rules` in the schema says which of our codes a keyword stands for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any, cast

import fastjsonschema

from checker.catalog import Field, Form
from checker.identifiers import resident_id
from checker.model import Cell, CellKind, Hit, Record, Records, Value, kind_of
from checker.normalise import (
    NOTHING,
    is_nothing,
    number,
    number_with_unit,
    ordinal,
    squeeze,
    visible,
)

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

Fault = tuple[str, str]  # field name ("" for the whole record) and schema keyword
Meaning = str | int | float | None
_MANY = 1_000_000  # no serial number has more than six digits


def record_of(row: int, cells: Mapping[str, Cell], form: Form) -> Record:
    """Return a record with the values its cells mean, blank fields left out.

    A value that cannot become the schema's type stays text, so that the schema refuses it.
    """
    values = {}
    for name, cell in cells.items():
        value = value_of(form.fields[name], cell)
        if value is not None:
            values[name] = value
    return Record(row, cells, values)


def blanked(cell: Cell, field: Field) -> Cell:
    """Return the cell, as a blank one where it only says that there is nothing: /, —, 无.

    In a free text such a word may be the answer.
    """
    if cell.kind is CellKind.TEXT and field.kind != "text" and is_nothing(str(cell.value)):
        return replace(cell, kind=CellKind.BLANK)
    return cell


def value_of(field: Field, cell: Cell) -> Meaning:
    """Return a cell's value as its field means it, None where it is blank."""
    if cell.kind is CellKind.BLANK:
        return None
    text = visible(cell.text)
    if not text:
        return None
    if field.type in ("integer", "number"):
        plain = ordinal(text) if field.kind == "serial" else number(text)
        value = plain if plain is not None else number_with_unit(text)
        return text if value is None else value
    if field.kind == "resident-id":
        return resident_id.compact(text) or None
    return field.synonyms.get(squeeze(text), text)


def meanings(form: Form, records: Records, name: str) -> Sequence[Meaning]:
    """Return what `value_of` says of a field in all records, without making the records.

    What people type mostly means just what it says, and what does not is asked about once.
    """
    if name not in records.columns:
        return [None] * len(records)
    field, column = form.fields[name], records.columns[name]
    if not records.apart and _says_itself(field, column):
        return cast("Sequence[Meaning]", column)
    known = lru_cache(maxsize=None, typed=True)(partial(_meaning, field))  # 1 is not True here
    found: list[Meaning]
    if field.kind == "resident-id":
        whole = resident_id.WELL_FORMED.fullmatch
        found = [v if isinstance(v, str) and whole(v) else known(v) for v in column]
    elif field.type == "string":
        words = NOTHING.union(field.synonyms)
        found = [
            v if v is None or (isinstance(v, str) and v.isalnum() and v not in words) else known(v)
            for v in column
        ]
    else:
        found = [known(v) for v in column]
    for index in records.apart:
        found[index] = records[index].values.get(name)
    return found


def _says_itself(field: Field, column: Sequence[Value]) -> bool:
    """Tell, without looking at each, whether all values of a column mean just what they say."""
    kinds = set(map(type, column))
    if field.type != "string":
        numbers = cast("Sequence[int]", column)
        return kinds == {int} and min(numbers) >= 0 and max(numbers) < _MANY
    if kinds != {str}:
        return False
    texts = cast("Sequence[str]", column)
    if field.kind == "resident-id":
        return resident_id.all_well_formed(texts)
    return "".join(texts).isalnum() and NOTHING.union(field.synonyms).isdisjoint(texts)


def _meaning(field: Field, value: Value) -> Meaning:
    cell = Cell("", "", 0, 0, value, kind_of(value), field.name)
    return value_of(field, blanked(cell, field))


@cache
def _accept(form: Form) -> Callable[[Mapping[str, Any]], object]:
    compiled: Callable[[Mapping[str, Any]], object] = fastjsonschema.compile(
        dict(form.schema), use_default=False
    )
    return compiled


@cache
def _validator(form: Form) -> Draft202012Validator:
    # Imported where it is needed, because that takes longer than checking a thousand good rows.
    from jsonschema import Draft202012Validator

    return Draft202012Validator(form.schema)


def faults(values: Mapping[str, Any], form: Form) -> tuple[Fault, ...]:
    """Return what the schema refuses in a record, as (field, keyword) pairs in schema order."""
    try:
        _accept(form)(values)
    except fastjsonschema.JsonSchemaValueException:
        return tuple(_slow_faults(values, form))
    return ()


def _slow_faults(values: Mapping[str, Any], form: Form) -> Iterator[Fault]:
    for error in _validator(form).iter_errors(values):
        if error.validator == "required" and not error.path:
            continue  # one error a missing property, without naming it: listed below
        yield (str(error.path[0]) if error.path else "", str(error.validator))
    yield from ((name, "required") for name in form.schema["required"] if name not in values)


def schema_hits(
    form: Form, records: Iterable[Record]
) -> Iterator[tuple[tuple[str, ...], Hit]]:
    """Yield (codes, hit) for each refused value; the hit is of one of the codes.

    A column that is missing (H02) and a cell that holds an error value or an unsolved formula
    (W06) have their own finding and are passed over.
    """
    for record in records:
        for name, keyword in faults(record.values, form):
            codes = form.fields[name].rules[keyword] if name else form.record_rules[keyword]
            cell = record.cells.get(name) if name else _first_of(keyword, record, form)
            if cell is not None and cell.readable:
                yield codes, Hit(cell=cell, variant=keyword)


def _first_of(keyword: str, record: Record, form: Form) -> Cell | None:
    """Return the first of the fields a record keyword speaks of, None if one cannot be read."""
    names = [name for choice in form.schema[keyword] for name in choice["required"]]
    cells = [record.cells.get(name) for name in names]
    if any(cell is None or not cell.readable for cell in cells):
        return None
    return cells[0]
