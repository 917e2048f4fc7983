"""Groups side by side: overlap against a count by hand, intervals, what can't be compared."""

import json
from html import unescape
from pathlib import Path

import pytest
from tests.conftest import MakeSnapshot
from tests.unit.entity_sample import entity_records, registry_of

from begat.answer.following import readable_following
from begat.errors import InputError, UnknownName
from begat.registry import Registry, open_registry
from begat.views.page.base import html
from begat.views.page.compare import COLUMNS


@pytest.fixture
def world(make_snapshot: MakeSnapshot, tmp_path: Path) -> Registry:
    """Return a registry of the invented world."""
    return registry_of(make_snapshot, entity_records(), tmp_path / "home")


def test_overlap_by_hand(world: Registry) -> None:
    """The merge of both derives from both; its account, and nobody else, made something from each."""
    acme, bolt = world.compare(["acme", "bolt"], draws=20)
    assert acme["shared"] == {"bolt": {"derivatives": 1, "accounts": 1}}
    assert bolt["shared"] == {"acme": {"derivatives": 1, "accounts": 1}}
    assert (acme["derivatives"], bolt["derivatives"]) == (4, 2)
    assert bolt["by_relation"] == {"adapter": 1, "merge": 1}
    assert bolt["by_licence"] == {"CC-BY-NC-4.0": 1, "MIT": 1}
    assert tuple(acme) == COLUMNS


def test_overlap_on_real_lineage(built: Path) -> None:
    """What two families share on the embedded snapshot is the intersection of two walks by definition."""
    registry = open_registry(built)
    names = [row["id"] for row in registry.influence(by="family", most=3)]
    rows = registry.compare(names, by="family", draws=0)
    census = registry.census
    graph = census.scores.credit.graph
    walks = []
    for name in names:
        group = census.group("family", name)
        assert group is not None
        walks.append(set(readable_following(graph, census.house, group.members)))
    owners = [{int(graph.account[node]) for node in walk} - {-1} for walk in walks]
    for one, row in enumerate(rows):
        assert row["derivatives"] == len(walks[one])
        for two, name in enumerate(names):
            if one != two:
                assert row["shared"][name] == {
                    "derivatives": len(walks[one] & walks[two]),
                    "accounts": len(owners[one] & owners[two]),
                }


def test_months_and_relations_add_up(world: Registry) -> None:
    """Derivatives by relation, licence and country are all of them; by month those with a date."""
    for row in world.compare(["acme", "bolt"], draws=0):
        for key in ("by_relation", "by_licence", "by_country"):
            assert sum(row[key].values()) == row["derivatives"]
        assert sum(row["months"].values()) == row["dated"]


def test_intervals_hold_the_value(world: Registry) -> None:
    """Measures that are sums over accounts have an interval; without draws none has."""
    for row in world.compare(["acme", "bolt"], draws=200):
        for name in ("reach", "accounts"):
            measure = row["measures"][name]
            assert measure["low"] <= measure["value"] <= measure["high"]
        assert row["measures"]["children"]["low"] is None
    assert world.compare(["acme", "bolt"], draws=0)[0]["measures"]["reach"]["low"] is None


def test_intervals_are_those_of_influence(built: Path) -> None:
    """The values that are bounded are those that `influence` has, and the bounds lie about them."""
    registry = open_registry(built)
    known = {row["id"]: row for row in registry.influence(by="institution", draws=100, most=5)}
    names = list(known)[:2]
    for row in registry.compare(names, draws=100):
        measure = row["measures"]["reach"]
        assert measure["value"] == known[row["id"]]["reach"]
        assert measure["rank"] == known[row["id"]]["rank"]
        assert measure["low"] < measure["value"] < measure["high"]


def test_a_difference_within_the_intervals_is_none(world: Registry) -> None:
    """With so few accounts nothing is told apart, and the page says so; without draws it claims nothing."""
    text = unescape(html(world.compare_page(["acme", "bolt"], draws=200)))
    assert "can't be told apart" in text
    assert "none beyond chance" in text
    assert "chance is not ruled out" in html(world.compare_page(["acme", "bolt"], draws=0))


def test_a_large_difference_is_said(built: Path) -> None:
    """Where the intervals lie apart the first sentence names who is ahead."""
    page = open_registry(built).compare_page(["meta", "alibaba"], draws=100)
    assert page.values["leads"][0].startswith("By reach, Alibaba is ahead of Meta")


def test_kinds_are_found(world: Registry) -> None:
    """The kind is the first that has all names; an option decides where several have them."""
    assert [row["kind"] for row in world.compare(["us", "CN"], draws=0)] == ["country", "country"]
    assert world.compare(["user-a", "user-b"], draws=0)[0]["kind"] == "account"
    assert world.compare(["acme/base", "bolt/base"], draws=0)[0]["kind"] == "model"
    assert world.compare(["acme/base", "bolt/base"], by="family", draws=0)[0]["kind"] == "family"


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["acme"], "1 can't be compared"),
        (["acme", "bolt", "idle", "evil", "more"], "no thing named 'evil'"),
        (["acme", "acme"], "named twice"),
        (["acme", "acme-sub"], "models in common"),
        (["acme", "user-a/one"], "different kinds"),
    ],
)
def test_what_cannot_be_compared(world: Registry, names: list[str], words: str) -> None:
    """Too few, unknown, equal, overlapping or unlike things are errors that say so."""
    with pytest.raises(InputError, match=words):
        world.compare(names, draws=0)


def test_unknown_kind(world: Registry) -> None:
    """An option that names no kind is an error."""
    with pytest.raises(UnknownName):
        world.compare(["acme", "bolt"], by="planet")


def test_nobody_builds_on_either(world: Registry) -> None:
    """Groups without derivatives are compared without an invented figure."""
    text = unescape(html(world.compare_page(["user-b/mix", "user-c/bolt"], draws=10)))
    assert "their influence can't be compared" in text
    assert "NaN" not in text


def test_page_is_the_same_bytes_in_both_languages(world: Registry) -> None:
    """The same question gives the same bytes; the twin has the rows of `compare`."""
    pages = [world.compare_page(["acme", "bolt"], draws=20, lang=lang) for lang in ("en", "zh", "en")]
    texts = [html(page) for page in pages]
    assert texts[0] == texts[2] != texts[1]
    assert "埃克米" not in texts[1]
    rows = json.loads(pages[0].twin.json())["rows"]
    assert rows == json.loads(json.dumps(world.compare(["acme", "bolt"], draws=20), default=str))
