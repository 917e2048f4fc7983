"""SPARQL 1.1 Protocol: from a request to a question, as pure functions.

Section 2.1 of the recommendation: a query comes by GET, by POST of a form, or by POST of the query itself,
with any number of ``default-graph-uri`` and ``named-graph-uri``. There is no update here (section 2.2).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from begat.server.negotiation import Chosen, choose
from begat.server.question import Question
from begat.server.refusal import HttpRefusal

__all__ = [
    "ABSOLUTE",
    "FORM",
    "QUERY",
    "Asked",
    "Parameters",
    "asks_nothing",
    "forms",
    "media_type",
    "parameters",
    "question",
]

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

FORMATS = ("format", "output")
READ_ONLY = "this endpoint is read-only: there is no update"
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*")

Parameters = Mapping[str, Sequence[str]]


class Asked(NamedTuple):
    """A request by GET, HEAD or POST, as far as the protocol is concerned; the query string is encoded."""

    method: str
    query_string: bytes = b""
    content_type: str | None = None
    body: bytes = b""
    accept: str | None = None


def asks_nothing(asked: Asked) -> bool:
    """Return whether a request has neither query nor update, and so is for the service description."""
    return asked.method in ("GET", "HEAD") and not {"query", "update"} & set(parameters(asked.query_string))


def question(asked: Asked) -> tuple[Question, Chosen]:
    """Return the question that a request asks, and what its answer is to be sent as.

    Raises
    ------
    HttpRefusal
        400 for a missing or repeated query, text that is not UTF-8, a graph without absolute IRI; 403 for an
        update; 406 if nothing acceptable can be written; 415 for another content.
    """
    found, text = _read(asked)
    if "update" in found:
        raise HttpRefusal(403, READ_ONLY, hint="Ask with `query`.")
    if len(found.get("query", ())) > 1:
        raise HttpRefusal(400, f"the query is given {len(found['query'])} times", hint="Give it once.")
    text = _text(found) if text is None else text
    chosen = choose(asked.accept, forms(found))
    graphs = {name: _graphs(found, name) for name in ("default-graph-uri", "named-graph-uri")}
    return Question(text, chosen.formats, graphs["default-graph-uri"], graphs["named-graph-uri"]), chosen


def parameters(encoded: bytes) -> Parameters:
    """Return the values of each parameter of a query string or form, in order.

    Raises
    ------
    HttpRefusal
        400 if a name or value is not UTF-8 once decoded.
    """
    found: dict[str, list[str]] = {}
    for name, value in _pairs(encoded):
        found.setdefault(name, []).append(value)
    return found


def forms(found: Parameters) -> list[str]:
    """Return the formats that parameters ask for, first those of ``format``, then of ``output``."""
    return [value for name in FORMATS for value in found.get(name, ())]


def _pairs(encoded: bytes) -> Iterator[tuple[str, str]]:
    for part in encoded.split(b"&"):
        if part:
            name, _, value = part.replace(b"+", b" ").partition(b"=")
            yield _utf8(unquote_to_bytes(name)), _utf8(unquote_to_bytes(value))


def _utf8(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise HttpRefusal(400, "the request is not UTF-8", where=f"byte {error.start} of a value") from error


def _read(asked: Asked) -> tuple[Parameters, str | None]:
    """Return the parameters, and the query where it is the body."""
    given = parameters(asked.query_string)
    if asked.method in ("GET", "HEAD"):
        return given, None
    hint = f"Send a form ({FORM}) or the query itself ({QUERY})."
    kind = media_type(asked.content_type, (FORM, QUERY), hint=hint, refused=(UPDATE,))
    if kind == UPDATE:
        raise HttpRefusal(403, READ_ONLY, hint=f"Send a query as {QUERY}.")
    if kind == FORM:
        return _joined(given, parameters(asked.body)), None
    if "query" in given:
        raise HttpRefusal(400, "the query is given twice, as body and as parameter", hint="Give it once.")
    return given, _utf8(asked.body)


def _joined(*parts: Parameters) -> Parameters:
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: [value for part in parts for value in part.get(name, ())] for name in names}


def media_type(header: str | None, read: Sequence[str], *, hint: str, refused: Sequence[str] = ()) -> str:
    """Return the media type of a body, which must be one that is read or refused later, and in UTF-8.

    Raises
    ------
    HttpRefusal
        415 if it isn't.
    """
    kind, _, rest = (header or "").partition(";")
    kind = kind.strip().lower()
    if kind not in (*read, *refused):
        raise HttpRefusal(
            415,
            "a body of this media type can't be read"
            if kind
            else "the request does not say what its body is",
            where="Content-Type",
            hint=hint,
            headers={"Accept-Post": ", ".join(read)},
        )
    charset = re.search(r"charset\s*=\s*\"?([\w.:-]+)", rest, re.IGNORECASE)
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise HttpRefusal(415, "a body is sent in UTF-8", where="Content-Type", hint="Use charset=utf-8.")
    return kind


def _text(found: Parameters) -> str:
    if not found.get("query"):
        raise HttpRefusal(400, "there is no query", hint="Give it as the parameter `query`.")
    return found["query"][0]


def _graphs(found: Parameters, name: str) -> tuple[str, ...]:
    for iri in found.get(name, ()):
        if not ABSOLUTE.fullmatch(iri):
            raise HttpRefusal(400, "a graph is named by an absolute IRI", where=name)
    return tuple(dict.fromkeys(found.get(name, ())))
