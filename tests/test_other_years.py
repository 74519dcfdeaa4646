"""Sites of another year and of a county: one changed file, and everything follows.

What a bureau would do is done here to a copy of the project: a new cycle file is put beside the old
one, and the site is built (without the memory snapshot, which knows no facts, and with the examples
of a few rules, which take their time). Everything in those cycle files is invented.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from checker import catalog, template
from tests import ROOT, YEAR, YEARS

PROJECT = ("checker", "docs", "forms", "pipeline", "schemas", "tests")
BUILD = """
import sys
import site_build
from pipeline import engines, examples, package, runtime

SHOWN = ("D01", "D02", "H06", "I11", "P01")
gather = examples.gather

def empty_wheel(out):
    path = out / "beian_kit-0-py3-none-any.whl"
    path.write_bytes(b"")
    return path

runtime.make = lambda: ()
package.build_wheel = empty_wheel
examples.gather = lambda rules, cycle: gather([r for r in rules if r.code in SHOWN], cycle)
if sys.argv[1] == "stage":
    engines.build = lambda *given: sys.exit(0)
sys.exit(site_build.main(["--out", "site"]))
"""
PACKED = """
import os, sys, zipfile
from pipeline import runtime
with open("checker.zip", "wb") as file:
    file.write(runtime.zipped(runtime.checker_members()))
zipfile.ZipFile("checker.zip").extractall("packed")
for name in [name for name in sys.modules if name.split(".")[0] == "checker"]:
    del sys.modules[name]
sys.path.insert(0, "packed")
os.environ["BEIAN_YEAR"] = ""  # a browser has no environment
from checker import catalog
assert "packed" in catalog.__file__
cycle = catalog.load().cycle(catalog.DEFAULT_YEAR)
print(cycle.year, cycle.region, cycle.data["offices"][0]["phone"])
"""
PUBLISHED = """
from pipeline import schema_versions
print([each.name for each in schema_versions.documents() if each.name.startswith("cycles/")])
"""
# What only the city's notice of 2024 says. Laws, standards and the versions of things stay.
OF_THE_CITY = ("洛阳", "洛龙", "开元大道", "会展中心", "69933238", "0379", "市直")
OF_2024 = re.compile("2024年1[02]月|2024 年度|2024-1[02]-|2024年度|10月11日|12月11日")


@dataclass(frozen=True)
class Copy:
    """A copy of the project with a cycle file of its own."""

    root: Path
    facts: Mapping[str, Any]

    def run(self, *arguments: str, year: str = "") -> subprocess.CompletedProcess[str]:
        """Run Python in the copy, going by its latest year or the one chosen."""
        environment = os.environ | {"PYTHONPATH": str(self.root), "PYTHONUTF8": "1"}
        environment["BEIAN_YEAR"] = year
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env=environment,
            capture_output=True,
            encoding="utf-8",
        )

    def check(self, *arguments: str) -> Any:
        """Return the report of the checker in the copy."""
        done = self.run("-m", "checker", "check", *arguments, "--format", "json")
        assert done.returncode in (0, 1), done.stderr
        return json.loads(done.stdout)


def copy_of_the_project(root: Path, facts: Mapping[str, Any]) -> Copy:
    """Copy the project with the tests' own year, and put the cycle file into it."""
    later = (f"{year}.json" for year in YEARS if year != YEAR)
    ignored = shutil.ignore_patterns("__pycache__", "browser", *later)
    for name in PROJECT:
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    for path in filter(Path.is_file, ROOT.iterdir()):
        shutil.copyfile(path, root / path.name)
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    path = root / "schemas" / "cycles" / f"{facts['year']}.json"
    path.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    return Copy(root, facts)


def city_2025() -> dict[str, Any]:
    """Return an invented next year of the same city."""
    text = (ROOT / "schemas" / "cycles" / "2024.json").read_text(encoding="utf-8")
    facts: dict[str, Any] = json.loads(text.replace("2024", "2025"))
    facts["windows"] = [
        {"start": "2025-11-03", "end": "2025-11-14", "working_days_only": True, "source": "S4"}
    ]
    facts["clauses"]["S4"]["text"] = "备案时间：2025年11月3日至14日的工作日。"
    facts["hours"]["per_day"] = 5
    return facts


