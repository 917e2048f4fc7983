"""What every SPDX document of begat has: its head, elements named by what they say, relationships."""

import hashlib
from collections.abc import Iterable
from typing import Any

from begat.ids import minted_iri, split_key
from begat.interchange.addresses import iri
from begat.interchange.pedigree import Edition
from begat.interchange.properties import Property
from begat.records import Dataset, Model
from begat.version import __version__

__all__ = [
    "CONTEXT",
    "TERMS",
    "VERSION",
    "Json",
    "Thing",
    "creation",
    "element",
    "element_id",
    "extension",
    "identifier",
    "makers",
    "minted",
    "package_id",
    "relationship",
]

Json = dict[str, Any]
Thing = Model | Dataset

VERSION = "3.0.1"
CONTEXT = f"https://spdx.org/rdf/{VERSION}/spdx-context.jsonld"
TERMS = f"https://spdx.org/rdf/{VERSION}/terms"
CREATION = "_:creation"


def creation(edition: Edition) -> Json:
    """Say when and by what a document is made; the time is the date of the snapshot."""
    program, tool = (each["spdxId"] for each in makers(edition))
    return {
        "type": "CreationInfo",
        "@id": CREATION,
        "specVersion": VERSION,
        "created": f"{edition.date}T00:00:00Z",
        "createdBy": [program],
        "createdUsing": [tool],
    }


def makers(edition: Edition) -> list[Json]:
    """Return the program as agent, which a creation must have, and as tool."""
    name = f"begat {__version__}"
    return [
        element("SoftwareAgent", minted(edition, "agent", "begat"), name=name),
        element("Tool", minted(edition, "tool", "begat"), name=name),
    ]


def element(kind: str, key: str, **fields: Any) -> Json:
    """Return an element; fields that are None or empty are left out."""
    known = {name: value for name, value in fields.items() if value not in (None, "", [])}
    return {"type": kind, "spdxId": key, "creationInfo": CREATION, **known}


def element_id(edition: Edition, kind: str, *parts: str) -> str:
    """Return the IRI of an element that is known by what it says."""
    return minted(edition, kind, _digest(*parts))


def package_id(edition: Edition, thing: Thing) -> str:
    """Return the IRI of the package of a model or dataset."""
    platform, name = split_key(thing.id)
    return minted(edition, "model" if isinstance(thing, Model) else "dataset", platform, *name.split("/"))


def minted(edition: Edition, kind: str, *parts: str) -> str:
    """Return an IRI below that of the edition: one snapshot as this version of the program writes it."""
    return minted_iri("spdx", f"{edition.name}-{_digest(edition.digest, __version__)[:12]}", kind, *parts)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def identifier(thing: Thing) -> Json:
    """Say which thing of the graph of begat it is."""
    return {
        "type": "ExternalIdentifier",
        "externalIdentifierType": "other",
        "identifier": iri(thing),
        "comment": "its IRI in the graph of begat",
    }


def relationship(edition: Edition, begin: str, kind: str, end: str, facts: Iterable[Property] = ()) -> Json:
    """Return a relationship; whether there are more of its kind nobody knows."""
    return {
        **element("Relationship", element_id(edition, "relationship", begin, kind, end)),
        "from": begin,
        "relationshipType": kind,
        "to": [end],
        "completeness": "noAssertion",
        **({"extension": extension(facts)} if facts else {}),
    }


def extension(facts: Iterable[Property]) -> list[Json]:
    """Return names and values in the one extension that the standard itself defines."""
    entries = [
        {
            "type": "extension_CdxPropertyEntry",
            "extension_cdxPropName": name,
            "extension_cdxPropValue": value,
        }
        for name, value in facts
    ]
    return [{"type": "extension_CdxPropertiesExtension", "extension_cdxProperty": entries}]
