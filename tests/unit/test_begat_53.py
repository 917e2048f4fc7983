"""The acceptance tests of the default method.

Elsewhere: published editions are reproduced (test_ranking), bursts in the measures (test_burst), direction of
edges (contract/test_measures), intervals contain the rank (test_uncertainty), a hundred values follow from
their rows (test_explain).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests import flooded
from tests.conftest import THOROUGH

from begat.errors import BegatError, InputError, UnknownName, UnreadableFile
from begat.graph import Graph
from begat.graph.build import build
from begat.influence.evidence import Evidence
from begat.influence.indicator import DIMENSIONS, framework_named
from begat.influence.indicator.base import SHARE, SUM
from begat.influence.method import Goalposts, Method, method_named
from begat.influence.ranking import Ranking, rank, ranking
from begat.influence.scoring import Layout, bounds, normalise, score
from begat.influence.sensitivity import coherence
from begat.influence.table import make_table
from begat.records import TABLES, Account, Alias, Benchmark, Institution, Model, Observation, Record
from begat.resolve.tables import sorted_table
from begat.snapshot import Snapshot, embedded, write_snapshot
from begat.synth import Burst, synthetic_snapshot

MakeSnapshot = Callable[[Iterable[Record]], Snapshot]

Values = dict[tuple[str, str], float]

METHOD = method_named("begat-53")
LAYOUT = Layout.of(METHOD)
CODES = [item.id for item in LAYOUT.indicators]
SHARES = {item.id for item in LAYOUT.indicators if item.scale == "sqrt"}
GRAPH = build(embedded())


def copied(folder: Path, further: Mapping[str, pl.DataFrame]) -> Snapshot:
    """Return a copy of the embedded snapshot with further rows in some tables."""
    of = embedded()

    def tables() -> Iterable[tuple[str, Any]]:
        for name in TABLES:
            table = of.table(name)
            if name in further:
                known = pl.DataFrame(pl.from_arrow(table))
                table = sorted_table(name, pl.concat([known, further[name]], how="diagonal"))
            yield name, table

    return write_snapshot(tables(), folder, name=f"copy-{len(further)}", on=of.date, sources={})


def nothing(packages: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the rows of an institution that every source was read for, and that has nothing."""
    typed = embedded().frame("observations").filter(method="hand-made")
    newest = typed.filter(pl.col("observed_on") == pl.col("observed_on").max())
    every = newest.unique("metric", keep="first").with_columns(subject=pl.lit("Nothing"), value=pl.lit(0.0))
    unused = [f"nothing/{number}" for number in range(400)]
    counted = packages.filter(metric="package_downloads_30d").sort("observed_on")[-1:]
    package = pl.concat([counted] * 400).with_columns(subject=pl.Series(unused), value=pl.lit(0.0))
    listing = {
        "edition": newest["observed_on"][0],
        "institution": "Nothing",
        "kind": "none",
        "source": "test",
    }
    rows: dict[str, dict[str, Any]] = {
        "institutions": {"name": "Nothing", "id": "nothing", "osir": "Nothing", "kind": "company"},
        "accounts": {
            "platform": "huggingface",
            "account": "nothing",
            "institution": "nothing",
            "current": True,
        },
        "listings": listing | {"account": "nothing", "name": "nothing"},
        "benchmarks": {"id": "nothing", "owners": ["nothing"], "sources": ["test"]},
    }
    return {name: pl.DataFrame([row]) for name, row in rows.items()} | {
        "systems": pl.DataFrame({"id": unused, "maintainer": "nothing", "libraries": [["nothing"]] * 400}),
        "observations": pl.concat([packages, package, every]),
    }


@pytest.fixture(scope="module")
def with_nothing(tmp_path_factory: pytest.TempPathFactory) -> tuple[Snapshot, Snapshot]:
    """Return the embedded snapshot without and with an institution that has zeros everywhere."""
    packages = embedded().further("observations")
    folder = tmp_path_factory.mktemp("nothing")
    return copied(folder, {"observations": packages}), copied(folder, nothing(packages))


@pytest.fixture(scope="module")
def own() -> Ranking:
    """Return the default ranking of the embedded snapshot."""
    return ranking(embedded(), METHOD)


