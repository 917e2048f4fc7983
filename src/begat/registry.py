"""The Python API: a registry is one snapshot with everything that is derived from it.

>>> import begat
>>> reg = begat.open()  # doctest: +SKIP
>>> [row["id"] for row in reg.lineage("Qwen/Qwen2.5-7B-Instruct", up=True)]  # doctest: +SKIP
['Qwen/Qwen2.5-7B']
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from begat.errors import UnknownName
from begat.files import home_folder
from begat.ids import hub_id
from begat.snapshot import Home, Snapshot, embedded

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

    from begat.graph import Graph
    from begat.query.run import Result
    from begat.search import Hit, NameIndex
    from begat.views.facts import Facts
    from begat.views.tree import Tree

__all__ = ["Registry", "open_registry"]

Row = dict[str, Any]
Step = Callable[[str], AbstractContextManager[Any]]

REPORT_BUDGET = 60
"""Models in the tree of a report: what opens at first is one screen."""


@dataclass(frozen=True)
class Registry:
    """A snapshot, and on demand its graph, RDF store and name index, cached under the home."""

    home: Home
    snapshot: Snapshot

    @property
    def shipped(self) -> bool:
        """Whether the snapshot is the one that ships with begat."""
        return self.snapshot.path == embedded().path

    @cached_property
    def graph(self) -> "Graph":
        """The derivation graph as arrays."""
        from begat.graph import load_or_build

        return load_or_build(self.snapshot, self._derived / "graph")

    @cached_property
    def names(self) -> "NameIndex":
        """The index of names."""
        from begat.search import NameIndex

        return NameIndex(self.snapshot, self._derived / "names")

    @cached_property
    def store(self) -> Any:
        """The RDF store (`pyoxigraph.Store`, read-only)."""
        from begat.store import open_store

        return open_store(self.snapshot, self._derived / "store")

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
        key = _key(text)
        place = self.graph.ids.find(key)
        if place is None:
            place = self._renamed(key)
        if place is None:
            models = [hit["id"] for hit in self.names.exact(key) if hit["kind"] == "model"]
            place = self.graph.ids.find(models[0]) if models else None
        if place is None:
            near = [hit["id"] for hit in self.names.near(key, limit=12) if hit["kind"] == "model"]
            raise UnknownName("model", text, suggestions=near[:3], hint="Try `begat search TEXT`.")
        return place

    def _renamed(self, key: str) -> int | None:
        found = self.snapshot.table("aliases", where=[("id", "=", key), ("kind", "!=", "mirror")])
        targets = found["resolved"].to_pylist()
        return self.graph.ids.find(targets[0]) if targets else None

    def stats(self) -> Row:
        """Return what the snapshot holds; see `begat.answer.stats`."""
        from begat.answer.stats import stats

        return stats(self.snapshot, self.graph)

    def search(self, text: str, *, limit: int = 20) -> "list[Hit]":
        """Return things whose id or name contains a text, else near ones: ``id, kind, name``."""
        return self.names.search(text, limit=limit)

    def show(self, text: str) -> Row:
        """Return everything said about a model, dataset, institution, system or benchmark.

        Raises
        ------
        UnknownName
            If there is no such thing; near ids come with it.
        """
        from begat.answer.show import KINDS, show

        hits = {hit["kind"]: hit["id"] for hit in reversed(self.names.exact(_key(text)))}
        for kind in KINDS:
            if kind in hits:
                return show(self.snapshot, kind, hits[kind])
        if (place := self._renamed(_key(text))) is not None:
            return show(self.snapshot, "model", self.graph.ids[place])
        near = [hit["id"] for hit in self.names.near(text)]
        raise UnknownName("thing", text, suggestions=near, hint="Try `begat search TEXT`.")

    def lineage(
        self,
        text: str,
        *,
        up: bool = False,
        down: bool = False,
        relations: Collection[str] | None = None,
        depth: int | None = None,
    ) -> list[Row]:
        """Return ancestors (`up`, the default) and descendants (`down`) with the evidence of each step.

        Raises
        ------
        UnknownName
            If there is no such model or relation.
        """
        from begat.answer.lineage import lineage
        from begat.graph import RELATIONS

        for relation in relations or ():
            if relation not in RELATIONS:
                raise UnknownName("relation", relation, hint=f"Known: {', '.join(RELATIONS)}.")
        node = self.node(text)
        ways = [True] * (up or not down) + [False] * down
        return [
            row
            for way in ways
            for row in lineage(self.snapshot, self.graph, node, up=way, relations=relations, depth=depth)
        ]

    def tree(self, text: str, *, budget: int = 300, group_by: str = "relation") -> "Tree":
        """Return the derivative tree of a model, the `budget` largest models shown; see `begat.views`."""
        from begat.views.tree import budgeted_tree

        node = self.node(text)
        return budgeted_tree(self.graph, self._facts(node), node, budget=budget, group_by=group_by)

    def _facts(self, node: int) -> "Facts":
        """Columns of all models, with the downloads that cover the family of one best."""
        import numpy as np

        from begat.graph import reachable
        from begat.views.facts import facts

        start = np.array([node])
        family = np.union1d(start, reachable(self.graph, start, up=False))
        return facts(self.snapshot, self.graph, family)

    def page(self, text: str, *, budget: int = 300) -> str:
        """Return the neighbourhood of a model as an HTML page, drawn by pyvis; see `begat.views`."""
        from begat.views.pyvis_page import page

        node = self.node(text)
        return page(self.graph, self._facts(node), node, budget=budget)

    def report(
        self,
        text: str,
        stats: Row,
        models: Sequence[Row],
        institutions: Sequence[Row],
        ranking: Sequence[Row],
    ) -> str:
        """Return the report on this snapshot as an HTML page, with the tree of one model."""
        from begat.views.report import ReportData, report

        snapshot = self.snapshot
        data = ReportData(
            title="Who builds on whom",
            snapshot={"name": snapshot.name, "date": snapshot.date, "digest": snapshot.digest},
            stats=stats,
            tree=self.tree(text, budget=REPORT_BUDGET),
            influence_models=models,
            influence_institutions=institutions,
            ranking=ranking,
            edition=stats["editions"][-1] if stats["editions"] else None,
            sources=snapshot.sources,
            shipped=self.shipped,
        )
        return report(data)

    def influence(
        self, *, by: str = "model", measure: str = "reach", without_bursts: bool = False
    ) -> list[Row]:
        """Rank models or groups of them by influence; see `begat.answer.influence`."""
        from begat.answer.influence import influence

        return influence(self.snapshot, self.graph, by=by, measure=measure, without_bursts=without_bursts)

    def bursts(self) -> list[Row]:
        """Return the bases with many derivatives and whether these look uploaded in bulk."""
        from begat.answer.bursts import burst_rows

        return burst_rows(self.snapshot, self.graph)

    def rank(
        self,
        method: str = "osir-53",
        edition: date | None = None,
        *,
        among: Collection[str] | None = None,
        country: str | None = None,
        draws: int = 2000,
        seed: int = 0,
    ) -> list[Row]:
        """Rank institutions in four dimensions, all or only some; see `begat.influence.ranking`.

        `country` (ISO 3166-1 alpha-2) ranks the institutions with their seat there among themselves.
        """
        from begat.influence.ranking import rank

        if country is not None:
            rows = self.snapshot.table("institutions", ["osir"], where=[("country", "=", country.upper())])
            among = [code for code in rows["osir"].to_pylist() if code]
        return rank(self.snapshot, method, edition, among=among, draws=draws, seed=seed).to_dicts()

    def explain(
        self,
        text: str,
        *,
        indicator: str | None = None,
        method: str = "osir-53",
        edition: date | None = None,
    ) -> list[Row]:
        """Return the indicators behind an institution's score, or the rows behind one indicator."""
        from begat.answer.explain import ranked_code, rows_behind, score_parts
        from begat.influence.indicator import chosen_edition

        day = chosen_edition(self.snapshot, edition)
        code = ranked_code(self.snapshot, text, day)
        if indicator is None:
            return score_parts(self.snapshot, code, method=method, edition=day)
        return rows_behind(self.snapshot, code, indicator, edition=day)

    def sparql(self, query: str) -> "Result":
        """Run a SPARQL query over all graphs together."""
        from begat.query.run import run_text

        return run_text(self.store, query)

    def query(self, name: str, **params: str) -> "Result":
        """Run a named query of the library."""
        from begat.query.run import run

        return run(self.store, name, params)

    def rdflib(self) -> "rdflib.Dataset":
        """Return the RDF store behind rdflib's interface."""
        from begat.store import rdflib_dataset

        return rdflib_dataset(self.store)

    def networkx(self) -> "nx.DiGraph[str]":
        """Return the derivation graph as ``networkx.DiGraph``, edges child -> parent."""
        from begat.graph import to_networkx

        return to_networkx(self.graph)

    def build(self, step: Step = nullcontext) -> Mapping[str, int]:
        """Build whatever is missing of graph, name index and store; return their sizes.

        `step` is called with the name of each and gives a context to show that it goes on.
        """
        with step("graph"):
            sizes = {"models": self.graph.n, "derivations": self.graph.m}
        with step("name index"):
            sizes["names"] = len(self.names)
        with step("RDF store"):
            sizes["quads"] = len(self.store)
        return sizes


def _key(text: str) -> str:
    """Return an id as people write it in its plain form."""
    text = text.encode("utf-8", "replace").decode().strip()
    return hub_id(text) or text


def open_registry(
    home: Path | str | None = None,
    *,
    snapshot: str | None = None,
    as_of: date | None = None,
) -> Registry:
    """Open a registry.

    Parameters
    ----------
    home : path, optional
        The home folder; ``BEGAT_HOME`` or the user's data folder if not given.
    snapshot : str, optional
        Name of a snapshot; the one imported last, else the embedded one, if not given.
    as_of : date, optional
        Take the newest snapshot that is not younger.

    Raises
    ------
    HomeError
        If the home can't be written.
    UnknownName
        If there is no such snapshot.
    """
    place = Home(home_folder(home))
    if snapshot is not None:
        return Registry(place, place.named(snapshot))
    return Registry(place, place.as_of(as_of) if as_of else place.current())
