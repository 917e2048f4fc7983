"""The client of one origin."""

from collections.abc import Mapping
from typing import Any

import httpx2

from begat.crawl.page import Page

__all__ = ["Client"]

KEPT = ("content-type", "link", "date", "etag", "last-modified")


class Client:
    """Asks one origin."""

    def __init__(self, origin: str, *, headers: Mapping[str, str] | None = None) -> None:
        self.origin = origin
        self._http = httpx2.Client(base_url=origin, headers=headers, timeout=30, trust_env=False)

    def ask(self, path: str, params: Mapping[str, Any] | None = None, body: Any = None) -> Page | None:
        """Return the answer, None if there is no such thing."""
        answer = self._http.request("GET" if body is None else "POST", path, params=params, json=body)
        if answer.status_code == 404:
            return None
        answer.raise_for_status()
        headers = {name: answer.headers[name] for name in KEPT if name in answer.headers}
        return Page(str(answer.url), answer.status_code, headers, answer.content)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
