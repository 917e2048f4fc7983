"""The library of named queries: one ``.rq`` file each, whose header comments declare it.

::

    # title: Children of a model
    # title-zh: 模型的直接派生
    # description: What was made directly from a model.
    # description-zh: 由某模型直接派生的模型。
    # topic: lineage
    # about: models derivations
    # profile: lineage
    # param: model iri:model required - the model
    # param: relation relation optional - only children of this relation
    # example: model=Qwen/Qwen2.5-7B relation=quantized

Then SPARQL. A parameter is a variable of the same name that SELECT names; it is bound as a term when the
query runs (`begat.query.parameter`). The columns of required parameters, and of bounds such as dates, are
left out of the answer.

The queries are SPARQL 1.1 that other engines answer alike: DISTINCT wherever a statement may stand in two
graphs, an order without ties, no path with both ends open. An optional parameter that a FILTER reads is
wrapped, ``COALESCE(STR(?since), "")``: an engine may take a variable that no pattern binds for one that is
never bound.
"""

import re
import shlex
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from begat.discovery import named
from begat.errors import InputError
from begat.query.parameter import KINDS, Parameter
from begat.store.profile import PROFILES

__all__ = ["ABOUT", "TOPICS", "Query", "queries", "query_named", "read"]

LIBRARY = Path(__file__).parent / "library"

TOPICS = {
    "lineage": "谱系",
    "impact": "影响范围",
    "licences": "许可证",
    "institutions": "机构",
    "countries": "国家和地区",
    "datasets": "数据集",
    "benchmarks": "评测基准",
    "time": "时间",
    "quality": "数据质量",
    "provenance": "出处",
    "scores": "得分",
}
"""What queries are about, in the order of lists; each with its name in Chinese."""

ABOUT = (
    "models",
    "derivations",
    "licences",
    "institutions",
    "countries",
    "datasets",
    "training",
    "systems",
    "benchmarks",
    "evaluations",
    "observations",
    "scores",
    "time",
)
"""Parts of the data that an answer may depend on; coverage notes are keyed by them."""

KEYS = (
    "title",
    "title-zh",
    "description",
    "description-zh",
    "topic",
    "about",
    "profile",
    "param",
    "example",
)
WORDS = r"word\([a-z0-9-]+(?:\|[a-z0-9-]+)+\)"
PARAMETER = re.compile(rf"(\w+) ({'|'.join(KINDS)}|{WORDS}) (required|optional) - (.+)")


class Query(NamedTuple):
    """A named query.

    Attributes
    ----------
    topic : str
        One of `TOPICS`.
    about : tuple of str
        Some of `ABOUT`.
    profile : str
        The smallest store that holds what it reads, ``lineage`` or else ``full``.
    example : str
        Parameters as they are typed, ``name=value name=value``.
    text : str
        The whole file.
    """

    name: str
    title: str
    title_zh: str
    description: str
    description_zh: str
    topic: str
    about: tuple[str, ...]
    profile: str
    parameters: tuple[Parameter, ...]
    example: str
    text: str

    @property
    def facts(self) -> dict[str, Any]:
        """What lists say of it, in plain values."""
        return {
            "name": self.name,
            "topic": self.topic,
            "title": self.title,
            "title_zh": self.title_zh,
            "description": self.description,
            "description_zh": self.description_zh,
            "parameters": [parameter._asdict() for parameter in self.parameters],
            "example": self.example,
            "about": list(self.about),
            "profile": self.profile,
        }

    @property
    def example_values(self) -> dict[str, str]:
        """The parameters of the example."""
        pairs = (item.partition("=") for item in shlex.split(self.example))
        return {name: value for name, _, value in pairs}

    @property
    def sparql(self) -> str:
        """The text without its header."""
        lines = self.text.splitlines(keepends=True)
        return "".join(lines[next(n for n, line in enumerate(lines) if not line.startswith("#")) :])


@cache
def queries() -> Mapping[str, Query]:
    """Return all named queries, from the files of the library, by topic and then by name.

    Raises
    ------
    InputError
        If a header is wrong; the message names the file and the line.
    """
    order = list(TOPICS)
    found = sorted(map(read, LIBRARY.glob("*.rq")), key=lambda query: (order.index(query.topic), query.name))
    return {query.name: query for query in found}


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
    one = {key: _one(found, key, path.name) for key in KEYS[:7]}
    query = Query(
        name=path.stem,
        title=one["title"],
        title_zh=one["title-zh"],
        description=one["description"],
        description_zh=one["description-zh"],
        topic=_known(one, "topic", TOPICS, path.name)[0],
        about=_known(one, "about", ABOUT, path.name),
        profile=_known(one, "profile", PROFILES, path.name)[0],
        parameters=tuple(parameters),
        example=_one(found, "example", path.name) if parameters else "",
        text=text,
    )
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
            hint=f"Write `name kind required|optional - text`; kinds are {', '.join(KINDS)}, word(a|b).",
        )
    select = re.search(r"\bSELECT\b(.*?)\bWHERE\b", text, re.DOTALL)
    if select is None or not re.search(rf"\?{match[1]}\b", select[1]):
        raise InputError(f"SELECT does not name ?{match[1]}, so it can't be bound", where=where)
    return Parameter(match[1], match[2], match[3] == "required", match[4])


def _one(found: Mapping[str, list[str]], key: str, where: str) -> str:
    if len(found[key]) != 1 or not found[key][0]:
        raise InputError(f"a query has exactly one header `# {key}: ...`", where=where)
    return found[key][0]


def _known(
    one: Mapping[str, str], key: str, known: Mapping[str, str] | tuple[str, ...], where: str
) -> tuple[str, ...]:
    words = tuple(one[key].split())
    if wrong := [word for word in words if word not in known]:
        raise InputError(f"no {key} is named {wrong[0]!r}", where=where, hint=f"Known: {', '.join(known)}.")
    if key != "about" and len(words) > 1:
        raise InputError(f"a query has one {key}", where=where)
    return words


def _check_example(query: Query, where: str) -> None:
    names = {parameter.name for parameter in query.parameters}
    needed = {parameter.name for parameter in query.parameters if parameter.required}
    given = query.example_values.keys()
    if not needed <= given <= names:
        raise InputError(f"the example gives {', '.join(given)} for {', '.join(sorted(names))}", where=where)
