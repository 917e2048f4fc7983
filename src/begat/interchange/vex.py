"""CycloneDX VEX: what rests on something that is bad, as components that one vulnerability may affect."""

from begat.interchange.addresses import iri, page
from begat.interchange.affected import Affected, Hit
from begat.interchange.bom import Json, Thing, declared, known, metadata, named, properties, sealed
from begat.records import Model

__all__ = ["document"]

STATE = "in_triage"
"""What is known of a thing that only rests on another."""


def document(affected: Affected) -> Json:
    """Return a document with one vulnerability, and all that it may affect as components.

    Notes
    -----
    The same facts give the same bytes, as with bills of materials. It grows with what is hit: some 800
    bytes a model.
    """
    names = {iri(thing) for thing in affected.things}
    return sealed(
        {
            "metadata": metadata(affected.edition, None, affected.facts),
            "components": [
                *(_component(thing) for thing in affected.bad),
                *(_component(hit.thing, hit) for hit in affected.hits),
            ],
            "dependencies": [_depends(hit, names) for hit in affected.hits],
            "vulnerabilities": [_vulnerability(affected)],
        }
    )


def _component(thing: Thing, hit: Hit | None = None) -> Json:
    address = page(thing)
    return known(
        **named("machine-learning-model" if isinstance(thing, Model) else "data", thing),
        **{"bom-ref": iri(thing)},
        publisher=thing.account,
        licenses=declared(thing),
        externalReferences=[{"type": "distribution", "url": address}] if address else [],
        **{"properties": properties(hit.facts)} if hit else {},
    )


def _depends(hit: Hit, names: set[str]) -> Json:
    """Say what a thing was made from; nothing where that is not among the components."""
    above = iri(hit.above)
    return known(ref=iri(hit.thing), dependsOn=[above] if above in names else [])


def _vulnerability(affected: Affected) -> Json:
    return known(
        **{"bom-ref": f"vulnerability:{affected.name}"},
        id=affected.name,
        source={"name": "CVE"} if affected.cause.cve else {},
        description=affected.text,
        analysis={"state": STATE, "detail": affected.detail},
        affects=[{"ref": iri(thing)} for thing in affected.things],
    )
