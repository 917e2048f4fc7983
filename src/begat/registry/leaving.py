"""The page of what is lost without somebody or something."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from begat.registry.opened import Opened
from begat.registry.pages import about
from begat.registry.scored import influence
from begat.registry.withdrawn import whatif

if TYPE_CHECKING:
    from begat.views.page.base import Page

__all__ = ["whatif_page"]

GROUNDS = ("derivations", "training", "institutions", "countries")
"""Topics of coverage that the page rests on."""

EXAMPLES = 6
"""Institutions that are offered where nobody is named."""


def whatif_page(
    reg: Opened, without: Sequence[str] = (), *, lang: str = "en", licence: str | None = None, **how: Any
) -> "Page":
    """Return the page of what is lost; arguments as in `begat.registry.withdrawn.whatif`.

    With nobody named it is the page on which that is chosen.

    Raises
    ------
    UnknownName, InputError
        As `whatif` does.
    """
    from begat.views.page.whatif import ask_page, whatif_page

    if not without and licence is None:
        first = influence(reg, by="institution", most=EXAMPLES)
        examples = [(f"institution:{row['id']}", row["name"] or row["id"]) for row in first]
        return ask_page(examples, about(reg, *GROUNDS), lang=lang)
    found = whatif(reg, without, licence=licence, **how)
    if licence is None:
        asked = [
            (f"{each['kind']}:{each['id']}", reg.census.name_of(each["kind"], each["id"]))
            for each in found["without"]
        ]
    else:
        asked = [(text, text) for text in without] or [(found["licence"]["from"],) * 2]
    return whatif_page(found, asked, about(reg, *GROUNDS), lang=lang)
