"""Whether what there is holds: a snapshot, its RDF, a file of somebody else; and what is not covered."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from begat.registry.opened import Opened, Row

if TYPE_CHECKING:
    from begat.validation import Finding

__all__ = ["coverage", "notes", "validate"]


def validate(
    reg: Opened,
    *,
    full: bool = False,
    tables_only: bool = False,
    sample: int = 5,
    progress: Callable[[str], None] = lambda _: None,
) -> "list[Finding]":
    """Check the snapshot: its tables whole, its RDF on a sample of each shape's nodes.

    Parameters
    ----------
    full : bool
        Check all nodes of the RDF store, not a sample.
    tables_only : bool
        Leave out the RDF store, which is built where it is missing.
    sample : int
        Examples of each broken check.
    progress : function
        Told what is checked.

    Returns
    -------
    list of Finding
        One a check, those that hold included (`count` 0); see `begat.validation`. Where bytes or columns
        are not those that were written, the store would be of other tables: it is not checked, and a
        finding says so.
    """
    from begat.validation import ERROR, Finding, check_snapshot, check_store

    found = check_snapshot(reg.snapshot, sample=sample, progress=progress)
    if tables_only:
        return found
    if unfit := [item for item in found if item.count and item.check in BEFORE_RDF]:
        names = tuple(f"{item.where}: {item.check}" for item in unfit)
        message = "the RDF store was not checked, for the tables are not what was written"
        return [
            *found,
            Finding("rdf-checked", ERROR, "store", 1, 1, names, message, "Mend the tables first."),
        ]
    progress("store")
    return found + check_store(reg.store, full=full, sample=sample, progress=progress)


BEFORE_RDF = {"read", "columns", "bytes-as-written", "digest", "rows-as-written"}
"""Checks that must hold for a store to be one of these tables."""


def coverage(reg: Opened, topics: Iterable[str] = ()) -> list[Row]:
    """Return how much the snapshot covers of some topics, else of all, one row a figure.

    Raises
    ------
    UnknownName
        If there is no such topic.
    """
    from begat.store.coverage import TOPICS

    return [row for rows in _kept(reg, tuple(topics) or TOPICS).values() for row in rows]


def notes(reg: Opened, topics: Iterable[str]) -> list[str]:
    """Return a sentence for each topic on how much of it the snapshot covers; see `begat.answer.coverage`."""
    from begat.answer.coverage import sentences

    wanted = tuple(topics)
    return sentences(_kept(reg, wanted) if wanted else {}, synthetic=reg.snapshot.synthetic)


def _kept(reg: Opened, topics: Iterable[str]) -> dict[str, list[Row]]:
    from begat.answer.coverage import kept

    path = reg.home.derived(reg.snapshot) / "coverage.json"
    return kept(reg.snapshot, path, topics)
