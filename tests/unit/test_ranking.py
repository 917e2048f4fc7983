"""The published ranking, recomputed from its items."""

import csv
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from begat.errors import InputError, UnknownName, UnreadableFile
from begat.influence.indicator import editions, osir_53, osir_values
from begat.influence.method import method_named, presets
from begat.influence.ranking import rank
from begat.influence.scoring import Layout, ranks, score
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
    codes = ["data:num_speech", "model:likes", "system:num_operators", "evaluation:num_leaderboards"]
    layout = Layout.of(method_named("osir-53").only(codes))
    scores = score(np.array([[1.0, 2.0, 3.0, 0.0], [2.0, 2.0, 1.0, 0.0]]), layout)
    second = 1 / 1.584962500721156
    assert scores.dimensions[:, 0].tolist() == [0.5, 1.0]
    assert ranks(scores.dimensions[None], dense=True)[0, :, 3].tolist() == [1, 1]
    assert scores.overall.tolist() == pytest.approx(
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


OF_2026 = {"MistralAI", "StanfordNLP", "Moonshot", "MLFoundations", "Salesforce", "Meituan", "Xiaomi"}
"""Institutions of September 2025 that the successor does not rank."""

RECOMPUTED = [
    ("all", {"Ali": 0.6445, "Meta": 0.5227, "Google": 0.4867, "BAAI": 0.4671}),
    ("25", {"Ali": 0.6481, "Meta": 0.5263, "Google": 0.4911, "BAAI": 0.4671}),
    ("CN", {"Ali": 0.7192, "BAAI": 0.6924, "ShanghaiAILab": 0.6131}),
]
"""Scores of the 2025-09-07 data under the weights of March 2026, as computed independently before."""


@pytest.mark.parametrize(("listed", "first"), RECOMPUTED, ids=[row[0] for row in RECOMPUTED])
def test_weights_of_2026(listed: str, first: dict[str, float]) -> None:
    """With the weights of March 2026 Alibaba is first of all, and first of the Chinese before BAAI."""
    names = embedded().frame("institutions", ["osir", "country"]).drop_nulls("osir")
    among = set(names["osir"]) - OF_2026 if listed == "25" else None
    if listed == "CN":
        among = set(names.filter(country="CN")["osir"])
    ranked = rank(embedded(), "osir-53-2026", date(2025, 9, 7), among=among)
    scores = dict(ranked.select("subject", "score").iter_rows())
    assert list(scores)[: len(first)] == list(first)
    assert {name: round(scores[name], 4) for name in first} == first


def test_presets_are_valid_and_say_where_they_come_from() -> None:
    """Every preset loads; its weights sum to 1 exactly; it has a title and a source."""
    assert presets() == ["begat-53", "osir-53", "osir-53-2026"]
    for name in presets():
        method = method_named(name)
        assert sum(method.dimensions.values()) == 1
        assert all(sum(inside.values()) == 1 for inside in method.weights.values())
        assert method.title
        assert method.source


GOOD = 'indicators = "osir-53"\n[dimensions]\ndata = 0.25\nmodel = 0.25\nsystem = 0.25\nevaluation = 0.25\n'


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("not = [toml", UnreadableFile, "not TOML"),
        (GOOD.replace("osir-53", "mine"), InputError, "indicators"),
        (GOOD.replace("model = 0.25", "model = 0.35"), InputError, r"sum to 1\.1"),
        (GOOD.replace("model = 0.25", "model = -0.25"), InputError, "negative"),
        (GOOD.replace("model =", "models ="), UnknownName, "Did you mean model"),
        (GOOD.replace("model = 0.25\n", ""), InputError, "no weight for model"),
        (GOOD + "[weights.evaluation]\nnum_leaderboard = 1\n", UnknownName, "num_leaderboards"),
        (GOOD + "[weights.planet]\nx = 1\n", InputError, "weights"),
        (GOOD.replace("0.25", '"a quarter"'), InputError, "no number"),
    ],
)
def test_invalid_method_files(tmp_path: Path, text: str, error: type[Exception], message: str) -> None:
    """A method that can't be used is an error that says where and what."""
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(error, match=message):
        method_named(str(path))


def test_own_method_file(tmp_path: Path) -> None:
    """A user's weights are used: with all weight on evaluation, its leader is first."""
    path = tmp_path / "mine.toml"
    text = GOOD.replace("0.25", "0").replace("evaluation = 0", "evaluation = 1")
    path.write_text(text, encoding="utf-8")
    first = rank(embedded(), str(path), date(2025, 9, 7)).row(0, named=True)
    assert (first["subject"], first["score"]) == ("ShanghaiAILab", 1.0)


def test_nobody_left() -> None:
    """Ranking nobody is an error, not an empty table."""
    with pytest.raises(InputError, match="no ranked institution"):
        rank(embedded(), "osir-53", among=["Nobody"])
