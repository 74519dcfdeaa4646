"""Build the site: catalogue -> examples -> templates -> schemas -> runtime -> pages -> site.

Everything is staged under `build/docs/` and nothing generated lies in git. The last step runs
MkDocs (strict) on the stage; `mkdocs.yml` holds the menu and the look. The steps are `pipeline/`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from checker.catalog import CheckerError
from checker.reports import rule_list
from pipeline import (
    ROOT,
    calendars,
    downloads,
    engines,
    examples,
    offline,
    package,
    pages,
    pictures,
    policy,
    runtime,
    schemas,
)
from pipeline.kit import load_kit, write

STAGE = ROOT / "build" / "docs"

T = TypeVar("T")


def main(arguments: list[str] | None = None) -> int:
    """Build the site into the folder asked for."""
    parser = argparse.ArgumentParser(description="生成网站")
    parser.add_argument("--out", type=Path, default=ROOT / "site", help="网站写到哪个文件夹")
    parser.add_argument(
        "--engine", choices=engines.ENGINES, default="mkdocs", help="用哪个程序生成网页"
    )
    chosen = parser.parse_args(arguments)
    out = chosen.out.resolve()

    try:
        kit = step("读取表单、年度和规则", load_kit)
    except CheckerError as error:  # a cycle file that is not filled in yet
        raise SystemExit(f"\n{error}") from None
    os.environ.update(kit.names)  # mkdocs.yml asks for them
    step("清理暂存区", clear_stage)
    shown = step("检查每条规则的例子", lambda: examples.gather(kit.rules, kit.cycle))
    offered = {**step("生成表格模板", lambda: downloads.build_templates(kit, STAGE / "downloads"))}
    offered |= step("准备日历文件", lambda: calendars.build(kit, STAGE / "calendar"))
    drawn = step("画出表格的样子", lambda: pictures.build(kit, STAGE / "downloads"))
    offered |= step("发布 JSON Schema", lambda: schemas.publish(STAGE / "schemas"))
    step("列出规则", lambda: write(STAGE / "rules.json", rule_list.render(kit.rules, kit.cycle)))
    offered |= step("打包 Python 程序包", lambda: package.offer_wheel(STAGE / "downloads"))
    assets = step("给检查程序拍内存快照", runtime.make)
    step("准备在线自检", lambda: runtime.write(assets, STAGE / "check"))
    offered |= step(
        "准备单文件版", lambda: downloads.build_single_file(assets, STAGE / "downloads")
    )
    step("生成页面", lambda: pages.build(kit, offered, shown, drawn, STAGE))
    step("生成网站", lambda: engines.build(chosen.engine, STAGE, out))
    step("写入安全策略", lambda: policy.write_policies(out))
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


if __name__ == "__main__":
    sys.exit(main())
