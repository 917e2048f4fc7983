"""Clauses of licences: three values, joined by Kleene's logic."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from begat.licences import CLAUSES, FREE, UNSTATED, Clauses, clauses, licences
from begat.licences.clauses import joined

KNOWN = sorted(licences())
IDS = st.sampled_from([*KNOWN, "LicenseRef-nobody-knows-it"])
BINDS, UNKNOWN, ABSENT = 2, 1, 0


def value(found: Clauses, clause: str) -> int:
    """Return a clause as a number: Kleene's and is then the least, his or the greatest."""
    return BINDS if clause in found.binding else UNKNOWN if clause in found.unknown else ABSENT


@given(IDS, IDS)
def test_joined_licences_follow_kleene(one: str, other: str) -> None:
    """Of licences that all apply the gravest value counts, of a choice the mildest."""
    every, choice = clauses(f"{one} AND {other}"), clauses(f"{one} OR {other}")
    for clause in CLAUSES:
        values = value(clauses(one), clause), value(clauses(other), clause)
        assert value(every, clause) == max(values)
        assert value(choice, clause) == min(values)


@given(st.lists(IDS, max_size=4))
def test_joining_is_the_expression_of_all(ids: list[str]) -> None:
    """To join clauses is to join licences; none ask for nothing."""
    parts = [clauses(licence) for licence in ids]
    whole = clauses(" AND ".join(ids)) if ids else FREE
    assert {clause: value(joined(parts), clause) for clause in CLAUSES} == {
        clause: value(whole, clause) for clause in CLAUSES
    }


def test_brackets_and_exceptions() -> None:
    """Brackets bind first; what an exception lifts is not known."""
    nested = clauses("CC-BY-NC-4.0 AND (MIT OR LicenseRef-gemma)")
    assert list(nested.binding) == ["no-commercial-use", "attribution"]
    lifted = clauses("GPL-3.0-only WITH Classpath-exception-2.0")
    assert not lifted.binding
    assert "share-alike" in lifted.unknown


def test_a_clause_is_never_both_bound_and_unknown() -> None:
    """Every licence of the table gives each clause one value, in the order of all."""
    for licence in KNOWN:
        found = clauses(licence)
        assert not found.binding.keys() & found.unknown
        assert list(found.binding) == [clause for clause in CLAUSES if clause in found.binding]
        assert all(found.binding.values())


def test_what_is_not_known_asks_for_anything() -> None:
    """Of no licence, and of one that the table lacks, nothing is known."""
    assert clauses(None) == clauses("LicenseRef-nobody-knows-it") == UNSTATED


def test_permissive_licences_ask_for_attribution_only() -> None:
    """MIT and Apache-2.0 bind nothing but a notice, and nothing of them is unknown."""
    for licence in ("MIT", "Apache-2.0"):
        found = clauses(licence)
        assert list(found.binding) == ["attribution"]
        assert not found.unknown


def test_values_that_differ_are_both_said() -> None:
    """What joined licences ask for in other words is kept of each."""
    llamas = [clauses(f"LicenseRef-llama3{version}") for version in ("", ".1")]
    for clause, pair in itertools.product(["naming"], [llamas]):
        assert joined(pair).binding[clause] == "Llama 3 and Llama"
