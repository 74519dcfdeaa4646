"""What every page owes its readers: rules for access, the keyboard, paper, small screens, little weight.

Each page is opened once, and what it shows under several conditions is noted for all tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, TimeoutError

from tests import ROOT
from tests.browser.clerk import CLEAN, FAULTY, check, choose
from tests.browser.conftest import SUB_PATH, Server, await_state, ready, serving
from tests.browser.test_products import PLAN, UNTIDY, offer, press

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
FAULTS = """() => axe.run().then(({violations}) => violations.flatMap(({id, nodes}) =>
  nodes.map(({html, any, all, none}) => `${id}: ${html} ${[...any, ...all, ...none].map((each) => each.message)}`)))"""
LOOKS = (("light", 1280), ("dark", 390))
WIDTHS = (1280, 640, 390)  # 640 is 1280 at 200 %
MOST_BYTES = 400 * 1024

GENERATED = re.compile(r"(?:rules/[a-z][0-9]+|fields/[a-z_]+|schemas/[a-z_]+)/")
SAMPLES = ("rules/i11/", "rules/x08/", "fields/roster/", "schemas/roster/", "404.html")
LOCKED = ("check/", "developers/example/")  # pages with a policy and tests of their own

LISTEN = """document.addEventListener("securitypolicyviolation", (event) => {
  (window.violations ??= []).push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});"""
# The browser's own dialog, which no test can answer by keyboard: it is enough that it was asked for.
ASKED = """delete globalThis.showOpenFilePicker;
HTMLInputElement.prototype.click = () => { globalThis.asked = true; };"""
NOT_ON_PAPER = ".md-header, .md-tabs, .md-sidebar, .md-top, .md-search, .headerlink"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen of a page."""

    faults: Mapping[str, list[str]]
    widths: Mapping[int, int]
    errors: list[str]
    bytes: int
    printed: list[str]


@pytest.fixture(scope="module")
def seen(browser: Browser, latest_site: Path) -> Mapping[str, Seen]:
    """Open each hand-written page and some of the others, each with an empty cache."""
    found = (path.parent.relative_to(latest_site) for path in latest_site.rglob("index.html"))
    pages = {"" if path == Path() else f"{path.as_posix()}/" for path in found}
    pages = {page for page in pages if not GENERATED.fullmatch(page)} - set(LOCKED)
    with serving(latest_site) as server:
        return {name: look_at(browser, server, latest_site, name) for name in {*pages, *SAMPLES}}


def look_at(browser: Browser, server: Server, site: Path, name: str) -> Seen:
    """Open a page and note what it does."""
    with browser.new_page(service_workers="block", viewport={"width": 1280, "height": 800}) as page:
        errors: list[str] = []
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.add_init_script(LISTEN)
        before = len(server.requests)
        page.goto(f"{server.address}{SUB_PATH}{name}", wait_until="networkidle")
        asked = {path.removeprefix(SUB_PATH) for path in server.requests[before:]}
        widths = {width: width_of(page, width) for width in WIDTHS}
        faults = {f"{scheme} {width}": faults_of(page, scheme, width) for scheme, width in LOOKS}
        toggle = page.locator("[data-md-component=palette] label:visible")
        if toggle.count():
            toggle.click()
        page.emulate_media(media="print")
        return Seen(
            faults=faults,
            widths=widths,
            errors=errors + page.evaluate("window.violations ?? []"),
            bytes=sum(size_of(site / path) for path in asked),
            printed=page.locator(NOT_ON_PAPER).locator("visible=true").all_inner_texts(),
        )


