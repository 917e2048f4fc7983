"""Do the rank intervals of begat-53 cover? 200 synthetic worlds with known true ranks.

The bootstrap alone (method fixed) should hold the true rank in 85 to 95 % of cases, the full interval in 90 %
or more. Prints a table for docs/concept/uncertainty.md; about ten minutes on two cores.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.worlds import covered, observed_ranks, world

from begat.influence.uncertainty import CHOICES

SETTINGS = ((3, 270), (10, 100), (2, 60), (1, 20))
"""Fewest and most units behind a value. The first is the tenth and ninetieth percentile among the ranked
institutions of the embedded snapshot, and the one that the figures are quoted for."""


def main() -> None:
    """Run the study."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--worlds", type=int, default=200)
    options.add_argument("--draws", type=int, default=1000)
    asked = options.parse_args()
    print("| units | worlds | rank right | bootstrap covers | width | full covers | width | seconds |")
    print("|---|---|---|---|---|---|---|---|")
    for fewest, most in SETTINGS:
        began = time.perf_counter()
        found = []
        for seed in range(asked.worlds):
            drawn = world(seed, fewest=fewest, most=most)
            right = float((observed_ranks(drawn) == drawn.true_ranks).mean())
            alone = covered(drawn, draws=asked.draws, seed=seed, vary=("data",))
            full = covered(drawn, draws=asked.draws, seed=seed, vary=tuple(CHOICES))
            found.append((right, *alone, *full))
        right, held, width, held_full, width_full = np.mean(found, axis=0)
        print(
            f"| {fewest}-{most} | {asked.worlds} | {right:.1%} | {held:.1%} | {width:.1f} "
            f"| {held_full:.1%} | {width_full:.1f} | {time.perf_counter() - began:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
