"""The short code that ties a paper to its file: a digest of what a table says.

It depends on the normalised values only, so saving in another program keeps it, and changing any
name, number or hour changes it.
"""

from __future__ import annotations

import hashlib

from checker.model import Table
from checker.normalise import squeeze

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0 and O, 1 and I
_LENGTH = 8


def fingerprint(table: Table) -> str:
    """Return eight characters in two groups, such as 7K3Q-92MF."""
    digest = hashlib.sha256(table.form.name.encode())
    for record in table.records:
        for name in table.form.fields:
            digest.update(squeeze(str(record.values.get(name, ""))).encode() + b"\x1f")
        digest.update(b"\x1e")
    number = int.from_bytes(digest.digest()[:5])
    code = "".join(_ALPHABET[number >> 5 * place & 31] for place in range(_LENGTH))
    return f"{code[:4]}-{code[4:]}"
