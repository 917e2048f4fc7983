"""The embedded snapshot is what its data pack gives, and the promises that are made of it."""

import os
import shutil
from pathlib import Path

import polars as pl
import pytest
from tests.cli import begat

from begat.snapshot import Snapshot, embedded

ROOT = Path(__file__).parent.parent.parent
PACK = Path(os.environ.get("BEGAT_PACK", ROOT.parent / "shared" / "data"))


@pytest.fixture(scope="module")
def stats(built: Path) -> dict[str, object]:
    """Return what ``begat stats`` says of the embedded snapshot."""
    found: dict[str, object] = begat("stats", "-f", "json", home=built).rows
    return found


@pytest.mark.pack
@pytest.mark.skipif(not PACK.is_dir(), reason="the data pack is not here")
def test_pack_gives_the_embedded_snapshot(tmp_path: Path) -> None:
    """Compiled again from its pack, the snapshot has the digest of the one that ships."""
    ran = begat("import", "pack", str(PACK), "--output", str(tmp_path), "-f", "json", home=tmp_path / "home")
    assert ran.code == 0, ran.err
    (compiled,) = (Snapshot(path.parent) for path in tmp_path.glob("*/SOURCES.toml"))
    assert ran.rows["digest"] == compiled.digest == embedded().digest
    assert compiled.annexes == embedded().annexes


@pytest.mark.pack
@pytest.mark.skipif(not PACK.is_dir(), reason="the data pack is not here")
def test_one_source_lists_all_indicators(tmp_path: Path) -> None:
    """A snapshot of one source alone ranks nobody, and still lists all indicators with what feeds them."""
    ran = begat("import", "radar", str(PACK / "radar"), home=tmp_path)
    assert ran.code == 0, ran.err
    assert begat("rank", home=tmp_path).code == 2
    rows = begat("indicators", "-f", "json", home=tmp_path).rows
    assert len(rows) == 53
    assert all(row["state"] for row in rows)


@pytest.mark.pack
@pytest.mark.skipif(not PACK.is_dir(), reason="the data pack is not here")
def test_a_further_edition_is_ranked_after_its_import(tmp_path: Path) -> None:
    """A folder of another date with the same tables gives the same ranking, without further work."""
    folder = tmp_path / "osir"
    shutil.copytree(PACK / "osir-lmts" / "2025-09-07", folder / "2026-01-01")
    home = tmp_path / "home"
    ran = begat("import", "osir", str(folder), "--date", "2026-01-02", "-f", "json", home=home)
    assert ran.code == 0, ran.err
    assert begat("stats", "-f", "json", home=home).rows["editions"] == ["2026-01-01"]
    again = begat("rank", "--method", "osir-53", "--draws", "0", "-f", "json", home=home).rows
    published = begat(
        "rank",
        "--method",
        "osir-53",
        "--edition",
        "2025-09-07",
        "--draws",
        "0",
        "-f",
        "json",
        home=tmp_path / "other",
    )
    assert again == published.rows


@pytest.mark.parametrize(
    ("key", "least"),
    [
        ("models", 42_000),
        ("derivations", 15_000),
        ("trained_on_datasets", 2_000),
        ("institutions_with_account_and_country", 120),
        ("institutions", 200),
        ("systems_with_stars", 40),
        ("benchmarks", 200),
        ("sources", 12),
    ],
)
def test_size(stats: dict[str, int], key: str, least: int) -> None:
    """The snapshot is at least as large as promised."""
    assert stats[key] >= least


def test_documented_counts(stats: dict[str, int]) -> None:
    """The counts that docs/concept/counts.md explains are those of the snapshot that ships."""
    text = " ".join((ROOT / "docs" / "concept" / "counts.md").read_text(encoding="utf-8").split())
    stated = embedded().frame("derivations").filter(pl.col("status").is_in(["resolved", "dangling"]))
    four = stated.filter(pl.col("source").is_in(["hub-stats", "radar", "llmfit", "starscreener"]))
    typed = four.filter(pl.col("relation") != "undetermined")
    plain = typed.filter(~pl.col("resolution").is_in(["path", "cache-folder"]))
    counts = [frame.select("child", "parent").unique().height for frame in (four, typed, plain)]
    for words in (
        f"begat counts {counts[2]:,} of these",
        f"holds {stats['derivations']:,} pairs",
        f"{counts[1] - counts[2]:,} further typed pairs",
        f"{counts[0] - counts[1]:,} further pairs",
        f"lists {stats['models']:,} models",
        f"{stats['models_named_only']:,} more as parents and {stats['models_in_results_only']:,} in results",
    ):
        assert words in text


def test_models_of_the_hub(stats: dict[str, dict[str, int]]) -> None:
    """The promise on models holds for the Hub alone, catalogues left out."""
    assert stats["models_by_platform"]["huggingface"] >= 42_000


def test_editions(stats: dict[str, list[str]]) -> None:
    """Eight editions of the published ranking are there."""
    assert len(stats["editions"]) == 8


