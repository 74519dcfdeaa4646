"""The only thing the worker calls: bytes in, one string out, JSON unless asked otherwise."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable

import checker
from checker import reports


def check(
    files: Iterable[tuple[str, bytes | memoryview]],
    options: str,
    progress: Callable[[str, int, int], object] | None = None,
) -> str:
    """Check the dropped files as one filing and return the report.

    `options` is a JSON object: `today` (ISO date, from the page's clock) and, if wanted, `format`
    (`json`, `csv` or `html`), `redact` (bool; csv and html are redacted unless it is false),
    `visit` (ISO date), `county` and `acknowledged` (a list of [code, file, sheet, cell, value]).
    `progress(stage, done, total)` is told how far the work is; `stage` is Chinese, for the reader.
    """
    wanted = json.loads(options)
    visit = wanted.get("visit")
    report = checker.check_files(
        [(name, bytes(data)) for name, data in files],  # the worker hands over memoryviews
        today=dt.date.fromisoformat(wanted["today"]),
        visit=dt.date.fromisoformat(visit) if visit else None,
        county=wanted.get("county") or None,
        acknowledged=wanted.get("acknowledged", ()),
        progress=progress,
    )
    return reports.render(report, wanted.get("format", "json"), redact=wanted.get("redact"))
