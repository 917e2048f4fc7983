"""Datasets, who publishes them, and which models say that they were trained on them."""

from dataclasses import dataclass

import numpy as np

from begat.synth import shape
from begat.synth.attributes import moment
from begat.synth.chance import Ints, choice, stream, weighted, zipf_weights
from begat.synth.owners import Owners

__all__ = ["JUNK", "Datasets", "datasets"]

JUNK = ("imagefolder", "generator")
"""Published (Anatomy): what training scripts leave in the place of a dataset, 5,143 and 3,271 times."""


@dataclass(frozen=True)
class Datasets:
    """Columns of all datasets by use, and the training links.

    Attributes
    ----------
    account, created, downloads, likes, licence, modality, lifecycle : array of int64
        One value a dataset, coded as in `Attributes`.
    model, dataset : array of int64
        Ends of each training link; a dataset of -1 or -2 is one of `JUNK`, from the back.
    """

    account: Ints
    created: Ints
    downloads: Ints
    likes: Ints
    licence: Ints
    modality: Ints
    lifecycle: Ints
    model: Ints
    dataset: Ints


def datasets(owners: Owners, listed: Ints, seed: int, noise: shape.Noise) -> Datasets:
    """Draw datasets, and training links of listed models; use falls with the rank by a power law."""
    rng = stream(seed, "datasets")
    scale = len(listed) / shape.MODELS
    count, links = max(round(shape.DATASETS * scale), 20), round(shape.DATASET_TAGS * scale)
    dataset = weighted(rng, zipf_weights(count, shape.DATASET_ZIPF), links)
    junk = rng.random(links) < noise.junk_datasets
    dataset[junk] = -1 - rng.integers(0, len(JUNK), int(junk.sum()))
    model = rng.choice(listed, links)
    model, dataset = np.divmod(
        np.unique(model * (count + len(JUNK)) + dataset + len(JUNK)), count + len(JUNK)
    )
    licence = choice(rng, shape.LICENCES, count)
    licence[rng.random(count) >= shape.LICENSED] = -1
    downloads = _downloads(rng, count)
    return Datasets(
        _accounts(rng, owners, count),
        rng.integers(moment(shape.EARLIEST), moment(shape.DAY), count),
        downloads,
        np.sqrt(downloads).astype(np.int64) // 3,
        licence,
        choice(rng, shape.MODALITIES, count),
        choice(rng, shape.LIFECYCLES, count),
        model,
        dataset - len(JUNK),
    )


def _accounts(rng: np.random.Generator, owners: Owners, count: int) -> Ints:
    """Assume that institutions publish datasets as they own large bases, all others as they own models."""
    place = np.arange(count) / count
    bounds, shares = zip(*shape.OWNED_BASES, strict=True)
    owned = rng.random(count) < np.array(shares)[np.searchsorted(bounds, place)]
    holder = weighted(rng, zipf_weights(len(owners.country)), count)
    main = np.searchsorted(owners.institution, holder)
    return np.where(owned, main, owners.account[rng.integers(0, len(owners.account), count)])


def _downloads(rng: np.random.Generator, count: int) -> Ints:
    """Assume downloads that fall with the rank like the use, times log-normal noise."""
    spread = np.exp(2 * rng.standard_normal(count))
    found: Ints = (count * 10 / np.arange(1, count + 1) * spread).astype(np.int64)
    return found
