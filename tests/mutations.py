"""Ways to break a valid filing at one place, and the code that is then reported there.

A change first makes room for the fault without doing any harm (a training of its own, a person
whose number tells the sex), then breaks one thing, and returns where the finding belongs. `also`
names what may be reported besides, never as an error: one slip can be seen from two forms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from checker.identifiers import permanent_resident, resident_id
from tests.valid_filings import number_rows
from tests.valid_forms import Filing, Form, Record

Places = Sequence[tuple[Form | None, str]]
Change = Callable[[Filing], Places]
PLANS = ("plan_professional", "plan_general")


@dataclass(frozen=True)
class Mutation:
    """A code, the change that brings it about, and the warnings that may come with it."""

    code: str
    name: str
    change: Change
    also: frozenset[str] = frozenset()


def _number(born: str = "19850312", order: str = "997") -> str:
    body = f"418801{born}{order}"  # a region code that was never issued
    return body + resident_id.check_character(body)


# --- room for the fault ---


def _person(filing: Filing, **changed: Any) -> Record:
    """Add a person to roster and transcript; return the row of the roster."""
    person = {"name": "李明", "gender": "男", "major": "土木工程", "id_number": _number()} | changed
    roster, transcript = filing.of("roster")[0], filing.of("transcript")[0]
    roster.records.append(dict(person))
    like = next((r for r in transcript.records if (r["general_hours"] or 0) + (r["professional_hours"] or 0)), None)
    given = like or _passed(filing)
    transcript.records.append({**given, **person})
    for form in filing.of("filing_form"):
        form.records[0]["headcount"] += 1
    for table in (roster, transcript):
        number_rows(table.records)
    return roster.records[-1]


def _passed(filing: Filing) -> Record:
    grade = filing.of("transcript")[0].records[0]["grade"]
    grade = {"不合格": "合格", "不通过": "通过", "不及格": "及格", 45.5: 60, "缺考": "85分"}[grade]
    return {"general_hours": 0, "professional_hours": 0, "grade": grade, _hours_field(filing): 0.5}


def _hours_field(filing: Filing) -> str:
    """Return the hours there is a plan for."""
    return "general_hours" if filing.of(*PLANS)[0].name == "plan_general" else "professional_hours"


def _training(filing: Filing, **changed: Any) -> tuple[Form, Record]:
    """Add a training of its own to a plan; its hours and way are those of the filing form too."""
    plan = filing.of(*PLANS)[0]
    row: Record = {
        "time": "2024年1月4日上午", "place": "示例会议室", "topic": "新技术专题", "mode": "面授", "audience": "全体人员",
        "headcount": 1, "hours": 3, "instructor": "郑九", "note": "",
    } | changed  # fmt: skip
    if "note" not in plan.columns:
        plan.columns.append("note")
    plan.records.append(row)
    number_rows(plan.records)
    filing.add_up()
    form = filing.form_of(plan)
    form.records[0]["mode"] += "、" + row["mode"]
    return plan, row


# --- changes ---


def _in_person(field: str, value: Any, form: str = "roster", **person: Any) -> Change:
    def change(filing: Filing) -> Places:
        _person(filing, **person)
        table = filing.of(form)[0]
        before = table.records[-1][field]
        table.records[-1][field] = value(before) if callable(value) else value
        return [(table, table.place(len(table.records) - 1, field))]

    return change


def _in_both(field: str, value: Any) -> Change:
    """A person that is unusual in roster and transcript alike."""

    def change(filing: Filing) -> Places:
        _person(filing, **{field: value})
        both = filing.of("roster", "transcript")
        return [(table, table.place(len(table.records) - 1, field)) for table in both]

    return change


def _in_plan(field: str, value: Any, at: str = "", **row: Any) -> Change:
    def change(filing: Filing) -> Places:
        plan, record = _training(filing, **row)
        record[field] = value
        if isinstance(record["hours"], int | float):
            filing.add_up()
        return [(plan, plan.place(len(plan.records) - 1, at or field))]

    return change


def _in_form(field: str, value: Any) -> Change:
    def change(filing: Filing) -> Places:
        form = filing.of("filing_form")[0]
        before = form.records[0][field]
        form.records[0][field] = value(before) if callable(value) else value
        return [(form, form.place(0, field))]

    return change


def _no_unit(filing: Filing) -> Places:
    """A box left blank under a title that names the unit; where neither does, H05 says so too."""
    form = filing.of("filing_form")[0]
    form.title = [f"2024年度{form.records[0]['unit_name']}专业技术人员继续教育备案表"]
    return _in_form("unit_name", "")(filing)


def _grades(*grades: Any, hours: float = 0.5, at: int = -1) -> Change:
    """The last people of the transcript with these grades and hours, all others with the first."""

    def change(filing: Filing) -> Places:
        for n in range(3):
            _person(filing, name="李明" + "甲乙丙"[n], id_number=_number(order=f"{995 - 2 * n}", born="19660101"))
        table = filing.of("transcript")[0]
        mine = _hours_field(filing)
        for record in table.records:
            record |= {"grade": grades[0], mine: 0.5}
        for record, grade in zip(table.records[-len(grades) :], grades, strict=True):
            record |= {"grade": grade, "general_hours": 0, "professional_hours": 0, mine: hours}
        return [(table, table.place(len(table.records) + at, "grade"))]

    return change


def _repeated(filing: Filing) -> Places:
    _person(filing)
    roster = filing.of("roster")[0]
    roster.records.append(dict(roster.records[-1]))
    number_rows(roster.records)
    return [(roster, roster.place(len(roster.records) - 1, "id_number"))]


def _cut_column(filing: Filing) -> Places:
    for day in _DAYS_TO_000:
        _person(filing, name=f"李{'甲乙丙'[_DAYS_TO_000.index(day)]}", gender="女", id_number=_number(day, "100"))
    both = filing.of("roster", "transcript")
    return [(table, table.place(len(table.records) - 3, "id_number")) for table in both]


_DAYS_TO_000 = [day for day in map(str, range(19850101, 19850131)) if _number(day, "100").endswith("000")][:3]


def _serial(filing: Filing) -> Places:
    _person(filing)
    roster = filing.of("roster")[0]
    if "serial_no" not in roster.columns:
        roster.columns.insert(0, "serial_no")
    roster.records[-1]["serial_no"] += 3
    return [(roster, roster.place(len(roster.records) - 1, "serial_no"))]


def _blank_row(filing: Filing) -> Places:
    _person(filing)
    roster = filing.of("roster")[0]
    roster.records.insert(-1, {})
    return [(roster, f"A{roster.first + len(roster.records) - 2}")]


def _third_half(filing: Filing) -> Places:
    for half in ("上午", "下午"):
        _training(filing, time=f"2024年1月4日{half}")
    plan, _ = _training(filing, time="2024年1月4日晚上", topic="晚间专题")
    return [(plan, plan.place(len(plan.records) - 1, "hours"))]


def _two_places_at_once(filing: Filing) -> Places:
    _training(filing, audience="甲班")
    plan, _ = _training(filing, audience="乙班", place="另一间会议室", again=True)
    return [(plan, plan.place(len(plan.records) - 1, "instructor"))]


def _without(name: str) -> Change:
    def change(filing: Filing) -> Places:
        for book in filing.books:
            book[:] = [form for form in book if form.name != name]
        filing.books[:] = [book for book in filing.books if book]
        return [(None, "")]

    return change


def _other_unit(filing: Filing) -> Places:
    roster = filing.of("roster")[0]
    roster.line[0] = "单位：洛阳市另一示例单位"
    return [(roster, f"A{len(roster.title) + 1}")]


def _other_year(filing: Filing) -> Places:
    transcript = filing.of("transcript")[0]
    transcript.title[0] = "2023年度" + transcript.title[0].partition("年度")[2]
    return [(transcript, "A1")]


def _no_date(filing: Filing) -> Places:
    roster = filing.of("roster")[0]
    roster.line[3:] = ["时间：2024年  月  日"]
    return [(roster, f"D{len(roster.title) + 1}")]


def _early(filing: Filing) -> Places:
    _person(filing)
    transcript = filing.of("transcript")[0]
    transcript.line[3:] = ["时间：2024年1月5日"]
    return [(transcript, f"D{len(transcript.title) + 1}")]


def _offline_only(filing: Filing) -> Places:
    plan, _ = _training(filing, mode="网络培训", place="线上", note="www.example.com")
    form = filing.form_of(plan)
    form.records[0]["mode"] = "面授"
    return [(form, form.place(0, "mode"))]


def _only_in(name: str) -> Change:
    def change(filing: Filing) -> Places:
        _person(filing)
        for form in filing.of("filing_form") if name == "transcript" else ():
            form.records[0]["headcount"] -= 1
        other = filing.of("roster" if name == "transcript" else "transcript")[0]
        other.records.pop()
        table = filing.of(name)[0]
        return [(table, table.place(len(table.records) - 1, "name"))]

    return change


def _above_plan(filing: Filing) -> Places:
    _person(filing)
    plan, transcript = filing.of(*PLANS)[0], filing.of("transcript")[0]
    field = _hours_field(filing)
    transcript.records[-1][field] = sum(row["hours"] for row in plan.records) + 1
    return [(transcript, transcript.place(len(transcript.records) - 1, field))]


def _crowd(filing: Filing) -> Places:
    plan, row = _training(filing)
    row["headcount"] = 999
    return [(plan, plan.place(len(plan.records) - 1, "headcount"))]


_X10 = frozenset(("X10",))  # the other form has it right
_X05 = frozenset(("X05",))  # without the subject nobody knows which plan is meant


def _all() -> list[Mutation]:
    table: list[tuple[str, str, Change, frozenset[str]]] = []

    def add(code: str, change: Change, also: frozenset[str] = frozenset()) -> None:
        count = sum(code == other for other, *_ in table)
        table.append((code, f"{code}-{count + 1}", change, also))

    _people(add)
    _numbers(add)
    _plans(add)
    _rest(add)
    return [Mutation(*each) for each in table]


_Add = Callable[..., None]


def _people(add: _Add) -> None:
    add("N01", _in_person("name", ""))
    add("N01", _in_person("name", "李?"), _X10)
    add("N01", _in_person("name", "李某"), _X10)
    add("N02", _in_person("name", "李 明"))
    add("N02", _in_person("name", "李　明", "transcript"))
    add("N03", _in_person("name", "古丽•买买提", name="古丽·买买提"))
    add("N03", _in_person("name", "古丽．买买提", "transcript", name="古丽·买买提"))
    add("N04", _in_person("name", "李明1"), _X10)
    add("N04", _in_person("name", "李明（女）", "transcript"), _X10)
    add("N05", _in_person("name", "李⽂", name="李文"))
    add("G01", _in_person("gender", ""))
    add("G01", _in_person("gender", "未知"))
    add("G01", _in_person("gender", "男性"))
    add("G02", _in_person("gender", "女"), _X10)
    add("G02", _in_person("gender", "女", "transcript"), _X10)
    add("M01", _in_person("major", ""))
    add("M02", _in_person("major", "工程师"), _X10)
    add("M02", _in_person("major", "本科", "transcript"), _X10)
    add("L03", _in_person("name", "李明 "))
    add("L03", _in_person("major", "土木\n工程"))
    add("L01", _serial)
    add("L02", _blank_row)


def _numbers(add: _Add) -> None:
    for form in ("roster", "transcript"):
        add("I01", _in_person("id_number", "", form))
        add("I02", _in_person("id_number", 4.18801198503129e17, form))
        add("I03", _in_person("id_number", "4.18801E+17", form))
        add("I04", _in_person("id_number", int(_number(order="993")), form, id_number=_number(order="993")))
        add("I05", _in_person("id_number", lambda n: n[:6] + n[8:17], form))
        add("I06", _in_person("id_number", lambda n: n[:-1], form))
        add("I06", _in_person("id_number", lambda n: n + "0", form))
        add("I07", _in_person("id_number", lambda n: n[:3] + "O" + n[4:], form), _X10)
        add("I08", _in_person("id_number", lambda n: f"{n[:6]} {n[6:]}", form))
        add("I09", _in_person("id_number", lambda n: n[:10] + "****" + n[14:], form))
        add("I10", _in_person("id_number", lambda n: n[:10] + "1332" + n[14:], form), _X10)
        add("I11", _in_person("id_number", lambda n: n[:16] + str((int(n[16]) + 2) % 10) + n[17:], form), _X10)
        add("I11", _in_person("id_number", lambda n: n[:8] + n[9] + n[8] + n[10:], form), _X10)
        add("I12", _in_person("id_number", lambda n: "00" + n[2:], form), _X10)
        add("I15", _in_person("id_number", "E12345678", form))
    add("I14", _in_both("id_number", _wrong_card()))
    add("I16", _in_both("id_number", _number("19400101")))
    add("I16", _in_both("id_number", _number("20100101")))
    add("I17", _repeated)
    add("I18", _cut_column)


def _wrong_card() -> str:
    body = "XXX41038503129"
    return body + str((int(permanent_resident.check_digit(body)) + 1) % 10)


def _plans(add: _Add) -> None:
    online = {"mode": "网络培训", "place": "线上", "note": "www.example.com", "instructor": "示例教师"}
    sent = {"mode": "委托培训", "note": "示例职业培训学校"}
    for time in ("", "2024年3月", "3月-11月", "每周三下午", "2024年上半年"):
        add("P01", _in_plan("time", time))
    add("P02", _in_plan("time", "2024年1月4日"))
    add("P02", _in_plan("time", 45295))  # 4 January as a number
    add("P04", _in_plan("time", "2024年2月30日上午"))
    add("P04", _in_plan("time", "2024年1月5日-3日"))
    add("P05", _in_plan("time", "2023年1月4日上午"))
    for hours in ("", "三学时", 0, "待定", "3学时"):
        add("P06", _in_plan("hours", hours))
    add("P07", _in_plan("hours", 3.5))
    add("P07", _in_plan("time", "2024年1月4日上午", "hours", time="2024年1月4日全天", hours=6))
    add("P08", _in_plan("hours", 7, time="2024年1月4日全天"))
    add("P08", _in_plan("hours", 13, time="2024年1月4日-5日"))
    add("P09", _third_half)
    add("P10", _two_places_at_once)
    add("P12", _in_plan("note", "", **online))
    add("P13", _in_plan("note", "", **sent))
    for field in ("place", "topic", "mode", "audience", "headcount", "instructor"):
        add("P14", _in_plan(field, ""))
    add("P14", _in_plan("headcount", "全员"))
    add("P14", _in_plan("headcount", "1人"))
    add("X07", _crowd)


def _rest(add: _Add) -> None:
    add("B01", _no_unit)
    for field in ("headcount", "place", "mode", "hours", "responsible_person", "phone", "content", "objective"):
        add("B01", _in_form(field, ""))
    add("B01", _in_form("subject", ""), _X05)
    add("B02", _in_form("subject", "新技术"), _X05)
    add("B03", _in_form("headcount", "若干"))
    add("B03", _in_form("hours", 0), _X05)
    add("B03", _in_form("headcount", lambda count: f"{count}人"))
    add("B04", _in_form("phone", "6000"))
    add("B05", _in_form("materials", "专业技术人员继续教育计划表\n通知"))
    for value in ("", "三十", -1, "0.5学时"):
        add("T01", _hours_cell(value))
    add("T02", _in_person("grade", "", "transcript"))
    add("T03", _in_person("grade", "甲", "transcript"))
    add("T03", _in_person("grade", "120分", "transcript"))
    add("T04", _grades("合格", 95))
    add("T04", _grades(85, 90, "合格"))
    add("T05", _grades("合格", "不合格"))
    add("T05", _grades("合格", hours=0))
    add("H06", _other_year, frozenset(("X03",)))  # both are errors: the one title is at fault twice
    add("H07", _no_date)
    add("X01", _without("roster"))
    add("X01", _without("transcript"))
    add("X02", _other_unit)
    add("X04", _in_form("headcount", lambda count: count + 1))
    add("X05", _in_form("hours", lambda hours: hours + 0.25))
    add("X06", _offline_only)
    add("X08", _only_in("transcript"))
    add("X09", _only_in("roster"))
    add("X10", _in_person("name", "李敏", "transcript"))
    add("X10", _in_person("major", "建筑学", "transcript"))
    add("X10", _in_person("id_number", _number(order="995"), "transcript"))
    add("X11", _above_plan)
    add("X12", _early)


def _hours_cell(value: Any) -> Change:
    """Hours of the subject there is a plan for, the other blank."""

    def change(filing: Filing) -> Places:
        _person(filing)
        transcript, mine = filing.of("transcript")[0], _hours_field(filing)
        blank = {"general_hours": "", "professional_hours": ""}
        transcript.records[-1] |= blank | {mine: value}
        at = mine if value != "" else "general_hours"  # both blank: the first of the two
        return [(transcript, transcript.place(len(transcript.records) - 1, at))]

    return change


MUTATIONS = _all()
