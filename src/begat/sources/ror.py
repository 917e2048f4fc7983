"""ROR, the register of research organisations: what it knows of institutions that a snapshot names."""

from collections.abc import Iterator, Mapping
from typing import Any

from begat.crawl import Crawl, Platform, Rate
from begat.records import Institution, Record
from begat.sources._pages import json_page
from begat.sources.base import Context, File, Row, Source

__all__ = ["SOURCE"]

KINDS: Mapping[str, str] = {
    "company": "company",
    "education": "university",
    "facility": "research-institute",
    "government": "government",
    "nonprofit": "non-profit",
}
"""Types of ROR that are a kind of institution; an organisation may have several."""


def fetch(crawl: Crawl) -> None:
    """Ask which organisation each name is of."""
    for name in crawl.wanted:
        crawl.page("matches", "/v2/organizations", {"affiliation": name})


def match(row: Row, context: Context) -> Iterator[Record]:
    """Yield the organisation that ROR chose, if the name that was asked for is one of its names.

    A likeness, which ROR gives too, is no identity and yields nothing.
    """
    found, asked = row["organization"], row.get("substring") or ""
    names = {one["value"]: one["types"] for one in found["names"]}
    if row["chosen"] and asked.casefold() in {name.casefold() for name in names}:
        yield organisation(asked, found, names, context)


def organisation(asked: str, found: Row, names: Mapping[str, Any], context: Context) -> Institution:
    """Return an institution under the name it was asked by."""
    kinds = [KINDS[kind] for kind in found.get("types") or [] if kind in KINDS]
    others = sorted(name for name, types in names.items() if "acronym" not in types and name != asked)
    above = [one["label"] for one in found.get("relationships") or [] if one["type"] == "parent"]
    return Institution(
        asked,
        kind=kinds[0] if len(kinds) == 1 else None,
        country=country(found),
        aliases=others or None,
        ror=found["id"],
        wikidata=wikidata(found),
        note=f"part of {', '.join(above)}" if above else None,
        basis="ror",
        stated_on=context.date,
    )


def country(found: Row) -> str | None:
    """Return the country of all places of an organisation, None if they are in several."""
    codes = {place["geonames_details"].get("country_code") for place in found.get("locations") or []}
    return codes.pop() if len(codes) == 1 else None


def wikidata(found: Row) -> str | None:
    """Return the item of an organisation in Wikidata, None unless there is one, or one is preferred."""
    for one in found.get("external_ids") or []:
        if one["type"] == "wikidata":
            items = [one["preferred"]] if one.get("preferred") else one["all"]
            return items[0] if len(items) == 1 else None
    return None


SOURCE = Source(
    name="ror",
    title="ROR, research organisations",
    licence="CC0-1.0",
    feeds="institutions (country, kind, ROR and Wikidata ids, other names); universities and institutes, few "
    "companies",
    files=(
        File(
            "matches/*.json*",
            json_page("items"),
            match,
            required=("organization", "chosen"),
            may_be_empty=True,
        ),
    ),
    tables=("institutions",),
    platform=Platform(
        origin="https://api.ror.org",
        fetch=fetch,
        rate=Rate(50, 300),
        terms="https://ror.readme.io/docs/rest-api - the API is open to programs without registration; the "
        "data are CC0.",
        limits="2,000 requests in 5 minutes with a client id, 50 without since the third quarter of 2026.",
        state="documented shape 2026-11-26",
        token="ROR_CLIENT_ID",
        token_header="Client-Id: {}",
        asks=("institutions", "name"),
    ),
)
