"""What a ranking rests on: weights set and weights got, each indicator left out, and coherence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from begat.influence.concentration import effective_number
from begat.influence.indicator.base import DIMENSIONS, Array
from begat.influence.ranking import Ranking
from begat.influence.scoring import ranks
from begat.influence.uncertainty import moved_by

__all__ = ["SENSITIVITY", "Coherence", "choices", "coherence", "effects", "leave_one_out"]

Row = dict[str, Any]


def effects(found: Ranking) -> list[Row]:
    """Set the weight of each indicator beside what it does to the score: its main effect.

    The main effect of an indicator is ``Var(E[s | x]) / Var(s)``, estimated by the squared Pearson
    correlation of its normalised values with the score of its dimension, and by the squared Spearman
    correlation beside it; of a dimension the same with the overall score.

    Returns
    -------
    list of dict
        ``dimension, indicator, name, name_zh, nominal, effect, effect_spearman, subjects``. Dimensions have
        no indicator. Null where fewer than three subjects have both, or one of the two does not vary.

    References
    ----------
    Paruolo, Saisana, Saltelli (2013), Ratings and rankings: voodoo or science?, J. R. Stat. Soc. A 176(3).
    """
    rows = []
    layout, scores = found.layout, found.scores
    for place, name in enumerate(DIMENSIONS):
        nominal = float(layout.dimension_weights[place])
        added = _added(found, place)
        rows.append(_effect(added, scores.overall, name, None, name.capitalize(), "", nominal))
    for number, item in enumerate(layout.indicators):
        place = int(layout.dimension[layout.part[number]])
        own, whole = scores.normalised[:, number], scores.dimensions[:, place]
        nominal = float(layout.weights[number])
        rows.append(_effect(own, whole, DIMENSIONS[place], item.id, item.name, item.name_zh, nominal))
    return rows


def _added(found: Ranking, place: int) -> Array:
    """What a dimension adds to the overall score, up to a factor: its score, or 1 / log2(rank + 1)."""
    scores = found.scores.dimensions[:, place]
    if found.method.aggregation != "rank-discounted":
        return scores
    terms: Array = 1 / np.log2(ranks(scores[None], dense=True)[0] + 1)
    return terms


def leave_one_out(found: Ranking) -> list[Row]:
    """Rank again without each indicator in turn, its weight going to the others of its dimension.

    Returns
    -------
    list of dict
        ``indicator, name, first`` (who is first then), ``moved`` (who moves most) and ``shift`` (by how many
        places, positive = down), ``unranked`` (who loses the score of a dimension), the largest shift first.
    """
    rows = []
    codes = [item.id for item in found.layout.indicators]
    before = ranks(found.scores.overall[None])[0]
    known = (~np.isnan(found.scores.normalised)).any(axis=0)
    for item in np.array(found.layout.indicators, dtype=object)[known]:
        without = replace(found, method=found.method.only([code for code in codes if code != item.id]))
        after = ranks(without.scores.overall[None])[0]
        both = found.ranked & without.ranked
        shift = np.where(both, after - before, 0)
        most = int(np.argmax(np.abs(shift))) if both.any() else None
        names = np.array(found.table.subjects, dtype=object)
        rows.append(
            {
                "indicator": item.id,
                "name": item.name,
                "first": sorted(names[without.ranked & (after == 1)]),
                "moved": names[most] if most is not None else None,
                "shift": int(shift[most]) if most is not None else None,
                "unranked": sorted(names[found.ranked & ~without.ranked]),
            }
        )
    return sorted(rows, key=lambda row: (-abs(row["shift"] or 0), row["indicator"]))


def choices(found: Ranking) -> list[Row]:
    """Vary one choice at a time; see `begat.influence.uncertainty.moved_by`."""
    names = [name for name, some in zip(found.table.subjects, found.ranked, strict=True) if some]
    return moved_by(found.table.among(names), found.layout) if names else []


@dataclass(frozen=True)
class Coherence:
    """How far the indicators of a ranking say different things.

    Attributes
    ----------
    twins : list of (str, str, float)
        Pairs of one dimension with |Spearman| above the limit.
    nearly_zero : list of (str, float)
        Indicators that are zero for more than the limit of those observed.
    components : int
        Principal components that carry 90 % of the variance.
    participation : float
        Participation ratio of the eigenvalues, (sum l)^2 / sum l^2: the number of independent quantities.
    """

    twins: list[tuple[str, str, float]]
    nearly_zero: list[tuple[str, float]]
    components: int
    participation: float


def coherence(found: Ranking, *, correlated: float = 0.95, zero: float = 0.90) -> Coherence:
    """Check the indicators of a ranking against each other, over those that have both values."""
    scaled, layout = found.scores.normalised, found.layout
    codes = [item.id for item in layout.indicators]
    of = layout.dimension[layout.part]
    twins = []
    for first in range(len(codes)):
        for second in range(first + 1, len(codes)):
            value = _correlated(scaled[:, first], scaled[:, second], _spearman)
            if of[first] == of[second] and value is not None and abs(value) > correlated:
                twins.append((codes[first], codes[second], value))
    empty = []
    for number, code in enumerate(codes):
        seen = scaled[~np.isnan(scaled[:, number]), number]
        if len(seen) and (seen == 0).mean() > zero:
            empty.append((code, float((seen == 0).mean())))
    values = _eigenvalues(scaled)
    total = values.sum()
    carried = np.searchsorted(np.cumsum(values), 0.9 * total - 1e-12) + 1 if total else 0
    return Coherence(twins, empty, int(carried), effective_number(values) if total else 0.0)


def _coherence_rows(found: Ranking) -> list[Row]:
    checked = coherence(found)
    return [
        *[_finding("nearly equal (Spearman)", *pair) for pair in checked.twins],
        *[_finding("nearly always zero (part)", code, "", part) for code, part in checked.nearly_zero],
        _finding("principal components for 90 %", "", "", float(checked.components)),
        _finding("independent quantities (participation ratio)", "", "", checked.participation),
    ]


def _finding(check: str, indicator: str, other: str, value: float) -> Row:
    return {"check": check, "indicator": indicator or None, "other": other or None, "value": value}


def _eigenvalues(scaled: Array) -> Array:
    """Eigenvalues of the correlations of all columns that vary, the mean in place of what is missing."""
    some = (~np.isnan(scaled)).sum(axis=0) > 1
    columns = scaled[:, some]
    filled = np.where(np.isnan(columns), np.nanmean(columns, axis=0, keepdims=True), columns)
    varying = filled[:, filled.std(axis=0) > 0]
    if varying.shape[1] == 0:
        return np.zeros(0)
    matrix = np.atleast_2d(np.corrcoef(varying, rowvar=False))
    values: Array = np.maximum(np.linalg.eigvalsh(matrix)[::-1], 0)
    return values


def _effect(
    own: Array, whole: Array, dimension: str, indicator: str | None, name: str, name_zh: str, nominal: float
) -> Row:
    pearson, spearman = (_correlated(own, whole, kind) for kind in (_pearson, _spearman))
    return {
        "dimension": dimension,
        "indicator": indicator,
        "name": name,
        "name_zh": name_zh,
        "nominal": nominal,
        "effect": None if pearson is None else pearson**2,
        "effect_spearman": None if spearman is None else spearman**2,
        "subjects": int((~np.isnan(own) & ~np.isnan(whole)).sum()),
    }


def _correlated(one: Array, other: Array, kind: Callable[[Array, Array], float]) -> float | None:
    both = ~np.isnan(one) & ~np.isnan(other)
    left, right = one[both], other[both]
    if both.sum() < 3 or left.std() == 0 or right.std() == 0:
        return None
    return float(kind(left, right))


def _pearson(one: Array, other: Array) -> float:
    return float(np.corrcoef(one, other)[0, 1])


def _spearman(one: Array, other: Array) -> float:
    from scipy.stats import rankdata

    return _pearson(rankdata(one), rankdata(other))


SENSITIVITY: Mapping[str, Callable[[Ranking], list[Row]]] = {
    "effects": effects,
    "leave-one-out": leave_one_out,
    "choices": choices,
    "coherence": _coherence_rows,
}
"""Views of what a ranking rests on, by the name that users type."""
