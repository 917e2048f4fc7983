"""Commands about data: stats, build, sources."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from begat.cli.output import Output, command

if TYPE_CHECKING:
    from begat.sources.base import Source

__all__ = ["register"]

PANEL = "Data"


class Profile(StrEnum):
    """What the RDF store holds."""

    FULL = "full"
    LINEAGE = "lineage"


Held = Annotated[Profile, typer.Option(help="What the RDF store holds: all tables, or what lineage needs.")]


def stats(out: Output) -> None:
    """Count what the current snapshot holds, and how much of the downloads is attributed.

    Examples:

      begat stats --format json
    """
    found = out.registry().stats()
    if not out.tabular:
        out.one(found)
        return
    coverage = found.pop("downloads_coverage")
    out.one(found)
    for row in coverage:
        row["date"] = row["observed_on"] or f"before {row['observed_before']}"
        for name in [name for name in row if name.startswith("with_")]:
            row[name] = f"{row[name]:.1%}"
    out.rows(
        [row for row in coverage if row["models"] >= LEAST_MODELS],
        ("source", "date", "models", "downloads_30d", "with_country", "with_country_not_assumed"),
        title="30-day downloads of models with a known country, by source and date",
    )


LEAST_MODELS = 100
"""Dates with fewer models are left out of the table, not out of the JSON."""


def sources(
    out: Output,
    live: Annotated[
        bool, typer.Option("--live", help="Only those that `begat sync` can ask, with their limits.")
    ] = False,
) -> None:
    """List the sources that begat reads, and what each is good for.

    Examples:

      begat sources --format json

      begat sources --live
    """
    from begat.sources.base import discover

    rows = [_source_row(source) for source in discover().values() if source.platform or not live]
    shown = (
        ("source", "live", "token", "state", "limits") if live else ("source", "licence", "files", "feeds")
    )
    out.rows(rows, shown, spare=(("limits",),))


def _source_row(source: "Source") -> dict[str, Any]:
    """Return what a source declares, that of its live platform included."""
    platform = source.platform
    return {
        "source": source.name,
        "title": source.title,
        "licence": source.licence,
        "files": [file.pattern for file in source.files],
        "methods": sorted(source.methods),
        "feeds": source.feeds,
        "tables": list(source.tables),
        "indicators": list(source.indicators),
        "live": platform and platform.origin,
        "token": (platform and platform.token) or None,
        "limits": platform and platform.limits,
        "terms": platform and platform.terms,
        "state": platform and platform.state,
    }


def build(
    out: Output,
    profile: Held = Profile.FULL,
    store: Annotated[
        str | None,
        typer.Option("--store", metavar="URL", help="Load the RDF into this SPARQL endpoint instead."),
    ] = None,
) -> None:
    """Project the current snapshot into graph, name index, rows by key and RDF store, where they are missing.

    Queries read the full store where it is built, else that of lineage. The profile `lineage` holds models
    with account, family and licence, derivations with their evidence, institutions and countries.

    Examples:

      begat build

      begat build --profile lineage

      begat build --store http://localhost:7878/query
    """
    registry = out.registry()
    about = {"snapshot": registry.snapshot.name, "profile": profile.value}
    if store is None:
        built = {**about, **registry.build(out.step, profile=profile.value)}
        out.one({name: value for name, value in built.items() if value is not None or not out.tabular})
        return
    with out.step("loading the endpoint") as tell:
        loaded = registry.load_store(store, lambda sent: tell(f"{sent:,} statements"), profile=profile.value)
    out.one({**about, "store": store, **loaded._asdict()})


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for function in (stats, sources, build):
        command(app, rich_help_panel=PANEL)(function)
