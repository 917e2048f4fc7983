"""The JSON API: pages of the rows of calls and named queries, with what to know about them."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from begat.server import queries
from begat.server.calls import CALLS
from begat.server.endpoint import Endpoint, Parameter, arguments
from begat.server.served import Served
from begat.server.service import Service

__all__ = ["PAGE_SCHEMA", "PAGING", "Page", "endpoints", "page"]

PAGING = (
    Parameter("limit", "rows of a page", "integer", default=1000, least=1, most=10_000),
    Parameter("offset", "rows left out before them", "integer", default=0),
)
PAGE_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["rows", "snapshot", "notes", "truncated"],
    "properties": {
        "rows": {"type": "array", "items": {"type": "object"}},
        "snapshot": {"type": "string", "description": "name of the snapshot that the rows are of"},
        "notes": {"type": "array", "items": {"type": "string"}, "description": "what to know about the rows"},
        "truncated": {"type": "boolean", "description": "whether there are more rows after these"},
    },
}
SAMPLE = (
    "This is the snapshot that ships with begat, a small, biased sample: it shows what begat computes, not "
    "how the world is."
)

Row = Mapping[str, Any]


class Page(NamedTuple):
    """Some rows of an answer as JSON, and the address of those that follow."""

    content: bytes
    truncated: bool
    following: str | None


def endpoints() -> tuple[Endpoint, ...]:
    """Return all addresses of the API: the calls, the list of named queries, and each of these."""
    return (*CALLS, *queries.named())


async def page(
    service: Service,
    endpoint: Endpoint,
    given: Mapping[str, Sequence[str]],
    client: str,
    *,
    body: bytes | None = None,
) -> Page:
    """Return a page of an endpoint's rows.

    Parameters
    ----------
    service : Service
        What is served.
    endpoint : Endpoint
        One of `endpoints`.
    given : mapping
        The parameters of the request, those of paging included.
    client : str
        Whose share queries are taken from.
    body : bytes, optional
        What was posted.

    Raises
    ------
    InputError
        If a parameter is wrong; and whatever the call or query raises.
    """
    paging = {item.name: item.read(given.get(item.name, ())) for item in PAGING}
    own = {name: values for name, values in given.items() if name not in paging}
    served = service.served
    assert endpoint.rows is not None
    posted = {} if body is None else {"body": body}
    rows = await endpoint.rows(service, arguments(endpoint, own) | posted, client)
    start, end = paging["offset"], paging["offset"] + paging["limit"]
    more = len(rows) > end
    following = urlencode({**own, "limit": paging["limit"], "offset": end}, doseq=True)
    truncated = more or isinstance(rows, queries.Cut)
    cut = [queries.CUT] * isinstance(rows, queries.Cut)
    content = await asyncio.to_thread(
        lambda: _content(served, rows[start:end], cut + _notes(served, endpoint), truncated=truncated)
    )
    return Page(content, truncated, f"{endpoint.path}?{following}" if more else None)


def _content(served: Served, rows: Sequence[Row], notes: Sequence[str], *, truncated: bool) -> bytes:
    answer = {"rows": list(rows), "snapshot": served.name, "notes": notes, "truncated": truncated}
    text = json.dumps(answer, ensure_ascii=False, default=str, allow_nan=False)
    return text.encode("utf-8", "replace")


def _notes(served: Served, endpoint: Endpoint) -> list[str]:
    if served.registry is None:
        return []
    return [SAMPLE] * served.registry.shipped + served.registry.notes(endpoint.about)
