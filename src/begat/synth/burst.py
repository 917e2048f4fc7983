"""The attack that measures of influence must withstand: one base flooded with adapters by few accounts."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import polars as pl

from begat.errors import InputError
from begat.synth import shape
from begat.synth.attributes import Attributes, moment
from begat.synth.chance import stream
from begat.synth.generate import Hub
from begat.synth.owners import Group

__all__ = ["Burst", "with_burst"]

WINDOW = (timedelta(days=32), timedelta(days=30))
"""Assumed: before the day of the snapshot, when the burst begins and ends."""
DOWNLOADED = 0.01
"""Assumed: part of the adapters that anybody downloads, one to three times."""


class Burst(NamedTuple):
    """So many adapters by so many accounts on the listed base of this rank by weight, 1 the largest."""

    adapters: int
    accounts: int
    base: int

    @classmethod
    def of(cls, text: str) -> "Burst":
        """Read ``ADAPTERS:ACCOUNTS:BASE``.

        Raises
        ------
        InputError
            If it has another form.

        Examples
        --------
        >>> Burst.of("10000:12:300")
        Burst(adapters=10000, accounts=12, base=300)
        """
        parts = text.split(":")
        if len(parts) != len(cls._fields) or not all(part.isdecimal() and int(part) > 0 for part in parts):
            raise InputError(
                f"{text!r} is no burst",
                where="--burst",
                hint="Write ADAPTERS:ACCOUNTS:BASE, such as 10000:12:300 for the base of rank 300.",
            )
        return cls(*map(int, parts))


def with_burst(hub: Hub, burst: Burst) -> Hub:
    """Return the same Hub with the adapters of a burst; nothing else changes.

    Raises
    ------
    InputError
        If there is no base of that rank.
    """
    made = hub.derivations
    listed = np.setdiff1d(np.arange(made.roots), made.unlisted)
    if burst.base > len(listed):
        raise InputError(
            f"there is no base of rank {burst.base:,}",
            where="--burst",
            hint=f"This Hub has {len(listed):,} listed bases.",
        )
    base = listed[burst.base - 1]
    count = burst.adapters
    child = np.arange(count) + len(hub.names)
    last = hub.owners.groups[-1]
    group = Group("burst", last.first + last.size, burst.accounts)
    rng = stream(hub.seed, "burst")
    account = group.first + np.arange(count) % group.size
    return replace(
        hub,
        derivations=made.with_edges(child, np.full(count, base), "adapter"),
        owners=replace(
            hub.owners,
            account=np.concatenate([hub.owners.account, account]),
            groups=(*hub.owners.groups, group),
        ),
        attributes=_appended(hub.attributes, _attributes(rng, hub.attributes, base, count)),
        names=pl.concat([hub.names, _names(hub.names[int(base)], count)]),
    )


def _attributes(rng: np.random.Generator, of: Attributes, base: int, count: int) -> Attributes:
    """Near-zero downloads, no likes, a tight window; the rest as the base has it."""
    begin, end = (moment(shape.DAY - before) for before in WINDOW)
    downloads = np.where(rng.random(count) < DOWNLOADED, rng.integers(1, 4, count), 0)
    return Attributes(
        created=np.sort(rng.integers(begin, end, count)),
        downloads=downloads,
        likes=np.zeros(count, dtype=np.int64),
        licence=np.full(count, of.licence[base]),
        task=np.full(count, of.task[base]),
        library=np.full(count, list(shape.LIBRARIES).index("peft")),
        size=np.full(count, of.size[base]),
    )


def _appended(columns: Attributes, further: Attributes) -> Attributes:
    names = [field.name for field in fields(Attributes)]
    return Attributes(
        **{name: np.concatenate([getattr(columns, name), getattr(further, name)]) for name in names}
    )


def _names(base: str, count: int) -> pl.Series:
    number = pl.lit(pl.Series(np.arange(1, count + 1))).cast(pl.String).str.zfill(7)
    return pl.select(name=pl.format(f"{base}-burst-{{}}", number)).to_series()
