"""A tab of a browser that notes whatever a page does and should not: of a file, or of the explorer."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.server.running import Running

__all__ = ["CHROMIUM", "CONTRAST", "FLAGS", "SIZES", "Opened", "Tab", "Visit", "written"]

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)

SIZES = ((1440, 900), (390, 844))
"""Width and height of the screens that every page must fit: a desk's and a hand's."""

TWO_FRAMES = """new Promise(done =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"""

SPY = """
window.ran = [];
window.alert = text => window.ran.push(text);
document.addEventListener("securitypolicyviolation", event => window.ran.push(event.violatedDirective));
"""

CONTRAST = """() => {
  const parts = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([red, green, blue]) => [red, green, blue].map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = element => {
    for (; element; element = element.parentElement) {
      const colour = parts(getComputedStyle(element).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    const seen = element.getClientRects().length > 0 && walk.currentNode.data.trim();
    if (!seen || element.closest("title, desc, script, style")) continue;
    const style = getComputedStyle(element);
    const ink = parts(element.closest("svg") ? style.fill : style.color);
    const pair = [light(ink), light(ground(element))].sort((a, b) => a - b);
    const ratio = (pair[1] + 0.05) / (pair[0] + 0.05);
    if (ratio < 4.5) found.push(`${walk.currentNode.data.trim()}: ${ratio.toFixed(2)}`);
  }
  return found;
}"""
"""Finds the texts that stand out too little from their ground for WCAG 2 AA, with their ratio."""


class Tab:
    """A tab, and everything that should not have happened in it."""

    def __init__(
        self,
        browser: Any,
        allowed: Callable[[str], bool],
        *,
        size: tuple[int, int] = SIZES[0],
        **options: Any,
    ) -> None:
        viewport = dict(zip(("width", "height"), size, strict=True))
        self.allowed = allowed
        self.wrong: list[str] = []
        self.context = browser.new_context(viewport=viewport, **options)
        self.page = self.context.new_page()
        self.page.add_init_script(SPY)
        self.page.route("**/*", self.judge)
        self.page.on("console", lambda message: self.wrong.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("dialog", self.dismiss)
        self.page.on("response", self.weigh)
        self.page.on("requestfailed", lambda request: self.wrong.append(f"failed: {request.url}"))

    def judge(self, route: Any) -> None:
        """Let through what is allowed, and nothing else."""
        if self.allowed(route.request.url):
            route.continue_()
        else:
            self.wrong.append(f"request: {route.request.url}")
            route.abort()

    def dismiss(self, dialog: Any) -> None:
        """Note a dialog, and close it so that the page goes on."""
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def weigh(self, answer: Any) -> None:
        """Note an answer that is a refusal."""
        if answer.status >= 400:
            self.wrong.append(f"status {answer.status}: {answer.url}")

    def settle(self) -> None:
        """Wait until two frames are drawn."""
        self.page.evaluate(TWO_FRAMES)

    def resize(self, width: int, height: int) -> None:
        """Give the page another screen, and wait until it is drawn."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.settle()

    def width(self) -> int:
        """Return how wide the page is, with what one must scroll sideways to see."""
        return int(self.page.evaluate("document.documentElement.scrollWidth"))

    def done(self) -> None:
        """Close, and fail if anything happened that should not."""
        ran = self.page.evaluate("window.ran")
        self.context.close()
        assert self.wrong == []
        assert ran == []


class Opened(Tab):
    """A file that was opened with the network off: it may ask for nothing but itself."""

    def __init__(self, browser: Any, path: Path, *, state: str = "", **options: Any) -> None:
        super().__init__(browser, path.as_uri().__eq__, **options)
        self.context.set_offline(True)
        self.page.goto(path.as_uri() + state)
        self.settle()


class Visit(Tab):
    """A tab of the explorer: it may ask its server, and nobody else."""

    def __init__(self, browser: Any, server: Running, **options: Any) -> None:
        self.root = server.root
        super().__init__(browser, lambda url: url.startswith((f"{self.root}/", "data:")), **options)

    def open(self, target: str) -> Any:
        """Open an address and wait until it is drawn."""
        self.page.goto(self.root + target)
        return self.drawn()

    def drawn(self) -> Any:
        """Wait until the page is drawn."""
        self.page.locator("html[data-ready]").wait_for()
        return self.page


def written(folder: Path, html: str) -> Path:
    """Write a page and return its path."""
    path = folder / "page.html"
    path.write_text(html, encoding="utf-8", newline="\n")
    return path
