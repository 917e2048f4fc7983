"""Loading a snapshot into a remote store, in batches, so that a part is never taken for the whole.

Within one dataset nothing can be loaded beside what is there and then switched: the graphs must keep their
names, which queries use, and where the default graph is the union of all graphs, those of a next load would
be in every answer. So the mark says first that a load has begun; from then on `Remote` refuses the store,
until the mark says that all is there. A load that broke off is begun anew.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from begat import ids
from begat.errors import StoreError
from begat.snapshot import Snapshot
from begat.store.backend.endpoint import Endpoint
from begat.store.backend.mark import LOAD, Mark, announce, begin, clear, finish, graphs, mark, size, stands
from begat.store.line import IRI, quad
from begat.store.oxigraph import origin
from begat.store.profile import Profile

__all__ = ["FACTS", "Loaded", "batches", "load"]

FACTS = ids.graph_iri("begat", "facts")
"""The graph of what an embedded store has in its default graph; that of a remote one may be others'."""

LINE = re.compile(quad(IRI).encode(), re.MULTILINE)

Progress = Callable[[int], None]


class Loaded(NamedTuple):
    """What a remote store holds after a load; `anew` is false if it held that already."""

    quads: int
    graphs: int
    anew: bool


def load(
    endpoint: Endpoint,
    snapshot: Snapshot,
    scores: Path | None = None,
    progress: Progress | None = None,
    *,
    profile: Profile = "full",
) -> Loaded:
    """Load a snapshot into a remote store, in place of what begat loaded there before.

    Parameters
    ----------
    endpoint : Endpoint
        Where to; its other graphs are not touched.
    snapshot : Snapshot
        What to load.
    scores : Path, optional
        A file of scores; see `begat.store.scores`.
    progress : callable, optional
        Called with the number of statements sent so far.
    profile : str, optional
        What of the tables to load: ``full`` or ``lineage``, see `begat.store.profile`.

    Raises
    ------
    StoreError
        If the store can't be written, another load took its place meanwhile, or it lost something.

    Notes
    -----
    Every request may be repeated without harm: no blank nodes are sent, and a graph is a set.
    """
    from begat.store.quads import nquads

    made = json.dumps(origin(snapshot, scores, profile), sort_keys=True)
    before = mark(endpoint)
    anew = before is None or before.whole is None or before.origin != made
    if anew:
        begun = begin(endpoint, snapshot.name, made)
        clear(endpoint)
        sent = _send(endpoint, nquads(snapshot, scores, profile=profile), progress)
        _refuse_loss(endpoint, begun, sent)
        finish(endpoint)
    sizes = [size(endpoint, graph) for graph in graphs(endpoint)]
    return Loaded(sum(sizes), len(sizes), anew)


def _send(
    endpoint: Endpoint, pieces: Iterable[tuple[bytes, int]], progress: Progress | None
) -> dict[str, int]:
    """Send everything; return the number of statements of each graph, repeated ones included."""
    sent: dict[str, int] = {}
    for graph, triples in batches(pieces, endpoint.batch):
        if graph not in sent:
            announce(endpoint, graph)
        endpoint.add(graph, b"".join(triples))
        sent[graph] = sent.get(graph, 0) + len(triples)
        if progress:
            progress(sum(sent.values()))
    return sent


def batches(pieces: Iterable[tuple[bytes, int]], size: int) -> Iterator[tuple[str, list[bytes]]]:
    """Sort N-Quads by graph: yield at most `size` N-Triples of one graph at a time.

    Raises
    ------
    StoreError
        If a line is no N-Quad, or of a graph that is not begat's.
    """
    waiting: dict[str, list[bytes]] = {}
    for text, lines in pieces:
        found = 0
        for found, match in enumerate(LINE.finditer(text), 1):  # noqa: B007 - the last number is checked
            triple, graph = match.groups()
            name = FACTS if graph is None else graph.decode()
            bag = waiting.setdefault(name, [])
            bag.append(triple + b" .\n")
            if len(bag) == size:
                yield _own(name), waiting.pop(name)
        if found != lines:
            raise StoreError(f"{lines - found:,} of {lines:,} lines are no N-Quads", where="the projection")
    for name, bag in waiting.items():
        yield _own(name), bag


def _own(graph: str) -> str:
    if not graph.startswith(f"{ids.GRAPHS}/") or graph == LOAD:
        raise StoreError("the projection has a graph that is not begat's", where=graph)
    return graph


def _refuse_loss(endpoint: Endpoint, begun: Mark, sent: Mapping[str, int]) -> None:
    """Refuse a load that another one has overtaken, or whose graphs are not all there."""
    if not stands(endpoint, begun.load, whole=False):
        raise StoreError("another load has begun there meanwhile", where=endpoint.url)
    for graph, lines in sent.items():
        if not 0 < (found := size(endpoint, graph)) <= lines:
            raise StoreError(
                f"{lines:,} statements were sent to the graph {graph}, and it has {found:,}",
                where=endpoint.url,
            )
