"""The neighbourhood of a model as a page drawn by pyvis: self-contained, hardened, with a text twin.

pyvis makes pages that ask other hosts for files, run what stands in names, and differ from run to run.
So it gets only what can't harm (numbers as ids, plain texts, constants as options), and its page is
taken apart and put together anew; each step must match exactly as often as it should, so that another
version of pyvis fails loudly.
"""

import json
import re
from typing import Any, NamedTuple

from begat.discovery import named
from begat.errors import BegatError
from begat.graph import Graph
from begat.views.form.base import Form, Shown
from begat.views.markup import csp, environment, template_text
from begat.views.page.base import About
from begat.views.page.parts import notes, outline_rows
from begat.views.picture.colouring import Shade, shades
from begat.views.picture.neighbourhood import (
    COLUMN,
    ROW,
    Dot,
    Line,
    Neighbourhood,
    drawn,
    neighbourhood,
    summary,
)
from begat.views.said import said
from begat.views.tree.facts import UNKNOWN, Facts
from begat.views.tree.rows import GATHERING
from begat.views.words import COLOURS, clean, house_name, licence_name, relation_name, subject_name

__all__ = ["FORM", "page"]

OPTIONS = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False, "randomSeed": 1},
    "interaction": {
        "dragNodes": False,
        "dragView": False,
        "hideEdgesOnDrag": True,
        "hover": True,
        "tooltipDelay": 60,
        "zoomView": False,
    },
    "edges": {
        "smooth": {"enabled": True, "type": "cubicBezier", "forceDirection": "horizontal", "roundness": 0.5}
    },
    "nodes": {
        "font": {"face": "sans-serif"},
        "margin": 4,
        "scaling": {"label": {"drawThreshold": 3}},
        "widthConstraint": {"minimum": 190, "maximum": 190},
    },
}
"""Constants; no value holds a space, which pyvis would remove, and none holds data.

The drawing doesn't answer to the wheel or to dragging: it lies whole in the page, which scrolls."""

SMALL, LARGE, WIDTH, MOST_PIXELS, LONGEST = 0.66, 0.9, 1240, 6e6, 8000
"""Pixels a unit, by what makes the drawing so wide; most pixels of the drawing, and of one side."""

UNWANTED = (
    (r"<link\s+href=\"https://cdn\.jsdelivr[^>]*/>", 1),
    (r"<script\s+src=\"https://cdn\.jsdelivr[^>]*></script>", 1),
    (r"<!-- <link rel=\"stylesheet\" href=\"\.\./node_modules.*?-->", 1),
    (r"<center>\s*<h1></h1>\s*</center>", 2),
    (r"<script>function neighbourhoodHighlight.*?</script>", 1),
    (r"<style>\.vis-overlay.*?</style>", 1),
    (r"<style type=\"text/css\">\s*#mynetwork.*?</style>", 1),
)
"""What is removed, and how often it occurs: files of other hosts, empty headings, unused code and style."""

MEANINGS = {
    "relation": "how a model was made from the one it is listed under",
    "institution": "who put a model out",
    "country": "the seat of the institution that put a model out",
    "licence": "the licence that a model states",
}
"""What colours can mean, in words."""

DARK, GROUND, SOFT, FAINT = "#1a1e23", "#ffffff", "#59626d", "#b4bac2"


class _Painted(NamedTuple):
    """A drawing, the colour and group in words of each of its dots, the legend, and what colours mean."""

    drawing: Neighbourhood
    colours: list[str]
    groups: list[str | None]
    legend: list[Shade]
    meaning: str


def page(
    graph: Graph, facts: Facts, root: int, *, about: About, budget: int = 300, colour: str = "relation"
) -> str:
    """Draw a model, its ancestors on the left and its descendants on the right, as one HTML page.

    Parameters
    ----------
    graph, facts
        The derivation graph and its columns.
    root : int
        Node number.
    about : About
        What the data rest on.
    budget : int
        Most models to draw on the right; with folds and ancestors never more than
        `neighbourhood.MOST_DRAWN` nodes.
    colour : str
        What colours mean, one of ``relation, institution, country, licence``.

    Returns
    -------
    str
        HTML, to be written as UTF-8: no request, no script but three by hash, the same bytes for the
        same data.

    Raises
    ------
    UnknownName
        If colours can't mean that.
    BegatError
        If the page that pyvis made isn't what this version of begat knows.
    """
    named("meaning of colours", colour, MEANINGS)
    painted = _painted(graph, facts, neighbourhood(graph, facts, root, budget=budget), colour)
    return _hardened(_pyvis_html(painted), painted, about)


