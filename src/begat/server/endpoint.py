"""What an address of the server takes and answers: declared once, for the routes and their description."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from begat.discovery import named
from begat.errors import InputError

if TYPE_CHECKING:
    from begat.registry import Registry
    from begat.server.service import Service
    from begat.views.page.base import Page

__all__ = ["Endpoint", "Parameter", "arguments"]

Kind = Literal["text", "integer", "flag", "day"]
Arguments = Mapping[str, Any]
Row = Mapping[str, Any]

FLAGS = {"true": True, "1": True, "": True, "false": False, "0": False}
MOST_DIGITS = 15
MOST_TEXT = 1_000
MOST_TIMES = 100


@dataclass(frozen=True)
class Parameter:
    """A parameter of an address.

    Attributes
    ----------
    name, text : str
        Its name and what it means.
    kind : str
        What its value is; a flag without value is true.
    words : callable, optional
        The words that it may be, for a text of a closed list.
    required, many : bool
        Whether it must be given, and whether it may be given several times.
    default : any
        What it is if not given.
    least, most : int
        Bounds of an integer.
    longest : int
        Characters of a text.
    times : int
        How often it may be given, if several times.
    place : str
        Whether it is a parameter of the query or a part of the path.
    """

    name: str
    text: str
    kind: Kind = "text"
    words: Callable[[], Sequence[str]] | None = None
    required: bool = False
    many: bool = False
    default: Any = None
    least: int = 0
    most: int = 1_000_000
    longest: int = MOST_TEXT
    times: int = MOST_TIMES
    place: Literal["query", "path"] = "query"

    def read(self, values: Sequence[str]) -> Any:
        """Return the value of this parameter from what was given.

        Raises
        ------
        InputError
            If it is missing, given too often, or of another kind.
        """
        if not values and self.required:
            raise InputError("this parameter is required", where=self.name, hint=f"It is {self.text}.")
        if len(values) > 1 and not self.many:
            raise InputError(f"it is given {len(values)} times", where=self.name, hint="Give it once.")
        if len(values) > self.times:
            raise InputError(
                f"it is given {len(values):,} times", where=self.name, hint=f"At most {self.times}."
            )
        read = [self._one(value) for value in values]
        if self.many:
            return read
        return read[0] if read else self.default

    def _one(self, text: str) -> Any:
        if len(text) > self.longest:
            raise InputError(f"it has more than {self.longest:,} characters", where=self.name)
        if self.kind == "integer":
            return self._integer(text)
        if self.kind == "flag":
            return self._known(text.lower(), FLAGS)
        if self.kind == "day":
            return self._day(text)
        return self._known(text, {word: word for word in self.words()}) if self.words else text

    def _integer(self, text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
            raise InputError("this is no whole number", where=self.name)
        if not self.least <= int(text) <= self.most:
            raise InputError(f"it is from {self.least} to {self.most:,}", where=self.name)
        return int(text)

    def _day(self, text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise InputError("this is no date", where=self.name, hint="Write YYYY-MM-DD.") from error

    def _known(self, text: str, known: Mapping[str, Any]) -> Any:
        try:
            return named(self.name, text, known)
        except LookupError as error:
            hint = getattr(error, "hint", None)
            raise InputError("this word is not known here", where=self.name, hint=hint) from error

    @property
    def schema(self) -> dict[str, Any]:
        """What JSON Schema says of a value."""
        kinds: dict[str, dict[str, Any]] = {
            "text": {"type": "string", "maxLength": self.longest},
            "integer": {"type": "integer", "minimum": self.least, "maximum": self.most},
            "flag": {"type": "boolean"},
            "day": {"type": "string", "format": "date"},
        }
        one = kinds[self.kind]
        if self.words:
            one["enum"] = list(self.words())
        if self.many:
            return {"type": "array", "items": one, "maxItems": self.times}
        return one if self.default is None else {**one, "default": self.default}


@dataclass(frozen=True)
class Endpoint:
    """An address, what it takes, and how it is answered.

    Attributes
    ----------
    path, summary : str
        Below the server's root, and what it is for.
    parameters : tuple of Parameter
        What it takes.
    methods : tuple of str
        What it allows besides HEAD and OPTIONS.
    media_types : tuple of str
        What it may answer with.
    statuses : tuple of int
        Errors that it may answer with.
    rows : callable or None
        For an address of the JSON API: from the service, the arguments and the client to rows.
    page : callable or None
        For a page of the explorer: from the registry and the arguments to the page.
    bodies : tuple of str
        Media types of what is posted; to a call of the API it comes as the argument ``body``.
    largest : int, optional
        Bytes of what is posted to a call of the API; as much as the settings allow if not given.
    about : tuple of str
        Topics that its rows rest on; what the snapshot lacks of them is noted beside the rows.
    costly : bool
        Whether it reads all that the snapshot has; such calls and pages run one after another.
    """

    path: str
    summary: str
    parameters: tuple[Parameter, ...] = ()
    methods: tuple[str, ...] = ("GET",)
    media_types: tuple[str, ...] = ("application/json",)
    statuses: tuple[int, ...] = (400, 421)
    rows: Callable[["Service", Arguments, str], Awaitable[Sequence[Row]]] | None = None
    page: Callable[["Registry", Arguments], "Page"] | None = None
    bodies: tuple[str, ...] = ()
    largest: int | None = None
    about: tuple[str, ...] = ()
    costly: bool = False


def arguments(endpoint: Endpoint, given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the arguments that a request gives an endpoint.

    Raises
    ------
    InputError
        If a parameter is not known, missing or of another kind.
    """
    known = {parameter.name: parameter for parameter in endpoint.parameters}
    if unknown := [name for name in given if name not in known]:
        hint = f"Known here: {', '.join(known)}." if known else "It takes none."
        raise InputError(f"no parameter is named {unknown[0]!r:.60}", where=endpoint.path, hint=hint)
    return {name: parameter.read(given.get(name, ())) for name, parameter in known.items()}
