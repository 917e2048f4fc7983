"""Views of an account, institution or family: what they are called, how their models hang together."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cli import begat
from tests.conftest import MakeSnapshot
from tests.unit.test_tree_house import housed
from tests.unit.test_tree_house import registry as registry

from begat.records import Model
from begat.registry import Registry, open_registry
from begat.snapshot import Home
from begat.views.form.base import forms
from begat.views.page.base import Page, html
from begat.views.picture.neighbourhood import neighbourhood

HOUSES = {"house": "house", "the-house": "The House", "family:Other": "Other"}
FORMS = sorted(name for name, form in forms().items() if not form.of_models and name != "text")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("subject", HOUSES)
def test_no_prefix_is_seen(registry: Registry, form: str, subject: str) -> None:
    """Every form calls a house or family by its name where it says whose view it is."""
    drawn = registry.draw(subject, form)
    if isinstance(drawn, Page):
        assert drawn.title.endswith(HOUSES[subject])
        assert drawn.subject[0] != "model"
        drawn = re.sub(r"<script.*?</script>", "", html(drawn), flags=re.DOTALL)
    assert HOUSES[subject] in drawn
    seen = re.sub(r"<script.*?</script>|<[^>]*>", "", drawn, flags=re.DOTALL)
    assert not re.search(r"(account|institution|family):\w", seen)


@pytest.mark.parametrize("subject", HOUSES)
def test_models_hang_on_the_house(registry: Registry, subject: str) -> None:
    """The graph for GraphViz has an edge to every model from what it was made from or who put it out."""
    text = registry.draw(subject, "dot")
    name = dict(re.findall(r'^  (n\d+) \[label="([^"]*)"', text, flags=re.MULTILINE))
    edges = {(name[parent], name[child]) for parent, child in re.findall(r"(n\d+) -> (n\d+)", text)}
    tree = registry.tree(subject, budget=40)
    called = {row.id: row.id.removeprefix("family:") for row in tree.rows}
    called[tree.head.root] = HOUSES[subject]
    expected, above = set(), []
    for row in tree.rows:
        del above[row.depth :]
        parents = [model for model in above if model is not None]
        if row.kind != "group" and parents:
            expected.add((parents[-1], called[row.id]))
        above.append(None if row.kind == "group" else called[row.id])
    assert expected <= edges


def test_peak_of_the_snapshot(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """The months of a house are compared with all models of the snapshot, not with those of its tree."""
    dates = [datetime(2025, month, 3, tzinfo=UTC) for month in (*[2] * 40, 4, 5, 6)]
    crowd = [Model(f"crowd/model-{number}", created_at=when) for number, when in enumerate(dates)]
    crowded = Registry(Home(tmp_path / "home"), make_snapshot([*housed(), *crowd]))
    assert "41 models" in crowded.draw("house", "timeline").values["caution"]


@pytest.mark.parametrize("subject", ["hub:Qwen", "institution:alibaba", "family:qwen2.5"])
def test_lines_are_derivations(built: Path, subject: str) -> None:
    """Each line of a drawing joins two models of which the graph says so, or leads to what gathers them."""
    view = open_registry(built).layout(subject)
    drawing = neighbourhood(view.graph, view.facts, view.root, budget=60)
    rows = [row for row in drawing.tree.rows if row.kind not in ("group", "folded")]
    ids = view.graph.ids
    ends = zip(view.graph.child.tolist(), view.graph.parent.tolist(), strict=True)
    edges = {(ids[child], ids[parent]) for child, parent in ends}
    lines = [line for line in drawing.lines if max(line.child, line.parent) < len(rows)]
    assert len(lines) >= len(rows) - 1
    assert {(rows[line.child].id, rows[line.parent].id) for line in lines if line.relation} <= edges


def test_hourglass_refuses_a_house(built: Path) -> None:
    """The page of one model says which forms draw a house."""
    ran = begat("tree", "hub:Qwen", "--as", "hourglass", home=built)
    assert ran.code == 2
    assert "icicle" in ran.err
