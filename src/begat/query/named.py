"""The library of named queries: one ``.rq`` file each, whose header comments declare it.

::

    # title: Children of a model
    # title-zh: 模型的直接派生
    # description: What was made directly from a model.
    # param: model iri:model required - the model
    # param: relation relation optional - only children of this relation
    # example: model=Qwen/Qwen2.5-7B relation=quantized

Then SPARQL. A parameter is a variable of the same name that SELECT names; it is bound as a term when the
query runs. The columns of required parameters are left out of the answer.
"""

import re
import shlex
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from begat.discovery import named
from begat.errors import InputError

__all__ = ["KINDS", "Parameter", "Query", "queries", "query_named", "read"]

LIBRARY = Path(__file__).parent / "library"

KINDS = (
    "iri:model",
    "iri:dataset",
    "iri:institution",
    "iri:country",
    "iri:account",
    "relation",
    "integer",
    "text",
)
KEYS = ("title", "title-zh", "description", "param", "example")
PARAMETER = re.compile(rf"(\w+) ({'|'.join(KINDS)}) (required|optional) - (.+)")


class Parameter(NamedTuple):
    """A variable of a query that a caller may bind."""

    name: str
    kind: str
    required: bool
    text: str


class Query(NamedTuple):
    """A named query; `example` holds parameters as they are typed, ``name=value name=value``."""

    name: str
    title: str
    title_zh: str
    description: str
    parameters: tuple[Parameter, ...]
    example: str
    text: str

    @property
    def example_values(self) -> dict[str, str]:
        """The parameters of the example."""
        pairs = (item.partition("=") for item in shlex.split(self.example))
        return {name: value for name, _, value in pairs}


@cache
def queries() -> Mapping[str, Query]:
    """Return all named queries, from the files of the library.

    Raises
    ------
    InputError
        If a header is wrong; the message names the file and the line.
    """
    return {path.stem: read(path) for path in sorted(LIBRARY.glob("*.rq"), key=lambda path: path.stem)}


def query_named(name: str) -> Query:
    """Return a named query.

    Raises
    ------
    UnknownName
        If there is none of this name; near names come with it.
    """
    return named("query", name, queries(), hint="`begat queries` lists them.")


def read(path: Path) -> Query:
    """Read a query and its header.

    Raises
    ------
    InputError
        If the header is wrong; the message names the file and the line.
    """
    text = path.read_text(encoding="utf-8")
    found: dict[str, list[str]] = {key: [] for key in KEYS}
    parameters = []
    for line, key, value in _header(text, path.name):
        found[key].append(value)
        if key == "param":
            parameters.append(_parameter(value, f"{path.name}, line {line}", text))
    title, title_zh, description = (_one(found, key, path.name) for key in KEYS[:3])
    example = _one(found, "example", path.name) if parameters else ""
    query = Query(path.stem, title, title_zh, description, tuple(parameters), example, text)
    _check_example(query, path.name)
    return query


def _header(text: str, where: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#"):
            return
        key, _, value = line.removeprefix("#").strip().partition(":")
        if key not in KEYS:
            known = ", ".join(KEYS)
            raise InputError(
                f"no header is named {key!r}", where=f"{where}, line {number}", hint=f"Known: {known}."
            )
        yield number, key, value.strip()


def _parameter(value: str, where: str, text: str) -> Parameter:
    match = PARAMETER.fullmatch(value)
    if match is None:
        raise InputError(
            f"{value!r} declares no parameter",
            where=where,
            hint=f"Write `name kind required|optional - text`; kinds are {', '.join(KINDS)}.",
        )
    select = re.search(r"\bSELECT\b(.*?)\bWHERE\b", text, re.DOTALL)
    if select is None or not re.search(rf"\?{match[1]}\b", select[1]):
        raise InputError(f"SELECT does not name ?{match[1]}, so it can't be bound", where=where)
    return Parameter(match[1], match[2], match[3] == "required", match[4])


def _one(found: Mapping[str, list[str]], key: str, where: str) -> str:
    if len(found[key]) != 1 or not found[key][0]:
        raise InputError(f"a query has exactly one header `# {key}: ...`", where=where)
    return found[key][0]


def _check_example(query: Query, where: str) -> None:
    names = {parameter.name for parameter in query.parameters}
    needed = {parameter.name for parameter in query.parameters if parameter.required}
    given = query.example_values.keys()
    if not needed <= given <= names:
        raise InputError(f"the example gives {', '.join(given)} for {', '.join(sorted(names))}", where=where)
