"""What a figure is, and how figures are found and called."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from begat.discovery import declared, named
from begat.errors import InputError, UnknownName
from begat.graph import Graph
from begat.snapshot import Snapshot

__all__ = ["Call", "Facts", "Figure", "Value", "call", "figures"]

Value = float | int | str | bool
Answer = TypeVar("Answer")

BILLION = 1e9

WORDS: Mapping[Any, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date, YYYY-MM-DD",
}


@dataclass(frozen=True)
class Facts:
    """What figures are computed from; what takes long is computed once.

    Attributes
    ----------
    snapshot : Snapshot
        The tables.
    graph : function
        Gives the derivation graph.
    query : function
        Runs a named query with its parameters and gives its rows.
    """

    snapshot: Snapshot
    graph: Callable[[], Graph]
    query: Callable[[str, Mapping[str, str]], Sequence[Mapping[str, Any]]]
    known: dict[Any, Any] = field(default_factory=dict)

    def once(self, key: Any, compute: Callable[[], Answer]) -> Answer:
        """Return what was computed under this key, computing it the first time."""
        if key not in self.known:
            self.known[key] = compute()
        answer: Answer = self.known[key]
        return answer


@dataclass(frozen=True)
class Figure:
    """A number or text that is computed from a snapshot.

    Attributes
    ----------
    name : str
        As claims write it.
    title : str
        In words.
    compute : function
        Takes `Facts` and arguments by name; their types and defaults are those of the function. It
        raises `UnknownName` for what the snapshot does not hold.
    share : bool
        Whether it is a part of 1 and printed in percent.
    """

    name: str
    title: str
    compute: Callable[..., Value]
    share: bool = False

    @cached_property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        """Its arguments."""
        every = inspect.signature(self.compute).parameters
        return {name: item for name, item in every.items() if item.kind is item.KEYWORD_ONLY}

    @cached_property
    def types(self) -> Mapping[str, Any]:
        """The type of each argument."""
        return get_type_hints(self.compute)


@dataclass(frozen=True)
class Call:
    """A figure with its arguments."""

    figure: Figure
    arguments: Mapping[str, Any]

    def value(self, facts: Facts, **changed: Any) -> Value:
        """Compute it, with some arguments changed."""
        return self.figure.compute(facts, **{**self.arguments, **changed})

    def text(self, value: Value | None) -> str:
        """Return a value as people read it."""
        if isinstance(value, bool) or value is None:
            return {None: "", True: "yes", False: "no"}[value]
        if isinstance(value, str):
            return value
        if self.figure.share:
            return f"{value:.1%}"
        if abs(value) >= BILLION:
            return f"{value / BILLION:,.1f} billion"
        return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}"

    def margin(self, tolerance: float) -> str:
        """Return a tolerance as people read it."""
        return f"{tolerance:.2%}" if self.figure.share else self.text(tolerance)

    def __str__(self) -> str:
        return " ".join(
            [self.figure.name, *(f"{key}={_plain(item)}" for key, item in self.arguments.items())]
        )


@cache
def figures() -> Mapping[str, Figure]:
    """Return all figures by name, from the files of this folder."""
    return declared("begat.answer.figure", "FIGURE", Figure)


def call(stated: Mapping[str, Any], where: str) -> Call:
    """Return the call that a table states: its ``figure`` and the arguments beside it.

    Raises
    ------
    InputError
        If there is no such figure or argument, one is missing or of another type; near names come with it.
    """
    if not isinstance(stated.get("figure"), str):
        raise InputError("no figure is named", where=where, hint=f"Known: {', '.join(figures())}.")
    figure = named(f"figure in {where}", stated["figure"], figures())
    arguments = {key: item for key, item in stated.items() if key != "figure"}
    where = f"{where}, figure {figure.name}"
    for key in arguments:
        named(f"argument in {where}", key, figure.parameters)
    for key, parameter in figure.parameters.items():
        if parameter.default is parameter.empty and key not in arguments:
            raise InputError(f"argument {key} is missing", where=where)
    checked = {key: _checked(item, figure.types[key], f"{where}, {key}") for key, item in arguments.items()}
    return Call(figure, checked)


def _checked(item: Any, wanted: Any, where: str) -> Any:
    """Check a value that was read from TOML against the type of an argument."""
    origin = get_origin(wanted)
    if wanted is Call:
        if not isinstance(item, dict):
            raise InputError("this takes a figure", where=where, hint='Write { figure = "...", ... }.')
        return call(item, where)
    if origin is Literal:
        options = get_args(wanted)
        if item not in options:
            raise UnknownName(f"choice in {where}", str(item), hint=f"Known: {', '.join(map(str, options))}.")
        return item
    if origin is list:
        if not isinstance(item, list) or not item:
            raise InputError("this takes a list", where=where, hint='Write ["...", "..."].')
        return [_checked(each, get_args(wanted)[0], where) for each in item]
    if origin is dict:
        if not isinstance(item, dict):
            raise InputError("this takes a table", where=where, hint="Write { name = value }.")
        return item
    if type(item) is not wanted and not (wanted is float and type(item) is int):
        raise InputError(f"this takes {WORDS[wanted]}, not {item!r}", where=where)
    return item


def _plain(item: Any) -> str:
    if isinstance(item, list):
        return ",".join(map(str, item))
    return f"({item})" if isinstance(item, Call) else str(item)
