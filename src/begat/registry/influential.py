"""Influence as pages: the chart of measures, and groups compared."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from begat.errors import InputError, UnknownName
from begat.registry.opened import Opened, Row
from begat.registry.pages import about
from begat.registry.portraits import TOPICS, group_found, group_of
from begat.registry.scored import influence, scored_level

if TYPE_CHECKING:
    from begat.answer.census import Group
    from begat.views.page.base import Page

__all__ = ["compare", "compare_page", "influence_page"]

GROUNDS = {"institution": ("institutions",), "country": ("institutions", "countries")}
"""Topics of coverage that the values of a group rest on, beside the scores."""

MOST = 200
"""Rows of a chart at most."""

TRIED = ("model", "institution", "country", "account", "family")
"""What names that are compared may be of, in the order in which it is tried."""


def influence_page(
    reg: Opened,
    *,
    by: str = "model",
    measure: str = "reach",
    country: str | None = None,
    draws: int = 0,
    undeclared: float = 0,
    seed: int = 0,
    most: int | None = 20,
    lang: str = "en",
    **scope: Any,
) -> "Page":
    """Return the chart of influence; arguments as in `influence`, `most` rows but no more than 200.

    Raises
    ------
    UnknownName, InputError
        As `influence` does.
    """
    from begat.answer.influence import beside
    from begat.views.page.influence import InfluenceData, influence_page

    count = min(most or MOST, MOST)
    found = beside(scored_level(reg, by, scope), by=by, measure=measure, most=count, country=country)
    how = {"by": by, "measure": measure, "country": country, **scope}
    drawn = influence(reg, **how, draws=draws, undeclared=undeclared, seed=seed, most=count) if draws else []
    keys = ("value_low", "value_high", "low", "high")
    data = InfluenceData(
        by=by,
        measure=measure,
        found=found,
        most=count,
        country=country and country.upper(),
        intervals={row["id"]: {key: row[key] for key in keys} for row in drawn},
        draws=draws,
    )
    return influence_page(data, about(reg, "scores", *GROUNDS.get(by, ())), lang=lang)


def compare(
    reg: Opened, names: Sequence[str], *, by: str | None = None, draws: int = 200, seed: int = 0
) -> list[Row]:
    """Compare two to four models, institutions, countries, accounts or families.

    Parameters
    ----------
    names : sequence of str
        As in `portrait`; all of one kind.
    by : str, optional
        That kind; the first that has all of them, if not given.
    draws, seed : int
        Of the intervals; see `begat.answer.compare.compare`.

    Raises
    ------
    UnknownName
        If there is no such thing.
    InputError
        If they are of different kinds, or too few or many.
    """
    from begat.answer.compare import compare

    return compare(reg.census, _of_one_kind(reg, names, by), draws=draws, seed=seed)


def compare_page(
    reg: Opened,
    names: Sequence[str],
    *,
    by: str | None = None,
    draws: int = 200,
    seed: int = 0,
    lang: str = "en",
) -> "Page":
    """Return the page that compares them; arguments as in `compare`."""
    from begat.views.page.compare import compare_page

    rows = compare(reg, names, by=by, draws=draws, seed=seed)
    return compare_page(rows, about(reg, *TOPICS), draws=draws, lang=lang)


def _of_one_kind(reg: Opened, names: Sequence[str], by: str | None) -> "list[Group]":
    """Return what names are of: the first kind that has all of them."""
    if by is not None:
        return [group_of(reg, by, name) for name in names]
    found = [{kind: group for kind in TRIED if (group := group_found(reg, kind, name))} for name in names]
    for kind in TRIED:
        if all(kind in each for each in found):
            return [each[kind] for each in found]
    for name, each in zip(names, found, strict=True):
        if not each:
            raise UnknownName("thing", name, hint="Try `begat search TEXT`.")
    kinds = ", ".join(f"{name} is {' or '.join(each)}" for name, each in zip(names, found, strict=True))
    raise InputError(f"these are of different kinds: {kinds}", hint="Compare things of one kind.")
