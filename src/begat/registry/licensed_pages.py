"""Pages on licences: whether something may be shipped."""

from typing import TYPE_CHECKING, Any

from begat.errors import UnknownName
from begat.registry.opened import Opened, Row, plain
from begat.registry.pages import about

if TYPE_CHECKING:
    from begat.consequence.inherit import Inherited, Source
    from begat.views.page.base import Page

__all__ = ["licence_page"]


def licence_page(reg: Opened, text: str, *, lang: str = "en") -> "Page":
    """Return the page on the terms of a model or dataset.

    Raises
    ------
    UnknownName
        If there is no such thing; near ids come with it.
    """
    from begat.views.page.licence import licence_page

    return licence_page(_facts(reg, _node(reg, text)), about(reg, "derivations", "training"), lang=lang)


def _node(reg: Opened, text: str) -> int:
    try:
        return reg.node(text)
    except UnknownName:
        found = reg.supply.dataset(plain(text.removeprefix("dataset:")))
        if found is None:
            raise
        return found


def _facts(reg: Opened, node: int) -> Row:
    from begat.consequence.inherit import inherit, needed

    found = inherit(reg.supply, reg.labels, node)
    more = inherit(reg.supply, reg.labels, node, evidence="inferred")
    bases = {reg.supply.graph.ids[base] for base in needed(reg.supply, node)}
    written = _written(reg, found)
    sources = [_source(reg, source, written) for source in found.sources]
    return {
        "sources": sources,
        "clauses": [_clause(reg, state) for state in found.states],
        "conflicts": list(_conflicts(reg, found, sources)),
        "needs": [row for row in sources[1:] if row["gated"] and row["id"] in bases],
        "inferred": len(more.sources) - len(found.sources),
    }


def _written(reg: Opened, found: "Inherited") -> dict[tuple[str, str], str | None]:
    written: dict[tuple[str, str], str | None] = {}
    for kind, table in (("model", "models"), ("dataset", "datasets")):
        ids = [key for source in found.sources for of, key in [_thing(reg, source.node)] if of == kind]
        if ids:
            rows = reg.keyed.table(table, ["id", "licence_raw"], where=[("id", "in", ids)]).to_pylist()
            written |= {(kind, row["id"]): row["licence_raw"] for row in rows}
    return written


def _thing(reg: Opened, node: int) -> tuple[str, str]:
    kind = "dataset" if node >= reg.supply.models else "model"
    return kind, reg.supply.graph.ids[node]


def _source(reg: Opened, source: "Source", written: Any) -> Row:
    kind, key = _thing(reg, source.node)
    way = source.ways[0]
    return {
        "kind": kind,
        "id": key,
        "licence": source.licence,
        "why": source.why,
        "licence_raw": written.get((kind, key)),
        "channel": way.channel,
        "evidence": way.evidence,
        "steps": len(way.edges),
        "open_ends": source.open_ends,
        "gated": {1: True, 0: False}.get(int(reg.labels.gated[source.node])),
    }


def _clause(reg: Opened, state: Any) -> Row:
    from begat.licences.clauses import joined

    holders = {
        key: [_thing(reg, source.node) for source in getattr(state, key)]
        for key in ("binding", "contested", "unknown", "contested_unknown")
    }
    says = joined(source.clauses for source in (*state.binding, *state.contested)).binding.get(state.clause)
    return {"clause": state.clause, "state": state.state, "says": says, **holders}


def _conflicts(reg: Opened, found: "Inherited", sources: list[Row]) -> Any:
    from begat.consequence.conflict import findings, keeps_name, naming

    own = found.own
    for source, row in list(zip(found.sources, sources, strict=True))[1:]:
        for way in source.ways:
            told = list(findings(own.licence, source.licence, way.channel, why=own.why))
            asked = naming(source.licence, way.channel)
            if asked and not keeps_name(sources[0]["id"], asked[0]):
                told.append(asked[1])
            for finding in told:
                yield {
                    "kind": finding.kind,
                    "severity": finding.severity,
                    "reason": finding.reason,
                    "source_kind": row["kind"],
                    "source": row["id"],
                    "licence": row["licence"],
                    "channel": way.channel,
                    "evidence": way.evidence,
                    "path": _path(reg, way.edges),
                }


def _path(reg: Opened, edges: tuple[int, ...]) -> list[Row]:
    from datetime import timedelta

    from begat.consequence.supply import EVIDENCE, KINDS
    from begat.influence.figures import EPOCH, UNKNOWN

    graph = reg.supply.graph
    steps = []
    for edge in edges:
        kind, parent = _thing(reg, int(graph.parent[edge]))
        day = int(reg.supply.stated_on[edge])
        steps.append(
            {
                "child": graph.ids[int(graph.child[edge])],
                "parent_kind": kind,
                "parent": parent,
                "relation": KINDS[graph.relation[edge]],
                "evidence": EVIDENCE[reg.supply.evidence[edge]],
                "stated_on": None if day == UNKNOWN else str(EPOCH + timedelta(days=day)),
            }
        )
    return steps
