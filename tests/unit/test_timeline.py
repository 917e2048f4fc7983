"""The timeline: nothing is lost or counted twice, the half is the shortest, bounds hold, names do nothing."""

import os
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import MakeSnapshot, examples
from tests.unit.test_icicle import shown
from tests.unit.view_sample import HOSTILE, ROOT, Sample, hostile_sample, sample

from begat.graph.arrays import Ints
from begat.views.form.timeline import CROWDED, MAKERS, timeline_page
from begat.views.page.base import html
from begat.views.tree import GROUPINGS
from begat.views.tree.family import family
from begat.views.tree.moments import MOST_STEPS, RECENT, Moments

GOLDEN = Path(__file__).parents[1] / "golden" / "views"
SVG = "{http://www.w3.org/2000/svg}"
EPOCH = date(1970, 1, 1)
START = (date(2024, 3, 5) - EPOCH).days

SEVERAL = settings(max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])


def moments(found: Sample, days: Ints) -> Moments:
    """Return the sample's family with these dates."""
    return Moments(found.graph, found.facts, family(found.graph, found.node(ROOT)), days, days)


def spread_days(found: Sample) -> Ints:
    """Return a date for every model but each seventh, three a month, in an order of their own."""
    places = np.arange(found.graph.n)
    return np.where(places % 7 == 3, -1, START + places * 13 % found.graph.n * 11)


def dates(n: int) -> st.SearchStrategy[Ints]:
    """Draw a date or none for each of n models, from one week up to a century."""
    return st.sampled_from([7, 90, 700, 36_500]).flatmap(
        lambda most: st.lists(
            st.one_of(st.just(-1), st.integers(START, START + most)), min_size=n, max_size=n
        ).map(lambda days: np.array(days, dtype=np.int64))
    )


