"""`batch`: every filing in a folder, and one workbook that tells what came out."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker import catalog
from checker.commands import disk
from checker.commands.options import add_cycle, add_date

if TYPE_CHECKING:  # what a plain check does not need is imported when the command runs
    from checker.batch import Group, Look, Summary, Unit
    from checker.commands.pool import Task

_FOUND_ERRORS, _STOPPED = 1, 2
_MOST_JOBS = 8
_PATIENCE = 120.0  # seconds a file; the largest that is read at all takes a quarter of that

_DIED = "“{}”一读程序就中断，没能检查：文件可能已经损坏。"
_SLOW = "“{}”读了很久还没有读完，没能检查：文件可能过大或已经损坏。"
_CLOSED = "“{}”读不了：没有权限，或文件正被占用。"
_MOST_NAMED = 10


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command."""
    parser = commands.add_parser("batch", help="批量检查：一个文件夹里所有单位的材料，出一份汇总")
    parser.add_argument("folder", type=Path, metavar="文件夹")
    parser.add_argument("--output", type=Path, metavar="文件", help="汇总写到哪个 xlsx 文件")
    parser.add_argument("--json", type=Path, metavar="文件", help="同样的内容写成 JSON，给程序用")
    parser.add_argument(
        "--jobs", type=int, metavar="个数", help="同时用几个进程，不写就照处理器个数"
    )
    parser.add_argument(
        "--patience", type=float, default=_PATIENCE, metavar="秒", help="一个文件最多等多久"
    )
    add_cycle(parser)
    add_date(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Check the folder; 1 means errors were found, 2 that it was stopped on the way."""
    from checker.batch import workbook
    from checker.commands.pool import Pool

    catalog.load().cycle(options.cycle)  # says so where there is none, before anything is read
    batch = Batch(_find(options.folder), options)
    output: Path = options.output or disk.free(Path(workbook.NAME))
    for path in filter(None, (output, options.json)):
        disk.try_writing(path)
    stopped = False
    try:
        Pool(options.jobs or min(os.cpu_count() or 1, _MOST_JOBS)).run(batch.looks(), batch.done)
    except KeyboardInterrupt:  # what is there already is worth having
        stopped = True
    batch.progress.end()
    summary = batch.summary()
    disk.write(output, workbook.build(summary))
    if options.json:
        disk.write(options.json, f"{summary.as_json()}\n".encode())
    for line in _told(summary, batch.lost, stopped):
        print(line)
    print(output)
    if stopped:
        return _STOPPED
    return _FOUND_ERRORS if summary.counts["error"] else 0


class Batch:
    """What is known so far: first what lies in each file, then of each filing what is wrong."""

    def __init__(self, files: Mapping[str, str], options: argparse.Namespace) -> None:
        from checker.commands.progress import Progress

        self.lost: list[str] = []
        self.progress = Progress(sys.stderr, len(files))
        self._files = files  # by the path that is shown, where it lies
        self._options = options
        self._today = options.date or dt.date.today()
        self._units: list[Unit] = []
        self._left = dict.fromkeys(files)  # those of which nothing is known yet
        self._looks: dict[str, list[Look]] = {}
        # Filings are told apart below each first folder, as soon as all of its files are known.
        self._waiting: dict[str, int] = {}
        for path in files:
            self._waiting[_top(path)] = self._waiting.get(_top(path), 0) + 1

    def looks(self) -> Iterator[Task]:
        """Yield the first look at each file."""
        from checker.commands.pool import Task

        for path in self._left:
            yield Task(call=look, given=(self._files[path], path), patience=self._options.patience)

    def done(self, task: Task, answer: Any) -> Iterable[Task]:
        """Take in an answer and return what is to be done next."""
        if task.call is look:
            return self._looked(task.given[1], answer)
        self._inspected(task.given[1], answer)
        return ()

    def summary(self) -> Summary:
        """Return all that is known."""
        from checker.batch import Summary

        return Summary(
            cycle=self._options.cycle,
            checked_on=self._today,
            units=sorted(self._units, key=lambda unit: (unit["folder"], unit["files"][0]["name"])),
            left=tuple(self._left),
        )

    def _looked(self, path: str, answer: Any) -> list[Task]:
        from checker.batch import group, lost
        from checker.commands.pool import Loss, Task

        if isinstance(answer, Loss):
            answer = lost(path, self._reason(path, answer))
        self.progress.looked()
        top = _top(path)
        self._looks.setdefault(top, []).append(answer)
        self._waiting[top] -= 1
        if self._waiting[top]:
            return []
        groups = group(sorted(self._looks.pop(top), key=lambda each: each.path))
        grouped = {each.path for one in groups for each in one.files}
        for each in [path for path in self._left if _top(path) == top and path not in grouped]:
            self._finish([each], 0)  # nothing of a filing
        return [
            Task(
                call=inspect,
                given=(self._places(one), one, self._today, self._options.cycle),
                patience=self._options.patience * len(one.files),
            )
            for one in groups
        ]

    def _places(self, group: Group) -> dict[str, str]:
        return {each.path: self._files[each.path] for each in group.files}

    def _inspected(self, given: Group, answer: Any) -> None:
        from checker.commands.pool import Loss

        if isinstance(answer, Loss):  # each file could be read, so together they are too much
            reasons = {
                each.path: each.lost or self._reason(each.path, answer) for each in given.files
            }
            places = self._places(given)
            answer = _inspect(places, given, reasons, self._today, self._options.cycle)
        self._units += answer
        self._finish([each.path for each in given.files], sum(each.rows for each in given.files))

    def _finish(self, paths: Iterable[str], rows: int) -> None:
        for path in paths:
            del self._left[path]
            self.progress.checked()
        self.progress.told(len(self._units), rows)

    def _reason(self, path: str, loss: Any) -> str:
        from checker.commands.pool import Loss

        reason = (_SLOW if loss is Loss.SLOW else _DIED).format(path)
        self.lost.append(reason)
        return reason


def look(place: str, path: str) -> Look:
    """Read a file and return what lies in it; runs in a process of its own."""
    from checker import batch

    try:
        data = Path(place).read_bytes()
    except OSError:
        return batch.lost(path, _CLOSED.format(path))
    return batch.look(path, data)


def inspect(places: Mapping[str, str], group: Group, today: dt.date, year: int) -> tuple[Unit, ...]:
    """Check the files of a filing; runs in a process of its own."""
    reasons = {each.path: each.lost for each in group.files if each.lost}
    return _inspect(places, group, reasons, today, year)


def _inspect(
    places: Mapping[str, str],
    group: Group,
    reasons: dict[str, str],
    today: dt.date,
    year: int,
) -> tuple[Unit, ...]:
    from checker import batch

    files: list[tuple[str, bytes | None]] = []
    for each in group.files:
        try:
            files.append((each.path, Path(places[each.path]).read_bytes()))
        except OSError:
            files.append((each.path, None))
            reasons.setdefault(each.path, _CLOSED.format(each.path))
    return batch.inspect(files, folder=group.folder, lost=reasons, today=today, year=year)


def _find(folder: Path) -> dict[str, str]:
    """Return the spreadsheets below a folder in order: where each lies, by its path from there."""
    from checker.engine import told_apart

    if not os.path.isdir(folder):
        raise disk.FileError(f"没有找到文件夹“{folder}”。")
    found = disk.find([folder])
    # Two names that are no text may look the same.
    return dict(told_apart((disk.shown(path.relative_to(folder)), str(path)) for path in found))


def _top(path: str) -> str:
    """Return the first folder of a path, empty for a file that lies in none."""
    first, below, _ = path.partition("/")
    return first if below else ""


def _told(summary: Summary, lost: Sequence[str], stopped: bool) -> Iterator[str]:
    """Yield what the terminal is told when all is done."""
    from checker.reports.words import VERDICTS

    counts = summary.counts
    verdicts = "，".join(f"{word} {counts[verdict]} 个" for verdict, word in VERDICTS.items())
    yield f"{counts['units']} 个单位，{counts['files']} 个文件：{verdicts}。"
    yield from lost[:_MOST_NAMED]
    if len(lost) > _MOST_NAMED:
        yield f"……这样的文件一共 {len(lost)} 个，都在汇总里。"
    if summary.shared:
        yield f"有 {len(summary.shared)} 个身份证号在几个单位的材料里都有，见汇总的“多单位人员”。"
    if stopped:
        yield f"中途停下，还有 {len(summary.left)} 个文件没有检查，已查完的都在汇总里。"
