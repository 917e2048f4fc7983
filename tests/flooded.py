"""A synthetic Hub with a mass upload on the base of an institution, and how far that lifts the institution.

A synthetic Hub feeds 12 of the 16 indicators of the dimension model; the method made here is begat-53 on
these alone: the weights of the sub-dimensions stay, equal inside, and goalposts are those of the Hub before.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from begat.answer.influence import influence
from begat.graph import Graph
from begat.influence.goalposts import goalposts, to_toml
from begat.influence.indicator import framework_named
from begat.influence.method import Goalposts
from begat.influence.ranking import rank
from begat.influence.scores import Scores
from begat.snapshot import Snapshot
from begat.synth.generate import hub

__all__ = ["FED", "Places", "Target", "method_file", "places", "target"]

FED = ("M01", "M02", "M03", "M04", "M05", "M06", "M10", "M11", "M12", "M13", "M14", "M16")
"""Indicators of the dimension model that a synthetic Hub feeds: not M07-M09 and M15."""

COUNTS = ("children", "descendants")


class Target(NamedTuple):
    """A base, its rank by weight among the listed ones, and the institution that owns it."""

    rank: int
    base: str
    owner: str


class Places(NamedTuple):
    """Places by begat-53 on what is fed, and by raw counts: of the owner, and of the base among models."""

    begat_53: int
    ranked: int
    owner: dict[str, int]
    base: dict[str, int]


def method_file(snapshot: Snapshot, graph: Graph, folder: Path) -> Path:
    """Write the method that ranks by the dimension model of begat-53, goalposts of this snapshot."""
    path = folder / "fed.toml"
    path.write_text(_method(goalposts(snapshot, graph, snapshot.date)), encoding="utf-8")
    return path


def _method(posts: Goalposts) -> str:
    lines = ['indicators = "begat-53"', "[dimensions]"]
    lines += [f"{name} = {int(name == 'model')}" for name in ("data", "model", "system", "evaluation")]
    lines += ["[rules]", 'coverage = "3/5"', "[weights.model]"]
    for part in framework_named("begat-53").parts:
        fed = [item.id for item in part.indicators if item.id in FED]
        lines += [
            f'{item.id} = "{part.weight / len(fed) if item.id in fed else 0}"'
            for item in part.indicators
            if part.dimension == "model"
        ]
    return "\n".join([*lines, "", to_toml(posts)])


def target(snapshot: Snapshot, models: int, seed: int, at_least: int) -> Target:
    """Return the first base from this rank on that an institution owns."""
    made = hub(models, seed)
    listed = np.setdiff1d(np.arange(made.derivations.roots), made.derivations.unlisted)
    operated = np.flatnonzero(made.owners.account[listed] < len(made.owners.institution))
    place = int(operated[operated >= at_least - 1][0])
    account = made.accounts[int(made.owners.account[listed[place]])]
    holders = snapshot.frame("accounts", ["account", "institution"]).filter(account=account)
    return Target(place + 1, made.ids[int(listed[place])], holders["institution"].item())


def places(
    snapshot: Snapshot,
    graph: Graph,
    method: Path,
    of: Target,
    *,
    left_out: NDArray[np.bool_] | None = None,
) -> Places:
    """Return the places of a base and of its owner."""
    ranked = rank(snapshot, str(method), graph=graph, left_out=left_out)
    owner = ranked.filter(subject=of.owner).row(0, named=True)
    return Places(
        owner["rank"],
        ranked["rank"].drop_nulls().len(),
        _counted(influence(Scores(snapshot, graph), by="institution"), of.owner),
        _counted(influence(Scores(snapshot, graph), by="model"), of.base),
    )


def _counted(rows: list[dict[str, Any]], key: str) -> dict[str, int]:
    """Return the place of one among all by each raw count; last where it has none."""
    own = next((row for row in rows if row["id"] == key), dict.fromkeys(COUNTS, 0))
    return {count: 1 + sum(row[count] > own[count] for row in rows) for count in COUNTS}
