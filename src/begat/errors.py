"""Every error of begat, one tree.

::

    BegatError                   exit 1   anything begat reports on purpose
    +-- InputError               exit 2   the caller gave something wrong (also a ValueError)
    |   +-- UnknownName          exit 2   an id, source, measure, edition ... that does not exist
    |   +-- UnreadableFile       exit 2   a file that is missing, empty, truncated or not what it says
    |   +-- WrongSchema          exit 2   a readable file without the fields its source must have
    |   +-- HomeError            exit 2   the home folder can't be used
    +-- SourceError              exit 3   a platform or source failed
    +-- ShapeError               exit 4   data that breaks a declared shape
    +-- StoreError               exit 5   a store or snapshot that can't be used

A message says what, where and what to do next; the parts are fields too.
"""

from collections.abc import Sequence

__all__ = [
    "BegatError",
    "HomeError",
    "InputError",
    "ShapeError",
    "SourceError",
    "StoreError",
    "UnknownName",
    "UnreadableFile",
    "WrongSchema",
]


class BegatError(Exception):
    """Base of all errors that begat raises on purpose.

    Parameters
    ----------
    what : str
        What went wrong, a short clause without a full stop.
    where : str, optional
        The file, row, id or option it happened at.
    hint : str, optional
        What to do next.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(what)

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        end = "" if text.endswith("?") else "."
        return f"{text}{end} {self.hint}" if self.hint else text


class InputError(BegatError, ValueError):
    """The caller gave something that can't be used."""

    exit_code = 2


class UnknownName(InputError, LookupError):
    """A name that does not exist, with the nearest names that do.

    Parameters
    ----------
    kind : str
        What was looked up: "model", "source", "measure", "edition", ...
    name : str
        The name as given.
    suggestions : sequence of str
        Near names, best first.
    hint : str, optional
        What to do next when there is no suggestion.
    """

    def __init__(
        self, kind: str, name: str, *, suggestions: Sequence[str] = (), hint: str | None = None
    ) -> None:
        self.kind = kind
        self.name = name
        self.suggestions = tuple(suggestions)
        if self.suggestions:
            hint = "Did you mean " + " or ".join(self.suggestions[:3]) + "?"
        super().__init__(f"no {kind} named {name!r:.100}", hint=hint)


class UnreadableFile(InputError):
    """A file that is missing, empty, truncated or in another format."""


class WrongSchema(InputError):
    """A readable file that lacks the fields its source must have."""


class HomeError(InputError):
    """The home folder can't be created, written or locked."""


class SourceError(BegatError):
    """A platform or source failed."""

    exit_code = 3


class ShapeError(BegatError):
    """Data that breaks a declared shape."""

    exit_code = 4


class StoreError(BegatError):
    """A store or snapshot that can't be used."""

    exit_code = 5
