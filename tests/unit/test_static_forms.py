"""Forms that are plain text: names come back as they were, nothing in them is obeyed, limits hold."""

import html
import os
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import MakeSnapshot
from tests.unit.form_sample import shown
from tests.unit.view_sample import HOSTILE, ROOT, Sample, hostile_sample, made, sample

from begat.views.form.base import Form, Shown
from begat.views.form.dot import FORM as DOT
from begat.views.form.dot import quoted
from begat.views.form.mermaid import FORM as MERMAID
from begat.views.form.mermaid import MOST_CHARACTERS, MOST_EDGES, label
from begat.views.form.svg import FORM as SVG
from begat.views.picture.neighbourhood import neighbourhood
from begat.views.words import clean

GOLDEN = Path(__file__).parents[1] / "golden" / "views"

NAMES = st.text(max_size=80) | st.sampled_from(HOSTILE)
NODE = re.compile(r'^  n(\d+)\["([^"\n]*)"\]:::(\w+)$', re.MULTILINE)
EDGE = re.compile(r"^  n(\d+) (?:-\.-|-->\|[^|\"\n]+\|) n(\d+)$", re.MULTILINE)


def written(drawn: object) -> str:
    """Return what a form drew, which is text."""
    assert isinstance(drawn, str)
    return drawn


def unlabelled(text: str) -> str:
    """Read a label of Mermaid: a number between # and ; is a character."""
    return re.sub(r"#(\d+);", lambda match: chr(int(match[1])), text)


def unquoted(text: str) -> str:
    """Read a string of DOT as GraphViz shows it: escapes first, then entities."""
    assert re.fullmatch(r'"(?:[^"\\]|\\.)*"', text)
    return html.unescape(re.sub(r"\\(.)", r"\1", text[1:-1]))


@pytest.fixture
def hostile(make_snapshot: MakeSnapshot) -> Shown:
    """Return the family with hostile names."""
    return shown(hostile_sample(make_snapshot), budget=60)


@given(NAMES)
def test_names_come_back(name: str) -> None:
    """What is written of a name reads as the cleaned name, and has no sign that could end it."""
    text = label(name)
    assert unlabelled(text) == clean(name)
    assert not re.search(r"[\"<>&%{}\[\]`|\\\n]", text)
    assert unquoted(quoted(name)) == clean(name)


def test_mermaid(hostile: Shown) -> None:
    """Every line is a comment, a node, an edge or a class; the nodes are the models and folds drawn."""
    text = written(MERMAID.draw(hostile))
    drawing = neighbourhood(hostile.graph, hostile.facts, hostile.root, budget=60)
    nodes = NODE.findall(text)
    assert [unlabelled(name) for _, name, _ in nodes] == [dot.name for dot in drawing.dots]
    assert {tuple(map(int, ends)) for ends in EDGE.findall(text)} == {
        (line.parent, line.child) for line in drawing.lines
    }
    rest = EDGE.sub("", NODE.sub("", text)).split("\n")
    comments, rest = (
        [line for line in rest if line.startswith("%% ")],
        [line for line in rest if line and not line.startswith("%% ")],
    )
    assert rest[0] == "flowchart LR"
    assert all(re.fullmatch(r"  classDef \w+ [\w:#,. -]+", line) for line in rest[1:])
    assert {line.split()[1] for line in rest[1:]} == {name for _, _, name in nodes}
    assert not any("%%{" in line for line in comments)
    assert "2026-01-01" in text


def test_dot(hostile: Shown) -> None:
    """The labels of the nodes are the names of the drawing, in its order."""
    text = written(DOT.draw(hostile))
    drawing = neighbourhood(hostile.graph, hostile.facts, hostile.root, budget=60)
    labels = re.findall(r'^  n\d+ \[label=("(?:[^"\\]|\\.)*")', text, re.MULTILINE)
    assert list(map(unquoted, labels)) == [dot.name for dot in drawing.dots]
    assert len(re.findall(r"^  n\d+ -> n\d+ \[", text, re.MULTILINE)) == len(drawing.lines)


