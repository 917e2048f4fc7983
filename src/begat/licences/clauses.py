"""What a licence asks of those who use its subject or pass it on, clause by clause, in three values.

A clause binds, is absent, or is not known; nothing else is told apart. Joined licences are joined clause by
clause in Kleene's logic: of licences joined by AND a clause binds if it does in one of them; of a choice
(OR) if it does in each. So a licence more never lifts a clause, and one that is not known never hides it:
where it could bind, the clause is not known instead of absent.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from begat.licences.table import Licence, licences

__all__ = ["CLAUSES", "FREE", "ON_CONDITIONS", "STATED_BY", "UNSTATED", "Clauses", "clauses", "joined"]

CLAUSES = (
    "no-derivatives",
    "no-commercial-use",
    "commercial-condition",
    "users",
    "share-alike",
    "terms-travel",
    "use-limits",
    "no-training",
    "territory",
    "naming",
    "display",
    "attribution",
    "acceptance",
)
"""The clauses that matter downstream, gravest first."""

STATED_BY = {
    "no-derivatives": "derivatives",
    "no-commercial-use": "commercial",
    "commercial-condition": "commercial",
    "users": "users",
    "share-alike": "derivatives",
    "terms-travel": "derivatives",
    "use-limits": "use_restrictions",
    "no-training": "train_others",
    "territory": "territory",
    "naming": "name_begins",
    "display": "display",
    "attribution": "attribution",
    "acceptance": "acceptance",
}
"""The term of a licence, as `Licence.statement` takes it, that says whether a clause binds."""

BINDS = "yes"
ON_CONDITIONS = "on conditions"
"""What ``no-training`` says where outputs may train others, and what learned from them takes something on."""


class Clauses(NamedTuple):
    """The clauses of a licence or of several.

    Attributes
    ----------
    binding : mapping
        Those of `CLAUSES` that bind, in their order, with what they say: a condition, a number of users,
        words to show; ``yes`` where there is no more to say.
    unknown : frozenset of str
        Those of which it is not known; no clause is in both.
    """

    binding: Mapping[str, str]
    unknown: frozenset[str]


FREE = Clauses({}, frozenset())
"""Nothing binds."""

UNSTATED = Clauses({}, frozenset(CLAUSES))
"""Nothing is known."""


@cache
def clauses(licence: str | None) -> Clauses:
    """Return the clauses of a licence.

    Parameters
    ----------
    licence : str, optional
        SPDX id, ``LicenseRef-...``, or an expression of several; None where none is known.

    Examples
    --------
    >>> list(clauses("CC-BY-NC-SA-4.0").binding)
    ['no-commercial-use', 'share-alike', 'attribution']
    >>> list(clauses("CC-BY-NC-4.0 OR MIT").binding), clauses(None) == UNSTATED
    (['attribution'], True)
    """
    if licence is None:
        return UNSTATED
    if " " not in licence:
        found = licences().get(licence)
        return _of(found) if found else UNSTATED
    from license_expression import Licensing

    return _parsed(Licensing().parse(licence))


def joined(parts: Iterable[Clauses]) -> Clauses:
    """Return the clauses where all of some licences apply; `FREE` of none."""
    found = list(parts)
    binding = {
        clause: " and ".join(dict.fromkeys(part.binding[clause] for part in found if clause in part.binding))
        for clause in CLAUSES
        if any(clause in part.binding for part in found)
    }
    unknown = frozenset().union(*(part.unknown for part in found))
    return Clauses(binding, unknown - binding.keys())


def _chosen(parts: list[Clauses]) -> Clauses:
    """Return the clauses of a choice: what no alternative is free of."""
    binding = {
        clause: " or ".join(dict.fromkeys(part.binding[clause] for part in parts))
        for clause in CLAUSES
        if all(clause in part.binding for part in parts)
    }
    free = set().union(*(set(CLAUSES) - part.unknown - part.binding.keys() for part in parts))
    return Clauses(binding, frozenset(CLAUSES) - free - binding.keys())


def _parsed(node: Any) -> Clauses:
    """Return the clauses of a parsed expression; an exception (WITH) only ever lifts what binds."""
    parts = [_parsed(part) for part in getattr(node, "args", ())]
    if parts:
        return _chosen(parts) if type(node).__name__ == "OR" else joined(parts)
    if hasattr(node, "license_symbol"):
        whole = clauses(str(node.license_symbol.key))
        return Clauses({}, frozenset((*whole.unknown, *whole.binding)))
    return clauses(str(node.key))


def _of(licence: Licence) -> Clauses:
    stated = dict(_stated(licence))
    return Clauses(
        {clause: said for clause in CLAUSES if (said := stated[clause])},
        frozenset(clause for clause in CLAUSES if stated[clause] is None),
    )


def _stated(licence: Licence) -> Iterable[tuple[str, str | None]]:
    """Yield of each clause what it says, "" where it is absent, None where that is not known."""
    yield "no-derivatives", _is(licence, "derivatives", "none")
    yield "share-alike", _is(licence, "derivatives", "same-licence")
    yield "terms-travel", _is(licence, "derivatives", "terms-travel")
    yield "no-commercial-use", _is(licence, "commercial", "no")
    yield "commercial-condition", _is(licence, "commercial", "conditional", licence.condition)
    yield "use-limits", _is(licence, "use_restrictions", "yes")
    yield "no-training", _training(licence)
    yield "attribution", _is(licence, "attribution", "yes")
    yield "users", _given(licence, "users", f"{licence.users:,} monthly users" if licence.users else None)
    yield "territory", _given(licence, "territory", licence.territory)
    yield "naming", _given(licence, "name_begins", licence.name_begins)
    yield "display", _given(licence, "display", licence.display)
    yield "acceptance", _given(licence, "acceptance", BINDS if licence.acceptance else None)


def _is(licence: Licence, term: str, wanted: str, said: str | None = None) -> str | None:
    value = getattr(licence, term)
    if value is None:
        return _silence(licence, term)
    return (said or BINDS) if value == wanted else ""


def _training(licence: Licence) -> str | None:
    value = licence.train_others
    if value is None:
        return _silence(licence, "train_others")
    return {"yes": "", "no": BINDS}.get(value, ON_CONDITIONS)


def _given(licence: Licence, term: str, said: str | None) -> str | None:
    return said or _silence(licence, term)


def _silence(licence: Licence, term: str) -> str | None:
    """Return "" for a term of which the text that was read says nothing, else None."""
    return "" if term in licence.silent else None
