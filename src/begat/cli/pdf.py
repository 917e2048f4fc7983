"""A page as PDF, printed by the Chromium of this machine."""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from begat.errors import BegatError

__all__ = ["BROWSERS", "pdf"]

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
"""Programs that can print, in the order in which they are looked for."""

FLAGS = (
    *("--headless=new", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--no-pdf-header-footer"),
)

SECONDS = 60


def pdf(page: str) -> bytes:
    """Print a page that asks for nothing, in a fresh profile and within a minute.

    Two runs differ only in the dates and ids that the browser writes into the file.

    Raises
    ------
    BegatError
        If there is no browser, or it prints nothing.
    """
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise BegatError(
            "no Chromium was found to print a PDF with",
            hint=f"Install one of {', '.join(BROWSERS[:3])}, or write .html and print that.",
        )
    with TemporaryDirectory() as folder:
        written, printed = Path(folder) / "page.html", Path(folder) / "page.pdf"
        written.write_text(page, encoding="utf-8", newline="\n")
        _run(browser, [f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}", written.as_uri()])
        if not printed.exists():
            raise BegatError("the browser printed nothing", where=browser, hint="Write .html and print that.")
        return printed.read_bytes()


def _run(browser: str, arguments: list[str]) -> None:
    """Run the browser; as root, where it refuses its sandbox, without.

    Raises
    ------
    BegatError
        If it fails or takes too long.
    """
    rootless = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    try:
        subprocess.run(
            [browser, *FLAGS, *rootless, *arguments], check=True, capture_output=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise BegatError(f"printing took more than {SECONDS} s", where=browser) from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise BegatError(f"printing failed ({error})", where=browser, hint="Write .html.") from error
