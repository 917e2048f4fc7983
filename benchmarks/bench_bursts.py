"""The adapter burst by 12, 100, 1,000 and 10,000 accounts: what it does to each measure, as a table.

Writes the table of docs/concept/bursts.md: places of the five attacked bases among all models by each
measure, before and after, with what the detector flags. The Hub is that of tests/organic.py; its structure
is made up, so the order of the measures is the result, not the places.
"""

import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.organic import BURST, Hub, attacked, mid_size, organic

from begat.graph import CreditGraph, credit_graph, kept
from begat.influence.burst import bursts
from begat.influence.measure.base import measures
from begat.influence.measure.reach import reach

ACCOUNTS = (12, 100, 1_000, 10_000)
CAPS = {"`reach`, no cap": "none", "`reach`, square root": "sqrt", "`reach`, one an account": "hard"}
LEFT_OUT = {"h_index", "betweenness", "core", "disruption", "institutions", "descendant_institutions"}
"""Of groups, or of models between others, or of institutions, which no new account has."""

Places = Mapping[str, tuple[int, ...]]
write = sys.stdout.write


def rows(hub: Hub) -> Mapping[str, Callable[[CreditGraph], np.ndarray]]:
    """Return what each row of the table computes."""
    plain = {
        f"`{name}`": partial(measure.values, figures=hub.figures)
        for name, measure in measures().items()
        if name not in LEFT_OUT
    }
    return plain | {title: partial(reach, cap=cap) for title, cap in CAPS.items()}


def places(hub: Hub, nodes: np.ndarray) -> Places:
    """Return the places of some nodes among all models by each measure."""
    credit = credit_graph(hub.graph)
    found = {}
    for title, compute in rows(hub).items():
        values = np.nan_to_num(compute(credit))
        found[title] = tuple(int((values > values[node]).sum()) + 1 for node in nodes)
    return found


def detected(hub: Hub, nodes: np.ndarray) -> str:
    """Return which bases the detector flags, and how much of the burst it finds."""
    found = bursts(hub.graph, hub.figures)
    flagged = {item.base for item in found.bases if item.flagged}
    made = np.isin(hub.graph.child, hub.node[-BURST:])
    right = len(flagged & set(nodes.tolist()))
    return f"{right} of 5, {len(flagged) - right} other; {found.edges[made].mean():.2%} of the burst"


def main() -> None:
    """Print the table."""
    started = time.process_time()
    draft = organic()
    hub, targets = draft.hub(), mid_size(draft)
    columns: dict[str, Places] = {"before": places(hub, hub.node[targets])}
    flags = [f"{sum(bool(item.flagged) for item in bursts(hub.graph, hub.figures).bases)} of 239 bases"]
    for accounts in ACCOUNTS:
        burst = attacked(draft, targets, accounts).hub()
        columns[f"{accounts:,} accounts"] = places(burst, burst.node[targets])
        flags.append(detected(burst, burst.node[targets]))
        if accounts == ACCOUNTS[-1]:
            found = bursts(burst.graph, burst.figures)
            cleaned = Hub(kept(burst.graph, ~found.edges), burst.figures, burst.node)
            columns["10,000, without the burst"] = places(cleaned, burst.node[targets])
    write(f"| measure | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}\n")
    for title in columns["before"]:
        cells = (", ".join(map(str, column[title])) for column in columns.values())
        write(f"| {title} | {' | '.join(cells)} |\n")
    write(f"| flagged | {' | '.join(flags)} | |\n")
    write(f"\n{time.process_time() - started:.0f} CPU seconds\n")


if __name__ == "__main__":
    main()
