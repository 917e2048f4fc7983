"""A score of the ranking opened down: dimensions, indicators, and the rows behind each value."""

import difflib
from typing import Any

import numpy as np
import polars as pl

from begat.errors import UnknownName
from begat.influence.evidence import Evidence
from begat.influence.indicator import DIMENSIONS, Indicator
from begat.influence.indicator.osir_53 import Edition
from begat.influence.method import Method
from begat.influence.ranking import Ranking
from begat.influence.table import make_table

__all__ = ["declarations", "indicator_named", "rows_behind", "score_parts", "state_of", "subject_named"]

Row = dict[str, Any]


def score_parts(found: Ranking, subject: str) -> list[Row]:
    """Return the indicators of one subject and what each adds to the score of its dimension.

    Returns
    -------
    list of dict
        ``dimension, part, indicator, name, value, maximum, normalised, weight, contribution, state``.
        `maximum` is what counts as 1: the largest listed, a goalpost, or the end of the scale. `weight` is
        that inside the dimension, over what is observed, and the contributions of a dimension sum to its
        score. `state` says why something does not count.
    """
    place = list(found.table.subjects).index(subject)
    weights = _weights(found, place)
    return [_part(found, place, number, weights[number]) for number in range(len(weights))]


def rows_behind(found: Ranking, subject: str, indicator: str) -> list[Row]:
    """Return the rows that a value is made from, the largest first.

    Parameters
    ----------
    found : Ranking
        The ranking.
    subject : str
        As it is listed there.
    indicator : str
        Its id; of a published one the code alone where one dimension has it.

    Returns
    -------
    list of dict
        ``amount, weight, key, what, id, method, date, source``: how they become the value is the indicator's
        `combine`.

    Raises
    ------
    UnknownName
        If there is no such indicator.
    """
    chosen = indicator_named(found, indicator)
    if chosen.rows is None:
        return []
    table = found.behind(chosen).filter(pl.col("subject") == subject).drop("subject", "unit")
    if found.method.framework.name == "osir-53":
        table = table.drop_nulls("what")
    return (
        table.sort("amount", "what", "key", descending=[True, False, False], nulls_last=True)
        .with_columns(pl.col("date").cast(pl.String))
        .select("amount", "weight", "key", "what", "id", "method", "date", "source")
        .to_dicts()
    )


def state_of(found: Ranking, subject: str, indicator: str) -> str:
    """Say whether a value of a subject counts, or why not: why there may be no rows behind it.

    Raises
    ------
    UnknownName
        If there is no such indicator.
    """
    chosen = indicator_named(found, indicator)
    for number, item in enumerate(found.layout.indicators):
        if item is chosen:
            return _state(found, list(found.table.subjects).index(subject), number)
    return f"no part of this ranking; fed by {chosen.fed_by}"


def declarations(method: Method, evidence: Evidence | Edition) -> list[Row]:
    """Return the indicators of a method as they are declared, and what a snapshot knows of each.

    Nobody need have a score: this says what lacks for one.

    Returns
    -------
    list of dict
        ``indicator, dimension, part, name, name_zh, part_zh, unit, formula, combine, origin, fed_by, scale,
        direction, missing, weight`` (in its dimension, a fraction), ``goalpost``, ``observed`` and
        ``positive`` (how many have a value, and one above 0), ``state``.
    """
    items = method.framework.indicators.values()
    table = make_table([(item, item.rows(evidence)) for item in items if item.rows is not None])
    values = dict(zip(table.codes, table.values.T, strict=True))
    if isinstance(evidence, Edition):
        method = method.only(table.codes)
    rows = []
    for code, item in method.framework.indicators.items():
        part, column = method.framework.part_of[code], values.get(code, np.zeros(0))
        seen = column[~np.isnan(column)]
        posts = method.goalposts
        state = "scored" if len(seen) else f"missing; fed by {item.fed_by}"
        if posts is not None and code in posts.unscored:
            state = f"not scored: {posts.unscored[code]}"
        rows.append(
            {
                "indicator": code,
                "dimension": part.dimension,
                "part": part.name,
                "name": item.name,
                "name_zh": item.name_zh,
                "part_zh": part.name_zh,
                "unit": item.unit,
                "formula": item.formula,
                "combine": item.combine.words,
                "origin": item.origin,
                "fed_by": item.fed_by,
                "scale": item.scale,
                "direction": item.direction,
                "missing": item.missing,
                "weight": str(method.weights[part.dimension].get(code, 0)),
                "goalpost": posts.values.get(code) if posts is not None else None,
                "observed": len(seen),
                "positive": int((seen > 0).sum()),
                "state": state,
            }
        )
    return rows


