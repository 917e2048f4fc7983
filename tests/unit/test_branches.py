"""Branches against a plain reading of their definition, and their identities."""

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.test_tree import Case, Oracle, build_graph, cases, roots

from begat.graph import RELATIONS
from begat.views.tree import budgeted_tree
from begat.views.tree.branches import RELEASES, branches
from begat.views.tree.family import family

MOST = st.integers(1, 15)


@given(st.data(), cases(), MOST)
def test_branches_add_up(data: Any, case: Case, most: int) -> None:
    """Derivatives of the branches, of the generations and of the licences are those of the tree."""
    root = data.draw(roots(case))
    graph, facts = build_graph(case)
    found = branches(graph, facts, root, most=most)
    head = budgeted_tree(graph, facts, root).head
    assert found.derivatives == head.derivatives == sum(branch.here for branch in found.all)
    assert found.derivatives == sum(found.generations) == sum(found.licences.values())
    assert len(found.generations) == head.generations
    assert found.accounts == head.accounts


@given(st.data(), cases(cycles=False), MOST)
def test_branches_are_their_definition(data: Any, case: Case, most: int) -> None:
    """A branch holds the children of one relation, walked one model at a time."""
    root = data.draw(roots(case))
    graph, facts = build_graph(case)
    oracle, members = Oracle(case, root), family(graph, root)
    counted = set(members.node[members.counted].tolist())
    released = set(members.node[members.release].tolist())

    def below(node: int) -> set[int]:
        return {node}.union(*map(below, oracle.kids[node]))

    expected: dict[str, list[int]] = {}
    for child in oracle.kids[root]:
        place = members.node.tolist().index(child)
        relation = RELEASES if child in released else RELATIONS[members.relation[place]]
        expected.setdefault(relation, []).append(child)
    found = branches(graph, facts, root, most=most).all
    assert {branch.relation for branch in found} == set(expected)
    assert [branch.relation for branch in found] == [
        name for name in (RELEASES, *RELATIONS) if name in expected
    ]
    for branch in found:
        children = expected[branch.relation]
        models = set().union(*map(below, children)) & counted
        assert branch.members == len(children)
        assert branch.here == len(models)
        assert branch.accounts == len({case.accounts[node] for node in models} - {-1})
        worth = Counter({child: len(below(child) & counted) for child in children})
        assert {child.here for child in branch.top} <= {worth[node] - (node in counted) for node in children}
        shown = [worth[child.node] for child in branch.top]
        assert shown == sorted(worth.values(), reverse=True)[: len(shown)]


@given(st.data(), cases(), MOST)
def test_as_many_are_named_as_asked(data: Any, case: Case, most: int) -> None:
    """The budget is kept but for one of each branch and those that would be left alone."""
    graph, facts = build_graph(case)
    found = branches(graph, facts, data.draw(roots(case)), most=most).all
    named = sum(len(branch.top) for branch in found)
    assert named <= max(most, len(found)) + len(found)
    assert all(branch.top and branch.members - len(branch.top) != 1 for branch in found)
