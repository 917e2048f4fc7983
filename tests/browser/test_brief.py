"""The brief in a real browser: two sheets of A4, nothing asked, every text legible."""

import re
from pathlib import Path
from typing import Any

import pytest
from tests.browser.opened import CHROMIUM, CONTRAST, Opened, written

from begat.cli.pdf import pdf
from begat.registry import Registry, briefs
from begat.views.page.base import html

pytestmark = pytest.mark.browser

EXAMPLES = (("Qwen/Qwen2.5-7B", "en"), ("alibaba", "zh"), ("CN", "en"), ("google/gemma-7b", "zh"))


@pytest.mark.parametrize(("subject", "lang"), EXAMPLES)
def test_two_sheets(registry: Registry, monkeypatch: pytest.MonkeyPatch, subject: str, lang: str) -> None:
    """Printed by the browser of this machine, every example has two pages, however often is drawn."""
    monkeypatch.setattr(briefs, "DRAWS", 20)
    monkeypatch.setattr(briefs, "RANKING_DRAWS", 20)
    if not Path(CHROMIUM).exists():
        pytest.skip("chromium is not installed")
    printed = pdf(html(registry.brief(subject, lang=lang)))
    assert re.findall(rb"/Count (\d+)", printed) == [b"2"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_page(browser: Any, registry: Registry, tmp_path: Path, scheme: str, width: int) -> None:
    """In light and dark, wide and narrow, the page fits, can be read, draws its pictures and asks nothing."""
    path = written(tmp_path, html(registry.brief("Qwen/Qwen2.5-7B")))
    opened = Opened(browser, path, color_scheme=scheme)
    opened.page.set_viewport_size({"width": width, "height": 844})
    opened.settle()
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.page.evaluate(CONTRAST) == []
    assert opened.page.locator("h1").text_content() == "Qwen/Qwen2.5-7B"
    assert opened.page.locator("svg.mix rect").count() == 6
    assert opened.page.locator("svg.months .column").count() == 24
    ends = "rects => rects.map(rect => rect.x.baseVal.value + rect.width.baseVal.value)"
    assert max(opened.page.locator("svg.mix rect").evaluate_all(ends)) == pytest.approx(100, abs=0.1)
    opened.done()
