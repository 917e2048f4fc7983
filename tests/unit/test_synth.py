"""The synthetic Hub: shaped like the real one, labelled everywhere, the same for the same numbers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli import begat

from begat.errors import HomeError, InputError
from begat.graph import Graph, credit_graph
from begat.graph.build import build
from begat.graph.order import cycles
from begat.records import TABLES, Model, fields, schema
from begat.resolve import coded, gather, resolve
from begat.snapshot import Home, Snapshot, compile_snapshot
from begat.sources.base import Source
from begat.synth import Burst, synthetic_graph, synthetic_home, synthetic_snapshot
from begat.synth.chance import dealt, ends
from begat.synth.check import acceptance
from begat.synth.generate import FEWEST, hub
from begat.synth.shape import DAY, Noise
from begat.synth.tables import tables

TENTH = 186_041
"""A tenth of the published size."""
SMALL = 8_000
REFERENCE = Path(__file__).parent.parent.parent / "docs" / "reference" / "json.md"


@pytest.fixture(scope="module")
def tenth(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Return a Hub of a tenth of the real size."""
    return synthetic_snapshot(TENTH, 0, tmp_path_factory.mktemp("tenth"))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Return a small Hub with all its dirt."""
    return synthetic_snapshot(SMALL, 0, tmp_path_factory.mktemp("small"))


def test_shape_is_that_of_the_hub(tenth: Snapshot) -> None:
    """Every quantity of the acceptance table lies in its range."""
    checks = acceptance(tenth, build(tenth))
    assert len(checks) > 30
    assert [check for check in checks if not check.holds] == []


def test_a_hub_without_its_tail_is_noticed(tenth: Snapshot) -> None:
    """The acceptance table fails a graph that lost every tenth derivation."""
    graph = build(tenth)
    keep = np.arange(graph.m) % 10 > 0
    edges = {name: getattr(graph, name)[keep] for name in ("child", "parent", "relation", "share")}
    broken = [check.quantity for check in acceptance(tenth, replace(graph, **edges)) if not check.holds]
    assert {"derivations", "models with a parent", "components"} <= set(broken)


def test_shapes_of_tiny_hubs_are_not_compared(small: Snapshot) -> None:
    """Below the size at which ratios are noise the acceptance table refuses to judge."""
    with pytest.raises(InputError, match="too few"):
        acceptance(small, build(small))


def test_same_numbers_same_bytes(small: Snapshot, tmp_path: Path) -> None:
    """Size and seed decide every byte; another seed gives another Hub."""
    assert synthetic_snapshot(SMALL, 0, tmp_path).digest == small.digest
    assert synthetic_snapshot(SMALL, 1, tmp_path).digest != small.digest


def test_tables_have_their_declared_schema(small: Snapshot) -> None:
    """Every table has the columns, types and terms that the records declare, and its rows in order."""
    assert small.verify() == []
    for name, record in TABLES.items():
        assert small.table(name).schema.equals(schema(record), check_metadata=True), name
        for column in fields(record):
            if not column.optional:
                assert small.table(name)[column.name].null_count == 0, (name, column.name)
    ids = small.table("models", ["id"])["id"].to_pylist()
    assert ids == sorted(set(ids))


def test_everything_says_that_it_is_synthetic(small: Snapshot) -> None:
    """Ids, sources, institutions and the snapshot itself are labelled; nothing is on a real platform."""
    assert small.name == f"synthetic-{SMALL}-0"
    assert small.manifest["sources"]["synthetic"]["title"] == f"Synthetic Hub, {SMALL:,} models, seed 0"
    for name, record in TABLES.items():
        frame = small.frame(name)
        for column in {"id", "child", "parent", "model", "dataset"} & set(record._fields):
            prefix = "synthetic-" if name == "institutions" else "synthetic:"
            assert frame[column].drop_nulls().str.starts_with(prefix).all(), (name, column)
        if "sources" in record._fields:
            assert frame["sources"].explode().drop_nulls().is_in(["synthetic"]).all()
            assert frame["sources"].null_count() == 0
        if "source" in record._fields and name != "accounts":
            assert frame["source"].is_in(["synthetic"]).all()
        if "platform" in record._fields:
            assert frame["platform"].is_in(["synthetic"]).all()
    assert small.frame("institutions")["name"].str.starts_with("Synthetic Institution ").all()


def test_statements_are_conserved(small: Snapshot) -> None:
    """Every edge and every piece of dirt is one statement, with the status that it should have."""
    made = hub(SMALL, 0)
    counts = dict(small.frame("derivations", ["status"])["status"].value_counts().iter_rows())
    edges, dirt = made.derivations, made.dirt
    dangling = np.isin(edges.parent, edges.unlisted)
    again = dirt.contested[dangling[dirt.contested]]
    assert counts == {
        "resolved": int((~dangling).sum()) + len(dirt.contested) - len(again),
        "dangling": int(dangling.sum()) + len(again),
        "duplicate": len(dirt.duplicates),
        "self": len(dirt.loops),
        "unresolved": len(dirt.junk),
    }
    assert min(counts.values()) > 0


def test_every_way_to_write_a_parent_occurs(small: Snapshot) -> None:
    """Former names, bare names and names in capitals are stated, and all lead to the right parent."""
    dirt = hub(SMALL, 0).dirt
    stated = small.frame("derivations").filter(pl.col("status") == "resolved")
    other = stated.filter(pl.col("parent_raw") != pl.col("parent"))["parent_raw"]
    former = other.str.starts_with("synthetic:former-")
    bare = ~other.str.contains("/")
    capitals = other.str.contains("[A-Z]")
    assert (former | bare | capitals).all()
    for seen, meant in ((former, dirt.by_former), (bare, dirt.by_legacy), (capitals, dirt.by_case)):
        assert 0 < len(meant) <= seen.sum() <= 1.2 * len(meant) + 3


FILLED = {"platform", "account", "licence", "listed", "sources", "parent", "status", "dataset", "resolved"}
"""Columns that resolution fills in."""


def test_resolving_the_raw_statements_gives_the_same(small: Snapshot) -> None:
    """The oracle: begat's own resolution of what was written, ids taken for those of the Hub."""
    part = gather(Source("synthetic", "", "CC0-1.0", (), authority=0), [], on=DAY)
    wanted = {name: _on_the_hub(small.frame(name)) for name in TABLES}
    for name, empty in part.frames.items():
        frame = wanted[name].with_columns(source=pl.lit("synthetic"))
        kept = set(frame.columns) - (FILLED if name != "accounts" else {"current"})
        stated = frame.filter("listed") if "listed" in frame.columns else frame
        stated = stated.filter("current") if name == "accounts" else stated
        said = coded(stated) if name == "observations" else stated
        part.frames[name] = pl.concat([empty, said.select(sorted(kept))], how="diagonal")
    for name, table in resolve([part]).items():
        got = pl.DataFrame(pl.from_arrow(table))
        flat = [column.name for column in fields(TABLES[name]) if column.kind != list[str]]
        assert got.sort(flat).equals(wanted[name].sort(flat)), name


