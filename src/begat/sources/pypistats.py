"""PyPI Stats: downloads of the Python packages of systems.

Both figures leave out what known mirrors fetch. Continuous integration and caches dominate the rest.
"""

from collections.abc import Iterator
from datetime import date

from begat.crawl import Crawl, Platform, Rate
from begat.records import Record
from begat.sources._hub import figures
from begat.sources._packages import package_of, system_of
from begat.sources._pages import json_page
from begat.sources.base import BadRow, Context, File, Row, Source

__all__ = ["SOURCE"]

SERIES = "without_mirrors"


def fetch(crawl: Crawl) -> None:
    """Ask for the package of each wanted system that has one: the last month, and the days of half a year."""
    for system in crawl.wanted:
        if package := package_of().get(system):
            address = f"/api/packages/{package}"
            if crawl.page("recent", f"{address}/recent"):
                crawl.page("overall", f"{address}/overall", {"mirrors": "false"})


def recent(row: Row, context: Context) -> Iterator[Record]:
    """Yield the downloads of the last month."""
    month = row["data"]["last_month"]
    yield from figures(system(row["package"]), "system", on=context.date, package_downloads_30d=month)


def overall(row: Row, _context: Context) -> Iterator[Record]:
    """Yield the downloads of each day that is stated."""
    name = system(row["package"])
    for day in row["data"]:
        if day["category"] == SERIES:
            on = date.fromisoformat(day["date"])
            yield from figures(name, "system", on=on, package_downloads_1d=day["downloads"])


def system(package: str) -> str:
    """Return the system that a package is of.

    Raises
    ------
    BadRow
        If none is known.
    """
    if package not in system_of():
        raise BadRow(f"package {package} is of no known system")
    return system_of()[package]


SOURCE = Source(
    name="pypistats",
    title="PyPI Stats, downloads of the packages of systems",
    licence="",
    feeds="observations; one Python package a system, written down in data/packages.toml; facts of a "
    "public API, no data licence is stated",
    files=(
        File("recent/*.json*", json_page(), recent, ("data", "package")),
        File("overall/*.json*", json_page(), overall, ("data", "package")),
    ),
    authority=0,
    tables=("observations",),
    indicators=("S09",),
    platform=Platform(
        origin="https://pypistats.org",
        fetch=fetch,
        rate=Rate(1, 1.0),
        terms="https://pypistats.org/api: programs are welcome for a set of packages, once a day, but not "
        "for every package there is",
        limits="the last 180 days, new figures once a day; a limit by address that is not stated",
        state="recorded shape 2026-11-26",
        asks=("systems", "id"),
    ),
)
