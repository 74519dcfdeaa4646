"""All the forms of a filing against each other: who, how many, how long, whose, of which year.

The rules look at one unit's forms at a time (`checker.filing`), and only at forms whose header and
data could be read. A form that is missing is said in `not_checked`, never silently passed.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from checker import plan_hours
from checker.catalog import FORM_NAMES
from checker.filing import KINDS, PLAN, SUBJECTS, Drop, Filing, kind_of, subjects_of, unit_names
from checker.identifiers import id_document, resident_id
from checker.model import Cell, CellKind, Context, Hit, Record, Rule, Scope, Severity, Table
from checker.normalise import bracket_width, find_date, squeeze, to_date
from checker.people import Pair, Person, distance, distinct, is_slip
from checker.plan_rows import ONLINE_MODE, modes
from checker.recognise import is_sign_in
from checker.rules.person import gender_mismatch, not_a_major, placeholder, remark_in_name
from checker.rules.transcript import hours_in
from checker.sessions import read_time
from checker.wording import plain

_NAMES = {
    "filing_form": "备案表", PLAN: "计划表", "roster": "参训人员名单", "transcript": "成绩单",
}  # fmt: skip
_SUBJECTS = dict(zip(("general_hours", "professional_hours"), SUBJECTS, strict=True))
_NO_NOTE = frozenset(("", "无", "/", "-", "—", "——", "、"))


def missing_form(drop: Drop, context: Context) -> Iterator[Hit]:
    """Yield each of the two electronic forms (S3) that a filing lacks.

    Silent where a file could not be read or recognised: the form may be in it. Both plans are one
    kind of form, and one kind alone is somebody checking his work, not filing yet, unless it is
    known to be all that was handed in.
    """
    for filing in () if drop.unread else drop.filings:
        wanted = context.cycle.data["electronic"]["forms"]
        missing = [kind for kind in wanted if kind not in filing.kinds]
        several = len(drop.filings) > 1
        if several and not filing.unit:
            continue
        facts = {"whose": f"{filing.unit}：" if several else ""}
        if len(filing.kinds) == 1 and not context.complete:
            facts["missing"] = "和".join(_NAMES[kind] for kind in missing)
            facts["alone"] = _NAMES[filing.kinds[0]]
            severity, variant = Severity.INFO, "alone"
            yield Hit(cell=_file_of(filing), facts=facts, variant=variant, severity=severity)
            continue
        for kind in missing:
            severity = Severity.ERROR if kind == "roster" else Severity.WARNING
            variant = "" if kind == "roster" else kind
            yield Hit(cell=_file_of(filing), facts=facts, variant=variant, severity=severity)


def _file_of(filing: Filing) -> Cell:
    return Cell(filing.tables[0].file, "", 0, 0, None, CellKind.BLANK)


X01 = Rule(
    code="X01",
    name="missing-form",
    severity=Severity.ERROR,
    scope=Scope.FILING,
    title="要交电子版的表还不齐",
    source=("S3",),
    explanation="报备纸质材料的同时，要报送参训人员花名册（即参训人员名单）和成绩单的电子版。",
    message="{whose}这次的文件里没有参训人员名单。备案时要报送它的电子版。",
    variants={
        "transcript": "{whose}这次的文件里没有成绩单。备案时要报送它的电子版；培训还没结束、这次只备案计划的，先问清成绩单什么时候补交。",
        "alone": "{whose}这次只检查了{alone}。备案时还要报送{missing}的电子版。",
    },
    fix="把缺的表一起选进来再检查一遍，各表之间也会互相核对。",
    check=missing_form,
)


def different_units(drop: Drop, context: Context) -> Iterator[Hit]:
    """Yield each place in a filing where the unit's name is not the one most forms give."""
    for filing in drop.filings:
        found = [
            (table, name, cell)
            for table in sorted(filing.tables, key=lambda table: FORM_NAMES.index(table.form.name))
            for name, cell in unit_names(table)
        ]
        counts = Counter(bracket_width(name) for _, name, _ in found)
        if len(counts) < 2:
            continue
        usual = counts.most_common(1)[0][0]
        same = [item for item in found if bracket_width(item[1]) == usual]
        for table, name, cell in found:
            if bracket_width(name) != usual:
                inside = [item for item in same if item[0] is table]
                other, other_name, other_cell = (inside or same)[0]
                yield Hit(
                    cell=cell,
                    facts=_two_facts(table, name, other, other_name),
                    variant="inside" if inside else "",
                    related=(other_cell,),
                )


