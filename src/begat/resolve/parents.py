"""The parents of derivations: one statement a name, and a guess kept apart from a fact."""

import polars as pl

from begat.resolve.cascade import METHODS
from begat.resolve.forms import pieces
from begat.resolve.names import Names

__all__ = ["UNVOUCHED", "parted", "resolved_parents"]

UNVOUCHED = ("card", "adapter-config")
"""Methods of statements that the Hub knew and made no tag of: it found no model under that text.

An id that nobody lists is doubtful there, unless another statement names it.
"""


def parted(derivations: pl.DataFrame, listed: pl.Series) -> pl.DataFrame:
    """Make of a statement whose text names several models one statement each, with its piece as text.

    A text that is a listed id as it stands names one model, whatever is in it.
    """
    marked = derivations.filter(pl.col("parent_raw").str.contains("[,;\\n]"))["parent_raw"].unique()
    texts = marked.filter(~marked.is_in(listed.implode()))
    several = pl.col("parent_raw").is_in(texts.implode())
    lists = derivations.filter(several)
    texts = pl.Series([pieces(text) for text in lists["parent_raw"]], dtype=pl.List(pl.String))
    return pl.concat(
        [derivations.filter(~several), lists.with_columns(parent_raw=texts).explode("parent_raw")]
    )


def resolved_parents(derivations: pl.DataFrame, names: Names) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give statements their parent, and how it was found or why not.

    Parameters
    ----------
    derivations : DataFrame
        Statements with final children.
    names : Names
        What every text stands for.

    Returns
    -------
    DataFrame
        The statements with ``parent`` and ``resolution``; a doubtful parent is null.
    DataFrame
        The doubtful parents as inferences, with the text as evidence.
    """
    texts = derivations["parent_raw"]
    stated = derivations.with_columns(parent=names.of(texts), resolution=names.how(texts))
    said = pl.col("method").is_in(UNVOUCHED)
    vouched = stated.filter(~said)["parent"].drop_nulls().unique().implode()
    doubtful = said & (pl.col("resolution") == "unlisted") & ~pl.col("parent").is_in(vouched)
    unvouched = stated.filter(doubtful).with_columns(
        method=pl.lit("unvouched"), confidence=pl.lit(METHODS["unvouched"].confidence)
    )
    guessed = stated.drop("parent", "method", "confidence").join(
        names.guesses(), left_on="parent_raw", right_on="text"
    )
    columns = ["child", "parent", "relation", "method", "confidence", "kind_confidence", "source"]
    guesses = pl.concat([rows.select(*columns, evidence="parent_raw") for rows in (unvouched, guessed)])
    return (
        stated.with_columns(
            parent=pl.when(~doubtful).then("parent"),
            resolution=pl.when(doubtful).then(pl.lit("doubtful: unvouched")).otherwise("resolution"),
        ),
        guesses.filter(pl.col("child") != pl.col("parent")).unique(),
    )
