"""What pages and lists state of the nodes and links of a supply graph: who says it, and in which words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from begat.consequence.supply import KINDS, MIRROR, TRAINED_ON, Supply
from begat.graph import Ids
from begat.influence.figures import EPOCH, UNKNOWN
from begat.mapped import DAMAGE, load_arrays, save_arrays
from begat.snapshot import Snapshot

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Statements", "load_or_make"]

FORMAT = 2
ARRAYS = ("written", "listing", "source", "method", "said_on", "open_node", "open_text", "open_kind")
TEXTS = ("texts", "open_texts")
NAMES = ("listings", "sources", "methods")


@dataclass(frozen=True)
class Statements:
    """What is stated, by node and by link.

    Attributes
    ----------
    written : array of int32, shape (n,)
        Position in `texts` of the licence as the page of a node writes it; -1 for none.
    listing : array of int32, shape (n,)
        Position in `listings` of the sources that list a node, joined by blanks; -1 for none.
    source, method : array of int16, shape (m,)
        Positions in `sources`, `methods` of the surest statement of a link; -1 for none.
    said_on : array of int32, shape (m,)
        Its day, in days since 1970-01-01; `UNKNOWN` where it has none.
    open_node, open_text, open_kind : array of int32, int32 and int8, shape (k,)
        What is said to have gone into a node and can't be told, sorted by node: the node, the position in
        `open_texts` of what is said, and how it went in, a position in `KINDS`.
    texts, open_texts : Ids
        Licences, and what can't be told, as written, sorted.
    listings, sources, methods : sequence of str
        Names that occur, sorted.

    Notes
    -----
    8 bytes a node and as many a link, 9 for each thing that can't be told.
    """

    written: NDArray[np.int32]
    listing: NDArray[np.int32]
    source: NDArray[np.int16]
    method: NDArray[np.int16]
    said_on: NDArray[np.int32]
    open_node: NDArray[np.int32]
    open_text: NDArray[np.int32]
    open_kind: NDArray[np.int8]
    texts: Ids
    open_texts: Ids
    listings: Sequence[str]
    sources: Sequence[str]
    methods: Sequence[str]

    def licence(self, node: int) -> str | None:
        """Return the licence of a node as its page writes it, None for none."""
        return _at(self.texts, self.written[node])

    def listed_by(self, node: int) -> list[str]:
        """Return the sources that list a node."""
        return (_at(self.listings, self.listing[node]) or "").split()

    def link(self, edge: int) -> tuple[str | None, str | None, int]:
        """Return source, method and day of the surest statement of a link."""
        named = _at(self.sources, self.source[edge]), _at(self.methods, self.method[edge])
        return (*named, int(self.said_on[edge]))

    def untold(self, node: int) -> list[tuple[str, str]]:
        """Return what is said to have gone into a node and can't be told: the words, and how; each once."""
        first, last = np.searchsorted(self.open_node, (node, node + 1))
        return [
            (self.open_texts[self.open_text[row]], KINDS[self.open_kind[row]]) for row in range(first, last)
        ]


def load_or_make(snapshot: Snapshot, supply: Supply, folder: Path) -> Statements:
    """Open what is kept in `folder`; make and keep it where there is none, or a damaged one."""
    try:
        return _load(folder)
    except DAMAGE:
        found = make(snapshot, supply)
        _save(found, folder)
        return found


def make(snapshot: Snapshot, supply: Supply) -> Statements:
    """Read them from the tables of a snapshot; O(rows log rows)."""
    import polars as pl

    nodes = pl.concat([_nodes(snapshot, "models"), _nodes(snapshot, "datasets")])
    written, texts = _coded(nodes["licence_raw"])
    listing, listings = _coded(nodes["listing"])
    links = _links(snapshot, supply, nodes)
    source, sources = _coded(links["source"])
    method, methods = _coded(links["method"])
    untold = _untold(snapshot, nodes["id"].head(supply.models))
    open_text, open_texts = _coded(untold["written"])
    return Statements(
        written,
        listing,
        source.astype(np.int16),
        method.astype(np.int16),
        (links["stated_on"] - EPOCH).dt.total_days().fill_null(UNKNOWN).to_numpy().astype(np.int32),
        untold["node"].to_numpy(),
        open_text,
        untold["kind"].to_numpy(),
        Ids.of(texts),
        Ids.of(open_texts),
        listings,
        sources,
        methods,
    )


def _nodes(snapshot: Snapshot, table: str) -> "pl.DataFrame":
    """Return the nodes of a table in their order; see `Supply`."""
    import polars as pl

    rows = snapshot.frame(table, ["id", "licence_raw", "sources"]).drop_nulls("id")
    listing = pl.col("sources").list.join(" ").alias("listing")
    return rows.unique("id", keep="first").sort("id").select("id", "licence_raw", listing)