def _two_facts(table: Table, mine: object, other: Table, others: object) -> dict[str, object]:
    """Return the facts of a message that sets one form against another."""
    return {"form": _title(table), "mine": mine, "other": _title(other), "others": others}


def _title(table: Table) -> str:
    """Return what a message calls a table: its form and, where it helps, its subject."""
    return table.form.title if kind_of(table) == PLAN else _NAMES[kind_of(table)]


X02 = Rule(
    code="X02",
    name="different-units",
    severity=Severity.ERROR,
    scope=Scope.FILING,
    title="各表的单位名称不一致",
    source=("S11", "S12", "S13", "S14", "国务院关于国家行政机关和企业事业单位社会团体印章管理的规定（国发〔1999〕25号）第十五条"),
    explanation="印章上刊的是单位的法定名称，几张表盖同一个章，单位名称也要一样。括号是全角还是半角不影响。",
    message="{form}的单位名称是“{mine}”，{other}上是“{others}”。",
    variants={"inside": "同一张{form}里，这里的单位名称是“{mine}”，另一处是“{others}”。"},
    fix="每张表都写公章上的单位全称；不是同一个单位的表，分开检查。",
    check=different_units,
)


def different_years(drop: Drop, context: Context) -> Iterator[Hit]:
    """Yield each title of another year than the filing year, or than most titles."""
    for filing in drop.filings:
        dated = [table for table in filing.tables if table.year is not None]
        years = Counter(table.year for table in dated)
        if len(years) < 2:
            continue
        now = context.cycle.year
        usual = now if now in years else years.most_common(1)[0][0]
        other = next(table for table in dated if table.year == usual)
        for table in dated:
            if table.year != usual:
                yield Hit(
                    cell=table.place(),
                    facts=_two_facts(table, table.year, other, usual),
                    suggestion=f"{usual}年度",
                    related=(other.place(),),
                )


X03 = Rule(
    code="X03",
    name="different-years",
    severity=Severity.ERROR,
    scope=Scope.FILING,
    title="各表的年度不一致",
    source=("S11", "S12", "S13", "S14"),
    explanation="一次备案是同一个年度的，各表标题里的年度要一样。",
    message="{form}的标题是 {mine} 年度，{other}是 {others} 年度。",
    fix="看看是不是拿了往年的表；不是的话，把标题的年度改成一致。",
    check=different_years,
)


def _box(table: Table, name: str) -> Cell | None:
    """Return a filled box of the filing form."""
    cell = table.records[0].cells.get(name)
    return cell if cell and cell.kind is not CellKind.BLANK and squeeze(cell.text) else None


def headcount_against_roster(drop: Drop, context: Context) -> Iterator[Hit]:
    """Yield a 培训人数 that is not the number of people in the roster.

    Where there are several rosters or filing forms, any way of putting them together will do.
    """
    for filing in drop.filings:
        forms = filing.of("filing_form")
        rosters = filing.of("roster")
        if not forms or not rosters:
            continue
        counts = {distinct(filing.listed)}
        if len(rosters) > 1:
            counts |= {distinct(people_of(filing, table)) for table in rosters}
        given = [form.records[0].number("headcount") for form in forms]
        if sum(each or 0 for each in given) in counts:
            continue
        for form, headcount in zip(forms, given, strict=True):
            if headcount is not None and headcount not in counts:
                facts = {"headcount": headcount, "people": distinct(filing.listed)}
                cell = form.records[0].cells["headcount"]
                yield Hit(cell=cell, facts=facts, related=(_heading(rosters[0], "name"),))


def people_of(filing: Filing, table: Table) -> tuple[Person, ...]:
    """Return the rows of one of the rosters."""
    return tuple(person for person in filing.listed if person.records is table.records)


def _heading(table: Table, name: str) -> Cell:
    return table.headings.get(name) or table.place()


X04 = Rule(
    code="X04",
    name="headcount-against-roster",
    severity=Severity.WARNING,
    scope=Scope.FILING,
    title="培训人数与名单人数不一致",
    source=("S11", "S13"),
    explanation="备案表的培训人数就是名单上的人数；名单里重复的人只算一个。",
    message="备案表的培训人数是 {headcount} 人，名单上有 {people} 人。",
    fix="核对名单有没有漏人或重复，再改备案表的人数。",
    check=headcount_against_roster,
)


