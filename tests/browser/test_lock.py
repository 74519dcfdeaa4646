"""The network lock: after it nothing leaves page or worker; before it, all the same tries arrive."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import SUB_PATH, await_state

PAGE_WAYS = """
  async (base) => {
    const add = (tag, properties) => document.body.append(Object.assign(document.createElement(tag), properties));
    const ways = {
      fetch: (url) => fetch(url),
      xhr: (url) => { const r = new XMLHttpRequest(); r.open("GET", url); r.send(); },
      websocket: (url) => new WebSocket(url.replace("http", "ws")),
      eventsource: (url) => new EventSource(url),
      beacon: (url) => navigator.sendBeacon(url, "x"),
      image: (url) => { new Image().src = url; },
      import: (url) => import(url),
      worker: (url) => new Worker(url),
      shared: (url) => new SharedWorker(url),
      script: (url) => add("script", { src: url }),
      stylesheet: (url) => add("link", { rel: "stylesheet", href: url }),
      preload: (url) => add("link", { rel: "preload", as: "image", href: url }),
      prefetch: (url) => add("link", { rel: "prefetch", href: url }),
      frame: (url) => add("iframe", { src: url }),
      object: (url) => add("object", { data: url }),
      audio: (url) => add("audio", { src: url, preload: "auto" }),
      background: (url) => { document.body.style.backgroundImage = `url(${url})`; },
      font: (url) => new FontFace("leak", `url(${url})`).load(),
      form: (url) => {
        add("iframe", { name: "here" });
        add("form", { action: url, target: "here", method: "post", id: "form" });
        document.getElementById("form").submit();
      },
      ping: (url) => {
        add("a", { href: "#", ping: url, id: "ping" });
        document.getElementById("ping").click();
      },
    };
    const tried = Object.entries(ways).map(async ([name, go]) => go(base + name));
    await Promise.race([Promise.allSettled(tried), new Promise((resolve) => setTimeout(resolve, 3000))]);
    return Object.keys(ways);
  }
"""

WORKER_WAYS = """
  async (base) => {
    const ways = {
      fetch: (url) => fetch(url),
      xhr: (url) => { const r = new XMLHttpRequest(); r.open("GET", url); r.send(); },
      websocket: (url) => new WebSocket(url.replace("http", "ws")),
      eventsource: (url) => new EventSource(url),
      import: (url) => import(url),
      nested: (url) => new Worker(url, { type: "module" }),
      font: (url) => new FontFace("leak", `url(${url})`).load(),
    };
    const tried = Object.entries(ways).map(async ([name, go]) => go(base + name));
    await Promise.race([Promise.allSettled(tried), new Promise((resolve) => setTimeout(resolve, 3000))]);
    return Object.keys(ways);
  }
"""

# Runs one of the above, or importScripts, in a worker started as the page starts its own.
IN_WORKER = """
  ({ ways, base, type }) => new Promise((resolve) => {
    const source = type === "module"
      ? `postMessage(await (${ways})("${base}"));`
      : `try { importScripts("${base}scripts"); } catch {} postMessage(["scripts"]);`;
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    new Worker(url, { type }).onmessage = ({ data }) => resolve(data);
  })
"""


def leaks(server):
    """Return which tries reached a server."""
    found = {path.removeprefix("/leak/") for path in server.requests if path.startswith("/leak/")}
    return {path.split("?")[0] for path in found}


def try_everything(page, address):
    """Try all ways from the page and from workers; return the names of the tries."""
    base = f"{address}/leak/"
    tried = {f"page-{way}" for way in page.evaluate(PAGE_WAYS, f"{base}page-")}
    for kind in ("module", "classic"):
        asked = {"ways": WORKER_WAYS, "base": f"{base}worker-", "type": kind}
        tried |= {f"worker-{way}" for way in page.evaluate(IN_WORKER, asked)}
    page.wait_for_timeout(1000)  # what is on its way may arrive
    return tried


# A worker or a nested one must come from the page's own server, lock or no lock.
OWN_ONLY = {"page-worker", "page-shared", "worker-nested"}


def test_control_without_lock_every_try_arrives(page, server, witness):
    page.goto(f"{server.address}/control.html")
    tried = try_everything(page, server.address)
    assert leaks(server) == tried
    page.goto(f"{server.address}/control.html?again")
    assert try_everything(page, witness.address) == tried
    assert leaks(witness) == tried - OWN_ONLY


def test_nothing_arrives_after_the_lock(checker, server, witness):
    try_everything(checker, server.address)
    try_everything(checker, witness.address)
    assert leaks(server) == set()
    assert witness.requests == []


def test_the_checkers_own_worker_reaches_nothing(checker, server, witness):
    (worker,) = checker.workers
    for each in (server, witness):
        worker.evaluate(WORKER_WAYS, f"{each.address}/leak/own-")
    checker.wait_for_timeout(1000)
    assert leaks(server) == set()
    assert witness.requests == []


def test_the_page_proves_the_lock(checker):
    lock = checker.locator("#lock")
    assert "网络已锁定" in lock.inner_text()
    lock.locator("summary").click()
    proofs = lock.locator("li").all_inner_texts()
    assert len(proofs) == 17
    assert all(proof.endswith("已被浏览器拒绝") for proof in proofs)


@pytest.mark.parametrize(
    ("loophole", "ways"),
    [
        ("connect-src 'self'", "fetch XMLHttpRequest WebSocket EventSource sendBeacon"),
        ("img-src 'self'", "img"),
    ],
)
def test_a_probe_that_gets_through_refuses_files(page, server, loophole, ways):
    def weaken(route):
        body = (
            route.fetch().text().replace("default-src 'none';", f"default-src 'none'; {loophole};")
        )
        route.fulfill(body=body, content_type="text/javascript")

    page.route(re.compile(r"/lock\.js$"), weaken)
    page.goto(f"{server.address}{SUB_PATH}check/")
    await_state(page, "failed")
    failure = page.locator("#failure").inner_text()
    assert "网络没有锁住，本页不接收文件" in failure
    assert f"E04 {ways}" in failure
    assert not page.locator("#drop").is_visible()
    assert page.workers == []


def test_the_first_policy_is_strict_already(page, server):
    page.goto(f"{server.address}{SUB_PATH}check/")
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").first.get_attribute("content")
    assert "default-src 'none'" in policy
    assert "'unsafe-" not in policy
    assert "http" not in policy
