"""What a person sees who opens the server's root: a page with links in a browser, text elsewhere."""

import base64
import hashlib
from functools import cache
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from begat.query.run import queries
from begat.server.addresses import DESCRIPTION, GRAPH_STORE, METRICS, READY, SPARQL
from begat.server.served import Served

__all__ = ["page", "policy", "text"]

EXAMPLE = """SELECT ?kind (COUNT(DISTINCT ?thing) AS ?things)
WHERE { ?thing a ?kind }
GROUP BY ?kind ORDER BY DESC(?things)"""


def text(served: Served, root: str) -> str:
    """Return what is served and where, for a terminal; `root` is the address of the server."""
    lines = [
        f"begat serves {served.name}: {sum(served.graphs.values()):,} statements, read-only.",
        "",
        f"{root}sparql        SPARQL 1.1 Protocol and service description",
        f"{root}graphs        SPARQL 1.1 Graph Store HTTP Protocol, reading",
        f"{root}openapi.json  all addresses{', the JSON API included' if served.registry else ''}",
        "",
    ]
    return "\n".join(lines)


def page(served: Served) -> str:
    """Return the same as a page: its addresses, a field for SPARQL, and the named queries by topic."""
    from begat.views.markup import environment

    return (
        environment()
        .get_template("server.html.j2")
        .render(
            name=served.name,
            statements=f"{sum(served.graphs.values()):,}",
            graphs=f"{len(served.graphs):,}",
            style=_style(),
            addresses=_addresses(served),
            example=EXAMPLE,
            topics=_topics() if served.registry else [],
        )
    )


@cache
def policy() -> str:
    """Return the content security policy of the page: its own style, its own form, nothing else."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    own = f"style-src 'sha256-{digest}'; form-action 'self'"
    return f"default-src 'none'; {own}; frame-ancestors 'none'; base-uri 'none'"


def _style() -> str:
    from begat.views.markup import template_text

    return template_text("server.css")


def _addresses(served: Served) -> list[tuple[str, str]]:
    """Return addresses that can be opened as they stand, each with what is there."""
    found = [
        (SPARQL.path, SPARQL.summary),
        (f"{GRAPH_STORE.path}?default", GRAPH_STORE.summary),
        (DESCRIPTION.path, "All addresses with their parameters, OpenAPI 3.1."),
        (READY.path, READY.summary),
        (METRICS.path, METRICS.summary),
    ]
    return (
        [*found, ("/api/stats", "What the snapshot holds, from the JSON API.")] if served.registry else found
    )


def _topics() -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the named queries by topic, each with the address that asks its example."""
    return [
        (
            topic,
            [
                {
                    "address": f"/api/query/{query.name}?{urlencode(query.example_values)}".rstrip("?"),
                    "title": query.title,
                    "description": query.description,
                }
                for query in group
            ],
        )
        for topic, group in groupby(queries().values(), key=lambda query: query.topic)
    ]
