"""Identity numbers (I01–I18): what the cell holds, its form, what its digits say, the whole column.

A cell gets its first fault only: `id_document.examine` asks in the order of evaluation. A genuine
number called wrong costs more than a wrong one missed, so lists that may be stale only inform.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from checker.catalog import PEOPLE_FORMS
from checker.identifiers import (
    id_document,
    permanent_resident,
    person_name,
    regions,
    resident_id,
    travel_permit,
)
from checker.identifiers.id_document import Document, Fault, Kind
from checker.model import Cell, Check, Context, Hit, Record, Rule, Scope, Severity, Table
from checker.normalise import INVISIBLE

_KINDS = ("resident-id",)
_GB11643 = "GB 11643-1999《公民身份号码》"
_EXCEL = "Microsoft 支持：表格软件只保留 15 位有效数字"

_ODD_CHARACTERS = (
    ("看不见的字符", INVISIBLE),
    ("连字符", resident_id.DASHES),
    ("引号", resident_id.QUOTES),
    ("小写 x", frozenset("x")),
    ("代替 X 的符号", resident_id.CROSSES - {"X"}),
    ("等号", frozenset("=")),
)
_LOOK_ALIKES = {"O": "0", "o": "0", "Q": "0", "D": "0", "l": "1", "I": "1", "i": "1", "Z": "2",
                "z": "2", "S": "5", "s": "5", "b": "6", "B": "8", "g": "9", "q": "9"}

_LEAST = 3  # so many numbers of one kind in a column are no chance (I18) …
_CUT_SHARE = 0.01  # … and ten times as many as chance makes end in 000
_RECENT = 20  # namesakes to compare with: bounds the work on a column of equal names


def _document(cell: Cell, context: Context) -> Document:
    return id_document.examine(cell.value, context.today)


def _first(fault: Fault) -> Check:
    """Return the check for a fault that needs no facts."""

    def check(cell: Cell, context: Context) -> Iterator[Hit]:
        if _document(cell, context).fault is fault:
            yield Hit(cell=cell)

    return check


I01 = Rule(
    code="I01",
    name="resident-id-missing",
    severity=Severity.ERROR,
    scope=Scope.CELL,
    title="没有填身份证号",
    source=("S13", "S14"),
    explanation="名单和成绩单都有“身份证号”一栏。继续教育平台按身份证号认人，没有号码就记不上学时。",
    message="第 {row} 行没有填“身份证号”。",
    fix="照身份证填18位号码；先把整列设为“文本”格式再输入。",
)

I02 = Rule(
    code="I02",
    name="resident-id-digits-lost",
    severity=Severity.ERROR,
    scope=Scope.CELL,
    title="身份证号被当成数字，后三位已丢失",
    source=("S13", "S14", _EXCEL),
    explanation="表格软件的数字只保留前15位，18位号码的后三位会变成000，丢了就找不回来。截断后的号码约有十一分之一碰巧能通过校验，所以先看单元格格式，再看号码。",
    message="第 {row} 行身份证号被表格软件当成了数字，后三位已变成 000，无法恢复。",
    fix="先把整列设为“文本”格式，再照身份证重新录入；只改格式找不回丢掉的数字。",
    check=_first(Fault.LOST_DIGITS),
    kinds=_KINDS,
)

I03 = Rule(
    code="I03",
    name="resident-id-scientific-notation",
    severity=Severity.ERROR,
    scope=Scope.CELL,
    title="身份证号成了科学计数",
    source=("S13", "S14", _EXCEL),
    explanation="“4.1E+17”只是号码的大概数值，后面的数字已经丢失，多见于从 CSV 或其他系统导出再粘贴的表。",
    message="第 {row} 行身份证号成了“4.1E+17”这样的科学计数，后面的数字已经丢失。",
    fix="先把整列设为“文本”格式，再照身份证重新录入。",
    check=_first(Fault.SCIENTIFIC),
    kinds=_KINDS,
)


def stored_as_number(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield each numeric cell that still holds a right number with all its digits."""
    document = _document(cell, context)
    if isinstance(cell.value, int) and document.is_resident_like:
        yield Hit(cell=cell, suggestion=document.number)