def _on_the_hub(frame: pl.DataFrame) -> pl.DataFrame:
    """Strip the mark of the synthetic platform from all ids."""
    bare = frame.with_columns(pl.col(pl.String).str.strip_prefix("synthetic:"))
    return bare.with_columns(platform=pl.lit("huggingface")) if "platform" in bare.columns else bare


def test_cycles_are_there_and_condensed(small: Snapshot) -> None:
    """Ten pairs and a triangle descend from themselves, and the graph of credit has none."""
    graph = build(small)
    assert sorted(map(len, cycles(graph))) == [2] * 10 + [3]
    assert cycles(credit_graph(graph).dag) == []


def test_without_noise_nothing_is_dirty(tmp_path: Path) -> None:
    """With all rates 0 every statement is resolved, nothing is renamed, copied or circular."""
    clean = Noise(*[0] * len(Noise._fields))
    snapshot = synthetic_snapshot(SMALL, 0, tmp_path, noise=clean)
    stated = snapshot.frame("derivations")
    assert stated["status"].unique().to_list() == ["resolved"]
    assert (stated["parent"] == stated["parent_raw"]).all()
    assert snapshot.frame("models")["listed"].all()
    assert snapshot.rows("aliases") == 0
    assert snapshot.frame("trained_on")["dataset"].null_count() == 0
    assert cycles(build(snapshot)) == []


@pytest.mark.parametrize("burst", [None, Burst(50, 3, 7)])
def test_graph_is_the_one_of_the_tables(tmp_path: Path, burst: Burst | None) -> None:
    """The graph made directly equals the one that is built from the tables."""
    direct = synthetic_graph(SMALL, 3, burst=burst)
    built = build(synthetic_snapshot(SMALL, 3, tmp_path, burst=burst))
    for name in ("ids", "account_ids", "institution_ids"):
        assert list(getattr(direct, name)) == list(getattr(built, name)), name
    assert direct.share == pytest.approx(built.share, rel=1e-15)
    for name in ("child", "parent", "relation", "account", "institution", "twin"):
        assert getattr(direct, name).tolist() == getattr(built, name).tolist(), name


def test_burst_adds_adapters_of_one_base_and_nothing_else(small: Snapshot, tmp_path: Path) -> None:
    """A burst of 500 by 12 accounts: one base gains 500 children, all other rows stay as they were."""
    flooded = synthetic_snapshot(SMALL, 0, tmp_path, burst=Burst(500, 12, 20))
    before, after = _children(build(small)), _children(build(flooded))
    assert [after[key] - before.get(key, 0) for key in after if after[key] != before.get(key, 0)] == [500]
    for name in TABLES:
        old, new = small.frame(name), flooded.frame(name)
        flat = [column.name for column in fields(TABLES[name]) if column.kind != list[str]]
        assert old.select(flat).join(new.select(flat), on=flat, how="anti", nulls_equal=True).is_empty(), name
    models = flooded.frame("models").join(small.frame("models"), on="id", how="anti")
    assert (models.height, models["account"].n_unique()) == (500, 12)
    times = models["created_at"]
    assert times.max() - times.min() <= timedelta(days=2)  # type: ignore[operator]
    assert times.min() > datetime.combine(DAY - timedelta(days=90), datetime.min.time(), UTC)
    figures = flooded.frame("observations").filter(pl.col("subject").is_in(models["id"].implode()))
    assert figures.filter(metric="downloads_30d").height == 500
    assert figures["value"].max() <= 3  # type: ignore[operator]
    assert models["id"].str.extract("/(.*)-burst-").n_unique() == 1


