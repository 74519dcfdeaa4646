"""csv and its like: encodings, delimiters, quotes. Every cell stays the text it is."""

from __future__ import annotations

import pytest

from checker.model import Trouble
from checker.reading import Limits
from tests import workbooks
from tests.reading.opening import only_sheet, opened

HEAD = ("序号", "姓名", "身份证号")
ROWS = (HEAD, ("1", "张三", "410302190001010012"))

ENCODED = {
    "utf-8 with mark": (workbooks.csv(ROWS, "utf-8-sig"), "utf-8"),
    "utf-8": (workbooks.csv(ROWS, "utf-8"), "utf-8"),
    "utf-16 little": (b"\xff\xfe" + workbooks.csv(ROWS, "utf-16-le"), "utf-16"),
    "utf-16 big": (b"\xfe\xff" + workbooks.csv(ROWS, "utf-16-be"), "utf-16"),
    "gb18030": (workbooks.csv(ROWS, "gb18030"), "gb18030"),
    "tab": (workbooks.csv(ROWS, delimiter="\t"), "utf-8"),
    "semicolon": (workbooks.csv(ROWS, delimiter=";"), "utf-8"),
    "only line feeds": (workbooks.csv(ROWS).replace(b"\r", b""), "utf-8"),
    "only carriage returns": (workbooks.csv(ROWS).replace(b"\n", b""), "utf-8"),
    "blank lines and cells after it": (workbooks.csv([*ROWS, ("", ""), ()]), "utf-8"),
}


@pytest.mark.parametrize(("data", "encoding"), ENCODED.values(), ids=ENCODED)
def test_encodings_and_delimiters(data, encoding):
    assert only_sheet(data, "a/名单.csv").rows == ROWS
    workbook = opened(data, "a/名单.csv")
    assert workbook.encoding == encoding
    assert workbook.sheets[0].name == "名单"


def test_four_byte_characters():
    rows = (HEAD, ("1", "㼆䶮𠮷", "x"))
    data = workbooks.csv(rows, "gb18030")
    assert "㼆".encode("gb18030") in data
    assert len("𠮷".encode("gb18030")) == 4
    assert only_sheet(data, "a.csv").rows == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('="410302190001010012",1', (('="410302190001010012"', "1"),)),
        ("'410302190001010012,1", (("'410302190001010012", "1"),)),
        ("0012,4.1E+17", (("0012", "4.1E+17"),)),
        ("\t410302190001010012,1", (("\t410302190001010012", "1"),)),
        ('"第一行\n第二行",1\n2,3', (("第一行\n第二行", "1"), ("2", "3"))),
        ('"说""明""",1', (('说"明"', "1"),)),
        ("张三，李四；王五,1", (("张三，李四；王五", "1"),)),
        (
            "名单\n序号,姓名\n1,张三\n2,李四;王五;赵六",
            (("名单",), ("序号", "姓名"), ("1", "张三"), ("2", "李四;王五;赵六")),
        ),
        ("a\n\n\nb,c", (("a",), (), (), ("b", "c"))),
        (",,\n,,x,,", ((), (None, None, "x"))),
        (" 张三 ,1", ((" 张三 ", "1"),)),
        ('1,"张三\n2,李四\n3,王五', (("1", '"张三'), ("2", "李四"), ("3", "王五"))),
        ("只有一栏\n张三", (("只有一栏",), ("张三",))),
    ],
)
def test_text(text, rows):
    assert only_sheet(text.encode(), "a.csv").rows == rows


def test_torn_last_character():
    for encoding in ("utf-8", "gb18030"):
        data = workbooks.csv(ROWS, encoding) + "，备注".encode(encoding)[:-1]
        workbook = opened(data, "a.csv")
        assert (workbook.trouble, workbook.encoding) == (None, encoding)


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf", b"\r\n\r\n", b",,,\r\n,,,"])
def test_nothing_in_it(data):
    assert opened(data, "a.csv").trouble is Trouble.NO_SHEETS


def test_too_many_rows():
    workbook = opened(b"1,2\n" * 30, "a.csv", Limits(rows=20))
    assert (workbook.trouble, workbook.limit, workbook.found) == (Trouble.TOO_LARGE, "rows", 30)
    assert only_sheet(b"1,2\n" * 20 + b",\n" * 30, "a.csv", Limits(rows=20)).total_rows == 20


def test_cell_without_end():
    assert opened(b'1,"' + b"x" * 200_000, "a.csv").trouble is Trouble.DAMAGED
