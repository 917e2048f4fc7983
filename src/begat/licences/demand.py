"""What a licence demands of those who build on its subject, in one of six words."""

from begat.licences.clauses import Clauses

__all__ = ["DEMANDS", "clause_demand", "demand"]

DEMANDS = ("no-derivatives", "non-commercial", "travels", "conditions", "permissive", "unknown")
"""Gravest first. ``travels``: the licence or its terms go along; ``conditions``: anything else that binds but
a notice; ``unknown``: one of the graver demands can't be ruled out, and none that is graver is known."""

GRAVE = {
    "no-derivatives": "no-derivatives",
    "no-commercial-use": "non-commercial",
    "share-alike": "travels",
    "terms-travel": "travels",
}
"""The clauses that decide, each with its demand; the others but attribution are conditions."""

NOTICE = "attribution"


def clause_demand(clause: str) -> str:
    """Return the demand that a clause makes.

    Examples
    --------
    >>> clause_demand("no-commercial-use"), clause_demand("naming"), clause_demand("attribution")
    ('non-commercial', 'conditions', 'permissive')
    """
    return GRAVE.get(clause, "permissive" if clause == NOTICE else "conditions")


def demand(asked: Clauses) -> str:
    """Return the gravest demand of some clauses; one that is known goes before what is not known.

    Examples
    --------
    >>> from begat.licences import UNSTATED, clauses
    >>> [demand(clauses(name)) for name in ("MIT", "GPL-3.0-only", "CC-BY-NC-4.0")], demand(UNSTATED)
    (['permissive', 'travels', 'non-commercial'], 'unknown')
    """
    made = {clause_demand(clause) for clause in asked.binding}
    for name in DEMANDS[:3]:
        if name in made:
            return name
    if asked.unknown & GRAVE.keys():
        return "unknown"
    return "conditions" if "conditions" in made else "permissive"
