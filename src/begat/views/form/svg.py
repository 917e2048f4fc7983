"""A small lineage as an SVG file: for a README, an issue, a paper."""

from begat.graph import RELATIONS, walk
from begat.views.form._static import as_of, title
from begat.views.form.base import Form, Shown
from begat.views.picture.lineage import Origin, lineage
from begat.views.tree import Tree
from begat.views.words import part_shown

__all__ = ["FORM"]

MOST_ORIGINS = 6


def _draw(shown: Shown) -> str:
    graph = shown.graph
    tree = shown.tree()
    up = walk(graph, shown.root, up=True)
    steps = zip(up.node[:MOST_ORIGINS].tolist(), up.depth.tolist(), up.edge.tolist(), strict=False)
    return lineage(
        tree,
        [Origin(graph.ids[node], depth, RELATIONS[graph.relation[edge]]) for node, depth, edge in steps],
        title=title(shown),
        notes=[_summary(tree), as_of(shown)],
        origins_left_out=max(len(up.node) - MOST_ORIGINS, 0),
    )


def _summary(tree: Tree) -> str:
    head = tree.head
    return (
        f"{head.derivatives:,} derivatives by {head.accounts:,} accounts. Shown: {part_shown(tree)}"
        f"{REST * (head.folded > 0)}. {COUNTED}"
    )


REST = "; lines in grey sum up the rest"
COUNTED = "Bars and numbers: derivatives listed below, of a group its own too."

FORM = Form("svg", "a small lineage as a picture for a README", ".svg", _draw, budget=25, takes=("by",))
