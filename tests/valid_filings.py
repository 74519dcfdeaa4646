"""Whole valid filings of one unit, drawn by hypothesis: varied the way real ones are.

Nothing in them is wrong by the notice, so the checker has no error and no warning to give. The
writing is independent of the checker: what a filing holds is decided first, and then typed in one
of the ways people type it.

The people are invented. Their numbers carry order codes 996 to 999, which were kept for people of
a hundred years and more, and dates of birth that are not so long ago.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from checker import catalog
from checker.identifiers import permanent_resident, resident_id
from tests.valid_forms import SUBJECTS, Filing, Form, Record, total_hours
from tests.valid_words import MAJORS, NOTES, SURNAMES, TOPICS, UNITS

TODAY = dt.date(2024, 12, 12)
YEAR = 2024


_HOURS = {"plan_general": "general_hours", "plan_professional": "professional_hours"}


# --- people ---

_HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5, exclude_characters="某")
_RARE = st.sampled_from("䶮㼆𬱖𠅤𫖯𬭬𬍛𱁬㛃䴉𬀩鿍鿎")
_COMMON = st.sampled_from("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志文慧宇晨曦")
_SURNAME = st.sampled_from(SURNAMES)
_SYLLABLES = st.text(st.sampled_from("阿依古丽买提艾合麦尔努尔江木拉吾斯曼热孜万帕提格桑多吉次仁卓玛德勒巴特其木额尔敦沙马阿米子黑"), min_size=2, max_size=7)


def _characters(least: int, most: int) -> st.SearchStrategy[str]:
    """Return texts by the character: st.text also draws words of our own code, such as 学时合计."""
    return st.lists(_HAN, min_size=least, max_size=most).map("".join)


NAMES = st.one_of(
    st.builds("".join, st.tuples(_SURNAME, _COMMON)),
    st.builds("".join, st.tuples(_SURNAME, _COMMON, _COMMON)),
    st.builds("".join, st.tuples(_SURNAME, _COMMON, _HAN)),
    st.builds("".join, st.tuples(_SURNAME, _HAN, _RARE)),
    st.builds("{}·{}".format, _SYLLABLES, _SYLLABLES),
    st.builds("{}·{}·{}".format, _SYLLABLES, _SYLLABLES, _SYLLABLES),
    st.builds("{}·{}".format, _characters(11, 11), _characters(13, 13)),
    _characters(4, 8),  # of peoples whose names have no ·
)
_REGIONS = (*sorted(catalog.region_codes()), "410301", "410320", "321119", "320819")
_OLD_LUOYANG = ("410306", "410381", "410321", "410322", "412723", "412301", "510202")
_BORN = st.dates(dt.date(1964, 12, 1), dt.date(2008, 12, 31))


@st.composite
def _number(draw: st.DrawFn, gender: str) -> str:
    kind = draw(st.sampled_from(["resident"] * 12 + ["old region"] * 3 + ["permit", "card", "old card"]))
    born = draw(_BORN)
    order = draw(st.sampled_from((997, 999) if gender == "男" else (996, 998)))
    if kind == "old card":
        body = f"{draw(st.sampled_from(('USA', 'GBR', 'XXX')))}4103{born:%y%m%d}{order % 10}"
        return body + permanent_resident.check_digit(body)
    if kind == "card":
        region = "941" + draw(st.sampled_from(("840", "826", "392")))
    elif kind == "permit":
        region = draw(st.sampled_from(("810000", "820000", "830000")))
    else:
        region = draw(st.sampled_from(_OLD_LUOYANG if kind == "old region" else _REGIONS))
    body = f"{region}{born:%Y%m%d}{order}"
    return body + resident_id.check_character(body)


@st.composite
def people(draw: st.DrawFn, most: int = 40) -> list[Record]:
    """Draw people: names, numbers and majors of every kind; no two have one number."""
    drawn: dict[str, Record] = {}
    major = st.sampled_from(MAJORS)
    same = draw(st.none() | major)  # in a design institute or a hospital many have one
    for _ in range(draw(st.integers(1, most))):
        gender = draw(st.sampled_from("男女"))
        number = draw(_number(gender))
        drawn[number] = {
            "name": draw(NAMES),
            "gender": gender,
            "major": same or draw(major),
            "id_number": number,
        }
    return list(drawn.values())


# --- plans ---

_DAYS = (
    "{y}年{m}月{d}日", "{y}年{m:02}月{d:02}日", "{y}.{m}.{d}", "{y}-{m:02}-{d:02}", "{y}/{m}/{d}", "{m}月{d}日", "{m}月{d}号",
    "{y}{m:02}{d:02}", "{y}年{m}月{d}日（{w}）", " {y} 年 {m} 月 {d} 日",
)  # fmt: skip
_HALF = {
    "上午": ("上午", "（上午）", "上午8:30-11:30", "9:00-12:00", " 上午 8：30—11：30", "早上"),
    "下午": ("下午", "（下午）", "下午14:30-17:30", "14:30—17:30", "下午2:30-5:30", "14时30分至17时30分"),
    "晚上": ("晚上", "晚", "晚上19:00-21:00", "（晚上）", "19:00-21:30"),
}  # fmt: skip
_ALL_DAY = ("全天", "上午、下午", "上、下午", "上下午", "（全天）", "8:30-17:30", "上午至下午", "一天", "整天")
_JOINTS = ("至", "-", "—", "~", "－", "——", "到")


@dataclass(frozen=True)
class _When:
    """A time as it is typed, and the most hours that are usual for it."""

    text: Any
    most: float
    last: dt.date


def _day(date: dt.date, style: str) -> str:
    weekday = "星期" + "一二三四五六日"[date.weekday()]
    return style.format(y=date.year, m=date.month, d=date.day, w=weekday).strip()


@st.composite
def _when(draw: st.DrawFn, date: dt.date) -> _When:
    """Draw the time of one row that begins on a date."""
    style = draw(st.sampled_from(_DAYS))
    half = draw(st.sampled_from(tuple(_HALF)))
    word = draw(st.sampled_from(_HALF[half]))
    all_day = draw(st.sampled_from(_ALL_DAY))
    joint = draw(st.sampled_from(_JOINTS))
    days = draw(st.integers(2, 5))
    dates = [date + dt.timedelta(days=7 * n) for n in range(days)]
    end = date + dt.timedelta(days=days - 1)
    plain = style if "（" not in style else _DAYS[0]
    separator = draw(st.sampled_from(("、", "，", "\n", "；")))
    if plain[-1] == "}" and word[0].isdigit():
        word = " " + word
    if plain[-1] == "}" and all_day[0].isdigit():
        all_day = " " + all_day
    ways: list[Callable[[], _When]] = [
        lambda: _When(_day(date, style) + word, 3, date),
        lambda: _When(_day(date, style) + all_day, 6, date),
        lambda: _When(f"{_day(date, style)}全天、晚上", 6, date),
        lambda: _When(dt.datetime.combine(date, dt.time(14, 30)), 3, date),
        lambda: _When(separator.join(_day(d, style) + word for d in dates), 3 * days, dates[-1]),
        lambda: _When(separator.join(_day(d, style) + all_day for d in dates), 6 * days, dates[-1]),
        lambda: _When("、".join(_day(d, _DAYS[0]) for d in dates) + half, 3 * days, dates[-1]),
        lambda: _When(f"{_day(date, plain)}{joint}{_day(end, plain)}", 6 * days, end),
        lambda: _When(f"{_day(date, plain)}{joint}{_day(end, plain)}（共{days}天）", 6 * days, end),
        lambda: _When(f"{_day(date, plain)}{joint}{_day(end, plain)}每天{half}", 3 * days, end),
        lambda: _When(f"{_day(date, plain)}下午{joint}{_day(end, plain)}上午", 6 * days - 6, end),
        lambda: _When(_long(date, joint), 60, date + dt.timedelta(days=30)),
        lambda: _When(_short_list(dates, half), 3 * days, dates[-1]),
    ]
    return draw(st.sampled_from(ways))()


def _long(date: dt.date, joint: str) -> str:
    """Return the month of a self-study on the network."""
    return f"{_day(date, _DAYS[0])}{joint}{_day(date + dt.timedelta(days=30), _DAYS[0])}"


def _short_list(dates: Sequence[dt.date], half: str) -> str:
    """Return dates with the month where it changes: 3月5日、12日、4月2日下午."""
    text, month = f"{YEAR}年", 0
    for date in dates:
        text += ("、" if month else "") + (f"{date.month}月" if date.month != month else "") + f"{date.day}日"
        month = date.month
    return text + half


_FACE = ("面授", "集中面授", "专题讲座", "现场教学", "线下培训", "研讨", "实践活动", "内部培训", "学术会议")
_ONLINE = ("网络培训", "线上学习", "线上直播", "在线学习", "远程教育", "网络自学")
_SITES = ("网址：https://www.example.com", "www.example.cn", "河南省专业技术人员继续教育平台", "腾讯会议", "好医生网站", "华医网", "钉钉直播", "学习强国", "中小学智慧教育平台")
_SENT = ("委托培训", "外派学习", "送培", "委托机构面授")
_INSTITUTIONS = ("委托机构：示例职业培训学校", "由洛阳市示例学院承办", "示例大学继续教育学院，电话0379-60000000")
_PLACES = ("单位三楼会议室", "多功能厅", "报告厅", "1号楼201教室", "门诊楼五楼", "实训基地")
_TEACHERS = ("王五", "赵六教授", "孙二、周七", "市一院专家", "待定", "李四（省中医院）", "示例大学 吴八", "内训师")
_ALL = ("全体专业技术人员", "全体", "全体参训人员", "本单位专业技术人员")
_GROUPS = (("一班", "二班"), ("高中教师", "初中教师"), ("医疗组", "护理组"), ("机械系列", "电气系列"), ("第一批", "第二批"))


@st.composite
def _teaching(draw: st.DrawFn, count: int) -> Record:
    """Draw what a row says beside its time, hours and audience."""
    kind = draw(st.sampled_from(("face", "face", "face", "online", "sent")))
    row: Record = {"headcount": draw(st.integers(1, count))}
    if kind == "online":
        site = draw(st.sampled_from(_SITES))
        row |= {"mode": draw(st.sampled_from(_ONLINE)), "place": draw(st.sampled_from(("线上", "网络", "各科室"))),
                "instructor": draw(st.sampled_from(("平台教师", "示例网络学院", "国家级专家"))), "note": site}
    elif kind == "sent":
        row |= {"mode": draw(st.sampled_from(_SENT)), "place": draw(st.sampled_from(("郑州", "示例职业培训学校", "洛阳理工学院"))),
                "instructor": "待定", "note": draw(st.sampled_from(_INSTITUTIONS))}
    else:
        row |= {"mode": draw(st.sampled_from(_FACE)), "place": draw(st.sampled_from(_PLACES)),
                "instructor": draw(st.sampled_from(_TEACHERS)), "note": draw(st.sampled_from(("", "", "无", "含考核", "另附课程表")))}
    return row


def _hours(most: float) -> st.SearchStrategy[int | float]:
    steps = int(most * 2)
    return st.integers(1, steps).map(lambda n: n // 2 if n % 2 == 0 else n / 2)


@st.composite
def plan(draw: st.DrawFn, count: int) -> tuple[list[Record], dt.date]:
    """Draw the rows of a plan and its last day."""
    rows: list[Record] = []
    date = last = dt.date(YEAR, 1, 8)
    audience = draw(st.sampled_from(_ALL))
    for topic in draw(st.lists(st.sampled_from(TOPICS), min_size=1, max_size=7, unique=True)):
        teaching = draw(_teaching(count)) | {"audience": audience, "topic": topic}
        kind = draw(st.sampled_from(("one", "one", "one", "halves", "topics", "classes", "batches")))
        if kind == "one":
            when = draw(_when(date))
            rows.append(teaching | {"time": when.text, "hours": draw(_hours(when.most))})
            last = max(last, when.last)
        else:
            added, end = draw(_several(kind, date, teaching))
            rows += added
            last = max(last, end)
        date = last + dt.timedelta(days=draw(st.integers(1, 6)))
        if date > dt.date(YEAR, 10, 20):
            break
    return rows, last


@st.composite
def _several(draw: st.DrawFn, kind: str, date: dt.date, row: Record) -> tuple[list[Record], dt.date]:
    """Draw rows that belong together: a day in two rows, a half day of two topics, classes."""
    day = _day(date, draw(st.sampled_from(_DAYS)))
    if kind == "halves":
        return [row | {"time": day + half, "hours": draw(_hours(3))} for half in ("上午", "下午")], date
    if kind == "topics":
        second = row | {"topic": row["topic"] + "（二）"}
        return [each | {"time": day + "上午", "hours": 1.5} for each in (row, second)], date
    one, two = draw(st.sampled_from(_GROUPS))
    hours = draw(_hours(6))
    first = row | {"time": day + "全天", "hours": hours, "audience": one, "instructor": "王五", "place": "201教室"}
    second = first | {"audience": two, "again": True}
    if kind == "classes":
        second |= {"instructor": "赵六", "place": "202教室"}
        return [first, second], date
    later = date + dt.timedelta(days=1)
    return [first, second | {"time": _day(later, _DAYS[0]) + "全天"}], later


# --- forms ---

_GRADES = (
    ("合格",), ("合格", "优秀"), ("优秀", "良好", "合格"), ("优", "良", "中"), ("通过",), ("及格", "良好"),
    (60, 85, 100, 92.5), ("85分", "90.5分"), ("95", "88"), ("合格（85分）", "优秀（95分）"), ("考核合格",), ("达标",),
)  # fmt: skip
_NO_HOURS = {"合格": "不合格", "通过": "不通过", "及格": "不及格", 60: 45.5, "85分": "缺考"}
_PHONES = ("0379-60000000", "13800000000", "60000000", "0379-60000000转801", "138 0000 0000", "（0379）60000000", "0379-60000000、13800000000", 13800000000, "赵六 13800000000", "+86 138-0000-0000", "0379—60000000")
_DATES = ("{y}年{m}月{d}日", "{y}年 {m} 月 {d} 日", "{y}.{m}.{d}", "{y}-{m:02}-{d:02}", "{y}/{m}/{d}")


@st.composite
def _transcript(draw: st.DrawFn, group: Sequence[Record], most: dict[str, float]) -> list[Record]:
    grades = draw(st.sampled_from(_GRADES))
    failed = _NO_HOURS.get(grades[0])
    rows = []
    for person in group:
        hours = {name: draw(st.sampled_from((total, total, total / 2, min(total, 3)))) for name, total in most.items()}
        row = person | {"grade": draw(st.sampled_from(grades)), **hours}
        if failed is not None and draw(st.integers(0, 9)) == 9:
            row |= {"grade": failed, **dict.fromkeys(most, 0)}
        for name in ("general_hours", "professional_hours"):
            row.setdefault(name, draw(st.sampled_from((0, None))))
        rows.append(row)
    return rows


def number_rows(rows: Sequence[Record]) -> None:
    """Write the serial numbers."""
    for number, row in enumerate(rows, 1):
        row["serial_no"] = number


@st.composite
def _lay_out(draw: st.DrawFn, name: str, rows: list[Record], unit: str, date: dt.date) -> Form:
    """Draw how a form is typed: title and lines, columns, and what stands below the table."""
    form = catalog.load().forms[name]
    title = str(form.layout["title"]).replace("\n", draw(st.sampled_from(("", "\n"))))
    inside = draw(st.sampled_from((True, True, False)))
    year = draw(st.sampled_from(("2024", "2024", " 2024 ", "二〇二四")))
    title = title.format(year=year, unit=unit if inside else draw(st.sampled_from(("（单位）", "      "))))
    if name == "filing_form":
        return Form(name, rows, list(form.fields), _split(title, draw(st.booleans())))
    number_rows(rows)
    columns = list(form.fields)
    left_out = draw(st.sampled_from(((), (), ("note",), ("serial_no",))))
    if left_out == ("note",) and any(row.get("note") for row in rows):
        left_out = ()
    columns = [column for column in columns if column not in left_out]
    if name in ("roster", "transcript") and draw(st.integers(0, 4)) == 4:
        columns.insert(3, draw(st.sampled_from(("职称", "科室", "工作部门"))))
    if draw(st.integers(0, 5)) == 5:
        at = columns.index("major" if "major" in columns else "topic")
        columns[at], columns[at - 1] = columns[at - 1], columns[at]
    day = draw(st.sampled_from(_DATES)).format(y=date.year, m=date.month, d=date.day)
    seal = draw(st.sampled_from(("单位：{u}（盖章）", "单位：{u}", "单位（盖章）：{u}", "填报单位：{u}")))
    line: list[Any] = [seal.format(u=unit if not inside or draw(st.booleans()) else ""), None, None, f"时间：{day}"]
    if draw(st.booleans()):
        line[3:] = ["时间：", day]
    below: list[list[Any]] = draw(st.sampled_from((
        [], [], [["说明", "1.实施时间具体到年、月、日（上、下午或晚上）；"]], [["注：以上人员均为在岗人员。"]],
        [[None], ["经办人：赵六", None, None, "审核人：孙二"]], _unused(columns, len(rows)),
        [["培训分两批进行，每批人员名单附后，具体安排以通知为准。"]], [["合计"]],
    )))  # fmt: skip
    flat = name == "transcript" and draw(st.booleans())
    return Form(name, rows, columns, _split(title, draw(st.booleans())), line, flat, below)


def _unused(columns: Sequence[str], count: int) -> list[list[Any]]:
    """Return the rows of a template that were not needed: numbered, and blank."""
    return [[count + 1], [count + 2]] if columns[0] == "serial_no" else [[None], [None]]


def _split(title: str, split: bool) -> list[str]:
    """Return the title in one row or, broken where the sample breaks it, in two."""
    before, found, after = title.partition("专业技术人员")
    return [before + found, after.strip()] if split else [title]


def _boxes(count: int, unit: str, subject: str, rows: Sequence[Record], phone: Any) -> Record:
    return {
        "unit_name": unit,
        "subject": subject,
        "headcount": count,
        "place": "、".join(dict.fromkeys(row["place"] for row in rows)),
        "mode": "、".join(dict.fromkeys(row["mode"] for row in rows)),
        "hours": total_hours(rows),
        "responsible_person": "赵六",
        "phone": phone,
        "content": "；".join(dict.fromkeys(row["topic"] for row in rows)),
        "objective": "掌握新理论、新知识、新技术、新方法",
        "materials": "专业技术人员继续教育计划表\n专业技术人员继续教育参训人员名单\n通知、签到表",
    }


@st.composite
def filings(draw: st.DrawFn, most: int = 40) -> Filing:
    """Draw a whole filing."""
    unit = draw(st.sampled_from(UNITS))
    group = draw(people(most))
    subjects = draw(st.sampled_from((("plan_professional",), ("plan_professional",), ("plan_general",), ("plan_general", "plan_professional"))))
    plans = {name: draw(plan(len(group))) for name in subjects}
    end = max(last for _, last in plans.values())
    early, late = dt.date(YEAR, 1, 3), end + dt.timedelta(days=draw(st.integers(0, 7)))
    forms = [draw(_lay_out(name, rows, unit, early)) for name, (rows, _) in plans.items()]
    sheets = [list(plans)] if draw(st.booleans()) else [[name] for name in plans]
    for names in sheets:
        rows = [row for name in names for row in plans[name][0]]
        subject = "、".join(SUBJECTS[name] for name in names)
        boxes = _boxes(len(group), unit, subject, rows, draw(st.sampled_from(_PHONES)))
        forms.append(draw(_lay_out("filing_form", [boxes], unit, early)))
    roster = [person | {"note": draw(st.sampled_from(NOTES))} for person in group]
    totals = {_HOURS[name]: total_hours(rows) for name, (rows, _) in plans.items()}
    forms.append(draw(_lay_out("roster", roster, unit, early)))
    graded = draw(_transcript(group, totals))
    forms.append(draw(_lay_out("transcript", graded, unit, late)))
    together = draw(st.sampled_from(("one", "each", "two")))
    cut = {"one": len(forms), "each": 1, "two": 2}[together]
    books = [forms[at : at + cut] for at in range(0, len(forms), cut)]
    return Filing(forms, books)
