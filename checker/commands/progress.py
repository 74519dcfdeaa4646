"""How far a long run is, and how long it will still take: a bar on a terminal, else some lines."""

from __future__ import annotations

import time
from typing import TextIO

_WIDTH = 24  # of the bar, in characters
_EVERY = 0.2  # seconds between two looks of the bar
_LINES = 10  # that are printed where there is no terminal
_SOON = 3  # seconds before which nothing is said of what is left: nothing is known yet


class Progress:
    """Counts the files, each looked at first and checked later."""

    def __init__(self, stream: TextIO, files: int) -> None:
        self._stream = stream
        self._bar = stream.isatty()
        self._files = files
        self._looked = self._checked = self._units = self._rows = 0
        self._start = self._shown = time.monotonic()
        self._lines = 0
        self._width = 0

    def looked(self) -> None:
        """Count a file that was looked at."""
        self._looked += 1
        self._show()

    def checked(self) -> None:
        """Count a file that is done."""
        self._checked += 1

    def told(self, units: int, rows: int) -> None:
        """Say how many units are done, and how many more rows."""
        self._units = units
        self._rows += rows
        self._show()

    def end(self) -> None:
        """Leave the line of the bar."""
        if self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()

    def _show(self) -> None:
        now = time.monotonic()
        if self._bar:
            if now - self._shown >= _EVERY:
                self._shown = now
                self._draw(now)
        elif self._checked * _LINES >= self._files * (self._lines + 1):
            self._lines = self._checked * _LINES // self._files
            self._stream.write(f"{self._said(now)}\n")
            self._stream.flush()

    def _draw(self, now: float) -> None:
        full = round(self._share * _WIDTH)
        line = f"[{'#' * full}{'-' * (_WIDTH - full)}] {self._said(now)}"
        width = sum(2 if ord(character) > 0x2E7F else 1 for character in line)  # hanzi are wide
        blank = " " * max(0, self._width - width)
        self._stream.write(f"\r{line}{blank}")
        self._stream.flush()
        self._width = max(width, self._width)

    @property
    def _share(self) -> float:
        """How much of the work is done: to look at a file takes a third as long as to check it."""
        return (self._looked + 3 * self._checked) / (4 * self._files)

    def _said(self, now: float) -> str:
        done = f"查完 {self._checked}/{self._files} 个文件、{self._units} 个单位、{self._rows} 行"
        past = now - self._start
        if self._checked == self._files or past < _SOON or not self._share:
            return done
        return f"{done}，还要{_duration(past / self._share - past)}"


def _duration(seconds: float) -> str:
    """Return a time as people say it.

    >>> _duration(20), _duration(100)
    ('不到 1 分钟', '约 2 分钟')
    """
    return "不到 1 分钟" if seconds < 60 else f"约 {round(seconds / 60)} 分钟"
