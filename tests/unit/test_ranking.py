"""The published ranking, recomputed from its items."""

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from begat.errors import UnknownName
from begat.influence.indicator import editions, osir_53, osir_values
from begat.influence.ranking import osir_ranking, rank
from begat.snapshot import embedded

PUBLISHED = sorted((Path(__file__).parent.parent / "golden" / "osir").glob("*.csv"))
COLUMNS = ("score", "data", "model", "system", "evaluation")


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_reproduces_published_edition(path: Path) -> None:
    """Scores agree to 1e-9 and all ranks are equal, overall and in each dimension."""
    computed = {
        row["subject"]: row
        for row in rank(embedded(), "osir-53", date.fromisoformat(path.stem)).iter_rows(named=True)
    }
    with path.open(encoding="utf-8") as file:
        published = {row["subject"]: row for row in csv.DictReader(file)}
    assert computed.keys() == published.keys()
    for subject, row in published.items():
        for column in COLUMNS:
            assert computed[subject][column] == pytest.approx(float(row[column]), abs=1e-9)
        for column in ("rank", *(f"{name}_rank" for name in COLUMNS[1:])):
            assert computed[subject][column] == int(row[column])


def test_every_published_edition_is_in_the_embedded_snapshot() -> None:
    """The editions with published results are those that the snapshot holds."""
    assert [str(edition) for edition in editions(embedded())] == [path.stem for path in PUBLISHED]


def test_indicators_are_53() -> None:
    """There are 18 data, 18 model, 12 system and 5 evaluation indicators, each key once."""
    indicators = osir_53()
    sizes = [sum(i.dimension == d for i in indicators) for d in ("data", "model", "system", "evaluation")]
    assert sizes == [18, 18, 12, 5]
    assert len({(i.dimension, i.code) for i in indicators}) == 53


def test_hand_made_values_are_labelled() -> None:
    """What does not follow from listed items comes in as observations that say so."""
    stated = embedded().frame("observations").filter(pl.col("metric").str.starts_with("osir:"))
    assert set(stated["method"]) == {"hand-made", "hand-typed"}


def test_score_is_the_formula() -> None:
    """Two institutions and one indicator a dimension: 1/log2(rank + 1) with weights 1/2 and 1/6."""
    rows = [
        (name, dimension, "x", value)
        for name, values in {"a": (1, 2, 3, 0), "b": (2, 2, 1, 0)}.items()
        for dimension, value in zip(("data", "model", "system", "evaluation"), values, strict=True)
    ]
    columns = ["institution", "dimension", "code", "value"]
    ranked = osir_ranking(pl.DataFrame(rows, columns, orient="row")).sort("subject")
    second = 1 / 1.584962500721156
    assert ranked["data"].to_list() == [0.5, 1.0]
    assert ranked["evaluation_rank"].to_list() == [1, 1]
    assert ranked["score"].to_list() == pytest.approx(
        [second / 6 + 1 / 2 + 1 / 6 + 1 / 6, 1 / 6 + 1 / 2 + second / 6 + 1 / 6]
    )


def test_unknown_edition_names_the_known() -> None:
    """An edition that is not there is an error that lists those that are."""
    with pytest.raises(UnknownName, match="2025-09-07"):
        osir_values(embedded(), date(1999, 1, 1))


def test_unknown_method_names_the_known() -> None:
    """A method that is not there is an error that lists those that are."""
    with pytest.raises(UnknownName, match="osir-53"):
        rank(embedded(), "osir-54")