@SEVERAL
@given(data=st.data())
def test_nothing_is_lost(make_snapshot: MakeSnapshot, data: st.DataObject) -> None:
    """Whatever the grouping, the columns sum to the dated derivatives month by month; makers to the known."""
    found = FAMILIES.setdefault("plain", sample(make_snapshot))
    told = moments(found, data.draw(dates(found.graph.n)))
    by_hand = [0] * told.axis.steps
    for node in told.nodes:
        by_hand[month_of(int(told.day[node])) // told.axis.months - told.axis.start // told.axis.months] += 1
    assert len(told.nodes) + told.undated == np.count_nonzero(told.family.counted)
    for by in GROUPINGS:
        shares = told.shares(by, most=2)
        totals = [sum(step) for step in zip(*(share.counts for share in shares), strict=True)]
        assert (totals or [0] * told.axis.steps) == by_hand
    for by in MAKERS:
        codes, _ = told.codes(by)
        assert sum(entry.models for entry in told.entries(by)) == np.count_nonzero(codes >= 0)
        for entry in told.entries(by):
            own = told.day[told.nodes][codes == entry.code]
            assert (entry.first, entry.last) == (own.min(), own.max())


FAMILIES: dict[str, Sample] = {}


def month_of(day: int) -> int:
    """Return the month of a day, from 1970-01, by the calendar."""
    when = EPOCH + timedelta(days=day)
    return (when.year - 1970) * 12 + when.month - 1


@SEVERAL
@given(data=st.data())
def test_axis(make_snapshot: MakeSnapshot, data: st.DataObject) -> None:
    """Every date lies on the axis, in the step of its month, and the steps are bounded."""
    found = FAMILIES.setdefault("plain", sample(make_snapshot))
    told = moments(found, data.draw(dates(found.graph.n)))
    assert 1 <= told.axis.steps <= MOST_STEPS + 1
    for day in told.day[told.nodes].tolist():
        step = int(told.axis.step(np.array([day]))[0])
        assert 0 <= step < told.axis.steps
        assert step <= told.axis.place(day) < step + 1
    assert len(told.all_models) == told.axis.steps


@SEVERAL
@given(data=st.data())
def test_half_is_the_shortest(make_snapshot: MakeSnapshot, data: st.DataObject) -> None:
    """No shorter run of steps than the one that is named holds half of the derivatives."""
    found = FAMILIES.setdefault("plain", sample(make_snapshot))
    told = moments(found, data.draw(dates(found.graph.n)))
    if len(told.nodes) == 0:
        return
    low, high = told.half()
    counts = np.bincount(told.steps, minlength=told.axis.steps)
    assert 2 * counts[low : high + 1].sum() >= len(told.nodes)
    shorter = high - low
    for start in range(told.axis.steps):
        assert shorter == 0 or 2 * counts[start : start + shorter].sum() < len(told.nodes)


def test_active(make_snapshot: MakeSnapshot) -> None:
    """Active is who published in the half year before the newest date of the whole snapshot."""
    found = sample(make_snapshot)
    days = np.full(found.graph.n, START)
    days[found.node("older/origin")] = START + RECENT + 5
    days[found.node("lone/tuned")] = START + 10
    told = moments(found, days)
    names = {told.graph.account_ids[one.code]: told.active(one) for one in told.entries("account")}
    assert names["huggingface:lone"]
    assert not names["huggingface:quants"]


def drawn(found: Sample, **how: Any) -> dict[str, Any]:
    """Return what the page's template gets."""
    return dict(timeline_page(replace(shown(found, **how), created=lambda: spread_days(found))).values)


def test_columns_are_as_high_as_their_numbers(make_snapshot: MakeSnapshot) -> None:
    """The boxes of the drawing have one scale: their heights sum to it times the derivatives."""
    found = sample(make_snapshot)
    told = moments(found, spread_days(found))
    svg = ET.fromstring(drawn(found)["charts"]["relation"]["wide"])
    paths = [path.get("d", "") for path in svg.iter(f"{SVG}path") if "part" in (path.get("class") or "")]
    high = sum(float(value) for path in paths for value in re.findall(r"v(\d[\d.]*)z", path))
    marks = [item for item in svg.iter(f"{SVG}text") if item.get("class") == "soft end"]
    top, bottom = (float(marks[place].get("y", 0)) for place in (-1, 0))
    assert high == pytest.approx(len(told.nodes) * (bottom - top) / int(marks[-1].text or 0), rel=0.01)


@pytest.mark.parametrize("by", GROUPINGS)
def test_nothing_leaves_the_sheet(make_snapshot: MakeSnapshot, by: str) -> None:
    """All that is drawn lies on the sheet, at both widths."""
    charts = drawn(hostile_sample(make_snapshot))["charts"][by]
    for width in ("wide", "narrow"):
        svg = ET.fromstring(charts[width])
        right, bottom = (float(value) for value in svg.get("viewBox", "").split()[2:])
        for box in svg.iter(f"{SVG}rect"):
            x, y, wide, high = (float(box.get(key, 0)) for key in ("x", "y", "width", "height"))
            assert 0 <= x <= x + wide <= right + 0.5
            assert 0 <= y <= y + high <= bottom


def test_golden(make_snapshot: MakeSnapshot) -> None:
    """The drawing of the small family is the one that was looked at."""
    text = re.sub("(/>|</g>)", r"\1\n", drawn(sample(make_snapshot))["charts"]["relation"]["wide"])
    path = GOLDEN / "timeline.svg"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_hostile_names_are_text(make_snapshot: MakeSnapshot, lang: str) -> None:
    """No name becomes an element, in the page and in the drawing of its own."""
    found = hostile_sample(make_snapshot)
    page = timeline_page(replace(shown(found, lang=lang, by="licence"), created=lambda: spread_days(found)))
    assert "<img" not in html(page)
    assert page.picture
    tags = {item.tag.removeprefix(SVG) for item in ET.fromstring(page.picture()).iter()}
    assert tags <= {"svg", "style", "text", "tspan", "rect", "g", "title", "line", "path"}
    assert any("</script>" in name for name in HOSTILE)


def test_no_dates_at_all(make_snapshot: MakeSnapshot) -> None:
    """Without a single date the page says so and draws no column."""
    found = sample(make_snapshot)
    page = timeline_page(replace(shown(found), created=lambda: np.full(found.graph.n, -1)))
    assert page.values["lead"] == "The snapshot knows no derivative of it with a date."
    assert page.twin.rows == []
    assert page.twin.head["undated"] == np.count_nonzero(family(found.graph, found.node(ROOT)).counted)
    assert "<svg" not in html(page)


def test_a_peak_of_the_whole_snapshot_is_named(make_snapshot: MakeSnapshot) -> None:
    """Where the largest month is one of the whole snapshot, the page warns; else it does not."""
    found = sample(make_snapshot)
    even = spread_days(found)
    assert not drawn(found)["caution"]
    peak = np.where(np.arange(found.graph.n) < 2 * CROWDED, even, START + 400)
    page = timeline_page(replace(shown(found), created=lambda: peak))
    assert "2025-04" in page.values["caution"]


def test_the_axis_ends_with_the_day(make_snapshot: MakeSnapshot) -> None:
    """As of a day no month after it is shown as one without derivatives, and no later model is counted."""
    found = sample(make_snapshot)
    days = START + np.arange(found.graph.n) * 30
    told = moments(found._replace(facts=replace(found.facts, on=EPOCH + timedelta(days=START + 400))), days)
    assert told.axis.end == START + 400
    assert told.axis.name(told.axis.steps - 1) == "2025-04"
    assert sum(told.all_models) <= np.count_nonzero(days <= START + 400)
