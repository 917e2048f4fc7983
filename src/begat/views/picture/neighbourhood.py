"""The neighbourhood of a model as a drawing: ancestors on the left, descendants on the right.

What is drawn is bounded (`MOST_DRAWN`), whatever the family: the models of a budgeted tree, and for
each of them one node for all its children that are folded. Positions are computed, not simulated.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from begat.graph import RELATIONS, Graph, walk
from begat.views.tree import Head, Row, Tree, budgeted_tree
from begat.views.tree.facts import Facts
from begat.views.tree.rows import GATHERING, SUMS
from begat.views.words import (
    clean,
    house_name,
    part_shown,
    plural,
    relation_name,
    short,
    subject_name,
)

__all__ = ["MOST_DRAWN", "Dot", "Line", "Neighbourhood", "drawn", "neighbourhood", "summary"]

MOST_DRAWN = 500
MOST_ANCESTORS = 60
LABEL = 23
"""Characters of a label; the whole name is in the tooltip and in the table."""

COLUMN, ROW, GAP = 240.0, 32.0, 0.4
"""Distances of the drawing in its own units: generations and names, rows; between groups, in rows."""

NAME = 206.0
"""Distance of two leaves beside each other."""

WIDE = 1640.0
"""Width that leaves may fill beside each other, if no way from the root is longer."""


class Dot(NamedTuple):
    """A node of the drawing.

    Attributes
    ----------
    kind : str
        "root", "ancestor", "release", "model", "family" or "folded".
    label, text : str
        What stands at it, and what its tooltip says.
    relation : str, optional
        How it was derived from where it is listed.
    here : int
        Derivatives it stands for.
    x, y : float
        Its middle; x grows to the right, y downward.
    """

    kind: str
    label: str
    text: str
    relation: str | None
    here: int
    x: float = 0.0
    y: float = 0.0

    @property
    def name(self) -> str:
        """Its whole name; of a fold what stands at it."""
        return self.label if self.kind == "folded" else self.text.partition("\n")[0]


class Line(NamedTuple):
    """An edge of the drawing, child -> parent.

    Attributes
    ----------
    child, parent : int
        Its ends, as positions in the dots.
    relation : str, optional
        How the child was derived; None of a fold, and where the parent is no model.
    home : bool
        Whether the child is listed at this parent.
    beside : bool
        Whether the child stands beside a sibling whose line says the same.
    """

    child: int
    parent: int
    relation: str | None
    home: bool = True
    beside: bool = False


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
    dots = _placed(dots, homes, COLUMN * up.depth[: len(above)].max(initial=0))
    ancestors = [graph.ids[node] for node in above]
    dots += _before(dots[0], ancestors, up.depth[:MOST_ANCESTORS].tolist())
    lines = _lines(graph, facts, dots, homes, tree, ancestors)
    return Neighbourhood(tree, ancestors, len(up.node) - len(above), dots, lines)


def drawn(tree: Tree) -> list[Row]:
    """Return the rows that have a dot each, in the order of the dots."""
    return [row for row in tree.rows if row.kind not in SUMS]


def _below(tree: Tree) -> tuple[list[Dot], list[int]]:
    """Return the models of a tree and their folds, and the place of the home of each, root first."""
    dots: list[Dot] = []
    homes: list[int] = []
    hidden: list[list[int]] = []
    path: list[tuple[int, int]] = []
    for row in tree.rows:
        while path and path[-1][0] >= row.depth:
            path.pop()
        if row.kind in SUMS:
            continue
        home = path[-1][1] if path else 0
        path.append((row.depth, len(dots)))
        hidden.append([row.members, row.here])
        if dots:
            derivative = row.kind == "model" and row.relation != "copy"
            hidden[home][0] -= 1
            hidden[home][1] -= row.here + derivative
        homes.append(home)
        dots.append(_dot(tree.head, row, "root" if not dots else row.kind))
    for place, (members, here) in enumerate(hidden):
        if members:
            homes.append(place)
            dots.append(_fold(dots[place], members, here))
    return dots, homes


def _dot(head: Head, row: Row, kind: str) -> Dot:
    name = subject_name(head, row.id) if row.kind in GATHERING else clean(row.id)
    text = [name, f"{row.here:,} derivatives by {row.accounts:,} accounts"]
    if row.elsewhere:
        text.append(f"{row.elsewhere:,} more in other branches")
    if row.relation:
        text.append(f"derived as: {relation_name(row.relation)}")
    if len(row.parents) > 1:
        text.append(f"parents: {len(row.parents)}")
    if row.downloads is not None:
        text.append(f"downloads in 30 days: {row.downloads:,}")
    return Dot(kind, _label(name, row.here), "\n".join(text), row.relation, row.here)


def _fold(dot: Dot, members: int, here: int) -> Dot:
    text = f"{members:,} more models made from {dot.text.splitlines()[0]}\n{here:,} derivatives in all"
    return Dot("folded", f"and {members:,} more", text, None, here)


def _label(name: str, here: int) -> str:
    """Return the name without its account, cut to `LABEL` characters, and what it stands for."""
    label = name.rpartition("/")[2] or name
    count = f" ({short(here)})" if here else ""
    room = LABEL - len(count)
    return (label if len(label) <= room else label[: room - 1] + "…") + count


class _Band(NamedTuple):
    """What stands behind a model, top to bottom: one model that leads on, or leaves of one relation."""

    members: list[int]
    leaf: bool


def _placed(dots: Sequence[Dot], homes: Sequence[int], left: float) -> list[Dot]:
    """Give each dot its place, leaves in as many columns as the longest way leaves room for; O(n).

    A home always comes before what is listed at it, so one pass back adds up heights and one forth
    hands out places. `left` is what the ancestors take.
    """
    bands = _bands(dots, homes)
    x = [0.0] * len(dots)
    for place in range(1, len(dots)):
        x[place] = x[homes[place]] + COLUMN
    edge = max(WIDE - left, *x)
    fitting = [max(int((edge - start - COLUMN) // NAME) + 1, 1) for start in x]
    high = [1.0] * len(dots)
    for place in range(len(dots) - 1, -1, -1):
        if bands[place]:
            high[place] = sum(_height(band, high, fitting[place]) + GAP for band in bands[place]) - GAP
    top = [0.0] * len(dots)
    for place, own in enumerate(bands):
        cursor, columns = top[place], fitting[place]
        for band in own:
            for number, member in enumerate(band.members):
                x[member] += NAME * (number % columns)
                top[member] = cursor + number // columns
            cursor += _height(band, high, columns) + GAP
    return [dot._replace(x=x[place], y=ROW * top[place]) for place, dot in enumerate(dots)]


def _bands(dots: Sequence[Dot], homes: Sequence[int]) -> list[list[_Band]]:
    """Return the bands of each dot; leaves that follow each other in one relation share one."""
    leads = [False] * len(dots)
    for home in homes[1:]:
        leads[home] = True
    bands: list[list[_Band]] = [[] for _ in dots]
    for place in range(1, len(dots)):
        own = bands[homes[place]]
        last = own[-1] if own and own[-1].leaf and not leads[place] else None
        if last and dots[last.members[0]].relation == dots[place].relation:
            last.members.append(place)
        else:
            own.append(_Band([place], leaf=not leads[place]))
    return bands


def _height(band: _Band, high: Sequence[float], columns: int) -> float:
    return -(-len(band.members) // columns) if band.leaf else high[band.members[0]]


def _before(root: Dot, names: Sequence[str], depths: Sequence[int]) -> list[Dot]:
    """Place the ancestors on the left of the root, a column for each generation."""
    dots = []
    for depth in sorted(set(depths)):
        column = [name for name, own in zip(names, depths, strict=True) if own == depth]
        for place, name in enumerate(map(clean, column)):
            text = f"{name}\nancestor, {depth} derivation{'s' * (depth != 1)} back"
            dots.append(
                Dot("ancestor", _label(name, 0), text, None, 0, root.x - COLUMN * depth, root.y + ROW * place)
            )
    return dots


def _lines(
    graph: Graph,
    facts: Facts,
    dots: Sequence[Dot],
    homes: Sequence[int],
    tree: Tree,
    ancestors: Sequence[str],
) -> list[Line]:
    """Return the edges: to the home of each, and all others between models that are drawn."""
    names = [row.id for row in drawn(tree)]
    lines = [
        Line(place, home, None, beside=_beside(dots, place, home))
        for place, home in enumerate(homes)
        if dots[place].kind == "folded"
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
                beside = home and _beside(dots, place, parent)
                gathered = int(graph.parent[edge]) in facts.gathers
                relation = None if gathered else RELATIONS[graph.relation[edge]]
                lines.append(Line(place, parent, relation, home, beside))
    return lines


def _beside(dots: Sequence[Dot], child: int, parent: int) -> bool:
    return dots[child].x - dots[parent].x > COLUMN + 1


def summary(drawing: Neighbourhood) -> str:
    """Say in words what is drawn."""
    head, before = drawing.tree.head, len(drawing.ancestors)
    mix = ", ".join(plural(relation, count) for relation, count in head.by_relation.items())
    house = f" by {house_name(head.house)}" if head.house else ""
    gathers = drawing.tree.rows[0].kind in GATHERING
    of = f"of the models of {subject_name(head, head.root)}" if gathers else f"of this model{house}"
    derived = f"{head.derivatives:,} derivatives {of}" + (f": {mix}." if mix else ".")
    told = f"Drawn: {part_shown(drawing.tree)}"
    if before:
        told += f", {before:,} of {before + drawing.ancestors_left_out:,} that it comes from"
    return f"{derived} {told}."
