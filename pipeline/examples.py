"""What the site shows of the rules' cases: each one checked when the site is built.

A rule's page shows a case with its fault and one without, as the cells a clerk sees, and what the
checker said; the page 全部提示一览 shows every message. The cases are those of the tests
(tests/cases.py), so that no example can be older than the checker: a rule without a faulty and a
passing case, or whose faulty case does not give its code, ends the build.
"""

from __future__ import annotations

import re
import string
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from checker import Finding, Report, Severity, catalog
from checker.catalog import Cycle
from checker.model import Rule
from checker.rules import BY_CODE, CRASH
from pipeline.excerpts import MARKS, Excerpt, Spot, View, spots_of
from tests import YEAR, cases
from tests.cases import Case

_AGE = {"I16"}  # a number of a real region that can be nobody's has the birth year 1900


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message, as the checker gave it."""

    severity: Severity
    where: str
    message: str
    suggestion: str | None  # where the message does not say it already


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A case as the site shows it; the sheets are HTML."""

    about: str
    sheets: tuple[str, ...]
    marks: tuple[str, ...]  # what the signs for blanks in the sheets mean
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the site shows of a rule: two examples, each message once, and one for several rows."""

    faulty: Example
    passing: Example
    said: tuple[Said, ...]
    together: str


def gather(rules: Iterable[Rule], cycle: Cycle | None = None) -> Mapping[str, Shown]:
    """Return what is shown of each rule; a rule whose cases are not complete ends the build.

    Cases about windows and counties are true of one cycle, so the site of another shows none of
    them; without a `cycle` all are shown. The rule about faults of our own has no example.
    """
    own = cycle is None or (cycle.year, cycle.region) == (YEAR, cases.REGION)
    by_code: dict[str, list[Case]] = {rule.code: [] for rule in rules if rule is not CRASH}
    for case in cases.load():
        if case.code in by_code:
            by_code[case.code].append(case)
    return {
        code: _shown(BY_CODE[code], mine)
        for code, mine in by_code.items()
        if own or not any(case.of_one_cycle for case in mine)
    }


def _shown(rule: Rule, mine: Sequence[Case]) -> Shown:
    faulty = _chosen(rule, [case for case in mine if case.hits], "出问题的")
    passing = _chosen(rule, [case for case in mine if not case.hits], "不出问题的")
    found = _found(rule, faulty.report)
    if not found:
        raise SystemExit(f"规则 {rule.code} 的例子“{faulty.name}”没有得到这条提示。")
    others = {f.code for f in passing.report.findings if f.severity is not Severity.INFO} - _AGE
    if _found(rule, passing.report) or others:
        raise SystemExit(f"规则 {rule.code} 的例子“{passing.name}”应当没有问题，却得到了提示。")
    bad = View.of(faulty)
    spots = {spot: "bad" for finding in found for spot in spots_of([finding.place])}
    near = {spot: "near" for finding in found for spot in spots_of(finding.related)}
    spots = near | spots
    good = View.of(passing)
    same = good.like(bad, spots)
    telling = list(_telling(rule, [case for case in mine if case.hits]))
    return Shown(
        faulty=_example(rule, bad, spots, said=_said_here(rule, faulty.report)),
        passing=_example(rule, good, same, forms={bad.form(spot[0]) for spot in spots}),
        said=_all_said(rule, telling),
        together=_together(rule, telling),
    )


def _chosen(rule: Rule, mine: Sequence[Case], kind: str) -> Case:
    """Return the case that is shown: the one that says so, else the first."""
    if not mine:
        raise SystemExit(f"规则 {rule.code} 在 tests/rules/ 里还缺{kind}例子。")
    return next((case for case in mine if case.given.get("example")), mine[0])


def _found(rule: Rule, report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.code == rule.code]


# --- messages ---


def wording_of(rule: Rule, message: str) -> str | None:
    """Return which of a rule's wordings a message was made from."""
    templates = (*rule.variants.values(), rule.message)
    return next((each for each in templates if _pattern(each).fullmatch(message)), None)


