"""A family as it is given to the outline."""

from datetime import date
from typing import Any

import numpy as np
from tests.unit.view_sample import ROOT, Sample

from begat.graph import Graph
from begat.views.form.base import Shown
from begat.views.page.base import About
from begat.views.tree.facts import Facts

__all__ = ["ABOUT", "given", "shown"]

ABOUT = About(
    "s-1", "ab" * 32, date(2026, 10, 5), synthetic=True, shipped=False, sources=[], missing=["Half."]
)


def shown(family: Sample, root: str = ROOT, **how: Any) -> Shown:
    """Return a family to draw; every third model has no date, the others are a week apart."""
    return given(family.graph, family.facts, family.node(root), **how)


def given(graph: Graph, known: Facts, root: int, **how: Any) -> Shown:
    """Return a graph and its columns to draw."""
    days = 19_000 + 7 * np.arange(graph.n, dtype=np.int64) % 2_000
    return Shown(
        graph=graph,
        facts=known,
        root=root,
        about=ABOUT,
        evidence=dict.fromkeys,
        said_of=lambda _: {},
        created=lambda: np.where(np.arange(graph.n) % 3 == 0, -1, days),
        **how,
    )
