"""Methods of ranking as data: indicators, weights and rules; presets and files of users."""

import difflib
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

from begat.discovery import named
from begat.errors import InputError, UnknownName, UnreadableFile
from begat.influence.indicator import DIMENSIONS, Framework, frameworks

__all__ = ["AGGREGATIONS", "NORMALISATIONS", "Goalposts", "Method", "method_named", "presets"]

PRESETS = files("begat.influence") / "methods"

NORMALISATIONS = ("goalpost", "max", "rank")
"""By fixed goalposts and the scale of each indicator; by the largest listed; by the part that lies below."""

AGGREGATIONS = ("power-mean", "rank-discounted")
"""Power mean over the dimensions; or the sum of w / log2(rank + 1), as published by OSIR-LMTS."""


TABLES = ("title", "source", "indicators", "dimensions", "weights", "rules", "goalposts")
"""What a method file may say."""

LARGEST = 10**18
"""No number of a method is larger."""

STEEPEST = 10
"""Largest exponent of the power mean: beyond it the best dimension alone counts."""

RULES: Mapping[str, Mapping[str, Any]] = {
    "begat-53": {
        "normalisation": "goalpost",
        "aggregation": "power-mean",
        "exponent": Fraction(1, 2),
        "coverage": Fraction(3, 5),
    },
    "osir-53": {
        "normalisation": "max",
        "aggregation": "rank-discounted",
        "exponent": Fraction(1, 2),
        "coverage": Fraction(0),
    },
}
"""Rules by set of indicators, where a method does not say others."""


@dataclass(frozen=True)
class Goalposts:
    """What counts as full marks, fixed in one reference snapshot: G of the scales ``log`` and ``linear``.

    Attributes
    ----------
    snapshot, digest : str
        The reference.
    computed_on : date
        When they were computed.
    values : mapping of str to float
        G by indicator.
    unscored : mapping of str to str
        Indicators that are not scored, with the reason.
    """

    snapshot: str
    digest: str
    computed_on: date
    values: Mapping[str, float]
    unscored: Mapping[str, str]


@dataclass(frozen=True)
class Method:
    """A method of ranking.

    Attributes
    ----------
    name, title, source : str
        What it is called and where it comes from.
    framework : Framework
        Its indicators.
    dimensions : mapping of str to Fraction
        Weight of each dimension; they sum to 1.
    weights : mapping of str to mapping of str to Fraction
        By dimension, the weight of each indicator (by id) inside it; they sum to 1.
    normalisation : str
        One of `NORMALISATIONS`.
    aggregation : str
        One of `AGGREGATIONS`, over the dimensions; inside a dimension it is the arithmetic mean.
    exponent : float
        p of the power mean; 0 is the geometric mean.
    coverage : Fraction
        Part of a sub-dimension, and of a dimension, that must be observed for a score.
    goalposts : Goalposts, optional
        Of the normalisation ``goalpost``.
    """

    name: str
    title: str
    source: str
    framework: Framework
    dimensions: Mapping[str, Fraction]
    weights: Mapping[str, Mapping[str, Fraction]]
    normalisation: str
    aggregation: str
    exponent: float
    coverage: Fraction
    goalposts: Goalposts | None = None

    def only(self, indicators: Collection[str]) -> "Method":
        """Return the method on some of its indicators, by id, the weights in a dimension scaled to 1."""
        kept = {
            dimension: {code: weight for code, weight in inside.items() if code in indicators}
            for dimension, inside in self.weights.items()
        }
        scaled = {
            dimension: {code: weight / (sum(inside.values()) or 1) for code, weight in inside.items()}
            for dimension, inside in kept.items()
        }
        return replace(self, weights=scaled)

    def on(self, dimension: str) -> "Method":
        """Return the method that ranks by one dimension alone.

        Raises
        ------
        UnknownName
            If there is no such dimension.
        """
        named("dimension", dimension, self.dimensions)
        return replace(self, dimensions={name: Fraction(name == dimension) for name in DIMENSIONS})


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
        If weights don't sum to 1, or an indicator, dimension or rule does not exist.
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
    except ValueError as error:
        raise UnreadableFile(f"this is not TOML with finite numbers ({error})", where=name) from error
    for word in table:
        named(f"part of the method {name}", word, dict.fromkeys(TABLES))
    framework = frameworks().get(str(table.get("indicators")))
    if framework is None:
        raise InputError(f"a method says indicators = one of {', '.join(frameworks())}", where=name)
    stated = table.get("weights", {})
    if not isinstance(stated, dict) or not stated.keys() <= set(DIMENSIONS):
        raise InputError(f"[weights.D] is for D of {', '.join(DIMENSIONS)}", where=name)
    rules = _rules(table.get("rules", {}), framework, name)
    return _checked(
        Method(
            name=name,
            title=str(table.get("title", name)),
            source=str(table.get("source", "")),
            framework=framework,
            dimensions=_weights(table.get("dimensions"), set(DIMENSIONS), f"{name}, [dimensions]"),
            weights=_inside(framework, stated, name),
            normalisation=str(rules["normalisation"]),
            aggregation=str(rules["aggregation"]),
            exponent=float(_number(rules["exponent"], f"{name}, exponent")),
            coverage=_number(rules["coverage"], f"{name}, coverage"),
            goalposts=_goalposts(table, framework, name),
        )
    )


