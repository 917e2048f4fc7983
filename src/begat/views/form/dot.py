"""A lineage as a graph for GraphViz, with names in full."""

from collections.abc import Iterator

from begat.views.form._static import drawn, source, title
from begat.views.form.base import Form, Shown
from begat.views.picture.neighbourhood import Dot, Line
from begat.views.tree.rows import MODELS
from begat.views.words import clean, colour, relation_name

__all__ = ["FORM", "quoted"]

GRAPH = 'rankdir=LR, ranksep=0.6, nodesep=0.12, bgcolor="white", fontname="Helvetica", labelloc=t'
NODE = 'shape=box, style="rounded,filled", fillcolor="white", fontname="Helvetica", fontsize=11, height=0.3'
EDGE = 'fontname="Helvetica", fontsize=9, fontcolor="#59626d", arrowsize=0.6'

LOOKS = {
    "root": 'fillcolor="#1a1e23", fontcolor="white"',
    "ancestor": 'color="#1a1e23"',
    "folded": 'style="rounded,dashed", color="#767676", fontcolor="#59626d"',
    "release": "penwidth=2.5",
}


def quoted(text: str) -> str:
    r"""Write a text as a string of DOT that is shown as it is: no escape, no entity, no end before its end.

    Examples
    --------
    >>> print(quoted('a "b" \\N &lt;'))
    "a \"b\" \\N &amp;lt;"
    """
    shown = clean(text).replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{shown}"'


def _draw(shown: Shown) -> str:
    return "\n".join(_lines(shown)) + "\n"


def _lines(shown: Shown) -> Iterator[str]:
    drawing = drawn(shown, shown.budget)
    for sentence in (title(shown), *source(shown, drawing)):
        yield f"// {clean(sentence)}"
    yield "digraph lineage {"
    yield f"  graph [{GRAPH}, label={quoted(title(shown))}]"
    yield f"  node [{NODE}]"
    yield f"  edge [{EDGE}]"
    for place, dot in enumerate(drawing.dots):
        yield f"  n{place} [label={quoted(dot.name)}{_look(dot)}]"
    for line in drawing.lines:
        yield f"  {_edge(line)}"
    yield "}"


def _look(dot: Dot) -> str:
    own = [f'color="{colour(dot.relation)}"'] if dot.kind in MODELS else []
    return "".join(f", {look}" for look in [*own, LOOKS.get(dot.kind, "")] if look)


def _edge(line: Line) -> str:
    ends = f"n{line.parent} -> n{line.child}"
    if line.relation is None:
        return f"{ends} [style=dotted, arrowhead=none]"
    further = "" if line.home else ", style=dashed, constraint=false"
    return f'{ends} [label={quoted(relation_name(line.relation))}, color="{colour(line.relation)}"{further}]'


FORM = Form("dot", "a lineage as a graph for GraphViz", ".dot", _draw, budget=40, takes=())
