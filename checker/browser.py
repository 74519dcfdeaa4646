"""The only thing the worker calls: bytes in, one JSON string out."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable

import checker
from checker.reports import as_json


def check(
    files: Iterable[tuple[str, bytes | memoryview]],
    options: str,
    progress: Callable[[str, int, int], object] | None = None,
) -> str:
    """Check the dropped files as one filing and return the JSON report.

    `options` is a JSON object: `today` (ISO date, from the page's clock) and, if wanted, `redact`
    (bool), `visit` (ISO date) and `county`.
    `progress(stage, done, total)` is told how far the work is; `stage` is Chinese, for the reader.
    """
    wanted = json.loads(options)
    visit = wanted.get("visit")
    report = checker.check_files(
        [(name, bytes(data)) for name, data in files],  # the worker hands over memoryviews
        today=dt.date.fromisoformat(wanted["today"]),
        visit=dt.date.fromisoformat(visit) if visit else None,
        county=wanted.get("county") or None,
        progress=progress,
    )
    return as_json.render(report, redact=bool(wanted.get("redact", False)))
