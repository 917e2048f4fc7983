"""What a snapshot says about one model itself, ready to print: facts, figures, other names, disagreements."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from begat.views.words import clean

__all__ = ["Facts", "model_facts"]

Row = Mapping[str, Any]

MOST = 40
"""Rows of a table; what is left out is counted."""

PLAIN = (
    *("name", "platform", "account", "family", "task", "modality", "library", "parameters"),
    *("created_at", "modified_at", "licence", "licence_raw", "licence_terms", "gated", "removed"),
    *("last_listed", "papers", "sources"),
)
"""Facts in the order in which they are shown; each has a text ``fact_NAME``."""


class Facts(NamedTuple):
    """Tables about a model; `left_out` says how many rows of each are not in it.

    Attributes
    ----------
    facts : list of tuple
        Label and value in words.
    figures : list of tuple
        Metric, value, date or the day before which it was observed, source.
    names : list of tuple
        Other name, kind, source.
    contested : list of tuple
        Field, the value that is kept and whose it is, the other value and whose it is.
    left_out : dict
        By table.
    """

    facts: list[tuple[str, str]]
    figures: list[tuple[str, ...]]
    names: list[tuple[str, ...]]
    contested: list[tuple[str, ...]]
    left_out: dict[str, int]


def model_facts(said: Row, words: Mapping[str, str]) -> Facts:
    """Put what is said of a model into words.

    Parameters
    ----------
    said : mapping
        From `begat.answer.show.show`.
    words : mapping
        Texts ``fact_...`` and ``before``.
    """
    tables: dict[str, Sequence[Row]] = {
        "figures": said["figures"],
        "names": said["aliases"],
        "contested": said["contested"],
    }
    return Facts(
        facts=[(words[f"fact_{key}"], text) for key in PLAIN if (text := _fact(key, said.get(key)))],
        figures=[_figure(row, words) for row in tables["figures"][:MOST]],
        names=[_texts(row["id"], row["kind"], row["source"]) for row in tables["names"][:MOST]],
        contested=[
            _texts(*(row[key] for key in ("field", "kept", "kept_source", "value", "source")))
            for row in tables["contested"][:MOST]
        ],
        left_out={name: max(len(rows) - MOST, 0) for name, rows in tables.items()},
    )


def _fact(key: str, value: Any) -> str:
    """Write a fact; nothing where nothing is known."""
    if value is None or value == []:
        return ""
    if key in ("created_at", "modified_at"):
        return str(value)[:10]
    if key == "parameters":
        return f"{value:,}"
    if isinstance(value, list):
        return clean(", ".join(map(str, value)))
    return " / ".join(map(clean, str(value).splitlines()))


def _figure(row: Row, words: Mapping[str, str]) -> tuple[str, ...]:
    value = row["value"]
    day = row["observed_on"] or words["before"].format(date=row["observed_before"] or "?")
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,g}"
    return (*_texts(row["metric"]), text, *_texts(day, row["source"]))


def _texts(*values: Any) -> tuple[str, ...]:
    return tuple(clean(str(value)) if value is not None else "–" for value in values)
