"""OpenAlex, institutions: their ROR ids, countries and citations.

A search by name finds near names too, so only a record that bears a wanted name is asked for: "Google" is
the name of "Google (United States)". Where several bear it, the one cited most is taken.
"""

import re
from collections.abc import Iterator

from begat.crawl import Crawl, Page
from begat.records import Institution, Record
from begat.sources._hub import figures
from begat.sources._openalex import platform
from begat.sources._pages import json_page
from begat.sources.base import Context, File, Row, Source

__all__ = ["SOURCE"]

COUNTRY = re.compile(r" \([^()]+\)$")
FIELDS = "id,display_name,display_name_alternatives,cited_by_count"


def fetch(crawl: Crawl) -> None:
    """Search for each wanted name, and ask for the record that bears it."""
    asked: set[str] = set()
    for name in crawl.wanted:
        query = {"search": name, "select": FIELDS, "per_page": 10}
        page = crawl.page("searches", "/institutions", query)
        found = bearer(name, page) if page else None
        if found and found not in asked:
            asked.add(found)
            crawl.page("institutions", f"/institutions/{found}")


def bearer(name: str, page: Page) -> str | None:
    """Return the id of the record on a page that bears a name, of several the one cited most."""
    found = [row for row in page.json()["results"] if name.casefold() in names(row)]
    best = max(found, key=lambda row: row["cited_by_count"], default=None)
    return best["id"].rpartition("/")[2] if best else None


def names(row: Row) -> set[str]:
    """Return the names of a record in lower case, with and without the country that is part of one."""
    stated = [row["display_name"], *(row.get("display_name_alternatives") or [])]
    return {form.casefold() for name in stated for form in (name, bare(name))}


def bare(name: str) -> str:
    """Return a name without the country that OpenAlex adds to those of companies."""
    return COUNTRY.sub("", name)


def institution(row: Row, context: Context) -> Iterator[Record]:
    """Yield an institution, and its figures if it has a ROR id: that is what they are joined by."""
    ror: str | None = row["ror"] or None
    yield Institution(
        bare(row["display_name"]),
        country=row["country_code"],
        aliases=row.get("display_name_alternatives") or None,
        ror=ror,
        wikidata=(row["ids"].get("wikidata") or "").rpartition("/")[2] or None,
        stated_on=context.date,
    )
    if ror is not None:
        yield from figures(
            ror,
            "institution",
            on=context.date,
            works=row["works_count"],
            citations=row["cited_by_count"],
            h_index=(row.get("summary_stats") or {}).get("h_index"),
        )


SOURCE = Source(
    name="openalex",
    title="OpenAlex, institutions",
    licence="CC0-1.0",
    feeds="institutions, observations; universities are complete, many laboratories of companies have no "
    "entry or one a country; works of all fields",
    files=(
        File("institutions/*.json*", json_page(), institution, ("id", "ror", "display_name", "works_count")),
    ),
    authority=1,
    tables=("institutions", "observations"),
    platform=platform(fetch, ("institutions", "name"), "recorded shape 2026-11-26"),
)
