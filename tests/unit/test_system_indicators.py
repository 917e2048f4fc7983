"""Who depends on an institution's systems, works on them, and would miss them: computed by hand."""

from collections.abc import Callable, Iterable
from datetime import date
from math import log10

import pytest

from begat.graph.build import build
from begat.influence.evidence import Evidence
from begat.influence.indicator import framework_named
from begat.influence.table import make_table
from begat.records import Institution, Observation, Record, System
from begat.snapshot import Snapshot

MakeSnapshot = Callable[[Iterable[Record]], Snapshot]

SYSTEMS = [
    Institution("One", id="one"),
    Institution("Two", id="two"),
    System("one/a", maintainer="one", former=["old/a"]),
    System("one/b", maintainer="one"),
    System("one/c", maintainer="one"),
    System("one/d", maintainer="one"),
    System("two/a", maintainer="two"),
    System("nobody/a"),
]


def observed(system: str, metric: str, value: float, on: date = date(2025, 12, 31)) -> Observation:
    """Return a figure of a system."""
    return Observation(system, "system", metric, value, on)


def values(snapshot: Snapshot, code: str, on: date | None = None) -> dict[str, float]:
    """Return the values of an indicator by institution."""
    item = framework_named("begat-53").indicators[code]
    assert item.rows is not None
    table = make_table([(item, item.rows(Evidence(snapshot, build(snapshot), on=on)))])
    return dict(zip(table.subjects, table.values[:, 0], strict=True))


def test_dependents_are_added_as_weighted_logarithms(make_snapshot: MakeSnapshot) -> None:
    """Packages count twice, each figure only at its newest date, and a former id is the same system."""
    figures = [
        observed("old/a", "dependent_packages", 999),
        observed("one/a", "dependent_repositories", 99),
        observed("one/b", "dependent_packages", 9),
        observed("one/c", "dependent_packages", 9, date(2025, 6, 30)),
        observed("two/a", "dependent_packages", 0),
        observed("nobody/a", "dependent_packages", 10**6),
    ]
    found = values(make_snapshot([*SYSTEMS, *figures]), "S10")
    assert found == pytest.approx({"one": 2 * log10(1000) + log10(100) + 2 * log10(10), "two": 0})


def test_openrank_is_of_twelve_months(make_snapshot: MakeSnapshot) -> None:
    """The newest twelve months of all systems are added, of one that began later those that it has."""
    months = [date(2024, month, 28) for month in range(1, 13)] + [date(2025, month, 28) for month in (1, 2)]
    figures = [observed("one/a", "openrank", 2.0**place, on) for place, on in enumerate(months)]
    snapshot = make_snapshot([*SYSTEMS, *figures, observed("two/a", "openrank", 5, months[-1])])
    assert values(snapshot, "S11") == {"one": sum(2.0**place for place in range(2, 14)), "two": 5}
    assert values(snapshot, "S11", on=date(2024, 6, 30)) == {"one": sum(2.0**place for place in range(6))}


def test_criticality_is_the_mean_of_the_best_three(make_snapshot: MakeSnapshot) -> None:
    """A fourth system and an older figure change nothing; who has fewer has the mean of those."""
    figures = [
        observed("one/a", "criticality", 0.9),
        observed("one/b", "criticality", 0.1),
        observed("one/c", "criticality", 0.6),
        observed("one/d", "criticality", 0.3),
        observed("one/b", "criticality", 1.0, date(2025, 1, 1)),
        observed("two/a", "criticality", 0.5),
    ]
    found = values(make_snapshot([*SYSTEMS, *figures]), "S13")
    assert found == pytest.approx({"one": (0.9 + 0.6 + 0.3) / 3, "two": 0.5})
