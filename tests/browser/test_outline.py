"""The outline in a real browser: keys, search, grouping, filter, permalink, saving, and rows on demand."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET

import pytest
from tests.browser.axe import violations
from tests.browser.opened import CONTRAST, Opened, written
from tests.conftest import MakeSnapshot
from tests.unit.outline_sample import given, shown
from tests.unit.test_packed import wide
from tests.unit.view_sample import HOSTILE, ROOT, Sample, hostile_sample, sample

from begat.views.form.outline import outline_page
from begat.views.markup import assets
from begat.views.page.base import html
from begat.views.place import SERVED
from begat.views.tree import GROUPINGS, Layout, budgeted_tree

pytestmark = pytest.mark.browser

SEEN = "[...document.querySelectorAll('#tree tbody tr')].map(row => row.querySelector('.title')?.textContent)"
FOCUSED = "document.activeElement.querySelector('.title')?.textContent"
EXPANDED = "row => row.getAttribute('aria-expanded')"


@pytest.fixture
def family(make_snapshot: MakeSnapshot) -> Sample:
    """Return the plain family."""
    return sample(make_snapshot)


def opened(browser: Any, folder: Path, page: Any, **options: Any) -> Opened:
    """Open a page as a file."""
    return Opened(browser, written(folder, html(page)), **options)


def seen(page: Opened) -> list[str]:
    """Return the names of the rows that are there."""
    found: list[str] = page.page.evaluate(SEEN)
    return found


def press(page: Opened, *keys: str) -> str:
    """Press keys one after the other, and return the name of the row that has the focus then."""
    for key in keys:
        page.page.keyboard.press(key)
    return str(page.page.evaluate(FOCUSED))


def row(page: Opened, name: str) -> Any:
    """Return the row of a name."""
    exact = page.page.locator(".title", has_text=name)
    return page.page.locator("#tree tbody tr", has=exact).first


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_opens_as_without_scripts(browser: Any, family: Sample, tmp_path: Path, lang: str) -> None:
    """The rows that are seen first are those of the table without scripts, word for word."""
    page = opened(browser, tmp_path, outline_page(shown(family, lang=lang)))
    cells = """selector => [...document.querySelectorAll(selector)].map(row =>
      [...row.cells].map(cell => cell.textContent.replace(/\\s+/g, ' ').trim()))"""
    scripted = page.page.evaluate(cells, "#tree tbody tr")
    page.page.evaluate("""() => {
      const text = document.querySelector('noscript').textContent;
      const table = new DOMParser().parseFromString(text, 'text/html').querySelector('table');
      document.querySelector('main').append(table);
    }""")
    assert len(scripted) > 5
    assert scripted == page.page.evaluate(cells, "main > table:not(#tree) tbody tr")
    page.done()


def test_keys(browser: Any, family: Sample, tmp_path: Path) -> None:
    """Tab enters once; arrows move, open and close; Home and End jump; Enter and e open; p names parents."""
    page = opened(browser, tmp_path, outline_page(shown(family)))
    page.page.locator("[data-all='']").click()
    page.page.locator("[data-tool='json']").focus()
    assert press(page, "Tab") == ROOT
    closed = seen(page)
    assert press(page, "ArrowDown") == closed[1] == "house/base-7B-Instruct"
    press(page, "ArrowRight")
    assert len(seen(page)) > len(closed)
    assert press(page, "ArrowRight") == seen(page)[2]
    assert press(page, "ArrowLeft") == closed[1]
    press(page, "ArrowLeft")
    assert seen(page) == closed
    assert press(page, "End") == closed[-1]
    assert press(page, "Home") == ROOT
    press(page, "Enter")
    assert seen(page) == [ROOT]
    press(page, "e")
    assert seen(page) == closed
    assert page.page.evaluate("document.querySelectorAll('#tree [tabindex=\"0\"]').length") == 1
    page.page.locator("[data-all='open']").click()
    row(page, "mixer/blend").focus()
    press(page, "p")
    assert row(page, "mixer/blend").locator(".jump").all_text_contents() == [
        "user-00/tune-00",
        "user-01/tune-01",
    ]
    row(page, "mixer/blend").locator(".jump").nth(1).click()
    assert page.page.evaluate(FOCUSED) == "user-01/tune-01"
    page.done()


def test_rows_say_where_they_stand(browser: Any, family: Sample, tmp_path: Path) -> None:
    """Level, size of the set and place in it are those of the rows, for every row that is open."""
    page = opened(browser, tmp_path, outline_page(shown(family)))
    page.page.locator("[data-all='open']").click()
    tree = budgeted_tree(family.graph, family.facts, family.node(ROOT))
    path: list[int] = []
    expected, sizes = [], dict[int, int]()
    for place, item in enumerate(tree.rows):
        del path[item.depth :]
        above = path[-1] if path else -1
        sizes[above] = sizes.get(above, 0) + 1
        expected.append((item.depth + 1, above, sizes[above]))
        path.append(place)
    said = page.page.evaluate("""[...document.querySelectorAll('#tree tbody tr')].map(row =>
      ['level', 'setsize', 'posinset'].map(name => Number(row.getAttribute('aria-' + name))))""")
    assert said == [[level, sizes[above], place] for level, above, place in expected]
    page.done()


def test_search(browser: Any, family: Sample, tmp_path: Path) -> None:
    """A slash goes to the search; hits are marked, with the way to them; Enter walks; Esc ends and stays."""
    page = opened(browser, tmp_path, outline_page(shown(family)))
    before = seen(page)
    page.page.locator("h1").click()
    page.page.keyboard.press("/")
    page.page.keyboard.type("TUNE 03")
    assert seen(page)[-1] == "user-03/tune-03"
    assert set(page.page.locator("#tree mark").all_text_contents()) == {"tune", "03"}
    assert "1 row found" in page.page.locator("[data-told]").text_content()
    assert press(page, "Enter") == "user-03/tune-03"
    press(page, "Escape")
    assert page.page.evaluate(FOCUSED) == "user-03/tune-03"
    assert page.page.locator("[data-search]").input_value() == ""
    assert set(before) <= set(seen(page))
    page.page.locator("[data-search]").fill("no such name")
    assert seen(page) == [ROOT]
    assert "Nothing" in page.page.locator("[data-told]").text_content()
    page.done()


def test_filter_counts_one_relation(browser: Any, family: Sample, tmp_path: Path) -> None:
    """A relation of the legend filters rows, bars and numbers; pressed again it ends."""
    page = opened(browser, tmp_path, outline_page(shown(family)))
    before = seen(page)
    button = page.page.locator("button[data-only='quantized']")
    button.click()
    tree = budgeted_tree(family.graph, family.facts, family.node(ROOT))
    count = page.page.locator("#tree tbody tr").first.locator(".derived").text_content()
    assert count == str(tree.head.by_relation["quantized"])
    assert page.page.locator("#tree rect:not(.r-quantized)").count() == 0
    assert button.get_attribute("aria-pressed") == "true"
    assert "quantization" in page.page.locator("[data-told]").text_content()
    button.click()
    assert seen(page) == before
    page.done()


@pytest.mark.parametrize("by", GROUPINGS)
def test_grouping_and_twins(browser: Any, family: Sample, tmp_path: Path, by: str) -> None:
    """Each grouping of a file shows its tree, and what is saved there is the twin of that tree's page."""
    page = opened(browser, tmp_path, outline_page(shown(family)))
    page.page.locator(f"[data-by='{by}']").click()
    twin = outline_page(shown(family, by=by)).twin
    saved = {}
    for kind in ("json", "csv"):
        with page.page.expect_download() as waiting:
            page.page.locator(f"[data-tool='{kind}']").click()
        saved[kind] = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert json.loads(saved["json"]) == json.loads(twin.json())
    plain = [
        list(csv.reader(text.removeprefix("\ufeff").splitlines())) for text in (saved["csv"], twin.csv())
    ]
    assert [line[:3] for line in plain[0]] == [line[:3] for line in plain[1]]
    page.done()