def _children(graph: Graph) -> dict[str, int]:
    nodes, counts = np.unique(graph.parent, return_counts=True)
    return {graph.ids[node]: int(count) for node, count in zip(nodes, counts, strict=True)}


@pytest.mark.parametrize("text", ["", "10", "10:2", "10:2:0", "10:2:x", "10:2:3:4", "-1:2:3"])
def test_a_burst_has_three_numbers(text: str) -> None:
    """Anything but three positive numbers is refused with the form it should have."""
    with pytest.raises(InputError, match="ADAPTERS:ACCOUNTS:BASE"):
        Burst.of(text)


def test_numbers_out_of_range(tmp_path: Path) -> None:
    """Too few models, a negative seed and a base that is not there are errors; nothing is written."""
    for models, seed, burst in ((FEWEST - 1, 0, None), (SMALL, -1, None), (SMALL, 0, Burst(1, 1, 10_000))):
        with pytest.raises(InputError):
            synthetic_snapshot(models, seed, tmp_path, burst=burst)
    assert list(tmp_path.iterdir()) == []


def test_smallest_hub_is_whole() -> None:
    """The smallest Hub has every table that a larger one has."""
    filled = {name for name, table in tables(hub(FEWEST, 0)) if table.num_rows}
    assert filled == set(TABLES) - {
        "inferences",
        "systems",
        "benchmarks",
        "evaluations",
        "listings",
        "contested",
        "set_aside",
    }


def test_command_writes_a_home_of_its_own(tmp_path: Path) -> None:
    """`synth` leaves the user's home alone; the folder it names opens with --home and says what it is."""
    mine, other = tmp_path / "mine", tmp_path / "other"
    made = begat("synth", "--models", "2000", "-o", str(other), "--format", "json", home=mine)
    assert made.rows["snapshot"] == "synthetic-2000-0"
    assert made.rows["models"] > 2000
    assert not list(mine.glob("**/*"))
    found = begat("stats", "--home", str(other), "--format", "json", home=mine).rows
    assert (found["snapshot"], found["models"]) == ("synthetic-2000-0", 2000)
    assert found["models_by_platform"] == {"synthetic": 2000}
    assert begat("stats", "--format", "json", home=mine).rows["snapshot"] != "synthetic-2000-0"


def test_check_of_the_command_is_documented(tmp_path: Path) -> None:
    """`synth --check` prints the acceptance table; its keys and those of `synth` are documented."""
    words = ("synth", "--check", "-o", str(tmp_path / "hub"), "--format", "json")
    rows = begat(*words, home=tmp_path / "mine").rows
    assert all(row["holds"] for row in rows)
    assert all(f"`{key}`" in REFERENCE.read_text(encoding="utf-8") for key in rows[0])


def test_a_home_with_real_snapshots_is_refused(tmp_path: Path) -> None:
    """A synthetic Hub never stands among snapshots of real sources."""
    real = gather(Source("test", "test", "CC0-1.0", ()), [Model("a/b")], on=DAY)
    compile_snapshot([real], Home(tmp_path).snapshots_path, provenance={})
    with pytest.raises(HomeError, match="real sources"):
        synthetic_home(tmp_path, SMALL, 0)
    assert [item.name for item in Home(tmp_path).snapshots() if item.path.parent.parent == tmp_path] == [
        str(DAY)
    ]


@given(st.lists(st.integers(0, 10**9), max_size=60))
def test_ends_follow_every_pointer(draws: list[int]) -> None:
    """The vectorised way to the end of every chain of pointers equals a walk."""
    target = np.array([draw % (place + 1) for place, draw in enumerate(draws)], dtype=np.int64)

    def walked(place: int) -> int:
        return place if target[place] == place else walked(int(target[place]))

    assert ends(target).tolist() == [walked(place) for place in range(len(target))]


@given(st.lists(st.integers(1, 50), min_size=1, max_size=8), st.integers(0, 500))
def test_dealt_shares_are_exact(shares: list[int], size: int) -> None:
    """A deal has `size` positions, each as often as its share says to within one."""
    counts = np.bincount(dealt(np.random.default_rng(0), shares, size), minlength=len(shares))
    assert counts.sum() == size
    assert np.abs(counts - size * np.array(shares) / sum(shares)).max() <= 1