def hours_against_plan(drop: Drop, context: Context) -> Iterator[Hit]:
    """Yield a 培训课时 that is not what the plan of its subject comes to."""
    for filing in drop.filings:
        for form in filing.of("filing_form"):
            hours = form.records[0].number("hours")
            plans = filing.plans_of(subjects_of(form) or SUBJECTS)
            totals = plan_hours.totals(plans)
            if hours is None or not plans or totals is None or _among(hours, totals):
                continue
            facts = {
                "hours": hours,
                "plan": "、".join(dict.fromkeys(_title(plan) for plan in plans)),
                "total": plan_hours.total(plans),
            }
            related = tuple(_heading(plan, "hours") for plan in plans)
            yield Hit(cell=form.records[0].cells["hours"], facts=facts, related=related)


def _among(value: float, totals: set[float]) -> bool:
    return any(abs(value - total) < 0.01 for total in totals)


X05 = Rule(
    code="X05",
    name="hours-against-plan",
    severity=Severity.WARNING,
    scope=Scope.FILING,
    title="培训课时与计划表合计不一致",
    source=("S11", "S12"),
    explanation="备案表的培训课时是这一科目计划表各行课时的合计。分班重复开的课，每个人只上一遍，按一遍计算。",
    message="备案表的培训课时是 {hours}，{plan}各行合计是 {total}。",
    fix="核对计划表有没有漏行、课时有没有填错；分班重复开课的，不用改。",
    check=hours_against_plan,
)


def subject_and_mode_against_plan(drop: Drop, context: Context) -> Iterator[Hit]:
    """Yield a 备案科目 for which there are only plans of the other, and a 培训方式 unlike the 形式."""
    for filing in drop.filings:
        plans = filing.of(PLAN)
        for form in filing.of("filing_form"):
            subject, named = _box(form, "subject"), subjects_of(form)
            if plans and subject and named and not filing.plans_of(named):
                facts = {"plan": plans[0].form.title}
                yield Hit(cell=subject, facts=facts, related=(plans[0].place(),))
            else:
                yield from _mode_against_plans(form, filing.plans_of(named))


def _mode_against_plans(form: Table, plans: Sequence[Table]) -> Iterator[Hit]:
    """Yield a 培训方式 that leaves out the network, or names it, unlike all rows of the plans."""
    box = _box(form, "mode")
    cells = [record.cells.get("mode") for plan in plans for record in plan.records]
    rows = [(cell, modes(cell.text)) for cell in cells if cell and cell.kind is CellKind.TEXT]
    mine = modes(box.text) if box else set()
    if not (box and mine and rows and all(named for _, named in rows)):
        return  # blank, or words that are not known
    theirs = set().union(*(named for _, named in rows))
    odd = theirs - mine if ONLINE_MODE in theirs - mine or not theirs & mine else set()
    if odd:
        other = next(cell for cell, named in rows if named & odd)
        yield Hit(cell=box, variant="mode", facts={"row": other.row}, related=(other,))
    elif ONLINE_MODE in mine - theirs:
        yield Hit(cell=box, variant="no-row", related=(rows[0][0],))


X06 = Rule(
    code="X06",
    name="subject-or-mode-against-plan",
    severity=Severity.WARNING,
    scope=Scope.FILING,
    title="备案科目或培训方式与计划表不一致",
    source=("S11", "S12"),
    explanation="备案表是计划表的概括：科目与计划表标题里的一致，培训方式与计划表“形式”一栏一致。",
    message="备案科目是“{value}”，一起检查的却是“{plan}”。",
    variants={
        "mode": "培训方式写的是“{value}”，没有包括计划表第 {row} 行的形式。",
        "no-row": "培训方式写的是“{value}”，计划表里没有一行是网络培训。",
    },
    fix="核对两张表，把写错的一处改过来。",
    check=subject_and_mode_against_plan,
)


def plan_row_against_roster(drop: Drop, context: Context) -> Iterator[Hit]:
    """Yield each row of a plan with more people than the roster has."""
    for filing in drop.filings:
        rosters = filing.of("roster")
        people = distinct(filing.listed) if rosters and filing.of(PLAN) else 0
        for plan in filing.of(PLAN) if people else ():
            for record in plan.records:
                headcount = record.number("headcount")
                if headcount is not None and headcount > people:
                    yield Hit(
                        cell=record.cells["headcount"],
                        facts={"headcount": headcount, "people": people},
                        related=(_heading(rosters[0], "name"),),
                    )


