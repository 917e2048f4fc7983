"""What a snapshot holds, in numbers that say what they count."""

from typing import Any

import numpy as np
import polars as pl

from begat.answer.attribution import uploaders
from begat.graph import Graph
from begat.graph.order import cycles
from begat.influence.indicator import editions
from begat.licences import STANDINGS, standing
from begat.snapshot import Snapshot

__all__ = ["coverage", "stats"]


def stats(snapshot: Snapshot, graph: Graph) -> dict[str, Any]:
    """Return the counts of a snapshot; the keys are those that other tools rely on.

    `models` are repositories and catalogue entries that some source lists, `models_named_only` ids
    known only from a derivation, `models_in_results_only` from a result or a training link.
    `derivations` are distinct child-parent pairs, copies included; `derivations_to_listed` those whose
    parent is listed.
    """
    models = snapshot.frame("models", ["id", "platform", "listed", "licence", "licence_raw"])
    listed = models.filter("listed")
    pairs = _pairs(snapshot)
    institutions = _institutions(snapshot)
    joined = pl.Series(np.union1d(graph.child, graph.parent).astype(np.uint32)).implode()
    unlisted = models.sort("id").with_row_index("node").filter(~pl.col("listed"))
    named = unlisted.filter(pl.col("node").is_in(joined)).height
    return {
        "snapshot": snapshot.name,
        "digest": snapshot.digest,
        "models": listed.height,
        "models_named_only": named,
        "models_in_results_only": models.height - listed.height - named,
        "models_by_platform": _counts(listed, "platform"),
        "models_by_licence": _standings(listed),
        "derivations": graph.m,
        "derivations_to_listed": pairs.filter("to_listed").height,
        "derivations_by_relation": _by_relation(snapshot),
        "derivation_statements": _counts(snapshot.frame("derivations", ["status"]), "status"),
        "cycles": len(cycles(graph)),
        "datasets": snapshot.rows("datasets"),
        "datasets_by_licence": _standings(snapshot.frame("datasets", ["licence", "licence_raw"])),
        "trained_on": snapshot.rows("trained_on"),
        "trained_on_datasets": _trained(snapshot),
        "institutions": institutions.height,
        "institutions_with_account_and_country": institutions.filter("account", "country").height,
        "accounts": snapshot.rows("accounts"),
        "systems": snapshot.rows("systems"),
        "systems_by_licence": _standings(snapshot.frame("systems", ["licence", "licence_raw"])),
        "systems_with_stars": _with_stars(snapshot),
        "benchmarks": snapshot.rows("benchmarks"),
        "evaluations": snapshot.rows("evaluations"),
        "observations": snapshot.rows("observations"),
        "editions": [str(edition) for edition in editions(snapshot)],
        "aliases": snapshot.rows("aliases"),
        "contested": snapshot.rows("contested"),
        "rows_set_aside": snapshot.rows("set_aside"),
        "sources": len(snapshot.sources),
        "downloads_coverage": coverage(snapshot),
    }


def coverage(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return how much of the 30-day downloads belongs to a known institution and country.

    One row a source and date, never a sum over several; a source's undated figures stand apart under
    ``observed_before``, and say only how its own list divides. Of two figures that one source has for
    a model under two names the larger counts. The columns without ``assumed`` leave out accounts that
    rest on general knowledge.
    """
    figures = (
        snapshot.frame("observations")
        .filter((pl.col("subject_kind") == "model") & (pl.col("metric") == "downloads_30d"))
        .group_by("subject", "source", "observed_on", "observed_before")
        .agg(pl.col("value").max())
    )
    joined = figures.join(uploaders(snapshot), left_on="subject", right_on="id", how="left")
    downloads = pl.col("value")
    certain = ~pl.col("assumed").fill_null(value=False)
    shares = {
        "with_institution": pl.col("institution").is_not_null(),
        "with_country": pl.col("country").is_not_null(),
        "with_institution_not_assumed": pl.col("institution").is_not_null() & certain,
        "with_country_not_assumed": pl.col("country").is_not_null() & certain,
    }
    whole = downloads.sum()
    return (
        joined.group_by("source", "observed_on", "observed_before")
        .agg(
            models=pl.len(),
            downloads_30d=whole.cast(pl.Int64),
            **{name: (downloads.filter(test).sum() / whole) for name, test in shares.items()},
        )
        .filter(pl.col("downloads_30d") > 0)
        .sort("source", "observed_on", "observed_before", nulls_last=True)
        .with_columns(pl.col("observed_on", "observed_before").cast(pl.String))
        .to_dicts()
    )


def _pairs(snapshot: Snapshot) -> pl.DataFrame:
    stated = snapshot.frame("derivations", ["child", "parent", "status"])
    return (
        stated.filter(pl.col("status").is_in(["resolved", "dangling"]))
        .group_by("child", "parent")
        .agg(to_listed=(pl.col("status") == "resolved").any())
    )


def _by_relation(snapshot: Snapshot) -> dict[str, int]:
    """Distinct pairs by relation; a pair on which sources disagree counts under each."""
    stated = snapshot.frame("derivations", ["child", "parent", "relation", "status"])
    kept = stated.filter(pl.col("status").is_in(["resolved", "dangling"]))
    return _counts(kept.unique(["child", "parent", "relation"]), "relation")


def _institutions(snapshot: Snapshot) -> pl.DataFrame:
    operated = snapshot.frame("accounts", ["institution"]).drop_nulls().unique()
    return snapshot.frame("institutions", ["id", "country"]).select(
        account=pl.col("id").is_in(operated["institution"].implode()),
        country=pl.col("country").is_not_null(),
    )


def _trained(snapshot: Snapshot) -> int:
    return snapshot.frame("trained_on", ["dataset"])["dataset"].drop_nulls().n_unique()


def _with_stars(snapshot: Snapshot) -> int:
    stars = snapshot.frame("observations", ["subject", "subject_kind", "metric"]).filter(
        (pl.col("subject_kind") == "system") & (pl.col("metric") == "stars")
    )
    return snapshot.frame("systems", ["id"]).filter(pl.col("id").is_in(stars["subject"].implode())).height


def _standings(things: pl.DataFrame) -> dict[str, int]:
    """Count things by how far what they say of their licence leads, each of `STANDINGS` named."""
    found = dict.fromkeys(STANDINGS, 0)
    for licence, raw, count in things.group_by("licence", "licence_raw").len().iter_rows():
        found[standing(licence, raw)] += count
    return found


def _counts(frame: pl.DataFrame, column: str) -> dict[str, int]:
    counted = frame.group_by(column).len().sort(["len", column], descending=[True, False])
    return dict(counted.iter_rows())
