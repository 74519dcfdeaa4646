"""Which cells take their value from others: they must never be changed."""

from __future__ import annotations

import pytest
import xlwt

from checker.model import Sheet
from checker.reading import read
from tests import workbooks

_CELLS = (
    '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1+1</f><v>2</v></c></row>'
    '<row r="2"><c r="A2" t="str"><f t="shared" ref="A2:A3" si="0">"a"</f><v>a</v></c></row>'
    '<row r="3"><c r="A3" t="str"><f t="shared" si="0"/><v>a</v></c></row>'
    '<row r="4"><c r="A4"><f t="array" ref="A4:B5">1</f><v>1</v></c><c r="B4"><v>1</v></c></row>'
    '<row r="5"><c r="A5"><v>1</v></c><c r="B5"><v>1</v></c><c r="C5"><v>1</v></c></row>'
)
_FORMULAS = {(1, 2), (2, 1), (3, 1), (4, 1), (4, 2), (5, 1), (5, 2)}


def _sheet(data: bytes, name: str) -> Sheet:
    return read(data, name).sheets[0]


@pytest.mark.parametrize("cells", [_CELLS, _CELLS.replace('<row r="5">', "<row>")])
def test_xlsx_however_it_is_written(cells: str) -> None:
    assert _sheet(workbooks.xlsx(cells), "a.xlsx").formulas == _FORMULAS


def test_xls() -> None:
    made = xlwt.Workbook()
    sheet = made.add_sheet("a")
    sheet.write(0, 0, 1)
    sheet.write(0, 1, xlwt.Formula("A1+1"))
    assert _sheet(workbooks.xls_saved(made), "a.xls").formulas == {(1, 2)}


def test_ods() -> None:
    number = 'office:value-type="float" office:value="1"'
    row = (
        f"<table:table-cell {number}/>"
        f'<table:table-cell table:formula="of:=1" {number} table:number-columns-repeated="2"/>'
        f'<table:table-cell table:formula="of:=1" {number} table:number-matrix-columns-spanned="1"'
        ' table:number-matrix-rows-spanned="2"/>'
    )
    data = workbooks.ods(
        f'<table:table table:name="a"><table:table-row>{row}</table:table-row></table:table>'
    )
    assert _sheet(data, "a.ods").formulas == {(1, 2), (1, 3), (1, 4), (2, 4)}
