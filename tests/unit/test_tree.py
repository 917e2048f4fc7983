"""The budgeted tree against plain readings of its definitions, and its identities."""

import itertools
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from begat.errors import InputError, UnknownName
from begat.graph import RELATIONS, Graph, Ids, credit_graph
from begat.graph.build import build
from begat.influence.measure.descendants import descendants
from begat.records import Account, Derivation, Institution, Model, Observation, Record
from begat.snapshot import Snapshot
from begat.views.tree import GROUPINGS, Row, Tree, budgeted_tree, opening
from begat.views.tree.facts import UNKNOWN, Facts, facts

COPY, FINETUNE = "copy", "finetune"


class Case(NamedTuple):
    """A graph as lists: the parents of each model with their relation, in the order of the card."""

    cards: list[list[tuple[int, str]]]
    accounts: list[int]
    institutions: list[int]
    downloads: list[int]
    licences: list[int]


@st.composite
def cases(draw: st.DrawFn, cycles: bool = True) -> Case:
    """Draw a graph with merges, copies, several houses and, if wanted, cycles."""
    n = draw(st.integers(1, 13))
    cards = []
    for child in range(n):
        others = [node for node in range(n if cycles and draw(st.booleans()) else child) if node != child]
        parents = draw(st.lists(st.sampled_from(others), max_size=3, unique=True)) if others else []
        kinds = st.sampled_from([FINETUNE, FINETUNE, "adapter", "quantized", "merge", COPY, "undetermined"])
        cards.append([(parent, draw(kinds)) for parent in parents])
    column = st.lists(st.integers(-1, 3), min_size=n, max_size=n)
    return Case(cards, draw(column), draw(column), draw(column), draw(column))


def build_graph(case: Case) -> tuple[Graph, Facts]:
    """Return the arrays of a case, models ``m00, m01, ...``."""
    n = len(case.cards)
    edges = [(child, *stated) for child, card in enumerate(case.cards) for stated in card]
    children, parents, kinds = zip(*edges, strict=True) if edges else ((), (), ())
    graph = Graph(
        ids=Ids.of([f"m{node:03}" for node in range(n)]),
        child=np.array(children, dtype=np.int32),
        parent=np.array(parents, dtype=np.int32),
        relation=np.array([RELATIONS.index(kind) for kind in kinds], dtype=np.int8),
        share=np.ones(len(edges)),
        account=np.array(case.accounts, dtype=np.int32),
        institution=np.array(case.institutions, dtype=np.int32),
        twin=np.arange(n, dtype=np.int32),
        account_ids=Ids.of([f"a{i}" for i in range(4)]),
        institution_ids=Ids.of([f"i{i}" for i in range(4)]),
    )
    known = Facts(
        downloads_30d=np.array(case.downloads, dtype=np.int64),
        downloads_source="test",
        downloads_on=date(2026, 1, 1),
        licence=np.array(case.licences, dtype=np.int32),
        licences=["A", "B", "C", "D"],
        country=np.array(case.institutions, dtype=np.int32),
        countries=["AA", "BB", "CC", "DD"],
        listed=np.ones(n, dtype=bool),
        unresolved=np.zeros(n, dtype=np.int32),
        institutions=["I0", "I1", "I2", "I3"],
    )
    return graph, known


