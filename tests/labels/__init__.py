"""Texts labelled by hand, the held-out aliases, and how well a cascade does on both."""

import csv
import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import polars as pl

from begat.ids import HUB
from begat.resolve.cascade import REPUBLISHERS, Found
from begat.resolve.forms import pieces
from begat.resolve.names import resolve_names
from begat.snapshot import Snapshot

__all__ = ["Label", "Score", "found", "held_out", "labels", "scores", "wilson"]

UNVOUCHED = {"card", "adapter"}


class Label(NamedTuple):
    """A text and the id that it means, None for none."""

    text: str
    id: str | None
    kind: str
    said_by: str


class Score(NamedTuple):
    """Of the texts with an answer of one method: how many, and how many are right."""

    n: int
    right: int

    @property
    def precision(self) -> float:
        """Share that is right."""
        return self.right / self.n


def labels() -> list[Label]:
    """Return the labelled texts; a list gives one for each piece."""
    with Path(__file__).with_name("base_models.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    made = []
    for row in rows:
        ids = row["id"].split(" | ")
        for text, key in zip(pieces(row["text"]), ids, strict=True):
            made.append(Label(text, key or None, row["kind"], row["said_by"]))
    return made


def held_out(aliases: pl.DataFrame) -> pl.DataFrame:
    """Return 30 % of the aliases of hf-id-resolution, chosen by a hash of the old name."""
    pairs = aliases.filter(source="hf-id-resolution").select("id", "resolved").unique().sort("id")
    chosen = [
        int(hashlib.sha256(f"held out {name}".encode()).hexdigest(), 16) % 10 < 3 for name in pairs["id"]
    ]
    return pairs.filter(pl.Series(chosen))


def found(snapshot: Snapshot, texts: Iterable[str], without: Iterable[str] = ()) -> dict[str, Found]:
    """Resolve texts against the models of a snapshot, without the aliases of some names."""
    asked = list(texts)
    models = snapshot.frame("models").filter("listed")
    aliases = snapshot.frame("aliases").filter(
        ~pl.col("id").is_in(list(without)) & ~pl.col("kind").is_in(["review"]) & (pl.col("source") != "begat")
    )
    accounts = snapshot.frame("accounts").filter(platform=HUB).drop_nulls("institution")["account"]
    names = resolve_names(
        models.select("id", "created_at", "last_listed", source=pl.col("sources").list.first()),
        aliases,
        pl.DataFrame({"text": asked, "count": 1}),
        (),
        set(accounts.str.to_lowercase()) - REPUBLISHERS,
    )
    return {text: names.find(text) for text in asked}


def scores(answers: Mapping[str, Found], asked: Iterable[Label]) -> dict[str, Score]:
    """Count by method; an id of a card that the Hub made no tag of is ``unvouched`` if nobody lists it."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for label in asked:
        item = answers[label.text]
        if item.id is not None:
            method = "unvouched" if item.method == "unlisted" and label.said_by in UNVOUCHED else item.method
            counts[method][0] += 1
            counts[method][1] += item.id == label.id
    return {method: Score(n, right) for method, (n, right) in counts.items()}


def wilson(score: Score, z: float = 1.96) -> tuple[float, float]:
    """Interval of a share, 95 % (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
    n, share = score.n, score.precision
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return middle - half, middle + half
