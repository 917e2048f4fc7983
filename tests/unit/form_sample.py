"""What a form is given to draw, from the sample family."""

from typing import Any

from tests.unit.view_sample import ROOT, Sample

from begat.answer.lineage import evidence
from begat.answer.show import show
from begat.views.form.base import Shown
from begat.views.page.base import About
from begat.views.tree.facts import created

__all__ = ["shown"]


def shown(sample: Sample, root: str = ROOT, **how: Any) -> Shown:
    """Return what a form draws of a model."""
    snapshot = sample.snapshot
    return Shown(
        graph=sample.graph,
        facts=sample.facts,
        root=sample.node(root),
        about=About(
            snapshot.name,
            snapshot.digest,
            snapshot.date,
            synthetic=False,
            shipped=False,
            sources=[],
            missing=[],
        ),
        evidence=lambda pairs: evidence(snapshot, pairs),
        said_of=lambda model: show(snapshot, "model", model),
        created=lambda: created(snapshot),
        **how,
    )