def subject_named(found: Ranking, text: str) -> str:
    """Return whom a ranking lists, from its code, id or name in English or Chinese, in any case.

    Raises
    ------
    UnknownName
        If it lists none of this name; near ones come with it.
    """
    known = {name.casefold(): name for name in found.table.subjects}
    names = found.snapshot.frame("institutions", ["osir", "id", "name", "parent"]).drop_nulls("id")
    for osir, key, name, parent in names.iter_rows():
        listed = next((one for one in (osir, key, parent) if one in found.table.subjects), None)
        if listed and found.by == "institution":
            for word in (key, name, osir):
                known.setdefault((word or key).casefold(), listed)
    for listed, *words in found.rows().select("subject", "name", "name_zh").iter_rows():
        for word in words:
            known.setdefault((word or listed).casefold(), listed)
    if text.casefold() not in known:
        near = difflib.get_close_matches(text.casefold(), known)
        raise UnknownName(f"ranked {found.by}", text, suggestions=near, hint="`begat rank` lists them.")
    return known[text.casefold()]


def indicator_named(found: Ranking, text: str) -> Indicator:
    """Return an indicator of a ranking from its id, or its code where one dimension has it.

    Raises
    ------
    UnknownName
        If there is none, or several.
    """
    known = found.method.framework.indicators
    fits = [
        code for code in known if text.casefold() in (code.casefold(), code.rpartition(":")[2].casefold())
    ]
    if len(fits) == 1:
        return known[fits[0]]
    near = fits or difflib.get_close_matches(text, known)
    raise UnknownName("indicator", text, suggestions=near, hint="`begat explain INSTITUTION` lists them.")


def _weights(found: Ranking, place: int) -> np.ndarray:
    """Weight of each indicator in the score of its dimension, 0 for what does not count."""
    layout, scores = found.layout, found.scores
    seen = ~np.isnan(scores.normalised[place]) & ~np.isnan(scores.parts[place])[layout.part]
    inside = np.bincount(layout.part[seen], weights=layout.weights[seen], minlength=len(layout.dimension))
    counted = np.where(inside > 0, layout.part_weights, 0.0)
    whole = np.bincount(layout.dimension, weights=counted, minlength=len(DIMENSIONS))
    part = np.divide(counted, whole[layout.dimension], out=np.zeros_like(counted), where=counted > 0)
    weights = np.zeros(len(seen))
    of = layout.part[seen]
    weights[seen] = part[of] * layout.weights[seen] / inside[of]
    return weights


def _part(found: Ranking, place: int, number: int, weight: float) -> Row:
    layout, scores = found.layout, found.scores
    item = layout.indicators[number]
    value, scaled = found.values[place, number], scores.normalised[place, number]
    return {
        "dimension": DIMENSIONS[layout.dimension[layout.part[number]]],
        "part": found.method.framework.part_of[item.id].name,
        "indicator": item.id.rpartition(":")[2],
        "name": item.name,
        "value": None if np.isnan(value) else float(value),
        "maximum": _maximum(found, number),
        "normalised": None if np.isnan(scaled) else float(scaled),
        "weight": weight,
        "contribution": 0.0 if np.isnan(scaled) else float(scaled * weight),
        "state": _state(found, place, number),
    }


def _maximum(found: Ranking, number: int) -> float | None:
    item, posts = found.layout.indicators[number], found.method.goalposts
    if found.method.normalisation == "goalpost" and posts is not None:
        if item.scale in ("log", "linear"):
            return posts.values.get(item.id)
        return float(item.scale[1:]) if item.scale.startswith("/") else 1.0
    column = found.values[:, number]
    return float(np.nanmax(column)) if (~np.isnan(column)).any() else None


def _state(found: Ranking, place: int, number: int) -> str:
    item, posts = found.layout.indicators[number], found.method.goalposts
    part = found.method.framework.part_of[item.id]
    if posts is not None and item.id in posts.unscored:
        return f"not scored: {posts.unscored[item.id]}"
    if np.isnan(found.values[place, number]):
        return f"missing; fed by {item.fed_by}"
    if np.isnan(found.scores.parts[place, found.layout.part[number]]):
        return f"does not count: less than {float(found.method.coverage):.0%} of {part.name} observed"
    return "observed" if found.values[place, number] else "observed zero"
