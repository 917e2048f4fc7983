"""Values that are costly to make, kept while they are used and not too large together."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sized
from threading import Lock
from typing import Generic, TypeVar

__all__ = ["Kept"]

Value = TypeVar("Value", bound=Sized)


class Kept(Generic[Value]):
    """The values asked for last, as many as have no more than `most` items together; safe among threads.

    A value is made outside the lock: two threads that ask for the same new one both make it.

    Examples
    --------
    >>> kept = Kept(most=5)
    >>> [kept.get(text, text.strip) for text in ("abc", "de", "abc", "f")]
    ['abc', 'de', 'abc', 'f']
    >>> kept.keys()
    ['abc', 'f']
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = Lock()

    def keys(self) -> list[Hashable]:
        """Return what is kept, the last used last."""
        return list(self._values)

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of a key; make it where it is not kept. The last one is kept whatever its size."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > 1 and sum(map(len, self._values.values())) > self._most:
                self._values.popitem(last=False)
        return value
