"""The outermost layer: who may ask under which name, headers on every answer, and one line in the log."""

import ipaddress
import logging
import re
import secrets
import time
from collections.abc import Iterator
from urllib.parse import quote_from_bytes

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from begat.server import refusal
from begat.server.metrics import Counts
from begat.server.refusal import HttpRefusal
from begat.server.settings import Settings

__all__ = ["Guard", "client", "fixed_headers"]

LOG = logging.getLogger("begat.server")
GONE = 499
"""Status in log and metrics of a request whose client left before the answer."""

PIECE = 64 << 10
"""Bytes sent at once."""

UNKNOWN_ROUTE = "other"
HOST = re.compile(r"([\w.-]+|\[[0-9a-fA-F:.]+\])(?::[0-9]{1,5})?", re.ASCII)


class Guard:
    """Middleware around the whole application: nothing reaches or leaves it otherwise."""

    def __init__(self, app: ASGIApp, settings: Settings, counts: Counts) -> None:
        self.app = app
        self.settings = settings
        self.counts = counts
        self.headers = fixed_headers(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status, size = time.monotonic(), GONE, 0
        state = scope.setdefault("state", {})
        state["request_id"] = secrets.token_hex(8)

        async def dressed(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["Request-Id"] = state["request_id"]
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                headers.add_vary_header("Accept")
            size += len(message.get("body", b""))
            await self._sent(message, send)

        try:
            await self._checked(scope, receive, dressed)
        finally:
            seconds = time.monotonic() - started
            self.counts.add(state.get("route", UNKNOWN_ROUTE), status, seconds)
            LOG.info("%s", _line(scope, status, size, seconds))

    async def _sent(self, message: Message, send: Send) -> None:
        """Send a body in pieces, so that the next waits until the client has taken the one before."""
        body = message.get("body", b"")
        if len(body) <= PIECE:
            await send(message)
            return
        self.counts.sending += len(body)
        try:
            for begin in range(0, len(body), PIECE):
                more = message.get("more_body", False) or begin + PIECE < len(body)
                await send({**message, "body": body[begin : begin + PIECE], "more_body": more})
        finally:
            self.counts.sending -= len(body)

    async def _checked(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            check(scope, self.settings)
        except HttpRefusal as error:
            await _refuse(error, send)
        else:
            await self.app(scope, receive, send)


def check(scope: Scope, settings: Settings) -> None:
    """Refuse a request for its head alone.

    Raises
    ------
    HttpRefusal
        421 for another host's name, 414 and 431 for too long a target or header, 403 for a page of another
        origin that sends something, 417 for an expectation.
    """
    headers = Headers(scope=scope)
    if _host(headers.getlist("host")) not in settings.hosts:
        hint = "Names that it answers to are added with --host-name."
        raise HttpRefusal(421, "this server is not known by this name", where="Host", hint=hint)
    if len(scope["raw_path"]) + len(scope["query_string"]) > settings.target:
        raise HttpRefusal(414, f"the address is longer than {settings.target:,} bytes", hint="Use POST.")
    if sum(len(name) + len(value) + 4 for name, value in scope["headers"]) > settings.head:
        raise HttpRefusal(431, f"the header fields are longer than {settings.head:,} bytes together")
    if scope["method"] not in ("GET", "HEAD", "OPTIONS") and not _own_page(headers, settings):
        raise HttpRefusal(
            403,
            "a page of another origin may not send anything here",
            where="Origin",
            hint="Allow it with --cors.",
        )


def fixed_headers(settings: Settings) -> dict[str, str]:
    """Return the headers of every answer: no browser is to run, frame, guess or keep anything of it."""
    return {
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "cross-origin" if settings.origins else "same-origin",
        "Cache-Control": "no-cache",
    }


def client(scope: Scope, settings: Settings) -> str:
    """Return whose share a request counts to: its peer, of IPv6 the network of 64 bits.

    On the machine itself all programs have one address; there it is the connection, so that one program can't
    use up what the others need. What a trusted proxy says goes before both.
    """
    peer, port = scope.get("client") or ("", 0)
    forwarded = Headers(scope=scope).get("x-forwarded-for", "") if settings.trust_proxy else ""
    if forwarded:
        return _network(forwarded.rpartition(",")[2].strip(), 32, 64)
    network = _network(peer, 32, 64)
    return f"{network} {port}" if network and _address(peer).is_loopback else network


def _host(values: list[str]) -> str:
    """Return the name in a Host header, without its port; nothing if there is not exactly one."""
    match = HOST.fullmatch(values[0]) if len(values) == 1 else None
    return match[1].lower().removesuffix(".") if match else ""


def _own_page(headers: Headers, settings: Settings) -> bool:
    """Whether a request that sends something comes from no page, an own page, or one that is allowed."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site", "none")
    if "*" in settings.origins or (origin is not None and origin in settings.origins):
        return True
    foreign = origin is not None and origin.partition("://")[2] != headers.get("host")
    return site in ("none", "same-origin") and not foreign


async def _refuse(error: HttpRefusal, send: Send) -> None:
    content = refusal.body(error)
    headers = {
        "content-type": "application/json",
        "content-length": str(len(content)),
        "connection": "close",
        **refusal.headers(error),
    }
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": error.status, "headers": encoded})
    await send({"type": "http.response.body", "body": content})


def _line(scope: Scope, status: int, size: int, seconds: float) -> str:
    """Return the line of the log: no query, no whole address of a client, nothing that a terminal obeys."""
    return " ".join(_words(scope, status, size, seconds))


def _words(scope: Scope, status: int, size: int, seconds: float) -> Iterator[str]:
    state = scope["state"]
    yield state["request_id"]
    yield _network((scope.get("client") or ("",))[0], 24, 48) or "-"
    yield f"{scope['method'][:16]} {quote_from_bytes(scope['raw_path'][:200])}"
    yield f"{status} {size} {seconds:.3f}s"
    yield from state.get("said", ())


def _network(address: str, short: int, long: int) -> str:
    """Return the network that an address is in, `short` bits of IPv4 or `long` of IPv6."""
    try:
        found = _address(address)
    except ValueError:
        return ""
    bits = short if found.version == 4 else long
    return str(ipaddress.ip_network((found, bits), strict=False).network_address)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return an address; one of IPv4 in the clothes of IPv6 is one of IPv4, not of one network of all."""
    found = ipaddress.ip_address(text)
    return getattr(found, "ipv4_mapped", None) or found
