"""A world of attacks through every view: each is shown as text, and nothing else happens."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browser.opened import SIZES, Tab, Visit, written
from tests.conftest import THOROUGH
from tests.hostile import BASE, PAYLOADS, hostile_registry
from tests.server.running import Running, running

from begat.registry import Registry
from begat.server.pages import PORTRAITS
from begat.server.served import of_registry
from begat.server.settings import Settings
from begat.views.page.base import html
from begat.views.place import SERVED
from begat.views.words import clean

pytestmark = pytest.mark.browser

FORMS = ("outline", "hourglass", "icicle", "timeline", "pyvis")

PLACES = range(len(PAYLOADS))
STEP = 1 if THOROUGH else 2
"""The payloads are shared out among pages; each page has fewer of them unless thoroughly."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """Return the hostile world."""
    return hostile_registry(tmp_path_factory.mktemp("hostile") / "home")


@pytest.fixture(scope="module")
def hostile_server(hostile: Registry, explorer_settings: Settings) -> Iterator[Running]:
    """Serve the hostile world."""
    with running(of_registry(hostile), explorer_settings) as found:
        yield found


def key(hostile: Registry, kind: str, place: int) -> str:
    """Return the id of the thing of a kind that carries a payload; a benchmark's is made from its name."""
    if kind == "benchmark":
        (row,) = hostile.snapshot.table(
            "benchmarks", ["id"], where=[("name", "=", PAYLOADS[place])]
        ).to_pylist()
        return str(row["id"])
    return {
        "institution": f"evil-{place} {PAYLOADS[place]}",
        "account": f"evil-{place}",
        "country": "FR",
        "family": BASE,
        "dataset": f"evil-{place}/data {PAYLOADS[place]}",
        "system": f"evil-{place}/system {PAYLOADS[place]}",
        "model": f"evil-{place}/{PAYLOADS[place]}",
    }[kind]


def squeezed(text: str) -> str:
    """Return a text as HTML shows it: any white space is one space."""
    return " ".join(text.split())


def check(tab: Tab, name: str) -> None:
    """Fail if a page ran something, or is wider than a screen."""
    assert tab.wrong == [], name
    for width, height in SIZES:
        tab.resize(width, height)
        assert tab.width() <= width, name
    assert tab.page.evaluate("window.ran") == [], name


class Files(Tab):
    """A tab for one file after the other, in one folder."""

    def __init__(self, browser: Any, folder: Path) -> None:
        super().__init__(browser, lambda url: url.startswith(folder.as_uri()))
        self.folder = folder
        self.context.set_offline(True)

    def check(self, page: Any, name: str) -> str:
        """Open a page, check it, and return all its text."""
        text = page if isinstance(page, str) else html(page)
        self.page.goto(written(self.folder, text).as_uri())
        check(self, name)
        return squeezed(str(self.page.evaluate("document.body.innerText")))


@pytest.fixture
def files(browser: Any, tmp_path: Path) -> Iterator[Files]:
    """Return a tab in which files are opened, which must have been quiet in the end."""
    tab = Files(browser, tmp_path)
    yield tab
    tab.done()


@pytest.mark.parametrize("form", FORMS)
def test_forms(files: Files, hostile: Registry, form: str) -> None:
    """The tree of all payloads, and those of every fifth of them, are drawn and quiet."""
    files.check(hostile.draw(BASE, form), form)
    for place in PLACES[FORMS.index(form) :: 5]:
        name = key(hostile, "model", place)
        assert squeezed(clean(name))[:60] in files.check(hostile.draw(name, form), f"{form} of {name!r}")


def test_every_name_is_shown(files: Files, hostile: Registry) -> None:
    """In the outline of the whole every payload is there as text."""
    files.page.set_viewport_size({"width": 1440, "height": 900})
    files.check(hostile.draw(BASE, "outline", budget=100), "outline")
    files.page.locator("[data-all='open']").click()
    shown = [squeezed(name) for name in files.page.locator("#tree .title").all_text_contents()]
    assert {squeezed(clean(key(hostile, "model", place))) for place in PLACES} <= set(shown)


def test_licences(files: Files, hostile: Registry) -> None:
    """Whether something may be shipped is asked of models and datasets that carry a payload."""
    for place in PLACES[:: 3 * STEP]:
        for kind in ("model", "dataset"):
            name = key(hostile, kind, place)
            text = files.check(hostile.licence_page(name), f"licence of {name!r}")
            assert squeezed(clean(name))[:60] in text
    files.check(hostile.conflicts_page(), "conflicts")


@pytest.mark.parametrize("kind", PORTRAITS)
def test_portraits(files: Files, hostile: Registry, kind: str) -> None:
    """The page of a thing whose texts are all a payload names it and is quiet."""
    single = kind in ("country", "family")
    for place in PLACES[:1] if single else PLACES[PORTRAITS.index(kind) % (2 * STEP) :: 2 * STEP]:
        name = key(hostile, kind, place)
        text = files.check(hostile.portrait(kind, name), f"{kind} {name!r}")
        expected = PAYLOADS[place] if kind in ("institution", "system", "benchmark") else name
        assert single or squeezed(clean(expected))[:60] in text, (kind, name)


def test_pages_of_all(files: Files, hostile: Registry) -> None:
    """Influence, comparison, ranking, brief and claims over the world are quiet."""
    for by in ("model", "institution", "country", "account", "family"):
        files.check(hostile.influence_page(by=by, most=100), f"influence by {by}")
    for by in ("institution", "account"):
        files.check(hostile.dependence_page(by=by), f"dependence by {by}")
    for place in PLACES[:: 5 * STEP]:
        files.check(hostile.whatif_page([key(hostile, "model", place)]), f"what if {place}")
    for first in PLACES[:: 4 * STEP]:
        for kind in ("institution", "model"):
            names = [key(hostile, kind, place) for place in (first, first + 1)]
            files.check(hostile.compare_page(names, draws=10), f"compare {names!r}")
    for place in PLACES[:: 3 * STEP]:
        files.check(hostile.impact_page(key(hostile, "model", place)), f"impact {place}")
        files.check(hostile.brief(key(hostile, "model", place)), f"brief {place}")
        files.check(hostile.brief(key(hostile, "institution", place)), f"brief of institution {place}")
    files.check(hostile.claims_page(hostile.checked_claims), "claims")


def test_explorer(browser: Any, hostile: Registry, hostile_server: Running) -> None:
    """Each payload as a search, and the page of a thing that carries it, in the explorer."""
    visit = Visit(browser, hostile_server)
    kinds = itertools.cycle(("model", "institution", "account", "dataset", "system", "benchmark", "tree"))
    for place, kind in zip(PLACES[::STEP], kinds, strict=False):
        thing = key(hostile, "model" if kind == "tree" else kind, place)
        for target in (
            SERVED.at("/search", q=PAYLOADS[place][:200]),
            SERVED.to(kind, thing),
        ):
            assert target
            visit.open(target)
            check(visit, target)
    for target in ("/", "/influence", "/compare", "/sparql-editor"):
        visit.open(target)
        check(visit, target)
    visit.done()
