"""How a licence is shown by what it demands: a sign, a style, a word; the colour never stands alone."""

from collections.abc import Mapping
from typing import NamedTuple

from begat.licences import clauses
from begat.licences.demand import DEMANDS, demand
from begat.views.said import said
from begat.views.words import licence_name

__all__ = ["SIGNS", "Shown", "demand_of", "legend", "shown"]

SIGNS: Mapping[str, str] = {
    "no-derivatives": "✕",
    "non-commercial": "⊘",
    "travels": "↻",
    "conditions": "§",
    "permissive": "✓",
    "unknown": "?",
}
"""Of `DEMANDS`."""


class Shown(NamedTuple):
    """A licence as a page shows it.

    Attributes
    ----------
    name : str
        Its name, or why it is not known.
    sign, style, word : str
        By what it demands.
    """

    name: str
    sign: str
    style: str
    word: str


def demand_of(licence: str | None) -> str:
    """Return what a licence demands, of `DEMANDS`.

    Examples
    --------
    >>> demand_of("MIT"), demand_of(None)
    ('permissive', 'unknown')
    """
    return demand(clauses(licence))


def shown(licence: str | None, lang: str, why: str | None = None) -> Shown:
    """Return a licence with what it demands; `why` is said where it is not known."""
    words = said(lang, "licence")
    asked = demand_of(licence)
    name = licence_name(licence) if licence else words[_key("why_", why)] if why else words["demand_unknown"]
    return Shown(name, SIGNS[asked], f"l-{asked}", words[_key("demand_", asked)])


def legend(lang: str) -> list[Shown]:
    """Return what signs and colours mean, the least demand first."""
    words = said(lang, "licence")
    order = (*reversed(DEMANDS[:-1]), DEMANDS[-1])
    return [Shown("", SIGNS[name], f"l-{name}", words[_key("demand_", name)]) for name in order]


def _key(stem: str, name: str) -> str:
    return stem + name.replace("-", "_").replace(" ", "_")
