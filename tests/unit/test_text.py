"""The outline for the terminal: golden pictures, and names that can't do anything."""

import io
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text
from tests.conftest import MakeSnapshot
from tests.unit.view_sample import ROOT, Sample, hostile_sample, sample

from begat.views.form.text import outline
from begat.views.tree import Tree, budgeted_tree

GOLDEN = Path(__file__).parents[1] / "golden" / "views"

PICTURES = {
    "outline-120": {"width": 120},
    "outline-80": {"width": 80},
    "outline-40": {"width": 40},
    "outline-ascii-100": {"width": 100, "ascii_only": True},
}


@pytest.fixture
def plain(make_snapshot: MakeSnapshot) -> Sample:
    """Return the plain family."""
    return sample(make_snapshot)


def tree(family: Sample, budget: int = 12, group_by: str = "relation", root: str = ROOT) -> Tree:
    """Return the tree of a sample."""
    return budgeted_tree(family.graph, family.facts, family.node(root), budget=budget, group_by=group_by)


def printed(text: Text, width: int, *, colour: bool = False) -> str:
    """Return what a console writes."""
    file = io.StringIO()
    Console(
        file=file, width=width, force_terminal=colour, color_system="truecolor" if colour else None
    ).print(text)
    return file.getvalue()


@pytest.mark.parametrize("name", PICTURES)
def test_golden(plain: Sample, name: str) -> None:
    """The outline of the sample is the one kept, at several widths and in ASCII."""
    expected = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert outline(tree(plain), **PICTURES[name]).plain + "\n" == expected


@pytest.mark.parametrize("width", [20, 33, 47, 60, 79, 100, 132, 200])
@pytest.mark.parametrize("group_by", ["relation", "account"])
def test_no_line_is_too_long(make_snapshot: MakeSnapshot, width: int, group_by: str) -> None:
    """Every line fits, whatever the names hold, and printing it to a pipe changes nothing."""
    text = outline(tree(hostile_sample(make_snapshot), 60, group_by), width=width)
    lines = text.plain.splitlines()
    assert max(map(cell_len, lines)) <= width
    assert printed(text, width) == text.plain + "\n"


def test_ascii_is_ascii(make_snapshot: MakeSnapshot) -> None:
    """The ASCII form holds nothing else, names included."""
    text = outline(tree(hostile_sample(make_snapshot), 60), width=120, ascii_only=True)
    assert text.plain.isascii()


def test_names_are_only_names(make_snapshot: MakeSnapshot) -> None:
    """Control and direction characters are replaced, markup is shown, links don't arise."""
    text = outline(tree(hostile_sample(make_snapshot), 60), width=200)
    assert not [char for char in text.plain if char != "\n" and not char.isprintable()]
    assert "[red]x[/red]" in text.plain
    written = printed(text, 200, colour=True)
    assert "\x1b]8" not in written
    assert "\x1b[31mb" not in written


def test_every_row_has_a_line(plain: Sample) -> None:
    """No row is lost, and the footer counts what is folded."""
    drawn = tree(plain)
    text = outline(drawn, width=120).plain
    heads = text.splitlines().index(next(line for line in text.splitlines() if line.startswith("model")))
    rows = text.splitlines()[heads + 1 :][: len(drawn.rows)]
    assert f"{drawn.head.folded} folded" in text
    assert all(f"{row.here:,}" in line for row, line in zip(drawn.rows, rows, strict=True))


def test_deep_rows_are_cut_not_lost(make_snapshot: MakeSnapshot) -> None:
    """Beyond what the width can indent, a row says how many levels are left out."""
    family = sample(make_snapshot)
    narrow = outline(tree(family, 40), width=44).plain
    assert "tune-00" in outline(tree(family, 40), width=120).plain
    assert "… " in narrow or "1…" in narrow


def test_model_without_derivatives(plain: Sample) -> None:
    """A leaf is a tree of one row."""
    text = outline(tree(plain, root="lone/tuned-again"), width=100).plain
    assert "0 derivatives" in text
    assert "lone/tuned-again" in text
