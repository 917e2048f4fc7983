"""Derivatives drawn: a bar of all of them by relation with its legend, and columns by month."""

from collections.abc import Mapping, Sequence
from typing import Any

from begat.views.page.parts import relation_class
from begat.views.page.section import cut, relation_word

__all__ = ["month_columns", "relation_shares"]

Row = Mapping[str, Any]
Words = Mapping[str, str]


def relation_shares(rows: Sequence[Row], lang: str) -> list[Row]:
    """Return the bar of all derivatives by relation, with its legend."""
    return cut(
        [
            (relation_class(row["relation"]), relation_word(row["relation"], lang), row["derivatives"])
            for row in sorted(rows, key=lambda row: -row["derivatives"])
        ]
    )


def month_columns(rows: Sequence[Row], words: Words, *, most: int = 0) -> Row | None:
    """Return the columns of derivatives by month; None where no date is known.

    The scale ends with `most`, or the greatest month if not given.
    """
    if not rows:
        return None
    top = max(rows, key=lambda row: row["derivatives"])
    most = most or top["derivatives"]
    bars = []
    for place, row in enumerate(rows):
        height = round(56 * row["derivatives"] / most, 2)
        title = f"{row['month']}: {row['derivatives']:,}"
        bars.append(
            {"x": 10 * place + 1, "y": round(60 - height, 2), "width": 8, "height": height, "title": title}
        )
    total = sum(row["derivatives"] for row in rows)
    label = words["months_label"].format(
        total=f"{total:,}",
        most=f"{top['derivatives']:,}",
        month=top["month"],
        first=rows[0]["month"],
        last=rows[-1]["month"],
    )
    return {
        "bars": bars,
        "width": 10 * len(rows),
        "first": rows[0]["month"],
        "last": rows[-1]["month"],
        "caption": words["months"].format(most=f"{top['derivatives']:,}"),
        "label": label,
    }
