"""Details of derivations, as nodes of their own: the share of each parent in a merge, where it is known."""

import hashlib

import polars as pl

from begat import ids
from begat.ids import model_iri
from begat.snapshot import Snapshot
from begat.store.terms import Lines, constant, decimal, graphs, iris, statements
from begat.vocab import BEGAT, PREFIXES, PROV, RDF, RELATIONS

__all__ = ["lines"]

PAIR = ["child", "parent", "relation"]


def lines(snapshot: Snapshot) -> Lines:
    """Yield a node for each derivation that a source knows a share of and is sure of by a known degree.

    Of several shares the one of the surest source counts. The plain edge is stated apart, in its graphs.
    """
    columns = [*PAIR, "share", "source", "method", "status", "confidence"]
    rows = snapshot.frame("derivations", columns)
    rows = rows.filter(pl.col("status").is_in(["resolved", "dangling"])).drop_nulls("confidence")
    shares = rows.drop_nulls("share").sort("confidence", "source", "method", descending=True)
    shares = shares.unique(PAIR, keep="first", maintain_order=True).sort(PAIR)
    nodes = shares.with_columns(subject=_nodes(shares), object=iris("model", shares["parent"]))
    yield from _described(nodes.with_columns(child=iris("model", nodes["child"])))
    stated = rows.with_columns(graph=graphs(rows)).select(*PAIR, "graph").unique(maintain_order=True)
    evidence = stated.join(nodes.select(*PAIR, "subject"), on=PAIR, maintain_order="left")
    yield from statements(evidence, {BEGAT.EVIDENCE: pl.col("graph")})


def _described(nodes: pl.DataFrame) -> Lines:
    kinds = {name: f"<{PREFIXES['begat']}kind-{name}>" for name in RELATIONS}
    kind = pl.col("relation").replace_strict(kinds, return_dtype=pl.String)
    yield from statements(
        nodes,
        {
            RDF.TYPE: constant(BEGAT.DERIVATION),
            BEGAT.KIND: kind,
            PROV.ENTITY: pl.col("object"),
            BEGAT.WEIGHT: decimal("share"),
        },
    )
    turned = nodes.select(subject="child", node="subject")
    yield from statements(turned, {PROV.QUALIFIED_DERIVATION: pl.col("node")})


def _nodes(rows: pl.DataFrame) -> pl.Series:
    """Return the addresses of derivations: a hash of child, property and parent."""
    edges = rows.select("child", "relation", "parent").iter_rows()
    return pl.Series([f"<{ids.minted_iri('derivation', _hash(*edge))}>" for edge in edges], dtype=pl.String)


def _hash(child: str, relation: str, parent: str) -> str:
    text = "\n".join((model_iri(child), RELATIONS[relation], model_iri(parent)))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
