"""The pages: every Markdown file of docs/, filled in with the facts of the kit."""

from __future__ import annotations

import datetime as dt
import html
import itertools
import shutil
import string
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jinja2

from checker import calendar
from checker.catalog import Field, Form, Window
from checker.model import Rule, Scope
from checker.reports import palette
from checker.reports.words import WORDS
from pipeline import ROOT, schema_pages
from pipeline.downloads import Download
from pipeline.examples import Shown
from pipeline.handbook import settings
from pipeline.kit import Kit, environment, write
from pipeline.pictures import Pictures
from tests import YEAR

DOCS = ROOT / "docs"

PLACEHOLDERS = {  # in a rule's message; any other stands for something short: …
    "row": "N",
    "rows": "N",
    "label": "栏目名称",
    "heading": "栏目名称",
    "headings": "“栏目名称”",
    "these": "这 N 栏",
    "sheet": "工作表名",
    "file": "文件名",
    "value": "表里的内容",
    "suggestion": "建议的写法",
}
APPLIES = {
    Scope.FILE: "整个文件",
    Scope.FILING: "全套材料",
    Scope.TABLE: "每张表",
    Scope.RECORD: "每张表",
    Scope.CELL: "每张表",
}
FAMILIES = {
    "W": "文件与工作簿",
    "H": "标题与表头",
    "L": "行与序号",
    "N": "姓名",
    "G": "性别与专业",
    "M": "性别与专业",
    "I": "身份证号",
    "P": "计划表",
    "B": "备案表",
    "T": "成绩单",
    "D": "备案时间",
    "X": "几张表对照",
    "E": "检查程序自己",
}


def days_of(window: Window) -> tuple[tuple[dt.date, calendar.Day], ...] | None:
    """Return the days of a window and what each is, None where the year's calendar is unknown."""
    length = (window.end - window.start).days + 1
    dates = [window.start + dt.timedelta(days=number) for number in range(length)]
    known = tuple((date, kind) for date in dates if (kind := calendar.day(date)))
    return known if len(known) == length else None


def open_days(window: Window) -> tuple[dt.date, ...] | None:
    """Return the days on which one can go, None where the year's calendar is unknown."""
    if window.working_days_only:
        return calendar.working_days(window.start, window.end)
    length = (window.end - window.start).days + 1
    return tuple(window.start + dt.timedelta(days=number) for number in range(length))


def windows_of(county: Mapping[str, Any]) -> tuple[Window, ...]:
    """Return the windows that a county has published, none where it has published no time."""
    return tuple(
        Window(dt.date.fromisoformat(each["start"]), dt.date.fromisoformat(each["end"]),
               each["source"], each["working_days_only"])
        for each in county.get("windows", ())
    )  # fmt: skip


def dated(windows: Iterable[Window]) -> list[Mapping[str, object]]:
    """Return the windows for the page's own script, with the days on which one can go."""
    found = [(each, open_days(each)) for each in windows]
    return [
        {
            "start": str(window.start),
            "end": str(window.end),
            "days": None if days is None else [str(date) for date in days],
        }
        for window, days in found
    ]


def working_year(year: int) -> str:
    """Return a mark for each day of a year, 1 where it is worked; nothing for an unknown year."""
    days = days_of(Window(dt.date(year, 1, 1), dt.date(year, 12, 31), source=""))
    return "".join("1" if kind.works else "0" for _, kind in days or ())


def day(date: dt.date) -> str:
    """Return a date as people say it."""
    return f"{date.month}月{date.day}日"


def span(window: Window) -> str:
    """Return a window as people say it, the month once where it is one."""
    end = f"{window.end.day}日" if window.start.month == window.end.month else day(window.end)
    return f"{day(window.start)}至{end}"


def escape(text: object) -> str:
    """Return text so that Markdown and HTML show it as it is."""
    marks = {ord(mark): f"\\{mark}" for mark in "\\`*_{}[]#|"}
    return html.escape(str(text), quote=False).translate(marks)


def readable(message: str) -> str:
    """Return a rule's message with its placeholders as marked words."""
    parts = []
    for literal, name, _, _ in string.Formatter().parse(message):
        parts.append(escape(literal))
        if name:
            parts.append(f"<var>{PLACEHOLDERS.get(name, '…')}</var>")
    return "".join(parts)


def rules_for(kit: Kit, form: Form, field: Field) -> tuple[Rule, ...]:
    """Return the rules that look at a field: those its schema names and those of its kind."""
    named = {code for codes in field.rules.values() for code in codes}

    def looks(rule: Rule) -> bool:
        return field.kind in rule.kinds and (not rule.forms or form.name in rule.forms)

    return tuple(rule for rule in kit.rules if rule.code in named or looks(rule))


