"""Pages on licences: whether something may be shipped, and what does not fit among many things."""

from typing import TYPE_CHECKING, Any

from begat.registry.conflicting import conflicts, licence_changes
from begat.registry.licensed import licence
from begat.registry.opened import Opened
from begat.registry.pages import about

if TYPE_CHECKING:
    from begat.views.page.base import Page

__all__ = ["conflicts_page", "licence_page"]

CASES = 24
"""Cases that the page of conflicts names."""

TOPICS = ("derivations", "training")
"""Of coverage: what these pages rest on."""


def licence_page(reg: Opened, text: str, *, inferred: bool = False, lang: str = "en") -> "Page":
    """Return the page on the terms of a model or dataset; arguments as in `licence`."""
    from begat.views.page.licence import licence_page

    return licence_page(licence(reg, text, inferred=inferred), about(reg, *TOPICS), lang=lang)


def conflicts_page(
    reg: Opened, text: str | None = None, *, evidence: str = "reported", lang: str = "en", **how: Any
) -> "Page":
    """Return the page of what does not fit and of how licences change; arguments as in `conflicts`."""
    from begat.views.page.conflicts import conflicts_page

    found = conflicts(reg, text, evidence=evidence, **{"sample": CASES, **how})
    changed = licence_changes(reg, text, evidence=evidence)
    name = _name(reg, found["subject"]) if text else None
    return conflicts_page(found, changed, about(reg, *TOPICS), name=name, lang=lang)


def _name(reg: Opened, subject: str) -> str:
    """Return what a subject is called."""
    kind, _, key = subject.partition(":")
    if kind == "institution":
        return str(reg.census.institutions.get(key, {}).get("name") or key)
    return key
