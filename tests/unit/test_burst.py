"""The adapter burst at the size of the Hub, and small bases on which each sign is seen alone."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import numpy as np
import pytest
from tests.organic import BURST, Draft, Hub, attacked, mid_size, organic

from begat.answer.bursts import KEYS, burst_rows
from begat.answer.influence import influence
from begat.graph import CreditGraph, credit_graph
from begat.graph.build import build
from begat.influence.burst import COMPARED, LEAST, SIGNS, Sign, bursts, without
from begat.influence.figures import Figures
from begat.influence.measure.base import Values, measures
from begat.influence.measure.reach import reach
from begat.influence.scope import Scope
from begat.influence.scores import Scores
from begat.records import Derivation, Model, Observation, Record
from begat.snapshot import Snapshot

MakeSnapshot = Callable[[Iterable[Record]], Snapshot]


@cache
def before() -> tuple[Draft, Hub, np.ndarray]:
    """Return the models without a burst, their graph, and the five bases to attack."""
    draft = organic()
    return draft, draft.hub(), mid_size(draft)


@cache
def after(accounts: int) -> tuple[Hub, np.ndarray]:
    """Return the graph with the burst by so many accounts, and its nodes of the five bases."""
    draft, _, targets = before()
    hub = attacked(draft, targets, accounts).hub()
    return hub, hub.node[targets]


def credit_of(hub: Hub) -> CreditGraph:
    """Return what influence is computed on."""
    return credit_graph(hub.graph)


def values_of(name: str, hub: Hub) -> Values:
    """Return the values of a measure on a Hub."""
    return measures()[name].values(credit_of(hub), hub.figures)


def places(values: Values, nodes: np.ndarray) -> list[int]:
    """Return the place of some nodes among all by a measure."""
    return [int((values > values[node]).sum()) + 1 for node in nodes]


def test_the_bases_are_mid_size() -> None:
    """Before the burst none of the five is among the first hundred by any measure that is compared."""
    _, hub, targets = before()
    assert hub.graph.m == pytest.approx(325_509, rel=0.07)
    for name in ("children", "accounts", "descendants", "reach", "h10"):
        assert min(places(values_of(name, hub), hub.node[targets])) > 100


@pytest.mark.parametrize("name", ["children", "descendants", "pagerank", "katz"])
def test_raw_counts_put_a_burst_on_top(name: str) -> None:
    """Counts, path counts and PageRank lift all five bases into the first ten: why caps are needed."""
    hub, targets = after(12)
    assert max(places(values_of(name, hub), targets)) <= 10


def test_a_burst_by_twelve_accounts_gains_little() -> None:
    """None of the five comes into the first 100 by accounts, nor into the first 30 by capped reach."""
    hub, targets = after(12)
    assert min(places(values_of("accounts", hub), targets)) > 100
    assert min(places(values_of("reach", hub), targets)) > 30
    assert max(places(reach(credit_of(hub), cap="none"), targets)) <= 10


@pytest.mark.parametrize("accounts", [12, 1000])
def test_a_burst_leaves_the_h_indices(accounts: int) -> None:
    """h10 of the five is unchanged, an institution's h-index rises by at most its attacked bases."""
    _, hub, targets = before()
    burst, attacked_nodes = after(accounts)
    old, new = values_of("h10", hub)[hub.node[targets]], values_of("h10", burst)[attacked_nodes]
    assert old.tolist() == new.tolist()
    h_index, count = measures()["h_index"], len(hub.graph.institution_ids)
    former, latter = (
        h_index.by_group(credit_of(each), each.graph.institution, count, np.zeros(each.graph.n))
        for each in (hub, burst)
    )
    of = hub.graph.institution[hub.node[targets]]
    assert (latter - former <= np.bincount(of, minlength=count)).all()
    assert (latter >= former).all()


@pytest.mark.parametrize("accounts", [12, 100, 1000, 10_000])
def test_the_detector_flags_a_burst(accounts: int) -> None:
    """All five bases are flagged and no other; its derivations are found, and hardly any other."""
    hub, targets = after(accounts)
    found = bursts(hub.graph, hub.figures)
    assert {item.base for item in found.bases if item.flagged} == set(targets.tolist())
    made = np.isin(hub.graph.child, hub.node[-BURST:])
    assert made[found.edges].mean() > 0.999
    assert found.edges[made].mean() > 0.99


def test_without_the_burst_the_order_is_the_old_one() -> None:
    """Scores without the flagged derivations put the five where they were, whatever the accounts."""
    _, hub, targets = before()
    burst, nodes = after(1000)
    cleaned = without(burst.graph, bursts(burst.graph, burst.figures).edges)
    assert cleaned.n == burst.graph.n
    old = places(values_of("reach", hub), hub.node[targets])
    new = places(reach(credit_graph(cleaned)), nodes)
    assert max(places(values_of("reach", burst), nodes)) < 30
    assert new == pytest.approx(old, rel=0.02)


def test_the_detector_leaves_honest_bases_alone() -> None:
    """Without a burst none of the 239 bases with many children is flagged, and no derivation."""
    _, hub, _ = before()
    found = bursts(hub.graph, hub.figures)
    assert len(found.bases) == 239
    assert [item.base for item in found.bases if item.flagged] == []
    assert not found.edges.any()


