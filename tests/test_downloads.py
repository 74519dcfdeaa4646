"""What the site offers to download: the same bytes for the same version, and pictures that fit."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from itertools import combinations, pairwise
from urllib.parse import unquote
from xml.etree import ElementTree

import openpyxl
import pytest

from checker import template
from pipeline import downloads, pictures
from pipeline.kit import load_kit

KIT = load_kit()
FORMS = tuple(KIT.forms.values())
ROSTER = KIT.forms["roster"]
SVG = "{http://www.w3.org/2000/svg}"
EDITIONS = ("blank", "example")


def digests(folder):
    """The SHA-256 of every file in a folder, by its name."""
    return {path.name: downloads.sha256(path.read_bytes()) for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder with templates and pictures as the build writes it."""
    folder = tmp_path_factory.mktemp("stage") / "downloads"
    downloads.build_templates(KIT, folder)
    pictures.build(KIT, folder)
    return folder


# Bytes


def test_made_elsewhere_the_bytes_are_equal(made, tmp_path):
    code = (
        "import sys; from pathlib import Path; from pipeline import downloads, pictures;"
        "from pipeline.kit import load_kit; kit, out = load_kit(), Path(sys.argv[1]);"
        "downloads.build_templates(kit, out); pictures.build(kit, out)"
    )
    env = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai"}
    out = tmp_path / "downloads"
    subprocess.run([sys.executable, "-c", code, str(out)], env=env, check=True)
    assert len(digests(out)) == 4 * len(FORMS) + 3
    assert digests(out) == digests(made)


