"""The dirt in what people state: which statements are wrong, and how."""

from dataclasses import dataclass

import numpy as np

from begat.graph import RELATIONS
from begat.synth.chance import Ints, stream
from begat.synth.derivations import Derivations
from begat.synth.shape import Noise

__all__ = ["Dirt", "dirt"]


@dataclass(frozen=True)
class Dirt:
    """Numbers of the edges and models that dirt falls on.

    Attributes
    ----------
    renamed, legacy : array of int64
        Models with a former id, and with a bare name as second id.
    by_former, by_legacy, by_case : array of int64
        Edges whose statement names the parent in that way.
    duplicates, contested : array of int64
        Edges stated twice, and edges that the card calls a fine-tune.
    loops, junk : array of int64
        Models without a parent that name themselves, or a text that is no model.
    """

    renamed: Ints
    legacy: Ints
    by_former: Ints
    by_legacy: Ints
    by_case: Ints
    duplicates: Ints
    contested: Ints
    loops: Ints
    junk: Ints


def dirt(made: Derivations, models: int, seed: int, noise: Noise) -> Dirt:
    """Choose what is dirty."""
    rng = stream(seed, "noise")
    edges = np.arange(len(made.child))
    listed = np.setdiff1d(np.unique(made.parent), made.unlisted)
    parents = rng.permutation(listed)
    renamed, legacy, _ = np.split(
        parents, [round(noise.renamed * len(parents)), round((noise.renamed + noise.legacy) * len(parents))]
    )
    half = rng.random(len(edges)) < 0.5
    by_former, by_legacy = (half & np.isin(made.parent, names) for names in (renamed, legacy))
    plain = ~by_former & ~by_legacy & ~np.isin(made.parent, made.unlisted)
    other_kind = ~np.isin(made.relation, [RELATIONS.index("finetune"), RELATIONS.index("copy")])
    alone = rng.permutation(np.arange(made.nodes, models))
    loops = round(noise.self_loops * len(edges))
    return Dirt(
        renamed,
        legacy,
        edges[by_former],
        edges[by_legacy],
        _some(rng, edges[plain], noise.case),
        _some(rng, edges, noise.duplicates),
        _some(rng, edges[other_kind], noise.contested),
        alone[:loops],
        alone[loops : loops + round(noise.junk * len(edges))],
    )


def _some(rng: np.random.Generator, items: Ints, share: float) -> Ints:
    return items[rng.random(len(items)) < share]
