"""Answer of a named query."""

from typing import Any

from begat.answer.figure.base import Facts, Figure
from begat.discovery import named
from begat.errors import UnknownName

__all__ = ["FIGURE"]


def query(facts: Facts, *, name: str, params: dict[str, Any], column: str = "") -> float | str:
    """Return the number of rows of a named query, or the value of a column in the first one."""
    rows = facts.query(name, {key: str(item) for key, item in params.items()})
    if not column:
        return len(rows)
    if not rows:
        raise UnknownName(f"answer of {name}", str(params))
    value: float | str = named(f"column of {name}", column, rows[0])
    return value


FIGURE = Figure("query", "answer of a named query", query)
