"""What is hit by something, in rows and in totals by relation, depth, institution, country and account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from begat.consequence.impact import Impact
from begat.consequence.labels import Labels
from begat.consequence.supply import EVIDENCE, KINDS, Supply
from begat.graph import Ids
from begat.graph.arrays import Ints, found_in
from begat.ids import BASE, account_iri
from begat.influence.figures import UNKNOWN, known_sum

__all__ = ["KEYS", "NOTIFIED", "TABLES", "Hits", "Known"]

Row = dict[str, Any]

LISTED, REMOVED, NAMED_ONLY = STATES = ("listed", "removed", "named-only")
"""Whether a thing can be had: its page is listed; its platform says it is gone, or lists it no more; it is
known only because others name it."""

KEYS = (
    "id", "kind", "depth", "relation", "via", "evidence", "account", "institution", "country", "licence",
    "downloads_30d", "state", "gated", "mirror_of",
)  # fmt: skip
"""Of a row of what is hit."""

NOTIFIED = (
    "account", "institution", "country", "models", "datasets", "declared", "downloads_30d",
    "downloads_unknown", "nearest", "largest", "platform", "page", "own",
)  # fmt: skip
"""Of a row of whom to tell."""

TABLES = {"relation": "kind", "depth": "depth", "institution": "institution", "country": "country",
          "account": "account"}  # fmt: skip
"""By what hits are counted, and the column that has it."""

FEW = ("relation", "depth")

LARGEST = 3
"""Models that are named of each account."""


@dataclass(frozen=True)
class Known:
    """What is known of the nodes of a supply.

    Attributes
    ----------
    supply : Supply
        Models and datasets.
    labels : Labels
        Their licences.
    country : array of int32, shape (institutions,)
        Of each institution the position in `countries`, -1 where unknown.
    countries : sequence of str
        ISO 3166-1 alpha-2.
    downloads_30d : array of int64, shape (models,)
        All of one source and date; negative where unknown.
    downloads_source, downloads_on
        That source and date; None if no dated figure is known.
    listed : array of bool, shape (n,)
        False for what is known only because others name it.
    removed : sequence of str
        Ids of models that have gone from their platform.
    """

    supply: Supply
    labels: Labels
    country: NDArray[np.int32]
    countries: Sequence[str]
    downloads_30d: Ints
    downloads_source: str | None
    downloads_on: date | None
    listed: NDArray[np.bool_]
    removed: Sequence[str]


@dataclass(frozen=True)
class Hits:
    """What is hit, with what is known of it.

    Attributes
    ----------
    impact : Impact
        By links of any evidence.
    known : Known
        Facts on the nodes.
    evidence : str
        The weakest of `EVIDENCE` that counts; what is less sure is left out, and its number told.
    """

    impact: Impact
    known: Known
    evidence: str = "reported"

    @cached_property
    def every(self) -> pl.DataFrame:
        """All hits of any evidence in codes, null where unknown; in the order of the impact."""
        impact, known = self.impact, self.known
        graph = known.supply.graph
        node = impact.node
        institution = graph.institution[node]
        codes: dict[str, NDArray[Any]] = {
            "account": graph.account[node],
            "institution": institution,
            "country": np.append(known.country, np.int32(UNKNOWN))[institution],
            "downloads_30d": self._downloads,
            "gated": known.labels.gated[node],
            "mirror_of": self._mirrored,
        }
        return pl.DataFrame(
            {
                "node": node,
                "dataset": known.supply.is_dataset(node),
                "depth": impact.depth,
                "kind": impact.kind,
                "evidence": impact.evidence,
                "parent": graph.parent[impact.link],
                "state": self._state,
                "licence": known.labels.code[node],
                **{name: pl.Series(column).replace(UNKNOWN, None) for name, column in codes.items()},
            }
        )

    @cached_property
    def counted(self) -> pl.DataFrame:
        """Those of `every` that are sure enough."""
        return self.every.filter(pl.col("evidence") <= EVIDENCE.index(self.evidence))

    @property
    def _downloads(self) -> Ints:
        models, node = self.known.supply.models, self.impact.node
        found = np.full(len(node), UNKNOWN, dtype=np.int64)
        found[node < models] = self.known.downloads_30d[node[node < models]]
        return found

    @property
    def _mirrored(self) -> Ints:
        """The model that each is the same as elsewhere, if that is hit or a start; else unknown."""
        node, twin = self.impact.node, self.known.supply.graph.twin[self.impact.node].astype(np.int64)
        family = np.union1d(self.impact.starts, node)
        return np.where((twin != node) & found_in(twin, family), twin, UNKNOWN)

    @property
    def _state(self) -> NDArray[np.int8]:
        import pyarrow as pa
        import pyarrow.compute as pc

        known, node = self.known, self.impact.node
        state = np.where(known.listed[node], STATES.index(LISTED), STATES.index(NAMED_ONLY)).astype(np.int8)
        ids = known.supply.graph.ids.to_arrow().take(pa.array(node))
        gone = pc.is_in(ids, pa.array(known.removed, pa.large_string())).to_numpy(zero_copy_only=False)
        state[gone & ~known.supply.is_dataset(node)] = STATES.index(REMOVED)
        return state

    def head(self, most: int | None = None) -> Row:
        """Return totals, and tables of them of `most` rows at most; unknown ones count apart.

        Returns
        -------
        dict
            ``evidence`` that counts; of what is hit ``models, datasets, mirrors, declared, accounts,
            account_unknown, institutions, ...``, its ``downloads_30d`` of one source and date with how many
            models have no figure; ``by_evidence`` of all hits, ``by_relation, by_depth, by_institution,
            by_country, by_account`` of those that count: rows of ``models, datasets, declared,
            downloads_30d, downloads_unknown``, the unknown in a row of its own that is never cut.
        """
        known = self.known
        whole = self.counted.select(_totals()).row(0, named=True)
        return {
            "evidence": self.evidence,
            **whole,
            "downloads_source": known.downloads_source,
            "downloads_on": known.downloads_on,
            "by_evidence": self._by_evidence(),
            **{f"by_{name}": self._table(name, most) for name in TABLES},
        }

    def _by_evidence(self) -> list[Row]:
        least = EVIDENCE.index(self.evidence)
        rows = {row["evidence"]: row for row in _grouped(self.every, "evidence").to_dicts()}
        nothing = dict(self.every.clear().select(_counts()).row(0, named=True))
        return [
            {**nothing, **rows.get(level, {}), "evidence": name, "counted": level <= least}
            for level, name in enumerate(EVIDENCE)
        ]

    def _table(self, name: str, most: int | None) -> list[Row]:
        """Return the hits by something: depths in their order, all others by downloads, then models.

        Relations and depths are few, and never cut.
        """
        column = TABLES[name]
        table = _grouped(self.counted, column)
        ordered = table.sort(column) if name == "depth" else _largest(table, column)
        rows = self._named(ordered, column).rename({column: name}).to_dicts()
        known = [row for row in rows if row[name] is not None]
        most = None if name in FEW else most
        return [*known[:most], *(row for row in rows if row[name] is None)]

    def rows(self, most: int | None = None) -> list[Row]:
        """Return what is hit, one row each with the keys `KEYS`, the most downloaded first."""
        found = self.largest if most is None else self.largest.head(most)
        ids = self.known.supply.graph.ids
        kind = pl.when("dataset").then(pl.lit("dataset")).otherwise(pl.lit("model"))
        named = found.select(
            pl.Series("id", ids.take(found["node"].to_numpy()), pl.String),
            "depth",
            pl.Series("relation", [KINDS[code] for code in found["kind"]], pl.String),
            pl.Series("via", ids.take(found["parent"].to_numpy()), pl.String),
            pl.Series("evidence", [EVIDENCE[code] for code in found["evidence"]], pl.String),
            "account",
            "institution",
            "country",
            _looked_up(found["licence"], self.known.labels.licences),
            "downloads_30d",
            _looked_up(found["state"], STATES),
            pl.col("gated").cast(pl.Boolean),
            _taken(found["mirror_of"], ids),
            kind=kind,
        )
        for column in ("account", "institution", "country"):
            named = self._named(named, column)
        return named.select(KEYS).to_dicts()

    @cached_property
    def largest(self) -> pl.DataFrame:
        """Those of `counted`, the most downloaded first, then the nearest."""
        return self.counted.sort(pl.col("downloads_30d").neg(), "depth", "node", nulls_last=True)

    def accounts(self, most: int | None = None) -> list[Row]:
        """Return whom to tell, the most downloaded first; hits of unknown accounts in a row of their own.

        `largest` names the most downloaded things of each; `page` is the account's on its platform, where
        its address is known; `own` says that the thing itself is theirs.
        """
        graph = self.known.supply.graph
        table = self.largest.group_by("account", maintain_order=True).agg(
            *_counts(),
            pl.col("depth").min().alias("nearest"),
            pl.col("node").head(LARGEST).alias("largest"),
            pl.col("institution", "country").first(),
        )
        table = _largest(table, "account")
        if most is not None:
            unknown = pl.col("account").is_null()
            table = pl.concat([table.filter(~unknown).head(most), table.filter(unknown)])
        own = set(graph.account[self.impact.starts].tolist())
        codes = table["account"].to_list()
        for column in ("account", "institution", "country"):
            table = self._named(table, column)
        return [
            {
                **{key: row[key] for key in NOTIFIED if key in row},
                **_address(row["account"]),
                "largest": graph.ids.take(np.array(row["largest"])),
                "own": code in own,
            }
            for row, code in zip(table.to_dicts(), codes, strict=True)
        ]

    def paths(self, most: int) -> list[list[str]]:
        """Return of the most downloaded hits the ids from what all begins with to them, both among them."""
        graph = self.known.supply.graph
        found = []
        for node in self.largest["node"].head(most).to_list():
            edges = self.impact.path(graph, int(np.flatnonzero(self.impact.node == node)[0]))
            ids = (graph.ids[graph.child[edge]] for edge in edges)
            found.append([graph.ids[graph.parent[edges[0]]], *ids])
        return found

    def _named(self, table: pl.DataFrame, column: str) -> pl.DataFrame:
        """Replace the codes in a column by what they stand for."""
        graph = self.known.supply.graph
        ids = {"account": graph.account_ids, "institution": graph.institution_ids}
        texts = {"kind": KINDS, "country": self.known.countries}
        if column in ids:
            return table.with_columns(_taken(table[column], ids[column]))
        return table.with_columns(_looked_up(table[column], texts[column])) if column in texts else table


def _grouped(hits: pl.DataFrame, column: str) -> pl.DataFrame:
    return hits.group_by(column, maintain_order=True).agg(*_counts())


def _largest(table: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return groups in order: the most downloaded, those of most models; the unknown at the end."""
    order = [pl.col(column).is_null(), pl.col("downloads_30d").neg(), pl.col("models").neg(), pl.col(column)]
    return table.sort(order, nulls_last=True)


