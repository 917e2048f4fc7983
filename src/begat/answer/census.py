"""Who belongs together: the models of an institution, account, country, family, and each by itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from begat.answer.following import Following, following, upstream
from begat.graph import Graph, houses
from begat.graph.arrays import Ints
from begat.ids import HUB
from begat.influence.groups import Groups
from begat.influence.measure.base import measures
from begat.influence.scores import Scores
from begat.snapshot import Snapshot

__all__ = ["KINDS", "Census", "Columns", "Group"]

KINDS = ("institution", "account", "country", "family", "model")
"""What groups of models there are; a model is a group of one."""

NONE = -2
"""The code of no node."""


class Columns(Protocol):
    """What is known of each model beside the graph; see `begat.views.tree.facts.Facts`."""

    @property
    def downloads_30d(self) -> Ints:
        """Downloads in 30 days, negative where unknown; shape (n,)."""

    @property
    def downloads_source(self) -> str | None:
        """Their source; None if none is known."""

    @property
    def downloads_on(self) -> date | None:
        """Their day."""

    @property
    def licence(self) -> NDArray[np.int32]:
        """Position in `licences`, -1 where unknown; shape (n,)."""

    @property
    def licences(self) -> Sequence[str]:
        """The licences that occur."""

    @property
    def country(self) -> NDArray[np.int32]:
        """Position in `countries`, -1 where unknown; shape (n,)."""

    @property
    def countries(self) -> Sequence[str]:
        """The countries that occur, sorted."""

    @property
    def listed(self) -> NDArray[np.bool_]:
        """False for models known only because others name them; shape (n,)."""


class Group(NamedTuple):
    """Models that belong together.

    Attributes
    ----------
    kind, id, name : str
        One of `KINDS`; the id as in `begat influence`; the name as people say it.
    members : array of int64
        Node numbers, sorted.
    """

    kind: str
    id: str
    name: str
    members: Ints


@dataclass(frozen=True)
class Census:
    """The models of a snapshot with what is asked of any group of them, each thing loaded once.

    Attributes
    ----------
    snapshot : Snapshot
        Where names and families come from.
    graph : Graph
        The whole derivation graph.
    load : callable
        Gives the columns beside it.
    load_scores : callable
        Gives the kept scores of all levels; see `begat.influence.scores`.
    load_created : callable
        Gives the day each model was published, in days since 1970-01-01, negative where unknown.
    """

    snapshot: Snapshot
    graph: Graph
    load: Callable[[], Columns] = field(repr=False)
    load_scores: Callable[[], pl.DataFrame] = field(repr=False)
    load_created: Callable[[], Ints] = field(repr=False)

    @cached_property
    def columns(self) -> Columns:
        """Licences, countries and downloads of one date."""
        return self.load()

    @cached_property
    def created(self) -> Ints:
        """The day each model was published, shape (n,)."""
        return self.load_created()

    @cached_property
    def scores(self) -> Scores:
        """The graph of credit: copies are one with their original, subsidiaries with their company."""
        return Scores(self.snapshot, self.graph)

    @cached_property
    def house(self) -> Ints:
        """The house of each model: a whole company, else its account, else itself; shape (n,)."""
        return houses(self.scores.credit.graph)

    @cached_property
    def families(self) -> Groups:
        """The family of each model."""
        return self.scores.groups("family")

    @cached_property
    def levels(self) -> Mapping[str, pl.DataFrame]:
        """The kept scores by level."""
        parts = self.load_scores().partition_by("by", as_dict=True, include_key=False)
        return {str(key[0]): part for key, part in parts.items()}

    @cached_property
    def score_of(self) -> Ints:
        """The row in the scores of models of each node, -1 for one without lineage; shape (n,)."""
        ids = pl.DataFrame({"id": pl.Series(self.graph.ids.to_arrow(), dtype=pl.String)})
        scored = self.levels["model"].select("id").with_row_index("row")
        rows = ids.join(scored, on="id", how="left", maintain_order="left")["row"]
        return rows.cast(pl.Int64).fill_null(-1).to_numpy()

    @cached_property
    def institutions(self) -> Mapping[str, Mapping[str, Any]]:
        """The facts on each institution by id."""
        table = self.snapshot.frame("institutions").drop_nulls("id").unique("id", keep="first")
        return {row["id"]: row for row in table.iter_rows(named=True)}

    @cached_property
    def libraries(self) -> Mapping[str, int]:
        """How many models name each library."""
        table = self.snapshot.frame("models", ["library"]).drop_nulls()
        return dict(table.group_by("library").len().iter_rows())

    @cached_property
    def derived(self) -> int:
        """How many models have a recorded parent; copies are not counted."""
        return len(np.unique(self.scores.credit.graph.child))

    def group(self, kind: str, text: str) -> Group | None:
        """Return the models of something as it is written in `begat influence`; None if there are none."""
        found: Group | None = getattr(self, f"_{kind}")(text)
        return found

    def following(self, group: Group) -> Following:
        """Return what other houses made from the models of a group."""
        return following(self.scores.credit.graph, self.house, group.members)

    def upstream(self, group: Group) -> tuple[Ints, Ints]:
        """Return the children and parents of the derivations that lead out of a group to other houses."""
        return upstream(self.scores.credit.graph, self.house, group.members)

    def measured(self, group: Group) -> list[dict[str, Any]]:
        """Return every measure of a group: ``measure, value, rank, of``; [] where it has no scores."""
        level = self.levels.get(group.kind)
        if level is None:
            return []
        own = level.filter(pl.col("id") == group.id)
        if own.is_empty():
            return []
        ranked = level.filter(pl.col("children") > 0)
        rows = []
        for name in measures():
            value, column = own[name][0], ranked[name].drop_nulls()
            if value is not None:
                place = int((column > value).sum()) + 1 if own["children"][0] > 0 else None
                rows.append({"measure": name, "value": value, "rank": place, "of": len(column)})
        return rows

    def name_of(self, kind: str, key: str) -> str:
        """Return what people call a group."""
        if kind == "institution":
            return str(self.institutions.get(key, {}).get("name") or key)
        return key.removeprefix(f"{HUB}:") if kind == "account" else key

    def _institution(self, text: str) -> Group | None:
        whole, parts = self.scores.by_house, self.graph
        place = whole.institution_ids.find(text)
        of = whole.institution
        if place is None:
            place, of = parts.institution_ids.find(text), parts.institution
        if place is None and text not in self.institutions:
            return None
        return self._made("institution", text, of == (NONE if place is None else place))

    def _account(self, text: str) -> Group | None:
        key = text if self.graph.account_ids.find(text) is not None else f"{HUB}:{text}"
        place = self.graph.account_ids.find(key)
        return None if place is None else self._made("account", key, self.graph.account == place)

    def _country(self, text: str) -> Group | None:
        key = text.upper()
        if key in self.columns.countries:
            return self._made("country", key, self.columns.country == self.columns.countries.index(key))
        seated = any(facts["country"] == key for facts in self.institutions.values())
        return self._made("country", key, self.columns.country == NONE) if seated else None

    def _family(self, text: str) -> Group | None:
        names = self.families.names["id"]
        place = names.index_of(text)
        if place is None:
            node = self.graph.ids.find(text)
            place = -1 if node is None else int(self.families.of[node])
            if place < 0:
                return None
        return self._made("family", names[place], self.families.of == place)

    def _model(self, text: str) -> Group | None:
        node = self.graph.ids.find(text)
        return None if node is None else Group("model", text, text, np.array([node]))

    def _made(self, kind: str, key: str, of: NDArray[np.bool_]) -> Group:
        return Group(kind, key, self.name_of(kind, key), np.flatnonzero(of))
