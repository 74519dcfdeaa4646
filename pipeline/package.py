"""The checker as a Python package, for other programs and for the command line."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pipeline import ROOT
from pipeline.downloads import Download, offer
from pipeline.runtime import zipped

# The date of everything in the archive: the same wheel is made from the same sources at any time.
_EPOCH = "315532800"  # 1980-01-01, the earliest that a zip archive can tell


def build_wheel(out: Path) -> Path:
    """Build the wheel into a folder and return its path; nothing is fetched for it."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    command += ["--no-build-isolation", "--no-deps", "--no-index"]
    command += ["--wheel-dir", str(out), str(ROOT)]
    done = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"SOURCE_DATE_EPOCH": _EPOCH}
    )
    if done.returncode:
        raise SystemExit(f"\n{done.stdout}{done.stderr}")
    (wheel,) = out.glob("*.whl")
    return wheel


def offer_wheel(out: Path) -> Mapping[str, Download]:
    """Write the wheel to download, in a zip archive: many servers know no .whl, pip no other name.

    The archive keeps its address from version to version; the wheel in it has its version's name.
    """
    with tempfile.TemporaryDirectory() as folder:
        wheel = build_wheel(Path(folder))
        data = zipped({wheel.name: wheel.read_bytes()})
    return {"wheel": offer(out / "beian-kit.zip", data, f"{wheel.stem}.zip")}
