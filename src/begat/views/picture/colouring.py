"""Colours for the groups of what is drawn: the largest have one of their own, all others share a grey."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

__all__ = ["GREY", "PALETTE", "Shade", "shades"]

PALETTE = ("#0072b2", "#e69f00", "#007a58", "#cc79a7", "#b34700", "#56b4e9", "#40004b", "#a6d854")
"""Colours in the order in which groups get them, the largest first; the colour-blind can tell them apart."""

GREY = "#b0b0b0"


class Shade(NamedTuple):
    """A line of the legend.

    Attributes
    ----------
    kind : str
        ``group``, ``others`` (all groups without a colour of their own) or ``unknown``.
    name : str
        The group; "" of the others and the unknown.
    colour : str
        As ``#rrggbb``.
    drawn : int
        How many are drawn in it.
    groups : int
        How many groups it stands for; 0 for the unknown.
    """

    kind: str
    name: str
    colour: str
    drawn: int
    groups: int


def shades(
    groups: Sequence[str | None], fixed: Mapping[str, str] | None = None
) -> tuple[list[str], list[Shade]]:
    """Return the colour of each, and the legend, the largest group first.

    Parameters
    ----------
    groups : sequence of str or None
        The group of each thing that is drawn; None where it is unknown.
    fixed : mapping, optional
        Groups that have a colour of their own whatever their size; then no other has one.

    Examples
    --------
    >>> shades(["a", "b", None], {"b": "#123456"})[0]
    ['#b0b0b0', '#123456', '#b0b0b0']
    """
    counts = Counter(group for group in groups if group is not None)
    ordered = sorted(counts, key=lambda name: (-counts[name], name))
    own = dict(zip(ordered, PALETTE, strict=False)) if fixed is None else fixed
    rest = [name for name in ordered if name not in own]
    legend = [Shade("group", name, own[name], counts[name], 1) for name in ordered if name in own]
    if len(rest) == 1:
        legend.append(Shade("group", rest[0], GREY, counts[rest[0]], 1))
    elif rest:
        legend.append(Shade("others", "", GREY, sum(counts[name] for name in rest), len(rest)))
    if unknown := sum(group is None for group in groups):
        legend.append(Shade("unknown", "", GREY, unknown, 0))
    return [own.get(group or "", GREY) for group in groups], legend
