"""Views of an account, institution or family: what they are called, how their models hang together."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.conftest import MakeSnapshot
from tests.unit.test_tree_house import housed
from tests.unit.test_tree_house import registry as registry

from begat.records import Model
from begat.registry import Registry
from begat.snapshot import Home
from begat.views.form.base import forms
from begat.views.page.base import Page, html

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
