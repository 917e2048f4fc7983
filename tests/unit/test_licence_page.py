"""May I ship it: what the page says holds in the data, in both languages, whatever things are called."""

import json
from html import unescape
from pathlib import Path

import pytest
from tests.conftest import MakeSnapshot
from tests.unit.entity_sample import registry_of
from tests.unit.view_sample import HOSTILE, made

from begat.consequence.conflict import KINDS, SEVERITIES
from begat.errors import UnknownName
from begat.licences import CLAUSES, licences
from begat.licences.demand import DEMANDS
from begat.records import Dataset, Derivation, Model, Record, TrainedOn
from begat.registry import Registry
from begat.views.demand import SIGNS, demand_of, legend
from begat.views.page.base import Page, html
from begat.views.page.licence import COLUMNS
from begat.views.place import SERVED
from begat.views.said import LANGUAGES, said

SHIP = "shop/ship"


def records() -> list[Record]:
    """Return an Apache merge of a Llama derivative and an unlabelled model, trained on closed data."""
    return [
        *made("house/Llama-base", licence="llama3.1"),
        *made("tuner/middle", "house/Llama-base", licence="llama3.1"),
        Model("nobody/said"),
        *made(SHIP, "tuner/middle", "nobody/said", kind="merge"),
        Derivation(SHIP, "whatever it was", "merge", "card"),
        Dataset("data/closed", licence_raw="cc-by-nc-4.0", derived_from=["data/origin"]),
        Dataset("data/origin", licence_raw="mit"),
        TrainedOn(SHIP, "data/closed", "tags"),
        *made("free/one", licence="mit"),
    ]


@pytest.fixture
def world(make_snapshot: MakeSnapshot, tmp_path: Path) -> Registry:
    """Return a registry of these."""
    return registry_of(make_snapshot, records(), tmp_path / "home")


def rows(page: Page, section: str) -> list[dict[str, object]]:
    """Return the rows of a section of the twin."""
    return [dict(row) for row in page.twin.rows if row["section"] == section]


def test_what_does_not_fit(world: Registry) -> None:
    """The relabelled Llama and the closed data are found, one card for all alike, with the path to one."""
    page = world.licence_page(SHIP)
    found = {(row["kind"], row["id"]) for row in rows(page, "conflicts")}
    llama = {(kind, "tuner/middle") for kind in ("terms-dropped", "naming-dropped")}
    assert found == {*llama, ("non-commercial-data", "data/closed")}
    (card,) = (
        card
        for card in page.values["cards"]
        if card["title"] == said("en", "licence")["conflict_terms_dropped"]
    )
    assert [item["name"] for item in card["path"]] == [SHIP, "tuner/middle"]
    assert [thing["name"] for thing in card["others"]] == ["house/Llama-base"]
    assert page.twin.head["conflicts"] == len(rows(page, "conflicts"))


