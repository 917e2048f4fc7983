"""Shares with their definition, and how concentrated they are."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli import begat

from begat.answer.share import FIXED_PANEL, GROUPS, KEYS, QUANTITIES, Question, share
from begat.errors import InputError, UnknownName
from begat.graph import Graph, Ids
from begat.influence.concentration import effective_number, gini, herfindahl
from begat.influence.indicator import by_hand, editions
from begat.influence.share import root_shares, shares
from begat.records import Account, Derivation, Institution, Model, Observation
from begat.registry import open_registry
from begat.snapshot import Snapshot, embedded

MakeSnapshot = Callable[..., Snapshot]

GOLDEN = [
    # edition, institutions, China, US, Germany, China: fixed panel, language models, derivatives
    ("2024-12-13", 11, 49.4, 50.3, None, 49.4, 52.0, 27.8),
    ("2025-01-14", 22, 14.4, 53.9, 31.5, 39.6, 27.5, 24.5),
    ("2025-03-07", 21, 14.6, 51.3, 33.9, 29.6, 34.0, 30.3),
    ("2025-04-07", 23, 17.5, 49.5, 32.9, 37.3, 38.3, 31.1),
    ("2025-05-07", 24, 20.1, 49.6, 30.2, 42.0, 41.8, 32.7),
    ("2025-06-07", 24, 22.5, 47.3, 30.0, 50.0, 47.2, 33.6),
    ("2025-07-07", 25, 27.8, 42.1, 29.9, 52.8, 57.4, 34.4),
    ("2025-09-07", 31, 33.8, 40.7, 24.7, 56.6, 46.8, 33.2),
]
"""Percent of 30-day model downloads (the last column: of direct children without the five flooded bases),
computed independently from the published tables."""

OTHERS = {
    "models": (38.6, 56.7),
    "datasets": (38.4, 55.0),
    "dataset-downloads": (3.8, 95.7),
    "dataset-usage": (5.6, 90.0),
    "likes": (45.8, 44.1),
    "discussions": (43.3, 46.5),
    "derivatives": (48.0, None),
    "score": (44.0, 47.9),
    "score-data": (25.7, None),
    "score-model": (41.2, None),
    "score-system": (48.6, None),
    "score-evaluation": (45.6, None),
}
"""Percent of China and of the United States in September 2025, from the same computation."""


def percent(edition: str, group: str, **question: Any) -> float:
    """Return the share of a country in the embedded snapshot, in percent with one decimal."""
    rows = share(embedded(), Question(**question), edition=date.fromisoformat(edition))
    return round(100 * next(row["value"] for row in rows if row["group"] == group), 1)


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda row: row[0])
def test_golden_series(golden: tuple[Any, ...]) -> None:
    """The series of all editions is that of an independent computation, to its printed digits."""
    edition, institutions, china, states, germany, fixed, language, derivatives = golden
    assert percent(edition, "CN") == china
    assert percent(edition, "US") == states
    if germany is not None:
        assert percent(edition, "DE") == germany
    assert percent(edition, "CN", panel="fixed") == fixed
    assert percent(edition, "CN", modality="Language") == language
    assert percent(edition, "CN", of="derivatives", without_flooded=True) == derivatives
    rows = share(embedded(), Question(), edition=date.fromisoformat(edition))
    assert {row["institutions"] for row in rows} == {institutions}


@pytest.mark.parametrize("of", OTHERS)
def test_golden_quantities(of: str) -> None:
    """Other quantities of September 2025 are those of the same computation."""
    china, states = OTHERS[of]
    assert percent("2025-09-07", "CN", of=of) == china
    if states is not None:
        assert percent("2025-09-07", "US", of=of) == states


def test_golden_series_covers_every_edition() -> None:
    """No edition of the embedded snapshot is left out of the golden series."""
    assert [row[0] for row in GOLDEN] == [str(edition) for edition in editions(embedded())]


def test_fixed_panel_is_who_was_ranked_first() -> None:
    """The fixed panel is the set of institutions that the first edition ranks."""
    first = by_hand(embedded(), date(2024, 12, 13)).filter(~pl.col("added"))
    assert set(first["institution"]) == set(FIXED_PANEL)


@pytest.mark.parametrize("by", GROUPS)
@pytest.mark.parametrize("of", [*QUANTITIES, "top100"])
def test_values_sum_to_one(of: str, by: str) -> None:
    """The shares of a day sum to 1, unknown included, and amount over denominator is the value."""
    rows = share(embedded(), Question(of=of, by=by))
    assert sum(row["value"] for row in rows) == pytest.approx(1)
    for row in rows:
        assert tuple(row) == KEYS
        assert row["value"] == pytest.approx(row["amount"] / row["denominator"])
        assert all(row[key] for key in ("window", "attribution", "population", "panel", "sources"))


def test_downloads_by_hand() -> None:
    """One share, added up in plain Python from the rows of the table."""
    listed = embedded().table("listings").to_pylist()
    seats = {r["osir"]: r["country"] for r in embedded().table("institutions").to_pylist() if r["osir"]}
    rows = [r for r in listed if r["edition"] == date(2025, 5, 7) and r["kind"] == "model"]
    whole = sum(r["downloads_30d"] for r in rows)
    china = sum(r["downloads_30d"] for r in rows if seats[r["institution"]] == "CN")
    found = share(embedded(), Question(), edition=date(2025, 5, 7))
    row = next(row for row in found if row["group"] == "CN")
    assert (row["amount"], row["denominator"], row["items"]) == (china, whole, len(rows))


def test_top100_counts_models() -> None:
    """Alibaba has 32 of the 100 most downloaded models of September 2025."""
    rows = share(embedded(), Question(of="top100", by="institution"))
    assert {row["denominator"] for row in rows} == {100}
    assert next(row["amount"] for row in rows if row["group"] == "alibaba") == 32


def test_december_carries_its_warning() -> None:
    """Downloads of December 2024 say that no trend starts there; other quantities of it do not."""
    december = date(2024, 12, 13)
    assert all("no trend" in row["note"] for row in share(embedded(), Question(), edition=december))
    assert all(row["note"] is None for row in share(embedded(), Question(of="likes"), edition=december))


def test_panels_by_name_and_file(tmp_path: Path) -> None:
    """A panel is given by codes, ids or names, with commas between or one a line."""
    path = tmp_path / "panel.txt"
    path.write_text("# two\nAlibaba\n\nmeta\n", encoding="utf-8")
    of_file = share(embedded(), Question(by="institution", panel=str(path)))
    of_list = share(embedded(), Question(by="institution", panel="Ali, Meta"))
    assert [(row["group"], row["value"]) for row in of_file] == [(r["group"], r["value"]) for r in of_list]
    assert {row["group"] for row in of_list} == {"alibaba", "meta"}


@pytest.mark.parametrize(
    ("question", "extra", "message"),
    [
        ({"of": "downlods"}, {}, "Did you mean downloads"),
        ({"of": "top0"}, {}, "no quantity"),
        ({"by": "city"}, {}, "country"),
        ({"panel": "Ali,Metta"}, {}, "Did you mean meta"),
        ({"modality": "Langage"}, {}, "Did you mean Language"),
        ({}, {"edition": date(1999, 1, 1)}, "2025-09-07"),
        ({}, {"observed": "rader"}, "Did you mean radar"),
        ({"of": "score"}, {"observed": "radar"}, "not observed item by item"),
        ({"of": "score", "attribution": "base"}, {}, "no base models"),
        ({"panel": "Princeton NLP", "modality": "Protein"}, {}, "nothing is left|no modality"),
        ({}, {"edition": date(2025, 9, 7), "over_time": True}, "Give one of the two"),
        *(
            ({"of": of, "method": "begat-53"}, {}, "of the published ranking's editions")
            for of in ("score", "score-data")
        ),
    ],
)
def test_wrong_questions(question: dict[str, Any], extra: dict[str, Any], message: str) -> None:
    """What can't be answered is an error that says what is known."""
    with pytest.raises((UnknownName, InputError), match=message):
        share(embedded(), Question(**question), **extra)


