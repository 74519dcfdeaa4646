"""The 填写说明 sheet of a template: a row a field, in the words of its schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from checker import paper
from checker.catalog import GUIDE_SHEET, Cycle, Field, Form

UNIT_HINT = ("单位名称", "把标题里的“（单位）”换成单位全称，与公章一致。")
_HEADINGS = ("栏目", "怎么填", "示例", "依据")
_WIDTHS = (13, 36, 17, 16)
_EXAMPLE_WIDTH = _WIDTHS[2]
_TITLE_HEIGHT = 40
_SECTION_HEIGHT = 28
_LINE_HEIGHT = 14.5
_ROW_PADDING = 6
_COMMON = (
    (*UNIT_HINT, ("S11",)),
    ("表头", "栏目名称照样表，不改、不删、不换位置；没有内容的栏目空着。", ()),
    ("复制粘贴", "从别的文件复制时用“选择性粘贴→数值”，下拉选项和文本格式才不会丢。", ()),
    ("打印盖章", "统一用{paper[size]}纸，加盖{paper[seal]}，送{paper[reviewer]}审核。", ("S3",)),
    ("报送之前", "用自检工具查一遍；哪一行哪一栏要改，它会逐条列出来。", ()),
)


def draw(sheet: Worksheet, forms: Sequence[Form], cycle: Cycle) -> None:
    """Draw what holds for every form, then each form with its own points and fields."""
    # One form fits a page with a little shrinking; all of them begin a page each.
    paper.set_page(sheet, "portrait", one_page=len(forms) == 1)
    sheet.sheet_view.showGridLines = False
    for column, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    paper.write(sheet, "A1:D1", GUIDE_SHEET, paper.TITLE)
    sheet.row_dimensions[1].height = _TITLE_HEIGHT
    row = 2
    for number, (heading, rows) in enumerate(_sections(forms, cycle)):
        if number > 1:  # the first form follows what holds for all; each further one begins a page
            sheet.row_breaks.append(Break(row - 1))
        paper.write(sheet, f"A{row}", heading, paper.SECTION)
        sheet.row_dimensions[row].height = _SECTION_HEIGHT
        for texts in (_HEADINGS, *rows):
            row += 1
            _draw_row(sheet, row, texts)
        row += 1


def _sections(
    forms: Sequence[Form], cycle: Cycle
) -> Iterator[tuple[str, list[tuple[str, str, str, str]]]]:
    """Yield the sections: a heading, and rows of one text a column."""

    def sources(names: Iterable[str]) -> str:
        return "\n".join(cycle.source_text(name) for name in names)

    yield "怎么用", [
        (topic, text.format(**cycle.data), "", sources(names)) for topic, text, names in _COMMON
    ]
    for form in forms:
        points = [
            (item["topic"], item["text"].format(**cycle.data), "", sources(item["source"]))
            for item in form.layout["guidance"]
        ]
        fields = [
            (field.label, field.description, _examples(field), sources(field.source))
            for field in form.fields.values()
        ]
        yield form.title, points + fields


def _examples(field: Field) -> str:
    """Return the examples on one line, or a line each where they are long."""
    texts = [str(each) for each in field.examples]
    line = "、".join(texts)
    return line if paper.count_lines(line, _EXAMPLE_WIDTH, paper.SMALL) == 1 else "\n".join(texts)


def _draw_row(sheet: Worksheet, row: int, texts: Sequence[str]) -> None:
    lines = 1
    for column, (text, width) in enumerate(zip(texts, _WIDTHS, strict=True), 1):
        style = paper.SMALL_CENTER if column == 1 else paper.SMALL
        style = paper.HEADING if texts is _HEADINGS else style
        # As text, so that the example of an identity number stays one.
        paper.write(sheet, f"{get_column_letter(column)}{row}", text or None, style, "@")
        lines = max(lines, paper.count_lines(text, width, style))
    sheet.row_dimensions[row].height = lines * _LINE_HEIGHT + _ROW_PADDING
