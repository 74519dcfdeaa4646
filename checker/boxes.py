"""The filing form (备案表, S11): labels with a box to the right, not a table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from itertools import takewhile

from checker.catalog import Form
from checker.fields import blanked, record_of
from checker.lines import read_lines
from checker.model import Area, Cell, CellKind, Sheet, Table, as_text
from checker.normalise import headings, number, squeeze
from checker.records import single

_ENOUGH = 6  # labels that make a sheet the filing form
_ENOUGH_WITH_TITLE = 3
_DEEPEST = 80  # rows looked at
_IN_ONE = re.compile(r"([^:：]{2,12})[:：](.+)", re.DOTALL)
_LIST_WORDS = frozenset(("序号", "名称", "资料名称", "材料名称", "……", "…", "...", "......"))
_FOOT = "此表一式"
_STAGES = ("单位意见", "主管部门审核", "主管部门意见", "人社部门备案", "人社部门意见")
_MATERIALS = ("备案资料", "备案材料")


def recognise(file: str, sheet: Sheet, form: Form) -> Table | None:
    """Return the filing form a sheet holds, None where it is something else."""
    if not _may_be(form, sheet):
        return None
    cells = [
        sheet.cell(file, row, column)
        for row, values in enumerate(sheet.rows[:_DEEPEST], 1)
        for column, value in enumerate(values, 1)
        if isinstance(value, str) and squeeze(value)
    ]
    titled = any("备案表" in squeeze(cell.text) for cell in cells[:12])
    labels = _find_labels(form, cells)
    official = sum(_is_official(form, name, label) for name, label in labels.items())
    if official < (_ENOUGH_WITH_TITLE if titled else _ENOUGH):
        return None
    top = min(cell.row for cell in labels.values())
    stops = {(cell.row, cell.column) for cell in labels.values()}
    stops |= {(c.row, c.column) for c in cells if _is_stage(squeeze(c.text))}
    boxes = {name: _box(sheet, form, label, name, stops) for name, label in labels.items()}
    boxes["materials"] = _materials(file, sheet, cells)
    above = read_lines([[cell for cell in cells if cell.row == row] for row in range(1, top)])
    unit = squeeze(boxes["unit_name"].text) if "unit_name" in boxes else ""
    return Table(
        file=file,
        sheet=sheet,
        form=form,
        title=above.title,
        title_text=above.title_text,
        year=above.year,
        unit=above.unit or unit,
        unit_cell=above.unit_cell,
        date_cell=None,
        date_text="",
        subjects=(),
        headings=labels,
        unknown_headings=(),
        doubled_headings=(),
        missing=tuple(n for n, f in form.fields.items() if f.required and n not in labels),
        groups=frozenset(),
        header_rows=(top, top),
        records=single(record_of(top, boxes, form), form),
    )


def _may_be(form: Form, sheet: Sheet) -> bool:
    """Tell whether a sheet holds enough texts that may be labels, to look where they stand."""
    texts = {value for row in sheet.rows[:_DEEPEST] for value in row if isinstance(value, str)}
    known = frozenset().union(*_vocabularies(form))
    return sum(not known.isdisjoint(_as_label(text)) for text in texts) >= _ENOUGH_WITH_TITLE


# Form objects live as long as the catalog, so caching by identity is safe and cheap.
@cache
def _vocabularies(form: Form) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the field of each official label, and of each other one that is understood."""
    fields = form.fields.items()
    return (
        {text: name for name, field in fields for text in headings(field.title)},
        {
            text: name
            for name, field in fields
            for alias in field.aliases
            for text in headings(alias)
        },
    )


def _as_label(text: str) -> tuple[str, ...]:
    """Return the forms under which a label may be known, that of a label and its box in one too."""
    match = _IN_ONE.fullmatch(text.strip())
    return headings(match[1]) if match else headings(text)


def _find_labels(form: Form, cells: list[Cell]) -> dict[str, Cell]:
    """Return the label cell of each field; official labels win over aliases."""
    labels: dict[str, Cell] = {}
    for known in _vocabularies(form):
        for cell in cells:
            name = next((known[text] for text in _as_label(cell.text) if text in known), None)
            if name and name != "materials":
                labels.setdefault(name, cell)
    return labels


def _is_official(form: Form, name: str, label: Cell) -> bool:
    """Tell whether a label is the sample's own; only these tell the form from another."""
    text = label.text.partition("：")[0].partition(":")[0]
    return headings(text)[-1] in headings(form.fields[name].title)


def _area(sheet: Sheet, row: int, column: int) -> Area:
    """Return the merged area a cell belongs to, or the cell alone."""
    for area in sheet.merged:
        if area.top <= row <= area.bottom and area.left <= column <= area.right:
            return area
    return Area(row, column, row, column)


def _box(
    sheet: Sheet, form: Form, label: Cell, name: str, stops: set[tuple[int, int]]
) -> Cell:
    """Return the box of a label: the first filled cell to its right, else the next one.

    Where another label follows, or the label stands alone in its row, the box may be below it.
    """
    match = _IN_ONE.fullmatch(label.text.strip())
    if match and match[2].strip():
        value = match[2].strip()
        return Cell(label.file, label.sheet, label.row, label.column, value, label.kind, name)
    area = _area(sheet, label.row, label.column)
    right, below = (label.row, area.right + 1), (area.bottom + 1, label.column)
    width = max(len(values) for values in sheet.rows)
    row = ((label.row, column) for column in range(area.right + 1, width + 1))
    places = list(takewhile(lambda place: place not in stops, row))
    alone = sum(squeeze(as_text(value)) != "" for value in sheet.rows[label.row - 1]) == 1
    if below not in stops and (alone or not places):
        places.append(below)
    boxes = (sheet.cell(label.file, *place, name) for place in places)
    blank = sheet.cell(label.file, *(below if right in stops else right), name)
    box = next((box for box in boxes if squeeze(box.text)), blank)
    return blanked(box, form.fields[name])


def _is_stage(text: str) -> bool:
    return text.startswith(_MATERIALS) or any(stage in text[:12] for stage in _STAGES)


def _materials(file: str, sheet: Sheet, cells: list[Cell]) -> Cell:
    """Return the list under 备案资料 as one cell, a line an item, blank where nothing is listed."""
    label = next((cell for cell in cells if squeeze(cell.text).startswith(_MATERIALS)), None)
    if label is None:
        return Cell(file, sheet.name, 1, 1, None, CellKind.BLANK, "materials")
    items = [
        line.strip()
        for cell in cells
        if cell.row >= label.row and cell.column > label.column
        for line in cell.text.splitlines()
        if _is_item(squeeze(line))
    ]
    value = "\n".join(items) or None
    kind = CellKind.TEXT if items else CellKind.BLANK
    return Cell(file, sheet.name, label.row, label.column, value, kind, "materials")


def _is_item(text: str) -> bool:
    return bool(text) and text not in _LIST_WORDS and _FOOT not in text and number(text) is None