def observed_snapshot(make_snapshot: MakeSnapshot) -> Snapshot:
    """Two houses, a person without one, models made from theirs; figures of two days, undated, and double."""
    days = {"a": date(2025, 1, 1), "b": date(2025, 2, 1)}
    figures = {"x/base": 60.0, "y/base": 10.0, "p/tune": 20.0, "p/merge": 8.0, "p/own": 2.0}
    return make_snapshot(
        [
            Institution("House X", id="x-house", country="CN", kind="company"),
            Institution("House Y", id="y-house", country="US", kind="company"),
            Account("huggingface", "x", "x-house"),
            Account("huggingface", "y", "y-house"),
            *(Model(key) for key in figures),
            Derivation("p/tune", "x/base", "finetune", "tags"),
            Derivation("p/merge", "x/base", "merge", "tags", share=0.75),
            Derivation("p/merge", "y/base", "merge", "tags", share=0.25),
            *(
                Observation(key, "model", "downloads_30d", v, observed_on=days["b"])
                for key, v in figures.items()
            ),
            Observation("X/Base", "model", "downloads_30d", 50.0, observed_on=days["b"]),
            Observation("x/base", "model", "downloads_30d", 7.0, observed_on=days["a"]),
            Observation("y/base", "model", "downloads_30d", 1e9, observed_before=days["b"]),
        ]
    )