def county() -> dict[str, Any]:
    """Return an invented county, which has no counties below."""
    text = (ROOT / "schemas" / "cycles" / "2024.json").read_text(encoding="utf-8")
    for word, instead in (
        ("洛阳市洛龙区", "云山县"), ("洛阳会展中心", "政务大楼"), ("开元大道286", "云山路1"),
        ("洛阳市人力资源和社会保障局", "云山县人力资源和社会保障局"), ("洛阳市", "云山县"),
        ("69933238", "60000001"), ("0379", "0399"), ("市直", "县直"), ("2024年", "2026年"),
        ("10月11日至20日、12月11日至20日", "9月7日至18日"),
    ):  # fmt: skip
        text = text.replace(word, instead)
    facts: dict[str, Any] = json.loads(text)
    facts["site"] = {"name": "云山县备案助手", "contact": "云山县示例科，电话 60000002"}
    facts["year"], facts["counties"] = 2026, None
    facts["windows"] = [
        {"start": "2026-09-07", "end": "2026-09-18", "working_days_only": True, "source": "S4"}
    ]
    del facts["clauses"]["S5"]
    return facts


@pytest.fixture(scope="module")
def next_year(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Return the city's next year, its pages staged as Markdown."""
    copy = copy_of_the_project(tmp_path_factory.mktemp("next-year"), city_2025())
    done = copy.run("-c", BUILD, "stage")
    assert done.returncode == 0, done.stdout + done.stderr
    return copy


@pytest.fixture(scope="module")
def of_the_county(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Return the county's site, built."""
    copy = copy_of_the_project(tmp_path_factory.mktemp("county"), county())
    done = copy.run("-c", BUILD, "site")
    assert done.returncode == 0, done.stdout + done.stderr
    return copy


# Pages whose examples say of which year they are, and those for developers.
EXAMPLES = re.compile(r"developers/|schemas/|rules/(?:all-messages|h06|i11|p01|d0[12])\b")


def pages(folder: Path) -> dict[str, str]:
    """Return the text of each page by its name: all but those that show dated examples."""
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*.md"))
    found = {name: (folder / name).read_text(encoding="utf-8") for name in names}
    for path in folder.glob("check/*.html"):
        found[f"check/{path.name}"] = path.read_text(encoding="utf-8")
    return {name: text for name, text in found.items() if not EXAMPLES.match(name)}


def words_of(path: Path) -> str:
    """Return every text in a workbook, its input hints included."""
    book = openpyxl.load_workbook(path)
    cells = [
        str(value)
        for sheet in book.worksheets
        for row in sheet.iter_rows(values_only=True)
        for value in row
        if value is not None
    ]
    hints = [
        str(hint.prompt)
        for sheet in book.worksheets
        for hint in sheet.data_validations.dataValidation
    ]
    return "\n".join([*cells, *hints])


def test_pages_and_templates_of_the_next_year_say_nothing_of_the_last(next_year):
    stage = next_year.root / "build" / "docs"
    for name, text in pages(stage).items():
        assert not OF_2024.search(text), name
    assert "11月3日至14日" in (stage / "index.md").read_text(encoding="utf-8")
    for path in (stage / "downloads").glob("*.xlsx"):
        text = words_of(path)
        assert "2025年" in text, path.name
        assert "2024年" not in text, path.name


def test_pages_and_templates_of_a_county_say_nothing_of_the_city(of_the_county):
    stage = of_the_county.root / "build" / "docs"
    unwanted = re.compile("|".join((*OF_THE_CITY, OF_2024.pattern)))
    for name, text in pages(stage).items():
        assert not unwanted.search(text), name
    for path in (stage / "downloads").glob("*.xlsx"):
        assert not unwanted.search(words_of(path)), path.name
    assert "云山县示例建筑设计院" in words_of(stage / "downloads" / "roster-example.xlsx")
    page = (stage / "check" / "index.html").read_text(encoding="utf-8")
    assert "云山县人力资源和社会保障局" in page
    assert "县（区）单位" not in page
    assert not (stage / "rules" / "d02.md").exists()


def test_the_site_of_a_county_has_its_names(of_the_county):
    site = of_the_county.root / "site"
    for name in ("index.html", "guide/index.html", "rules/d01/index.html", "404.html"):
        text = (site / name).read_text(encoding="utf-8")
        assert "云山县备案助手" in text, name
        assert "洛阳" not in text, name
    home = (site / "index.html").read_text(encoding="utf-8")
    assert "云山县专业技术人员继续教育单位培训备案" in home
    assert "本站联系：云山县示例科，电话 60000002。" in home
    assert "与云山县人力资源和社会保障局没有隶属关系" in home


def codes(report: Any) -> dict[str, str]:
    """Return the first message of each code."""
    return {item["code"]: item["message"] for item in reversed(report["findings"])}


def test_the_checker_of_the_next_year_has_its_rules(next_year):
    known = catalog.load()
    old = next_year.root / "old.xlsx"
    forms = tuple(known.forms.values())
    old.write_bytes(template.example(forms, known.cycle(2024)))
    report = next_year.check("old.xlsx", "--date", "2025-11-03", "--visit", "2025-11-01")
    found = codes(report)
    assert report["cycle"] == 2025
    assert found["H12"] == "这是 2024 年的模板，仍已按 2025 年的规则检查。"
    assert found["H06"] == "标题写的是 2024 年度，本次备案的是 2025 年度。"
    assert found["D01"].endswith("可以去的日子：11月3–7日、10–14日。")
    assert any("原则上一天不超过 5 学时" in message for message in found.values())
    example = next_year.root / "build" / "docs" / "downloads" / "roster-example.xlsx"
    assert next_year.check(str(example), "--date", "2025-12-31")["summary"]["error"] == 0


def test_the_checker_of_a_county_knows_no_counties(of_the_county):
    example = of_the_county.root / "build" / "docs" / "downloads" / "all-example.xlsx"
    asked = ("--date", "2026-09-01", "--visit", "2026-10-11", "--county", "别的县")
    found = codes(of_the_county.check(str(example), *asked))
    assert "D02" not in found
    assert found["D01"].endswith("可以去的日子：9月7–11日、14–18日。")


def test_the_browser_gets_the_new_cycle(of_the_county):
    done = of_the_county.run("-c", PACKED)
    assert done.stdout == "2026 云山县 60000001\n", done.stderr


def test_nothing_is_done_with_a_cycle_that_is_not_filled_in(tmp_path):
    copy = copy_of_the_project(tmp_path, city_2025())
    draft = "schemas/cycles/2026.json"
    assert copy.run("-m", "checker", "new-cycle", "2026", "--output", draft).returncode == 1
    left = (tmp_path / draft).read_text(encoding="utf-8").count('"待填：')
    sentence = f"{draft} 还有 {left} 处待填，第一处是 issuer（发通知的部门）：照当年的通知填好，再运行一次。\n"
    shutil.copyfile(ROOT / "docs" / "index.md", tmp_path / "名单.csv")
    for arguments in (("check", "名单.csv"), ("templates", "out"), ("rules", "I11")):
        done = copy.run("-m", "checker", *arguments)
        assert (done.returncode, done.stderr) == (2, sentence)
    done = copy.run("site_build.py")
    assert (done.returncode, done.stderr) == (1, f"\n{sentence}")
    assert not (tmp_path / "build").exists()
    assert copy.run("-m", "checker", "check", "名单.csv", "--cycle", "2025").returncode == 1


def test_a_year_that_is_chosen_is_gone_by_as_if_it_were_the_latest(next_year):
    done = next_year.run("-c", PACKED, year="2024")
    assert done.stdout == "2024 洛阳市 69933238\n", done.stderr
    example = "build/docs/downloads/roster-example.xlsx"
    done = next_year.run("-m", "checker", "check", example, "--cycle", "2025", year="2024")
    assert (done.returncode, done.stderr) == (2, "没有 2025 年度的备案规则，现有：2024。\n")
    done = next_year.run("-m", "checker", "new-cycle", "2025", year="2024")
    assert done.stdout.startswith("写好了草稿：2025.json\n")
    done = next_year.run("-c", PUBLISHED, year="2024")
    assert done.stdout == "['cycles/2024']\n", done.stderr


@pytest.mark.parametrize("year", ["2030", "二四年"])
def test_a_chosen_year_without_a_file_is_refused(next_year, year):
    sentence = f"环境变量 BEIAN_YEAR 写的是“{year}”，没有这个年度的备案规则。\n"
    done = next_year.run("-m", "checker", "rules", year=year)
    assert (done.returncode, done.stderr) == (2, sentence)
    done = next_year.run("site_build.py", year=year)
    assert (done.returncode, done.stderr) == (1, f"\n{sentence}")
