"""What several test modules share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tests import LATEST_YEAR, ROOT, SITE, YEAR

os.environ["BEIAN_YEAR"] = str(YEAR)  # before the checker is imported, which looks once

from checker import engine
from tests import held

SITE_SOURCES = (
    "checker",
    "docs",
    "forms",
    "schemas",
    "pipeline",
    "mkdocs.yml",
    "pyproject.toml",
    "runtime-requirements.txt",
    "package.json",
    "site_build.py",
    "tests/__init__.py",
    "tests/cases.py",
    "tests/conformance_values.py",
    "tests/filings.py",
    "tests/rules",
    "tests/workbooks.py",
)


def is_stale(built: Path) -> bool:
    """Tell whether the site is missing, or older than anything it is made from."""
    if not built.is_file():
        return True
    files = [ROOT / name for name in SITE_SOURCES]
    files += [path for folder in files if folder.is_dir() for path in folder.rglob("*")]
    sources = [path for path in files if path.is_file() and path.suffix != ".pyc"]
    return built.stat().st_mtime < max(path.stat().st_mtime for path in sources)


def built(site: Path, year: int) -> Path:
    """Return the folder of a year's site, which is built first where it is stale.

    Several processes run the tests: one of them builds, the others wait.
    """
    (ROOT / "build").mkdir(exist_ok=True)
    with FileLock(ROOT / "build" / "site.lock"):
        if is_stale(site / "index.html"):
            command = [sys.executable, "site_build.py", "--out", str(site)]
            environment = os.environ | {"BEIAN_YEAR": str(year)}
            subprocess.run(command, cwd=ROOT, check=True, env=environment)
    return site


@pytest.fixture(scope="session")
def latest_site() -> Path:
    """Return the folder of the site as it is published: of the latest year."""
    return built(SITE, LATEST_YEAR)


@pytest.fixture(scope="session")
def built_site() -> Path:
    """Return the folder of the site of the tests' own year: most often the one to be published."""
    return built(SITE if LATEST_YEAR == YEAR else ROOT / "build" / f"site-{YEAR}", YEAR)


@pytest.fixture(autouse=True, scope="session")
def every_report_is_held_to_its_schema() -> Iterator[None]:
    """Hold each report that any test has made to the published schema."""
    examine = engine.examine

    def examined(*given: Any, **named: Any) -> engine.Examination:
        examination = examine(*given, **named)
        held.hold(examination.report)
        return examination

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "examine", examined)
        yield