def test_an_institution_with_nothing_changes_no_score(with_nothing: tuple[Snapshot, Snapshot]) -> None:
    """Zeros everywhere for one more institution change no value and no score of any other."""
    before, after = (values(snapshot) for snapshot in with_nothing)
    added = {code: value for (subject, code), value in after.items() if subject == "nothing"}
    assert len(added) >= 20
    assert {"D01", "S01", "S07", "S09", "E01", "E07", "E08"} <= added.keys()
    assert set(added.values()) == {0.0}
    assert {key: value for key, value in after.items() if key[0] != "nothing"} == before
    first, second = (rank(snapshot) for snapshot in with_nothing)
    assert first["rank"].drop_nulls().len() >= 5
    shown = ["subject", "rank", "score", *DIMENSIONS, "coverage", "bound_low"]
    assert_frame_equal(
        second.filter(pl.col("subject") != "nothing").select(shown).sort("subject"),
        first.select(shown).sort("subject"),
        abs_tol=1e-15,
    )


def test_who_is_listed_changes_the_published_score_and_not_the_default() -> None:
    """Without seven institutions Meta has another score by osir-53, and the same by begat-53."""
    left = {"MistralAI", "StanfordNLP", "Moonshot", "MLFoundations", "Salesforce", "Meituan", "Xiaomi"}
    for method, key, changes in (("osir-53", "osir", True), ("begat-53", "id", False)):
        names = embedded().frame("institutions", ["id", "osir"]).drop_nulls("osir")
        among = names.filter(~pl.col("osir").is_in(left))[key].to_list()
        scores = [
            dict(rank(embedded(), method, among=listed).select("subject", "score").iter_rows())
            for listed in (None, among)
        ]
        kept = scores[1].keys()
        assert ({name: scores[0][name] for name in kept} != scores[1]) == changes


def test_nothing_is_rewarded_by_the_published_method_only(with_nothing: tuple[Snapshot, Snapshot]) -> None:
    """Whoever has nothing scores more than a fifth by osir-53, and 0 in what begat-53 scores of it."""
    published = rank(with_nothing[1], "osir-53").filter(subject="Nothing").row(0, named=True)
    assert published["score"] > 0.2
    own = rank(with_nothing[1]).filter(subject="nothing").row(0, named=True)
    assert {own[name] for name in DIMENSIONS} <= {0.0, None}
    assert own["evaluation"] == 0.0


def values(snapshot: Snapshot) -> Values:
    """Return every value of the fed indicators, by subject and indicator."""
    evidence = Evidence(snapshot, build(snapshot))
    known = [item for item in framework_named("begat-53").indicators.values() if item.rows is not None]
    table = make_table([(item, item.rows(evidence)) for item in known if item.rows])
    return {
        (subject, code): float(table.values[row, column])
        for row, subject in enumerate(table.subjects)
        for column, code in enumerate(table.codes)
        if not np.isnan(table.values[row, column])
    }


def used(platforms: Mapping[str, float]) -> list[Record]:
    """Return 24 institutions with a model on each platform, downloads times a constant of the platform."""
    records: list[Record] = []
    for number in range(24):
        name = f"house-{number:02}"
        records.append(Institution(name.title(), id=name, kind="company"))
        for place, (platform, factor) in enumerate(platforms.items()):
            key = f"{name}/model" if platform == "huggingface" else f"{platform}:{name}/model"
            downloads = 2000.0 * (1 + (number * (7 + 4 * place)) % 24) * factor
            records += [
                Account(platform, name, name),
                Model(key, task="text-generation", platform=platform),
                Observation(key, "model", "downloads_30d", downloads, observed_on=date(2026, 1, 1)),
            ]
    return records


def test_a_scaled_platform_keeps_its_shares(make_snapshot: MakeSnapshot) -> None:
    """All downloads of the only platform times a constant change no share; of one of two they do.

    A share over two platforms is (c a + b) / (c A + B): it stays exactly where a / A = b / B.
    """
    alone = [values(make_snapshot(used({"huggingface": factor}))) for factor in (1.0, 1000.0)]
    shares = [{key: each[key] for key in each if key[1] in SHARES} for each in alone]
    assert {code for _, code in shares[0]} >= {"M05"}
    assert shares[0] == pytest.approx(shares[1], rel=1e-12)
    both = [
        values(make_snapshot(used({"huggingface": 1.0, "modelscope": factor}))) for factor in (1.0, 1000.0)
    ]
    one, other = ({key: each[key] for key in each if key[1] == "M05"} for each in both)
    assert len(one) == 24
    assert one != pytest.approx(other, rel=0.01)


