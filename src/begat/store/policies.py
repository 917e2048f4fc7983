"""What licences ask for as ODRL policies: a rule for each clause that binds, with where that was read.

A policy permits use under its duties, permits what the licence grants, and prohibits what it forbids. A rule
belongs to one licence; an expression of several leads to the rules of those whose clause it has.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import polars as pl

from begat.ids import minted_iri, slug
from begat.licences import REFERENCE, STATED_BY, Licence, clauses, components, licences
from begat.store.terms import Lines, constant, literal, statements, typed
from begat.store.things import IRIS
from begat.vocab import BEGAT, CC, DCT, ODRL, RDF, XSD

__all__ = ["lines"]

PERMISSIONS = {
    "commercial-use": CC.COMMERCIAL_USE,
    "derivatives": ODRL.DERIVE,
    "commercial-condition": CC.COMMERCIAL_USE,
    "users": CC.COMMERCIAL_USE,
}
PROHIBITIONS = {
    "no-derivatives": ODRL.DERIVE,
    "no-commercial-use": CC.COMMERCIAL_USE,
    "use-limits": BEGAT.LISTED_USE,
    "no-training": BEGAT.TRAIN_OTHERS,
    "territory": ODRL.USE,
}
DUTIES = {
    "share-alike": CC.SHARE_ALIKE,
    "terms-travel": ODRL.NEXT_POLICY,
    "naming": BEGAT.NAME_AFTER,
    "display": BEGAT.SHOW_WORDS,
    "attribution": ODRL.ATTRIBUTE,
    "acceptance": BEGAT.ACCEPT_AGREEMENT,
}
"""Clauses, and what a licence grants, by the kind of rule they become; each with its action."""

GRANTS = {
    "commercial-use": ("commercial", ("yes",)),
    "derivatives": ("derivatives", ("free", "terms-travel", "same-licence")),
}
"""What a licence grants without a condition, by the term and its values that say so."""

PAGES = {"github": "https://github.com/{0}/blob/{1}/{2}", "hub": "https://huggingface.co/{0}/blob/main/{2}"}
PAGE = r"^(github|hub):([^@\s]+)(?:@(\w+))? ([\w./-]+)$"


class _Rule(NamedTuple):
    licence: str
    name: str
    action: str
    text: str | None
    term: str


def lines(names: Iterable[str]) -> Lines:
    """Yield the policy of each licence or expression of which something is known, and the rules.

    Notes
    -----
    O(licences x clauses), one by one: there are some hundred.
    """
    policies = {name: _rules_of(name) for name in names}
    known = {name: rules for name, rules in policies.items() if rules}
    yield from _policies(known)
    yield from _described(sorted({rule for rules in known.values() for rule in rules}))


def _rules_of(name: str) -> list[_Rule]:
    """Return the rules that a licence or expression has: those that bind, and what each part grants."""
    parts = [licences()[part] for part in components(name) if part in licences()]
    whole = set(clauses(name).binding)
    granted = [set(_grants(part)) for part in parts if len(parts) == len(components(name))]
    whole |= set.intersection(*granted) if granted else set()
    return [rule for part in parts for rule in _rules(part) if rule.name in whole]


def _rules(licence: Licence) -> Iterator[_Rule]:
    for clause, said in clauses(licence.id).binding.items():
        action = (PERMISSIONS | PROHIBITIONS | DUTIES)[clause]
        yield _Rule(licence.id, clause, action, None if said == "yes" else said, STATED_BY[clause])
    for grant in _grants(licence):
        yield _Rule(licence.id, grant, PERMISSIONS[grant], None, GRANTS[grant][0])


def _grants(licence: Licence) -> list[str]:
    return [grant for grant, (term, values) in GRANTS.items() if getattr(licence, term) in values]


def _policies(policies: dict[str, list[_Rule]]) -> Lines:
    """Say which rules a policy has; its duties belong to its permission to use."""
    frame = pl.DataFrame(
        [
            (IRIS["licence"](name), _iri(name, "use"), _iri(rule.licence, rule.name), rule.name)
            for name, rules in policies.items()
            for rule in rules
        ],
        schema=["policy", "use", "rule", "name"],
        orient="row",
    ).with_columns(pl.format("<{}>", column).alias(column) for column in ("policy", "use", "rule"))
    held = frame.with_columns(subject="policy")
    yield from statements(held.unique("policy", maintain_order=True), {
        RDF.TYPE: constant(ODRL.SET), ODRL.PERMISSION: pl.col("use"),
    })  # fmt: skip
    for names, link in ((PERMISSIONS, ODRL.PERMISSION), (PROHIBITIONS, ODRL.PROHIBITION)):
        yield from statements(held.filter(pl.col("name").is_in(names)), {link: pl.col("rule")})
    use = frame.with_columns(subject="use")
    yield from statements(use.unique("use", maintain_order=True), {
        RDF.TYPE: constant(ODRL.PERMISSION_CLASS), ODRL.ACTION: constant(ODRL.USE),
    })  # fmt: skip
    yield from statements(use.filter(pl.col("name").is_in(DUTIES)), {ODRL.DUTY: pl.col("rule")})


def _described(rules: list[_Rule]) -> Lines:
    """Say of each rule what it is about, in which words, and where and when that was read."""
    frame = pl.DataFrame(map(_row, rules), schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    yield from statements(
        frame,
        {
            RDF.TYPE: pl.col("kind"),
            ODRL.ACTION: pl.col("action"),
            BEGAT.CLAUSE: literal("clause"),
            BEGAT.RULE_TEXT: literal("text"),
            BEGAT.RULE_BASIS: literal("basis"),
            BEGAT.READ_AT: literal("read_at"),
            BEGAT.READ_SECTION: literal("section"),
            DCT.SOURCE: pl.col("page"),
            DCT.DATE: typed("date", XSD.DATE),
        },
    )
    yield from _thresholds([rule for rule in rules if rule.name == "users"])


COLUMNS = ("subject", "kind", "action", "clause", "text", "basis", "read_at", "section", "page", "date")


def _row(rule: _Rule) -> tuple[str | None, ...]:
    stated = licences()[rule.licence].statement(rule.term)
    kind = next(of for names, of in KINDS if rule.name in names)
    return (
        f"<{_iri(rule.licence, rule.name)}>",
        f"<{kind}>",
        f"<{rule.action}>",
        rule.name,
        rule.text,
        stated.basis,
        stated.source,
        stated.section,
        _page(stated.source or ""),
        str(stated.date),
    )


KINDS = (
    (PERMISSIONS, ODRL.PERMISSION_CLASS),
    (PROHIBITIONS, ODRL.PROHIBITION_CLASS),
    (DUTIES, ODRL.DUTY_CLASS),
)


def _thresholds(rules: list[_Rule]) -> Lines:
    """Constrain a permission to so many monthly users."""
    frame = pl.DataFrame(
        [
            (
                f"<{_iri(rule.licence, rule.name)}>",
                f"<{_iri(rule.licence, 'threshold')}>",
                licences()[rule.licence].users,
            )
            for rule in rules
        ],
        schema={"rule": pl.String, "subject": pl.String, "users": pl.Int64},
        orient="row",
    )
    yield from statements(frame.select("users", constraint="subject", subject="rule"), {
        ODRL.CONSTRAINT: pl.col("constraint"),
    })  # fmt: skip
    yield from statements(
        frame,
        {
            RDF.TYPE: constant(ODRL.CONSTRAINT_CLASS),
            ODRL.LEFT_OPERAND: constant(BEGAT.MONTHLY_USERS),
            ODRL.OPERATOR: constant(ODRL.LTEQ),
            ODRL.RIGHT_OPERAND: typed("users", XSD.INTEGER),
        },
    )


def _iri(licence: str, name: str) -> str:
    return minted_iri("rule", slug(licence.replace(REFERENCE, "")), name)


def _page(source: str) -> str | None:
    """Return the page of a source that has one."""
    found = re.match(PAGE, source)
    return found and f"<{PAGES[found[1]].format(*found.groups()[1:])}>"
