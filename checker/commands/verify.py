"""`verify`: whether the check code on a paper is that of a file."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.commands import disk
from checker.commands.options import UsageError

if TYPE_CHECKING:
    from checker.verify import Edition, Verification

_NOT_THE_SAME = 1
_WORDS = {"same": "一致", "close": "差一位", "other": "不是这个码"}


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command."""
    parser = commands.add_parser("verify", help="核对：纸上的核对码和电子文件是不是同一版")
    parser.add_argument("code", metavar="核对码", help="页脚上的八位码，例如 7K3Q-92MF")
    parser.add_argument("paths", nargs="+", type=Path, metavar="文件")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compare; 1 means that the file is another edition."""
    from checker.verify import codes_in, verify

    if not codes_in(options.code):
        raise UsageError(
            f"“{options.code}”里没有找到核对码。核对码有 8 位，印在页脚左边，例如 7K3Q-92MF。"
        )
    found = verify(options.code, [(disk.shown(path), disk.read(path)) for path in options.paths])
    for line in _told(found):
        print(line)
    return 0 if found.same else _NOT_THE_SAME


def _told(found: Verification) -> Iterator[str]:
    codes = "、".join(found.codes)
    if found.same:
        yield f"一致：纸上的核对码 {codes} 就是这份文件的，纸和文件是同一版。"
    elif not found.editions:
        yield "文件里没有认出填好的表，没法核对。"
    elif any(edition.slip for edition in found.editions):
        yield f"差一位：纸上的 {codes} 和文件里的只差一位，多半是看错或输错了，再看一眼。"
    else:
        yield f"不一致：文件里没有核对码是 {codes} 的表，纸和文件不是同一版。"
    yield from (_line(edition) for edition in found.editions)
    yield from (f"{name}：没有认出填好的表" for name in found.unread)


def _line(edition: Edition) -> str:
    place = f"{edition.file} › {edition.sheet}：{edition.title}，核对码 {edition.code}"
    if edition.slip:
        return f"{place}，只差第 {edition.slip} 位，再看一眼纸上那一位"
    return f"{place}，{_WORDS[edition.answer]}"
