"""What is lost without somebody or something, as rows: what goes, what rests on it, who loses most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from begat.consequence.inherit import CHANNELS
from begat.consequence.supply import KINDS, Supply
from begat.consequence.withdrawal import NOT_RESTING, Withdrawal
from begat.graph.arrays import Flags, Ints
from begat.influence.figures import UNKNOWN, known_sum, known_total
from begat.influence.house import roots
from begat.snapshot import Snapshot

__all__ = ["Loss"]

Row = dict[str, Any]

WITHDRAWN = "withdrawn"
"""The role of what goes itself; all other roles are `CHANNELS`."""

WEIGHTS, OUTPUTS, DATA = CHANNELS

OWNED = ("models", "resting", "exclusive", "share_resting", "by_outputs", "by_data", "datasets")
KNOWN = ("accounts", "downloads_30d", "downloads_unknown")
"""What is said of an owner who loses."""


@dataclass(frozen=True)
class Loss:
    """What is lost, with what is known of it.

    Attributes
    ----------
    snapshot : Snapshot
        Where names and seats of institutions come from.
    supply : Supply
        What went into what.
    found : Withdrawal
        What goes and what rests on it.
    there : array of bool, shape (n,)
        What there was on that day.
    downloads : array of int64, shape (models,)
        Downloads in 30 days of each model, of one source and date, negative where unknown.
    """

    snapshot: Snapshot
    supply: Supply
    found: Withdrawal
    there: Flags
    downloads: Ints

    @cached_property
    def things(self) -> pl.DataFrame:
        """All that goes or rests on it, a row each; null where unknown, or where it goes itself.

        Columns: ``node, kind, role, depth, relation, exclusive, open, downloads_30d, account, institution,
        country``; the last three are numbers.
        """
        found, graph = self.found, self.supply.graph
        node = np.flatnonzero(found.gone | (found.channel >= 0))
        owner = self._owner[graph.institution[node]]
        no_figures = np.full(self.supply.n - self.supply.models, UNKNOWN)
        frame = pl.DataFrame(
            {
                "node": node,
                "kind": self.supply.is_dataset(node),
                "role": found.channel[node],
                "depth": found.depth[node],
                "relation": np.append(graph.relation, np.int8(UNKNOWN))[found.edge[node]],
                "exclusive": found.exclusive[node],
                "open": found.open[node],
                "downloads_30d": np.append(self.downloads, no_figures)[node],
                "account": graph.account[node],
                "institution": owner["house"],
                "country": owner["seat"],
            }
        )
        unknown = ("downloads_30d", "account", "institution", "country", "relation")
        return frame.with_columns(
            pl.when(pl.col("kind")).then(pl.lit("dataset")).otherwise(pl.lit("model")).alias("kind"),
            pl.col("role").replace_strict({NOT_RESTING: WITHDRAWN, **dict(enumerate(CHANNELS))}),
            *(pl.when(pl.col(name) >= 0).then(pl.col(name)) for name in unknown),
        ).with_columns(pl.col("relation").replace_strict(dict(enumerate(KINDS)), return_dtype=pl.String))

    @cached_property
    def resting(self) -> pl.DataFrame:
        """The rows of `things` that rest on what goes."""
        return self.things.filter(pl.col("role") != WITHDRAWN)

    @property
    def totals(self) -> Row:
        """``whole`` (all that there was), ``withdrawn``, ``resting`` and ``exclusive`` (both by weights).

        Each: ``models, datasets, downloads_30d`` (of the models), ``downloads_unknown``, ``accounts,
        account_unknown, institutions, institution_unknown, countries, country_unknown``; what ends with
        ``unknown`` counts the things of which it is. ``exclusive`` also has ``open``.
        """
        by_weights = self.things.filter(pl.col("role") == WEIGHTS)
        alone = by_weights.filter("exclusive")
        return {
            "whole": self._whole,
            WITHDRAWN: _counted(self.things.filter(pl.col("role") == WITHDRAWN)),
            "resting": _counted(by_weights),
            "exclusive": {**_counted(alone), "open": int(alone["open"].sum())},
        }

    def by(self, column: str) -> list[Row]:
        """Return what rests on what goes by ``role``, ``relation`` or ``depth``, apart by channel.

        Keys: the channel, the column, ``models, datasets, exclusive, open, downloads_30d,
        downloads_unknown``.
        """
        keys = ["role"] if column == "role" else ["role", column]
        found = self.resting.group_by(keys).agg(
            models=(pl.col("kind") == "model").sum(),
            datasets=(pl.col("kind") == "dataset").sum(),
            exclusive=pl.col("exclusive").sum(),
            open=pl.col("open").sum(),
            downloads_30d=known_sum(pl.col("downloads_30d").filter(pl.col("kind") == "model")),
            downloads_unknown=((pl.col("kind") == "model") & pl.col("downloads_30d").is_null()).sum(),
        )
        place = pl.col("role").replace_strict({name: n for n, name in enumerate(CHANNELS)})
        order = [place, "depth"] if column == "depth" else [place, "models", keys[-1]]
        return (
            found.sort(order, descending=[False, column != "depth", False][: len(order)])
            .rename({"role": "channel"})
            .to_dicts()
        )

    @property
    def institutions(self) -> list[Row]:
        """Who loses, by company or university with all its parts, most first; the unknown ones last.

        Keys: ``institution, name, country, models`` (all of theirs), ``resting, exclusive`` (of these, by
        weights), ``share_resting`` (part of their models), ``by_outputs, by_data`` (further ones that rest on
        what goes so), ``datasets, accounts, downloads_30d, downloads_unknown`` (of those that rest by
        weights). ``institution`` is None for all whose institution is not known.
        """
        names = self._owner.unique("house", keep="first").select(
            "root", house="house", name="root_name", country="root_country"
        )
        lost = self._lost("institution").rename({"institution": "house"})
        named = lost.join(names, on="house", how="left", maintain_order="left").rename(
            {"root": "institution"}
        )
        return named.select("institution", "name", "country", *OWNED, *KNOWN).to_dicts()

    @property
    def countries(self) -> list[Row]:
        """Who loses, by the seat of the institution itself; keys as in `institutions`, without its name."""
        seats = self._owner.unique("seat").select("seat", "country")
        lost = self._lost("country").rename({"country": "seat"})
        named = lost.join(seats, on="seat", how="left", maintain_order="left")
        return named.select("country", *OWNED, *KNOWN).to_dicts()

    def most_downloaded(self, most: int | None) -> list[Row]:
        """Return what goes or rests on it, the most downloaded first, unknown ones last.

        Keys: ``id, kind, role`` (``withdrawn`` or a channel), ``relation, depth`` (of the shortest way),
        ``exclusive, open`` (None for what goes itself), ``institution, country, downloads_30d``.
        """
        first = self.things.sort(
            "downloads_30d", "depth", "node", descending=[True, False, False], nulls_last=True
        )
        rows = first[:most].to_dicts()
        ids = self.supply.graph.ids
        houses = dict(self._owner.select("house", "root").iter_rows())
        seats = dict(self._owner.select("seat", "country").iter_rows())
        return [_thing(row, ids[row["node"]], houses, seats) for row in rows]

    def _lost(self, key: str) -> pl.DataFrame:
        """Count by owner what rests on what goes, beside all models of the owner."""
        weights = pl.col("role") == WEIGHTS
        model = pl.col("kind") == "model"
        lost = self.resting.group_by(key).agg(
            resting=(weights & model).sum(),
            exclusive=(weights & model & pl.col("exclusive")).sum(),
            by_outputs=(model & (pl.col("role") == OUTPUTS)).sum(),
            by_data=(model & (pl.col("role") == DATA)).sum(),
            datasets=(~model).sum(),
            accounts=pl.col("account").filter(weights).drop_nulls().n_unique(),
            downloads_30d=known_sum(pl.col("downloads_30d").filter(weights & model)),
            downloads_unknown=(weights & model & pl.col("downloads_30d").is_null()).sum(),
        )
        joined = lost.join(self._owned(key), on=key, how="left", nulls_equal=True)
        share = pl.when(pl.col("models") > 0).then(pl.col("resting") / pl.col("models"))
        further = pl.col("by_outputs") + pl.col("by_data") + pl.col("datasets")
        return joined.with_columns(pl.col("models").fill_null(0), share_resting=share).sort(
            pl.col(key).is_null(), "resting", further, key, descending=[False, True, True, False]
        )

    def _owned(self, key: str) -> pl.DataFrame:
        """Count all models of each owner that there were."""
        code = self._owner["house" if key == "institution" else "seat"].to_numpy()
        models = self.supply.models
        of = code[self.supply.graph.institution[:models]][self.there[:models]]
        count = np.bincount(of + 1)
        owner = pl.Series(key, np.arange(len(count)) - 1)
        known = pl.DataFrame({key: owner, "models": count})
        return known.with_columns(pl.when(pl.col(key) >= 0).then(pl.col(key)))

    @property
    def _whole(self) -> Row:
        known = self.downloads[self.there[: self.supply.models]]
        return {
            "models": len(known),
            "datasets": int(self.there[self.supply.models :].sum()),
            "downloads_30d": known_total(known),
            "downloads_unknown": int((known < 0).sum()),
        }

    @cached_property
    def _owner(self) -> pl.DataFrame:
        """Of each institution of the supply its house and seat as numbers, -1 for none, and in words.

        The last row is that of no institution.
        """
        table = self.snapshot.frame("institutions", ["id", "name", "country"]).drop_nulls("id")
        facts: Mapping[str, Row] = {row["id"]: row for row in table.iter_rows(named=True)}
        root = roots(self.snapshot)
        ids = list(self.supply.graph.institution_ids)
        whole: list[str | None] = [*(root.get(name, name) for name in ids), None]
        seat = [*(facts.get(name, {}).get("country") for name in ids), None]
        return pl.DataFrame(
            {
                "house": _numbers(whole),
                "root": whole,
                "root_name": [facts.get(name or "", {}).get("name") or name for name in whole],
                "root_country": [facts.get(name or "", {}).get("country") for name in whole],
                "seat": _numbers(seat),
                "country": seat,
            },
            schema_overrides={
                "root": pl.String,
                "root_name": pl.String,
                "root_country": pl.String,
                "country": pl.String,
            },
        )


def _numbers(labels: Sequence[str | None]) -> Ints:
    """Number labels in the order of the alphabet; -1 for none."""
    place = {label: number for number, label in enumerate(sorted({label for label in labels if label}))}
    return np.array([place.get(label or "", -1) for label in labels], dtype=np.int64)


def _counted(some: pl.DataFrame) -> Row:
    model = some["kind"] == "model"
    downloads = some["downloads_30d"].filter(model)
    known = {name: some[name].drop_nulls() for name in ("account", "institution", "country")}
    return {
        "models": int(model.sum()),
        "datasets": int((~model).sum()),
        "downloads_30d": known_total(downloads.fill_null(UNKNOWN).to_numpy()),
        "downloads_unknown": downloads.null_count(),
        "accounts": known["account"].n_unique(),
        "account_unknown": some.height - len(known["account"]),
        "institutions": known["institution"].n_unique(),
        "institution_unknown": some.height - len(known["institution"]),
        "countries": known["country"].n_unique(),
        "country_unknown": some.height - len(known["country"]),
    }


def _thing(row: Row, name: str, houses: Mapping[int, str], seats: Mapping[int, str]) -> Row:
    itself = row["role"] == WITHDRAWN
    return {
        "id": name,
        "kind": row["kind"],
        "role": row["role"],
        "relation": row["relation"],
        "depth": row["depth"],
        "exclusive": None if itself else row["exclusive"],
        "open": None if itself else row["open"],
        "institution": None if row["institution"] is None else houses[row["institution"]],
        "country": None if row["country"] is None else seats[row["country"]],
        "downloads_30d": row["downloads_30d"],
    }
