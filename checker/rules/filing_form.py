"""The filing form (备案表): its ten boxes, and the list of papers that come with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from checker.filing import Drop
from checker.model import Cell, Context, Hit, Rule, Scope, Severity, Table
from checker.normalise import number, number_with_unit, squeeze
from checker.wording import plain

# 转801, 分机801, -801 and the like after a landline number.
_EXTENSION = re.compile(r"(?:转|分机|ext|x|-|—)[0-9]{1,6}$")
_BETWEEN = re.compile(r"[、,，;；/／|\n\r]|或|和")
_NOT_PHONE = re.compile(r"[^0-9+]")
_PHONE = re.compile(
    r"(?:(?:\+|00)?86)?(?:1[3-9][0-9]{9}|(?:0[1-9][0-9]{1,2})?[2-9][0-9]{6,7})|[48]00[0-9]{7}"
)
_TAIL = 4  # digits: 69933238/39
_MATERIALS = ("备案资料", "备案材料")

B01 = Rule(
    code="B01",
    name="blank-box",
    severity=Severity.ERROR,
    scope=Scope.CELL,
    title="备案表有空着的栏目",
    source=("S11",),
    explanation="备案表的十个栏目都要填写；单位意见、行业主管部门审核、人社部门备案三栏留空，盖章时再填。",
    message="备案表的“{label}”还没有填。",
    fix="照实填写这一栏。",
)


def unknown_subject(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield a 备案科目 that names neither 公需科目 nor 专业科目.

    The notice does not say whether a form may be filed for both at once, so both may be named.
    """
    text = squeeze(cell.text)
    spec = context.catalog.forms["filing_form"].fields["subject"]
    both = all(subject[:2] in text for subject in spec.choices)
    if text and not both and not any(subject in text for subject in spec.choices):
        meant = spec.synonyms.get(text)
        yield Hit(cell=cell, suggestion=meant, variant="short" if meant else "")


B02 = Rule(
    code="B02",
    name="unknown-subject",
    severity=Severity.WARNING,
    scope=Scope.CELL,
    title="备案科目不是公需科目或专业科目",
    source=("S11", "S12"),
    explanation="备案科目与计划表、成绩单是同一种分法，只有公需科目和专业科目两类；培训的具体内容写在“培训内容”一栏。",
    message="备案科目写的是“{value}”，看不出是公需科目还是专业科目。",
    variants={"short": "备案科目写的是“{value}”，写全称“{suggestion}”就可以。"},
    fix="写“公需科目”或“专业科目”。",
    check=unknown_subject,
    kinds=("subject",),
    forms=("filing_form",),
)


