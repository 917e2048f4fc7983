"""What the Hub's tags and counts say, shared by the sources that carry them."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from begat.ids import PART
from begat.records import Derivation, Observation, TrainedOn
from begat.sources.base import BadRow, Method, Row

__all__ = [
    "RELATIONS",
    "TAG_METHODS",
    "figures",
    "lineage",
    "papers",
    "parameters",
    "tag_value",
    "tag_values",
    "training",
]

REPOSITORY = re.compile(rf"(?:{PART}/)?{PART}")
RELATIONS = ("finetune", "adapter", "quantized", "merge")
ARXIV = re.compile(r"\d{4}\.\d{4,5}")
MOST_PARAMETERS = 10**14
"""A count above this is a mistake of the file, not a size."""

TAG_METHODS = {
    "tags": Method(0.98, 0.95),
    "tags-finetune": Method(0.98, 0.70),
    "adapter-config": Method(0.80, 0.95),
    "card": Method(0.85, 0.50),
}
"""The Hub's `finetune` is also what nothing marks otherwise: strong for the parent, weak for the kind."""


def lineage(child: str, tags: Iterable[str], card: Any, on: date) -> Iterator[Derivation]:
    """Yield the derivations that ``base_model:`` tags state; a card's own value where no tag does.

    An adapter tag without its plain twin is the raw text of the adapter's configuration file.
    """
    bases = tag_values(tags, "base_model:")
    typed = [(base.split(":", 1)) for base in bases if base.split(":", 1)[0] in RELATIONS]
    plain = [base for base in bases if base.split(":", 1)[0] not in RELATIONS]
    order = {parent: place for place, parent in enumerate(dict.fromkeys(plain))}
    for relation, parent in typed:
        yield Derivation(
            child,
            parent,
            relation,
            tag_method(relation) if parent in order or relation != "adapter" else "adapter-config",
            order.get(parent, len(order)),
            stated_on=on,
        )
    stated = {parent for _, parent in typed}
    for parent in [base for base in order if base not in stated]:
        yield Derivation(child, parent, "undetermined", "tags", order[parent], stated_on=on)
    if not bases:
        yield from card_lineage(child, card, on)


def repository(row: Row) -> str:
    """Return the id of a listed repository, ``owner/name`` or a legacy bare name.

    Raises
    ------
    BadRow
        If it has another form: the Hub gives no such id.
    """
    key = row["id"]
    if not isinstance(key, str) or not REPOSITORY.fullmatch(key):
        raise BadRow(f"{key!r:.60} is no id of the Hub")
    return key


def tag_method(relation: str) -> str:
    """Return the method of a typed tag: fine-tune tags are kept apart, being weak for the kind."""
    return "tags-finetune" if relation == "finetune" else "tags"


def card_lineage(child: str, card: Any, on: date) -> Iterator[Derivation]:
    """Yield the bases that a card names and the Hub did not resolve to a tag."""
    values = card if isinstance(card, list) else [card]
    texts = [value for value in values if isinstance(value, str)]
    names = [name.strip() for text in texts for name in text.split(",") if name.strip()]
    for place, name in enumerate(dict.fromkeys(names)):
        yield Derivation(child, name, "undetermined", "card", place, stated_on=on)


def papers(tags: Iterable[str]) -> list[str] | None:
    """Return the arXiv ids that ``arxiv:`` tags mention, None without any; what is no such id is left out."""
    found = dict.fromkeys(text.strip() for text in tag_values(tags, "arxiv:"))
    return [text for text in found if ARXIV.fullmatch(text)] or None


def training(model: str, tags: Iterable[str], on: date) -> Iterator[TrainedOn]:
    """Yield the training data that ``dataset:`` tags declare."""
    for name in dict.fromkeys(tag_values(tags, "dataset:")):
        yield TrainedOn(model, name, "tags", stated_on=on)


def tag_value(tags: Iterable[str], prefix: str) -> str | None:
    """Return what follows the first tag with this prefix."""
    return next(iter(tag_values(tags, prefix)), None)


def tag_values(tags: Iterable[str], prefix: str) -> list[str]:
    """Return what follows each tag with this prefix."""
    return [tag.removeprefix(prefix) for tag in tags if tag.startswith(prefix)]


def figures(
    subject: str,
    kind: str,
    *,
    on: date | None = None,
    before: date | None = None,
    **values: float | None,
) -> Iterator[Observation]:
    """Yield an observation for each figure that is known; the keyword is the metric."""
    for metric, value in values.items():
        if value is not None:
            yield Observation(subject, kind, metric, float(value), on, before)


def parameters(value: Any) -> int | None:
    """Return a parameter count, None where it is missing or can't be one."""
    return int(value) if value and 0 < value <= MOST_PARAMETERS else None
