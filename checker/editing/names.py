"""Names of sheets, as Excel allows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_LONGEST: Final = 31  # in the units of UTF-16, of which 😀 and a rare hanzi take two
_FORBIDDEN: Final = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))


def legal_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names under which sheets can be kept in an xlsx, no two of them alike.

    >>> legal_names(["名单", "1/2班", "名单", ""])
    ('名单', '1_2班', '名单2', 'Sheet')
    """
    taken: set[str] = set()
    legal: list[str] = []
    for name in names:
        wanted = legal_name(name)
        made, number = wanted, 1
        while made.lower() in taken:  # Excel takes upper and lower case for the same
            number += 1
            made = f"{_cut(wanted, _LONGEST - len(str(number)))}{number}"
        taken.add(made.lower())
        legal.append(made)
    return tuple(legal)


def legal_name(name: str) -> str:
    """Return a name without what Excel forbids, cut to the length it allows."""
    printable = "".join(character for character in name if character.isprintable())
    return _cut(printable.translate(_FORBIDDEN), _LONGEST).strip("'") or "Sheet"


def _cut(name: str, room: int) -> str:
    units = name.encode("utf-16-le")[: 2 * room]
    return units.decode("utf-16-le", "ignore")  # half of a character goes