X07 = Rule(
    code="X07",
    name="plan-row-against-roster",
    severity=Severity.WARNING,
    scope=Scope.FILING,
    title="计划表的人数多于名单",
    source=("S12", "S13"),
    explanation="参加培训的人都要在名单里，一次培训的人数不会比名单多。",
    message="第 {row} 行的人数是 {headcount}，名单上只有 {people} 人。",
    fix="核对这次培训的人数，或者把漏掉的人补进名单。",
    check=plan_row_against_roster,
)


def not_in_roster(drop: Drop, context: Context) -> Iterator[Hit]:
    """Yield each person of a transcript who is not in the roster."""
    for filing in _with_people(drop):
        roster = filing.of("roster")[0]
        for person in filing.match.only_graded:
            yield Hit(cell=person.place, related=(_heading(roster, "name"),))


def _with_people(drop: Drop) -> Iterator[Filing]:
    """Yield the filings in which roster and transcript can be compared.

    Forms of two units that have nobody in common are not: that they are of two units (X02) is all
    there is to say.
    """
    for filing in drop.filings:
        both = filing.of("roster"), filing.of("transcript")
        if not all(both):
            continue
        units = {bracket_width(table.unit) for table in chain(*both) if table.unit}
        if len(units) < 2 or filing.match.pairs:
            yield filing


X08 = Rule(
    code="X08",
    name="not-in-roster",
    severity=Severity.ERROR,
    scope=Scope.FILING,
    title="成绩单里的人不在名单里",
    source=("S2", "S3"),
    explanation="备案的是名单上的人，成绩单里多出来的人没有备案，学时申报不了。先按身份证号找，找不到再按姓名找。",
    message="第 {row} 行的“{value}”不在参训人员名单里。",
    fix="确实参加了培训的，补进名单；没有参加的，从成绩单里删除；姓名和身份证号填错了的，改正。",
    check=not_in_roster,
)


def without_result(drop: Drop, context: Context) -> Iterator[Hit]:
    """Yield each person of the roster who has no row in the transcript; a 备注 may say why."""
    for filing in _with_people(drop):
        transcript = filing.of("transcript")[0]
        for person in filing.match.only_listed:
            explained = squeeze(person.record.text("note")) not in _NO_NOTE
            yield Hit(
                cell=person.place,
                variant="explained" if explained else "",
                severity=Severity.INFO if explained else Severity.WARNING,
                related=(_heading(transcript, "name"),),
            )


X09 = Rule(
    code="X09",
    name="without-result",
    severity=Severity.WARNING,
    scope=Scope.FILING,
    title="名单里的人没有成绩",
    source=("S2",),
    explanation="名单上的人都应有成绩；没有参加的，在名单的备注里写明原因。",
    message="第 {row} 行的“{value}”在成绩单里没有成绩。",
    variants={"explained": "第 {row} 行的“{value}”在成绩单里没有成绩，备注里有说明。"},
    fix="漏了的补进成绩单；没有参加培训的，在名单的备注栏写明原因。",
    check=without_result,
)


def different_person(drop: Drop, context: Context) -> Iterator[Hit]:
    """Yield what differs between a person's rows in roster and transcript."""
    for filing in _with_people(drop):
        for pair in filing.match.pairs:
            hits: Iterable[Hit] = ()
            if pair.listed.number and pair.listed.number == pair.graded.number:
                hits = _different_fields(pair)
            elif pair.listed.number and pair.graded.number:
                hits = _different_numbers(pair)
            for hit in hits:
                known = _wrong_by_itself(pair, hit.cell.field, filing, context)
                yield replace(hit, severity=Severity.WARNING) if known else hit


def _wrong_by_itself(pair: Pair, field: str, filing: Filing, context: Context) -> bool:
    """Tell whether one of two values has a finding of its own, which is the error.

    That the other form has it otherwise is then worth knowing, but not a second error.
    """
    both = (pair.listed, pair.graded)
    if field == "id_number":
        twice = filing.repeated
        return any(
            p.number in twice or id_document.examine(p.number, context.today).fault for p in both
        )
    if field == "major":
        return any(any(not_a_major(p.record.cells[field], context)) for p in both)
    if field == "gender":
        return any(any(gender_mismatch(p.record, context)) for p in both)
    return any(
        any(placeholder(p.record.cells[field], context)) or any(remark_in_name(p.record, context))
        for p in both
    )


