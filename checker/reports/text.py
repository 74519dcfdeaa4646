"""The report as text for a terminal: verdict first, then the findings, most important first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from checker import catalog
from checker.model import FileSummary, Group, Report, Severity

WORDS = {Severity.ERROR: "必须改", Severity.WARNING: "请核实", Severity.INFO: "提示"}
VERDICTS = {
    "fix": "需要修改",
    "review": "没有必须改的，有几处请核实",
    "pass": "检查通过",
}
_MOST_CELLS = 10
_PLAIN: Mapping[str, str] = {}
_COLOURS = {"error": "\033[31m", "warning": "\033[33m", "info": "\033[36m", "off": "\033[0m"}


def render(report: Report, *, redact: bool = False, colour: bool = False) -> str:
    """Return the report as lines of text; `colour` adds terminal colours."""
    return "\n".join(_lines(report, redact, _COLOURS if colour else _PLAIN)) + "\n"


def _lines(report: Report, redact: bool, colours: Mapping[str, str]) -> Iterator[str]:
    counts = "，".join(f"{WORDS[s]} {report.count(s)} 处" for s in Severity)
    yield f"{VERDICTS[report.verdict]}：{counts}（按 {report.cycle} 年度规则，{report.checked_on}）"
    for file in report.files:
        yield from _file_lines(file)
    for severity in Severity:
        groups = [group for group in report.groups if group.severity is severity]
        if groups:
            yield ""
            yield f"{colours.get(severity, '')}【{WORDS[severity]}】{colours.get('off', '')}"
        for group in groups:
            yield from _group_lines(group, report, redact)
    if report.not_checked:
        yield ""
        yield "没有检查的："
        yield from (f"  {sentence}" for sentence in report.not_checked)


def _file_lines(file: FileSummary) -> Iterator[str]:
    yield f"文件 {file.name}"
    forms = catalog.load().forms
    for sheet in file.sheets:
        if sheet.form is None:
            continue
        people = f"，{sheet.people} 人" if sheet.people else ""
        rows = f"，{sheet.rows} 行{people}" if forms[sheet.form].is_table else ""
        yield f"  {sheet.name}：{forms[sheet.form].title}{rows}"


def _group_lines(group: Group, report: Report, redact: bool) -> Iterator[str]:
    findings = [report.findings[index] for index in group.findings]
    place = findings[0].place
    cells = [finding.place.cell for finding in findings if finding.place.cell]
    where = f"{place.file}" + (f" / {place.sheet}" if place.sheet else "")
    if cells:
        more = f" 等 {len(cells)} 处" if len(cells) > _MOST_CELLS else ""
        where += f" / {'、'.join(cells[:_MOST_CELLS])}{more}"
    yield f"  {group.code}  {group.shareable if redact else group.message}"
    if "行：" in group.message and not redact:  # what differs from row to row
        yield from (f"         {finding.message}" for finding in findings[:_MOST_CELLS])
    fix = next(rule.fix for rule in report.rules if rule.code == group.code)
    yield f"       位置：{where}"
    yield f"       怎么改：{fix}"
