"""A snapshot as if some things and institutions were not in it: what a ranking without them is made from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from begat.consequence.supply import TRAINED_ON
from begat.snapshot import Snapshot

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.compute import Expression

__all__ = ["Remainder"]

MODEL, DATASET, INSTITUTION = "models", "datasets", "institutions"

NAMED = {
    "models": {"id": MODEL},
    "datasets": {"id": DATASET},
    "institutions": {"id": INSTITUTION},
    "derivations": {"child": MODEL, "parent": MODEL},
    "inferences": {"child": MODEL, "parent": MODEL},
    "trained_on": {"model": MODEL, "dataset": DATASET},
    "evaluations": {"model": MODEL},
    "aliases": {"resolved": MODEL},
}
"""Tables whose rows say something of one thing, with the columns that name such things."""

OF_KIND = {"observations": ("subject", "subject_kind"), "listings": ("entity", "kind")}
"""Tables whose rows are about things of several kinds: the columns of the thing and its kind."""


@dataclass(frozen=True)
class Remainder(Snapshot):
    """A snapshot without all that it says of some things.

    The accounts of an institution that is left out belong to nobody, so that nothing is counted for it.

    Parameters
    ----------
    path : Path
        The folder of the snapshot.
    models, datasets, institutions : frozenset of str
        Ids of what is left out.
    relations : frozenset of str
        Links of these kinds are left out, whatever they join.
    """

    models: frozenset[str] = field(default=frozenset())
    datasets: frozenset[str] = field(default=frozenset())
    institutions: frozenset[str] = field(default=frozenset())
    relations: frozenset[str] = field(default=frozenset())

    def table(self, name: str, columns: Sequence[str] | None = None, *, where: Any = None) -> "pa.Table":
        """Read the rows of a table that are left; see `Snapshot.table`."""
        import pyarrow.parquet as pq

        left = self._left(name)
        if left is None:
            return super().table(name, columns, where=where)
        asked = pq.filters_to_expression(where) if isinstance(where, list) else where
        return super().table(name, columns, where=left if asked is None else left & asked)

    def _left(self, name: str) -> "Expression | None":
        """Say which rows of a table are left; None for all of them."""
        import pyarrow.compute as pc

        found = [~_among(column, getattr(self, things)) for column, things in NAMED.get(name, {}).items()]
        if name in OF_KIND:
            thing, kind = OF_KIND[name]
            for word, ids in (("model", self.models), ("dataset", self.datasets)):
                found.append(~((pc.field(kind) == word) & _among(thing, ids)))
        if name in ("derivations", "inferences") and self.relations:
            found.append(~_among("relation", self.relations))
        if name == "trained_on" and TRAINED_ON in self.relations:
            found.append(pc.scalar(value=False))
        left = None
        for each in found:
            left = each if left is None else left & each
        return left


def _among(column: str, wanted: frozenset[str]) -> "Expression":
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.field(column).isin(pa.array(sorted(wanted), pa.string()))
