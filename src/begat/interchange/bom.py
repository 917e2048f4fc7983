"""What every CycloneDX document of begat has: its head, components by their names, declared licences.

The JSON is written as it is read: `cyclonedx-python-lib` knows no model card and no data component yet,
and its classes compare nested components by all that is in them. Its validator is what the tests ask.
"""

import json
import uuid
from collections.abc import Iterable
from typing import Any

from begat.ids import split_key
from begat.interchange.addresses import expression, iri, package_url
from begat.interchange.pedigree import Edition
from begat.interchange.properties import Property
from begat.licences import REFERENCE, licences
from begat.records import Dataset, Model
from begat.version import __version__

__all__ = [
    "VERSION",
    "Json",
    "Thing",
    "declared",
    "known",
    "metadata",
    "named",
    "properties",
    "sealed",
    "text",
]

Json = dict[str, Any]
Thing = Model | Dataset

VERSION = "1.6"


def sealed(fields: Json) -> Json:
    """Return a document of these fields; its serial number is a name-based UUID (version 5) of them."""
    bom: Json = {
        "$schema": f"http://cyclonedx.org/schema/bom-{VERSION}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": VERSION,
        "version": 1,
        **fields,
    }
    return bom | {"serialNumber": uuid.uuid5(uuid.NAMESPACE_URL, text(bom)).urn}


def metadata(edition: Edition, component: Json | None, facts: Iterable[Property]) -> Json:
    """Say when, by what and of what a document is; the time is the date of the snapshot."""
    return known(
        timestamp=f"{edition.date}T00:00:00Z",
        tools={"components": [{"type": "application", "name": "begat", "version": __version__}]},
        component=component,
        properties=properties(facts),
    )


def named(kind: str, thing: Thing, *, ref: bool = False) -> Json:
    """Name a component; with `ref` say which of the document's components it is."""
    group, slash, name = split_key(thing.id)[1].partition("/")
    called = {"group": group, "name": name} if slash and group and name else {"name": group + slash + name}
    reference = properties([("begat:ref", iri(thing))]) if ref else []
    return known(type=kind, **called, purl=package_url(thing), properties=reference)


def declared(thing: Thing) -> list[Json]:
    """Return what is declared: an id of the SPDX list, an expression, or a name; nothing if nothing is."""
    licence = thing.licence or thing.licence_raw
    if licence is None or not licence.strip():
        return []
    if thing.licence is not None and " " in licence:
        return [{"expression": expression(licence), "acknowledgement": "declared"}]
    from cyclonedx.spdx import is_supported_id

    if is_supported_id(licence):
        return [{"license": {"id": licence, "acknowledgement": "declared"}}]
    entry = licences().get(licence)
    name = entry.name if entry else licence.removeprefix(REFERENCE)
    called = known(name=name, acknowledgement="declared", url=entry.url if entry else None)
    return [{"license": called}]


def properties(facts: Iterable[Property]) -> list[Json]:
    """Return facts as names and values."""
    return [{"name": name, "value": value} for name, value in facts]


def known(**fields: Any) -> Json:
    """Leave out what is not known: None and what is empty."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def text(bom: Json) -> str:
    """Return a document as text."""
    return json.dumps(bom, ensure_ascii=False, indent=1) + "\n"
