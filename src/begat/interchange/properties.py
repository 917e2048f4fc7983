"""What neither standard has a field for, as names and values that both kinds of document carry."""

import json
from collections.abc import Iterable
from typing import Any

from begat.interchange.pedigree import Pedigree, Step
from begat.records import Dataset, Derivation, Inference, Model, TrainedOn

__all__ = ["Property", "of_pedigree", "of_step", "of_thing", "of_use"]

Property = tuple[str, str]


def of_thing(pedigree: Pedigree, thing: Model | Dataset) -> list[Property]:
    """Return what is known of a model or dataset, one entry a value; what is not known is left out."""
    facts = {
        "id": thing.id,
        "platform": thing.platform,
        "account": thing.account,
        "licenceAsDeclared": thing.licence_raw,
        "created": thing.created_at,
        "modified": thing.modified_at,
        "modality": thing.modality,
        "listed": thing.listed,
    }
    further = _of_model(pedigree, thing) if isinstance(thing, Model) else _of_dataset(thing)
    sources = [("source", source) for source in thing.sources or ()]
    return _named([*facts.items(), *further, *sources])


def _of_model(pedigree: Pedigree, model: Model) -> list[tuple[str, Any]]:
    facts = {
        "lastListed": model.last_listed,
        "removed": model.removed,
        "hubId": model.hub_id,
        "family": model.family,
        "library": model.library,
        "parameterCount": model.parameters,
        "gated": model.gated,
    }
    papers = [("paper", f"arXiv:{paper}") for paper in model.papers or ()]
    lost = [each for each in pedigree.unresolved if each.child == model.id]
    texts = [("unresolvedBaseModel", _statement(each, text=each.parent_raw)) for each in lost]
    used = [use for use in pedigree.taught.get(model.id, ()) if use.dataset is None]
    names = [("unresolvedDataset", _used(use, text=use.dataset_raw)) for use in used]
    return [*facts.items(), *papers, *texts, *names]


def _of_dataset(dataset: Dataset) -> list[tuple[str, Any]]:
    languages = [("language", language) for language in dataset.languages or ()]
    return [("lifecycle", dataset.lifecycle), *languages]


def of_step(step: Step) -> list[Property]:
    """Return kind, weight and evidence of a derivation; every statement is one text in JSON."""
    first = step.statements[0]
    facts = {
        "kind": step.relation,
        "inferred": step.inferred or None,
        "weight": step.weight,
        "extractionMethod": first.method,
        "statedBy": first.source,
        "confidence": first.confidence,
        "kindConfidence": first.kind_confidence,
    }
    return _named([*facts.items(), *(("statement", _statement(each)) for each in step.statements)])


def of_use(use: TrainedOn) -> Property:
    """Return which dataset a model was trained on, and who says so, as one text in JSON."""
    return "begat:trainedOn", _used(use, dataset=use.dataset or "")


def of_pedigree(pedigree: Pedigree) -> list[Property]:
    """Return which snapshot a document is of, and the sources of its facts with their licences."""
    edition = pedigree.edition
    facts = {"snapshot": edition.name, "digest": edition.digest, "synthetic": edition.synthetic or None}
    sources = [("dataSource", _json(**source._asdict())) for source in pedigree.sources]
    return _named([*facts.items(), *sources])


def _statement(each: Derivation | Inference, **more: str) -> str:
    if isinstance(each, Derivation):
        further: dict[str, Any] = {"weight": each.share, "statedOn": each.stated_on}
    else:
        further = {"evidence": each.evidence}
    return _json(
        **more,
        kind=each.relation,
        source=each.source,
        method=each.method,
        confidence=each.confidence,
        kindConfidence=each.kind_confidence,
        **further,
    )


def _used(use: TrainedOn, **more: str) -> str:
    facts = {"stage": use.stage, "source": use.source, "method": use.method, "statedOn": use.stated_on}
    return _json(**more, **facts)


def _json(**facts: Any) -> str:
    known = {name: value for name, value in facts.items() if value is not None}
    return json.dumps(known, ensure_ascii=False, default=str)


def _named(facts: Iterable[tuple[str, Any]]) -> list[Property]:
    """Return known facts as ``begat:name`` and text."""
    return [(f"begat:{name}", _text(value)) for name, value in facts if value is not None]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