def test_a_download_is_described_as_it_lies_there(tmp_path):
    offered = downloads.build_templates(KIT, tmp_path / "downloads")
    keys = [name + end for name in (*KIT.forms, "all") for end in ("", "-example")]
    assert list(offered) == [*keys, "templates"]
    for each in offered.values():
        data = (tmp_path / each.path).read_bytes()
        assert (each.size, each.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_a_library_that_changes_the_bytes_ends_the_build(monkeypatch):
    monkeypatch.setattr(downloads, "LXML", True)
    with pytest.raises(SystemExit, match="装了 lxml"):
        downloads.workbooks(KIT)


# Editions


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A list of editions to write into, as it is after the first version."""
    file = tmp_path / "editions.json"
    file.write_text("{}", encoding="utf-8")
    monkeypatch.setattr(downloads, "EDITIONS", file)
    assert downloads.keep(KIT) == 0
    return file


def with_roster(**changed):
    """Let the roster's layout say something else."""
    forms = {
        **KIT.forms,
        "roster": dataclasses.replace(ROSTER, layout={**ROSTER.layout, **changed}),
    }
    return dataclasses.replace(KIT, forms=forms)


def test_a_changed_template_needs_a_new_version(kept, capsys):
    before = kept.read_bytes()
    assert downloads.keep(with_roster(row_height=22)) == 1
    said = capsys.readouterr().err.splitlines()
    assert [line.partition(" ")[0] for line in said] == [
        "参训人员名单.xlsx", "参训人员名单（填写示例）.xlsx",
        "备案材料全套.xlsx", "备案材料全套（填写示例）.xlsx",
    ]  # fmt: skip
    assert all("changes 最前面加一条" in line for line in said)
    assert kept.read_bytes() == before


def test_a_new_version_is_kept_beside_the_old_one(kept):
    before = json.loads(kept.read_text(encoding="utf-8"))["2024"]
    change = {"version": "99.0.0", "date": "2099-01-02", "texts": ["行高一些。"]}
    changes = [change, *ROSTER.layout["changes"]]
    assert downloads.keep(with_roster(row_height=22, changes=changes)) == 0
    after = json.loads(kept.read_text(encoding="utf-8"))["2024"]
    for key in ("roster", "roster-example", "all", "all-example"):
        assert {**before[key], "99.0.0": after[key]["99.0.0"]} == after[key]
        assert after[key]["99.0.0"] not in before[key].values()
    for key in ("transcript", "filing_form-example"):
        assert after[key] == before[key]


def test_a_template_says_the_version_it_last_changed_in():
    old, new = ROSTER.changes[0], dataclasses.replace(ROSTER.changes[0], version="0.10.0")
    assert max((old, new), key=lambda change: change.release) is new
    layout = {
        **ROSTER.layout,
        "changes": [{"version": "99.0.0", "date": "2099-01-02", "texts": ["一"]}],
    }
    forms = (KIT.forms["transcript"], dataclasses.replace(ROSTER, layout=layout))
    data = template.build(forms, KIT.cycle)
    meta = dict(openpyxl.load_workbook(io.BytesIO(data))["_meta"].values)
    assert meta["kit_version"] == "99.0.0"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_change_lists_begin_with_the_newest(form):
    assert form.changes
    for newer, older in pairwise(form.changes):
        assert newer.release > older.release
        assert newer.date >= older.date
    for change in form.changes:
        assert all(re.search("[一-鿿].*。$", text) for text in change.texts)


# The zip


@pytest.fixture(scope="module")
def archive(made):
    with zipfile.ZipFile(made / "templates.zip") as archive:
        yield archive


def test_the_zip_holds_every_template(archive, made):
    names = [entry.filename for entry in archive.infolist()]
    assert names[0] == "说明.txt"
    assert "空白模板/参训人员名单.xlsx" in names
    assert "填写示例/备案材料全套（填写示例）.xlsx" in names
    held = {downloads.sha256(archive.read(name)) for name in names[1:]}
    assert held == {digest for name, digest in digests(made).items() if name.endswith(".xlsx")}


def test_the_zip_can_be_read_everywhere_and_shows_no_machine(archive):
    date = template.edition(FORMS).date
    for entry in archive.infolist():
        assert entry.flag_bits & 0x800, "the name is not marked as UTF-8"
        assert entry.compress_type == zipfile.ZIP_STORED
        assert entry.create_system == 3
        assert entry.external_attr >> 16 == 0o100644
        assert entry.date_time == (date.year, date.month, date.day, 0, 0, 0)


def test_the_text_in_the_zip_tells_what_is_in_it(archive):
    data = archive.read("说明.txt")
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n")
    text = data.decode("utf-8-sig")
    for word in (KIT.cycle.region, f"{KIT.cycle.year} 年度", template.edition(FORMS).version):
        assert word in text
    for name in archive.namelist()[1:]:
        assert f"{name}\r\n{downloads.sha256(archive.read(name))}\r\n" in text


# Pictures


def numbers(element, *names):
    return [float(element.get(name)) for name in names]


def boxes(picture):
    """Each text with the rectangle it takes: left, top, right, bottom."""
    for element in picture.iter(f"{SVG}text"):
        x, y, size = numbers(element, "x", "y", "font-size")
        width = float(element.get("textLength") or pictures.hanzi(element.text) * size)
        yield element.text, (x, y - 0.86 * size, x + width, y + 0.14 * size)


def rules(picture):
    """The ruled lines as rectangles without area."""
    steps = picture.find(f"{SVG}path").get("d")
    for x, y, way, to in re.findall(r"M([0-9.]+) ([0-9.]+)([HV])([0-9.]+)", steps):
        yield (
            (float(x), float(y), float(to), float(y))
            if way == "H"
            else (float(x), float(y), float(x), float(to))
        )


def meet(one, other):
    """Whether two rectangles have more than an edge in common."""
    room = 0.05  # what rounding takes
    return all(
        one[low] < other[low + 2] - room and other[low] < one[low + 2] - room for low in (0, 1)
    )


def picture_of(forms, **filled):
    data = template.build(forms, KIT.cycle, **filled)
    return ElementTree.fromstring(pictures.draw(data, "样子"))


@pytest.fixture(params=[(form, edition) for form in FORMS for edition in EDITIONS],
                ids=lambda each: f"{each[0].name}-{each[1]}")  # fmt: skip
def drawn(request, made):
    """A form, the workbook on offer, and its picture."""
    form, edition = request.param
    name = form.name if edition == "blank" else f"{form.name}-example"
    book = openpyxl.load_workbook(made / f"{name}.xlsx")
    return form, book.worksheets[0], ElementTree.parse(made / f"{name}.svg").getroot()


def test_a_picture_shows_every_word_of_the_sheet(drawn):
    _, sheet, picture = drawn
    words = "".join(text for text, _ in boxes(picture))
    for row in sheet.iter_rows():
        for cell in row:
            for line in str(cell.value or "").splitlines():
                assert re.sub(" ", "", line) in words, cell.coordinate


def test_no_text_in_a_picture_leaves_its_cell(drawn):
    _, sheet, picture = drawn
    texts, lines = list(boxes(picture)), list(rules(picture))
    _, _, width, height = map(float, picture.get("viewBox").split())
    left, top = sheet.page_margins.left * 72, sheet.page_margins.top * 72
    for text, box in texts:
        assert not any(meet(box, line) for line in lines), text
        assert left <= box[0] < box[2] <= width - left, text
        assert top <= box[1] < box[3] <= height - 72 * sheet.page_margins.footer + 2, text
    for (text, box), (other, place) in combinations(texts, 2):
        assert not meet(box, place), (text, other)


def test_a_picture_is_a_sheet_of_paper_that_says_what_it_is(drawn):
    form, _, picture = drawn
    _, _, width, height = map(float, picture.get("viewBox").split())
    assert (width < height) == (form.layout["orientation"] == "portrait")
    assert {round(width), round(height)} == {595, 842}
    assert picture.get("role") == "img"
    title = picture.find(f"{SVG}title")
    assert picture.get("aria-labelledby") == title.get("id")
    assert title.text.startswith(f"{form.title}（")
    assert picture.find(f"{SVG}rect").get("fill") == "#fff"


def test_a_picture_needs_nothing_that_a_policy_forbids(drawn):
    _, _, picture = drawn
    tags = {element.tag.removeprefix(SVG) for element in picture.iter()}
    assert tags <= {"svg", "title", "rect", "path", "g", "text"}
    names = {name for element in picture.iter() for name in element.attrib}
    assert not {name for name in names if name == "style" or name.startswith("on")}


def test_the_blank_roster_is_ruled_like_the_sheet():
    lines = list(rules(picture_of([ROSTER])))
    across = sorted({top for _, top, _, bottom in lines if top == bottom})
    down = sorted({left for left, _, right, _ in lines if left == right})
    assert len(across) == ROSTER.layout["blank_rows"] + 2
    assert [round(b - a, 1) for a, b in pairwise(down)] == [
        round(column["width"] * 6, 1) for column in ROSTER.layout["columns"]
    ]
    assert len(lines) == len(across) + len(down), "lines are not drawn in one stroke"


@pytest.mark.parametrize("name", ["filing_form", "roster", "transcript"])
def test_the_frame_is_closed(name):
    lines = list(rules(picture_of([KIT.forms[name]])))
    left, top = min(line[0] for line in lines), min(line[1] for line in lines)
    right, bottom = max(line[2] for line in lines), max(line[3] for line in lines)
    assert {
        (left, top, right, top),
        (left, bottom, right, bottom),
        (left, top, left, bottom),
        (right, top, right, bottom),
    } <= set(lines)


def test_a_merged_cell_has_no_lines_inside():
    form = KIT.forms["transcript"]
    picture = picture_of([form])
    group = next(box for text, box in boxes(picture) if text == "完成学时")
    fields = [box for text, box in boxes(picture) if text in ("公需科目", "专业科目")]
    middle = (fields[0][2] + fields[1][0]) / 2
    down = [line for line in rules(picture) if line[0] == line[2]]
    split = [line for line in down if abs(line[0] - middle) < 5]
    assert len(split) == 1
    assert split[0][1] > group[3]


def test_a_long_list_shows_its_first_page_and_counts_the_others():
    people = [{"serial_no": n, "name": "张三", "gender": "男"} for n in range(1, 81)]
    words = [text for text, _ in boxes(picture_of([ROSTER], records={"roster": people}))]
    assert "30" in words
    assert "31" not in words
    assert words[-6:] == ["第", "1", "页", "共", "3", "页"]


def test_what_must_fit_one_page_is_made_smaller():
    form = KIT.forms["filing_form"]
    record = {"content": "新规范、新技术。" * 60, "objective": "提高能力。"}
    picture = picture_of([form], records={"filing_form": [record]})
    sizes = {float(element.get("font-size")) for element in picture.iter(f"{SVG}text")}
    assert max(sizes) < 18
    _, _, _, height = map(float, picture.get("viewBox").split())
    assert max(box[3] for _, box in boxes(picture)) < height - 50


# The page


class Page(HTMLParser):
    """The parts of the download page that a reader can use."""

    def __init__(self, text):
        super().__init__()
        self.offers, self.images, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "a" and "download" in values:
            self.offers.append((unquote(values["href"]), values["download"]))
        elif tag == "img":
            self.images.append((values["src"], values["alt"]))

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def page(built_site):
    return Page((built_site / "downloads" / "index.html").read_text(encoding="utf-8"))


def test_every_download_has_its_hash_on_the_page(page, built_site):
    assert {name for name, _ in page.offers} >= {"templates.zip", "single-file.html", "all.xlsx"}
    for name, save_as in page.offers:
        data = (built_site / "downloads" / name).read_bytes()
        assert downloads.sha256(data) in page.text, name
        assert save_as.rpartition(".")[2] == name.rpartition(".")[2]


def test_every_template_has_pictures_version_date_and_changes(page, built_site):
    for form in FORMS:
        for name, words in ((form.name, "空白模板"), (f"{form.name}-example", "填写示例")):
            assert (f"{name}.svg", f"{form.title}{words}的样子，点开看大图") in page.images
            assert (built_site / "downloads" / f"{name}.svg").is_file()
        for change in form.changes:
            date = change.date
            assert f"第 {change.version} 版，{date.year}年{date.month}月{date.day}日" in page.text
            assert all(text in page.text for text in change.texts)