class Oracle:
    """The definitions, read one model at a time."""

    def __init__(self, case: Case, root: int) -> None:
        self.case, self.root = case, root
        self.network = nx.DiGraph()
        self.network.add_nodes_from(range(len(case.cards)))
        for child, card in enumerate(case.cards):
            self.network.add_edges_from((parent, child) for parent, _ in card)
        self.inside = {root, *nx.descendants(self.network, root)}
        self.homes = {node: self.home(node) for node in self.inside - {root}}
        self.kids: dict[int, list[int]] = {node: [] for node in self.inside}
        for node, (home, _) in self.homes.items():
            self.kids[home].append(node)

    def home(self, node: int) -> tuple[int, str]:
        """Return the parent that a model is listed under, and the relation."""
        view = self.network.subgraph(self.inside)
        cycle = next(part for part in nx.strongly_connected_components(view) if node in part)
        stated = [item for item in self.case.cards[node] if item[0] in self.inside]
        outside = [item for item in stated if item[0] not in cycle]
        copied = [item for item in outside if item[1] == COPY]
        if outside:
            home, relation = (copied or outside)[0]
        else:
            near = nx.single_source_shortest_path_length(view, self.root)
            closest = [item for item in stated if near[item[0]] == near[node] - 1]
            home, relation = closest[0] if len(closest) == 1 else (self.via(closest), "")
            relation = relation or dict(closest)[home]
        return home, COPY if self.is_copy(node) else relation

    def via(self, closest: Sequence[tuple[int, str]]) -> int:
        """Return the one of equally near parents that the walk from the root comes by first."""
        order, seen, frontier = [], {self.root}, [self.root]
        while frontier:
            order += frontier
            fresh: list[int] = []
            for parent in frontier:
                for child in sorted(self.network[parent]):
                    if child not in seen:
                        seen.add(child)
                        fresh.append(child)
            frontier = fresh
        return min((parent for parent, _ in closest), key=order.index)

    def is_copy(self, node: int) -> bool:
        """Whether a card names an original."""
        return any(relation == COPY for _, relation in self.case.cards[node])

    def is_release(self, node: int) -> bool:
        """Whether a model is of the root's own house."""
        house = self.case.institutions[self.root]
        column = self.case.institutions if house >= 0 else self.case.accounts
        return node == self.root or (column[node] == column[self.root] >= 0)

    def counts(self, node: int) -> bool:
        """Whether a model is a derivative."""
        return node != self.root and not self.is_copy(node) and not self.is_release(node)

    def branch(self, node: int) -> set[int]:
        """Return the models listed below a model."""
        return {below for kid in self.kids[node] for below in {kid, *self.branch(kid)}}

    def counted(self, nodes: set[int]) -> set[int]:
        """Return the derivatives among models."""
        return {node for node in nodes if self.counts(node)}

    def value(self, node: int) -> int:
        """Return w + here."""
        return len(self.counted({node, *self.branch(node)}))

    def depth(self, node: int) -> int:
        """Return the steps from the root."""
        return 0 if node == self.root else 1 + self.depth(self.homes[node][0])

    def by_value(self) -> list[int]:
        """Return the models by what they are chosen by."""
        own = self.case.downloads
        return sorted(self.inside, key=lambda v: (-self.value(v), self.depth(v), -own[v], v))


def node_of(row: Row) -> int:
    """Return the number of the model that a row is of, or hangs under."""
    return int(row.id[1:])


def is_model(row: Row) -> bool:
    """Whether a row is of one model."""
    return row.kind in ("model", "release")


def worth(row: Row) -> int:
    """Return what a row adds to the row above it."""
    derivative = row.kind == "model" and row.relation != COPY
    return row.here + derivative


def children(rows: Sequence[Row]) -> dict[int, list[int]]:
    """Return the positions of the child rows of each row."""
    found: dict[int, list[int]] = {place: [] for place in range(len(rows))}
    for place, row in enumerate(rows[1:], 1):
        above = max(at for at in range(place) if rows[at].depth < row.depth)
        assert rows[above].depth == row.depth - 1
        found[above].append(place)
    return found


def drawn(case: Case, root: int, budget: int, group_by: str) -> Tree:
    """Return the tree of a case."""
    return budgeted_tree(*build_graph(case), root, budget=budget, group_by=group_by)


def roots(case: Case) -> st.SearchStrategy[int]:
    """Draw a root."""
    return st.integers(0, len(case.cards) - 1)


budgets = st.integers(1, 15)
groupings = st.sampled_from(GROUPINGS)


@given(st.data(), cases(), budgets, groupings)
def test_rows_add_up(data: Any, case: Case, budget: int, group_by: str) -> None:
    """Under every row that is open the child rows add up to it, and to the whole at the root."""
    tree = drawn(case, data.draw(roots(case)), budget, group_by)
    for place, kids in children(tree.rows).items():
        row = tree.rows[place]
        assert sum(row.by_relation.values()) == row.here
        assert row.kind != "folded" or not kids
        if kids:
            below = [tree.rows[kid] for kid in kids]
            assert row.here == sum(map(worth, below))
            assert row.members == sum(1 if is_model(kid) else kid.members for kid in below)
            mix = Counter[str]()
            for kid in below:
                mix.update(kid.by_relation)
                mix.update([kid.relation] if worth(kid) > kid.here and kid.relation else [])
            assert +mix == Counter(row.by_relation)
    assert tree.rows[0].here == tree.head.derivatives
    assert tree.head.models == tree.head.derivatives + tree.head.releases + tree.head.copies
    assert tree.head.shown + tree.head.folded == tree.head.models + 1
    assert sum(tree.head.by_relation.values()) == tree.head.derivatives


