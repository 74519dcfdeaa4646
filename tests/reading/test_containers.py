"""What a file is, whatever it is called; and the files that must not be read at all."""

from __future__ import annotations

import random
import struct
import zlib

import pytest

from checker.model import Format, Trouble
from checker.reading import LIMITS, Limits, read
from checker.reading.ole2 import Compound, compound
from tests import workbooks
from tests.reading.opening import opened

ROWS = [["序号", "姓名", "身份证号"], [1, "张三", "410302190001010012"]]
XLSX = workbooks.book(ROWS)
XLS = workbooks.xls(ROWS)
ODS = workbooks.ods(
    '<table:table table:name="名单"><table:table-row><table:table-cell '
    'office:value-type="string"><text:p>张三</text:p></table:table-cell></table:table-row>'
    "</table:table>"
)
CSV = workbooks.csv(ROWS)

READABLE = {
    "xlsx": (XLSX, "a.xlsx", Format.XLSX),
    "xlsx called xls": (XLSX, "a.xls", Format.XLSX),
    "xlsx without extension": (XLSX, "a", Format.XLSX),
    "xlsm": (
        workbooks.xlsx("<row><c><v>1</v></c></row>", main_type=workbooks.MACRO_MAIN),
        "a.xlsm",
        Format.XLSM,
    ),
    "xls": (XLS, "a.xls", Format.XLS),
    "xls called xlsx": (XLS, "a.xlsx", Format.XLS),
    "et": (XLS, "a.ET", Format.ET),
    "ods": (ODS, "a.ods", Format.ODS),
    "csv": (CSV, "a.csv", Format.CSV),
    "csv called xlsx": (CSV, "a.xlsx", Format.CSV),
}


@pytest.mark.parametrize(("data", "name", "format"), READABLE.values(), ids=READABLE)
def test_format_is_told_by_content(data, name, format):
    workbook = opened(data, name)
    assert (workbook.trouble, workbook.format) == (None, format)
    assert workbook.extension == name.lower().partition(".")[2]


def office(main: str, kind: str) -> bytes:
    return workbooks.zipped(
        {
            "[Content_Types].xml": workbooks.content_types(kind, f"/{main}"),
            "_rels/.rels": workbooks.relationships(("officeDocument", main)),
            main: "<x/>",
        }
    )


OPEN_XML = "application/vnd.openxmlformats-officedocument"
ODT = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ""}
FOREIGN = {
    "pdf": (b"%PDF-1.7\n", "PDF 文档"),
    "pdf with something before": (b"\r\n%PDF-1.4\n", "PDF 文档"),
    "png": (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG 图片"),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG 图片"),
    "bmp": (b"BM\x36\x00\x00\x00", "BMP 图片"),
    "heic": (b"\x00\x00\x00\x18ftypheic", "HEIC 图片"),
    "webp": (b"RIFF\x00\x00\x00\x00WEBP", "WebP 图片"),
    "rar": (b"Rar!\x1a\x07\x01\x00", "RAR 压缩包"),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04", "7z 压缩包"),
    "exe": (b"MZ\x90\x00", "Windows 程序"),
    "rtf": (b"{\\rtf1", "RTF 文档"),
    "html": (b"<html><table><tr><td>1", "网页（HTML）"),
    "html, declared": (b"\xef\xbb\xbf<!DOCTYPE html>\n<p>", "网页（HTML）"),
    "xhtml": (b'<?xml version="1.0"?><html>', "网页（HTML）"),
    "bare table": (b"\n <TABLE border=1>", "网页（HTML）"),
    "mht": (b"MIME-Version: 1.0\r\n", "网页归档（MHT）"),
    "xml spreadsheet": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        "XML 表格 2003",
    ),
    "xml": (b'<?xml version="1.0"?><a/>', "XML 文件"),
    "zip": (workbooks.zipped({"名单.xlsx": XLSX}), "压缩包（zip）"),
    "empty zip": (workbooks.zipped({}), "压缩包（zip）"),
    "docx": (
        office("word/document.xml", f"{OPEN_XML}.wordprocessingml.document.main+xml"),
        "Word 文档（docx）",
    ),
    "pptx": (
        office("ppt/presentation.xml", f"{OPEN_XML}.presentationml.presentation.main+xml"),
        "PowerPoint 演示文稿（pptx）",
    ),
    "xlsb": (
        office("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.main"),
        "Excel 二进制工作簿（xlsb）",
    ),
    "odt": (workbooks.zipped(ODT), "ODF 文字文档（odt）"),
    "ofd": (workbooks.zipped({"OFD.xml": "<x/>"}), "OFD 版式文件"),
    "doc": (compound("WordDocument", b"1"), "Word 97 或 WPS 文字文档"),
    "other ole2": (compound("Contents", b"1"), "旧版 Office 或 WPS 的其他文档"),
    "noise": (b"\x00\x01\x02\x03" * 50, "无法识别的内容（可能已损坏，或被单位的加密软件加了密）"),
}


