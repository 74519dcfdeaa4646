"""What everything on the site is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import jinja2

from checker import __version__, catalog
from checker.catalog import Cycle, Form
from checker.model import Rule
from checker.rules import CRASH, RULES


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What the pages and templates are made from."""

    version: str
    cycle: Cycle
    forms: Mapping[str, Form]
    rules: tuple[Rule, ...]

    @property
    def names(self) -> Mapping[str, str]:
        """What `mkdocs.yml` asks its environment for: the names of the site, and who it is not."""
        facts = self.cycle.data
        contact = facts["site"].get("contact")
        return {
            "SITE_NAME": facts["site"]["name"],
            "SITE_DESCRIPTION": f"{self.cycle.region}专业技术人员继续教育单位培训备案："
            "办理说明、表格模板、填写说明和不上传文件的在线自检",
            "SITE_COPYRIGHT": f"非官方辅助工具，依据公开的备案通知编写，与{facts['issuer']}没有"
            "隶属关系；办理以人社部门答复为准。" + (f"本站联系：{contact}。" if contact else ""),
        }


def load_kit() -> Kit:
    """Return the latest filing year, the forms, and the rules that its notice has a clause for.

    Raises CheckerError where the cycle file is not filled in yet.
    """
    known = catalog.load()
    cycle = known.cycle(catalog.DEFAULT_YEAR)
    rules = (rule for rule in RULES if _has_a_basis(rule, cycle))
    return Kit(version=__version__, cycle=cycle, forms=known.forms, rules=(*rules, CRASH))


def _has_a_basis(rule: Rule, cycle: Cycle) -> bool:
    """Tell whether a rule applies: where there are no counties, nothing is said about them (S5)."""
    return rule.source != ("S5",) or cycle.has_counties


def environment(folder: Path, *, autoescape: bool) -> jinja2.Environment:
    """Return the templates of a folder; one that asks for what is not there ends the build."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        undefined=jinja2.StrictUndefined,
        autoescape=autoescape,  # HTML wants it, Markdown does not
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def write(path: Path, text: str) -> None:
    """Write a text file the same way on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")
