"""What the Hub says in tags, counts, cards and answers of its API, for the sources that carry it."""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from begat.ids import PART
from begat.records import Dataset, Derivation, Evaluation, Model, Observation, Record, TrainedOn
from begat.sources.base import BadRow, Context, Method, Row, first, instant

__all__ = [
    "CARD_FIELDS",
    "INDICATORS",
    "LANGUAGE",
    "METRICS",
    "MOST_PARAMETERS",
    "RELATIONS",
    "REPOSITORY",
    "TAG_METHODS",
    "api_dataset",
    "api_figures",
    "api_model",
    "api_space",
    "bases",
    "card_fields",
    "dataset_records",
    "evaluations",
    "figures",
    "json_object",
    "languages",
    "licence",
    "lineage",
    "papers",
    "parameters",
    "repository",
    "shortest_codes",
    "size",
    "tag_method",
    "tag_value",
    "tag_values",
    "training",
]

REPOSITORY = re.compile(rf"(?:{PART}/)?{PART}")
RELATIONS = ("finetune", "adapter", "quantized", "merge")
ARXIV = re.compile(r"\d{4}\.\d{4,5}")
LANGUAGE = re.compile("[a-z]{2,3}")
FLOOR = datetime(2022, 3, 2, 23, 29, 4, tzinfo=UTC)
"""The Hub's creation time of all repositories that are older than this moment."""
MOST_PARAMETERS = 10**14
"""A count above this is a mistake of the file, not a size."""
METRICS = {
    "downloads": "downloads_30d",
    "downloadsAllTime": "downloads_total",
    "likes": "likes",
    "trendingScore": "trending",
}
"""Figures of anything on the Hub, by the fields that hold them."""

CARD_FIELDS = (
    "license:",
    "language:",
    "size_categories:",
    "source_datasets:",
    "task_categories:",
    "library:mlcroissant",
)
"""Tags that show a filled field of a dataset's card: licence, languages, size, source, task, Croissant."""

INDICATORS = (
    *("D01", "D02", "D04", "D06", "D08", "D09", "D10", "D11", "D12", "E07", "E10"),
    *("M01", "M02", "M03", "M04", "M05", "M06", "M10", "M11", "M12", "M13", "M14", "M16", "S07", "S08"),
)
"""Indicators of begat-53 that a whole listing of the Hub, models and datasets, can feed."""

TAG_METHODS = {
    "tags": Method(0.98, 0.95),
    "tags-finetune": Method(0.98, 0.70),
    "adapter-config": Method(0.80, 0.95),
    "card": Method(0.85, 0.50),
}
"""The Hub's `finetune` is also what nothing marks otherwise: strong for the parent, weak for the kind."""


def api_model(row: Row, context: Context) -> Iterator[Record]:
    """Yield the records of one model as the Hub's API shows it, in a list or alone.

    What an answer leaves out is unknown: lists carry ``baseModels``, sizes and cards only where asked.
    """
    key, tags, card = repository(row), row.get("tags") or [], json_object(row.get("cardData"))
    yield Model(
        key,
        created_at=created(row.get("createdAt")),
        modified_at=instant(row.get("lastModified")),
        task=row.get("pipeline_tag"),
        library=row.get("library_name"),
        licence_raw=licence(tags, card),
        parameters=size(row),
        gated=gated(row.get("gated")),
        papers=papers(tags),
    )
    yield from bases(key, row.get("baseModels"), tags, card, context)
    yield from training(key, tags, context.date)
    children = row.get("childrenModelCount") or {}
    counted = {f"children_{kind}": count for kind, count in children.items() if kind in RELATIONS}
    yield from api_figures("model", row, context, storage_bytes=row.get("usedStorage"), **counted)
    yield from evaluations(key, {"model-index": row.get("model-index") or card.get("model-index")})


def api_dataset(row: Row, context: Context) -> Iterator[Record]:
    """Yield the records of one dataset as the Hub's API shows it, in a list or alone."""
    key, tags = repository(row), row.get("tags") or []
    yield tagged_dataset(key, row)._replace(
        created_at=created(row.get("createdAt")),
        licence_raw=licence(tags, json_object(row.get("cardData"))),
    )
    filled = card_fields(tags) if "tags" in row else None
    yield from api_figures("dataset", row, context, card_fields_of_6=filled)


def dataset_records(row: Row, context: Context) -> Iterator[Dataset | Observation]:
    """Yield a dataset as its tags describe it, and how many fields of its card they show to be filled."""
    key, tags = repository(row), row.get("tags") or []
    yield tagged_dataset(key, row)
    yield from figures(key, "dataset", on=context.date, card_fields_of_6=card_fields(tags))


