"""Masking: what may be seen of a personal value on screen, and nothing of it in shared reports."""

from __future__ import annotations

HIDDEN = "（已隐去）"
_HEAD, _TAIL = 6, 4
_SHORT = 10  # a number this short is masked as a whole


def mask(text: str) -> str:
    """Return an identity number with its first six and last four characters only.

    >>> mask("410302190001010012"), mask("12345")
    ('410302********0012', '*****')
    """
    text = "".join(text.split())
    if len(text) <= _SHORT:
        return "*" * len(text)
    return text[:_HEAD] + "*" * (len(text) - _HEAD - _TAIL) + text[-_TAIL:]
