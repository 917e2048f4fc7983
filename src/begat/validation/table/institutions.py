"""Rules for institutions."""

import polars as pl

from begat.validation.rule import Rule, Table, Tables, known, one_of
from begat.validation.words import countries
from begat.vocab import INSTITUTION_KINDS

__all__ = ["TABLE"]

KINDS = [name.replace(" ", "-") for name in INSTITUTION_KINDS]


def _in_a_circle(tables: Tables) -> pl.Expr:
    """True for institutions whose parents lead back to them."""
    above = dict(tables.snapshot.frame("institutions", ["id", "parent"]).drop_nulls().iter_rows())
    return pl.col("id").is_in([key for key in above if _returns(above, key)])


def _returns(above: dict[str, str], start: str) -> bool:
    place: str | None = above.get(start)
    for _ in above:
        if place in (None, start):
            break
        place = above.get(place)
    return place == start


TABLE = Table(
    "institutions",
    ("id", "name", "sources"),
    (
        Rule(
            "id-once",
            lambda _: pl.col("id").is_duplicated() | pl.col("id").is_null(),
            "several institutions have this id, or one has none",
            "Give each its own id in data/institutions.toml.",
        ),
        one_of("kind", KINDS),
        Rule(
            "country-iso",
            lambda _: ~pl.col("country").is_in(list(countries())),
            "the country is no code of ISO 3166-1 alpha-2",
            "Write two capital letters, such as CN; leave it empty where it is not known.",
        ),
        known("parent", "institutions"),
        Rule(
            "no-circle",
            _in_a_circle,
            "the institution is, over its parents, part of itself",
            "Correct the parents in data/institutions.toml.",
        ),
        Rule(
            "ror-well-formed",
            lambda _: ~pl.col("ror").str.contains("^(https://ror.org/)?0[a-z0-9]{8}$"),
            "ror is no id of ROR",
            "Write the last part of its page, such as 05a28rw58.",
        ),
        Rule(
            "wikidata-well-formed",
            lambda _: ~pl.col("wikidata").str.contains("^Q[1-9][0-9]*$"),
            "wikidata is no id of an item",
            "Write Q and digits.",
        ),
    ),
)
