"""What is lost without somebody: by hand in a small world, adding up on real lineage, as of a day."""

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.conftest import MakeSnapshot
from tests.unit.entity_sample import entity_records, registry_of

from begat.answer.displaced import displaced, influence_of, left
from begat.consequence.remainder import Remainder
from begat.errors import InputError, UnknownName
from begat.graph.build import build
from begat.influence.scope import EVERYTHING
from begat.registry import Registry, open_registry
from begat.registry.asked import asked
from begat.registry.replaced import _before


@pytest.fixture
def world(make_snapshot: MakeSnapshot, tmp_path: Path) -> Registry:
    """Return a registry of the invented world."""
    return registry_of(make_snapshot, entity_records(), tmp_path / "home")


@pytest.fixture(scope="module")
def alibaba(built: Path) -> dict[str, Any]:
    """Return what is lost without Alibaba in the embedded snapshot."""
    return open_registry(built).whatif(["institution:alibaba"], draws=20, most=None)


def ids(found: dict[str, Any], role: str, **wanted: Any) -> set[str]:
    """Return the things of a role."""
    return {
        row["id"]
        for row in found["things"]
        if row["role"] == role and all(row[name] == value for name, value in wanted.items())
    }


def test_an_institution_goes_with_its_parts(world: Registry) -> None:
    """Models of all parts and the datasets go; a merge with another's model rests on them, but not only."""
    found = world.whatif(["institution:acme"], most=None)
    assert ids(found, "withdrawn") == {"acme/base", "sub/tuned", "acme/data"}
    only = {"bolt/from-acme", "user-a/one", "user-a/two", "user-a/copy"}
    assert ids(found, "weights") == {*only, "user-b/mix"}
    assert ids(found, "weights", exclusive=True) == only
    assert ids(found, "data") == {"user-c/bolt"}
    assert ids(found, "data", exclusive=True) == set()
    assert (found["withdrawn"]["models"], found["withdrawn"]["datasets"]) == (2, 1)


def test_downloads_say_of_how_many_they_are_unknown(world: Registry) -> None:
    """Downloads are those of the models of which they are known; the others are counted."""
    found = world.whatif(["institution:acme"])
    assert (found["withdrawn"]["downloads_30d"], found["withdrawn"]["downloads_unknown"]) == (1010, 0)
    assert (found["resting"]["downloads_30d"], found["resting"]["downloads_unknown"]) == (3, 4)
    assert [row["downloads_30d"] for row in found["by_channel"]] == [3, None]


def test_who_loses(world: Registry) -> None:
    """Each owner has what rests and all it has; the unknown owner is a row of its own, the last."""
    bolt, unknown = world.whatif(["institution:acme"])["institutions"]
    assert (bolt["institution"], bolt["models"], bolt["resting"], bolt["exclusive"]) == ("bolt", 2, 1, 1)
    assert (bolt["share_resting"], bolt["country"], bolt["downloads_30d"]) == (0.5, "CN", None)
    assert (unknown["institution"], unknown["resting"], unknown["by_data"]) == (None, 4, 1)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("account:user-a", {"user-a/one", "user-a/two", "user-a/copy"}),
        ("country:cn", {"bolt/base", "bolt/from-acme"}),
        ("model:bolt/base", {"bolt/base"}),
        ("bolt/base", {"bolt/base"}),
        ("Acme Inc", {"acme/base", "sub/tuned", "acme/data"}),
        ("dataset:acme/data", {"acme/data"}),
        ("acme/data", {"acme/data"}),
        ("family:acme/base", None),
        ("institution:idle", None),
        ("relation:adaptr", None),
        ("country:XX", None),
        ("nobody-of-this-name", None),
    ],
)
def test_what_a_text_names(world: Registry, text: str, gone: set[str] | None) -> None:
    """A text names somebody with all that is theirs, or a thing; what is not there is an error."""
    if gone is None:
        with pytest.raises(InputError):
            world.whatif([text])
    else:
        assert ids(world.whatif([text]), "withdrawn") == gone


def test_families_are_read_only_for_a_family(world: Registry) -> None:
    """Who is found as an institution costs no reading of what sources say of families."""
    asked(world, "acme")
    assert "families" not in vars(world)


def test_a_near_name_is_suggested(world: Registry) -> None:
    """What is mistyped comes back with what was meant."""
    with pytest.raises(UnknownName, match="Did you mean acme/data"):
        world.whatif(["dataset:acme/dat"])
    with pytest.raises(UnknownName, match="Did you mean adapter"):
        world.whatif(["relation:adaptr"])