def test_without_dates_and_downloads_nothing_is_accused() -> None:
    """With only names and accounts too few signs can be tested: flagged is None, and says so."""
    hub, targets = after(100)
    found = bursts(hub.graph, Figures())
    assert {item.flagged for item in found.bases} == {None}
    assert found.medians["peak"] is None
    assert found.medians["unused"] is None
    assert not found.edges.any()
    base = next(item for item in found.bases if item.base == targets[0])
    assert base.figures["peak"] is None
    assert set(base.reasons) == {"same_name", "per_account"}


def test_downloads_or_dates_alone_suffice_where_the_rest_shows() -> None:
    """Three signs of three that can be tested flag a base."""
    hub, targets = after(100)
    found = bursts(hub.graph, Figures(hub.figures.downloads_30d))
    assert {item.base for item in found.bases if item.flagged} == set(targets.tolist())


def test_figures_known_for_few_children_are_not_tested() -> None:
    """If less than half of a base's children have downloads, their share without is unknown."""
    hub, targets = after(12)
    downloads = hub.figures.downloads_30d
    assert downloads is not None
    few = np.where(np.isin(np.arange(hub.graph.n), hub.node[-BURST:]), -1, downloads)
    found = bursts(hub.graph, replace(hub.figures, downloads_30d=few))
    base = next(item for item in found.bases if item.base == targets[0])
    assert base.figures["unused"] is None
    assert "unused" not in base.reasons


@pytest.mark.parametrize(
    ("sign", "median", "limit"),
    [
        (Sign("", 10, 1), 2.0, 20.0),
        (Sign("", 10, 1), 0.0, 10.0),
        (Sign("", 5, 0.05, share=True), 0.5, 5 / 6),
        (Sign("", 5, 0.05, share=True), 0.0, 5 * 0.05 / 0.95 / (1 + 5 * 0.05 / 0.95)),
        (Sign("", 5, 0.05, share=True), 1.0, 1.0),
        (Sign("", 5, 1), None, None),
    ],
)
def test_limits(sign: Sign, median: float | None, limit: float | None) -> None:
    """A limit is a multiple of the median, of its odds for a share; never below that of the floor."""
    assert sign.limit(median) == pytest.approx(limit)


WORDS = "ghijklmnopqrstuvwxyz"
START = datetime(2026, 1, 1, tzinfo=UTC)


def children(base: str, count: int, **how: Callable[[int], object]) -> list[Record]:
    """Return children of a base by accounts of their own, ten days apart, used; `how` changes that."""
    rows: list[Record] = [Model(f"lab/{base}")]
    for i in range(count):
        name = how.get("name", lambda k: WORDS[k % 20] + WORDS[k // 20 % 20])(i)
        model = f"{how.get('account', lambda k: f'{base}-u{k}')(i)}/{base}-{name}-{i}"
        day = how.get("day", lambda k: 10 * k)(i)
        assert isinstance(day, int)
        used = how.get("used", lambda _: 10)(i)
        rows += [
            Model(model, created_at=START + timedelta(days=day)),
            Derivation(model, f"lab/{base}", "adapter", "tags"),
            Observation(model, "model", "downloads_30d", float(str(used)), date(2026, 1, 1)),
        ]
    return rows


@pytest.fixture(scope="module")
def quiet() -> list[Record]:
    """Return eleven bases with 20 quiet children each, which make the medians."""
    return [row for number in range(11) for row in children(f"quiet{chr(97 + number)}", COMPARED)]


def test_each_sign_alone_does_not_flag(quiet: list[Record], make_snapshot: MakeSnapshot) -> None:
    """A base with one sign has it as its reason and is not flagged; with three it is."""
    many = LEAST
    signs = {
        "peak": children("rush", many, day=lambda k: 10 * k * (k >= 20)),
        "same-name": children("alike", many, name=lambda _: "lora"),
        "unused": children("idle", many, used=lambda k: 10 * (k < 5)),
        "new-accounts": children("young", many, day=lambda k: k % 30),
        "per-account": children("few", many, account=lambda k: f"few-u{max(k // 20, 1)}"),
    }
    burst = children(
        "flood",
        many,
        day=lambda k: k % 2,
        name=lambda _: "lora",
        used=lambda _: 0,
        account=lambda k: f"f{k % 9}",
    )
    snapshot = make_snapshot([*quiet, *burst, *(row for rows in signs.values() for row in rows)])
    rows = {row["id"].removeprefix("lab/"): row for row in burst_rows(snapshot, build(snapshot))}
    assert set(rows) == {"rush", "alike", "idle", "young", "few", "flood"}
    assert all(tuple(row) == KEYS for row in rows.values())
    for name, sign in zip(("rush", "alike", "idle", "young", "few"), signs, strict=True):
        (reason,) = rows[name]["reasons"]
        assert reason.startswith(SIGNS[sign.replace("-", "_")].title)
        assert rows[name]["flagged"] is False
        assert rows[name]["in_burst"] == 0
    assert rows["rush"]["peak"] == 20
    assert rows["alike"]["same_name"] == 1
    assert rows["idle"]["unused"] == pytest.approx(0.95)
    assert rows["young"]["new_accounts"] == 1
    assert rows["few"]["per_account"] == pytest.approx(28)
    assert rows["flood"]["flagged"] is True
    assert rows["flood"]["in_burst"] == many
    assert next(iter(rows)) == "flood"
    whole = {row["id"]: row["children"] for row in influence(Scores(snapshot, build(snapshot)))}
    fewer = influence(Scores(snapshot, build(snapshot), Scope(without_bursts=True)))
    assert whole["lab/flood"] == many
    assert {row["id"] for row in fewer} == set(whole) - {"lab/flood"}
