"""The report as text for a terminal: verdict first, then the findings, most important first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from checker import catalog
from checker.model import FileSummary, Group, Report
from checker.reports import words

_MOST_CELLS = 10
_PLAIN: Mapping[str, str] = {}
_COLOURS = {
    "error": "\033[31m",
    "warning": "\033[33m",
    "info": "\033[36m",
    "acknowledged": "\033[32m",
    "off": "\033[0m",
}


def render(report: Report, *, redact: bool = False, colour: bool = False) -> str:
    """Return the report as lines of text; `colour` adds terminal colours."""
    return "\n".join(_lines(report, redact, _COLOURS if colour else _PLAIN)) + "\n"


def _lines(report: Report, redact: bool, colours: Mapping[str, str]) -> Iterator[str]:
    counts = "，".join(f"{word} {count} 处" for _, word, count in words.counts(report))
    verdict = words.VERDICTS[report.verdict]
    yield f"{verdict}：{counts}（按 {report.cycle} 年度规则，{report.checked_on}）"
    for file in report.files:
        yield from _file_lines(file)
    for key, word, groups in words.sections(report):
        yield ""
        yield f"{colours.get(key, '')}【{word}】{colours.get('off', '')}"
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
        code = f"，核对码 {sheet.fingerprint}" if sheet.fingerprint else ""
        yield f"  {sheet.name}：{forms[sheet.form].title}{rows}{code}"
    if file.sign_ins:
        yield f"  {file.sign_ins} 张{words.SIGN_IN}"


def _group_lines(group: Group, report: Report, redact: bool) -> Iterator[str]:
    findings = words.members(group, report)
    yield f"  {group.code}  {group.shareable if redact else group.message}"
    details = words.details(findings, redact=redact)
    yield from (f"         {line}" for line in details[:_MOST_CELLS])
    if len(details) > _MOST_CELLS:
        yield f"         这里列出前 {_MOST_CELLS} 处，json、csv、html 格式的报告里有全部。"
    place = findings[0].place
    where = f"{place.file}" + (f" / {place.sheet}" if place.sheet else "")
    cells = words.cells(findings)
    if cells:
        more = f" 等 {len(findings)} 处" if len(cells) > _MOST_CELLS else ""
        where += f" / {'、'.join(cells[:_MOST_CELLS])}{more}"
    yield f"       位置：{where}"
    known = words.partly(findings)
    if known:
        yield f"       {known}"
    fix = report.rule(group.code).fix
    yield f"       怎么改：{fix}"
