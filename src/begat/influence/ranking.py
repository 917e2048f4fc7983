"""Rankings of institutions, countries and kinds in four dimensions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from begat.errors import InputError
from begat.graph import Graph
from begat.influence.evidence import Evidence
from begat.influence.indicator import DIMENSIONS, Indicator, chosen_edition
from begat.influence.indicator.osir_53 import Edition, kept_edition
from begat.influence.measure.reach import DECAY, WEIGHT
from begat.influence.method import Method, method_named
from begat.influence.scoring import Layout, Scores, bounds, ranks, score
from begat.influence.table import Table, make_table
from begat.influence.uncertainty import TOPS, aligned, draw_ranks, intervals
from begat.snapshot import Snapshot

__all__ = ["DEFAULT", "Ranking", "rank", "ranking"]

DEFAULT = "begat-53"

VARIANTS = 8
"""Sets of free parameters that the draws choose from."""

Rows = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Ranking:
    """A table of indicators under a method.

    Attributes
    ----------
    snapshot : Snapshot
        Where names come from.
    method : Method
        On the indicators of the edition.
    day : date
        The edition, or the day that the evidence is of.
    by : str
        What is ranked: institution, country or kind.
    evidence : Evidence or Edition
        Where rows come from.
    table : Table
        Values of everybody with at least one score.
    """

    snapshot: Snapshot
    method: Method
    day: date
    by: str
    evidence: Evidence | Edition
    table: Table

    @cached_property
    def layout(self) -> Layout:
        """Where indicators lie."""
        return Layout.of(self.method)

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """Values in the order of the layout, shape (n, k), nan where missing."""
        return aligned(self.table.values, self.table, self.layout)

    @cached_property
    def scores(self) -> Scores:
        """Scores by the method."""
        return score(self.values, self.layout)

    @cached_property
    def ranked(self) -> NDArray[np.bool_]:
        """Who has an overall score, shape (n,)."""
        return ~np.isnan(self.scores.overall)

    def behind(self, indicator: Indicator) -> pl.DataFrame:
        """Return the rows behind an indicator, of everybody; see `begat.influence.indicator.base.ROWS`."""
        return _rows(indicator, self.evidence)

    def rows(self, draws: int = 0, seed: int = 0) -> pl.DataFrame:
        """Return a row for everybody with a score; see `rank`."""
        return (
            self._frame(draws, seed)
            .join(_names(self.snapshot, self), on="subject", how="left", maintain_order="left")
            .with_columns(name=pl.coalesce("name", "subject"))
            .select(
                *["subject", "name", "rank", "low", "high", "score", *DIMENSIONS],
                *[f"{name}_rank" for name in DIMENSIONS],
                *["median_rank", "expected_rank", *[f"p_{top}" for top in TOPS], "tier"],
                *["bound_low", "bound_high", "coverage", "reason", "name_zh", "country", "kind"],
            )
            .sort("rank", "coverage", "subject", descending=[False, True, False], nulls_last=True)
        )

    def _frame(self, draws: int, seed: int) -> pl.DataFrame:
        dims = self.scores.dimensions
        dense = self.method.aggregation == "rank-discounted"
        placed = ranks(dims[None], dense=dense)[0]
        low, high = self._bounds()
        columns: dict[str, Any] = {
            "subject": list(self.table.subjects),
            "rank": _where(self.ranked, ranks(self.scores.overall[None], dense=dense)[0]),
            "score": _known(self.scores.overall),
            **{name: _known(dims[:, place]) for place, name in enumerate(DIMENSIONS)},
            **{
                f"{name}_rank": _where(~np.isnan(dims[:, place]), placed[:, place])
                for place, name in enumerate(DIMENSIONS)
            },
            "bound_low": low,
            "bound_high": high,
            "coverage": self._coverage(),
            "reason": [self._reason(place) for place in range(len(self.table.subjects))],
        }
        table = pl.DataFrame(columns, schema_overrides={"subject": pl.String, "reason": pl.String})
        return table.join(self._intervals(draws, seed), on="subject", how="left", maintain_order="left")

    def _intervals(self, draws: int, seed: int) -> pl.DataFrame:
        names = [name for name, some in zip(self.table.subjects, self.ranked, strict=True) if some]
        if not draws or not names:
            nobody = intervals(np.zeros((1, 0), dtype=np.int64))
            return nobody.with_columns(subject=pl.lit("", dtype=pl.String))
        drawn = draw_ranks(self.table.among(names), self.layout, draws=draws, seed=seed)
        own = ranks(self.scores.overall[self.ranked][None])[0]
        return intervals(drawn, own=own).with_columns(subject=pl.Series(names))

    def _bounds(self) -> tuple[list[int | None], list[int | None]]:
        """Best and worst rank if everything missing of somebody were 1, or 0, all others unchanged.

        Unknown where a score depends on those of others and something is missing.
        """
        relative = self.method.aggregation == "rank-discounted" or self.method.normalisation != "goalpost"
        if relative and np.isnan(self.scores.normalised).any():
            unknown = [None] * len(self.ranked)
            return list(unknown), list(unknown)
        least, greatest = bounds(self.scores, self.layout)
        others = self.scores.overall
        best, worst = [], []
        for place in range(len(others)):
            rivals = np.delete(others, place)
            rivals = rivals[~np.isnan(rivals)]
            known = bool(self.ranked.any())
            best.append(1 + int((rivals > greatest[place] + 1e-12).sum()) if known else None)
            worst.append(1 + int((rivals > least[place] + 1e-12).sum()) if known else None)
        return best, worst

    def _coverage(self) -> NDArray[np.float64]:
        """Part of the weight of all dimensions that is observed, shape (n,)."""
        of = self.layout.dimension[self.layout.part]
        weight = self.layout.weights * self.layout.dimension_weights[of]
        seen: NDArray[np.float64] = (~np.isnan(self.scores.normalised)) @ weight
        part: NDArray[np.float64] = np.minimum(seen / max(weight.sum(), 1e-300), 1)
        return part

    def _reason(self, place: int) -> str | None:
        """Why somebody has no overall score."""
        if self.ranked[place]:
            return None
        missing = np.isnan(self.scores.dimensions[place]) & (self.layout.dimension_weights > 0)
        return "no score in " + ", ".join(np.array(DIMENSIONS)[missing])

    def gaps(self, dimension: str) -> dict[str, int]:
        """Count those without a score in a dimension by the sub-dimensions that they lack, in words."""
        place = DIMENSIONS.index(dimension)
        lacking = np.isnan(self.scores.dimensions[:, place])
        inside = np.flatnonzero(self.layout.dimension == place)
        found: dict[str, int] = {}
        for subject in np.flatnonzero(lacking):
            names = [
                self.method.framework.parts[part].name
                for part in inside
                if np.isnan(self.scores.parts[subject, part]) and self.layout.part_weights[part] > 0
            ]
            words = f"less than {float(self.method.coverage):.0%} observed of {', '.join(names)}"
            found[words] = found.get(words, 0) + 1
        return dict(sorted(found.items(), key=lambda item: -item[1]))


def ranking(
    snapshot: Snapshot,
    method: Method,
    edition: date | None = None,
    *,
    graph: Graph | None = None,
    by: str = "institution",
    among: Collection[str] | None = None,
    left_out: NDArray[np.bool_] | None = None,
    cap: str = "log",
    variants: int = 0,
) -> Ranking:
    """Compute the indicators of a method and lay them out.

    Parameters
    ----------
    snapshot, method, edition, among
        As in `rank`.
    graph : Graph, optional
        The derivation graph of the snapshot, built if needed and not given.
    by : str
        ``institution``, ``country`` or ``kind``; the published methods rank institutions only.
    left_out : array of bool, shape (graph.m,), optional
        Derivations without credit.
    cap : str
        Account cap of the graph indicators; see `begat.influence.cap`.
    variants : int
        How many sets of free parameters the draws may choose from.

    Raises
    ------
    UnknownName
        If there is no such edition.
    InputError
        If `among` leaves nobody, or the method can't rank what is asked.
    """
    if method.framework.name == "osir-53":
        return _published(snapshot, method, edition, by, among)
    if graph is None:
        from begat.graph.build import build

        graph = build(snapshot)
    evidence = Evidence(snapshot, graph, edition, by, left_out)
    free = {"decay": DECAY, "cap": cap, "weight": WEIGHT}
    indicators = [item for item in method.framework.indicators.values() if item.rows is not None]
    found = [(item, _rows(item, evidence, free)) for item in indicators]
    others = {
        item.id: [(item, _rows(item, evidence, chosen)) for chosen in _parameters(variants)]
        for item in indicators
        if item.varies and variants
    }
    table = make_table(found, others)
    layout = Layout.of(method)
    scored = score(aligned(table.values, table, layout), layout)
    some = np.logical_or.reduce(~np.isnan(scored.dimensions), axis=1)
    kept = [name for name, keep in zip(table.subjects, some, strict=True) if keep]
    if not kept:
        raise InputError(
            "too little is known to score anybody in any dimension",
            hint="`begat indicators` says what each indicator lacks.",
        )
    if among is not None:
        kept = [name for name in kept if name in among]
    if not kept:
        raise InputError(
            "none of those asked for has a score in a dimension", hint="`begat rank` lists who has."
        )
    return Ranking(snapshot, method, evidence.day, by, evidence, table.among(kept))


def rank(
    snapshot: Snapshot,
    method: str = DEFAULT,
    edition: date | None = None,
    *,
    among: Collection[str] | None = None,
    draws: int = 0,
    seed: int = 0,
    dimension: str | None = None,
    **how: Any,
) -> pl.DataFrame:
    """Rank institutions, countries or kinds by a method.

    Parameters
    ----------
    snapshot : Snapshot
        The tables.
    method : str
        A preset, or the path of a TOML file; see `begat.influence.method`.
    edition : date, optional
        The edition of a published ranking, or the day up to which evidence counts; the newest if not given.
    among : collection of str, optional
        Rank only these, by `subject`; the published methods do as if no other were listed.
    draws : int
        How many variants to draw for the interval of each rank; 0 for none.
    seed : int
        Of the random draws: the same gives the same intervals.
    dimension : str, optional
        Rank by this dimension alone.
    **how
        ``graph``, ``by``, ``left_out``, ``cap`` of `ranking`.

    Returns
    -------
    DataFrame
        ``subject, name, rank, low, high, score, data, model, system, evaluation``, the rank in each
        dimension, ``median_rank, expected_rank, p_first, p_top3, p_top10, tier``, ``bound_low, bound_high``
        (rank if everything missing were 1 or 0), ``coverage`` (part of the weight that is observed),
        ``reason`` (why there is no rank), ``name_zh, country, kind``. `low` and `high` bound the rank in 90 %
        of the draws; null without draws. Ranked ones first, then those without a rank.

    Raises
    ------
    UnknownName
        If there is no such method or edition.
    InputError
        If the method is invalid, or `among` leaves nobody.
    """
    chosen = method_named(method)
    if dimension is not None:
        chosen = chosen.on(dimension)
    found = ranking(snapshot, chosen, edition, among=among, variants=VARIANTS if draws else 0, **how)
    return found.rows(draws, seed)


def _published(
    snapshot: Snapshot, method: Method, edition: date | None, by: str, among: Collection[str] | None
) -> Ranking:
    if by != "institution":
        raise InputError("the published method ranks institutions only", hint="Use --method begat-53.")
    evidence = kept_edition(snapshot, chosen_edition(snapshot, edition), snapshot.digest)
    found = [(item, _rows(item, evidence)) for item in method.framework.indicators.values()]
    if among is not None:
        wanted = pl.col("subject").is_in(sorted(among))
        found = [(item, rows.filter(wanted)) for item, rows in found]
    table = make_table(found)
    if not table.subjects:
        raise InputError("no ranked institution is left", hint="`begat rank` lists those of an edition.")
    return Ranking(snapshot, method.only(table.codes), evidence.edition, by, evidence, table)


def _rows(
    item: Indicator, evidence: Evidence | Edition, free: Mapping[str, Any] | None = None
) -> pl.DataFrame:
    assert item.rows is not None
    return item.rows(evidence, **{name: value for name, value in (free or {}).items() if name in item.varies})


def _parameters(count: int, seed: int = 53) -> Sequence[Mapping[str, Any]]:
    """Sets of free parameters: b in [.3, .7], each cap in turn, each tau times a factor of up to 1.5."""
    random = np.random.default_rng(seed)
    caps = ("log", "sqrt", "hard")
    return [
        {
            "decay": float(random.uniform(0.3, 0.7)),
            "cap": caps[number % len(caps)],
            "weight": {name: tau * float(1.5 ** random.uniform(-1, 1)) for name, tau in WEIGHT.items()},
        }
        for number in range(count)
    ]


def _names(snapshot: Snapshot, found: Ranking) -> pl.DataFrame:
    columns = ["id", "osir", "name", "name_zh", "country", "kind"]
    table = snapshot.frame("institutions", columns)
    key = "osir" if found.method.framework.name == "osir-53" else "id"
    named = table.rename({key: "subject"}).drop_nulls("subject").unique("subject", keep="first")
    names = named.select("subject", "name", "name_zh", "country", "kind")
    return names if found.by == "institution" else pl.concat([names.clear(), _countries(found)])


def _countries(found: Ranking) -> pl.DataFrame:
    """Names of what is ranked where it is no institution: of countries in English and Chinese."""
    from babel import Locale

    subjects = pl.DataFrame({"subject": found.table.subjects}, {"subject": pl.String})
    by_country = found.by == "country"
    names = {
        column: pl.col("subject").replace_strict(
            dict(Locale(language).territories) if by_country else {}, default=None, return_dtype=pl.String
        )
        for column, language in (("name", "en"), ("name_zh", "zh"))
    }
    empty = pl.lit(None, dtype=pl.String)
    return subjects.with_columns(
        **names,
        country=pl.col("subject") if by_country else empty,
        kind=empty if by_country else pl.col("subject"),
    )


def _where(some: NDArray[np.bool_], numbers: NDArray[np.int64]) -> list[int | None]:
    return [int(number) if here else None for here, number in zip(some, numbers, strict=True)]


def _known(values: NDArray[np.float64]) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]
