"""The latest filing year, which is meant where none is named: the checker, the site, what was kept.

All else is tested with the year that the tests are written for; here that of the newest file counts.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import downloads, schema_versions
from tests import CYCLES, LATEST_YEAR, ROOT, YEARS
from tests.test_other_years import words_of

FACTS = json.loads((CYCLES / f"{LATEST_YEAR}.json").read_text(encoding="utf-8-sig"))
# Print what is wrong with the templates of a year, and what is not kept of a year of which some is.
EDITIONS = """
from pipeline import downloads
from pipeline.kit import load_kit
kit, kept = load_kit(), downloads.editions()
made = downloads.workbooks(kit)
faults = downloads.unlike(made, kit.cycle.year, kept)
new = downloads.missing(made, kit.cycle.year, kept) if str(kit.cycle.year) in kept else ()
print(*faults, *(f"{key} 有新的版本，还没有记下来：运行 python -m pipeline.downloads。" for key in new))
"""


def run(*arguments: str | Path, year: int | None = None) -> str:
    """Run Python as everybody does, or going by a year; return what it prints."""
    chosen = {"BEIAN_YEAR": str(year or ""), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT, env=os.environ | chosen, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def test_where_no_year_is_named_the_latest_is_meant(tmp_path: Path) -> None:
    run("-m", "checker", "templates", tmp_path)
    blank = words_of(tmp_path / "参训人员名单.xlsx")
    assert f"{LATEST_YEAR}年" in blank
    example = tmp_path / "备案材料全套（填写示例）.xlsx"
    day = f"{LATEST_YEAR}-12-31"
    report = json.loads(run("-m", "checker", "check", example, "--date", day, "--format", "json"))
    assert report["cycle"] == LATEST_YEAR
    assert report["summary"]["error"] == 0


def test_the_site_is_of_the_latest_year(latest_site: Path) -> None:
    home = (latest_site / "index.html").read_text(encoding="utf-8")
    assert f"{LATEST_YEAR} 年度备案时间" in home
    assert FACTS["site"]["name"] in home
    assert FACTS["issuer"] in (latest_site / "check" / "index.html").read_text(encoding="utf-8")
    offered = sorted((latest_site / "downloads").glob("*.xlsx"))
    assert len(offered) > 10
    for path in offered:
        years = set(map(int, re.findall("([12][0-9]{3})年", words_of(path))))
        assert years <= {LATEST_YEAR}, path.name
        assert years or path.name.startswith("filing_form"), path.name


# --- what was kept of every year ---


@pytest.mark.parametrize("year", YEARS)
def test_every_template_is_the_one_published_as_its_version(year: int) -> None:
    assert run("-c", EDITIONS, year=year) == "\n"


def test_the_years_of_the_editions_are_filing_years() -> None:
    assert set(downloads.editions()) <= set(map(str, YEARS))


@pytest.mark.parametrize("year", YEARS)
def test_the_version_of_a_year_rises_with_every_change(year: int) -> None:
    assert schema_versions.fault(f"cycles/{year}") == ""
