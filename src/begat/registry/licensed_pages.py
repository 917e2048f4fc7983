"""Pages on licences: whether something may be shipped."""

from typing import TYPE_CHECKING

from begat.registry.licensed import licence
from begat.registry.opened import Opened
from begat.registry.pages import about

if TYPE_CHECKING:
    from begat.views.page.base import Page

__all__ = ["licence_page"]


def licence_page(reg: Opened, text: str, *, inferred: bool = False, lang: str = "en") -> "Page":
    """Return the page on the terms of a model or dataset; arguments as in `licence`."""
    from begat.views.page.licence import licence_page

    facts = licence(reg, text, inferred=inferred)
    return licence_page(facts, about(reg, "derivations", "training"), lang=lang)
