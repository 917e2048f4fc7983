"""The pyvis page: bounded, the same bytes each time, and safe whatever the names are."""

import base64
import hashlib
import itertools
import json
import math
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import MakeSnapshot
from tests.unit.ranking_sample import ABOUT
from tests.unit.view_sample import HOSTILE, ROOT, Sample, hostile_sample, made, sample

from begat.errors import BegatError, UnknownName
from begat.views.form import pyvis as pyvis_page
from begat.views.form.pyvis import page
from begat.views.picture import neighbourhood as module
from begat.views.picture.colouring import GREY, PALETTE, shades
from begat.views.picture.neighbourhood import Neighbourhood, neighbourhood
from begat.views.words import COLOURS


class Elements(HTMLParser):
    """The tags, attributes and texts of a page, as a browser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.texts.append(data.strip())


def elements(html: str) -> Elements:
    """Return what a page holds."""
    found = Elements()
    found.feed(html)
    return found


def drawn(html: str, what: str) -> list[dict[str, Any]]:
    """Return the nodes or edges that the page gives to the drawing library."""
    match = re.search(rf"{what} = new vis\.DataSet\((\[.*?\])\);\n", html, flags=re.DOTALL)
    assert match is not None
    rows: list[dict[str, Any]] = json.loads(match[1])
    return rows


@pytest.fixture
def hostile(make_snapshot: MakeSnapshot) -> Sample:
    """Return the family with hostile names."""
    return hostile_sample(make_snapshot)


@pytest.fixture
def html(hostile: Sample) -> str:
    """Return the page of the hostile family."""
    return page(hostile.graph, hostile.facts, hostile.node(ROOT), about=ABOUT)


def test_same_bytes(hostile: Sample, html: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same data give the same bytes, and nothing is written beside them."""
    monkeypatch.chdir(tmp_path)
    assert page(hostile.graph, hostile.facts, hostile.node(ROOT), about=ABOUT) == html
    assert list(tmp_path.glob("lib*")) == []


def test_nothing_is_loaded(html: str) -> None:
    """No element names another file or host, and no attribute is a script."""
    found = elements(html)
    assert not {"link", "img", "iframe", "object", "embed", "base", "form"} & set(found.tags)
    assert not [name for name, _ in found.attributes if name in {"src", "href", "style"} or name[:2] == "on"]
    assert found.tags.count("script") == 3
    assert found.tags[:2] == ["html", "head"]
    assert ("lang", "en") in found.attributes
    assert html.startswith("<!doctype html>\n")


def test_policy_names_what_is_there(html: str) -> None:
    """The policy allows these scripts and this style by hash and nothing else."""
    found = elements(html)
    policy = next(
        value or "" for name, value in found.attributes if name == "content" and "src" in (value or "")
    )
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    blocks = re.findall(r"<(script|style)[^>]*>(.*?)</\1>", html, flags=re.DOTALL)
    assert len(blocks) == 4
    for _, text in blocks:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_texts(html: str, name: str) -> None:
    """A hostile name stands in the table as a text, in the data as a string, and nowhere else."""
    shown = module.clean(name)
    assert any(shown in text for text in elements(html).texts)
    if "<" in name:
        assert name not in html
    assert any(shown.partition("href")[0] in node["title"] for node in drawn(html, "nodes"))


def test_hostile_root_and_ancestor(hostile: Sample) -> None:
    """The heading, the title and the list of ancestors are texts too."""
    for name in HOSTILE:
        found = elements(page(hostile.graph, hostile.facts, hostile.node(name), about=ABOUT))
        assert found.tags.count("h1") == 1
        assert "img" not in found.tags
        assert module.clean(name) in found.texts


def test_tooltips_are_plain(html: str) -> None:
    """No tooltip has the letters that make pyvis take it for HTML, and ids are numbers."""
    nodes = drawn(html, "nodes")
    assert [node["id"] for node in nodes] == list(range(len(nodes)))
    assert not [node for node in nodes if "href" in node["title"]]
    assert not re.search(r"^\s*popup", html, flags=re.MULTILINE)
    assert all(node["label"] for node in nodes)


