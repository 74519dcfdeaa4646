"""What the reports made as pages share: no script, nothing loaded, one look.

A page's own policy allows its one style and nothing else. Every text is escaped where it is put in.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html import escape

from checker.reports import palette

STYLE = f"""
{palette.css(":root", palette.LIGHT)}
""" + """
:root { color-scheme: light; --bk-font: "Microsoft YaHei", "PingFang SC", "HarmonyOS Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif; }
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  padding: 1.5rem;
  color: var(--bk-text);
  background: #fff;
  overflow-wrap: anywhere;
  print-color-adjust: exact;
  -webkit-print-color-adjust: exact;
}
h1, h2, p, ul, ol, dl, dd { margin: 0; padding: 0; }
header { padding-bottom: .6rem; border-bottom: 3px solid var(--bk-primary); }
h1 { color: var(--bk-primary); font-size: 1.6rem; line-height: 1.4; }
h2 { break-after: avoid; }
.muted { color: var(--bk-muted); font-size: .9rem; }
.verdict { color: var(--bk-tone); background: var(--bk-soft); border: 1px solid var(--bk-tone); border-left-width: 6px; border-radius: 4px; }
.verdict strong { font-size: 1.25rem; }
.verdict ul { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; color: var(--bk-text); list-style: none; }
.fix, .error { --bk-tone: var(--bk-error); --bk-soft: var(--bk-error-soft); }
.review, .warning { --bk-tone: var(--bk-warning); --bk-soft: var(--bk-warning-soft); }
.info { --bk-tone: var(--bk-info); --bk-soft: var(--bk-info-soft); }
.pass, .acknowledged { --bk-tone: var(--bk-ok); --bk-soft: var(--bk-ok-soft); }
table { width: 100%; border-collapse: collapse; }
th, td { border: 1px solid var(--bk-line); text-align: left; vertical-align: top; }
thead { display: table-header-group; }
thead th { background: var(--bk-primary-soft); white-space: nowrap; }
tbody th { font-weight: 700; }
code { color: var(--bk-muted); font: .8rem/1.5 Consolas, Menlo, monospace; font-weight: 400; }
tr { break-inside: avoid; }
.number { text-align: right; white-space: nowrap; }
"""  # noqa: E501 (style sheets keep a rule on one line)


def head(title: str, style: str) -> str:
    """Return the beginning of a page up to its body, its policy made for this style."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return f"""<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>{escape(title)}</title>
<style>{style}</style>
</head>"""


def items(texts: Iterable[str]) -> str:
    """Return texts as the items of a list."""
    return "".join(f"<li>{escape(text)}</li>" for text in texts)