def test_a_kind_of_link_stops(world: Registry) -> None:
    """Nothing goes, and what was made by such links rests on them; another line to a root saves none here."""
    found = world.whatif(["relation:merge"])
    assert found["withdrawn"]["models"] == 0
    assert found["without"] == [{"kind": "relation", "id": "merge", "things": 0, "links": 2}]
    assert ids(found, "weights", exclusive=True) == {"user-b/mix"}


def test_as_of_a_day(world: Registry) -> None:
    """On a day only what was there by then is lost, without a date what something was made of by then."""
    found = world.whatif(["institution:acme"], until=date(2025, 11, 30), by_quarter=True)
    assert ids(found, "withdrawn") == {"acme/base", "sub/tuned", "acme/data"}
    assert ids(found, "weights") == {"bolt/from-acme", "user-a/one"}
    assert found["downloads_on"] is None
    assert found["withdrawn"]["downloads_30d"] is None
    assert [(str(row["date"]), row["withdrawn"], row["resting"]) for row in found["quarters"]] == [
        ("2025-03-31", 2, 0),
        ("2025-06-30", 2, 1),
        ("2025-09-30", 2, 1),
        ("2025-11-30", 2, 2),
    ]


def test_what_was_not_there_yet_cannot_go(world: Registry) -> None:
    """Before its first model nothing is lost without somebody, and that is said."""
    with pytest.raises(InputError, match="2025-01-01: nothing of it was known"):
        world.whatif(["institution:acme"], until=date(2025, 1, 1))


def test_ranks_move_up_and_who_is_gone_has_none(world: Registry) -> None:
    """Without acme bolt is first: that is no place gained over others, and no chance."""
    bolt, acme = world.whatif(["institution:acme"], draws=50)["ranks"]
    assert (bolt["id"], bolt["rank_before"], bolt["rank_after"], bolt["moved"]) == ("bolt", 2, 1, 0)
    assert (bolt["beyond"], bolt["enters"]) == (False, False)
    assert (acme["id"], acme["rank_before"], acme["rank_after"], acme["moved"]) == ("acme", 1, None, None)


def test_everything_adds_up(alibaba: dict[str, Any]) -> None:
    """Relations, depths and owners are each all that rests; the exclusive ones are some of them."""
    resting = alibaba["resting"]
    for way in ("by_relation", "by_depth"):
        rows = [row for row in alibaba[way] if row["channel"] == "weights"]
        for key, total in (("models", resting), ("exclusive", alibaba["exclusive"])):
            assert sum(row[key] for row in rows) == total["models"]
        assert sum(row["downloads_30d"] or 0 for row in rows) == resting["downloads_30d"]
    for owners in ("institutions", "countries"):
        assert sum(row["resting"] for row in alibaba[owners]) == resting["models"]
        assert sum(row["models"] for row in alibaba[owners]) <= alibaba["whole"]["models"]
        assert all(row["exclusive"] <= row["resting"] <= row["models"] for row in alibaba[owners])
    assert len(ids(alibaba, "weights", kind="model")) == resting["models"]
    assert 0 < alibaba["exclusive"]["models"] < resting["models"]


def test_models_one_by_one_lose_what_the_institution_does(built: Path) -> None:
    """An institution is the sum of its parts: naming each model and dataset of a small one gives the same."""
    registry = open_registry(built)
    whole = registry.whatif(["institution:tii"], draws=0, most=None)
    parts = [f"{row['kind']}:{row['id']}" for row in whole["things"] if row["role"] == "withdrawn"]
    apart = registry.whatif(parts, draws=0, most=None)
    for key in ("withdrawn", "resting", "exclusive", "by_relation", "by_depth", "institutions", "things"):
        assert apart[key] == whole[key]


def test_influence_without_some_is_that_of_a_snapshot_without_them(built: Path) -> None:
    """Taking models out of the graph gives the ranks of a graph built from tables without them."""
    registry = open_registry(built)
    graph = registry.graph
    meta = graph.institution == graph.institution_ids.find("meta")
    rest = Remainder(registry.snapshot.path, models=frozenset(graph.ids.take(np.flatnonzero(meta))))
    none = np.zeros(graph.m, dtype=bool)
    fast = influence_of(registry.snapshot, left(graph, meta, none), "reach", EVERYTHING)
    slow = influence_of(rest, build(rest), "reach", EVERYTHING)
    columns = [pl.col("id"), pl.col("value").round(9)]
    assert fast.select(columns).sort("id").equals(slow.select(columns).sort("id"))
    assert "meta" not in fast["id"]


