"""The page of one model: what it says holds, what it draws is bounded, and no name is more than a name."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import MakeSnapshot
from tests.unit.form_sample import shown
from tests.unit.view_sample import HOSTILE, ROOT, Sample, hostile_sample, made, sample

from begat.consequence.inherit import inherit
from begat.consequence.labels import load_or_make
from begat.consequence.supply import load_or_build
from begat.licences import EFFECTS, commercial_use, effects, licences
from begat.records import Derivation, Model, TrainedOn
from begat.views.form._steps import COLUMNS, MOST_FURTHER, MOST_PARENTS, steps
from begat.views.form.hourglass import hourglass_page
from begat.views.page.base import Page, html
from begat.views.picture.element import cut, width_of
from begat.views.picture.hourglass import Box, Hourglass, Line, hourglass
from begat.views.picture.lines import cut_name, wrapped
from begat.views.place import FILE, SERVED

SVG = "{http://www.w3.org/2000/svg}"
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="…"), max_size=60)
IDS = st.sampled_from([None, "no such licence", "MIT OR GPL-3.0-only", *licences()])


def drawing(page: Page, place: object = FILE) -> ET.Element:
    """Return the drawing of a page, which must be well-formed."""
    text = str(page.values["drawing"](place))
    return ET.fromstring(text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def texts(root: ET.Element) -> list[str]:
    """Return what is written in a drawing."""
    return ["".join(part for part in element.itertext()) for element in root.iter(f"{SVG}text")]


@pytest.fixture
def plain(make_snapshot: MakeSnapshot) -> Sample:
    """Return the plain family with data, a parent that can't be told, and licences that change the law."""
    more = [
        TrainedOn(ROOT, "some/data", "tags"),
        TrainedOn(ROOT, "other/data", "tags"),
        Derivation(ROOT, "whatever it was", "finetune", "card"),
        *made("evil/closed", ROOT, licence="cc-by-nc-4.0"),
        *made("other/opened", "evil/closed", licence="mit"),
        *made("older/oldest"),
        Derivation("older/origin", "older/oldest", "merge", "tags"),
    ]
    return sample(make_snapshot, more)


def test_licences_are_shown_by_what_they_demand(plain: Sample) -> None:
    """Each branch says how many of its derivatives demand what, which add up; each row has its sign."""
    page = hourglass_page(shown(plain))
    branches = [row for row in page.twin.rows if row["kind"] == "branch"]
    assert all(sum(row["demands"].values()) == row["derivatives"] for row in branches)
    assert {row["demand"] for row in page.twin.rows if row["id"] == "evil/closed"} == {"non-commercial"}
    written = texts(drawing(page))
    assert any("non-commercial" in text and "permissive" in text for text in written)
    assert written.count("⊘") == 1


def test_inherited_clauses_in_a_line(plain: Sample, tmp_path: Path) -> None:
    """The page says which clauses bind with all that went in; nothing where that is not at hand."""
    supply = load_or_build(plain.snapshot, lambda: plain.graph, tmp_path / "supply")
    labels = load_or_make(plain.snapshot, tmp_path / "labels")
    node = plain.node("other/opened")
    page = hourglass_page(shown(plain, "other/opened", inherited=lambda: inherit(supply, labels, node)))
    assert "no commercial use, attribution" in page.values["terms"]
    assert hourglass_page(shown(plain, "other/opened")).values["terms"] == ""


def test_rows(plain: Sample) -> None:
    """Every step has a row with its surest statement; the branches add up to the whole."""
    page = hourglass_page(shown(plain))
    rows = page.twin.rows
    assert all(set(row) == set(COLUMNS) for row in rows)
    by_kind = {kind: [row for row in rows if row["kind"] == kind] for kind in {row["kind"] for row in rows}}
    assert [row["id"] for row in by_kind["parent"]] == ["older/origin"]
    assert [(row["id"], row["generation"]) for row in by_kind["ancestor"]] == [("older/oldest", 2)]
    assert [row["id"] for row in by_kind["dataset"]] == ["other/data", "some/data"]
    assert sum(row["derivatives"] for row in by_kind["branch"]) == page.twin.head["derivatives"] == 29
    assert {row["evidence"] for row in by_kind["child"]} == {"declared"}
    assert by_kind["parent"][0]["statements"][0]["method"] == "tags"
    assert page.twin.head["ancestors"] == 2


