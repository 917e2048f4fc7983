"""Scores: all measures of models with recorded lineage and of groups of them, as one table kept on disk."""

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from begat.files import atomic_write
from begat.graph import CreditGraph, Graph, credit_graph, kept
from begat.influence.figures import Figures
from begat.influence.groups import GROUPS, Groups, groups
from begat.influence.house import by_root, roots
from begat.influence.measure.base import Measure, Values, measures
from begat.influence.scope import EVERYTHING, Scope
from begat.snapshot import Snapshot
from begat.version import __version__

__all__ = ["Scores", "kept_scores"]

FORMAT = 1
KEY = b"begat"
"""Where the file says what it holds: a JSON object in the metadata of its schema."""


@dataclass(frozen=True)
class Scores:
    """The measures of a snapshot's models and of groups of them, computed when first asked for.

    Attributes
    ----------
    snapshot : Snapshot
        Where names, downloads and dates come from.
    graph : Graph
        The whole derivation graph.
    scope : Scope
        Which of its derivations count.

    Notes
    -----
    A house is an institution with all that belong to it, at every level: what one part of it makes of
    another's model is its own.
    """

    snapshot: Snapshot
    graph: Graph
    scope: Scope = EVERYTHING

    @cached_property
    def counted(self) -> NDArray[np.bool_]:
        """Which edges of the graph count, shape (m,)."""
        return self.scope.edges(self.snapshot, self.graph)

    @cached_property
    def by_house(self) -> Graph:
        """The whole graph, each institution taken for the house that it belongs to."""
        return by_root(self.graph, roots(self.snapshot))

    @cached_property
    def credit(self) -> CreditGraph:
        """The graph that influence is computed on."""
        return credit_graph(kept(self.by_house, self.counted))

    @cached_property
    def figures(self) -> Figures:
        """Downloads and dates."""
        return self.scope.figures(self.snapshot, self.graph)

    @cached_property
    def able(self) -> Mapping[str, Measure]:
        """The measures whose figures are known, by name."""
        return {name: item for name, item in measures().items() if item.known(self.figures)}

    def groups(self, by: str) -> Groups:
        """Return the groups of models at one level, one of `GROUPS`."""
        return groups(self.snapshot, self.graph, self.credit, by)

    def values(self, measure: str, by: str, found: Groups) -> Values:
        """Return a measure of all groups at one level, whose groups these are; its figures must be known."""
        item = self.able[measure]
        each = self._of_models.get(measure)
        if each is None:
            each = self._of_models[measure] = item.values(self.credit, self.figures)
        if by == "model":
            return np.full(len(found), np.nan) if item.groups_only else each
        return item.by_group(self.credit, found.of, len(found), each, self.figures)

    def table(self, by: str) -> pl.DataFrame:
        """Return ``id, name, country`` and all measures of those with recorded lineage at one level.

        A measure is null where it is not known.
        """
        found = self.groups(by)
        whole = found.names.with_columns(
            pl.Series(name, self.values(name, by, found), dtype=pl.Float64)
            if name in self.able
            else pl.lit(None, pl.Float64).alias(name)
            for name in measures()
        )
        graph = self.credit.graph
        ends = found.of[np.concatenate((graph.child, graph.parent))]
        touched = np.zeros(len(found), dtype=bool)
        touched[ends[ends >= 0]] = True
        return whole.filter(pl.Series(touched)).fill_nan(None)

    @cached_property
    def _of_models(self) -> dict[str, Values]:
        """One value a model for each measure computed so far."""
        return {}


def kept_scores(snapshot: Snapshot, graph: Callable[[], Graph], path: Path) -> Path:
    """Return a file with the scores of all levels, the level as column ``by``, written where it is not whole.

    A file of another snapshot, program or version of a measure, or with other bytes than were written, is
    replaced.

    Parameters
    ----------
    snapshot : Snapshot
        Whose scores.
    graph : function
        Gives its derivation graph; called if there is something to compute.
    path : Path
        A Parquet file; its metadata name the measures with their titles, units and versions. Beside it stands
        one with its checksum: Parquet's own leave out the headers of pages.
    """
    import pyarrow as pa

    try:
        _verify(path, _facts(snapshot))
    except (OSError, ValueError, pa.ArrowException):
        _write(Scores(snapshot, graph()), path, _facts(snapshot))
    return path


def _facts(snapshot: Snapshot) -> dict[str, Any]:
    about = {
        name: {"title": item.title, "unit": item.unit, "version": item.version, "shown": item.shown}
        for name, item in measures().items()
    }
    return {"format": FORMAT, "begat": __version__, "digest": snapshot.digest, "measures": about}


def _write(scores: Scores, path: Path, facts: Mapping[str, Any]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    level = pl.Enum(list(GROUPS))
    tables = [scores.table(by).select(pl.lit(by, dtype=level).alias("by"), pl.all()) for by in GROUPS]
    table = pl.concat(tables).to_arrow().replace_schema_metadata({KEY: json.dumps(facts).encode()})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    data = sink.getvalue().to_pybytes()
    atomic_write(path, data)
    atomic_write(_checksum(path), str(zlib.crc32(data)))


def _checksum(path: Path) -> Path:
    return path.with_name(f"{path.name}.crc32")


def _verify(path: Path, wanted: Mapping[str, Any]) -> None:
    """Raise if a file has other bytes than were written, or holds something else."""
    import pyarrow.parquet as pq

    if zlib.crc32(path.read_bytes()) != int(_checksum(path).read_text()):
        raise ValueError("damaged")
    if json.loads((pq.read_schema(path).metadata or {}).get(KEY, b"null")) != wanted:
        raise ValueError("computed from something else")
