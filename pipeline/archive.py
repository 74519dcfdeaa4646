"""Zip archives whose bytes depend on what is in them alone."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping

_EARLIEST = dt.date(1980, 1, 1)  # that a zip can tell
_UNIX = 3  # made on Unix, so that the upper half of the attributes is a Unix mode
_READABLE = 0o100644


def zipped(
    members: Mapping[str, bytes], *, date: dt.date = _EARLIEST, deflated: bool = False
) -> bytes:
    """Return a zip with the members in their order, all of one date.

    They are stored unless asked otherwise: zlib's output differs from one version to the next.
    Names that are not ASCII are UTF-8 and marked so, which Python does by itself.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compresslevel=9) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, (date.year, date.month, date.day, 0, 0, 0))
            # Otherwise it says whether Windows or Unix made it; and as if made on Windows, unzip
            # on Linux takes no notice of UTF-8.
            entry.create_system = _UNIX
            entry.external_attr = _READABLE << 16
            entry.compress_type = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
            archive.writestr(entry, data)
    return buffer.getvalue()
