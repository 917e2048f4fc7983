"""What a query may not do, seen from its text alone, before the engine reads it.

The engine goes out to the network for SERVICE without a switch against it, and deep nesting ends the whole
process instead of raising an error. So a query is cut into tokens and refused for such things. This is a
filter for mistakes and for text from others, not a proof: it does not stop a query that takes long.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from begat.errors import InputError

__all__ = ["LOCAL", "Caps", "checked", "names_graphs"]


@dataclass(frozen=True)
class Caps:
    """How much of each thing a query may have.

    Attributes
    ----------
    depth : int
        Open brackets. The engine's process ends at 975 nested calls, 2,200 groups or 4,800 parentheses.
    operators : int
        Signs of expressions and paths, and words between groups. It ends at 6,600 UNION, 9,600 ``!``.
    steps : int
        Steps of one path: the planner takes 5 s for 400.
    patterns : int
        Triple patterns: the planner takes 2 s for 200, above 60 s for 2,000.
    optionals : int
        OPTIONAL: 3 s for 100.
    """

    depth: int = 64
    operators: int = 512
    steps: int = 64
    patterns: int = 256
    optionals: int = 64


LOCAL = Caps(operators=1_000, steps=128, patterns=1_024, optionals=128)
"""For those who ask in their own process, and wait for themselves."""

VARIABLE = r"\w\u00b7\u0300-\u036f\u203f\u2040"
NAME = r"\-" + VARIABLE
STRINGS = r"""
    '''(?:[^'\\]|\\.|'(?!''))*''' | \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"
    | '(?:[^'\\\r\n]|\\.)*' | "(?:[^"\\\r\n]|\\.)*"