def test_where_it_begins_and_who_made_the_source(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """A merge of the relabelled model names its page, and that its other source is of the same account."""
    more = [
        *made("shop/both", SHIP, "shop/shared", kind="merge"),
        *made("shop/shared", licence="cc-by-sa-4.0"),
    ]
    world = registry_of(make_snapshot, [*records(), *more], tmp_path / "home")
    words, page = said("en", "licence"), world.licence_page("shop/both")
    (card,) = (card for card in page.values["cards"] if card["title"] == words["conflict_terms_dropped"])
    assert [thing["name"] for thing in card["since"]] == [SHIP]
    assert words["inherited"] in unescape(html(page))
    assert {row["kind"]: (row["inherited"], row["same_maker"]) for row in rows(page, "conflicts")} == {
        "terms-dropped": (True, None),
        "naming-dropped": (True, None),
        "non-commercial-data": (True, None),
        "share-alike-clash": (False, None),
        "share-alike-dropped": (False, "account"),
    }
    assert unescape(html(page)).count(words["same_account"]) == 1


def test_clauses(world: Registry) -> None:
    """Each clause has a row: Llama's terms bind, what only the data forbid is contested, nothing is free."""
    page = world.licence_page(SHIP)
    states = {row["clause"]: row["state"] for row in rows(page, "clauses")}
    assert set(states) == set(CLAUSES)
    assert states["terms-travel"] == "binds"
    assert states["no-commercial-use"] == "contested"
    assert states["no-derivatives"] == "unknown"
    assert page.twin.head["clauses_binds"] == list(states.values()).count("binds")
    assert all(tuple(row) == COLUMNS for row in page.twin.rows)


def test_what_is_not_known_is_said(world: Registry) -> None:
    """A source without a licence and a parent that can't be told are named, and nothing of them is free."""
    texts = [item["text"] for item in world.licence_page(SHIP).values["unknown"]]
    things = [
        thing["name"] for item in world.licence_page(SHIP).values["unknown"] for thing in item["things"]
    ]
    assert len(texts) == 2
    assert things == ["nobody/said", "itself"]


def test_a_free_model(world: Registry) -> None:
    """A model of nothing under MIT has no conflict and nothing open, and the page says so."""
    text = unescape(html(world.licence_page("free/one")))
    words = said("en", "licence")
    assert words["fits"] in text
    assert words["verdict_alone"] in text
    assert words["not_advice"] in text


def test_dataset(world: Registry) -> None:
    """A dataset has the page too, by its id, with ``dataset:`` before it where a model has the same."""
    for name in ("data/closed", "dataset:data/closed"):
        page = world.licence_page(name)
        assert page.twin.head["kind"] == "dataset"
        assert page.twin.head["sources"] == 1
    with pytest.raises(UnknownName):
        world.licence_page("no/such")


def test_both_languages(world: Registry) -> None:
    """The page exists in both languages with the same data."""
    pages = [world.licence_page(SHIP, lang=lang) for lang in LANGUAGES]
    assert pages[0].twin.json() == pages[1].twin.json()
    assert "可以发布吗" in html(pages[1])
    assert html(pages[0]) == html(world.licence_page(SHIP))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_has_words(lang: str) -> None:
    """Every conflict, severity, clause and demand has its words; signs differ."""
    words = said(lang, "licence")
    keys = {
        *(f"conflict_{kind}" for kind in KINDS),
        *(f"severity_{name}" for name in SEVERITIES),
        *(f"clause_{name}" for name in CLAUSES),
        *(f"demand_{name}" for name in DEMANDS),
    }
    assert {key.replace("-", "_") for key in keys} <= set(words)
    assert (
        len({each.sign for each in legend(lang)}) == len({each.word for each in legend(lang)}) == len(DEMANDS)
    )
    assert set(SIGNS) == set(DEMANDS)


def test_every_licence_has_a_demand() -> None:
    """A licence of a kind of which the law is plain is shown as that."""
    kinds = {each.kind: demand_of(each.id) for each in licences().values() if each.kind == "public-domain"}
    assert set(kinds.values()) == {"permissive"}
    assert demand_of("CC-BY-NC-ND-4.0") == "no-derivatives"
    assert demand_of("MIT AND CC-BY-NC-4.0") == "non-commercial"
    assert demand_of("MIT OR CC-BY-NC-4.0") == "permissive"


def test_hostile_names(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """Names, licences as written and statements are text only, wherever they stand."""
    more = [record for name in HOSTILE for record in made(name, licence=name)]
    more += [Derivation(SHIP, name, "merge", "tags", ordinal=2 + place) for place, name in enumerate(HOSTILE)]
    world = registry_of(make_snapshot, [*records(), *more], tmp_path / "home")
    for name in (SHIP, *HOSTILE):
        page = world.licence_page(name)
        for text in (html(page), html(page, SERVED)):
            assert "<img src=x" not in text
            assert "\x1b" not in text
        assert json.loads(page.twin.json())["head"]["id"] == name
