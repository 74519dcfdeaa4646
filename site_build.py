"""Build the site: catalogue -> examples -> templates -> schemas -> runtime -> pages -> site.

Everything is staged under `build/docs/` and nothing generated lies in git. The last step runs
MkDocs (strict) on the stage; `mkdocs.yml` holds the menu and the look. The steps are `pipeline/`.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from checker.rules import RULES
from pipeline import ROOT, downloads, examples, offline, pages, runtime
from pipeline.kit import load_kit

STAGE = ROOT / "build" / "docs"

T = TypeVar("T")


def main(arguments: list[str] | None = None) -> int:
    """Build the site into the folder asked for."""
    parser = argparse.ArgumentParser(description="生成网站")
    parser.add_argument("--out", type=Path, default=ROOT / "site", help="网站写到哪个文件夹")
    out = parser.parse_args(arguments).out.resolve()

    kit = step("读取表单、年度和规则", load_kit)
    step("清理暂存区", clear_stage)
    shown = step("检查每条规则的例子", lambda: examples.gather(RULES))
    offered = {**step("生成表格模板", lambda: downloads.build_templates(kit, STAGE / "downloads"))}
    step("复制 JSON Schema", lambda: copy_schemas(STAGE / "schemas"))
    assets = step("给检查程序拍内存快照", runtime.make)
    step("准备在线自检", lambda: runtime.write(assets, STAGE / "check"))
    offered |= step(
        "准备单文件版", lambda: downloads.build_single_file(assets, STAGE / "downloads")
    )
    step("生成页面", lambda: pages.build(kit, offered, shown, STAGE))
    step("生成网站", lambda: build_site(out))
    step("准备离线使用", lambda: offline.write_service_worker(out))
    print(f"网站已生成：{out}")
    return 0


def step(name: str, work: Callable[[], T]) -> T:
    """Run one step of the pipeline and say on one line what it is and how long it took."""
    print(f"{name} …", end=" ", flush=True)
    start = time.perf_counter()
    result = work()
    print(f"{time.perf_counter() - start:.1f} 秒", flush=True)
    return result


def clear_stage() -> None:
    """Empty the stage, so that a page taken out of docs/ leaves the site too."""
    shutil.rmtree(STAGE, ignore_errors=True)
    STAGE.mkdir(parents=True)


def copy_schemas(out: Path) -> None:
    """Offer every schema, cycle and code list to other tools, unchanged."""
    shutil.copytree(ROOT / "schemas", out)


def build_site(out: Path) -> None:
    """Run MkDocs on the stage; any warning of its own ends the build, and only then is it shown."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--clean"]
    command += ["--config-file", str(ROOT / "mkdocs.yml"), "--site-dir", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
