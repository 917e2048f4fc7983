"""The process that runs one query at a time; `begat.server.pool` starts it, and ends it at any moment.

It runs in a fresh interpreter that imports little: 45 ms and 22 MB before the store. It speaks over its
standard input and output, lengths first; what it is told comes from the pool, what it says is not trusted.
"""

import io
import marshal
import os
import struct
from typing import Any, BinaryIO, Literal, cast

import pyoxigraph as ox

from begat.server.sandbox import allow_cpu, confine

__all__ = [
    "FAILED",
    "HEADER",
    "LENGTH",
    "OK",
    "READY",
    "REFUSED",
    "TOO_LARGE",
    "UNACCEPTABLE",
    "UNKNOWN",
    "run",
]

LENGTH = struct.Struct("!I")
HEADER = struct.Struct("!BBI?I")
"""Outcome, form, rows, truncated, length of the body that follows."""

READY, OK, REFUSED, UNACCEPTABLE, UNKNOWN, TOO_LARGE, FAILED = range(7)
FORMS: tuple[Literal["select"], Literal["ask"], Literal["graph"]] = ("select", "ask", "graph")
ROWS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
"""The formats of rows, and but for the last two of true and false."""

FAULTS_OF_QUERIES = ("custom function", "SELECT projection")
"""Errors of evaluation that are the query's: an unknown function, a value for a variable not shown."""

MESSAGE = 500
"""Most characters of an error that are passed on."""


class Refused(Exception):
    """An outcome other than an answer: its number and what to say."""


def run(folder: str, memory: int) -> None:
    """Confine this process, open the store in `folder` and answer until the input ends."""
    source, sink = os.fdopen(0, "rb"), os.fdopen(1, "wb")
    walls = confine(folder, memory)
    store = ox.Store.read_only(folder)
    _say(sink, READY, rows=walls)
    while head := source.read(LENGTH.size):
        task = marshal.loads(source.read(LENGTH.unpack(head)[0]))
        allow_cpu(task["cpu_seconds"])
        _answer(store, task, sink)


def _answer(store: ox.Store, task: dict[str, Any], sink: BinaryIO) -> None:
    try:
        form, rows, truncated, body = _asked(store, task)
    except Refused as refusal:
        _say(sink, refusal.args[0], body=refusal.args[1].encode()[:MESSAGE])
    except SyntaxError as error:
        _say(sink, REFUSED, body=str(error).encode(errors="replace")[: 2 * MESSAGE])
    except RuntimeError as error:
        known = any(part in str(error) for part in FAULTS_OF_QUERIES)
        _say(sink, REFUSED if known else FAILED, body=str(error).encode(errors="replace")[:MESSAGE])
    except Exception as error:  # noqa: BLE001 - a worker passes on whatever the engine says
        _say(sink, FAILED, body=f"{type(error).__name__}: {error}".encode(errors="replace")[:MESSAGE])
    else:
        _say(sink, OK, FORMS.index(form), rows, truncated, body)


def _say(
    sink: BinaryIO, outcome: int, form: int = 0, rows: int = 0, truncated: bool = False, body: bytes = b""
) -> None:
    sink.write(HEADER.pack(outcome, form, rows, truncated, len(body)))
    sink.write(body)
    sink.flush()


def _asked(store: ox.Store, task: dict[str, Any]) -> tuple[str, int, bool, bytes]:
    """Run a query and return form, rows, whether it was cut, and the serialised answer."""
    default: list[Any] = [ox.NamedNode(graph) for graph in task["default_graphs"]]
    named: list[Any] = [ox.NamedNode(graph) for graph in task["named_graphs"]]
    if task["must_exist"] and not all(map(store.contains_named_graph, default)):
        raise Refused(UNKNOWN, "no such graph")
    of_protocol = bool(default or named)
    answer = store.query(
        task["text"],
        prefixes=task["prefixes"],
        use_default_graph_as_union=not (of_protocol or task["names_graphs"]),
        default_graph=default if of_protocol else None,
        named_graphs=named if of_protocol else None,
        substitutions={ox.Variable(name): _term(text) for name, text in task["substitutions"].items()},
    )
    media_types, most = task["media_types"], (task["rows"], task["bytes"])
    if isinstance(answer, ox.QueryBoolean):
        return "ask", 1, False, answer.serialize(format=_format("ask", media_types)) or b""
    if isinstance(answer, ox.QuerySolutions):
        return "select", *_rows(answer, _format("select", media_types), *most)
    wanted = ox.RdfFormat.from_media_type(media_types.get("graph", ""))
    if wanted is None:
        raise Refused(UNACCEPTABLE, "graph")
    return "graph", *_triples(answer, wanted, task["prefixes"], *most)


