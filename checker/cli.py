"""The command line: `python -m checker …`, installed as `beian`."""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NoReturn

import checker
from checker import catalog, reports, template
from checker.catalog import CheckerError
from checker.model import Acknowledgement, Severity
from checker.reports.words import WORDS
from checker.rules import BY_CODE, RULES

_EXTENSIONS = frozenset((".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv"))
_FOUND_ERRORS, _COULD_NOT_RUN = 1, 2


class UsageError(CheckerError):
    """A call that names something that is not there, or cannot be understood."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with a call in one Chinese line instead of a usage text."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"命令写得不对，输入“{self.prog} --help”看用法。（{message}）")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0: no error found; 1: errors found, an unreadable file included; 2: could not run.
    """
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
    _add_templates(commands.add_parser("templates", help="生成空白模板和填写示例"))
    rules = commands.add_parser("rules", help="列出规则，或说明一条规则")
    rules.add_argument("code", nargs="?", metavar="代码", help="例如 I11")
    rules.set_defaults(run=_rules)
    return parser


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="文件或文件夹")
    parser.add_argument("--format", choices=reports.FORMATS, default="text", help="报告格式")
    parser.add_argument("--output", type=Path, metavar="文件", help="把报告写入文件")
    parser.add_argument("--cycle", type=int, default=catalog.DEFAULT_YEAR, metavar="年度")
    parser.add_argument("--date", type=_date, metavar="日期", help="当作今天的日期，如 2024-10-12")
    parser.add_argument("--visit", type=_date, metavar="日期", help="打算去备案的日期")
    parser.add_argument("--county", metavar="县（区）", help="县（区）单位所在的县（区）")
    parser.add_argument(
        "--redact",
        action=argparse.BooleanOptionalAction,
        help="报告里不出现任何个人信息，便于转发；csv 和 html 本来就不出现，要出现用 --no-redact",
    )
    parser.add_argument(
        "--acknowledge",
        type=Path,
        metavar="文件",
        help="已对照证件核对无误的问题：一个 JSON 文件，每一条写作"
        " [代码, 文件, 工作表, 单元格, 内容]，照 json 报告里的 code、file、sheet、cell、value 抄",
    )
    parser.set_defaults(run=_check)


def _add_templates(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="文件夹", help="模板写到这里")
    parser.add_argument("--cycle", type=int, default=catalog.DEFAULT_YEAR, metavar="年度")
    parser.set_defaults(run=_templates)


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"日期要写成 2024-10-12 这样，现在是“{text}”。") from None


def _check(options: argparse.Namespace) -> int:
    files = [(path.name, _read(path)) for path in _find(options.paths)]
    report = checker.check_files(
        files,
        today=options.date,
        year=options.cycle,
        visit=options.visit,
        county=options.county,
        acknowledged=_acknowledged(options.acknowledge) if options.acknowledge else (),
    )
    colour = not options.output and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    rendered = reports.render(report, options.format, redact=options.redact, colour=colour)
    if options.format == "json":
        rendered += "\n"
    if options.output:
        _write(options.output, rendered.encode())
    elif options.format == "text":
        sys.stdout.write(rendered)
    else:  # made for programs: UTF-8 and its own line ends, whatever the terminal's are
        sys.stdout.flush()
        sys.stdout.buffer.write(rendered.encode())
        sys.stdout.buffer.flush()
    return _FOUND_ERRORS if report.count(Severity.ERROR) else 0


def _acknowledged(path: Path) -> tuple[Acknowledgement, ...]:
    try:
        given = tuple(Acknowledgement(*each) for each in json.loads(_read(path)))
        if all(isinstance(part, str) for each in given for part in each):
            return given
    except (ValueError, TypeError, RecursionError):
        pass
    raise UsageError(
        f"“{path}”要写成 JSON 列表，每一条是 [代码, 文件, 工作表, 单元格, 内容]，五项都带引号。"
    )


def _find(paths: Iterable[Path]) -> list[Path]:
    """Return the files named, and the spreadsheets in the folders named, in name order."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in _EXTENSIONS)
            # Lock files that office programs leave beside an open workbook.
            found += [p for p in inside if not p.name.startswith(("~$", ".~"))]
        elif path.exists():
            found.append(path)
        else:
            raise UsageError(f"没有找到“{path}”。")
    if not found:
        raise UsageError("文件夹里没有可以检查的表格。")
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"读不了“{path}”：没有权限，或文件正被占用。") from error


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(f"写不了“{path}”：文件夹不存在、没有权限，或文件正打开着。") from error


def _templates(options: argparse.Namespace) -> int:
    cycle = catalog.load().cycle(options.cycle)
    try:
        options.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"建不了文件夹“{options.folder}”。") from error
    for name, data in template.all_files(cycle):
        _write(options.folder / name, data)
        print(options.folder / name)
    return 0


def _rules(options: argparse.Namespace) -> int:
    if options.code is None:
        for rule in RULES:
            print(f"{rule.code}  {WORDS[rule.severity]}  {rule.title}")
        return 0
    code = options.code.upper()
    if code not in BY_CODE:
        raise UsageError(f"没有“{options.code}”这条规则，输入“beian rules”看全部规则。")
    rule = BY_CODE[code]
    sources = catalog.load().cycle(catalog.DEFAULT_YEAR)
    print(f"{rule.code} {rule.title}（{WORDS[rule.severity]}）")
    print(rule.explanation)
    print(f"怎么改：{rule.fix}")
    print("依据：" + "；".join(sources.source_text(source) for source in rule.source))
    return 0
