"""Pages about things that are no models: counts against a count by hand, hostile names, unknown names."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import MakeSnapshot
from tests.unit.entity_sample import entity_records, hostile_records, registry_of
from tests.unit.view_sample import HOSTILE

from begat.errors import InputError, UnknownName
from begat.registry import Registry
from begat.registry.portraits import PORTRAITS
from begat.registry.standings import standings
from begat.views.page.base import Page, html
from begat.views.place import SERVED

EXAMPLES = {
    "institution": "acme",
    "account": "user-a",
    "country": "US",
    "family": "acme/base",
    "dataset": "acme/data",
    "system": "acme/toolkit",
    "benchmark": "quiz",
}


@pytest.fixture
def world(make_snapshot: MakeSnapshot, tmp_path: Path) -> Registry:
    """Return a registry of the invented world."""
    return registry_of(make_snapshot, entity_records(), tmp_path / "home")


def section(page: Page, name: str) -> dict[str, Any]:
    """Return the rows of a section of a page's twin by id."""
    return {row.get("id"): row for row in page.twin.rows if row["section"] == name}


def test_institution_counts(world: Registry) -> None:
    """What others made from the models of a company and of its part, counted by hand; copies don't count."""
    page = world.portrait("institution", "acme")
    head = page.twin.head
    assert {key: head[key] for key in ("models", "derivatives", "accounts", "institutions", "steps")} == {
        "models": 2,
        "derivatives": 4,
        "accounts": 3,
        "institutions": 1,
        "steps": 2,
    }
    assert (head["downloads_30d"], head["downloads_unknown"]) == (1010, 0)
    assert (head["derivative_downloads_30d"], head["derivative_downloads_unknown"]) == (3, 3)
    assert {key: row["derivatives"] for key, row in section(page, "relations").items()} == {
        "finetune": 2,
        "quantized": 1,
        "merge": 1,
    }
    assert {key: row["derivatives"] for key, row in section(page, "accounts").items()} == {
        "huggingface:user-a": 2,
        "huggingface:user-b": 1,
        "huggingface:bolt": 1,
    }
    assert {key: row["derivatives"] for key, row in section(page, "countries").items()} == {"CN": 1, None: 3}
    assert (head["new"], head["dated"]) == (3, 4)


@pytest.mark.parametrize("kind", ["institution", "account", "country", "family"])
def test_derivatives_are_those_that_influence_counts(world: Registry, kind: str) -> None:
    """The derivatives of every group are as many as `descendants` of `begat influence` says."""
    rows = world.influence(by=kind)
    assert rows
    for row in rows:
        head = world.portrait(kind, row["id"]).twin.head
        assert (head["derivatives"], head["accounts"]) == (row["descendants"], row["descendant_accounts"])


def test_derivatives_of_the_embedded_snapshot(built: Path) -> None:
    """On real lineage, with merges, copies and cycles, they agree too."""
    from begat.registry import open_registry

    registry = open_registry(built)
    for by in ("institution", "country", "family"):
        for row in registry.influence(by=by, most=25):
            group = registry.census.group(by, row["id"])
            assert group is not None
            assert len(registry.census.following(group).nodes) == row["descendants"], row["id"]


def test_upstream(world: Registry) -> None:
    """What a company builds on are the houses of the direct parents of its models."""
    page = world.portrait("institution", "bolt")
    assert section(page, "upstream") == {
        "acme": {
            "section": "upstream",
            "kind": "institution",
            "id": "acme",
            "name": "Acme",
            "country": "US",
            "models": 1,
            "share": 1.0,
        }
    }
    assert section(world.portrait("institution", "acme"), "upstream") == {}
    merged = section(world.portrait("account", "user-b"), "upstream")
    assert {key: (row["models"], row["share"]) for key, row in merged.items()} == {
        "acme": (1, 1),
        "bolt": (1, 1),
    }


def test_country_flows(world: Registry) -> None:
    """A country's houses build on others by country, and its shares are of all listed models."""
    page = world.portrait("country", "CN")
    assert {key: row["models"] for key, row in section(page, "upstream_countries").items()} == {"US": 1}
    shares = {key: (row["value"], row["of"]) for key, row in section(page, "shares").items()}
    assert shares == {"models": (2, 9), "derivatives": (2, 6), "downloads": (500, 1513)}
    assert list(section(page, "institutions")) == ["bolt"]


def test_country_without_models(world: Registry) -> None:
    """A country whose institutions have no model has a page that says so."""
    text = html(world.portrait("country", "SE"))
    assert "No model of it is recorded." in text
    assert "Nobody else is recorded to build on models of Sweden." in text


def test_a_part_has_a_page(world: Registry) -> None:
    """A subsidiary's page leads to its company, and counts what others made from its own models."""
    page = world.portrait("institution", "acme-sub")
    assert page.twin.head["derivatives"] == 2
    assert section(page, "measures") == {}
    assert 'href="/i/acme"' in html(page, SERVED)


def test_family_by_a_model_of_it(world: Registry) -> None:
    """A family is found by its own id and by any of its models."""
    assert world.portrait("family", "sub/tuned").subject == world.portrait("family", "acme/base").subject


