"""Workbooks as people type them from the notice's samples: plain openpyxl, no template, no `_meta`.

The people are invented: their numbers carry the region code 418801, which was never issued.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from checker import catalog
from checker.identifiers import resident_id

UNIT = "洛阳市示例单位"
DATE_LINE = "时间：2024年10月8日"
_EXACT = "exact integer "
_EXACT_CELL = re.compile(rb' t="inlineStr"><is><t>exact integer ([0-9]+)</t></is></c>')
_NAMES = ["张三", "李四", "王五", "赵六", "周七", "吴八", "郑九", "孙十", "钱一", "冯二", "陈三", "褚四", "卫五", "蒋六", "沈七", "韩八"]
_FILING = {
    "unit_name": UNIT,
    "subject": "专业科目",
    "headcount": 1,
    "place": "单位三楼会议室",
    "mode": "面授",
    "hours": 3,
    "responsible_person": "赵六",
    "phone": "0379-60000000",
    "content": "新技术应用",
    "objective": "掌握新技术",
    "materials": "专业技术人员继续教育计划表\n专业技术人员继续教育参训人员名单",
}


def number(index: int, gender: str = "男", region: str = "418801", born: str = "19850312") -> str:
    """Return the `index`th invented number of a sex."""
    body = f"{region}{born}{index * 2 + (gender == '男'):03d}"
    return body + resident_id.check_character(body)


def person(index: int, gender: str = "") -> dict[str, Any]:
    """Return the `index`th invented person, as in a roster."""
    gender = gender or ("男" if index % 2 == 0 else "女")
    return {
        "serial_no": index + 1,
        "name": _NAMES[index % len(_NAMES)],
        "gender": gender,
        "major": "土木工程",
        "id_number": number(index, gender),
    }


def _defaults(form: str, index: int) -> dict[str, Any]:
    if form == "roster":
        return person(index)
    if form == "transcript":
        return person(index) | {
            "general_hours": 0, "professional_hours": 3, "grade": "合格",
        }  # fmt: skip
    return {
        "serial_no": index + 1,
        "time": f"2024年3月{index + 4}日上午",
        "place": "单位三楼会议室",
        "topic": "新技术应用",
        "mode": "面授",
        "audience": "全体专业技术人员",
        "headcount": 1,
        "hours": 3,
        "instructor": "王五",
    }


def records(form: str, given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return full records: what a case leaves out is filled with what is right."""
    return [_complete(_defaults(form, index), item, index) for index, item in enumerate(given)]


def _complete(
    defaults: dict[str, Any], item: Mapping[str, Any], index: int
) -> dict[str, Any]:
    """Fill a record; sex and number follow each other where only one of them is given."""
    if "id_number" in item and "gender" not in item:
        sign = str(item["id_number"])[-2:-1]
        odd = sign.isdigit() and int(sign) % 2
        defaults["gender"] = "男" if odd or not sign.isdigit() else "女"
    elif item.get("gender") in ("男", "女") and "id_number" not in item:
        defaults["id_number"] = person(index, item["gender"])["id_number"]
    return defaults | dict(item)


def boxes(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the boxes of a filing form: what a case leaves out is filled with what is right."""
    return _FILING | dict(given)


def first_row(form: str) -> int:
    """Return the row of the first record, where `add_sheet` has put it."""
    return 5 if form == "transcript" else 4


def title(form: str) -> str:
    """Return the title of a form as the notice has it, unit filled in."""
    kind = catalog.load().forms[form].layout["title"]
    return str(kind.format(year=2024, unit=UNIT))


def add_sheet(
    book: Workbook, form: str, given: Any, *, heading: str = "", date_line: str = DATE_LINE
) -> Worksheet:
    """Add one form to a workbook, its records completed, typed the way the notice lays it out."""
    sheet: Worksheet = book.create_sheet(form)
    sheet["A1"] = heading or title(form)
    if form == "filing_form":
        _write_boxes(sheet, boxes(given))
        return sheet
    sheet["A2"] = "单位：（盖章）"
    sheet["E2"] = date_line
    fields = catalog.load().forms[form].fields
    two_rows = any(field.group for field in fields.values())
    for column, field in enumerate(fields.values(), 1):
        sheet.cell(3, column, field.group or field.title)
        if field.group:
            sheet.cell(4, column, field.title)
    if two_rows:
        sheet["G3"] = None
        sheet.merge_cells("F3:G3")
        for letter in "ABCDEH":
            sheet.merge_cells(f"{letter}3:{letter}4")
    for row, record in enumerate(records(form, given), first_row(form)):
        for column, name in enumerate(fields, 1):
            value = record.get(name)
            sheet.cell(row, column, None if value == "" else value)
    return sheet


def _write_boxes(sheet: Worksheet, boxes: Mapping[str, Any]) -> None:
    """Write the filing form's grid: label and box, twice a row, then the list of materials."""
    fields = catalog.load().forms["filing_form"].fields
    names = [name for name in fields if name != "materials"]
    for index, name in enumerate(names):
        row, column = 3 + index // 2, 1 + index % 2 * 2
        sheet.cell(row, column, fields[name].title)
        value = boxes[name]
        sheet.cell(row, column + 1, None if value == "" else value)
    sheet["A8"], sheet["B8"] = "单位意见", "（单位印章）\n2024年  月  日"
    sheet["A9"], sheet["B9"] = "行业主管部门审核", "（单位印章）\n2024年  月  日"
    sheet["C9"], sheet["D9"] = "人社部门备案", "（单位印章）\n2024年  月  日"
    sheet["A10"], sheet["B10"], sheet["C10"] = "备案资料", "序号", "名称"
    for index, line in enumerate(str(boxes["materials"]).splitlines() or [""]):
        sheet.cell(11 + index, 2, index + 1)
        sheet.cell(11 + index, 3, line or None)
    sheet["A20"] = "此表一式三份，单位、主管部门、人社部门各一份。"


def workbook(
    forms: Mapping[str, Any],
    *,
    titles: Mapping[str, str] | None = None,
    dates: Mapping[str, str] | None = None,
) -> bytes:
    """Return the bytes of a workbook with one sheet a form; see `book_of`."""
    return to_bytes(book_of(forms, titles=titles, dates=dates))


def book_of(
    forms: Mapping[str, Any],
    *,
    titles: Mapping[str, str] | None = None,
    dates: Mapping[str, str] | None = None,
) -> Workbook:
    """Return a workbook with one sheet a form, in the order given, to be changed before it is saved.

    `titles` and `dates` replace the title and the 时间 line of the forms they name.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for form, given in forms.items():
        add_sheet(
            book,
            form,
            given,
            heading=(titles or {}).get(form, ""),
            date_line=(dates or {}).get(form, DATE_LINE),
        )
    return book


def to_bytes(book: Workbook) -> bytes:
    """Return the bytes of a workbook, whole numbers of 16 digits and more written in full.

    openpyxl writes them as 4.1030219000101e+17, as Excel does; other programs keep every digit.
    """
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int) and cell.value >= 10**15:
                    cell.value = f"{_EXACT}{cell.value}"
    plain, patched = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(patched, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            text = _EXACT_CELL.sub(rb"><v>\1</v></c>", old.read(item))
            new.writestr(item, text)
    return patched.getvalue()


def grid(rows: Sequence[Sequence[Any]], *merges: str, sheet_name: str = "Sheet1") -> bytes:
    """Return a workbook with one sheet that holds just these rows."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = sheet_name
    for row in rows:
        sheet.append(list(row))
    for area in merges:
        sheet.merge_cells(area)
    return to_bytes(book)
