"""What to compare: fields for two to four things, before there is anything to show."""

from collections.abc import Sequence

from begat.views.page.base import About, Page, Twin
from begat.views.said import said
from begat.views.words import clean

__all__ = ["MOST", "choose_page"]

MOST = 4


def choose_page(
    ids: Sequence[str], examples: Sequence[Sequence[str]], about: About, *, lang: str = "en"
) -> Page:
    """Return the page on which two to four things are chosen.

    Parameters
    ----------
    ids : sequence of str
        Those that are already chosen.
    examples : sequence of sequence of str
        Ids that can be compared.
    """
    words = said(lang, "choose")
    fields = [*ids, *[""] * MOST][:MOST]
    return Page(
        view="choose",
        title=words["title"],
        values={
            "fields": fields,
            "examples": [
                (" · ".join(map(clean, group)), [("ids", name) for name in group]) for group in examples
            ],
        },
        twin=Twin({}, ("id",), [{"id": name} for name in ids]),
        about=about,
        lang=lang,
        styles=("home.css",),
        tools=(),
    )