def test_dataset(world: Registry) -> None:
    """A dataset lists who states to be trained on it, with stage and source."""
    page = world.portrait("dataset", "acme/data")
    rows = {row["id"]: (row["stage"], row["source"], row["licence"]) for row in page.twin.rows}
    assert rows == {"user-a/one": ("end", "test", "MIT"), "user-c/bolt": ("", "test", "CC-BY-NC-4.0")}
    assert page.twin.head["counts"] == {"models": 2, "accounts": 2}


def test_system(world: Registry) -> None:
    """A system counts the models that name it, and its figures keep the newest of each source."""
    page = world.portrait("system", "acme/toolkit")
    assert page.twin.rows == [{"id": "toolkit", "models": 8}]
    stars = next(part for part in page.values["sections"] if part.key == "figures").rows
    assert [[cell.text for cell in row] for row in stars] == [["stars", "7", "2026-01-01", "test"]]


def test_benchmark(world: Registry) -> None:
    """A benchmark counts results under all its names, each name by itself."""
    page = world.portrait("benchmark", "quiz")
    assert {row["id"]: (row["results"], row["least"], row["most"]) for row in page.twin.rows} == {
        "quiz": (2, 0.25, 0.5),
        "quiz-5-shot": (1, 0.75, 0.75),
    }
    assert page.twin.head["counts"]["models"] == 2


@pytest.mark.parametrize("kind", PORTRAITS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_pages_are_the_same_bytes(world: Registry, kind: str, lang: str) -> None:
    """The same thing gives the same bytes, as a file without links and in the explorer with them."""
    texts = [html(world.portrait(kind, EXAMPLES[kind], lang=lang)) for _ in range(2)]
    assert texts[0] == texts[1]
    assert not re.search(r'href="/', texts[0])
    assert 'href="/' in html(world.portrait(kind, EXAMPLES[kind], lang=lang), SERVED).partition("<main")[2]


@pytest.mark.parametrize("kind", PORTRAITS)
def test_twins(world: Registry, kind: str) -> None:
    """JSON and CSV have the rows of the page, every key of a row a column."""
    twin = world.portrait(kind, EXAMPLES[kind]).twin
    assert json.loads(twin.json())["head"]["id"] == world.portrait(kind, EXAMPLES[kind]).subject[1]  # type: ignore[index]
    assert {key for row in twin.rows for key in row} <= {
        *twin.columns,
        "relation",
        "month",
        "measure",
        "listed",
    }
    assert len(twin.csv().splitlines()) == len(twin.rows) + 1


@pytest.mark.parametrize("kind", PORTRAITS)
def test_unknown_names(world: Registry, kind: str) -> None:
    """A name that nothing has is an error with its kind, near names where there are some."""
    with pytest.raises(UnknownName) as caught:
        world.portrait(kind, "nothing-of-this-name")
    assert caught.value.kind == kind


def test_near_names(world: Registry) -> None:
    """A typing error gets the name that was meant."""
    for kind, typed, meant in (
        ("institution", "acmme", "acme"),
        ("dataset", "acme/dat", "acme/data"),
        ("account", "user-a/on", "user-a"),
    ):
        with pytest.raises(UnknownName) as caught:
            world.portrait(kind, typed)
        assert meant in caught.value.suggestions


def test_page_of_anything(world: Registry) -> None:
    """`page` finds what a text names: things by their index, then countries, accounts and families."""
    found = {text: world.page(text).subject for text in ("Acme", "cn", "user-a", "quiz", "acme/toolkit")}
    assert found == {
        "Acme": ("institution", "acme"),
        "cn": ("country", "CN"),
        "user-a": ("account", "huggingface:user-a"),
        "quiz": ("benchmark", "quiz"),
        "acme/toolkit": ("system", "acme/toolkit"),
    }
    with pytest.raises(UnknownName):
        world.page("nothing-of-this-name")


def test_hostile_names(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """No name becomes markup on any page, and characters that hide or reorder text are replaced."""
    registry = registry_of(make_snapshot, hostile_records(), tmp_path / "home")
    pages = [registry.portrait(kind, EXAMPLES[kind]) for kind in PORTRAITS]
    for place, name in enumerate(HOSTILE):
        pages += [
            registry.portrait("institution", f"evil-{place}"),
            registry.portrait("benchmark", f"quiz{place}"),
        ]
        pages += [
            registry.portrait(kind, key)
            for kind, key in (("dataset", f"{name} data"), ("family", name), ("account", "evil"))
            if registry.names.exact(key) or registry.census.group("family", key) or kind == "account"
        ]
    pages += [registry.influence_page(), registry.compare_page(["acme", "bolt"], draws=10)]
    for page in pages:
        for text in (html(page), html(page, SERVED)):
            body = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
            assert "<img" not in body
            assert not re.search(r"<[^>]*\son\w+=", body)
            assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\u2028]", body)


def test_standings_are_kept(world: Registry) -> None:
    """The ranking is kept beside the snapshot; a damaged file is written anew."""
    first = standings(world)
    path = world.home.derived(world.snapshot) / "ranks-institution.json"
    assert path.exists()
    path.write_text("{", encoding="utf-8")
    assert standings(Registry(world.home, world.snapshot)) == first
    assert json.loads(path.read_text(encoding="utf-8"))["digest"] == world.snapshot.digest


def test_kinds_without_a_page(world: Registry) -> None:
    """A kind that has no page is an error that names those that have."""
    with pytest.raises(InputError, match="kind of page"):
        world.portrait("space", "x")
