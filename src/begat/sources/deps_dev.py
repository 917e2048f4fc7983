"""deps.dev: how many packages of PyPI depend on the package of a system."""

from collections.abc import Iterator
from urllib.parse import quote

from begat.crawl import Crawl, Page, Platform, Rate
from begat.records import Record
from begat.sources._hub import figures
from begat.sources._pages import json_page
from begat.sources._subject import kind_of, repositories, subject_of
from begat.sources._walk import rows_of
from begat.sources.base import Context, File, Row, Source

__all__ = ["SOURCE"]


def fetch(crawl: Crawl) -> None:
    """Ask for the package of every system on GitHub, for its versions, and who depends on the present one.

    A system's package is the one that has its name and names its repository as its source; the first two
    answers lead to the third and are kept with it.
    """
    for name in repositories(crawl.wanted):
        place = quote(f"github.com/{name}", safe="")
        project = crawl.page("projects", f"/v3/projects/{place}:packageversions")
        package = project and package_of(project, name)
        if not package:
            continue
        place = f"systems/pypi/packages/{quote(package, safe='')}"
        versions = crawl.page("packages", f"/v3/{place}")
        if version := versions and present(versions):
            crawl.page(
                kind_of("dependents", name), f"/v3alpha/{place}/versions/{quote(version, safe='')}:dependents"
            )


def package_of(project: Page, name: str) -> str | None:
    """Return the package of PyPI with the name of a repository among those that name it as their source."""
    keys = [one["versionKey"] for one in rows_of(project, "versions")]
    names = {key["name"] for key in keys if key["system"] == "PYPI"}
    wanted = folded(name.partition("/")[2])
    return next((package for package in sorted(names) if folded(package) == wanted), None)


def present(versions: Page) -> str | None:
    """Return the version that an installer takes without being told."""
    found = [one["versionKey"]["version"] for one in rows_of(versions, "versions") if one.get("isDefault")]
    return found[0] if found else None


def folded(name: str) -> str:
    """Return a name as PyPI compares it."""
    return name.casefold().replace("_", "-").replace(".", "-")


def dependents(row: Row, context: Context) -> Iterator[Record]:
    """Yield the number of packages that depend on a system's package, all and direct ones."""
    return figures(
        subject_of(context),
        "system",
        on=context.date,
        dependent_packages=row["dependentCount"],
        dependent_packages_direct=row.get("directDependentCount"),
    )


SOURCE = Source(
    name="deps-dev",
    title="deps.dev, dependents of packages",
    licence="CC-BY-4.0",
    feeds="observations of systems; systems with a package of PyPI of the same name only; dependents of the "
    "present version, fewer than of all versions",
    files=(File("dependents-*/*.json*", json_page(), dependents, required=("dependentCount",)),),
    tables=("observations",),
    indicators=("S10",),
    platform=Platform(
        origin="https://api.deps.dev",
        fetch=fetch,
        rate=Rate(60, 60),
        terms="https://docs.deps.dev/api/ - the API is for programs; the data that deps.dev generates are "
        "CC-BY-4.0 (second-hand).",
        limits="Dependents are in v3alpha only, which may change. A version that nothing depends on is a "
        "404: no figure, not zero.",
        state="documented shape 2026-11-26; dependents second-hand",
        asks=("systems", "id"),
    ),
)
