"""CycloneDX: a bill of materials of one model, with the pedigree of every hop."""

from pathlib import Path

from begat.ids import account_iri
from begat.interchange.addresses import iri, page
from begat.interchange.bom import (
    VERSION,
    Json,
    Thing,
    declared,
    known,
    metadata,
    named,
    properties,
    sealed,
    text,
)
from begat.interchange.format.base import Content, Format
from begat.interchange.pedigree import Pedigree, Step, pedigree
from begat.interchange.properties import Property, of_pedigree, of_step, of_thing, of_use
from begat.records import Dataset, Model

__all__ = ["FORMAT", "NESTED", "document"]

NESTED = 16
"""Pedigrees inside pedigrees at most, so that a reader that calls itself for each gets to the end."""


def document(whole: Pedigree) -> Json:
    """Return the bill of materials of one model.

    Every model and dataset is written in full once, as a component, with the derivations that made it in
    its ``pedigree.ancestors``. In the pedigree of the model itself these go on up to the roots: an
    ancestor is opened where the walk up first comes to it, and only named where it comes to it again, so
    the document grows with ancestors and derivations and not with the ways between them, and cycles end.
    ``dependencies`` says of each thing what it was made from, for readers that know no pedigree.

    Notes
    -----
    The same facts give the same bytes: the time is the snapshot's date, the serial number a name-based
    UUID (version 5) of the content.
    """
    first, *ancestors = [_model(whole, model) for model in whole.models]
    datasets = [_dataset(whole, dataset) for dataset in whole.datasets]
    depends = _dependencies(whole)
    return sealed(
        {
            "metadata": metadata(whole.edition, first, of_pedigree(whole)),
            "components": ancestors + datasets,
            "dependencies": depends,
            "compositions": [{"aggregate": "unknown", "dependencies": [each["ref"] for each in depends]}],
        }
    )


def _model(whole: Pedigree, model: Model) -> Json:
    deep = NESTED if model is whole.subject else 1
    return known(
        **named("machine-learning-model", model),
        **{"bom-ref": iri(model)},
        **_published(whole, model),
        licenses=declared(model),
        pedigree=_ancestors(whole, model, deep),
        modelCard=_card(whole, model),
        properties=properties([*of_thing(whole, model), *_training(whole, model)]),
    )


def _dataset(whole: Pedigree, dataset: Dataset) -> Json:
    origins = [named("data", origin, ref=True) for origin in whole.origins(dataset)]
    return known(
        **named("data", dataset),
        **{"bom-ref": iri(dataset)},
        **_published(whole, dataset),
        licenses=declared(dataset),
        pedigree=known(ancestors=origins),
        data=[{"type": "dataset", "name": dataset.id}],
        properties=properties(of_thing(whole, dataset)),
    )


def _published(whole: Pedigree, thing: Thing) -> Json:
    """Say who published it, and who runs that account where this is known."""
    operator, address = whole.operator(thing), page(thing)
    account = account_iri(thing.platform or "", thing.account) if thing.account else None
    supplier = known(name=operator.name, url=[account] if account else []) if operator else None
    links = [{"type": "distribution", "url": address}] if address else []
    return {"supplier": supplier, "publisher": thing.account, "externalReferences": links}


def _ancestors(whole: Pedigree, model: Model, deep: int) -> Json:
    steps = whole.made.get(model.id, []) if deep else []
    return known(ancestors=[_ancestor(whole, step, deep) for step in steps])


def _ancestor(whole: Pedigree, step: Step, deep: int) -> Json:
    """Name a parent with the derivation from it; open its own pedigree if the walk first comes to it here."""
    parent = whole.by_id[step.parent]
    called = named("machine-learning-model", parent, ref=True)
    facts = called["properties"] + properties(of_step(step))
    further = _ancestors(whole, parent, deep - 1) if step.opens else {}
    return known(**called | {"properties": facts}, pedigree=further)


def _card(whole: Pedigree, model: Model) -> Json:
    """Return task and training data; names that lead to no dataset stand as they were written."""
    refs = [{"ref": iri(dataset)} for dataset in whole.trained_on(model)]
    texts = dict.fromkeys(use.dataset_raw for use in whole.taught.get(model.id, ()) if use.dataset is None)
    by_name = [{"type": "dataset", "name": text} for text in texts]
    return known(modelParameters=known(task=model.task, datasets=refs + by_name))


def _training(whole: Pedigree, model: Model) -> list[Property]:
    """Say who states the use of each dataset."""
    return [of_use(use) for use in whole.taught.get(model.id, ()) if use.dataset is not None]


def _dependencies(whole: Pedigree) -> list[Json]:
    """Say of every component what it was made from."""
    made: list[tuple[Thing, list[Thing]]] = []
    for model in whole.models:
        parents = [whole.by_id[step.parent] for step in whole.made.get(model.id, ())]
        made.append((model, [*parents, *whole.trained_on(model)]))
    made.extend((dataset, [*whole.origins(dataset)]) for dataset in whole.datasets)
    return [known(ref=iri(thing), dependsOn=sorted({iri(each) for each in others})) for thing, others in made]


def _write(content: Content, path: Path) -> None:
    path.write_text(text(document(pedigree(content))), encoding="utf-8")


FORMAT = Format(
    name="cyclonedx",
    title=f"CycloneDX {VERSION} ML-BOM (ECMA-424): one model with its whole pedigree",
    media_type=f"application/vnd.cyclonedx+json; version={VERSION}",
    suffix=".cdx.json",
    write=_write,
    whole=False,
)