def test_permalink(browser: Any, family: Sample, tmp_path: Path) -> None:
    """What is open, found, filtered and grouped stands in the address, and comes back from it."""
    page = opened(browser, tmp_path, outline_page(shown(family)))
    page.page.locator("[data-by='licence']").click()
    row(page, "house/base-7B-Instruct").click()
    row(page, "house/base-7B-Instruct").focus()
    page.page.locator("[data-only='finetune']").click()
    state = (seen(page), page.page.url)
    assert "by=licence" in state[1]
    assert "only=finetune" in state[1]
    page.page.reload()
    page.settle()
    assert (seen(page), page.page.url) == state
    page.page.evaluate("location.hash = ''")
    page.settle()
    assert page.page.locator("[data-by='relation']").get_attribute("aria-pressed") == "true"
    page.page.go_back()
    page.settle()
    assert (seen(page), page.page.url) == state
    page.done()


def test_pictures(browser: Any, family: Sample, tmp_path: Path) -> None:
    """SVG and PNG hold the rows that are open, in colours of the page, without a class or a link."""
    page = opened(browser, tmp_path, outline_page(shown(family)))
    saved = {}
    for kind in ("svg", "png"):
        with page.page.expect_download() as waiting:
            page.page.locator(f"[data-tool='{kind}']").click()
        saved[kind] = Path(waiting.value.path()).read_bytes()
    assert saved["png"].startswith(b"\x89PNG")
    drawing = ET.fromstring(saved["svg"])
    texts = [text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert set(seen(page)) <= {str(text) for text in texts}
    assert f"Who builds on {ROOT}" in texts
    assert "rgb(0, 114, 178)" in saved["svg"].decode()
    assert not any("class" in part.attrib for part in drawing.iter())
    assert page.page.locator("svg.shot").count() == 0
    page.done()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 800, 1440])
