"""A snapshot with what is derived from it: graph, scores, RDF store, index of names, made on demand."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from begat.errors import InputError, UnknownName
from begat.ids import hub_id
from begat.snapshot import Home, Keyed, Snapshot, embedded

if TYPE_CHECKING:
    import polars as pl

    from begat.answer.census import Census
    from begat.consequence.labels import Labels
    from begat.consequence.statements import Statements
    from begat.consequence.supply import Supply
    from begat.consequence.sweep import Sweep
    from begat.graph import Graph
    from begat.graph.arrays import Ints
    from begat.registry.kept import Kept
    from begat.search import NameIndex
    from begat.store import Earlier, Profile
    from begat.store.backend import Backend
    from begat.views.tree import Layout
    from begat.views.tree.facts import Columns

__all__ = ["Opened", "Row", "plain", "refuse_future", "renamed"]

DISK, MEMORY = "disk", "memory"
SCORES = "scores.parquet"
DAYS = 4
"""Days of which a graph is kept."""
LAID_OUT = 500_000
"""Models in all families that are kept laid out, about 400 bytes each."""
RANKED = 50_000
"""Rows of all rankings that are kept, about 1 KiB each."""
Row = dict[str, Any]
Step = Callable[[str], AbstractContextManager[Any]]


@dataclass(frozen=True)
class Opened:
    """A snapshot, and on demand its graph, scores, RDF store and name index, cached under the home."""

    home: Home
    snapshot: Snapshot
    place: str = DISK
    """Where queries are answered: ``disk``, ``memory``, or the address of an endpoint."""

    @cached_property
    def shipped(self) -> bool:
        """Whether the snapshot is the one that ships with begat."""
        return self.snapshot.path == embedded().path

    @cached_property
    def graph(self) -> "Graph":
        """The derivation graph as arrays."""
        from begat.graph import load_or_build

        return load_or_build(self.snapshot, self._derived / "graph")

    @cached_property
    def inferred_graph(self) -> "Graph":
        """The derivation graph with what is inferred and nobody declares; its nodes are those of `graph`."""
        from begat.graph import load_or_build

        return load_or_build(self.snapshot, self._derived / "graph-inferred", inferred=True)

    @cached_property
    def supply(self) -> "Supply":
        """Models and datasets, and what went into what; see `begat.consequence.supply`."""
        from begat.consequence.supply import load_or_build

        return load_or_build(self.snapshot, lambda: self.graph, self._derived / "supply")

    @cached_property
    def labels(self) -> "Labels":
        """The licences of the nodes of `supply`."""
        from begat.consequence.labels import load_or_make

        return load_or_make(self.snapshot, self._derived / "labels")

    @cached_property
    def statements(self) -> "Statements":
        """What pages state of the nodes and links of `supply`."""
        from begat.consequence.statements import load_or_make

        return load_or_make(self.snapshot, self.supply, self._derived / "statements")

    @cached_property
    def swept(self) -> "Callable[[str], Sweep]":
        """What does not fit in everything, by the weakest evidence followed; 24 bytes a node are kept."""
        from begat.consequence.sweep import sweep

        return cache(lambda evidence: sweep(self.supply, self.labels, evidence=evidence))

    @cached_property
    def columns(self) -> "Columns":
        """What views show of all models beside the graph."""
        from begat.registry.columns import load_or_make

        return load_or_make(self.snapshot, self.graph, self._derived / "columns")

    @cached_property
    def created(self) -> "Ints":
        """The day on which each model was published, in node order; see `begat.views.tree.facts.created`."""
        from begat.views.tree.facts import created

        return created(self.snapshot)

    @cached_property
    def published(self) -> "Ints":
        """The day of each model and dataset, as `created`, in the order of `supply`.

        Days before 1970 are its first, for what is negative is unknown.
        """
        import numpy as np

        from begat.influence.figures import EPOCH, UNKNOWN

        models, datasets = (
            self.snapshot.frame(name, ["id", "created_at"]) for name in ("models", "datasets")
        )
        dated = (models, datasets.drop_nulls("id").unique("id", keep="first"))
        days = ((table.sort("id")["created_at"].dt.date() - EPOCH).dt.total_days() for table in dated)
        return np.concatenate(
            [each.clip(lower_bound=0).fill_null(UNKNOWN).to_numpy().astype(np.int64) for each in days]
        )

    @cached_property
    def graph_on(self) -> "Callable[[date], Graph]":
        """The derivation graph as of a day; see `begat.influence.scope`."""
        from begat.graph import kept
        from begat.influence.scope import known_on, statements

        stated_on = statements(self.snapshot, self.graph)[1]

        @lru_cache(maxsize=DAYS)
        def graph_on(day: date) -> "Graph":
            return kept(self.graph, known_on(self.graph, self.created, stated_on, day))

        return graph_on

    @cached_property
    def families(self) -> "tuple[list[str], Ints]":
        """The families that sources name, and which of them each model has; -1 for none."""
        from begat.influence.groups import stated_families

        return stated_families(self.snapshot)

    @cached_property
    def layouts(self) -> "Kept[Layout]":
        """The trees of all that is known that were asked for last, laid out."""
        from begat.registry.kept import Kept

        return Kept(most=LAID_OUT)

    @cached_property
    def layouts_on(self) -> "Callable[[date], Kept[Layout]]":
        """The trees as of a day; they hold its graph, and so are dropped together with it."""
        from begat.registry.kept import Kept

        @lru_cache(maxsize=DAYS)
        def layouts_on(_day: date) -> "Kept[Layout]":
            return Kept(most=LAID_OUT // DAYS)

        return layouts_on

    @cached_property
    def rankings(self) -> "Kept[list[Row]]":
        """The rankings that pages asked for last, of a day and over time."""
        from begat.registry.kept import Kept

        return Kept(most=RANKED)

    @cached_property
    def keyed(self) -> Keyed:
        """The snapshot, for rows by key: without a scan where `build` has prepared it."""
        return Keyed(self.snapshot.path, self._derived / "keyed")

    @cached_property
    def names(self) -> "NameIndex":
        """The index of names."""
        from begat.search import NameIndex

        return NameIndex(self.snapshot, self._derived / "names")

    @cached_property
    def store(self) -> Any:
        """The RDF store of this machine (`pyoxigraph.Store`): on disk, read-only, or in memory.

        On disk the full one, unless only that of lineage is built.
        """
        return self._stored[1]

    @property
    def profile(self) -> "Profile":
        """What `store` holds: ``full``, or ``lineage`` where some tables are left out."""
        return self._stored[0]

    @cached_property
    def _stored(self) -> "tuple[Profile, Any]":
        from begat.store import open_built
        from begat.store.backend import in_memory

        if self.place == MEMORY:
            return "full", in_memory(self.snapshot, self.scores_file)
        if not self._store_folder("full").exists():
            store = open_built(self.snapshot, self._store_folder("lineage"), profile="lineage")
            if store is not None:
                return "lineage", store
        return "full", self._whole_store("full")

    def _whole_store(self, profile: "Profile") -> Any:
        """Open the store of a profile; build it where it is missing, from an earlier one if near."""
        from begat.store import open_store

        return open_store(
            self.snapshot,
            self._store_folder(profile),
            scores=self.scores_file if profile == "full" else None,
            profile=profile,
            earlier=lambda: self._earlier(profile),
        )

    def _earlier(self, profile: "Profile") -> "Earlier | None":
        """Return the store of the last snapshot before this one that has one."""
        from begat.store import earlier_store

        for snapshot in reversed(self.home.before(self.snapshot)):
            other = Opened(self.home, snapshot)
            scores = other._derived / SCORES if profile == "full" else None
            if found := earlier_store(snapshot, other._store_folder(profile), scores=scores, profile=profile):
                return found
        return None

    @property
    def store_folder(self) -> Path:
        """The folder of `store` on disk: its manifest, and the engine's files in ``oxigraph``."""
        return self._store_folder(self.profile)

    def _store_folder(self, profile: "Profile") -> Path:
        return self._derived / ("store" if profile == "full" else f"store-{profile}")

    @cached_property
    def backend(self) -> "Backend":
        """What queries run on: `store`, or the endpoint that the registry was opened with."""
        from begat.store.backend import Embedded

        if not self.remote:
            return Embedded(self.store)
        from begat.store.backend.endpoint import Endpoint
        from begat.store.backend.remote import Remote

        return Remote(Endpoint(self.place))

    @property
    def remote(self) -> bool:
        """Whether queries go to an endpoint."""
        return self.place not in (DISK, MEMORY)

    @cached_property
    def scores(self) -> "pl.DataFrame":
        """All measures of models with recorded lineage and of their groups; see `begat.influence.scores`."""
        import polars as pl

        return pl.read_parquet(self.scores_file)

    @cached_property
    def scores_file(self) -> Path:
        """The file of `scores`."""
        from begat.influence.scores import kept_scores

        return kept_scores(self.snapshot, lambda: self.graph, self._derived / SCORES)

    @property
    def scored(self) -> bool:
        """Whether `scores` were computed before, so that they need only be read."""
        return (self._derived / SCORES).exists()

    @cached_property
    def census(self) -> "Census":
        """Who belongs together, with what is asked of such groups; see `begat.answer.census`."""
        from begat.answer.census import Census
        from begat.views.tree.facts import created, facts

        return Census(
            self.snapshot,
            self.graph,
            load=lambda: facts(self.snapshot, self.graph),
            load_scores=lambda: self.scores,
            load_created=lambda: created(self.snapshot),
        )

    @property
    def _derived(self) -> Path:
        return self.home.derived(self.snapshot)

    def model(self, text: str) -> str:
        """Return the id of a model as people write it: any case, old names and URLs included.

        Raises
        ------
        UnknownName
            If there is none; near ids come with it.
        """
        return self.graph.ids[self.node(text)]

    def node(self, text: str) -> int:
        """Return the number of a model in the graph; see `model`."""
        place = self.found(text)
        if place is None:
            near = [hit["id"] for hit in self.names.near(plain(text), limit=12) if hit["kind"] == "model"]
            raise UnknownName("model", text, suggestions=near[:3], hint="Try `begat search TEXT`.")
        return place

    def found(self, text: str) -> int | None:
        """Return the number of a model in the graph, None if there is none; near ids are not looked for."""
        key = plain(text)
        place = self.graph.ids.find(key)
        if place is None:
            place = renamed(self, key)
        if place is None:
            models = [hit["id"] for hit in self.names.exact(key) if hit["kind"] == "model"]
            place = self.graph.ids.find(models[0]) if models else None
        return place

    def build(self, step: Step = nullcontext, *, profile: "Profile" = "full") -> Mapping[str, Any]:
        """Build whatever is missing of graph, name index, scores and store; return their sizes.

        `onto` names the snapshot whose store this one started from, None where everything was loaded.

        The store of lineage needs no scores, and none are computed for it.

        `step` is called with the name of each and gives a context to show that it goes on.
        """
        from begat.store import store_facts

        with step("graph"):
            sizes: dict[str, int] = {"models": self.graph.n, "derivations": self.graph.m}
        with step("supply and licences"):
            sizes["links"] = len(self.statements.source)
            sizes["labelled"] = len(self.labels.code)
        with step("name index"):
            sizes["names"] = len(self.names)
        with step("rows by key"):
            self.keyed.write()
        if profile == "full":
            with step("scores"):
                sizes["scores"] = self.scores.height
        with step("RDF store"):
            self._whole_store(profile)
            facts = store_facts(self._store_folder(profile))
        onto = facts["onto"] or {}
        return {
            **sizes,
            "quads": facts["quads"],
            "onto": onto.get("snapshot"),
            "added": onto.get("added"),
            "removed": onto.get("removed"),
        }


def refuse_future(reg: Opened, day: date | None) -> None:
    """Refuse a day of which the snapshot can know nothing.

    Raises
    ------
    InputError
        If it is after that of the snapshot.
    """
    if day is not None and day > reg.snapshot.date:
        raise InputError(
            f"the snapshot is of {reg.snapshot.date} and knows nothing of {day}",
            hint="Import a newer snapshot, or leave the day out.",
        )


def plain(text: str) -> str:
    """Return an id as people write it in its plain form."""
    text = text.encode("utf-8", "replace").decode().strip()
    return hub_id(text) or text


def renamed(reg: Opened, key: str) -> int | None:
    """Return the number in the graph of the model that an old id stands for; None if it is no old id."""
    found = reg.keyed.table("aliases", where=[("id", "=", key), ("kind", "!=", "mirror")])
    targets = found["resolved"].to_pylist()
    return reg.graph.ids.find(targets[0]) if targets else None
