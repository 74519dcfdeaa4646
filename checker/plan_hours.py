"""What the hours of a plan come to, for the plan and for each person.

A course held again for another class counts once for each person, and people write a plan with
parallel classes in several ways. So there is more than one sum that may be right (X05).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from checker.catalog import Form
from checker.model import Record
from checker.normalise import squeeze

_EVERYBODY = ("全", "所有", "本单位", "本院", "本校", "本公司", "各")


class Plan(Protocol):
    """A plan: one table, or what several of them hold together."""

    @property
    def form(self) -> Form:
        """Which plan it is."""

    @property
    def records(self) -> Iterable[Record]:
        """Its rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row of a plan, as far as its hours are concerned; `nth` for its content and audience."""

    row: int
    time: str
    topic: str
    audience: str
    hours: float | None
    nth: int = 0

    @classmethod
    def of(cls, record: Record, plan: Plan) -> _Row:
        """Read a row."""
        return cls(
            row=record.row,
            time=squeeze(record.text("time")),
            topic=f"{plan.form.name} {squeeze(record.text('topic'))}",
            audience=squeeze(record.text("audience")),
            hours=record.number("hours"),
        )


def total(plans: Sequence[Plan]) -> float:
    """Return the plain sum of the hours that can be read."""
    return round(_sum(_rows(plans)), 2)


def totals(plans: Sequence[Plan]) -> set[float] | None:
    """Return what the hours of the plans may come to, None where some row has none.

    Besides the plain sum there are three more: a content that several audiences are taught counted
    once, what is taught at one time counted once, and what each audience is taught together with
    what all are taught.
    """
    rows = _rows(plans)
    if any(row.hours is None for row in rows):
        return None
    common, audiences = _common(rows), {row.audience for row in rows}
    return {
        _sum(rows),
        _taught_once(rows),
        _sum({(row.time or row.row, row.hours): row for row in rows}.values()),
        *(_sum(r for r in rows if r.audience in common | {name}) for name in audiences),
    }


def of_each_person(plans: Sequence[Plan]) -> float | None:
    """Return the hours to declare for a person, None where some row has none.

    It is the one of `totals` that X05 explains: a content held for several classes counts once.
    """
    rows = _rows(plans)
    return None if any(row.hours is None for row in rows) else round(_taught_once(rows), 2)


def _rows(plans: Sequence[Plan]) -> list[_Row]:
    return [_Row.of(record, plan) for plan in plans for record in plan.records]


def _common(rows: Sequence[_Row]) -> set[str]:
    """Return the audiences that are everybody."""
    audiences = {row.audience for row in rows}
    return {name for name in audiences if not name or any(word in name for word in _EVERYBODY)}


def _taught_once(rows: Sequence[_Row]) -> float:
    common = _common(rows)
    return _sum(
        {(r.topic, r.hours, r.nth, r.audience in common): r for r in _numbered(rows)}.values()
    )


def _numbered(rows: Iterable[_Row]) -> Iterator[_Row]:
    """Number the rows in which one audience is taught the same content again: those all count."""
    met: Counter[tuple[str, str]] = Counter()
    for row in rows:
        met[row.topic, row.audience] += 1
        yield replace(row, nth=met[row.topic, row.audience])


def _sum(rows: Iterable[_Row]) -> float:
    return sum(row.hours or 0 for row in rows)