def test_looks(browser: Any, make_snapshot: MakeSnapshot, tmp_path: Path, width: int, scheme: str) -> None:
    """At every width, in light and dark, nothing scrolls sideways and all text can be read on its ground."""
    family = hostile_sample(make_snapshot)
    page = opened(browser, tmp_path, outline_page(shown(family)), color_scheme=scheme)
    page.page.set_viewport_size({"width": width, "height": 844})
    page.page.locator("[data-all='open']").click()
    page.settle()
    assert page.page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.page.evaluate(CONTRAST) == []
    names = row(page, HOSTILE[1]).locator(".title").all_text_contents()
    assert names == [HOSTILE[1]]
    assert page.page.locator("#tree img, #tree a").count() == 0
    page.done()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_root(browser: Any, make_snapshot: MakeSnapshot, tmp_path: Path, name: str) -> None:
    """A page about a hostile name does nothing but show it, in every grouping and when it is saved."""
    page = opened(browser, tmp_path, outline_page(shown(hostile_sample(make_snapshot), name)))
    for by in GROUPINGS:
        page.page.locator(f"[data-by='{by}']").click()
        page.page.locator("[data-all='open']").click()
    with page.page.expect_download() as waiting:
        page.page.locator("[data-tool='svg']").click()
    assert ET.parse(waiting.value.path())
    page.done()


@pytest.mark.parametrize("width", [390, 1440])
def test_axe(browser: Any, family: Sample, tmp_path: Path, width: int) -> None:
    """axe-core finds nothing serious, opened to the end, in both languages."""
    for lang in ("en", "zh"):
        page = opened(browser, tmp_path, outline_page(shown(family, lang=lang)))
        page.page.set_viewport_size({"width": width, "height": 900})
        page.page.locator("[data-all='open']").click()
        assert violations(page.page) == []
        page.done()


def test_large_tree(browser: Any, tmp_path: Path) -> None:
    """Of 20,000 synthetic models all delivered rows can be opened, in every grouping."""
    graph, known = wide(20_000)
    page = opened(browser, tmp_path, outline_page(given(graph, known, 0)))
    for by in GROUPINGS:
        page.page.locator(f"[data-by='{by}']").click()
        page.page.locator("[data-all='open']").click()
        assert len(seen(page)) == page.page.evaluate("by => begat.data.trees[by].length", by)
    page.done()


