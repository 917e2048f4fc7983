"""What a browser sees that asked for something that is not there, or can't be answered."""

from collections.abc import Sequence

from begat.views.page.base import About, Page, Twin
from begat.views.said import said
from begat.views.words import clean

__all__ = ["failure_page"]


def failure_page(
    status: int,
    what: str,
    about: About,
    *,
    asked: str = "",
    near: Sequence[tuple[str, str]] = (),
    lang: str = "en",
) -> Page:
    """Return the page about an error.

    Parameters
    ----------
    status : int
        Of HTTP.
    what : str
        What is wrong and what to do next.
    asked : str
        The name that was not found, if it was one.
    near : sequence of (str, str)
        Near names with their addresses.
    """
    words = said(lang, "failure")
    kind = status if status in (400, 404, 429, 503) else 500
    return Page(
        view="failure",
        title=words["title_unknown" if asked and status == 404 else f"title_{kind}"],
        values={
            "what": clean(what[:1].upper() + what[1:]),
            "asked": asked,
            "near": [(clean(name), address) for name, address in near],
        },
        twin=Twin({"status": status, "what": what}, (), []),
        about=about,
        lang=lang,
        styles=("home.css",),
        tools=(),
    )
