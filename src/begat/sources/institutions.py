"""begat's own table of institutions and their accounts, ``data/institutions.toml``."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from begat.records import Account, Institution, Record
from begat.sources._countries import country_code
from begat.sources._toml import toml_items
from begat.sources.base import BadRow, Context, File, Row, Source, day

__all__ = ["SOURCE"]


def institution(row: Row, context: Context) -> Iterator[Record]:
    """Yield one institution and its accounts."""
    country = row.get("country")
    if country is not None and country_code(country) != country:
        raise BadRow(f"country {country!r} is no ISO 3166-1 alpha-2 code")
    yield Institution(
        row["name"],
        id=row["slug"],
        name_zh=row.get("name_zh"),
        kind=row.get("kind"),
        country=country,
        parent=row.get("parent"),
        aliases=row.get("aliases"),
        osir=row.get("osir"),
        note=row.get("note"),
        basis=row["source"],
        stated_on=context.date,
    )
    for account in row.get("account") or []:
        yield Account(
            account["platform"],
            account["account"],
            row["slug"],
            basis=account.get("basis"),
            stated_on=written_day(account.get("date")) or context.date,
        )


def written_day(value: Any) -> date | None:
    """Return a day that is written as a date of TOML or as text."""
    return value if isinstance(value, date) else day(value)


SOURCE = Source(
    name="institutions",
    title="Institutions and their accounts, curated",
    licence="CC-BY-4.0",
    feeds="institutions, accounts; the larger makers only, and each account says on what basis",
    files=(
        File(
            "institutions.toml",
            toml_items("institution"),
            institution,
            required=("slug", "name", "source"),
        ),
    ),
    authority=0,
    curated=True,
    tables=("accounts", "institutions"),
)