@pytest.mark.skipif(shutil.which("dot") is None, reason="GraphViz is not installed")
def test_graphviz_reads_it(hostile: Shown) -> None:
    """GraphViz draws it without a warning and shows every name as it is."""
    done = subprocess.run(
        ["dot", "-Tsvg"], input=written(DOT.draw(hostile)), capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    said = {
        " ".join("".join(element.itertext()).split())
        for element in ET.fromstring(done.stdout).iter("{http://www.w3.org/2000/svg}text")
    }
    drawing = neighbourhood(hostile.graph, hostile.facts, hostile.root, budget=60)
    assert {" ".join(dot.name.split()) for dot in drawing.dots} <= said


@pytest.mark.parametrize("root", [ROOT, *HOSTILE])
def test_svg(make_snapshot: MakeSnapshot, root: str) -> None:
    """The file is well-formed, holds no script and no address, and says what it shows."""
    family = hostile_sample(make_snapshot)
    text = written(SVG.draw(shown(family, root)))
    picture = ET.fromstring(text)
    kinds = {element.tag.rpartition("}")[2] for element in picture.iter()}
    assert kinds <= {"svg", "title", "desc", "style", "rect", "text", "tspan", "path"}
    assert not any(name.startswith("on") or "href" in name for each in picture.iter() for name in each.attrib)
    assert f"Lineage of {clean(root)}" in "".join(picture.itertext())
    assert text == written(SVG.draw(shown(family, root)))


def test_svg_has_origins_and_rows(make_snapshot: MakeSnapshot) -> None:
    """The parent stands above the root, the root above what was made from it; all lie in the picture."""
    parents = [f"p/{place}" for place in range(9)]
    family = sample(make_snapshot, made("older/origin", *parents, kind="merge"))
    picture = ET.fromstring(written(SVG.draw(shown(family))))
    places = {
        (text.text or ""): float(str(text.get("y"))) for text in picture.iter() if text.tag.endswith("text")
    }
    order = ["and 4 more that it comes from", "older/origin", ROOT, "house/base-7B-Instruct"]
    heights = [places[name] for name in order]
    assert heights == sorted(heights)
    assert all(0 < y < float(str(picture.get("height"))) for y in places.values())


def test_svg_speaks_of_a_rest_only_where_one_is(make_snapshot: MakeSnapshot) -> None:
    """Lines that sum up are explained where there are some."""
    family = sample(make_snapshot)
    told = [written(SVG.draw(shown(family, budget=budget))) for budget in (3, 1_000)]
    assert ["lines in grey" in text for text in told] == [True, False]


@pytest.fixture
def wide(make_snapshot: MakeSnapshot) -> Sample:
    """Return a family whose models have long names and ten parents each."""
    names = [f"user-{place:03}/{'long-name-' * 9}{place:03}" for place in range(160)]
    records = [row for name in names[:10] for row in made(name, ROOT)]
    for place, name in enumerate(names[10:], start=10):
        records += made(name, *names[place - 10 : place], kind="merge")
    return sample(make_snapshot, records)


def test_mermaid_keeps_its_limits(wide: Sample) -> None:
    """A family with too many edges or too long names is shown in part, and the text says how much."""
    text = written(MERMAID.draw(shown(wide, budget=150)))
    assert len(text) <= MOST_CHARACTERS
    assert 20 < len(EDGE.findall(text)) <= MOST_EDGES
    drawn = re.search(r"Drawn: (\d+) of (\d+) models", text)
    assert drawn
    assert int(drawn[1]) < 149 < int(drawn[2])


@pytest.mark.parametrize("form", [SVG, MERMAID, DOT], ids=lambda form: form.name)
def test_golden(make_snapshot: MakeSnapshot, form: Form) -> None:
    """The drawing of the sample is the one kept."""
    text = written(form.draw(shown(sample(make_snapshot), budget=12)))
    kept = GOLDEN / f"lineage{form.suffix}"
    if "UPDATE_GOLDEN" in os.environ:
        kept.write_text(text, encoding="utf-8", newline="\n")
    assert text == kept.read_text(encoding="utf-8")
