"""May it be shipped: the terms that reach one thing, what doesn't fit among many, how licences change."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from begat.discovery import named
from begat.registry.asked import COUNTRY, OWNERS, called, owned, thing
from begat.registry.opened import Opened, Row
from begat.registry.pages import about
from begat.registry.subject import ACCOUNT, INSTITUTION

if TYPE_CHECKING:
    from begat.answer.conflicts import Downloads
    from begat.graph.arrays import Ints
    from begat.views.page.base import Page

__all__ = ["conflicts", "conflicts_page", "licence", "licence_changes", "licence_page"]

EVERYTHING = "everything"
MANY = (*OWNERS, COUNTRY)
"""Kinds among whose things it can be asked what does not fit."""

CASES = 24
"""Cases that the page of conflicts names."""

TOPICS = ("derivations", "training", "licences")
"""Of coverage: what the pages rest on."""


def licence(reg: Opened, text: str, *, evidence: str = "reported") -> Row:
    """Return the terms of a model or dataset and of all that went into it, and what doesn't fit.

    A finding aid, not legal advice.

    Parameters
    ----------
    text : str
        A model; a dataset if there is no such model, or if it begins with ``dataset:``.
    evidence : str
        The weakest links to follow, of `begat.consequence.supply.EVIDENCE`.

    Raises
    ------
    UnknownName
        If there is no such thing or evidence; near ids come with it.
    """
    from begat.answer.licence import licence, untold
    from begat.consequence.supply import EVIDENCE
    from begat.views.said import said

    named("evidence", evidence, dict.fromkeys(EVIDENCE))
    node = thing(reg, text)
    found = licence(reg.supply, reg.labels, reg.statements, node, evidence=evidence)
    words = said("en", "licence")
    told = [{**row, "why": words[f"reason_{row['reason']}"]} for row in found["conflicts"]]
    missing = untold(reg.statements, reg.supply, found["sources"])
    return {"snapshot": reg.snapshot.name, **found, "conflicts": told, "untold": missing}


def licence_page(reg: Opened, text: str, *, lang: str = "en", **how: Any) -> "Page":
    """Return the page on the terms of a model or dataset; arguments as in `licence`."""
    from begat.views.page.licence import licence_page

    found = licence(reg, text, **how)
    return licence_page(found, about(reg, *TOPICS), owners=list(_owners(reg, thing(reg, text))), lang=lang)


def _owners(reg: Opened, node: int) -> Iterator[tuple[str, str, str]]:
    """Yield who published a node of the supply, as far as it is known: kind, id, name."""
    graph = reg.supply.graph
    known = (
        (ACCOUNT, graph.account, graph.account_ids),
        (INSTITUTION, graph.institution, graph.institution_ids),
    )
    for kind, codes, ids in known:
        if codes[node] >= 0:
            key = ids[codes[node]]
            yield kind, key, reg.census.name_of(kind, key)


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
        everything if not given. See `begat.registry.asked.asked`.
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

    for what, name, known in (("kind", kind, KINDS), ("severity", severity, SEVERITIES)):
        if name is not None:
            named(what, name, dict.fromkeys(known))
    named("evidence", evidence, dict.fromkeys(EVIDENCE))
    subject, nodes = _whose(reg, text)
    downloads = _downloads(reg, nodes)
    levels = {
        level: Conflicts(reg.supply, reg.labels, reg.swept(level), nodes, downloads) for level in EVIDENCE
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


def conflicts_page(
    reg: Opened, text: str | None = None, *, evidence: str = "reported", lang: str = "en", **how: Any
) -> "Page":
    """Return the page of what does not fit and of how licences change; arguments as in `conflicts`."""
    from begat.views.page.conflicts import conflicts_page

    found = conflicts(reg, text, evidence=evidence, **{"sample": CASES, **how})
    changed = licence_changes(reg, text, evidence=evidence)
    name = called(reg, owned(reg, text, kinds=MANY)) if text else None
    return conflicts_page(found, changed, about(reg, *TOPICS), name=name, lang=lang)


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
    subject, nodes = _whose(reg, text)
    children = np.zeros(reg.supply.n, dtype=bool)
    children[nodes] = True
    found = derivations(reg.supply.within(evidence), reg.labels, children)
    return {
        "subject": subject,
        "evidence": evidence,
        "relations": by_relation(found, reg.labels),
        "changes": changes(found, reg.labels),
    }


def _whose(reg: Opened, text: str | None) -> "tuple[str, Ints]":
    """Return what a text names, how the answer names it, and its nodes; all nodes for none."""
    if text is None:
        return EVERYTHING, np.arange(reg.supply.n)
    found = owned(reg, text, kinds=MANY)
    return f"{found.kind}:{found.id}", found.places


def _downloads(reg: Opened, nodes: "Ints") -> "Downloads":
    from begat.answer.conflicts import Downloads

    facts = reg.columns.among(nodes[nodes < reg.supply.models])
    return Downloads(facts.downloads_30d, facts.downloads_source, facts.downloads_on)
