"""What does not fit among the licences of many things, and how licences change from parent to child."""

from typing import TYPE_CHECKING

import numpy as np

from begat.discovery import named
from begat.errors import InputError
from begat.registry.opened import Opened, Row

if TYPE_CHECKING:
    from begat.answer.conflicts import Downloads
    from begat.graph.arrays import Ints

__all__ = ["conflicts", "licence_changes"]

EVERYTHING = "everything"


def conflicts(
    reg: Opened,
    text: str | None = None,
    *,
    kind: str | None = None,
    severity: str | None = None,
    evidence: str = "reported",
    sample: int | None = 10,
) -> Row:
    """Return what does not fit among the licences of many things, counted; not legal advice.

    Parameters
    ----------
    text : str, optional
        Whose models and datasets: an institution with all its parts, an account, a family, ``country:CC``;
        everything if not given. See `begat.registry.going.going`.
    kind, severity : str, optional
        Count only such findings; of `begat.consequence.conflict.KINDS` and `SEVERITIES`.
    evidence : str
        The weakest links to follow, of `begat.consequence.supply.EVIDENCE`.
    sample : int, optional
        How many cases to show at most; all for None.

    Returns
    -------
    dict
        ``subject``, ``evidence``; ``looked_at`` as in `Conflicts.head`; ``totals``: for each of the
        `EVIDENCE` that something may rest on, as in `Conflicts.gravest`, all findings; ``kinds``, ``pairs``,
        ``relations``: rows of `Conflicts`; ``sample``: rows of `begat.answer.conflict_cases.cases`.

    Raises
    ------
    UnknownName
        If there is no such thing, kind, severity or evidence.
    InputError
        If the text names no things.
    """
    from begat.answer.conflict_cases import cases
    from begat.answer.conflicts import Conflicts
    from begat.consequence.conflict import KINDS, SEVERITIES
    from begat.consequence.supply import EVIDENCE
    from begat.consequence.sweep import sweep

    for what, name, known in (("kind", kind, KINDS), ("severity", severity, SEVERITIES)):
        if name is not None:
            named(what, name, dict.fromkeys(known))
    named("evidence", evidence, dict.fromkeys(EVIDENCE))
    subject, nodes = _things(reg, text)
    downloads = _downloads(reg, nodes)
    levels = {
        level: Conflicts(
            reg.supply, reg.labels, sweep(reg.supply, reg.labels, evidence=level), nodes, downloads
        )
        for level in EVIDENCE
    }
    found = levels[evidence]

    def wanted(row: Row) -> bool:
        return kind in (None, row["kind"]) and severity in (None, row.get("severity", severity))

    return {
        "subject": subject,
        "evidence": evidence,
        "looked_at": found.head(),
        "totals": [{"evidence": level, **each.gravest()} for level, each in levels.items()],
        "kinds": list(filter(wanted, found.kinds())),
        "pairs": list(filter(wanted, found.pairs())),
        "relations": list(filter(wanted, found.relations())),
        "sample": cases(found, sample, kind=kind, severity=severity, evidence=evidence),
    }


def licence_changes(reg: Opened, text: str | None = None, *, evidence: str = "reported") -> Row:
    """Return how licences change from parent to child.

    Parameters
    ----------
    text : str, optional
        Whose models, as children; see `conflicts`.
    evidence : str
        The weakest links to count.

    Returns
    -------
    dict
        ``subject``, ``evidence``; ``relations``, rows of `begat.consequence.mutation.by_relation`;
        ``changes``, rows of `begat.consequence.mutation.changes`.

    Raises
    ------
    UnknownName, InputError
        As `conflicts` does.
    """
    from begat.consequence.mutation import by_relation, changes, derivations
    from begat.consequence.supply import EVIDENCE

    named("evidence", evidence, dict.fromkeys(EVIDENCE))
    subject, nodes = _things(reg, text)
    children = np.zeros(reg.supply.n, dtype=bool)
    children[nodes] = True
    found = derivations(reg.supply.within(evidence), reg.labels, children)
    return {
        "subject": subject,
        "evidence": evidence,
        "relations": by_relation(found, reg.labels),
        "changes": changes(found, reg.labels),
    }


def _things(reg: Opened, text: str | None) -> "tuple[str, Ints]":
    """Return what a text names, and its nodes; all nodes for none."""
    from begat.registry.going import going

    if text is None:
        return EVERYTHING, np.arange(reg.supply.n)
    found = going(reg, reg.supply, text)
    nodes = np.flatnonzero(found.nodes)
    if not len(nodes):
        hint = "Name an institution, account, family, country, model or dataset."
        raise InputError("no models or datasets of it are known", where=text, hint=hint)
    return f"{found.kind}:{found.id}", nodes


def _downloads(reg: Opened, nodes: "Ints") -> "Downloads":
    from begat.answer.conflicts import Downloads

    facts = reg.columns.among(nodes[nodes < reg.supply.models])
    return Downloads(facts.downloads_30d, facts.downloads_source, facts.downloads_on)
