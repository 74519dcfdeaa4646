"""Name, sex and major of a person (N01–N06, G01, G02, M01, M02)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from checker.catalog import PEOPLE_FORMS
from checker.identifiers import id_document, person_name, resident_id
from checker.identifiers.id_document import Kind
from checker.model import Cell, CellKind, Context, Hit, Record, Rule, Scope, Severity
from checker.normalise import squeeze

_NAMES = ("person-name",)
_OF_FOREIGNERS = (Kind.PERMANENT_RESIDENT, Kind.OLD_PERMANENT_RESIDENT, Kind.TRAVEL)
_PLATFORM = "平台按姓名和身份证号认人（豫人社〔2017〕121号）"
_NOTICE_33 = "民委发〔2016〕33号（人社部会签）"


def placeholder(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield each name in which a sign stands for a character that could not be typed."""
    if person_name.is_plain(cell.text):
        return
    sign = person_name.placeholder(cell.text)
    if sign:
        yield Hit(cell=cell, facts={"c": sign}, variant="pattern")


N01 = Rule(
    code="N01",
    name="name-missing",
    severity=Severity.ERROR,
    scope=Scope.CELL,
    title="姓名没有填完整",
    source=("S13", "S14"),
    explanation="“？”“*”“某”之类的符号代替不了名字里的字。证件上的每一个字国家标准编码里都有，生僻字可以用手写或拆字输入。",
    message="第 {row} 行没有填“姓名”。",
    variants={"pattern": "第 {row} 行姓名里有代替汉字的“{c}”，不是证件上的姓名。"},
    fix="照身份证填写姓名；生僻字打不出来时用手写输入，仍打不出就在备注说明。",
    check=placeholder,
    kinds=_NAMES,
)


