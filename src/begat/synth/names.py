"""Names of models and accounts: visibly synthetic, and derivatives often named after their parents."""

import numpy as np
import polars as pl

from begat.synth.chance import Ints, stream
from begat.synth.derivations import Derivations
from begat.synth.owners import Owners

__all__ = ["PLATFORM", "account_names", "model_ids", "model_names"]

PLATFORM = "synthetic"
"""Platform of all ids, ``synthetic:owner/name``: no id, page or IRI of a real platform is ever claimed."""

NAMED_AFTER = (0.28, 0.28, 0.83, 0.0)
"""Computed for fine-tunes and quantizations, adapters assumed: names that contain the parent's, by kind."""
SUFFIXES = ("-ft-", "-lora-", "-q4-", "-merge-")
LONGEST = 4
"""Parts that a name takes over at most: the Hub allows 96 characters."""


def account_names(owners: Owners) -> pl.Series:
    """Return the names of all accounts."""
    parts = [
        pl.select(pl.format(f"{group.name}-{{}}", _number(np.arange(1, group.size + 1)))).to_series()
        for group in owners.groups
    ]
    return pl.concat([part.rename("account") for part in parts])


def model_ids(accounts: pl.Series, owners: Owners, names: pl.Series) -> pl.Series:
    """Return ``synthetic:owner/name`` of all models."""
    owner = accounts.gather(owners.account)
    return pl.select(
        id=pl.concat_str(pl.lit(f"{PLATFORM}:"), pl.lit(owner), pl.lit("/"), pl.lit(names))
    ).to_series()


def model_names(made: Derivations, models: int, seed: int) -> pl.Series:
    """Return the names of all models: ``base-...``, ``model-...``, or the parent's name and a suffix."""
    after = _named_after(made, models, seed)
    level = _levels(after)
    own = np.full(models, "model-", dtype=object)
    own[: made.roots] = "base-"
    own[made.roots : made.nodes] = np.array([suffix[1:] for suffix in SUFFIXES], dtype=object)[made.kind]
    prefix = pl.Series(own, dtype=pl.String)
    number = _number(np.arange(1, models + 1))
    names = pl.select(prefix + number).to_series()
    suffixed = pl.select(pl.lit("-") + pl.lit(names)).to_series()
    for step in range(1, LONGEST + 1):
        rows = np.flatnonzero(level == step)
        longer = names.gather(after[rows]) + suffixed.gather(rows)
        names = names.scatter(rows, longer)
    return names.rename("name")


def _named_after(made: Derivations, models: int, seed: int) -> Ints:
    """The parent that each model is named after, itself for none."""
    rng = stream(seed, "names")
    after = np.arange(models)
    named = rng.random(len(made.kind)) < np.array(NAMED_AFTER)[made.kind]
    after[made.roots : made.nodes][named] = made.first_parent[made.roots :][named]
    return after


def _levels(after: Ints) -> Ints:
    """How many parts each name takes over; one that would be too long starts anew."""
    level = np.zeros(len(after), dtype=np.int64)
    settled = after == np.arange(len(after))
    rest = np.flatnonzero(~settled)
    for step in range(1, LONGEST + 1):
        ready = settled[after[rest]]
        level[rest[ready]] = step
        settled[rest[ready]] = True
        rest = rest[~ready]
    return level


def _number(numbers: Ints) -> pl.Expr:
    return pl.lit(pl.Series(numbers)).cast(pl.String).str.zfill(7)
