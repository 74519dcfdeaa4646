"""Whole processes on the command line: from the shell's call to the last line of output."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench import rosters
from bench.measure import Line, growth, in_turn

ROOT = Path(__file__).parent.parent
RIVALS = ROOT / "bench" / "rivals"
SCHEMA = ROOT / "schemas" / "roster.schema.json"
_CHECK = ("-m", "checker", "check", "--date", rosters.TODAY.isoformat())
_FEW = 3  # runs of what takes long


@dataclass(slots=True)
class Process:
    """A command that is run again and again, with the most memory it has ever taken."""

    command: Sequence[str]
    folder: Path
    peak: float = 0  # MB

    def __call__(self) -> float:
        """Run it and return the seconds from start to end."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # users import compiled modules
        start = time.perf_counter()
        process = subprocess.Popen(
            self.command,
            cwd=self.folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        if os.waitstatus_to_exitcode(status) not in (0, 1):  # 1: errors were found
            raise RuntimeError(f"{self.command} failed")
        self.peak = max(self.peak, usage.ru_maxrss / 1024)
        return seconds


def measure(folder: Path, rivals_python: Path, runs: int) -> list[Line]:
    """Measure the command line; `folder` holds the rosters, `<rows>.xlsx`."""
    few, usual, many = (_ours(folder, rows) for rows in (1_000, 10_000, 100_000))
    frictionless = Process(
        (str(rivals_python), str(RIVALS / "frictionless_check.py"), "10000.xlsx"), folder
    )
    row_by_row = Process(
        (sys.executable, str(RIVALS / "openpyxl_jsonschema.py"), "10000.xlsx", str(SCHEMA)), folder
    )
    for process in (few, frictionless, row_by_row):
        process()  # compiles what is imported, and brings it into the system's cache
    ours, theirs, others = in_turn(runs, usual, frictionless, row_by_row)
    ten = Line(
        what="10,000 rows, all rules", unit="s", ours=ours,
        rival="frictionless-py", theirs=theirs, goal=0.2,
    )  # fmt: skip
    hundred = Line(what="100,000 rows, all rules", unit="s", ours=in_turn(_FEW, many)[0])
    return [
        Line(what="1,000 rows, all rules", unit="s", ours=in_turn(runs, few)[0]),
        ten,
        replace(ten, rival="openpyxl and jsonschema row by row", theirs=others, goal=None),
        hundred,
        growth(ten, hundred),
        Line(
            what="memory at most, 10,000 rows", unit="MB", ours=[usual.peak],
            rival="frictionless-py", theirs=[frictionless.peak],
        ),
        Line(what="memory at most, 100,000 rows", unit="MB", ours=[many.peak], limit=1000),
    ]  # fmt: skip


def _ours(folder: Path, rows: int) -> Process:
    return Process((sys.executable, *_CHECK, f"{rows}.xlsx"), folder)
