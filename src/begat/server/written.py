"""Pages that were written, kept for whoever asks for them again."""

from collections import OrderedDict

__all__ = ["Written"]


class Written:
    """Answers by name, those asked for last, in at most so many bytes.

    Parameters
    ----------
    most : int
        Bytes of all together; a larger answer than a quarter of them isn't kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, name: str) -> bytes | None:
        """Return an answer, or None if it is not here."""
        if name in self._kept:
            self._kept.move_to_end(name)
        return self._kept.get(name)

    def keep(self, name: str, content: bytes) -> None:
        """Keep an answer, and drop those that nobody asked for the longest time."""
        if len(content) > self._most // 4:
            return
        self._size += len(content) - len(self._kept.pop(name, b""))
        self._kept[name] = content
        while self._size > self._most:
            _, dropped = self._kept.popitem(last=False)
            self._size -= len(dropped)
