"""The colours of site, checker page and HTML report, by the names that their style sheets use."""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "primary": "#1f5fa8",
    "primary-dark": "#174a85",
    "primary-soft": "#eaf2fb",
    "header": "#1f5fa8",
    "footer": "#22364d",
    "link": "#1a57a0",
    "text": "#1f2933",
    "muted": "#55606d",
    "page": "#fff",
    "panel": "#fff",
    "line": "#d5dde6",
    "drop": "#f7fafd",
    "error": "#b3261e",
    "error-soft": "#fdecea",
    "warning": "#8a5300",
    "warning-soft": "#fff4e0",
    "info": "#1f5fa8",
    "info-soft": "#eaf2fb",
    "ok": "#1b6e3c",
    "ok-soft": "#e8f5ec",
}
# What differs on a dark screen.
DARK: Mapping[str, str] = {
    "primary": "#2b6cb8",
    "primary-soft": "#1d3350",
    "header": "#17375f",
    "link": "#9cc7f7",
    "text": "#e1e7ee",
    "muted": "#b3bdc9",
    "page": "#161c24",
    "panel": "#1f2731",
    "line": "#3a4756",
    "drop": "#1f2731",
    "error": "#ff9d94",
    "error-soft": "#47211f",
    "warning": "#f3c172",
    "warning-soft": "#41321a",
    "info": "#9cc7f7",
    "info-soft": "#1d3350",
    "ok": "#8fd3a8",
    "ok-soft": "#1c3a29",
}


def css(selector: str, colours: Mapping[str, str]) -> str:
    """Return a CSS rule that sets colours as custom properties.

    >>> css(":root", {"line": "#d5dde6"})
    ':root { --bk-line: #d5dde6; }'
    """
    values = " ".join(f"--bk-{name}: {value};" for name, value in colours.items())
    return f"{selector} {{ {values} }}"
