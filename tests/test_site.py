"""The site: complete, sound in itself, and asking nothing of any other."""

from __future__ import annotations

import datetime as dt
import functools
import http.server
import re
import threading
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import jinja2
import pytest
from playwright.sync_api import Page, sync_playwright

from checker import catalog
from checker.calendar import Day
from checker.catalog import Window
from checker.rules import BY_CODE
from pipeline.examples import Shown, gather
from pipeline.kit import load_kit
from pipeline.pages import days_of, escape, readable, rules_for, templates
from pipeline.schema_versions import documents
from tests.browsers import launch
from tests.cases import Case

FORMS = catalog.load().forms
RULES = load_kit().rules
HAND_WRITTEN = (
    "", "guide/", "checklist/", "hours/", "counties/", "faq/", "unclear/", "notice/",
    "downloads/", "after-check/", "final-edition/", "rules/", "rules/all-messages/",
    "fields/", "schemas/", "privacy/", "developers/", "developers/command-line/", "developers/library/",
    "developers/javascript/", "developers/reports/", "handbook/", "handbook/publish/",
    "handbook/new-year/", "handbook/new-rule/", "handbook/new-form/", "handbook/privacy/",
    "handbook/architecture/", "officers/", "officers/batch/", "officers/verify/", "officers/desk/",
)  # fmt: skip
PAGES = (
    *HAND_WRITTEN,
    *(f"fields/{name}/" for name in FORMS),
    *(f"schemas/{each.name}/" for each in documents() if each.is_schema),
    *(f"rules/{rule.code.lower()}/" for rule in RULES),
)
ELSEWHERE = re.compile(r"(?:https?:)?//")


