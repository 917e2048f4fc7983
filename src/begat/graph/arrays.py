"""The arrays of the graph: sorted ids, edges, and both directions as compressed rows."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, SupportsInt

import numpy as np
from numpy.typing import NDArray

from begat.vocab import RELATIONS as PROPERTIES

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "RELATIONS",
    "Edges",
    "Flags",
    "Graph",
    "Ids",
    "Ints",
    "compressed_rows",
    "found_in",
    "induced",
    "kept",
    "spans",
]

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Edges = NDArray[np.int32]

RELATIONS: tuple[str, ...] = tuple(PROPERTIES)
"""The relations in their fixed order; an edge holds its position here."""

COPY = RELATIONS.index("copy")


@dataclass(frozen=True)
class Ids(Sequence[str]):
    """Sorted strings in one block of UTF-8; a lookup is a binary search, O(log n).

    Attributes
    ----------
    block : array of uint8, shape (bytes,)
        All strings, one after the other.
    ends : array of int64, shape (n + 1,)
        Where each starts and the next begins.
    """

    block: NDArray[np.uint8]
    ends: Ints

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Ids":
        """Make it from strings that are sorted by their UTF-8 bytes."""
        encoded = [text.encode() for text in texts]
        ends = np.zeros(len(encoded) + 1, dtype=np.int64)
        np.cumsum([len(text) for text in encoded], out=ends[1:])
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), ends)

    @classmethod
    def of_arrow(cls, texts: "pa.Array") -> "Ids":
        """Make it from an Arrow array of sorted strings without nulls, without a step in Python for each."""
        import pyarrow as pa

        texts = texts.cast(pa.large_string())
        _, ends, block = texts.buffers()
        ends = np.frombuffer(ends, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
        data = np.frombuffer(block or b"", dtype=np.uint8)[ends[0] : ends[-1]]
        return cls(data, ends - ends[0])

    def to_arrow(self) -> "pa.Array":
        """Return it as an Arrow array of strings over the same bytes."""
        import pyarrow as pa

        parts = (np.ascontiguousarray(self.ends), np.ascontiguousarray(self.block))
        buffers = [None, *(pa.py_buffer(part) for part in parts)]
        return pa.Array.from_buffers(pa.large_string(), len(self), buffers)

    def __len__(self) -> int:
        return len(self.ends) - 1

    def __getitem__(self, place: SupportsInt) -> str:  # type: ignore[override]
        return self._bytes(int(place)).decode()

    def __iter__(self) -> Iterator[str]:
        text = self.block.tobytes()
        ends = self.ends.tolist()
        for start, end in itertools.pairwise(ends):
            yield text[start:end].decode()

    def take(self, places: Ints | Edges) -> list[str]:
        """Return the strings at many positions, as whole columns."""
        import pyarrow as pa

        texts: list[str] = self.to_arrow().take(pa.array(places)).to_pylist()
        return texts

    def find(self, text: str) -> int | None:
        """Return the position of a string, None if it is not there."""
        wanted = text.encode()
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._bytes(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self) and self._bytes(low) == wanted else None

    def _bytes(self, place: int) -> bytes:
        return self.block[self.ends[place] : self.ends[place + 1]].tobytes()


@dataclass(frozen=True)
class Graph:
    """Models and derivations; n nodes, m edges, edges sorted by (child, ordinal in the card).

    Attributes
    ----------
    ids : Ids
        Id of each node, sorted, length n.
    child, parent : array of int32, shape (m,)
        Ends of each edge; a pair occurs once.
    relation : array of int8, shape (m,)
        Position in `RELATIONS`; where sources disagree, the kind stated most reliably.
    share : array of float64, shape (m,)
        Part of the child that this parent accounts for; sums to 1 over the parents of a child.
    account, institution : array of int32, shape (n,)
        Position in `account_ids`, `institution_ids`; -1 where unknown.
    twin : array of int32, shape (n,)
        Node of the same model on the platform that a mirror names; the node itself where there is none.

    Notes
    -----
    About 17 bytes an edge, 12 a node and the ids; derived rows are made when first used.
    """

    ids: Ids
    child: Edges
    parent: Edges
    relation: NDArray[np.int8]
    share: NDArray[np.float64]
    account: Edges
    institution: Edges
    twin: Edges
    account_ids: Ids
    institution_ids: Ids

    @property
    def n(self) -> int:
        """Number of nodes."""
        return len(self.account)

    @property
    def m(self) -> int:
        """Number of edges."""
        return len(self.child)

    @cached_property
    def up(self) -> tuple[Ints, Ints]:
        """Row starts and edge numbers by child: the edges to the parents of v are rows[start[v]:]."""
        return compressed_rows(self.child, self.n)

    @cached_property
    def down(self) -> tuple[Ints, Ints]:
        """Row starts and edge numbers by parent: the edges from the children of v."""
        return compressed_rows(self.parent, self.n)

    @cached_property
    def twigs(self) -> Flags:
        """Models without children and with one parent, as most are: what is below or above them is known."""
        twigs: Flags = np.bincount(self.child, minlength=self.n) == 1
        twigs[self.parent] = False
        return twigs

    def to_parents(self, nodes: Ints) -> Ints:
        """Return the edges from these nodes to their parents, node by node."""
        starts, rows = self.up
        return rows[spans(starts[nodes], starts[nodes + 1])]

    def to_children(self, nodes: Ints) -> Ints:
        """Return the edges from the children of these nodes, node by node."""
        starts, rows = self.down
        return rows[spans(starts[nodes], starts[nodes + 1])]


def kept(graph: Graph, keep: Flags | Ints) -> Graph:
    """Return a graph with some of its edges; shares stay as they are."""
    return replace(
        graph,
        child=graph.child[keep],
        parent=graph.parent[keep],
        relation=graph.relation[keep],
        share=graph.share[keep],
    )


def induced(graph: Graph, nodes: Ints) -> Graph:
    """Return the graph of some nodes, sorted and distinct, and the edges among them.

    Shares stay as they are, and so do the tables of accounts and institutions. O(nodes and the edges to
    their parents), not O(n).
    """
    edges = graph.to_parents(nodes)
    edges = edges[found_in(graph.parent[edges], nodes)]
    twin = graph.twin[nodes]
    return Graph(
        ids=Ids.of(graph.ids.take(nodes)),
        child=np.searchsorted(nodes, graph.child[edges]).astype(np.int32),
        parent=np.searchsorted(nodes, graph.parent[edges]).astype(np.int32),
        relation=graph.relation[edges],
        share=graph.share[edges],
        account=graph.account[nodes],
        institution=graph.institution[nodes],
        twin=np.searchsorted(nodes, np.where(found_in(twin, nodes), twin, nodes)).astype(np.int32),
        account_ids=graph.account_ids,
        institution_ids=graph.institution_ids,
    )


def found_in(wanted: NDArray[np.integer], ordered: NDArray[np.integer]) -> Flags:
    """Which numbers are among some that are sorted; O(k log n)."""
    if not len(ordered):
        return np.zeros(len(wanted), dtype=bool)
    place = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    same: Flags = ordered[place] == wanted
    return same


def compressed_rows(ends: Edges, n: int) -> tuple[Ints, Ints]:
    """Return CSR row starts, shape (n + 1,), and the edges in row order, stable; O(n + m)."""
    starts = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(ends, minlength=n), out=starts[1:])
    # Sorting number and place as one integer is stable, and nine times as fast as a stable argsort.
    keys = ends.astype(np.int64) << 32 | np.arange(len(ends))
    return starts, np.sort(keys) & 0xFFFFFFFF


def unique(numbers: NDArray[np.integer]) -> Ints:
    """Return the distinct numbers >= 0, sorted; numpy's own function hashes them, ten times as slow here."""
    ordered = np.sort(numbers.astype(np.int64))
    distinct: Ints = ordered[np.diff(ordered, prepend=-1) > 0]
    return distinct


def spans(begin: Ints, end: Ints) -> Ints:
    """Return all positions of several half-open spans, one span after the other."""
    length = end - begin
    shift = np.repeat(begin - np.concatenate(([0], np.cumsum(length)[:-1])), length)
    return np.arange(int(length.sum())) + shift
