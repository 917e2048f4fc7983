"""SPDX 3.0.1 VEX: what rests on something that is bad, as packages under investigation."""

import json
from collections.abc import Iterator

from begat.interchange.addresses import package_url, page
from begat.interchange.affected import Affected, Hit
from begat.interchange.elements import (
    CONTEXT,
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
from begat.records import Model

__all__ = ["document"]

PROFILES = ("core", "software", "security", "extension")


def document(affected: Affected) -> Json:
    """Return a document with one vulnerability, and all that is under investigation for it as packages.

    How each came to rest on the other is a relationship: ``descendantOf``, ``trainedOn``, or ``copiedTo``
    for the same model elsewhere.

    Notes
    -----
    The same facts give the same bytes. An element has the IRI that bills of materials of the snapshot give
    it.
    """
    edition = affected.edition
    packages = [_package(affected, thing) for thing in affected.things]
    names = {each["spdxId"] for each in packages}
    steps = [step for hit in affected.hits for step in _step(affected, hit, names)]
    problem = _vulnerability(affected)
    parts = [*makers(edition), *_agents(affected), *packages, *steps, problem, _assessed(affected, problem)]
    head = element(
        "SpdxDocument",
        element_id(edition, "document", *(json.dumps(each) for each in parts)),
        name=f"What rests on {affected.subject}",
        profileConformance=list(PROFILES),
        rootElement=[problem["spdxId"]],
        element=[each["spdxId"] for each in parts],
        extension=extension(affected.facts),
    )
    return {"@context": CONTEXT, "@graph": [creation(edition), head, *parts]}


def _agents(affected: Affected) -> list[Json]:
    found = {
        _agent_id(affected, thing): thing.account for thing in affected.things if thing.account is not None
    }
    return [element("Agent", key, name=name) for key, name in found.items()]


def _agent_id(affected: Affected, thing: Thing) -> str:
    return minted(affected.edition, "account", thing.platform or "", thing.account or "")


def _package(affected: Affected, thing: Thing) -> Json:
    model = isinstance(thing, Model)
    return element(
        "ai_AIPackage" if model else "dataset_DatasetPackage",
        package_id(affected.edition, thing),
        name=thing.id,
        externalIdentifier=[identifier(thing)],
        suppliedBy=_agent_id(affected, thing) if thing.account else None,
        software_packageUrl=package_url(thing),
        software_downloadLocation=page(thing),
        software_homePage=page(thing),
        software_primaryPurpose="model" if model else "data",
        dataset_datasetType=[] if model else ["noAssertion"],
    )


def _step(affected: Affected, hit: Hit, names: set[str]) -> Iterator[Json]:
    """Say how a thing came to rest on another, where that is among the packages."""
    edition = affected.edition
    own, above = package_id(edition, hit.thing), package_id(edition, hit.above)
    if above not in names:
        return
    if hit.row["relation"] == "mirror":
        yield relationship(edition, above, "copiedTo", own, hit.facts)
        return
    kind = "trainedOn" if hit.row["relation"] == "trained-on" else "descendantOf"
    yield relationship(edition, own, kind, above, hit.facts)


def _vulnerability(affected: Affected) -> Json:
    identifier = {
        "type": "ExternalIdentifier",
        "externalIdentifierType": "cve" if affected.cause.cve else "securityOther",
        "identifier": affected.name,
    }
    return element(
        "security_Vulnerability",
        element_id(affected.edition, "vulnerability", affected.name),
        name=affected.name,
        description=affected.text,
        externalIdentifier=[identifier],
    )


def _assessed(affected: Affected, problem: Json) -> Json:
    """Say that all packages are under investigation for it: nothing more is known."""
    edition = affected.edition
    packages = [package_id(edition, thing) for thing in affected.things]
    program = makers(edition)[0]["spdxId"]
    return {
        **element(
            "security_VexUnderInvestigationVulnAssessmentRelationship",
            element_id(edition, "assessment", problem["spdxId"], *packages),
            suppliedBy=program,
            security_statusNotes=affected.detail,
        ),
        "from": problem["spdxId"],
        "relationshipType": "underInvestigationFor",
        "to": packages,
    }
