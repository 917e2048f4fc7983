"""One answer of a platform."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from begat.crawl.strict import read_json

__all__ = ["Page"]


@dataclass(frozen=True)
class Page:
    """An answer: the address it was asked at, its status, the headers that are kept, its inflated body.

    `moved` is where on the same origin the platform sent us instead, path and query; "" if nowhere.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    moved: str = ""

    def json(self) -> Any:
        """Return the body as JSON; see `begat.crawl.strict.read_json`."""
        return self._json

    @cached_property
    def _json(self) -> Any:
        return read_json(self.body)

    @property
    def next_url(self) -> str | None:
        """The address of the next page, from the header ``Link: <...>; rel="next"``."""
        for part in self.headers.get("link", "").split(","):
            address, _, rest = part.partition(">")
            if 'rel="next"' in rest:
                return address.strip().lstrip("<")
        return None
