"""Trees in few bytes: what is packed comes back, for every grouping."""

import itertools
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.test_tree import Case, build_graph, cases

from begat.graph import RELATIONS, Graph, Ids
from begat.views.page.packed import COLUMNS, FOLDED, KINDS, packed, trimmed
from begat.views.tree import GROUPINGS, Row, Tree, budgeted_tree
from begat.views.tree.facts import Facts

MODELS = ("model", "release")

RELATION_SHARES = (0.36, 0.01, 0.31, 0.2, 0.06, 0.04, 0.005, 0.005, 0.005, 0.005)

LEAF = [0, 0, 0, 0, 0, 0]
"""Figures of a model that nothing is made from."""


def unpacked(data: dict[str, Any], by: str) -> list[dict[str, Any]]:
    """Read the rows of one grouping back, as the script of the page does."""
    rows: list[dict[str, Any]] = []
    path: list[dict[str, Any]] = []
    for depth, *rest in data["trees"][by]:
        path = path[:depth]
        home = next((row["id"] for row in reversed(path) if row["kind"] not in ("group", "folded")), None)
        row = model(data, rest[0], home) if len(rest) == 1 else gathered(data, rest, home, by)
        path.append({**row, "depth": depth})
        rows.append(path[-1])
    return rows


def model(data: dict[str, Any], place: int, home: str | None) -> dict[str, Any]:
    """Return the row of a model."""
    name, kind, relation, licence, downloads, flags, parents, *figures = data["models"][place]
    members, elsewhere, *counts = figures or LEAF
    known = figures_of(data, counts)
    return {
        "id": name,
        "kind": KINDS[kind] if isinstance(kind, int) else kind,
        "relation": None if relation is None else data["names"][relation],
        "members": members,
        "descendants": known["here"] + elsewhere,
        "elsewhere": elsewhere,
        **known,
        "downloads": downloads,
        "licence": None if licence is None else data["names"][licence],
        "licence_changed": bool(flags & 1),
        "parents": (home,)
        if parents == 0
        else tuple(data["models"][item][0] if isinstance(item, int) else item for item in parents),
        "group": None,
        "key": None,
        "offset": 0,
        "listed": not flags & 2,
    }


def gathered(data: dict[str, Any], rest: list[Any], home: str | None, by: str) -> dict[str, Any]:
    """Return the row of a group or fold."""
    kind, code, members, *counts = rest
    key = data["names"][code]
    group = {"(release)": "release", "(direct)": None, "(unknown)": None}.get(key, key)
    if len(counts) == 4:
        counts += [code, members]
    return {
        "id": home,
        "kind": KINDS[min(kind, FOLDED)],
        "key": key,
        "offset": max(kind - FOLDED, 0),
        "relation": group if by == "relation" and group in RELATIONS else None,
        "members": members,
        "descendants": None,
        "elsewhere": None,
        **figures_of(data, counts),
        "downloads": None,
        "licence": None,
        "licence_changed": False,
        "parents": (),
        "group": group,
        "listed": True,
    }


def figures_of(data: dict[str, Any], counts: list[Any]) -> dict[str, Any]:
    """Return the figures that all rows have."""
    accounts, below, unknown, releases, *mix = counts
    relations = zip(mix[::2], mix[1::2], strict=True)
    return {
        "here": sum(mix[1::2]),
        "releases": releases,
        "accounts": accounts,
        "downloads_below": below,
        "downloads_unknown": unknown,
        "by_relation": {data["names"][name]: count for name, count in relations if count},
    }


def plain(row: Row) -> dict[str, Any]:
    """Return what a page keeps of a row."""
    return {name: getattr(row, name) for name in (*COLUMNS, "key", "offset")}


