"""OLE2 compound files (the container of .xls and .et): a careful reader and a small writer.

[MS-CFB]. The reader follows no chain twice and believes no size: calamine would abort the whole
process on a circular directory. So it gets a file written here, with one stream in it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from checker.reading.book import Limits, damaged, too_large
from checker.reading.sniff import OLE2

_HEADER: Final = 512
_END: Final = 0xFFFFFFFE
_FREE: Final = 0xFFFFFFFF
_FAT: Final = 0xFFFFFFFD
_MAX_SECTOR: Final = 0xFFFFFFFA  # larger numbers mean something else
_ENTRY: Final = 128
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_MINI_CUTOFF: Final = 4096  # smaller streams lie in the mini stream


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class Compound:
    """An OLE2 file: what lies at its top, and the streams there."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        if len(data) < _HEADER:
            raise damaged()
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise damaged()
        self._data = data
        self._size = 1 << shift
        self._count = (len(data) - 1 >> shift) + 1  # sectors, the header's place included
        self._fat = self._read_fat()
        self._entries = self._read_directory(limits)
        self._top = {entry.name: entry for entry in self._walk(self._root.child)}
        self._mini_fat = _numbers(self._chain(*struct.unpack_from("<I", data, 60)))

    @property
    def names(self) -> frozenset[str]:
        """The names of streams and storages at the top."""
        return frozenset(self._top)

    def stream(self, name: str) -> bytes:
        """Return a stream at the top."""
        entry = self._top[name]
        if entry.size >= _MINI_CUTOFF:
            content = self._chain(entry.start, entry.size)
        else:
            content = self._mini_chain(entry.start, entry.size)
        if len(content) < entry.size:
            raise damaged()
        return content[: entry.size]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        return self._data[start : start + self._size]

    def _read_fat(self) -> tuple[int, ...]:
        """Return the file allocation table, whose own sectors the header and DIFAT list."""
        listed = list(struct.unpack_from("<109I", self._data, 76))
        (following,) = struct.unpack_from("<I", self._data, 68)
        seen = set()
        while following < _MAX_SECTOR:
            if following in seen or following >= self._count:
                raise damaged()
            seen.add(following)
            *more, following = _numbers(self._sector(following)) or (_END,)
            listed.extend(more)
        listed = [number for number in listed if number < self._count]
        if len(listed) > self._count:
            raise damaged()
        return _numbers(b"".join(map(self._sector, listed)))

    def _chain(self, start: int, size: int | None = None) -> bytes:
        """Return the sectors that follow each other from `start`, at least `size` bytes."""
        sectors: list[bytes] = []
        wanted = self._count if size is None else min(-(-size // self._size), self._count)
        number = start
        while number < _MAX_SECTOR and len(sectors) < wanted:
            if number >= len(self._fat):
                raise damaged()
            sectors.append(self._sector(number))
            number = self._fat[number]
        return b"".join(sectors)

    def _mini_chain(self, start: int, size: int) -> bytes:
        container = self._chain(self._root.start, self._root.size)
        pieces: list[bytes] = []
        number = start
        while number < _MAX_SECTOR and len(pieces) * 64 < size:
            if number >= len(self._mini_fat):
                raise damaged()
            pieces.append(container[number * 64 : number * 64 + 64])
            number = self._mini_fat[number]
        return b"".join(pieces)

    def _read_directory(self, limits: Limits) -> list[_Entry]:
        (start,) = struct.unpack_from("<I", self._data, 48)
        raw = self._chain(start, (limits.parts + 1) * _ENTRY)
        entries = [_entry(raw, at) for at in range(0, len(raw) - _ENTRY + 1, _ENTRY)]
        if len(entries) > limits.parts:
            raise too_large("parts", len(entries))
        if not entries or entries[0].kind != _ROOT:
            raise damaged()
        return entries

    @property
    def _root(self) -> _Entry:
        return self._entries[0]

    def _walk(self, number: int) -> Iterator[_Entry]:
        """Yield an entry and its siblings. A circle in their tree makes the file a damaged one."""
        waiting, seen = [number], set()
        while waiting:
            number = waiting.pop()
            if number >= len(self._entries):
                continue
            if number in seen:
                raise damaged()
            seen.add(number)
            entry = self._entries[number]
            if entry.kind in (_STORAGE, _STREAM):
                yield entry
            waiting += (entry.left, entry.right)


def _numbers(data: bytes) -> tuple[int, ...]:
    """Return little-endian 32-bit numbers; a torn last one is left out."""
    return struct.unpack_from(f"<{len(data) // 4}I", data)


def _entry(raw: bytes, at: int) -> _Entry:
    length, kind = struct.unpack_from("<HB", raw, at + 64)
    name = raw[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
    left, right, child = struct.unpack_from("<3I", raw, at + 68)
    start, size = struct.unpack_from("<II", raw, at + 116)
    return _Entry(name, kind, left, right, child, start, size)


def compound(name: str, content: bytes) -> bytes:
    """Return an OLE2 file with one stream at its top."""
    content = content.ljust(_MINI_CUTOFF, b"\x00")
    sectors = -(-len(content) // 512)
    # Directory in sector 0, then the stream, the FAT, and what the header cannot list of it.
    tables = -(-(sectors + 1) // 128)
    while tables * 128 < 1 + sectors + tables + _lists(tables):
        tables += 1
    lists, first = _lists(tables), 1 + sectors
    fat = [_END, *range(2, first), _END, *[_FAT] * tables, *[_FAT - 1] * lists]
    fat += [_FREE] * (tables * 128 - len(fat))
    places = list(range(first, first + tables))
    head = (places + [_FREE] * 109)[:109]
    first_list = first + tables if lists else _END
    header = OLE2 + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, tables, 0, 0, _MINI_CUTOFF, _END, 0, first_list, lists)
    header += struct.pack("<109I", *head)
    return b"".join(
        [
            header,
            _directory(name, len(content)),
            content.ljust(sectors * 512, b"\x00"),
            struct.pack(f"<{len(fat)}I", *fat),
            _list_sectors(places[109:], first_list),
        ]
    )


def _lists(tables: int) -> int:
    """Return how many DIFAT sectors list the FAT sectors that the header has no room for."""
    return -(-max(tables - 109, 0) // 127)


def _list_sectors(places: list[int], first: int) -> bytes:
    sectors = []
    for number, at in enumerate(range(0, len(places), 127), first + 1):
        listed = places[at : at + 127]
        following = number if at + 127 < len(places) else _END
        sectors.append(struct.pack("<128I", *listed, *[_FREE] * (127 - len(listed)), following))
    return b"".join(sectors)


def _directory(name: str, size: int) -> bytes:
    """Return the directory sector: the root and its one stream, which starts in sector 1."""
    entries = ((_ROOT, "Root Entry", 1, _END, 0), (_STREAM, name, _FREE, 1, size))
    sector = b""
    for kind, title, child, start, length in entries:
        text = title.encode("utf-16-le") + b"\x00\x00"
        sector += text.ljust(64, b"\x00") + struct.pack("<HBB", len(text), kind, 1)
        sector += struct.pack("<3I", _FREE, _FREE, child) + bytes(36)
        sector += struct.pack("<III", start, length, 0)
    return sector.ljust(512, b"\x00")
