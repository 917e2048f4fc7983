"""Pages in a real browser, with the network off: nothing is asked, nothing hostile runs, all is drawn."""

import itertools
from pathlib import Path
from typing import Any

import pytest
from tests.browser.opened import Opened, written
from tests.unit.ranking_sample import ABOUT, editions, ranking, ranking_html
from tests.unit.test_report import data
from tests.unit.view_sample import HOSTILE, ROOT, Sample

from begat.views.form.pyvis import page
from begat.views.page.report import report
from begat.views.picture.trend import trend_page

pytestmark = pytest.mark.browser


def test_pyvis_page(browser: Any, family: Sample, tmp_path: Path) -> None:
    """The drawing is one canvas with ink on it, names do nothing on load or hover, nothing is asked."""
    opened = Opened(
        browser, written(tmp_path, page(family.graph, family.facts, family.node(ROOT), about=ABOUT))
    )
    assert opened.page.locator("canvas").count() == 1
    inked = """() => {
      const canvas = document.querySelector("canvas");
      const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
      let count = 0;
      for (let place = 3; place < pixels.length; place += 4) count += pixels[place] > 0;
      return count;
    }"""
    assert opened.page.evaluate(inked) > 5_000
    corners = """() => network.body.nodeIndices.map(id => {
      const at = network.canvasToDOM(network.getPosition(id));
      const box = document.querySelector("canvas").getBoundingClientRect();
      return [box.left + at.x, box.top + at.y, box.right, box.bottom];
    })"""
    places = opened.page.evaluate(corners)
    assert len(places) == len(family.graph.ids)
    assert all(0 < x < right and 0 < y < bottom for x, y, right, bottom in places)
    seen = set()
    for x, y, _, _ in places:
        if x < 1440 and y < 900:
            opened.page.mouse.move(x, y)
            opened.page.wait_for_timeout(90)
            seen.add(opened.page.evaluate("document.querySelector('.vis-tooltip')?.textContent"))
    assert len(seen) > 5
    assert opened.page.locator(".vis-tooltip :not(br)").count() == 0
    assert opened.page.locator("table img, h1 img").count() == 0
    opened.done()


@pytest.mark.parametrize("name", HOSTILE[:3])
def test_hostile_root(browser: Any, family: Sample, tmp_path: Path, name: str) -> None:
    """A page about a hostile name shows it as its heading."""
    opened = Opened(
        browser, written(tmp_path, page(family.graph, family.facts, family.node(name), about=ABOUT))
    )
    assert opened.page.locator("h1").text_content() == name
    assert opened.page.title().startswith(name)
    opened.done()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_report(browser: Any, family: Sample, tmp_path: Path, scheme: str) -> None:
    """The report shows its tables on the first look, in light and dark, and asks for nothing."""
    html = report(data(family, title=HOSTILE[0]))
    opened = Opened(browser, written(tmp_path, html), color_scheme=scheme)
    assert opened.page.locator("table").count() == 7
    assert opened.page.locator("h1").text_content() == HOSTILE[0]
    assert all(table.is_visible() for table in opened.page.locator("table:not(details table)").all())
    assert 10 <= len(visible(opened.page)) <= 28
    ground = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") == (scheme == "light")
    paint = opened.page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    assert paint < 5_000
    opened.done()


@pytest.mark.parametrize("width", [400, 800, 1440])
def test_no_page_scrolls_sideways(browser: Any, family: Sample, tmp_path: Path, width: int) -> None:
    """At every width the text fits; only wide tables and drawings scroll within themselves."""
    names = " ".join("abcdefghijkl")
    pages = (
        report(data(family, trend=editions(names, names))),
        page(family.graph, family.facts, family.node(ROOT), about=ABOUT),
        ranking_html(ranking(lang="zh" if width == 800 else "en", command="begat rank " + "x" * 200)),
        trend_page(
            editions(names, names), title="Over time", values=["rank", "score"], top=0, command="x" * 300
        ),
    )
    for html in pages:
        opened = Opened(browser, written(tmp_path, html))
        opened.page.set_viewport_size({"width": width, "height": 800})
        opened.settle()
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        opened.done()


def visible(page: Any) -> list[str]:
    """Return the names in the rows of the tree that are seen."""
    rows = page.locator("#tree tbody tr").all()
    return [row.locator(".title").text_content() for row in rows if row.is_visible()]


def test_tree_by_keyboard(browser: Any, family: Sample, tmp_path: Path) -> None:
    """Arrows move and open, Left closes and goes up, Home and End jump, Tab enters once."""
    opened = Opened(browser, written(tmp_path, report(data(family))))
    keyboard = opened.page.keyboard
    opened.page.locator("#close-all").focus()
    keyboard.press("Enter")
    closed = visible(opened.page)
    keyboard.press("Tab")
    keyboard.press("ArrowDown")
    keyboard.press("ArrowRight")
    focused = "document.activeElement.querySelector('.title').textContent"
    assert opened.page.evaluate(focused) == closed[1] == "house/base-7B-Instruct"
    assert len(visible(opened.page)) > len(closed)
    keyboard.press("ArrowRight")
    assert opened.page.evaluate(focused) == visible(opened.page)[2]
    keyboard.press("ArrowLeft")
    keyboard.press("ArrowLeft")
    assert visible(opened.page) == closed
    keyboard.press("End")
    assert opened.page.evaluate(focused) == closed[-1]
    keyboard.press("Home")
    assert opened.page.evaluate(focused) == closed[0] == ROOT
    opened.page.locator("#open-all").click()
    assert len(visible(opened.page)) == opened.page.locator("#tree tbody tr").count()
    opened.done()


def test_tree_without_scripts(browser: Any, family: Sample, tmp_path: Path) -> None:
    """Without scripts every row is seen, and no button that would do nothing."""
    path = written(tmp_path, report(data(family)))
    context = browser.new_context(java_script_enabled=False)
    shown = context.new_page()
    shown.goto(path.as_uri())
    assert len(visible(shown)) == shown.locator("#tree tbody tr").count()
    assert not shown.locator("#open-all").is_visible()
    context.close()


def test_labels_fit_as_drawn(browser: Any, tmp_path: Path) -> None:
    """Drawn by a browser, no label of a chart touches another or leaves the picture."""
    long = [f"Institute for Advanced Studies {place}" for place in range(12)]
    orders = [" ".join(f"i{place}" for place in range(12))] * 3
    rows = [
        {**row_, "name": long[int(row_["subject"][1:])], "score": 0.9 if row_["rank"] == 1 else 0.5}
        for row_ in editions(*orders)
    ]
    html = trend_page(rows, title="Over time", values=["rank", "score"], top=0, command="")
    opened = Opened(browser, written(tmp_path, html))
    boxes = """() => [...document.querySelectorAll("svg.chart")].map(chart => {
      const outer = chart.getBoundingClientRect();
      return [...chart.querySelectorAll(".label")].map(label => {
        const box = label.getBoundingClientRect();
        return [box.top, box.bottom, outer.right - box.right, box.top - outer.top, outer.bottom - box.bottom];
      });
    })"""
    charts = opened.page.evaluate(boxes)
    assert [len(labels) for labels in charts] == [12, 12]
    for labels in charts:
        ordered = sorted(labels)
        assert all(below[0] >= above[1] - 2 for above, below in itertools.pairwise(ordered))
        assert all(min(edges) >= 0 for _, _, *edges in labels)
    opened.done()
