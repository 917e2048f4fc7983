"""Columns of N-Quads: terms and statements as Polars strings, never one triple at a time."""

from collections.abc import Iterator, Mapping

import polars as pl

from begat import ids
from begat.ids import ACCOUNT_PAGES, BASE, HUB, PAGES
from begat.store.line import required
from begat.store.things import IRIS
from begat.vocab import XSD

__all__ = [
    "Lines",
    "account_keys",
    "address",
    "constant",
    "decimal",
    "graphs",
    "instant",
    "iris",
    "literal",
    "real",
    "statements",
    "typed",
]

Lines = Iterator[pl.Series]

NAME = "[A-Za-z0-9_][A-Za-z0-9._-]*"
PLAIN = {
    "model": (PAGES[HUB], f"^{NAME}/{NAME}$"),
    "dataset": (f"{PAGES[HUB]}/datasets", f"^{NAME}/{NAME}$"),
    "account": (PAGES[HUB], f"^{NAME}$"),
}
"""Page and pattern of the Hub's ids that need no encoding: page + "/" + id is their IRI."""

PLATFORM = "^[a-z][a-z0-9.-]*:"
MINTED = {
    "model": (f"{PLATFORM}{NAME}(/{NAME})*$", f"^({'|'.join(PAGES)}):"),
    "dataset": (f"{PLATFORM}{NAME}(/{NAME})*$", f"^{HUB}:"),
    "account": (f"{PLATFORM}{NAME}$", f"^({'|'.join(ACCOUNT_PAGES)}):"),
}
"""Pattern of other platforms' ids that need no encoding, and of those among them that have pages."""

WHOLE = 1 << 53
"""Below it every whole number of a float is exact."""

ADDRESS = r"^https?://[A-Za-z0-9.-]+(:[0-9]+)?([/?#]([A-Za-z0-9._~:@!$&'()*+,;=/?#-]|%[0-9A-Fa-f]{2})*)?$"


def iris(kind: str, keys: pl.Series) -> pl.Series:
    """Return the IRIs of a column of ids, in angle brackets; null stays null.

    Parameters
    ----------
    kind : str
        One of `IRIS`.
    keys : Series of str
        The ids.

    Notes
    -----
    Well-formed ids are joined to their page, or to their platform, as whole columns; only the distinct
    others pass through ``begat.ids``, one by one.
    """
    key, frame = pl.col(keys.name), keys.to_frame()
    plain, joined = _joined(kind, key)
    rest = frame.filter(~plain).to_series().drop_nulls().unique()
    made = {text: f"<{IRIS[kind](text)}>" for text in rest}
    other = (
        key.replace_strict(made, default=None, return_dtype=pl.String) if made else pl.lit(None, pl.String)
    )
    return frame.select(pl.when(plain).then(joined).otherwise(other)).to_series()


def _joined(kind: str, key: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return which ids of a column need no encoding, and their IRIs."""
    if kind not in PLAIN:
        return pl.lit(value=False), key
    page, pattern = PLAIN[kind]
    elsewhere, paged = MINTED[kind]
    hub = key.str.contains(pattern)
    minted = key.str.contains(elsewhere) & ~key.str.contains(paged)
    path = key.str.replace(":", "/", literal=True)
    return hub | minted, pl.when(hub).then(pl.concat_str(pl.lit(f"<{page}/"), key, pl.lit(">"))).otherwise(
        pl.concat_str(pl.lit(f"<{BASE}/{kind}/"), path, pl.lit(">"))
    )


def account_keys(frame: pl.DataFrame) -> pl.Series:
    """Return the ids of accounts from ``platform`` and ``account``."""
    hub = (pl.col("platform") == HUB) & pl.col("account").str.contains(PLAIN["account"][1])
    whole = pl.concat_str("platform", pl.lit(":"), "account")
    return frame.select(pl.when(hub).then("account").otherwise(whole)).to_series()


def graphs(frame: pl.DataFrame) -> pl.Series:
    """Return the named graphs of statements from their ``source`` and ``method``."""
    pairs = frame.select("source", "method").unique()
    made = [f"<{ids.graph_iri(*pair)}>" for pair in pairs.iter_rows()]
    known = pairs.with_columns(graph=pl.Series(made, dtype=pl.String))
    return frame.join(known, on=["source", "method"], how="left", maintain_order="left")["graph"]


def constant(iri: str) -> pl.Expr:
    """Return one IRI for every row."""
    return pl.lit(f"<{iri}>")


def address(column: str) -> pl.Expr:
    """Return the IRIs of a column of web addresses, null where one is no valid IRI."""
    valid = pl.col(column).str.contains(ADDRESS)
    return pl.when(valid).then(pl.concat_str(pl.lit("<"), column, pl.lit(">")))


def literal(text: str | pl.Expr, language: str = "") -> pl.Expr:
    """Return quoted literals of a column of text."""
    column = pl.col(text) if isinstance(text, str) else text
    return pl.concat_str(pl.lit('"'), required(column), pl.lit(f'"@{language}' if language else '"'))


def typed(value: str | pl.Expr, datatype: str) -> pl.Expr:
    """Return typed literals of a column of numbers, flags or dates."""
    column = pl.col(value) if isinstance(value, str) else value
    return pl.concat_str(pl.lit('"'), column.cast(pl.String), pl.lit(f'"^^<{datatype}>'))


def decimal(column: str, places: int = 6) -> pl.Expr:
    """Return xsd:decimal literals of a column of numbers, so many places at most."""
    digits = pl.col(column).cast(pl.Decimal(38, places)).cast(pl.String)
    return typed(digits.str.strip_chars_end("0").str.strip_chars_end("."), XSD.DECIMAL)


def real(column: str) -> pl.Expr:
    """Return literals of a column of numbers of any size: xsd:integer where whole, else xsd:double."""
    value = pl.col(column)
    whole = (value == value.floor()) & (value.abs() < WHOLE)
    number = pl.when(whole).then(value).cast(pl.Int64)
    double = typed(value, XSD.DOUBLE)
    return pl.when(whole).then(typed(number, XSD.INTEGER)).when(value.is_finite()).then(double)


def instant(column: str) -> pl.Expr:
    """Return xsd:dateTime literals of a column of moments in UTC, to the second."""
    return typed(pl.col(column).dt.to_string("%Y-%m-%dT%H:%M:%SZ"), XSD.DATE_TIME)


def statements(frame: pl.DataFrame, objects: Mapping[str, pl.Expr], graph: str | pl.Expr = "") -> Lines:
    """Yield the lines of each predicate; a row whose subject or object is null gives none.

    Parameters
    ----------
    frame : DataFrame
        Has a column ``subject`` of terms.
    objects : mapping of str to expression
        Predicate (an IRI) to the terms of its objects.
    graph : str or expression, optional
        IRI of the graph, or a column of terms; the default graph if empty.
    """
    column = graph if isinstance(graph, pl.Expr) else pl.lit(f"<{graph}>")
    place = pl.concat_str(pl.lit(" "), column) if not isinstance(graph, str) or graph else pl.lit("")
    for predicate, term in objects.items():
        line = pl.concat_str("subject", pl.lit(f" <{predicate}> "), term, place, pl.lit(" ."))
        yield frame.select(line=line).drop_nulls().to_series()
