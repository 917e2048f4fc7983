"""The root of the server: text for a terminal, and a page for browsers where a file is served."""

import base64
import hashlib
from functools import cache

from begat.server.addresses import DESCRIPTION, GRAPH_STORE, METRICS, READY, SPARQL
from begat.server.served import Served

__all__ = ["page", "policy", "text"]

EXAMPLE = """SELECT ?kind (COUNT(DISTINCT ?thing) AS ?things)
WHERE { ?thing a ?kind }
GROUP BY ?kind ORDER BY DESC(?things)"""

ADDRESSES = (
    (SPARQL.path, SPARQL.summary),
    (f"{GRAPH_STORE.path}?default", GRAPH_STORE.summary),
    (DESCRIPTION.path, "All addresses with their parameters, OpenAPI 3.1."),
    (READY.path, READY.summary),
    (METRICS.path, METRICS.summary),
)
"""Addresses that can be opened as they stand, each with what is there."""


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
    """Return the same as a page: its addresses and a field for SPARQL."""
    from begat.views.markup import environment

    return (
        environment()
        .get_template("server.html.j2")
        .render(
            name=served.name,
            statements=f"{sum(served.graphs.values()):,}",
            graphs=f"{len(served.graphs):,}",
            style=_style(),
            addresses=ADDRESSES,
            example=EXAMPLE,
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
