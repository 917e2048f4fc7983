"""Every step around one model as a row: origins, datasets, models made from it, with who says so."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from begat.graph import RELATIONS, walk
from begat.licences import effects
from begat.views.demand import demand_of
from begat.views.form.base import Shown, Statements
from begat.views.tree.branches import Branch, Branches, branches
from begat.views.tree.facts import UNKNOWN

__all__ = ["COLUMNS", "DECLARED", "Steps", "licence", "steps"]

Row = dict[str, Any]
Pair = tuple[str, str]

MOST_PARENTS, MOST_FURTHER, MOST_DATASETS = 24, 36, 60
"""Rows of each; what is left out is counted."""

DECLARED = frozenset({"tags", "tags-finetune", "card", "adapter-config"})
"""Methods that read what the makers of a model write about it; all others are somebody else's word."""

COLUMNS = (
    *("direction", "kind", "generation", "relation", "id", "listed", "licence", "effects", "evidence"),
    *("source", "method", "confidence", "stated_on", "statements", "members", "derivatives", "accounts"),
    *("demand", "demands"),
)
"""Of the rows, in the order of CSV."""

EMPTY: Row = dict.fromkeys(COLUMNS)


class Steps(NamedTuple):
    """The rows around a model.

    Attributes
    ----------
    parents, further : list of dict
        Ancestors one step back in the order of the card, and those further back, nearest first.
    more_parents, more_further : int
        How many have no row.
    datasets : list of dict
        What it was trained on, as far as a source says so.
    untold : list of str
        Parents as they are written that could not be told.
    branches : Branches
        What was made from it.
    made : list of list of dict
        For each branch a row of its totals, then one for each of its first members.
    """

    parents: list[Row]
    further: list[Row]
    more_parents: int
    more_further: int
    datasets: list[Row]
    untold: list[str]
    branches: Branches
    made: list[list[Row]]

    @property
    def rows(self) -> list[Row]:
        """All rows from the farthest ancestor's side to the last branch."""
        return [*self.parents, *self.further, *self.datasets, *(row for part in self.made for row in part)]


def steps(shown: Shown, said: Mapping[str, Any]) -> Steps:
    """Collect the steps around a model; the statements of all of them are looked up at once.

    Parameters
    ----------
    shown : Shown
        What is drawn; its budget is the most models made from it that get a row.
    said : mapping
        What `begat.answer.show.show` says of the model.

    Notes
    -----
    As `branches`; at most `MOST_PARENTS` + `MOST_FURTHER` + the budget pairs are looked up.
    """
    graph, root = shown.graph, shown.root
    found = branches(graph, shown.facts, root, most=shown.budget)
    near = graph.to_parents(np.array([root]))
    near = near[graph.parent[near] != root]
    up = walk(graph, root, up=True)
    far = np.flatnonzero(up.depth > 1)
    edges = [*near[:MOST_PARENTS].tolist(), *up.edge[far[:MOST_FURTHER]].tolist()]
    generations = [1] * len(near[:MOST_PARENTS]) + up.depth[far[:MOST_FURTHER]].tolist()
    own = graph.ids[root]
    back = [(graph.ids[graph.child[edge]], graph.ids[graph.parent[edge]]) for edge in edges]
    ahead = [(graph.ids[child.node], own) for branch in found.all for child in branch.top]
    evidence = shown.evidence({*back, *ahead})
    origins = [
        _origin(shown, edge, generation, evidence.get(pair, ()))
        for edge, generation, pair in zip(edges, generations, back, strict=True)
    ]
    count = len(near[:MOST_PARENTS])
    return Steps(
        parents=origins[:count],
        further=origins[count:],
        more_parents=len(near) - count,
        more_further=len(far) - len(origins) + count,
        datasets=_datasets(said),
        untold=_untold(said),
        branches=found,
        made=[_made(shown, branch, evidence) for branch in found.all],
    )


def licence(shown: Shown, node: int) -> str | None:
    """Return the licence of a node, None if it is not known."""
    code = int(shown.facts.licence[node])
    return None if code == UNKNOWN else shown.facts.licences[code]


def _origin(shown: Shown, edge: int, generation: int, statements: Sequence[Row]) -> Row:
    node = int(shown.graph.parent[edge])
    kind, relation = "parent" if generation == 1 else "ancestor", RELATIONS[shown.graph.relation[edge]]
    changed = effects(licence(shown, node), licence(shown, shown.root))
    return _step(shown, node, relation, statements) | {
        "direction": "up",
        "kind": kind,
        "generation": generation,
        "effects": list(changed),
    }


def _made(shown: Shown, branch: Branch, evidence: Statements) -> list[Row]:
    """Return the row of a branch and those of its first members."""
    same = {"direction": "down", "generation": 1}
    totals = {
        "members": branch.members,
        "derivatives": branch.here,
        "accounts": branch.accounts,
        "demands": _demands(shown, branch),
    }
    rows = [EMPTY | same | {"kind": "branch", "relation": branch.relation} | totals]
    own = licence(shown, shown.root)
    for child in branch.top:
        pair = (shown.graph.ids[child.node], shown.graph.ids[shown.root])
        step = _step(shown, child.node, child.relation, evidence.get(pair, ()))
        changed = effects(own, step["licence"])
        rows.append(step | same | {"kind": "child", "effects": list(changed), "derivatives": child.here})
    return rows


def _demands(shown: Shown, branch: Branch) -> dict[str, int]:
    """Return how many derivatives of a branch have a licence that demands what, the most first."""
    found: dict[str, int] = {}
    for code, count in branch.licences.items():
        asked = demand_of(None if code == UNKNOWN else shown.facts.licences[code])
        found[asked] = found.get(asked, 0) + count
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _step(shown: Shown, node: int, relation: str, statements: Sequence[Row]) -> Row:
    """Return what a row says of the other model and of who states the step, the surest first."""
    first: Row = next((each for each in statements if each["relation"] == relation), {})
    first = first or (statements[0] if statements else {})
    return EMPTY | {
        "relation": relation,
        "id": shown.graph.ids[node],
        "listed": bool(shown.facts.listed[node]),
        "licence": licence(shown, node),
        "demand": demand_of(licence(shown, node)),
        "evidence": _kind(first),
        **{key: first.get(key) for key in ("source", "method", "confidence", "stated_on")},
        "statements": [_plain(each) for each in statements],
    }


def _kind(statement: Row) -> str | None:
    """Return who stands behind a statement: "declared", "stated" by others, or "inferred"."""
    if not statement:
        return None
    if "evidence" in statement:
        return "inferred"
    return "declared" if statement["method"] in DECLARED else "stated"


def _plain(statement: Row) -> Row:
    return {key: value for key, value in statement.items() if value is not None}


def _datasets(said: Mapping[str, Any]) -> list[Row]:
    """Return the datasets that are named, once each, with who says so."""
    sources: dict[str, list[str]] = {}
    for row in said["trained_on"]:
        if row["dataset"] is not None:
            sources.setdefault(row["dataset"], []).append(row["source"])
    return [
        EMPTY
        | {"direction": "up", "kind": "dataset", "generation": 1, "relation": "trained on", "id": dataset}
        | {"source": names[0], "statements": [{"source": name} for name in dict.fromkeys(names)]}
        for dataset, names in list(sources.items())[:MOST_DATASETS]
    ]


def _untold(said: Mapping[str, Any]) -> list[str]:
    raw = (row["parent_raw"] for row in said["bases"] if row["status"] == "unresolved")
    return list(dict.fromkeys(text for text in raw if text))
