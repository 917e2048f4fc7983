"""Where a page stands: a file that knows no other, or the explorer, in which things have addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

__all__ = ["FILE", "PREFIXES", "SERVED", "Place"]

PREFIXES: Mapping[str, str] = {
    "model": "m",
    "dataset": "d",
    "institution": "i",
    "account": "a",
    "country": "c",
    "family": "f",
    "system": "s",
    "benchmark": "b",
    "tree": "tree",
}
"""First part of the address of each kind of thing; ``tree`` is of a model, an account or an institution."""

UNSAFE = {"", ".", ".."}
"""Parts of a path that browsers remove."""


@dataclass(frozen=True)
class Place:
    """A file, or a server.

    Attributes
    ----------
    served : bool
        Whether other pages can be reached from here.
    """

    served: bool

    def to(self, kind: str, name: str, **state: str) -> str | None:
        """Return the address of a thing's page; None from a file.

        Examples
        --------
        >>> Place(True).to("model", "Qwen/Qwen2.5-7B"), Place(True).to("model", "../a?b", lang="zh")
        ('/m/Qwen/Qwen2.5-7B', '/m?id=..%2Fa%3Fb&lang=zh')
        """
        if not self.served:
            return None
        if UNSAFE & set(name.split("/")) or "\\" in name:
            return f"/{PREFIXES[kind]}?{urlencode({'id': name, **state})}"
        query = f"?{urlencode(state)}" if state else ""
        return f"/{PREFIXES[kind]}/{quote(name, safe='/:@')}{query}"


FILE, SERVED = Place(served=False), Place(served=True)
