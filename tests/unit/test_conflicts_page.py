"""What does not fit among many things: the tables hold what is counted, and no name is more than a name."""

import json
from html import unescape
from pathlib import Path

import pytest
from tests.conftest import MakeSnapshot
from tests.unit.entity_sample import registry_of
from tests.unit.test_licence_page import SHIP, records
from tests.unit.view_sample import HOSTILE, made

from begat.consequence.conflict import KINDS
from begat.errors import UnknownName
from begat.records import Account, Institution
from begat.registry import Registry
from begat.views.page.base import html
from begat.views.page.conflicts import COLUMNS, UNLABELLED
from begat.views.place import SERVED
from begat.views.said import LANGUAGES, said


@pytest.fixture
def world(make_snapshot: MakeSnapshot, tmp_path: Path) -> Registry:
    """Return a registry in which a shop of an institution ships what doesn't fit."""
    more = [
        Institution("The Shop", id="the-shop"),
        Account("huggingface", "shop", "the-shop", basis="curated"),
    ]
    return registry_of(make_snapshot, [*records(), *more], tmp_path / "home")


def test_tables(world: Registry) -> None:
    """The twin holds every row of the answer; a cell shows the gravest of what doesn't fit between two."""
    page = world.conflicts_page()
    found, changed = world.conflicts(sample=24), world.licence_changes()
    sections = [row["section"] for row in page.twin.rows]
    for name in ("kinds", "pairs", "relations", "sample"):
        assert sections.count(name) == len(found[name]) > 0
    assert sections.count("changes") == len(changed["changes"]) == 1
    assert all(tuple(row) == COLUMNS for row in page.twin.rows)
    pairs = page.values["pairs"]
    stated = [column["name"] for column in pairs.columns]
    lines = {line["name"]: dict(zip(stated, cells, strict=True)) for line, cells in pairs.lines}
    assert set(lines) == {"llama3.1", "CC-BY-NC-4.0"}
    cell = lines["llama3.1"]["Apache-2.0"]
    assert (cell["count"], cell["word"]) == ("1", "high: terms left out")
    ((parent, (change,)),) = page.values["changes"].lines
    assert (parent["name"], change["word"]) == ("llama3.1", "− drops binding terms")


def test_of_an_institution(world: Registry) -> None:
    """The page of an institution counts its own things, has its name, and leads to their pages."""
    page = world.conflicts_page("institution:the-shop")
    assert page.title == "Licences that do not fit: The Shop"
    assert page.twin.head["made_models"] == 1
    text = unescape(html(page, SERVED))
    for address in (f"/licence/{SHIP}", "/i/the-shop", "/impact/institution:the-shop", "/conflicts"):
        assert f'href="{address}"' in text
    assert said("en", "conflicts")["scope_institution"] in text
    assert 'href="/conflicts/institution:the-shop"' in html(world.licence_page(SHIP), SERVED)
    assert "/conflicts" not in html(world.licence_page(SHIP))
    assert said("en", "licence")["not_advice"] in text
    with pytest.raises(UnknownName):
        world.conflicts_page("institution:nobody")


def test_nothing(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """Where nothing doesn't fit the page says so, in both languages."""
    world = registry_of(make_snapshot, made("free/one", licence="mit"), tmp_path / "home")
    for lang in LANGUAGES:
        assert said(lang, "conflicts")["nothing"] in html(world.conflicts_page(lang=lang))


def test_every_kind_has_words() -> None:
    """Every kind that a cell can show has a short name."""
    words = said("en", "conflicts")
    assert all(f"short_{kind.replace('-', '_')}" in words for kind in KINDS if kind not in UNLABELLED)


def test_hostile_names(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """Names and licences are text only, and the same data give the same bytes."""
    more = [record for name in HOSTILE for record in made(name, "tuner/middle")]
    world = registry_of(make_snapshot, [*records(), *more], tmp_path / "home")
    pages = [html(world.conflicts_page(), place) for place in (SERVED, SERVED)]
    assert pages[0] == pages[1]
    assert "<img src=x" not in pages[0]
    assert {row["id"] for row in json.loads(world.conflicts_page().twin.json())["rows"]} >= {HOSTILE[0], SHIP}
