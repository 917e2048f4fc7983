"""The page of one model and Mermaid's reading of a lineage in a real browser, with the network off."""

import os
from pathlib import Path
from typing import Any

import pytest
from tests.browser.opened import Opened, written
from tests.unit.form_sample import shown
from tests.unit.view_sample import HOSTILE, ROOT, Sample

from begat.views.form.hourglass import hourglass_page
from begat.views.form.mermaid import FORM as MERMAID
from begat.views.page.base import html
from begat.views.picture.neighbourhood import neighbourhood
from begat.views.words import clean

pytestmark = pytest.mark.browser

DRAWN = """async text => {
  mermaid.initialize({startOnLoad: false, securityLevel: "strict"});
  const made = await mermaid.render("lineage", text);
  const place = document.createElement("div");
  place.innerHTML = made.svg;
  document.body.append(place);
  return {
    names: Array.from(place.querySelectorAll(".node .nodeLabel"), label => label.textContent),
    edges: place.querySelectorAll(".edgePaths path").length,
    other: place.querySelectorAll("img, script, a, b, i, em, strong, li, code").length,
  };
}"""


@pytest.mark.parametrize("name", [ROOT, *HOSTILE])
def test_page(browser: Any, family: Sample, tmp_path: Path, name: str) -> None:
    """A name is text in heading, drawing and table; nothing runs, nothing is asked, links lead nowhere."""
    text = html(hourglass_page(shown(family, name, budget=60)))
    opened = Opened(browser, written(tmp_path, text))
    assert (opened.page.locator("h1").text_content() or "").startswith(clean(name).split("\n")[0])
    assert opened.page.locator("svg.glass").is_visible()
    assert not opened.page.locator(".cards").is_visible()
    assert opened.page.locator("main a[href^='http'], main img").count() == 0
    opened.done()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_drawing_fits(browser: Any, family: Sample, tmp_path: Path, scheme: str) -> None:
    """No text of the drawing leaves its box, whatever the names; nothing scrolls sideways."""
    text = html(hourglass_page(shown(family, budget=60)))
    opened = Opened(browser, written(tmp_path, text), color_scheme=scheme)
    beyond = """() => Array.from(document.querySelectorAll("svg.glass g.box")).flatMap(box => {
      const frame = box.querySelector("rect").getBoundingClientRect();
      return Array.from(box.querySelectorAll("text")).filter(text => {
        const own = text.getBoundingClientRect();
        return own.left < frame.left || own.right > frame.right + 1 || own.bottom > frame.bottom + 1;
      }).map(text => text.textContent);
    })"""
    assert opened.page.evaluate(beyond) == []
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    opened.done()


def test_narrow(browser: Any, family: Sample, tmp_path: Path) -> None:
    """On a narrow screen the boxes are cards in one column, and the drawing can still be saved."""
    opened = Opened(browser, written(tmp_path, html(hourglass_page(shown(family, budget=60)))))
    opened.page.set_viewport_size({"width": 390, "height": 844})
    opened.settle()
    assert not opened.page.locator("svg.glass").is_visible()
    assert opened.page.locator(".cards .card.model").is_visible()
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with opened.page.expect_download() as saved:
        opened.page.locator("[data-tool=svg]").click()
    picture = saved.value.path().read_text(encoding="utf-8")
    assert "derivatives" in picture
    assert 'display="none"' not in picture
    opened.done()


@pytest.mark.skipif("BEGAT_MERMAID" not in os.environ, reason="BEGAT_MERMAID does not name mermaid.min.js")
def test_mermaid(browser: Any, family: Sample) -> None:
    """Mermaid's own parser draws every node with its name as it is, and every edge."""
    given = shown(family, budget=60)
    drawing = neighbourhood(given.graph, given.facts, given.root, budget=60)
    context = browser.new_context()
    context.set_offline(True)
    page = context.new_page()
    page.set_content("<!doctype html><title>m</title><body></body>")
    page.add_script_tag(content=Path(os.environ["BEGAT_MERMAID"]).read_text(encoding="utf-8"))
    made = page.evaluate(DRAWN, str(MERMAID.draw(given)))
    context.close()
    assert sorted(made["names"]) == sorted(dot.name for dot in drawing.dots)
    assert made["edges"] == len(drawing.lines)
    assert made["other"] == 0
