"""The command line: `python -m checker …`, installed as `beian`."""

from __future__ import annotations

import argparse
import gc
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import checker
from checker import catalog, engine, reports
from checker.catalog import CheckerError
from checker.commands import batch, disk, new_cycle, verify
from checker.commands.options import UsageError, add_cycle, add_date, parse_date
from checker.model import Acknowledgement, Product, Rule, Severity
from checker.reports.words import WORDS
from checker.rules import CRASH, RULES

_FOUND_ERRORS, _COULD_NOT_RUN = 1, 2
_KNOWN_RULES = (*RULES, CRASH)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with a call in one Chinese line instead of a usage text."""

    def error(self, message: str) -> NoReturn:
        from checker.commands.mistakes import in_chinese

        why = in_chinese(message)
        raise UsageError(f"命令写得不对{why and f'（{why}）'}，输入“{self.prog} --help”看用法。")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0: no error found; 1: errors found, an unreadable file included; 2: could not run.
    """
    gc.freeze()  # what is loaded stays: no collection need look at it
    gc.set_threshold(engine.OBJECTS_A_COLLECTION)
    if isinstance(sys.stdout, io.TextIOWrapper):  # a rare name must not stop a GBK terminal
        sys.stdout.reconfigure(errors="replace")
    try:
        options = _parser().parse_args(arguments)
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except CheckerError as error:
        print(error, file=sys.stderr)
        return _COULD_NOT_RUN
    except BrokenPipeError:
        return _COULD_NOT_RUN


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="beian", description="专业技术人员继续教育备案材料自检")
    parser.add_argument("--version", action="version", version=checker.__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    _add_check(commands.add_parser("check", help="检查填好的表格"))
    _add_makers(commands)
    _add_templates(commands.add_parser("templates", help="生成空白模板和填写示例"))
    rules = commands.add_parser("rules", help="列出规则，或说明一条规则")
    rules.add_argument("code", nargs="?", metavar="代码", help="例如 I11")
    rules.add_argument("--format", choices=("text", "json"), default="text", help="json 给程序用")
    rules.set_defaults(run=_rules)
    new_cycle.add(commands)
    batch.add(commands)
    verify.add(commands)
    return parser


def _add_check(parser: argparse.ArgumentParser) -> None:
    _add_filing(parser)
    parser.add_argument("--format", choices=reports.FORMATS, default="text", help="报告格式")
    parser.add_argument("--output", type=Path, metavar="文件", help="把报告写入文件")
    parser.add_argument(
        "--redact",
        action=argparse.BooleanOptionalAction,
        help="报告里不出现任何个人信息，便于转发；csv、html、sarif 本来就不出现，"
        "要出现用 --no-redact",
    )
    parser.set_defaults(run=_check)


def _add_filing(parser: argparse.ArgumentParser, paths: str = "+") -> None:
    """Add what names a filing and the circumstances in which it is looked at."""
    parser.add_argument("paths", nargs=paths, type=Path, metavar="文件或文件夹")
    add_cycle(parser)
    add_date(parser)
    parser.add_argument("--visit", type=parse_date, metavar="日期", help="打算去备案的日期")
    parser.add_argument("--county", metavar="县（区）", help="县（区）单位所在的县（区）")
    parser.add_argument(
        "--acknowledge",
        type=Path,
        metavar="文件",
        help="已对照证件核对无误的问题：一个 JSON 文件，每一条写作"
        " [代码, 文件, 工作表, 单元格, 内容]，照 json 报告里的 code、file、sheet、cell、value 抄",
    )


def _add_makers(commands: argparse._SubParsersAction[_Parser]) -> None:
    """Add the commands that make files from those given; each writes copies, never the original."""
    mark = commands.add_parser("mark", help="标注件：在您的表格副本里标出每一处问题")
    fix = commands.add_parser("fix", help="更正件：改好可以放心自动改的地方，列出改前改后")
    fix.add_argument("--list", action="store_true", help="只列出能改什么，不写文件")
    fix.add_argument("--skip", nargs="+", default=[], metavar="编号", help="这几处不改")
    make_set = commands.add_parser("make-set", help="一键成套：由名单和计划生成其余各表")
    make_set.add_argument("--example", action="store_true", help="用示例生成一套，看看是什么样")
    final = commands.add_parser("final", help="定稿：没有要改的地方后，给页脚加上核对码")
    migrate = commands.add_parser("migrate", help="换年度：把往年表里的内容搬进新一年的模板")
    for parser, run, wanted in (
        (mark, _make, "mark"),
        (fix, _fix, "fix"),
        (make_set, _make, "set"),
        (final, _make, "final"),
        (migrate, _make, "migrate"),
    ):
        _add_filing(parser, "*" if parser is make_set else "+")
        parser.add_argument(
            "--folder", type=Path, default=Path(), metavar="文件夹", help="写到哪个文件夹"
        )
        parser.set_defaults(run=run, wanted=wanted)


def _add_templates(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="文件夹", help="模板写到这里")
    add_cycle(parser)
    parser.set_defaults(run=_templates)


def _check(options: argparse.Namespace) -> int:
    report = checker.check_files(_files(options), **_settings(options))
    colour = not options.output and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    rendered = reports.render(report, options.format, redact=options.redact, colour=colour)
    if options.format.endswith(("json", "sarif")):
        rendered += "\n"
    if options.output:
        disk.write(options.output, rendered.encode())
    elif options.format == "text":
        sys.stdout.write(rendered)
    else:
        _print_exactly(rendered)
    return _FOUND_ERRORS if report.count(Severity.ERROR) else 0


def _print_exactly(text: str) -> None:
    """Print what is made for programs: UTF-8 and its own line ends, whatever the terminal's are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def _files(options: argparse.Namespace) -> list[tuple[str, bytes]]:
    return [(disk.shown(Path(path.name)), disk.read(path)) for path in disk.find(options.paths)]


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    """Return the circumstances of a check, as `check_files` takes them."""
    return {
        "today": options.date,
        "year": options.cycle,
        "visit": options.visit,
        "county": options.county,
        "acknowledged": _acknowledged(options.acknowledge) if options.acknowledge else (),
    }


def _make(options: argparse.Namespace) -> int:
    from checker import workshop  # here, as a check needs none of what makes files

    wanted = options.wanted
    if wanted == "set" and options.example:
        wanted, files = "example", []
    elif options.paths:
        files = _files(options)
    else:
        raise UsageError("写上名单和计划表的文件名；想先看看是什么样，用 --example。")
    product = workshop.make(wanted, files, **_settings(options))
    _hand_over(product, options.folder)
    return 0 if product.files else _FOUND_ERRORS


def _fix(options: argparse.Namespace) -> int:
    from checker import workshop

    files, settings = _files(options), _settings(options)
    proposed = workshop.changes(files, **settings)
    known = {change["id"] for change in proposed}
    unknown = [each for each in options.skip if each not in known]
    if unknown:
        raise UsageError(f"没有编号是“{'、'.join(unknown)}”的改动，用 --list 看编号。")
    accepted = [change["id"] for change in proposed if change["id"] not in options.skip]
    for change in proposed:
        mark = "不改" if change["id"] in options.skip else change["what"]
        place = f"{change['file']} › {change['sheet']} {'、'.join(change['cells'])}"
        print(f"{change['id']}  {place}  {mark}：{change['before']} → {change['after']}")
    if options.list:
        return 0
    product = workshop.make("fix", files, accepted=accepted, **settings)
    _hand_over(product, options.folder)
    return 0


def _hand_over(product: Product, folder: Path) -> None:
    """Write the files made beside what lies there already, and say what to know about them."""
    disk.create(folder)
    for name, data in product.files:
        path = disk.free(folder / name)
        disk.write(path, data)
        print(path)
    for note in product.notes:
        print(note)


def _acknowledged(path: Path) -> tuple[Acknowledgement, ...]:
    try:
        given = tuple(Acknowledgement(*each) for each in json.loads(disk.read(path)))
        if all(isinstance(part, str) for each in given for part in each):
            return given
    except (ValueError, TypeError, RecursionError):
        pass
    raise UsageError(
        f"“{path}”要写成 JSON 列表，每一条是 [代码, 文件, 工作表, 单元格, 内容]，五项都带引号。"
    )


def _templates(options: argparse.Namespace) -> int:
    from checker import template

    cycle = catalog.load().cycle(options.cycle)
    disk.create(options.folder)
    for name, data in template.all_files(cycle):
        disk.write(options.folder / name, data)
        print(options.folder / name)
    return 0


def _rules(options: argparse.Namespace) -> int:
    rules = _KNOWN_RULES if options.code is None else (_rule(options.code),)
    cycle = catalog.load().cycle(catalog.DEFAULT_YEAR)
    if options.format == "json":
        from checker.reports import rule_list

        _print_exactly(rule_list.render(rules, cycle) + "\n")
    elif options.code is None:
        for rule in rules:
            print(f"{rule.code}  {WORDS[rule.severity]}  {rule.title}")
    else:
        (rule,) = rules
        print(f"{rule.code} {rule.title}（{WORDS[rule.severity]}）")
        print(rule.explanation)
        print(f"怎么改：{rule.fix}")
        print("依据：" + "；".join(cycle.source_text(source) for source in rule.source))
    return 0


def _rule(code: str) -> Rule:
    for rule in _KNOWN_RULES:
        if rule.code == code.upper():
            return rule
    raise UsageError(f"没有“{code}”这条规则，输入“beian rules”看全部规则。")
