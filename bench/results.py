"""The results as a table for people and as JSON for programs, with the machine described."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.measure import Line, reached

FOLDER = Path(__file__).parent
_HEAD = """# Results of `make bench`

Medians, with the least and the most of all runs, ours and the other tool by turns. A ratio is ours
in parts of theirs: less is better. Ours runs all rules, the others check the fields only.
"""
_TABLE = """
| what | ours | beside | theirs | ratio | goal | met |
|---|---|---|---|---|---|---|
"""


def machine(chromium: str, rivals: Mapping[str, str]) -> dict[str, str]:
    """Describe what the run ran on, and with what."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    pyodide = json.loads((FOLDER.parent / "package.json").read_text(encoding="utf-8"))
    packages = ("python-calamine", "openpyxl", "jsonschema", "fastjsonschema")
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{memory:.1f} GB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "chromium": chromium,
        "pyodide": pyodide["dependencies"]["pyodide"],
        **{name: pyodide["devDependencies"][name] for name in ("xlsx", "ajv")},
        **{name: importlib.metadata.version(name) for name in packages},
        **rivals,
    }


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def write(groups: Mapping[str, Sequence[Line]], facts: Mapping[str, str]) -> str:
    """Write `results.md` and `results.json`; return the former."""
    met = reached(line for lines in groups.values() for line in lines)
    parts = [_HEAD, f"\n{sum(met)} of {len(met)} goals are reached.\n"]
    for title, lines in groups.items():
        parts.append(f"\n## {title}\n{_TABLE}" + "".join(map(_row, lines)))
    described = "".join(f"- {name}: {fact}\n" for name, fact in facts.items())
    text = "".join((*parts, "\n## Machine\n\n", described))
    (FOLDER / "results.md").write_text(text, encoding="utf-8")
    data = {
        "machine": facts,
        "results": {title: [_as_json(line) for line in lines] for title, lines in groups.items()},
    }
    content = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    (FOLDER / "results.json").write_text(content, encoding="utf-8")
    return text


def _row(line: Line) -> str:
    cells = (
        line.what,
        _shown(line.ours, line.unit),
        line.rival or "–",
        _shown(line.theirs, line.unit) if line.theirs else "–",
        "–" if line.ratio is None else f"{line.ratio:.2f}",
        _goal(line),
        {True: "yes", False: "**no**", None: "–"}[line.met],
    )
    return f"| {' | '.join(cells)} |\n"


def _goal(line: Line) -> str:
    goals = [] if line.goal is None else [f"≤ {line.goal:g} ×"]
    if line.limit is not None:
        goals.append(f"≤ {line.limit:g} {line.unit}")
    return ", ".join(goals) or "–"


def _shown(values: Sequence[float], unit: str) -> str:
    """Show the median, and the spread where there is one."""
    places = 2 if unit != "MB" or max(values) < 100 else 0
    text = f"{statistics.median(values):.{places}f}"
    if len(values) > 1:
        text += f" ({min(values):.{places}f}–{max(values):.{places}f})"
    return f"{text} {unit}".strip()


def _as_json(line: Line) -> dict[str, object]:
    return {
        "what": line.what,
        "unit": line.unit,
        "ours": [round(value, 4) for value in line.ours],
        "rival": line.rival or None,
        "theirs": [round(value, 4) for value in line.theirs],
        "ratio": None if line.ratio is None else round(line.ratio, 3),
        "goal": line.goal,
        "limit": line.limit,
        "met": line.met,
    }
