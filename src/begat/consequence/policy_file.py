"""A policy in a TOML file, read strictly.

A gate that misreads its rules lets through what it should stop. So a key that doesn't exist, a name that
can't be told, a setting without the rule that it sets, and a file without rules are errors, all told at once
with the lines they stand on.
"""

import difflib
import hashlib
import math
import re
import reprlib
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from begat.consequence.conflict import SEVERITIES
from begat.consequence.policy import (
    COVERS,
    LEVELS,
    REQUIRABLE,
    SETTINGS,
    LicenceRules,
    ModelRules,
    OriginRules,
    Policy,
    ProvenanceRules,
    Sides,
    TermRules,
)
from begat.consequence.supply import EVIDENCE
from begat.errors import InputError, UnreadableFile
from begat.ids import HUB, PAGES
from begat.licences import CLAUSES, KINDS, REFERENCE, by_spelling, components, licences, spelling
from begat.licences.families import members

__all__ = ["Known", "parse", "read"]

MANY = 30
"""Names or faults that are too many to list."""
LARGEST = 1 << 20
"""Bytes that a policy may have."""
SORTS = [kind for kind in KINDS if kind != "family"]
"""Kinds of licences by what they ask; that no version is stated is none."""

SHORT = reprlib.Repr()
SHORT.maxstring = 100

Key = tuple[str, ...]


class Known(NamedTuple):
    """Names that a policy may use besides those that ship with begat.

    Attributes
    ----------
    licences : collection of str
        That occur in the snapshot.
    institutions : function
        From an id to itself, from another name to the ids of the institutions that have it.
    platform : function
        Whether any account of a platform is known.
    """

    licences: Collection[str]
    institutions: Callable[[str], Sequence[str]]
    platform: Callable[[str], bool]


class Fault(NamedTuple):
    """What is wrong, and at which key."""

    key: Key
    text: str


class WrongError(ValueError):
    """That a value can't be used, and why."""


Reader = Callable[[Any, Known], Any]


class Table(NamedTuple):
    """A table of the file: what is made of it, and how each of its keys is read."""

    makes: Callable[..., Any]
    keys: "Mapping[str, Reader | Table]"


def read(path: Path, known: Known) -> Policy:
    """Read a policy.

    Raises
    ------
    UnreadableFile
        If it can't be read, or is no TOML.
    InputError
        If it says what can't be understood, contradicts itself or asks for nothing; all faults at once.
    """
    return parse(_content(path), known, where=str(path))


def parse(content: bytes, known: Known, *, where: str) -> Policy:
    """Return the policy that some bytes of TOML are; errors as in `read`, which name `where` they came from.

    Notes
    -----
    Whoever sent the bytes may mean harm: nothing here takes longer than tomllib does.
    """
    text, table = _toml(content, where)
    faults: list[Fault] = []
    values = _values(table, TOP, known, (), faults)
    policy = Policy(where, hashlib.sha256(content).hexdigest(), **values)
    _refuse(faults or list(_senseless(policy, table)), text, where)
    return policy


def _content(path: Path) -> bytes:
    hint = "Name a TOML file with --policy."
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableFile(error.strerror or "it can't be read", where=str(path), hint=hint) from error
    if len(content) > LARGEST:
        raise UnreadableFile(f"it has more than {LARGEST:,} bytes", where=str(path), hint=hint)
    return content


