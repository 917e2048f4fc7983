"""The SPARQL behind a page: named queries that give its facts, with their parameters filled in."""

from collections.abc import Mapping
from typing import NamedTuple

from begat.views.place import Place

__all__ = ["QUERIES", "Behind", "behind"]

QUERIES: Mapping[str, tuple[str, ...]] = {
    "model": (
        *("parents", "ancestors", "children-by-relation", "descendants-by-account"),
        *("descendants-by-country", "licence-changes", "licence-duties", "datasets-of-model"),
        *("figures-of-model", "results-of-model", "scores-of-model", "contested-values"),
    ),
    "institution": (
        *("institution-names", "accounts-of-institution", "models-of-institution"),
        *("institution-derivatives", "builds-on", "licences-of-institution", "datasets-of-institution"),
        *("systems-of-institution", "benchmarks-of-institution", "scores-of-institution"),
    ),
    "account": ("models-of-account",),
    "country": ("institutions-of-country", "models-of-country", "builders-on-country", "countries"),
    "family": ("models-of-family",),
    "dataset": ("models-trained-on", "impact-of-dataset", "origins-of-dataset", "datasets-from-dataset"),
    "benchmark": ("results-on-benchmark", "benchmarks"),
    "home": ("top-bases", "derivations-by-relation", "sources", "coverage"),
    "influence": ("top-bases", "top-institutions", "top-countries", "measures"),
    "ranking": ("institutions-of-kind", "countries", "rankings-of-model"),
    "claims": ("coverage", "agreement", "sources"),
}
"""Kind of a page's subject, or name of its view -> names of queries, what is asked first coming first."""


class Behind(NamedTuple):
    """A named query with what it is asked about.

    Attributes
    ----------
    title : str
        In the language of the page.
    address : str
        Where it can be read, changed and run.
    """

    title: str
    address: str


def behind(view: str, subject: tuple[str, str] | None, lang: str, place: Place) -> list[Behind]:
    """Return the queries behind a page of a view about a subject; none from a file, which asks nothing."""
    from begat.query.named import query_named

    if not place.served:
        return []
    kind, name = subject or (view, "")
    found = []
    for query in map(query_named, QUERIES.get(kind, ())):
        known = {kind: name} if subject else query.example_values
        params = {item.name: known[item.name] for item in query.parameters if item.name in known}
        title = query.title_zh if lang == "zh" else query.title
        found.append(Behind(title, place.at("/sparql-editor", named=query.name, **params)))
    return found
