"""The icicle: heights add up, nothing overlaps, nothing is without a label, names do nothing."""

import itertools
import os
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli import begat
from tests.conftest import MakeSnapshot
from tests.unit.view_sample import HOSTILE, ROOT, Sample, hostile_sample, sample

from begat.graph import RELATIONS
from begat.views.form.base import Shown
from begat.views.form.icicle import icicle_page
from begat.views.page.base import About, html
from begat.views.picture.element import width_of
from begat.views.picture.icicle import LEAST, Block, Branches, Caption, Thing, drawing, height_of, layout
from begat.views.place import SERVED
from begat.views.tree import GROUPINGS, Row, budgeted_tree
from begat.views.tree.facts import created
from begat.views.tree.known import Known

GOLDEN = Path(__file__).parents[1] / "golden" / "views"
SVG = "{http://www.w3.org/2000/svg}"
ABOUT = About("s-1", "ab" * 32, date(2026, 10, 5), synthetic=False, shipped=False, sources=[])


def shown(family: Sample, **how: Any) -> Shown:
    """Return what the forms get of a family."""
    return Shown(
        graph=family.graph,
        facts=family.facts,
        root=family.node(ROOT),
        about=ABOUT,
        evidence=lambda _: {},
        said_of=lambda _: {},
        created=lambda: created(family.snapshot),
        **how,
    )


def row(kind: str, depth: int, relation: str | None, members: int, by_relation: dict[str, int]) -> Row:
    """Return a row with these figures and nothing else."""
    empty: dict[str, Any] = dict.fromkeys(Row._fields)
    return Row(
        **empty
        | {
            "id": "a/b",
            "kind": kind,
            "depth": depth,
            "relation": relation,
            "members": members,
            "here": sum(by_relation.values()),
            "by_relation": by_relation,
        }
    )


@st.composite
def trees(draw: st.DrawFn) -> list[Row]:
    """Draw rows of a tree whose figures add up as those of `budgeted_tree` do."""
    parents = draw(st.lists(st.integers(0, 30), max_size=40))
    children: dict[int, list[int]] = {}
    for child, parent in enumerate(parents, start=1):
        children.setdefault(parent % child, []).append(child)

    def below(node: int, depth: int) -> list[Row]:
        rows = [one for child in children.get(node, []) for one in below(child, depth + 1)]
        relation = draw(st.sampled_from(["finetune", "merge", "copy"])) if node else None
        counts: dict[str, int] = {}
        for one in rows:
            if one.depth == depth + 1:
                own = {one.relation: 1} if one.kind == "model" and one.relation != "copy" else {}
                for name, count in [*one.by_relation.items(), *own.items()]:
                    counts[str(name)] = counts.get(str(name), 0) + count
        if not rows and node and draw(st.booleans()):
            members = draw(st.integers(1, 200))
            return [row("folded", depth, relation, members, {"finetune": members})]
        return [row("model", depth, relation, len(children.get(node, [])), counts), *rows]

    return below(0, 0)


@given(trees())
def test_layout_laws(rows: list[Row]) -> None:
    """Heights are values to one scale, none below the least; blocks lie in their parents, apart."""
    branches = Branches(rows)
    blocks = layout(branches)
    unit = height_of(branches.values[0]) / max(branches.values[0], 1)
    for block in blocks[1:]:
        assert block.height >= LEAST
        assert block.height == pytest.approx(branches.value(block.rows) * unit)
    for column in range(1, 5):
        own = [block for block in blocks if block.column == column]
        for upper, lower in itertools.pairwise(own):
            assert upper.top + upper.height <= lower.top + 1e-6
    drawn = [place for block in blocks for place in block.rows]
    assert len(drawn) == len(set(drawn))
    for parent, inner in families(blocks):
        assert all(parent.top - 1e-6 <= block.top for block in inner)
        assert all(block.top + block.height <= parent.top + parent.height + 1e-6 for block in inner)


