"""What to compare: fields for two to four things, before there is anything to show."""

from collections.abc import Sequence

from begat.views.page.base import About, Page, Twin
from begat.views.said import said

__all__ = ["MOST", "choose_page"]

MOST = 4


def choose_page(ids: Sequence[str], about: About, *, lang: str = "en") -> Page:
    """Return the page on which two to four things are chosen; `ids` are those that already are."""
    words = said(lang, "choose")
    fields = [*ids, *[""] * MOST][:MOST]
    return Page(
        view="choose",
        title=words["title"],
        values={"fields": fields},
        twin=Twin({}, ("id",), [{"id": name} for name in ids]),
        about=about,
        lang=lang,
        styles=("home.css",),
        tools=(),
    )
