"""The final edition (定稿): the workbook with its check code in every printed footer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from checker import catalog, editing
from checker.catalog import GUIDE_SHEET, CheckerError
from checker.copies import FINAL, begin, named
from checker.editing import Edits, SheetEdits, UneditableError
from checker.engine import told_apart
from checker.fingerprint import fingerprint
from checker.model import FileSummary, Format, Product, Report, Severity
from checker.reading import read
from checker.recognise import recognise
from checker.reports.words import WORDS

LABEL = "核对码"
_NUMERIC_ID = "I04"
_CODES_A_LINE = 2  # more would run into the page number
_ADVICE = (
    "每页页脚的左边印有核对码和定稿日期。从定稿打印，电子版也交定稿，纸上和文件里的核对码就对得上。",
    "定稿以后不要再改。要改就改原来的文件，检查好了重新做一份定稿，纸质的也重新打印。",
)

Codes = Mapping[str, Sequence[str]]  # sheet -> the check codes of its tables, from top to bottom


class NotFinalError(CheckerError):
    """Something must still be mended, or there is nothing to make an edition of."""


class ChangedContentError(CheckerError):
    """The edition made does not say what the file said: a fault of ours, so it is not given out."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"“{name}”的定稿和原文件对不上，没有交给您。原文件没有动，先用原文件打印。"
        )


def finish(files: Iterable[tuple[str, bytes]], report: Report) -> Product:
    """Return the final edition of each file that holds a form; `files` are those of the report.

    Raises NotFinalError while anything is left to fix.
    """
    _refuse_unfinished(report)
    made: list[tuple[str, bytes]] = []
    notes: list[str] = []
    for (name, data), summary in zip(files, report.files, strict=True):
        if not any(sheet.fingerprint for sheet in summary.sheets):
            continue
        try:
            edition, lost = _edition(name, data, summary, report)
        except UneditableError as error:
            notes.append(f"“{name}”没有做定稿。{error}")
        else:
            made.append(edition)
            notes += lost
    if not made:
        raise NotFinalError("".join(notes) or "没有认出填好的表，做不了定稿。")
    return Product(
        files=tuple(told_apart(made)), notes=(*_ADVICE, *_open_questions(report), *notes)
    )


def _refuse_unfinished(report: Report) -> None:
    """Raise where the report has errors, or a number that would not survive the next saving."""
    left = report.count(Severity.ERROR)
    if left:
        raise NotFinalError(f"还有 {left} 处“{WORDS[Severity.ERROR]}”，改好再做定稿。")
    numeric = sum(finding.code == _NUMERIC_ID for finding in report.findings)
    if numeric:
        raise NotFinalError(
            f"有 {numeric} 个身份证号是数字格式，一保存后三位就变成 000，核对码也跟着变。"
            "先做一份更正件，它会改成文本格式，再用更正件做定稿。"
        )


def _open_questions(report: Report) -> Iterator[str]:
    """Yield what may be as it is, but should have been looked at."""
    left = report.count(Severity.WARNING)
    if left:
        yield f"还有 {left} 处“{WORDS[Severity.WARNING]}”没有核对，打印之前逐条看一看。"


def footer_text(codes: Sequence[str], report: Report) -> str:
    """Return what is printed at the left of a sheet's footer."""
    starts = range(0, len(codes), _CODES_A_LINE)
    lines = ["、".join(codes[start : start + _CODES_A_LINE]) for start in starts]
    joint, end = "、\n", "　" if len(codes) == 1 else "\n"
    return f"{LABEL} {joint.join(lines)}{end}定稿 {report.checked_on}"


def _edition(
    name: str, data: bytes, summary: FileSummary, report: Report
) -> tuple[tuple[str, bytes], tuple[str, ...]]:
    """Return name and bytes of the final edition of a file, and what was lost on the way."""
    format = Format(summary.format)
    data, lost = begin(name, data, format)
    codes = _codes_of(data, name)
    made = editing.edit(data, _footers(codes, report))
    told = [sheet.fingerprint for sheet in summary.sheets if sheet.fingerprint]
    if [*chain(*codes.values())] != told or _codes_of(made, name) != codes:
        raise ChangedContentError(name)
    return (named(name, format, FINAL), made), lost


def _footers(codes: Codes, report: Report) -> Edits:
    return Edits(
        sheets={
            sheet: SheetEdits(footer=footer_text(each, report), footer_key=LABEL)
            for sheet, each in codes.items()
        }
    )


def _codes_of(data: bytes, name: str) -> Codes:
    """Return the check codes that anybody who reads the bytes will find."""
    codes: dict[str, list[str]] = {}
    for sheet in read(data, name).sheets:
        for table in recognise(name, sheet, catalog.load()) if sheet.name != GUIDE_SHEET else ():
            if table.records:
                codes.setdefault(sheet.name, []).append(fingerprint(table))
    return codes