def test_licences_are_marked_by_their_effect(plain: Sample) -> None:
    """Another licence without another effect is not marked; a ban is, and what lifts it too."""
    page = hourglass_page(shown(plain, budget=100))
    seen = {row["id"]: row["effects"] for row in page.twin.rows if row["kind"] == "child"}
    assert seen["lone/tuned"] == []
    assert seen["evil/closed"] == ["commercial-lost"]
    assert page.twin.head["terms_added"] == 1
    below = hourglass_page(shown(plain, "evil/closed"))
    assert below.twin.head["terms_dropped"] == 1
    opened = hourglass_page(shown(plain, "other/opened"))
    finding = " ".join(opened.values["finding"])
    assert "claims commercial use, which that of evil/closed (CC-BY-NC-4.0) forbids" in finding
    assert {row["id"]: row["effects"] for row in opened.twin.rows}["evil/closed"] == ["commercial-claimed"]


def test_drawing(plain: Sample) -> None:
    """The drawing says what it comes from, what can't be told, and the totals of each branch."""
    said = " ".join(texts(drawing(hourglass_page(shown(plain)))))
    for text in (
        "older/origin",
        "1 model further back",
        "1 parent that can't be told",
        "whatever it was",
        "Trained on 2 named datasets",
        "29 derivatives",
        "2 fine-tunes",
    ):
        assert text in said


def test_own_releases_are_named_without_their_account(plain: Sample) -> None:
    """Releases of the model's own account leave it out, so that their names have room."""
    said = texts(drawing(hourglass_page(shown(plain))))
    assert "base-7B-Instruct" in said
    assert "house/base-7B-Instruct" not in said


def test_a_model_without_lineage(make_snapshot: MakeSnapshot) -> None:
    """Nothing recorded is said in words on both sides."""
    page = hourglass_page(shown(sample(make_snapshot, [Model("lone/leaf")]), "lone/leaf"))
    said = texts(drawing(page))
    assert "No parent is recorded" in said
    assert "Nothing made from it is recorded" in said
    assert page.values["finding"] == ["No derivative of this model is recorded in this snapshot."]


def test_bounded(make_snapshot: MakeSnapshot) -> None:
    """Hundreds of parents and of children are counted in full and drawn in part."""
    parents = [f"p/{place:03}" for place in range(200)]
    chain = [row for place in range(100) for row in made(f"c/{place:03}", f"c/{place + 1:03}")]
    records = [*made("big/merge", *parents, "c/000", kind="merge"), *chain]
    records += [row for place in range(300) for row in made(f"user/{place:03}", "big/merge")]
    family = sample(make_snapshot, records)
    given = shown(family, "big/merge", budget=12)
    found = steps(given, given.said_of("big/merge"))
    assert len(found.parents) == MOST_PARENTS
    assert len(found.parents) + found.more_parents == 201
    assert len(found.further) == MOST_FURTHER
    assert len(found.further) + found.more_further == 100
    page = hourglass_page(given)
    assert "and 288 more" in texts(drawing(page))
    assert page.twin.head["derivatives"] == 300
    assert len(html(page)) < 150_000


@pytest.mark.parametrize("root", [ROOT, *HOSTILE])
def test_hostile_names(make_snapshot: MakeSnapshot, root: str) -> None:
    """Names are text in the drawing, in the page and in addresses, whatever is in them."""
    page = hourglass_page(shown(hostile_sample(make_snapshot), root, budget=100))
    for place in (FILE, SERVED):
        text = re.sub(r'(id="data">).*?</script>', "", html(page, place), flags=re.DOTALL)
        assert "<img" not in text
        assert not re.search(r"[\x1b\x9b\u202e\u2066]", text)
        assert 'onmouseover="' not in text
        links = [element.get("href") for element in drawing(page, place).iter(f"{SVG}a")]
        assert all(link and re.match(r"/(m|d|tree)[/?]", link) for link in links)
        assert bool(links) == place.served