def test_coverage_of_downloads_never_mixes_dates(stats: dict[str, list[dict[str, object]]]) -> None:
    """Each row is one source and one date, or the undated figures of one source; shares are shares."""
    rows = stats["downloads_coverage"]
    keys = [(row["source"], row["observed_on"], row["observed_before"]) for row in rows]
    assert len(set(keys)) == len(keys)
    assert all((on is None) != (before is None) for _, on, before in keys)
    for row in rows:
        assert 0 <= row["with_country_not_assumed"] <= row["with_country"] <= row["with_institution"] <= 1  # type: ignore[operator]


def test_country_of_llmfit_downloads(stats: dict[str, list[dict[str, object]]]) -> None:
    """Of llmfit's undated downloads, nine tenths of all it has, 80 % have a country."""
    (undated,) = [
        row for row in stats["downloads_coverage"] if row["source"] == "llmfit" and row["observed_before"]
    ]
    assert undated["with_country"] >= 0.80  # type: ignore[operator]


def test_every_fact_has_a_source_and_a_date() -> None:
    """No statement, figure or account is without its source; all but undated figures have a day."""
    snapshot = embedded()
    for table in ("derivations", "trained_on", "evaluations", "listings"):
        assert snapshot.frame(table)["source"].null_count() == 0, table
    assert snapshot.frame("derivations")["stated_on"].null_count() == 0
    figures = snapshot.frame("observations")
    assert figures["source"].null_count() == 0
    assert figures.filter(pl.col("observed_on").is_null() & pl.col("observed_before").is_null()).is_empty()
    operated = snapshot.frame("accounts").drop_nulls("institution")
    assert operated["basis"].null_count() == operated["stated_on"].null_count() == 0


def test_copies_self_and_variants() -> None:
    """Copies are a relation of their own, self-named bases make no edge, no relation is `variant`."""
    stated = embedded().frame("derivations")
    assert stated.filter(relation="copy").height > 200
    assert (stated.filter(status="self")["child"] == stated.filter(status="self")["parent"]).all()
    assert "variant" not in set(stated["relation"])


def test_sources_say_licence_and_place() -> None:
    """Every source of the snapshot has a licence, a locator, a date and its counts."""
    for source in embedded().sources:
        assert source["licence"], source["source"]
        assert source["locator"], source["source"]
        assert source["rows_seen"] >= source["rows_set_aside"] >= 0


def test_share_alike_figures_stay_apart() -> None:
    """best-of-ml-python ships under its own licence, and no table has a row of it."""
    snapshot = embedded()
    assert [(row["source"], row["licence"]) for row in snapshot.annexes] == [
        ("best-of-ml-python", "CC-BY-SA-4.0")
    ]
    assert snapshot.verify() == []
    assert not [row for row in snapshot.sources if "-SA" in row["licence"] or row["licence"] == "ODbL-1.0"]
    further = snapshot.further("observations")
    assert set(further["source"]) == {"best-of-ml-python"}
    assert set(further["metric"]) == {"package_downloads_30d", "dependents", "contributors"}
    systems = set(snapshot.frame("systems")["id"])
    assert "huggingface/sentence-transformers" in systems & set(further["subject"])


def test_owners_and_makers_are_institutions() -> None:
    """Every owner of a benchmark has a row; so has every parent of an institution."""
    snapshot = embedded()
    known = set(snapshot.frame("institutions")["id"])
    owners = snapshot.frame("benchmarks")["owners"].explode().drop_nulls()
    assert set(owners) <= known
    assert set(snapshot.frame("institutions")["parent"].drop_nulls()) <= known


def test_other_names_of_benchmarks_lead_to_one_row() -> None:
    """`same_as` leads to a row that leads nowhere further; the most evaluated names have an owner."""
    rows = embedded().frame("benchmarks")
    lead = dict(rows.select("id", "same_as").drop_nulls().iter_rows())
    assert set(lead.values()) <= set(rows["id"]) - set(lead)
    owned = set(rows.drop_nulls("owners")["id"])
    for name in ("ifeval-0-shot", "mmlu-pro-5-shot", "gsm8k-5-shot", "bbh-3-shot", "gpqa-0-shot"):
        assert lead[name] in owned, name
    assert "inverse-ifeval" not in lead
    assert set(rows.filter(id="ifeval")["harnesses"].item()) == {"evalscope", "lm-eval", "opencompass"}


def test_a_library_stands_for_one_system() -> None:
    """No library is of two systems, and most models that name one name one with a system."""
    snapshot = embedded()
    libraries = snapshot.frame("systems")["libraries"].explode().drop_nulls()
    assert libraries.is_unique().all()
    named = snapshot.frame("models")["library"].drop_nulls()
    assert named.is_in(libraries.implode()).mean() > 0.85  # type: ignore[operator]


def test_cards_and_languages_of_datasets() -> None:
    """Datasets have languages by the shortest code, and the count of their filled card fields."""
    snapshot = embedded()
    languages = snapshot.frame("datasets")["languages"].explode().drop_nulls()
    assert len(set(languages)) > 150
    assert not set(languages) & {"eng", "zho", "code", "multilingual"}
    cards = snapshot.frame("observations").filter(metric="card_fields_of_6")
    assert set(cards["subject_kind"]) == {"dataset"}
    assert cards["value"].is_between(0, 6).all()
