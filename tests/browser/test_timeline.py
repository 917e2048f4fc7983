"""The timeline in a real browser: drawn at both widths, switched, walked by keys, saved, nothing asked."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.browser.axe import violations
from tests.browser.opened import Opened, written
from tests.unit.test_icicle import shown
from tests.unit.test_timeline import spread_days
from tests.unit.view_sample import Sample

from begat.views.form.timeline import timeline_page
from begat.views.page.base import html

pytestmark = pytest.mark.browser


def opened(browser: Any, family: Sample, folder: Path) -> Opened:
    """Open the timeline of the hostile family."""
    page = timeline_page(replace(shown(family), created=lambda: spread_days(family)))
    return Opened(browser, written(folder, html(page)))


@pytest.mark.parametrize(("width", "kind"), [(1440, "wide"), (390, "narrow")])
def test_drawn_for_its_width(browser: Any, family: Sample, tmp_path: Path, width: int, kind: str) -> None:
    """One drawing of columns and one of makers is seen, nothing scrolls sideways, axe finds nothing."""
    page = opened(browser, family, tmp_path)
    page.page.set_viewport_size({"width": width, "height": 900})
    page.settle()
    seen = page.page.locator("svg.timeline:visible")
    assert [kind in str(seen.nth(place).get_attribute("class")) for place in range(seen.count())] == [
        True
    ] * 2
    assert page.page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page.page) == []
    page.done()


def test_switches_are_in_the_address(browser: Any, family: Sample, tmp_path: Path) -> None:
    """Another grouping is another drawing, and the address leads to it again."""
    page = opened(browser, family, tmp_path)
    page.page.locator("[data-switch=by][value=licence]").click()
    page.page.locator("[data-switch=who][value=country]").click()
    for _ in range(2):
        assert page.page.locator("[data-by=licence] svg.wide").is_visible()
        assert page.page.locator("[data-who=country] svg.wide").is_visible()
        assert not page.page.locator("[data-by=relation] svg.wide").is_visible()
        assert page.page.locator("[data-switch=by][aria-pressed=true]").count() == 1
        page.page.reload()
        page.settle()
    page.page.locator("[data-switch=by][value=relation]").click()
    assert "by=" not in page.page.evaluate("location.hash")
    page.done()


def test_months_say_their_numbers(browser: Any, family: Sample, tmp_path: Path) -> None:
    """Pointing at a month and walking to it with the keys say the same of it."""
    page = opened(browser, family, tmp_path)
    months = page.page.locator("[data-by=relation] svg.wide g.month")
    assert months.count() > 5
    reading = page.page.locator("[data-reading]")
    months.nth(2).hover()
    pointed = reading.text_content()
    assert pointed
    assert pointed.startswith("2024-05: ")
    page.page.mouse.move(2, 2)
    months.first.focus()
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("ArrowRight")
    assert reading.text_content() == pointed
    assert page.page.evaluate("document.activeElement.getAttribute('aria-label')") == pointed
    page.done()


def test_saved_is_what_is_seen(browser: Any, family: Sample, tmp_path: Path) -> None:
    """The drawing that is chosen is the one that is saved, with its colours in it."""
    page = opened(browser, family, tmp_path)
    page.page.locator("[data-switch=by][value=licence]").click()
    with page.page.expect_download() as saved:
        page.page.locator("[data-tool=svg]").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    assert "Apache-2.0" in text
    assert "class=" not in text
    page.done()
