"""The report as SARIF 2.1.0 (OASIS), the format in which editors and build servers take findings.

A spreadsheet has cells where a program has lines: the file is the physical location, sheet and cell
the logical one, and there is no region.
"""

from __future__ import annotations

import hashlib
import json
import string
from collections.abc import Iterator
from typing import Any

from checker import __version__, catalog, privacy
from checker.model import Finding, Place, Report, Rule, Severity
from checker.reports import words

VERSION = "2.1.0"
SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LANGUAGE = "zh-CN"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PLAIN = frozenset(f"{string.ascii_letters}{string.digits}-._~".encode())
# Names how the fingerprint is made, as the standard asks (§3.27.17): another way gets another name.
_FINGERPRINT = "codeAndPlace/v1"


def render(report: Report, *, redact: bool = True) -> str:
    """Return the report as SARIF text."""
    return json.dumps(as_dict(report, redact=redact), ensure_ascii=False, indent=1)


def as_dict(report: Report, *, redact: bool = True) -> dict[str, Any]:
    """Return the report as a SARIF log with one run."""
    run: dict[str, Any] = {
        "tool": {"driver": _driver(report)},
        "language": _LANGUAGE,
        "invocations": [_invocation(report)],
        "artifacts": [
            {"location": {"uri": _uri(file.name)}, "hashes": {"sha-256": file.sha256}}
            for file in report.files
        ],
        "results": list(_results(report, redact)),
        "properties": {
            "cycle": report.cycle,
            "checkedOn": report.checked_on.isoformat(),
            "verdict": report.verdict,
        },
    }
    if redact:
        run["redactionTokens"] = [privacy.HIDDEN]
    return {"$schema": SCHEMA, "version": VERSION, "runs": [run]}


def _driver(report: Report) -> dict[str, Any]:
    cycle = catalog.load().cycle(report.cycle)
    return {
        "name": "beian-kit",
        "semanticVersion": __version__,
        "language": _LANGUAGE,
        "rules": [_rule(rule, cycle) for rule in report.rules],
    }


def _rule(rule: Rule, cycle: catalog.Cycle) -> dict[str, Any]:
    source = "；".join(cycle.source_text(each) for each in rule.source)
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.explanation},
        "help": {"text": f"怎么改：{rule.fix}\n依据：{source}"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _invocation(report: Report) -> dict[str, Any]:
    """Say that the check ran, and what it left out."""
    notes = [{"level": "note", "message": {"text": text}} for text in report.not_checked]
    return {"executionSuccessful": True, "toolExecutionNotifications": notes}


def _results(report: Report, redact: bool) -> Iterator[dict[str, Any]]:
    indexes = {rule.code: index for index, rule in enumerate(report.rules)}
    files = {file.name: index for index, file in enumerate(report.files)}
    seen: dict[tuple[str, Place], int] = {}
    for finding in report.findings:
        key = (finding.code, finding.place)
        seen[key] = seen.get(key, 0) + 1
        result: dict[str, Any] = {
            "ruleId": finding.code,
            "ruleIndex": indexes[finding.code],
            "level": _LEVELS[finding.severity],
            "message": {"text": finding.shareable if redact else finding.message},
            # What is wrong with our own program has no place in a file.
            "locations": [_location(finding.place, files)] if finding.place.file else [],
            "partialFingerprints": {_FINGERPRINT: _fingerprint(finding, seen[key])},
            "properties": _properties(finding, redact),
        }
        if finding.related:
            result["relatedLocations"] = [_location(place, files) for place in finding.related]
        if finding.acknowledged:
            known = {"kind": "external", "status": "accepted", "justification": words.ACKNOWLEDGED}
            result["suppressions"] = [known]
        yield result


def _location(place: Place, files: dict[str, int]) -> dict[str, Any]:
    artifact = {"uri": _uri(place.file), "index": files[place.file]}
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": artifact}}
    if place.cell:
        whole = f"{place.sheet}!{place.cell}"
        cell = {"name": place.cell, "fullyQualifiedName": whole, "kind": "cell"}
        location["logicalLocations"] = [cell]
    return location


def _uri(name: str) -> str:
    """Return a file's name as a relative reference (RFC 3986).

    >>> _uri("名单 1.xlsx")
    '%E5%90%8D%E5%8D%95%201.xlsx'
    """
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in name.encode())


def _fingerprint(finding: Finding, number: int) -> str:
    """Return what stays the same from one check to the next: fault and place, never what is there.

    A hash of a personal value would give the value away to whoever tries them all.
    """
    place = finding.place
    parts = (finding.code, place.file, place.sheet, place.cell, str(number))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _properties(finding: Finding, redact: bool) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "row": finding.place.row,
        "field": finding.field or None,
        "label": finding.label or None,
    }
    if not redact:
        properties |= {"value": finding.value, "suggestion": finding.suggestion}
    return properties
