"""One answer of a platform."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Page"]


@dataclass(frozen=True)
class Page:
    """An answer: the address it was asked at, its status, the headers that are kept, its inflated body."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)

    @property
    def next_url(self) -> str | None:
        """The address of the next page, from the header ``Link: <...>; rel="next"``."""
        for part in self.headers.get("link", "").split(","):
            address, _, rest = part.partition(">")
            if 'rel="next"' in rest:
                return address.strip().lstrip("<")
        return None