def test_both_languages(plain: Sample) -> None:
    """A page in Chinese has no English text of ours in its drawing."""
    said = " ".join(texts(drawing(hourglass_page(shown(plain, lang="zh")))))
    assert "衍生模型" in said
    assert not re.search(r"\b(and|more|below|derivatives?|licence|declared)\b", said)


def test_same_bytes(plain: Sample) -> None:
    """The same data give the same bytes."""
    assert html(hourglass_page(shown(plain))) == html(hourglass_page(shown(plain)))


@given(st.lists(st.tuples(TEXT, TEXT, st.integers(0, 1000)), max_size=8))
def test_bands_are_to_scale(boxes: list[tuple[str, str, int]]) -> None:
    """Bands that are wider than the least are as wide as their numbers say, and none leaves its boxes."""
    after = tuple(Box(title, (Line(note, note),), weight=weight) for title, note, weight in boxes)
    drawn = Hourglass(("a", "b", "c"), (), Box("m", kind="model"), after, "t", "d")
    text = hourglass(drawn, FILE)
    root = ET.fromstring(text)
    shapes = [path.get("d") for path in root.iter("path") if str(path.get("class")).startswith("band")]
    wide = []
    for shape in shapes:
        left = [float(number) for number in re.findall(r"-?[\d.]+", str(shape))]
        wide.append(left[-1] - left[1])
    weights = [weight for _, _, weight in boxes if weight]
    assert len(wide) == len(weights)
    scale = [width / weight for width, weight in zip(wide, weights, strict=True) if width > 2]
    sure = [weight for width, weight in zip(wide, weights, strict=True) if width > 2]
    for one, weight in zip(scale, sure, strict=True):
        assert abs(one - scale[0]) * weight <= 0.3 + 0.3 * weight / sure[0]


@given(TEXT, st.floats(20, 400), st.sampled_from([13.0, 18.0]))
def test_text_fits(text: str, width: float, size: float) -> None:
    """What is cut or wrapped fits, and what fits is not changed."""
    assert width_of(cut(text, width, size), size) <= width
    assert cut(text, width_of(text, size), size) == text
    name = cut_name(text, width, size)
    assert width_of(name, size) <= width
    head, cut_out, tail = name.partition("…")
    assert name == text or (cut_out and text.startswith(head) and text.endswith(tail))
    lines = wrapped(text, width, size)
    assert all(width_of(line, size) <= width for line in lines)
    if all("…" not in line for line in lines):
        assert "".join("".join(lines).split()) == "".join(text.split())


@given(IDS, IDS)
def test_effects_of_licences(before: str | None, after: str | None) -> None:
    """No licence changes anything against itself or one that is not known; the order is fixed."""
    found = effects(before, after)
    assert list(found) == [name for name in EFFECTS if name in found]
    assert effects(before, before) == ()
    if before is None or after is None:
        assert found == ()
        return
    now = commercial_use(after)
    assert ("commercial-claimed" in found) == (
        commercial_use(before) == "no" and now in ("yes", "conditional")
    )
    assert ("commercial-lost" in found) == (commercial_use(before) in ("yes", "conditional") and now == "no")


def test_effects_of_known_licences() -> None:
    """Share-alike, forbidden uses and terms that travel are told apart."""
    assert effects("GPL-3.0-only", "MIT") == ("terms-dropped",)
    assert effects("MIT", "AGPL-3.0-only") == ("share-alike-added",)
    assert "uses-forbidden" in effects("Apache-2.0", "LicenseRef-gemma")
    assert effects("LicenseRef-llama3", "LicenseRef-llama3.1") == ()
