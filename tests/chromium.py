"""A Chromium for the browser tests: one that is installed, playwright's own, or Debian's.

`python tests/chromium.py` (part of `make setup`) sees to it that there is one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

NAMES = ("chromium", "google-chrome", "google-chrome-stable", "microsoft-edge", "chromium-browser")
ADVICE = (
    "No browser for the tests starts. Install Chromium, Chrome or Edge (on Debian, as root: "
    "apt-get install chromium) and run make again; CHROMIUM=/path/to/it names one elsewhere."
)
IS_ROOT = os.geteuid() == 0


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


def version() -> str:
    """Return the version of the browser that starts."""
    with sync_playwright() as playwright, launch(playwright) as browser:
        return browser.version


def download() -> None:
    """Fetch playwright's own browser."""
    print("  none starts: trying playwright's download", flush=True)
    run(sys.executable, "-m", "playwright", "install", "--only-shell", "chromium")


def install() -> None:
    """Install Debian's package, where that is possible without asking."""
    root = [] if IS_ROOT else ["sudo", "-n"]
    if all(shutil.which(command) for command in [*root[:1], "apt-get"]):
        print("  not to be had: installing chromium with apt-get (a minute or two)", flush=True)
        run(*root, "apt-get", "-qq", "update")
        run(*root, "apt-get", "-qq", "install", "-y", "--no-install-recommends", "chromium")


def run(*command: str) -> None:
    """Run a command quietly; whether it helped is seen by what starts afterwards."""
    subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)


def main() -> int:
    """Say which browser the tests will use, fetching one if there is none."""
    for provide in (download, install, None):
        try:
            print(f"  Chromium {version()}")
            return 0
        except RuntimeError as error:
            if provide is None or "CHROMIUM" in os.environ:
                print(error, file=sys.stderr)
                break
            provide()
    return 1


if __name__ == "__main__":
    sys.exit(main())