@given(cases(), st.integers(1, 13))
def test_what_is_packed_comes_back(case: Case, budget: int) -> None:
    """Every row of every grouping comes back as it was, through JSON."""
    graph, known = build_graph(case)
    trees = {by: budgeted_tree(graph, known, 0, budget=budget, group_by=by) for by in GROUPINGS}
    data = json.loads(json.dumps(packed(trees)))
    for by, tree in trees.items():
        assert unpacked(data, by) == [plain(row) for row in tree.rows]


@given(cases(), st.integers(1, 13), st.sampled_from(GROUPINGS), st.integers(0, 20))
def test_only_sums_of_small_models_are_left_out(case: Case, budget: int, by: str, most: int) -> None:
    """All models stay, few enough rows or no sum is left, and a model keeps all of its rows or none."""
    graph, known = build_graph(case)
    tree = budgeted_tree(graph, known, 0, budget=budget, group_by=by)
    kept = trimmed(tree, most).rows
    assert [row.id for row in kept if row.kind in MODELS] == [
        row.id for row in tree.rows if row.kind in MODELS
    ]
    before, after = below(tree.rows), below(kept)
    assert after[kept[0].id] == before[kept[0].id]
    assert all(after[name] in ([], rows) for name, rows in before.items())
    sums = [
        rows for rows in list(before.values())[1:] if all(row.kind not in MODELS for row in tail(tree, rows))
    ]
    assert len(kept) <= most or all(after[rows[0].id] == [] for rows in sums if rows)


def below(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the child rows of each model."""
    found: dict[str, list[Row]] = {}
    path: list[Row] = []
    for row in rows:
        del path[row.depth :]
        if row.kind in MODELS:
            found[row.id] = []
        if path and path[-1].kind in MODELS:
            found[path[-1].id].append(row)
        path.append(row)
    return found


def tail(tree: Tree, rows: Sequence[Row]) -> list[Row]:
    """Return rows with all that stands below them."""
    if not rows:
        return []
    first, last = (next(at for at, row in enumerate(tree.rows) if row is end) for end in (rows[0], rows[-1]))
    following = itertools.takewhile(lambda row: row.depth > rows[0].depth, tree.rows[last + 1 :])
    return [*tree.rows[first : last + 1], *following]


def wide(models: int) -> tuple[Graph, Facts]:
    """Return a root with many descendants (synthetic): heavy-tailed parents, accounts and licences."""
    rng = np.random.default_rng(7)
    child = np.arange(1, models + 1)
    parent = (child * rng.random(models) ** 4).astype(np.int32)
    heavy = np.minimum(rng.zipf(1.5, models + 1) - 1, 4000).astype(np.int32)
    graph = Graph(
        ids=Ids.of(
            [f"synthetic-account-{n % 4001:04}/synthetic-model-7B-tuned-{n:06}" for n in range(models + 1)]
        ),
        child=child.astype(np.int32),
        parent=parent,
        relation=rng.choice(len(RELATIONS), models, p=RELATION_SHARES).astype(np.int8),
        share=np.ones(models),
        account=heavy,
        institution=np.where(heavy < 200, heavy, -1).astype(np.int32),
        twin=np.arange(models + 1, dtype=np.int32),
        account_ids=Ids.of([f"huggingface:synthetic-account-{n:04}" for n in range(4001)]),
        institution_ids=Ids.of([f"synthetic-institution-{n:03}" for n in range(200)]),
    )
    known = Facts(
        downloads_30d=rng.zipf(1.4, models + 1).clip(0, 10**7) - 2,
        downloads_source="synthetic",
        downloads_on=None,
        licence=np.minimum(rng.zipf(1.8, models + 1) - 2, 19).astype(np.int32),
        licences=[f"LicenseRef-synthetic-licence-{n}" for n in range(20)],
        country=np.where(heavy < 200, heavy % 40, -1).astype(np.int32),
        countries=[f"C{n:02}" for n in range(40)],
        listed=np.ones(models + 1, dtype=bool),
        unresolved=np.zeros(models + 1, dtype=np.int32),
        institutions=[f"Synthetic Institution {n}" for n in range(200)],
    )
    return graph, known
