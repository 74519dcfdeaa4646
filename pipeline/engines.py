"""From the stage to a site: by MkDocs, or by its successor Zensical from the same mkdocs.yml."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from pipeline import ROOT, runtime
from pipeline.kit import write
from pipeline.policy import HASHES

CONFIGURATION = Path("mkdocs.yml")
THEME = Path("docs", "_theme")
_CODE = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL)
_BLANK_LINES = re.compile(r"\n[ \t\n]*\n")


def mkdocs(stage: Path, out: Path) -> None:
    """Build with MkDocs; mkdocs.yml names the stage, and any warning ends the build."""
    _run(ROOT, "mkdocs", "build", "--strict", "--quiet", "--clean", "--site-dir", str(out))


def zensical(stage: Path, out: Path) -> None:
    """Build with Zensical, which reads and writes nothing outside the folder of its configuration.

    Raises:
        SystemExit: it is not installed.
    """
    if not importlib.util.find_spec("zensical"):
        raise SystemExit("\n还没有安装 Zensical：用 make site ENGINE=zensical，会先装好它。")
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        shutil.copy(ROOT / CONFIGURATION, root)
        shutil.copytree(ROOT / THEME, root / THEME)
        shutil.copytree(stage, root / stage.relative_to(ROOT))
        _run(root, "zensical", "build", "--strict")
        shutil.rmtree(out, ignore_errors=True)
        shutil.move(root / "site", out)


ENGINES: Mapping[str, Callable[[Path, Path], None]] = {"mkdocs": mkdocs, "zensical": zensical}


def build(engine: str, stage: Path, out: Path) -> None:
    """Build the site without what no reader needs: source maps and the theme's blank lines."""
    ENGINES[engine](stage, out)
    for path in out.rglob("*.map"):
        path.unlink()
    for path in out.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        if HASHES in page:  # it is made by the theme
            write(path, without_blank_lines(page))
    lost = out / "404.html"  # shown at any depth, so that it brings its colours along
    write(lost, lost.read_text(encoding="utf-8").replace("{colours}", runtime.colours()))


def without_blank_lines(page: str) -> str:
    """Return a page without the blank lines of its templates, a fifth of it; code keeps its own."""
    parts = _CODE.split(page)
    parts[::2] = (_BLANK_LINES.sub("\n", part) for part in parts[::2])
    return "".join(parts)


def _run(folder: Path, *command: str) -> None:
    """Run a module; what it says is shown only when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, cwd=folder
    )
    if done.returncode:
        raise SystemExit(f"\n{done.stdout}{done.stderr}")
