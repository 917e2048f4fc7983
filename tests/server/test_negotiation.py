"""Content negotiation as RFC 9110 says, without a server."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from begat.server.negotiation import GRAPHS, NAMES, RESULTS, best, choose, choose_graph
from begat.server.refusal import HttpRefusal

OFFERED = ("application/json", "text/csv", "text/turtle")


@pytest.mark.parametrize(
    ("accept", "found"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("text/*", "text/csv"),
        ("text/csv;q=0", None),
        ("*/*, application/json;q=0", "text/csv"),
        ("*/*;q=0.1, text/turtle", "text/turtle"),
        ("text/*;q=0.5, text/csv;q=0.1", "text/turtle"),
        ("text/csv;header=present", "text/csv"),
        ("text/csv;q=0.5;x=y, text/turtle;q=0.4", "text/csv"),
        ("text/csv ; Q=0.001", "text/csv"),
        ("text/csv;q=2", None),
        ("text/csv;q=", None),
        ("nonsense, text/csv", "text/csv"),
        (",,,text/csv", "text/csv"),
        ("image/png", None),
        ("*", None),
    ],
)
def test_best(accept: str, found: str | None) -> None:
    """The most specific range gives the quality; the highest wins, of equal ones the first offered."""
    assert best(accept, OFFERED) == found


RANGES = st.tuples(
    st.sampled_from(["*/*", "text/*", "application/*", *OFFERED, "image/png"]), st.integers(0, 1000)
)


@given(st.lists(RANGES, unique_by=lambda item: item[0], min_size=1))
def test_best_is_what_the_rule_says(ranges: list[tuple[str, int]]) -> None:
    """The choice is that of the rule spelt out: look up each type from exact to all, take the best."""
    accept = ", ".join(f"{name};q={thousandths / 1000:g}" for name, thousandths in ranges)
    known = dict(ranges)
    rated = {}
    for media in OFFERED:
        steps = (media, media.split("/")[0] + "/*", "*/*")
        rated[media] = next((known[step] for step in steps if step in known), 0)
    top = max(rated.values())
    expected = next(media for media in OFFERED if rated[media] == top) if top else None
    assert best(accept, OFFERED) == expected


@given(st.text())
def test_any_header_is_read(accept: str) -> None:
    """No header is an error of its own: what is chosen is offered, or nothing is."""
    assert best(accept, OFFERED) in (*OFFERED, None)


def test_what_is_sent_is_a_format_that_can_be_written() -> None:
    """Other names of a format lead to one of its W3C names."""
    for name, offered in itertools.product(RESULTS, (RESULTS, GRAPHS)):
        if name in offered:
            assert offered[offered[name]] == offered[name]
    assert choose("application/json").sent["select"] == "application/json"
    assert choose("application/json").formats["select"] == "application/sparql-results+json"


@pytest.mark.parametrize("name", NAMES)
def test_names_of_formats(name: str) -> None:
    """Each name of a format chooses something, in any case."""
    assert choose("image/png", ["unknown", name.upper()]).sent


def test_graphs_alone() -> None:
    """For a graph only formats of graphs count."""
    assert choose_graph("text/csv, text/*;q=0.1") == ("text/turtle", "text/turtle")
    with pytest.raises(HttpRefusal) as caught:
        choose_graph("text/csv")
    assert caught.value.status == 406
