"""The application: routes from the declarations, and what each address does."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from begat.errors import BegatError
from begat.query.run import query_named
from begat.server import addresses, api, explorer, front, graphstore, pages, protocol, refusal
from begat.server.description import description
from begat.server.endpoint import Endpoint
from begat.server.metrics import MEDIA_TYPE
from begat.server.negotiation import best, choose_graph, content_type, wants_page
from begat.server.openapi import document
from begat.server.question import Answer, Busy, whole_graph
from begat.server.refusal import HttpRefusal
from begat.server.security import Guard, client
from begat.server.service import Service
from begat.server.settings import Settings

__all__ = ["TRUNCATED", "application", "routes"]

TRUNCATED = "Begat-Truncated"
"""Header of an answer that ends before its end because of a limit; its value is ``true``."""

EXPOSED = (TRUNCATED, "Request-Id", "Retry-After", "Link")
Handler = Callable[[Request], Awaitable[Response]]
Value = TypeVar("Value")


def application(service: Service) -> ASGIApp:
    """Return the application that serves `service`; its pool is started and stopped by the caller."""
    app = Starlette(
        routes=routes(service),
        middleware=_middleware(service.settings),
        exception_handlers={
            BegatError: _refused,
            HTTPException: _no_route,
            ClientDisconnect: _gone,
            Exception: _failed,
        },
    )
    app.router.redirect_slashes = False
    app.state.service = service
    return Guard(app, service.settings, service.counts)


def routes(service: Service) -> list[Route]:
    """Return the routes: those of all declared addresses, and one for named queries that are not there."""
    handlers: dict[Endpoint, Handler] = {
        pages.HOME if service.served.registry else addresses.INDEX: _index,
        addresses.SPARQL: _sparql,
        addresses.GRAPH_STORE: _graph_store,
        addresses.GRAPH: _graph_store,
        addresses.HEALTH: _health,
        addresses.READY: _ready,
        addresses.METRICS: _metrics,
        **(_of_registry() if service.served.registry else {}),
    }
    described = json.dumps(document([*handlers, addresses.DESCRIPTION]), ensure_ascii=False).encode()
    handlers[addresses.DESCRIPTION] = _fixed(described)
    return [*(_route(endpoint, handler) for endpoint, handler in handlers.items()), UNKNOWN_QUERY]


def _of_registry() -> dict[Endpoint, Handler]:
    """Return what there is besides where a snapshot is served: the JSON API and the explorer."""
    return {
        **{endpoint: _rows(endpoint) for endpoint in api.endpoints()},
        **{endpoint: _explorer(endpoint) for endpoint in pages.PAGES if endpoint is not pages.HOME},
        addresses.STATIC: _static,
    }


def _middleware(settings: Settings) -> list[Middleware]:
    cors = Middleware(
        CORSMiddleware,
        allow_origins=settings.origins,
        allow_methods=("GET", "HEAD", "POST", "OPTIONS"),
        allow_headers=("Accept", "Content-Type"),
        expose_headers=EXPOSED,
    )
    return [cors] if settings.origins else []


def _route(endpoint: Endpoint, handler: Handler) -> Route:
    methods = (*endpoint.methods, "OPTIONS")
    allowed = sorted({*methods, *(("HEAD",) if "GET" in methods else ())})

    async def handle(request: Request) -> Response:
        request.scope["state"]["route"] = endpoint.path
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": ", ".join(allowed)})
        return await handler(request)

    return Route(endpoint.path, handle, methods=methods)


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


async def _index(request: Request) -> Response:
    """Show a page to browsers, which ask for one by name, and text to everybody else."""
    service = _service(request)
    asks_twin = "format" in protocol.parameters(request.scope["query_string"])
    if not (_by_browser(request) or asks_twin):
        return _text(front.text(service.served, _address(request)))
    if service.served.registry is not None:
        return await _unless_gone(request, explorer.respond(service, pages.HOME, request))
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": front.policy()}
    return Response(front.page(service.served), headers=headers)


async def _sparql(request: Request) -> Response:
    service, settings = _service(request), _service(request).settings
    body = await _body(request, settings, settings.body) if request.method == "POST" else b""
    accept = ", ".join(request.headers.getlist("accept")) or None
    asked = protocol.Asked(
        request.method, request.scope["query_string"], request.headers.get("content-type"), body, accept
    )
    if protocol.asks_nothing(asked):
        return _described(request, asked)
    question, chosen = protocol.question(asked)
    question = replace(question, union=service.served.union)
    who = client(request.scope, settings)
    answer = await _unless_gone(request, service.pool.ask(question, client=who))
    return _answered(request, answer, chosen.sent[answer.form])


def _described(request: Request, asked: protocol.Asked) -> Response:
    given = protocol.parameters(asked.query_string)
    sent, form = choose_graph(asked.accept, protocol.forms(given))
    content = description(_service(request).served, f"{_address(request)}sparql", form)
    return Response(content, headers={"Content-Type": content_type(sent)})


async def _graph_store(request: Request) -> Response:
    service, given = _service(request), protocol.parameters(request.scope["query_string"])
    path = request.path_params.get("path")
    if path is None:
        name = graphstore.indirect(service.served, given)
    else:
        name = graphstore.direct(service.served, _address(request) + request.url.path[1:], path)
    accept = ", ".join(request.headers.getlist("accept")) or None
    sent, form = choose_graph(accept, protocol.forms(given))
    who = client(request.scope, service.settings)
    question = whole_graph(name, form, union=service.served.union)
    answer = await _unless_gone(request, service.pool.ask(question, client=who))
    return _answered(request, answer, sent)


def _answered(request: Request, answer: Answer, sent: str) -> Response:
    """Return an answer as it is sent; one that was cut says so in a header, and in JSON in the body too."""
    service = _service(request)
    if service.counts.sending + len(answer.body) > service.settings.sending:
        raise Busy("clients are taking as many large answers as are kept for them", retry_after=10)
    lane = f"{answer.lane} {answer.rows} rows {answer.seconds:.3f}s"
    request.scope["state"]["said"] = (lane,)
    headers = {"Content-Type": content_type(sent)}
    body = answer.body
    if answer.truncated:
        headers[TRUNCATED] = "true"
        if answer.media_type == "application/sparql-results+json":
            body = b'{"truncated":true,' + body.lstrip()[1:]
    return Response(body, headers=headers)


def _explorer(endpoint: Endpoint) -> Handler:
    async def handle(request: Request) -> Response:
        return await _unless_gone(request, explorer.respond(_service(request), endpoint, request))

    return handle


async def _static(request: Request) -> Response:
    return explorer.static(request.path_params["name"])


def _rows(endpoint: Endpoint) -> Handler:
    async def handle(request: Request) -> Response:
        service, given = _service(request), protocol.parameters(request.scope["query_string"])
        who = client(request.scope, service.settings)
        body = await _posted(request, endpoint, service.settings) if endpoint.bodies else None
        page = await _unless_gone(request, api.page(service, endpoint, given, who, body=body))
        link = {"Link": f'<{page.following}>; rel="next"'} if page.following else {}
        cut = {TRUNCATED: "true"} if page.truncated else {}
        return _json(page.content, headers={**link, **cut})

    return handle


async def _unknown_query(request: Request) -> Response:
    """Say which named queries are like the one that is not there."""
    query_named(request.path_params["name"])
    raise HTTPException(404)


UNKNOWN_QUERY = Route("/api/query/{name}", _unknown_query)
"""Reached by names that have no address of their own."""


def _fixed(content: bytes) -> Handler:
    async def handle(_: Request) -> Response:
        return _json(content)

    return handle


async def _health(_: Request) -> Response:
    return _json(b'{"status": "live"}')


async def _ready(request: Request) -> Response:
    service = _service(request)
    state = service.pool.state()
    ready = state.get("workers", 0) > 0
    content = {"status": "ready" if ready else "starting", "serves": service.served.name, "pool": state}
    return _json(json.dumps(content).encode(), status=200 if ready else 503)


async def _metrics(request: Request) -> Response:
    service = _service(request)
    content = service.counts.text(service.pool.state())
    return Response(content, headers={"Content-Type": MEDIA_TYPE})


async def _posted(request: Request, endpoint: Endpoint, settings: Settings) -> bytes:
    """Return what is posted to a call of the API, if it is of a media type that it reads."""
    hint = f"Send it as {' or '.join(endpoint.bodies)}."
    protocol.media_type(request.headers.get("content-type"), endpoint.bodies, hint=hint)
    return await _body(request, settings, min(settings.body, endpoint.largest or settings.body))


async def _body(request: Request, settings: Settings, most: int) -> bytes:
    """Return the body of a request, as large and as slow as allowed."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HttpRefusal(415, "a compressed body is not read", where="Content-Encoding")
    content = bytearray()
    try:
        async with asyncio.timeout(settings.patience):
            async for part in request.stream():
                content += part
                if len(content) > most:
                    raise _too_large(most)
    except TimeoutError as error:
        hint = "The connection is closed."
        raise HttpRefusal(408, f"the body did not come within {settings.patience:g} s", hint=hint) from error
    return bytes(content)