@pytest.mark.parametrize("measure", ["reach", "accounts"])
def test_kept_scores_rank_as_computed_ones(built: Path, measure: str) -> None:
    """The ranking before is the same whether scores are kept or not."""
    registry = open_registry(built)
    kept = _before(registry, measure, EVERYTHING)
    computed = influence_of(registry.snapshot, registry.graph, measure, EVERYTHING)
    columns = [pl.col("id", "name", "country"), pl.col("value").round(9)]
    assert registry.scored
    assert kept.select(columns).sort("id").equals(computed.select(columns).sort("id"))


def test_the_remainder_has_all_other_rows(built: Path) -> None:
    """Rows that say nothing of what is left out stay, those with an unknown parent too."""
    whole = open_registry(built).snapshot
    rest = Remainder(whole.path, models=frozenset({"Qwen/Qwen2.5-7B"}), institutions=frozenset({"alibaba"}))
    stated = whole.frame("derivations", ["child", "parent"])
    about = (pl.col("child") == "Qwen/Qwen2.5-7B") | (pl.col("parent") == "Qwen/Qwen2.5-7B").fill_null(
        value=False
    )
    assert rest.frame("derivations", ["child", "parent"]).equals(stated.filter(~about))
    assert whole.frame("institutions").height == rest.frame("institutions").height + 1
    assert whole.frame("datasets").equals(rest.frame("datasets"))


def test_a_change_within_its_interval_is_not_beyond_chance() -> None:
    """Whose old place lies outside the interval moved beyond chance; it always holds the new place."""
    names = {"name": "", "country": ""}
    before = pl.DataFrame([{"id": id_, **names, "value": 9.0 - n} for n, id_ in enumerate("xabc")])
    bounds = {"b": (1, 1), "a": (3, 3), "c": (3, 3)}
    after = pl.DataFrame(
        [
            {"id": id_, **names, "value": 5.0 - n, "low": low, "high": high}
            for n, (id_, (low, high)) in enumerate(bounds.items())
        ]
    )
    rows = {row["id"]: row for row in displaced(before, after, None)}
    assert [(rows[id_]["moved"], rows[id_]["beyond"]) for id_ in "bac"] == [
        (1, True),
        (-1, True),
        (0, False),
    ]
    assert (rows["a"]["rank_after"], rows["a"]["low"], rows["a"]["high"]) == (2, 2, 3)
    assert rows["x"]["rank_after"] is None


def test_a_licence_changes_and_nobody_goes(world: Registry) -> None:
    """The clause that is new binds all below by weights; who states a free licence there is counted."""
    found = world.whatif(["institution:acme"], licence="Apache-2.0=CC-BY-NC-4.0")
    assert ids(found, "withdrawn") == {"acme/base"}
    assert (found["ranks"], found["licence"]["from"]) == (None, "Apache-2.0")
    bound = {row["clause"]: row for row in found["licence"]["clauses"] if row["after"] == "binds"}
    assert (bound["no-commercial-use"]["changed"], bound["no-commercial-use"]["below"]) == (1, 6)


@pytest.mark.parametrize(
    ("without", "how", "said"),
    [
        ([], {}, "nothing goes"),
        ([], {"licence": "MIT"}, "whose licence"),
        (["relation:merge"], {"licence": "MIT"}, "a link has no licence"),
        (["acme"], {"licence": "MIT", "ranking": True}, "nobody goes"),
        (["acme"], {"licence": "Apach-2.0"}, "Did you mean Apache-2.0"),
        (["acme"], {"measure": "katz"}, "no measure of a rank"),
        (["acme"], {"until": date(2030, 1, 1)}, "knows nothing of 2030-01-01"),
    ],
)
def test_what_does_not_go_together_is_refused(
    world: Registry, without: list[str], how: dict[str, Any], said: str
) -> None:
    """What can't be answered is an error that says why, no empty result."""
    with pytest.raises(InputError, match=said):
        world.whatif(without, **how)


def test_the_past_only_grows(built: Path) -> None:
    """By quarter what goes and what rests on it grows, and ends with what is lost as of the last day."""
    registry = open_registry(built)
    found = registry.whatif(["institution:meta"], until=date(2024, 6, 30), by_quarter=True, draws=0)
    rows = found["quarters"]
    for key in ("models", "withdrawn", "resting"):
        assert all(one[key] <= two[key] for one, two in pairwise(rows))
    assert (rows[-1]["resting"], rows[-1]["exclusive"]) == (
        found["resting"]["models"],
        found["exclusive"]["models"],
    )


def test_what_is_older_than_its_days_was_there(built: Path) -> None:
    """A model of 1960 has a day, which is no unknown one: it counts to all there was on any later day."""
    registry = open_registry(built)
    assert registry.published[registry.node("epoch:ADALINE")] == 0
    dated = registry.snapshot.frame("models", ["created_at"])["created_at"].drop_nulls()
    assert (registry.published[: registry.supply.models] >= 0).sum() == len(dated)