def observed_shares(snapshot: Snapshot, tmp_path: Path, **question: Any) -> dict[tuple[str, str], float]:
    """Return the value of each day and group of a small snapshot."""
    from begat.graph import load_or_build

    rows = share(
        snapshot,
        Question(**question),
        over_time=True,
        observed="test",
        graph=lambda: load_or_build(snapshot, tmp_path / "graph"),
    )
    return {(row["date"], row["group"]): row["value"] for row in rows}


def test_observed_population(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """Everything observed on a day is the denominator, the unknown a group; days and undated stay apart."""
    found = observed_shares(observed_snapshot(make_snapshot), tmp_path)
    assert found == {
        ("2025-01-01", "CN"): 1.0,
        ("2025-02-01", "CN"): 0.6,
        ("2025-02-01", "US"): 0.1,
        ("2025-02-01", "unknown"): pytest.approx(0.3),
    }


def test_nothing_but_zeros_has_no_shares(make_snapshot: MakeSnapshot) -> None:
    """A denominator of 0 is an error, not a row of shares of nothing."""
    day = date(2025, 1, 1)
    unused = [Model("x/base"), Observation("x/base", "model", "downloads_30d", 0.0, observed_on=day)]
    with pytest.raises(InputError, match="1 items have 0 downloads on 2025-01-01"):
        share(make_snapshot(unused), Question(), observed="test")


def test_attribution_to_the_base(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """A derivative counts for the houses of its roots, a merge by its shares, one without base stays."""
    found = observed_shares(observed_snapshot(make_snapshot), tmp_path, attribution="base")
    assert found[("2025-02-01", "CN")] == pytest.approx((60 + 20 + 0.75 * 8) / 100)
    assert found[("2025-02-01", "US")] == pytest.approx((10 + 0.25 * 8) / 100)
    assert found[("2025-02-01", "unknown")] == pytest.approx(2 / 100)


edges = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(1, 5)), max_size=20)


def graph_of(stated: list[tuple[int, int, int]]) -> Graph:
    """Return a graph of eight models without cycles: children have the larger numbers."""
    weights = {(max(c, p), min(c, p)): w for c, p, w in stated if c != p}
    pairs = sorted(weights)
    child = np.array([c for c, _ in pairs], dtype=np.int32)
    weight = np.array([weights[pair] for pair in pairs], dtype=np.float64)
    nowhere = np.full(8, -1, dtype=np.int32)
    return Graph(
        ids=Ids.of([f"m{i}" for i in range(8)]),
        child=child,
        parent=np.array([p for _, p in pairs], dtype=np.int32),
        relation=np.zeros(len(pairs), dtype=np.int8),
        share=weight / np.bincount(child, weights=weight, minlength=8)[child],
        account=nowhere,
        institution=nowhere,
        twin=np.arange(8, dtype=np.int32),
        account_ids=Ids.of([]),
        institution_ids=Ids.of([]),
    )


def readable_roots(graph: Graph, node: int) -> dict[int, float]:
    """Share a model over its roots by the definition."""
    up = [e for e in range(graph.m) if graph.child[e] == node]
    if not up:
        return {node: 1.0}
    found: dict[int, float] = {}
    for edge in up:
        for root, part in readable_roots(graph, int(graph.parent[edge])).items():
            found[root] = found.get(root, 0.0) + part * float(graph.share[edge])
    return found


@given(edges)
def test_roots_are_those_of_the_definition(stated: list[tuple[int, int, int]]) -> None:
    """The fast shares over roots equal the recursive definition, and sum to 1 for every model."""
    graph = graph_of(stated)
    roots = root_shares(graph, np.arange(8))
    for node in range(8):
        mine = {int(r): p for n, r, p in zip(*roots, strict=True) if n == node}
        assert mine == pytest.approx(readable_roots(graph, node))
        assert sum(mine.values()) == pytest.approx(1)


