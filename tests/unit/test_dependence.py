"""Who rests on whom: sets against plain walks, counts by hand, laws, what is left out."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli import begat
from tests.conftest import MakeSnapshot
from tests.unit.entity_sample import dated, entity_records, registry_of

from begat.consequence.dependence import LEVELS
from begat.consequence.suppliers import above
from begat.consequence.supply import EVIDENCE
from begat.errors import UnknownName
from begat.graph import RELATIONS, credit_graph
from begat.graph.exchange import from_networkx
from begat.records import Account, Institution
from begat.registry import Registry, open_registry
from begat.views.page.base import html

NODES, CODES = 9, 4
pairs = st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1))
edges = st.lists(pairs, max_size=16)
codes = st.lists(st.integers(0, CODES - 1), min_size=NODES, max_size=NODES)

Sets = Mapping[int, dict[int, tuple[bool, bool]]]


def network(edges: list[tuple[int, int]]) -> "nx.DiGraph[str]":
    """Return a graph of all nodes, each named by its number, so that names sort as numbers do."""
    net = nx.DiGraph()
    net.add_nodes_from(map(str, range(NODES)))
    net.add_edges_from((str(child), str(parent)) for child, parent in edges if child != parent)
    return net


def found(net: "nx.DiGraph[str]", codes: list[int]) -> Sets:
    """Return of each node with edges the codes above it: whether of a root, whether on every line."""
    credit = credit_graph(from_networkx(net))
    sets = above(credit, np.array(codes))
    touched = [node for node in range(NODES) if net.degree(str(node))]
    row, place = sets.of(credit.of[touched])
    result: dict[int, dict[int, tuple[bool, bool]]] = {node: {} for node in touched}
    for each, at in zip(row.tolist(), place.tolist(), strict=True):
        assert int(sets.code[at]) not in result[touched[each]]
        result[touched[each]][int(sets.code[at])] = (bool(sets.root[at]), bool(sets.every[at]))
    return result


def walked(net: "nx.DiGraph[str]", codes: list[int]) -> Sets:
    """Return the same by definition: walk from each node, and again without the models of each code."""
    whole = nx.condensation(net)
    of = {part: {codes[int(name)] for name in data["members"]} for part, data in whole.nodes(data=True)}
    roots = {part for part in whole if whole.out_degree(part) == 0}
    result = {}
    for name, part in whole.graph["mapping"].items():
        if not net.degree(name):
            continue
        reached = {part, *nx.descendants(whole, part)}
        result[int(name)] = {
            code: (any(code in of[root] for root in reached & roots), _passed(whole, part, code, of, roots))
            for code in set().union(*(of[each] for each in reached))
        }
    return result


def _passed(whole: Any, part: int, code: int, of: Mapping[int, set[int]], roots: set[int]) -> bool:
    """Whether no root can be reached without those that are all of a code."""
    rest = whole.subgraph([each for each in whole if of[each] != {code}])
    return part not in rest or not roots & {part, *nx.descendants(rest, part)}


@given(edges, codes)
def test_sets_are_those_of_plain_walks(edges: list[tuple[int, int]], codes: list[int]) -> None:
    """Ancestors, roots and what every line passes agree with walks in graphs with merges and cycles."""
    net = network(edges)
    assert found(net, codes) == walked(net, codes)


@given(edges, codes, pairs)
def test_another_link_never_takes_a_supplier_away(
    edges: list[tuple[int, int]], codes: list[int], more: tuple[int, int]
) -> None:
    """Whoever stands above a model still does when a link is added."""
    before, after = found(network(edges), codes), found(network([*edges, more]), codes)
    assert all(set(above) <= set(after[node]) for node, above in before.items())


@pytest.fixture
def world(make_snapshot: MakeSnapshot, tmp_path: Path) -> Registry:
    """Return a registry of the invented world."""
    return registry_of(make_snapshot, entity_records(), tmp_path / "home")


def test_cells_by_hand(world: Registry) -> None:
    """A part of acme is acme, users are nobody known, a copy doesn't count, data is no supplier."""
    rows = {(row["subject"], row["supplier"]): row for row in world.dependence()}
    assert {
        pair: (row["models"], row["share"], row["only"], row["roots"], row["back"])
        for pair, row in rows.items()
    } == {
        (None, "acme"): (3, 0.75, 2, 3, 0),
        (None, "bolt"): (2, 0.5, 1, 2, 0),
        ("bolt", "acme"): (1, 0.5, 1, 1, 0),
    }
    users, bolt = rows[None, "acme"], rows["bolt", "acme"]
    assert (users["downloads_30d"], users["downloads_unknown"]) == (3, 2)
    assert (bolt["downloads_30d"], bolt["downloads_unknown"]) == (None, 1)
    assert [row["models"] for row in world.dependence(by="country", of="CN")] == [1]
    assert {row["supplier"] for row in world.dependence(supplier="Bolt")} == {"bolt"}
    assert world.dependence(supplier="acme-sub") == world.dependence(supplier="acme")
    assert world.dependence(supplier="idle") == []


