"""The licence terms of one thing, with what its pages say and the statement of every step."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from begat.consequence.inherit import Inherited, Source, State, inherit, needed
from begat.consequence.labels import Labels
from begat.consequence.origin import Origins, same_maker
from begat.consequence.statements import Statements
from begat.consequence.supply import EVIDENCE, KINDS, Supply
from begat.consequence.verdict import Conflict, conflicts
from begat.ids import dataset_iri, model_iri
from begat.influence.figures import EPOCH, UNKNOWN
from begat.licences import components, licences
from begat.licences.clauses import STATED_BY, UNSTATED, joined

__all__ = ["CLAUSE_KEYS", "CONFLICT_KEYS", "VERDICTS", "licence", "untold"]

Row = dict[str, Any]
Thing = tuple[str, str]

VERDICTS = ("conflicts", "not known", "nothing found")
"""Something doesn't fit; nothing that is known doesn't, but something isn't known; neither."""

CONFLICT_KEYS = (
    *("kind", "severity", "reason", "source_kind", "source", "licence", "channel", "evidence"),
    *("since_kind", "since", "inherited", "same_maker", "grounds", "others", "path", "why"),
)
CLAUSE_KEYS = ("clause", "state", "says", "binding", "contested", "unknown", "contested_unknown")

RESTS_ON = {
    "derivatives-forbidden": "no-derivatives",
    "commercial-claimed": "no-commercial-use",
    "terms-dropped": "terms-travel",
    "share-alike-dropped": "share-alike",
    "share-alike-clash": "share-alike",
    "training-forbidden": "no-training",
    "non-commercial-data": "no-commercial-use",
    "share-alike-data": "share-alike",
    "naming-dropped": "naming",
}
"""The clause of the source by which something doesn't fit; that no licence is stated rests on none."""

GATED = {1: True, 0: False}


def licence(
    supply: Supply, labels: Labels, statements: Statements, node: int, *, evidence: str = "reported"
) -> Row:
    """Return the terms that reach a thing, what doesn't fit, what isn't known and what it needs.

    Parameters
    ----------
    supply, labels, statements : Supply, Labels, Statements
        What went into what, the licences, and what pages state.
    node : int
        A model or dataset.
    evidence : str
        The weakest links to follow, of `EVIDENCE`.

    Returns
    -------
    dict
        ``kind``, ``id``, ``verdict`` (of `VERDICTS`), ``sources`` (itself first), ``clauses``,
        ``conflicts``, ``needs``, ``evidence`` and ``left_out``; see ``docs/reference/json.md``.
    """
    found = inherit(supply, labels, node, evidence=evidence)
    every = found if evidence == EVIDENCE[-1] else inherit(supply, labels, node, evidence=EVIDENCE[-1])
    said = _Said(supply, labels, statements)
    kind, name = said.thing(node)
    told = conflicts(found, name)
    origins = Origins(supply, labels, evidence=evidence)
    return {
        "kind": kind,
        "id": name,
        "verdict": _verdict(found, told),
        "conflicts": [said.conflict(node, each, origins) for each in told],
        "clauses": [said.clause(state) for state in found.states],
        "sources": [said.source(source) for source in found.sources],
        "needs": [said.need(base, edges) for base, edges in needed(supply, node).items()],
        "evidence": evidence,
        "left_out": len(every.sources) - len(found.sources),
    }


def untold(statements: Statements, supply: Supply, sources: Iterable[Row]) -> list[Row]:
    """Return what is said to have gone into some sources, as `licence` gives them, and can't be told.

    Returns
    -------
    list of dict
        ``id`` of the source, ``written`` (what its page says) and ``relation``, each once.
    """
    names = [row["id"] for row in sources if row["kind"] == "model" and row["open_ends"]]
    return [
        {"id": name, "written": written, "relation": relation}
        for name in names
        if (node := supply.model(name)) is not None
        for written, relation in statements.untold(node)
    ]


def _verdict(found: Inherited, told: Sequence[Conflict]) -> str:
    if told:
        return VERDICTS[0]
    known = all(source.clauses != UNSTATED and not source.open_ends for source in found.sources)
    return VERDICTS[2] if known else VERDICTS[1]


class _Said:
    """What the pages of some things, and statements on the steps between them, say."""

    def __init__(self, supply: Supply, labels: Labels, statements: Statements) -> None:
        self.supply, self.labels, self.statements = supply, labels, statements

    def thing(self, node: int) -> Thing:
        """Return the kind and id of a node."""
        return "dataset" if node >= self.supply.models else "model", self.supply.graph.ids[node]

    def step(self, edge: int) -> Row:
        """Return an edge with its surest statement; null where only the card of a dataset has it."""
        graph = self.supply.graph
        source, method, day = self.statements.link(edge)
        kind, child = self.thing(int(graph.child[edge]))
        parent_kind, parent = self.thing(int(graph.parent[edge]))
        return {
            "child_kind": kind,
            "child": child,
            "parent_kind": parent_kind,
            "parent": parent,
            "relation": KINDS[graph.relation[edge]],
            "evidence": EVIDENCE[self.supply.evidence[edge]],
            "source": source,
            "method": method,
            "stated_on": None if day == UNKNOWN else str(EPOCH + timedelta(days=day)),
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
            "licence_raw": self.statements.licence(source.node),
            "sources": self.statements.listed_by(source.node),
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
        return [self.step(edge) for edge in edges]

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

    def conflict(self, node: int, conflict: Conflict, origins: Origins) -> Row:
        """Return what doesn't fit, with the nearest cause; of a clash the other one stands in ``others``."""
        finding, (first, *others) = conflict
        since = origins.since(node, conflict)
        return {
            **finding._asdict(),
            **dict(zip(("source_kind", "source"), self.thing(first.source.node), strict=True)),
            "licence": first.source.licence,
            "channel": first.way.channel,
            "evidence": first.way.evidence,
            **dict(zip(("since_kind", "since"), self.thing(since), strict=True)),
            "inherited": since != node,
            "same_maker": same_maker(self.supply, node, conflict),
            "grounds": _grounds(finding.kind, first.source.licence),
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


def _grounds(kind: str, licence: str | None) -> list[Row]:
    """Return on whose word the licences of a source have the clause that a finding rests on."""
    known = [licences()[part] for part in components(licence or "") if part in licences()]
    if kind not in RESTS_ON:
        return []
    told = [(each.id, each.statement(STATED_BY[RESTS_ON[kind]])) for each in known]
    return [
        {
            "licence": name,
            "basis": term.basis,
            "source": term.source,
            "date": str(term.date),
            "section": term.section,
        }
        for name, term in told
        if term.value is not None
    ]


def _page(kind: str, name: str) -> str:
    return dataset_iri(name) if kind == "dataset" else model_iri(name)
