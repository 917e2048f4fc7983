"""Published statements, checked against a snapshot: verdicts are computed, never stored.

A file of claims is TOML: facts that all of its claims share, then one ``[[claim]]`` a statement with its
``[[claim.test]]`` figures. A test with a bound (``is``, ``at_most`` ...) is a condition; one without
only tells more. See docs/concept/claims.md.
"""

import fnmatch
import math
import operator
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from begat.answer.figure.base import Call, Facts, Value, call
from begat.discovery import named
from begat.errors import InputError, UnknownName, UnreadableFile
from begat.files import package_path

__all__ = ["KEYS", "VERDICTS", "Claim", "Test", "claims", "read"]

Row = dict[str, Any]

SUPPORTED, CONTRADICTED, NOT_TESTABLE = VERDICTS = ("supported", "contradicted", "not testable")

KEYS = (
    *("claim", "verdict", "value", "text", "expected", "definition", "source", "statement", "statement_zh"),
    *("collection", "published", "conditions", "data_absent", "reason", "note", "reference_verdict"),
)

TEXTS = ("collection", "statement", "statement_zh", "published", "source", "definition", "reason", "note")
REQUIRED = ("id", "statement", "source", "definition")
"""What each claim says, itself or its file for all."""

OPERATORS: Mapping[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "is": ("=", operator.eq),
    "is_not": ("!=", operator.ne),
    "at_least": (">=", operator.ge),
    "at_most": ("<=", operator.le),
    "above": (">", operator.gt),
    "below": ("<", operator.lt),
}
"""Bounds of a condition; a bound is a value or another figure."""

SETTINGS = ("tolerance", "reference", "reference_tolerance")


@dataclass(frozen=True)
class Test:
    """A figure of a claim, with the bound that makes the statement true if it is a condition.

    Attributes
    ----------
    call : Call
        The figure.
    operator : str, optional
        One of `OPERATORS`.
    bound : Value or Call, optional
        What the figure is compared with.
    tolerance : float
        How far a number may be from the bound of ``is`` and still be equal.
    reference : Value, optional
        What somebody found before, independently; no part of the verdict.
    reference_tolerance : float
        How far a number may be from the reference and still agree.
    """

    call: Call
    operator: str | None
    bound: Value | Call | None
    tolerance: float
    reference: Value | None
    reference_tolerance: float


@dataclass(frozen=True)
class Claim:
    """A published statement, what tests it, and what was found before."""

    id: str
    texts: Mapping[str, str]
    tests: Sequence[Test]
    reference_verdict: str | None


def claims(facts: Facts, paths: Sequence[Path] = (), *, only: Sequence[str] = ()) -> list[Row]:
    """Check claims, those that ship with begat if no file or folder is given.

    Returns
    -------
    list of dict
        One row a claim with the keys `KEYS`. `value`, the same as `text`, and `expected`, a bound in
        words, are those of the condition that decided: the first that does not hold, else the first
        test. `conditions` has every test with its value and whether it holds.

    Raises
    ------
    UnreadableFile
        If a file can't be read or is no TOML.
    InputError
        If a claim is not well formed; the message names the file and the claim.
    UnknownName
        If `only` names a claim that is not there.
    """
    known = {claim.id: claim for claim in read(paths or [package_path("data", "claims")])}
    chosen = list(dict.fromkeys(key for wanted in only for key in _matching(wanted, known))) or known
    return [_checked(facts, known[key]) for key in chosen]


def _matching(wanted: str, known: Mapping[str, Claim]) -> list[str]:
    found = fnmatch.filter(known, wanted)
    if not found:
        named("claim", wanted, known)
    return found


def read(paths: Sequence[Path]) -> list[Claim]:
    """Read files of claims, and the ``.toml`` files of folders.

    Raises
    ------
    UnreadableFile, InputError
        As `claims`.
    """
    found: dict[str, Claim] = {}
    for path in _files(paths):
        for claim in _of_file(path):
            if claim.id in found:
                raise InputError("this id is taken by another claim", where=f"{path.name}, claim {claim.id}")
            found[claim.id] = claim
    return list(found.values())


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        inside = sorted(path.glob("*.toml")) if path.is_dir() else [path]
        if not inside:
            raise UnreadableFile("this folder holds no .toml file", where=str(path))
        yield from inside


def _of_file(path: Path) -> Iterator[Claim]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"the claims can't be read ({error})", where=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise UnreadableFile(f"this is not TOML ({error})", where=str(path)) from error
    stated = table.pop("claim", None)
    if not isinstance(stated, list) or not all(isinstance(item, dict) for item in stated):
        raise InputError("no claim is stated", where=str(path), hint="Write [[claim]] tables.")
    _known_keys(table, TEXTS, str(path))
    for number, item in enumerate(stated, 1):
        yield _claim({**table, **item}, f"{path.name}, claim {item.get('id', number)}")


def _claim(stated: Row, where: str) -> Claim:
    tests = stated.pop("test", [])
    verdict = stated.pop("reference_verdict", None)
    _known_keys(stated, ("id", *TEXTS), where)
    for key in REQUIRED:
        if not stated.get(key):
            raise InputError(f"{key} is missing", where=where)
    for key, item in stated.items():
        if not isinstance(item, str):
            raise InputError(f"{key} takes a text, not {item!r}", where=where)
    if verdict is not None:
        named(f"verdict in {where}", str(verdict), dict.fromkeys(VERDICTS))
    if not isinstance(tests, list) or not all(isinstance(item, dict) for item in tests):
        raise InputError("test is no list of tables", where=where, hint="Write [[claim.test]] tables.")
    every = [_test(item, f"{where}, test {number}") for number, item in enumerate(tests, 1)]
    if not stated.get("reason") and not any(test.operator for test in every):
        raise InputError(
            "there is no condition",
            where=where,
            hint=f"Give a test a bound ({', '.join(OPERATORS)}), or say why none can decide: reason.",
        )
    if stated.get("reason") and any(test.operator for test in every):
        raise InputError("a claim with a reason is not testable, so its tests have no bound", where=where)
    return Claim(stated.pop("id"), stated, every, verdict)