class Html(HTMLParser):
    """The parts of a page that refer to something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.lang = ""
        self.policy = ""
        self.description = ""
        self.ids: set[str] = set()
        self.links: list[str] = []  # what a reader may follow
        self.resources: list[str] = []  # what the browser loads by itself
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids.add(values.get("id", ""))
        if tag == "html":
            self.lang = values["lang"]
        elif tag == "meta" and values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"]
        elif tag == "meta" and values.get("name") == "description":
            self.description = values["content"]
        elif tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag == "link":
            self.resources.append(values.get("href") or values["data-preload"])
        if "src" in values:
            self.resources.append(values["src"])

    def handle_data(self, data: str) -> None:
        self.text += data


def pages_of(site: Path) -> dict[str, Html]:
    """Return every page of a site by its address, the checker's own page among them."""
    found = {}
    for path in site.rglob("*.html"):
        address = path.relative_to(site).as_posix().removesuffix("index.html")
        found[address] = Html(path.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def pages(built_site: Path) -> dict[str, Html]:
    """Return the pages of the tests' own year."""
    return pages_of(built_site)


@pytest.fixture(scope="module")
def latest(latest_site: Path) -> dict[str, Html]:
    """Return the pages that are to be published."""
    return pages_of(latest_site)


@pytest.fixture(scope="module")
def shown() -> Mapping[str, Shown]:
    """Return what the pages show of each rule's cases."""
    return gather(BY_CODE.values())


def test_every_page_is_there(pages):
    assert set(pages) == {
        *PAGES, "check/", "404.html", "developers/example/", "downloads/single-file.html",
        "check/officers.html",
    }  # fmt: skip


def test_every_page_is_chinese_and_complete(latest):
    for address, page in latest.items():
        assert page.lang in ("zh", "zh-CN"), address
        assert "{{" not in page.text, address
        assert "{%" not in page.text, address


def test_every_page_says_what_it_is_about(latest):
    about: dict[str, list[str]] = {}
    for address, page in latest.items():
        if address != "downloads/single-file.html":  # the checker's page once more, to take away
            about.setdefault(page.description.strip(), []).append(address)
    assert "" not in about, about[""]
    assert [addresses for addresses in about.values() if len(addresses) > 1] == []


def test_every_rule_and_form_is_linked(pages):
    rules = {urljoin("rules/", link) for link in pages["rules/"].links}
    assert rules >= {f"rules/{rule.code.lower()}/" for rule in RULES}
    fields = {urljoin("fields/", link) for link in pages["fields/"].links}
    assert fields >= {f"fields/{name}/" for name in FORMS}
    assert {f"schemas/{name}.schema.json" for name in FORMS} <= fields


def test_every_template_can_be_downloaded(pages, built_site):
    links = pages["downloads/"].links
    for name in (*FORMS, "all"):
        for file in (f"{name}.xlsx", f"{name}-example.xlsx"):
            assert f"../downloads/{file}" in links or file in links
            assert (built_site / "downloads" / file).read_bytes().startswith(b"PK")


def test_every_rule_page_has_the_fixed_headings(pages):
    for rule in RULES:
        page = pages[f"rules/{rule.code.lower()}/"]
        assert f"{rule.code} {rule.title}" in page.text
        assert {"what", "why", "example", "fix", "source"} <= page.ids, rule.code


def test_every_rule_page_shows_what_the_checker_said(pages, shown):
    for code, examples in shown.items():
        text = pages[f"rules/{code.lower()}/"].text
        example = text[text.index("这样会提示") :]
        assert examples.faulty.said, code
        for said in examples.faulty.said:
            assert said.message in example, code
        assert "这样不会提示" in example, code


def test_all_messages_are_on_one_page(pages, shown):
    page = pages["rules/all-messages/"]
    assert len(shown) == 96
    for code, examples in shown.items():
        assert code.lower() in page.ids
        assert f"../{code.lower()}/" in page.links
        assert all(said.message in page.text for said in examples.said), code
    assert "all-messages/" in pages["rules/"].links
    footers = [pages[f"rules/{code.lower()}/"].links for code in shown]
    assert all(any(link.startswith("../all-messages/#") for link in links) for links in footers)


@pytest.mark.parametrize(
    ("cases", "sentence"),
    [
        ([], "规则 I11 在 tests/rules/ 里还缺出问题的例子。"),
        ([{"hits": []}], "规则 I11 在 tests/rules/ 里还缺出问题的例子。"),
        ([{"hits": ["E4"], "roster": [{"id_number": "410302190001010013"}]}],
         "规则 I11 在 tests/rules/ 里还缺不出问题的例子。"),
        ([{"hits": ["E4"], "roster": [{}]}, {"hits": [], "roster": [{}]}],
         "规则 I11 的例子“one”没有得到这条提示。"),
        ([{"hits": ["E4"], "roster": [{"id_number": "410302190001010013"}]},
          {"hits": [], "roster": [{"name": ""}]}],
         "规则 I11 的例子“one”应当没有问题，却得到了提示。"),
    ],
)  # fmt: skip
def test_a_rule_without_its_examples_ends_the_build(monkeypatch, cases, sentence):
    given = tuple(Case(code="I11", given={"name": "one", **case}) for case in cases)
    monkeypatch.setattr("pipeline.examples.cases.load", lambda: given)
    with pytest.raises(SystemExit, match=re.escape(sentence)):
        gather([BY_CODE["I11"]])


def test_blanks_are_made_visible():
    found = gather([BY_CODE["L03"]])["L03"].faulty
    assert found.marks == ("␣ 表示空格", "↵ 表示换行", "¦ 表示看不见的字符")
    assert "<b>␣</b>张三" in found.sheets[0]
    assert '<td class="bad">' in found.sheets[0]


def test_no_link_is_broken(latest, latest_site):
    for address, page in latest.items():
        if address == "404.html":  # the server shows it at any depth; its link is set by script
            continue
        for link in (*page.links, *page.resources):
            target = urlsplit(urljoin(f"site:///{address}", link))
            if target.scheme != "site":
                continue
            name = unquote(target.path).removeprefix("/")
            file = latest_site / (f"{name}index.html" if name.endswith("/") or not name else name)
            assert file.is_file(), f"{address} -> {link}"
            if target.fragment and name in latest:
                assert unquote(target.fragment) in latest[name].ids, f"{address} -> {link}"


def test_no_page_loads_anything_from_elsewhere(latest, latest_site):
    for address, page in latest.items():
        assert not [each for each in page.resources if ELSEWHERE.match(each)], address
        assert page.policy.startswith("default-src 'none'"), address
        assert "http" not in page.policy, address
    for style in latest_site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//", text), style.name


def test_no_page_depends_on_where_the_site_lies(latest):
    for address, page in latest.items():
        if address != "404.html":
            rooted = [each for each in (*page.links, *page.resources) if each.startswith("/")]
            assert not rooted, address


def test_working_days_are_those_of_the_state_council():
    days = days_of(Window(dt.date(2024, 10, 11), dt.date(2024, 10, 20), "S4"))
    assert [date.day for date, kind in days if kind.works] == [11, 12, 14, 15, 16, 17, 18]
    assert [date.day for date, kind in days if kind is Day.MADE_UP] == [12]
    days = days_of(Window(dt.date(2024, 12, 11), dt.date(2024, 12, 20), "S4"))
    assert [date.day for date, kind in days if kind.works] == [11, 12, 13, 16, 17, 18, 19, 20]


def test_a_year_without_a_calendar_is_unknown():
    assert days_of(Window(dt.date(2099, 10, 11), dt.date(2099, 10, 20), "S4")) is None


def test_the_guide_names_the_days(pages):
    text = pages["guide/"].text
    assert "10月12日（周六）调休上班" in text
    assert "最后一个工作日是 10月18日（周五）" in text


def test_a_fact_that_does_not_exist_ends_the_build():
    template = templates(load_kit(), {}, {}, {}).from_string("{{ facts.nothing }}")
    with pytest.raises(jinja2.UndefinedError):
        template.render()


def test_data_shows_as_typed_in_markdown():
    assert escape("a|b *c* <d> [e]") == r"a\|b \*c\* &lt;d&gt; \[e\]"
    assert readable("第 {row} 行“{c}”") == "第 <var>N</var> 行“<var>…</var>”"


def test_a_field_knows_the_rules_that_look_at_it():
    kit = load_kit()
    roster = kit.forms["roster"]
    codes = {rule.code for rule in rules_for(kit, roster, roster.fields["id_number"])}
    assert {"I01", "I06", "I11"} <= codes
    assert not {code for code in codes if code[0] in "PBT"}


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A static server that shows the site's own page for what is missing."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer as servers do that know 404.html."""
        body = (Path(self.directory) / "luoyang" / "beian" / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def address(built_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the site under a sub-path and return its address."""
    root = tmp_path_factory.mktemp("server")
    (root / "luoyang").mkdir()
    (root / "luoyang" / "beian").symlink_to(built_site)
    handler = functools.partial(Quiet, directory=str(root))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/luoyang/beian/"
        server.shutdown()
        thread.join()


@pytest.fixture
def browser_page() -> Iterator[Page]:
    with sync_playwright() as playwright, launch(playwright) as browser:
        yield browser.new_page()


def test_pages_ask_nothing_of_others_and_miss_nothing(address, browser_page):
    answers, troubles = [], []
    browser_page.on("response", lambda answer: answers.append((answer.url, answer.status)))
    browser_page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    browser_page.on("pageerror", lambda error: troubles.append(str(error)))
    for each in (*HAND_WRITTEN, "fields/roster/", "rules/i11/"):
        browser_page.goto(address + each, wait_until="networkidle")
    assert not [url for url, _ in answers if not url.startswith(address)]
    assert not [url for url, status in answers if status >= 400]
    assert not troubles


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_the_screen(address, browser_page, width):
    browser_page.set_viewport_size({"width": width, "height": 800})
    for each in (*HAND_WRITTEN, "fields/transcript/", "rules/w01/"):
        browser_page.goto(address + each)
        assert browser_page.evaluate("document.documentElement.scrollWidth") <= width, each


@pytest.mark.parametrize(
    ("query", "found"), [("身份证号", "rules/i01/"), ("学时", "guide/"), ("花名册", "fields/roster/")]
)
def test_chinese_words_are_found(address, browser_page, query, found):
    browser_page.goto(address)
    browser_page.locator(".md-search__input").fill(query)
    browser_page.locator(".md-search__input").press("End")  # it listens to keys
    browser_page.locator(".md-search-result__link").first.wait_for()
    links = browser_page.locator(".md-search-result__link")
    places = links.evaluate_all("links => links.map((link) => link.href.split('?')[0])")
    assert address + found in places


@pytest.mark.parametrize("missing", ["nothing", "rules/z99/", "guide/nothing/deep/", "a/b/c/d.html"])
def test_the_page_for_what_is_missing_leads_home(address, browser_page, missing):
    browser_page.goto(address + missing)
    browser_page.get_by_role("link", name="回到首页").click()
    assert browser_page.url == address
