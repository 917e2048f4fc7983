"""Policies of licences: each clause that binds is one rule with its source, each rule a clause that binds."""

from datetime import date

import pyoxigraph as ox
import pytest

from begat.ids import minted_iri
from begat.licences import STATED_BY, clauses, licences
from begat.store.policies import DUTIES, PERMISSIONS, PROHIBITIONS, lines
from begat.store.things import IRIS
from begat.vocab import BEGAT, CC, DCT, ODRL

EXPRESSIONS = ["MIT OR CC-BY-NC-4.0", "MIT AND CC-BY-NC-4.0", "LicenseRef-gemma AND LicenseRef-llama3.3"]
UNREAD = ["LicenseRef-nobody-knows", "Apache-2.0 WITH LLVM-exception"]


@pytest.fixture(scope="module")
def store() -> ox.Store:
    """Return the policies of all licences of the table and of some expressions."""
    made = ox.Store()
    text = "\n".join(line for part in lines([*licences(), *EXPRESSIONS, *UNREAD]) for line in part)
    made.load(text.encode(), format=ox.RdfFormat.N_QUADS)
    return made


def rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    """Return the rows of a query as text."""
    names = {"odrl": ODRL.USE.removesuffix("use"), "begat": BEGAT.CLAUSE.removesuffix("clause")}
    names |= {"dct": DCT.DATE.removesuffix("date")}
    head = "".join(f"PREFIX {prefix}: <{base}> " for prefix, base in names.items())
    return [tuple(str(value.value) for value in row) for row in store.query(head + query)]


@pytest.mark.parametrize("name", [*licences(), *EXPRESSIONS])
def test_rules_are_the_clauses_that_bind(store: ox.Store, name: str) -> None:
    """A policy has the clauses of its licence or expression, none more, each as the right kind of rule."""
    policy = IRIS["licence"](name)
    links = ["odrl:permission", "odrl:prohibition", "odrl:permission/odrl:duty"]
    found = {
        clause
        for link, names in zip(links, (PERMISSIONS, PROHIBITIONS, DUTIES), strict=True)
        for (clause,) in rows(store, f"SELECT ?c {{ <{policy}> {link}/begat:clause ?c }}")
        if clause in names
    }
    assert found & STATED_BY.keys() == clauses(name).binding.keys()


def test_a_rule_says_on_whose_word(store: ox.Store) -> None:
    """A rule has the source, section and day of the statement it comes from, and a page where it has one."""
    naming = minted_iri("rule", "llama3.1", "naming")
    said = rows(
        store,
        f"SELECT ?action ?text ?at ?section ?date ?page {{ <{naming}> odrl:action ?action ;"
        " begat:ruleText ?text ; begat:readAt ?at ; begat:readSection ?section ; dct:date ?date ;"
        " dct:source ?page }",
    )
    at = "github:meta-llama/llama-models@47401a87 models/llama3_1/LICENSE"
    page = "https://github.com/meta-llama/llama-models/blob/47401a87/models/llama3_1/LICENSE"
    assert said == [(BEGAT.NAME_AFTER, "Llama", at, "1.b.i", "2026-11-26", page)]
    for licence in licences().values():
        for clause in clauses(licence.id).binding:
            stated = licence.statement(STATED_BY[clause])
            assert stated.source
            assert isinstance(stated.date, date)


def test_a_threshold_constrains_a_permission(store: ox.Store) -> None:
    """So many monthly users are a constraint with a number, under the permission of commercial use."""
    policy = IRIS["licence"]("LicenseRef-qwen")
    (found,) = rows(
        store,
        f"SELECT ?action ?left ?most {{ <{policy}> odrl:permission ?p . ?p odrl:action ?action ;"
        " odrl:constraint [ odrl:leftOperand ?left ; odrl:operator odrl:lteq ; odrl:rightOperand ?most ] }",
    )
    assert found == (CC.COMMERCIAL_USE, BEGAT.MONTHLY_USERS, "100000000")


def test_what_is_not_known_has_no_policy(store: ox.Store) -> None:
    """A name nobody knows and an exception have no policy; a choice does not forbid what one part allows."""
    for name in UNREAD:
        assert rows(store, f"SELECT ?p {{ <{IRIS['licence'](name)}> ?p ?o }}") == []
    choice = IRIS["licence"](EXPRESSIONS[0])
    assert rows(store, f"SELECT ?r {{ <{choice}> odrl:prohibition ?r }}") == []
    assert rows(store, f"SELECT ?r {{ <{choice}> odrl:permission ?r }}")
