"""Reading: the bytes a user dropped become a Workbook, whatever they are.

What a file is, its content decides; the extension is only remembered. Each reader looks at the
container before it reads, because calamine aborts the whole process on some files (design.md §8).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from checker.model import Format, Sheet, Trouble, Value, Workbook, as_text
from checker.reading import ods, sniff, text, xls, xlsx
from checker.reading.book import LIMITS, META_SHEET, Book, Limits, UnreadableError, too_large
from checker.reading.marked import without_marks
from checker.reading.ole2 import Compound
from checker.reading.package import Package

__all__ = ["LIMITS", "Limits", "open_book", "read"]

_NAMES = {
    Format.XLSX: "Excel 工作簿（xlsx）",
    Format.XLSM: "带宏的 Excel 工作簿（xlsm）",
    Format.XLS: "Excel 97 工作簿（xls）",
    Format.ET: "WPS 表格（et）",
    Format.ODS: "ODF 电子表格（ods）",
    Format.CSV: "CSV 文本",
}
_TROUBLES = {
    Trouble.EMPTY: "空文件",
    Trouble.ENCRYPTED: "加了打开密码的文件",
    Trouble.DAMAGED: "已损坏的文件",
    Trouble.FOREIGN: "无法识别的内容（可能已损坏，或被单位的加密软件加了密）",
    Trouble.TOO_LARGE: "过大的文件",
}


def read(data: bytes, name: str, *, limits: Limits = LIMITS) -> Workbook:
    """Read a file. Never raise: what stands in the way is the Workbook's `trouble`."""
    bare = Workbook(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        format=None,
        extension=_extension(name),
        size=len(data),
    )
    try:
        book = open_book(data, bare.extension, limits)
    except UnreadableError as error:
        return _unread(bare, error)
    except Exception:  # a fault of ours must not cost the user the other files of the filing
        return _unread(bare, UnreadableError(Trouble.DAMAGED))
    return _finished(bare, book)


def open_book(data: bytes, extension: str, limits: Limits) -> Book:
    """Hand the bytes to the reader for what they are; raise UnreadableError and nothing else."""
    if not data:
        raise UnreadableError(Trouble.EMPTY)
    if len(data) > limits.bytes:
        raise too_large("bytes", len(data))
    if data.startswith(sniff.ZIP):
        return _open_zip(data, limits)
    if data.startswith(sniff.OLE2):
        return _open_ole2(data, extension, limits)
    content = sniff.foreign_binary(data)
    if content:
        raise UnreadableError(Trouble.FOREIGN, content)
    return text.read(data, limits)


def _open_zip(data: bytes, limits: Limits) -> Book:
    package = Package(data, limits)
    if package.has("mimetype") and package.has("content.xml"):
        mime_type = package.read("mimetype")[:80].decode("ascii", "replace").strip()
        if mime_type in ods.MIME_TYPES:
            return ods.read(package, limits)
    main = xlsx.main_part(package)
    kind = xlsx.content_type(package, main)
    if "sheet.binary" in kind or main.endswith(".bin"):
        raise UnreadableError(Trouble.FOREIGN, "Excel 二进制工作簿（xlsb）")
    if package.has(main) and ("sheet" in kind or main.startswith("xl/")):
        return xlsx.read(package, main, limits)
    raise UnreadableError(Trouble.FOREIGN, sniff.foreign_zip(package))


def _open_ole2(data: bytes, extension: str, limits: Limits) -> Book:
    compound = Compound(data, limits)
    names = {name.lower(): name for name in compound.names}
    if "encryptedpackage" in names:
        raise UnreadableError(Trouble.ENCRYPTED)
    for stream in ("workbook", "book"):
        if stream in names:
            format = Format.ET if extension in ("et", "ett") else Format.XLS
            return xls.read(compound, names[stream], format, limits)
    raise UnreadableError(Trouble.FOREIGN, sniff.foreign_ole2(compound.names))


def _unread(bare: Workbook, error: UnreadableError) -> Workbook:
    return replace(
        bare,
        trouble=error.trouble,
        content=error.content or _TROUBLES[error.trouble],
        limit=error.limit,
        found=error.found,
    )


def _finished(bare: Workbook, book: Book) -> Workbook:
    """Return the workbook that was read; neither `_meta` nor our own marks are part of it."""
    sheets = without_marks(sheet for sheet in book.sheets if sheet.name != META_SHEET)
    if book.format is Format.CSV:
        # A spreadsheet program would name the sheet after the file.
        sheets = tuple(replace(sheet, name=_stem(bare.name)) for sheet in sheets)
    return replace(
        bare,
        format=book.format,
        sheets=sheets,
        trouble=None if any(sheet.rows for sheet in sheets) else Trouble.NO_SHEETS,
        content=_NAMES[book.format],
        encoding=book.encoding,
        macros=book.macros,
        external_links=book.external_links,
        embedded=book.embedded,
        meta=_meta(book.sheets),
        details_missing=book.details_missing,
    )


def _meta(sheets: tuple[Sheet, ...]) -> Mapping[str, str]:
    """Return the rows of the `_meta` sheet: a key in column A, its value in column B."""
    rows = [row for sheet in sheets if sheet.name == META_SHEET for row in sheet.rows]
    return {_text(row, 0): _text(row, 1) for row in rows if _text(row, 0)}


def _text(row: tuple[Value, ...], index: int) -> str:
    return as_text(row[index]).strip() if index < len(row) else ""


def _extension(name: str) -> str:
    """Return the extension in lower case, without the dot.

    >>> _extension("a/名单.XLSX"), _extension("名单"), _extension(".xlsx")
    ('xlsx', '', 'xlsx')
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    return last.rpartition(".")[2].lower() if "." in last else ""


def _stem(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    return last.rpartition(".")[0] or last
