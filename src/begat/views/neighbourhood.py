"""The neighbourhood of a model as a drawing: ancestors above it, descendants around it.

What is drawn is bounded (`MOST_DRAWN`), whatever the family: the models of a budgeted tree, and for
each of them one node for all its children that are folded. Positions are computed, not simulated.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from begat.graph import RELATIONS, Graph, walk
from begat.views.facts import Facts
from begat.views.tree import Row, Tree, budgeted_tree
from begat.views.words import clean, plural, relation_name, short

__all__ = ["MOST_DRAWN", "Dot", "Line", "Neighbourhood", "neighbourhood"]

MOST_DRAWN = 500
MOST_ANCESTORS = 60
LABEL = 26
"""Characters of a label; the whole name is in the tooltip and in the table."""

RING = 240.0
"""Least distance of two generations, in the units of the drawing."""

TOP = 2.0
"""Angle left free above the root for its ancestors, in radians."""


class Dot(NamedTuple):
    """A node of the drawing.

    Attributes
    ----------
    kind : str
        "root", "ancestor", "release", "model" or "folded".
    label, text : str
        What stands at it, and what its tooltip says.
    relation : str, optional
        How it was derived from where it is listed.
    here : int
        Derivatives it stands for.
    x, y : float
        Where it is; y grows downward.
    """

    kind: str
    label: str
    text: str
    relation: str | None
    here: int
    x: float = 0.0
    y: float = 0.0


class Line(NamedTuple):
    """An edge of the drawing, child -> parent, as positions in its dots; `home` where it is listed."""

    child: int
    parent: int
    relation: str | None
    home: bool


class Neighbourhood(NamedTuple):
    """The drawing, the tree it is cut from, the ancestors nearest first, and how many are not drawn."""

    tree: Tree
    ancestors: list[str]
    ancestors_left_out: int
    dots: list[Dot]
    lines: list[Line]


def neighbourhood(graph: Graph, facts: Facts, root: int, *, budget: int = 300) -> Neighbourhood:
    """Choose and place what is drawn around a model.

    Parameters
    ----------
    graph, facts
        The derivation graph and its columns.
    root : int
        Node number.
    budget : int
        Most models to draw below; fewer where the folds would exceed `MOST_DRAWN`.
    """
    up = walk(graph, root, up=True)
    above = up.node[:MOST_ANCESTORS]
    room = MOST_DRAWN - len(above)
    tree = budgeted_tree(graph, facts, root, budget=min(budget, room))
    dots, homes = _below(tree)
    if len(dots) > room:
        tree = budgeted_tree(graph, facts, root, budget=room // 2)
        dots, homes = _below(tree)
    dots = _placed(dots, homes, span=2 * math.pi - (TOP if len(above) else 0))
    ancestors = [graph.ids[node] for node in above]
    dots += _above(ancestors, up.depth[:MOST_ANCESTORS].tolist(), _ring(len(dots)))
    lines = _lines(graph, dots, homes, tree, ancestors)
    return Neighbourhood(tree, ancestors, len(up.node) - len(above), dots, lines)


def _below(tree: Tree) -> tuple[list[Dot], list[int]]:
    """Return the models of a tree and their folds, and the place of the home of each, root first."""
    dots: list[Dot] = []
    homes: list[int] = []
    hidden: list[list[int]] = []
    path: list[tuple[int, int]] = []
    for row in tree.rows:
        if row.kind in ("group", "folded"):
            continue
        while path and path[-1][0] >= row.depth:
            path.pop()
        home = path[-1][1] if path else 0
        path.append((row.depth, len(dots)))
        hidden.append([row.members, row.here])
        if dots:
            derivative = row.kind == "model" and row.relation != "copy"
            hidden[home][0] -= 1
            hidden[home][1] -= row.here + derivative
        homes.append(home)
        dots.append(_dot(row, "root" if not dots else row.kind))
    for place, (members, here) in enumerate(hidden):
        if members:
            homes.append(place)
            dots.append(_fold(dots[place], members, here))
    return dots, homes


def _dot(row: Row, kind: str) -> Dot:
    name = clean(row.id)
    text = [name, f"{row.here:,} derivatives by {row.accounts:,} accounts"]
    if row.elsewhere:
        text.append(f"{row.elsewhere:,} more in other branches")
    if row.relation:
        text.append(f"derived as: {relation_name(row.relation)}")
    if len(row.parents) > 1:
        text.append(f"parents: {len(row.parents)}")
    if row.downloads is not None:
        text.append(f"downloads in 30 days: {row.downloads:,}")
    return Dot(kind, _label(name, whole=kind == "root"), "\n".join(text), row.relation, row.here)


def _fold(dot: Dot, members: int, here: int) -> Dot:
    text = f"{members:,} more models made from {dot.text.splitlines()[0]}\n{here:,} derivatives in all"
    return Dot("folded", f"+{short(members)}", text, None, here)


def _label(name: str, *, whole: bool = False) -> str:
    label = name if whole else name.rpartition("/")[2] or name
    return label if len(label) <= LABEL or whole else label[: LABEL - 1] + "…"


def _ring(count: int) -> float:
    """Return the distance of generations for a number of dots, so that the outer ones have room."""
    return max(RING, 2.2 * count)


def _placed(dots: Sequence[Dot], homes: Sequence[int], *, span: float) -> list[Dot]:
    """Place the root in the middle, each dot in a sector as wide as its leaves; O(n).

    The members of a tree follow their home, so one pass back counts leaves and one forth cuts sectors.
    """
    leaves = [0] * len(dots)
    for place in range(len(dots) - 1, 0, -1):
        leaves[place] = max(leaves[place], 1)
        leaves[homes[place]] += leaves[place]
    ring, middle = _ring(len(dots)), math.pi / 2
    begin = [middle - span / 2] * len(dots)
    unit = span / max(leaves[0], 1)
    level, placed = [0] * len(dots), [dots[0]]
    for place in range(1, len(dots)):
        home = homes[place]
        level[place] = level[home] + 1
        begin[place] = begin[home]
        begin[home] += unit * leaves[place]
        angle = begin[place] + unit * leaves[place] / 2
        stagger = 0.28 * (place % 3) if leaves[place] == 1 else 0.0
        radius = ring * (level[place] + stagger)
        placed.append(dots[place]._replace(x=radius * math.cos(angle), y=radius * math.sin(angle)))
    return placed


def _above(names: Sequence[str], depths: Sequence[int], ring: float) -> list[Dot]:
    """Place the ancestors in rows above the root, nearest below."""
    dots = []
    for depth in sorted(set(depths)):
        row = [name for name, own in zip(names, depths, strict=True) if own == depth]
        for place, name in enumerate(row):
            x = (place - (len(row) - 1) / 2) * ring
            y = -ring * depth - 0.25 * ring * (place % 2)
            text = f"{clean(name)}\nancestor, {depth} derivation{'s' * (depth != 1)} up"
            dots.append(Dot("ancestor", _label(clean(name)), text, None, 0, x, y))
    return dots


def _lines(
    graph: Graph, dots: Sequence[Dot], homes: Sequence[int], tree: Tree, ancestors: Sequence[str]
) -> list[Line]:
    """Return the edges: to the home of each, and all others between models that are drawn."""
    names = [row.id for row in tree.rows if row.kind in ("model", "release")]
    lines = [
        Line(place, home, dots[place].relation, home=True)
        for place, home in enumerate(homes)
        if place and dots[place].kind == "folded"
    ]
    at = {name: place for place, name in enumerate(names)}
    first = len(homes)
    at.update((name, first + place) for place, name in enumerate(ancestors) if name not in at)
    for name, place in at.items():
        node = graph.ids.find(name)
        for edge in graph.to_parents(np.array([node])).tolist():
            parent = at.get(graph.ids[graph.parent[edge]])
            if parent is not None:
                home = place >= first or place == 0 or parent == homes[place]
                lines.append(Line(place, parent, RELATIONS[graph.relation[edge]], home=home))
    return lines


def summary(drawing: Neighbourhood) -> str:
    """Say in one sentence what is drawn."""
    head = drawing.tree.head
    mix = ", ".join(plural(relation, count) for relation, count in head.by_relation.items())
    return (
        f"{head.derivatives:,} derivatives of {clean(head.root)}" + (f": {mix}" if mix else "") + ". "
        f"{head.shown:,} models are drawn, {head.folded:,} are folded."
    )