def _painted(graph: Graph, facts: Facts, drawing: Neighbourhood, meaning: str) -> _Painted:
    """Give each model that is drawn the colour of its group; folds and the root are not coloured."""
    names: list[str | None] = [None if row.kind in GATHERING else row.id for row in drawn(drawing.tree)]
    folds = sum(dot.kind == "folded" for dot in drawing.dots)
    names += [None] * folds + list(drawing.ancestors)
    groups = [
        None if name is None else _group(graph, facts, dot, name, meaning)
        for dot, name in zip(drawing.dots, names, strict=True)
    ]
    coloured = [
        place
        for place, dot in enumerate(drawing.dots)
        if dot.kind in ("release", "model", "ancestor")
        and (meaning != "relation" or (dot.kind != "ancestor" and dot.relation))
    ]
    fixed = {relation_name(name): shade for name, shade in COLOURS.items()} if meaning == "relation" else None
    own, legend = shades([groups[place] for place in coloured], fixed)
    colours = dict(zip(coloured, own, strict=True))
    return _Painted(
        drawing, [colours.get(place, DARK) for place in range(len(names))], groups, legend, meaning
    )


def _group(graph: Graph, facts: Facts, dot: Dot, name: str, meaning: str) -> str | None:
    """Return the group of a model in words, None where it is unknown."""
    if meaning == "relation":
        return relation_name(dot.relation) if dot.relation else None
    node = graph.ids.find(name)
    assert node is not None
    if meaning == "institution":
        place = int(graph.institution[node])
        return None if place == UNKNOWN else house_name(facts.institutions[place])
    if meaning == "country":
        return None if facts.country[node] == UNKNOWN else _country(facts.countries[facts.country[node]])
    return None if facts.licence[node] == UNKNOWN else licence_name(facts.licences[facts.licence[node]])


def _country(code: str) -> str:
    from babel import Locale

    return clean(str(Locale("en").territories.get(code, code)))


def _pyvis_html(painted: _Painted) -> str:
    from pyvis.network import Network

    network = Network(
        height="100%", width="100%", bgcolor=GROUND, directed=True, notebook=False, cdn_resources="in_line"
    )
    for number, dot in enumerate(painted.drawing.dots):
        network.add_node(number, **_node(dot, painted.colours[number], _tip(painted, number)))
    for line in painted.drawing.lines:
        shade = painted.colours[line.child] if painted.meaning == "relation" and line.home else FAINT
        network.add_edge(line.child, line.parent, **_edge(line, shade))
    network.set_options(json.dumps(OPTIONS))
    return str(network.generate_html())


def _tip(painted: _Painted, number: int) -> str:
    """Return the tooltip of a node; where colours mean something else than the relation, that too."""
    text, group = painted.drawing.dots[number].text, painted.groups[number]
    return text if painted.meaning == "relation" or group is None else f"{text}\n{painted.meaning}: {group}"


def _node(dot: Dot, shade: str, tip: str) -> dict[str, Any]:
    """Return what pyvis draws of a node: its frame says what it is, its colour the group."""
    ground, frame, letters = {
        "root": (DARK, DARK, GROUND),
        "ancestor": (GROUND if shade == DARK else _tint(shade), DARK, DARK),
        "folded": ("#f1f2f4", SOFT, SOFT),
    }.get(dot.kind, (_tint(shade), shade, DARK))
    marked = {"border": DARK, "background": ground}
    return {
        "label": dot.label or "?",
        "title": _plain(tip),
        "x": round(dot.x, 1),
        "y": round(dot.y, 1),
        "shape": "box",
        "color": {"background": ground, "border": frame, "highlight": marked, "hover": marked},
        "borderWidth": 3 if dot.kind == "release" else 1,
        "shapeProperties": {"borderDashes": [4, 3] if dot.kind == "folded" else False, "borderRadius": 4},
        "font": {"size": 13, "color": letters},
    }


