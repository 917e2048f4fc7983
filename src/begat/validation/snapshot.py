"""All checks of a snapshot's tables, in whole columns: bytes, manifest, schemas, then the rules."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import polars as pl

from begat.discovery import declared
from begat.errors import StoreError
from begat.records import TABLES, schema
from begat.snapshot import Snapshot
from begat.validation import every, manifest
from begat.validation.finding import ERROR, Finding
from begat.validation.rule import Rule, Table, Tables

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SAMPLE", "check_snapshot", "tables"]

SAMPLE = 5
"""Examples shown of what breaks a check."""
MOST_TEXT = 120
"""Characters of a value in an example."""


def tables() -> dict[str, Table]:
    """Return the rules of every table, by its name."""
    return declared("begat.validation.table", "TABLE", Table)


def check_snapshot(
    snapshot: Snapshot, *, sample: int = SAMPLE, progress: Callable[[str], None] = lambda _: None
) -> list[Finding]:
    """Check the tables of a snapshot: every rule, all that break it counted, some of them shown.

    Parameters
    ----------
    snapshot : Snapshot
        What to check.
    sample : int
        Examples of each broken check.
    progress : function
        Told each table before it is checked.

    Returns
    -------
    list of Finding
        One a check, those that hold included. A rule that can't be applied, because a column that it needs
        has gone, is broken too: what was not checked does not hold.

    Notes
    -----
    O(rows), several columns at a time on all cores; memory holds the largest table once.
    """
    found = [*manifest.findings(snapshot, sample)]
    known = Tables(snapshot)
    for name in TABLES:
        progress(name)
        found += _table(known, name, sample)
    return found


def _table(known: Tables, name: str, sample: int) -> Iterator[Finding]:
    try:
        stored = known.snapshot.table(name)
    except StoreError as error:
        text = ("read", ERROR, name, 1, 1, (str(error),), "the table can't be read")
        yield Finding(*text, "The file is damaged: import again.")
        return
    yield _schema(name, stored.schema)
    frame = pl.DataFrame(pl.from_arrow(stored))
    own = tables()[name]
    for rule in (*every.rules(name), *own.rules):
        yield _checked(rule, own, frame, known, sample)


def _schema(name: str, found: "pa.Schema") -> Finding:
    """Compare the columns of a file with those of its record type: names, order, types."""
    wanted = {field.name: str(field.type) for field in schema(TABLES[name])}
    have = {field.name: str(field.type) for field in found}
    differ = [
        f"{column}: {have.get(column, 'missing')}, declared {wanted.get(column, 'nowhere')}"
        for column in {**wanted, **have}
        if wanted.get(column) != have.get(column)
    ]
    message = "columns are not those that the record type declares"
    text = ("columns", ERROR, name, len(differ), len(wanted), tuple(differ), message)
    return Finding(*text, "Import again with this version of begat.")


def _checked(rule: Rule, table: Table, frame: pl.DataFrame, known: Tables, sample: int) -> Finding:
    place = (rule.name, rule.severity, table.name)
    try:
        marked = frame.select(wrong=rule.wrong(known).fill_null(value=False))["wrong"]
    except (pl.exceptions.PolarsError, StoreError) as error:
        why = str(error).partition("\n")[0]
        return Finding(
            *place, 1, frame.height, (why,), f"not checked: {rule.message}", "Mend the columns first."
        )
    if marked.len() == 1 != frame.height:
        marked = marked.new_from_index(0, frame.height)
    count = int(marked.sum())
    examples = _examples(frame, marked, table, rule.wrong(known), sample) if count else ()
    return Finding(*place, count, frame.height, examples, rule.message, rule.fix)


def _examples(
    frame: pl.DataFrame, marked: pl.Series, table: Table, wrong: pl.Expr, sample: int
) -> tuple[str, ...]:
    """Say of the first broken rows which they are, and what stands in the columns of the rule."""
    columns = [
        name for name in dict.fromkeys([*table.shown, *wrong.meta.root_names()]) if name in frame.columns
    ]
    rows = frame.with_row_index("row", 1).filter(marked).head(sample)
    return tuple(
        f"row {row['row']}: " + ", ".join(f"{name} {_text(row[name])}" for name in columns)
        for row in rows.iter_rows(named=True)
    )


def _text(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"
