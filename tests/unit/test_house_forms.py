"""Every form that draws a house or family: named as people name it, with the edges that the data have."""

from pathlib import Path

import pytest
from tests.cli import begat

from begat.registry import Registry, open_registry
from begat.views.form.base import forms
from begat.views.page.base import Page
from begat.views.picture.neighbourhood import neighbourhood

SUBJECTS = {"hub:Qwen": "Qwen", "institution:alibaba": "Alibaba", "family:qwen2.5": "qwen2.5"}
DRAWN = sorted(name for name, form in forms().items() if not form.of_models)


@pytest.fixture(scope="module")
def registry(built: Path) -> Registry:
    """Return the registry over the embedded snapshot."""
    return open_registry(built)


@pytest.mark.parametrize("form", DRAWN)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_named_as_people_name_it(registry: Registry, form: str, subject: str) -> None:
    """The heading says the name, and no form shows the id that begat gives the root of such a tree."""
    drawn = registry.draw(subject, form)
    if isinstance(drawn, Page):
        assert SUBJECTS[subject] in drawn.title
        assert ":" not in drawn.title
        assert drawn.subject is not None
        assert drawn.subject[0] in ("account", "institution", "family")
    else:
        text = drawn if isinstance(drawn, str) else drawn.plain
        heading = text[text.find("<body>") :][:500] if form == "pyvis" else text[:900]
        assert SUBJECTS[subject] in heading
        assert "account:" not in heading
        assert "family:qwen" not in heading


@pytest.mark.parametrize("subject", SUBJECTS)
def test_lines_are_derivations(registry: Registry, subject: str) -> None:
    """Each line of the drawing joins two models of which the graph says so, or leads to what gathers them."""
    view = registry.layout(subject)
    drawing = neighbourhood(view.graph, view.facts, view.root, budget=60)
    rows = [row for row in drawing.tree.rows if row.kind not in ("group", "folded")]
    ids = view.graph.ids
    edges = {
        (ids[child], ids[parent])
        for child, parent in zip(view.graph.child.tolist(), view.graph.parent.tolist(), strict=True)
    }
    lines = [line for line in drawing.lines if line.child < len(rows) and line.parent < len(rows)]
    assert len(lines) >= len(rows) - 1
    assert {(rows[line.child].id, rows[line.parent].id) for line in lines} <= edges


def test_hourglass_refuses_a_house(built: Path) -> None:
    """The page of one model says which forms draw a house."""
    ran = begat("tree", "hub:Qwen", "--as", "hourglass", home=built)
    assert ran.code == 2
    assert "icicle" in ran.err
