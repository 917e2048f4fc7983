"""Synthetic adapters added to a snapshot, to see what an injected burst would do to a ranking."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pyarrow as pa

from begat.errors import InputError
from begat.records import TABLES, schema
from begat.snapshot import Snapshot, write_snapshot

__all__ = ["Noise", "with_adapters"]

PLATFORM = "synthetic"
WINDOW = timedelta(days=30)
"""Before the date of the snapshot: when the adapters are published, evenly."""


class Noise(NamedTuple):
    """So many adapters by so many accounts on one model."""

    adapters: int
    accounts: int
    base: str

    @classmethod
    def of(cls, text: str) -> "Noise":
        """Read ``ADAPTERS:ACCOUNTS:BASE``.

        Raises
        ------
        InputError
            If it has another form.

        Examples
        --------
        >>> Noise.of("1000:3:Qwen/Qwen2.5-7B")
        Noise(adapters=1000, accounts=3, base='Qwen/Qwen2.5-7B')
        """
        adapters, _, rest = text.partition(":")
        accounts, _, base = rest.partition(":")
        if not (adapters.isdecimal() and accounts.isdecimal() and base and int(adapters) * int(accounts)):
            raise InputError(
                f"{text!r} is no noise",
                where="--add-noise",
                hint="Write ADAPTERS:ACCOUNTS:BASE, such as 1000:3:Qwen/Qwen2.5-7B.",
            )
        return cls(int(adapters), int(accounts), base)


def with_adapters(snapshot: Snapshot, folder: Path, noise: Noise) -> Snapshot:
    """Write a copy of a snapshot with synthetic adapters of one of its models into a folder.

    Every added row says ``synthetic``: platform, account, id and source. Nobody downloads or likes them; what
    is separately licensed comes along.

    Parameters
    ----------
    snapshot : Snapshot
        Stays as it is.
    folder : Path
        Where the copy goes.
    noise : Noise
        The id of its base must be one of the snapshot.
    """
    models, derivations = _rows(snapshot, noise)
    added = {"models": models, "derivations": derivations}
    said = f"{noise.adapters:,} synthetic adapters by {noise.accounts:,} accounts of {noise.base}"
    return write_snapshot(
        _tables(snapshot, added),
        folder,
        name=f"{PLATFORM}-{snapshot.name}",
        on=snapshot.date,
        sources={**snapshot.manifest["sources"], PLATFORM: _facts(said, str(snapshot.date))},
        annexes=((name, (rows.items(), about)) for name, (rows, about) in snapshot.apart().items()),
    )


def _tables(snapshot: Snapshot, added: dict[str, pl.DataFrame]) -> Iterator[tuple[str, pa.Table]]:
    for name, record in TABLES.items():
        table = snapshot.table(name)
        if name in added:
            lacking = [field for field in record._fields if field not in added[name].columns]
            rows = added[name].with_columns(pl.lit(None).alias(field) for field in lacking)
            table = pa.concat_tables([table, rows.select(record._fields).to_arrow().cast(schema(record))])
        yield name, table


def _rows(snapshot: Snapshot, noise: Noise) -> tuple[pl.DataFrame, pl.DataFrame]:
    number = pl.int_range(noise.adapters, eager=True)
    end = datetime.combine(snapshot.date, time(), tzinfo=UTC)
    step = WINDOW / noise.adapters
    account = pl.format("synthetic-account-{}", number % noise.accounts + 1)
    name = pl.format("adapter-{}", number + 1)
    made = pl.select(account=account, name=name).with_columns(
        id=pl.format(f"{PLATFORM}:{{}}/{{}}", "account", "name"),
        platform=pl.lit(PLATFORM),
        created_at=pl.Series([end - WINDOW + step * place for place in range(noise.adapters)]),
        library=pl.lit("peft"),
        listed=pl.lit(value=True),
        sources=pl.lit([PLATFORM]),
    )
    edges = made.select(
        child="id",
        parent_raw=pl.lit(noise.base),
        parent=pl.lit(noise.base),
        relation=pl.lit("adapter"),
        method=pl.lit("tags"),
        ordinal=pl.lit(0),
        stated_on=pl.lit(snapshot.date),
        status=pl.lit("resolved"),
        confidence=pl.lit(1.0),
        kind_confidence=pl.lit(1.0),
        source=pl.lit(PLATFORM),
    )
    return made, edges


def _facts(title: str, day: str) -> dict[str, object]:
    return {
        "title": title,
        "licence": "CC0-1.0",
        "date": day,
        "files": 0,
        "rows_seen": 0,
        "rows_set_aside": 0,
    }
