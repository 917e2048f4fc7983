"""Goalposts: what counts as full marks, computed once from a reference snapshot and kept by the method."""

from datetime import date

import numpy as np

from begat.graph import Graph
from begat.influence.evidence import Evidence
from begat.influence.indicator import Indicator, framework_named
from begat.influence.method import Goalposts
from begat.influence.table import make_table
from begat.snapshot import Snapshot

__all__ = ["FEWEST", "PERCENTILE", "goalposts", "to_toml"]

PERCENTILE = 99
FEWEST = 20
"""Institutions that must be observed, zeros included, for an indicator to be scored."""
FEWEST_POSITIVE = 2


def goalposts(snapshot: Snapshot, graph: Graph, computed_on: date) -> Goalposts:
    """Compute the goalposts of begat-53 from a snapshot.

    G of an indicator is the 99th percentile of the positive values of institutions. An indicator is not
    scored where fewer than 20 institutions are observed or fewer than 2 are above zero.

    Notes
    -----
    Scores are comparable only under the same goalposts: they belong to the version of a method.
    """
    framework = framework_named("begat-53")
    evidence = Evidence(snapshot, graph)
    values: dict[str, float] = {}
    unscored: dict[str, str] = {}
    for code, item in framework.indicators.items():
        found, reason = _goalpost(item, evidence)
        if reason:
            unscored[code] = reason
        elif item.scale in ("log", "linear"):
            values[code] = found
    return Goalposts(snapshot.name, snapshot.digest, computed_on, values, unscored)


def _goalpost(item: Indicator, evidence: Evidence) -> tuple[float, str]:
    table = make_table([(item, item.rows(evidence))] if item.rows else [])
    observed = table.values[~np.isnan(table.values)]
    if not len(observed):
        return 0.0, item.fed_by
    positive = observed[observed > 0]
    if len(observed) < FEWEST:
        return 0.0, f"{len(observed)} institutions observed, fewer than {FEWEST}"
    if len(positive) < FEWEST_POSITIVE:
        return 0.0, f"{len(positive)} institutions above zero, fewer than {FEWEST_POSITIVE}"
    return float(np.percentile(positive, PERCENTILE)), ""


def to_toml(found: Goalposts) -> str:
    """Return the tables of a method file: ``[goalposts]`` with values and what is not scored."""
    import tomli_w

    stated = {
        "snapshot": found.snapshot,
        "digest": found.digest,
        "computed_on": found.computed_on,
        "values": {code: float(f"{value:.6g}") for code, value in found.values.items()},
        "unscored": dict(found.unscored),
    }
    return tomli_w.dumps({"goalposts": stated})
