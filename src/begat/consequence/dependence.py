"""Who rests on whom: of the models of one house or country, how many come from models of another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from begat.consequence.inherit import channel
from begat.consequence.suppliers import above
from begat.consequence.supply import EVIDENCE, Supply, there_on
from begat.discovery import named
from begat.graph import RELATIONS, CreditGraph, credit_graph, houses, kept
from begat.graph.arrays import Flags, Ints
from begat.influence.concentration import effective_number, herfindahl
from begat.influence.figures import UNKNOWN, known_sum
from begat.influence.groups import groups
from begat.influence.house import by_root, roots
from begat.snapshot import Snapshot

__all__ = ["LEVELS", "WEIGHED", "Dependence", "Facts", "dependence"]

LEVELS = ("institution", "country", "account")
"""Whose models rest on whose."""

WEIGHED = ("models", "accounts", "downloads_30d")
"""What the suppliers at the roots are weighed by."""

WEIGHTS = tuple(kind for kind in RELATIONS if channel(kind) == "weights")
"""Links by which weights go on; a copy or mirror is the same model."""


@dataclass(frozen=True)
class Facts:
    """What is known of each model besides its lineage, in node order; shape (models,).

    Attributes
    ----------
    listed : array of bool
        False for models that are known only because others name them.
    downloads_30d : array of int64
        Of one source and date, negative where unknown.
    untold : array of int
        How many parents a model states of which it can't be told which they are.
    created_on : array of int64, optional
        Days since 1970-01-01, negative where unknown; needed only as of a day.
    """

    listed: Flags
    downloads_30d: Ints
    untold: NDArray[np.integer]
    created_on: Ints | None = None


@dataclass(frozen=True)
class Dependence:
    """Who rests on whom at one level.

    Attributes
    ----------
    by : str
        Of `LEVELS`.
    names : DataFrame
        ``id, name, country`` of the groups; the other tables hold row numbers of it, -1 for models of which
        it is not known whose they are.
    pairs : DataFrame
        ``model, subject, supplier, root, only, account, downloads_30d``, a pair of a model and somebody else
        whose models it comes from once. ``root``: a root of the model is the supplier's; ``only``: every line
        from it to a root passes a model of the supplier.
    counted : DataFrame
        ``model, subject, rests, traced, untold, downloads_30d`` of each model that counts.
    copies : int
        Listed models that are not counted, for they stand for another.
    """

    by: str
    names: pl.DataFrame
    pairs: pl.DataFrame
    counted: pl.DataFrame
    copies: int

    def cells(self) -> pl.DataFrame:
        """Return the matrix, a row a cell that isn't empty, the largest first.

        ``subject, supplier, models, share`` (of all models of the subject), ``only, roots, back`` (models of
        the supplier that rest on the subject), ``downloads_30d, downloads_unknown``. ``only`` is null where
        it is not known who the supplier is, for that is not one; ``back`` where it is known of neither.
        """
        known = pl.col("supplier") >= 0
        cells = self.pairs.group_by("subject", "supplier").agg(
            models=pl.len(),
            only=pl.when(known.first()).then(pl.col("only").sum()),
            roots=pl.col("root").sum(),
            **_downloads(),
        )
        turned = cells.select(subject="supplier", supplier="subject", back="models")
        whole = self.counted.group_by("subject").agg(of=pl.len())
        return (
            cells.join(turned, on=["subject", "supplier"], how="left")
            .join(whole, on="subject")
            .sort("models", "subject", "supplier", descending=[True, False, False])
            .with_columns(
                share=pl.col("models") / pl.col("of"),
                back=pl.when(known | (pl.col("subject") >= 0)).then(pl.col("back").fill_null(0)),
            )
            .select("subject", "supplier", "models", "share", *CELL)
        )

    def totals(self) -> pl.DataFrame:
        """Return one row a subject: its models, divided by what is known of where they come from.

        ``subject, models, resting, own, unstated, untold``: on others; traced, but on nobody else; without a
        known parent, and of these, those that state one of which it can't be told which it is. Then
        ``downloads_30d, downloads_resting, downloads_unknown``.
        """
        parentless = ~pl.col("traced")
        return (
            self.counted.group_by("subject")
            .agg(
                models=pl.len(),
                resting=pl.col("rests").sum(),
                own=(pl.col("traced") & ~pl.col("rests")).sum(),
                unstated=parentless.sum(),
                untold=(parentless & pl.col("untold")).sum(),
                downloads_resting=known_sum(pl.col("downloads_30d").filter(pl.col("rests"))),
                **_downloads(),
            )
            .sort("models", "subject", descending=[True, False])
        )

    def concentration(self) -> pl.DataFrame:
        """Return `totals` with the suppliers of each subject: how many, how equal, the largest.

        ``suppliers, hhi, effective, largest, largest_models, largest_only``; null where nobody is known to
        rest on a known one. A model that rests on several counts for each.
        """
        cells = self.cells().filter(pl.col("supplier") >= 0)
        spread = cells.group_by("subject", maintain_order=True).agg(
            suppliers=pl.len(),
            largest=pl.col("supplier").first(),
            largest_models=pl.col("models").first(),
            largest_only=pl.col("only").first(),
            amounts=pl.col("models"),
        )
        amounts = spread["amounts"].to_list()
        indices = spread.drop("amounts").with_columns(
            hhi=pl.Series([herfindahl(each) for each in amounts], dtype=pl.Float64),
            effective=pl.Series([effective_number(each) for each in amounts], dtype=pl.Float64),
        )
        return self.totals().join(indices, on="subject", how="left", maintain_order="left")

    def roots(self) -> pl.DataFrame:
        """Return how concentrated the roots are that models of others rest on in the end, a row of `WEIGHED`.

        ``weight, total, unknown, suppliers, hhi, effective, largest, largest_amount``: distinct models that
        rest on a root of others, their accounts or known downloads; those with a root of which it is not
        known whose it is; the indices are over known suppliers.
        """
        found = self.pairs.filter("root")
        return pl.DataFrame([_rooted(found, weight) for weight in WEIGHED], schema=ROOTS)

    def beyond(self, suppliers: Sequence[int]) -> pl.DataFrame:
        """Return ``subject, models``: distinct ones that rest on somebody known who is not among these."""
        others = self.pairs.filter((pl.col("supplier") >= 0) & ~pl.col("supplier").is_in(list(suppliers)))
        return others.group_by("subject").agg(models=pl.col("model").n_unique())


CELL = ("only", "roots", "back", "downloads_30d", "downloads_unknown")
"""What a cell says besides its models and their share."""

ROOTS = {
    "weight": pl.String,
    "total": pl.Int64,
    "unknown": pl.Int64,
    "suppliers": pl.Int64,
    "hhi": pl.Float64,
    "effective": pl.Float64,
    "largest": pl.Int64,
    "largest_amount": pl.Int64,
}


def _downloads() -> dict[str, pl.Expr]:
    figure = pl.col("downloads_30d")
    return {"downloads_30d": known_sum(figure), "downloads_unknown": figure.is_null().sum()}


def _rooted(found: pl.DataFrame, weight: str) -> dict[str, object]:
    amount = {
        "models": pl.col("model").n_unique(),
        "accounts": pl.col("account").filter(pl.col("account") >= 0).n_unique(),
        "downloads_30d": known_sum(pl.col("downloads_30d")),
    }[weight]
    each = found.filter(pl.col("supplier") >= 0).group_by("supplier").agg(amount=amount)
    ordered = each.filter(pl.col("amount") > 0).sort("amount", "supplier", descending=[True, False])
    amounts = ordered["amount"].to_list()
    return {
        "weight": weight,
        "total": found.unique("model").select(amount).item(),
        "unknown": found.filter(pl.col("supplier") < 0).select(amount).item(),
        "suppliers": len(amounts),
        "hhi": herfindahl(amounts) if amounts else None,
        "effective": effective_number(amounts) if amounts else None,
        "largest": ordered["supplier"][0] if amounts else None,
        "largest_amount": amounts[0] if amounts else None,
    }


def dependence(
    snapshot: Snapshot,
    supply: Supply,
    facts: Facts,
    *,
    by: str = "institution",
    on: date | None = None,
    evidence: str = "reported",
) -> Dependence:
    """Find out who rests on whom.

    A model rests on another house or country if any of its ancestors is of it, by links that hand on
    weights: not by training data, nor by outputs that it learned from. A copy or mirror is one with its
    original, and does not count itself. Its own institution with all parts is left out; by country, its own
    country: a subsidiary counts for its seat. A model counts once in a cell, however many lines lead there.

    Parameters
    ----------
    snapshot : Snapshot
        Where names, countries and companies come from.
    supply : Supply
        What went into what.
    facts : Facts
        Columns of its models.
    by : str
        Of `LEVELS`.
    on : date, optional
        Only models and links known on that day; see `begat.influence.scope.Scope.on`.
    evidence : str
        The weakest that counts, of `EVIDENCE`.

    Raises
    ------
    UnknownName
        If there is no such level or evidence.

    Notes
    -----
    O(n log n + s log s), s as in `begat.consequence.suppliers.above`. That no parent is known of a model
    doesn't say that it has none.
    """
    named("level", by, dict.fromkeys(LEVELS))
    named("evidence", evidence, dict.fromkeys(EVIDENCE))
    day = _published(supply, facts.created_on)
    links = _links(supply, day, on, evidence)
    graph = by_root(kept(supply.graph, links), roots(snapshot))
    credit = credit_graph(graph)
    house, found = houses(graph), groups(snapshot, supply.graph, credit, by)
    code = np.where(found.of >= 0, found.of, len(found) + house)
    bloc = code if by == "country" else house
    there = facts.listed & (on is None or there_on(graph, day, on)[: supply.models])
    models = np.flatnonzero(there & ~credit.copy[: supply.models])
    pairs = _pairs(credit, code, bloc, models)
    subject = np.where(code < len(found), code, UNKNOWN)
    known = pl.DataFrame(
        {
            "model": models,
            "subject": subject[models],
            "account": supply.graph.account[models],
            "downloads_30d": facts.downloads_30d[models],
        }
    ).with_columns(downloads_30d=pl.when(pl.col("downloads_30d") >= 0).then("downloads_30d"))
    rests = np.zeros(supply.n, dtype=bool)
    rests[pairs["model"].to_numpy()] = True
    traced = np.bincount(credit.graph.child, minlength=supply.n) > 0
    return Dependence(
        by=by,
        names=found.names,
        pairs=_distinct(pairs, len(found)).join(known, on="model", maintain_order="left"),
        counted=known.with_columns(
            rests=rests[models], traced=traced[models], untold=facts.untold[models] > 0
        ),
        copies=int((there & credit.copy[: supply.models]).sum()),
    )


def _published(supply: Supply, created_on: Ints | None) -> Ints:
    """Return the day of each node, unknown for datasets."""
    found = np.full(supply.n, UNKNOWN, dtype=np.int64)
    if created_on is not None:
        found[: supply.models] = created_on
    return found


def _links(supply: Supply, day: Ints, on: date | None, evidence: str) -> Flags:
    """Which links count."""
    keep = supply.of_kinds(WEIGHTS) & (supply.evidence <= EVIDENCE.index(evidence))
    if on is not None:
        keep &= supply.known_on(day, on)
    return keep


def _pairs(credit: CreditGraph, code: Ints, bloc: Ints, models: Ints) -> pl.DataFrame:
    """Return ``model, code, root, only`` of each model and the others whose models it comes from."""
    found = above(credit, code)
    row, place = found.of(credit.of[models])
    bloc_of = np.zeros(int(code.max(initial=0)) + 1, dtype=np.int64)
    bloc_of[code] = bloc
    others = bloc_of[found.code[place]] != bloc[models[row]]
    row, place = row[others], place[others]
    return pl.DataFrame(
        {
            "model": models[row],
            "code": found.code[place],
            "root": found.root[place],
            "only": found.every[place],
        }
    )


def _distinct(pairs: pl.DataFrame, known: int) -> pl.DataFrame:
    """Replace codes by suppliers; all that are not known are one, -1, and nobody rests on it only."""
    named_so = pairs.filter(pl.col("code") < known).rename({"code": "supplier"})
    unknown = (
        pairs.filter(pl.col("code") >= known)
        .group_by("model", maintain_order=True)
        .agg(pl.col("root").any())
        .select("model", "root", supplier=pl.lit(UNKNOWN, pl.Int64), only=pl.lit(value=False))
    )
    return pl.concat([named_so, unknown.select(named_so.columns)])
