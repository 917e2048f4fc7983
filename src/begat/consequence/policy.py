"""What a pipeline asks of a model, as rules; `begat.consequence.policy_file` reads them."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

__all__ = [
    "ALL",
    "ANCESTORS",
    "COVERS",
    "FAIL",
    "LEVELS",
    "MODEL",
    "PASS",
    "REQUIRABLE",
    "WARN",
    "LicenceRules",
    "ModelRules",
    "OriginRules",
    "Policy",
    "ProvenanceRules",
    "Sides",
    "TermRules",
]

LEVELS = FAIL, WARN, PASS = ("fail", "warn", "pass")
"""What follows where a rule is not kept, or can't be judged."""

COVERS = MODEL, ANCESTORS, ALL = ("model", "ancestors", "all")
"""Whom a rule is for: the model; also the models that went into it; also the datasets."""

REQUIRABLE = ("licence", "base-model", "training-data", "institution", "country", "created")
"""What may be required to be known of a model."""

SETTINGS = ("covers", "unknown", "contested")
"""Fields that are no rules of their own, but set those beside them."""


class Sides(NamedTuple):
    """What is allowed, if anything is listed, and what is not."""

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()


NONE = Sides()


@dataclass(frozen=True)
class LicenceRules:
    """Which licences a model may have: ids, expressions, or kinds of licences."""

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    covers: str = MODEL
    unknown: str = FAIL


@dataclass(frozen=True)
class TermRules:
    """Which clauses must not reach a model, and from what severity on a contradiction must not stand."""

    forbid: tuple[str, ...] = ()
    contested: str = FAIL
    unknown: str = FAIL
    conflicts: str | None = None


@dataclass(frozen=True)
class OriginRules:
    """Who may have published a model."""

    countries: Sides = NONE
    institutions: Sides = NONE
    accounts: Sides = NONE
    covers: str = MODEL
    unknown: str = FAIL


@dataclass(frozen=True)
class ProvenanceRules:
    """What must be known of where a model comes from; a `known_depth` of all is infinite."""

    require: tuple[str, ...] = ()
    known_depth: float | None = None
    max_depth: int | None = None
    evidence: str | None = None


@dataclass(frozen=True)
class ModelRules:
    """What is asked of a model as a repository; that it is there unless the policy says otherwise."""

    unlisted: str = FAIL
    removed: str = FAIL
    gated: str = PASS
    min_age_days: int | None = None
    unknown: str = FAIL


@dataclass(frozen=True)
class Policy:
    """The rules of a pipeline.

    Attributes
    ----------
    file, digest : str
        Where it was read, and the SHA-256 of its bytes.
    follow : str
        The weakest of `begat.consequence.supply.EVIDENCE` by which something counts as gone into a model.
    """

    file: str
    digest: str
    follow: str = "reported"
    licence: LicenceRules = LicenceRules()
    terms: TermRules = TermRules()
    origin: OriginRules = OriginRules()
    provenance: ProvenanceRules = ProvenanceRules()
    model: ModelRules = ModelRules()

    @property
    def rules(self) -> dict[str, Any]:
        """What each rule asks, by its key in the file; those that ask for nothing are left out."""
        sections = ("licence", "terms", "origin", "provenance", "model")
        found = {key: value for name in sections for key, value in _rules(name, getattr(self, name))}
        return {key: value for key, value in found.items() if value not in (None, (), PASS)}


def _rules(name: str, section: Any) -> Iterator[tuple[str, Any]]:
    for item in fields(section):
        value = getattr(section, item.name)
        if isinstance(value, Sides):
            yield from ((f"{name}.{item.name}.{side}", listed) for side, listed in value._asdict().items())
        elif item.name not in SETTINGS:
            yield f"{name}.{item.name}", value