def _too_large(most: int) -> HttpRefusal:
    what = f"the body is longer than {most:,} bytes"
    return HttpRefusal(413, what, hint="Send something shorter.", headers={"Connection": "close"})


async def _unless_gone(request: Request, work: Coroutine[Any, Any, Value]) -> Value:
    """Return what `work` returns; if the client leaves before, cancel it."""
    task, gone = asyncio.ensure_future(work), asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise ClientDisconnect
    finally:
        for unfinished in (task, gone):
            unfinished.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, BegatError)
    if _service(request).served.registry is not None and _by_browser(request):
        return await explorer.refused(_service(request), request, error)
    accept = ", ".join(request.headers.getlist("accept"))
    plain = best(accept, ("application/json", "text/plain")) != "application/json"
    kind = "text/plain; charset=utf-8" if plain else "application/json"
    headers = {**refusal.headers(error), "Content-Type": kind}
    return Response(refusal.body(error, plain=plain), refusal.status(error), headers)


async def _no_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        allowed = ", ".join(sorted((error.headers or {})["Allow"].split(", ")))
        what, hint, headers = "this method is not allowed here", f"Use {allowed}.", {"Allow": allowed}
    else:
        what, hint, headers = "there is nothing here", "See /openapi.json.", {}
    return await _refused(request, HttpRefusal(error.status_code, what, hint=hint, headers=headers))


async def _failed(request: Request, _error: Exception) -> Response:
    """Answer a fault of the server itself; what it was stands in the log alone."""
    number = request.scope["state"]["request_id"]
    return await _refused(request, HttpRefusal(500, "the server failed", hint=f"Its log says how: {number}."))


async def _gone(_request: Request, _error: Exception) -> Response:
    """Return what nobody reads: the client left."""
    return Response(status_code=499)


def _by_browser(request: Request) -> bool:
    return wants_page(", ".join(request.headers.getlist("accept")))


def _address(request: Request) -> str:
    """Return the address of the root as the client wrote it, the scheme as a trusted proxy says."""
    url = request.url
    if _service(request).settings.trust_proxy and request.headers.get("x-forwarded-proto") == "https":
        url = url.replace(scheme="https")
    return f"{url.scheme}://{url.netloc}/"


def _json(content: bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(content, status, {**(headers or {}), "Content-Type": "application/json"})


def _text(text: str) -> Response:
    return Response(text, headers={"Content-Type": "text/plain; charset=utf-8"})
