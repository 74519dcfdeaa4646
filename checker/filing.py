"""The forms of one filing gathered: which tables, of which files and sheets, belong to which unit.

A drop is usually one filing, spread over files and sheets, and a unit name that differs between
its forms is a slip to be reported (X02). But an officer drops the files of several units, and then
a different name is just another unit, whose people and hours must not be compared with anybody
else's: a wrong alarm of that kind would list every person. What tells the two apart is the set of
forms. A filing needs each form once, so as long as no form comes under two names, everything is
one filing. Where some form does come under two names there are several units, and only names that
are plainly one name written twice, or that stand in one workbook, are taken together, and those
only if no form is doubled by it. The schools 第一中学 and 第二中学, with a roster each, stay apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import chain
from typing import Protocol, TypeVar

from checker.catalog import PLAN_FORMS, Form
from checker.lines import clean_unit, read_lines, unit_of_title
from checker.model import Cell, Source, Table
from checker.normalise import bracket_width, squeeze
from checker.people import Match, Person, match, people
from checker.recognise import filled, is_sign_in

PLAN = "plan"  # both plans are one kind of form
SUBJECTS = ("公需科目", "专业科目")
KINDS = ("filing_form", PLAN, "roster", "transcript")
_SHORTEST, _LONGEST = 4, 60  # of a unit name worth comparing character by character
# One of these more or less is another unit: 第一中学, 第二中学; 东区医院, 西区医院.
_TELLING = frozenset("0123456789〇零一二三四五六七八九十百甲乙丙丁东西南北")


class Mention(Protocol):
    """What tells to whom a table belongs: a Table, or what was noted of one."""

    @property
    def file(self) -> str:
        """The file it stands in."""

    @property
    def unit(self) -> str:
        """The unit it names, empty where it names none."""

    @property
    def form(self) -> Form:
        """Which form it is."""


T = TypeVar("T", bound=Mention)


@dataclass(frozen=True, kw_only=True)
class Filing:
    """The tables of one unit; `unit` is empty where none of them names it.

    `unsound` are those whose header or data stopped the check (H04, H11, H13): they are there, but
    nothing in them is compared.
    """

    unit: str
    tables: tuple[Table, ...]
    unsound: tuple[Table, ...] = ()

    def of(self, *kinds: str) -> tuple[Table, ...]:
        """Return the tables of the kinds named whose contents can be compared."""
        return tuple(
            table
            for table in self.tables
            if kind_of(table) in kinds and not any(table is other for other in self.unsound)
        )

    def plans_of(self, subjects: Sequence[str]) -> tuple[Table, ...]:
        """Return the plans of the subjects; one that names none or both (H09) may be of any."""
        return tuple(
            plan
            for plan in self.of(PLAN)
            if len(plan.subjects) != 1 or plan.subjects[0] in subjects
        )

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of form there are, in the order of the notice."""
        found = {kind_of(table) for table in self.tables}
        return tuple(kind for kind in KINDS if kind in found)

    @cached_property
    def listed(self) -> tuple[Person, ...]:
        """The rows of the rosters."""
        return people(self.of("roster"))

    @cached_property
    def graded(self) -> tuple[Person, ...]:
        """The rows of the transcripts."""
        return people(self.of("transcript"))

    @cached_property
    def repeated(self) -> frozenset[str]:
        """The numbers that stand more than once in the rosters, or in the transcripts (I17)."""
        counts = (Counter(person.number for person in rows) for rows in (self.listed, self.graded))
        return frozenset(number for count in counts for number, n in count.items() if n > 1)

    @cached_property
    def match(self) -> Match:
        """Who is in roster and transcript."""
        return match(self.listed, self.graded)


@dataclass(frozen=True, kw_only=True)
class Drop:
    """All files of one call: what the rules of a filing look at."""

    sources: tuple[Source, ...]
    unsound: tuple[Table, ...] = ()

    @cached_property
    def filings(self) -> tuple[Filing, ...]:
        """The filings in it, in order of appearance."""
        return tuple(
            Filing(unit=tables[0].unit, tables=tables, unsound=self.unsound)
            for tables in gather(chain.from_iterable(source.tables for source in self.sources))
        )

    @property
    def unread(self) -> bool:
        """Whether some file could not be read or recognised: any form may be in it."""
        return any(not (source.tables or _only_sign_in(source)) for source in self.sources)

    def first(self, kind: str) -> Table | None:
        """Return the first table of a kind, None where there is none."""
        tables = chain.from_iterable(source.tables for source in self.sources)
        return next((table for table in tables if kind_of(table) == kind), None)


def _only_sign_in(source: Source) -> bool:
    filled = [sheet for sheet in source.workbook.sheets if sheet.rows]
    return bool(filled) and all(map(is_sign_in, filled))


