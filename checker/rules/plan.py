"""The training plan (计划表): when, how long, where, for whom."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from checker import calendar
from checker.catalog import DEFAULT_YEAR, PLAN_FORMS
from checker.model import Cell, Context, Hit, Record, Rule, Scope, Severity, Table
from checker.normalise import number_with_unit, visible
from checker.plan_rows import ONLINE, PlanRow, least_hours_a_day, plan_row, plan_rows, usual_hours
from checker.sessions import PlanTime, Problem, Session, read_time, written
from checker.time_tokens import HALVES
from checker.wording import plain, row_list

_FEW_DAYS = 7  # a longer run of days has a weekend in it anyhow


def _time(cell: Cell, context: Context) -> PlanTime:
    """Return what a filled cell of the 时间 column says."""
    return read_time(cell.value, context.cycle.year)


def unspecific_time(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield a time that names no day; that it is blank the schema says."""
    if visible(cell.text) and Problem.NO_DAY in _time(cell, context).problems:
        yield Hit(cell=cell)


P01 = Rule(
    code="P01",
    name="unspecific-time",
    severity=Severity.ERROR,
    scope=Scope.CELL,
    title="时间没有写到日",
    source=("S7",),
    explanation="计划表的时间要具体到年、月、日和上午、下午或晚上，才看得出是哪天培训、课时是否合适。",
    message="第 {row} 行的时间“{value}”没有写到哪一天。",
    variants={"required": "第 {row} 行没有填“时间”。", "minLength": "第 {row} 行没有填“时间”。"},
    fix=f"写到年、月、日和上午、下午或晚上，例如“{DEFAULT_YEAR}年3月5日上午”；几次培训就分成几行写。网上自学写起止日期，例如“{DEFAULT_YEAR}年3月1日至11月30日”。",
    check=unspecific_time,
    kinds=("sessions",),
    forms=PLAN_FORMS,
)