"""
TOKEN = re.compile(
    rf"""
    (?P<skip> \#[^\r\n]* | \s+ | {STRINGS}
        | [?$][{VARIABLE}]+ | @[A-Za-z]+(?:-[A-Za-z0-9]+)* | _:\w(?:[{NAME}]|\.+(?=[{NAME}]))*
        | (?:[0-9]+\.(?=[eE][+-]?[0-9])|[0-9]*\.?[0-9]+)(?:[eE][+-]?[0-9]+)? )
    | (?P<iri> <[^<>"{{}}|^`\x00-\x20]*> )
    | (?P<prefix> [^\W\d](?:[{NAME}]|\.+(?=[{NAME}]))*(?=:) )
    | (?P<word> [^\W\d][\w-]* )
    | (?P<local> :(?:[{NAME}:%]|\\[_~.\-!$&'()*+,;=/?#@%]|\.+(?=[{NAME}:%\\]))* )
    | (?P<open> [({{\[] ) | (?P<close> [)}}\]] )
    | (?P<operator> \|\||&&|[|!/^*+-] )
    | (?P<end> [.;,] )
    | (?P<backslash> \\ )
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(
    rf"""
    (?P<kept> \#[^\r\n]* | {STRINGS} | <[^<>"{{}}|^`\x00-\x20]*> )
    | \\u(?P<four>[0-9A-Fa-f]{{4}}) | \\U(?P<eight>[0-9A-Fa-f]{{8}})
    """,
    re.VERBOSE | re.DOTALL,
)
AN_ADDRESS = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
"""How an IRI begins that is no less-than: no expression has two slashes in a row."""

OPERANDS_FOLLOW = {"(", ",", "="}
"""Signs, besides operators, after which an IRI stands for itself."""

OPERATOR_WORDS = {"UNION", "OPTIONAL", "MINUS", "EXISTS", "GRAPH"}
BEFORE_NAMES = {"GRAPH", "FROM", "NAMED", "DESCRIBE"}
PROLOGUE = {"BASE", "PREFIX", "VERSION"}
UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH"}


class Token(NamedTuple):
    """A word, sign or bracket of a query in capitals, and where it begins."""

    kind: str
    text: str
    at: int


def checked(query: str, caps: Caps = LOCAL) -> str:
    r"""Return a query as the engine can read it, or refuse it.

    Parameters
    ----------
    query : str
        SPARQL 1.1.
    caps : Caps
        How much it may have of each thing.

    Returns
    -------
    str
        The query; escapes like ``\u0061`` in words, names and variables are resolved, as SPARQL 1.1 section
        19.2 says and the engine does not.

    Raises
    ------
    InputError
        For an update, SERVICE, half a surrogate pair, a backslash where none belongs, and what is over a cap.

    Notes
    -----
    About 0.1 µs a byte.
    """
    text = ESCAPE.sub(_resolved, query) if "\\" in query else query
    try:
        if half := re.search("[\ud800-\udfff]", text):
            raise _Wrong("half of a surrogate pair is no Unicode text", half.start())
        tokens = _tokens(text)
        _refuse_words(tokens)
        _refuse_depth(tokens, caps)
        _refuse_growth(tokens, caps)
    except _Wrong as wrong:
        raise _refused(wrong.what, text, wrong.at) from None
    return text


def names_graphs(query: str) -> bool:
    """Return whether a query says with FROM or FROM NAMED which graphs it is about."""
    if "FROM" not in query.upper():
        return False
    tokens = [token for token in _tokens(query) if token.kind in ("word", "prefix", "open", "close")]
    declared = any(one.text == "PREFIX" and two.text == "FROM" for one, two in pairwise(tokens))
    depth = 0
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        glued = token.kind == "prefix" and not declared  # the engine reads FROM:x as the word and a name
        if depth == 0 and token.text in ("FROM", "FROMNAMED") and (token.kind == "word" or glued):
            return True
    return False


class _Wrong(Exception):
    """Something that is refused, and where it stands."""

    def __init__(self, what: str, at: int) -> None:
        super().__init__(what)
        self.what = what
        self.at = at


def _resolved(match: re.Match[str]) -> str:
    """Return the character of an escape, if it can be part of a word or name."""
    if match["kept"] is not None:
        return match[0]
    number = int(match["four"] or match["eight"], 16)
    character = chr(number) if number <= 0x10FFFF else ""
    if not re.fullmatch(f"[{NAME}]", character):
        raise _refused(f"the escape {match[0]} stands for no part of a name", match.string, match.start())
    return character


def _refuse_words(tokens: list[Token]) -> None:
    """Refuse updates, and SERVICE, also where it is written without a blank as the engine reads it too."""
    shown = [token for token in tokens if token.kind not in ("local", "iri", "end", "operator")]
    form = next((token for token in shown if token.kind == "word" and token.text not in PROLOGUE), None)
    if form is not None and form.text in UPDATES:
        raise _Wrong(f"{form.text} is refused: the store is read-only, and only queries are run", form.at)
    for token in tokens:
        if token.kind == "backslash":
            raise _Wrong("a backslash is refused outside of strings and names", token.at)
    for before, token, after in zip([None, *shown], shown, [*shown[1:], None], strict=False):
        if "SERVICE" not in token.text:
            continue
        opens = (
            after is not None and after.text == "{" and (before is None or before.text not in BEFORE_NAMES)
        )
        if token.kind == "word" or opens:
            raise _Wrong("SERVICE is refused: it would send requests to another server", token.at)


def _refuse_depth(tokens: list[Token], caps: Caps) -> None:
    depth = 0
    for kind, _, at in tokens:
        depth += (kind == "open") - (kind == "close")
        if depth > caps.depth:
            raise _Wrong(f"brackets are nested more than {caps.depth} deep", at)


def _refuse_growth(tokens: list[Token], caps: Caps) -> None:
    """Refuse what makes the planner slow or the engine recurse: too much of one thing."""
    words = [token for token in tokens if token.kind == "word"]
    signs = [token for token in tokens if token.kind == "operator"]
    signs += [token for token in words if token.text in OPERATOR_WORDS]
    for found, most, of in (
        (signs, caps.operators, "operators"),
        ([token for token in words if token.text == "OPTIONAL"], caps.optionals, "OPTIONALs"),
        (_pattern_ends(tokens), caps.patterns, "triple patterns"),
    ):
        if len(found) > most:
            raise _Wrong(f"the query has more than {most:,} {of}", found[most].at)
    steps = 0
    for kind, text, at in tokens:
        if kind == "end" or text in ("{", "}"):
            steps = 0
        elif text == "/":
            steps += 1
            if steps > caps.steps:
                raise _Wrong(f"the query has more than {caps.steps:,} steps in one path", at)


def _pattern_ends(tokens: list[Token]) -> list[Token]:
    """Return the full stops, semicolons and commas that are not between parentheses."""
    ends = []
    inside = ["{"]
    for token in tokens:
        if token.kind == "open":
            inside.append(token.text)
        elif token.kind == "close":
            inside = inside[:-1] or ["{"]
        elif token.kind == "end" and inside[-1] != "(":
            ends.append(token)
    return ends


def _tokens(query: str) -> list[Token]:
    """Return what can matter."""
    return [
        Token(match.lastgroup, match[0].upper(), match.start())
        for match in _matches(query)
        if match.lastgroup not in (None, "skip")
    ]


def _matches(query: str) -> Iterator[re.Match[str]]:
    """Cut a query; what looks like an IRI is read as less-than and the rest where it may be that.

    SPARQL compares only between parentheses, and there only after an operand.
    """
    start: int | None = 0
    inside, before = ["{"], "("
    while start is not None:
        found, start = TOKEN.finditer(query, start), None
        for match in found:
            if match.lastgroup == "iri" and inside[-1] == "(" and not _awaits_operand(before):
                if not AN_ADDRESS.match(match[0]):
                    _refuse_two_readings(match)
                    before, start = "<", match.start() + 1
                    break
            elif match.lastgroup == "open":
                inside.append(match[0])
            elif match.lastgroup == "close":
                inside = inside[:-1] or ["{"]
            before = before if _is_blank(match[0]) else match[0]
            yield match


def _is_blank(text: str) -> bool:
    return text[0] == "#" or text.isspace()


def _awaits_operand(before: str) -> bool:
    return before in OPERANDS_FOLLOW or before in {"<", ">", "||", "&&", *"|!/^*+-"}


def _refuse_two_readings(match: re.Match[str]) -> None:
    """Refuse what is a comment or the start of a text if it is no IRI: it would hide what follows."""
    if found := re.search("['#]", match[0]):
        what = f"{found[0]} is refused here, where < may begin an address or be less-than"
        raise _Wrong(f"{what}: write a blank after less-than, a prefixed name for an address", match.start())


def _refused(what: str, query: str, at: int) -> InputError:
    line = query.count("\n", 0, at) + 1
    return InputError(what, where=f"line {line} of the query")
