"""Graphs of a shape that no Hub has: each measure finishes, or says early and clearly that it can't.

A chain of a million models, a star of three million, a clique of 5,000 merges (12.5 million derivations),
and a line of 100,000 merges over one base. CPU seconds, and the largest resident size so far.
"""

import resource
import sys
import time
from collections.abc import Callable, Mapping

import numpy as np

from begat.errors import InputError
from begat.graph import Graph, Ids, credit_graph
from begat.influence.figures import Figures
from begat.influence.measure.base import measures

DAY = 20_000
write = sys.stdout.write


def made(n: int, child: np.ndarray, parent: np.ndarray) -> Graph:
    """Return a graph of n models, each of an account of its own; edges sorted by child."""
    digits = np.char.zfill(np.arange(n).astype("S8"), 8)
    names = Ids(np.frombuffer(digits.tobytes(), dtype=np.uint8), np.arange(n + 1) * 8)
    return Graph(
        ids=names,
        child=child.astype(np.int32),
        parent=parent.astype(np.int32),
        relation=np.zeros(len(child), dtype=np.int8),
        share=1 / np.bincount(child, minlength=n)[child],
        account=np.arange(n, dtype=np.int32),
        institution=np.full(n, -1, dtype=np.int32),
        twin=np.arange(n, dtype=np.int32),
        account_ids=names,
        institution_ids=Ids.of([]),
    )


def chain(n: int = 1_000_000) -> Graph:
    """Return a line of models, each derived from the one before."""
    return made(n, np.arange(1, n), np.arange(n - 1))


def star(n: int = 3_000_000) -> Graph:
    """Return one base and models derived from it."""
    return made(n, np.arange(1, n), np.zeros(n - 1))


def clique(n: int = 5_000) -> Graph:
    """Return models of which each is merged from all before it."""
    return made(n, *np.tril_indices(n, -1))


def line_of_merges(n: int = 100_000) -> Graph:
    """Return models of which each is merged from the one before and one base."""
    child = np.repeat(np.arange(1, n), 2)[1:]
    parent = np.zeros(len(child), dtype=int)
    parent[2::2] = np.arange(1, n - 1)
    return made(n, child, parent)


SHAPES: Mapping[str, Callable[[], Graph]] = {
    "chain of 1,000,000": chain,
    "star of 3,000,000": star,
    "clique of 5,000": clique,
    "line of 100,000 merges": line_of_merges,
}


def main() -> None:
    """Print for each shape and measure the seconds, or the error."""
    for title, make in SHAPES.items():
        graph = make()
        figures = Figures(np.arange(graph.n) % 50, np.full(graph.n, DAY), DAY)
        write(f"{title}, {graph.m:,} derivations\n")
        started = time.process_time()
        credit = credit_graph(graph)
        for name, measure in measures().items():
            try:
                measure.values(credit, figures)
                said = ""
            except InputError as error:
                said = error.what
            spent, started = time.process_time() - started, time.process_time()
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            write(f"  {name:26}{spent:8.2f}{peak:10,.0f}  {said}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
