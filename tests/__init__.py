"""The tests. They go by the filing year they are written for, whatever later ones there are.

Its dates, hours and numbers stand in hundreds of cases. `conftest.py` has everything that a test starts
go by that year too; what must hold of the latest year is held to `LATEST_YEAR` and `latest_site`.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "site"
YEAR = 2024  # of the cycle that the tests are written for
CYCLES = ROOT / "schemas" / "cycles"
YEARS = sorted(int(path.stem) for path in CYCLES.glob("[12][0-9][0-9][0-9].json"))
LATEST_YEAR = YEARS[-1]
