"""What stands beside a ranking: weights set and got, who is scored, and sources."""

from datetime import date

import pytest

from begat.answer.ranking import dimension_counts, sources_behind
from begat.influence.indicator import DIMENSIONS
from begat.influence.method import method_named
from begat.influence.ranking import ranking
from begat.influence.sensitivity import effects
from begat.snapshot import embedded

DAY = date(2025, 9, 7)

GOT = {
    ("model", None): 0.79,
    ("system", None): 0.44,
    ("data", None): 0.25,
    ("evaluation", None): 0.08,
    ("model", "model:issue"): 0.86,
    ("model", "model:num_vision"): 0.81,
    ("model", "model:downloads_language"): 0.80,
    ("model", "model:downloads_vector"): 0.02,
    ("model", "model:num_adapted_chips"): 0.04,
}
"""Main effects of September 2025, as computed independently before."""


def test_main_effects() -> None:
    """Effects are those of the audit; nominal weights sum to 1 over and inside dimensions."""
    found = effects(ranking(embedded(), method_named("osir-53"), DAY))
    rows = {(row["dimension"], row["indicator"]): row for row in found}
    assert {key: round(rows[key]["effect"], 2) for key in GOT} == GOT
    assert len(found) == 4 + 53
    for dimension in DIMENSIONS:
        inside = [row for row in found if row["dimension"] == dimension and row["indicator"]]
        assert sum(row["nominal"] for row in inside) == pytest.approx(1)
    assert sum(row["nominal"] for row in found if not row["indicator"]) == pytest.approx(1)
    assert rows["model", "model:issue"]["name_zh"]


def test_nothing_varies_among_one() -> None:
    """A ranking of one institution has no effects: null, not an error."""
    found = ranking(embedded(), method_named("osir-53"), DAY, among=["Meta"])
    assert {row["effect"] for row in effects(found)} == {None}


def test_counts_of_dimensions() -> None:
    """Everybody has a score in a dimension or is counted with what lacks, by begat's own method."""
    found = ranking(embedded(), method_named("begat-53"))
    counts = dimension_counts(found)
    for dimension, row in counts.items():
        assert row["scored"] == found.rows()[dimension].drop_nulls().len()
        assert row["scored"] + row["not_scored"] == len(found.table.subjects)
        assert sum(row["reasons"].values()) == row["not_scored"]
        assert row["weight"] == 0.25
    assert all("less than 60% observed of" in reason for row in counts.values() for reason in row["reasons"])


def test_sources_are_those_of_the_rows() -> None:
    """The sources are those of the numbers; what is kept apart for its licence is named too."""
    published = ranking(embedded(), method_named("osir-53"), DAY)
    names = {row["source"] for row in sources_behind(published)}
    assert names == {"osir", "osir-hand-typed", "institutions"}
    own = {row["source"]: row for row in sources_behind(ranking(embedded(), method_named("begat-53")))}
    assert own["best-of-ml-python"]["licence"] == "CC-BY-SA-4.0"
    assert {"radar", "hub-stats", "osir", "starscreener"} <= own.keys()
