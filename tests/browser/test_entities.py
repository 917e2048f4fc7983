"""Pages about things in a real browser: nothing is asked, nothing hostile runs, sorting is that of Python."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browser.opened import SIZES, Opened, written
from tests.conftest import MakeSnapshot
from tests.unit.entity_sample import hostile_records, registry_of
from tests.unit.view_sample import HOSTILE

from begat.registry import Registry
from begat.views.page.base import html

pytestmark = pytest.mark.browser

SEEN = """() => Array.from(document.querySelectorAll('#influence tbody tr:not([hidden])'), line => [
  line.querySelector('th').firstChild.textContent.trim(),
  Array.from(line.querySelectorAll('.rank'), rank => rank.className),
])"""


@pytest.fixture
def world(make_snapshot: MakeSnapshot, tmp_path: Path) -> Registry:
    """Return a registry of the invented world with hostile names."""
    return registry_of(make_snapshot, hostile_records(), tmp_path / "home")


def every_page(world: Registry) -> Iterator[tuple[str, Any]]:
    """Yield a page of each kind."""
    for kind, key in (
        ("institution", "acme"),
        ("institution", "evil-0"),
        ("account", "evil"),
        ("country", "US"),
        ("family", "acme/base"),
        ("dataset", f"{HOSTILE[0]} data"),
        ("system", "acme/toolkit"),
        ("benchmark", "quiz1"),
    ):
        yield f"{kind} {key}", world.portrait(kind, key)
    yield "influence", world.influence_page()
    yield "impact", world.impact_page("acme/base")
    yield "impact of a dataset", world.impact_page(f"dataset:{HOSTILE[0]} data")
    yield "compare", world.compare_page(["acme", "bolt"], draws=10)
    yield "dependence", world.dependence_page()
    yield "whatif", world.whatif_page(["institution:acme", "institution:evil-1"])


def test_pages_open_quietly(browser: Any, world: Registry, tmp_path: Path) -> None:
    """Every page opens without a request, a message or a hostile name that runs, and fits both widths."""
    for name, page in every_page(world):
        opened = Opened(browser, written(tmp_path, html(page)))
        for width, height in SIZES:
            opened.page.set_viewport_size({"width": width, "height": height})
            opened.settle()
            wide = opened.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (name, wide)
        opened.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        for place in opened.page.locator("main a, main th").all()[:30]:
            place.dispatch_event("mouseover")
        opened.done()


def test_sorting_is_that_of_python(browser: Any, world: Registry, tmp_path: Path) -> None:
    """Ordered by another measure the browser shows the rows and marks that a page ordered by it has."""
    for measure in ("accounts", "descendants", "children"):
        opened = Opened(browser, written(tmp_path, html(world.influence_page(by="account", most=2))))
        opened.page.locator(f'th[data-measure="{measure}"] .sort').click()
        got = {name: sorted(marks) for name, marks in opened.page.evaluate(SEEN)}
        assert opened.page.evaluate("location.hash") == f"#sort={measure}"
        opened.done()
        other = Opened(
            browser, written(tmp_path, html(world.influence_page(by="account", most=2, measure=measure)))
        )
        assert got == {name: sorted(marks) for name, marks in other.page.evaluate(SEEN)}
        other.done()


def test_state_is_in_the_address(browser: Any, world: Registry, tmp_path: Path) -> None:
    """A page that is opened with an order in its address has it, and the keyboard can change it."""
    path = written(tmp_path, html(world.influence_page(by="account")))
    opened = Opened(browser, path)
    opened.page.evaluate("location.hash = 'sort=children'")
    opened.settle()
    sort = "document.querySelector('th[aria-sort]').dataset.measure"
    assert opened.page.evaluate(sort) == "children"
    opened.page.locator('th[data-measure="reach"] .sort').focus()
    opened.page.keyboard.press("Enter")
    assert opened.page.evaluate(sort) == "reach"
    assert opened.page.evaluate("location.hash") == ""
    opened.done()


def test_definitions_are_one_click_away(browser: Any, world: Registry, tmp_path: Path) -> None:
    """The question mark beside a measure shows what it counts, and Escape closes it."""
    opened = Opened(browser, written(tmp_path, html(world.influence_page())))
    opened.page.locator('th[data-measure="reach"] .about-measure').click()
    assert opened.page.locator("#about-reach").is_visible()
    opened.page.keyboard.press("Escape")
    assert not opened.page.locator("#about-reach").is_visible()
    opened.done()


def test_pages_read_without_scripts(browser: Any, world: Registry, tmp_path: Path) -> None:
    """Without scripts every page still shows its tables."""
    for name, page in every_page(world):
        context = browser.new_context(java_script_enabled=False)
        view = context.new_page()
        view.goto(written(tmp_path, html(page)).as_uri())
        assert view.locator("main h1").inner_text().strip(), name
        assert view.locator("table, .empty").count() > 0, name
        context.close()
