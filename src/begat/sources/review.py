"""Decisions of people on texts that name a base model, ``data/review.toml`` and the home's ``review.toml``.

They come before everything that the program finds; see `begat.resolve.cascade`.
"""

from collections.abc import Iterator
from datetime import date

from begat.ids import is_hub_id
from begat.records import Alias, Record
from begat.sources._toml import toml_items
from begat.sources.base import BadRow, Context, File, Row, Source

__all__ = ["KEYS", "SOURCE"]

KEYS = ("raw", "id", "why", "date", "by")
"""What every decision says: the text, the id or "" for none, why, when, and on whose word."""


def decision(row: Row, context: Context) -> Iterator[Record]:  # noqa: ARG001
    """Yield a decision as an alias of the kind review; "" leads nowhere.

    Raises
    ------
    BadRow
        If a key is missing, unknown or empty, the id is none of a repository, or the date is no date.
    """
    if odd := sorted(row.keys() - set(KEYS)):
        raise BadRow(f"no such key: {', '.join(odd)}")
    if empty := [key for key in ("raw", "why", "by") if not str(row[key]).strip()]:
        raise BadRow(f"{', '.join(empty)} is empty")
    if row["id"] and not is_hub_id(row["id"].removeprefix("modelscope:")):
        raise BadRow(f'{row["id"]!r:.80} is no id; write owner/name, or "" for none')
    if not isinstance(row["date"], date):
        raise BadRow("date is no date; write it without quotes, as 2026-11-26")
    yield Alias(row["raw"], row["id"], "review", row["date"])


SOURCE = Source(
    name="review",
    title="Decisions on texts that name a base model, curated",
    licence="CC0-1.0",
    feeds="aliases of the kind review: what a text means, or that it means nothing",
    files=(File("review.toml", toml_items("text"), decision, required=KEYS),),
    authority=0,
    curated=True,
    tables=("aliases",),
)
