"""The layout of a family: what is below any row, whether a tree shows it or not."""

from collections.abc import Iterator
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.test_tree import (
    Case,
    Oracle,
    build_graph,
    cases,
    chain,
    children,
    groupings,
    is_model,
    node_of,
    roots,
    worth,
)

from begat.errors import InputError, UnknownName
from begat.views.tree import Layout, Row

limits = st.integers(1, 4)


def laid_out(case: Case, root: int, group_by: str = "relation") -> Layout:
    """Return the layout of a case."""
    return Layout.of(*build_graph(case), root, group_by=group_by)


def opened(layout: Layout, row: Row, limit: int) -> list[Row]:
    """Return the rows below a row."""
    if is_model(row):
        return layout.below(row.id, limit=limit)
    return layout.below(row.id, row.key, offset=row.offset, limit=limit)


def everything(layout: Layout, row: Row, limit: int) -> Iterator[tuple[Row, list[Row]]]:
    """Open a row and all below it; yield each with its child rows."""
    below = opened(layout, row, limit)
    yield row, below
    for child in below:
        yield from everything(layout, child, limit)


@given(st.data(), cases(), limits, groupings)
def test_opening_all_gives_every_model_once(data: Any, case: Case, limit: int, group_by: str) -> None:
    """Opened row by row, every model of the family comes once, and the rows below each add up to it."""
    root = data.draw(roots(case))
    layout = laid_out(case, root, group_by)
    seen = [root]
    for row, below in everything(layout, layout.tree(1).rows[0], limit):
        seen += [node_of(child) for child in below if is_model(child)]
        assert row.here == sum(map(worth, below))
        assert row.members == sum(1 if is_model(child) else child.members for child in below)
        assert row.releases == sum(child.releases + (child.kind == "release") for child in below)
        assert sum(map(is_model, below)) <= (limit + 1) * 3 * 14
        assert {child.depth for child in below} <= {1}
    assert sorted(seen) == sorted(Oracle(case, root).inside)


@given(st.data(), cases(), st.integers(1, 15), groupings)
def test_rows_of_a_tree_are_those_below(data: Any, case: Case, budget: int, group_by: str) -> None:
    """What a tree shows of a model is what opening its row gives, but for the depth of the row."""
    layout = laid_out(case, data.draw(roots(case)), group_by)
    rows = layout.tree(budget).rows
    for place, kids in children(rows).items():
        found = {(row.id, row.kind): row for row in opened(layout, rows[place], 100)}
        for kid in kids:
            same = found.get((rows[kid].id, rows[kid].kind)) if is_model(rows[kid]) else None
            assert same is None or same._replace(depth=0) == rows[kid]._replace(depth=0)
            assert rows[place].kind != "group" or not is_model(rows[kid]) or same is not None


@given(st.data(), cases())
def test_a_page_follows_the_one_before(data: Any, case: Case) -> None:
    """The members of a group page by page are those of the group at once, in the same order."""
    layout = laid_out(case, data.draw(roots(case)))
    for row in layout.tree(1).rows[1:]:
        whole = layout.below(row.id, row.key, limit=100)
        paged, offset = list[Row](), row.offset
        while True:
            page = layout.below(row.id, row.key, offset=offset, limit=1)
            paged += [found for found in page if is_model(found)]
            if page[-1].kind != "folded":
                break
            offset = page[-1].offset
        assert paged == whole


@given(st.data(), cases())
def test_head_says_what_is_shared(data: Any, case: Case) -> None:
    """Joined have several parents inside; exclusive are those that a removed root would cut off."""
    root = data.draw(roots(case))
    oracle, head = Oracle(case, root), laid_out(case, root).tree().head
    counted = oracle.counted(oracle.inside)
    inside = {node: [parent for parent, _ in case.cards[node] if parent in oracle.inside] for node in counted}
    assert head.joined == sum(len(parents) > 1 for parents in inside.values())
    outside = set(oracle.network) - oracle.inside
    without = oracle.network.subgraph(set(oracle.network) - {root})
    kept = {node for start in outside for node in {start, *nx.descendants(without, start)}}
    assert head.exclusive == len(counted - kept)


def test_one_layout_gives_all_budgets() -> None:
    """Asking a layout again, with another budget between, gives the same tree."""
    layout = laid_out(chain(20), 0)
    first = layout.tree(5)
    assert layout.tree(20).head.shown == 20
    assert layout.tree(5) == first
    assert [node_of(row) for row in first.rows] == [0, 1, 2, 3, 4]


@given(st.data(), cases(), st.integers(1, 15), st.integers(1, 15))
def test_a_fitting_budget_fits(data: Any, case: Case, budget: int, lines: int) -> None:
    """The budget is the greatest one whose rows are no more than the lines, or 1."""
    layout = laid_out(case, data.draw(roots(case)))
    fitting = layout.fitting(budget, lines)
    rows = {some: len(layout.tree(some).rows) for some in range(1, budget + 1)}
    assert fitting == 1 or rows[fitting] <= lines
    assert all(rows[some] > lines for some in range(fitting + 1, budget + 1))


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"model": "m999"}, UnknownName),
        ({"model": "m000", "group": "merge"}, UnknownName),
        ({"model": "m000", "offset": 1}, InputError),
        ({"model": "m000", "limit": 0}, InputError),
    ],
)
def test_wrong_questions(asked: dict[str, Any], error: type[Exception]) -> None:
    """A model or group that is not there and a page that can't be are errors."""
    with pytest.raises(error):
        laid_out(chain(3), 0).below(**asked)
