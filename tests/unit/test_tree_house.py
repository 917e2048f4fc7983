"""Trees of a house or family: a root that is no model, above the models that all others are made from."""

import gc
import weakref
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import MakeSnapshot
from tests.unit.test_tree import Case, Oracle, build_graph, cases, children, groupings, is_model, worth
from tests.unit.view_sample import downloads, family, made

from begat.errors import InputError, UnknownName
from begat.graph.arrays import found_in
from begat.records import Account, Derivation, Institution, Model, Record
from begat.registry import Registry
from begat.registry.opened import DAYS
from begat.snapshot import Home
from begat.views.form.text import outline
from begat.views.tree import Layout
from begat.views.tree.house import House, bases, rooted
from begat.views.words import titles


def house_of(case: Case, names: list[str | None], account: int = 0) -> tuple[Layout, House] | None:
    """Return the laid out tree of one account of a case; None where it has no model."""
    graph, facts = build_graph(case._replace(institutions=[-1] * len(case.cards)))
    members = np.flatnonzero(graph.account == account)
    if not len(members):
        return None
    found = bases(graph, members)
    house = House(
        "account:a0", "house", -1, account, members, found, [names[node] for node in found.tolist()]
    )
    view = rooted(graph, facts, house)
    return Layout.of(view.graph, view.facts, view.root), house


names = st.lists(st.sampled_from([None, "alpha", "beta"]), min_size=13, max_size=13)


@given(cases(), names, st.integers(1, 15), groupings)
def test_a_house_has_what_its_models_led_to(
    case: Case, names: list[str | None], budget: int, by: str
) -> None:
    """Its tree holds its models and all their descendants once, and counts those of others but for copies."""
    found = house_of(case, names)
    if found is None:
        return
    layout, _ = found
    oracle = Oracle(case._replace(institutions=[-1] * len(case.cards)), 0)
    members = {node for node, account in enumerate(case.accounts) if account == 0}
    inside = {f"m{node:03}" for node in members}
    for node in members:
        inside |= {f"m{below:03}" for below in Oracle(case, node).inside}
    others = {node for node in inside if int(node[1:]) not in members}
    tree = layout.tree(100)
    listed = [row.id for row in tree.rows if is_model(row)]
    assert sorted(listed) == sorted(inside)
    assert tree.head.derivatives == sum(not oracle.is_copy(int(node[1:])) for node in others)
    assert (tree.head.models, tree.head.releases) == (len(inside), len(members))
    assert tree.head.shown + tree.head.folded == tree.head.models
    assert {row.id for row in tree.rows if row.kind == "release"} == {f"m{node:03}" for node in members}
    small = Layout.of(layout.graph, layout.facts, layout.root, group_by=by).tree(budget)
    for place, kids in children(small.rows).items():
        below = [small.rows[kid] for kid in kids if small.rows[kid].kind not in ("house", "family")]
        gathered = [small.rows[kid].here for kid in kids if small.rows[kid].kind == "family"]
        assert not kids or small.rows[place].here == sum(map(worth, below)) + sum(gathered)


@given(cases(), names)
def test_families_gather_bases(case: Case, names: list[str | None]) -> None:
    """A family stated for several bases is a row above them; no base has it or the house as a parent."""
    found = house_of(case, names)
    if found is None:
        return
    layout, house = found
    rows = layout.tree(100).rows
    sizes = Counter(name for name in house.families if name)
    expected = {f"family:{name}": size for name, size in sizes.items() if size > 1}
    assert {row.id: row.members for row in rows if row.kind == "family"} == expected
    assert rows[0].kind == "house"
    for row in filter(is_model, rows):
        assert row.parents == tuple(f"m{parent:03}" for parent, _ in case.cards[int(row.id[1:])])


@given(cases())
def test_bases_lead_to_all_members(case: Case) -> None:
    """Every model of a house is a base or was made from one, and no base from another but in a cycle."""
    graph, _ = build_graph(case)
    members = np.flatnonzero(graph.account == 0)
    first = bases(graph, members)
    reached = set(first.tolist())
    for node in first.tolist():
        reached |= Oracle(case, node).inside
    assert set(members.tolist()) <= reached
    assert found_in(first, members).all()


def housed() -> list[Record]:
    """Return the plain family, with a second line of the house, families and dates."""
    return [
        *family(),
        Model("house/other-1B", family="Other", created_at=datetime(2025, 1, 1, tzinfo=UTC)),
        Model("house/other-3B", family="Other", created_at=datetime(2025, 3, 1, tzinfo=UTC)),
        Model("part/of-house"),
        Account("huggingface", "part", "the-part", basis="curated"),
        Institution("The Part", id="the-part", parent="the-house"),
        Model("someone/tuned-1B", created_at=datetime(2025, 2, 1, tzinfo=UTC)),
        Derivation("someone/tuned-1B", "house/other-1B", "finetune", "tags"),
        *made("part/tuned", "house/other-3B"),
        downloads("house/other-1B", 5),
    ]


