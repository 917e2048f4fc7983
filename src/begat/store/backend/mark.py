"""What was loaded into a remote store, and whether all of it is there: statements in a graph of their own.

::

    GRAPH <g/begat/load/current> {
      <g/begat/load/current> <#load> "5f..." ;   one load, by chance
        <#origin> "{...}" ;                      made from: format, program, digest of the snapshot, scores
        <#title> "2026-10-05" ;                  name of the snapshot
        <#begun> "..." ; <#whole> "..." .        when it began, and when all was there; missing before that
      <each graph> <#part> <g/begat/load/current> .
    }

The properties are this graph's own: where the default graph is the union of all, a well-known one would be
counted by queries about the data.

A graph is announced before anything is put into it, so after any fault it is known what may be left over.
"""

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import uuid4

import pyoxigraph as ox

from begat import ids
from begat.crawl.strict import read_json
from begat.errors import StoreError
from begat.store.backend.endpoint import Endpoint

__all__ = ["LOAD", "Mark", "announce", "begin", "clear", "finish", "graphs", "mark", "size", "stands"]

LOAD = ids.graph_iri("begat", "load")
JSON = "application/sparql-results+json"

MARK = f"""SELECT ?load ?origin ?title ?begun ?whole {{ GRAPH <{LOAD}> {{
  <{LOAD}> <{LOAD}#load> ?load ; <{LOAD}#origin> ?origin ; <{LOAD}#title> ?title ; <{LOAD}#begun> ?begun .
  OPTIONAL {{ <{LOAD}> <{LOAD}#whole> ?whole }} }} }}"""
GRAPHS = f"SELECT ?graph {{ GRAPH <{LOAD}> {{ ?graph <{LOAD}#part> <{LOAD}> }} }}"


class Mark(NamedTuple):
    """One load: its id, what it was made from, name of the snapshot, when it began, when it was whole."""

    load: str
    origin: str
    title: str
    begun: str
    whole: str | None


def mark(endpoint: Endpoint) -> Mark | None:
    """Return what a store says of its last load, None if it has none.

    Raises
    ------
    StoreError
        If it can't be asked, or says two things.
    """
    rows = _rows(endpoint, MARK)
    if len(rows) > 1:
        raise StoreError(
            "two loads are marked there", where=endpoint.url, hint="Run `begat build --store URL` again."
        )
    if not rows:
        return None
    row = rows[0]
    return Mark(row["load"], row["origin"], row["title"], row["begun"], row.get("whole"))


def graphs(endpoint: Endpoint) -> list[str]:
    """Return the graphs that a load has put something into, or was about to."""
    return sorted(str(row["graph"]) for row in _rows(endpoint, GRAPHS))


def begin(endpoint: Endpoint, title: str, origin: str) -> Mark:
    """Mark that a load begins, in place of what stood there; the list of graphs stays."""
    begun = Mark(uuid4().hex, origin, title, _now(), None)
    facts = {name: text for name, text in begun._asdict().items() if text is not None}
    stated = " ; ".join(f"<{LOAD}#{name}> {ox.Literal(text)}" for name, text in facts.items())
    endpoint.update(
        f"DELETE WHERE {{ GRAPH <{LOAD}> {{ <{LOAD}> ?p ?o }} }} ;\n"
        f"INSERT DATA {{ GRAPH <{LOAD}> {{ <{LOAD}> {stated} }} }}"
    )
    return begun


def clear(endpoint: Endpoint) -> None:
    """Drop the graphs of earlier loads, whole and broken ones, and forget them."""
    for graph in graphs(endpoint):
        endpoint.update(f"DROP SILENT GRAPH <{graph}>")
    endpoint.update(f"DELETE WHERE {{ GRAPH <{LOAD}> {{ ?graph <{LOAD}#part> <{LOAD}> }} }}")


def announce(endpoint: Endpoint, graph: str) -> None:
    """Mark that something will be put into a graph."""
    endpoint.update(f"INSERT DATA {{ GRAPH <{LOAD}> {{ <{graph}> <{LOAD}#part> <{LOAD}> }} }}")


def finish(endpoint: Endpoint) -> None:
    """Mark that all is there."""
    endpoint.update(f"INSERT DATA {{ GRAPH <{LOAD}> {{ <{LOAD}> <{LOAD}#whole> {ox.Literal(_now())} }} }}")


def stands(endpoint: Endpoint, load: str, *, whole: bool = True) -> bool:
    """Return whether a load, by its id, is still the one that is there, and whole."""
    known = f"<{LOAD}#load> {ox.Literal(load)}" + f" ; <{LOAD}#whole> ?any" * whole
    return bool(_rows(endpoint, f"SELECT ?any {{ GRAPH <{LOAD}> {{ <{LOAD}> {known} }} }}"))


def size(endpoint: Endpoint, graph: str) -> int:
    """Return the number of statements in a graph."""
    return int(_rows(endpoint, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")[0]["n"])


def _rows(endpoint: Endpoint, query: str) -> list[dict[str, str]]:
    try:
        bindings = read_json(endpoint.query(query, JSON).body)["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in bindings]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            "the store answers with something else than SPARQL results in JSON",
            where=endpoint.url,
            hint="Is this the address where it takes queries?",
        ) from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
