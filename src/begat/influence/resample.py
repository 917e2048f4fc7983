"""How far scores depend on who happened to publish, and on derivations that nobody declared.

A score is a sum over accounts: what each of them made from the models of a subject. Drawn again, an account
counts as often as it is drawn; derivations that are not declared are added in proportion to those that are.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from begat.errors import InputError
from begat.graph import inside_a_house
from begat.influence.cap import owners
from begat.influence.counting import distinct
from begat.influence.flow import FLOWING, flows, own
from begat.influence.scores import Scores

__all__ = ["SAMPLED", "Cells", "cells", "intervals"]

Values = NDArray[np.float64]
Ints = NDArray[np.int64]
Rows = tuple[Ints, Ints, Values]
"""Subject, unit and amount of each row."""

SAMPLED = ("accounts", *sorted(FLOWING))
"""The measures that are sums over accounts."""

LEVEL = 0.90
CHUNK = 1 << 24
"""Drawn numbers held at a time: bounds the memory at about 128 MB an array."""


@dataclass(frozen=True)
class Cells:
    """A measure as a sum over accounts, for s subjects and u accounts.

    Attributes
    ----------
    sure : array of float64, shape (s,)
        What is nobody else's: a subject's own downloads.
    drawn : sparse array, shape (s, u)
        What each account adds; models of unknown accounts are accounts of their own.
    derivations : array of int64, shape (s,)
        Distinct models that others made from the models of each subject.
    """

    sure: Values
    drawn: csr_array
    derivations: Ints

    def values(self, weights: Values | None = None, undeclared: NDArray[np.integer] | int = 0) -> Values:
        """Return the value of each subject in each draw, shape (s, draws).

        Parameters
        ----------
        weights : array, shape (u, draws), optional
            How often each account is drawn; once each, in one draw, if not given.
        undeclared : array of int, shape (s, draws)
            Derivations more of each subject, each worth the mean of those known.
        """
        known = np.asarray(self.drawn.sum(axis=1)).reshape(-1, 1)
        drawn = known if weights is None else self.drawn @ weights
        mean = known / np.maximum(self.derivations, 1)[:, None]
        total: Values = self.sure[:, None] + drawn + undeclared * mean
        return total


def cells(scores: Scores, group: Ints, count: int, measure: str) -> Cells:
    """Return a measure of groups of models as a sum over accounts.

    Parameters
    ----------
    scores : Scores
        The graph and its figures.
    group : array of int, shape (n,)
        The subject that each model belongs to, -1 for none.
    count : int
        Number of subjects.
    measure : str
        One of `SAMPLED`.

    Raises
    ------
    InputError
        If the measure is no such sum.
    """
    if measure not in SAMPLED:
        raise InputError(
            f"{measure} is no sum over accounts, so it has no intervals",
            hint=f"{', '.join(SAMPLED)} can be drawn.",
        )
    subject, unit, amount = (
        _accounts(scores, group) if measure == "accounts" else _flowing(scores, group, measure)
    )
    used, place = np.unique(unit, return_inverse=True)
    drawn = csr_array((amount, (subject, place)), shape=(count, len(used)))
    inside = group >= 0
    sure = np.bincount(group[inside], weights=own(scores, measure)[inside], minlength=count)
    subjects, _ = _by_others(scores, group)
    return Cells(sure.astype(np.float64), drawn, np.bincount(subjects, minlength=count))


def intervals(
    drawn: Cells, *, draws: int, undeclared: float = 0, seed: int = 0, most: int | None = None
) -> pl.DataFrame:
    """Draw the accounts again and bound values and ranks.

    In each draw every account counts Poisson(1) times (a bootstrap over accounts), and with `undeclared` > 0
    every subject with c derivations by others gets Poisson(c u / (1 - u)) more.

    Parameters
    ----------
    drawn : Cells
        The measure of everybody who is ranked.
    draws : int
        How many.
    undeclared : float
        u, the share of all derivations that is not declared, from 0 to below 1.
    seed : int
        The same gives the same intervals.
    most : int, optional
        Only the intervals of so many subjects, the first ones.

    Returns
    -------
    DataFrame
        A row a subject: ``value_low, value_high, low, high``, the middle 90 % of values and ranks.

    Notes
    -----
    O(draws (cells + s log s)), vectorised over some draws at a time; 16 bytes a draw and subject kept. What
    derivatives of derivatives add is drawn with the account that made the first step.
    """
    random = np.random.default_rng(seed)
    subjects, units = drawn.drawn.shape
    values, ranks = (np.empty((len(drawn.sure[:most]), draws)) for _ in range(2))
    more = drawn.derivations[:, None] * (undeclared / (1 - undeclared))
    step = max(1, CHUNK // max(1, subjects, units))
    for start in range(0, draws, step):
        count = min(step, draws - start)
        weights = random.poisson(1.0, size=(units, count)).astype(np.float64)
        extra = random.poisson(more, size=(subjects, count)) if undeclared else 0
        found = drawn.values(weights, extra)
        values[:, start : start + count] = found[:most]
        ranks[:, start : start + count] = _ranks(found, found[:most])
    tail = (1 - LEVEL) / 2
    bounds = {
        name + side: np.quantile(part, share, axis=1, method="lower" if side == "low" else "higher")
        for name, part in (("value_", values), ("", ranks))
        for side, share in (("low", tail), ("high", 1 - tail))
    }
    return pl.DataFrame(bounds).with_columns(pl.col("low", "high").cast(pl.Int64))


def _ranks(everybody: Values, some: Values) -> Values:
    """Return the rank of some values among everybody's in each draw; equal ones share the best."""
    ordered = np.sort(everybody, axis=0)
    return np.stack(
        [
            len(ordered) - np.searchsorted(ordered[:, draw], some[:, draw], side="right") + 1.0
            for draw in range(some.shape[1])
        ],
        axis=1,
    )


def _by_others(scores: Scores, group: Ints) -> tuple[Ints, Ints]:
    """Return the distinct pairs of a group and a model that others made from a model of it."""
    graph = scores.credit.graph
    of = group[graph.parent]
    counted = ~inside_a_house(graph) & (of >= 0)
    return distinct(of[counted], graph.child[counted])


def _accounts(scores: Scores, group: Ints) -> Rows:
    subject, child = _by_others(scores, group)
    account = scores.credit.graph.account[child]
    known = account >= 0
    subject, unit = distinct(subject[known], account[known])
    return subject, unit, np.ones(len(subject))


def _flowing(scores: Scores, group: Ints, measure: str) -> Rows:
    subject, edge, amount = flows(scores, group, measure)
    dag = scores.credit.outside
    return subject, owners(dag)[dag.child[edge]], amount
