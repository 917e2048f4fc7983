"""How errors look over HTTP: a status, headers, and a body that says what, where and what to do next."""

import json
import re
from collections.abc import Mapping

from begat.errors import BegatError, HomeError, InputError, ShapeError, SourceError, StoreError, UnknownName
from begat.printable import printable
from begat.server.question import (
    Busy,
    NotAcceptable,
    QueryFailed,
    QueryRefused,
    TimedOut,
    TooMany,
    UnknownGraph,
)

__all__ = ["HttpRefusal", "body", "headers", "status"]

STATUS: Mapping[type[BegatError], int] = {
    UnknownName: 404,
    UnknownGraph: 404,
    QueryRefused: 400,
    NotAcceptable: 406,
    TooMany: 429,
    Busy: 503,
    TimedOut: 504,
    QueryFailed: 500,
    HomeError: 500,
    InputError: 400,
    StoreError: 500,
    SourceError: 500,
    ShapeError: 500,
    BegatError: 500,
}
"""The first that an error is decides."""

RETRY_SECONDS: Mapping[int, int] = {429: 10, 503: 2, 504: 10}
"""When to ask again, where the error itself does not say."""


class HttpRefusal(BegatError):
    """A request that HTTP itself or the protocol refuses, with its status and headers."""

    def __init__(
        self,
        status: int,
        what: str,
        *,
        where: str | None = None,
        hint: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.headers = dict(headers or {})
        super().__init__(what, where=where, hint=hint)


def status(error: BegatError) -> int:
    """Return the status that an error is answered with."""
    if isinstance(error, HttpRefusal):
        return error.status
    return next(code for kind, code in STATUS.items() if isinstance(error, kind))


def headers(error: BegatError) -> dict[str, str]:
    """Return the headers of the answer to an error: ``Retry-After`` where to ask again helps."""
    own = error.headers if isinstance(error, HttpRefusal) else {}
    wait = getattr(error, "retry_after", None) or RETRY_SECONDS.get(status(error))
    return {**({"Retry-After": str(max(1, round(wait)))} if wait else {}), **own}


def body(error: BegatError, *, plain: bool = False) -> bytes:
    """Return the body of the answer to an error, JSON or one line of plain text."""
    if plain:
        return f"{_printable(str(error))}\n".encode()
    parts = {"code": _code(error), "what": error.what, "where": error.where, "hint": error.hint}
    shown = {name: text and _printable(text) for name, text in parts.items()}
    return json.dumps({"error": shown}, ensure_ascii=False).encode()


def _code(error: BegatError) -> str:
    """Return the name of a kind of error: ``UnknownName`` is ``unknown-name``."""
    if isinstance(error, HttpRefusal):
        return f"http-{error.status}"
    return re.sub(r"(?<!^)(?=[A-Z])", "-", type(error).__name__).lower()


def _printable(text: str) -> str:
    return printable(text, instead=" ", keep="")
