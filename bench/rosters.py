"""Rosters of any length, as a clerk's spreadsheet program would have saved them.

The people are invented: region codes 418801 to 418821 were never issued. What they hold is
ordinary: some thousand different names, some dozen majors, now and then a 备注, a style on each
cell, the texts as shared strings.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from checker.identifiers import resident_id
from tests import workbooks

TODAY = dt.date(2024, 10, 8)
HEADER = ("序号", "姓名", "性别", "专业", "身份证号", "备注")
FIELDS = ("serial_no", "name", "gender", "major", "id_number", "note")
HEADER_ROW = 3
_TITLE = "2024年度洛阳市示例单位专业技术人员继续教育参训人员名单"
_LINE = "单位：洛阳市示例单位（盖章）　时间：2024年10月8日"
_REGIONS = ("418801", "418802", "418811", "418819", "418820", "418821")
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国志文玉梅晓宁海燕鹏飞宇轩浩然思"
    "雨佳怡子涵一诺红波辉力林峰新春凤洁琳云莲真环雪荣爱妹香月莺媛瑞凡嘉琼勤珍贞莉兰翠"
)
_MAJORS = (
    "土木工程", "临床医学", "会计学", "汉语言文学", "计算机科学与技术", "机械设计制造及其自动化",
    "电气工程及其自动化", "护理学", "数学与应用数学", "英语", "化学工程与工艺", "工程造价",
    "园林", "药学", "中医学", "给排水科学与工程", "地质工程", "测绘工程", "环境工程", "农学",
    "动物医学", "体育教育", "学前教育", "音乐学", "美术学", "历史学", "地理科学", "生物科学",
    "物理学", "思想政治教育", "图书馆学", "档案学", "文物与博物馆学", "新闻学", "法学", "经济学",
    "统计学", "审计学", "人力资源管理", "材料科学与工程", "冶金工程", "采矿工程",
    "焊接技术与工程", "工业设计", "建筑学", "城乡规划", "水利水电工程", "道路桥梁与渡河工程",
    "车辆工程", "食品科学与工程",
)  # fmt: skip
_PARTS = (
    ("workbook", "sheet.main"),
    ("worksheets/sheet1", "worksheet"),
    ("sharedStrings", "sharedStrings"),
    ("styles", "styles"),
)
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TYPES = (
    f'<Types xmlns="{workbooks.PACKAGE}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    + "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{_KIND}.{kind}+xml"/>'
        for name, kind in _PARTS
    )
    + "</Types>"
)
_NOTES = ("外派项目", "同名，市场部", "返聘", "调入")


def people(count: int) -> list[dict[str, Any]]:
    """Return so many people, each with a number of his own; the same ones at every call."""
    chance = random.Random(count)
    # A day and an order code tell two people apart.
    days = [dt.date(1965, 1, 1) + dt.timedelta(days=day) for day in range(13_000)]
    codes = chance.sample(range(len(days) * 900), count)
    return [_person(index, code, days, chance) for index, code in enumerate(codes)]


def _person(
    index: int, code: int, days: Sequence[dt.date], chance: random.Random
) -> dict[str, Any]:
    day, order = divmod(code, 900)
    body = f"{chance.choice(_REGIONS)}{days[day]:%Y%m%d}{order:03d}"
    given = "".join(chance.choice(_GIVEN) for _ in range(chance.choice((1, 2, 2))))
    return {
        "serial_no": index + 1,
        "name": chance.choice(_SURNAMES) + given,
        "gender": "男" if order % 2 else "女",
        "major": chance.choice(_MAJORS),
        "id_number": body + resident_id.check_character(body),
        "note": chance.choice(_NOTES) if chance.random() < 0.02 else None,
    }


def xlsx(records: Sequence[dict[str, Any]]) -> bytes:
    """Return a workbook of one sheet: title, unit line, header, a row a record."""
    strings: dict[str, int] = {}
    rows: list[Sequence[Any]] = [(_TITLE,), (_LINE,), HEADER]
    rows += [[record[name] for name in FIELDS] for record in records]
    cells = "".join(_row(number, row, strings) for number, row in enumerate(rows, 1))
    return workbooks.xlsx(cells, strings=list(strings), more={"[Content_Types].xml": _TYPES})


def _row(number: int, values: Sequence[Any], strings: dict[str, int]) -> str:
    cells = "".join(
        _cell(f"{chr(65 + column)}{number}", value, strings)
        for column, value in enumerate(values)
    )
    return f'<row r="{number}" spans="1:6">{cells}</row>'


def _cell(place: str, value: Any, strings: dict[str, int]) -> str:
    if value is None:
        return f'<c r="{place}" s="0"/>'
    if isinstance(value, int):
        return f'<c r="{place}" s="0"><v>{value}</v></c>'
    index = strings.setdefault(escape(value), len(strings))
    return f'<c r="{place}" s="0" t="s"><v>{index}</v></c>'