def test_every_step_must_match(hostile: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of another pyvis is an error that says so."""
    drawing = neighbourhood(hostile.graph, hostile.facts, hostile.node(ROOT))
    painted = pyvis_page._painted(hostile.graph, hostile.facts, drawing, "relation")
    good = pyvis_page._pyvis_html(painted)
    changes: list[Callable[[str], str]] = [
        lambda text: text.replace("bootstrap.min.css", "other.css").replace("<link", "<LINK"),
        lambda text: text.replace("</body>", "<script>1</script></body>"),
        lambda text: text.replace("</body>", '<p onclick="1"></p></body>'),
        lambda text: text.replace('<meta charset="utf-8">', ""),
        lambda text: text.replace("</body>", "<script>\n popup.innerHTML = 1\n</script></body>"),
    ]
    for change in changes:
        with pytest.raises(BegatError, match="pyvis"):
            pyvis_page._hardened(change(good), painted, ABOUT)


def test_drawing_is_still(html: str) -> None:
    """Positions are ours and nothing moves by itself: no physics, no chance, no option with a space."""
    match = re.search(r"var options = (\{.*?\});", html, flags=re.DOTALL)
    assert match
    options = json.loads(match[1])
    assert options["physics"] == {"enabled": False}
    assert options["layout"] == {"improvedLayout": False, "randomSeed": 1}
    assert options["interaction"]["hideEdgesOnDrag"]
    assert not re.search(r'"[^"]* [^"]*"', json.dumps(pyvis_page.OPTIONS, separators=(",", ":")))
    nodes, edges = drawn(html, "nodes"), drawn(html, "edges")
    assert all({"x", "y"} <= node.keys() for node in nodes)
    assert all(re.fullmatch("#[0-9a-f]{6}", edge["color"]["color"]) for edge in edges)


def test_nothing_of_pyvis_stands_on_the_page(html: str) -> None:
    """There are no menus, no loading bar, no heading of pyvis's own, and no trace of other hosts' files."""
    tags = elements(html).tags
    assert not {"select", "center", "button", "input"} & set(tags)
    assert tags.count("h1") == tags.count("main") == 1
    markup = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    assert not re.search("loadingBar|cdn|node_modules|bootstrap", markup)


def test_every_name_is_in_the_table(hostile: Sample, html: str) -> None:
    """The table below the drawing has every model that has a row, for those who can't see the drawing."""
    texts = set(elements(html).texts)
    tree = neighbourhood(hostile.graph, hostile.facts, hostile.node(ROOT)).tree
    names = {module.clean(row.id) for row in tree.rows if row.kind in ("model", "release")}
    assert len(names) > 30
    assert names <= texts


def test_page_says_what_is_counted(html: str) -> None:
    """What a derivative is, as of when, from which sources and what is missing stands on the page."""
    texts = " ".join(elements(html).texts)
    for part in ("What is a derivative?", "Snapshot 2026-01-01", "A source", "How much is missing?"):
        assert part in texts


@pytest.mark.parametrize("colour", ["relation", "institution", "country", "licence"])
def test_colours_and_legend_agree(hostile: Sample, colour: str) -> None:
    """The legend counts the models drawn in each colour, whatever colours mean; names in it are texts."""
    painted = pyvis_page._painted(
        hostile.graph,
        hostile.facts,
        neighbourhood(hostile.graph, hostile.facts, hostile.node(ROOT)),
        colour,
    )
    kinds = ("release", "model") if colour == "relation" else ("release", "model", "ancestor")
    places = [place for place, dot in enumerate(painted.drawing.dots) if dot.kind in kinds]
    assert sum(shade.drawn for shade in painted.legend) == len(places)
    for shade in painted.legend:
        if shade.colour != GREY:
            assert sum(painted.colours[place] == shade.colour for place in places) == shade.drawn
    html = page(hostile.graph, hostile.facts, hostile.node(ROOT), about=ABOUT, colour=colour)
    heading = f"Colour: {pyvis_page.MEANINGS[colour]}; number of models drawn"
    assert heading in elements(html).texts
    assert "img" not in elements(html).tags


def test_unknown_colour(hostile: Sample) -> None:
    """Colours that can't mean what is asked are an error that names what they can mean."""
    with pytest.raises(UnknownName, match="licence"):
        page(hostile.graph, hostile.facts, hostile.node(ROOT), about=ABOUT, colour="licens")


@given(st.lists(st.one_of(st.none(), st.sampled_from("abcdefghijkl")), max_size=60))
def test_shades(groups: list[str | None]) -> None:
    """Each is counted once in the legend; at most eight colours; grey is for the rest and the unknown."""
    colours, legend = shades(groups)
    assert sum(shade.drawn for shade in legend) == len(groups) == len(colours)
    assert len({shade.colour for shade in legend} - {GREY}) <= len(PALETTE) == 8
    own = {shade.name: shade for shade in legend if shade.kind == "group"}
    for group, colour in zip(groups, colours, strict=True):
        assert colour == (own[group].colour if group in own else GREY)
    counts = [shade.drawn for shade in legend if shade.colour != GREY]
    assert counts == sorted(counts, reverse=True)


DEUTERANOPIA = ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969))
PROTANOPIA = ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052))
NORMAL = ((1, 0, 0), (0, 1, 0), (0, 0, 1))


