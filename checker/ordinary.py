"""The rows of a roster or transcript that nobody need look at, told by whole columns.

A roster of ten thousand people holds some dozen different majors, two sexes, and as many names and
numbers as people, nearly all of them in order. What the rules have to say of a value they say of it
in every row, so a value that repeats is shown to them once. Of names, numbers and serial numbers,
which hardly repeat, those in order are told by a quick test that stands beside what it is about.

The promise: a row that is not `doubtful` is one in which no rule of a cell or record and no keyword
of the schema would have found anything. The rules remain what defines that. A quick test answers
only for the rules named here; as soon as another looks at its field, all rows go to the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from checker.catalog import Form
from checker.identifiers import id_document, person_name
from checker.model import Context, Record, Rule, Scope, Table, Value
from checker.rules import RULES

# Field -> the rules for which its quick test answers.
_ANSWERED = {
    "serial_no": frozenset(("L03",)),
    "name": frozenset(("L03", "N01", "N02", "N03", "N04", "N05", "N06")),
    "id_number": frozenset((
        "G02", "N04", "I02", "I03", "I04", "I05", "I06", "I07", "I08", "I09",
        "I10", "I11", "I12", "I13", "I14", "I15", "I16",
    )),
}  # fmt: skip
_NEEDED = frozenset(("name", "gender", "id_number"))  # columns
_MANY = 1_000_000  # a serial number has six digits at most


def doubtful(
    table: Table, context: Context, finds_nothing: Callable[[Record], bool]
) -> Sequence[int]:
    """Return the indexes of the records that the rules have to look at one by one.

    `finds_nothing` runs all of them on a record, or on some of its fields.
    """
    records, form = table.records, table.form
    groups = list(_read_together(form, records.columns))
    if not records.columns.keys() >= _NEEDED or not _all_answered(form):
        return range(len(records))
    found = set(records.apart)
    found.update(_numbers(table, context))
    for name, others in (("name", person_name.out_of_the_ordinary), ("serial_no", _no_serials)):
        found.update(_where(others, records.columns.get(name, ())))
    for names in groups:
        held = records.held(*names)
        samples = dict(zip(held, range(len(held)), strict=True))
        faulty = {
            values
            for values, index in samples.items()
            if index not in records.apart
            and not finds_nothing(_filled_up(form, records.make(index, names)))
        }
        if faulty:
            found.update(index for index, values in enumerate(held) if values in faulty)
    return sorted(found)


def _rules(form: Form) -> Iterator[Rule]:
    """Yield the rules of cells and records of a form."""
    for rule in RULES:
        if rule.scope in (Scope.CELL, Scope.RECORD) and (not rule.forms or form.name in rule.forms):
            yield rule


def _all_answered(form: Form) -> bool:
    """Tell whether the quick tests answer for all rules that look at their fields."""
    return all(
        rule.code in codes
        for name, codes in _ANSWERED.items()
        if name in form.fields
        for rule in _rules(form)
        if _looks_at(rule, name, form)
    )


def _looks_at(rule: Rule, name: str, form: Form) -> bool:
    if rule.scope is Scope.RECORD:
        return not rule.reads or name in rule.reads
    return bool(rule.check) and (not rule.kinds or form.fields[name].kind in rule.kinds)


def _read_together(form: Form, columns: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield the columns without a quick test, those together that some rule or keyword reads so."""
    groups = [{name} for name in columns if name not in _ANSWERED]
    together = [set(rule.reads) for rule in _rules(form)]
    together += [
        {name for choice in form.schema[keyword] for name in choice["required"]}
        for keyword in form.record_rules
    ]
    for names in together:
        linked = [group for group in groups if group & names]
        groups = [group for group in groups if group not in linked]
        groups.append(set().union(*linked))
    yield from (tuple(sorted(group)) for group in groups if group)


def _filled_up(form: Form, part: Record) -> Record:
    """Return a part of a record with values for the other fields too: the schema asks for them."""
    others = {
        field.name: field.examples[0]
        for field in form.fields.values()
        if field.name not in part.cells and field.examples[0] is not None
    }
    return Record(part.row, part.cells, {**others, **part.values})


def _numbers(table: Table, context: Context) -> set[int]:
    columns, cycle = table.records.columns, context.cycle
    born = range(cycle.year - cycle.ages["usual"], cycle.year - cycle.ages["youngest"] + 1)
    return id_document.doubtful(
        columns["id_number"], columns["gender"], today=context.today, born=born
    )


def _where(
    others: Callable[[set[Value]], Collection[object]], column: Sequence[Value]
) -> Iterator[int]:
    """Yield where a column holds one of the others."""
    found = others(set(column))
    if found:
        yield from (index for index, value in enumerate(column) if value in found)


def _no_serials(values: set[Value]) -> set[Value]:
    """Return what is no number from 1, as a number or as text; a blank one is for L01."""
    running = range(1, len(values) + 1)  # as they usually are
    return {value for value in values.difference(running) if not _is_serial(value)}


def _is_serial(value: Value) -> bool:
    if isinstance(value, str):
        return value.isascii() and value.isdigit() and 0 < len(value.lstrip("0")) <= len(value) <= 6
    return value is None or (value.__class__ is int and 0 < value < _MANY)