@given(st.data(), cases(), budgets, groupings)
def test_model_rows_are_their_definitions(data: Any, case: Case, budget: int, group_by: str) -> None:
    """Every figure of a model's row follows from the definitions, whatever merges and cycles there are."""
    root = data.draw(roots(case))
    oracle = Oracle(case, root)
    for row in filter(is_model, drawn(case, root, budget, group_by).rows):
        node = node_of(row)
        here = oracle.counted(oracle.branch(node))
        reached = oracle.counted(nx.descendants(oracle.network, node))
        known = [case.downloads[below] for below in here if case.downloads[below] >= 0]
        assert (row.kind == "release") == oracle.is_release(node)
        assert row.relation == (None if node == root else oracle.homes[node][1])
        assert row.here == len(here)
        assert (row.descendants, row.elsewhere) == (len(reached), len(reached) - len(here))
        assert row.members == len(oracle.kids[node])
        assert row.accounts == len({case.accounts[below] for below in here} - {-1})
        assert row.downloads == (None if case.downloads[node] < 0 else case.downloads[node])
        assert row.downloads_below == (sum(known) if known or not here else None)
        assert row.downloads_unknown == len(here) - len(known)
        assert row.by_relation == Counter(oracle.homes[below][1] for below in here)
        assert row.parents == tuple(f"m{parent:03}" for parent, _ in case.cards[node])


@given(st.data(), cases(), budgets)
def test_groups_and_folds_stand_for_the_rest(data: Any, case: Case, budget: int) -> None:
    """A group stands for the children of one relation, a fold for those of it that are not shown."""
    root = data.draw(roots(case))
    oracle, tree = Oracle(case, root), drawn(case, root, budget, "relation")
    shown = {node_of(row) for row in tree.rows if is_model(row)}
    for row in tree.rows:
        if is_model(row):
            continue
        kids = oracle.kids[node_of(row)]
        if row.group == "release":
            kids = [kid for kid in kids if oracle.is_release(kid)]
        else:
            kids = [kid for kid in kids if not oracle.is_release(kid)]
            kids = [kid for kid in kids if row.relation in (None, oracle.homes[kid][1])]
        if row.kind == "folded":
            kids = [kid for kid in kids if kid not in shown]
        stood_for = oracle.counted({below for kid in kids for below in {kid, *oracle.branch(kid)}})
        assert row.members == len(kids)
        assert row.here == len(stood_for)
        assert row.accounts == len({case.accounts[below] for below in stood_for} - {-1})


@given(st.data(), cases(), budgets, groupings)
def test_shown_are_the_greatest(data: Any, case: Case, budget: int, group_by: str) -> None:
    """The shown are the first by value that fit, a last sibling that would be folded alone included."""
    root = data.draw(roots(case))
    oracle, tree = Oracle(case, root), drawn(case, root, budget, group_by)
    shown = {node_of(row) for row in tree.rows if is_model(row)}
    assert len(shown) == tree.head.shown <= budget
    assert all(node == root or oracle.homes[node][0] in shown for node in shown)
    if group_by == "relation":
        ordered = oracle.by_value()
        fitting = [closed(oracle, ordered[:count]) for count in range(1, len(ordered) + 1)]
        assert shown == [found for found in fitting if len(found) <= budget][-1]


def closed(oracle: Oracle, chosen: Sequence[int]) -> set[int]:
    """Add to the chosen each sibling that is the only one of its group left."""
    found = set(chosen)
    for home in chosen:
        kids = [kid for kid in oracle.kids[home] if not oracle.is_release(kid)]
        groups = [[kid for kid in oracle.kids[home] if oracle.is_release(kid)]]
        if len(kids) <= 3:
            groups.append(kids)
        else:
            groups += [[kid for kid in kids if oracle.homes[kid][1] == name] for name in RELATIONS]
        for group in groups:
            left = set(group) - set(chosen)
            found |= left if len(left) == 1 < len(group) else set()
    return found


@given(st.data(), cases(), groupings)
def test_every_model_once(data: Any, case: Case, group_by: str) -> None:
    """With a budget for all, every model of the family has exactly one row and nothing is folded."""
    root = data.draw(roots(case))
    tree = drawn(case, root, 100, group_by)
    listed = [node_of(row) for row in tree.rows if is_model(row)]
    assert sorted(listed) == sorted(Oracle(case, root).inside)
    assert not [row for row in tree.rows if row.kind == "folded"]


