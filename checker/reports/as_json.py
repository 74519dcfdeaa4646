"""The JSON report, format version 1: the same from library, command line and browser."""

from __future__ import annotations

import json
from typing import Any

from checker import __version__, catalog
from checker.model import Finding, Group, Place, Report, Rule, Severity
from checker.rules import RULES_VERSION

FORMAT = 1


def render(report: Report, *, redact: bool = False) -> str:
    """Return the report as JSON text; `redact` leaves out every value that stood in a cell."""
    return json.dumps(as_dict(report, redact=redact), ensure_ascii=False, indent=1)


def as_dict(report: Report, *, redact: bool = False) -> dict[str, Any]:
    """Return the report as plain JSON data."""
    cycle = catalog.load().cycle(report.cycle)
    return {
        "format": FORMAT,
        "checker": {"name": "beian-kit", "version": __version__, "rules": RULES_VERSION},
        "cycle": report.cycle,
        "checked_on": report.checked_on.isoformat(),
        "files": [
            {
                "name": file.name,
                "sha256": file.sha256,
                "format": file.format,
                "sheets": [
                    {
                        "name": sheet.name,
                        "form": sheet.form,
                        "title": catalog.load().forms[sheet.form].title if sheet.form else None,
                        "recognised": sheet.form is not None,
                        "unit": sheet.unit or None,
                        "rows": sheet.rows,
                        "people": sheet.people,
                        "fingerprint": sheet.fingerprint,
                        "sign_in": sheet.sign_in,
                    }
                    for sheet in file.sheets
                ],
            }
            for file in report.files
        ],
        "summary": {
            **{str(severity): report.count(severity) for severity in Severity},
            "acknowledged": report.acknowledged,
            "verdict": report.verdict,
        },
        "rules": {rule.code: _rule(rule, cycle) for rule in report.rules},
        "findings": [_finding(finding, redact) for finding in report.findings],
        "groups": [_group(group, report, redact) for group in report.groups],
        "not_checked": list(report.not_checked),
    }


def _rule(rule: Rule, cycle: catalog.Cycle) -> dict[str, Any]:
    return {
        "title": rule.title,
        "severity": rule.severity,
        "acknowledgeable": rule.acknowledgeable,
        "source": "；".join(cycle.source_text(source) for source in rule.source),
        "fix": rule.fix,
        "url": f"rules/{rule.code.lower()}/",
    }


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.file, "sheet": place.sheet, "cell": place.cell}


def _finding(finding: Finding, redact: bool) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "acknowledgeable": finding.acknowledgeable,
        "acknowledged": finding.acknowledged,
        **_place(finding.place),
        "row": finding.place.row,
        "field": finding.field or None,
        "label": finding.label or None,
        "value": None if redact else finding.value,
        "message": finding.shareable if redact else finding.message,
        "suggestion": None if redact else finding.suggestion,
        "related": [_place(place) for place in finding.related],
    }


def _group(group: Group, report: Report, redact: bool) -> dict[str, Any]:
    findings = [report.findings[index] for index in group.findings]
    return {
        "code": group.code,
        "severity": group.severity,
        "acknowledged": group.acknowledged,
        "file": findings[0].place.file,
        "sheet": findings[0].place.sheet,
        "field": group.field or None,
        "label": group.label or None,
        "message": group.shareable if redact else group.message,
        "fix": report.rule(group.code).fix,
        "cells": [finding.place.cell for finding in findings],
        "findings": list(group.findings),
    }