def _known_keys(stated: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for key in stated:
        named(f"key in {where}", key, dict.fromkeys(known))


def _test(stated: Row, where: str) -> Test:
    bounds = [name for name in OPERATORS if name in stated]
    if len(bounds) > 1:
        raise InputError(f"a test has one bound, not {' and '.join(bounds)}", where=where)
    rest = {key: item for key, item in stated.items() if key not in {*OPERATORS, *SETTINGS}}
    bound = stated[bounds[0]] if bounds else None
    if isinstance(bound, dict):
        bound = call(bound, f"{where}, {bounds[0]}")
    return Test(
        call(rest, where),
        bounds[0] if bounds else None,
        bound,
        _number(stated, "tolerance", where),
        stated.get("reference"),
        _number(stated, "reference_tolerance", where),
    )


def _number(stated: Row, key: str, where: str) -> float:
    item = stated.get(key, 0)
    if isinstance(item, bool) or not isinstance(item, int | float) or item < 0:
        raise InputError(f"{key} takes a number from 0, not {item!r}", where=where)
    return float(item)


def _checked(facts: Facts, claim: Claim) -> Row:
    conditions = [_condition(facts, claim, test) for test in claim.tests]
    decisive = [row for row in conditions if row["operator"]]
    absent = [row["absent"] for row in decisive if row["absent"]]
    reason = "; ".join(dict.fromkeys(absent)) or claim.texts.get("reason") or None
    failed = [row for row in decisive if not row["holds"]]
    verdict = NOT_TESTABLE if reason else CONTRADICTED if failed else SUPPORTED
    first = next(iter([*failed, *conditions]), None)
    row = {
        "claim": claim.id,
        "verdict": verdict,
        **{key: first and first[key] for key in ("value", "text", "expected")},
        **{key: claim.texts.get(key) for key in TEXTS},
        "reason": reason,
        "conditions": conditions,
        "data_absent": bool(absent),
        "reference_verdict": claim.reference_verdict,
    }
    return {key: row[key] for key in KEYS}


def _condition(facts: Facts, claim: Claim, test: Test) -> Row:
    """Compute a test; what the snapshot lacks is said, not raised."""
    where = f"claim {claim.id}, {test.call}"
    value = absent = holds = agrees = None
    bound = None if isinstance(test.bound, Call) else test.bound
    try:
        value = test.call.value(facts)
        bound = test.bound.value(facts) if isinstance(test.bound, Call) else bound
    except UnknownName as error:
        absent = _absent(error, where)
    except InputError as error:
        raise InputError(error.what, where=where, hint=error.hint) from error
    if absent is None and test.operator:
        holds = _holds(test, value, bound, where)
    if absent is None and test.reference is not None:
        agrees = _near(value, test.reference, test.reference_tolerance)
    return {
        "figure": str(test.call),
        "value": value,
        "text": test.call.text(value),
        "operator": OPERATORS[test.operator][0] if test.operator else None,
        "bound": bound,
        "expected": _expected(test, bound),
        "holds": holds,
        "absent": absent,
        "reference": test.reference,
        "agrees": agrees,
    }


CHOICES = ("method", "quantity", "query", "table", "column", "test")
"""Kinds of name that only a claim can get wrong; all others are things that a snapshot may lack."""


def _absent(error: UnknownName, where: str) -> str:
    """Say what the snapshot lacks.

    Raises
    ------
    InputError
        If the name is one that only the claim can get wrong.
    """
    if error.kind.partition(" ")[0] in CHOICES:
        raise InputError(error.what, where=where, hint=error.hint) from error
    near = f" (near: {', '.join(error.suggestions[:3])})" if error.suggestions else ""
    return f"the snapshot holds no {error.kind} {error.name}{near}"


def _holds(test: Test, value: Value | None, bound: Value | None, where: str) -> bool:
    if test.operator == "is":
        return _near(value, bound, test.tolerance)
    if test.operator == "is_not":
        return not _near(value, bound, test.tolerance)
    if isinstance(value, str) or isinstance(bound, str) or value is None or bound is None:
        raise InputError(f"{value!r} and {bound!r} have no order", where=where, hint="Use is or is_not.")
    return OPERATORS[str(test.operator)][1](value, bound)


def _near(value: Value | None, wanted: Value | None, tolerance: float) -> bool:
    if isinstance(value, str) or isinstance(wanted, str) or value is None or wanted is None:
        return value == wanted
    return math.isclose(value, wanted, rel_tol=1e-9, abs_tol=tolerance)


def _expected(test: Test, bound: Value | None) -> str | None:
    """Return the bound in words: ``<= 2``, ``= 33.8% ± 0.05%``."""
    if test.operator is None:
        return None
    sign = OPERATORS[test.operator][0]
    margin = f" ± {test.call.margin(test.tolerance)}" if test.tolerance else ""
    return f"{sign} {test.call.text(bound)}{margin}" if bound is not None else None
