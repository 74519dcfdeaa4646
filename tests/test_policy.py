"""A page's policy: the hashes of what stands in it, and what no hash can allow."""

from __future__ import annotations

import base64
import hashlib

import pytest

from pipeline.engines import without_blank_lines
from pipeline.policy import with_hashes, write_policies

POLICY = (
    "default-src 'none'; script-src 'self' {hashes}; style-src 'self' {hashes}; base-uri 'none'"
)


def page(body: str) -> str:
    return f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">{body}'


def policy_of(body: str) -> str:
    return with_hashes(page(body), "page").split('content="')[1].split('">')[0]


def source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_nothing_inline_needs_no_hash():
    body = '<script src="a.js"></script><p>text</p>'
    assert (
        policy_of(body)
        == "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'"
    )


def test_scripts_and_styles_are_allowed_by_their_hashes():
    script, style = "\n if (1 < 2 && a) f('&amp;');\n", "p { color: red }"
    policy = policy_of(f"<style>{style}</style><script>{script}</script><script>{script}</script>")
    assert f"script-src 'self' {source(script)};" in policy
    assert f"style-src 'self' {source(style)};" in policy


@pytest.mark.parametrize(
    ("kind", "runs"),
    [("", True), ("module", True), ("importmap", True), ("application/json", False), ("application/ld+json", False)],
)  # fmt: skip
def test_only_what_runs_is_allowed(kind, runs):
    policy = policy_of(f'<script type="{kind}">{{}}</script>')
    assert (source("{}") in policy) == runs


@pytest.mark.parametrize(
    "tag",
    ['<p style="color: red">', '<p onclick="f()">', '<a href="javascript:f()">', '<img src="a.png" onerror="f()">'],
)  # fmt: skip
def test_what_no_hash_allows_ends_the_build(tag):
    with pytest.raises(SystemExit, match=r"page 里有 (style|onclick|href|onerror)="):
        policy_of(tag)


def test_a_policy_that_is_complete_stays_as_it_is(tmp_path):
    complete = "<meta content=\"script-src 'self'\"><p onclick='f()'>"
    (tmp_path / "own.html").write_text(complete, encoding="utf-8")
    (tmp_path / "theme.html").write_text(page("<script>1</script>"), encoding="utf-8")
    write_policies(tmp_path)
    assert (tmp_path / "own.html").read_text(encoding="utf-8") == complete
    assert source("1") in (tmp_path / "theme.html").read_text(encoding="utf-8")


def test_a_style_that_a_script_brings_along_is_allowed(tmp_path):
    scripts = tmp_path / "assets" / "javascripts"
    scripts.mkdir(parents=True)
    (scripts / "bundle.1.min.js").write_text("var a='b}',s='.c{d:e}@f{g:h}';", encoding="utf-8")
    (tmp_path / "index.html").write_text(page(""), encoding="utf-8")
    write_policies(tmp_path)
    policy = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert f"style-src 'self' {source('.c{d:e}@f{g:h}')};" in policy


def test_only_code_keeps_its_blank_lines():
    page = "<p>\n \n\n\ta</p>\n\n<pre>\na\n\nb\n</pre>\n\n\n<p>b</p>"
    assert without_blank_lines(page) == "<p>\n\ta</p>\n<pre>\na\n\nb\n</pre>\n<p>b</p>"
