"""What a file is by its first bytes, never by its extension."""

from __future__ import annotations

from typing import Final

from checker.reading.package import Package

OLE2: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")

_MAGIC: Final = (
    (b"%PDF-", "PDF 文档"),
    (b"\x89PNG\r\n\x1a\n", "PNG 图片"),
    (b"\xff\xd8\xff", "JPEG 图片"),
    (b"GIF8", "GIF 图片"),
    (b"BM", "BMP 图片"),
    (b"II*\x00", "TIFF 图片"),
    (b"MM\x00*", "TIFF 图片"),
    (b"Rar!\x1a\x07", "RAR 压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"BZh", "bzip2 压缩包"),
    (b"\xfd7zXZ\x00", "xz 压缩包"),
    (b"{\\rtf", "RTF 文档"),
    (b"MZ", "Windows 程序"),
    (b"SQLite format 3\x00", "SQLite 数据库"),
    (b"\x09\x00\x04\x00", "Excel 2 工作表"),
    (b"\x09\x02\x06\x00", "Excel 3 工作表"),
    (b"\x09\x04\x06\x00", "Excel 4 工作表"),
)
_TEXT_MAGIC: Final = (  # of the folded beginning of a text
    ("urn:schemas-microsoft-com:office:spreadsheet", "XML 表格 2003"),
    ("urn:oasis:names:tc:opendocument", "单一 XML 的 ODF 文档"),
    ("<html", "网页（HTML）"),
    ("<table", "网页（HTML）"),
    ("<!doctype html", "网页（HTML）"),
    ("mime-version:", "网页归档（MHT）"),
    ("<?xml", "XML 文件"),
)
_SHORT_MAGIC: Final = 3  # bytes; shorter ones are ordinary letters as well
_ZIP_CONTENTS: Final = (  # a part or the beginning of one -> what the zip is
    ("word/", "Word 文档（docx）"),
    ("ppt/", "PowerPoint 演示文稿（pptx）"),
    ("visio/", "Visio 绘图"),
    ("ofd.xml", "OFD 版式文件"),
    ("index/document.iwa", "苹果 iWork 文档"),
    ("androidmanifest.xml", "安卓安装包"),
)
_MIME_TYPES: Final = {
    "application/vnd.oasis.opendocument.text": "ODF 文字文档（odt）",
    "application/vnd.oasis.opendocument.presentation": "ODF 演示文稿（odp）",
    "application/vnd.oasis.opendocument.graphics": "ODF 绘图（odg）",
    "application/epub+zip": "电子书（epub）",
}
_OLE2_STREAMS: Final = {
    "worddocument": "Word 97 或 WPS 文字文档",
    "powerpoint document": "PowerPoint 97 或 WPS 演示文稿",
    "visiodocument": "Visio 绘图",
    "__properties_version1.0": "Outlook 邮件",
}


def foreign_binary(data: bytes) -> str:
    """Return what a file is that is no spreadsheet, "" where its first bytes do not tell."""
    for magic, content in _MAGIC:
        if data.startswith(magic) and (len(magic) >= _SHORT_MAGIC or b"\x00" in data[:64]):
            return content
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP 图片"
    if data[4:8] == b"ftyp":
        return "HEIC 图片" if data[8:11] in (b"hei", b"mif") else "音视频文件"
    return "PDF 文档" if b"%PDF-" in data[:1024] else ""


def foreign_text(text: str) -> str:
    """Return what a text is that is no table, "" where it may be one."""
    head = text[:4096].lstrip("\ufeff \t\r\n").lower()
    if not head.startswith(("<", "mime-version:")):
        return ""
    return next((content for mark, content in _TEXT_MAGIC if mark in head), "")


def foreign_zip(package: Package) -> str:
    """Return what a zip is that holds no workbook."""
    if package.has("mimetype"):
        kind = package.read("mimetype")[:80].decode("ascii", "replace").strip()
        if kind in _MIME_TYPES:
            return _MIME_TYPES[kind]
    for start, content in _ZIP_CONTENTS:
        if package.any_under(start):
            return content
    return "压缩包（zip）"


def foreign_ole2(names: frozenset[str]) -> str:
    """Return what an OLE2 file is that holds no workbook, from the names at its top."""
    folded = {name.lower() for name in names}
    known = (content for name, content in _OLE2_STREAMS.items() if name in folded)
    return next(known, "旧版 Office 或 WPS 的其他文档")
