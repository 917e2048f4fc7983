"""Cases of what does not fit, each with the path by which it came and the pages that state the licences."""

from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest

import numpy as np

from begat.answer.conflicts import Conflicts, Row
from begat.consequence.conflict import KINDS
from begat.consequence.inherit import inherit
from begat.consequence.origin import Origins, same_maker
from begat.consequence.supply import KINDS as LINKS
from begat.consequence.verdict import CLASH, conflicts
from begat.graph.arrays import Ints
from begat.ids import dataset_iri, model_iri

__all__ = ["CASE_KEYS", "cases"]

CASE_KEYS = (
    *("id", "type", "kind", "severity", "reason", "own", "source", "other", "channel", "evidence"),
    *("source_id", "since", "inherited", "same_maker", "path", "page", "source_page", "downloads_30d"),
)


def cases(
    found: Conflicts,
    most: int | None,
    *,
    kind: str | None = None,
    severity: str | None = None,
    evidence: str = "reported",
) -> list[Row]:
    """Return some things with what doesn't fit, the same ones each time.

    Half are those of the gravest findings with the most downloads; the others are spread evenly over each
    kind of finding, by turns.

    Parameters
    ----------
    found : Conflicts
        What doesn't fit, found with this evidence.
    most : int, optional
        How many at most; all, the gravest and most downloaded first, for None.
    kind, severity : str, optional
        Only such findings.
    evidence : str
        The weakest that was followed.

    Returns
    -------
    list of dict
        Keys `CASE_KEYS`: of each thing the gravest such finding. ``path``: from the thing to the source, ids
        with the relation of each step between them. ``since``: where it begins; ``inherited``: not here;
        ``same_maker``: see `begat.consequence.origin`.
        ``page``, ``source_page``: where both licences stand.
    """
    chosen = _chosen(found, most, kind, severity)
    origins = Origins(found.supply, found.labels, evidence=evidence)
    return [row for node, one in chosen for row in _case(found, node, one, severity, origins)]


def _chosen(
    found: Conflicts, most: int | None, kind: str | None, severity: str | None
) -> list[tuple[int, str | None]]:
    """Return which things to show, each with the kind that it is shown for, None for its gravest."""
    nodes = found.having(kind, severity)
    columns = [KINDS.index(kind)] if kind else slice(None)
    grades = found.swept.grade[:, columns].max(axis=1, initial=0)[found.swept.of[nodes]]
    counts = np.append(found.downloads.figures, np.full(found.supply.n - found.supply.models, -1))[nodes]
    order = nodes[np.lexsort((nodes, -counts, -grades))]
    if most is None:
        return [(node, kind) for node in order.tolist()]
    top = order[: most - most // 2]
    spread = [
        [(node, one) for node in _spread(np.setdiff1d(found.having(one, severity), top), most // 2)]
        for one in ([kind] if kind else KINDS)
    ]
    turns = (pair for pair in chain.from_iterable(zip_longest(*spread)) if pair is not None)
    chosen: dict[int, str | None] = dict.fromkeys(top.tolist(), kind)
    for node, one in turns:
        chosen.setdefault(node, one)
    return list(chosen.items())[:most]


def _spread(nodes: Ints, most: int) -> list[int]:
    """Return some of the nodes, at equal distances."""
    count = min(most, len(nodes))
    places = (np.arange(count) * len(nodes)) // max(count, 1)
    some: list[int] = nodes[places].tolist()
    return some


def _case(
    found: Conflicts, node: int, kind: str | None, severity: str | None, origins: Origins
) -> Iterator[Row]:
    supply, labels, ids = found.supply, found.labels, found.supply.graph.ids
    told = conflicts(inherit(supply, labels, node, evidence=origins.evidence), ids[node])
    asked = [
        each
        for each in told
        if kind in (None, each.finding.kind) and severity in (None, each.finding.severity)
    ]
    if not asked:
        return
    finding, causes = asked[0]
    since = origins.since(node, asked[0])
    (source, way), others = causes[0], [cause.source for cause in causes[1:]]
    count = int(found.downloads.figures[node]) if node < supply.models else -1
    yield {
        "id": ids[node],
        "type": "model" if node < supply.models else "dataset",
        "kind": finding.kind,
        "severity": finding.severity,
        "reason": finding.reason,
        "own": found.licence(node),
        "source": found.licence(source.node),
        "other": found.licence(others[0].node) if finding.kind == CLASH else None,
        "channel": way.channel,
        "evidence": way.evidence,
        "source_id": ids[source.node],
        "since": ids[since],
        "inherited": since != node,
        "same_maker": same_maker(supply, node, asked[0]),
        "path": _path(found, node, way.edges),
        "page": _page(found, node),
        "source_page": _page(found, source.node),
        "downloads_30d": None if count < 0 else count,
    }


def _path(found: Conflicts, node: int, edges: Sequence[int]) -> list[str]:
    graph = found.supply.graph
    steps = ((LINKS[graph.relation[edge]], graph.ids[graph.parent[edge]]) for edge in edges)
    return [graph.ids[node], *chain.from_iterable(steps)]


def _page(found: Conflicts, node: int) -> str:
    key = found.supply.graph.ids[node]
    return model_iri(key) if node < found.supply.models else dataset_iri(key)