@pytest.mark.parametrize("factor", [0.5, 3.0, 1000.0])
def test_a_scaled_platform_keeps_the_distances_of_logarithms(factor: float) -> None:
    """Values and goalpost times c: every distance from full marks is divided by ln(1 + c G) / ln(1 + G).

    Exactly so for ln(x); with ln(1 + x) up to 2 / min(x, c x) / ln(1 + c G), which is below 1e-3 for values
    above 1,000. The order stays, and the normalised value itself stays at 0 and at G only: at half marks of
    G = 10^6 it moves by .2 under c = 1,000. That it never moves by more than 10^-6 holds for no c but 1.
    """
    item = METHOD.framework.indicators["M06"]
    x = np.geomspace(1001, 1e6, 50) * max(1.0, 1 / factor)
    most = 1e7 * max(1.0, 1 / factor)

    def scaled(values: np.ndarray, goalpost: float) -> np.ndarray:
        posts = Goalposts("", "", date(2026, 1, 1), {"M06": goalpost}, {})
        return normalise(values[None, :, None], [item], "goalpost", posts)[0, :, 0]

    before, after = scaled(x, most), scaled(factor * x, factor * most)
    ratio = np.log1p(most) / np.log1p(factor * most)
    error = 2 / np.minimum(x, factor * x) / np.log1p(factor * most)
    assert (np.abs((1 - after) - ratio * (1 - before)) <= error).all()
    assert error.max() < 1e-3
    assert (np.diff(after) > 0).all()
    assert scaled(np.array([0.0, factor * most]), factor * most).tolist() == [0.0, 1.0]
    assert np.abs(after - before).max() > 1e-2


def test_missing_values_set_to_their_ends_bracket_every_score(own: Ranking) -> None:
    """The score lies between those with everything missing at 0 and at 1, and the rank in its bounds."""
    least, greatest = bounds(own.scores, own.layout)
    known = own.ranked
    assert known.sum() >= 5
    assert (least[known] <= own.scores.overall[known]).all()
    assert (own.scores.overall[known] <= greatest[known]).all()
    assert (least < greatest - 0.01).all()
    rows = own.rows().drop_nulls("rank")
    assert (rows["bound_low"] <= rows["rank"]).all()
    assert (rows["rank"] <= rows["bound_high"]).all()
    assert own.rows()["bound_low"].null_count() == 0


def test_bounds_are_scores_of_filled_tables() -> None:
    """With each sub-dimension covered, the bounds are the scores of the table filled with 0, and with 1."""
    random = np.random.default_rng(53)
    table = random.random((6, len(CODES))) * 3
    table[:, 1] = np.nan
    method = METHOD.only([*CODES[:4], "M01", "M02", "M03", "S01", "S02", "S03", "E01", "E02", "E03"])
    layout = Layout.of(method)
    shown = table[:, [CODES.index(item.id) for item in layout.indicators]]
    shown[0, [5, 8, 11]] = np.nan
    found = bounds(score(shown, layout), layout)
    for end, expected in ((0.0, found[0]), (1e12, found[1])):
        filled = np.where(np.isnan(shown), end, shown)
        assert score(filled, layout).overall == pytest.approx(expected)


@pytest.mark.parametrize(("observed", "scored"), [(2, False), (3, True)])
def test_three_of_five_are_sixty_per_cent(observed: int, scored: bool) -> None:
    """Of five indicators of equal weight three are enough, exactly, and two are not."""
    posts = Goalposts("", "", date(2026, 1, 1), dict.fromkeys(CODES, 10.0), {})
    layout = Layout.of(_with(posts))
    table = np.full((1, len(CODES)), np.nan)
    for first in ("D01", "D06", "M05", "M10"):
        table[0, CODES.index(first) : CODES.index(first) + observed] = 1.0
    places = [layout.part[CODES.index(first)] for first in ("D01", "D06", "M05", "M10")]
    assert all(~np.isnan(score(table, layout).parts[0, places]) == scored)


