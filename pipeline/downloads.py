"""What the site offers to download."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from checker import template
from pipeline import offline
from pipeline.kit import Kit
from pipeline.runtime import Asset


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file to download; `save_as` is the name it gets on the reader's disk."""

    path: str  # inside the stage
    save_as: str
    size: int
    sha256: str


def build_templates(kit: Kit, out: Path) -> Mapping[str, Download]:
    """Write each form blank and filled in, and all of them in one workbook (`all`)."""
    out.mkdir()
    downloads = {}
    sets = {name: (form,) for name, form in kit.forms.items()} | {"all": tuple(kit.forms.values())}
    for name, forms in sets.items():
        for filled, make in ((False, template.build), (True, template.example)):
            data = make(forms, kit.cycle)
            key = f"{name}-example" if filled else name
            save_as = template.file_name(forms, filled=filled)
            downloads[key] = offer(out / f"{key}.xlsx", data, save_as)
    return downloads


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
        sha256=hashlib.sha256(data).hexdigest(),
    )
