"""What can be asked of `edit`: cells, sheets and a sheet in front, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from checker.catalog import CheckerError
from checker.model import Area


class _Keep(Enum):
    KEEP = "keep"


KEEP = _Keep.KEEP


@dataclass(frozen=True, slots=True, kw_only=True)
class CellEdit:
    """What to change in one cell; what is not named stays."""

    value: str | int | float | _Keep | None = KEEP  # None empties the cell
    as_text: bool = False  # gives it the number format @
    fill: str | _Keep | None = KEEP  # RRGGBB; None takes the fill away
    comment: str | _Keep | None = KEEP  # ours, below any comment of others; None takes ours away
    bold: bool = False
    size: int | None = None  # of the type, in points
    wrap: bool = False
    framed: bool = False  # thin lines around it


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetEdits:
    """What to change in one sheet. Places are (row, column) from 1."""

    cells: Mapping[tuple[int, int], CellEdit] = field(default_factory=dict)
    widths: Mapping[int, float] = field(default_factory=dict)  # column -> width in characters
    filter: Area | None = None  # where to set the filter, its first row being the header
    footer: str | None = None  # put at the left of every footer, in front of what stands there
    # What an earlier footer text of ours begins with: where one stands, it is replaced.
    footer_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSheet:
    """A sheet to put in front of all others (in place of one of the same name)."""

    name: str
    rows: Sequence[Sequence[CellEdit]]
    widths: Sequence[float]
    merged: Sequence[Area] = ()
    heights: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """What to change in a workbook."""

    sheets: Mapping[str, SheetEdits] = field(default_factory=dict)
    front: NewSheet | None = None
    removed: Sequence[str] = ()  # sheets to take out


class UneditableError(CheckerError):
    """The inside of a workbook is not as it should be, so that no part of it can be changed."""

    def __init__(self) -> None:
        super().__init__(
            "这个文件的内部结构特殊，没法在原文件上改动。"
            "用 WPS 或 Excel 打开，另存为 .xlsx 后再试一次。"
        )
