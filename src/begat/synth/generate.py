"""A synthetic Hub as columns: every part drawn in turn, each from its own stream of random numbers."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from begat.errors import InputError
from begat.synth.attributes import Attributes, attributes
from begat.synth.chance import Ints
from begat.synth.datasets import Datasets, datasets
from begat.synth.derivations import Derivations, derivations
from begat.synth.names import account_names, model_ids, model_names
from begat.synth.noise import Dirt, dirt
from begat.synth.owners import Owners, owners
from begat.synth.shape import Noise

__all__ = ["FEWEST", "Hub", "hub"]

FEWEST = 1000
"""Models of the smallest Hub that has all parts."""
MOST = 20_000_000
"""Models of the largest: names have room for more, memory hardly."""


@dataclass(frozen=True)
class Hub:
    """A synthetic Hub; models are numbered roots, children, models without lineage, burst.

    Attributes
    ----------
    models : int
        Models as asked for: listed ones without those of a burst.
    seed : int
        Of all random numbers.
    derivations, owners, attributes, datasets, dirt
        Its parts.
    names : Series
        Name of each model, without its owner.
    """

    models: int
    seed: int
    derivations: Derivations
    owners: Owners
    attributes: Attributes
    datasets: Datasets
    dirt: Dirt
    names: pl.Series

    @cached_property
    def accounts(self) -> pl.Series:
        """Names of all accounts, by their numbers."""
        return account_names(self.owners)

    @cached_property
    def ids(self) -> pl.Series:
        """Ids of all models, by their numbers."""
        return model_ids(self.accounts, self.owners, self.names)

    @cached_property
    def order(self) -> Ints:
        """Numbers of all models in the order of their ids."""
        return self.ids.arg_sort().to_numpy().astype(np.int64)


def hub(models: int, seed: int, noise: Noise | None = None) -> Hub:
    """Draw a Hub; the same numbers give the same Hub.

    Parameters
    ----------
    models : int
        Listed models.
    seed : int
        Of the random numbers, not negative.
    noise : Noise, optional
        Rates of dirt, those of `Noise` if not given.

    Raises
    ------
    InputError
        If there are too few models for the parts of a Hub, or too many.

    Notes
    -----
    O(n log n) time, about 0.5 kB a model.
    """
    if not FEWEST <= models <= MOST:
        raise InputError(f"a synthetic Hub has {FEWEST:,} to {MOST:,} models, not {models:,}")
    if seed < 0:
        raise InputError(f"a seed is not negative, {seed} is")
    noise = noise or Noise()
    made = derivations(models, seed, noise)
    total = models + len(made.unlisted)
    held = owners(made, total, seed)
    return Hub(
        models,
        seed,
        made,
        held,
        attributes(made, total, seed),
        datasets(held, np.setdiff1d(np.arange(total), made.unlisted), seed, noise),
        dirt(made, total, seed, noise),
        model_names(made, total, seed),
    )
