"""SPDX 3.0.1: a bill of materials of one model in JSON-LD, with its AI and Dataset classes."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from begat.interchange.addresses import expression, package_url, page, references
from begat.interchange.elements import (
    CONTEXT,
    TERMS,
    VERSION,
    Json,
    Thing,
    creation,
    element,
    element_id,
    extension,
    identifier,
    makers,
    minted,
    package_id,
    relationship,
)
from begat.interchange.format.base import Content, Format
from begat.interchange.pedigree import Pedigree, Step, pedigree
from begat.interchange.properties import Property, of_pedigree, of_step, of_thing, of_use
from begat.licences import REFERENCE, licences
from begat.records import Dataset, Model

__all__ = ["FORMAT", "NO_ELEMENT", "document"]

NO_ELEMENT = f"{TERMS}/Core/NoAssertionElement"
NO_LICENCE = f"{TERMS}/ExpandedLicensing/NoAssertionLicense"

PROFILES = ("core", "software", "simpleLicensing", "extension")
"""Profiles that a document conforms to. AI and Dataset further ask for a version, a time of release and a
concluded licence of each package, of which nothing is known here; their classes are used all the same."""

VARIANTS = ("quantized", "converted", "copy")
"""Kinds that leave the model what it is: a child in other numbers, another format, another place."""

DATA_TYPES = {
    "text": "text",
    "image": "image",
    "audio": "audio",
    "video": "video",
    "timeseries": "timeseries",
    "tabular": "structured",
}
"""Modalities of a dataset, as cards write them, with the type of SPDX."""


def document(whole: Pedigree) -> Json:
    """Return the bill of materials of one model as JSON-LD.

    Each model is an ``ai_AIPackage``, each dataset a ``dataset_DatasetPackage``. Each derivation is a
    relationship ``descendantOf`` with its evidence, beside it ``hasVariant``, ``copiedTo`` or ``dependsOn``
    where the kind says so. Of parents, training data and licences that nobody states there is no assertion.

    Notes
    -----
    The same facts give the same bytes; ``created`` is the snapshot's date. An element has an IRI that
    names snapshot and thing, so all documents of one snapshot say the same of it. It grows with ancestors
    and derivations.
    """
    parts = [
        *makers(whole.edition),
        *_agents(whole),
        *_packages(whole),
        *_licences(whole),
        *_relationships(whole),
    ]
    bill = _bill(whole, parts)
    head = element(
        "SpdxDocument",
        element_id(whole.edition, "document", *(json.dumps(each) for each in parts)),
        name=f"Bill of materials of {whole.subject.id}",
        profileConformance=list(PROFILES),
        rootElement=[bill["spdxId"]],
        element=[each["spdxId"] for each in (bill, *parts)],
        extension=extension(of_pedigree(whole)),
    )
    return {"@context": CONTEXT, "@graph": [creation(whole.edition), head, bill, *parts]}


def _bill(whole: Pedigree, parts: Iterable[Json]) -> Json:
    """Return the bill itself, which readers look for at the root: of the model, with all packages."""
    return element(
        "software_Sbom",
        element_id(whole.edition, "bill", *(json.dumps(each) for each in parts)),
        rootElement=[package_id(whole.edition, whole.subject)],
        element=[package_id(whole.edition, thing) for thing in _things(whole)],
    )


def _things(whole: Pedigree) -> Sequence[Thing]:
    return (*whole.models, *whole.datasets)


def _agents(whole: Pedigree) -> list[Json]:
    """Return who published the packages: institutions where known, else accounts by their name."""
    found = {}
    for thing in _things(whole):
        if key := _supplier(whole, thing):
            operator = whole.operator(thing)
            kind, name = ("Organization", operator.name) if operator else ("Agent", thing.account)
            found[key] = element(kind, key, name=name)
    return list(found.values())


def _supplier(whole: Pedigree, thing: Thing) -> str | None:
    if operator := whole.operator(thing):
        return minted(whole.edition, "org", operator.id or operator.name)
    return minted(whole.edition, "account", thing.platform or "", thing.account) if thing.account else None


def _packages(whole: Pedigree) -> Iterator[Json]:
    for model in whole.models:
        domain = [model.task] if model.task else []
        yield _package(whole, "ai_AIPackage", model, software_primaryPurpose="model", ai_domain=domain)
    for dataset in whole.datasets:
        kinds = _data_types(dataset)
        yield _package(
            whole,
            "dataset_DatasetPackage",
            dataset,
            software_primaryPurpose="data",
            dataset_datasetType=kinds,
        )


def _package(whole: Pedigree, kind: str, thing: Thing, **fields: Any) -> Json:
    return element(
        kind,
        package_id(whole.edition, thing),
        name=thing.id,
        externalIdentifier=[identifier(thing)],
        suppliedBy=_supplier(whole, thing),
        software_packageUrl=package_url(thing),
        software_downloadLocation=page(thing),
        software_homePage=page(thing),
        **fields,
        extension=extension(of_thing(whole, thing)),
    )


def _data_types(dataset: Dataset) -> list[str]:
    words = (dataset.modality or "").split(",")
    return sorted({DATA_TYPES[word] for word in words if word in DATA_TYPES}) or ["noAssertion"]


def _licences(whole: Pedigree) -> Iterator[Json]:
    """Return each licence that is declared, with a place holder for each text that SPDX does not have."""
    declared = sorted({thing.licence for thing in _things(whole) if thing.licence is not None})
    unlisted = sorted({part for licence in declared for part in references(licence)})
    for part in unlisted:
        text = _where(part)
        yield element(
            "simplelicensing_SimpleLicensingText",
            element_id(whole.edition, "licence-text", part),
            name=part,
            simplelicensing_licenseText=text,
        )
    for licence in declared:
        texts = [
            {
                "type": "DictionaryEntry",
                "key": expression(part),
                "value": element_id(whole.edition, "licence-text", part),
            }
            for part in references(licence)
        ]
        yield element(
            "simplelicensing_LicenseExpression",
            element_id(whole.edition, "licence", licence),
            simplelicensing_licenseExpression=expression(licence),
            simplelicensing_customIdToUri=texts,
        )


def _where(licence: str) -> str:
    """Say what a licence is and where its text stands, which is not part of the document."""
    known = licences().get(licence)
    if known is None:
        return f"As declared: {licence.removeprefix(REFERENCE)}. Its text is not known."
    place = f"is published at {known.url}" if known.url else "is not part of this document"
    return f"{known.name}. Its text {place}."


def _relationships(whole: Pedigree) -> Iterator[Json]:
    for thing in _things(whole):
        yield _declared(whole, thing)
    for step in whole.steps:
        yield from _descent(whole, step)
    for model in whole.models:
        yield from _training(whole, model)
        if model.id not in whole.made:
            yield relationship(whole.edition, package_id(whole.edition, model), "descendantOf", NO_ELEMENT)
    for dataset in whole.datasets:
        for origin in whole.origins(dataset):
            yield _between(whole, dataset, "descendantOf", origin)


def _declared(whole: Pedigree, thing: Thing) -> Json:
    licence = NO_LICENCE if thing.licence is None else element_id(whole.edition, "licence", thing.licence)
    return relationship(whole.edition, package_id(whole.edition, thing), "hasDeclaredLicense", licence)


def _descent(whole: Pedigree, step: Step) -> Iterator[Json]:
    child, parent = whole.by_id[step.child], whole.by_id[step.parent]
    yield _between(whole, child, "descendantOf", parent, of_step(step))
    if step.relation in VARIANTS:
        yield _between(whole, parent, "hasVariant", child)
    if step.relation == "copy":
        yield _between(whole, parent, "copiedTo", child)
    if step.relation == "adapter":
        yield _between(whole, child, "dependsOn", parent)


def _training(whole: Pedigree, model: Model) -> Iterator[Json]:
    used = whole.trained_on(model)
    for dataset in used:
        said = [of_use(use) for use in whole.taught[model.id] if use.dataset == dataset.id]
        yield _between(whole, model, "trainedOn", dataset, said)
    if not used:
        yield relationship(whole.edition, package_id(whole.edition, model), "trainedOn", NO_ELEMENT)


def _between(whole: Pedigree, one: Thing, kind: str, other: Thing, facts: Iterable[Property] = ()) -> Json:
    return relationship(
        whole.edition, package_id(whole.edition, one), kind, package_id(whole.edition, other), facts
    )


def _write(content: Content, path: Path) -> None:
    text = json.dumps(document(pedigree(content)), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


FORMAT = Format(
    name="spdx",
    title=f"SPDX {VERSION} in JSON-LD (AI and Dataset classes): one model with its whole pedigree",
    media_type="application/spdx+json",
    suffix=".spdx3.json",
    write=_write,
    whole=False,
)
