"""Published statements with what the data say of each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from begat.views.page.base import About, Page, Twin
from begat.views.said import counted, said

__all__ = ["claims_page"]

Row = Mapping[str, Any]

COLUMNS = ("claim", "verdict", "value", "expected", "statement", "definition", "source")


def claims_page(claims: Sequence[Row], about: About, *, lang: str = "en") -> Page:
    """Return the page of checked statements.

    Parameters
    ----------
    claims : sequence of mapping
        As `begat.answer.claims` gives them.
    """
    words = said(lang, "claims")
    verdicts = Counter(row["verdict"] for row in claims)
    texts = [
        row["statement_zh"] if lang == "zh" and row.get("statement_zh") else row["statement"]
        for row in claims
    ]
    return Page(
        view="claims",
        title=words["title"],
        values={
            "lines": list(zip(claims, texts, strict=True)),
            "verdicts": verdicts,
            "lead": counted(words, "lead", len(claims)),
        },
        twin=Twin({"verdicts": dict(verdicts)}, COLUMNS, claims),
        about=about,
        lang=lang,
        styles=("claims.css",),
        tools=("csv", "json"),
    )
