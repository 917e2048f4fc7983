"""Methods of ranking as data: which indicators, with which weights; presets and files of users."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

from begat.discovery import named
from begat.errors import InputError, UnknownName, UnreadableFile
from begat.influence.indicator import DIMENSIONS, osir_53

__all__ = ["Method", "method_named", "presets"]

PRESETS = files("begat.influence") / "methods"


@dataclass(frozen=True)
class Method:
    """A method of ranking.

    Attributes
    ----------
    name, title, source : str
        What it is called and where it comes from.
    dimensions : mapping of str to Fraction
        Weight of each dimension; they sum to 1.
    weights : mapping of str to mapping of str to Fraction
        By dimension, the weight of each indicator inside it; they sum to 1. Equal where a dimension
        is not named.
    """

    name: str
    title: str
    source: str
    dimensions: Mapping[str, Fraction]
    weights: Mapping[str, Mapping[str, Fraction]]

    def weight(self, dimension: str, code: str) -> float:
        """Return the weight of an indicator inside its dimension, up to a common factor."""
        inside = self.weights.get(dimension)
        return 1.0 if inside is None else float(inside[code])


def presets() -> list[str]:
    """Return the names of the methods that ship with begat."""
    return sorted(Path(item.name).stem for item in PRESETS.iterdir() if item.name.endswith(".toml"))


def method_named(name: str) -> Method:
    """Return a preset by name, or read the method of a TOML file.

    Raises
    ------
    UnknownName
        If there is no preset of this name and it is no path of a TOML file.
    UnreadableFile
        If the file can't be read or is no TOML.
    InputError
        If weights don't sum to 1, or an indicator or dimension does not exist.
    """
    if name in presets():
        return _method(name, (PRESETS / f"{name}.toml").read_text(encoding="utf-8"))
    if not name.endswith(".toml"):
        hint = f"Known: {', '.join(presets())}; or a TOML file."
        named("method", name, dict.fromkeys(presets()), hint=hint)
    try:
        return _method(name, Path(name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"the method can't be read ({error})", where=name) from error


def _method(name: str, text: str) -> Method:
    try:
        table = tomllib.loads(text, parse_float=Fraction)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableFile(f"this is not TOML ({error})", where=name) from error
    if table.get("indicators") != "osir-53":
        raise InputError('a method says indicators = "osir-53"', where=name)
    dimensions = _weights(table.get("dimensions"), set(DIMENSIONS), f"{name}, [dimensions]")
    stated = table.get("weights", {})
    if not isinstance(stated, dict) or not stated.keys() <= set(DIMENSIONS):
        raise InputError(f"[weights.D] is for D of {', '.join(DIMENSIONS)}", where=name)
    weights = {
        dimension: _weights(inside, _codes(dimension), f"{name}, [weights.{dimension}]")
        for dimension, inside in stated.items()
    }
    return Method(name, str(table.get("title", name)), str(table.get("source", "")), dimensions, weights)


def _codes(dimension: str) -> set[str]:
    return {indicator.code for indicator in osir_53() if indicator.dimension == dimension}


def _weights(stated: Any, names: set[str], where: str) -> dict[str, Fraction]:
    """Check that each name has a weight and that they sum to 1, exactly."""
    if not isinstance(stated, dict):
        raise InputError("a table of weights is missing", where=where)
    if unknown := sorted(stated.keys() - names):
        near = difflib.get_close_matches(unknown[0], names)
        raise UnknownName(f"indicator or dimension in {where}", unknown[0], suggestions=near)
    if lacking := sorted(names - stated.keys()):
        raise InputError(f"no weight for {', '.join(lacking)}", where=where, hint="Give 0 to leave one out.")
    try:
        weights = {name: Fraction(value) for name, value in stated.items()}
    except (TypeError, ValueError, ZeroDivisionError) as error:
        raise InputError(f"a weight is no number ({error})", where=where) from error
    total = sum(weights.values())
    if total != 1 or min(weights.values()) < 0:
        raise InputError(f"the weights sum to {float(total):g}, not to 1, or one is negative", where=where)
    return weights
