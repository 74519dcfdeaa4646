"""What keeps a filing set from being made, said in one sentence: what to do first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from checker.catalog import CheckerError
from checker.engine import Examination
from checker.model import Severity, Table


class NoRosterError(CheckerError):
    """There is no roster with people, and without people there is nothing to make."""

    def __init__(self) -> None:
        super().__init__("要先有填好的参训人员名单才能成套：把名单和计划表一起选进来。")


class SeveralUnitsError(CheckerError):
    """There are the rosters of several units."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(f"选进来的有 {count} 个单位的名单：一次只留一个单位的文件，再成套。")


class UnfinishedError(CheckerError):
    """A form to build on has errors left; `counts` tells how many, by the form's title."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.counts = counts
        where = "，".join(f"{title}还有 {count} 处“必须改”" for title, count in counts.items())
        super().__init__(f"{where}，改好再成套。")


class UnsolvedError(CheckerError):
    """A form to build on has formulas without their results, so that the cells say nothing."""

    def __init__(self, title: str, count: int) -> None:
        self.title, self.count = title, count
        super().__init__(f"{title}有 {count} 格公式没有保存结果，换成数值再成套。")


def count_errors(examination: Examination, tables: Iterable[Table]) -> dict[str, int]:
    """Return how many errors are left in the tables, by their title."""
    wanted = {_place(table): table.form.title for table in tables}
    tops: dict[tuple[str, str], list[int]] = {}
    for source in examination.drop.sources:
        for table in source.tables:
            tops.setdefault((table.file, table.sheet.name), []).append(_top(table))
    counts: Counter[str] = Counter()
    for finding in examination.report.findings:
        place = finding.place
        if finding.severity is not Severity.ERROR or finding.acknowledged or not place.row:
            continue
        # One sheet may hold several tables: a row belongs to the last that begins above it.
        above = [top for top in tops.get((place.file, place.sheet), ()) if top <= place.row]
        title = wanted.get((place.file, place.sheet, max(above, default=0)))
        if title:
            counts[title] += 1
    return dict(counts)


def _place(table: Table) -> tuple[str, str, int]:
    return table.file, table.sheet.name, _top(table)


def _top(table: Table) -> int:
    """Return the first row of a table: that of its title, where it has one."""
    return min(table.header_rows[0], table.title.row if table.title else table.header_rows[0])