@pytest.mark.parametrize(("data", "content"), FOREIGN.values(), ids=FOREIGN)
def test_foreign(data, content):
    workbook = opened(data)
    assert (workbook.trouble, workbook.content) == (Trouble.FOREIGN, content)
    assert workbook.format is None


def encrypted_xls() -> bytes:
    records = struct.pack("<HHHHIII", 0x0809, 16, 0x0600, 5, 0, 0, 0)
    records += struct.pack("<HH", 0x002F, 6) + bytes(6) + struct.pack("<HH", 0x000A, 0)
    return compound("Workbook", records)


MANIFEST = "<manifest:encryption-data xmlns:manifest='m'/>"
ENCRYPTED = {
    "xlsx": compound("EncryptedPackage", bytes(5000)),
    "xls": encrypted_xls(),
    "ods": workbooks.ods("", more={"META-INF/manifest.xml": MANIFEST}),
}


@pytest.mark.parametrize("data", ENCRYPTED.values(), ids=ENCRYPTED)
def test_encrypted(data):
    workbook = opened(data)
    assert (workbook.trouble, workbook.content) == (Trouble.ENCRYPTED, "加了打开密码的文件")


def test_empty():
    assert opened(b"").trouble is Trouble.EMPTY


WHOLE = {"xlsx": XLSX, "xls": XLS, "ods": ODS, "csv": CSV}