def _links(snapshot: Snapshot, supply: Supply, nodes: "pl.DataFrame") -> "pl.DataFrame":
    """Return source, method and day of the surest statement of each edge, in their order."""
    import polars as pl

    graph, kind = supply.graph, np.array(KINDS)[supply.graph.relation]
    ids = nodes["id"]
    edges = pl.DataFrame({"child": ids[graph.child], "parent": ids[graph.parent], "kind": kind})
    stated = pl.concat([_derived(snapshot), _trained(snapshot), _mirrored(snapshot)])
    surest = stated.sort("unsure", "source", "method").unique(["child", "parent", "of"], keep="first")
    of = pl.when(pl.col("kind").is_in([TRAINED_ON, MIRROR])).then("kind").otherwise(pl.lit("model"))
    return edges.with_columns(of=of).join(
        surest, on=["child", "parent", "of"], how="left", maintain_order="left"
    )


def _derived(snapshot: Snapshot) -> "pl.DataFrame":
    import polars as pl

    from begat.consequence.build import EDGES

    columns = ["child", "parent", "source", "method", "kind_confidence"]
    said = snapshot.frame("derivations", [*columns, "status", "stated_on"])
    guessed = snapshot.frame("inferences", columns)
    both = pl.concat([said.filter(pl.col("status").is_in(EDGES)).drop("status"), guessed], how="diagonal")
    unsure = _undeclared() - pl.col("kind_confidence").fill_null(0)
    return _said(both, "child", "parent", "model", unsure)


def _trained(snapshot: Snapshot) -> "pl.DataFrame":
    rows = snapshot.frame("trained_on", ["model", "dataset", "source", "method", "stated_on"])
    return _said(rows.drop_nulls("dataset"), "model", "dataset", TRAINED_ON, _undeclared())


def _mirrored(snapshot: Snapshot) -> "pl.DataFrame":
    import polars as pl

    rows = snapshot.frame("aliases", ["id", "resolved", "kind", "source", "stated_on"])
    named = rows.filter(pl.col("kind") == MIRROR).drop_nulls("resolved").rename({"kind": "method"})
    return _said(named, "id", "resolved", MIRROR, pl.lit(0.0))


def _undeclared() -> "pl.Expr":
    """Return 2 where somebody else than the publisher says so, more than any confidence."""
    import polars as pl

    from begat.influence.scope import DECLARED

    return pl.when(pl.col("method").is_in(DECLARED)).then(0.0).otherwise(2.0)


def _said(rows: "pl.DataFrame", child: str, parent: str, of: str, unsure: "pl.Expr") -> "pl.DataFrame":
    import polars as pl

    ends = {"child": pl.col(child), "parent": pl.col(parent), "of": pl.lit(of)}
    return rows.select("source", "method", "stated_on", unsure=unsure, **ends)


def _untold(snapshot: Snapshot, models: "pl.Series") -> "pl.DataFrame":
    """Return ``node, written, kind`` of what went into models and can't be told; models first, then data."""
    import polars as pl

    bases = snapshot.frame("derivations", ["child", "parent_raw", "relation", "status"])
    data = snapshot.frame("trained_on", ["model", "dataset_raw", "dataset"])
    stated = pl.concat(
        [
            bases.filter(pl.col("status") == "unresolved").select("child", "parent_raw", "relation"),
            data.filter(pl.col("dataset").is_null()).select(
                pl.col("model").alias("child"),
                pl.col("dataset_raw").alias("parent_raw"),
                pl.lit(TRAINED_ON).alias("relation"),
            ),
        ]
    )
    number = pl.DataFrame({"child": models}).with_row_index("node")
    kinds = {kind: place for place, kind in enumerate(KINDS)}
    return (
        stated.unique(maintain_order=True)
        .join(number, on="child", maintain_order="left")
        .sort("node", maintain_order=True)
        .select(
            pl.col("node").cast(pl.Int32),
            pl.col("parent_raw").alias("written"),
            pl.col("relation").replace_strict(kinds, return_dtype=pl.Int8).alias("kind"),
        )
    )


def _coded(texts: "pl.Series") -> tuple[NDArray[np.int32], list[str]]:
    """Return the place of each text among those that occur, sorted, -1 for null; and these."""
    import polars as pl

    known = texts.drop_nulls().unique().sort()
    place = pl.DataFrame({"text": known}).with_row_index("place")
    found = pl.DataFrame({"text": texts}).join(place, on="text", how="left", maintain_order="left")["place"]
    return found.cast(pl.Int32).fill_null(-1).to_numpy(), known.to_list()


def _at(names: Sequence[str], place: np.integer) -> str | None:
    return names[int(place)] if place >= 0 else None


def _save(found: Statements, folder: Path) -> None:
    arrays: dict[str, NDArray[Any]] = {name: getattr(found, name) for name in ARRAYS}
    for name in TEXTS:
        texts: Ids = getattr(found, name)
        arrays |= {name: texts.block, f"{name}.ends": texts.ends}
    for name in NAMES:
        arrays[name] = np.frombuffer(json.dumps(list(getattr(found, name))).encode(), dtype=np.uint8)
    save_arrays(folder, arrays, form=FORMAT)


def _load(folder: Path) -> Statements:
    arrays: dict[str, Any] = load_arrays(folder, form=FORMAT)
    texts: dict[str, Any] = {name: Ids(arrays[name], arrays[f"{name}.ends"]) for name in TEXTS}
    return Statements(
        **{name: arrays[name] for name in ARRAYS},
        **texts,
        **{name: json.loads(arrays[name].tobytes()) for name in NAMES},
    )