def test_concentration_by_hand(world: Registry) -> None:
    """Every model is on others, on its own house only, or without a known parent."""
    rows = {row["subject"]: row for row in world.concentration()}
    keys = ("models", "resting", "own", "unstated", "suppliers", "largest", "largest_models")
    assert {subject: tuple(row[key] for key in keys) for subject, row in rows.items()} == {
        None: (4, 4, 0, 0, 2, "acme", 3),
        "acme": (2, 0, 1, 1, None, None, None),
        "bolt": (2, 1, 0, 1, 1, "acme", 1),
    }
    assert rows[None]["hhi"] == pytest.approx((9 + 4) / 25)
    assert rows[None]["effective"] == pytest.approx(25 / 13)
    roots = {row["weight"]: row for row in world.root_suppliers()}
    assert (roots["models"]["total"], roots["models"]["largest"], roots["models"]["largest_amount"]) == (
        5,
        "acme",
        4,
    )
    assert (roots["accounts"]["total"], roots["accounts"]["largest_amount"]) == (4, 3)
    assert roots["downloads_30d"]["total"] == 3


def test_the_past(world: Registry) -> None:
    """As of a day only what was known by then counts, and later models are not in the whole either."""
    (row,) = world.dependence(on=date(2025, 7, 1), of="bolt")
    assert (row["supplier"], row["models"], row["share"]) == ("acme", 1, 0.5)
    users = {row["subject"]: row for row in world.concentration(on=date(2025, 7, 1))}[None]
    assert (users["models"], users["resting"], users["largest"]) == (1, 1, "bolt")
    assert world.dependence(on=date(2024, 1, 1)) == []