def _toml(content: bytes, where: str) -> tuple[str, dict[str, Any]]:
    """Return the text and what it holds; a byte order mark, as editors on Windows write, is no text."""
    try:
        text = content.decode("utf-8-sig")
        return text, tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise UnreadableFile("it is no UTF-8 text", where=where, hint="Save it as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        deep = isinstance(error, RecursionError)
        hint = "docs/examples/policy.toml is one to start from."
        what = "its values are nested too deeply" if deep else f"this is no TOML: {error}"
        raise UnreadableFile(what, where=where, hint=hint) from error


def _values(
    table: Mapping[str, Any], form: Table, known: Known, at: Key, faults: list[Fault]
) -> dict[str, Any]:
    """Return the values of a table by key; what is wrong goes to `faults`."""
    found = {}
    for key, value in table.items():
        try:
            found[key] = _value(value, form, known, (*at, key), faults)
        except WrongError as error:
            faults.append(Fault((*at, key), str(error)))
    return found


def _value(value: Any, form: Table, known: Known, key: Key, faults: list[Fault]) -> Any:
    reader = form.keys.get(key[-1])
    if reader is None:
        raise WrongError(_no_such("key", key[-1], form.keys))
    if not isinstance(reader, Table):
        return reader(value, known)
    if not isinstance(value, dict):
        raise WrongError(f"is {_short(value)}, not a table with {', '.join(reader.keys)}")
    return reader.makes(**_values(value, reader, known, key, faults))


def _no_such(what: str, name: str, names: Collection[str]) -> str:
    near = difflib.get_close_matches(name, sorted(names), n=3, cutoff=0.5)
    said = f"; did you mean {' or '.join(near)}?" if near else ""
    if not near and len(names) < MANY:
        said = f"; there are {', '.join(names)}"
    return f"there is no {what} {_short(name)}{said}"


def _short(value: Any) -> str:
    """Return a value as Python writes it, of a long or deep one the beginning and end."""
    return SHORT.repr(value)


def _one_of(names: Collection[str]) -> Reader:
    def read_one(value: Any, _known: Known) -> str:
        if not isinstance(value, str) or value not in names:
            raise WrongError(f"is {_short(value)}, not one of {', '.join(names)}")
        return value

    return read_one


def _list_of(read_item: Callable[[str, Known], str]) -> Reader:
    def read_list(value: Any, known: Known) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise WrongError(f"is {_short(value)}, not a list of texts")
        if not value:
            raise WrongError("is empty; leave the key out")
        return tuple(dict.fromkeys(read_item(item, known) for item in value))

    return read_list


def _named(what: str, names: Collection[str]) -> Callable[[str, Known], str]:
    def read_name(text: str, _known: Known) -> str:
        if text not in names:
            raise WrongError(_no_such(what, text, names))
        return text

    return read_name


def _licence(text: str, known: Known) -> str:
    """Return a kind of licences, or the id or expression that a card with this text has."""
    if text in SORTS or text in known.licences:
        return text
    names = {*SORTS, *licences(), *known.licences}
    found = _licence_id(text)
    parts = components(found) if found else ()
    strange = [part for part in parts if part.startswith(REFERENCE) and part not in names]
    if strange or not found:
        said = strange[0] if len(parts) > 1 else text
        raise WrongError(_no_such("licence or kind of licences", said, names))
    return found


def _licence_id(text: str) -> str | None:
    from begat.resolve.licences import licence_id

    return by_spelling().get(spelling(text)) or licence_id(text)


def _single_licence(text: str, known: Known) -> str:
    found = _licence(text, known)
    if re.search(r" (AND|OR) ", found):
        raise WrongError(f"{_short(text)} is several licences; deny each by itself")
    return found


def _denied_licences(value: Any, known: Known) -> tuple[str, ...]:
    """Return what is denied; a licence without a version stands for all of its versions."""
    listed = _list_of(_single_licence)(value, known)
    return tuple(dict.fromkeys(each for name in listed for each in (name, *members(name))))


def _country(text: str, _known: Known) -> str:
    codes = _countries()
    if text not in codes.values():
        near = codes.get(text.casefold())
        said = f"did you mean {near}?" if near else "write its ISO 3166-1 code of two letters"
        raise WrongError(f"there is no country {_short(text)}; {said}")
    return text


@cache
def _countries() -> Mapping[str, str]:
    """Return the codes of countries by their names, and by themselves, in lower case."""
    import iso3166

    return {
        name.casefold(): country.alpha2
        for country in iso3166.countries
        for name in (country.name, country.apolitical_name, country.alpha2)
    }


def _institution(text: str, known: Known) -> str:
    found = known.institutions(text)
    if len(found) > 1:
        raise WrongError(f"{_short(text)} may be {' or '.join(found)}; write the id")
    if not found:
        raise WrongError(f"there is no institution {_short(text)}; `begat search` finds its id")
    return found[0]


def _account(text: str, known: Known) -> str:
    """Return an account with its platform in front, in lower case."""
    if not re.fullmatch(r"([\w.-]+:)?[\w.-]+", text):
        raise WrongError(f"{_short(text)} is no account; write NAME or PLATFORM:NAME")
    platform, _, name = text.casefold().rpartition(":")
    if platform in ("", "hub"):
        platform = HUB
    if platform not in PAGES and not known.platform(platform):
        raise WrongError(_no_such("account of a platform", platform, PAGES))
    return f"{platform}:{name}"


def _count(value: Any, _known: Known) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise WrongError(f"is {_short(value)}, not a whole number from 0 on")
    return value


def _depth(value: Any, known: Known) -> float:
    return math.inf if value == "all" else _count(value, known)


def _sides(item: Callable[[str, Known], str]) -> dict[str, Reader]:
    return {side: _list_of(item) for side in Sides._fields}


LEVEL, COVER = _one_of(LEVELS), _one_of(COVERS)
TOP = Table(
    Policy,
    {
        "follow": _one_of(EVIDENCE),
        "licence": Table(
            LicenceRules,
            {"allow": _list_of(_licence), "deny": _denied_licences, "covers": COVER, "unknown": LEVEL},
        ),
        "terms": Table(
            TermRules,
            {
                "forbid": _list_of(_named("clause", CLAUSES)),
                "contested": LEVEL,
                "unknown": LEVEL,
                "conflicts": _one_of(SEVERITIES),
            },
        ),
        "origin": Table(
            OriginRules,
            {
                "countries": Table(Sides, _sides(_country)),
                "institutions": Table(Sides, _sides(_institution)),
                "accounts": Table(Sides, _sides(_account)),
                "covers": COVER,
                "unknown": LEVEL,
            },
        ),
        "provenance": Table(
            ProvenanceRules,
            {
                "require": _list_of(_named("requirement", REQUIRABLE)),
                "known_depth": _depth,
                "max_depth": _count,
                "evidence": _one_of(EVIDENCE),
            },
        ),
        "model": Table(
            ModelRules,
            {
                "unlisted": LEVEL,
                "removed": LEVEL,
                "gated": LEVEL,
                "min_age_days": _count,
                "unknown": LEVEL,
            },
        ),
    },
)


ONLY = {("terms", "contested"): {"forbid"}, ("model", "unknown"): {"gated", "min_age_days"}}
"""Which rules of their section some settings are for; the others are for all."""


def _senseless(policy: Policy, table: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what can be read and makes no sense."""
    rules = [tuple(rule.split(".")) for rule in policy.rules]
    if not any(_stands(table, rule) for rule in rules):
        yield Fault((), "it asks for nothing; write a rule, such as [licence] allow")
    for section in table.keys() - {"follow"}:
        for key in table[section].keys() & set(SETTINGS):
            sets = ONLY.get((section, key))
            if not any(rule[0] == section and (sets is None or rule[1] in sets) for rule in rules):
                yield Fault((section, key), "there is no rule that it sets")
    yield from _contradictions(policy)
    least = policy.provenance.evidence
    if least is not None and EVIDENCE.index(least) >= EVIDENCE.index(policy.follow):
        text = f"can't fail, as nothing weaker than {policy.follow} is followed; set follow = 'inferred'"
        yield Fault(("provenance", "evidence"), text)


def _contradictions(policy: Policy) -> Iterator[Fault]:
    licence, origin = policy.licence, policy.origin
    sides: dict[Key, Sides] = {("licence",): Sides(licence.allow, licence.deny)}
    sides |= {("origin", name): getattr(origin, name) for name in ("countries", "institutions", "accounts")}
    for place, (allow, deny) in sides.items():
        if both := sorted(set(allow) & set(deny)):
            yield Fault((*place, "deny"), f"denies what is allowed: {', '.join(both)}")
    for name in licence.allow:
        entry = licences().get(name)
        if entry and entry.kind in licence.deny:
            yield Fault(("licence", "allow"), f"allows {name}, whose kind {entry.kind} is denied")


def _stands(table: Mapping[str, Any], key: Key) -> bool:
    value: Any = table
    for name in key:
        if not isinstance(value, dict) or name not in value:
            return False
        value = value[name]
    return True


def _refuse(faults: Collection[Fault], text: str, where: str) -> None:
    """Raise if anything is wrong, and say all of it; of very much the first."""
    if not faults:
        return
    lines = _lines(text)
    told = sorted((lines.get(fault.key, 0), ".".join(fault.key), fault.text) for fault in faults)
    said = [": ".join(filter(None, (f"line {line}" if line else "", *rest))) for line, *rest in told[:MANY]]
    more = [f"and {len(told) - MANY:,} more"] if len(told) > MANY else []
    raise InputError("; ".join(said + more), where=where, hint="`begat check --help` shows all keys.")


def _lines(text: str) -> Mapping[Key, int]:
    r"""Return the first line of each key and of each header of a table, as they are mostly written.

    Examples
    --------
    >>> _lines("follow = 1\n[origin.'accounts'] # who\nallow = []")
    {('follow',): 1, ('origin', 'accounts'): 2, ('origin', 'accounts', 'allow'): 3}
    """
    found: dict[Key, int] = {}
    table: Key = ()
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        header, closing, after = line[1:].partition("]") if line.startswith("[") else ("", "", "")
        left, equals, _ = line.partition("=")
        if closing and after.strip()[:1] in ("", "#"):
            table = _parts(header)
            found.setdefault(table, number)
        elif equals:
            found.setdefault((*table, *_parts(left)), number)
    return found


def _parts(dotted: str) -> Key:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
