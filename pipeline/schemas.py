"""The schemas as other tools get them: at addresses that stay, with an index, and in one zip.

Each document has two addresses under `schemas/`: `roster.schema.json` is always the newest,
`roster/1.0.0.json` never changes again. The second is the `$id` with slashes for colons
(`urn:beian-kit:roster:1.0.0`), so that whoever finds the one can work out the other; were all
versions kept in step under one number, a change of one form would move every address.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from checker import __version__
from pipeline import ROOT, conformance
from pipeline.archive import zipped
from pipeline.downloads import Download, offer
from pipeline.kit import environment
from pipeline.schema_versions import Document, Group, documents
from pipeline.table_schema import table_schema

ZIP = "beian-kit-schemas.zip"


def publish(out: Path) -> Mapping[str, Download]:
    """Write every file into a folder; return the zip as a download."""
    files = members()
    for name, data in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return {"schemas": offer(out / ZIP, zipped(packed(files)), ZIP)}


def members() -> Mapping[str, bytes]:
    """Return every file that lies under `schemas/`, but the zip."""
    files: dict[str, bytes] = {}
    for each in documents():
        files[each.latest] = rendered(each.data)
        files |= {each.at(release.version): rendered(release.data) for release in each.releases}
        if each.group is Group.FORM:
            files[table_schema_of(each)] = rendered(table_schema(each.data))
    files |= {f"conformance/{name}.json": data for name, data in conformance.files().items()}
    return {**files, "index.json": rendered(_index(files))}


def packed(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return what the zip holds, by name: the newest versions, and what is needed to use them."""
    older = {each.at(release.version) for each in documents() for release in each.releases}
    chosen = {name: data for name, data in files.items() if name not in older}
    about = {"README.md": readme().encode(), "LICENSE": (ROOT / "LICENSE").read_bytes()}
    return dict(sorted({**chosen, **about}.items()))


def readme() -> str:
    """Return the text that tells the users of the zip what it is."""
    page = environment(ROOT / "docs", autoescape=False).get_template("schemas/_readme.md")
    return page.render(documents=documents(), kit_version=__version__, tally=conformance.tally())


def table_schema_of(form: Document) -> str:
    """Return where a form's Table Schema lies."""
    return f"{form.name}.table-schema.json"


def rendered(data: Mapping[str, Any]) -> bytes:
    """Return a document as it is published: the same bytes for the same data."""
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def _index(files: Mapping[str, bytes]) -> Mapping[str, Any]:
    """Return the list of all files, for programs."""
    return {
        "name": "beian-kit",
        "version": __version__,
        "zip": ZIP,
        "documents": [_entry(each, files) for each in documents()],
        "conformance": [
            {"file": name, "sha256": _sha256(files[name])}
            for name in files
            if name.startswith("conformance/")
        ],
    }


def _entry(each: Document, files: Mapping[str, bytes]) -> Mapping[str, Any]:
    entry: dict[str, Any] = {
        "name": each.name,
        "group": each.group,
        "id": each.id,
        "title": each.title,
        "version": each.version,
        "file": each.latest,
        "sha256": _sha256(files[each.latest]),
        "versions": [
            {
                "version": release.version,
                "date": release.date or None,
                "file": each.at(release.version),
                "sha256": _sha256(files[each.at(release.version)]),
                "change": release.kind,
            }
            for release in each.releases
        ],
    }
    if each.group is Group.FORM:
        name = table_schema_of(each)
        entry["table_schema"] = {"file": name, "sha256": _sha256(files[name])}
    return entry


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