@pytest.mark.parametrize(("weight", "scored"), [("59/100", False), ("3/5", True)])
def test_coverage_of_59_per_cent_is_not_enough(weight: str, scored: bool, tmp_path: Path) -> None:
    """Who has 59 % of a sub-dimension observed has no score there; with 60 % there is one."""
    stated = dict.fromkeys([code for code in CODES if code.startswith("D")], Fraction(0))
    stated |= {"D01": Fraction(weight) / 4, "D02": (1 - Fraction(weight)) / 4}
    stated |= {"D06": Fraction(1, 2), "D11": Fraction(1, 4)}
    weights = "".join(f'{code} = "{value}"\n' for code, value in stated.items())
    layout = Layout.of(method_named(str(written(tmp_path, GOOD + f"[weights.data]\n{weights}"))))
    table = np.full((1, len(layout.indicators)), np.nan)
    table[0, [item.id for item in layout.indicators].index("D01")] = 5.0
    found = score(table, layout)
    assert (not np.isnan(found.parts[0, layout.part[0]])) == scored


def _with(posts: Goalposts) -> Method:
    from dataclasses import replace

    return replace(METHOD, goalposts=posts)


def test_weights_are_exact_fractions() -> None:
    """Weights of 53 indicators sum to 1 a dimension, those of sub-dimensions and of dimensions too."""
    assert sum(METHOD.dimensions.values()) == 1
    assert [len(METHOD.weights[name]) for name in DIMENSIONS] == [13, 16, 13, 11]
    for name in DIMENSIONS:
        inside = METHOD.weights[name].values()
        assert all(isinstance(weight, Fraction) for weight in inside)
        assert sum(inside) == 1
        assert sum(part.weight for part in METHOD.framework.parts if part.dimension == name) == 1


def test_other_names_and_orders_permute_the_result(own: Ranking) -> None:
    """Institutions renamed and rows in another order give the same scores under the other names."""
    random = np.random.default_rng(8)
    names = list(own.table.subjects)
    renamed = dict(zip(names, [f"x{place:03}" for place in random.permutation(len(names))], strict=True))
    found = []
    for item in own.layout.indicators:
        if item.rows is not None:
            rows = own.behind(item).filter(pl.col("subject").is_in(names))
            shuffled = rows.sample(fraction=1.0, shuffle=True, seed=8)
            found.append((item, shuffled.with_columns(pl.col("subject").replace(renamed))))
    other = Ranking(own.snapshot, own.method, own.day, own.by, own.evidence, make_table(found))
    places = [list(other.table.subjects).index(renamed[name]) for name in names]
    for one, another in (
        (own.scores.dimensions, other.scores.dimensions[places]),
        (own.scores.overall, other.scores.overall[places]),
    ):
        assert np.allclose(one, another, rtol=0, atol=1e-12, equal_nan=True)
    columns = ["rank", "bound_low", "bound_high"]
    before = own.rows().with_columns(pl.col("subject").replace(renamed)).sort("subject")
    assert before.select(columns).equals(other.rows().sort("subject").select(columns))


def test_every_row_says_where_it_comes_from(own: Ranking) -> None:
    """Rows of every fed indicator have a source, a date that is not to come, a method and words."""
    fed = [item for item in own.layout.indicators if item.rows is not None]
    assert (~np.isnan(own.scores.normalised)).any(axis=0).sum() >= 37
    told = ["subject", "amount", "source", "date", "method", "what"]
    for item in fed:
        rows = own.behind(item)
        assert rows.drop_nulls(told).height == rows.height, item.id
        assert rows.is_empty() == item.fed_by.startswith("not in the present data"), item.id
        assert rows.filter(pl.col("date") > own.day).is_empty(), item.id
        opened = rows.filter(pl.col("amount") > 0)
        assert opened.filter(pl.col("id").is_null() & (pl.col("method") != "hand-made")).is_empty(), item.id