def _different_fields(pair: Pair) -> Iterator[Hit]:
    """Yield the name, sex or 专业 that differs under one number."""
    a, b = pair.listed, pair.graded
    values = {
        "name": (a.name, b.name),
        "gender": (a.gender, b.gender),
        "major": (_major(a.record), _major(b.record)),
    }
    for field, (listed, graded) in values.items():
        if listed and graded and listed != graded:
            yield _pair_hit(pair, field)


def _major(record: Record) -> str:
    """Return 专业 in the form in which it is compared: 土木工程专业 is 土木工程."""
    text = squeeze(unicodedata.normalize("NFKC", record.text("major"))).casefold()
    return text.removesuffix("专业") or text


def _different_numbers(pair: Pair) -> Iterator[Hit]:
    """Yield namesakes, of one sex as far as it is given, whose numbers differ.

    Where one of the numbers is wrong by itself, only a slip is worth saying: it shows the right one.
    """
    a, b = pair.listed.number, pair.graded.number
    slip = is_slip(a, b)
    if slip or (resident_id.is_valid(a) and resident_id.is_valid(b)):
        variant = "slip" if slip else "number"
        yield _pair_hit(pair, "id_number", variant, {"places": distance(a, b)})


def _pair_hit(
    pair: Pair, field: str, variant: str = "", facts: Mapping[str, object] | None = None
) -> Hit:
    cell, other = pair.graded.record.cells[field], pair.listed.record.cells[field]
    found = {"listed": other.row, **(facts or {})}
    return Hit(cell=cell, variant=variant, facts=found, related=(other,))


X10 = Rule(
    code="X10",
    name="different-person",
    severity=Severity.ERROR,
    scope=Scope.FILING,
    title="同一个人在两张表里不一致",
    source=("S2", "S13", "S14"),
    explanation="申报学时的平台以身份证号为账号，姓名和号码对不上就记不到本人名下。",
    message="第 {row} 行的{label}“{value}”与名单第 {listed} 行不一致，两行的身份证号是同一个。",
    variants={
        "slip": "第 {row} 行与名单第 {listed} 行姓名相同，身份证号有 {places} 位不同。",
        "number": "第 {row} 行与名单第 {listed} 行姓名相同，身份证号却不是同一个。",
    },
    fix="核对后把填错的一处改过来，姓名、性别和号码以身份证为准；是同名的两个人，名单和成绩单里都要各有一行。",
    check=different_person,
)


def hours_above_plan(drop: Drop, context: Context) -> Iterator[Hit]:
    """Yield hours of a subject above what its plans come to, or of a subject without a plan."""
    for filing in drop.filings:
        plans = filing.of(PLAN)
        if not plans or plan_hours.totals(plans) is None:
            continue
        mine = {name: filing.plans_of((subject,)) for name, subject in _SUBJECTS.items()}
        most = {name: plan_hours.total(found) for name, found in mine.items()}
        for cell, hours in _hours_above(most, filing.of("transcript")):
            facts = {
                "subject": _SUBJECTS[cell.field], "hours": hours, "total": most[cell.field],
            }  # fmt: skip
            found = mine[cell.field]
            related = tuple(_heading(plan, "hours") for plan in found or plans)
            yield Hit(cell=cell, facts=facts, variant="" if found else "no-plan", related=related)


def _hours_above(
    most: Mapping[str, float], transcripts: Iterable[Table]
) -> Iterator[tuple[Cell, float]]:
    """Yield the cells of the rows whose hours can be read that hold too many, and how many."""
    for table in transcripts:
        for given, rows in hours_in(table):
            for name, hours in given.items():
                for index in rows if hours > max(most[name], 0) else ():
                    yield table.records[index].cells[name], hours


X11 = Rule(
    code="X11",
    name="hours-above-plan",
    severity=Severity.WARNING,
    scope=Scope.FILING,
    title="完成的学时比计划的多",
    source=("S10", "S12", "S14"),
    explanation="成绩单的学时是按计划表培训得来的，一般不会比计划的合计多；没有这一科目的计划，也就没有这一科目的学时。",
    message="第 {row} 行的{subject}是 {hours} 学时，计划表合计只有 {total} 学时。",
    variants={"no-plan": "第 {row} 行填了{subject} {hours} 学时，这次的文件里没有{subject}的计划表。"},
    fix="核对学时和计划表；有另一张计划表的，一起选进来再检查；在别的平台学习得来的学时，不用改。",
    check=hours_above_plan,
    private=("hours",),
)