def blank_inside(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield each Chinese name with blanks between its characters."""
    if person_name.is_plain(cell.text):
        return
    if person_name.has_blank_inside(cell.text):
        if person_name.is_padding(cell.text):
            yield Hit(cell=cell, suggestion=person_name.tidy(cell.text))
        else:
            yield Hit(cell=cell, variant="long")


N02 = Rule(
    code="N02",
    name="name-blank-inside",
    severity=Severity.WARNING,
    scope=Scope.CELL,
    title="姓名中间有空格",
    source=("S13", "S14", _PLATFORM),
    explanation="为了对齐好看在两字姓名中间加的空格，会让姓名和平台账号对不上。要对齐，可以把单元格设成“分散对齐”。",
    message="第 {row} 行姓名中间有空格，建议写成“{suggestion}”。",
    variants={"long": "第 {row} 行姓名中间有空格，不知道是该去掉，还是该写成间隔号“·”。"},
    fix="去掉姓名中间的空格；少数民族姓名的间隔处写“·”。",
    check=blank_inside,
    kinds=_NAMES,
)


def other_separator(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield each name whose parts are joined by anything but one plain middle dot."""
    if not person_name.is_plain(cell.text) and person_name.has_other_separator(cell.text):
        yield Hit(cell=cell, suggestion=person_name.tidy(cell.text))


N03 = Rule(
    code="N03",
    name="name-other-separator",
    severity=Severity.WARNING,
    scope=Scope.CELL,
    title="姓名间隔号不是“·”",
    source=(_NOTICE_33,),
    explanation="国家统一规定姓名间隔号用“·”（U+00B7），两边不留空格。“•”“．”“・”看着差不多，编码不同，平台会当成不同的姓名，有的存成 CSV 还会变成问号。",
    message="第 {row} 行姓名间隔号要统一用“·”，建议写成“{suggestion}”。",
    fix="改用“·”：中文输入法下按 Shift+2，或按数字1左边的键。",
    check=other_separator,
    kinds=_NAMES,
)


def foreign_part(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield each name with a digit, letter, bracket or form of address in it."""
    text = cell.text
    if not person_name.is_plain(text):
        if person_name.placeholder(text):
            return
        if person_name.is_latin(text):
            yield Hit(cell=cell, variant="latin")
            return
    part = person_name.foreign_part(text)
    if part:
        yield Hit(cell=cell, facts={"c": part})


def remark_in_name(record: Record, context: Context) -> Iterator[Hit]:
    """Yield each name with something else in it; a foreigner's card has Latin letters rightly."""
    cell, number = record.cells.get("name"), record.cells.get("id_number")
    if cell is None or cell.kind is CellKind.BLANK or not cell.readable:
        return
    for hit in foreign_part(cell, context):
        kind = id_document.examine(number.value, context.today).kind if number else Kind.UNKNOWN
        if hit.variant != "latin" or kind not in _OF_FOREIGNERS:
            yield hit


N04 = Rule(
    code="N04",
    name="name-with-remark",
    severity=Severity.WARNING,
    scope=Scope.RECORD,
    title="姓名里有姓名以外的内容",
    source=("S13", "S14", _PLATFORM),
    explanation="“张三1”“李四（女）”“王老师”这样的写法和证件不一致，平台认不出人。",
    message="第 {row} 行姓名里有“{c}”，不像证件上的姓名。",
    variants={"latin": "第 {row} 行姓名是拉丁字母。外籍人员照证件填写就不用改，中国公民填汉字姓名。"},
    fix="只写证件上的姓名；同名区分、性别、称呼写到别的栏或备注里。",
    check=remark_in_name,
    reads=("name", "id_number"),
    private=("c",),
    forms=PEOPLE_FORMS,
)


def look_alike(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield each name with a character that only looks like a Han character."""
    character = "" if person_name.is_plain(cell.text) else person_name.look_alike(cell.text)
    if not character:
        return
    meant = person_name.proper(character)
    tidy = person_name.tidy(cell.text)
    if meant == character:
        yield Hit(cell=cell, variant="private")
    else:
        # A second one may have no known counterpart: then nothing is offered.
        suggestion = None if person_name.look_alike(tidy) else tidy
        yield Hit(cell=cell, facts={"c": character, "d": meant}, suggestion=suggestion)


N05 = Rule(
    code="N05",
    name="name-look-alike-character",
    severity=Severity.WARNING,
    scope=Scope.CELL,
    title="姓名里有编码不正常的字",
    source=("Unicode EquivalentUnifiedIdeograph", "GB 18030-2022"),
    explanation="从 PDF、识别软件或旧系统复制来的字，有的看着一样，编码却是部首、兼容字或自造字，换一台电脑可能显示成方框，平台也比对不上。",
    message="第 {row} 行姓名里的“{c}”不是正常的汉字编码，应为“{d}”。",
    variants={"private": "第 {row} 行姓名里有一个字用的是自造字编码，别的电脑上会显示成方框或别的字。"},
    fix="删掉这个字，用输入法重新输入；打不出来时用手写输入。",
    check=look_alike,
    private=("c", "d"),
    kinds=_NAMES,
)


def unusual_name(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield each name that is worth comparing with the card once more.

    What can be put right without the card is passed over; any other fault has the finding.
    """
    text = cell.text
    if person_name.is_plain(text) or not squeeze(text) or any(map(person_name.is_private, text)):
        return
    tidy = replace(cell, value=person_name.tidy(text))
    faults = (placeholder, blank_inside, other_separator, foreign_part, look_alike)
    if person_name.is_unusual(tidy.text) and not any(any(f(tidy, context)) for f in faults):
        yield Hit(cell=cell)


N06 = Rule(
    code="N06",
    name="name-unusual",
    severity=Severity.INFO,
    scope=Scope.CELL,
    title="姓名较少见",
    source=(_NOTICE_33, "GB 18030-2022"),
    explanation="姓名栏至少要能填25个汉字，生僻字也都有国家标准编码，所以少见的姓名没有错。提醒一下，是因为漏字、多字或打印成方框时不容易看出来。",
    message="第 {row} 行姓名较少见，对照身份证无误就不用改。",
    fix="对照身份证核对一遍，打印后看清生僻字有没有变成方框。",
    check=unusual_name,
    kinds=_NAMES,
)


def _sex(text: str, context: Context) -> str:
    """Return what a text in the 性别 column means; the text itself where that is not known."""
    gender = context.catalog.forms[PEOPLE_FORMS[0]].fields["gender"]
    if text in gender.enum:
        return text
    plain = squeeze(text)
    return gender.synonyms.get(plain, plain)


def other_gender_word(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield each 性别 that is understood although it is not 男 or 女; the schema finds the rest."""
    meant = _sex(cell.text, context)
    if meant != squeeze(cell.text):
        yield Hit(cell=cell, variant="synonym", severity=Severity.WARNING, suggestion=meant)


G01 = Rule(
    code="G01",
    name="gender-not-male-or-female",
    severity=Severity.ERROR,
    scope=Scope.CELL,
    title="性别不是“男”或“女”",
    source=("S13", "S14"),
    explanation="样表的“性别”一栏只填“男”或“女”，与身份证一致。",
    message="第 {row} 行性别是“{value}”，这一栏只填“男”或“女”。",
    variants={
        "required": "第 {row} 行没有填“性别”。",
        "synonym": "第 {row} 行性别“{value}”已按“{suggestion}”检查，建议改成“{suggestion}”。",
    },
    fix="照身份证填“男”或“女”，不写别的字。",
    check=other_gender_word,
    kinds=("gender",),
)


def gender_mismatch(record: Record, context: Context) -> Iterator[Hit]:
    """Yield each row whose 性别 is not that of its number, where the number itself is right."""
    cell, number = record.cells.get("gender"), record.cells.get("id_number")
    if cell is None or number is None:
        return
    stated = _sex(cell.text, context)
    document = id_document.examine(number.value, context.today)
    if stated not in ("男", "女") or not document.is_resident_like:
        return
    shown = resident_id.sex(document.number)
    if stated != shown:
        yield Hit(cell=cell, facts={"a": stated, "b": shown}, related=(number,))


G02 = Rule(
    code="G02",
    name="gender-mismatch",
    severity=Severity.ERROR,
    scope=Scope.RECORD,
    title="性别与身份证号不一致",
    source=("S13", "S14", "GB 11643-1999《公民身份号码》"),
    explanation="身份证号第17位是奇数为男，偶数为女，港澳台居民居住证和新版永居证也一样。号码通过了校验才比较，所以多半是性别填错，或复制时错了一行。",
    message="第 {row} 行性别填的是“{a}”，身份证号第17位表示“{b}”。",
    fix="对照证件核对性别和号码，看看上下几行有没有错位；证件上确实如此，就勾选“已核对证件”。",
    check=gender_mismatch,
    reads=("gender", "id_number"),
    private=("a", "b"),
    forms=PEOPLE_FORMS,
    on_card=True,
)

M01 = Rule(
    code="M01",
    name="major-missing",
    severity=Severity.ERROR,
    scope=Scope.CELL,
    title="没有填专业",
    source=("S13", "S14"),
    explanation="名单和成绩单都有“专业”一栏，专业科目要与本人专业相符。",
    message="第 {row} 行没有填“专业”。",
    fix="填专业名称，例如“土木工程”“临床医学”；拿不准填所学专业还是从事专业时，先问人社部门。",
)

# Whole texts only: 会计, 秘书, 护士 and 医士 are names of majors, too, and are not here.
_GRADE = "(?:正高级?|副高级?|高级|中级|初级|助理|一级|二级|三级|特级|主任|副主任|主管|主治|住院|执业)"
_TITLE = re.compile(
    f"{_GRADE}(?:职称)?|教师|高工|技术员|助教"
    "|.{0,12}(?:级教师|工程师|讲师|教授|研究员|研究馆员|馆员|医师|护师|药师|技师|经济师|会计师|统计师|审计师|农艺师"
    "|畜牧师|兽医师|政工师|编审)"
)
_DEGREE = re.compile(
    "(?:全日制|在职|成人|函授|自考|电大|大学)?"
    "(?:博士研究生|硕士研究生|研究生|博士|硕士|学士|本科|大学|专科|大专|中专|高中|初中|技校|职高)"
    "(?:生|学历|学位|毕业)?"
)
_POST = re.compile(
    ".{0,8}(?:科长|处长|局长|院长|校长|园长|厂长|所长|站长|队长|部长|组长|班长|护士长|经理|主任|书记|总监|主管"
    "|干事|科员|专员|职员|员工|办公室|处)"
    "|.{2,8}部|(?:人事|财务|总务|医务|教务|行政|综合|后勤|技术|质检|信息)科|干部|工人|职工"
)


def not_a_major(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield each 专业 that is as a whole a professional title, a degree or a post."""
    text = squeeze(unicodedata.normalize("NFKC", cell.text))
    if any(pattern.fullmatch(text) for pattern in (_TITLE, _DEGREE, _POST)):
        yield Hit(cell=cell)


M02 = Rule(
    code="M02",
    name="major-is-title-or-post",
    severity=Severity.WARNING,
    scope=Scope.CELL,
    title="专业像是职称、学历或岗位",
    source=("S13", "S14", "省平台“专业”指所学专业"),
    explanation="“专业”一栏填土木工程、临床医学、会计学这样的专业名称。通知没有说明是所学专业还是从事专业，但职称（工程师）、学历（本科）、岗位（科长、办公室）都不是专业。",
    message="第 {row} 行“{value}”像是职称、学历或岗位，不是专业名称。",
    fix="改填专业名称；当地另有要求的，以人社部门的答复为准。",
    check=not_a_major,
    kinds=("major",),
)

RULES = (N01, N02, N03, N04, N05, N06, G01, G02, M01, M02)