def test_outputs_hand_on_no_weights(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """A model that learned from another's outputs doesn't rest on it; who derives from a copy does."""
    day = date(2025, 1, 1)
    records = [
        *(Institution(name, id=name, kind="company", country="US") for name in ("acme", "bolt")),
        *(Account("huggingface", name, name, basis="curated") for name in ("acme", "bolt")),
        *dated("acme/base", day=day),
        *dated("bolt/student", "acme/base", day=day, kind="distilled"),
        *dated("user/copy", "acme/base", day=day, kind="copy"),
        *dated("bolt/tuned", "user/copy", day=day),
    ]
    world = registry_of(make_snapshot, records, tmp_path / "home")
    assert [(row["subject"], row["supplier"], row["models"]) for row in world.dependence()] == [
        ("bolt", "acme", 1)
    ]


@pytest.mark.parametrize("by", LEVELS)
def test_rows_add_up(built: Path, by: str) -> None:
    """On real lineage no cell has more than its row, and the parts of each row are the whole."""
    registry = open_registry(built)
    rows = {row["subject"]: row for row in registry.concentration(by=by)}
    for row in rows.values():
        assert row["resting"] + row["own"] + row["unstated"] == row["models"]
        assert row["untold"] <= row["unstated"]
    cells = registry.dependence(by=by)
    back = {(cell["subject"], cell["supplier"]): cell["models"] for cell in cells}
    for cell in cells:
        assert cell["subject"] != cell["supplier"] or cell["subject"] is None
        assert max(cell["only"] or 0, cell["roots"]) <= cell["models"] <= rows[cell["subject"]]["resting"]
        if cell["back"] is not None:
            assert cell["back"] == back.get((cell["supplier"], cell["subject"]), 0)


def test_a_supplier_on_real_lineage(built: Path) -> None:
    """Those who rest on an institution are those from whom a plain walk leads to one of its models."""
    registry = open_registry(built)
    graph = registry.census.scores.credit.graph
    weights = graph.relation != RELATIONS.index("distilled")
    net = nx.DiGraph(zip(graph.child[weights].tolist(), graph.parent[weights].tolist(), strict=True))
    own = registry.census.group("institution", "mistral-ai").members.tolist()
    net.add_nodes_from(own)
    below = set().union(*(nx.ancestors(net, node) for node in own)) - set(own)
    listed = registry.columns.plain.listed
    rows = registry.dependence(supplier="mistral-ai")
    assert sum(row["models"] for row in rows) == sum(bool(listed[node]) for node in below) > 100


def test_unknown_names(world: Registry) -> None:
    """A level or group that doesn't exist is said so."""
    for how in ({"by": "kind"}, {"of": "acmee"}, {"by": "country", "supplier": "XX"}):
        with pytest.raises(UnknownName):
            world.dependence(**how)


def test_options_that_do_not_go_together(tmp_path: Path) -> None:
    """The roots have no subjects to choose from, nor concentration a supplier."""
    for words in (("--show", "roots", "--of", "meta"), ("--show", "concentration", "--supplier", "meta")):
        ran = begat("dependence", *words, home=tmp_path)
        assert ran.code != 0
        assert "to choose from" in ran.err


def cells_of(text: str) -> list[list[str]]:
    """Return the texts of the rows of the matrix of a page."""
    body = re.search(r'<table id="matrix">.*?<tbody>(.*?)</tbody>', text, re.DOTALL)
    assert body
    rows = re.findall(r"<tr.*?</tr>", body[1], re.DOTALL)
    return [
        [
            re.sub(r"<[^>]+>", "|", cell).strip("| \n")
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        for row in rows
    ]


def test_the_page_shows_the_cells(world: Registry) -> None:
    """The matrix has the rows' figures, nobody on the diagonal, the unknown last; the same bytes again."""
    text = html(world.dependence_page())
    assert cells_of(text) == [
        ["Bolt", "2", "50%", "1", "50%|1", "its own models are left out", "none", "none"],
        ["No known institution", "4", "100%", "1.92", "75%|3", "50%|2", "none", "none"],
    ]
    assert "5 models of 8 (62%) are known to come from models of another institution" in text
    assert "In the end 80% of them lead back to Acme" in text
    assert html(world.dependence_page()) == text
    chinese = html(world.dependence_page(by="country", lang="zh"))
    assert "谁依赖谁：国家与地区" in chinese
    assert "中国" in chinese


def test_the_page_of_nothing(world: Registry) -> None:
    """Where nobody rests on anybody the page says so, and has no row of zeros."""
    page = world.dependence_page(on=date(2024, 1, 1))
    assert "No model is known to come from a model of another institution." in html(page)
    assert page.twin.rows == []


def test_only_what_is_sure_enough_counts(built: Path) -> None:
    """More evidence never takes a model from those that rest, and the page says which counts."""
    registry = open_registry(built)
    resting = [
        sum(row["resting"] for row in registry.concentration(by="country", evidence=evidence))
        for evidence in EVIDENCE
    ]
    assert resting == sorted(resting)
    assert resting[0] < resting[1] < resting[2]
    assert "Only links that publishers declare" in html(registry.dependence_page(evidence="declared"))
