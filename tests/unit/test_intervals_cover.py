"""Rank intervals hold the true rank as often as they say, on synthetic worlds where it is known."""

import numpy as np
from tests.conftest import THOROUGH
from tests.worlds import LAYOUT, covered, world

from begat.influence.scoring import score
from begat.influence.uncertainty import CHOICES, aligned

WORLDS = [world(seed) for seed in range(12 if THOROUGH else 6)]


def held(vary: tuple[str, ...], draws: int = 200) -> float:
    """Return the part of institutions, over all worlds, whose interval holds the true rank."""
    found = [covered(one, draws=draws, seed=seed, vary=vary)[0] for seed, one in enumerate(WORLDS)]
    return float(np.mean(found))


def test_bootstrap_alone_covers() -> None:
    """With the method fixed, the 90 % interval of data drawn again holds the true rank in 85 to 95 %."""
    assert 0.85 <= held(("data",)) <= 0.95


def test_full_interval_covers() -> None:
    """With all choices varied it holds the true rank in 90 % or more."""
    assert held(tuple(CHOICES)) >= 0.90


def test_without_variation_it_does_not() -> None:
    """An interval of nothing but the rank itself holds the true one much more rarely: the test can fail."""
    assert held((), draws=1) < 0.6


def test_truth_is_what_the_data_tend_to() -> None:
    """With many units behind each value, the normalised values of the data are close to the true ones."""
    rich = world(1, institutions=8, fewest=900, most=1000)
    true = score(rich.truth, LAYOUT).normalised
    seen = score(aligned(rich.table.values, rich.table, LAYOUT), LAYOUT).normalised
    assert (np.isnan(true) == np.isnan(seen)).all()
    assert np.nanmean(np.abs(true - seen)) < 0.03
