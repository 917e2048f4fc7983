"""A walk over one platform: ask, keep the answer, go on."""

import gzip
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from begat.crawl.client import Client
from begat.crawl.page import Page

__all__ = ["Crawl"]

Then = Callable[[Page], str | Mapping[str, Any] | None]


class Crawl:
    """A walk over one platform, which keeps each answer as ``<kind>/<number>.json.gz`` in its folder.

    Parameters
    ----------
    folder : Path
        Where the answers go.
    client : Client
        Who asks.
    wanted : sequence of str
        The things to ask for, sorted; see `Platform.asks`.
    since : datetime, optional
        Only what changed since then is wanted, where the platform can tell.
    """

    def __init__(
        self, folder: Path, client: Client, *, wanted: Sequence[str] = (), since: datetime | None = None
    ) -> None:
        self.folder = folder
        self.client = client
        self.wanted = tuple(wanted)
        self.since = since
        self._kept: dict[str, int] = {}

    def page(
        self, kind: str, path: str, params: Mapping[str, Any] | None = None, *, body: Any = None
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

        Returns
        -------
        Page or None
            None if the platform says that there is no such thing, or if the page failed for good: both are
            noted, and a crawl with failed pages is not complete.
        """
        answer = self.client.ask(path, params, body)
        if answer is None:
            return None
        number = self._kept[kind] = self._kept.get(kind, 0) + 1
        target = self.folder / kind / f"{number:06}.json.gz"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(gzip.compress(answer.body, mtime=0))
        return answer

    def pages(
        self,
        kind: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        *,
        then: Then = lambda page: page.next_url,
    ) -> Iterator[Page]:
        """Yield a page and those that follow; `then` gives the next address or query, None at the end.

        A query takes the place of the first one, at the same path.
        """
        place: str = path
        while (page := self.page(kind, place, params)) is not None:
            yield page
            following = then(page)
            if following is None:
                return
            place, params = (following, None) if isinstance(following, str) else (path, following)
