"""Indicators of institutions: each declared once, with the rows it is made from; frameworks of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property

from begat.discovery import declared, named
from begat.influence.indicator.base import DIMENSIONS, Indicator, SubDimension
from begat.influence.indicator.osir_53 import by_hand, chosen_edition, editions, osir_53, osir_values, parts

__all__ = [
    "DIMENSIONS",
    "Framework",
    "Indicator",
    "SubDimension",
    "by_hand",
    "chosen_edition",
    "editions",
    "framework_named",
    "frameworks",
    "osir_53",
    "osir_values",
]


@dataclass(frozen=True)
class Framework:
    """A set of indicators in dimensions and their parts.

    Attributes
    ----------
    name : str
        ``osir-53`` or ``begat-53``.
    parts : tuple of SubDimension
        In the order of dimensions; the weights of the parts of a dimension sum to 1, exactly.
    """

    name: str
    parts: tuple[SubDimension, ...]

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """All indicators by id, in order."""
        return {item.id: item for part in self.parts for item in part.indicators}

    @cached_property
    def part_of(self) -> Mapping[str, SubDimension]:
        """The part that each indicator is in, by its id."""
        return {item.id: part for part in self.parts for item in part.indicators}

    @cached_property
    def weights(self) -> Mapping[str, Mapping[str, Fraction]]:
        """By dimension, the weight of each indicator inside it: equal inside a part, summing to 1."""
        return {
            dimension: {
                item.id: part.weight / len(part.indicators)
                for part in self.parts
                if part.dimension == dimension
                for item in part.indicators
            }
            for dimension in DIMENSIONS
        }


@cache
def frameworks() -> Mapping[str, Framework]:
    """Return the sets of indicators that ship with begat."""
    found = declared("begat.influence.indicator.begat_53", "PART", SubDimension)
    own = sorted(found.values(), key=lambda part: (DIMENSIONS.index(part.dimension), part.indicators[0].id))
    return {"begat-53": Framework("begat-53", tuple(own)), "osir-53": Framework("osir-53", parts())}


def framework_named(name: str) -> Framework:
    """Return a set of indicators.

    Raises
    ------
    UnknownName
        If there is none of this name.
    """
    return named("set of indicators", name, frameworks())
