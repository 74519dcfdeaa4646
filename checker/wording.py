"""Hits put into words. The one place where values are masked and messages are filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from checker.catalog import Cycle, Field
from checker.model import Cell, Finding, Group, Hit, Place, Rule, column_letter
from checker.privacy import HIDDEN, mask

_LONGEST_VALUE = 40
_MOST_ROW_RANGES = 12


def finding(rule: Rule, hit: Hit, field: Field | None, cycle: Cycle) -> Finding:
    """Return the finding of a hit. `field` is what the cell fills, None for the rest of a sheet."""
    cell = hit.cell
    value, suggestion = shown(cell.text, field), None
    if hit.suggestion is not None:
        suggestion = masked(hit.suggestion, field)  # whole, so that it can be copied
    offered = shown(hit.suggestion or "", field)
    facts = _facts(hit, field, cycle) | {"value": value, "suggestion": offered}
    hidden = facts | dict.fromkeys(("value", "suggestion", *rule.private), HIDDEN)
    template = rule.variants.get(hit.variant, rule.message)
    severity = hit.severity or rule.severity
    return Finding(
        code=rule.code,
        severity=severity,
        place=place(cell),
        field=cell.field,
        label=field.label if field else "",
        value=value,
        message=template.format_map(facts),
        shareable=template.format_map(hidden),
        suggestion=suggestion,
        related=tuple(place(other) for other in hit.related),
        acknowledgeable=rule.can_be_acknowledged(severity),
    )


def place(cell: Cell) -> Place:
    """Return a cell's place; row 0 stands for the file as a whole."""
    if not cell.row:
        return Place(file=cell.file, sheet=cell.sheet, cell="", row=None)
    return Place(file=cell.file, sheet=cell.sheet, cell=cell.ref, row=cell.row)


def shown(text: str, field: Field | None) -> str:
    """Return a value as the screen may show it: numbers masked, line breaks marked, cut if long."""
    text = masked(text, field)
    text = text.replace("\r\n", "↵").replace("\n", "↵").replace("\r", "↵").replace("\t", "→")
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"


def masked(text: str, field: Field | None) -> str:
    """Return a text with its middle hidden where the field holds identity numbers."""
    return mask(text) if field is not None and field.kind == "resident-id" else text


def _facts(hit: Hit, field: Field | None, cycle: Cycle) -> dict[str, str]:
    cell = hit.cell
    base: Mapping[str, object] = {
        "row": cell.row,
        "column": column_letter(cell.column),
        "sheet": cell.sheet,
        "file": cell.file,
        "label": field.label if field else "",
        "year": cycle.year,
    }
    return {name: plain(value) for name, value in {**base, **hit.facts}.items()}


def plain(value: object) -> str:
    """Return a fact as text: whole numbers without a point, long texts cut."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)
    return text if len(text) <= 3 * _LONGEST_VALUE else text[: 3 * _LONGEST_VALUE] + "…"


def row_list(rows: Iterable[int]) -> str:
    """Return row numbers as people write them.

    >>> row_list([3, 4, 5, 9, 11, 12])
    '3–5、9、11、12'
    """
    runs: list[list[int]] = []
    for row in sorted(set(rows)):
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    parts = [
        f"{run[0]}–{run[-1]}" if len(run) > 2 else "、".join(map(str, run)) for run in runs
    ]
    if len(parts) <= _MOST_ROW_RANGES:
        return "、".join(parts)
    count = sum(len(run) for run in runs)
    return "、".join(parts[:_MOST_ROW_RANGES]) + f" 等共 {count}"


def groups(findings: Sequence[Finding], rules: Mapping[str, Rule]) -> tuple[Group, ...]:
    """Return the findings with the same fault in the same column gathered, in report order."""
    gathered: dict[tuple[str, ...], list[int]] = {}
    for index, item in enumerate(findings):
        column = item.field if _without_row(item.message, item.place.row) else ""
        key = (item.place.file, item.place.sheet, item.code, item.severity, column)
        gathered.setdefault(key, []).append(index)
    return tuple(
        _group([findings[index] for index in indexes], tuple(indexes), rules)
        for indexes in gathered.values()
    )


def _group(items: Sequence[Finding], indexes: tuple[int, ...], rules: Mapping[str, Rule]) -> Group:
    first = items[0]
    return Group(
        code=first.code,
        severity=first.severity,
        field=first.field,
        label=first.label,
        message=_together(items, [item.message for item in items], rules),
        shareable=_together(items, [item.shareable for item in items], rules),
        findings=indexes,
    )


def _together(items: Sequence[Finding], texts: Sequence[str], rules: Mapping[str, Rule]) -> str:
    """Return one sentence for several findings: theirs if it is the same but for the row."""
    if len(items) == 1:
        return texts[0]
    title = rules[items[0].code].title
    rows = row_list(item.place.row for item in items if item.place.row)
    bare = {_without_row(text, item.place.row) for text, item in zip(texts, items, strict=True)}
    if None not in bare:
        label = items[0].label  # one column: findings are gathered by field
        column = f"“{label}”" if label and label not in title else ""
        return f"第 {rows} 行{bare.pop()}" if len(bare) == 1 else f"第 {rows} 行{column}：{title}。"
    labels = "、".join(dict.fromkeys(f"“{item.label}”" for item in items if item.label))
    return f"{title}：{labels}。" if labels else f"{title}，共 {len(items)} 处。"


def _without_row(text: str, row: int | None) -> str | None:
    start = f"第 {row} 行"
    return text[len(start) :] if text.startswith(start) else None
