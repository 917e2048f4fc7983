"""CycloneDX: a bill of materials of one model, with the pedigree of every hop.

The JSON is written as it is read: `cyclonedx-python-lib` knows no model card and no data component yet,
and its classes compare nested components by all that is in them. Its validator is what the tests ask.
"""

import json
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from begat.ids import account_iri, split_key
from begat.interchange.addresses import expression, iri, package_url, page
from begat.interchange.format.base import Content, Format
from begat.interchange.pedigree import Pedigree, Step, pedigree
from begat.interchange.properties import Property, of_pedigree, of_step, of_thing, of_use
from begat.licences import REFERENCE, licences
from begat.records import Dataset, Model
from begat.version import __version__

__all__ = ["FORMAT", "NESTED", "VERSION", "document"]

Json = dict[str, Any]
Thing = Model | Dataset

VERSION = "1.6"
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
    bom: Json = {
        "$schema": f"http://cyclonedx.org/schema/bom-{VERSION}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": VERSION,
        "version": 1,
        "metadata": {
            "timestamp": f"{whole.edition.date}T00:00:00Z",
            "tools": {"components": [{"type": "application", "name": "begat", "version": __version__}]},
            "component": first,
            "properties": _properties(of_pedigree(whole)),
        },
        "components": ancestors + datasets,
        "dependencies": depends,
        "compositions": [{"aggregate": "unknown", "dependencies": [each["ref"] for each in depends]}],
    }
    name = uuid.uuid5(uuid.NAMESPACE_URL, _text(bom))
    return bom | {"serialNumber": name.urn}


def _model(whole: Pedigree, model: Model) -> Json:
    deep = NESTED if model is whole.subject else 1
    return _known(
        **_named("machine-learning-model", model),
        **{"bom-ref": iri(model)},
        **_published(whole, model),
        licenses=_licences(model),
        pedigree=_ancestors(whole, model, deep),
        modelCard=_card(whole, model),
        properties=_properties([*of_thing(whole, model), *_training(whole, model)]),
    )


def _dataset(whole: Pedigree, dataset: Dataset) -> Json:
    origins = [_named("data", origin, ref=True) for origin in whole.origins(dataset)]
    return _known(
        **_named("data", dataset),
        **{"bom-ref": iri(dataset)},
        **_published(whole, dataset),
        licenses=_licences(dataset),
        pedigree=_known(ancestors=origins),
        data=[{"type": "dataset", "name": dataset.id}],
        properties=_properties(of_thing(whole, dataset)),
    )


def _named(kind: str, thing: Thing, *, ref: bool = False) -> Json:
    """Name a component; with `ref` say which of the document's components it is."""
    group, slash, name = split_key(thing.id)[1].partition("/")
    named = {"group": group, "name": name} if slash and group and name else {"name": group + slash + name}
    reference = _properties([("begat:ref", iri(thing))]) if ref else []
    return _known(type=kind, **named, purl=package_url(thing), properties=reference)


def _published(whole: Pedigree, thing: Thing) -> Json:
    """Say who published it, and who runs that account where this is known."""
    operator, address = whole.operator(thing), page(thing)
    account = account_iri(thing.platform or "", thing.account) if thing.account else None
    supplier = _known(name=operator.name, url=[account] if account else []) if operator else None
    links = [{"type": "distribution", "url": address}] if address else []
    return {"supplier": supplier, "publisher": thing.account, "externalReferences": links}


def _ancestors(whole: Pedigree, model: Model, deep: int) -> Json:
    steps = whole.made.get(model.id, []) if deep else []
    return _known(ancestors=[_ancestor(whole, step, deep) for step in steps])


def _ancestor(whole: Pedigree, step: Step, deep: int) -> Json:
    """Name a parent with the derivation from it; open its own pedigree if the walk first comes to it here."""
    parent = whole.by_id[step.parent]
    named = _named("machine-learning-model", parent, ref=True)
    properties = named["properties"] + _properties(of_step(step))
    further = _ancestors(whole, parent, deep - 1) if step.opens else {}
    return _known(**named | {"properties": properties}, pedigree=further)


def _licences(thing: Thing) -> list[Json]:
    """Return what is declared: an id of the SPDX list, an expression, or a name; nothing if nothing is."""
    licence = thing.licence or thing.licence_raw
    if licence is None or not licence.strip():
        return []
    if thing.licence is not None and " " in licence:
        return [{"expression": expression(licence), "acknowledgement": "declared"}]
    from cyclonedx.spdx import is_supported_id

    if is_supported_id(licence):
        return [{"license": {"id": licence, "acknowledgement": "declared"}}]
    known = licences().get(licence)
    name = known.name if known else licence.removeprefix(REFERENCE)
    named = _known(name=name, acknowledgement="declared", url=known.url if known else None)
    return [{"license": named}]


def _card(whole: Pedigree, model: Model) -> Json:
    """Return task and training data; names that lead to no dataset stand as they were written."""
    refs = [{"ref": iri(dataset)} for dataset in whole.trained_on(model)]
    texts = dict.fromkeys(use.dataset_raw for use in whole.taught.get(model.id, ()) if use.dataset is None)
    named = [{"type": "dataset", "name": text} for text in texts]
    return _known(modelParameters=_known(task=model.task, datasets=refs + named))


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
    return [
        _known(ref=iri(thing), dependsOn=sorted({iri(each) for each in others})) for thing, others in made
    ]


def _properties(facts: Iterable[Property]) -> list[Json]:
    return [{"name": name, "value": value} for name, value in facts]


def _known(**fields: Any) -> Json:
    """Leave out what is not known: None and what is empty."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def _text(bom: Json) -> str:
    return json.dumps(bom, ensure_ascii=False, indent=1) + "\n"


def _write(content: Content, path: Path) -> None:
    path.write_text(_text(document(pedigree(content))), encoding="utf-8")


FORMAT = Format(
    name="cyclonedx",
    title=f"CycloneDX {VERSION} ML-BOM (ECMA-424): one model with its whole pedigree",
    media_type=f"application/vnd.cyclonedx+json; version={VERSION}",
    suffix=".cdx.json",
    write=_write,
    whole=False,
)