def kind_of(table: Table) -> str:
    """Return the kind of form a table is."""
    return PLAN if table.form.name in PLAN_FORMS else table.form.name


def subjects_of(form: Table) -> tuple[str, ...]:
    """Return the subjects a filing form names, none where it names none that is understood."""
    text = squeeze(form.records[0].text("subject"))
    named = tuple(subject for subject in SUBJECTS if subject in text)
    return named or tuple(subject for subject in SUBJECTS if subject[:2] in text)


def gather(given: Iterable[T]) -> tuple[tuple[T, ...], ...]:
    """Return the tables of each unit together, in order of appearance.

    Tables without a unit belong to the only unit, else to the only unit in their workbook; those
    that remain are by themselves, of a unit that is not known.
    """
    tables = list(given)
    by_name: dict[str, list[T]] = {}
    for table in tables:
        by_name.setdefault(bracket_width(table.unit), []).append(table)
    unnamed = by_name.pop("", [])
    gathered = [list(chain(*(by_name[name] for name in names))) for names in _units(by_name)]
    if not gathered:
        return (tuple(tables),) if tables else ()
    strays = [table for table in unnamed if not _adopt(table, gathered)]
    return (*map(tuple, gathered), *((table,) for table in strays))


def _adopt(table: T, gathered: list[list[T]]) -> bool:
    """Give a table without a unit to the unit it can only belong to; tell whether there is one."""
    near = [group for group in gathered if any(other.file == table.file for other in group)]
    homes = gathered if len(gathered) == 1 else near
    if len(homes) == 1:
        homes[0].append(table)
    return len(homes) == 1


def _units(by_name: Mapping[str, Sequence[Mention]]) -> list[list[str]]:
    """Return the names that stand for one unit, together."""
    names = list(by_name)
    if _each_form_once(names, by_name):
        return [names] if names else []
    groups: list[list[str]] = []
    for name in names:
        linked = [
            group for group in groups if any(_linked(name, other, by_name) for other in group)
        ]
        groups = [group for group in groups if group not in linked]
        groups.append([*chain(*linked), name])
    return list(
        chain.from_iterable(
            [group] if _each_form_once(group, by_name) else [[name] for name in group]
            for group in groups
        )
    )


def _each_form_once(names: Sequence[str], by_name: Mapping[str, Sequence[Mention]]) -> bool:
    """Tell whether no form comes under two of the names."""
    forms = [form for name in names for form in {table.form.name for table in by_name[name]}]
    return len(forms) == len(set(forms))


def _linked(one: str, other: str, by_name: Mapping[str, Sequence[Mention]]) -> bool:
    """Tell whether two names may stand for one unit, and have no form in common."""
    if not _each_form_once((one, other), by_name):
        return False
    files = {table.file for table in by_name[one]}
    return any(table.file in files for table in by_name[other]) or same_name(one, other)


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are one name written twice: shortened, or with a slip.

    >>> same_name("洛阳市示例建筑设计院有限公司", "洛阳示例建筑设计院")
    True
    >>> same_name("洛阳市示例建筑设计院", "洛阳市示列建筑设计院")
    True
    >>> same_name("洛阳市第一中学", "洛阳市第二中学"), same_name("洛阳市一中", "洛阳市第一医院")
    (False, False)
    """
    short, long = sorted((one, other), key=len)
    if len(short) < _SHORTEST or len(long) > _LONGEST:
        return short == long
    lost, changed = 0, ""
    for tag, a, b, c, d in SequenceMatcher(None, short, long, autojunk=False).get_opcodes():
        if tag != "equal":
            lost += b - a
            changed += short[a:b] + long[c:d]
    slip = len(changed) <= 2  # one character for another, or one left out
    return (lost == 0 or slip) and _TELLING.isdisjoint(changed)


def unit_names(table: Table) -> Iterator[tuple[str, Cell]]:
    """Yield the unit names a table gives, with their cells: title, 单位 line, 单位名称 box."""
    in_title = unit_of_title(table.title_text)
    if in_title and table.title:
        yield in_title, table.title
    if not table.form.is_table:
        box = table.records[0].cells.get("unit_name")
        if box and clean_unit(box.text):
            yield clean_unit(box.text), box
    elif in_title and table.title:
        yield from _line_below(table, table.title.row)
    elif table.unit and table.unit_cell:
        yield table.unit, table.unit_cell


def _line_below(table: Table, title_row: int) -> Iterator[tuple[str, Cell]]:
    """Yield what the 单位 line says where the title names a unit too."""
    for row in range(title_row, table.header_rows[0]):
        line = read_lines([filled(table.file, table.sheet, row)])
        if line.unit and line.unit_cell and line.title is None:
            yield line.unit, line.unit_cell