def tagged_dataset(key: str, row: Row) -> Dataset:
    """Return a dataset as its tags describe it."""
    tags = row.get("tags") or []
    return Dataset(
        key,
        created_at=instant(row.get("createdAt")),
        modified_at=instant(row.get("lastModified")),
        modality=",".join(tag_values(tags, "modality:")) or None,
        languages=languages(tags),
        derived_from=tag_values(tags, "source_datasets:") or None,
        licence_raw=tag_value(tags, "license:"),
    )


def api_space(row: Row, context: Context) -> Iterator[Record]:
    """Yield the figures of one space as the Hub's API shows it."""
    yield from api_figures("space", row, context)


def api_figures(kind: str, row: Row, context: Context, **further: float | None) -> Iterator[Observation]:
    """Yield the figures of `METRICS` that a row of the Hub shows, and what else its kind counts."""
    return figures(
        repository(row),
        kind,
        on=context.date,
        before=None,
        **{metric: row.get(field) for field, metric in METRICS.items()},
        **further,
    )


def created(text: str | None) -> datetime | None:
    """Return when a repository was created, None for one from before the Hub kept such times."""
    moment = instant(text)
    return None if moment is not None and moment <= FLOOR else moment


def gated(value: Any) -> str | None:
    """Return how access is gated, ``false``, ``auto`` or ``manual``; None where an answer leaves it out."""
    return None if value is None else str(value).lower()


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


def languages(tags: Iterable[str]) -> list[str] | None:
    """Return the languages that tags name, by the shortest ISO 639 code of each; `code` is none."""
    codes = [code for code in tag_values(tags, "language:") if LANGUAGE.fullmatch(code)]
    return sorted({shortest_codes().get(code, code) for code in codes}) or None


@cache
def shortest_codes() -> Mapping[str, str]:
    """Return the shortest ISO 639 code of each longer one."""
    from babel.core import get_global

    return dict(get_global("language_aliases"))


def card_fields(tags: Sequence[str]) -> int:
    """Return how many of the six fields of `CARD_FIELDS` the card of a dataset fills, by its tags."""
    return sum(any(tag.startswith(field) for tag in tags) for field in CARD_FIELDS)


def bases(key: str, stated: Any, tags: list[str], card: Row, context: Context) -> Iterator[Record]:
    """Yield the parents of ``baseModels``, each with its stable id; of the tags where it is absent."""
    if not stated or not stated.get("models"):
        yield from lineage(key, tags, card.get("base_model"), context.date)
        return
    relation = stated.get("relation") if stated.get("relation") in RELATIONS else "undetermined"
    for place, base in enumerate(stated["models"]):
        method = tag_method(relation)
        yield Derivation(key, base["id"], relation, method, place, stated_on=context.date)


def licence(tags: list[str], card: Row) -> str | None:
    """Return the licence: the Hub's tag; for ``other`` the name in the card, else the address of the text."""
    value = tag_value(tags, "license:") or text(first(card.get("license")))
    if value != "other":
        return value
    link = text(card.get("license_link")) or ""
    return text(card.get("license_name")) or (link if link.startswith("https://") else value)


def text(value: Any) -> str | None:
    """Return a text of the card; None for anything else that people put there."""
    return value if isinstance(value, str) else None


def size(row: Row) -> int | None:
    """Return the parameter count from safetensors, else from GGUF."""
    tensors = row.get("safetensors") or {}
    return parameters(tensors.get("total") or json_object(row.get("gguf")).get("total"))


def evaluations(key: str, card: Row) -> Iterator[Evaluation]:
    """Yield the numeric results of the card's model-index; an odd block gives none."""
    for entry in listed(card.get("model-index")):
        for result in listed(entry.get("results")):
            dataset = result.get("dataset")
            name = dataset.get("name") if isinstance(dataset, dict) else None
            if isinstance(name, str):
                yield from measured(key, name, listed(result.get("metrics")))


def measured(key: str, benchmark: str, metrics: list[Row]) -> Iterator[Evaluation]:
    """Yield the metrics of one benchmark that are finite numbers."""
    for metric in metrics:
        value = metric.get("value")
        if isinstance(value, int | float) and math.isfinite(value):
            kind = str(metric.get("type") or metric.get("name") or "unknown")
            yield Evaluation(key, benchmark, kind, float(value), method="model-index")


def json_object(value: Any) -> Row:
    """Return an object, or read one from JSON text; {} for nothing, and for what is none."""
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def listed(value: Any) -> list[Row]:
    """Return the objects of a list; [] for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
