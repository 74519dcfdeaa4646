"""Copies of a user's file: what marked copy, corrected copy and final edition begin with."""

from __future__ import annotations

from checker.editing import convert
from checker.marks.removal import unmarked
from checker.model import Format

MARKED, CORRECTED, FINAL = "（已标注）", "（已更正）", "（定稿）"
_KEPT = (Format.XLSX, Format.XLSM)  # other formats become xlsx


def begin(name: str, data: bytes, format: Format | None) -> tuple[bytes, tuple[str, ...]]:
    """Return a file as an xlsx without marks of ours, and in sentences what was lost on the way."""
    lost: tuple[str, ...] = ()
    if format not in _KEPT:
        data, lost = convert(data, name)
    return unmarked(data), lost


def named(name: str, format: Format | None, suffix: str) -> str:
    """Return the name of a copy; that of a copy made from another of ours does not grow.

    xlsm keeps its macros and so its extension; all else comes back as xlsx.

    >>> named("名单（已标注）.xls", Format.XLS, CORRECTED)
    '名单（已更正）.xlsx'
    """
    stem = name.rpartition(".")[0] or name
    for each in (MARKED, CORRECTED, FINAL):
        stem = stem.removesuffix(each)
    return f"{stem}{suffix}.{format if format in _KEPT else Format.XLSX}"
