"""What the site offers to download.

The same version is the same bytes, wherever and whenever it is made: `editions.json` keeps the
SHA-256 of each template that was published, and a test holds the templates to it. Run as a module
(`python -m pipeline.downloads`) to have new versions kept there.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from openpyxl.xml import LXML

from checker import template
from checker.catalog import Change
from pipeline import offline
from pipeline.archive import zipped
from pipeline.kit import Kit, load_kit, write
from pipeline.runtime import Asset

EDITIONS = Path(__file__).parent / "editions.json"

Editions = Mapping[str, Mapping[str, Mapping[str, str]]]  # year -> key -> version -> SHA-256

_README = """\
{region}专业技术人员继续教育备案表格，{year} 年度，{edition.version} 版（{edition.date}）

“空白模板”里是空白表，“填写示例”里是填好的样子（单位和人都是虚构的）。
“{all}”把几张表放在一个工作簿里，一张表一页，内容和单张的一样，用哪种都行。

身份证号一栏已经设成文本格式，直接输入就好。纸张是 {paper}，边距和页码都排好了。
填好以后先用网站上的“在线自检”查一遍，再打印、盖章。自检在自己的电脑上进行，文件不会上传。

想确认文件没被改过，在命令提示符里运行 certutil -hashfile 文件名 SHA256，和下面的对一对：

{hashes}

这是非官方的辅助工具，依据公开的备案通知编写；办理以人社部门的答复为准。
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file to download; `save_as` is the name it gets on the reader's disk."""

    path: str  # inside the stage
    save_as: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """A template: of one form or of all, blank or filled in."""

    save_as: str
    data: bytes
    filled: bool
    edition: Change

    @property
    def member(self) -> str:
        """Where it lies in the zip with all templates."""
        return f"{'填写示例' if self.filled else '空白模板'}/{self.save_as}"


def workbooks(kit: Kit) -> Mapping[str, Workbook]:
    """Return each form, and all in one (`all`): blank, and filled in under `<key>-example`.

    Raises SystemExit where openpyxl would write other bytes than elsewhere.
    """
    if LXML:
        raise SystemExit(
            "\n这个 Python 环境里装了 lxml，openpyxl 会因此写出不一样的文件："
            "先卸掉它，或者设环境变量 OPENPYXL_LXML=False，再运行。"
        )
    sets = {name: (form,) for name, form in kit.forms.items()} | {"all": tuple(kit.forms.values())}
    return {
        f"{name}-example" if filled else name: Workbook(
            save_as=template.file_name(forms, filled=filled),
            data=make(forms, kit.cycle),
            filled=filled,
            edition=template.edition(forms),
        )
        for name, forms in sets.items()
        for filled, make in ((False, template.build), (True, template.example))
    }


def build_templates(kit: Kit, out: Path) -> Mapping[str, Download]:
    """Write the templates under the keys of `workbooks`, and a zip with all (`templates`)."""
    out.mkdir()
    made = workbooks(kit)
    downloads = {
        key: offer(out / f"{key}.xlsx", book.data, book.save_as) for key, book in made.items()
    }
    save_as = f"备案表格模板（{kit.cycle.year}年度）.zip"
    downloads["templates"] = offer(out / "templates.zip", bundle(kit, made), save_as)
    return downloads


def bundle(kit: Kit, made: Mapping[str, Workbook]) -> bytes:
    """Return all templates and a text that says what they are, as one zip."""
    members = {book.member: book.data for book in made.values()}
    text = _README.format(
        region=kit.cycle.region,
        year=kit.cycle.year,
        edition=made["all"].edition,
        all=made["all"].save_as,
        paper=kit.cycle.data["paper"]["size"],
        hashes="\n".join(f"{name}\n{sha256(data)}" for name, data in members.items()),
    )
    # As Notepad on Windows 7 expects it: a mark that this is UTF-8, and lines ended by CR LF.
    readme = text.replace("\n", "\r\n").encode("utf-8-sig")
    return zipped({"说明.txt": readme, **members}, date=made["all"].edition.date)


def build_single_file(runtime: Iterable[Asset], out: Path) -> Mapping[str, Download]:
    """Write the checker that needs no site."""
    data = offline.single_file(runtime)
    return {"single-file": offer(out / "single-file.html", data, "备案自检.html")}


def offer(path: Path, data: bytes, save_as: str) -> Download:
    """Write a file to download."""
    path.write_bytes(data)
    return Download(
        path=f"{path.parent.name}/{path.name}",
        save_as=save_as,
        size=len(data),
        sha256=sha256(data),
    )


def sha256(data: bytes) -> str:
    """Return the SHA-256 as certutil writes it."""
    return hashlib.sha256(data).hexdigest()


# --- editions ---


def editions() -> Editions:
    """Return what was published so far."""
    kept: Editions = json.loads(EDITIONS.read_text(encoding="utf-8"))
    return kept


def unlike(made: Mapping[str, Workbook], year: int, kept: Editions) -> list[str]:
    """Return a sentence for each template that is not what was published as its version."""
    known = kept.get(str(year), {})
    return [
        f"{book.save_as} 变了，版本却还是 {book.edition.version}："
        "在 forms/ 里那张表的 layout.json 中，给 changes 最前面加一条（新的版本、日期、改了什么），"
        "再运行 python -m pipeline.downloads。"
        "这一版从没发布过的，只要在 pipeline/editions.json 里删掉它的记录再运行。"
        for key, book in made.items()
        if known.get(key, {}).get(book.edition.version, sha256(book.data)) != sha256(book.data)
    ]


def missing(made: Mapping[str, Workbook], year: int, kept: Editions) -> list[str]:
    """Return the keys of the templates whose version is not kept yet."""
    known = kept.get(str(year), {})
    return [key for key, book in made.items() if book.edition.version not in known.get(key, {})]


def keep(kit: Kit) -> int:
    """Add the versions that are new to what is kept; return 1 where one is not what it was."""
    made, kept = workbooks(kit), json.loads(EDITIONS.read_text(encoding="utf-8"))
    known = kept.setdefault(str(kit.cycle.year), {})
    for key in missing(made, kit.cycle.year, kept):
        book = made[key]
        known.setdefault(key, {})[book.edition.version] = sha256(book.data)
        sys.stdout.write(f"记下了：{book.save_as}，{book.edition.version} 版\n")
    write(EDITIONS, json.dumps(kept, ensure_ascii=False, indent=2) + "\n")
    faults = unlike(made, kit.cycle.year, kept)
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(keep(load_kit()))
