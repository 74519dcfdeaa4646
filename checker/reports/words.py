"""What the reports for people have in common: their words, and places put short."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from checker.model import Finding, Group, Report, Severity

WORDS = {Severity.ERROR: "必须改", Severity.WARNING: "请核实", Severity.INFO: "提示"}
ACKNOWLEDGED = "已核对"
VERDICTS = {
    "fix": "需要修改",
    "review": "请核实",
    "pass": "检查通过",
}
ADVICE = {
    "fix": "改好标着“必须改”的地方，保存后再检查一遍。",
    "review": "对照证件或原件看一看，属实就不用改。",
    "pass": "没有发现要改的地方，可以打印盖章了。",
}
NO_FORM = "没有认出"
SIGN_IN = "签到表，不用检查"
_REF = re.compile("([A-Z]+)([0-9]+)")


def counts(report: Report) -> Iterator[tuple[str, str, int]]:
    """Yield what is counted: its key, its word and how many; together they are all findings."""
    for severity in Severity:
        yield severity, WORDS[severity], report.count(severity)
    if report.acknowledged:
        yield "acknowledged", ACKNOWLEDGED, report.acknowledged


def sections(report: Report) -> Iterator[tuple[str, str, tuple[Group, ...]]]:
    """Yield the groups by weight, those acknowledged last: key, word and groups, none empty."""
    for severity in Severity:
        groups = tuple(g for g in report.groups if g.severity is severity and not g.acknowledged)
        if groups:
            yield severity, WORDS[severity], groups
    groups = tuple(group for group in report.groups if group.acknowledged)
    if groups:
        yield "acknowledged", ACKNOWLEDGED, groups


def members(group: Group, report: Report) -> tuple[Finding, ...]:
    """Return the findings of a group."""
    return tuple(report.findings[index] for index in group.findings)


def cells(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return the cells of findings, each once; three and more below each other as one range."""
    return ranges(finding.place.cell for finding in findings)


def ranges(refs: Iterable[str]) -> tuple[str, ...]:
    """Return references, each once; three and more below each other as one range."""
    parts: list[str] = []
    for run in _runs(dict.fromkeys(ref for ref in refs if ref)):
        parts += [f"{run[0]}–{run[-1]}"] if len(run) > 2 else run
    return tuple(parts)


def _runs(refs: Iterable[str]) -> list[list[str]]:
    """Gather references that stand directly below each other, column by column."""
    by_column: dict[str, list[int]] = {}
    for ref in refs:
        match = _REF.fullmatch(ref)
        assert match, ref
        by_column.setdefault(match[1], []).append(int(match[2]))
    runs: list[list[str]] = []
    for column, rows in by_column.items():
        last = None
        for row in sorted(rows):
            if last is None or row != last + 1:
                runs.append([])
            runs[-1].append(f"{column}{row}")
            last = row
    return runs


def details(findings: Sequence[Finding], *, redact: bool) -> tuple[str, ...]:
    """Return what is said of each finding where a group's one sentence leaves something out."""
    texts = [finding.shareable if redact else finding.message for finding in findings]
    bare = {
        text.removeprefix(f"第 {finding.place.row} 行")
        for text, finding in zip(texts, findings, strict=True)
    }
    return tuple(texts) if len(bare) > 1 else ()


def partly(findings: Sequence[Finding]) -> str:
    """Say which cells of a group are acknowledged where others are left, else nothing."""
    known = [finding for finding in findings if finding.acknowledged]
    if not known or len(known) == len(findings):
        return ""
    return f"其中{ACKNOWLEDGED}：{'、'.join(cells(known))}"
