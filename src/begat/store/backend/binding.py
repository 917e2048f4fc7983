"""Terms joined to the text of a query, for engines that are asked over a wire.

An embedded engine binds a variable to a term without touching the text (pyoxigraph's ``substitutions``). Over
HTTP there is only text. So the query is cut into tokens, and in the outermost group

- the variable is replaced by the term wherever it stands, in nested groups too, and ``BOUND`` of it is true;
- ``BIND (term AS ?variable)`` at the end of the group gives it back to SELECT, GROUP BY and ORDER BY.

A sub-select has variables of its own. Where it hands the variable on, the same is done within, under another
name; where it does not, its variable of that name is another one and stays.

``VALUES`` instead of terms would be shorter, but filters in nested groups don't see it, and Virtuoso 7 walks
no path whose ends VALUES gives at the end of the query. With BIND or VALUES at the start of the group, beside
terms, it finds nothing and says no word about it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import pyoxigraph as ox

from begat.errors import InputError
from begat.vocab import PREFIXES

__all__ = ["bound", "form", "prologue"]

Term = ox.NamedNode | ox.Literal

TOKEN = re.compile(
    r"""
    (?P<skip> \#[^\r\n]* | \s+
        | '''(?:[^'\\]|\\.|'(?!''))*''' | \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"
        | '(?:[^'\\\r\n]|\\.)*' | "(?:[^"\\\r\n]|\\.)*"
        | <[^<>"{}|^`\x00-\x20]*> )
    | (?P<bound> (?i:bound) \s* \( \s* [?$](?P<asked>\w+) \s* \) )
    | (?P<assigned> (?i:as) \s+ [?$](?P<target>\w+) )
    | (?P<variable> [?$]\w+ )
    | (?P<name> (?:[^\W\d][\w.-]*)?:[\w:%.-]* )
    | (?P<word> @?[^\W\d][\w-]* )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}


class Token(NamedTuple):
    """A piece of a query; `name` is the variable that it is about."""

    kind: str
    text: str
    name: str = ""


@dataclass
class Group:
    """An open group of a query.

    `terms` are what replaces variables in it, `own` what BIND gives at its end (name -> term), `renamed` the
    variables that have another name from here to its end. `heading` is set from SELECT to the group of it.
    """

    start: int
    terms: Mapping[str, str]
    own: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    heading: bool = False
    selects: bool = False


def form(query: str) -> str:
    """Return what a query asks for: SELECT, ASK, CONSTRUCT, DESCRIBE, or nothing if it is no query."""
    words = (token.text.upper() for token in _tokens(query) if token.kind == "word")
    return next((word for word in words if word in FORMS), "")


def prologue(query: str) -> str:
    """Return the prefixes that a query uses and does not declare, on no line of their own."""
    declared = {name.lower() for name in re.findall(r"(?i)\bprefix\s+([\w.-]*):", query)}
    used = {name for name in PREFIXES if f"{name}:" in query and name not in declared}
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in sorted(used))


def bound(query: str, terms: Mapping[str, Term]) -> str:
    """Return a query with variables bound to terms.

    Parameters
    ----------
    query : str
        A SELECT that names the variables.
    terms : mapping of str to term
        Values of variables. pyoxigraph writes each as N-Triples does: one token, whatever is in it.

    Raises
    ------
    InputError
        If it is another form, does not name a variable, gives one a value itself (AS, VALUES), or has a
        MINUS that shares no other variable with the rest: with terms it would take nothing away.

    Notes
    -----
    O(length). Lines stay where they are.

    Examples
    --------
    >>> bound("SELECT ?m ?a { ?m <x:up>+ ?a }", {"m": ox.NamedNode("x:1")})
    'SELECT ?m ?a { <x:1> <x:up>+ ?a  BIND (<x:1> AS ?m) }'
    """
    if not terms:
        return query
    tokens = list(_tokens(query))
    _refuse_minus(tokens, terms)
    return _Binding(tokens, {name: str(term) for name, term in terms.items()}).text()


