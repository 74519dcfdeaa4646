"""All that the worker calls: bytes in, one JSON string or files out."""

from __future__ import annotations

import datetime as dt
import gc
import json
from collections.abc import Callable, Iterable
from typing import Any

import checker
from checker import engine, reports, workshop
from checker.catalog import CheckerError

Files = Iterable[tuple[str, bytes | memoryview]]
Progress = Callable[[str, int, int], object]

gc.set_threshold(engine.OBJECTS_A_COLLECTION)


def check(files: Files, options: str, progress: Progress | None = None) -> str:
    """Check the dropped files as one filing and return the report.

    `options` is a JSON object: `today` (ISO date, from the page's clock) and, if wanted, `format`
    (`json`, `csv`, `html` …), `redact` (bool; those made to be passed on are redacted unless it is
    false), `visit` (ISO date), `county` and `acknowledged` (a list of [code, file, sheet, cell,
    value]). `progress(stage, done, total)` is told how far the work is; `stage` is Chinese, for the
    reader.
    """
    wanted = json.loads(options)
    report = checker.check_files(_given(files), **_settings(wanted), progress=progress)
    return reports.render(report, wanted.get("format", "json"), redact=wanted.get("redact"))


def changes(files: Files, options: str, progress: Progress | None = None) -> str:
    """Return what could safely be corrected in the files, as a JSON list (`fixes.as_dicts`)."""
    return json.dumps(
        workshop.changes(_given(files), **_settings(json.loads(options)), progress=progress),
        ensure_ascii=False,
    )


def make(
    files: Files, options: str, progress: Progress | None = None
) -> tuple[list[tuple[str, bytes]], list[str]]:
    """Return files made from those given, and what to know about them, in sentences.

    `options` are those of `check`, with `product`: `mark`, `fix` (and `accepted`, the ids of the
    changes to make), `set`, `final` or `example`. Where nothing can be made, the sentence says why.
    """
    wanted = json.loads(options)
    try:
        product = workshop.make(
            wanted["product"],
            _given(files),
            accepted=wanted.get("accepted"),
            **_settings(wanted),
            progress=progress,
        )
    except CheckerError as error:  # cannot be made of these files: its sentence says why
        return [], [str(error)]
    return list(product.files), list(product.notes)


def _given(files: Files) -> list[tuple[str, bytes]]:
    return [(name, bytes(data)) for name, data in files]  # the worker hands over memoryviews


def _settings(wanted: dict[str, Any]) -> dict[str, Any]:
    visit = wanted.get("visit")
    return {
        "today": dt.date.fromisoformat(wanted["today"]),
        "visit": dt.date.fromisoformat(visit) if visit else None,
        "county": wanted.get("county") or None,
        "acknowledged": wanted.get("acknowledged", ()),
    }
