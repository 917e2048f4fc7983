"""The licence terms of one thing, with what its pages say and the statement of every step."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from begat.consequence.inherit import Inherited, Source, State, inherit, needed
from begat.consequence.labels import Labels
from begat.consequence.supply import EVIDENCE, FROM_DATASET, KINDS, MIRROR, TRAINED_ON, Supply
from begat.consequence.verdict import Conflict, conflicts, first_unfit
from begat.ids import dataset_iri, model_iri
from begat.influence.scope import DECLARED
from begat.licences.clauses import joined
from begat.snapshot import Snapshot

__all__ = ["CLAUSE_KEYS", "CONFLICT_KEYS", "VERDICTS", "licence"]

Row = dict[str, Any]
Thing = tuple[str, str]

VERDICTS = ("conflicts", "not known", "nothing found")
"""Something doesn't fit; nothing that is known doesn't, but something isn't known; neither."""

CONFLICT_KEYS = (
    *("kind", "severity", "reason", "source_kind", "source", "licence", "channel", "evidence"),
    *("since_kind", "since", "others", "path", "why"),
)
CLAUSE_KEYS = ("clause", "state", "says", "binding", "contested", "unknown", "contested_unknown")

GATED = {1: True, 0: False}


def licence(snapshot: Snapshot, supply: Supply, labels: Labels, node: int, *, inferred: bool = False) -> Row:
    """Return the terms that reach a thing, what doesn't fit, what isn't known and what it needs.

    Parameters
    ----------
    snapshot : Snapshot
        Asked for rows by key.
    supply, labels : Supply, Labels
        What went into what, and the licences.
    node : int
        A model or dataset.
    inferred : bool
        Follow what nobody declares too.

    Returns
    -------
    dict
        ``kind``, ``id``, ``verdict`` (of `VERDICTS`), ``sources`` (itself first), ``clauses``,
        ``conflicts``, ``needs`` and ``inferred``; see ``docs/reference/json.md``.

    Notes
    -----
    Reads the rows of the things on the way by key, and nothing else of the tables.
    """
    found = inherit(supply, labels, node, evidence="inferred" if inferred else "reported")
    every = found if inferred else inherit(supply, labels, node, evidence="inferred")
    said = _Said(snapshot, supply, labels, found)
    kind, name = said.thing(node)
    told = conflicts(found, name)
    return {
        "kind": kind,
        "id": name,
        "verdict": _verdict(found, told),
        "conflicts": [said.conflict(each) for each in told],
        "clauses": [said.clause(state) for state in found.states],
        "sources": [said.source(source) for source in found.sources],
        "needs": [said.need(base, edges) for base, edges in needed(supply, node).items()],
        "inferred": sum(_inferred(source) for source in every.sources),
    }


def _verdict(found: Inherited, told: Sequence[Conflict]) -> str:
    if told:
        return VERDICTS[0]
    known = all(source.licence and not source.open_ends for source in found.sources)
    return VERDICTS[2] if known else VERDICTS[1]


def _inferred(source: Source) -> bool:
    """Whether nothing surer than what is inferred leads to a source."""
    return all(way.evidence == EVIDENCE[-1] for way in source.ways)


