"""The Python half of snapshot.mjs: runs inside Pyodide, where the snapshot is made."""

from __future__ import annotations

import encodings
import functools
import gc
import hashlib
import importlib
import io
import json
import marshal
import pkgutil
import sys
import zipfile
from collections.abc import Iterator
from importlib.util import MAGIC_NUMBER, source_hash
from pathlib import Path
from typing import get_args

from checker import browser, catalog, fields, template, workshop
from checker.reports import FORMATS

_COMPILED = "python_calamine"  # loads after the start: a snapshot cannot hold compiled code
_ELSEWHERE = {"encodings.mbcs", "encodings.oem"}  # codecs of Windows: not to be imported here
_UNCHECKED = (1).to_bytes(4, "little")  # PEP 552: bytecode that is believed without its source


def everything() -> str:
    """Do all there is to do with the example filing; return a hash of what came out."""
    found = hashlib.sha256()
    for part in _everything():
        found.update(part)
    return found.hexdigest()


def _everything() -> Iterator[bytes]:
    known = catalog.load()
    data = template.example(tuple(known.forms.values()), known.cycle(catalog.DEFAULT_YEAR))
    files = [("example.xlsx", data)]
    options = {"today": f"{catalog.DEFAULT_YEAR}-10-12"}
    for format in FORMATS:
        yield browser.check(files, json.dumps({**options, "format": format})).encode()
    yield browser.changes(files, json.dumps(options)).encode()
    for product in get_args(workshop.Wanted):
        made, notes = browser.make(files, json.dumps({**options, "product": product}))
        for name, content in made:
            yield name.encode()
            yield content
        yield "".join(notes).encode()
    yield browser.look(files, json.dumps(options)).encode()
    yield browser.verify(files, json.dumps({"typed": "7K3Q-92MF"})).encode()
    units = browser.inspect(files, json.dumps({**options, "folder": "", "lost": {}}))
    summary = {**options, "product": "summary", "units": json.loads(units), "left": []}
    for name, content in browser.make((), json.dumps(summary))[0]:
        yield name.encode()
        yield content


def used() -> str:
    """Return the names of the modules imported so far, and of all codecs, as a JSON list."""
    for _, name, _ in pkgutil.iter_modules(encodings.__path__, "encodings."):
        if name not in _ELSEWHERE:
            importlib.import_module(name)  # a user's file may name any
    names = (name for name in sys.modules if name.split(".")[0] not in (__name__, _COMPILED))
    return json.dumps(sorted(names))


def compile_folder(folder: str) -> None:
    """Put bytecode in place of the source of the modules imported so far.

    Compiling leaves litter all over the memory, so it is not done where the snapshot is taken.
    """
    for path in _origins():
        if path.startswith(f"{folder}/") and path.endswith(".py"):
            source = Path(path)
            source.with_suffix(".pyc").write_bytes(_bytecode(source.read_bytes(), path))
            source.unlink()


def compile_library(archive: str) -> None:
    """Do the same in a copy of the standard library, without its help texts."""
    library = _library()
    packed = io.BytesIO()
    with zipfile.ZipFile(archive) as given, zipfile.ZipFile(packed, "w") as made:
        for name in given.namelist():
            data = given.read(name)
            path = f"{library}/{name}"
            if path in _origins():
                name, data = f"{name}c", _bytecode(data, path, optimize=2)
            made.writestr(zipfile.ZipInfo(name), data)
    Path(archive).write_bytes(packed.getvalue())


@functools.cache
def _origins() -> frozenset[str]:
    specs = [getattr(module, "__spec__", None) for module in sys.modules.values()]
    return frozenset(spec.origin for spec in specs if spec and spec.origin)


def _bytecode(source: bytes, path: str, optimize: int = 0) -> bytes:
    code = compile(source, path, "exec", dont_inherit=True, optimize=optimize)
    return MAGIC_NUMBER + _UNCHECKED + source_hash(source) + marshal.dumps(code)


def _library() -> str:
    """Return where the standard library lies."""
    return next(path for path in sys.path if path.endswith(".zip"))


def settle(names: str) -> None:
    """Import the modules of that list, and learn what can be known before any file has come."""
    for name in json.loads(names):
        importlib.import_module(name)
    for learn in (catalog.region_codes, catalog.look_alikes, catalog.sign_in_layout):
        learn()
    for form in catalog.load().forms.values():
        fields.faults({}, form)  # compiles the schemas
    library = _library()
    sys.path.remove(library)  # it does not travel: what is missing there is just missing
    del sys.path_importer_cache[library]
    del sys.modules[__name__]
    gc.collect()