def faults_of(page: Page, scheme: str, width: int) -> list[str]:
    """Return what axe finds on a page as it is seen in a scheme and a width."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return list(page.evaluate(FAULTS))


def width_of(page: Page, width: int) -> int:
    """Return how wide a page is on a screen of a width."""
    page.set_viewport_size({"width": width, "height": 800})
    return int(page.evaluate("document.documentElement.scrollWidth"))


def size_of(path: Path) -> int:
    return (path / "index.html" if path.is_dir() else path).stat().st_size


# --- every page ---


def test_axe_finds_nothing(seen):
    assert {name: page.faults for name, page in seen.items() if any(page.faults.values())} == {}


def test_nothing_breaks_the_policy_or_logs_an_error(seen):
    assert {name: page.errors for name, page in seen.items() if page.errors} == {}


def test_no_page_scrolls_sideways(seen):
    wide = {
        name: page.widths for name, page in seen.items() if any(page.widths[w] > w for w in WIDTHS)
    }
    assert wide == {}


def test_no_page_is_heavy(seen):
    assert {name: page.bytes for name, page in seen.items() if page.bytes > MOST_BYTES} == {}


def test_paper_shows_the_text_alone(seen):
    assert {name: page.printed for name, page in seen.items() if page.printed} == {}


def test_the_listener_hears_what_a_policy_refuses(page, server):
    page.add_init_script(LISTEN)
    page.goto(f"{server.address}{SUB_PATH}guide/")
    page.evaluate(
        """() => {
          document.body.append(Object.assign(document.createElement("script"), {text: "window.ran = 1"}));
          document.body.setAttribute("style", "color: red");
          document.body.setAttribute("onclick", "window.ran = 1");
        }"""
    )
    assert page.evaluate("window.ran") is None
    heard = page.evaluate("window.violations.map((each) => each.split(' ')[0])")
    assert heard == ["script-src-elem", "style-src-attr", "script-src-attr"]


# --- the site by keyboard ---


@pytest.fixture
def guide(page: Page, server: Server) -> Page:
    page.goto(f"{server.address}{SUB_PATH}guide/")
    return page


def focused(page: Page) -> Locator:
    return page.locator(":focus")


def tab_to(page: Page, name: str) -> Locator:
    """Press Tab until what is named has the focus; whatever has it on the way is seen to have it."""
    for _ in range(100):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            continue  # the browser's own buttons come between the last and the first
        assert page.evaluate(
            """() => {
              const it = document.activeElement, drawn = it.matches("input[type=radio].md-option")
                ? it.nextElementSibling : it;
              const {outlineStyle, outlineWidth} = getComputedStyle(drawn), {left, right} = drawn.getBoundingClientRect();
              return (outlineStyle !== "none" && outlineWidth !== "0px" || it.matches(".md-search__input"))
                && right > 0 && left < innerWidth;
            }"""
        ), focused(page).evaluate("(it) => it.outerHTML")
        said = focused(page).evaluate("(it) => it.getAttribute('aria-label') ?? it.textContent")
        if said.strip() == name:
            return focused(page)
    raise AssertionError(f"{name} is not reached")


def test_the_first_stop_leads_past_the_menu(guide):
    guide.keyboard.press("Tab")
    assert focused(guide).inner_text() == "跳到正文"
    guide.keyboard.press("Enter")
    heading = guide.locator("h1")
    assert guide.evaluate("location.hash") == f"#{heading.get_attribute('id')}"


def test_the_menu_of_small_screens_opens_and_closes_by_keyboard(guide):
    guide.set_viewport_size({"width": 390, "height": 800})
    button = guide.get_by_role("button", name="打开全站目录")
    tab_to(guide, "打开全站目录")
    guide.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    guide.keyboard.press("Tab")
    assert guide.evaluate("document.activeElement.closest('.md-sidebar--primary') !== null")
    guide.keyboard.press("Escape")
    assert button.get_attribute("aria-expanded") == "false"
    assert button.evaluate("(it) => it === document.activeElement")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_search_is_used_by_keyboard(guide, server, width):
    guide.set_viewport_size({"width": width, "height": 800})
    before = list(server.requests)
    tab_to(guide, "搜索" if width == 390 else "搜索，例如：身份证号")
    if width == 390:
        guide.keyboard.press("Enter")
    guide.keyboard.type("身份证号")
    guide.locator(".md-search-result__link").first.wait_for()
    guide.keyboard.press("ArrowDown")
    guide.keyboard.press("Enter")
    guide.wait_for_url(re.compile(r"[?]h="))
    assert any("search_index" in path for path in server.requests)
    assert not any("search" in path for path in before)  # nobody had searched yet


WORDS = {
    "身份证号": "rules/i01/",
    "学时": "hours/",
    "公需": "fields/plan_general/",
    "公需科目": "fields/plan_general/",
    "花名册": "fields/roster/",
    "成绩单": "fields/transcript/",
    "盖章": "faq/",
    "公章": "guide/",
    "备案时间": "guide/",
    "县区": "counties/",
    "模板": "downloads/",
    "隐私": "privacy/",
}


def test_the_words_of_clerks_are_found(guide, server):
    missed = {}
    field = guide.locator(".md-search__input")
    for word, page in WORDS.items():
        field.fill(word)
        field.press("End")  # it listens to keys
        wanted = guide.locator(f".md-search-result__link[href*='/{page}?']").first
        try:
            wanted.wait_for(timeout=10_000, state="attached")
        except TimeoutError:
            missed[word] = page
    assert missed == {}


# --- the checker ---


@pytest.fixture
def cleared(desk: Page) -> Iterator[Page]:
    """The page that many share, without files before and after, and as wide as a desk's screen."""
    yield desk
    desk.set_viewport_size({"width": 1280, "height": 800})
    desk.emulate_media(color_scheme="light", media="screen")
    if desk.evaluate("document.documentElement.dataset.state") != "ready":
        press(desk, "清空，换文件")()


def assert_good(page: Page) -> None:
    """Find the page, as it is now, without fault and no wider than the screen."""
    for scheme, width in LOOKS:
        assert faults_of(page, scheme, width) == []
        assert width_of(page, width) <= width


def test_axe_finds_nothing_before_a_file_is_chosen(cleared):
    assert_good(cleared)
    cleared.locator("#lock summary").click()
    assert_good(cleared)
    cleared.locator("#lock summary").click()