I04 = Rule(
    code="I04",
    name="resident-id-stored-as-number",
    severity=Severity.WARNING,
    scope=Scope.CELL,
    title="身份证号存成了数字格式",
    source=("S13", "S14", _EXCEL),
    explanation="有的软件导出的表，18位号码虽然完整，单元格却是数字格式。用 Excel 或 WPS 编辑保存一次，后三位就会变成000。",
    message="第 {row} 行身份证号目前完整，但单元格是数字格式，再次编辑会丢失后三位。",
    fix="先把整列设为“文本”格式，再照证件重新录入这一格。",
    check=stored_as_number,
    kinds=_KINDS,
)

I05 = Rule(
    code="I05",
    name="resident-id-fifteen-digits",
    severity=Severity.ERROR,
    scope=Scope.CELL,
    title="填的是15位旧身份证号",
    source=("S13", "S14", "居民身份证法（第一代身份证2013年1月1日停用）"),
    explanation="15位号码属于第一代身份证，早已停用。自行推算的18位号码有时与现在的证件对不上，所以要照证件填。",
    message="第 {row} 行填的是15位旧号码，现在的身份证号是18位。",
    fix="照现在的身份证填18位号码，不要自行推算。",
    check=_first(Fault.OLD_LENGTH),
    kinds=_KINDS,
)


