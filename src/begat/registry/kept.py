"""Values that are costly to make, kept while they are used and not too large together."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sized
from threading import Lock
from typing import Generic, TypeVar

__all__ = ["Kept"]

Value = TypeVar("Value", bound=Sized)


class Kept(Generic[Value]):
    """The values asked for last, as many as have no more than `most` items together; safe among threads.

    Threads that ask for the same new value at once wait for the one that makes it.

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
        self._making: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def keys(self) -> list[Hashable]:
        """Return what is kept, the last used last."""
        return list(self._values)

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of a key; make it where it is not kept. The last one is kept whatever its size."""
        with self._lock:
            if key in self._values:
                return self._used(key)
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                if key in self._values:
                    return self._used(key)
            try:
                value = make()
                self._keep(key, value)
            finally:
                self._making.pop(key, None)
        return value

    def _used(self, key: Hashable) -> Value:
        self._values.move_to_end(key)
        return self._values[key]

    def _keep(self, key: Hashable, value: Value) -> None:
        with self._lock:
            self._values[key] = value
            while len(self._values) > 1 and sum(map(len, self._values.values())) > self._most:
                self._values.popitem(last=False)
