"""Tiny writers of workbooks, so that a test can say in one line what its file holds.

`book` and `xls` write ordinary files with openpyxl and xlwt. `xlsx`, `ods` and `zipped` put XML
together by hand, for files that no library would write.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import xlwt

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO_MAIN = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"

Rows = Iterable[Sequence[Any]]

STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="180" '
    'formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts><cellXfs>'
    '<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="180"/><xf numFmtId="20"/>'
    '<xf numFmtId="9999"/></cellXfs></styleSheet>'
)


def book(sheets: Mapping[str, Rows] | Rows) -> bytes:
    """Return an xlsx written by openpyxl; a bare list of rows makes one sheet."""
    return saved(workbook(sheets))


def workbook(sheets: Mapping[str, Rows] | Rows) -> openpyxl.Workbook:
    """Return the openpyxl workbook itself, to be changed before it is `saved`."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in _named(sheets).items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    """Return the bytes of an openpyxl workbook."""
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def xls(sheets: Mapping[str, Rows] | Rows) -> bytes:
    """Return an xls written by xlwt."""
    made = xlwt.Workbook()
    for name, rows in _named(sheets).items():
        sheet = made.add_sheet(name)
        for y, row in enumerate(rows):
            for x, value in enumerate(row):
                if value is not None:
                    sheet.write(y, x, value)
    return xls_saved(made)


def xls_saved(made: xlwt.Workbook) -> bytes:
    """Return the bytes of an xlwt workbook."""
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def csv(rows: Rows, encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    """Return rows as delimited text; nothing is quoted."""
    lines = (delimiter.join("" if cell is None else str(cell) for cell in row) for row in rows)
    return "\r\n".join(lines).encode(encoding)


def _named(sheets: Mapping[str, Rows] | Rows) -> Mapping[str, Rows]:
    return sheets if isinstance(sheets, Mapping) else {"Sheet1": sheets}


def zipped(parts: Mapping[str, str | bytes], *, compressed: bool = True) -> bytes:
    """Return a zip of the parts."""
    buffer = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """Return the parts of a zip, to be changed and `zipped` again."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def worksheet(cells: str, *, before: str = "", after: str = "") -> str:
    """Return a sheet part; `cells` is the inside of sheetData."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f"{before}<sheetData>{cells}</sheetData>{after}</worksheet>"
    )


def xlsx(
    *sheets: str,
    strings: Sequence[str] = (),
    styles: str = STYLES,
    states: Sequence[str] = (),
    properties: str = "",
    more: Mapping[str, str | bytes] | None = None,
    main_type: str = SHEET_MAIN,
) -> bytes:
    """Return an xlsx from sheets in XML: whole parts, or only the inside of sheetData."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": content_types(main_type),
        "_rels/.rels": relationships(("officeDocument", "xl/workbook.xml")),
    }
    entries = ""
    links = []
    for number, sheet in enumerate(sheets, 1):
        state = states[number - 1] if number <= len(states) else "visible"
        entries += (
            f'<sheet name="Sheet{number}" sheetId="{number}" state="{state}" r:id="rId{number}"/>'
        )
        links.append(("worksheet", f"worksheets/sheet{number}.xml"))
        whole = sheet if "worksheet" in sheet else worksheet(sheet)
        parts[f"xl/worksheets/sheet{number}.xml"] = whole
    if strings:
        links.append(("sharedStrings", "sharedStrings.xml"))
        parts["xl/sharedStrings.xml"] = shared_strings(strings)
    if styles:
        links.append(("styles", "styles.xml"))
        parts["xl/styles.xml"] = styles
    parts["xl/_rels/workbook.xml.rels"] = relationships(*links)
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr {properties}/>'
        f"<sheets>{entries}</sheets></workbook>"
    )
    return zipped({**parts, **(more or {})})


def content_types(main_type: str, main: str = "/xl/workbook.xml") -> str:
    """Return the part that declares what the main part is."""
    return (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="{main}" '
        f'ContentType="{main_type}"/></Types>'
    )


def relationships(*links: tuple[str, str]) -> str:
    """Return a relationships part; the ids are rId1, rId2 …"""
    inside = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(links, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def shared_strings(strings: Iterable[str]) -> str:
    """Return the strings part; a string that begins with < is taken as XML."""
    items = (
        string if string.startswith("<") else f'<t xml:space="preserve">{escape(string)}</t>'
        for string in strings
    )
    return f'<sst xmlns="{MAIN}">' + "".join(f"<si>{item}</si>" for item in items) + "</sst>"


def ods(tables: str, *, styles: str = "", more: Mapping[str, str | bytes] | None = None) -> bytes:
    """Return an ods; `tables` is the inside of office:spreadsheet."""
    names = ("office", "table", "text", "style", "draw", "calcext", "dc", "xlink")
    spaces = " ".join(f'xmlns:{name}="urn:{name}"' for name in names)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    mime_type = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": mime_type, "content.xml": content, **(more or {})})
