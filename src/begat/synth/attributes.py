"""What models have besides parents and owners: time, use, licence, task, library, size."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from begat.synth import shape
from begat.synth.chance import Ints, choice, ends, stream
from begat.synth.derivations import MERGE, Derivations

__all__ = ["Attributes", "attributes", "moment"]

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Attributes:
    """Columns of all models; the coded ones hold positions in the tables of `shape`, -1 for none.

    Attributes
    ----------
    created : array of int64
        Seconds since 1970.
    downloads, likes : array of int64
        In 30 days; in all.
    licence, task, library, size : array of int64
        Positions in `shape.LICENCES`, `TASKS`, `LIBRARIES`, `SIZES`.
    """

    created: Ints
    downloads: Ints
    likes: Ints
    licence: Ints
    task: Ints
    library: Ints
    size: Ints


def attributes(made: Derivations, models: int, seed: int) -> Attributes:
    """Draw the attributes of all models; O(n log n)."""
    rng = stream(seed, "attributes")
    downloads = _downloads(rng, made, models)
    task = _handed_down(rng, made, choice(rng, shape.TASKS, models), _task_kept(made))
    return Attributes(
        _created(rng, made, models),
        downloads,
        _likes(rng, downloads),
        _licence(rng, made, models),
        task,
        _library(rng, made, models),
        _handed_down(rng, made, choice(rng, shape.SIZES, models), np.ones(len(made.kind))),
    )


def moment(day: date) -> int:
    """Return the midnight a day begins with, in seconds since 1970."""
    return (day - date(1970, 1, 1)).days * 86_400


def _created(rng: np.random.Generator, made: Derivations, models: int) -> Ints:
    """Spread models over time as the Hub grew, children after all their parents.

    From two published sizes the number of models grows by exp(rate * seconds). A root is as old as a
    random part of the growth before its first child.
    """
    end, earlier = moment(shape.DAY), moment(shape.EARLIER_DAY)
    rate = np.log(shape.MODELS / shape.EARLIER_MODELS) / (end - earlier)
    share = 1.0 - rng.random(models)
    share[made.roots : made.nodes] = (np.arange(len(made.kind)) + 1) / (len(made.kind) + 1)
    first = np.ones(made.roots)
    from_root = made.parent < made.roots
    np.minimum.at(first, made.parent[from_root], share[made.child[from_root]])
    share[: made.roots] *= first
    copies = made.child < made.roots
    np.minimum.at(share, made.parent[copies], share[made.child[copies]])
    seconds = end + np.log(share) / rate
    created: Ints = np.maximum(seconds, moment(shape.EARLIEST)).astype(np.int64)
    return created


def _downloads(rng: np.random.Generator, made: Derivations, models: int) -> Ints:
    """Deal out log-normal downloads, most of them to models with many children; most models get none."""
    used = round(models * (1 - shape.ZERO_DOWNLOADS))
    drawn = np.exp(np.log(shape.DOWNLOADS_MEDIAN) + shape.DOWNLOADS_SIGMA * rng.standard_normal(used))
    children = np.bincount(made.parent, minlength=models)
    order = np.argsort(rng.standard_normal(models) + shape.CHILDREN_TO_DOWNLOADS * np.log1p(children))
    downloads = np.zeros(models, dtype=np.int64)
    downloads[order[models - used :]] = np.sort(np.ceil(drawn)).astype(np.int64)
    return downloads


def _likes(rng: np.random.Generator, downloads: Ints) -> Ints:
    """Assume about the square root of the downloads, divided by three."""
    likes: Ints = np.floor(np.sqrt(downloads) / 3 * np.exp(rng.standard_normal(len(downloads)))).astype(
        np.int64
    )
    return likes


def _licence(rng: np.random.Generator, made: Derivations, models: int) -> Ints:
    own = choice(rng, shape.LICENCES, models)
    own[rng.random(models) >= shape.LICENSED] = -1
    kept = _handed_down(rng, made, own, np.full(len(made.kind), shape.LICENCE_KEPT))
    return np.where(kept >= 0, kept, own)


def _library(rng: np.random.Generator, made: Derivations, models: int) -> Ints:
    names = list(shape.LIBRARIES)
    adapter = np.zeros(models, dtype=bool)
    adapter[made.roots : made.nodes] = made.kind == shape.KINDS.index("adapter")
    rest = dict(shape.LIBRARIES)
    rest["peft"] = max(rest["peft"] - adapter.mean(), 0.0)
    library = choice(rng, rest, models)
    library[adapter] = names.index("peft")
    return library


def _task_kept(made: Derivations) -> Values:
    finetune = made.kind == shape.KINDS.index("finetune")
    return np.where(finetune, 1 - shape.TASK_CHANGED, np.where(made.kind == MERGE, 0.9, 1.0))


def _handed_down(rng: np.random.Generator, made: Derivations, own: Ints, chance: Values) -> Ints:
    """Return a column in which children have, with this chance, the value of their first parent."""
    source = np.arange(len(own))
    kept = rng.random(len(made.kind)) < chance
    source[made.roots : made.nodes][kept] = made.first_parent[made.roots :][kept]
    found: Ints = own[ends(source)]
    return found
