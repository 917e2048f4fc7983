"""What the indicators are computed from: the tables of a snapshot, by whom they belong to, at a date."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from begat.errors import InputError, UnknownName
from begat.graph import CreditGraph, Graph, credit_graph, kept
from begat.influence.figures import EPOCH
from begat.influence.house import by_root, roots
from begat.influence.indicator.base import ROWS
from begat.influence.modality import model_modality
from begat.snapshot import Snapshot

__all__ = ["SUBJECTS", "Evidence", "balanced", "rows", "typed_in", "with_zeros"]

SUBJECTS = ("institution", "country", "kind")

FEWEST = 20
"""A class of a balanced share counts from this many institutions on."""

FULL = 0.5
"""Part of the largest set of downloads that a newer one must hold to be taken."""

MODEL_COLUMNS = [
    "id",
    "platform",
    "account",
    "created_at",
    "task",
    "modality",
    "library",
    "parameters",
    "listed",
    "sources",
]


@dataclass(frozen=True)
class Evidence:
    """The tables that indicators read, with a column ``subject``: whom each row belongs to.

    Parameters
    ----------
    snapshot : Snapshot
        The tables.
    graph : Graph
        Its derivation graph.
    on : date, optional
        Only what existed on that day as far as it is known today (models, datasets and what was made from
        them, by their creation, undated ones by the date of their source), and figures observed up to it;
        everything if not given.
    by : str
        One of `SUBJECTS`: institutions (with the parent company or university that they belong to), or the
        countries or kinds of these.
    left_out : array of bool, shape (graph.m,), optional
        Derivations that earn no credit, such as those of a burst.

    Notes
    -----
    Tables are read when first asked for. Figures of different dates are never put together: `downloads` is
    one set of one source and date: the newest that holds at least half of the downloads of the largest.
    """

    snapshot: Snapshot
    graph: Graph = field(repr=False)
    on: date | None = None
    by: str = "institution"
    left_out: NDArray[np.bool_] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.by not in SUBJECTS:
            raise UnknownName("subject of a ranking", self.by, hint=f"Known: {', '.join(SUBJECTS)}.")
        if self.on is not None and self.on > self.snapshot.date:
            hint = "Import a newer snapshot, or leave the date out."
            raise InputError(
                f"the snapshot is of {self.snapshot.date} and knows nothing of {self.on}", hint=hint
            )
        if self.on is not None and self.on < EPOCH:
            raise InputError(f"nothing is known of a day before {EPOCH}", where=str(self.on))

    @property
    def day(self) -> date:
        """The day that the evidence is of: `on`, else the date of the snapshot."""
        return self.on or self.snapshot.date

    @cached_property
    def source_days(self) -> dict[str, date]:
        """The date of each source."""
        known = (*self.snapshot.sources, *self.snapshot.annexes)
        return {row["source"]: date.fromisoformat(str(row["date"])) for row in known}

    def day_of(self, source: str) -> pl.Expr:
        """The date of the source that a column names."""
        return pl.col(source).replace_strict(self.source_days, default=None, return_dtype=pl.Date)

    def existed(self, created: str | pl.Expr) -> pl.Expr:
        """Whether something existed on that day: by its creation, else by the first of its ``sources``."""
        if self.on is None:
            return pl.lit(value=True)
        days = pl.element().replace_strict(self.source_days, default=None, return_dtype=pl.Date)
        first = pl.col("sources").list.eval(days).list.min()
        return (pl.coalesce(created, first) <= self.on).fill_null(value=False)

    def read(self, table: pl.DataFrame) -> pl.DataFrame:
        """Whom the whole snapshot was read for: everybody in ``subject``, once, for observed zeros."""
        return (
            table.drop_nulls("subject")
            .select("subject", date=pl.lit(self.day), source=pl.lit(f"snapshot {self.snapshot.name}"))
            .unique("subject", maintain_order=True)
        )

    @cached_property
    def institutions(self) -> pl.DataFrame:
        """Institutions: ``institution, osir, root, subject``; the root is the last of its parents."""
        table = self.snapshot.frame("institutions", ["id", "osir", "country", "kind"]).drop_nulls("id")
        root = roots(self.snapshot)
        of = {"institution": "id", "country": "country", "kind": "kind"}[self.by]
        value = dict(table.select(key="id", value=of).iter_rows())
        last = [root[name] for name in table["id"]]
        return table.select(institution="id", osir="osir").with_columns(
            root=pl.Series(last), subject=pl.Series([value.get(name) for name in last], dtype=pl.String)
        )

    @cached_property
    def accounts(self) -> pl.DataFrame:
        """Accounts that an institution operates: ``platform, account, institution, root, subject``."""
        operated = self.snapshot.frame("accounts", ["platform", "account", "institution", "current"])
        return (
            operated.filter(pl.col("current"))
            .drop("current")
            .join(self.institutions.drop("osir"), on="institution")
            .unique(["platform", "account"], keep="first", maintain_order=True)
        )

    @cached_property
    def models(self) -> pl.DataFrame:
        """Models in the order of the graph, with ``node, owner, subject, root, created_on, modality``.

        ``owner`` is ``platform:account``. Models younger than `on` are left out.
        """
        table = self.snapshot.frame("models", MODEL_COLUMNS).sort("id").with_row_index("node")
        owned = table.join(self.accounts, on=["platform", "account"], how="left", maintain_order="left")
        return (
            owned.with_columns(
                owner=pl.concat_str("platform", pl.lit(":"), "account"),
                created_on=pl.col("created_at").dt.date(),
                modality=model_modality(),
                stated_by=pl.col("sources").list.first(),
            )
            .filter(self.existed("created_on"))
            .drop("created_at", "sources")
        )

    @cached_property
    def originals(self) -> pl.DataFrame:
        """The listed models of somebody, of copies and mirrors only the original."""
        copies = pl.DataFrame({"node": np.flatnonzero(self.credit.copy)}, {"node": pl.UInt32})
        listed = self.models.filter(pl.col("listed")).drop_nulls("subject")
        return listed.join(copies, on="node", how="anti", maintain_order="left")

    @cached_property
    def datasets(self) -> pl.DataFrame:
        """Datasets: their columns, ``owner``, ``subject`` and ``root``."""
        return (
            self.snapshot.frame("datasets")
            .join(self.accounts, on=["platform", "account"], how="left", maintain_order="left")
            .with_columns(
                owner=pl.concat_str("platform", pl.lit(":"), "account"),
                created_on=pl.col("created_at").dt.date(),
                stated_by=pl.col("sources").list.first(),
            )
            .filter(self.existed("created_on"))
        )

    @cached_property
    def derivations(self) -> pl.DataFrame:
        """The most reliable statement of each pair: ``child, parent, relation, method, date, source``."""
        columns = ["child", "parent", "relation", "method", "stated_on", "source", "confidence"]
        stated = self.snapshot.frame("derivations", columns).drop_nulls("parent")
        best = stated.sort("confidence", descending=True, nulls_last=True)
        return best.unique(["child", "parent"], keep="first", maintain_order=True).rename(
            {"stated_on": "date"}
        )

    @cached_property
    def credit(self) -> CreditGraph:
        """The graph of credit on that day: houses are roots, so that no company credits itself."""
        keep = np.ones(self.graph.m, dtype=bool) if self.left_out is None else ~self.left_out
        if self.on is not None:
            known = np.zeros(self.graph.n, dtype=bool)
            known[self.models["node"].to_numpy()] = True
            keep &= known[self.graph.child] & known[self.graph.parent]
        return credit_graph(kept(by_root(self.graph, roots(self.snapshot)), keep))

    @cached_property
    def node_subject(self) -> pl.DataFrame:
        """Whom each node belongs to: ``node, id, owner, subject, root, created_on``."""
        return self.models.select("node", "id", "owner", "subject", "root", "created_on", "stated_by")

    @cached_property
    def edges(self) -> pl.DataFrame:
        """Derivations that earn credit: ``child, parent`` and ``child_id, owner, subject, own`` and evidence.

        ``subject`` is whom the parent belongs to; ``owner`` who made the child; ``own`` whether they are one
        house. A model and its copies are one.
        """
        graph = self.credit.graph
        pairs = pl.DataFrame({"child": graph.child, "parent": graph.parent}).cast(pl.UInt32)
        nodes = self.node_subject
        child = nodes.select(
            child="node", child_id="id", owner="owner", child_root="root", created_on="created_on"
        )
        parent = nodes.select(
            parent="node", parent_id="id", parent_owner="owner", subject="subject", parent_root="root"
        )
        joined = pairs.join(child, on="child", maintain_order="left").join(
            parent, on="parent", maintain_order="left"
        )
        same = (pl.col("child_root") == pl.col("parent_root")) | (pl.col("owner") == pl.col("parent_owner"))
        return self._with_statement(joined.with_columns(own=same.fill_null(value=False)))

    def _with_statement(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """Add the most reliable statement behind each pair, of a copy or mirror included."""
        of = pl.DataFrame(
            {"id": list(self.graph.ids), "of": self.credit.of.astype(np.int64)},
            schema_overrides={"id": pl.String},
        )
        stated = (
            self.derivations.join(of.rename({"id": "child"}), on="child", maintain_order="left")
            .rename({"of": "child_of"})
            .join(of.rename({"id": "parent"}), on="parent", maintain_order="left")
            .drop("child", "parent")
            .rename({"of": "parent_of"})
            .unique(["child_of", "parent_of"], keep="first", maintain_order=True)
        )
        ends = {f"{end}_of": pl.Series(self.credit.of[pairs[end].to_numpy()]) for end in ("child", "parent")}
        joined = pairs.with_columns(**ends).join(
            stated, on=["child_of", "parent_of"], how="left", maintain_order="left"
        )
        dated = joined.with_columns(pl.coalesce("date", self.day_of("source")))
        return dated.drop("child_of", "parent_of")

    @cached_property
    def figures(self) -> pl.DataFrame:
        """Dated figures of models and datasets up to that day: ``id, kind, metric, value, date, source``."""
        columns = ["subject", "subject_kind", "metric", "value", "observed_on", "source"]
        stated = self.snapshot.frame("observations", columns).drop_nulls("observed_on")
        return stated.filter(pl.col("observed_on") <= self.day).rename(
            {"subject": "id", "subject_kind": "kind", "observed_on": "date"}
        )

    @cached_property
    def systems(self) -> pl.DataFrame:
        """Systems with a maintainer: ``system, former, libraries, subject``."""
        table = self.snapshot.frame("systems", ["id", "former", "maintainer", "libraries"])
        return table.rename({"id": "system"}).join(
            self.institutions.select(maintainer="institution", subject="subject"), on="maintainer"
        )

    def of_systems(self, *metrics: str) -> pl.DataFrame:
        """Figures of systems with a maintainer: ``system, subject, metric, value, date, source``."""
        found = self.figures.filter((pl.col("kind") == "system") & pl.col("metric").is_in(metrics))
        return found.rename({"id": "system"}).join(self.systems.select("system", "subject"), on="system")

    @cached_property
    def downloads(self) -> pl.DataFrame:
        """Downloads of models in 30 days, of one source and date a platform, with `models` beside them."""
        found = self.figures.filter((pl.col("metric") == "downloads_30d") & (pl.col("kind") == "model"))
        joined = found.select("id", "value", "date", "source").join(self.models, on="id")
        return _newest_full(joined)

    @cached_property
    def dataset_downloads(self) -> pl.DataFrame:
        """Downloads of datasets in 30 days, of one source and date a platform, beside `datasets`."""
        found = self.figures.filter((pl.col("metric") == "downloads_30d") & (pl.col("kind") == "dataset"))
        joined = found.select("id", "value", "date", "source").join(self.datasets.drop("sources"), on="id")
        return _newest_full(joined)

    @cached_property
    def listed_datasets(self) -> pl.DataFrame:
        """Datasets of the newest edition of OSIR-LMTS up to that day, with their stage and downloads.

        It knows those of the crawled institutions only: no unknown owner is in a whole made of it.
        """
        listed = self.snapshot.frame("listings").filter(
            (pl.col("kind") == "dataset") & (pl.col("edition") <= self.day)
        )
        newest = listed.filter(pl.col("edition") == pl.col("edition").max())
        return (
            newest.rename({"institution": "osir"})
            .select(
                "osir",
                "lifecycle",
                "source",
                value=pl.col("downloads_30d").cast(pl.Float64),
                date="crawled_on",
                id=pl.coalesce("entity", pl.concat_str("account", pl.lit("/"), "name")),
            )
            .join(self.institutions, on="osir")
        )

    @cached_property
    def training(self) -> pl.DataFrame:
        """Models trained on datasets: ``dataset, subject, root`` (the dataset's), ``model, owner, ...``."""
        stated = self.snapshot.frame("trained_on", ["model", "dataset", "method", "stated_on", "source"])
        stated = stated.with_columns(pl.coalesce("stated_on", self.day_of("source")))
        links = stated.drop_nulls("dataset").unique(["model", "dataset"], keep="first", maintain_order=True)
        sets = self.datasets.select(dataset="id", subject="subject", root="root", dataset_owner="owner")
        made = self.models.select(
            model="id", node="node", owner="owner", model_root="root", created_on="created_on"
        )
        joined = links.join(sets, on="dataset").join(made, on="model")
        same = (pl.col("root") == pl.col("model_root")) | (pl.col("owner") == pl.col("dataset_owner"))
        return joined.rename({"stated_on": "date"}).with_columns(own=same.fill_null(value=False))

    def by_hand(self, dimension: str, code: str, *, zeros: bool = True) -> pl.DataFrame:
        """Rows of a figure that OSIR-LMTS typed in by hand, of its newest edition up to that day.

        Parameters
        ----------
        dimension, code : str
            Of its indicator.
        zeros : bool
            Whether a zero is an observed one; else it is left out.
        """
        metric = f"osir:{dimension}:{code}"
        columns = ["subject", "metric", "value", "observed_on", "method", "source"]
        stated = self.snapshot.table("observations", columns, where=[("metric", "=", metric)])
        table = pl.DataFrame(pl.from_arrow(stated)).filter(
            (pl.col("observed_on") <= self.day) & (pl.col("method") == "hand-made")
        )
        newest = table.filter(pl.col("observed_on") == pl.col("observed_on").max())
        joined = newest.rename({"subject": "osir"}).join(self.institutions, on="osir")
        return rows(
            joined.filter((pl.col("value") > 0) | zeros),
            key=pl.when(pl.col("value") > 0).then("osir"),
            amount="value",
            what=pl.lit(f"typed in by hand: {code}"),
            method="method",
            date="observed_on",
        )

    @cached_property
    def listed_by_osir(self) -> pl.DataFrame:
        """Who was crawled for the newest edition of OSIR-LMTS up to that day: ``subject, date, source``."""
        listed = self.snapshot.frame("listings", ["edition", "institution", "source"])
        upto = listed.filter(pl.col("edition") <= self.day)
        newest = upto.filter(pl.col("edition") == pl.col("edition").max()).unique()
        return (
            newest.rename({"institution": "osir", "edition": "date"})
            .join(self.institutions, on="osir")
            .select("subject", "date", "source")
            .drop_nulls()
            .unique("subject", keep="first", maintain_order=True)
        )

    @property
    def since(self) -> date:
        """The first day of the last 90."""
        return self.day - timedelta(days=90)


def rows(table: pl.DataFrame, **columns: str | pl.Expr) -> pl.DataFrame:
    """Return rows of `ROWS` from a table that has at least ``subject``; others are null if not given."""
    given = {"subject": "subject", "source": "source", **columns}
    made = table.drop_nulls("subject").select(
        **{name: pl.col(value) if isinstance(value, str) else value for name, value in given.items()}
    )
    lacking = [pl.lit(None, dtype=kind).alias(name) for name, kind in ROWS.items() if name not in given]
    return made.with_columns(lacking).select(pl.col(name).cast(kind) for name, kind in ROWS.items())


def typed_in(dimension: str, *codes: str) -> Callable[[Evidence], pl.DataFrame]:
    """Return how an indicator is made from figures that OSIR-LMTS typed in; see `Evidence.by_hand`."""

    def found(evidence: Evidence) -> pl.DataFrame:
        return pl.concat([evidence.by_hand(dimension, code) for code in codes])

    return found


def with_zeros(found: pl.DataFrame, read: pl.DataFrame, what: str) -> pl.DataFrame:
    """Add an observed zero for everybody that was read and has no row.

    Parameters
    ----------
    found : DataFrame
        Rows of `ROWS`.
    read : DataFrame
        ``subject, date, source``: for whom the source was read.
    what : str
        What was looked for.
    """
    lacking = read.join(found.select("subject").unique(), on="subject", how="anti")
    zeros = rows(
        lacking, amount=pl.lit(0.0), what=pl.lit(f"none: {what}"), method=pl.lit("read"), date="date"
    )
    return pl.concat([found, zeros])


def balanced(table: pl.DataFrame, key: str, what: str, fewest: int = FEWEST) -> pl.DataFrame:
    """Return rows of a share that is the mean over classes of the share in each.

    Parameters
    ----------
    table : DataFrame
        ``id, subject, root, value, date, source`` and the class; unknown owners are part of the whole.
    key : str
        The class.
    what : str
        What `value` is.
    fewest : int
        A class counts from this many institutions on.
    """
    classes = table.group_by(key).agg(
        whole=pl.col("value").sum(), roots=pl.col("root").drop_nulls().n_unique()
    )
    kept_classes = classes.filter((pl.col("whole") > 0) & (pl.col("roots") >= fewest)).select(
        key, whole=pl.col("whole") * pl.len()
    )
    return rows(
        table.join(kept_classes, on=key),
        key=key,
        amount="value",
        weight="whole",
        unit="id",
        what=pl.lit(what),
        id="id",
        method=pl.lit("observed"),
        date="date",
    )


def _newest_full(figures: pl.DataFrame) -> pl.DataFrame:
    """Keep, a platform, the newest set of one source and date that holds at least half of the largest."""
    sets = (
        figures.group_by("platform", "source", "date")
        .agg(pl.col("value").sum())
        .filter(pl.col("value") >= FULL * pl.col("value").max().over("platform"))
        .sort("date", "value", "source", descending=[True, True, False])
        .unique("platform", keep="first", maintain_order=True)
        .select("platform", "source", "date")
    )
    return figures.join(sets, on=["platform", "source", "date"], maintain_order="left")
