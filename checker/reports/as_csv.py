"""The report as a table for a spreadsheet program: one line a finding."""

from __future__ import annotations

import csv
import io

from checker.model import Finding, Report
from checker.reports import words

HEADINGS = ("文件", "工作表", "单元格", "行", "栏目", "级别", "代码", "问题", "怎么改", "已核对")
_BOM = "\ufeff"  # without it spreadsheet programs take the text for GBK
# What makes a spreadsheet program calculate instead of show; it takes full-width signs too.
_CALCULATES = tuple("=+-@\t\r\n＝＋－＠")


def render(report: Report, *, redact: bool = True) -> str:
    """Return the report as CSV (RFC 4180), to be written in UTF-8."""
    fixes = {rule.code: rule.fix for rule in report.rules}
    buffer = io.StringIO(newline="")
    lines = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    lines.writerow(HEADINGS)
    for finding in report.findings:
        lines.writerow([_shown(text) for text in _line(finding, fixes[finding.code], redact)])
    return _BOM + buffer.getvalue()


def _line(finding: Finding, fix: str, redact: bool) -> tuple[str, ...]:
    place = finding.place
    return (
        place.file,
        place.sheet,
        place.cell,
        str(place.row or ""),
        finding.label,
        words.WORDS[finding.severity],
        finding.code,
        finding.shareable if redact else finding.message,
        fix,
        "是" if finding.acknowledged else "",
    )


def _shown(text: str) -> str:
    """Return a cell that is only ever shown: an apostrophe before what would be calculated."""
    return f"'{text}" if text.lstrip(" ").startswith(_CALCULATES) else text