@given(trees())
def test_what_is_left_out_is_thin(rows: list[Row]) -> None:
    """Beside blocks that are drawn, what is not drawn would be lower than a label."""
    branches = Branches(rows)
    unit = height_of(branches.values[0]) / max(branches.values[0], 1)
    for parent, inner in families(layout(branches)):
        if inner and len(parent.rows) == 1:
            shown = {place for block in inner for place in block.rows}
            left = [place for place in branches.children[parent.rows[0]] if place not in shown]
            assert sum(branches.values[place] for place in left) * unit < LEAST
            assert sum(block.height for block in inner) <= rows[parent.rows[0]].here * unit + 1e-6


def families(blocks: list[Block]) -> list[tuple[Block, list[Block]]]:
    """Return each block with those directly behind it, found by their places alone."""
    return [
        (
            outer,
            [
                inner
                for inner in blocks
                if inner.column == outer.column + 1
                and outer.top - 1e-6 <= inner.top + inner.height / 2 < outer.top + outer.height
            ],
        )
        for outer in blocks
    ]


@given(trees())
def test_mix_adds_up(rows: list[Row]) -> None:
    """The relations of a block sum to what it stands for, and the children of a row to what is below it."""
    branches = Branches(rows)
    for place, one in enumerate(rows):
        assert sum(branches.mix((place,)).values()) == branches.values[place]
        if branches.children[place]:
            assert sum(branches.values[child] for child in branches.children[place]) == one.here


@pytest.mark.parametrize("by", GROUPINGS)
def test_values_of_a_real_tree_add_up(make_snapshot: MakeSnapshot, by: str) -> None:
    """What child rows stand for sums to what is listed below their parent, however it is grouped."""
    family = sample(make_snapshot)
    tree = budgeted_tree(family.graph, family.facts, family.node(ROOT), budget=12, group_by=by)
    branches = Branches(tree.rows)
    for place, children in enumerate(branches.children):
        if children:
            assert sum(branches.values[child] for child in children) == tree.rows[place].here


def test_low_sibling_joins_what_is_too_thin() -> None:
    """Thin siblings that have no room even together take the lowest of the others along, if that is low."""
    parts = [200, 190, 14, 5]
    rows = [
        row("release", 0, None, len(parts), {"finetune": sum(parts)}),
        *(row("group", 1, "finetune", value, {"finetune": value}) for value in parts),
    ]
    assert [block.rows for block in layout(Branches(rows))] == [(0,), (1,), (2,), (3, 4)]
    parts[2] = 60
    rows[3] = row("group", 1, "finetune", 60, {"finetune": 60})
    rows[0] = row("release", 0, None, len(parts), {"finetune": sum(parts)})
    assert [block.rows for block in layout(Branches(rows))] == [(0,), (1,), (2,), (3,)]


@pytest.mark.parametrize("look", ["release d1", "r-merge", "rest"])
@pytest.mark.parametrize("mix", [(), (("r-merge", 3), ("r-adapter", 1))])
def test_labels_stay_in_their_blocks(make_snapshot: MakeSnapshot, look: str, mix: Any) -> None:
    """Every block has a label, no text leaves its place however long a name is, no number is cut."""
    family = sample(make_snapshot)
    branches = Branches(budgeted_tree(family.graph, family.facts, family.node(ROOT), budget=30).rows)
    blocks = layout(branches)
    long = Thing("account" * 9 + "/" + "model-" * 30, "1,234,567", "a, " * 200, "in words", look, mix)
    svg = ET.fromstring(drawing(blocks, {block.rows: long for block in blocks}, Caption("", "", "", "", {})))
    groups = svg.findall(f"{SVG}g")
    assert len(groups) == len(blocks) > 8
    for group in groups[1:]:
        boxes = [
            [float(box.get(key, 0)) for key in ("x", "y", "width", "height")]
            for box in group.findall(f"{SVG}rect")
            if box.get("class") in ("box", "tail")
        ]
        texts = group.findall(f"{SVG}text")
        assert "1,234,567" in "".join("".join(text.itertext()) for text in texts)
        for text in texts:
            start, line = float(text.get("x", 0)), float(text.get("y", 0))
            wide = width_of("".join(text.itertext())) + sum(float(span.get("dx", 0)) for span in text)
            assert any(
                left < start and start + wide <= left + width and top < line - 8 and line <= top + height
                for left, top, width, height in boxes
            )


