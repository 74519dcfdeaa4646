"""The report as one page to print, keep or pass on: no script, nothing loaded, A4 on paper.

Its own policy allows the one style below and nothing else. Everything that is not written here is
escaped where it is put in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from checker import __version__, catalog
from checker.model import FileSummary, Group, Report, Rule, SheetSummary
from checker.reports import page, words
from checker.rules import RULES_VERSION

_STYLE = (
    page.STYLE
    + """
body { max-width: 56rem; font: 1rem/1.7 var(--bk-font); }
h2 { margin: 1.6rem 0 .6rem; font-size: 1.15rem; }
.verdict { margin-top: 1rem; padding: .8rem 1rem; }
.verdict ul + p { color: var(--bk-text); }
table { font-size: .95rem; }
th, td { padding: .3rem .6rem; }
tbody code { display: block; }
h2.error, h2.warning, h2.info, h2.acknowledged { padding-left: .6rem; border-left: 6px solid var(--bk-tone); color: var(--bk-tone); }
.entries { list-style: none; }
.entries > li { margin-bottom: .7rem; padding: .6rem .9rem; border: 1px solid var(--bk-line); border-left: 4px solid var(--bk-tone); border-radius: 4px; }
.message { font-weight: 700; break-after: avoid; }
.code { margin-right: .6rem; padding: 0 .4rem; color: var(--bk-tone); background: var(--bk-soft); border-radius: 3px; font-weight: 400; }
.details { padding-left: 1.4rem; }
.entries dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 .8rem; }
.entries dt { color: var(--bk-muted); }
.plain { padding-left: 1.4rem; }
footer { margin-top: 2rem; padding-top: .6rem; border-top: 1px solid var(--bk-line); }
@page {
  size: A4;
  margin: 16mm 15mm 18mm;
  @bottom-center { content: "第 " counter(page) " 页，共 " counter(pages) " 页"; color: #55606d; font: 9pt sans-serif; }
}
@media screen and (max-width: 40rem) {
  body { padding: 1rem; }
  th, td { padding: .2rem .3rem; }
}
@media print {
  html { font-size: 10pt; }
  body { max-width: none; padding: 0; line-height: 1.55; }
  .verdict, .entries > li.short { break-inside: avoid; }
}
"""  # noqa: E501 (style sheets keep a rule on one line)
)
_SHORT = 12  # lines of details that fit on a page with the rest of their entry

_REDACTED = "这份报告只写位置，不含表格里的姓名、身份证号等内容，可以转发。"
_WITH_VALUES = "这份报告里有表格中的内容（身份证号只留前六位和后四位），只给该看的人看。"


def render(report: Report, *, redact: bool = True) -> str:
    """Return the report as a self-contained HTML page."""
    return "\n".join(_page(report, redact)) + "\n"


def _page(report: Report, redact: bool) -> Iterator[str]:
    yield page.head(f"备案材料自检报告 {report.checked_on}", _STYLE)
    yield "<body>"
    yield "<header>\n<h1>备案材料自检报告</h1>"
    yield (
        f'<p class="muted">检查日期 {report.checked_on}，按 {report.cycle} 年度的要求检查。'
        f"{_REDACTED if redact else _WITH_VALUES}</p>\n</header>\n<main>"
    )
    yield from _verdict(report)
    rules = {rule.code: rule for rule in report.rules}
    for key, word, groups in words.sections(report):
        yield f'<h2 class="{key}">{word}</h2>\n<ol class="entries">'
        for group in groups:
            yield from _entry(group, key, report, rules[group.code], redact)
        yield "</ol>"
    yield from _files(report.files)
    if report.not_checked:
        yield "<h2>这次没有检查的</h2>"
        yield f'<ul class="plain">{page.items(report.not_checked)}</ul>'
    yield "</main>"
    yield (
        f'<footer class="muted">beian-kit {escape(__version__)}，规则 {escape(RULES_VERSION)}。'
        "检查在本机完成，文件没有上传。自检帮您少跑一趟，结果以受理部门审核为准。</footer>"
    )
    yield "</body>\n</html>"


def _verdict(report: Report) -> Iterator[str]:
    yield f'<section class="verdict {report.verdict}">'
    yield f"<p><strong>{words.VERDICTS[report.verdict]}</strong></p>"
    yield f"<ul>{page.items(f'{word} {count} 处' for _, word, count in words.counts(report))}</ul>"
    yield f"<p>{words.ADVICE[report.verdict]}</p>\n</section>"


def _files(files: Iterable[FileSummary]) -> Iterator[str]:
    heads = ("工作表", "认出的表", "行数", "人数", "核对码")
    yield "<h2>读到的内容</h2>\n<table>"
    yield f"<thead><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr></thead>"
    for file in files:
        yield f'<tbody>\n<tr><th colspan="{len(heads)}">{escape(file.name)}'
        yield f"<code>SHA-256 {escape(file.sha256)}</code></th></tr>"
        yield from (_sheet(sheet) for sheet in file.sheets if not sheet.sign_in)
        if file.sign_ins:
            yield f'<tr><td colspan="{len(heads)}">{file.sign_ins} 张{words.SIGN_IN}</td></tr>'
        if not file.sheets:
            yield f'<tr><td colspan="{len(heads)}">没有读到内容</td></tr>'
        yield "</tbody>"
    yield "</table>"


def _sheet(sheet: SheetSummary) -> str:
    if sheet.form is None:
        return f'<tr><td>{escape(sheet.name)}</td><td colspan="4">{words.NO_FORM}</td></tr>'
    form = catalog.load().forms[sheet.form]
    return (
        f"<tr><td>{escape(sheet.name)}</td><td>{escape(form.title)}</td>"
        f'<td class="number">{sheet.rows if form.is_table else "—"}</td>'
        f'<td class="number">{sheet.people or "—"}</td>'
        f'<td class="number">{escape(sheet.fingerprint or "—")}</td></tr>'
    )


def _entry(group: Group, key: str, report: Report, rule: Rule, redact: bool) -> Iterator[str]:
    findings = words.members(group, report)
    details = words.details(findings, redact=redact)
    place = findings[0].place
    where = " › ".join(part for part in (place.file, place.sheet) if part)
    facts = {"位置": where, "单元格": "、".join(words.cells(findings)), "怎么改": rule.fix}
    cycle = catalog.load().cycle(report.cycle)
    facts["依据"] = "；".join(cycle.source_text(source) for source in rule.source)
    yield f'<li class="{key}{" short" if len(details) <= _SHORT else ""}">'
    message = escape(group.shareable if redact else group.message)
    yield f'<p class="message"><span class="code">{group.code}</span>{message}</p>'
    if details:
        yield f'<ul class="details">{page.items(details)}</ul>'
    known = words.partly(findings)
    if known:
        yield f"<p>{escape(known)}</p>"
    pairs = (f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in facts.items() if text)
    yield f"<dl>{''.join(pairs)}</dl>\n</li>"
