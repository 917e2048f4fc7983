"""Pages of the explorer over HTTP: as HTML or the twin that is asked for, kept for whoever asks again."""

import asyncio
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from begat.errors import BegatError
from begat.server import protocol, refusal
from begat.server.endpoint import Endpoint, arguments
from begat.server.negotiation import best_language, content_type
from begat.server.pages import EDITOR, FORMATS, PAGES
from begat.server.refusal import HttpRefusal
from begat.server.security import client
from begat.server.service import Service
from begat.version import __version__
from begat.views.markup import assets
from begat.views.place import PREFIXES, SERVED, Place
from begat.views.said import LANGUAGES

if TYPE_CHECKING:
    from begat.registry import Registry
    from begat.views.page.base import Page

__all__ = ["EDITOR_POLICY", "POLICY", "refused", "respond", "static", "warm"]

LOG = logging.getLogger("begat.server")

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
"""What a page may do: its own styles and scripts, asking this server, nothing else."""

EDITOR_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'; font-src 'self' data:")
"""The same for the page with the editor that others made, which sets styles and holds its own signs."""

FRESH_SECONDS = 60
"""How long a browser may show a page again without asking whether it changed."""

SLOW = ("/", "/claims", "/rank")
"""Pages without parameters that take a second or more the first time."""

SLOW_KINDS = ("institution", "country")
"""Kinds of things whose first page ranks all of the kind; the others then read what is ranked."""

FOREVER = "public, max-age=31536000, immutable"
TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


@dataclass(frozen=True)
class Asked:
    """A request for a page.

    Attributes
    ----------
    endpoint : Endpoint
        Of the page.
    target : str
        Path and query.
    given : mapping
        Its arguments.
    """

    endpoint: Endpoint
    target: str
    given: Mapping[str, Any]


async def respond(service: Service, endpoint: Endpoint, request: Request) -> Response:
    """Answer a request for a page.

    Raises
    ------
    InputError
        If a parameter is wrong; and whatever the page raises.
    """
    asked = _asked(endpoint, request)
    tag = _tag(service, asked)
    headers = {"ETag": tag, "Cache-Control": f"private, max-age={FRESH_SECONDS}", **_page_headers(endpoint)}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = await _content(service, asked, client(request.scope, service.settings))
    headers["Content-Type"] = content_type(FORMATS[asked.given["format"]])
    return Response(content, headers=headers)


async def warm(service: Service) -> None:
    """Write the pages that take long before somebody asks for them; one that fails says so when asked."""
    for asked in [*_slow(), *await service.call(_slow_things, "")]:
        try:
            await _content(service, asked, "")
        except BegatError as error:
            LOG.info("%s is not written: %s", asked.target, str(error))


def _slow() -> list[Asked]:
    return [
        Asked(endpoint, endpoint.path, {**arguments(endpoint, {}), "lang": lang})
        for endpoint in PAGES
        for lang in LANGUAGES
        if endpoint.path in SLOW
    ]


def _slow_things(registry: "Registry") -> list[Asked]:
    """Return the pages of the first things by reach of the slow kinds."""
    found = []
    for kind in SLOW_KINDS:
        endpoint = next(endpoint for endpoint in PAGES if endpoint.path == f"/{PREFIXES[kind]}")
        for row in registry.influence(by=kind, most=1):
            given = {**arguments(endpoint, {"id": [row["id"]]}), "lang": LANGUAGES[0]}
            found.append(Asked(endpoint, SERVED.to(kind, row["id"]) or endpoint.path, given))
    return found


async def _content(service: Service, asked: Asked, client: str) -> bytes:
    def write(registry: "Registry") -> bytes:
        return _written(registry, asked)

    return await service.page(_tag(service, asked), write, client, costly=asked.endpoint.costly)


def _tag(service: Service, asked: Asked) -> str:
    """Return the tag of an answer: it changes with the snapshot, the program, the address, the language."""
    registry = service.served.registry
    assert registry is not None
    parts = (__version__, *assets(), asked.target, asked.given["lang"], asked.given["format"])
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f'"{registry.snapshot.digest[:16]}-{digest[:24]}"'


def _page_headers(endpoint: Endpoint | None) -> dict[str, str]:
    policy = EDITOR_POLICY if endpoint is EDITOR else POLICY
    return {"Content-Security-Policy": policy, "Vary": "Accept-Language"}


def _asked(endpoint: Endpoint, request: Request) -> Asked:
    found = protocol.parameters(request.scope["query_string"])
    given = arguments(endpoint, {**found, **{name: [text] for name, text in request.path_params.items()}})
    lang = given["lang"] or _language(request)
    return Asked(endpoint, _target(request), {**given, "lang": lang})


def _language(request: Request) -> str:
    return best_language(", ".join(request.headers.getlist("accept-language")), LANGUAGES)


def _target(request: Request) -> str:
    query = urlencode(protocol.parameters(request.scope["query_string"]), doseq=True)
    path = request.scope["raw_path"].decode("ascii", "replace")
    return f"{path}?{query}" if query else path


def _written(registry: "Registry", asked: Asked) -> bytes:
    assert asked.endpoint.page is not None
    page = asked.endpoint.page(registry, asked.given)
    form = asked.given["format"]
    if form == "html":
        return _html(page, asked.target)
    return (page.twin.json() if form == "json" else page.twin.csv()).encode("utf-8", "replace")


def _html(page: "Page", target: str) -> bytes:
    """Write a page; a language that its address chose goes along with every link."""
    from begat.views.page.base import html

    chosen = [("lang", lang) for lang in LANGUAGES if f"lang={lang}" in target.partition("?")[2].split("&")]
    return html(page, Place(served=True, address=target, carried=tuple(chosen))).encode("utf-8", "replace")


async def refused(service: Service, request: Request, error: BegatError) -> Response:
    """Answer a browser with a page that says what is wrong and where to go on."""
    registry, status = service.served.registry, refusal.status(error)
    assert registry is not None
    route = request.scope["state"].get("route", "")
    near = [(name, _address(route, name)) for name in getattr(error, "suggestions", ())]
    page = await asyncio.to_thread(
        registry.failure_page,
        status,
        error.what if near else str(error),
        asked=getattr(error, "name", ""),
        near=near,
        lang=_language(request),
    )
    headers = {**refusal.headers(error), **_page_headers(None), "Content-Type": content_type("text/html")}
    return Response(_html(page, "/"), status, headers)


def _address(route: str, name: str) -> str:
    """Return where a near name leads: to the same kind of page, or else to the search for it."""
    kinds = {prefix: kind for kind, prefix in PREFIXES.items()}
    kind = kinds.get(route.split("/")[1] if "/" in route else "")
    return (SERVED.to(kind, name) if kind else None) or SERVED.at("/search", q=name)


def static(name: str) -> Response:
    """Answer with a style or script of pages, under a name that changes with its content.

    Raises
    ------
    HttpRefusal
        404 if there is no such file.
    """
    content = assets().get(name)
    if content is None:
        raise HttpRefusal(404, "there is no such file", hint="Load the page again that names it.")
    headers = {"Content-Type": TYPES[name.rpartition(".")[2]], "Cache-Control": FOREVER}
    return Response(content, headers=headers)
