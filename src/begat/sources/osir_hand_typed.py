"""Datasets that OSIR-LMTS counts but does not list, ``data/osir-hand-typed.toml``."""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from begat.errors import UnreadableFile, WrongSchema
from begat.records import Observation, Record
from begat.sources.base import BadRow, Context, File, Row, Source

__all__ = ["SOURCE"]


def counts(path: Path) -> Iterator[tuple[str, Row | BadRow]]:
    """Read the counts, a row an institution, with the first edition that they belong to."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableFile(f"this is not TOML ({error})", where=str(path)) from error
    if not isinstance(table.get("counts"), dict) or not isinstance(table.get("since"), date):
        raise WrongSchema("no date `since` or no table [counts]", where=str(path))
    for institution, values in table["counts"].items():
        row = {"institution": institution, "values": values, "since": table["since"]}
        yield f"counts.{institution}", row


def observations(row: Row, _: Context) -> Iterator[Record]:
    """Yield the counts of one institution, dated by the first edition that has them."""
    for code, value in row["values"].items():
        yield Observation(
            row["institution"],
            "institution",
            f"osir:data:{code}",
            float(value),
            observed_on=row["since"],
            method="hand-typed",
        )


SOURCE = Source(
    name="osir-hand-typed",
    title="OSIR-LMTS, datasets typed in by hand",
    licence="MIT",
    feeds="observations; what the ranking adds to the counts of its listed datasets",
    files=(File("osir-hand-typed.toml", counts, observations, ("institution", "values")),),
    authority=0,
    curated=True,
    tables=("observations",),
)
