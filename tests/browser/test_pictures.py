"""What each view of the embedded snapshot looks like, at a desk and in a hand: golden pictures."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.browser.opened import SIZES, Opened, Tab, Visit, written
from tests.browser.pictures import GOLDEN, alike, check_picture
from tests.conftest import THOROUGH
from tests.server.running import Running

from begat.registry import Registry
from begat.views.page.base import html

pytestmark = pytest.mark.browser

MODEL = "Qwen/Qwen2.5-7B"
SHIPPED = "DreadPoor/LemonP-8B-Model_Stock"


def report(registry: Registry) -> str:
    """Return the report that `begat demo` writes."""
    models, institutions = (registry.influence(by=by) for by in ("model", "institution"))
    ranked, published = registry.rank(), registry.rank("osir-53")
    claims = [row for row in registry.checked_claims if row["claim"].startswith("F")]
    return registry.report(MODEL, registry.stats(), models, institutions, ranked, published, claims)


FILES: Mapping[str, Callable[[Registry], Any]] = {
    "outline": lambda registry: registry.draw(MODEL),
    "house": lambda registry: registry.draw("Qwen"),
    "licence": lambda registry: registry.licence_page(SHIPPED),
    "hourglass": lambda registry: registry.draw(MODEL, "hourglass"),
    "icicle": lambda registry: registry.draw(MODEL, "icicle"),
    "timeline": lambda registry: registry.draw(MODEL, "timeline"),
    "pyvis": lambda registry: registry.draw(MODEL, "pyvis"),
    "ranking": lambda registry: registry.ranking_page(draws=200),
    "influence": lambda registry: registry.influence_page(),
    "institution": lambda registry: registry.portrait("institution", "alibaba"),
    "country": lambda registry: registry.portrait("country", "FR"),
    "family": lambda registry: registry.portrait("family", MODEL),
    "dataset": lambda registry: registry.portrait("dataset", "HuggingFaceH4/ultrachat_200k"),
    "compare": lambda registry: registry.compare_page(["alibaba", "google"]),
    "impact": lambda registry: registry.impact_page(MODEL),
    "brief": lambda registry: registry.brief(MODEL),
    "claims": lambda registry: registry.claims_page(registry.checked_claims),
    "report": report,
}
"""Views that are written as files."""

TARGETS: Mapping[str, str] = {
    "home": "/",
    "search": "/search?q=qwen2.5-7b",
    "model": f"/m/{MODEL}",
    "tree": f"/tree/{MODEL}",
    "rank": "/rank",
    "editor": "/sparql-editor",
}
"""Pages of the explorer."""


@pytest.fixture(scope="module")
def blank(browser: Any) -> Iterator[Any]:
    """Return an empty page, in which pictures are compared."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def check(tab: Tab, blank: Any, name: str) -> None:
    """Fail unless a page fits both screens, looks as it did, on phones if thoroughly, and did no more."""
    for width, height in SIZES:
        tab.resize(width, height)
        assert tab.width() <= width
        if THOROUGH or width == SIZES[0][0]:
            check_picture(tab.page, blank, f"{name}-{width}")
    tab.done()


@pytest.mark.parametrize("name", FILES)
def test_file(browser: Any, blank: Any, registry: Registry, tmp_path: Path, name: str) -> None:
    """A view opens from a file with nothing asked and no complaint, fits, and looks as it did."""
    page = FILES[name](registry)
    text = page if isinstance(page, str) else html(page)
    check(Opened(browser, written(tmp_path, text), color_scheme="light"), blank, name)


@pytest.mark.parametrize("name", TARGETS)
def test_served(browser: Any, blank: Any, server: Running, name: str) -> None:
    """A page of the explorer opens with nothing failed or foreign, fits, and looks as it did."""
    visit = Visit(browser, server, color_scheme="light")
    visit.open(TARGETS[name])
    check(visit, blank, f"explorer-{name}")


def test_views_differ(blank: Any) -> None:
    """The tolerance tells views apart: no other view is alike the one before it in the alphabet."""
    for width, _ in SIZES if THOROUGH else SIZES[:1]:
        pictures = [path.read_bytes() for path in sorted(GOLDEN.glob(f"*-{width}.webp"))]
        assert len(pictures) == len(FILES) + len(TARGETS)
        for one, other in itertools.pairwise(pictures):
            assert not alike(blank, one, other)[0]
