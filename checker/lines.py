"""What stands above a table: the title, the 单位 line and the 时间 line (样表 S11–S14)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from checker.model import Cell, as_text
from checker.normalise import find_date, squeeze, visible, western_digits

# The seal hints and the placeholder of the sample, which are not part of a unit's name.
_SEAL_WORDS = "(?:加?盖(?:单位)?(?:公章|印章|章)处?|单位公章|单位印章|公章|签章|印章|章)"
_SEAL = re.compile(rf"[（(【\[]{_SEAL_WORDS}[）)】\]]|^加?盖公?章|(?:加?盖公?章处?|公章|签章)$")
_PLACEHOLDER = re.compile(
    r"[（(【\[](?:填)?(?:单位|单位名称|单位全称|xx单位|XX单位)[）)】\]]|单位全称"
)
_STAND_IN = re.compile(r"(?<![A-Za-z])[xX]{2,}(?![A-Za-z])|[×Ｘ*＊]{2,}|某某")
_SAMPLE = re.compile(r"[（(【\[]?样表[）)】\]]?")
_RULED = re.compile(r"[_＿…‥.．·\-—－\s]{2,}|^[_＿]+$")
_UNIT_LABEL = re.compile(
    r"^(?:填报|填表|培训|申报|备案|报送|所在|组织)?单位(?:名称|全称)?"
    rf"(?:[（(]?{_SEAL_WORDS}[）)]?)?(?:[:：]|$)"
)
_DATE_LABEL = re.compile(
    r"(?<!培训)(?<!学习)(?:时间|日期)[:：]|^(?:填表|填报|制表|上报|报送|备案)?(?:时间|日期)$"
)
_FULL_DATE = re.compile(r"[0-9]{4}年.{0,4}月.{0,4}日")
# What may follow the unit in one line.
_NEXT_LABEL = re.compile(
    r"(?:联系|负责|经办|填表|填报|制表|审核|电话|手机|人数|共计|时间|日期|地点|科目)[^:：]{0,8}[:：]"
)
_YEAR = re.compile(r"([12][0-9]{3})\s*(?:年度|年|学年)")
_NOT_THE_UNIT = re.compile(r"(?:[0-9０-９-]{2,9}|[一二三四五六七八九〇○零]{4})(?:年度?|学年)|年度")
_ATTACHMENT = re.compile(r"附(?:件|表)?[0-9一二三四五六]{0,2}(?:[:：]|$)")
_TITLE_WORDS = ("继续教育", "专业技术人员", "备案表", "计划表", "名单", "花名册", "成绩单", "样表")
_SUBJECTS = ("公需科目", "专业科目")
_SHORTEST_UNIT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The facts above a table, each with the cell where it stands or belongs."""

    title: Cell | None
    title_text: str
    year: int | None
    unit: str
    unit_cell: Cell | None
    date_cell: Cell | None
    date_text: str
    subjects: tuple[str, ...]


def is_line(cells: Sequence[Cell]) -> bool:
    """Tell whether a row is a title, a 单位 line or a 时间 line."""
    return bool(cells) and (
        any(word in squeeze(cell.text) for cell in cells for word in _TITLE_WORDS)
        or _unit_in(cells) is not None
        or _date_in(cells) is not None
    )


def read_lines(rows: Iterable[Sequence[Cell]], below: Iterable[Sequence[Cell]] = ()) -> Lines:
    """Read title, unit and date from the filled cells above a table.

    `below` holds the filled cells under it, where some people put the 单位 and 时间 lines.
    """
    title: Cell | None = None
    title_cells: list[Cell] = []
    others: list[Cell] = []  # a unit's name alone: before a title part it belongs to the title
    unit: tuple[str, Cell] | None = None
    date: tuple[str, Cell] | None = None
    for cells in rows:
        found_unit, found_date = _unit_in(cells), _date_in(cells)
        unit, date = unit or found_unit, date or found_date
        part = () if found_unit or found_date else _title_part(cells)
        if part:
            title = title or part[0]
            title_cells += [*others, *part]
            others = []
        elif not found_unit and _is_unlabelled(cells):
            others.append(cells[0])
            date = date or _full_date(cells[1:])
    for cells in below:
        unit, date = unit or _unit_in(cells), date or _date_in(cells)
    title_text = _ATTACHMENT.sub("", "".join(squeeze(cell.text) for cell in title_cells), count=1)
    in_title = unit_of_title(title_text)
    if others and not (unit and unit[0]):
        unit = clean_unit(others[0].text), others[0]
    return Lines(
        title=title,
        title_text=title_text,
        year=year_of(title_text),
        unit=in_title or (unit[0] if unit else ""),
        unit_cell=unit[1] if unit and not in_title else title,
        date_cell=date[1] if date else None,
        date_text=date[0] if date else "",
        subjects=_subjects(title_text),
    )