def number_with_unit_box(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield a number with its unit (30人) and half a person; what else is wrong the schema says."""
    value = number_with_unit(cell.text)
    if cell.field == "headcount" and isinstance(number(cell.text), float):
        yield Hit(cell=cell, variant="whole")
    elif value is not None:
        yield Hit(cell=cell, variant="unit", severity=Severity.WARNING, suggestion=plain(value))


B03 = Rule(
    code="B03",
    name="box-not-a-number",
    severity=Severity.ERROR,
    scope=Scope.CELL,
    title="人数或课时不是数字",
    source=("S11",),
    explanation="培训人数要与名单人数核对，培训课时要与计划表核对，写成数字才对得上。",
    message="“{label}”要填数字，现在是“{value}”。",
    variants={
        "minimum": "“{label}”是 {value}，至少应当是1。",
        "exclusiveMinimum": "“{label}”是 {value}，应当大于0。",
        "whole": "“{label}”要填整数，现在是“{value}”。",
        "unit": "“{label}”写的是“{value}”，只写数字 {suggestion} 就可以。",
    },
    fix="只填数字，不写单位和说明。",
    check=number_with_unit_box,
    kinds=("headcount", "hours"),
    forms=("filing_form",),
)


def doubtful_phone(cell: Cell, context: Context) -> Iterator[Hit]:
    """Yield a 联系电话 in which some number is no mobile, landline or service number.

    Names and remarks between the numbers do no harm: somebody will read them.
    """
    text = unicodedata.normalize("NFKC", cell.text).casefold()
    numbers = [part for part in _BETWEEN.split(text) if _digits(part)]
    if squeeze(text) and not (numbers and _are_phones(numbers)):
        variant = "" if len(numbers) == 1 else "several"
        yield Hit(cell=cell, facts={"digits": len(_digits(text))}, variant=variant)


def _digits(text: str) -> str:
    return "".join(each for each in text if "0" <= each <= "9")


def _are_phones(texts: Sequence[str]) -> bool:
    """Tell whether the first is a number, and the others too or what is different in them."""
    return _is_phone(texts[0]) and all(
        _is_phone(text) or len(_digits(text)) <= _TAIL for text in texts[1:]
    )


def _is_phone(text: str) -> bool:
    """Tell whether it is a number, with or without blanks and extension, or several in a row."""
    parts = [part for part in text.split() if _digits(part)]
    return _is_one_phone(squeeze(text)) or (len(parts) > 1 and all(map(_is_one_phone, parts)))


def _is_one_phone(text: str) -> bool:
    candidates = (text, _EXTENSION.sub("", text))
    return any(_PHONE.fullmatch(_NOT_PHONE.sub("", candidate)) for candidate in candidates)


B04 = Rule(
    code="B04",
    name="doubtful-phone",
    severity=Severity.WARNING,
    scope=Scope.CELL,
    title="联系电话看起来不完整",
    source=("S11",),
    explanation="材料有问题时，工作人员按这个号码联系。手机号是11位；座机号是7位或8位，前面可以加区号。",
    message="联系电话“{value}”里有 {digits} 位数字，不像完整的手机号或座机号。",
    variants={"several": "联系电话“{value}”不像完整的手机号或座机号。"},
    fix="对照核对一遍，写11位手机号，或带区号的座机号。",
    check=doubtful_phone,
    kinds=("phone",),
    forms=("filing_form",),
)


def incomplete_materials(table: Table, context: Context) -> Iterator[Hit]:
    """Yield a 备案资料 list without the plan or the roster.

    Everything from the list's label on is looked at, however the list is laid out.
    """
    cells = [
        (row, squeeze(str(value)))
        for row, values in enumerate(table.sheet.rows, 1)
        for value in values
        if isinstance(value, str)
    ]
    top = next((row for row, text in cells if text.startswith(_MATERIALS)), None)
    place = table.records[0].cells["materials"]
    if top is None:
        yield Hit(cell=place, variant="none")
        return
    text = "".join(text for row, text in cells if row >= top)
    missing = [
        name
        for name, words in (("计划表", ("计划",)), ("参训人员名单", ("名单", "名册")))
        if not any(word in text for word in words)
    ]
    if missing:
        yield Hit(cell=place, facts={"missing": "”和“".join(missing)})


B05 = Rule(
    code="B05",
    name="incomplete-materials",
    severity=Severity.ERROR,
    scope=Scope.TABLE,
    title="备案资料没有列全",
    source=("S2", "S11"),
    explanation="样表的备案资料清单里印着计划表和参训人员名单两项，备案时要与备案表一起报送。",
    message="备案资料清单里没有“{missing}”。",
    variants={"none": "备案表里没有“备案资料”清单。"},
    fix="照样表在备案资料清单里列上“专业技术人员继续教育计划表”和“专业技术人员继续教育参训人员名单”。",
    check=incomplete_materials,
    forms=("filing_form",),
)


def printing(drop: Drop, context: Context) -> Iterator[Hit]:
    """Yield the first filing form, to say what is done with it on paper."""
    table = drop.first("filing_form")
    if table:
        facts = {
            "paper": context.cycle.data["paper"]["size"],
            "copies": context.cycle.data["copies"]["filing_form"],
            "seal": context.cycle.data["paper"]["seal"],
            "reviewer": context.cycle.data["paper"]["reviewer"],
        }
        yield Hit(cell=table.place(), facts=facts)


B06 = Rule(
    code="B06",
    name="printing-reminder",
    severity=Severity.INFO,
    scope=Scope.FILING,
    title="打印和盖章提醒",
    source=("S3", "S11"),
    explanation="备案表几份、由谁留存，通知写在备案表下面；单位意见、行业主管部门审核、人社部门备案三栏在打印后办理。",
    message="备案表用 {paper} 纸打印 {copies} 份：先盖{seal}，再送{reviewer}审核，最后到人社部门备案。",
    fix="单位意见和两栏审核意见先空着，打印以后再办。",
    check=printing,
)

RULES = (B01, B02, B03, B04, B05, B06)
