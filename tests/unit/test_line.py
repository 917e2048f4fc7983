"""A line of N-Quads: escaped and taken apart as the engine reads it."""

import re

import polars as pl
import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from begat.store.line import IRI, canonical, escaped, quad, required, unescaped

TEXT = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from('<>_:"\\@^ .\t\n\r\f\b\x7f\uffff')),
    max_size=20,
)
WORD = st.text("abcXYZ019-_.~/", min_size=1, max_size=8)
NAMED = WORD.map(lambda word: ox.NamedNode(f"https://e.org/{word}"))
NODES = st.one_of(NAMED, st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True).map(ox.BlankNode))
LITERALS = st.one_of(
    TEXT.map(ox.Literal),
    st.builds(lambda text: ox.Literal(text, language="zh-hans"), TEXT),
    st.builds(lambda text, kind: ox.Literal(text, datatype=kind), TEXT, NAMED),
)
QUADS = st.builds(
    ox.Quad, NODES, NAMED, st.one_of(NODES, LITERALS), st.one_of(st.just(ox.DefaultGraph()), NAMED)
)


def line_of(quad: ox.Quad) -> str:
    """Return a statement as the engine writes it."""
    return (ox.serialize([quad], format=ox.RdfFormat.N_QUADS) or b"").decode().removesuffix("\n")


def changed(text: str, way: object) -> str:
    """Return a text after a function of columns."""
    assert callable(way)
    found: str = pl.DataFrame({"t": [text]}).select(way(pl.col("t"))).item()
    return found


@given(QUADS)
def test_a_line_comes_apart_as_the_engine_reads_it(statement: ox.Quad) -> None:
    """The two groups are triple and graph of whatever statement, in both kinds of regular expression."""
    line = line_of(statement)
    graph = statement.graph_name.value if isinstance(statement.graph_name, ox.NamedNode) else None
    wanted = (line_of(ox.Quad(*statement.triple)).removesuffix(" ."), graph)
    columns = pl.Series([line]).str.extract_groups(quad()).struct.unnest().row(0)
    match = re.match(quad(), line)
    assert match is not None
    assert columns == match.groups() == wanted


@given(QUADS)
def test_blank_nodes_are_refused_where_none_is_expected(statement: ox.Quad) -> None:
    """With IRIs alone a line matches exactly if it has no blank node."""
    blank = any(isinstance(term, ox.BlankNode) for term in (statement.subject, statement.object))
    assert (re.match(quad(IRI), line_of(statement)) is None) is blank


@given(TEXT)
def test_escapes_are_the_engines(text: str) -> None:
    """Text escaped at once or in two steps is what the engine writes, and comes back."""
    written = line_of(ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.Literal(text)))
    inner = written.removeprefix('<a:s> <a:p> "').removesuffix('" .')
    assert changed(text, escaped) == inner
    assert canonical(pl.Series([changed(text, required)]))[0] == inner
    assert changed(inner, unescaped) == text


def test_what_is_no_line_has_no_groups() -> None:
    """A line that is cut, has a literal as subject, or something after its end does not match."""
    whole = '<a:s> <a:p> "o"@en <a:g> .'
    assert re.match(quad(), whole)
    for line in (whole[:-2], whole + " .", '"s" <a:p> <a:o> .', "<a:s> _:p <a:o> .", '<a:s> <a:p> "o .'):
        assert re.match(quad(), line) is None, line