@given(st.data(), cases(), budgets)
def test_opening_is_one_path(data: Any, case: Case, budget: int) -> None:
    """What is open at first is a path from the root that fits the lines."""
    rows = drawn(case, data.draw(roots(case)), budget, "relation").rows
    opened, kids = opening(rows, lines=8), children(rows)
    path = sorted(opened)
    assert path[0] == 0
    assert all(inner in kids[outer] for outer, inner in itertools.pairwise(path))
    assert len(path) == 1 or 1 + sum(len(kids[place]) for place in path) <= 8


@given(st.data(), cases(cycles=False))
def test_descendants_are_those_of_influence(data: Any, case: Case) -> None:
    """Without releases and copies a row's descendants are the measure of that name."""
    cards = [[(parent, "merge") for parent, _ in card] for card in case.cards]
    alone = [-1] * len(cards)
    graph, known = build_graph(case._replace(cards=cards, accounts=alone, institutions=alone))
    measure = descendants(credit_graph(graph))
    for row in budgeted_tree(graph, known, data.draw(roots(case)), budget=100).rows:
        assert not is_model(row) or row.descendants == measure[node_of(row)]


def chain(length: int) -> Case:
    """Return a line of models, each made from the one before."""
    cards: list[list[tuple[int, str]]] = [[]]
    cards += [[(node, FINETUNE)] for node in range(length)]
    same = [-1] * len(cards)
    return Case(cards, list(range(len(cards))), same, same, same)


@pytest.mark.parametrize(("length", "shown"), [(100, 30), (2_000, 2_001)])
def test_deep_chain(length: int, shown: int) -> None:
    """A line of any depth needs no recursion, and each of its models counts those below it."""
    case = chain(length)
    graph, known = build_graph(case._replace(accounts=[-1] * (length + 1)))
    tree = budgeted_tree(graph, known, 0, budget=shown)
    assert [row.here for row in tree.rows] == [length - place for place in range(shown)]
    assert tree.rows[-1].depth == shown - 1
    assert tree.head.generations == length


def test_copies_are_listed_but_not_counted() -> None:
    """A copy has a row under its original and is no derivative; what was made from it is one."""
    cards: list[list[tuple[int, str]]] = [[], [(0, FINETUNE), (0, COPY)][:1], [(1, FINETUNE), (0, COPY)]]
    cards.append([(2, "adapter")])
    case = Case(cards, [0, 1, 2, 3], [-1] * 4, [-1] * 4, [-1] * 4)
    tree = drawn(case, 0, 10, "relation")
    assert tree.head.derivatives == 2
    assert tree.head.copies == 1
    copy = next(row for row in tree.rows if row.relation == COPY)
    assert (copy.id, copy.depth, copy.here, copy.members) == ("m002", 1, 1, 1)
    assert copy.parents == ("m001", "m000")


def test_merge_is_listed_once() -> None:
    """A merge is listed under the first parent of its card and is said to be elsewhere at the others."""
    cards: list[list[tuple[int, str]]] = [
        [],
        [(0, FINETUNE)],
        [(0, FINETUNE)],
        [(2, "merge"), (1, "merge")],
        [(3, "quantized")],
    ]
    case = Case(cards, [0, 1, 2, 3, 1], [-1] * 5, [-1] * 5, [-1] * 5)
    rows = {row.id: row for row in drawn(case, 0, 10, "relation").rows}
    assert (rows["m002"].here, rows["m002"].elsewhere, rows["m002"].accounts) == (2, 0, 2)
    assert (rows["m001"].here, rows["m001"].elsewhere) == (0, 2)
    assert rows["m003"].parents == ("m002", "m001")
    assert rows["m000"].here == 4