def no_part_of_day(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield a day without a part of the day. A run of days (5日至7日) is one of whole days."""
    if Problem.NO_PART in _time(cell, context).problems:
        yield Hit(cell=cell)


P02 = Rule(
    code="P02",
    name="no-part-of-day",
    severity=Severity.WARNING,
    scope=Scope.CELL,
    title="没有写上午、下午还是晚上",
    source=("S7",),
    explanation="计划表的说明要求时间具体到上、下午或晚上；半天和一天的学时标准也不同。",
    message="第 {row} 行的时间“{value}”没有写是上午、下午还是晚上。",
    fix="在日期后面写上“上午”“下午”或“晚上”；整天写“全天”。",
    check=no_part_of_day,
    kinds=("sessions",),
    forms=PLAN_FORMS,
)


def unusual_writing(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield a time written in another way, with what it was taken for; and one not understood."""
    time = _time(cell, context)
    if Problem.IMPOSSIBLE in time.problems or Problem.REVERSED in time.problems:
        return
    if Problem.UNREAD in time.problems:
        yield Hit(cell=cell, variant="unread")
    elif time.canonical and not time.full:
        yield Hit(cell=cell, suggestion=time.canonical)


P03 = Rule(
    code="P03",
    name="time-writing",
    severity=Severity.INFO,
    scope=Scope.CELL,
    title="时间的写法可以更规范",
    source=("S7",),
    explanation="写法各不相同时，年份或月日容易看错。这里说明电脑把它看成了哪一天，好让人核对。",
    message="第 {row} 行的时间已识别为“{suggestion}”。",
    variants={
        "unread": "第 {row} 行的时间“{value}”没有完全看懂，这一行的日期和学时标准没有核对。"
    },
    fix=f"改成“{DEFAULT_YEAR}年3月5日上午”这样的写法，另外的说明写在备注栏。",
    check=unusual_writing,
    kinds=("sessions",),
    forms=PLAN_FORMS,
)


def impossible_date(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield a day that no calendar has, or a range that ends before it starts."""
    problems = _time(cell, context).problems
    if Problem.IMPOSSIBLE in problems:
        yield Hit(cell=cell)
    elif Problem.REVERSED in problems:
        yield Hit(cell=cell, variant="reversed")


P04 = Rule(
    code="P04",
    name="impossible-date",
    severity=Severity.ERROR,
    scope=Scope.CELL,
    title="日期不存在或先后颠倒",
    source=("S7",),
    explanation="没有这一天，或者结束早于开始，多半是输入时按错了数字。",
    message="第 {row} 行的时间“{value}”里有日历上没有的日期。",
    variants={
        "reversed": "第 {row} 行的时间“{value}”先后颠倒，结束的日子比开始的还早。"
    },
    fix="照培训通知核对日期后改正。",
    check=impossible_date,
    kinds=("sessions",),
    forms=PLAN_FORMS,
)


def another_year(table: Table, context: Context) -> Iterator[Hit]:
    """Yield trainings of another year, unless the whole table is one of that year (H06)."""
    for row in plan_rows(table, context.cycle):
        time, cell = row.time, row.record.cells.get("time")
        wrong = Problem.OTHER_YEAR in time.problems and Problem.IMPOSSIBLE not in time.problems
        if not cell or not wrong or Problem.REVERSED in time.problems or time.year == table.year:
            continue
        stored = isinstance(cell.value, dt.date)
        yield Hit(cell=cell, variant="stored" if stored else "", facts={"found": time.year})


P05 = Rule(
    code="P05",
    name="another-year",
    severity=Severity.ERROR,
    scope=Scope.TABLE,
    title="不是本年度的培训",
    source=("S12", "省内做法（平顶山市通知）：本年度的学时必须在本年度完成，不能补学"),
    explanation="计划表是本年度的计划。往年的培训一般不能补报，明年的培训明年再报。",
    message="第 {row} 行是 {found} 年的培训，本次备案的是 {year} 年度。",
    variants={
        "stored": "第 {row} 行的格子里存的日期是 {found} 年的，本次备案的是 {year} 年度。只输入月和日时，表格软件会自动补上当时的年份。"
    },
    fix="核对年份；确实是别的年度的培训，就从这张表里删去。",
    check=another_year,
    forms=PLAN_FORMS,
)


def hours_with_unit(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield hours written with their unit, such as 3学时; what else is wrong the schema says."""
    value = number_with_unit(cell.text)
    if value:
        yield Hit(cell=cell, variant="unit", severity=Severity.WARNING, suggestion=plain(value))


P06 = Rule(
    code="P06",
    name="missing-hours",
    severity=Severity.ERROR,
    scope=Scope.CELL,
    title="课时没有填好",
    source=("S10",),
    explanation="所有培训项目必须有学时标准，没有课时就没法计学时。",
    message="第 {row} 行的课时要填数字，现在是“{value}”。",
    variants={
        "required": "第 {row} 行没有填“课时”，每个培训项目都要有学时。",
        "exclusiveMinimum": "第 {row} 行的课时是 {value}，应当大于0。",
        "unit": "第 {row} 行的课时写的是“{value}”，只写数字 {suggestion} 就可以。",
    },
    fix="填上这次培训的学时，只写数字。",
    check=hours_with_unit,
    kinds=("hours",),
    forms=PLAN_FORMS,
)


def _hours_above(record: Record, context: Context) -> tuple[PlanRow, float, float] | None:
    """Return a row, its hours and its usual most hours where it has more and does not say why."""
    row = plan_row(record, context.cycle)
    usual = usual_hours(row, context.cycle)
    explained = re.search("学时|课时|超", row.text("note"))
    if row.hours is None or usual is None or row.hours <= usual or explained:
        return None
    return row, row.hours, usual


def half_day_hours(record: Record, context: Context) -> Iterator[Hit]:
    """Yield hours above those of a half day; several half days may have as many times more."""
    found = _hours_above(record, context)
    if found is None:
        return
    row, hours, usual = found
    single, of_days = len(row.halves) == 1, len(row.time.dates) * context.cycle.hours_per_day
    if usual < of_days and (single or hours <= of_days):
        yield Hit(
            cell=record.cells["hours"],
            variant="" if single else "several",
            facts={
                "part": row.halves[0].part,
                "count": len(row.halves),
                "hours": hours,
                "half": context.cycle.hours_per_half_day,
                "most": usual,
            },
        )


P07 = Rule(
    code="P07",
    name="half-day-hours",
    severity=Severity.WARNING,
    scope=Scope.RECORD,
    title="半天的学时超过标准",
    source=("S10",),
    explanation="通知给半天的学时定了上限，“原则上”不超过；晚上的上限没有写，这里也按半天算。",
    message="第 {row} 行{part}的培训填了 {hours} 学时，原则上半天不超过 {half} 学时。",
    variants={
        "several": "第 {row} 行 {count} 个半天共 {hours} 学时，原则上半天不超过 {half} 学时，最多 {most} 学时。"
    },
    fix="核对课时和时间；确实需要超过的，在备注栏写明理由。",
    check=half_day_hours,
    forms=PLAN_FORMS,
)


def day_hours(record: Record, context: Context) -> Iterator[Hit]:
    """Yield hours above those of the row's days; a single half day is another rule's (P07)."""
    found = _hours_above(record, context)
    if found is None:
        return
    row, hours, _ = found
    days, cap = len(row.time.dates), context.cycle.hours_per_day
    single = len(row.time.sessions) == 1 and row.time.sessions[0].part in HALVES
    if not single and hours > days * cap:
        facts = {"hours": hours, "days": days, "day": cap, "most": days * cap}
        yield Hit(cell=record.cells["hours"], facts=facts, variant="" if days > 1 else "one")


P08 = Rule(
    code="P08",
    name="day-hours",
    severity=Severity.WARNING,
    scope=Scope.RECORD,
    title="一天的学时超过标准",
    source=("S10",),
    explanation="通知给一天的学时定了上限，“原则上”不超过。写成“5日至7日”的按天数算。",
    message="第 {row} 行 {days} 天共 {hours} 学时，原则上一天不超过 {day} 学时，最多 {most} 学时。",
    variants={"one": "第 {row} 行一天填了 {hours} 学时，原则上一天不超过 {day} 学时。"},
    fix="核对课时和时间；确实需要超过的，在备注栏写明理由。",
    check=day_hours,
    forms=PLAN_FORMS,
)


def hours_of_a_date(table: Table, context: Context) -> Iterator[Hit]:
    """Yield the row with which the hours of one date, over all rows, pass those of a day.

    Rows for different people are added up apart; a row that names nobody may be for anyone.
    """
    by_date: dict[dt.date, list[tuple[PlanRow, float]]] = defaultdict(list)
    for row in plan_rows(table, context.cycle):
        least = least_hours_a_day(row, context.cycle)
        for date in row.time.dates if least else ():
            by_date[date].append((row, least))
    told: set[int] = set()
    for date, rows in sorted(by_date.items()):
        names = dict.fromkeys(row.text("audience") for row, _ in rows)
        for audience in [name for name in names if name] or [""]:
            mine = [(row, h) for row, h in rows if row.text("audience") in ("", audience)]
            hit = _too_many_hours(date, mine, context.cycle.hours_per_day)
            if hit and hit.cell.row not in told:
                told.add(hit.cell.row)
                yield hit


def _too_many_hours(
    date: dt.date, rows: Sequence[tuple[PlanRow, float]], cap: float
) -> Hit | None:
    """Return the hit of the last row of a date where several rows make too much of it together."""
    total = sum(hours for _, hours in rows)
    if len(rows) < 2 or total <= cap:
        return None
    cells = [row.record.cells["hours"] for row, _ in rows]
    facts = {
        "date": written(date), "total": total, "day": cap, "rows": row_list(c.row for c in cells),
    }  # fmt: skip
    return Hit(cell=cells[-1], facts=facts, related=tuple(cells[:-1]))


P09 = Rule(
    code="P09",
    name="hours-of-a-date",
    severity=Severity.WARNING,
    scope=Scope.TABLE,
    title="同一天各行的学时加起来超过标准",
    source=("S10",),
    explanation="通知给一天的学时定了上限，同一批人一天的培训分成几行写，也要合起来算。",
    message="第 {row} 行：{date}的培训（第 {rows} 行）合计 {total} 学时，原则上一天不超过 {day} 学时。",
    fix="核对日期和课时；如果是不同的人分班参加，在“参训对象”里分别写清。",
    check=hours_of_a_date,
    forms=PLAN_FORMS,
)

# What stands in 授课人 or 地点 without being one person or one room.
_NOBODY = re.compile(
    "待定|专家|平台|网|学院|学校|大学|中心|公司|机构|集团|协会|单位|外聘|内训|部门|科室|领导|相关|有关|同上|各|等"
)
_NOWHERE = re.compile("待定|同上|各|自行|自选|自学|另行|线上|线下|现场")


def same_time(table: Table, context: Context) -> Iterator[Hit]:
    """Yield rows that have the lecturer, or the room with the same people, of another at a time."""
    rows = list(plan_rows(table, context.cycle))
    told: set[int] = set()
    for name in ("instructor", "place"):
        for group in _meetings(rows, name):
            if not _overlap(group, context):
                continue
            for row in group[1:]:
                if row.record.row not in told:
                    told.add(row.record.row)
                    yield _same_time_hit(row, group, name)


def _meetings(rows: Sequence[PlanRow], name: str) -> Iterator[list[PlanRow]]:
    """Yield the rows of one half day that share a lecturer, or a place and those taking part."""
    groups: dict[tuple[Session, str], list[PlanRow]] = defaultdict(list)
    for row in rows:
        if row.online:
            continue
        for half in row.halves:
            for value in _persons(row) if name == "instructor" else _rooms(row):
                groups[half, value].append(row)
    return (group for group in groups.values() if len(group) > 1)


def _persons(row: PlanRow) -> list[str]:
    names = re.split(r"[、,;/]", row.text("instructor"))
    return [name for name in dict.fromkeys(names) if name and not _NOBODY.search(name)]


def _rooms(row: PlanRow) -> list[str]:
    place = row.text("place")
    return [f"{place} {row.text('audience')}"] if place and not _NOWHERE.search(place) else []


def _overlap(group: Sequence[PlanRow], context: Context) -> bool:
    """Tell whether the rows of a half day are more than parts of it, one after the other."""
    topics = [row.text("topic") for row in group]
    if len(set(topics)) < len(topics):
        return True
    hours = sum((row.hours or 0) / len(row.halves) for row in group)
    return hours > context.cycle.hours_per_half_day


def _same_time_hit(row: PlanRow, group: Sequence[PlanRow], name: str) -> Hit:
    others = [other.record.cells[name] for other in group if other is not row]
    facts = {"others": row_list(cell.row for cell in others)}
    return Hit(cell=row.record.cells[name], facts=facts, related=tuple(others))


P10 = Rule(
    code="P10",
    name="same-time",
    severity=Severity.WARNING,
    scope=Scope.TABLE,
    title="同一时间的授课人或地点重复",
    source=("S12",),
    explanation="同一个人不能同时上两堂课，同一批人也不会同时在一个地方上两堂课，多半是复制后忘了改。",
    message="第 {row} 行与第 {others} 行时间相同，“{label}”也相同（{value}）。",
    fix="核对是否重复填写，或者时间忘了改；半天里先后讲两个专题的，课时合计不超过半天的标准就可以。",
    check=same_time,
    forms=PLAN_FORMS,
)


def rest_days(table: Table, context: Context) -> Iterator[Hit]:
    """Yield trainings on days off; once for a table where the calendar of the year is unknown."""
    rows = [
        (row, dates) for row in plan_rows(table, context.cycle)
        if (dates := row.time.dates) and not row.online and Problem.OTHER_YEAR not in row.time.problems
        and not (row.time.ranged and len(dates) > _FEW_DAYS)
    ]  # fmt: skip
    if any(calendar.day(date) is None for _, dates in rows for date in dates):
        yield Hit(cell=table.headings["time"], variant="unknown")
        return
    for row, dates in rows:
        resting = [date for date in dates if (kind := calendar.day(date)) and not kind.works]
        if resting:
            facts = {"days": "、".join(_rest_day(date) for date in resting)}
            yield Hit(cell=row.record.cells["time"], facts=facts)


def _rest_day(date: dt.date) -> str:
    kind = calendar.day(date)
    holiday = f"，{kind}" if kind is calendar.Day.HOLIDAY else ""
    return f"{date.month}月{date.day}日（{calendar.weekday(date)}{holiday}）"


P11 = Rule(
    code="P11",
    name="rest-day",
    severity=Severity.INFO,
    scope=Scope.TABLE,
    title="培训排在休息日",
    source=("国务院办公厅关于部分节假日安排的通知",),
    explanation="休息日培训并不违规，只是提醒核对日期有没有写错。调休上班的周末不算休息日。",
    message="第 {row} 行的日期{days}是休息日。",
    variants={"unknown": "还没有 {year} 年的放假安排，没有核对培训时间是不是休息日。"},
    fix="核对日期；没有写错就不用改。",
    check=rest_days,
    forms=PLAN_FORMS,
)

_ADDRESS = re.compile(
    r"https?:|www[.]|[a-z0-9-]+[.](?:com|cn|net|org)|(?:腾讯|视频|云)会议|钉钉|飞书|微信|公众号|小程序|学习强国|学习通|中国大学慕课|二维码",
    re.IGNORECASE,
)
# Who offers a training is named, if only by a name: 好医生, 雨课堂, 示例大学远程教育中心.
_PLATFORM = re.compile(
    "平台|网|直播|学院|大学|学校|党校|中心|公司|课堂|学堂|好医生|华医|智慧树|app", re.IGNORECASE
)


def no_address(record: Record, context: Context) -> Iterator[Hit]:
    """Yield an online training whose address or platform is not named."""
    row = plan_row(record, context.cycle)
    told = _PLATFORM.search(row.text("note")) or any(
        _ADDRESS.search(row.text(name)) for name in ("note", "mode", "place", "topic")
    )
    if ONLINE.search(row.text("mode")) and not told:
        yield from _at_note(record)


def _at_note(record: Record) -> Iterator[Hit]:
    """Yield a hit at the note, or at the mode where the table has no notes."""
    cell = record.cells.get("note") or record.cells["mode"]
    if cell.readable:
        yield Hit(cell=cell)


P12 = Rule(
    code="P12",
    name="no-web-address",
    severity=Severity.WARNING,
    scope=Scope.RECORD,
    title="网络培训没有写网址",
    source=("S8",),
    explanation="计划表的说明要求，网络培训的网址写在备注栏。",
    message="第 {row} 行是网络培训，备注栏还没有写网址或平台名称。",
    fix="在备注栏写上网址或学习平台的名称。",
    check=no_address,
    forms=PLAN_FORMS,
)

_COMMISSIONED_MODE = re.compile("委托|委培|外委|送培|外派|外请(?!专家|老师|教师|讲师|教授|人员)")
_COMMISSIONED_TOPIC = re.compile("委托培训|委培|外委培训|送培|外请机构")


def no_institution(record: Record, context: Context) -> Iterator[Hit]:
    """Yield a training by somebody else's institution with an empty note."""
    row = plan_row(record, context.cycle)
    by_others = _COMMISSIONED_MODE.search(row.text("mode")) or _COMMISSIONED_TOPIC.search(
        row.text("topic")
    )
    if by_others and not row.text("note"):
        yield from _at_note(record)


P13 = Rule(
    code="P13",
    name="no-institution",
    severity=Severity.WARNING,
    scope=Scope.RECORD,
    title="委托培训没有写机构",
    source=("S8",),
    explanation="计划表的说明要求，委托培训的机构信息写在备注栏。",
    message="第 {row} 行是委托培训，备注栏还没有写机构信息。",
    fix="在备注栏写上受委托的培训机构名称。",
    check=no_institution,
    forms=PLAN_FORMS,
)


def incomplete_row(record: Record, context: Context) -> Iterator[Hit]:
    """Yield blanks that may be right, and a headcount written with its unit."""
    for name in ("place", "audience", "instructor"):
        cell = record.cells.get(name)
        if cell and cell.readable and not visible(cell.text):
            yield Hit(cell=cell, variant="blank", severity=Severity.WARNING)
    cell = record.cells.get("headcount")
    people = number_with_unit(cell.text) if cell else None
    if cell and people and isinstance(people, int):
        yield Hit(cell=cell, variant="unit", severity=Severity.WARNING, suggestion=plain(people))


P14 = Rule(
    code="P14",
    name="incomplete-plan-row",
    severity=Severity.ERROR,
    scope=Scope.RECORD,
    title="计划表的栏目没有填好",
    source=("S12",),
    explanation="内容、形式和人数说明这是什么培训，不能空着；地点、参训对象、授课人一般也要写上。",
    message="第 {row} 行没有填“{label}”。",
    variants={
        "type": "第 {row} 行的“{label}”要填整数，现在是“{value}”。",
        "minimum": "第 {row} 行的“{label}”是 {value}，至少应当是1。",
        "blank": "第 {row} 行的“{label}”还空着。",
        "unit": "第 {row} 行的“{label}”写的是“{value}”，只写数字 {suggestion} 就可以。",
    },
    fix="照实填上这一栏；人数只写整数。",
    check=incomplete_row,
    forms=PLAN_FORMS,
)

# What the province sets for everybody, as distinct from the laws and theory of a trade.
_GENERAL_TOPIC = re.compile(
    "公需|职业道德|思想政治|政治理论|习近平|二十大|二十届|党史|党章|党纪"
    "|^(?:(?:专业技术人员)?(?:相关)?(?:法律法规|理论政策|政策理论))(?:知识|学习|培训|教育|常识|宣讲|讲座)*$"
)


def general_subject(table: Table, context: Context) -> Iterator[Hit]:
    """Yield a plan of the general subject, and topics of it in a plan of the professional one."""
    if len(table.subjects) != 1:
        return  # H09: nobody knows which plan it is
    if table.form.name == "plan_general":
        yield Hit(cell=table.place())
        return
    for row in plan_rows(table, context.cycle):
        if _GENERAL_TOPIC.search(row.text("topic")):
            yield Hit(cell=row.record.cells["topic"], variant="topic")


P15 = Rule(
    code="P15",
    name="general-subject",
    severity=Severity.INFO,
    scope=Scope.TABLE,
    title="公需科目由省里统一确定",
    source=(
        "《河南省专业技术人员继续教育证书管理办法》（豫人社〔2017〕121号）第四条",
        "人力资源社会保障部令第25号第七条",
    ),
    explanation="公需科目由省人社厅会同行业主管部门确定，每年发布指南；法律法规、理论政策、职业道德一类的内容属于公需科目。",
    message="这是公需科目的计划。公需科目由省里统一确定，单位自行组织的能不能计为公需科目学时，要先问清。",
    variants={"topic": "第 {row} 行的内容“{value}”像是公需科目，不像专业科目。"},
    fix="打电话向人社部门问清后再报；归错类的，移到另一张计划表。",
    check=general_subject,
    forms=PLAN_FORMS,
)

RULES = (P01, P02, P03, P04, P05, P06, P07, P08, P09, P10, P11, P12, P13, P14, P15)
