"""The people of rosters and transcripts, and who is who in both.

People are matched by the number of their identity document, then by name: a number is a person's
own, a name is not, but a mistyped number must not make two people of one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from checker.identifiers import person_name, resident_id
from checker.model import Cell, CellKind, Record, Records, Table

_SHORTEST_NUMBER = 8  # a passport's; anything shorter is a remark such as 「无」
_CLOSE = 2  # characters by which a mistyped number differs


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # a row is itself: one object each
class Person:
    """One row of a roster or transcript. `number` is empty where it does not tell the person."""

    records: Records
    index: int
    name: str  # in the form in which names are compared
    number: str
    gender: str  # empty where it is neither 男 nor 女

    @property
    def record(self) -> Record:
        """The row itself."""
        return self.records[self.index]

    def cell(self, field: str) -> Cell | None:
        """Return a filled cell of the row."""
        cell = self.record.cells.get(field)
        return cell if cell and cell.kind is not CellKind.BLANK else None

    @property
    def place(self) -> Cell:
        """The cell by which to point at the person: the name, else whatever is filled."""
        filled = (self.cell(field) for field in ("name", "id_number"))
        return next((cell for cell in filled if cell), next(iter(self.record.cells.values())))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The same person in the roster and in the transcript."""

    listed: Person
    graded: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Who is in both, and who in one only."""

    pairs: tuple[Pair, ...]
    only_listed: tuple[Person, ...]
    only_graded: tuple[Person, ...]


def people(tables: Iterable[Table]) -> tuple[Person, ...]:
    """Return the people of rosters or transcripts, a row each."""
    return tuple(person for table in tables for person in _people(table))


def _people(table: Table) -> Iterator[Person]:
    records, sexes = table.records, table.form.fields["gender"].enum
    columns = _names(records), _numbers(records), records.meanings("gender")
    for index, (name, number, sex) in enumerate(zip(*columns, strict=True)):
        yield Person(
            records=records,
            index=index,
            name=name,
            number=number,
            gender=sex if sex in sexes else "",
        )


def _names(records: Records) -> Iterator[str]:
    for index, value in enumerate(records.columns.get("name", [None] * len(records))):
        if isinstance(value, str) and person_name.is_plain(value) and index not in records.apart:
            yield value
        else:
            cell = records[index].cells.get("name")
            yield person_name.compact(cell.text) if cell and cell.readable else ""


def _numbers(records: Records) -> Iterator[str]:
    for index, value in enumerate(records.columns.get("id_number", [None] * len(records))):
        if isinstance(value, str) and resident_id.well_formed(value):
            yield value
        else:
            yield _number(records[index].cells.get("id_number"))


def _number(cell: Cell | None) -> str:
    """Return the compact number, empty where it is missing, masked, or has lost its last digits."""
    if cell is None or cell.kind is CellKind.BLANK or isinstance(cell.value, float):
        return ""
    number = resident_id.compact(cell.text)
    if isinstance(cell.value, int) and number.endswith("000"):  # I02
        return ""
    whole = len(number) >= _SHORTEST_NUMBER and number.isascii() and number.isalnum()
    return number if whole else ""


def distinct(rows: Iterable[Person]) -> int:
    """Return how many different people there are: by number, else by name, else by row."""
    return len(unique(rows))


def unique(rows: Iterable[Person]) -> tuple[Person, ...]:
    """Return the different people, each where it comes first."""
    met: dict[Hashable, Person] = {}
    for person in rows:
        met.setdefault(person.number or person.name or id(person), person)
    return tuple(met.values())


def match(listed: Sequence[Person], graded: Sequence[Person]) -> Match:
    """Pair the people of roster and transcript.

    By number and name, then by number, then by name; each step takes only those who are left. Rows
    that repeat somebody already paired (I17) are neither paired nor said to be missing.
    """
    pairs: list[Pair] = []
    left, right = list(listed), list(graded)
    for same in (_by_both, _by_number, _by_name):
        found = same(left, right)
        pairs += found
        done = {pair.listed for pair in found} | {pair.graded for pair in found}
        left = [person for person in left if person not in done]
        right = [person for person in right if person not in done]
    return Match(
        pairs=tuple(pairs), only_listed=_unknown(left, graded), only_graded=_unknown(right, listed)
    )


def _by_both(left: Sequence[Person], right: Sequence[Person]) -> list[Pair]:
    return _by_key(left, right, lambda person: (person.number, person.name))


def _by_number(left: Sequence[Person], right: Sequence[Person]) -> list[Pair]:
    return _by_key(left, right, lambda person: person.number)


def _by_key(
    left: Sequence[Person], right: Sequence[Person], key: Callable[[Person], Hashable]
) -> list[Pair]:
    """Pair those with a number whose keys are equal, each person once."""
    free = {key(person): person for person in reversed(left) if person.number}
    found = ((free.pop(key(person), None), person) for person in right if person.number)
    return [Pair(listed=listed, graded=graded) for listed, graded in found if listed]


def _by_name(left: Sequence[Person], right: Sequence[Person]) -> list[Pair]:
    """Pair namesakes, the most similar numbers first, but not people who are plainly two."""
    free: dict[str, list[Person]] = {}
    for person in left:
        if person.name:
            free.setdefault(person.name, []).append(person)
    pairs = []
    for graded in right:
        candidates = [person for person in free.get(graded.name, ()) if _may_be(person, graded)]
        if candidates:
            listed = min(candidates, key=lambda person: distance(person.number, graded.number))
            free[graded.name].remove(listed)
            pairs.append(Pair(listed=listed, graded=graded))
    return pairs


def _may_be(one: Person, other: Person) -> bool:
    """Tell whether namesakes may be one person: not if both number and sex are different."""
    same_sex = not (one.gender and other.gender) or one.gender == other.gender
    return same_sex or not (one.number and other.number)


def distance(one: str, other: str) -> int:
    """Return in how many places two numbers differ.

    >>> distance("410302190001010012", "410302190001010021")
    2
    """
    return sum(a != b for a, b in zip(one, other, strict=False)) + abs(len(one) - len(other))


def is_slip(one: str, other: str) -> bool:
    """Tell whether two numbers of one length may be one number with a slip."""
    return len(one) == len(other) and 0 < distance(one, other) <= _CLOSE


def _unknown(rows: Iterable[Person], others: Iterable[Person]) -> tuple[Person, ...]:
    """Return those who can be told, and whom the other table does not have at all."""
    others = tuple(others)
    numbers = {person.number for person in others}
    names = {person.name for person in others}
    return tuple(
        person
        for person in rows
        if (person.number or person.name)
        and (person.number not in numbers if person.number else person.name not in names)
    )
