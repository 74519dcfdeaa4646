"""已核对证件: findings that the user has looked up and found right.

They stay in the report and in their group, marked, and no longer weigh: one odd but real card must
not hold up a whole filing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from checker.model import Acknowledgement, Finding, Group, Severity


def acknowledge(
    findings: Iterable[Finding], groups: Iterable[Group], given: Iterable[Acknowledgement]
) -> tuple[tuple[Finding, ...], tuple[Group, ...]]:
    """Return findings and groups with those marked that the user has acknowledged.

    What is given for a finding that is gone, shows another value or cannot be acknowledged has no
    effect.
    """
    known = frozenset(given)
    marked = tuple(
        replace(finding, severity=Severity.WARNING, acknowledged=True)
        if finding.acknowledgeable and _named(finding) in known
        else finding
        for finding in findings
    )
    return marked, tuple(_of_its_findings(group, marked) for group in groups)


def _named(finding: Finding) -> Acknowledgement:
    place = finding.place
    return Acknowledgement(finding.code, place.file, place.sheet, place.cell, finding.value)


def _of_its_findings(group: Group, findings: Sequence[Finding]) -> Group:
    """Return a group that weighs as much as what is left in it."""
    left = [findings[i].severity for i in group.findings if not findings[i].acknowledged]
    return replace(group, severity=left[0] if left else Severity.WARNING, acknowledged=not left)
