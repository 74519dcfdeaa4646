"""A new workbook, and its bytes: the same wherever and whenever it is made."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.xml.functions import tostring

from checker import paper

Parts = Mapping[str, bytes]


def new_workbook() -> Workbook:
    """Return a workbook without sheets, in the type of the forms."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    # The digits of the default font are the unit of column widths; openpyxl keeps it private.
    workbook._fonts[0] = paper.BODY_FONT  # type: ignore[attr-defined]
    workbook._named_styles["Normal"].font = paper.BODY_FONT  # type: ignore[attr-defined]
    # Nothing is calculated, so that closing an untouched workbook does not ask to save it.
    workbook.calculation.fullCalcOnLoad = False
    return workbook


def pack(workbook: Workbook, year: int, amend: Callable[[Parts], Parts]) -> bytes:
    """Return the workbook's bytes, freed of the clock and of the machine that made them.

    `amend` returns the parts of the package as they are to be, where openpyxl cannot say it. They
    are stored, not deflated: zlib's output differs from one version to the next.
    """
    stamp = dt.datetime(year, 1, 1)
    workbook.properties = DocumentProperties(creator="beian-kit", created=stamp, modified=stamp)
    made, packed = io.BytesIO(), io.BytesIO()
    workbook.save(made)
    workbook.properties.modified = stamp  # saving has set it to the present
    with zipfile.ZipFile(made) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["docProps/core.xml"] = tostring(workbook.properties.to_tree())
    with zipfile.ZipFile(packed, "w") as target:
        for name, data in amend(parts).items():
            entry = zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0))
            entry.create_system = 0  # otherwise it says whether Windows or Unix made it
            target.writestr(entry, data)
    return packed.getvalue()