class _Binding:
    """One pass over the tokens of a query, with a stack of its open groups."""

    def __init__(self, tokens: list[Token], terms: Mapping[str, str]) -> None:
        self._tokens = tokens
        self._terms = terms
        self._out: list[str] = []
        self._round = 0
        self._listing = False
        self._fresh = 0
        self._taken = {token.name for token in tokens}
        self._groups = [Group(0, {})]

    def text(self) -> str:
        """Return the query with its variables bound."""
        for place, token in enumerate(self._tokens):
            self._out.append(self._written(token, place))
        return "".join(self._out)

    def _written(self, token: Token, place: int) -> str:
        group = self._groups[-1]
        if token.kind in ("variable", "bound", "assigned"):
            return self._variable(token, group)
        if token.kind == "word":
            self._word(token.text.upper(), place)
        elif token.text in "()":
            self._round += 1 if token.text == "(" else -1
        elif token.text == "{":
            self._open()
        elif token.text == "}":
            return self._close()
        return token.text

    def _word(self, word: str, place: int) -> None:
        """Take note of SELECT and VALUES; refuse other forms than SELECT."""
        group = self._groups[-1]
        if len(self._groups) == 1 and word in FORMS - {"SELECT"}:
            raise _unnamed(next(iter(self._terms)))
        if word == "SELECT":
            group.heading = group.selects = True
            group.renamed = self._names(place) if len(self._groups) > 1 else {}
        elif word == "VALUES":
            self._listing = True

    def _names(self, place: int) -> dict[str, str]:
        """Return new names for the variables that the sub-select that starts here hands on."""
        named = _heading(self._tokens, place)
        return {name: self._new(name) for name in self._groups[-1].terms if name in named}

    def _new(self, name: str) -> str:
        self._fresh += 1
        while (new := f"{name}_{self._fresh}") in self._taken:
            self._fresh += 1
        return new

    def _open(self) -> None:
        group = self._groups[-1]
        start = len(self._out)
        if self._listing or not group.heading or self._round:
            self._groups.append(Group(start, {} if self._listing else group.terms))
        elif len(self._groups) == 1:
            self._check_named()
            self._groups.append(Group(start, self._terms, own=dict(self._terms)))
        else:
            own = {new: group.terms[name] for name, new in group.renamed.items()}
            self._groups.append(Group(start, {name: group.terms[name] for name in group.renamed}, own=own))
        group.heading = group.heading and bool(self._round)
        self._listing = False

    def _close(self) -> str:
        group = self._groups.pop() if len(self._groups) > 1 else self._groups[0]
        if not group.own:
            return "}"
        binds = " ".join(f"BIND ({term} AS ?{name})" for name, term in group.own.items())
        if not group.selects:
            return f" {binds} }}"
        self._out[group.start] = "{ {"
        return f"}} {binds} }}"

    def _check_named(self) -> None:
        named = _heading(self._tokens, 0)
        for name in self._terms:
            if name not in named:
                raise _unnamed(name)

    def _variable(self, token: Token, group: Group) -> str:
        if token.name not in group.terms:
            return token.text
        if token.kind == "assigned" or self._listing:
            raise InputError(
                f"?{token.name} is given a value in the query and from outside", hint="Do one of them."
            )
        if group.selects:
            return f"?{group.renamed[token.name]}" if token.name in group.renamed else token.text
        return "true" if token.kind == "bound" else group.terms[token.name]


def _heading(tokens: list[Token], place: int) -> set[str]:
    """Return the variables between a SELECT and its group."""
    names = set()
    for token in tokens[place:]:
        if token.text == "{":
            break
        names.add(token.name)
    return names


def _refuse_minus(tokens: list[Token], terms: Mapping[str, Term]) -> None:
    """Refuse a MINUS that only bound variables join to the rest of the query."""
    for start, token in enumerate(tokens):
        if token.kind != "word" or token.text.upper() != "MINUS":
            continue
        end = _group_end(tokens, start)
        within = {token.name for token in tokens[start:end]} - {""}
        without = {token.name for token in [*tokens[:start], *tokens[end:]]}
        if within & terms.keys() and not within & without - terms.keys():
            name = min(within & terms.keys())
            raise InputError(
                f"MINUS shares only ?{name} with the rest, which is bound from outside",
                hint="Write FILTER NOT EXISTS instead.",
            )


def _group_end(tokens: list[Token], start: int) -> int:
    """Return where the group ends that begins after a place."""
    depth = 0
    for place, token in enumerate(tokens[start:], start):
        depth += (token.text == "{") - (token.text == "}")
        if token.text == "}" and not depth:
            return place
    return len(tokens)


def _unnamed(name: str) -> InputError:
    return InputError(
        f"?{name} is bound from outside, and no SELECT names it", hint="SELECT must name what is bound."
    )


def _tokens(query: str) -> Iterator[Token]:
    for match in TOKEN.finditer(query):
        kind = next(kind for kind in KINDS if match[kind] is not None)
        named = match["asked"] or match["target"] or (match[0][1:] if kind == "variable" else "")
        yield Token(kind, match[0], named)


KINDS = ("skip", "bound", "assigned", "variable", "name", "word", "other")