class Explorer:
    """A served outline whose further rows are those of its family; refusals come before them."""

    def __init__(self, browser: Any, family: Sample, refusals: list[int]) -> None:
        self.family, self.refusals = family, refusals
        self.context = browser.new_context()
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.document = html(outline_page(shown(family, budget=3, served=True)), SERVED)
        self.page.route("**/*", self.answer)
        self.page.goto("http://explorer.test/tree/house/base-7B")
        self.page.wait_for_selector("html[data-ready]")

    def answer(self, route: Any) -> None:
        """Give the page, its files, and rows."""
        path = route.request.url.removeprefix("http://explorer.test")
        if path.startswith("/static/"):
            name = path.removeprefix("/static/")
            kind = "text/css" if name.endswith(".css") else "text/javascript"
            route.fulfill(body=assets()[name], content_type=kind)
            return
        self.asked.append(path)
        if not path.startswith("/api/children?"):
            route.fulfill(body=self.document, content_type="text/html")
        elif self.refusals:
            route.fulfill(status=self.refusals.pop(), body="{}", content_type="application/json")
        else:
            route.fulfill(body=json.dumps({"rows": self.rows(path)}), content_type="application/json")

    def rows(self, path: str) -> list[dict[str, Any]]:
        """Return the rows that an address asks for, a few at a time."""
        given = dict(parse_qsl(urlsplit(path).query))
        assert given["id"] == ROOT
        layout = Layout.of(
            self.family.graph, self.family.facts, self.family.node(given["id"]), group_by=given["by"]
        )
        offset = int(given.get("after", 0))
        return [
            row._asdict() for row in layout.below(given["of"], given.get("group"), offset=offset, limit=4)
        ]


@pytest.fixture
def explorer(browser: Any, family: Sample) -> Iterator[Explorer]:
    """Return a page of three models, the rest folded; what is asked first is refused."""
    found = Explorer(browser, family, [503])
    yield found
    found.context.close()


def test_refusal_is_said_in_place(explorer: Explorer) -> None:
    """Rows that can't be loaded say so where they would stand; opening the row again asks again."""
    page = explorer.page
    group = page.locator("#tree tr.group", has_text="9 quantizations")
    assert group.evaluate(EXPANDED) == "false"
    group.focus()
    page.keyboard.press("ArrowRight")
    page.locator(".message", has_text="503").wait_for()
    assert group.evaluate(EXPANDED) == "false"
    page.keyboard.press("e")
    page.locator(".title", has_text="quants/base-7B-Instruct-q3").wait_for()
    assert page.locator(".message").count() == 0
    assert group.evaluate(EXPANDED) == "true"
    link = page.locator("a", has_text="quants/base-7B-Instruct-q3")
    assert link.get_attribute("href") == "/m/quants/base-7B-Instruct-q3"


def test_every_model_can_be_reached(explorer: Explorer) -> None:
    """Opening whatever can be opened gives every model of the family once, a few rows at a time."""
    explorer.refusals.clear()
    page = explorer.page
    for _ in range(60):
        closed = page.locator("#tree tr[aria-expanded='false']")
        if not closed.count():
            break
        closed.first.press("e")
        page.locator(".message").first.wait_for(state="detached")
    tree = budgeted_tree(
        explorer.family.graph, explorer.family.facts, explorer.family.node(ROOT), budget=1000
    )
    names = page.locator("#tree tr:is(.model, .release) .title").all_text_contents()
    assert sorted(names) == sorted(row.id for row in tree.rows if row.kind in ("model", "release"))


def test_grouping_is_asked_of_the_server(explorer: Explorer) -> None:
    """In the explorer another grouping is another address."""
    explorer.page.locator("[data-by='licence']").click()
    explorer.page.wait_for_url("**/tree/house/base-7B?by=licence")
    assert explorer.asked[-1] == "/tree/house/base-7B?by=licence"
