"""Reports to read, pass on or work with: each module renders one format, purely.

Formats that are made to be passed on leave out every value that stood in a cell unless told not to.
The self-check sheet never has any.
"""

from __future__ import annotations

from typing import Literal, assert_never

from checker.model import Report
from checker.reports import as_csv, as_html, as_json, sarif, self_check, text

Format = Literal["text", "json", "csv", "html", "sarif", "sheet", "sheet-json"]
FORMATS: tuple[Format, ...] = ("text", "json", "csv", "html", "sarif", "sheet", "sheet-json")
_PASSED_ON: tuple[Format, ...] = ("csv", "html", "sarif")


def render(
    report: Report, wanted: Format, *, redact: bool | None = None, colour: bool = False
) -> str:
    """Return the report in a format; `redact` is the format's own habit where it is None."""
    if redact is None:
        redact = wanted in _PASSED_ON
    match wanted:
        case "text":
            return text.render(report, redact=redact, colour=colour)
        case "json":
            return as_json.render(report, redact=redact)
        case "csv":
            return as_csv.render(report, redact=redact)
        case "html":
            return as_html.render(report, redact=redact)
        case "sarif":
            return sarif.render(report, redact=redact)
        case "sheet":
            return self_check.render(report)
        case "sheet-json":
            return self_check.render_json(report)
        case _:
            assert_never(wanted)
