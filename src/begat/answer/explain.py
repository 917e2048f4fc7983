"""A score of the ranking opened down: dimensions, indicators, and the rows behind each value."""

import difflib
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from begat.errors import UnknownName
from begat.influence.indicator import Indicator, by_hand, osir_53, osir_values
from begat.influence.method import method_named
from begat.influence.ranking import normalised
from begat.snapshot import Snapshot

__all__ = ["ranked_code", "rows_behind", "score_parts"]

Row = dict[str, Any]


def score_parts(snapshot: Snapshot, code: str, *, method: str, edition: date) -> list[Row]:
    """Return the indicators of one institution and what each adds to the score of its dimension.

    Returns
    -------
    list of dict
        ``dimension, indicator, name, value, maximum, normalised, weight, contribution``; `maximum` is that
        of the listed institutions, `weight` that inside the dimension, summing to 1, and the
        contributions of a dimension sum to its score.
    """
    values = normalised(osir_values(snapshot, edition), method_named(method))
    own = values.filter(pl.col("institution") == code).with_columns(
        contribution=pl.col("normalised") * pl.col("weight")
    )
    found = {(row["dimension"], row["code"]): row for row in own.iter_rows(named=True)}
    return [_part(indicator, found) for indicator in osir_53() if _key(indicator) in found]


def rows_behind(snapshot: Snapshot, code: str, indicator: str, *, edition: date) -> list[Row]:
    """Return the rows that a value is the sum of, the largest first.

    Parameters
    ----------
    snapshot : Snapshot
        Where they are.
    code : str
        The institution's code in the OSIR tables.
    indicator : str
        ``dimension:code``, or the code alone where one dimension has it.
    edition : date
        The edition.

    Returns
    -------
    list of dict
        ``amount, what, id, method, date, source``: a listed model or dataset with its id where it is
        known, or a value that was typed in by hand.

    Raises
    ------
    UnknownName
        If there is no such indicator.
    """
    chosen = _indicator(indicator)
    listed = snapshot.frame("listings").filter(
        (pl.col("edition") == edition) & (pl.col("institution") == code)
    )
    items = chosen.counted(listed).select(
        "amount",
        what=pl.concat_str("kind", pl.lit(" "), "account", pl.lit("/"), "name"),
        id="entity",
        method=pl.lit("listed"),
        date="crawled_on",
        source="source",
    )
    typed = by_hand(snapshot, edition).filter(
        (pl.col("institution") == code)
        & (pl.col("dimension") == chosen.dimension)
        & (pl.col("code") == chosen.code)
    )
    values = typed.select(
        amount="value",
        what=pl.lit(chosen.name),
        id=pl.lit(None, dtype=pl.String),
        method="method",
        date="observed_on",
        source="source",
    )
    rows = pl.concat([items, values]).drop_nulls("amount").sort("amount", "what", descending=[True, False])
    return rows.with_columns(pl.col("date").cast(pl.String)).to_dicts()


def ranked_code(snapshot: Snapshot, text: str, edition: date) -> str:
    """Return the code of a ranked institution from its code, id or name, in any case.

    Raises
    ------
    UnknownName
        If that edition ranks none of this name; near ones come with it.
    """
    ranked: set[str] = set(by_hand(snapshot, edition)["institution"])
    known = {code.casefold(): code for code in ranked}
    names = snapshot.frame("institutions", ["osir", "id", "name"]).drop_nulls("osir")
    for code, key, name in names.iter_rows():
        if code in ranked:
            known |= {key.casefold(): code, name.casefold(): code}
    if text.casefold() not in known:
        near = difflib.get_close_matches(text.casefold(), known)
        raise UnknownName("ranked institution", text, suggestions=near, hint="`begat rank` lists them.")
    return known[text.casefold()]


def _part(indicator: Indicator, found: dict[tuple[str, str], Row]) -> Row:
    row = found[_key(indicator)]
    figures = ("value", "maximum", "normalised", "weight", "contribution")
    return {
        "dimension": indicator.dimension,
        "indicator": indicator.code,
        "name": indicator.name,
        **{name: row[name] for name in figures},
    }


def _key(indicator: Indicator) -> tuple[str, str]:
    return indicator.dimension, indicator.code


def _indicator(text: str) -> Indicator:
    dimension, _, code = text.rpartition(":")
    fits = [item for item in osir_53() if item.code == code and dimension in ("", item.dimension)]
    if len(fits) == 1:
        return fits[0]
    names: Sequence[str] = [f"{item.dimension}:{item.code}" for item in fits]
    if not names:
        names = difflib.get_close_matches(text, [f"{item.dimension}:{item.code}" for item in osir_53()])
    raise UnknownName("indicator", text, suggestions=names, hint="`begat explain INSTITUTION` lists them.")