def test_many_groups_are_folded_together() -> None:
    """Of many accounts the largest have rows; those of a single model are one folded row."""
    cards: list[list[tuple[int, str]]] = [[], *[[(0, FINETUNE)] for _ in range(60)]]
    accounts = [-1, *[place // 20 for place in range(40)], *[2] * 19, 3]
    case = Case(cards, accounts, [-1] * 61, [-1] * 61, [-1] * 61)
    tree = drawn(case, 0, 1, "account")
    assert [(row.kind, row.group, row.members) for row in tree.rows[1:]] == [
        ("group", "a0", 20),
        ("group", "a1", 20),
        ("group", "a2", 19),
        ("group", "a3", 1),
    ]
    spread = budgeted_tree(*many_accounts(), 0, budget=1, group_by="account")
    assert [(row.kind, row.members) for row in spread.rows[1:]] == [("group", 2)] * 12 + [("folded", 28)]


def many_accounts() -> tuple[Graph, Facts]:
    """Return a model with two derivatives from each of 20 accounts and one from each of 12 others."""
    accounts = [-1, *[place // 2 for place in range(40)], *range(20, 32)]
    n = len(accounts)
    cards: list[list[tuple[int, str]]] = [[], *[[(0, FINETUNE)] for _ in range(n - 1)]]
    graph, known = build_graph(Case(cards, accounts, [-1] * n, [-1] * n, [-1] * n))
    names = Ids.of([f"a{place:02}" for place in range(32)])
    return Graph(**{**vars(graph), "account_ids": names}), known


@pytest.mark.parametrize(
    ("options", "error"), [({"budget": 0}, InputError), ({"group_by": "x"}, UnknownName)]
)
def test_wrong_options(options: dict[str, Any], error: type[Exception]) -> None:
    """A budget of nothing and an unknown grouping are errors that say what is possible."""
    with pytest.raises(error):
        budgeted_tree(*build_graph(chain(2)), 0, **options)


def downloads(model: str, value: float, on: date | None, source: str) -> Observation:
    """Return downloads in 30 days."""
    return Observation(model, "model", "downloads_30d", value, observed_on=on, method=source)


@pytest.fixture
def snapshot(make_snapshot: Any) -> Snapshot:
    """Return a snapshot with dated and undated downloads, an unresolved parent and a named-only model."""
    early, late = date(2025, 1, 1), date(2025, 12, 1)
    records: list[Record] = [
        Model("a/base", licence_raw="mit"),
        Model("b/tuned", licence_raw="apache-2.0"),
        Model("c/quant", licence_raw="mit"),
        Derivation("b/tuned", "a/base", FINETUNE, "tags"),
        Derivation("b/tuned", "lost model", "merge", "card"),
        Derivation("c/quant", "b/tuned", "quantized", "tags"),
        Derivation("c/quant", "z/gone", "quantized", "tags"),
        Account("huggingface", "a", "alpha", basis="curated"),
        Institution("Alpha", id="alpha", country="FR"),
        downloads("a/base", 70, late, "x"),
        downloads("b/tuned", 0, late, "x"),
        downloads("a/base", 5, early, "x"),
        downloads("b/tuned", 9, None, "x"),
        downloads("c/quant", 9, None, "x"),
        downloads("not/known", 9, early, "x"),
        downloads("not/known2", 9, early, "x"),
    ]
    return make_snapshot(records)


def test_facts_are_of_one_date(snapshot: Snapshot) -> None:
    """Downloads come from the dated group with the most models, and unknown is not 0."""
    graph = build(snapshot)
    known = facts(snapshot, graph)
    place = {name: number for number, name in enumerate(graph.ids)}
    assert (known.downloads_source, known.downloads_on) == ("test", date(2025, 12, 1))
    assert known.downloads_30d[place["a/base"]] == 70
    assert known.downloads_30d[place["b/tuned"]] == 0
    assert known.downloads_30d[place["c/quant"]] == UNKNOWN
    assert known.licences[known.licence[place["b/tuned"]]] == "Apache-2.0"
    assert known.countries[known.country[place["a/base"]]] == "FR"
    assert known.country[place["b/tuned"]] == UNKNOWN
    assert known.institutions == ["Alpha"]
    assert not known.listed[place["z/gone"]]
    assert known.unresolved[place["b/tuned"]] == 1


def test_head_of_a_snapshot(snapshot: Snapshot) -> None:
    """The totals say what the tree leaves out: unknown parents, changed licences, missing figures."""
    graph = build(snapshot)
    tree = budgeted_tree(graph, facts(snapshot, graph), graph.ids.find("a/base") or 0)
    assert (tree.head.models, tree.head.unresolved, tree.head.licence_changed) == (2, 1, 2)
    assert (tree.head.accounts, tree.head.institutions, tree.head.merged) == (2, 0, 1)
    assert [(row.id, row.downloads, row.downloads_below, row.downloads_unknown) for row in tree.rows] == [
        ("a/base", 70, 0, 1),
        ("b/tuned", 0, None, 1),
        ("c/quant", None, 0, 0),
    ]
    assert [row.licence_changed for row in tree.rows] == [False, True, True]
