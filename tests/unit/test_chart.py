"""Charts: what they draw, that labels never overlap, that names do nothing, that colours can be read."""

import itertools
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.ranking_sample import DAYS, editions, row
from tests.unit.view_sample import HOSTILE

from begat.views.markup import template_text
from begat.views.picture.chart import (
    LINE,
    WIDTH,
    Caption,
    interval_bar,
    interval_chart,
    newest,
    spread,
    ticks,
    trend_chart,
    weight_chart,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "views"
SVG = "{http://www.w3.org/2000/svg}"
SAID = Caption("A title", "A description", "key")


def drawn(svg: str) -> ET.Element:
    """Return a chart as a tree of elements; it fails where it is no XML."""
    return ET.fromstring(svg)


def labels(svg: str) -> list[tuple[float, float, str]]:
    """Return the labels of a chart at the ends of its lines: x, y, text."""
    texts = [item for item in drawn(svg).iter() if item.get("class") == "label"]
    return [(float(item.get("x", 0)), float(item.get("y", 0)), "".join(item.itertext())) for item in texts]


CHARTS = {
    "trend": lambda: trend_chart(editions("a b c", "b a c", "b c a", broken=(1,)), SAID),
    "intervals": lambda: interval_chart([row("a", 1), row("b", 2), row("c", 3, tier=2)], SAID),
    "weights": lambda: weight_chart(
        [{"name": "a", "nominal": 1, "effect": 0.2}, {"name": "b", "nominal": 3, "effect": 0.6}], SAID
    ),
    "interval": lambda: interval_bar(row("a", 2, bound_low=1, bound_high=4), 4) + "\n",
}


@pytest.mark.parametrize("name", CHARTS)
def test_golden(name: str) -> None:
    """A small chart is drawn as it was when somebody looked at it."""
    assert CHARTS[name]() == (GOLDEN / f"chart-{name}.svg").read_text(encoding="utf-8")


positions = st.lists(st.floats(-100, 500), min_size=1, max_size=12).map(sorted)


@given(positions, st.floats(0, 60))
def test_spread_keeps_apart_and_inside(wanted: list[float], gap: float) -> None:
    """Positions keep their order, their distance where there is room, and stay inside."""
    placed = spread(wanted, gap, 0, 400)
    room = 400 / (len(wanted) - 1) if len(wanted) > 1 else 400
    assert all(-1e-6 <= at <= 400 + 1e-6 for at in placed)
    assert all(after - at >= min(gap, room) - 1e-6 for at, after in itertools.pairwise(placed))


@given(positions, st.floats(0, 30))
def test_spread_moves_as_little_as_possible(wanted: list[float], gap: float) -> None:
    """The places are those of the formula for least squares in order: the largest of the smallest means."""
    shifted = [at - place * gap for place, at in enumerate(wanted)]
    count = len(shifted)

    def mean(first: int, last: int) -> float:
        return sum(shifted[first : last + 1]) / (last - first + 1)

    expected = [
        max(min(mean(first, last) for last in range(place, count)) for first in range(place + 1))
        + place * gap
        for place in range(count)
    ]
    assert spread(wanted, gap, -1e6, 1e6) == pytest.approx(expected, abs=1e-6)


@given(st.lists(st.permutations(list("abcdefghijklmnopqrstuvwxyz")), min_size=3, max_size=3), st.booleans())
def test_labels_never_overlap(orders: list[list[str]], by_score: bool) -> None:
    """However the lines end, each label has a line of its own inside the picture."""
    rows = editions(*(" ".join(order) for order in orders))
    for row_ in rows:
        row_["score"] = round(row_["score"], 1)
    svg = trend_chart(rows, SAID, value="score" if by_score else "rank", top=0)
    found = sorted(y for _, y, _ in labels(svg))
    assert len(found) == 26
    assert all(after - y >= LINE - 0.11 for y, after in itertools.pairwise(found))
    height = float(drawn(svg).get("viewBox", "").split()[3])
    assert found[0] > 0
    assert found[-1] < height


@pytest.mark.parametrize("name", ["x" * 300, "北京" * 60, "a"])
def test_long_names_stay_inside(name: str) -> None:
    """A name that is too long is cut; the figures before and after it are not."""
    rows = [{**row_, "name": name} for row_ in editions("a b", "a b")]
    x, _, text = labels(trend_chart(rows, SAID))[0]
    wide = sum(13 if sign > "\u2fff" else 8.1 for sign in text)
    assert x + wide <= WIDTH
    assert text.startswith("1 ")
    assert text.endswith("1–3")


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_cover_the_range(low: float, span: float) -> None:
    """Ticks ascend evenly in round steps, cover the range and are few."""
    found = ticks(low, low + span)
    steps = [after - at for at, after in itertools.pairwise(found)]
    assert found[0] <= low + 1e-6 * span
    assert found[-1] >= low + span * (1 - 1e-6)
    assert 2 <= len(found) <= 11
    assert steps == pytest.approx([steps[0]] * len(steps), rel=1e-3)
    assert re.match(r"[125]\.?0*e", f"{steps[0]:.2e}")


def test_newest_are_the_first_of_the_last_edition() -> None:
    """Who is drawn is decided by the newest edition; those without a rank are not."""
    rows = editions("a b c", "c b", "b d c")
    rows.append({**rows[-1], "subject": "unknown", "rank": None})
    assert newest(rows, 2) == ["b", "d"]
    assert newest(rows, 0) == ["b", "d", "c"]
    assert newest([], 3) == []


def test_best_rank_and_highest_score_are_above() -> None:
    """Rank 1 is drawn above rank 2, a high score above a low one, and time runs to the right."""
    rows = editions("a b", "a b", "a b")
    for value in ("rank", "score"):
        svg = drawn(trend_chart(rows, SAID, value=value))
        first, second = (
            [(float(dot.get("cx", 0)), float(dot.get("cy", 0))) for dot in group.iter("circle")]
            for group in svg.iter("g")
            if (group.get("class") or "").startswith("series")
        )
        assert len(first) == len(second) == len(DAYS)
        assert all(one[1] < other[1] for one, other in zip(first, second, strict=True))
        assert [x for x, _ in first] == sorted(x for x, _ in first)


def test_breaks_are_marked_and_dotted() -> None:
    """A step between editions that can't be compared is dotted and marked with its reason; others are not."""
    for broken, dotted in (((), 0), ((2,), 2), ((1, 2), 4)):
        svg = trend_chart(editions("a b", "a b", "a b", broken=broken), SAID)
        assert svg.count("≠</text>") == len(broken)
        assert svg.count("1 institutions joined") == len(broken)
        moves = re.findall(r'class="line apart" d="([^"]*)"', svg)
        assert sum(path.count("M") for path in moves) == dotted


def test_a_picture_of_its_own_brings_its_styles() -> None:
    """A file is whole: styles, ground, heading; a part of a page takes those of the page."""
    alone = trend_chart(editions("a b", "a b"), Caption("A title", "Words"))
    assert template_text("chart.css") in alone
    assert 'xmlns="http://www.w3.org/2000/svg"' in alone
    assert [item.text for item in drawn(alone).iter(f"{SVG}text") if item.get("class") == "heading"] == [
        "A title"
    ]
    assert "<style" not in trend_chart(editions("a b", "a b"), SAID)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_texts(name: str) -> None:
    """A hostile name, reason, title or tier is a text in every chart."""
    said = Caption(name, name, "key")
    rows = [{**row_, "name": name, "reason": name} for row_ in editions("a b", "a b")]
    charts = [
        trend_chart(rows, said),
        interval_chart([row("a", 1, name=name)], said, tier=name.replace("{", "").replace("}", "")),
        weight_chart([{"name": name, "nominal": 1, "effect": 1}], said),
    ]
    known = {"svg", "title", "desc", "g", "path", "line", "circle", "rect", "text", "tspan"}
    for svg in charts:
        tree = drawn(svg)
        assert {item.tag for item in tree.iter()} <= known
        assert not [
            key for item in tree.iter() for key in item.attrib if key.startswith(("on", "href", "style"))
        ]
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e\u2066]", svg)


def test_every_chart_says_what_it_is() -> None:
    """A chart has a title and a description, and its ids are its own."""
    for name in ("trend", "intervals", "weights"):
        tree = drawn(CHARTS[name]())
        assert tree.get("role") == "img"
        assert tree.get("aria-labelledby") == "key-title key-desc"
        assert [item.text for item in tree if item.tag in ("title", "desc")] == ["A title", "A description"]


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_can_be_read_in_light_and_dark() -> None:
    """Lines, figures and texts have at least 4.5 to 1 against their ground in both schemes."""
    light, dark = template_text("chart.css").split("@media")
    for style in (light, dark):
        colours = dict(re.findall(r"--(\w+): (#\w{6})", style))
        ground = luminance(colours["paper"])
        for name in ("ink", "soft", *(f"c{place}" for place in range(1, 9))):
            pair = sorted([ground, luminance(colours[name])])
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, (name, colours[name])


def test_empty_series_are_drawn() -> None:
    """A series without rows is an empty picture, not an error."""
    assert labels(trend_chart([], SAID)) == []
    assert drawn(interval_chart([row("a", None)], SAID)).get("role") == "img"
