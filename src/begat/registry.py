"""The Python API: a registry is one snapshot with everything that is derived from it.

>>> import begat
>>> reg = begat.open()  # doctest: +SKIP
>>> [row["id"] for row in reg.lineage("Qwen/Qwen2.5-7B-Instruct", up=True)]  # doctest: +SKIP
['Qwen/Qwen2.5-7B']
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from begat.discovery import named
from begat.errors import InputError, UnknownName
from begat.files import home_folder
from begat.ids import hub_id
from begat.snapshot import Home, Snapshot, embedded

if TYPE_CHECKING:
    import networkx as nx
    import polars as pl
    import pyarrow as pa
    import rdflib
    from scipy.sparse import csr_array

    from begat.graph import Graph
    from begat.influence.ranking import Ranking
    from begat.influence.scores import Scores
    from begat.query.run import Result
    from begat.search import Hit, NameIndex
    from begat.views.facts import Facts
    from begat.views.tree import Tree

__all__ = ["Registry", "open_registry"]

Row = dict[str, Any]
Step = Callable[[str], AbstractContextManager[Any]]

REPORT_BUDGET = 60
"""Models in the tree of a report: what opens at first is one screen."""

SCORED_BY = {"by": "institution", "country": None, "cap": "log", "without_burst": False}
"""What changes scores besides method and edition, as it is if not given."""


@dataclass(frozen=True)
class Registry:
    """A snapshot, and on demand its graph, scores, RDF store and name index, cached under the home."""

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
    def inferred_graph(self) -> "Graph":
        """The derivation graph with what is inferred and nobody declares; its nodes are those of `graph`."""
        from begat.graph import load_or_build

        return load_or_build(self.snapshot, self._derived / "graph-inferred", inferred=True)

    @cached_property
    def names(self) -> "NameIndex":
        """The index of names."""
        from begat.search import NameIndex

        return NameIndex(self.snapshot, self._derived / "names")

    @cached_property
    def store(self) -> Any:
        """The RDF store (`pyoxigraph.Store`, read-only)."""
        from begat.store import open_store

        return open_store(self.snapshot, self._derived / "store", scores=self._scores_file)

    @cached_property
    def scores(self) -> "pl.DataFrame":
        """All measures of models with recorded lineage and of their groups; see `begat.influence.scores`."""
        import polars as pl

        return pl.read_parquet(self._scores_file)

    @cached_property
    def _scores_file(self) -> Path:
        from begat.influence.scores import kept_scores

        return kept_scores(self.snapshot, lambda: self.graph, self._derived / "scores.parquet")

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

    def diff(self, before: Snapshot, *, what: str | None = None, top: int | None = 20) -> list[Row]:
        """Return what changed since another snapshot; see `begat.answer.diff`."""
        from begat.answer.diff import diff

        return diff(before, self.snapshot, what=what, top=top)

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
        inferred: bool = False,
    ) -> list[Row]:
        """Return ancestors (`up`, the default) and descendants (`down`) with the evidence of each step.

        With `inferred` also what nobody declares, marked so; see ``docs/concept/resolution.md``.

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
        graph = self.inferred_graph if inferred else self.graph
        ways = [True] * (up or not down) + [False] * down
        return [
            row
            for way in ways
            for row in lineage(self.snapshot, graph, node, up=way, relations=relations, depth=depth)
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
        own_ranking: Sequence[Row],
        ranking: Sequence[Row],
        claims: Sequence[Row],
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
            own_ranking=own_ranking,
            ranking=ranking,
            edition=stats["editions"][-1] if stats["editions"] else None,
            trend=self.trends(draws=0) if stats["editions"] else [],
            claims=claims,
            sources=snapshot.sources,
            shipped=self.shipped,
        )
        return report(data)

    def influence(
        self,
        *,
        by: str = "model",
        measure: str = "reach",
        country: str | None = None,
        draws: int = 0,
        undeclared: float = 0,
        seed: int = 0,
        most: int | None = None,
        **scope: Any,
    ) -> list[Row]:
        """Rank models or groups of them by influence; see `begat.answer.influence`.

        Parameters
        ----------
        by, measure, country
            As in `begat.answer.influence.ranked`.
        draws, undeclared, seed
            With draws > 0, intervals of value and rank; see `begat.influence.resample.intervals`.
        most : int, optional
            At most this many rows.
        **scope
            Which derivations count: ``on``, ``relations``, ``declared_only``, ``without_bursts``; see
            `begat.influence.scope.Scope`. Without any the kept `scores` are read.
        """
        from begat.answer.influence import ranked, with_intervals
        from begat.influence.scope import EVERYTHING

        found = self._scored(scope)
        table = self._level(by) if found.scope == EVERYTHING else found.table(by)
        rows = ranked(table, by=by, measure=measure, country=country)
        if not draws:
            return rows[:most]
        return with_intervals(
            rows,
            found,
            by=by,
            measure=measure,
            draws=draws,
            undeclared=undeclared,
            seed=seed,
            most=most,
        )

    def credit(self, text: str, *, by: str = "model", measure: str = "reach", **scope: Any) -> list[Row]:
        """Return what the score of a model or group is made of; see `begat.answer.credit`.

        `text` is its id or name, in any case; `scope` is as in `influence`.
        """
        from begat.answer.credit import credit_rows

        subject = self.model(text) if by == "model" else self._group(text, by)
        return credit_rows(self._scored(scope), by=by, subject=subject, measure=measure)

    def diagnostics(self, what: str, *, by: str | None = None, **scope: Any) -> list[Row]:
        """Return what influence rests on; see `begat.answer.diagnostics`.

        Parameters
        ----------
        what : str
            ``corrections``, ``correlations``, ``own-house`` or ``quantizers``.
        by : str, optional
            The level; each has its own if not given.
        **scope
            As in `influence`.
        """
        from begat.answer.diagnostics import DIAGNOSTICS

        chosen = named("view of influence", what, DIAGNOSTICS)
        return chosen(self._scored(scope), **({} if by is None else {"by": by}))

    def _scored(self, scope: Mapping[str, Any]) -> "Scores":
        from begat.influence.scope import Scope
        from begat.influence.scores import Scores

        return Scores(self.snapshot, self.graph, Scope(**scope))

    def _level(self, by: str) -> "pl.DataFrame":
        """Return the kept scores of one level."""
        import polars as pl

        from begat.influence.groups import GROUPS

        named("group", by, dict.fromkeys(GROUPS))
        return self.scores.filter(pl.col("by") == by)

    def _group(self, text: str, by: str) -> str:
        """Return the id of a group as people write it."""
        table = self._level(by)
        pairs = table.select("id", "name").drop_nulls().iter_rows()
        known: dict[str, str] = {name.lower(): id_ for id_, name in pairs}
        known |= {id_.rpartition(":")[2].lower(): id_ for id_ in table["id"]} if by == "account" else {}
        known |= {id_.lower(): id_ for id_ in table["id"]}
        return named(by, text.strip().lower(), known, hint=f"`begat influence --by {by} --top 0` lists them.")

    def review(self) -> list[Row]:
        """Return the base-model texts that led to no model for certain; see `begat.answer.review`."""
        from begat.answer.review import review_rows

        return review_rows(self.snapshot)

    def bursts(self) -> list[Row]:
        """Return the bases with many derivatives and whether these look uploaded in bulk."""
        from begat.answer.bursts import burst_rows

        return burst_rows(self.snapshot, self.graph)

    def ranking(
        self,
        method: str = "begat-53",
        edition: date | None = None,
        *,
        by: str = "institution",
        country: str | None = None,
        dimension: str | None = None,
        cap: str = "log",
        without_burst: bool = False,
        variants: int = 0,
    ) -> "Ranking":
        """Return the table of indicators behind a ranking, under its method; see `begat.influence.ranking`.

        `country` (ISO 3166-1 alpha-2) ranks the institutions with their seat there among themselves;
        `without_burst` gives no credit for derivations that belong to a flagged burst.
        """
        from begat.influence.method import method_named
        from begat.influence.ranking import ranking

        chosen = method_named(method)
        if dimension is not None:
            chosen = chosen.on(dimension)
        published = chosen.framework.name == "osir-53"
        if country is not None and by != "institution":
            raise InputError("--country chooses among institutions", hint="Leave --by or --country out.")
        if published and (without_burst or cap != "log"):
            raise InputError(
                "the published method counts derivatives as its items state them: no caps, no bursts",
                hint="Use --method begat-53, or `begat share --without-flooded`.",
            )
        return ranking(
            self.snapshot,
            chosen,
            edition,
            graph=None if published else self.graph,
            by=by,
            among=None if country is None else self._seated(country, "osir" if published else "id"),
            left_out=self._burst() if without_burst else None,
            cap=cap,
            variants=variants,
        )

    def _burst(self) -> Any:
        """Which derivations belong to a flagged burst, shape (graph.m,)."""
        from begat.influence.burst import bursts
        from begat.influence.figures import figures

        return bursts(self.graph, figures(self.snapshot, self.graph)).edges

    def _seated(self, country: str, key: str) -> list[str]:
        """Return the institutions with their seat in a country, by code or id."""
        rows = self.snapshot.table("institutions", [key], where=[("country", "=", country.upper())])
        return [code for code in rows[key].to_pylist() if code]

    def rank(
        self,
        method: str = "begat-53",
        edition: date | None = None,
        *,
        draws: int = 2000,
        seed: int = 0,
        **how: Any,
    ) -> list[Row]:
        """Rank institutions, countries or kinds in four dimensions; see `begat.influence.ranking.rank`.

        `how` is what `ranking` takes: ``by``, ``country``, ``dimension``, ``cap``, ``without_burst``.
        """
        from begat.influence.ranking import VARIANTS

        found = self.ranking(method, edition, variants=VARIANTS if draws else 0, **how)
        return found.rows(draws, seed).to_dicts()

    def trends(
        self,
        method: str = "osir-53",
        *,
        by: str = "institution",
        measure: str = "score",
        draws: int = 2000,
        seed: int = 0,
    ) -> list[Row]:
        """Rank every edition, and say which neighbours can be compared; see `begat.answer.trends`."""
        from begat.answer.trends import trends

        return trends(self.snapshot, method, by=by, measure=measure, draws=draws, seed=seed)

    def ranking_page(
        self,
        method: str = "begat-53",
        edition: date | None = None,
        *,
        draws: int = 2000,
        seed: int = 0,
        lang: str = "en",
        command: str = "begat rank -o ranking.html",
        **how: Any,
    ) -> str:
        """Return the ranking as an HTML page in English (``en``) or Chinese (``zh``); see `begat.views`.

        `how` is what `ranking` takes; `command` is what the page says that it was made with.
        """
        from begat.answer.ranking import dimension_counts, sources_behind
        from begat.influence.ranking import VARIANTS
        from begat.influence.sensitivity import effects
        from begat.views.ranking_page import RankingData, ranking_page
        from begat.views.words import option_words

        found = self.ranking(method, edition, variants=VARIANTS if draws else 0, **how)
        chosen, snapshot = found.method, self.snapshot
        published = chosen.framework.name == "osir-53"
        data = RankingData(
            rows=found.rows(draws, seed).to_dicts(),
            dimensions=dimension_counts(found),
            method={
                "name": method,
                "title": chosen.title,
                "source": chosen.source,
                "indicators": chosen.framework.name,
                "draws": draws,
                "seed": seed,
            },
            trend=self._series(method if published else "osir-53", draws, seed, how),
            effects=effects(found),
            snapshot={"name": snapshot.name, "date": snapshot.date, "digest": snapshot.digest},
            edition=found.day,
            sources=sources_behind(found),
            lang=lang,
            command=command,
            opens=option_words(
                {name: how[name] for name, usual in SCORED_BY.items() if how.get(name, usual) != usual}
            ),
        )
        return ranking_page(data)

    def _series(self, method: str, draws: int, seed: int, how: Mapping[str, Any]) -> list[Row]:
        """The editions over time beside a ranking of all institutions; nothing beside a part of them."""
        from begat.influence.indicator import editions

        whole = how.get("by") in (None, "institution") and not how.get("country")
        return self.trends(method, draws=draws, seed=seed) if whole and editions(self.snapshot) else []

    def sensitivity(
        self,
        what: str,
        method: str = "begat-53",
        edition: date | None = None,
        **how: Any,
    ) -> list[Row]:
        """Return what a ranking rests on.

        Parameters
        ----------
        what : str
            ``effects`` (weights set and got), ``leave-one-out`` (without each indicator), ``choices`` (one
            choice varied at a time) or ``coherence`` (indicators that say the same); see
            `begat.influence.sensitivity`.
        method, edition, **how
            As in `rank`.
        """
        from begat.influence.ranking import VARIANTS
        from begat.influence.sensitivity import SENSITIVITY

        chosen = named("view of a ranking", what, SENSITIVITY)
        return chosen(self.ranking(method, edition, variants=VARIANTS, **how))

    def rank_with_noise(self, noise: str, method: str = "begat-53", **how: Any) -> list[Row]:
        """Rank before and after synthetic adapters are added, ``ADAPTERS:ACCOUNTS:BASE``; nothing is kept.

        Returns
        -------
        list of dict
            Rows of `rank` after, without intervals, with ``rank_before`` and ``score_before``.

        Raises
        ------
        InputError
            If the noise can't be read, or the method takes counts from published items: it would look immune.
        """
        from tempfile import TemporaryDirectory

        from begat.influence.method import method_named
        from begat.synth.added import Noise, with_adapters

        if method_named(method).framework.name == "osir-53":
            raise InputError(
                "the published method takes counts of derivatives from its items, none is added to them",
                hint="Leave out --add-noise, or use --method begat-53.",
            )
        asked = Noise.of(noise)
        before = {row["subject"]: row for row in self.rank(method, draws=0, **how)}
        with TemporaryDirectory() as folder:
            base = asked._replace(base=self.model(asked.base))
            home = Home(Path(folder))
            flooded = Registry(home, with_adapters(self.snapshot, home.snapshots_path, base))
            after = flooded.rank(method, draws=0, **how)
        keys = ("rank", "score")
        return [
            {**row, **{f"{key}_before": before.get(row["subject"], {}).get(key) for key in keys}}
            for row in after
        ]

    def explain(
        self,
        text: str,
        *,
        indicator: str | None = None,
        method: str = "begat-53",
        edition: date | None = None,
        **how: Any,
    ) -> list[Row]:
        """Return the indicators behind a score, or the rows behind one indicator.

        `how` is what `ranking` takes; a score of a page opens with the options that made it.
        """
        from begat.answer.explain import rows_behind, score_parts, subject_named

        found = self.ranking(method, edition, **how)
        subject = subject_named(found, text)
        if indicator is None:
            return score_parts(found, subject)
        return rows_behind(found, subject, indicator)

    def indicator_state(
        self, text: str, indicator: str, method: str = "begat-53", edition: date | None = None, **how: Any
    ) -> str:
        """Say whether an indicator of somebody counts, or why not; arguments as in `explain`."""
        from begat.answer.explain import state_of, subject_named

        found = self.ranking(method, edition, **how)
        return state_of(found, subject_named(found, text), indicator)

    def indicators(self, method: str = "begat-53") -> list[Row]:
        """Return the declared indicators of a method, and what this snapshot knows of each."""
        from begat.answer.explain import declarations
        from begat.influence.evidence import Evidence
        from begat.influence.indicator import chosen_edition
        from begat.influence.indicator.osir_53 import Edition
        from begat.influence.method import method_named

        chosen, snapshot = method_named(method), self.snapshot
        if chosen.framework.name == "osir-53":
            return declarations(chosen, Edition(snapshot, chosen_edition(snapshot, None)))
        return declarations(chosen, Evidence(snapshot, self.graph))

    def goalposts(self) -> str:
        """Return goalposts computed from this snapshot, as the tables of a method file."""
        from begat.influence.goalposts import goalposts, to_toml

        return to_toml(goalposts(self.snapshot, self.graph, datetime.now(tz=UTC).date()))

    def share(
        self,
        *,
        by: str = "country",
        of: str = "downloads",
        edition: date | None = None,
        over_time: bool = False,
        panel: str = "listed",
        modality: str | None = None,
        without_flooded: bool = False,
        attribution: str = "uploader",
        method: str = "osir-53",
        observed: str | None = None,
    ) -> list[Row]:
        """Divide a quantity among countries, kinds or institutions; see `begat.answer.share`."""
        from begat.answer.share import Question, share

        asked = Question(
            by=by,
            of=of,
            panel=panel,
            modality=modality,
            without_flooded=without_flooded,
            attribution=attribution,
            method=method,
        )
        return share(
            self.snapshot,
            asked,
            edition=edition,
            over_time=over_time,
            observed=observed,
            graph=lambda: self.graph,
        )

    def claims(self, paths: Sequence[Path | str] | None = None, *, only: Sequence[str] = ()) -> list[Row]:
        """Check published statements against the snapshot; see `begat.answer.claims`.

        `paths` are TOML files or folders of them, those that ship with begat if not given; `only` ids or
        patterns of ids such as ``F*``.
        """
        from begat.answer.claims import claims
        from begat.answer.figure.base import Facts

        facts = Facts(self.snapshot, lambda: self.graph, lambda name, params: self.query(name, **params).rows)
        return claims(facts, [Path(path) for path in paths or ()], only=only)

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

    def sparse(self) -> "csr_array[Any, tuple[int, int]]":
        """Return the derivation graph as a SciPy array, a row a child; see `begat.graph.exchange`."""
        from begat.graph import to_sparse

        return to_sparse(self.graph)

    def arrow(self) -> "tuple[pa.Table, pa.Table]":
        """Return models and derivations as Arrow tables; see `begat.graph.exchange`."""
        from begat.graph import to_arrow

        return to_arrow(self.graph)

    def write_graph(self, path: Path | str, *, form: str = "graphml") -> None:
        """Write the derivation graph as a file, ``graphml`` or ``gexf``; see `begat.graph.exchange`."""
        from begat.graph import write_graph

        write_graph(self.graph, Path(path), form=form)

    def build(self, step: Step = nullcontext) -> Mapping[str, int]:
        """Build whatever is missing of graph, name index, scores and store; return their sizes.

        `step` is called with the name of each and gives a context to show that it goes on.
        """
        with step("graph"):
            sizes = {"models": self.graph.n, "derivations": self.graph.m}
        with step("name index"):
            sizes["names"] = len(self.names)
        with step("scores"):
            sizes["scores"] = self.scores.height
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