TWINS = {
    ("D08", "D09"): "both count models trained on its datasets; D09 adds their derivatives, which few have",
    ("M10", "M11"): "most children have no children in the sample: reach is then near the accounts",
    ("M10", "M12"): "as M10 and M11; with the account cap of M12 just above the limit",
    ("M11", "M12"): "the same graph, cap and shares; they differ in the weights of relations and the restart",
    ("E01", "E02"): "typed in together: models evaluated are those of the leaderboards",
}
"""Pairs with |Spearman| above .95 in the embedded snapshot, and why each is kept."""

NEARLY_ZERO = {"S03": "only two of 32 institutions have heterogeneous training, as the published tables say"}


def test_coherence_finds_only_what_is_known(own: Ranking) -> None:
    """A new pair of nearly equal indicators, or a new one that is nearly always zero, must be explained."""
    found = coherence(own)
    assert {(one, other) for one, other, _ in found.twins} == set(TWINS)
    assert {code for code, _ in found.nearly_zero} == set(NEARLY_ZERO)
    assert found.components >= 15
    assert found.participation > 8.5


MODELS = 150_000
ADAPTERS = 8_000
"""As many for this Hub as 100,000 are for that of July 2025."""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Snapshot, Graph, Path]:
    """Return a synthetic Hub, its graph and the method that ranks what it feeds."""
    folder = tmp_path_factory.mktemp("plain")
    snapshot = synthetic_snapshot(MODELS, 0, folder)
    graph = build(snapshot)
    return snapshot, graph, flooded.method_file(snapshot, graph, folder)


@pytest.mark.parametrize("base", [82, 500] if THOROUGH else [82])
def test_a_mass_upload_moves_its_owner_by_two_places(
    base: int, plain: tuple[Snapshot, Graph, Path], tmp_path: Path
) -> None:
    """Adapters by three accounts put a base and its owner first by raw counts, not by begat-53."""
    snapshot, graph, method = plain
    of = flooded.target(snapshot, MODELS, 0, base)
    before = flooded.places(snapshot, graph, method, of)
    attacked = synthetic_snapshot(MODELS, 0, tmp_path, burst=Burst(ADAPTERS, 3, of.rank))
    after = flooded.places(attacked, build(attacked), method, of)
    assert before.ranked == after.ranked >= 30
    assert before.begat_53 > 5
    assert min(before.owner.values()) > 5
    assert min(before.base.values()) > 50
    assert after.owner["children"] == after.base["children"] == after.base["descendants"] == 1
    assert after.owner["descendants"] <= 2
    assert abs(after.begat_53 - before.begat_53) <= 2


def test_a_synthetic_hub_feeds_what_is_ranked(plain: tuple[Snapshot, Graph, Path]) -> None:
    """The method of the Hub scores exactly the indicators that it feeds, by the rules of begat-53."""
    method = method_named(str(plain[2]))
    assert method.goalposts is not None
    fed = {code for code in CODES if code.startswith("M") and code not in method.goalposts.unscored}
    assert fed == set(flooded.FED) == {code for code, weight in method.weights["model"].items() if weight}
    assert (method.coverage, method.exponent) == (METHOD.coverage, METHOD.exponent)


GOOD = (
    'indicators = "begat-53"\ngoalposts = "begat-53"\n'
    '[dimensions]\ndata = "1/4"\nmodel = "1/4"\nsystem = "1/4"\nevaluation = "1/4"\n'
)
OWN_POSTS = GOOD.replace('goalposts = "begat-53"\n', "")
POSTS = "\n".join(
    f"{code} = 10.0" for code, item in METHOD.framework.indicators.items() if item.scale in ("log", "linear")
)