def _format(form: str, media_types: dict[str, str]) -> ox.QueryResultsFormat:
    wanted = ROWS.get(media_types.get(form, ""))
    if wanted is None:
        raise Refused(UNACCEPTABLE, form)
    return wanted


def _term(text: str) -> Any:
    """Return the term that N-Triples writes so."""
    quad = next(iter(ox.parse(f"<a:a> <a:a> {text} .", format=ox.RdfFormat.N_TRIPLES)))
    return quad.object


class Full(Exception):
    """Enough was written."""


class Lines(io.RawIOBase):
    """Takes TSV until it holds `most_rows` lines and one more, or `most_bytes`."""

    def __init__(self, most_rows: int, most_bytes: int) -> None:
        self.parts: list[bytes] = []
        self.rows = -1  # the first line names the columns
        self.left = most_bytes
        self.most_rows = most_rows

    def write(self, part: Any, /) -> int:
        self.parts.append(bytes(part))
        self.rows += self.parts[-1].count(b"\n")
        self.left -= len(part)
        if self.rows > self.most_rows or self.left < 0:
            raise Full
        return len(part)


def _rows(
    answer: ox.QuerySolutions, wanted: ox.QueryResultsFormat, most_rows: int, most_bytes: int
) -> tuple[int, bool, bytes]:
    """Return number of rows, whether they were cut, and the rows in a format.

    The engine can't stop between two rows, and only TSV has a line for each row whatever stands in it. So the
    engine writes TSV until enough is there; whole lines are kept, and the engine turns them into the format.
    """
    lines = Lines(most_rows, most_bytes)
    try:
        answer.serialize(cast(BinaryIO, lines), ox.QueryResultsFormat.TSV)
    except Full:
        cut = True
    else:
        cut = False
    text = b"".join(lines.parts)
    rows = min(text[:most_bytes].count(b"\n") - 1, most_rows) if cut else lines.rows
    while rows > 0 or not cut:
        body = _converted(text, rows if cut else None, wanted)
        if len(body) <= most_bytes:
            return rows, cut, body
        rows, cut = int(rows * 0.95 * most_bytes / len(body)), True
    raise Refused(TOO_LARGE, "")


def _converted(text: bytes, rows: int | None, wanted: ox.QueryResultsFormat) -> bytes:
    """Return the first rows of TSV, or all, in a format."""
    if rows is not None:
        text = b"\n".join([*text.split(b"\n", rows + 1)[: rows + 1], b""])
    if wanted == ox.QueryResultsFormat.TSV:
        return text
    return ox.parse_query_results(text, format=ox.QueryResultsFormat.TSV).serialize(format=wanted) or b""


class Some:
    """Triples until there are `most_rows`, or what was written of them is `most_bytes`."""

    def __init__(self, triples: ox.QueryTriples, most_rows: int, most_bytes: int) -> None:
        self.triples, self.output = triples, io.BytesIO()
        self.most_rows, self.most_bytes = most_rows, most_bytes
        self.rows, self.cut = 0, False

    def __iter__(self) -> Any:
        for triple in self.triples:
            if self.rows >= self.most_rows or self.output.tell() >= self.most_bytes:
                self.cut = True
                return
            self.rows += 1
            yield triple


def _triples(
    answer: ox.QueryTriples, wanted: ox.RdfFormat, prefixes: dict[str, str], most_rows: int, most_bytes: int
) -> tuple[int, bool, bytes]:
    some = Some(answer, most_rows, most_bytes)
    ox.serialize(some, some.output, wanted, prefixes=prefixes)
    return some.rows, some.cut, some.output.getvalue()
