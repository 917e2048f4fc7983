"""Wikidata: what it knows of institutions that a snapshot names, by its query service."""

import json
from collections.abc import Iterator

from begat.crawl import Crawl, Platform, Rate
from begat.records import Institution, Record
from begat.sources._countries import country_code
from begat.sources._pages import json_page
from begat.sources.base import Context, File, Row, Source

__all__ = ["QUERY", "SOURCE"]

BATCH = 25
"""Names a query: its address stays below what servers take."""

QUERY = """\
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
SELECT ?name (SAMPLE(?one) AS ?item) (MIN(?label) AS ?name_zh) (MIN(?start) AS ?inception)
  (GROUP_CONCAT(DISTINCT ?code; separator=" ") AS ?country)
  (GROUP_CONCAT(DISTINCT ?number; separator=" ") AS ?ror)
  (GROUP_CONCAT(DISTINCT ?above; separator=", ") AS ?parent)
WHERE {
  VALUES ?name { %s }
  ?one rdfs:label ?name ; wdt:P31/wdt:P279* wd:Q43229 .
  OPTIONAL { ?one rdfs:label ?label . FILTER(LANG(?label) = "zh") }
  OPTIONAL { ?one wdt:P571 ?start }
  OPTIONAL { ?one wdt:P17/wdt:P297 ?code }
  OPTIONAL { ?one wdt:P6782 ?number }
  OPTIONAL { ?one wdt:P749/rdfs:label ?above . FILTER(LANG(?above) = "en") }
}
GROUP BY ?name HAVING (COUNT(DISTINCT ?one) = 1)
ORDER BY ?name
"""
"""Organisations (Q43229) with exactly this English label; a name that several have is left out.

P31 instance of, P279 subclass of, P571 inception, P17 country, P297 its ISO code, P6782 ROR id, P749 parent.
"""


def fetch(crawl: Crawl) -> None:
    """Ask for all wanted names, a batch a query."""
    for start in range(0, len(crawl.wanted), BATCH):
        names = [f"{json.dumps(name, ensure_ascii=False)}@en" for name in crawl.wanted[start : start + BATCH]]
        query = QUERY % " ".join(names)
        crawl.page("institutions", "/sparql", {"query": query, "format": "json"})


def institution(row: Row, context: Context) -> Iterator[Record]:
    """Yield one institution under the name it was asked by; of several countries or ROR ids none is kept."""
    value = {name: cell["value"] for name, cell in row.items() if cell["value"]}
    number = value.get("ror", " ")
    yield Institution(
        value["name"],
        name_zh=value.get("name_zh"),
        country=country_code(value.get("country")),
        ror=None if " " in number else f"https://ror.org/{number}",
        wikidata=value["item"].rpartition("/")[2],
        note=note(value),
        basis="wikidata",
        stated_on=context.date,
    )


def note(value: Row) -> str | None:
    """Return the year of an institution and whose part it is, in words."""
    founded = f"founded {value['inception'][:4]}" if "inception" in value else ""
    part = f"part of {value['parent']}" if "parent" in value else ""
    return "; ".join(filter(None, [founded, part])) or None


SOURCE = Source(
    name="wikidata",
    title="Wikidata, institutions",
    licence="CC0-1.0",
    feeds="institutions (country, Chinese name, ROR and Wikidata ids); by exact English name, and only where "
    "one organisation alone has it",
    files=(
        File(
            "institutions/*.json*",
            json_page("results", "bindings"),
            institution,
            required=("name", "item"),
            may_be_empty=True,
        ),
    ),
    tables=("institutions",),
    platform=Platform(
        origin="https://query.wikidata.org",
        fetch=fetch,
        rate=Rate(10, 60),
        terms="https://www.mediawiki.org/wiki/Wikidata_Query_Service/User_Manual#Query_limits - programs are "
        "welcome that say who they are, ask one query at a time and obey Retry-After; the data are CC0.",
        limits="60 seconds a query, 60 seconds of query time and 30 errors a minute; who ignores 429 is "
        "banned for a day.",
        state="documented shape 2026-11-26; properties from general knowledge",
        asks=("institutions", "name"),
    ),
)
