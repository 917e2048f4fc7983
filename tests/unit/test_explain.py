"""Every number of the ranking opens to the rows behind it."""

import math
import random
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from begat.answer.explain import declarations, rows_behind, score_parts, subject_named
from begat.errors import UnknownName
from begat.graph.build import build
from begat.influence.evidence import Evidence
from begat.influence.indicator import DIMENSIONS, editions
from begat.influence.indicator.base import DISTINCT, EFFECTIVE, H_INDEX, LARGEST, MEAN, SHARE, SUM, Indicator
from begat.influence.method import method_named
from begat.influence.ranking import Ranking, ranking
from begat.records import Account, Institution
from begat.snapshot import Snapshot, embedded

NEWEST = date(2025, 9, 7)

Row = dict[str, Any]
MakeSnapshot = Callable[..., Snapshot]


@pytest.fixture(scope="module")
def own() -> Ranking:
    """Return the ranking by begat's own method."""
    return ranking(embedded(), method_named("begat-53"))


@pytest.fixture(scope="module")
def published() -> Ranking:
    """Return the newest published ranking."""
    return ranking(embedded(), method_named("osir-53"), NEWEST)


def by_definition(indicator: Indicator, rows: list[Row]) -> float:
    """Compute a value from its rows in the plainest way."""
    amounts = [row["amount"] for row in rows]
    keyed = [row for row in rows if row["key"] is not None]
    if indicator.combine is SUM:
        return math.fsum(amounts)
    if indicator.combine is LARGEST:
        return max(amounts)
    if indicator.combine is DISTINCT:
        return len({row["key"] for row in keyed})
    if indicator.combine is SHARE:
        return math.fsum(row["amount"] / row["weight"] for row in rows if row["weight"])
    if indicator.combine is MEAN:
        weights = math.fsum(row["weight"] for row in rows)
        return math.fsum(row["amount"] * row["weight"] for row in rows) / weights
    if indicator.combine is EFFECTIVE:
        counts = Counter(row["key"] for row in keyed)
        parts = [count / len(keyed) for count in counts.values()]
        return math.exp(-sum(part * math.log(part) for part in parts)) if parts else 0.0
    assert indicator.combine is H_INDEX
    accounts: dict[str, set[str]] = {}
    for row in keyed:
        accounts.setdefault(row["key"], set()).add(row["id"].partition("/")[0])
    sizes = sorted((len(found) for found in accounts.values()), reverse=True)
    return sum(size >= place for place, size in enumerate(sizes, 1))


def cells(found: Ranking) -> list[tuple[str, str, float]]:
    """Return every value of a ranking: subject, indicator, value."""
    return [
        (subject, item.id, float(found.values[row, column]))
        for row, subject in enumerate(found.table.subjects)
        for column, item in enumerate(found.layout.indicators)
        if not math.isnan(found.values[row, column])
    ]


def test_hundred_cells_of_begat_53_follow_from_their_rows(own: Ranking) -> None:
    """A hundred values, computed again from the rows that explain gives, each with a source and a date."""
    known = own.method.framework.indicators
    for subject, code, value in random.Random(20261125).sample(cells(own), 100):
        rows = rows_behind(own, subject, code)
        assert by_definition(known[code], rows) == pytest.approx(value), (subject, code)
        assert all(row["source"] and row["date"] for row in rows), (subject, code)


def test_hundred_cells_of_osir_53_follow_from_their_rows() -> None:
    """A hundred values of all published editions are the sums of their rows, with source and date."""
    method = method_named("osir-53")
    found = {day: ranking(embedded(), method, day) for day in editions(embedded())}
    all_cells = [(day, *cell) for day, one in found.items() for cell in cells(one)]
    for day, subject, code, value in random.Random(20261125).sample(all_cells, 100):
        rows = rows_behind(found[day], subject, code)
        assert sum(row["amount"] for row in rows) == pytest.approx(value)
        assert all(row["source"] and row["date"] for row in rows)


@pytest.mark.parametrize("method", ["begat-53", "osir-53", "osir-53-2026"])
def test_contributions_sum_to_the_scores(method: str) -> None:
    """What the indicators of a dimension add is its score, for everybody, and what counts weighs 1."""
    found = ranking(embedded(), method_named(method))
    for row in found.rows().iter_rows(named=True):
        parts = score_parts(found, row["subject"])
        assert len(parts) == 53
        for dimension in DIMENSIONS:
            if row[dimension] is not None:
                mine = [part for part in parts if part["dimension"] == dimension]
                assert sum(part["contribution"] for part in mine) == pytest.approx(row[dimension])
                assert sum(part["weight"] for part in mine) == pytest.approx(1)


def test_every_indicator_is_declared_in_full(own: Ranking, published: Ranking) -> None:
    """53 and 53 indicators with all that a reader needs, names in two languages, weights that sum to 1."""
    for found in (own, published):
        rows = declarations(found.method, found.evidence)
        assert len(rows) == 53
        for row in rows:
            texts = (
                "name",
                "name_zh",
                "part",
                "part_zh",
                "unit",
                "formula",
                "combine",
                "origin",
                "fed_by",
                "state",
            )
            assert all(row[key] for key in texts), row["indicator"]
        assert any(row["state"].startswith(("not scored", "missing")) for row in rows) == (found is own)


def test_indicators_need_nobody_with_a_score(make_snapshot: MakeSnapshot) -> None:
    """A snapshot that feeds almost nothing lists all 53, each with what it lacks."""
    snapshot = make_snapshot([Institution("House X", id="x-house"), Account("huggingface", "x", "x-house")])
    rows = declarations(method_named("begat-53"), Evidence(snapshot, build(snapshot)))
    assert len(rows) == 53
    assert all(row["state"].startswith(("missing; fed by", "not scored")) for row in rows)


def test_institutions_by_code_id_and_name(own: Ranking, published: Ranking) -> None:
    """A code, an id or a name in any case leads to the institution; another text to near ones."""
    for text in ("Ali", "alibaba", "ALIBABA"):
        assert subject_named(published, text) == "Ali"
        assert subject_named(own, text) == "alibaba"
    assert subject_named(own, "UKP Lab") == "tu-darmstadt"
    with pytest.raises(UnknownName, match="Did you mean alibaba"):
        subject_named(published, "Alibb")


@pytest.mark.parametrize("by", ["institution", "country", "kind"])
def test_printed_names_are_understood(by: str) -> None:
    """Every name that a ranking prints, in English or Chinese, leads to whom it is the name of."""
    found = ranking(embedded(), method_named("begat-53"), by=by)
    for subject, name, chinese in found.rows().select("subject", "name", "name_zh").iter_rows():
        assert subject_named(found, name) == subject
        assert subject_named(found, chinese or name) == subject
    with pytest.raises(UnknownName, match=f"no ranked {by} named"):
        subject_named(found, "Atlantis")


def test_an_edition_ranks_only_its_own() -> None:
    """An institution that an early edition did not rank is not explained for it."""
    with pytest.raises(UnknownName, match="OpenAI"):
        subject_named(ranking(embedded(), method_named("osir-53"), date(2024, 12, 13)), "OpenAI")


def test_indicator_of_two_dimensions_must_be_told(published: Ranking) -> None:
    """A code that two dimensions have is asked back; one that none has gets near names."""
    with pytest.raises(UnknownName, match="data:num_speech or model:num_speech"):
        rows_behind(published, "Ali", "num_speech")
    with pytest.raises(UnknownName, match="model:descendants"):
        rows_behind(published, "Ali", "model:descendant")
