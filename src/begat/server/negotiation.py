"""Content negotiation (RFC 9110, 12.5.1): what a client likes best of all that can be written."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from begat.server.question import Form
from begat.server.refusal import HttpRefusal

__all__ = [
    "FORMS",
    "GRAPHS",
    "RESULTS",
    "Chosen",
    "best",
    "best_language",
    "choose",
    "choose_graph",
    "content_type",
    "wants_page",
]

RESULTS: Mapping[str, str] = {
    "application/sparql-results+json": "application/sparql-results+json",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "text/csv": "text/csv",
    "text/tab-separated-values": "text/tab-separated-values",
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
}
"""What rows and truth can be sent as -> the format it is; the first is what somebody gets who takes all."""

GRAPHS: Mapping[str, str] = {
    "text/turtle": "text/turtle",
    "application/n-triples": "application/n-triples",
    "application/ld+json": "application/ld+json",
    "application/rdf+xml": "application/rdf+xml",
    "application/x-turtle": "text/turtle",
    "text/plain": "application/n-triples",
    "application/json": "application/ld+json",
}
"""The same for graphs."""

FORMS: Mapping[Form, Mapping[str, str]] = {"select": RESULTS, "ask": RESULTS, "graph": GRAPHS}

NAMES: Mapping[str, str] = {
    "json": "application/json",
    "xml": "application/sparql-results+xml, application/rdf+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "turtle": "text/turtle",
    "ttl": "text/turtle",
    "n3": "text/turtle",
    "ntriples": "application/n-triples",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdfxml": "application/rdf+xml",
    "rdf": "application/rdf+xml",
}
"""Names that the parameter ``format`` knows, besides media types; signs in them are passed over."""

RANGE = re.compile(r"\s*([\w!#$&^.+*-]+/[\w!#$&^.+*-]+)\s*((?:;[^;]*)*)", re.ASCII)
QUALITY = re.compile(r";\s*[qQ]\s*=\s*([^;]*)")
NUMBER = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
TEXTUAL = ("text/csv", "text/tab-separated-values", "text/turtle", "text/plain", "text/xml", "text/html")
MOST_RANGES = 100


class Chosen(NamedTuple):
    """For each form of a query: the media type to send, and the format that it is."""

    sent: Mapping[Form, str]
    formats: Mapping[Form, str]


def choose(accept: str | None, forms: Sequence[str] = ()) -> Chosen:
    """Return what to answer each form of a query with.

    Parameters
    ----------
    accept : str or None
        The header; None, like an empty one, takes everything.
    forms : sequence of str
        Values of the parameter ``format`` (or ``output``), which goes before the header; clients send names
        of several servers, so the first that is known counts.

    Raises
    ------
    HttpRefusal
        406 if no form of query can be answered, 400 if no value of the parameter names a format.
    """
    wanted = _wanted(accept, forms)
    found = {name: best(wanted, tuple(offered)) for name, offered in FORMS.items()}
    sent = {name: media for name, media in found.items() if media is not None}
    if not sent:
        raise _none_of((*RESULTS, *GRAPHS))
    return Chosen(sent, {name: FORMS[name][media] for name, media in sent.items()})


def choose_graph(accept: str | None, forms: Sequence[str] = ()) -> tuple[str, str]:
    """Return the media type to send a graph as, and the format that it is; raises as `choose` does."""
    media = best(_wanted(accept, forms), tuple(GRAPHS))
    if media is None:
        raise _none_of(tuple(GRAPHS))
    return media, GRAPHS[media]


def best(accept: str, offered: Sequence[str]) -> str | None:
    """Return the offered media type of the highest quality, of equal ones the first; None if none will do.

    Examples
    --------
    >>> best("text/*;q=0.5, text/csv;q=0.1, */*;q=0.2", ("application/json", "text/csv", "text/turtle"))
    'text/turtle'
    >>> best("image/png", ("text/csv",)) is None
    True
    """
    ranges = _ranges(accept) if accept.strip() else {"*/*": 1.0}
    rated = [(_quality(media, ranges), media) for media in offered]
    quality, media = max(rated, key=lambda pair: pair[0])
    return media if quality > 0 else None


def wants_page(accept: str) -> bool:
    """Return whether a client is a browser that opens an address: it asks for HTML by name, and best.

    Examples
    --------
    >>> wants_page("text/html,application/xml;q=0.9,*/*;q=0.8"), wants_page("*/*")
    (True, False)
    """
    offered = ("text/html", "application/json", "text/plain")
    return "text/html" in accept and best(accept, offered) == "text/html"


def best_language(accept: str, offered: Sequence[str]) -> str:
    """Return the offered language that a client likes best (RFC 9110, 12.5.4), else the first.

    Examples
    --------
    >>> best_language("zh-CN,zh;q=0.9,en;q=0.8", ("en", "zh")), best_language("fr", ("en", "zh"))
    ('zh', 'en')
    """
    liked = {"": 0.0}
    for part in accept.split(",")[:MOST_RANGES]:
        tag, _, parameters = part.partition(";")
        name = tag.strip().lower().partition("-")[0]
        liked[name] = max(_stated(f";{parameters}"), liked.get(name, 0.0))
    return max(offered, key=lambda name: liked.get(name, 0.0))


def content_type(media: str) -> str:
    """Return the header of a media type: textual ones say that they are UTF-8."""
    return f"{media}; charset=utf-8" if media in TEXTUAL else media


def _wanted(accept: str | None, forms: Sequence[str]) -> str:
    """Return what is accepted: the first known format, else the header."""
    if not forms:
        return accept or ""
    named = (form.replace(" ", "+") if "/" in form else NAMES.get(_plain(form)) for form in forms)
    found = next((media for media in named if media), None)
    if found is None:
        known = ", ".join(NAMES)
        raise HttpRefusal(400, "there is no such format", where="format", hint=f"Known: {known}.")
    return found


def _plain(form: str) -> str:
    return re.sub(r"[\W_]", "", form.lower())


def _ranges(accept: str) -> dict[str, float]:
    """Return the qualities of media ranges; parts that are none are passed over, as HTTP advises."""
    found: dict[str, float] = {}
    for part in accept.split(",")[:MOST_RANGES]:
        if match := RANGE.fullmatch(part.strip()):
            media, rated = match[1].lower(), _stated(match[2])
            found[media] = max(rated, found.get(media, 0.0))
    return found


def _stated(parameters: str) -> float:
    """Return the quality that the parameters of a range state: 1 if none, 0 if it is no quality."""
    stated = QUALITY.search(parameters)
    if stated is None:
        return 1.0
    return float(stated[1].strip()) if NUMBER.fullmatch(stated[1].strip()) else 0.0


def _quality(media: str, ranges: Mapping[str, float]) -> float:
    """Return the quality of a media type by the most specific range that holds it."""
    kind = media.partition("/")[0]
    return next((ranges[name] for name in (media, f"{kind}/*", "*/*") if name in ranges), 0.0)


def _none_of(offered: Sequence[str]) -> HttpRefusal:
    hint = f"Send Accept with one of: {', '.join(dict.fromkeys(offered))}."
    return HttpRefusal(406, "nothing that the client accepts can be written", where="Accept", hint=hint)
