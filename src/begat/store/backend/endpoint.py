"""A SPARQL 1.1 endpoint over HTTP: query, update and graph store, each at its address of one origin."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import urljoin, urlsplit

from begat.crawl.exchange import Exchange, Limits, Passing, Unanswered, plain_origin
from begat.errors import InputError, StoreError

if TYPE_CHECKING:
    import httpx2

__all__ = ["Endpoint", "Refused", "Reply"]

UPDATE, GRAPHS = "BEGAT_STORE_UPDATE", "BEGAT_STORE_GRAPHS"

LIMITS = Limits(read=300, page=900, wait=60, retries=3, size=1 << 28)
AGAIN = frozenset({429, 502, 503})
"""Not 500 and 504, an error and a time limit of the engine: asking again costs as much and gives the same."""

HINTS = {
    0: "Is it running, and is this its address?",
    401: "Set BEGAT_STORE_USER and BEGAT_STORE_PASSWORD, or BEGAT_STORE_TOKEN.",
    403: "These credentials may not do that there.",
    404: f"Is this the address for that? {UPDATE} and {GRAPHS} give those of update and graph store.",
    405: f"Is this the address for that? {UPDATE} and {GRAPHS} give those of update and graph store.",
    408: "Ask for less.",
    504: "The store's own time limit is reached: ask for less.",
}

T = TypeVar("T")
Dataset = Mapping[str, Sequence[str]]


class Reply(NamedTuple):
    """An answer: its type, bytes and headers."""

    media_type: str
    body: bytes
    headers: Mapping[str, str]


class Refused(StoreError):
    """The store refuses the request as wrong (400)."""


class Addresses(NamedTuple):
    """Where an engine takes updates and graphs, relative to where it takes queries; graphs may be nowhere."""

    update: str
    graphs: str = ""


ENGINES: Mapping[str, Addresses] = {
    "oxigraph": Addresses("update", "store"),
    "virtuoso": Addresses("sparql-auth"),
    "fuseki": Addresses("update", "data"),
}
"""By a word of the header Server.

Virtuoso has a graph store too, which makes a decimal of every integer beyond 32 bits; its update does not.
"""


class Endpoint:
    """One endpoint; nothing but its origin is asked, and no redirect is followed.

    Parameters
    ----------
    url : str
        Where it takes queries.
    environ : mapping, optional
        Credentials (see `begat.store.backend.credentials`), and the addresses of update and graph store where
        the engine is none that begat knows by name.
    limits : Limits
        Bounds of time and size.
    sleep : function
        How to wait so many seconds.

    Raises
    ------
    InputError
        If an address is none, carries a password, or is of another origin.
    """

    def __init__(
        self,
        url: str,
        environ: Mapping[str, str] = os.environ,
        *,
        limits: Limits = LIMITS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        from begat.store.backend.credentials import credentials

        self.url = _checked(url)
        self._environ = {name: environ[name] for name in (UPDATE, GRAPHS) if environ.get(name)}
        for name, address in self._environ.items():
            if plain_origin(_checked(address, name)) != plain_origin(url):
                raise InputError("it is of another origin than the store", where=name)
        self._sleep, self._longest = sleep, limits.wait
        known = credentials(environ)
        self._exchange = Exchange(
            limits, wait=self._wait, again=AGAIN, auth=known or None, hidden=known.hidden
        )
        self._addresses: Addresses | None = None

    def query(self, text: str, accept: str, dataset: Dataset | None = None) -> Reply:
        """Send a query (POST form) with the graphs that it is about.

        Raises
        ------
        Refused
            If the store says that the query is wrong.
        StoreError
            If no answer came.
        """
        return self._sent(self.url, {"Accept": accept}, data={"query": text, **(dataset or {})})

    def update(self, text: str) -> None:
        """Send an update; it may be sent twice, so it must do the same when done again.

        Raises
        ------
        StoreError
            If the store does not say that it is done.
        """
        headers = {"Content-Type": "application/sparql-update; charset=utf-8", "Accept": "*/*"}
        self._sent(self.addresses.update, headers, content=text.encode())

    def add(self, graph: str, triples: bytes) -> None:
        """Add N-Triples to a graph, by Graph Store Protocol where there is one, else by update.

        Raises
        ------
        StoreError
            If the store does not say that it is done.
        """
        if not self.addresses.graphs:
            self.update(f"INSERT DATA {{ GRAPH <{graph}> {{\n{triples.decode()}}} }}")
            return
        headers = {"Content-Type": "application/n-triples", "Accept": "*/*"}
        self._sent(self.addresses.graphs, headers, params={"graph": graph}, content=triples)

    @property
    def batch(self) -> int:
        """Statements to add at once: Virtuoso's parser does not take 5,000 in one update."""
        return 10_000 if self.addresses.graphs else 1_000

    @property
    def addresses(self) -> Addresses:
        """Where updates and graphs go: as the environment says, else as the engine is known for."""
        if self._addresses is None:
            known = Addresses("") if UPDATE in self._environ else self._known()
            update = self._environ.get(UPDATE, known.update)
            self._addresses = Addresses(update, self._environ.get(GRAPHS, known.graphs))
        return self._addresses

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def _known(self) -> Addresses:
        """Ask the store what it is.

        Raises
        ------
        StoreError
            If it is nothing that begat knows the addresses of.
        """
        path = urlsplit(self.url).path.rstrip("/")
        if "/repositories/" in path:
            return Addresses(f"{self.url.rstrip('/')}/statements")
        server = self.query("ASK {}", "application/sparql-results+json").headers.get("server", "").lower()
        for engine, addresses in ENGINES.items():
            if engine in server:
                return Addresses(*(part and urljoin(self.url, part) for part in addresses))
        raise StoreError(
            "begat does not know where this store takes updates",
            where=self.url,
            hint=f"Set {UPDATE} to that address.",
        )

    def _wait(self, seconds: float) -> None:
        if seconds > self._longest:
            raise StoreError(
                f"the store wants a pause of {seconds:,.0f} s", where=self.url, hint="Come later."
            )
        self._sleep(seconds)

    def _sent(self, address: str, headers: Mapping[str, str], **request: Any) -> Reply:
        """Post something, again where a fault may pass; every fault becomes an error of begat."""

        def once() -> Reply:
            return self._exchange.sent(self._read, "POST", address, headers=headers, **request)

        try:
            return self._exchange.retried(once)
        except Unanswered as error:
            kind = Refused if error.status == 400 else StoreError
            hint = HINTS.get(error.status) or ("It was asked several times." * isinstance(error, Passing))
            raise kind(
                f"the store gives no answer ({error.reason})", where=address, hint=hint or None
            ) from error

    def _read(self, answer: "httpx2.Response") -> Reply:
        content = self._exchange.content(answer)
        if not 200 <= answer.status_code < 300:
            raise self._exchange.refused(answer.status_code, answer.headers, content)
        media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Reply(media_type, content, answer.headers)


def _checked(url: str, where: str = "--store") -> str:
    """Return an address that is one, without saying what is in one that is none."""
    parts = urlsplit(url)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise InputError(
            "the address carries more than scheme, host and path",
            where=where,
            hint="Credentials go into BEGAT_STORE_USER and BEGAT_STORE_PASSWORD, or BEGAT_STORE_TOKEN.",
        )
    if plain_origin(url) is None:
        raise InputError("this is no address of a store", where=where, hint="Write https://HOST/PATH.")
    return url