def seen(colour: str, sight: tuple[tuple[float, ...], ...]) -> tuple[float, ...]:
    """Return CIELAB coordinates of a colour as somebody sees it (matrices of Machado, Oliveira 2009)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    light = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    red, green, blue = (
        min(max(sum(factor * part for factor, part in zip(row, light, strict=True)), 0), 1) for row in sight
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    a, b, c = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * b - 16, 500 * (a - b), 200 * (b - c)


@pytest.mark.parametrize("sight", [NORMAL, DEUTERANOPIA, PROTANOPIA])
def test_colours_can_be_told_apart(sight: tuple[tuple[float, ...], ...]) -> None:
    """Any two of the colours, the grey included, are at least 10 apart in CIELAB for every kind of sight."""
    for one, other in itertools.combinations((*PALETTE, GREY), 2):
        assert math.dist(seen(one, sight), seen(other, sight)) > 10, (one, other)
    assert set(COLOURS.values()) <= set(PALETTE)


def test_all_is_drawn_once(make_snapshot: MakeSnapshot) -> None:
    """Every model has one node, placed apart, and each fold counts what it stands for."""
    family = sample(make_snapshot)
    drawing = neighbourhood(family.graph, family.facts, family.node(ROOT), budget=12)
    places = [(dot.x, dot.y) for dot in drawing.dots]
    assert len(set(places)) == len(places)
    shown = [dot for dot in drawing.dots if dot.kind in ("root", "release", "model")]
    folds = [int(dot.label.split()[1]) for dot in drawing.dots if dot.kind == "folded"]
    assert len(shown) == drawing.tree.head.shown == 12
    assert sum(folds) == drawing.tree.head.folded == 19
    assert [dot.label for dot in drawing.dots if dot.kind == "ancestor"] == ["origin"]
    assert min(dot.x for dot in drawing.dots if dot.kind != "ancestor") == 0


def test_lines_are_derivations(make_snapshot: MakeSnapshot) -> None:
    """Every line is a stated derivation between two that are drawn, and all of them are there."""
    family = sample(make_snapshot)
    drawing = neighbourhood(family.graph, family.facts, family.node(ROOT))
    names = [dot.text.splitlines()[0] for dot in drawing.dots]
    lines = {(names[line.child], names[line.parent]) for line in drawing.lines}
    ids = list(family.graph.ids)
    stated = {
        (ids[child], ids[parent])
        for child, parent in zip(family.graph.child, family.graph.parent, strict=True)
    }
    assert lines == {(child, parent) for child, parent in stated if {child, parent} <= set(names)}
    assert ("mixer/blend", "user-01/tune-01") in lines


@pytest.mark.parametrize("shape", ["star", "chain", "pairs", "many ancestors"])
def test_never_more_than_the_bound(make_snapshot: MakeSnapshot, shape: str) -> None:
    """However the family is made, no more nodes are drawn than is bearable, and the page stays small."""
    count, records = 1_200, [*made("a/root")]
    for place in range(count):
        parents = {
            "star": ["a/root"],
            "chain": [f"m/{place - 1:04}" if place else "a/root"],
            "pairs": [f"m/{place - 1:04}" if place % 2 else "a/root"],
            "many ancestors": [f"m/{place - 1:04}" if place else "a/root"],
        }[shape]
        records += made(f"m/{place:04}", *parents)
    family = sample(make_snapshot, records)
    root = family.node("m/0900" if shape == "many ancestors" else "a/root")
    drawing = neighbourhood(family.graph, family.facts, root, budget=5_000)
    assert len(drawing.dots) <= module.MOST_DRAWN
    assert len(page(family.graph, family.facts, root, about=ABOUT, budget=5_000).encode()) < 2_000_000


@given(st.lists(st.integers(0, 30), min_size=1, max_size=60))
def test_places_are_apart(homes: list[int]) -> None:
    """No two nodes stand at one place, whatever the tree, and children stand right of their home."""
    listed = [0, *(min(home, place) for place, home in enumerate(homes))]
    dots = [module.Dot("model", str(place), "", "merge", 0) for place in range(len(listed))]
    placed = module._placed(dots, listed, 0.0)
    for one, other in itertools.combinations(placed, 2):
        assert abs(one.y - other.y) >= module.ROW * 0.9 or abs(one.x - other.x) >= module.NAME
    assert all(placed[place].x > placed[home].x for place, home in enumerate(listed) if place)


def test_summary_counts(make_snapshot: MakeSnapshot) -> None:
    """The sentence above the drawing says how many are drawn of how many."""
    family = sample(make_snapshot)
    drawing: Neighbourhood = neighbourhood(family.graph, family.facts, family.node(ROOT), budget=12)
    assert module.summary(drawing) == (
        "27 derivatives of this model by The House: 16 fine-tunes, 10 quantizations, 1 merge. "
        "Drawn: 11 of 30 models made from it, 1 of 1 that it comes from."
    )
