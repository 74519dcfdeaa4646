"""Zip files, read within limits: the directory first, then only the parts that are wanted."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from typing import Final

from checker.reading.book import Limits, damaged, too_large

_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    NotImplementedError,  # a compression method no office program uses
    OSError,
    OverflowError,
    RuntimeError,  # a part with a password of its own
    ValueError,
)
_END: Final = b"PK\x05\x06"  # end of central directory; its size stands at byte 12
_LONGEST_RECORD: Final = 400  # bytes a part may take in the directory, generously


class Package:
    """A zip whose declared sizes are within the limits. Names are folded: case, slashes."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._left = limits.unpacked
        self._limits = limits
        end = data.rfind(_END)
        if end >= 0 and len(data) >= end + 16:
            # Look before zipfile builds an object for each of a million entries.
            size = int.from_bytes(data[end + 12 : end + 16], "little")
            if limits.parts * _LONGEST_RECORD < size < 0xFFFFFFFF:
                raise too_large("parts", size // 46)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise damaged() from error
        entries = self._zip.infolist()
        if len(entries) > limits.parts:
            raise too_large("parts", len(entries))
        unpacked = sum(entry.file_size for entry in entries)
        if unpacked > limits.unpacked:
            raise too_large("unpacked", unpacked)
        self._entries = {fold(entry.filename): entry for entry in entries}

    @property
    def names(self) -> Iterable[str]:
        """The folded names of all parts."""
        return self._entries.keys()

    def has(self, name: str) -> bool:
        """Tell whether there is a part of this name."""
        return fold(name) in self._entries

    def any_under(self, *folders: str) -> bool:
        """Tell whether a part lies in one of the folders."""
        return any(name.startswith(folders) for name in self.names)

    def read(self, name: str) -> bytes:
        """Inflate a part. zipfile stops at the declared size, so a lie is a broken part."""
        try:
            entry = self._entries[fold(name)]
            # A part may be named by many sheets: each reading is paid for.
            self._left -= entry.file_size
            if self._left < 0:
                raise too_large("unpacked", self._limits.unpacked - self._left)
            return self._zip.read(entry)
        except _BROKEN as error:
            raise damaged() from error


def fold(name: str) -> str:
    """Return the form of a part name by which it is looked up.

    >>> fold("/xl\\\\Worksheets/sheet1.xml")
    'xl/worksheets/sheet1.xml'
    """
    return name.replace("\\", "/").lstrip("/").lower()


def stored_zip(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip that holds the parts without compression."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()