def _count(which: pl.Expr, name: str) -> pl.Expr:
    return which.sum().cast(pl.Int64).alias(name)


def _counts() -> list[pl.Expr]:
    """Return what is counted of any hits; downloads are those of models."""
    model, figure = ~pl.col("dataset"), pl.col("downloads_30d")
    return [
        _count(model, "models"),
        _count(pl.col("dataset"), "datasets"),
        _count(pl.col("evidence") == 0, "declared"),
        known_sum(figure.filter(model)).alias("downloads_30d"),
        _count(model & figure.is_null(), "downloads_unknown"),
    ]


def _totals() -> list[pl.Expr]:
    owners = {"account": "accounts", "institution": "institutions", "country": "countries"}
    state, gated = pl.col("state"), pl.col("gated")
    return [
        *_counts(),
        _count(pl.col("mirror_of").is_not_null(), "mirrors"),
        *(pl.col(name).drop_nulls().n_unique().alias(plural) for name, plural in owners.items()),
        *(_count(pl.col(name).is_null(), f"{name}_unknown") for name in owners),
        _count(state == STATES.index(REMOVED), "removed"),
        _count(state == STATES.index(NAMED_ONLY), "named_only"),
        _count(gated == 1, "gated"),
        _count(gated.is_null(), "gated_unknown"),
        pl.col("depth").max().alias("deepest"),
    ]


def _taken(codes: pl.Series, ids: Ids) -> pl.Series:
    """Return the ids at some places, null where there is none."""
    import pyarrow as pa

    return pl.Series(codes.name, ids.to_arrow().take(pa.array(codes.to_list(), pa.int64())), pl.String)


def _looked_up(codes: pl.Series, names: Sequence[str]) -> pl.Series:
    """Return the names at some places, null where a code is unknown."""
    known = range(len(names))
    return codes.replace_strict(known, list(names), default=None, return_dtype=pl.String)


def _address(account: str | None) -> Row:
    """Return the platform of an account, and its page where the platform has one that is known."""
    if account is None:
        return {"platform": None, "page": None}
    platform, _, name = account.partition(":")
    page = account_iri(platform, name)
    return {"platform": platform, "page": None if page.startswith(BASE) else page}