def written(folder: Path, text: str) -> Path:
    """Return a method file with this text."""
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_good_method_file_is_good(tmp_path: Path) -> None:
    """What the invalid files are made from is valid, with its own goalposts too."""
    for text in (GOOD, OWN_POSTS + f"[goalposts.values]\n{POSTS}\n"):
        assert method_named(str(written(tmp_path, text))).coverage == METHOD.coverage


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (GOOD.replace('model = "1/4"', 'model = "1/2"'), InputError, r"sum to 1\.25"),
        (GOOD.replace('"1/4"', "nan"), UnreadableFile, "not TOML"),
        (GOOD + "[weights.data]\nD99 = 1\n", UnknownName, "D99"),
        (GOOD + "[weights.data]\nD01 = 1\n", InputError, "no weight for D02"),
        (GOOD + "[weights]\ndata = 1\n", InputError, "table of weights"),
        (GOOD + '[rules]\ncoverage = "11/10"\n', InputError, "coverage is a part of 1"),
        (GOOD + "[rules]\ncoverage = -0.1\n", InputError, "coverage is a part of 1"),
        (GOOD + '[rules]\nnormalisation = "z-score"\n', UnknownName, "goalpost, max, rank"),
        (GOOD + '[rules]\naggregation = "median"\n', UnknownName, "aggregation"),
        (GOOD + '[rules]\nexponent = "half"\n', InputError, "no number"),
        (GOOD + '[rules]\nnormalization = "max"\n', UnknownName, "Did you mean normalisation"),
        (GOOD + "[weight.data]\nD01 = 1\n", UnknownName, "Did you mean weights"),
        ("rules = 1\n" + GOOD, InputError, "rules"),
        ("weights = 1\n" + GOOD, InputError, "weights"),
        (OWN_POSTS, UnknownName, "begat goalposts"),
        (GOOD.replace('goalposts = "begat-53"', 'goalposts = "begat-54"'), UnknownName, "begat-53"),
        (GOOD.replace('goalposts = "begat-53"', "goalposts = 3"), InputError, "goalposts"),
        (GOOD.replace('goalposts = "begat-53"', 'goalposts = "osir-53"'), InputError, "no goalposts"),
        (OWN_POSTS + "[goalposts.values]\nD01 = 3\n", InputError, "no goalpost for D04"),
        (OWN_POSTS + f"[goalposts.values]\n{POSTS}\nD99 = 1\n", UnknownName, "D99"),
        (OWN_POSTS + f"[goalposts.values]\n{POSTS}\n".replace("10.0", "0"), InputError, "not above 0"),
        (OWN_POSTS + "[goalposts]\nvalues = 3\n", InputError, "goalposts"),
    ],
)
def test_invalid_method_files(tmp_path: Path, text: str, error: type[BegatError], message: str) -> None:
    """A method of begat-53 that can't be used is an error that says where and what."""
    with pytest.raises(error, match=message):
        method_named(str(written(tmp_path, text)))


def test_a_method_file_can_not_take_goalposts_from_itself(tmp_path: Path) -> None:
    """A file that names itself for its goalposts is an error, not an endless search."""
    path = written(tmp_path, "")
    path.write_text(GOOD.replace('goalposts = "begat-53"', f'goalposts = "{path}"'), encoding="utf-8")
    with pytest.raises(InputError, match="goalposts"):
        method_named(str(path))


def test_an_edition_without_tables(make_snapshot: MakeSnapshot) -> None:
    """A day before all evidence, and a snapshot with nothing in it, rank nobody: an error that says so."""
    with pytest.raises(InputError, match="too little is known"):
        rank(embedded(), edition=date(1999, 1, 1))
    empty = make_snapshot([])
    with pytest.raises(InputError, match="too little is known"):
        rank(empty)
    with pytest.raises(UnknownName, match="edition"):
        rank(empty, "osir-53")
    with pytest.raises(UnknownName, match="dimension"):
        rank(embedded(), dimension="modell")
    with pytest.raises(UnknownName, match="subject"):
        rank(embedded(), by="city")


def test_no_row_is_added_up_twice(own: Ranking) -> None:
    """A sum has a row once for each thing that is added: equal rows would count it twice."""
    for item in own.layout.indicators:
        if item.rows is not None and item.combine in (SUM, SHARE):
            rows = own.behind(item).drop_nulls("id").filter(pl.col("amount") > 0)
            once = rows.unique(["subject", "id", "key", "what"])
            assert once.height == rows.height, item.id


def lab(name: str) -> list[Record]:
    """Return an institution with an account of its name."""
    return [Institution(name, id=name), Account("huggingface", name, institution=name, basis="test")]


def rows_of(snapshot: Snapshot, code: str) -> pl.DataFrame:
    """Return the rows of an indicator from a snapshot."""
    item = framework_named("begat-53").indicators[code]
    assert item.rows is not None
    return item.rows(Evidence(snapshot, build(snapshot)))


