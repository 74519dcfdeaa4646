"""Which files make up a filing: those of one folder, told apart by the unit they name.

A folder is usually what one unit handed in. Where the files of several units lie in one folder,
the names in them tell whose each is (`checker.filing.gather`), and a unit that has spread its files
over sub-folders gets them together again, as long as no form is doubled by it. Paths are relative
to the folder that was chosen, with `/` between their parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from checker import catalog
from checker.catalog import GUIDE_SHEET, Form
from checker.filing import gather
from checker.normalise import bracket_width
from checker.reading import read
from checker.recognise import is_sign_in, recognise

SUMMARY = "batch"  # what the `_meta` sheet of a summary workbook gives as its form


class Seen(NamedTuple):
    """A form that was recognised, and the unit it names."""

    form: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What lies in one file, as far as it takes to know whose it is."""

    path: str
    rows: int = 0
    tables: tuple[Seen, ...] = ()
    aside: bool = False  # nothing of a filing: sign-in sheets alone, or a summary of ours
    lost: str = ""  # why it must not be opened again, in one sentence

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Look:
        """Return a look that went through JSON."""
        tables = tuple(Seen(*each) for each in data["tables"])
        return cls(**{**data, "tables": tables})


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The files of one filing; `unit` is empty where none of them names it."""

    unit: str
    folder: str
    files: tuple[Look, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mention:
    """A form in a file, for those who gather forms by unit."""

    file: str
    unit: str
    form: Form


def look(path: str, data: bytes) -> Look:
    """Return what lies in a file. Whatever is wrong with it is for `inspect` to say."""
    book = read(data, path)
    if book.meta.get("form") == SUMMARY:
        return Look(path=path, aside=True)
    sheets = [sheet for sheet in book.sheets if sheet.name != GUIDE_SHEET and sheet.rows]
    tables = [table for sheet in sheets for table in recognise(path, sheet, catalog.load())]
    return Look(
        path=path,
        rows=sum(len(table.records) for table in tables),
        tables=tuple(Seen(table.form.name, table.unit) for table in tables),
        aside=bool(sheets) and all(map(is_sign_in, sheets)),
    )


def lost(path: str, reason: str) -> Look:
    """Return what is known of a file that must not be opened again, and why not."""
    return Look(path=path, lost=reason)


def group(looks: Iterable[Look]) -> tuple[Group, ...]:
    """Return the filings that the files make up, in the order of their first files.

    Each file is in exactly one of them but for those that are nothing of a filing: they come along
    where it is plain whose they are, and are left out elsewhere.
    """
    by_top: dict[str, list[Look]] = {}
    for each in looks:
        top, below, _ = each.path.partition("/")
        by_top.setdefault(top if below else "", []).append(each)
    groups = [each for top, inside in by_top.items() for each in _under(top, inside)]
    return tuple(sorted(groups, key=lambda each: each.files[0].path))


def _under(top: str, looks: Sequence[Look]) -> list[Group]:
    """Return the filings below one of the first folders, or beside them."""
    folders: dict[str, list[Look]] = {}
    for each in looks:
        folders.setdefault(_folder(each.path), []).append(each)
    named: list[list[Look]] = []
    loose: list[Look] = []
    for inside in folders.values():
        found, rest = _in_one_folder(inside)
        named += found
        loose += rest
    named = _joined(named)
    if len(named) == 1 and (top or len(folders) == 1):  # it can only be of this unit
        named[0] += loose
        loose = []
    alone = [[each] for each in loose if not each.aside]
    return [_group(sorted(files, key=lambda each: each.path)) for files in named + alone]


def _in_one_folder(looks: Sequence[Look]) -> tuple[list[list[Look]], list[Look]]:
    """Return the files of each unit in a folder, and those that may be of any."""
    by_path = {each.path: each for each in looks}
    gathered = gather(mention for each in looks for mention in _mentions(each))
    parts: list[set[str]] = []
    for mentions in gathered:  # a workbook with the forms of two units keeps them together
        paths = {mention.file for mention in mentions}
        touched = [part for part in parts if part & paths]
        parts = [part for part in parts if not part & paths] + [paths.union(*touched)]
    loose = [each for each in looks if not each.tables]
    if len(parts) == 1:
        parts[0].update(each.path for each in loose)
        loose = []
    return [[by_path[path] for path in sorted(part)] for part in parts], loose


def _mentions(each: Look) -> Iterator[_Mention]:
    forms = catalog.load().forms
    return (_Mention(file=each.path, unit=unit, form=forms[form]) for form, unit in each.tables)


def _joined(found: Iterable[list[Look]]) -> list[list[Look]]:
    """Put together what one unit has in several folders, unless a form would be doubled."""
    joined: list[list[Look]] = []
    for files in found:
        unit, forms = bracket_width(_unit(files)), _forms(files)
        for other in joined:
            if unit and unit == bracket_width(_unit(other)) and not forms & _forms(other):
                other += files
                break
        else:
            joined.append(files)
    return joined


def _forms(files: Iterable[Look]) -> set[str]:
    return {table.form for each in files for table in each.tables}


def _unit(files: Iterable[Look]) -> str:
    return next((table.unit for each in files for table in each.tables if table.unit), "")


def _group(files: Sequence[Look]) -> Group:
    folder = _folder(files[0].path)
    while folder and not all(each.path.startswith(f"{folder}/") for each in files):
        folder = _folder(folder)
    return Group(unit=_unit(files), folder=folder, files=tuple(files))


def _folder(path: str) -> str:
    """Return the folder in which a file or folder lies.

    >>> _folder("甲/乙/名单.xlsx"), _folder("名单.xlsx")
    ('甲/乙', '')
    """
    return path.rpartition("/")[0]
