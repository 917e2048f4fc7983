"""Every number of the ranking opens to the rows behind it."""

import random
from datetime import date

import pytest

from begat.answer.explain import ranked_code, rows_behind, score_parts
from begat.errors import UnknownName
from begat.influence.indicator import DIMENSIONS, editions, osir_values
from begat.influence.ranking import rank
from begat.snapshot import embedded

NEWEST = date(2025, 9, 7)


def test_hundred_cells_are_the_sums_of_their_rows() -> None:
    """A hundred values of all editions are the sums of their rows, each with a source and a date."""
    snapshot = embedded()
    cells = [
        (edition, row["institution"], f"{row['dimension']}:{row['code']}", row["value"])
        for edition in editions(snapshot)
        for row in osir_values(snapshot, edition).iter_rows(named=True)
    ]
    for edition, institution, indicator, value in random.Random(20261125).sample(cells, 100):
        rows = rows_behind(snapshot, institution, indicator, edition=edition)
        assert sum(row["amount"] for row in rows) == pytest.approx(value)
        assert all(row["source"] and row["date"] for row in rows)


@pytest.mark.parametrize("method", ["osir-53", "osir-53-2026"])
def test_contributions_sum_to_the_scores(method: str) -> None:
    """What the indicators of a dimension add is its score, for every institution."""
    snapshot = embedded()
    for row in rank(snapshot, method, NEWEST).iter_rows(named=True):
        parts = score_parts(snapshot, row["subject"], method=method, edition=NEWEST)
        assert len(parts) == 53
        for dimension in DIMENSIONS:
            own = [part for part in parts if part["dimension"] == dimension]
            assert sum(part["contribution"] for part in own) == pytest.approx(row[dimension])
            assert sum(part["weight"] for part in own) == pytest.approx(1)


def test_institutions_by_code_id_and_name() -> None:
    """A code, an id or a name in any case leads to the institution; another text to near ones."""
    for text in ("Ali", "alibaba", "ALIBABA"):
        assert ranked_code(embedded(), text, NEWEST) == "Ali"
    with pytest.raises(UnknownName, match="Did you mean alibaba"):
        ranked_code(embedded(), "Alibb", NEWEST)


def test_an_edition_ranks_only_its_own() -> None:
    """An institution that an early edition did not rank is not explained for it."""
    with pytest.raises(UnknownName, match="OpenAI"):
        ranked_code(embedded(), "OpenAI", date(2024, 12, 13))


def test_indicator_of_two_dimensions_must_be_told() -> None:
    """A code that two dimensions have is asked back; one that none has gets near names."""
    with pytest.raises(UnknownName, match="data:num_speech or model:num_speech"):
        rows_behind(embedded(), "Ali", "num_speech", edition=NEWEST)
    with pytest.raises(UnknownName, match="model:descendants"):
        rows_behind(embedded(), "Ali", "model:descendant", edition=NEWEST)
