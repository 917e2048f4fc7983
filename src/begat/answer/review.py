"""The texts that people wrote as a base model and that led to no model for certain, to be decided."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from begat.resolve.cascade import METHODS
from begat.snapshot import Snapshot

__all__ = ["KEYS", "review_file", "review_rows"]

Row = dict[str, Any]

KEYS = ("raw", "guess", "method", "confidence", "reason", "models", "most_downloads_30d", "example")

HEAD = """\
# Texts that led to no model for certain. To decide one, take the "# " away from its six lines, set id to
# owner/name of the model that it means or to "" if it names none, and say why and on whose word. Put the file
# into the home folder as review.toml, and import again.
"""


def review_rows(snapshot: Snapshot) -> list[Row]:
    """Return the texts without a model, those with a guess first, then by how many models have them.

    Returns
    -------
    list of dict
        Keys `KEYS`: ``guess`` with the ``method`` and ``confidence`` it was found by, None without one;
        ``reason`` why it is doubtful or leads nowhere; the ``models`` that have the text, the most 30-day
        downloads of one of them by its latest figure, and the first of them as an ``example``.
    """
    texts = (
        snapshot.frame("derivations", ["child", "parent_raw", "status", "resolution"])
        .filter(status="unresolved")
        .join(_downloads(snapshot), on="child", how="left")
        .group_by("parent_raw", "resolution")
        .agg(
            models=pl.col("child").n_unique(),
            most_downloads_30d=pl.col("downloads").max().cast(pl.Int64),
            example=pl.col("child").min(),
        )
    )
    guesses = (
        snapshot.frame("inferences", ["parent", "method", "confidence", "evidence"])
        .filter(pl.col("method").is_in(list(METHODS)))
        .unique("evidence")
        .rename({"parent": "guess", "evidence": "parent_raw"})
    )
    why = {f"doubtful: {name}": way.title for name, way in METHODS.items()}
    return (
        texts.join(guesses, on="parent_raw", how="left")
        .with_columns(reason=pl.col("resolution").replace(why))
        .sort(pl.col("guess").is_null(), -pl.col("models").cast(pl.Int64), "parent_raw")
        .rename({"parent_raw": "raw"})
        .select(KEYS)
        .to_dicts()
    )


def _downloads(snapshot: Snapshot) -> pl.DataFrame:
    """The latest 30-day downloads of each model."""
    figures = snapshot.frame("observations", ["subject", "metric", "value", "observed_on"])
    latest = figures.filter(metric="downloads_30d").drop_nulls("observed_on").sort("observed_on")
    return latest.group_by(child="subject").agg(downloads=pl.col("value").last())


def review_file(rows: Sequence[Row], today: date) -> str:
    """Return a review file with every text as a comment, its guess as the id, to be edited."""
    return HEAD + "".join(_entry(row, today) for row in rows)


def _entry(row: Row, today: date) -> str:
    sure = f"; {row['method']} {row['confidence']:.2f}" if row["guess"] else ""
    lines = [
        "[[text]]",
        f"raw = {_quoted(row['raw'])}",
        f"id = {_quoted(row['guess'] or '')}",
        'why = ""',
        f"date = {today}",
        'by = ""',
    ]
    head = f"{row['models']:,} models, such as {row['example']}: {row['reason']}{sure}"
    return "\n" + "".join(f"# {line}\n" for line in [" ".join(head.split()), *lines])


def _quoted(text: str) -> str:
    """A basic string of TOML; what JSON escapes, TOML reads the same way but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
