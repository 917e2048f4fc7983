"""Observations, the longest table: a dump states four figures of every model.

They are held with codes in the place of the few texts, and with the subject once for all figures that
follow each other; they are put in order by one number a row.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

__all__ = ["Figures", "coded", "slices"]

CODED = ("subject_kind", "metric", "method", "source")
"""Columns of a few distinct texts."""
RUN = ("subject_kind", "subject")
KEY = ("subject_kind", "subject", "metric", "source")
"""What one number a row holds, the first weighs most."""
REST = ("observed_on", "value", "method", "observed_before")
"""Order of the rows that this number does not tell apart."""
PIECE = 1 << 20
"""Rows of a piece of a table, which become one row group of its file."""


def coded(frame: pl.DataFrame) -> pl.DataFrame:
    """Return observations with codes in the place of the few texts."""
    return frame.with_columns(pl.col(CODED).cast(pl.Categorical))


def slices(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield a table in pieces of a million rows, one piece of none for an empty one."""
    return (frame.slice(start, PIECE) for start in range(0, max(len(frame), 1), PIECE))


@dataclass(frozen=True)
class Figures:
    """Observations whose subjects stand apart.

    Attributes
    ----------
    rows : DataFrame
        The other columns, and the number of the `run`.
    runs : DataFrame
        ``subject_kind, subject, count`` of the rows of one subject that follow each other.
    """

    rows: pl.DataFrame
    runs: pl.DataFrame

    @classmethod
    def of(cls, frame: pl.DataFrame) -> "Figures":
        """Take the subjects out of observations."""
        begins = frame.select(
            pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in RUN)
        ).to_series()
        begins = begins.scatter(0, True) if len(begins) else begins
        run = (begins.cast(pl.UInt32).cum_sum() - 1).alias("run")
        runs = frame.select(RUN).filter(begins)
        counts = np.diff(begins.arg_true().to_numpy(), append=len(frame))
        return cls(frame.drop("subject").with_columns(run), runs.with_columns(count=pl.Series(counts)))

    def subjects(self, kind: str) -> pl.DataFrame:
        """Return ``text, count`` of the subjects of a kind."""
        return self.runs.filter(pl.col("subject_kind") == kind).select("count", text="subject")

    def renamed(self, kind: str, name: Callable[[pl.Series], pl.Series]) -> "Figures":
        """Return these with other names for the subjects of a kind."""
        ours = self.runs["subject_kind"] == kind
        names = name(self.runs["subject"].filter(ours))
        return replace(
            self, runs=self.runs.with_columns(self.runs["subject"].scatter(ours.arg_true(), names))
        )

    def ordered(self) -> Iterator[pl.DataFrame]:
        """Yield the distinct observations in the order of the table, a million at a time."""
        subjects, rank = _ranked(self.runs["subject"])
        texts = {name: _ranked_codes(self.rows[name]) for name in CODED}
        rows = self.rows.with_columns(
            subject=rank.gather(self.rows["run"]), **{name: codes for name, (_, codes) in texts.items()}
        ).drop("run")
        sizes = {"subject": len(subjects)} | {name: len(words) for name, (words, _) in texts.items()}
        rows = _in_order(rows, [sizes[name] for name in KEY])
        for piece in slices(rows):
            decoded = {name: words.gather(piece[name]) for name, (words, _) in texts.items()}
            yield piece.with_columns(subject=subjects.gather(piece["subject"]), **decoded)


def _ranked(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the distinct texts in order, and the place of each text among them."""
    distinct = texts.unique().sort()
    places = distinct.to_frame("text").with_row_index("place")
    found = texts.to_frame("text").join(places, on="text", how="left", maintain_order="left")
    return distinct, found["place"]


def _ranked_codes(column: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the distinct texts of a coded column in order, and the place of each among them."""
    distinct = column.unique().drop_nulls().cast(pl.String).sort()
    places = pl.Series(range(len(distinct)), dtype=pl.UInt32)
    return distinct, column.replace_strict(distinct.cast(pl.Categorical), places, default=None)


def _in_order(rows: pl.DataFrame, sizes: Sequence[int]) -> pl.DataFrame:
    """Sort by one number a row; only rows that it does not tell apart are compared in all columns."""
    key = pl.lit(0, dtype=pl.UInt64)
    for name, size in zip(KEY, sizes, strict=True):
        key = key * size + pl.col(name).cast(pl.UInt64)
    rows = rows.with_columns(key=key).sort("key")
    same = pl.col("key") == pl.col("key").shift()
    tied = rows.select((same | same.shift(-1)).fill_null(value=False)).to_series()
    ties = rows.filter(tied).unique().sort("key", *REST, nulls_last=True)
    found = rows.filter(~tied).merge_sorted(ties, "key") if len(ties) else rows
    return found.drop("key")
