"""The Python package on the site: what is in it, and that it works where nothing else of ours is."""

from __future__ import annotations

import datetime as dt
import io
import os
import shlex
import subprocess
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from checker import __version__, check, reports
from pipeline import package
from tests import filings
from tests.documents import DEVELOPERS, ROOT, blocks

NAME = f"beian_kit-{__version__}-py3-none-any.whl"
OURS = ("beian_kit", "_editable_impl_beian_kit", "__editable__")
BAD = filings.workbook({"roster": [{"name": ""}]})


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, built here and now."""
    return package.build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an interpreter that has all that the checker needs, and no checker.

    What is installed here is lent to it: nothing has to be fetched.
    """
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder, symlinks=os.name != "nt")
    paths = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)})
    for installed in Path(sysconfig.get_paths()["purelib"]).iterdir():
        if not installed.name.startswith(OURS):
            Path(paths["purelib"], installed.name).symlink_to(installed)
    return Path(paths["scripts"], "python")


def test_the_name_says_that_it_fits_everywhere(wheel: Path) -> None:
    assert wheel.name == NAME


def test_it_holds_the_checker_and_its_data_and_nothing_else(wheel: Path) -> None:
    checker = {path for path in (ROOT / "checker").rglob("*.py") if "web" not in path.parts}
    expected = {path.relative_to(ROOT).as_posix() for path in (*checker, ROOT / "checker/py.typed")}
    for folder in ("forms", "schemas"):
        inside = (path for path in (ROOT / folder).rglob("*") if path.is_file())
        expected |= {f"checker/data/{path.relative_to(ROOT).as_posix()}" for path in inside}
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    information = f"beian_kit-{__version__}.dist-info"
    assert {name for name in names if not name.startswith(information)} == expected
    assert f"{information}/licenses/LICENSE" in names


def test_the_site_offers_the_same_bytes(wheel: Path, built_site: Path) -> None:
    offered = (built_site / "downloads" / "beian-kit.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(offered)) as archive:
        assert archive.namelist() == [NAME]
        assert archive.read(NAME) == wheel.read_bytes()


def test_a_package_that_cannot_be_built_ends_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "ROOT", tmp_path)
    with pytest.raises(SystemExit, match="installable"):
        package.build_wheel(tmp_path)


def test_installed_as_documented_it_checks_files_anywhere(
    wheel: Path, python: Path, tmp_path: Path
) -> None:
    page = DEVELOPERS / "command-line.md"
    (documented,) = (block.text for block in blocks(page) if block.language == "sh")
    line = documented.replace("{{ kit.version }}", __version__).strip()
    assert line == f"pip install {NAME}"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}

    def call(*command: object, cwd: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(part) for part in command],
            capture_output=True, encoding="utf-8", cwd=cwd, env=environment, check=False,
        )  # fmt: skip

    installed = call(python, "-m", *shlex.split(line), cwd=wheel.parent)
    assert installed.returncode == 0, installed.stderr
    where = call(python, "-c", "import checker; print(checker.__file__)").stdout
    assert where.startswith(str(python.parent.parent))

    (tmp_path / "名单.xlsx").write_bytes(BAD)
    beian = python.with_name("beian")
    checked = call(beian, "check", "名单.xlsx", "--date", "2024-10-08")
    assert (checked.returncode, checked.stderr) == (1, "")
    report = check(BAD, "名单.xlsx", today=dt.date(2024, 10, 8))
    assert checked.stdout == reports.render(report, "text")
    assert call(beian, "templates", "模板").returncode == 0
    assert call(beian, "--version").stdout == f"{__version__}\n"