class _Said:
    """What the pages of some things, and statements on the steps between them, say."""

    def __init__(self, snapshot: Snapshot, supply: Supply, labels: Labels, found: Inherited) -> None:
        self.supply, self.labels = supply, labels
        nodes = [source.node for source in found.sources]
        self.written = dict(_written(snapshot, [self.thing(node) for node in nodes]))
        ways = chain.from_iterable(source.ways for source in found.sources)
        edges = sorted({edge for way in ways for edge in way.edges})
        self.stated = dict(_stated(snapshot, {edge: self.step(edge) for edge in edges}))

    def thing(self, node: int) -> Thing:
        """Return the kind and id of a node."""
        return "dataset" if node >= self.supply.models else "model", self.supply.graph.ids[node]

    def step(self, edge: int) -> Row:
        """Return an edge as a row, without its statement."""
        graph = self.supply.graph
        kind, child = self.thing(int(graph.child[edge]))
        parent_kind, parent = self.thing(int(graph.parent[edge]))
        return {
            "child_kind": kind,
            "child": child,
            "parent_kind": parent_kind,
            "parent": parent,
            "relation": KINDS[graph.relation[edge]],
            "evidence": EVIDENCE[self.supply.evidence[edge]],
        }

    def source(self, source: Source) -> Row:
        """Return a source: what its page says, and how it came in."""
        kind, name = self.thing(source.node)
        way = source.ways[0]
        return {
            "kind": kind,
            "id": name,
            "licence": source.licence,
            "why": source.why,
            **self.written.get((kind, name), {"licence_raw": None, "sources": []}),
            "page": _page(kind, name),
            "channel": way.channel,
            "evidence": way.evidence,
            "steps": len(way.edges),
            "open_ends": source.open_ends,
            "gated": GATED.get(int(self.labels.gated[source.node])),
            "path": self.path(way.edges),
        }

    def path(self, edges: Iterable[int]) -> list[Row]:
        """Return the steps from the thing to a source, each with its surest statement."""
        return [self.stated[edge] for edge in edges]

    def clause(self, state: State) -> Row:
        """Return how a clause stands, and because of whom."""
        having = (source.clauses for source in (*state.binding, *state.contested))
        parts = ("binding", "contested", "unknown", "contested_unknown")
        return {
            "clause": state.clause,
            "state": state.state,
            "says": joined(having).binding.get(state.clause),
            **{part: [self.thing(source.node) for source in getattr(state, part)] for part in parts},
        }

    def conflict(self, conflict: Conflict) -> Row:
        """Return what doesn't fit, with the nearest cause; of a clash the other one stands in ``others``."""
        finding, (first, *others) = conflict
        since = first_unfit(self.supply, self.labels, finding, first)
        return {
            **finding._asdict(),
            **dict(zip(("source_kind", "source"), self.thing(first.source.node), strict=True)),
            "licence": first.source.licence,
            "channel": first.way.channel,
            "evidence": first.way.evidence,
            **dict(zip(("since_kind", "since"), self.thing(since), strict=True)),
            "others": [self.thing(cause.source.node) for cause in others],
            "path": self.path(first.way.edges),
        }

    def need(self, base: int, edges: Iterable[int]) -> Row:
        """Return a model that an adapter doesn't run without."""
        kind, name = self.thing(base)
        return {
            "kind": kind,
            "id": name,
            "page": _page(kind, name),
            "licence": self.labels.licence(base),
            "gated": GATED.get(int(self.labels.gated[base])),
            "steps": len(tuple(edges)),
        }


def _page(kind: str, name: str) -> str:
    return dataset_iri(name) if kind == "dataset" else model_iri(name)


def _written(snapshot: Snapshot, things: Iterable[Thing]) -> Iterator[tuple[Thing, Row]]:
    """Yield the licence of things as their pages write it, with who says so."""
    ids: dict[str, list[str]] = {}
    for kind, name in things:
        ids.setdefault(kind, []).append(name)
    for kind, names in ids.items():
        found = snapshot.table(f"{kind}s", ["id", "licence_raw", "sources"], where=[("id", "in", names)])
        for row in found.to_pylist():
            yield (kind, row.pop("id")), row


DERIVED = ("derivations", "child", "parent")
STATED = {TRAINED_ON: ("trained_on", "model", "dataset"), MIRROR: ("aliases", "id", "resolved")}
"""The table in which a step is stated, by its kind, and the columns of its ends; others are `DERIVED`."""


def _stated(snapshot: Snapshot, steps: Mapping[int, Row]) -> Iterator[tuple[int, Row]]:
    """Yield steps with source, method and day of the surest statement of each; null where there is none.

    What a dataset is made from stands on its own card, and has no statement beside it.
    """
    tables: dict[tuple[str, str, str], dict[int, Row]] = {}
    for edge, step in steps.items():
        tables.setdefault(_table(step), {})[edge] = step
    for (table, child, parent), some in tables.items():
        children = sorted({step["child"] for step in some.values()})
        rows = snapshot.table(table, where=[(child, "in", children)]).to_pylist() if table else []
        for edge, step in some.items():
            ends = (step["child"], step["parent"])
            said = [row for row in rows if (row[child], row[parent]) == ends]
            best: Row = min(said, key=lambda row: _sureness(row, step), default={})
            yield edge, {**step, **_details(best)}


def _table(step: Row) -> tuple[str, str, str]:
    if step["relation"] == FROM_DATASET:
        return ("", "", "")
    table = STATED.get(step["relation"], DERIVED)
    return ("inferences", *DERIVED[1:]) if step["evidence"] == EVIDENCE[-1] else table


def _sureness(row: Row, step: Row) -> tuple[bool, bool, float, float, str]:
    return (
        row.get("method") not in DECLARED,
        row.get("relation") != step["relation"],
        -(row.get("kind_confidence") or 0),
        -(row.get("confidence") or 0),
        row["source"],
    )


def _details(row: Row) -> Row:
    day = row.get("stated_on")
    return {
        "source": row.get("source"),
        "method": row.get("method"),
        "stated_on": day and str(day),
    }