def test_golden(make_snapshot: MakeSnapshot) -> None:
    """The drawing of the small family is the one that was looked at."""
    text = re.sub("(</g>)", r"\1\n", icicle_page(shown(sample(make_snapshot), budget=12)).values["picture"])
    path = GOLDEN / "icicle.svg"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_hostile_names_are_text(make_snapshot: MakeSnapshot, lang: str) -> None:
    """No name becomes an element or an attribute, in the page and in the drawing of its own."""
    page = icicle_page(shown(hostile_sample(make_snapshot), lang=lang))
    text = html(page)
    assert "<img" not in text
    assert ' onmouseover="' not in text
    assert page.picture
    names = {element.tag.removeprefix(SVG) for element in ET.fromstring(page.picture()).iter()}
    assert names == {"svg", "style", "text", "tspan", "rect", "g", "title"}
    assert any("</script>" in name for name in HOSTILE)


def test_same_bytes(make_snapshot: MakeSnapshot) -> None:
    """The same family gives the same page."""
    family = sample(make_snapshot)
    assert html(icicle_page(shown(family))) == html(icicle_page(shown(family)))


def test_explorer_page_leads_to_models(make_snapshot: MakeSnapshot) -> None:
    """In the explorer each model of the table is a link to its page; in a file none is."""
    page = icicle_page(shown(sample(make_snapshot)))
    assert '<a href="/m/lone/tuned">lone/tuned</a>' in html(page, SERVED)
    assert "/m/lone" not in html(page)


def test_model_without_derivatives(make_snapshot: MakeSnapshot) -> None:
    """A leaf is one block, and the page says that nothing is known to be made from it."""
    found = sample(make_snapshot)
    page = icicle_page(replace(shown(found), root=found.node("lone/tuned-again")))
    assert page.values["lead"] == "The snapshot knows no derivative of it."
    assert len(ET.fromstring(page.values["picture"]).findall(f"{SVG}g")) == 1


@pytest.mark.parametrize("form", ["icicle", "timeline"])
def test_saved_by_the_command(built: Path, tmp_path: Path, form: str) -> None:
    """What the file is called decides: a page, its drawing, or its rows."""
    for suffix, begins in (
        (".html", "<!doctype html>"),
        (".svg", "<svg "),
        (".json", "{"),
        (".csv", "\ufeff"),
    ):
        file = tmp_path / f"a{suffix}"
        done = begat("tree", "google/gemma-7b", "--as", form, "-o", str(file), home=built)
        assert done.code == 0
        assert file.read_text(encoding="utf-8").lstrip("\n").startswith(begins)
    assert ET.parse(tmp_path / "a.svg").getroot().tag == f"{SVG}svg"


def test_best_known(make_snapshot: MakeSnapshot) -> None:
    """A group names its most downloaded models, a fold those without a row of their own, no release ever."""
    family = sample(make_snapshot)
    root = family.node(ROOT)
    rows = budgeted_tree(family.graph, family.facts, root, budget=6).rows
    known = Known(family.graph, family.facts, root, rows)
    group = next(one for one in rows if one.kind == "group" and one.relation == "finetune")
    assert known.best([group]) == ["user-13/tune-13", "user-12/tune-12", "user-11/tune-11"]
    named = {one.id for one in rows if one.kind in ("model", "release")}
    fold = next(one for one in rows if one.kind == "folded" and one.relation == "finetune")
    assert not named & set(known.best([fold], most=100))
    assert "house/base-7B-Instruct" not in known.best(rows[:1], most=100)
    assert set(RELATIONS) > {fold.relation}
