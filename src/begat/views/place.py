"""Where a page stands: a file that knows no other, or the explorer, in which things have addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode

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
    "impact": "impact",
    "licence": "licence",
    "conflicts": "conflicts",
}
"""First part of the address of each kind of thing; ``tree`` is of a model, an account or an institution,
``impact`` also of a dataset, with ``dataset:`` before its id, ``licence`` of a model or such a dataset,
``conflicts`` of a group with its kind before its id, as in ``institution:alibaba``."""

UNSAFE = {"", ".", ".."}
"""Parts of a path that browsers remove."""

CHANGED = ("\\", "\t", "\r", "\n")
"""Characters of a path that browsers change or remove, or that routes don't match."""


@dataclass(frozen=True)
class Place:
    """A file, or a server.

    Attributes
    ----------
    served : bool
        Whether other pages can be reached from here.
    address : str
        Of this page on the server: its path and query.
    carried : tuple of (str, str)
        What the address of every other page gets too, such as a language that was chosen.
    """

    served: bool
    address: str = "/"
    carried: tuple[tuple[str, str], ...] = ()

    def to(self, kind: str, name: str, **state: str) -> str | None:
        """Return the address of a thing's page; None from a file.

        Examples
        --------
        >>> Place(True).to("model", "Qwen/Qwen2.5-7B"), Place(True).to("model", "../a?b", lang="zh")
        ('/m/Qwen/Qwen2.5-7B', '/m?id=..%2Fa%3Fb&lang=zh')
        """
        if not self.served:
            return None
        if UNSAFE & set(name.split("/")) or any(char in name for char in CHANGED):
            return self.at(f"/{PREFIXES[kind]}", id=name, **state)
        return self.at(f"/{PREFIXES[kind]}/{quote(name, safe='/:@')}", **state)

    def at(self, path: str, **state: str) -> str:
        """Return the address of a page that is about no thing.

        Examples
        --------
        >>> Place(True, carried=(("lang", "zh"),)).at("/search", q="a b")
        '/search?q=a+b&lang=zh'
        """
        return self.with_pairs(path, list(state.items()))

    def with_pairs(self, path: str, pairs: Sequence[tuple[str, str]]) -> str:
        """Return the same where a name may come several times."""
        query = urlencode([*pairs, *self.carried])
        return f"{path}?{query}" if query else path

    def again(self, **changes: str) -> str:
        """Return the address of this page with other values in its query.

        Examples
        --------
        >>> Place(True, "/compare?ids=a&ids=b&lang=zh").again(lang="en", format="csv")
        '/compare?ids=a&ids=b&lang=en&format=csv'
        """
        path, _, query = self.address.partition("?")
        kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in changes]
        return f"{path}?{urlencode([*kept, *changes.items()])}"


FILE, SERVED = Place(served=False), Place(served=True)
