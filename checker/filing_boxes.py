"""The boxes of a filing form (S11) filled in from a plan and a roster, and from an earlier form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from checker.filing import subjects_of
from checker.model import Record, Table
from checker.normalise import squeeze
from checker.plan_hours import Plan, of_each_person

# What the list of papers should name (S2, S11), and the words by which it is known to do so (B05).
_MATERIALS = (
    ("专业技术人员继续教育计划表", ("计划",)),
    ("专业技术人员继续教育参训人员名单", ("名单", "名册")),
    ("培训签到表", ("签到",)),
    ("参训人员成绩单", ("成绩",)),
)
_MOST_CONTENT, _MOST_PLACES = 110, 45  # characters that stand in their boxes without crowding
_OPEN = ("responsible_person", "phone", "objective")  # nobody can know them from the other forms
# What the unit has put in its own words for this subject stays.
_OWN_WORDS = ("place", "content", "objective")


def fill(
    subject: str, plan: Plan, *, unit: str, headcount: int, earlier: Sequence[Table] = ()
) -> dict[str, Any]:
    """Return the boxes of a subject's form; `earlier` are the filing forms there are already.

    What another form says too always comes from there: people from the roster, hours and mode from
    the plan. Person and phone are the unit's, whatever the subject.
    """
    own = [form.records[0] for form in earlier if subject in (subjects_of(form) or (subject,))]
    every = own + [form.records[0] for form in earlier if form.records[0] not in own]
    boxes = {
        "unit_name": unit,
        "subject": subject,
        "headcount": headcount,
        "place": _in_short(_different(plan, "place"), "、", _MOST_PLACES, "处"),
        "mode": "、".join(_different(plan, "mode")),
        "hours": of_each_person((plan,)),
        "content": _in_short(_different(plan, "topic"), "；", _MOST_CONTENT, "项"),
        "materials": "\n".join(_materials(_first("materials", own))),
        **{name: _first(name, every) for name in ("responsible_person", "phone")},
        **{name: text for name in _OWN_WORDS if (text := _first(name, own))},
    }
    return {name: value for name, value in boxes.items() if value}


def still_open(boxes: dict[str, Any]) -> tuple[str, ...]:
    """Return the boxes that only the unit can fill in, and has not."""
    return tuple(name for name in _OPEN if name not in boxes)


def _first(name: str, records: Iterable[Record]) -> str:
    values = (str(record.values.get(name, "")) for record in records)
    return next((value for value in values if value), "")


def _different(plan: Plan, name: str) -> list[str]:
    """Return the different texts of a column, in the order of the plan."""
    texts = (record.text(name) for record in plan.records)
    return list({squeeze(text): " ".join(text.split()) for text in texts if text}.values())


def _in_short(texts: Sequence[str], joint: str, most: int, unit: str) -> str:
    """Return the texts in one, or as many as there is room for and where the rest stands."""
    shown = list(texts)
    while len(shown) > 1 and len(joint.join(shown)) > most:
        shown.pop()
    rest = f"等共 {len(texts)} {unit}，详见计划表" if len(shown) < len(texts) else ""
    return joint.join(shown) + rest


def _materials(given: str) -> list[str]:
    """Return the list of papers: what the unit lists, and what is missing there."""
    lines = [line for line in given.splitlines() if squeeze(line)]
    missing = [name for name, words in _MATERIALS if not any(word in given for word in words)]
    return lines + missing
