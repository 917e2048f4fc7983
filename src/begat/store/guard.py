"""What a query may not do, seen from its text alone, before the engine reads it.

The engine goes out to the network for SERVICE without a switch against it, and deep nesting ends the whole
process instead of raising an error. So a query is cut into tokens and refused for such things. This is a
filter for mistakes and for text from others, not a proof: it does not stop a query that takes long.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from begat.errors import InputError

__all__ = ["names_graphs", "refuse"]

MOST_DEPTH = 64
MOST_OPERATORS = 1_000

TOKEN = re.compile(
    r"""
    (?P<skip> \#[^\r\n]* | \s+
        | '''(?:[^'\\]|\\.|'(?!''))*''' | \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"
        | '(?:[^'\\\r\n]|\\.)*' | "(?:[^"\\\r\n]|\\.)*"
        | <[^<>"{}|^`\x00-\x20]*> | [?$]\w+ | @[A-Za-z]+(?:-[A-Za-z0-9]+)* | _:\w[\w.-]* )
    | (?P<prefix> [^\W\d][\w.-]*(?=:) )
    | (?P<word> [^\W\d][\w-]* )
    | (?P<local> :(?:[\w:%][\w.:%-]*)? )
    | (?P<open> [({\[] ) | (?P<close> [)}\]] )
    | (?P<operator> \|\||&&|[|!/^*+-] )
    | (?P<backslash> \\ )
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
OPERATOR_WORDS = {"UNION", "OPTIONAL", "MINUS", "EXISTS", "GRAPH"}
PROLOGUE = {"BASE", "PREFIX", "VERSION"}
UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH"}


class Token(NamedTuple):
    """A word, sign or bracket of a query, with the line it stands in."""

    kind: str
    text: str
    line: int


def refuse(query: str) -> None:
    """Refuse what is no query, what reaches the network, and what would end the process.

    Raises
    ------
    InputError
        For SERVICE, an update, a backslash outside strings, half a surrogate pair, more than 64 open brackets
        or 1,000 operators.
    """
    if half := re.search("[\ud800-\udfff]", query):
        line = query.count("\n", 0, half.start()) + 1
        raise _refused("half of a surrogate pair is no Unicode text", Token("", half[0], line))
    tokens = list(_tokens(query))
    for token in tokens:
        if token.kind in ("word", "prefix") and "SERVICE" in token.text:
            raise _refused("SERVICE is refused: it would send requests to another server", token)
        if token.kind == "backslash":
            raise _refused("a backslash is refused outside of strings: write the whole IRI in <>", token)
    form = next((token for token in tokens if token.kind == "word" and token.text not in PROLOGUE), None)
    if form is not None and form.text in UPDATES:
        raise _refused(f"{form.text} is refused: the store is read-only, and only queries are run", form)
    _refuse_depth(tokens)
    signs = [token for token in tokens if token.kind == "operator" or token.text in OPERATOR_WORDS]
    if len(signs) > MOST_OPERATORS:
        raise _refused(f"the query has more than {MOST_OPERATORS:,} operators", signs[MOST_OPERATORS])


def names_graphs(query: str) -> bool:
    """Return whether a query says with FROM which graphs it is about."""
    words = [token.text for token in _tokens(query) if token.kind == "word"]
    return any(word == "FROM" and following != "NAMED" for word, following in pairwise([*words, ""]))


def _refuse_depth(tokens: list[Token]) -> None:
    depth = 0
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth > MOST_DEPTH:
            raise _refused(f"brackets are nested more than {MOST_DEPTH} deep", token)


def _tokens(query: str) -> Iterator[Token]:
    """Yield what can matter, words in capitals.

    The prefix of a name is kept too: the engine reads ``SERVICE:x`` as the word and a name.
    """
    line = 1
    for match in TOKEN.finditer(query):
        kind = match.lastgroup
        if kind not in (None, "skip", "local"):
            yield Token(str(kind), match[0].upper(), line)
        line += match[0].count("\n")


def _refused(what: str, token: Token) -> InputError:
    return InputError(what, where=f"line {token.line} of the query")
