"""The site without a network: a service worker that keeps it, and the checker in a single file."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

from pipeline import ROOT, runtime
from pipeline.runtime import IMPORT, Asset

SERVICE_WORKER = ROOT / "docs" / "_service-worker.js"
# What nobody asks for without a network: the single file, what a plain start needs besides, what is
# there for search engines and for other programs, and how to search in languages not spoken here.
NOT_KEPT = re.compile(
    r"sw\.js$|sitemap|downloads/single-file|check/(?:library|sources)-|rules\.json$"
    r"|schemas/.*\.(?:json|zip)$|assets/javascripts/lunr/min/lunr\.(?!zh|multi|stemmer)"
)

_HEAD = re.compile(r'    <link [^>]*>\n|    <script src="page/[^>]*></script>\n')
_NAVIGATION = re.compile(r"      <nav .*?</nav>\n", re.DOTALL)
_LINK = re.compile(r'<a (class="[^"]*" )?href="\.\./[^"]*">(.*?)</a>')
_POLICY = re.compile(r'(?<=Content-Security-Policy" content=")[^"]*')
_ENTRY = 'import "app.js";'


# --- the service worker ---


def write_service_worker(out: Path) -> None:
    """Write the service worker of a finished site, with the list of what it is to keep."""
    files = {}
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        if path.is_file() and not NOT_KEPT.match(name):
            digest = base64.b64encode(hashlib.sha256(path.read_bytes()).digest()).decode()
            files[re.sub(r"(^|/)index\.html$", r"\1", name)] = digest
    listed = json.dumps(files)
    version = hashlib.sha256(listed.encode()).hexdigest()[:12]
    release = f'const RELEASE = {{"version": "{version}", "files": {listed}}};\n'
    source = SERVICE_WORKER.read_text(encoding="utf-8")
    (out / "sw.js").write_text(release + source, encoding="utf-8", newline="\n")


# --- the single file ---


def single_file(assets: Iterable[Asset]) -> bytes:
    """Return the checker page with everything it loads inside, to open by double click.

    A page opened from the disk belongs to no site: it can fetch nothing, and no Blob that it makes
    counts as its own. So everything stands in the page, and code starts from data: addresses.
    """
    assets = tuple(assets)
    members = runtime.page_members(assets)
    modules = {name: data.decode() for name, data in members.items() if name.endswith(".js")}
    fit = modules.pop("fit.js")
    style = "\n".join(members[name].decode() for name in ("colours.css", "style.css"))
    # The map says what an import means; a data: address has no neighbours to import from.
    addresses = {name: data_address(IMPORT.sub(r'"\1"', text)) for name, text in modules.items()}
    imports = json.dumps({"imports": addresses})
    policy = (
        f"default-src 'none'; script-src {' '.join(map(allowed, (fit, imports, _ENTRY)))} data:"
        f" 'wasm-unsafe-eval'; worker-src data:; style-src {allowed(style)};"
        " form-action 'none'; base-uri 'none'"
    )
    head = (
        f"    <style>{style}</style>\n"
        f"    <script>{fit}</script>\n"
        f'    <script type="importmap">{imports}</script>\n'
        f'    <script type="module">{_ENTRY}</script>\n'
    )
    blocks = "".join(block(asset.url, asset.data) for asset in assets)
    page = members["index.html"].decode().replace("<html ", "<html data-single ", 1)
    page = _NAVIGATION.sub("", _HEAD.sub("", page))
    page = _LINK.sub(r"<span \1>\2</span>", page)
    page = _POLICY.sub(policy, page)
    page = page.replace("  </head>\n", f"{head}  </head>\n").replace(
        "  </body>\n", f"{blocks}  </body>\n"
    )
    return page.encode()


def data_address(source: str) -> str:
    """Return an address that is the source itself."""
    return f"data:text/javascript;base64,{base64.b64encode(source.encode()).decode()}"


def allowed(source: str) -> str:
    """Return how a policy names an inline source."""
    digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def block(name: str, data: bytes) -> str:
    """Return data in the page, under the name by which it would be fetched."""
    text = base64.b64encode(data).decode()
    return f'    <script type="application/octet-stream" id="{name}">{text}</script>\n'
