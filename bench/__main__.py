"""`make bench`: measure everything in one run, and write it down."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import browser, command_line, results, rosters

RIVALS_PYTHON = Path(sys.prefix) / "bench" / "bin" / "python"  # `make bench` puts it there


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write the results beside this file, and show them."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="how often each thing is measured")
    runs = parser.parse_args(arguments).runs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for rows in (1_000, 10_000, 100_000):
            print(f"Making a roster of {rows:,} rows", flush=True)
            (folder / f"{rows}.xlsx").write_bytes(rosters.xlsx(rosters.people(rows)))
        print("Measuring the command line", flush=True)
        processes = command_line.measure(folder, RIVALS_PYTHON, runs)
        print("Measuring the pages", flush=True)
        pages, chromium = browser.measure(folder, runs)
    groups = {"In the browser": pages, "On the command line": processes}
    facts = results.machine(chromium, {"frictionless": _frictionless()})
    print(results.write(groups, facts))
    return 0


def _frictionless() -> str:
    script = "import importlib.metadata as m; print(m.version('frictionless'))"
    command = [str(RIVALS_PYTHON), "-c", script]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
