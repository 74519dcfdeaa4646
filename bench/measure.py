"""What is measured, how often, and what counts as reached."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the results: ours, in most lines theirs, and what is to be reached."""

    what: str
    unit: str  # "s", "MB" or "×"
    ours: Sequence[float]
    rival: str = ""
    theirs: Sequence[float] = ()
    goal: float | None = None  # the most that the ratio may be
    limit: float | None = None  # the most that ours may be

    @property
    def ratio(self) -> float | None:
        """Ours in parts of theirs, by the medians."""
        return self.median / statistics.median(self.theirs) if self.theirs else None

    @property
    def median(self) -> float:
        """Ours."""
        return statistics.median(self.ours)

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached, None where there is none."""
        pairs = ((self.ratio, self.goal), (self.median, self.limit))
        held = [value <= most for value, most in pairs if value is not None and most is not None]
        return all(held) if held else None


def in_turn(runs: int, *measures: Callable[[], float]) -> tuple[list[float], ...]:
    """Measure several things by turns, so that a busy moment of the machine hits all of them."""
    found: tuple[list[float], ...] = tuple([] for _ in measures)
    for _ in range(runs):
        for values, measure in zip(found, measures, strict=True):
            values.append(measure())
    return found


def growth(small: Line, large: Line) -> Line:
    """Return how many times as long 100,000 rows took as 10,000."""
    ratio = large.median / small.median
    what = "time of 100,000 rows as a multiple of 10,000"
    return Line(what=what, unit="×", ours=[ratio], limit=11)


def reached(lines: Iterable[Line]) -> list[bool]:
    """Return, for each line with a goal, whether it is reached."""
    return [line.met for line in lines if line.met is not None]
