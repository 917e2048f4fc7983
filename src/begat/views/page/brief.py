"""A brief on a model, an institution or a country: two pages of sentences with their figures."""

from typing import Any

from begat.views.page.base import About, Page, Twin
from begat.views.page.brief_sentences import MEASURES, BriefData, Teller, lead, sections
from begat.views.page.parts import relation_class
from begat.views.picture.chart import interval_bar
from begat.views.words import short

__all__ = ["BriefData", "brief_page", "brief_text"]

HIGH, STEP = 56, 10
"""Height of the columns of the months, and width of one."""

WIDTH = 78
"""Characters of a line of plain text."""


def brief_page(data: BriefData, about: About, *, lang: str = "en") -> Page:
    """Return the brief as a page that prints on two sheets of A4.

    Parameters
    ----------
    data : BriefData
        Plain values; names in them are shown as texts.
    about : About
        What they rest on.

    Returns
    -------
    Page
        Its twin has the figures as head and the sentences as rows.
    """
    tell = Teller(data, lang)
    told = sections(tell)
    rows = [{"section": "lead", "sentence": lead(tell)}]
    rows += [{"section": key, "sentence": text} for key, texts in told for text in texts]
    return Page(
        view="brief",
        title=tell("title", name=tell.name),
        values={
            "kind": tell.words[f"kicker_{data.kind}"],
            "name": tell.name,
            "lead": rows[0]["sentence"],
            "told": dict(told),
            "numbers": _numbers(tell),
            "relations": _relations(tell),
            "months": _months(data),
            "measures": _measures(tell),
            "interval": _interval(data),
        },
        twin=Twin(_head(data), ("section", "sentence"), rows),
        about=about,
        lang=lang,
        styles=("brief.css",),
        tools=("csv", "json"),
        subject=(data.kind, data.id),
    )


def brief_text(page: Page) -> str:
    """Write a brief as plain text: headings, and a sentence a line, wrapped."""
    import textwrap

    from begat.views.said import said

    words = said(page.lang, page.view)
    wrapper = textwrap.TextWrapper(
        WIDTH, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False
    )
    lines = [page.title, "=" * min(len(page.title), WIDTH)]
    for section in dict.fromkeys(row["section"] for row in page.twin.rows):
        lines += [""] if section == "lead" else ["", words[f"h_{section}"], ""]
        texts = [row["sentence"] for row in page.twin.rows if row["section"] == section]
        lines += [line for text in texts for line in wrapper.wrap(text)]
    return (
        "\n".join([*lines, "", words["text_foot"].format(date=page.about.date, snapshot=page.about.snapshot)])
        + "\n"
    )


def _head(data: BriefData) -> dict[str, Any]:
    """Return the figures of a brief for its twin."""
    return {
        **{key: getattr(data, key) for key in ("kind", "id", "name", "name_zh", "facts", "downloads")},
        **data.figures,
        "measures": data.places,
        "reach_interval": data.interval,
        "ranking": data.ranking,
    }


def _numbers(tell: Teller) -> list[tuple[str, str]]:
    """Return the numbers on top: derivatives, accounts, rank, last year; those not known are left out."""
    figures, reach = tell.data.figures, tell.data.places.get("reach")
    numbers = [(f"{figures['derivatives']:,}", tell.words["number_derivatives"])]
    if figures["derivatives"]:
        numbers.append((f"{figures['accounts']:,}", tell.words["number_accounts"]))
    if reach:
        numbers.append((f"{reach['rank']:,}", tell("number_rank", of=reach["of"])))
    if figures["dated"]:
        numbers.append((f"{figures['recent']:,}", tell("number_recent", last=figures["last_day"])))
    return numbers


def _relations(tell: Teller) -> list[dict[str, Any]]:
    """Return the parts of the bar of relations: class, start and length in percent, name, number, share."""
    counts = tell.data.figures["by_relation"]
    whole, start, parts = sum(counts.values()), 0.0, []
    for name, count in counts.items():
        length = 100 * count / whole
        share = f"{length:.0f}%" if length >= 0.5 else "<1%"
        parts.append(
            {
                "class": relation_class(name),
                "start": f"{start:.2f}",
                "length": f"{length:.2f}",
                "name": tell.relation(name),
                "count": count,
                "share": share,
            }
        )
        start += length
    return parts


def _months(data: BriefData) -> dict[str, Any] | None:
    """Return the columns of the months: place, top and height of each, and what stands at the axis."""
    months = data.figures["months"]
    most = max(months.values(), default=0)
    if not most:
        return None
    columns = [
        {"x": STEP * place, "y": f"{HIGH * (1 - count / most):.2f}", "high": f"{HIGH * count / most:.2f}"}
        | {"month": month, "count": count}
        for place, (month, count) in enumerate(months.items())
    ]
    return {
        "columns": columns,
        "wide": STEP * len(columns),
        "step": STEP,
        "high": HIGH,
        "most": most,
        "first": columns[0]["month"],
        "last": columns[-1]["month"],
    }


def _measures(tell: Teller) -> list[dict[str, str]]:
    """Return the measures with value, rank and what each counts."""
    return [
        {
            "name": tell.words[f"measure_{name}"],
            "value": _figure(place["value"]),
            "rank": tell("rank_of", rank=place["rank"], of=place["of"]),
            "about": tell.words[f"about_{name}"],
        }
        for name, place in ((name, tell.data.places.get(name)) for name in MEASURES)
        if place
    ]


def _figure(value: float) -> str:
    whole = float(value).is_integer()
    return f"{value:,.0f}" if whole and value < 1e6 else short(value) if value >= 1e6 else f"{value:,.1f}"


def _interval(data: BriefData) -> dict[str, Any] | None:
    """Return the picture of the rank with its interval: by the ranking, else by reach."""
    from markupsafe import Markup

    reach = data.places.get("reach")
    if data.ranking and data.ranking["rank"] and data.ranking["low"]:
        row, of, key = dict(data.ranking), data.ranking["of"], "interval_ranking"
    elif reach and data.interval:
        row = {"rank": reach["rank"], "low": data.interval["low"], "high": data.interval["high"]}
        of, key = min(reach["of"], 2 * row["high"]), "interval_reach"
    else:
        return None
    return {
        "bar": Markup(interval_bar(row, of)),
        "key": key,
        "most": of,
        **{k: row[k] for k in ("rank", "low", "high")},
    }