@pytest.fixture
def registry(make_snapshot: MakeSnapshot, tmp_path: Any) -> Registry:
    """Return a registry of it."""
    return Registry(Home(tmp_path / "home"), make_snapshot(housed()))


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("house", "account:huggingface:house"),
        ("HOUSE", "account:huggingface:house"),
        ("hub:house", "account:huggingface:house"),
        ("the-house", "institution:the-house"),
        ("The House", "institution:the-house"),
        ("institution:the-house", "institution:the-house"),
        ("family:other", "family:Other"),
        ("other", "family:Other"),
        ("house/base-7B", "house/base-7B"),
    ],
)
def test_subjects(registry: Registry, text: str, root: str) -> None:
    """A tree is of a model, an account, an institution or a family, as people write it."""
    head = registry.tree(text).head
    assert head.root == root
    assert registry.tree(head.root).head == head


def test_house_is_no_model(registry: Registry) -> None:
    """The house counts its releases, those of its parts too, and is neither shown nor counted itself."""
    tree = registry.tree("the-house")
    models = [row.id for row in tree.rows if is_model(row)]
    assert (tree.head.shown, tree.head.folded) == (len(models), 0)
    assert {"part/of-house", "part/tuned"} <= {row.id for row in tree.rows if row.kind == "release"}
    root = tree.rows[0]
    assert (root.kind, root.downloads, root.licence, root.parents) == ("house", None, None, ())
    assert root.releases == tree.head.releases == sum(row.kind == "release" for row in tree.rows)
    title = titles(*tree)[0]
    assert (title.name, title.remarks) == ("The House", (f"{root.releases} releases",))
    assert "The House" in outline(tree).plain


def test_children_of_a_house(registry: Registry) -> None:
    """Opening a family of a house gives its bases, as the tree shows them."""
    other = registry.children("the-house", "family:Other")
    assert [row.id for row in other] == ["house/other-1B", "house/other-3B"]
    assert [row.here for row in other] == [1, 0]
    assert registry.children("the-house")[0].members == registry.tree("the-house").rows[1].members


def test_as_of_a_day(registry: Registry) -> None:
    """On a day only what was known then is there: models by their date, derivations by their child's."""
    early, later = (registry.tree("house/other-1B", on=date(2025, month, 15)) for month in (1, 2))
    assert (early.head.derivatives, later.head.derivatives) == (0, 1)
    assert later.head.on == date(2025, 2, 15)
    assert "as of 2025-02-15" in outline(later).plain
    assert registry.tree("family:Other", on=date(2025, 2, 15)).head.releases == 1
    with pytest.raises(InputError, match="published after"):
        registry.tree("house/other-3B", on=date(2025, 2, 15))
    with pytest.raises(InputError, match="no model of it"):
        registry.tree("family:Other", on=date(2024, 2, 15))


def test_near_names(registry: Registry) -> None:
    """A mistyped account, institution or model is answered with what is near."""
    for text, near in [("hoouse", "house"), ("the-hous", "the-house"), ("house/base-7C", "house/base-7B")]:
        with pytest.raises(UnknownName) as caught:
            registry.tree(text)
        assert near in caught.value.suggestions
    with pytest.raises(UnknownName, match="account"):
        registry.tree("hub:nobody")


def test_layouts_are_kept(registry: Registry) -> None:
    """Asked for twice, a family is laid out once; another day or grouping is another layout."""
    first = registry.layout("house/base-7B")
    assert registry.layout("HOUSE/base-7b") is first
    assert registry.layout("house/base-7B", group_by="account") is not first
    assert registry.layout("house/base-7B", on=date(2026, 1, 1)) is not first


def test_graphs_of_days_are_not_piled_up(registry: Registry) -> None:
    """However many days are asked for, the graphs of the last few alone stay in memory."""
    graphs = [
        weakref.ref(registry.layout("house/base-7B", on=date(2025, 12, 31) - timedelta(days=day)).graph)
        for day in range(12)
    ]
    gc.collect()
    assert sum(graph() is not None for graph in graphs) <= DAYS


def test_views_share_what_is_unknown(registry: Registry) -> None:
    """Families without any figure hold no column of their own as long as the whole snapshot."""
    ids = ("house/other-1B", "house/other-3B")
    first, second = (registry.layout(name, on=date(2025, 12, 31)).facts for name in ids)
    assert first.downloads_source is None
    assert first.downloads_30d is second.downloads_30d


def test_days_that_nothing_is_known_of(registry: Registry) -> None:
    """A day after the snapshot, or before all days that count, is refused, not answered otherwise."""
    with pytest.raises(InputError, match="knows nothing of"):
        registry.tree("house/base-7B", on=date(9999, 12, 31))
    with pytest.raises(InputError, match="nothing is known"):
        registry.ranking("begat-53", date(1, 1, 1))
