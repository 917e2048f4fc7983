"""Named queries over HTTP: parameters as terms, the query in a worker, its answer as plain rows."""

import asyncio
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from begat.query.run import Query, bind_known, hidden, queries
from begat.server.endpoint import Endpoint, Parameter
from begat.server.question import Question
from begat.server.service import Service
from begat.store.answer import value

if TYPE_CHECKING:
    from begat.registry import Registry

__all__ = ["Cut", "named", "rows"]

JSON_RESULTS = "application/sparql-results+json"
ERRORS = (400, 404, 421, 429, 500, 503, 504)
CUT = "The query has more rows than the server reads of one query; the rows end there."

Row = Mapping[str, Any]


class Cut(list[Row]):
    """Rows of an answer that ended at a limit."""


def named() -> tuple[Endpoint, ...]:
    """Return the addresses of the list of named queries and of each of them."""
    listed = Endpoint("/api/queries", "The named queries.", rows=_listed)
    return (listed, *map(_endpoint, queries().values()))


async def _listed(_service: Service, _given: Mapping[str, Any], _client: str) -> list[Row]:
    return [query.facts for query in queries().values()]


def _endpoint(query: Query) -> Endpoint:
    parameters = (
        Parameter(item.name, f"{item.text} ({item.kind})", required=item.required)
        for item in query.parameters
    )

    async def answer(service: Service, given: Mapping[str, Any], client: str) -> list[Row]:
        params = {name: text for name, text in given.items() if text is not None}
        return await _answer(service, query, params, client)

    path = f"/api/query/{query.name}"
    return Endpoint(path, query.title, tuple(parameters), statuses=ERRORS, rows=answer, about=query.about)


async def _answer(service: Service, query: Query, params: Mapping[str, str], client: str) -> list[Row]:
    registry = service.served.registry
    assert registry is not None
    terms = await asyncio.to_thread(_terms, registry, query, params)  # look-ups, not worth a place in a queue
    question = Question(query.text, {"select": JSON_RESULTS}, substitutions=terms)
    answer = await service.pool.ask(question, client=client)
    found = await asyncio.to_thread(rows, answer.body, hidden(query))
    return Cut(found) if answer.truncated else found


def _terms(registry: "Registry", query: Query, params: Mapping[str, str]) -> dict[str, str]:
    return {name: str(term) for name, term in bind_known(registry.store, query, params).items()}


def rows(content: bytes, left_out: set[str]) -> list[Row]:
    """Return the rows of SPARQL's JSON as plain values, as `begat.store.sparql` gives them."""
    results = json.loads(content)
    names = [name for name in results["head"]["vars"] if name not in left_out]
    return [{name: _plain(binding.get(name)) for name in names} for binding in results["results"]["bindings"]]


def _plain(term: Mapping[str, Any] | None) -> Any:
    if term is None:
        return None
    if term["type"] == "bnode":
        return f"_:{term['value']}"
    if "datatype" not in term:
        return term["value"]
    return value(ox.Literal(term["value"], datatype=ox.NamedNode(term["datatype"])))
