"""Region codes (县级以上行政区划代码, GB/T 2260): the first six digits of an identity number.

People keep the number they were given, so abolished codes stay in use for a lifetime and are even
issued long after their end. The list (`schemas/codes/regions.json`) therefore holds every code
since 1980, says where it comes from, and still misses real ones: a code that is not in it is worth
a remark, never a refusal.

>>> is_known("410302"), is_known("410381"), is_known("419999")
(True, True, False)
"""

from __future__ import annotations

from checker import catalog

PROVINCES = frozenset((
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37",
    "41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64",
    "65", "71", "81", "82", "83",
))
# 市辖区, 市区, 郊区 and the like: real people hold them although most lists leave them out.
_COLLECTIVE = ("01", "02", "11", "19", "20", "21")


def is_known(code: str) -> bool:
    """Tell whether a six-digit code is known to have been issued, or is of a collective kind."""
    return code in catalog.region_codes() or code.endswith(_COLLECTIVE)
