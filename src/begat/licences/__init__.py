"""Licences and their terms, as ``data/licences.toml`` states them; its head explains every field."""

from begat.licences.clauses import CLAUSES, FREE, ON_CONDITIONS, STATED_BY, UNSTATED, Clauses, clauses
from begat.licences.effects import EFFECTS, effects
from begat.licences.expression import commercial_use, components
from begat.licences.standing import STANDINGS, standing
from begat.licences.table import (
    BASES,
    KINDS,
    REFERENCE,
    TERMS,
    Licence,
    Statement,
    by_link,
    by_spelling,
    licences,
    spelling,
    unstated,
)
from begat.licences.told import terms, told

__all__ = [
    "BASES",
    "CLAUSES",
    "EFFECTS",
    "FREE",
    "KINDS",
    "ON_CONDITIONS",
    "REFERENCE",
    "STANDINGS",
    "STATED_BY",
    "TERMS",
    "UNSTATED",
    "Clauses",
    "Licence",
    "Statement",
    "by_link",
    "by_spelling",
    "clauses",
    "commercial_use",
    "components",
    "effects",
    "licences",
    "spelling",
    "standing",
    "terms",
    "told",
    "unstated",
]