def need_of(form: Form, field: Field) -> str:
    """Say when a field that is not required by itself must be filled."""
    choices = [name for option in form.schema.get("anyOf", ()) for name in option["required"]]
    if field.name not in choices:
        return "可以不填"
    labels = "、".join(form.fields[name].label for name in choices)
    return f"{labels}至少填一栏"


def families(rules: Iterable[Rule]) -> tuple[tuple[str, tuple[Rule, ...]], ...]:
    """Return the rules under the names of their families, both in code order."""
    groups = itertools.groupby(rules, family_of)
    return tuple((family, tuple(members)) for family, members in groups)


def family_of(rule: Rule) -> str:
    """Return the name of a rule's family."""
    return FAMILIES[rule.code[0]]


def applies_to(kit: Kit, rule: Rule) -> str:
    """Say which forms a rule looks at."""
    kinds = set(rule.kinds)
    names = rule.forms or [
        name
        for name, form in kit.forms.items()
        if kinds.intersection(field.kind for field in form.fields.values())
    ]
    if not names:
        return APPLIES[rule.scope]
    # The two plans are one form with two subjects.
    return "、".join(dict.fromkeys(kit.forms[name].title.partition("（")[0] for name in names))


def build(
    kit: Kit,
    downloads: Mapping[str, Download],
    examples: Mapping[str, Shown],
    pictures: Pictures,
    out: Path,
) -> None:
    """Render every Markdown file of docs/ into the stage and copy the rest.

    Names that begin with `_` are not pages: `_rule.md` is rendered once a rule, `_form.md` once a
    form, `_macros.md` is for the others to import.
    """
    pages = templates(kit, downloads, examples, pictures)
    for path in sorted(DOCS.rglob("*")):
        name = path.relative_to(DOCS)
        if path.is_dir() or any(part.startswith("_") for part in name.parts):
            continue
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".md":
            write(target, pages.get_template(name.as_posix()).render())
        else:
            shutil.copyfile(path, target)
    colours = palette.css(":root", palette.LIGHT)
    dark = palette.css('[data-md-color-scheme="slate"]', palette.DARK)
    # Paper is white, whatever the screen is.
    write(out / "assets" / "colours.css", f"{colours}\n@media screen {{ {dark} }}\n")
    neighbours = zip((None, *kit.rules[:-1]), kit.rules, (*kit.rules[1:], None), strict=True)
    for before, rule, after in neighbours:
        text = pages.get_template("rules/_rule.md").render(before=before, rule=rule, after=after)
        write(out / "rules" / f"{rule.code.lower()}.md", text)
    schema_pages.build(pages, out / "schemas")
    for form in kit.forms.values():
        text = pages.get_template("fields/_form.md").render(form=form)
        write(out / "fields" / f"{form.name}.md", text)


def size(count: int) -> str:
    """Return a file's size as people say it."""
    return f"{count / 1024:.0f} KB" if count < 1 << 20 else f"{count / (1 << 20):.0f} MB"


def templates(
    kit: Kit,
    downloads: Mapping[str, Download],
    examples: Mapping[str, Shown],
    pictures: Pictures,
) -> jinja2.Environment:
    """Return the Markdown files of docs/ as templates that know the facts of the kit."""
    pages = environment(DOCS, autoescape=False)  # the filter `md` escapes what is data
    pages.filters |= {
        "md": escape,
        "readable": readable,
        "day": day,
        "span": span,
        "weekday": calendar.weekday,
        "size": size,
        "severity": WORDS.__getitem__,
    }
    pages.globals |= {
        "kit": kit,
        "cycle": kit.cycle,
        "facts": kit.cycle.data,
        "forms": kit.forms,
        "rules": kit.rules,
        "downloads": downloads,
        "pictures": pictures,
        "examples": examples,
        "example_year": YEAR,
        "settings": settings(kit.cycle),
        "kinds": sorted({f.kind for form in kit.forms.values() for f in form.fields.values()}),
        "days_of": days_of,
        "open_days": open_days,
        "windows_of": windows_of,
        "dated": dated,
        "working_year": working_year,
        "rules_for": lambda form, field: rules_for(kit, form, field),
        "applies_to": lambda rule: applies_to(kit, rule),
        "families": families,
        "family_of": family_of,
        "need_of": need_of,
        "over": dt.date.today() > kit.cycle.windows[-1].end,
    }
    pages.globals |= schema_pages.facts()
    return pages