def test_axe_finds_nothing_on_reports(cleared):
    check(cleared, 名单__xlsx=FAULTY)
    cleared.get_by_role("button", name="展开全部").click()
    cleared.get_by_text("下载报告", exact=True).click()
    assert_good(cleared)
    check(cleared, 名单__xlsx=CLEAN)
    assert_good(cleared)


def test_axe_finds_nothing_in_what_can_be_made(cleared):
    check(cleared, 名单__xlsx=UNTIDY, 计划__xlsx=PLAN)
    press(cleared, "看看改哪些")()
    assert_good(cleared)
    with cleared.expect_download():
        press(cleared, "下载更正后的文件")()
    assert_good(cleared)


def test_axe_finds_nothing_while_a_set_is_offered(cleared):
    check(cleared, 名单__xlsx=CLEAN, 计划__xlsx=PLAN)
    offer(cleared, "一键成套").get_by_role("button", name="做一套").click()
    cleared.locator(".files").wait_for()
    assert_good(cleared)


def test_axe_finds_nothing_while_it_loads_and_checks(page, server):
    page.route("**/*.zip", lambda route: None)  # never answered
    page.goto(f"{server.address}{SUB_PATH}check/", wait_until="domcontentloaded")
    bar = page.get_by_role("progressbar", name="正在下载检查程序")
    assert bar.is_visible()
    assert_good(page)
    assert (bar.bounding_box() or {})["y"] < 800  # a telephone's first screen, where assert_good ends
    page.unroute("**/*.zip")
    page.set_viewport_size({"width": 1280, "height": 800})
    ready(page, server)
    (worker,) = page.workers
    worker.evaluate("() => { self.onmessage = () => {}; }")
    choose(page, 名单__xlsx=FAULTY)
    page.locator("html[data-state=checking]").wait_for()
    assert page.get_by_role("progressbar").is_visible()
    assert_good(page)


def test_axe_finds_nothing_where_the_browser_is_unfit(page, server):
    page.add_init_script("delete globalThis.DecompressionStream")
    page.goto(f"{server.address}{SUB_PATH}check/")
    page.locator("html[data-state=failed]").wait_for()
    assert page.get_by_role("alert").inner_text().startswith("这个浏览器打不开检查程序")
    assert_good(page)


def test_a_whole_check_is_done_by_keyboard(page, server):
    page.add_init_script(ASKED)
    ready(page, server)
    page.keyboard.press("Tab")
    assert focused(page).inner_text() == "跳到正文"
    page.keyboard.press("Enter")
    tab_to(page, "选择文件")
    page.keyboard.press("Enter")
    assert page.evaluate("globalThis.asked")
    choose(page, 名单__xlsx=FAULTY)
    await_state(page, "report")
    assert focused(page).inner_text() == "需要修改"
    tab_to(page, "下载报告")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    with page.expect_download() as caught:
        page.keyboard.press("Enter")
    assert caught.value.suggested_filename.startswith("自检报告（不含个人信息）")
    tab_to(page, "清空，换文件")
    page.keyboard.press("Enter")
    assert focused(page).inner_text() == "选择文件"


def test_the_verdict_is_heard(cleared):
    check(cleared, 名单__xlsx=FAULTY)
    region = cleared.get_by_role("region", name="需要修改")
    assert region.get_by_role("heading", name="需要修改").is_visible()
    assert (
        cleared.locator("#live").aria_snapshot()
        == "- status: 需要修改，必须改 16 处，请核实 1 处，提示 1 处"
    )
    counts = region.get_by_role("list", name="各有几处").get_by_role("listitem")
    assert counts.first.inner_text().split() == ["16", "处", "必须改"]


def test_the_printed_report_has_no_menu_and_no_buttons(cleared):
    check(cleared, 名单__xlsx=FAULTY)
    cleared.emulate_media(media="print")
    assert (
        cleared.locator("header, nav, button, .menu, footer")
        .locator("visible=true")
        .all_inner_texts()
        == []
    )
    assert cleared.get_by_role("heading", name="需要修改").is_visible()


@pytest.mark.parametrize("system", ["light", "dark"])
def test_light_or_dark_as_chosen_on_the_site_holds_for_other_pages_too(page, server, system):
    chosen = {"light": "dark", "dark": "light"}[system]
    page.emulate_media(color_scheme=system)
    page.goto(server.address + SUB_PATH)
    page.locator("label.md-header__button[for^=__palette]:visible").click()
    scheme = "getComputedStyle(document.documentElement).colorScheme"
    for name in ("404.html", "check/", "check/officers.html"):
        page.goto(f"{server.address}{SUB_PATH}{name}")
        page.locator("html[data-scheme]").wait_for()
        assert page.evaluate(scheme) == chosen
    page.evaluate("localStorage.clear()")
    page.reload()
    assert page.evaluate(scheme) == "light dark"
