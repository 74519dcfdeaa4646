"""What the package offers, and what its core may import."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import checker

PACKAGE = Path(checker.__file__).parent
ALLOWED = {"checker", "openpyxl", "python_calamine", "jsonschema", "fastjsonschema", "chinese_calendar"}
SHELLS = {"cli.py", "__main__.py", "browser.py"}
# The core is pure: these would let it touch the world.
FORBIDDEN = {"os", "socket", "subprocess", "urllib", "http", "tempfile", "shutil", "logging", "time", "multiprocessing"}


def _is_shell(path: Path) -> bool:
    return path.name in SHELLS or path.parent.name == "commands"


def _imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def test_everything_exported_is_there() -> None:
    assert sorted(checker.__all__) == checker.__all__
    for name in checker.__all__:
        assert hasattr(checker, name)


def test_the_core_imports_only_what_runs_in_the_browser() -> None:
    for path in PACKAGE.rglob("*.py"):
        roots = {name.partition(".")[0] for name in _imports(path)}
        assert roots <= ALLOWED | set(sys.stdlib_module_names), path.name
        if not _is_shell(path):
            asked = {"os"} if path.name == "catalog.py" else set()  # which year to go by
            assert roots & FORBIDDEN == asked, path.name


def test_only_the_catalog_reads_files() -> None:
    for path in PACKAGE.rglob("*.py"):
        if not _is_shell(path) and path.name != "catalog.py":
            assert "pathlib" not in _imports(path), path.name
            assert "open(" not in path.read_text(encoding="utf-8").replace(".open(", "").replace("_open(", ""), path.name


def test_imports_point_one_way() -> None:
    shells = {"checker.cli", "checker.browser"}
    for path in PACKAGE.rglob("*.py"):
        imports = _imports(path)
        if not _is_shell(path):
            assert not imports & shells, path.name
        if path.parent.name == "rules" or path.name in ("fields.py", "records.py"):
            assert "checker.engine" not in imports, path.name
        if path.parent.name == "reading":
            assert not any(name.startswith(("checker.rules", "checker.fields")) for name in imports)


def test_jsonschema_has_one_importer() -> None:
    users = {path.name for path in PACKAGE.rglob("*.py")
             if {name.partition(".")[0] for name in _imports(path)} & {"jsonschema", "fastjsonschema"}}
    assert users == {"fields.py"}
