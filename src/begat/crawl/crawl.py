"""A walk over one platform: ask, keep the answer, go on.

A crawl is a memoised function of the answers: each one is a file and a line in the journal before the next
request is made. Run again over its folder, it reads what it has and asks for the rest, so the folder is the
checkpoint, and there is no other state.
"""

import gzip
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from begat.crawl.client import ABSENT, Client, Unanswered
from begat.crawl.journal import Entry, Journal
from begat.crawl.page import Page
from begat.errors import SourceError
from begat.files import atomic_write

__all__ = ["Crawl"]

Then = Callable[[Page], str | Mapping[str, Any] | None]

IN_A_ROW = 5
"""Requests without an answer after which the platform counts as down."""

MOST_PAGES = 20_000
SLACK = 1.5
"""A walk may have so many times the pages that were expected: things are added meanwhile."""


def _silent(_: Page) -> None:
    """Tell nobody."""


class Crawl:
    """A walk over one platform, which keeps each answer as ``<kind>/<number>.json.gz`` in its folder.

    Parameters
    ----------
    folder : Path
        Where the answers go, and where those of an earlier run of the same crawl lie.
    client : Client
        Who asks.
    wanted : sequence of str
        The things to ask for, sorted; see `Platform.asks`.
    since : datetime, optional
        Only what changed since then is wanted, where the platform can tell.
    limit : int, optional
        At most so many requests; what lies beyond is left out, and the crawl is not complete.
    tell : function, optional
        Called with each page that is new.
    """

    def __init__(
        self,
        folder: Path,
        client: Client,
        *,
        wanted: Sequence[str] = (),
        since: datetime | None = None,
        limit: int | None = None,
        tell: Callable[[Page], None] = _silent,
    ) -> None:
        self.folder = folder
        self.client = client
        self.wanted = tuple(wanted)
        self.since = since
        self.left_out = 0
        self._left = limit
        self._tell = tell
        self._journal = Journal(folder)
        self._numbers: dict[str, int] = {}
        self._in_a_row = 0
        self._sweep()
        self._remember_pace()

    @property
    def journal(self) -> Journal:
        """What was asked and what came; what failed is asked for again when the crawl is run again."""
        return self._journal

    def page(
        self,
        kind: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        *,
        body: Any = None,
        form: str = "json",
    ) -> Page | None:
        """Ask for one page and keep the answer.

        Parameters
        ----------
        kind : str
            Folder that the answer goes to: one for each pattern of the source's files.
        path : str
            Path below the platform's origin, or a whole address of the same origin.
        params : mapping, optional
            The query; a list of values repeats its key.
        body : optional
            JSON to send; makes it a POST.
        form : str
            What the answer must be, ``json`` or ``html``; also the end of its file's name.

        Returns
        -------
        Page or None
            None if the platform says that there is no such thing, or if the page failed for good: both are
            noted, and a crawl with failed pages is not complete.

        Raises
        ------
        SourceError
            If an address is not of the platform's origin, if the platform wants a long pause, or if
            several requests in a row got no answer. What came before is kept.
        """
        address = self.client.address(path, params)
        request, key = _request(kind, address, body)
        known = self._journal.find(key)
        if known and known.outcome == "absent":
            return None
        page = self._stored(address, known) if known else None
        return page or self._asked(Entry(key, kind, request, "failed"), address, body, form)

    def pages(
        self,
        kind: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        *,
        then: Then = lambda page: page.next_url,
        expected: int | None = None,
        most: int = MOST_PAGES,
    ) -> Iterator[Page]:
        """Yield a page and those that follow; `then` gives the next address or query, None at the end.

        A query takes the place of the first one, at the same path. With `expected` pages known beforehand
        the walk ends at half as many again, else at `most`.

        Raises
        ------
        SourceError
            If an address is of another origin or path, if a page comes a second time, if there are too many.
        """
        most = most if expected is None else int(expected * SLACK) + 1
        place, query, seen = path, params, set[str]()
        while (page := self.page(kind, place, query)) is not None:
            seen.add(self.client.address(place, query))
            yield page
            if (following := then(page)) is None:
                return
            last = (kind, place, query)
            place, query = (following, None) if isinstance(following, str) else (path, following)
            if fault := self._astray(path, place, query, seen) or ("has no end" if len(seen) >= most else ""):
                self._forget(*last, reason=fault)
                raise SourceError(f"the list {fault}", where=f"{self.client.origin}{urlsplit(path).path}")

    def _astray(self, path: str, place: str, query: Mapping[str, Any] | None, seen: set[str]) -> str:
        """What is wrong with the address of a following page, "" if nothing is."""
        try:
            address = self.client.address(place, query)
        except SourceError as error:
            return f"goes on at another origin: {error.what}"
        if urlsplit(address).path != urlsplit(self.client.address(path)).path:
            return f"goes on at another path: {address!r:.200}"
        return f"runs in a circle: {address!r:.200} comes again" if address in seen else ""

    def _forget(self, kind: str, path: str, params: Mapping[str, Any] | None, *, reason: str) -> None:
        """Note that a kept answer leads nowhere: run again, the crawl asks for it again."""
        known = self._journal.find(_request(kind, self.client.address(path, params), None)[1])
        if known is not None:
            self._journal.write(known._replace(outcome="failed", reason=reason))

    def _asked(self, entry: Entry, address: str, body: Any, form: str) -> Page | None:
        """Ask, and note what came before anything else happens."""
        if self._left == 0:
            self.left_out += 1
            return None
        self._left = None if self._left is None else self._left - 1
        try:
            page = self.client.ask(address, None, body, form=form)
        except Unanswered as error:
            self._numbers[entry.kind] = self._numbers.get(entry.kind, 0) + 1
            self._note(entry._replace(status=error.status, reason=error.reason))
            self._count_failure(error)
            return None
        self._in_a_row = 0
        came = entry._replace(status=page.status, headers=page.headers, moved=page.moved)
        if page.status in ABSENT or page.status != 200:
            self._note(came._replace(outcome="absent"))
            return None
        self._note(self._kept(came, page.body, form))
        self._tell(page)
        return page

    def _kept(self, entry: Entry, body: bytes, form: str) -> Entry:
        """Write an answer to its file, flushed to disk."""
        number = self._numbers[entry.kind] = self._numbers.get(entry.kind, 0) + 1
        file = f"{entry.kind}/{number:06}.{form}.gz"
        packed = gzip.compress(body, 6, mtime=0)
        atomic_write(self.folder / file, packed)
        return entry._replace(outcome="kept", file=file, sha256=hashlib.sha256(packed).hexdigest())

    def _note(self, entry: Entry) -> None:
        self._journal.write(entry._replace(at=time.time(), tries=self.client.tries))

    def _stored(self, address: str, entry: Entry) -> Page | None:
        """Return an answer that is kept; None if there is none, or if its file is not what was written."""
        path = self.folder / entry.file
        if entry.outcome != "kept" or not path.is_file():
            return None
        packed = path.read_bytes()
        if hashlib.sha256(packed).hexdigest() != entry.sha256:
            return None
        self._numbers[entry.kind] = int(path.name[:6])
        return Page(address, entry.status, entry.headers, gzip.decompress(packed), entry.moved)

    def _count_failure(self, error: Unanswered) -> None:
        self._in_a_row += 1
        if self._in_a_row >= IN_A_ROW:
            raise SourceError(
                f"{IN_A_ROW} requests in a row got no answer, the last: {error.reason}",
                where=self.client.origin,
                hint="What came before is kept: run it again later.",
            ) from error

    def _sweep(self) -> None:
        """Remove half-written files of a crawl that was killed: a source's pattern would find them."""
        for leftover in self.folder.glob("*/.*"):
            leftover.unlink()

    def _remember_pace(self) -> None:
        """Count the requests of an interrupted run towards the rate."""
        now = time.time()
        entries = [
            entry for outcome in ("kept", "absent", "failed") for entry in self._journal.entries(outcome)
        ]
        ages = [now - entry.at for entry in entries for _ in range(entry.tries)]
        self.client.pace.remember(age for age in ages if age < self.client.pace.rate.seconds)


def _request(kind: str, address: str, body: Any) -> tuple[str, str]:
    """Return a request as text without its origin, and the key that stands for it."""
    parts = urlsplit(address)
    place = f"{parts.path}?{parts.query}" if parts.query else parts.path
    sent = "" if body is None else json.dumps(body, sort_keys=True)
    request = f"GET {place}" if body is None else f"POST {place}"
    return request, hashlib.sha256(f"{kind}\n{request}\n{sent}".encode()).hexdigest()