def test_hosted_tokens_are_shares_of_all_tokens(make_snapshot: MakeSnapshot) -> None:
    """A lab has its model's tokens of 30 days over those of everybody, closed and unnamed models included."""
    offers = {"lab/m": 10.0, "lab/m:free": 5.0, "closed/x": 25.0}
    tokens = [
        Observation(f"openrouter:{name}", "model", "tokens_1d", value, date(2025, 12, day))
        for name, value in offers.items()
        for day in (1, 30, 31)
    ]
    rest = Observation("openrouter", "platform", "other_tokens_1d", 20.0, date(2025, 12, 31))
    twins = [Alias(f"openrouter:{name}", "lab/m", "mirror") for name in ("lab/m", "lab/m:free")]
    models = [Model("lab/m"), *[Model(f"openrouter:{name}") for name in offers]]
    found = rows_of(make_snapshot([*lab("lab"), *models, *twins, *tokens, rest]), "M09")
    assert found.select("subject", "id", "amount", "weight").rows() == [
        ("lab", "openrouter:lab/m", 20.0, 100.0),
        ("lab", "openrouter:lab/m:free", 10.0, 100.0),
    ]


def test_citations_of_a_benchmark_are_those_of_its_paper(make_snapshot: MakeSnapshot) -> None:
    """The newest figure of a benchmark's arXiv paper counts once, however many ways to run it there are."""
    where = {"test:one": "https://arxiv.org/abs/2401.00001", "test:two": "http://arxiv.org/pdf/2401.00001v2"}
    benchmarks = [Benchmark(key, key, paper=address, owners=["lab"]) for key, address in where.items()]
    other = Benchmark("test:other", "other", paper="https://openreview.net/pdf?id=x", owners=["lab"])
    figures = [
        Observation("arxiv:2401.00001", "paper", "field_weighted_citations", value, date(2025, month, 1))
        for month, value in ((10, 2.0), (12, 3.0))
    ]
    found = rows_of(make_snapshot([*lab("lab"), *benchmarks, other, *figures]), "E09")
    assert found.select("subject", "key", "amount").rows() == [("lab", "arxiv:2401.00001", 3.0)]


def test_dates_are_those_of_the_sources(own: Ranking) -> None:
    """No row is younger than its source, and what nobody dated has the date of its source."""
    days = own.evidence.source_days
    for item in own.layout.indicators:
        if item.rows is not None:
            rows = own.behind(item).filter(pl.col("source").is_in(list(days)))
            latest = pl.col("source").replace_strict(days, default=None, return_dtype=pl.Date)
            late = rows.filter((pl.col("date") > latest) & (pl.col("method") != "read"))
            assert late.is_empty(), item.id


def test_an_earlier_day_knows_less() -> None:
    """At an earlier day there are only models and datasets of that time, and no figure from later."""
    day = date(2026, 6, 1)
    early = Evidence(embedded(), GRAPH, day)
    late = Evidence(embedded(), GRAPH)
    for table in ("models", "datasets"):
        known = getattr(early, table)
        assert 0 < known.height < getattr(late, table).height
        assert known["created_on"].drop_nulls().max() <= day
    assert early.figures["date"].max() <= day
    assert early.downloads["date"].max() <= day
    made = early.edges["created_on"].drop_nulls()
    assert len(made) > 0
    assert made.max() <= day


def test_the_future_is_not_known() -> None:
    """A day after the snapshot is refused: a ranking of it would look like one."""
    with pytest.raises(InputError, match="knows nothing of 2030-01-01"):
        ranking(embedded(), METHOD, date(2030, 1, 1))


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_an_interval_is_never_without_the_own_rank(dimension: str) -> None:
    """In each dimension alone, the rank by the method lies in the interval of everybody."""
    found = ranking(embedded(), METHOD.on(dimension), graph=GRAPH, variants=2).rows(draws=100)
    ranked = found.drop_nulls("rank")
    assert ranked.height > 5
    assert ranked.filter((pl.col("rank") < pl.col("low")) | (pl.col("rank") > pl.col("high"))).is_empty()


def test_bounds_are_unknown_where_scores_depend_on_others(own: Ranking) -> None:
    """With a rule that compares institutions, what others would score is open: no bounds are claimed."""
    relative = replace(own, method=replace(METHOD, aggregation="rank-discounted"))
    assert set(relative.rows()["bound_low"]) == {None}
