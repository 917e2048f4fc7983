"""Data Provenance Collection: makers of datasets by country and by kind.

The kinds are the authors' groups, mapped group by group. "Academic" holds universities for the
most part, but also some institutes (CNRS, Allen Institute for AI); "Research Group" holds
institutes, but also some communities (Masakhane, BigScience); "Other" says nothing. Names joined by
"&" stay one name: the file does not say whether they are one institution. Regions are no country.
"""

from collections.abc import Iterator

from begat.records import Institution, Record
from begat.sources._countries import country_code
from begat.sources.base import Context, File, Row, Source, json_items

__all__ = ["SOURCE"]

KINDS = {
    "Academic": "university",
    "Corporation": "company",
    "Government": "government",
    "Industry Lab": "company",
    "Research Group": "research-institute",
    "Startup": "company",
}


def by_country(row: Row, context: Context) -> Iterator[Record]:
    """Yield the institutions of one country or region."""
    country = country_code(row["key"])
    for name in row["value"]:
        yield Institution(one_line(name), country=country, stated_on=context.date)


def by_kind(row: Row, context: Context) -> Iterator[Record]:
    """Yield the institutions of one kind."""
    for name in row["value"]:
        yield Institution(one_line(name), kind=KINDS.get(row["key"]), stated_on=context.date)


def one_line(name: str) -> str:
    """Return a name without its line breaks."""
    return " ".join(name.split())


SOURCE = Source(
    name="data-provenance",
    title="Data Provenance Collection, constants",
    licence="Apache-2.0",
    feeds="institutions by name with country or kind, early 2025; makers of text datasets",
    files=(
        File("creator_groups_by_country.json", json_items, by_country, required=("key",)),
        File("creator_groups.json", json_items, by_kind, required=("key",)),
    ),
    tables=("institutions",),
)
