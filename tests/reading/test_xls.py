"""xls and et: values as in xlsx, and what the BIFF records say beside them."""

from __future__ import annotations

import datetime as dt
import struct

import pytest
import xlwt

from checker.model import Area, CellKind, Trouble
from checker.reading import LIMITS, Limits
from checker.reading.ole2 import Compound, compound
from tests import workbooks
from tests.reading.opening import only_sheet, opened

DATE = xlwt.easyxf(num_format_str="yyyy-mm-dd")
ERROR, FORMULA = CellKind.ERROR, CellKind.FORMULA


def made() -> tuple[xlwt.Workbook, xlwt.Worksheet]:
    book = xlwt.Workbook()
    return book, book.add_sheet("名单")


def test_values():
    book, sheet = made()
    values = (" 张三\n", 3, 2.5, 410302190001010012, True, "", dt.date(2024, 3, 5))
    for column, value in enumerate(values):
        style = DATE if isinstance(value, dt.date) else xlwt.Style.default_style
        sheet.write(4, column + 2, value, style)
    read = only_sheet(workbooks.xls_saved(book), "a.xls")
    expected = (None, None, " 张三\n", 3, 2.5, 4.1030219000101e17, True, None, dt.date(2024, 3, 5))
    assert read.rows == ((), (), (), (), expected)
    assert type(read.value(5, 6)) is float
    assert read.total_rows == 5


def test_details():
    book, sheet = made()
    for row in range(5):
        sheet.write(row, 0, row)
    sheet.write(0, 1, "甲")
    sheet.write(0, 2, "乙")
    sheet.write_merge(1, 2, 1, 2, "丙")
    sheet.row(3).hidden = True
    sheet.col(1).hidden = True
    sheet.col(200).hidden = True
    sheet.write(4, 1, xlwt.Formula("A1+1"))
    sheet.row(4).set_cell_error(2, 0x2A)
    read = only_sheet(workbooks.xls_saved(book), "a.xls")
    assert read.merged == (Area(2, 2, 3, 3),)
    assert (read.hidden_rows, read.hidden_columns) == ({4}, {2})
    assert read.marks == {(5, 2): FORMULA, (5, 3): ERROR}
    assert (read.value(5, 2), read.value(5, 3)) == ("=", "#N/A")


def test_hidden_sheet():
    book, sheet = made()
    sheet.write(0, 0, 1)
    other = book.add_sheet("旧")
    other.write(0, 0, 1)
    other.visibility = 1
    sheets = opened(workbooks.xls_saved(book), "a.xls").sheets
    assert [(sheet.name, sheet.hidden) for sheet in sheets] == [("名单", False), ("旧", True)]


def record(number: int, body: bytes) -> bytes:
    return struct.pack("<HH", number, len(body)) + body


def with_records(data: bytes, *records: bytes) -> bytes:
    """Put records at the end of the one sheet of an xlwt file, before its EOF."""
    stream = Compound(data, LIMITS).stream("Workbook").rstrip(b"\x00")
    assert stream.endswith(b"\x0a")
    return compound("Workbook", stream[:-1] + b"".join(records) + record(0x000A, b""))


ONE = workbooks.xls([["甲"]])


def number(row: int, column: int, value: float = 7) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def test_records_of_excel_that_xlwt_does_not_write():
    note = record(0x001C, struct.pack("<HH4x", 2, 1))
    filtering = record(0x009B, b"")
    chart = record(0x0809, bytes(16)) + number(60000, 200) + record(0x000A, b"")
    error = record(0x0006, struct.pack("<HHHBBBxxxHHIH", 1, 0, 0, 2, 0, 7, 0xFFFF, 0, 0, 0))
    empty = struct.pack("<HHHBBBxxxHHIH", 2, 0, 0, 3, 0, 0, 0xFFFF, 0, 0, 3) + b"\x17\x00\x00"
    data = with_records(ONE, chart, note, filtering, error, record(0x0006, empty))
    read = only_sheet(data, "a.xls")
    assert (read.comments, read.filtered) == (((3, 2),), True)
    assert read.marks == {(2, 1): ERROR}
    assert read.rows == (("甲",), ("#DIV/0!",))


def test_stray_cells():
    """calamine would take gigabytes for the rectangle between them."""
    stray = [number(65535, 255), number(65535, 0), number(3, 255)]
    small = Limits(rows=1000, columns=50, area=1000)
    assert only_sheet(with_records(ONE, *stray), "a.xls", small).rows == (("甲",),)
    many = [number(row, 0) for row in range(60000, 60020)]
    workbook = opened(with_records(ONE, *many), "a.xls", small)
    assert (workbook.trouble, workbook.limit, workbook.found) == (Trouble.TOO_LARGE, "rows", 60020)


def test_wide_rectangle_is_narrowed():
    data = with_records(
        ONE, number(99, 0), number(50, 40), record(0x00BD, struct.pack("<HH", 1, 38) + bytes(20))
    )
    sheet = only_sheet(data, "a.xls", Limits(area=1000))
    assert (len(sheet.rows), sheet.rows[99]) == (100, (7,))
    assert not any(sheet.rows[1:99])


def test_declared_sizes_are_not_believed():
    """DIMENSIONS of 65,536 by 256 on a tiny file took calamine a gigabyte."""
    stream = bytearray(Compound(ONE, LIMITS).stream("Workbook"))
    at = stream.rindex(struct.pack("<HH", 0x0200, 14)) + 4
    stream[at : at + 12] = struct.pack("<IIHH", 0, 65536, 0, 256)
    assert only_sheet(compound("Workbook", bytes(stream)), "a.xls").rows == (("甲",),)
    at = stream.index(struct.pack("<H", 0x00FC)) + 8
    stream[at : at + 4] = b"\xff\xff\xff\xff"
    assert opened(compound("Workbook", bytes(stream)), "a.xls").trouble is Trouble.DAMAGED


@pytest.mark.parametrize("length", range(0, 4000, 97))
def test_stream_cut_off(length):
    stream = Compound(ONE, LIMITS).stream("Workbook").rstrip(b"\x00")
    if length < len(stream):
        workbook = opened(compound("Workbook", stream[:length]), "a.xls")
        assert workbook.trouble in (Trouble.DAMAGED, Trouble.NO_SHEETS, None)


def test_many_sheets():
    data = workbooks.xls({f"表{number}": [[1]] for number in range(3)})
    workbook = opened(data, "a.xls", Limits(sheets=2))
    assert (workbook.trouble, workbook.limit, workbook.found) == (Trouble.TOO_LARGE, "sheets", 3)