def transcript_before_training(drop: Drop, context: Context) -> Iterator[Hit]:
    """Yield a transcript dated before the last training of the subjects it gives hours for."""
    for filing in drop.filings:
        for table in filing.of("transcript"):
            parts = find_date(table.date_text)
            date = to_date(parts) if parts else None
            subjects = _subjects_graded(table)
            last = _last_training(filing.plans_of(subjects), context) if date else None
            if date and last and table.date_cell and date < last[0]:
                facts = {"date": _written(date), "last": _written(last[0]), "plan_row": last[1].row}
                yield Hit(cell=table.date_cell, facts=facts, related=(last[1],))


def _subjects_graded(table: Table) -> tuple[str, ...]:
    """Return the subjects somebody has hours in."""
    graded = {name for given, _ in hours_in(table) for name, hours in given.items() if hours > 0}
    return tuple(subject for name, subject in _SUBJECTS.items() if name in graded)


def _last_training(plans: Sequence[Table], context: Context) -> tuple[dt.date, Cell] | None:
    """Return the last day that is understood, with its cell."""
    cells = [r.cells["time"] for plan in plans for r in plan.records if "time" in r.cells]
    days = [
        (max(dates), cell)
        for cell in cells
        if (dates := read_time(cell.value, context.cycle.year).dates)
    ]
    return max(days, key=lambda item: item[0], default=None)


def _written(date: dt.date) -> str:
    return f"{date.year}年{date.month}月{date.day}日"


X12 = Rule(
    code="X12",
    name="transcript-before-training",
    severity=Severity.WARNING,
    scope=Scope.FILING,
    title="成绩单的日期早于最后一次培训",
    source=("S6",),
    explanation="年度培训学习结束后才有全部成绩，成绩单的日期一般不早于最后一次培训。",
    message="成绩单的时间是{date}，早于计划表第 {plan_row} 行的培训（{last}）。",
    fix="核对成绩单右上角的时间和计划表的时间，把写错的一处改过来。",
    check=transcript_before_training,
)

# What two forms together would have shown.
_COMPARED = (
    ("filing_form", PLAN, "备案表的科目、方式、课时与计划表是否一致"),
    ("filing_form", "roster", "培训人数与名单是否一致"),
    (PLAN, "roster", "计划表的人数与名单是否一致"),
    (PLAN, "transcript", "成绩单的学时与计划表是否一致"),
    ("roster", "transcript", "名单与成绩单是否一致"),
)
_ALONE = {
    "filing_form": "只有备案表，未与计划表、名单和成绩单核对",
    PLAN: "只有计划表，未与备案表、名单和成绩单核对",
    "roster": "缺少成绩单，未核对名单与成绩单是否一致",
    "transcript": "缺少参训人员名单，未核对名单与成绩单是否一致",
}


def not_checked(drop: Drop) -> Iterator[str]:
    """Yield what could not be compared because a form is missing, a sentence a form."""
    several = len(drop.filings) > 1
    if any(is_sign_in(sheet) for source in drop.sources for sheet in source.workbook.sheets):
        yield "签到表里的内容不用检查，没有核对"
    if drop.unread and drop.filings:
        yield "有文件没认出是哪张表，未核对要交的表是否齐全"
    for filing in drop.filings:
        if several and not filing.unit:
            sheet = filing.tables[0].sheet.name
            yield f"“{sheet}”没有写单位名称，看不出是哪个单位的，未与其他表核对"
            continue
        for sentence in _missing(filing):
            yield f"{plain(filing.unit)}：{sentence}" if several else sentence


def _missing(filing: Filing) -> Iterator[str]:
    if len(filing.kinds) == 1:
        yield _ALONE[filing.kinds[0]]
        return
    for kind in KINDS:
        lost = [
            what for *pair, what in _COMPARED if set(pair).difference(filing.kinds) == {kind}
        ]
        if lost:
            yield f"缺少{_NAMES[kind]}，未核对{'、'.join(lost)}"


RULES = (X01, X02, X03, X04, X05, X06, X07, X08, X09, X10, X11, X12)
