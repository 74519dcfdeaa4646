"""`new-cycle`: write the draft of a filing year, or say what is left to fill in."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from checker import catalog
from checker.catalog import UnfinishedCycleError
from checker.commands import disk
from checker.commands.options import UsageError

_LEFT_TO_FILL = 1


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "new-cycle", help="开一个新年度：写出待填的年度文件；已经有了，就列出还差什么"
    )
    parser.add_argument("year", type=int, metavar="年度", help="例如 2026")
    parser.add_argument(
        "--from", dest="last", type=int, metavar="年度", help="照哪一年的写；不写就照最近的一年"
    )
    parser.add_argument("--output", type=Path, metavar="文件", help="写到哪里；不写就是“年度.json”")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the draft, or look through the file that is there; 1 means something is left to do."""
    schema = catalog.cycle_schema()
    years = schema["properties"]["year"]
    if not years["minimum"] <= options.year <= years["maximum"]:
        raise UsageError(f"年度要写成 2026 这样的四位数，现在是“{options.year}”。")
    path: Path = options.output or _usual_path(options.year)
    if not os.path.exists(path):  # where we may not look, writing will tell
        _write_draft(path, options.year, _last(options))
        print(f"写好了草稿：{path}")
    return _say_what_is_left(path)


def _usual_path(year: int) -> Path:
    """Return the year's own file where there is one, else a draft beside: it is not in use yet."""
    path = catalog.cycle_path(year)
    return path if year in catalog.load().years else Path(path.name)


def _last(options: argparse.Namespace) -> int:
    """Return the year to start from: the one asked for, else the latest before the new one."""
    if options.last is not None:
        return int(options.last)
    years = catalog.load().years
    return max((year for year in years if year < options.year), default=catalog.DEFAULT_YEAR)


def _write_draft(path: Path, year: int, last: int) -> None:
    from checker import new_cycle

    cycle = catalog.load().cycle(last)
    data = new_cycle.draft(cycle, year, catalog.cycle_schema())
    disk.write(path, new_cycle.as_text(data).encode())


def _say_what_is_left(path: Path) -> int:
    try:
        catalog.read_cycle(path)
    except OSError as error:
        raise disk.not_read(path) from error
    except UnfinishedCycleError as error:
        if not error.faults:
            raise
        for fault in error.faults:
            print(fault)
        print(f"还有 {len(error.faults)} 处。照当年的通知填好，再运行一次这条命令。")
        return _LEFT_TO_FILL
    print(f"{path} 都填好了，放在 schemas/cycles/ 里就能用。")
    return 0
