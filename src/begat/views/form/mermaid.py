"""A small lineage as a Mermaid flowchart, which GitHub and others draw from text.

Mermaid refuses more than 500 edges or 50,000 characters, so what is shown is halved until it fits.
"""

from collections.abc import Iterator

from begat.views.form._static import fitting, source, title
from begat.views.form.base import Form, Shown
from begat.views.picture.neighbourhood import Dot, Line, Neighbourhood
from begat.views.words import COLOURS, clean, relation_name

__all__ = ["FORM", "MOST_CHARACTERS", "MOST_EDGES", "label"]

MOST_EDGES, MOST_CHARACTERS = 500, 50_000

PLAIN = frozenset(" _-./,:()")
"""Beside letters and digits, what stands in a label as it is."""

GREY = "#767676"

CLASSES = {
    "root": "fill:#1a1e23,stroke:#1a1e23,color:#ffffff",
    "ancestor": "fill:#ffffff,stroke:#1a1e23,color:#1a1e23",
    "folded": "fill:#f6f7f9,stroke:#767676,color:#59626d,stroke-dasharray:4 3",
    "other": f"fill:#ffffff,stroke:{GREY},color:#1a1e23",
    **{name: f"fill:#ffffff,stroke:{shade},color:#1a1e23" for name, shade in COLOURS.items()},
}


def label(text: str) -> str:
    """Write a text so that Mermaid shows it and obeys none of it: all but letters and digits as numbers.

    Examples
    --------
    >>> label('a/b "c" %%{init}%% #x')
    'a/b #34;c#34; #37;#37;#123;init#125;#37;#37; #35;x'
    """
    return "".join(char if char.isalnum() or char in PLAIN else f"#{ord(char)};" for char in clean(text))


def _draw(shown: Shown) -> str:
    def write(drawing: Neighbourhood) -> str:
        return "\n".join(_lines(shown, drawing)) + "\n"

    return fitting(shown, write, _fits)


def _fits(drawing: Neighbourhood, text: str) -> bool:
    return len(drawing.lines) <= MOST_EDGES and len(text) <= MOST_CHARACTERS


def _lines(shown: Shown, drawing: Neighbourhood) -> Iterator[str]:
    for sentence in (title(shown), *source(shown, drawing)):
        yield f"%% {_comment(sentence)}"
    yield "flowchart LR"
    for place, dot in enumerate(drawing.dots):
        yield f'  n{place}["{label(dot.name)}"]:::{_class(dot)}'
    for line in drawing.lines:
        yield f"  {_edge(line)}"
    used = {_class(dot) for dot in drawing.dots}
    for name, look in CLASSES.items():
        if name in used:
            yield f"  classDef {name} {look}"


def _comment(text: str) -> str:
    """Return a text for a comment: braces after the percent signs would make it a directive."""
    return clean(text).replace("{", "(").replace("}", ")")


def _class(dot: Dot) -> str:
    if dot.kind in ("root", "ancestor", "folded"):
        return dot.kind
    return dot.relation if dot.relation in COLOURS else "other"


def _edge(line: Line) -> str:
    if line.relation is None:
        return f"n{line.parent} -.- n{line.child}"
    return f"n{line.parent} -->|{relation_name(line.relation)}| n{line.child}"


FORM = Form("mermaid", "a small lineage as text that GitHub draws", ".mmd", _draw, budget=40, takes=())
