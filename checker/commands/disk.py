"""Files on the disk, for all commands: what the disk refuses is told in one Chinese line."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path, PurePath

from checker.catalog import CheckerError

_EXTENSIONS = frozenset((".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv"))
_LOCK_FILES = ("~$", ".~", "._")  # left by office programs and by Macs beside a workbook


class FileError(CheckerError):
    """A file or folder is not there, cannot be read, or cannot be written."""


def find(paths: Iterable[Path]) -> list[Path]:
    """Return the files named, and the spreadsheets in the folders named, in name order.

    Raises FileError where one is not there, and where there is nothing at all.
    """
    found: list[Path] = []
    for path in paths:  # os.path also answers about what we may not look at, pathlib raises
        if os.path.isdir(path):
            found += sorted(inside for inside in path.rglob("*") if _is_spreadsheet(inside))
        elif os.path.exists(path):
            found.append(path)
        else:
            raise FileError(f"没有找到“{path}”。")
    if not found:
        raise FileError("文件夹里没有可以检查的表格。")
    return found


def _is_spreadsheet(path: Path) -> bool:
    named_so = path.suffix.lower() in _EXTENSIONS and not path.name.startswith(_LOCK_FILES)
    return named_so and os.path.isfile(path)


def shown(path: PurePath) -> str:
    """Return how reports name a file, with `/` between folders: on Linux a name need be no text."""
    return path.as_posix().encode(errors="replace").decode()


def read(path: Path) -> bytes:
    """Return what is in a file. Raises FileError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise not_read(path) from error


def not_read(path: Path) -> FileError:
    """Return what is said of a file that cannot be read."""
    return FileError(f"读不了“{path}”：没有这个文件、没有权限，或文件正被占用。")


def write(path: Path, data: bytes) -> None:
    """Write a file, over one of that name. Raises FileError where that cannot be done."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise _not_written(path) from error


def try_writing(path: Path) -> None:
    """Raise FileError where a file cannot be written; before long work that is to end in it."""
    new = not os.path.lexists(path)
    try:
        path.open("ab").close()
        if new:
            path.unlink()
    except OSError as error:
        raise _not_written(path) from error


def _not_written(path: Path) -> FileError:
    return FileError(f"写不了“{path}”：文件夹不存在、没有权限，或文件正打开着。")


def create(folder: Path) -> None:
    """Create a folder where there is none. Raises FileError where that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"建不了文件夹“{folder}”。") from error


def free(path: Path) -> Path:
    """Return the path, numbered where a file of that name is there: it may hold the user's work."""
    number, untaken = 1, path
    while os.path.lexists(untaken):
        number += 1
        untaken = path.with_stem(f"{path.stem}（{number}）")
    return untaken
