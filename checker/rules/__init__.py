"""All rules in code order. A rule's texts and its generator stand side by side in its family."""

from __future__ import annotations

from checker.model import Rule
from checker.rules import (
    cross,
    filing_form,
    header,
    person,
    plan,
    resident_id,
    row,
    transcript,
    window,
    workbook,
)
from checker.rules.internal import CRASH

RULES_VERSION = "2024.1"

FAMILIES = (
    workbook,
    header,
    row,
    person,
    resident_id,
    plan,
    filing_form,
    transcript,
    window,
    cross,
)

RULES: tuple[Rule, ...] = tuple(rule for family in FAMILIES for rule in family.RULES)
BY_CODE = {rule.code: rule for rule in RULES}
UNREADABLE_CELL = workbook.W06

__all__ = ["BY_CODE", "CRASH", "FAMILIES", "RULES", "RULES_VERSION", "UNREADABLE_CELL"]