def wrong_length(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield each text that is too short or too long for a number, or no number at all."""
    document = _document(cell, context)
    if document.fault is Fault.LENGTH:
        yield Hit(cell=cell, facts={"n": len(document.number)})
    elif document.fault is Fault.WORDS:
        yield Hit(cell=cell, variant="words")


I06 = Rule(
    code="I06",
    name="resident-id-wrong-length",
    severity=Severity.ERROR,
    scope=Scope.CELL,
    title="身份证号不是18位",
    source=("S13", "S14", "国发〔1999〕15号", _GB11643),
    explanation="公民身份号码、港澳台居民居住证号码和2023年12月起的永居证号码都是18位。号码里的空格和横线不算位数。",
    message="第 {row} 行身份证号有 {n} 位，应为18位。",
    variants={"words": "第 {row} 行“身份证号”一栏里有号码以外的内容，认不出号码。"},
    fix="对照证件补全漏掉的数字，删去多出的内容；一格只填一个号码，说明写在备注栏。",
    check=wrong_length,
    kinds=_KINDS,
)


def wrong_character(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield each number of 18 characters with one that cannot stand there, and say which."""
    if _document(cell, context).fault is not Fault.CHARACTER:
        return
    place, character = id_document.wrong_character(cell.text)
    variant = "last" if place == resident_id.LENGTH else ""
    meant = _LOOK_ALIKES.get(character, "")
    if meant and not variant:
        variant = "look-alike"
    yield Hit(cell=cell, facts={"k": place, "c": character, "meant": meant}, variant=variant)


I07 = Rule(
    code="I07",
    name="resident-id-wrong-character",
    severity=Severity.ERROR,
    scope=Scope.CELL,
    title="身份证号里有不该有的字符",
    source=("S13", "S14", _GB11643),
    explanation="号码前17位都是数字，只有第18位可能是大写 X。字母 O 和数字 0、字母 l 和数字 1 最容易混。",
    message="第 {row} 行身份证号第 {k} 位是“{c}”，应为数字。",
    variants={
        "look-alike": "第 {row} 行身份证号第 {k} 位是“{c}”，应为数字，是不是把 {meant} 输成了 {c}？",
        "last": "第 {row} 行身份证号第18位是“{c}”，应为数字或大写 X。",
    },
    fix="对照证件改正这一位。",
    check=wrong_character,
    kinds=_KINDS,
)


def untidy_writing(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield each number that had to be tidied before it could be checked."""
    document = _document(cell, context)
    if (
        isinstance(cell.value, str)
        and cell.value != document.number
        and document.is_well_formed
        and document.kind is not Kind.TRAVEL
    ):
        odd = "、".join(dict.fromkeys(_oddities(cell.value)))
        yield Hit(cell=cell, facts={"c": odd}, suggestion=document.number)


def _oddities(text: str) -> Iterator[str]:
    for character in text:
        if character.isspace():
            yield "换行" if character in "\r\n" else "空格"
        elif "\uff01" <= character <= "\uff5e":
            yield "全角字符"
        elif not character.isascii() or not (character.isdigit() or character.isupper()):
            kinds = (name for name, members in _ODD_CHARACTERS if character in members)
            yield next(kinds, "小写字母")


I08 = Rule(
    code="I08",
    name="resident-id-untidy-writing",
    severity=Severity.WARNING,
    scope=Scope.CELL,
    title="身份证号写法不规范",
    source=("S13", "S14", _GB11643),
    explanation="标准写法是半角数字，末位是 X 时用大写字母。平台逐字比对，小写 x、全角数字、空格和横线都会让同一个号码对不上。",
    message="第 {row} 行身份证号里有{c}，已按“{suggestion}”检查。",
    fix="改成半角数字和大写 X，去掉空格和其他符号。",
    check=untidy_writing,
    kinds=_KINDS,
)

I09 = Rule(
    code="I09",
    name="resident-id-masked",
    severity=Severity.ERROR,
    scope=Scope.CELL,
    title="身份证号用 * 遮住了几位",
    source=("S13", "S14"),
    explanation="备案名单要填身份证号，申报学时也按完整号码比对，遮住几位就认不出人。公示用的名单才需要遮挡。",
    message="第 {row} 行身份证号有几位被遮住了（如 *），备案和申报学时都要用完整号码。",
    fix="照证件补全号码，电子版注意妥善保管。",
    check=_first(Fault.MASKED),
    kinds=_KINDS,
)

I10 = Rule(
    code="I10",
    name="resident-id-impossible-birth-date",
    severity=Severity.ERROR,
    scope=Scope.CELL,
    title="身份证号里的出生日期不存在",
    source=(_GB11643, "GB/T 7408"),
    explanation="第7–14位是出生年月日，应是1900年以后、今天以前真实存在的日期。",
    message="第 {row} 行身份证号第7–14位不是一个真实的出生日期。",
    fix="对照证件核对第7–14位（年4位、月2位、日2位）。",
    check=_first(Fault.DATE),
    kinds=_KINDS,
)

I11 = Rule(
    code="I11",
    name="resident-id-checksum",
    severity=Severity.ERROR,
    scope=Scope.CELL,
    title="身份证号校验不通过",
    source=(_GB11643, "ISO/IEC 7064 MOD 11-2"),
    explanation="第18位由前17位算出。输错任何一位，或相邻两位颠倒，就一定对不上。",
    message="第 {row} 行身份证号校验不通过，多半有一位或几位输错了。",
    fix="逐位对照证件，不要只改最后一位；证件上确实是这个号码，就勾选“已核对证件”。",
    check=_first(Fault.CHECKSUM),
    kinds=_KINDS,
    on_card=True,
)

I12 = Rule(
    code="I12",
    name="resident-id-unknown-province",
    severity=Severity.ERROR,
    scope=Scope.CELL,
    title="身份证号前两位不是省级代码",
    source=(_GB11643, "GB/T 2260", "国办发〔2018〕81号"),
    explanation="前两位是省、自治区、直辖市的代码（河南是41），港澳台居民居住证是81、82、83；只有外国人永久居留身份证以9开头。",
    message="第 {row} 行身份证号前两位不是省级代码。",
    fix="对照证件核对号码开头；证件上确实是这个号码，就勾选“已核对证件”。",
    check=_first(Fault.PROVINCE),
    kinds=_KINDS,
    on_card=True,
)


def unlisted_region(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield each right number whose region code is in no list; it may be genuine all the same."""
    document = _document(cell, context)
    if (
        document.is_resident_like
        and document.kind is Kind.RESIDENT
        and not regions.is_known(document.number[:6])
    ):
        yield Hit(cell=cell)


I13 = Rule(
    code="I13",
    name="resident-id-unlisted-region",
    severity=Severity.INFO,
    scope=Scope.CELL,
    title="身份证号前六位未收录",
    source=("GB/T 2260",),
    explanation="我们收录了1980年以来的县级以上行政区划代码，已撤销的（如原偃师市410381）也算在内，但仍有个别真实号码不在其中。这一条只是提醒，不影响检查结果，也不拿代码的年份和出生年份比较。",
    message="第 {row} 行身份证号前六位不在已收录的行政区划代码里。旧号或特殊区划属正常情况，对照证件无误就不用改。",
    fix="对照证件看一眼前六位，无误就不用改。",
    check=unlisted_region,
    kinds=_KINDS,
)


def other_card(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield each number of a residence permit or permanent residence card."""
    document = _document(cell, context)
    if document.kind is Kind.OLD_PERMANENT_RESIDENT:
        if not permanent_resident.checksum_ok(document.number):
            yield Hit(cell=cell, variant="check", severity=Severity.WARNING)
            return
    elif document.fault or document.kind not in (Kind.RESIDENCE_PERMIT, Kind.PERMANENT_RESIDENT):
        return
    yield Hit(cell=cell, facts={"card": document.kind.value})


I14 = Rule(
    code="I14",
    name="resident-id-other-card",
    severity=Severity.INFO,
    scope=Scope.CELL,
    title="居住证或永久居留身份证号码",
    source=("国办发〔2018〕81号第三条", "GA 2102-2023《外国人永久居留身份证技术规范》"),
    explanation="港澳台居民居住证以810000、820000、830000开头；外国人永久居留身份证新版以9开头共18位，旧版是3个字母加12位数字，两种都能用。旧版末位的算法没有读到官方文本，对不上时只提醒核对。",
    message="第 {row} 行是{card}号码，格式没有问题。",
    variants={"check": "第 {row} 行像是旧版外国人永久居留身份证号码，但末位校验对不上。"},
    fix="对照证件核对一遍，无误就不用改。",
    check=other_card,
    kinds=_KINDS,
)


def travel_document(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield each number that has the shape of a travel permit or passport."""
    document = _document(cell, context)
    if document.kind is Kind.TRAVEL:
        yield Hit(cell=cell, facts={"card": travel_permit.recognise(document.number)})


I15 = Rule(
    code="I15",
    name="resident-id-travel-document",
    severity=Severity.WARNING,
    scope=Scope.CELL,
    title="像是通行证或护照号码",
    source=("S13", "国办发〔2018〕81号"),
    explanation="样表要求填身份证号。港澳台居民和外籍人员在内地工作，一般持有居住证或永久居留身份证，平台按这些号码认人。",
    message="第 {row} 行像是{card}号码，不是身份证号。",
    fix="改填居住证或永久居留身份证号码；确实没有的，在备注写明并咨询人社部门。",
    check=travel_document,
    kinds=_KINDS,
)


def unusual_age(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield each right number whose holder is unusually young or old at the end of the year.

    The age itself is no fact of the message: it would be personal in a report that is passed on.
    """
    document = _document(cell, context)
    if not document.is_resident_like:
        return
    age, ages = context.cycle.year - resident_id.birth_year(document.number), context.cycle.ages
    if age < ages["youngest"]:
        yield Hit(cell=cell, facts={"age": ages["youngest"]}, variant="young")
    elif age > ages["oldest"]:
        yield Hit(cell=cell, facts={"age": ages["oldest"]})
    elif age > ages["usual"]:
        yield Hit(cell=cell, facts={"age": ages["usual"]}, severity=Severity.INFO)


I16 = Rule(
    code="I16",
    name="resident-id-unusual-age",
    severity=Severity.WARNING,
    scope=Scope.CELL,
    title="按身份证号推算的年龄少见",
    source=("《河南省专业技术人员继续教育条例》第二条（在职）",),
    explanation="条例适用于在职的专业技术人员，所以年龄特别小或特别大时提醒一下：可能是出生年份输错，也可能确实如此（如退休返聘）。",
    message="第 {row} 行按身份证号推算，到 {year} 年底已超过 {age} 岁。",
    variants={"young": "第 {row} 行按身份证号推算，到 {year} 年底还不满 {age} 岁。"},
    fix="核对号码有没有输错，确认本人是否为在职专业技术人员。",
    check=unusual_age,
    kinds=_KINDS,
)


def _name(record: Record) -> str:
    return person_name.compact(record.text("name"))


def _numbered(
    table: Table, indexes: Iterable[int], context: Context
) -> Iterator[tuple[Record, Cell, Document]]:
    """Yield the rows, of some, whose number is all there, right or not."""
    for index in indexes:
        record = table.records[index]
        cell = record.cells.get("id_number")
        if cell is not None:
            document = _document(cell, context)
            if document.is_well_formed:
                yield record, cell, document


def duplicate(table: Table, context: Context) -> Iterator[Hit]:
    """Yield each row whose number stands in a row above, naming the first such row.

    All rows of a number so name the same row, and the report can put them into one sentence.
    """
    numbers = table.records.meanings("id_number")
    if len(set(numbers)) == len(numbers):
        return
    counts = Counter(numbers)
    repeated = (index for index, number in enumerate(numbers) if number and counts[number] > 1)
    seen: dict[str, tuple[Record, Cell]] = {}
    for record, cell, document in _numbered(table, repeated, context):
        above, first = seen.setdefault(document.number, (record, cell))
        if first is not cell:
            names = {_name(above), _name(record)} - {""}
            variant = "names" if len(names) > 1 else ""
            yield Hit(cell=cell, facts={"a": first.row}, variant=variant, related=(first,))


I17 = Rule(
    code="I17",
    name="resident-id-duplicate",
    severity=Severity.ERROR,
    scope=Scope.TABLE,
    title="身份证号重复",
    source=(_GB11643, "居民身份证法第三条（唯一的、终身不变的）"),
    explanation="身份证号一人一号。历史上的重号已基本清理完，表里出现两次，不是同一人填了两行，就是号码填错。",
    message="第 {row} 行身份证号与第 {a} 行相同。",
    variants={"names": "第 {row} 行身份证号与第 {a} 行相同，姓名却不同。"},
    fix="核对这几行：同一人只留一行；不是同一人，至少有一个号码填错，对照证件改正。",
    check=duplicate,
    forms=PEOPLE_FORMS,
)


def damaged_column(table: Table, context: Context) -> Iterator[Hit]:
    """Yield what only the column as a whole shows: cut, filled down or mistyped numbers."""
    yield from _cut(table, context)
    # Of three numbers that run on, two have the same first 17 digits, and of two that differ in one
    # character one is wrong: where no number is wrong by itself, there is neither.
    suspects = range(len(table.records)) if context.doubtful is None else context.doubtful
    wrong = [
        record
        for record, _, document in _numbered(table, suspects, context)
        if document.fault and resident_id.well_formed(document.number)
    ]
    if wrong:
        numbers = list(_whole_numbers(table, context))
        yield from _runs(table, numbers)
        yield from _mistyped(table, numbers, {_name(record) for record in wrong} - {""})


def _cut(table: Table, context: Context) -> Iterator[Hit]:
    """Yield the texts that end in 000, where they are too many for a chance."""
    numbers = table.records.meanings("id_number")
    ending = (index for index, number in enumerate(numbers) if number and number.endswith("000"))
    cut = [
        cell
        for _, cell, document in _numbered(table, ending, context)
        if isinstance(cell.value, str) and resident_id.well_formed(document.number)
    ]
    if len(cut) >= max(_LEAST, len(numbers) * _CUT_SHARE):
        yield _several(cut)


def _several(cells: list[Cell], variant: str = "") -> Hit:
    return Hit(cell=cells[0], facts={"n": len(cells)}, variant=variant, related=tuple(cells[1:]))


def _whole_numbers(table: Table, context: Context) -> Iterator[tuple[int, str]]:
    """Yield the numbers of 18 characters, each with the index of its row."""
    numbers = table.records.meanings("id_number")
    for index, value in enumerate(table.records.columns["id_number"]):
        number = numbers[index] or ""
        if resident_id.well_formed(number) and (
            isinstance(value, str) or any(_numbered(table, (index,), context))
        ):
            yield index, number


def _runs(table: Table, numbers: list[tuple[int, str]]) -> Iterator[Hit]:
    """Yield each stretch of rows in which every number is the one above plus one."""
    # Along such a stretch the number grows as fast as its place in the column.
    offsets = (
        (int(number) - at if number.isdigit() else at, index)
        for at, (index, number) in enumerate(numbers)
    )
    for _, run in groupby(offsets, key=itemgetter(0)):
        indexes = [index for _, index in run]
        if len(indexes) >= _LEAST:
            cells = [table.records[index].cells["id_number"] for index in indexes]
            yield _several(cells, "running")


def _mistyped(
    table: Table, numbers: list[tuple[int, str]], suspects: set[str]
) -> Iterator[Hit]:
    """Yield each row whose number differs in one character from a namesake's above.

    Two such numbers agree in their first or second half: only those need comparing.
    """
    halves: dict[tuple[str, str], list[tuple[str, Cell]]] = {}
    middle = resident_id.LENGTH // 2
    for index, number in numbers if suspects else ():
        name = _name_at(table, index)
        if name not in suspects:
            continue
        cell = table.records[index].cells["id_number"]
        for half in (number[:middle] + "-", "-" + number[middle:]):
            namesakes = halves.setdefault((name, half), [])
            for other, place in namesakes[-_RECENT:]:
                if sum(a != b for a, b in zip(number, other, strict=True)) == 1:
                    yield Hit(cell=cell, facts={"a": place.row}, variant="near", related=(place,))
            namesakes.append((number, cell))


def _name_at(table: Table, index: int) -> str:
    """Return the name in a row as names are compared."""
    names = table.records.columns.get("name")
    name = names[index] if names else None
    plain = isinstance(name, str) and person_name.is_plain(name)
    return str(name) if plain else _name(table.records[index])


I18 = Rule(
    code="I18",
    name="resident-id-damaged-column",
    severity=Severity.WARNING,
    scope=Scope.TABLE,
    title="身份证号整列可能有问题",
    source=(_EXCEL, _GB11643),
    explanation="真实号码以000结尾的大约一千个里才有一个，也不会一行比一行大1。同名的两行号码只差一位，多半是同一人录了两遍。",
    message="第 {row} 行起有 {n} 个身份证号以000结尾，像是整列丢失了后三位。",
    variants={
        "running": "第 {row} 行起连续 {n} 个身份证号逐行加1，像是下拉填充出来的。",
        "near": "第 {row} 行与第 {a} 行姓名相同，身份证号只差一位，像是同一人录了两遍。",
    },
    fix="逐行对照证件核对；整列设为“文本”后重新录入，不要下拉填充。",
    check=damaged_column,
    forms=PEOPLE_FORMS,
)

RULES = (
    I01, I02, I03, I04, I05, I06, I07, I08, I09,
    I10, I11, I12, I13, I14, I15, I16, I17, I18,
)
