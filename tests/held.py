"""What every report must be, whoever made it: true to its published schema, and to itself."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import fastjsonschema

from checker.model import Report
from checker.reports import as_json

SCHEMA = json.loads(
    (Path(__file__).parent.parent / "schemas" / "report.schema.json").read_text(encoding="utf-8")
)
_keeps_to_schema = fastjsonschema.compile(SCHEMA)


def hold(report: Report) -> None:
    """Raise where the report, whole or redacted, is not what it must be."""
    for redact in (False, True):
        data = as_json.as_dict(report, redact=redact)
        _keeps_to_schema(data)
        _agrees_with_itself(data)
    assert all(finding["value"] is None for finding in data["findings"])
    assert all(finding["suggestion"] is None for finding in data["findings"])


def _agrees_with_itself(data: dict[str, Any]) -> None:
    findings, summary = data["findings"], data["summary"]
    counts = Counter("acknowledged" if f["acknowledged"] else f["severity"] for f in findings)
    words = ("error", "warning", "info", "acknowledged")
    assert [summary[word] for word in words] == [counts[word] for word in words]
    verdict = "fix" if counts["error"] else "review" if counts["warning"] else "pass"
    assert summary["verdict"] == verdict
    assert set(data["rules"]) == {finding["code"] for finding in findings}
    assert sorted(i for group in data["groups"] for i in group["findings"]) == list(range(len(findings)))
    for group in data["groups"]:
        members = [findings[index] for index in group["findings"]]
        assert group["cells"] == [member["cell"] for member in members]
        for key in ("code", "file", "sheet"):
            assert {member[key] for member in members} == {group[key]}
        assert group["acknowledged"] == all(member["acknowledged"] for member in members)
        left = {member["severity"] for member in members if not member["acknowledged"]}
        assert {group["severity"]} == (left or {"warning"})
        assert group["fix"] == data["rules"][group["code"]]["fix"]
