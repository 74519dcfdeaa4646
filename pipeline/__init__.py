"""The steps of site_build.py, a module each; none knows of the pages' readers, all of the kit."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
