"""What the maintainer's handbook shows is true: its rule runs, its server settings fit the site.

The commands on its pages are run by tests/test_documented.py; the nginx sample was served from.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import PurePosixPath
from xml.etree import ElementTree

import pytest

from checker import catalog, engine
from checker.model import Cell, Context, Hit, Rule, Scope, Severity
from pipeline import handbook
from tests.cases import Case
from tests.documents import ROOT, blocks

PAGES = ROOT / "docs" / "handbook"
# What only developers' tools and search engines ask for.
NOT_FOR_READERS = {".map", ".gz"}


def block(page: str, language: str) -> str:
    """Return the only block of a language on a page."""
    (found,) = [each for each in blocks(PAGES / page) if each.language == language]
    return found.text


def test_the_sample_rule_finds_what_its_cases_say(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {each.__name__: each for each in (Cell, Context, Hit, Rule, Scope, Severity)}
    names = {**known, "Iterator": list}
    exec(block("new-rule.md", "python"), names)  # our own documentation
    (rule,) = (each for each in names.values() if isinstance(each, Rule))
    assert rule.code not in engine.BY_CODE, "the sample needs a code that is free"
    monkeypatch.setattr(engine, "RULES", (*engine.RULES, rule))
    monkeypatch.setattr(engine, "BY_CODE", {**engine.BY_CODE, rule.code: rule})
    ((code, cases),) = tomllib.loads(block("new-rule.md", "toml")).items()
    assert code == rule.code
    for given in cases:
        case = Case(code=code, given=given)
        hits = [finding for finding in case.report.findings if finding.code == code]
        assert [case.place(finding) for finding in hits] == case.hits


def extensions(site) -> set[str]:
    """Return the extensions of what readers load."""
    return {path.suffix for path in site.rglob("*") if path.is_file()} - NOT_FOR_READERS


def test_the_extensions_of_the_site_are_those_named(built_site) -> None:
    text = (PAGES / "publish.md").read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith("- **用到的扩展名**")]
    named = set(re.findall(r"`(\.[a-z]+)`", line.partition("没有")[0]))
    assert extensions(built_site) <= named


def test_the_settings_for_iis_name_what_it_may_not_know() -> None:
    settings = ElementTree.fromstring(block("publish.md", "xml").encode())
    content = settings.find("./system.webServer/staticContent")
    assert content is not None
    known = {each.get("fileExtension"): each.get("mimeType") for each in content.iter("mimeMap")}
    assert {".json", ".svg", ".ics"} <= set(known)
    order = [(each.tag, each.get("fileExtension")) for each in content]
    for extension in known:  # adding one that the server knows already is an error 500.19
        assert order.index(("remove", extension)) < order.index(("mimeMap", extension))


def test_only_what_is_named_by_its_content_is_kept_for_ever(built_site) -> None:
    (pattern,) = re.findall(r'location ~ "(.+)" \{', block("publish.md", "nginx"))
    kept = {
        f"/{path.relative_to(built_site).as_posix()}"
        for path in built_site.rglob("*")
        if path.is_file() and re.search(pattern, f"/{path.relative_to(built_site).as_posix()}")
    }
    names = {PurePosixPath(path).name for path in kept}
    assert {"app.js", "worker.js"} <= names
    assert any(re.fullmatch("snapshot-[0-9a-f]{12}[.]zip", name) for name in names)
    assert all(re.search("-[0-9a-f]{12}[./]", path) for path in kept)


def test_every_setting_is_listed() -> None:
    listed = handbook.settings(catalog.load().cycle(2024))
    schema = catalog.cycle_schema()
    assert [setting.place for setting, _ in listed] == list(schema["properties"])
    inside = {each.place: each for _, group in listed for each in group}
    assert inside["windows[].start"].value == "2024-10-11"
    assert inside["hours.per_day"].value == "6"
    assert inside["clauses.S4"].about == "备案的时间和地点"
    assert inside["clauses.S4"].value == "第三条 备案时间和市直单位备案地点"
    assert inside["copies.holders"].value == "单位、主管部门、人社部门"
    assert not inside["site.contact"].needed
    assert all(each.about for each in inside.values())