@pytest.mark.parametrize("kind", WHOLE)
def test_cut_off(kind):
    """However much of a file is missing, the reader says so or reads what is there."""
    data = WHOLE[kind]
    for length in range(8, len(data), max(len(data) // 60, 1)):
        workbook = opened(data[:length], f"a.{kind}")
        if kind in ("xlsx", "ods"):
            assert workbook.trouble in (Trouble.DAMAGED, Trouble.FOREIGN), length


@pytest.mark.parametrize("kind", WHOLE)
def test_bytes_changed(kind):
    """Files with a few wrong bytes never raise."""
    chance = random.Random(2024)
    for _ in range(60):
        data = bytearray(WHOLE[kind])
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        opened(bytes(data), f"a.{kind}")


PARTS = ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml")


@pytest.mark.parametrize("part", PARTS)
def test_xml_changed(part):
    """A zip that is whole may still hold XML that is cut off or of another kind."""
    parts = workbooks.unzipped(XLSX)
    content = parts[part]
    cut_off = (content[:-9], content[: len(content) // 2], b"")
    for changed in (*cut_off, b"<a/>", b"\xff\xfe<\x00a", content.replace(b'"', b"", 1)):
        opened(workbooks.zipped({**parts, part: changed}))


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_part_missing(part):
    parts = workbooks.unzipped(XLSX)
    del parts[part]
    assert opened(workbooks.zipped(parts)).trouble in (Trouble.DAMAGED, Trouble.FOREIGN)


def over(data: bytes, limits: Limits) -> tuple[Trouble | None, str]:
    workbook = opened(data, limits=limits)
    return workbook.trouble, workbook.limit


def test_too_many_bytes():
    workbook = opened(XLSX, limits=Limits(bytes=1000))
    assert (workbook.trouble, workbook.limit) == (Trouble.TOO_LARGE, "bytes")
    assert workbook.found == workbook.size == len(XLSX)


def test_bomb_of_declared_size():
    bomb = workbooks.xlsx(workbooks.worksheet(" " * 5_000_000))
    assert len(bomb) < 50_000
    assert over(bomb, Limits(unpacked=4_000_000)) == (Trouble.TOO_LARGE, "unpacked")


def test_bomb_that_lies_about_its_size():
    name = b"xl/worksheets/sheet1.xml"
    bomb = bytearray(workbooks.xlsx(workbooks.worksheet(" " * 5_000_000)))
    at = bomb.index(name)
    entry = bomb.rindex(name) - 46
    bomb[at - 8 : at - 4] = bomb[entry + 24 : entry + 28] = struct.pack("<I", 100)
    assert over(bytes(bomb), Limits(unpacked=4_000_000)) == (Trouble.DAMAGED, "")


def test_one_part_named_by_many_sheets():
    parts = workbooks.unzipped(workbooks.xlsx("", "", "", ""))
    relations = parts["xl/_rels/workbook.xml.rels"]
    for number in (2, 3, 4):
        relations = relations.replace(b"sheet%d" % number, b"sheet1")
        del parts[f"xl/worksheets/sheet{number}.xml"]
    parts["xl/_rels/workbook.xml.rels"] = relations
    parts["xl/worksheets/sheet1.xml"] = workbooks.worksheet(" " * 50_000).encode()
    assert over(workbooks.zipped(parts), LIMITS) == (Trouble.NO_SHEETS, "")
    limits = Limits(unpacked=150_000)
    assert over(workbooks.zipped(parts), limits) == (Trouble.TOO_LARGE, "unpacked")


def test_too_many_parts():
    parts = {f"xl/media/{number}": b"" for number in range(200)}
    data = workbooks.xlsx("<row/>", more=parts)
    assert over(data, Limits(parts=100)) == (Trouble.TOO_LARGE, "parts")
    assert over(data, Limits(parts=20)) == (Trouble.TOO_LARGE, "parts")


def test_unknown_compression():
    data = bytearray(workbooks.zipped({"[Content_Types].xml": "<a/>", "_rels/.rels": "<a/>"}))
    data[data.index(b"PK\x01\x02") + 10] = 99
    data[8] = 99
    assert opened(bytes(data)).trouble in (Trouble.DAMAGED, Trouble.FOREIGN)


def test_circular_directory():
    """calamine aborts the process on this file."""
    data = bytearray(compound("Workbook", XLS[512:]))
    data[512 + 128 + 68 : 512 + 128 + 72] = struct.pack("<I", 1)
    assert opened(bytes(data)).trouble is Trouble.DAMAGED


def test_circular_chain():
    data = bytearray(compound("Workbook", bytes(10_000)))
    fat = data.rindex(struct.pack("<I", 3))
    data[fat : fat + 4] = struct.pack("<I", 1)
    assert opened(bytes(data)).trouble is Trouble.DAMAGED


@pytest.mark.parametrize("size", [1, 4096, 100_000, 8_000_000])
def test_compound_is_read_back(size):
    content = (zlib.crc32(bytes([size % 251])).to_bytes(4, "little") * (size // 4 + 1))[:size]
    file = Compound(compound("Workbook", content), LIMITS)
    assert file.names == {"Workbook"}
    assert file.stream("Workbook").rstrip(b"\x00") == content.rstrip(b"\x00")


def test_panic_is_a_damaged_file(monkeypatch):
    class PanicException(BaseException):
        """As pyo3 raises it: no Exception."""

    def panic(_):
        raise PanicException

    monkeypatch.setattr("python_calamine.CalamineWorkbook.from_object", panic)
    assert read(XLSX, "a.xlsx").trouble is Trouble.DAMAGED


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_stopping_is_no_damage(monkeypatch, stop):
    def interrupted(_):
        raise stop

    stub = type("Stub", (), {"from_object": interrupted})
    monkeypatch.setattr("python_calamine.CalamineWorkbook", stub)
    with pytest.raises(stop):
        read(XLSX, "a.xlsx")


def test_fault_of_ours_is_a_damaged_file(monkeypatch):
    monkeypatch.setattr("checker.reading.xlsx.read", lambda *_: 1 / 0)
    assert read(XLSX, "a.xlsx").trouble is Trouble.DAMAGED