def _pattern(template: str) -> re.Pattern[str]:
    parts = (
        re.escape(literal) + (".*" if name else "")
        for literal, name, _, _ in string.Formatter().parse(template)
    )
    return re.compile("".join(parts), re.DOTALL)


def _telling(rule: Rule, faulty: Iterable[Case]) -> Iterator[Case]:
    """Yield the cases up to the last that has a wording or severity of its own: the build is quick.

    (tests/rules/test_cases.py sees to it that the cases have every wording.)
    """
    left = {rule.message, *rule.variants.values()}
    severities: set[object] = set()
    for case in faulty:
        if left or case.given.get("severity", rule.severity) not in severities:
            yield case
            found = _found(rule, case.report)
            left -= {wording_of(rule, finding.message) for finding in found}
            severities |= {finding.severity for finding in found}


def _all_said(rule: Rule, mine: Iterable[Case]) -> tuple[Said, ...]:
    """Return the first message of each wording, in the order of the cases."""
    first: dict[tuple[str | None, Severity], Said] = {}
    for case in mine:
        for finding in _found(rule, case.report):
            key = wording_of(rule, finding.message), finding.severity
            first.setdefault(key, _said(rule, finding, case.report))
    return tuple(first.values())


def _together(rule: Rule, mine: Iterable[Case]) -> str:
    """Return what is said of the fault in several rows at once, "" where no case has that."""
    groups = (group for case in mine for group in case.report.groups)
    several = (each for each in groups if each.code == rule.code and len(each.findings) > 1)
    return next((group.message for group in several), "")


def _said_here(rule: Rule, report: Report) -> Iterator[Said]:
    """Yield what is said of one case: once for several rows, where it is the same for each."""
    for group in report.groups:
        found = [report.findings[index] for index in group.findings if group.code == rule.code]
        bare = {finding.message.removeprefix(f"第 {finding.place.row} 行") for finding in found}
        if len(found) > 1 and len(bare) == 1:
            found = [replace(found[0], message=group.message)]
        yield from (_said(rule, finding, report) for finding in found)


def _said(rule: Rule, finding: Finding, report: Report) -> Said:
    offered = finding.suggestion
    return Said(
        severity=finding.severity,
        where=_where(finding, report),
        message=finding.message,
        suggestion=None if offered is None or offered in finding.message else offered,
    )


def _where(finding: Finding, report: Report) -> str:
    """Return a place as people say it: the form (or sheet) and the cell, or the file."""
    if not finding.place.row:
        return "整个文件"
    forms = {s.name: s.form for file in report.files for s in file.sheets if s.form}
    form = forms.get(finding.place.sheet)
    name = f"工作表“{finding.place.sheet}”"
    if form and list(forms.values()).count(form) == 1:
        name = catalog.load().forms[form].title
    return f"{name} {finding.place.cell}"


def _example(
    rule: Rule,
    view: View,
    spots: Mapping[Spot, str],
    *,
    said: Iterable[Said] = (),
    forms: Container[str] = (),
) -> Example:
    """Return a case with the sheets that have something to point at, and those of `forms`."""
    about, name = str(view.case.given.get("about", "")), view.case.name
    sheets = tuple(
        Excerpt(view=view, sheet=sheet, spots=here).html()
        for sheet in view.sheets
        if (here := {spot[1:]: kind for spot, kind in spots.items() if spot[0] == sheet.name})
        or (view.form(sheet.name) or "-") in forms
    )
    if not sheets and not about:
        raise SystemExit(f"规则 {rule.code} 的例子“{name}”没有格子可看，要用 about 说明。")
    marks = tuple(f"{m} 表示{word}" for m, word in MARKS.items() if any(m in s for s in sheets))
    return Example(about=about, sheets=sheets, marks=marks, said=tuple(said))
