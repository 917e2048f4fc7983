"""What passes between the HTTP front and the workers: a question, its answer, and how it may fail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from begat.errors import BegatError

__all__ = [
    "Answer",
    "Busy",
    "Form",
    "Limits",
    "NotAcceptable",
    "QueryFailed",
    "QueryRefused",
    "Question",
    "TimedOut",
    "TooMany",
    "UnknownGraph",
    "whole_graph",
]

Form = Literal["select", "ask", "graph"]
"""What a query answers with: rows (SELECT), true or false (ASK), triples (CONSTRUCT, DESCRIBE)."""

EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


@dataclass(frozen=True)
class Question:
    """A query as a client asked it.

    Attributes
    ----------
    text : str
        SELECT, ASK, CONSTRUCT or DESCRIBE.
    default_graphs, named_graphs : tuple of str
        IRIs that the protocol's parameters give; both empty: what the query says, else all graphs.
    substitutions : mapping of str to str
        Variable -> term as N-Triples writes it; bound as a term, never pasted.
    media_types : mapping of Form to str
        The best media type that the client accepts for each form; a form that is missing is refused.
    union : bool
        Whether "all graphs" is what a query without graphs is about, else the unnamed graph alone.
    must_exist : bool
        Whether a default graph that is not there is an error (`UnknownGraph`), else it is empty.
    """

    text: str
    media_types: Mapping[Form, str]
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    substitutions: Mapping[str, str] = field(default_factory=dict)
    union: bool = True
    must_exist: bool = False


def whole_graph(iri: str | None, media_type: str, *, union: bool = True) -> Question:
    """Return the question for all triples of a graph, or of the default graph where `iri` is None."""
    graphs = () if iri is None else (iri,)
    return Question(EVERYTHING, {"graph": media_type}, graphs, union=union, must_exist=True)


@dataclass(frozen=True)
class Answer:
    """A serialised answer; `truncated` if it ends before the last row because of a limit."""

    body: bytes
    media_type: str
    form: Form
    rows: int
    truncated: bool
    lane: str
    seconds: float


@dataclass(frozen=True)
class Limits:
    """What a query may use. Times in seconds from the start of execution, sizes in bytes."""

    fast_workers: int = 2
    fast_seconds: float = 0.25
    fast_queue: int = 64
    slow_workers: int = 1
    slow_seconds: float = 10.0
    slow_queue: int = 8
    memory: int = 2 << 30
    rows: int = 10_000
    answer: int = 10 << 20
    query: int = 16 << 10
    running_per_client: int = 2
    slow_seconds_per_minute: float = 60.0
    errors_per_minute: int = 30


class QueryRefused(BegatError):
    """The query is no SPARQL, or asks for what is not allowed (400)."""


class NotAcceptable(BegatError):
    """The client accepts no media type in which this form of query can be answered (406)."""


class UnknownGraph(BegatError):
    """No graph of this name is in the store (404)."""


class Postponed(BegatError):
    """Not now: `retry_after` says in how many seconds it is worth to ask again."""

    def __init__(self, what: str, *, retry_after: int, hint: str | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(what, hint=hint or f"Ask again in {retry_after} s.")


class TooMany(Postponed):
    """One client asked for more than its share (429)."""


class Busy(Postponed):
    """The queues are full, or a queue moves too slowly (503)."""


class TimedOut(BegatError):
    """The query reached its time limit and was ended (504)."""


class QueryFailed(BegatError):
    """The engine gave up, or its worker ended: memory, or a fault of the engine (500)."""
