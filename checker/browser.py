"""All that the worker calls: bytes in, one JSON string or files out."""

from __future__ import annotations

import datetime as dt
import gc
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

import checker
from checker import batch, engine, reports, workshop
from checker import verify as editions
from checker.batch import Look, Summary, workbook
from checker.catalog import DEFAULT_YEAR, CheckerError

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
    changes to make), `set`, `final`, `migrate` or `example`. Where nothing can be made, the
    sentence says why.
    With `summary` they are those of `summarise`, and the files are its workbook and its JSON.
    """
    wanted = json.loads(options)
    if wanted["product"] == "summary":
        summary = _summary(wanted)
        made = {workbook.NAME: workbook.build(summary), batch.JSON_NAME: summary.as_json().encode()}
        return list(made.items()), []
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


# --- what an officer asks ---


def look(files: Files, options: str, progress: Progress | None = None) -> str:
    """Return what lies in a file, as JSON; its name is its path in the folder that was chosen."""
    ((path, data),) = _given(files)
    return _as_json(asdict(batch.look(path, data)))


def group(files: Files, options: str, progress: Progress | None = None) -> str:
    """Return the filings that files make up, as JSON; `options` has the `looks` at them.

    A look at a file that no worker survived has its `path` and, as `lost`, the reason.
    """
    looks = (Look.of(each) for each in json.loads(options)["looks"])
    return _as_json([asdict(each) for each in batch.group(looks)])


def inspect(files: Files, options: str, progress: Progress | None = None) -> str:
    """Check the files of one filing and return its units, as a JSON list.

    `options` has `today`, the `folder` that the group names, and as `lost` the files that must not
    be opened, each with the reason.
    """
    wanted = json.loads(options)
    units = batch.inspect(
        _given(files),
        folder=wanted["folder"],
        lost=wanted["lost"],
        today=dt.date.fromisoformat(wanted["today"]),
        progress=progress,
    )
    return _as_json(units)


def summarise(files: Files, options: str, progress: Progress | None = None) -> str:
    """Return what came out for all units together, as JSON (`schemas/batch.schema.json`).

    `options` has `today`, the `units` that `inspect` has given, and the paths that are `left`.
    """
    return _summary(json.loads(options)).as_json()


def verify(files: Files, options: str, progress: Progress | None = None) -> str:
    """Return whether files are the edition whose check code was `typed`, as JSON."""
    return _as_json(editions.verify(json.loads(options)["typed"], _given(files)).as_dict())


def _summary(wanted: dict[str, Any]) -> Summary:
    return Summary(
        cycle=DEFAULT_YEAR,
        checked_on=dt.date.fromisoformat(wanted["today"]),
        units=wanted["units"],
        left=wanted["left"],
    )


def _as_json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False)


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
