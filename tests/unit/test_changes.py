"""What differs between two snapshots' statements, and how it is written down."""

from collections.abc import Callable
from datetime import date

import polars as pl
import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from begat.store.changes import Changes, changes
from begat.store.delta import delta
from begat.store.terms import Lines

S, P = ox.NamedNode("https://example.org/s"), ox.NamedNode("https://example.org/p")
GRAPHS: list[ox.NamedNode | ox.DefaultGraph] = [
    ox.DefaultGraph(),
    ox.NamedNode("https://w3id.org/begat/g/test/tags/current"),
    ox.NamedNode("https://w3id.org/begat/g/meta"),
]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
OBJECTS = st.one_of(
    TEXT.map(ox.Literal),
    TEXT.map(lambda text: ox.Literal(text, language="en")),
    TEXT.map(lambda text: ox.Literal(text, datatype=P)),
    st.sampled_from([S, *GRAPHS[1:]]),
    st.sampled_from(["> .", '" <https://w3id.org/begat/g/meta> .', "\\", '"']).map(ox.Literal),
)
QUADS = st.lists(st.builds(lambda o, g: ox.Quad(S, P, o, g), OBJECTS, st.sampled_from(GRAPHS)), max_size=12)


def written(quads: list[ox.Quad]) -> list[str]:
    """Return quads as lines, each as often as it is given."""
    return [(ox.serialize([quad], format=ox.RdfFormat.N_QUADS) or b"").decode().strip() for quad in quads]


def stream(lines: list[str], size: int = 5) -> Callable[[], Lines]:
    """Return a function that gives lines in parts."""
    parts = [pl.Series("line", lines[i : i + size], dtype=pl.String) for i in range(0, len(lines), size)]
    return lambda: iter(parts)


@given(QUADS, QUADS)
def test_changes_are_the_differences_of_two_sets(before: list[ox.Quad], after: list[ox.Quad]) -> None:
    """Whatever is stated, and however often: additions and removals are those of plain sets."""
    old, new = written(before), written(after)
    found = changes(stream(old), stream(new))
    assert sorted(found.added) == sorted(set(new) - set(old))
    assert sorted(found.removed) == sorted(set(old) - set(new))
    assert (found.before, found.after) == (len(set(old)), len(set(new)))


@given(QUADS, QUADS)
def test_a_delta_says_of_each_statement_where_it_came_or_went(
    before: list[ox.Quad], after: list[ox.Quad]
) -> None:
    """Undoing the delta on the later statements gives the earlier ones, graph by graph."""
    found = changes(stream(written(before)), stream(written(after)))
    text = "\n".join(line for part in delta(found, date(2026, 1, 1), date(2026, 2, 3)) for line in part)
    quads = set(ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS))
    named = {quad.subject: quad.object for quad in quads if quad.predicate.value.endswith("#deltaOf")}
    sides: dict[str, set[ox.Quad]] = {"added": set(), "removed": set()}
    for quad in quads:
        if quad.graph_name in named:
            current = named[quad.graph_name]
            home = ox.DefaultGraph() if "/begat/facts/" in current.value else current
            side = str(quad.graph_name.value).rpartition("/")[2]
            sides[side].add(ox.Quad(quad.subject, quad.predicate, quad.object, home))
    assert (set(after) - sides["added"]) | sides["removed"] == set(before)
    assert all("/20260203T000000Z/" in graph.value for graph in named)


def test_no_changes_are_no_statements() -> None:
    """Two equal snapshots have an empty delta, not graphs that hold nothing."""
    none = pl.Series("line", [], dtype=pl.String)
    assert list(delta(Changes(none, none, 3, 3), date(2026, 1, 1), date(2026, 2, 3))) == []
