"""The icicle in a real browser: drawn in the room there is, walked by keys, zoomed, saved, nothing asked."""

from pathlib import Path
from typing import Any

import pytest
from tests.browser.axe import violations
from tests.browser.opened import Opened, written
from tests.unit.test_icicle import shown
from tests.unit.view_sample import Sample

from begat.views.form.icicle import icicle_page
from begat.views.page.base import html

pytestmark = pytest.mark.browser

INSTRUCT = "house/base-7B-Instruct"

OUTSIDE = """() => {
  const wrong = [];
  document.querySelectorAll("svg.icicle g.block").forEach(group => {
    const boxes = Array.from(group.querySelectorAll(".box, .tail"), box => box.getBBox());
    group.querySelectorAll("text:not(.root)").forEach(text => {
      const at = text.getBBox();
      if (!boxes.some(box => at.x >= box.x && at.x + at.width <= box.x + box.width + 1))
        wrong.push(text.textContent);
    });
  });
  return wrong;
}"""


def opened(browser: Any, family: Sample, folder: Path, **options: Any) -> Opened:
    """Open the icicle of the hostile family."""
    return Opened(browser, written(folder, html(icicle_page(shown(family)))), **options)


@pytest.mark.parametrize("width", [1440, 800, 390])
def test_drawn_in_the_room_there_is(browser: Any, family: Sample, tmp_path: Path, width: int) -> None:
    """Labels stay in their blocks at every width, the page never scrolls sideways, axe finds nothing."""
    page = opened(browser, family, tmp_path)
    page.page.set_viewport_size({"width": width, "height": 844})
    page.settle()
    assert page.page.locator("g.block").count() > 5
    assert page.page.evaluate(OUTSIDE) == []
    assert page.page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page.page) == []
    page.done()


def test_zoom_and_back(browser: Any, family: Sample, tmp_path: Path) -> None:
    """Enter enlarges a block and puts it into the address, which leads there again; Esc leads back."""
    page = opened(browser, family, tmp_path)
    page.page.locator("g.block").first.focus()
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("Enter")
    first = page.page.locator("g.block").first
    assert INSTRUCT in str(first.get_attribute("aria-label"))
    assert page.page.evaluate("new URLSearchParams(location.hash.slice(1)).get('at')") == INSTRUCT
    assert page.page.evaluate("document.activeElement.getAttribute('aria-level')") == "1"
    page.page.reload()
    page.settle()
    assert INSTRUCT in str(page.page.locator("g.block").first.get_attribute("aria-label"))
    assert page.page.locator("[data-crumbs] button").count() == 1
    page.page.locator("g.block").first.focus()
    page.page.keyboard.press("Escape")
    assert page.page.locator("[data-crumbs] *").count() == 0
    assert page.page.evaluate("location.hash") in ("", "#")
    page.done()


def test_keys_walk_the_blocks(browser: Any, family: Sample, tmp_path: Path) -> None:
    """Down and up stay in a column, left leads to the parent, and only one block is in the order of tabs."""
    page = opened(browser, family, tmp_path)
    level = "document.activeElement.getAttribute('aria-level')"
    page.page.locator("g.block").first.focus()
    for key, expected in (
        ("ArrowRight", "2"),
        ("ArrowRight", "3"),
        ("ArrowDown", "3"),
        ("ArrowUp", "3"),
        ("ArrowLeft", "2"),
        ("ArrowDown", "2"),
        ("Home", "1"),
    ):
        page.page.keyboard.press(key)
        assert page.page.evaluate(level) == expected, key
    assert page.page.locator("g.block[tabindex='0']").count() == 1
    page.done()


def test_click_and_save(browser: Any, family: Sample, tmp_path: Path) -> None:
    """A click enlarges; what is saved is what is seen, without anything that runs."""
    page = opened(browser, family, tmp_path)
    page.page.locator("g.block.opens").first.click(position={"x": 20, "y": 20})
    with page.page.expect_download() as saved:
        page.page.locator("[data-tool=svg]").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    assert INSTRUCT in text.partition("</title>")[0]
    assert "class=" not in text
    with page.page.expect_download() as saved:
        page.page.locator("[data-tool=png]").click()
    assert Path(saved.value.path()).read_bytes().startswith(b"\x89PNG")
    page.done()


def test_without_scripts(browser: Any, family: Sample, tmp_path: Path) -> None:
    """The picture and its table are there without scripts."""
    path = written(tmp_path, html(icicle_page(shown(family))))
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator("svg.icicle g.block").count() > 5
    assert page.locator(".twin tbody tr").count() > 5
    context.close()