def test_cycles_have_roots_too() -> None:
    """A cycle without a way out is its own root; one with a base leads there."""
    closed = graph_of([])
    pairs = {"child": [0, 1, 2, 3, 3], "parent": [1, 0, 3, 2, 4]}
    ends = {name: np.array(values, dtype=np.int32) for name, values in pairs.items()}
    cyclic = Graph(
        **{
            **{name: getattr(closed, name) for name in ("ids", "account", "institution", "twin")},
            **{name: getattr(closed, name) for name in ("account_ids", "institution_ids")},
            **ends,
            "relation": np.zeros(5, dtype=np.int8),
            "share": np.array([1.0, 1.0, 1.0, 0.5, 0.5]),
        }
    )
    roots = root_shares(cyclic, np.array([0, 3]))
    found = {(int(n), int(r)): p for n, r, p in zip(*roots, strict=True)}
    assert found == {(0, 0): 1.0, (1, 4): 1.0}


amounts = st.lists(st.floats(0, 1e6).map(lambda x: round(x, 3)), min_size=1, max_size=30)


@given(amounts)
def test_concentration_has_bounds(values: list[float]) -> None:
    """HHI lies between 1/n and 1, Gini between 0 and 1 - 1/n; both are 0 where nobody has anything."""
    n, total = len(values), sum(values)
    if total == 0:
        assert herfindahl(values) == gini(values) == effective_number(values) == 0
        return
    assert 1 / n - 1e-9 <= herfindahl(values) <= 1 + 1e-9
    assert -1e-9 <= gini(values) <= 1 - 1 / n + 1e-9
    assert 1 - 1e-9 <= effective_number(values) <= n + 1e-6


@given(amounts, st.floats(0.01, 100))
def test_concentration_ignores_scale_and_order(values: list[float], factor: float) -> None:
    """Neither a common factor nor the order of the holders changes anything."""
    other = [value * factor for value in reversed(values)]
    assert herfindahl(other) == pytest.approx(herfindahl(values))
    assert gini(other) == pytest.approx(gini(values), abs=1e-9)


@given(st.integers(1, 40), st.floats(0.1, 1e6))
def test_equal_holders(n: int, amount: float) -> None:
    """Equal holders, n of them, have HHI 1/n, Gini 0 and effective number n."""
    assert herfindahl([amount] * n) == pytest.approx(1 / n)
    assert gini([amount] * n) == pytest.approx(0, abs=1e-9)
    assert effective_number([amount] * n) == pytest.approx(n)


@given(amounts)
def test_gini_is_half_the_mean_difference(values: list[float]) -> None:
    """The fast Gini equals its definition over all pairs."""
    n, total = len(values), sum(values)
    if total:
        pairs = sum(abs(a - b) for a in values for b in values)
        assert gini(values) == pytest.approx(pairs / (2 * n * total), abs=1e-9)


def test_unknown_is_in_the_denominator_and_no_holder() -> None:
    """The unknown lowers every share and takes no part in the concentration."""
    parts = pl.DataFrame({"group": ["a", "b", None], "amount": [30, 30, 40]})
    rows = shares(parts).to_dicts()
    assert [(row["group"], row["value"]) for row in rows] == [("a", 0.3), ("b", 0.3), (None, 0.4)]
    assert {(row["unknown"], row["hhi"], row["effective_groups"]) for row in rows} == {(0.4, 0.5, 2.0)}


def test_command_prints_the_definition(tmp_path: Path) -> None:
    """Denominator, window, attribution and share of unknown stand beside the table."""
    ran = begat("share", "--observed", "radar", "--top", "2", home=tmp_path)
    assert ran.code == 0
    for word in ("denominator on 2026-08-22", "window", "attribution", "unknown on", "sources: radar"):
        assert word in ran.err
    assert re.search(r"unknown\s+hhi\s+gini", ran.out)


def test_registry_answers_the_same(tmp_path: Path) -> None:
    """The Python interface gives the rows of the command."""
    rows = open_registry(tmp_path).share(of="likes", panel="fixed")
    assert begat("share", "--of", "likes", "--panel", "fixed", "-f", "json", home=tmp_path).rows == rows


@given(st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.floats(0, 1e6)), min_size=1), st.randoms())
def test_shares_ignore_the_order(rows: list[tuple[str | None, float]], random: Any) -> None:
    """The same parts in another order give the same shares, to the last bit."""
    other = random.sample(rows, len(rows))
    schema = {"group": pl.String, "amount": pl.Float64}
    one, two = (shares(pl.DataFrame(each, schema, orient="row")) for each in (rows, other))
    assert one.to_dicts() == two.to_dicts()