def _title_part(cells: Sequence[Cell]) -> Sequence[Cell]:
    """Return a row's share of the title: all of it, from the first cell that reads like one."""
    for index, cell in enumerate(cells):
        text = squeeze(cell.text)
        titled = any(word in text for word in (*_TITLE_WORDS, *_SUBJECTS))
        if titled or (year_of(text) and not _FULL_DATE.search(text)):
            return cells[index:]
    return ()


def _subjects(title: str) -> tuple[str, ...]:
    """Return the subjects a title names; the sample's 「公需科目/专业科目」 names both."""
    return tuple(name for name in _SUBJECTS if name in title or f"{name[:2]}课" in title)


def year_of(title: str) -> int | None:
    """Return the year a title names.

    >>> year_of("二〇二四年度（单位）"), year_of("2024 年度"), year_of("名单")
    (2024, 2024, None)
    """
    match = _YEAR.search(western_digits(title))
    return int(match[1]) if match else None


def unit_of_title(title: str) -> str:
    """Return the unit a title names, empty where its place is still blank.

    >>> unit_of_title("2024年度洛阳市第一中学专业技术人员继续教育参训人员名单")
    '洛阳市第一中学'
    >>> unit_of_title("2024年度（单位）专业技术人员继续教育计划表（专业科目）")
    ''
    """
    for stop in ("专业技术人员", "继续教育"):
        before, found, _ = title.rpartition(stop)  # a unit's name may have the words too
        if found:
            return clean_unit(_NOT_THE_UNIT.sub("", before))
    return ""


def clean_unit(text: str) -> str:
    """Return a unit's name without seal hints, placeholders and ruled blanks."""
    text = _SEAL.sub("", visible(text).strip("：:，,；; "))
    text = _SAMPLE.sub("", _PLACEHOLDER.sub("", text))
    text = squeeze(_RULED.sub("", text)).strip("：:，,；;")
    if _STAND_IN.search(text):
        return ""
    outer = re.fullmatch(r"[（(【\[]([^（）()【】\[\]]*)[）)】\]]", text)
    return outer[1] if outer else text


def _unit_in(cells: Sequence[Cell]) -> tuple[str, Cell] | None:
    """Return the unit a line names (maybe empty) and the cell to write it in."""
    for index, cell in enumerate(cells):
        text = squeeze(cell.text)
        label = _UNIT_LABEL.match(text)
        if not label:
            continue
        name = clean_unit(_NEXT_LABEL.split(text[label.end() :])[0])
        for after in cells[index + 1 :] if not name else ():
            text = squeeze(after.text)
            if _DATE_LABEL.match(text) or _NEXT_LABEL.match(text) or find_date(text):
                break
            name += clean_unit(after.text)
        return name, cell
    return None


def _is_unlabelled(cells: Sequence[Cell]) -> bool:
    """Tell whether a line may be just the unit's name, or that and the date."""
    name = squeeze(cells[0].text) if cells else ""
    return (
        len(name) >= _SHORTEST_UNIT
        and name[0].isalpha()
        and not any(colon in name for colon in ":：")
        and not _ATTACHMENT.match(name)
        and (len(cells) == 1 or bool(_date_in(cells[1:]) or _full_date(cells[1:])))
    )


def _date_in(cells: Sequence[Cell]) -> tuple[str, Cell] | None:
    """Return what a line gives as its date (maybe empty) and the cell to write it in."""
    for index, cell in enumerate(cells):
        label = _DATE_LABEL.search(squeeze(cell.text))
        if label:
            rest = squeeze(cell.text)[label.end() :]
            return rest + "".join(_day(after) for after in cells[index + 1 :]), cell
    return _full_date(cells) if _unit_in(cells) else None


def _full_date(cells: Sequence[Cell]) -> tuple[str, Cell] | None:
    """Return a date that stands in a line without any label."""
    for cell in cells:
        if isinstance(cell.value, dt.date) or _FULL_DATE.search(squeeze(cell.text)):
            return _day(cell), cell
    return None


def _day(cell: Cell) -> str:
    """Return a cell's text, that of a date without the time of day."""
    value = cell.value
    return as_text(value.date()) if isinstance(value, dt.datetime) else squeeze(cell.text)
