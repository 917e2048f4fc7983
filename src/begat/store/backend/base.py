"""What begat asks of any store."""

from abc import ABC, abstractmethod
from collections.abc import Mapping

from begat.store.answer import Result, Term

__all__ = ["Backend"]


class Backend(ABC):
    """A store that queries run on; `begat.store.sparql` asks it, after a look at the text.

    Attributes
    ----------
    name : str
        What and where it is, for messages.
    holds : str or None
        The name of the snapshot that it holds, where it says so itself.
    """

    name: str
    holds: str | None = None

    @abstractmethod
    def answer(self, query: str, terms: Mapping[str, Term], *, limit: int | None = None) -> Result:
        """Answer a query that `begat.store.guard` lets pass; `terms` are the values of its variables.

        Raises
        ------
        InputError
            If the query has an error.
        StoreError
            If the store can't be read, or does not hold a whole snapshot.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of what is open; afterwards nothing can be asked."""
