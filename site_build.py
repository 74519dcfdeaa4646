"""Build the site: catalogue -> examples -> templates -> schemas -> runtime -> pages -> site.

Everything is staged under `build/docs/` and nothing generated lies in git. The last step runs
MkDocs (strict) on the stage; `mkdocs.yml` holds the menu and the look.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import html
import itertools
import shutil
import string
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import jinja2

import site_offline
import site_runtime
from checker import __version__, calendar, catalog, template
from checker.catalog import Cycle, Field, Form, Window
from checker.model import Rule, Scope, Severity
from checker.reports import palette
from checker.rules import CRASH, RULES
from site_examples import Shown, gather

ROOT = Path(__file__).resolve().parent
DOCS = ROOT / "docs"
STAGE = ROOT / "build" / "docs"

T = TypeVar("T")


def main(arguments: list[str] | None = None) -> int:
    """Build the site into the folder asked for."""
    parser = argparse.ArgumentParser(description="生成网站")
    parser.add_argument("--out", type=Path, default=ROOT / "site", help="网站写到哪个文件夹")
    out = parser.parse_args(arguments).out.resolve()

    kit = step("读取表单、年度和规则", load_kit)
    step("清理暂存区", clear_stage)
    examples = step("检查每条规则的例子", lambda: gather(RULES))
    downloads = {**step("生成表格模板", lambda: build_templates(kit, STAGE / "downloads"))}
    step("复制 JSON Schema", lambda: copy_schemas(STAGE / "schemas"))
    runtime = step("给检查程序拍内存快照", site_runtime.make)
    step("准备在线自检", lambda: site_runtime.write(runtime, STAGE / "check"))
    downloads |= step("准备单文件版", lambda: build_single_file(runtime, STAGE / "downloads"))
    step("生成页面", lambda: build_pages(kit, downloads, examples, STAGE))
    step("生成网站", lambda: build_site(out))
    step("准备离线使用", lambda: site_offline.write_service_worker(out))
    print(f"网站已生成：{out}")
    return 0


def step(name: str, work: Callable[[], T]) -> T:
    """Run one step of the pipeline and say on one line what it is and how long it took."""
    print(f"{name} …", end=" ", flush=True)
    start = time.perf_counter()
    result = work()
    print(f"{time.perf_counter() - start:.1f} 秒", flush=True)
    return result


# --- catalogue ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What the pages and templates are made from."""

    version: str
    cycle: Cycle
    forms: Mapping[str, Form]
    rules: tuple[Rule, ...]


def load_kit() -> Kit:
    """Return the newest filing year, the forms and the rules."""
    known = catalog.load()
    return Kit(
        version=__version__,
        cycle=known.cycle(max(known.cycles)),
        forms=known.forms,
        rules=(*RULES, CRASH),
    )


def clear_stage() -> None:
    """Empty the stage, so that a page taken out of docs/ leaves the site too."""
    shutil.rmtree(STAGE, ignore_errors=True)
    STAGE.mkdir(parents=True)


# --- templates ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file to download; `save_as` is the name it gets on the reader's disk."""

    path: str  # inside the stage
    save_as: str
    size: int
    sha256: str


def build_templates(kit: Kit, out: Path) -> Mapping[str, Download]:
    """Write each form blank and filled in, and all of them in one workbook (`all`)."""
    out.mkdir()
    downloads = {}
    sets = {name: (form,) for name, form in kit.forms.items()} | {"all": tuple(kit.forms.values())}
    for name, forms in sets.items():
        for filled, make in ((False, template.build), (True, template.example)):
            data = make(forms, kit.cycle)
            key = f"{name}-example" if filled else name
            save_as = template.file_name(forms, filled=filled)
            downloads[key] = offer(out / f"{key}.xlsx", data, save_as)
    return downloads


def build_single_file(runtime: Iterable[site_runtime.Asset], out: Path) -> Mapping[str, Download]:
    """Write the checker that needs no site."""
    data = site_offline.single_file(runtime)
    return {"single-file": offer(out / "single-file.html", data, "备案自检.html")}


def offer(path: Path, data: bytes, save_as: str) -> Download:
    """Write a file to download."""
    path.write_bytes(data)
    return Download(
        path=f"{path.parent.name}/{path.name}",
        save_as=save_as,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )


# --- schemas ---


def copy_schemas(out: Path) -> None:
    """Offer every schema, cycle and code list to other tools, unchanged."""
    shutil.copytree(ROOT / "schemas", out)


# --- pages ---

SEVERITY_WORDS = {Severity.ERROR: "必须改", Severity.WARNING: "请核实", Severity.INFO: "提示"}
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


def build_pages(
    kit: Kit, downloads: Mapping[str, Download], examples: Mapping[str, Shown], out: Path
) -> None:
    """Render every Markdown file of docs/ into the stage and copy the rest.

    Names that begin with `_` are not pages: `_rule.md` is rendered once a rule, `_form.md` once a
    form, `_macros.md` is for the others to import.
    """
    pages = page_templates(kit, downloads, examples)
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
    write(out / "assets" / "colours.css", f"{colours}\n{dark}\n")
    neighbours = zip((None, *kit.rules[:-1]), kit.rules, (*kit.rules[1:], None), strict=True)
    for before, rule, after in neighbours:
        text = pages.get_template("rules/_rule.md").render(before=before, rule=rule, after=after)
        write(out / "rules" / f"{rule.code.lower()}.md", text)
    for form in kit.forms.values():
        text = pages.get_template("fields/_form.md").render(form=form)
        write(out / "fields" / f"{form.name}.md", text)


def size(count: int) -> str:
    """Return a file's size as people say it."""
    return f"{count / 1024:.0f} KB" if count < 1 << 20 else f"{count / (1 << 20):.0f} MB"


def write(path: Path, text: str) -> None:
    """Write a text file the same way on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")


def page_templates(
    kit: Kit, downloads: Mapping[str, Download], examples: Mapping[str, Shown]
) -> jinja2.Environment:
    """Return the Markdown files of docs/ as templates that know the facts of the kit."""
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(DOCS),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # Markdown, not HTML; the filter `md` escapes what is data
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    pages.filters |= {
        "md": escape,
        "readable": readable,
        "day": day,
        "span": span,
        "weekday": calendar.weekday,
        "size": size,
        "severity": SEVERITY_WORDS.__getitem__,
    }
    pages.globals |= {
        "kit": kit,
        "cycle": kit.cycle,
        "facts": kit.cycle.data,
        "forms": kit.forms,
        "rules": kit.rules,
        "downloads": downloads,
        "examples": examples,
        "days_of": days_of,
        "rules_for": lambda form, field: rules_for(kit, form, field),
        "applies_to": lambda rule: applies_to(kit, rule),
        "families": families,
        "family_of": family_of,
        "need_of": need_of,
        "over": dt.date.today() > kit.cycle.windows[-1].end,
    }
    return pages


# --- site ---


def build_site(out: Path) -> None:
    """Run MkDocs on the stage; any warning of its own ends the build, and only then is it shown."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--clean"]
    command += ["--config-file", str(ROOT / "mkdocs.yml"), "--site-dir", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