def _rules(stated: Any, framework: Framework, name: str) -> Mapping[str, Any]:
    """The rules of a file over those of its indicators."""
    rules = RULES[framework.name]
    if not isinstance(stated, dict):
        raise InputError(f"[rules] is a table of {', '.join(rules)}", where=name)
    for word in stated:
        named(f"rule in {name}", word, rules)
    return {**rules, **stated}


def _checked(method: Method) -> Method:
    """Refuse rules that do not exist."""
    known = dict.fromkeys(NORMALISATIONS if method.goalposts else NORMALISATIONS[1:])
    named(f"normalisation in {method.name}", method.normalisation, known, hint=_hint(known, method))
    named(f"aggregation in {method.name}", method.aggregation, dict.fromkeys(AGGREGATIONS))
    if not 0 <= method.coverage <= 1:
        raise InputError("the coverage is a part of 1", where=method.name)
    if not abs(method.exponent) <= STEEPEST:
        raise InputError(f"the exponent is between -{STEEPEST} and {STEEPEST}", where=method.name)
    return method


def _hint(known: Mapping[str, None], method: Method) -> str:
    without = "" if method.goalposts else " (goalpost needs [goalposts]; `begat goalposts` writes them)"
    return f"Known: {', '.join(known)}{without}."


def _goalposts(table: Mapping[str, Any], framework: Framework, name: str) -> Goalposts | None:
    """The goalposts of the file itself, or those of a preset that it names."""
    stated, where = table.get("goalposts"), f"{name}, [goalposts]"
    if stated is None:
        return None
    if framework.name == "osir-53":
        raise InputError("the published indicators have no goalposts", where=where)
    if isinstance(stated, str):
        return _of_preset(stated, where)
    parts = [stated.get(part, {}) for part in ("values", "unscored")] if isinstance(stated, dict) else []
    if not parts or not all(isinstance(part, dict) for part in parts):
        raise InputError(
            "goalposts are the name of a preset, or tables of values and of what is not scored",
            where=where,
            hint="`begat goalposts` writes them.",
        )
    values, unscored = parts
    for code in (*values, *unscored):
        _known(code, framework.indicators, where)
    posts = {code: float(_number(value, where)) for code, value in values.items()}
    needed = {code for code, item in framework.indicators.items() if item.scale in ("log", "linear")}
    if lacking := sorted(needed - posts.keys() - unscored.keys()):
        raise InputError(f"no goalpost for {', '.join(lacking)}", where=where)
    if posts and min(posts.values()) <= 0:
        raise InputError("a goalpost is not above 0", where=where)
    if not isinstance(stated.get("computed_on", date.min), date):
        raise InputError("computed_on is a date", where=where)
    return Goalposts(
        str(stated.get("snapshot", "")),
        str(stated.get("digest", "")),
        stated.get("computed_on", date.min),
        posts,
        {code: str(reason) for code, reason in unscored.items()},
    )


def _of_preset(name: str, where: str) -> Goalposts:
    if name not in presets():
        named(f"preset in {where}", name, dict.fromkeys(presets()))
    found = method_named(name).goalposts
    if found is None:
        raise InputError(f"{name} has no goalposts", where=where)
    return found


def _inside(framework: Framework, stated: Mapping[str, Any], name: str) -> dict[str, Mapping[str, Fraction]]:
    """Weights of indicators: those stated, by id or code; equal inside each part elsewhere."""
    found = dict(framework.weights)
    for dimension, inside in stated.items():
        codes = {code.rpartition(":")[2]: code for code in found[dimension]}
        weights = _weights(inside, set(codes), f"{name}, [weights.{dimension}]")
        found[dimension] = {codes[code]: weights[code] for code in codes}
    return found


def _known(name: str, names: Collection[str], where: str) -> None:
    if name not in names:
        near = difflib.get_close_matches(name, names)
        raise UnknownName(f"indicator or dimension in {where}", name, suggestions=near)


def _weights(stated: Any, names: set[str], where: str) -> dict[str, Fraction]:
    """Check that each name has a weight and that they sum to 1, exactly."""
    if not isinstance(stated, dict):
        raise InputError("a table of weights is missing", where=where)
    for name in sorted(stated):
        _known(name, names, where)
    if lacking := sorted(names - stated.keys()):
        raise InputError(f"no weight for {', '.join(lacking)}", where=where, hint="Give 0 to leave one out.")
    weights = {name: _number(value, where) for name, value in stated.items()}
    total = sum(weights.values())
    if total != 1 or min(weights.values()) < 0:
        raise InputError(f"the weights sum to {float(total):g}, not to 1, or one is negative", where=where)
    return weights


def _number(value: Any, where: str) -> Fraction:
    """Read a number, or a fraction such as "1/6"."""
    try:
        number = Fraction(value)
    except (TypeError, ValueError, ZeroDivisionError) as error:
        raise InputError(f"a weight is no number ({error})", where=where) from error
    if isinstance(value, bool) or abs(number) > LARGEST:
        raise InputError(f"{value!r} is no number up to {LARGEST:,}", where=where)
    return number