def _tint(shade: str) -> str:
    """Return a colour so light that dark letters read on it."""
    parts = (int(shade[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 - 0.16 * (255 - part)):02x}" for part in parts)


def _edge(line: Line, shade: str) -> dict[str, Any]:
    return {
        "arrows": "",
        "color": {"color": shade, "opacity": 0.5 if line.home else 0.2},
        "hidden": line.beside,
        "width": 1.5 if line.home else 1,
    }


def _plain(text: str) -> str:
    """Return a tooltip that pyvis takes for plain text: it looks for the letters ``href``."""
    return text.replace("href", "h\u2060ref")


def _hardened(html: str, painted: _Painted, about: About) -> str:
    """Take pyvis's page apart and put it together as a page of our own."""
    for pattern, times in UNWANTED:
        html, found = re.subn(pattern, "", html, flags=re.DOTALL)
        _expect(found == times, f"{pattern} {found} times instead of {times}")
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", html, flags=re.DOTALL)
    bare = re.sub(r"<script[^>]*>.*?</script>", "", html, flags=re.DOTALL)
    _expect(len(scripts) == 2, f"{len(scripts)} scripts instead of 2")
    _expect(not re.search(r"^\s*popup\.innerHTML", html, flags=re.MULTILINE), "tooltips as HTML")
    _expect(not re.search(r"<(?:link|img|iframe)|\s(?:src|href|on\w+)=", bare), "something loaded or run")
    wide, high, view = _view(painted.drawing)
    size = f"#mynetwork {{ width: {wide}px; height: {high}px; }}\n"
    style = "".join(map(template_text, ("page.css", "frame.css", "pyvis.css"))) + size
    parts = _parts(painted, about, csp(scripts=[*scripts, view], styles=[style]), style)
    parts["</body>"] = f"<script>{view}</script>\n</body>"
    for place, part in parts.items():
        _expect(html.count(place) == 1, f"{place} {html.count(place)} times instead of once")
        html = html.replace(place, part)
    return html.strip() + "\n"


def _view(drawing: Neighbourhood) -> tuple[int, int, str]:
    """Return the size of the drawing in pixels, so that names are legible, and the script that shows all."""
    left, right = _ends([dot.x for dot in drawing.dots], COLUMN / 2)
    top, bottom = _ends([dot.y for dot in drawing.dots], ROW)
    wide, high = right - left, bottom - top
    legible = min(max(WIDTH / wide, SMALL), LARGE)
    scale = round(min(legible, (MOST_PIXELS / wide / high) ** 0.5, LONGEST / wide, LONGEST / high), 3)
    middle = {"x": round((left + right) / 2, 1), "y": round((top + bottom) / 2, 1)}
    seen = max(0, round((-left - COLUMN * 1.5) * scale))
    script = (
        f"network.moveTo({json.dumps({'position': middle, 'scale': scale})});"
        f"document.getElementById('mynetwork').parentNode.scrollLeft = {seen};"
    )
    return round(wide * scale), round(high * scale), script


def _ends(places: list[float], margin: float) -> tuple[float, float]:
    return min(places) - margin, max(places) + margin


def _parts(painted: _Painted, about: About, policy: str, style: str) -> dict[str, str]:
    """Return what takes the place of what in pyvis's page."""
    from markupsafe import Markup

    drawing = painted.drawing
    tree = drawing.tree
    values = {
        "said": said("en"),
        "about": about,
        "legend": painted.legend,
        "meaning": MEANINGS[painted.meaning],
        "policy": policy,
        "style": Markup(style),
        "root": subject_name(tree.head, tree.head.root),
        "lede": summary(drawing),
        "ancestors": [clean(name) for name in drawing.ancestors],
        "left_out": drawing.ancestors_left_out,
        "rows": outline_rows(tree, opened=range(len(tree.rows))),
        "notes": notes(tree.head),
    }

    def part(name: str) -> str:
        return environment().get_template(f"pyvis_{name}.html.j2").render(values)

    return {
        "<html>": '<!doctype html>\n<html lang="en">',
        '<meta charset="utf-8">': part("head"),
        '<div class="card" style="width: 100%">': part("top"),
        '<div id="mynetwork" class="card-body"></div>\n        </div>': part("twin"),
    }


def _expect(holds: bool, found: str) -> None:
    """Stop if pyvis's page isn't what is taken apart here.

    Raises
    ------
    BegatError
        If it isn't.
    """
    if not holds:
        raise BegatError(
            f"this version of pyvis makes a page that begat doesn't know ({found})",
            hint="Install the version of pyvis that constraints.txt names.",
        )


def _draw(shown: Shown) -> str:
    return page(
        shown.graph,
        shown.facts,
        shown.root,
        about=shown.about,
        budget=shown.budget,
        colour=shown.colour,
    )


FORM = Form(
    "pyvis", "the neighbourhood of a model as a drawing, at most 500 nodes", ".html", _draw, takes=("colour",)
)
