"""Whether a model keeps a policy, rule by rule, with the reasons.

What isn't known is never taken as kept: such a reason is `unknown`, and the policy says what follows. A rule
that gives no other reason gives one that says it is kept, so nothing a policy asks goes without an answer.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from begat.consequence.conflict import SEVERITIES
from begat.consequence.inherit import Inherited, Source
from begat.consequence.labels import MISSING, OTHER, UNKNOWN_WHY, UNSEEN
from begat.consequence.listed import matches
from begat.consequence.policy import ALL, FAIL, LEVELS, MODEL, PASS, WARN, Policy, Sides
from begat.consequence.supply import EVIDENCE, KINDS, Supply
from begat.consequence.verdict import conflicts
from begat.graph import RELATIONS
from begat.licences import CLAUSES, UNSTATED, components, licences

__all__ = ["STATES", "Case", "Origin", "Reason", "Repository", "Step", "judge", "verdict"]

STATES = ("broken", "unknown", "kept")
"""Whether a rule is kept, gravest first; what follows is another matter."""

BROKEN, UNKNOWN, KEPT = STATES


class Origin(NamedTuple):
    """Who published something.

    Attributes
    ----------
    account : str, optional
        With its platform in front.
    institutions : tuple of str
        Who runs it, and what that belongs to, innermost first.
    country : str, optional
        Where the innermost has its seat.
    owned_from : tuple of str
        Other countries where those that it belongs to have theirs.
    """

    account: str | None
    institutions: tuple[str, ...]
    country: str | None
    owned_from: tuple[str, ...] = ()


class Repository(NamedTuple):
    """What its platform says of a model; None where it isn't known."""

    listed: bool
    removed: bool
    gated: bool | None
    created_on: date | None


class Step(NamedTuple):
    """One step up: what went in, as what, and how sure that is."""

    id: str
    relation: str
    evidence: str


class Reason(NamedTuple):
    """The answer to one rule of a policy, for one thing that it is about.

    Attributes
    ----------
    rule : str
        Its key in the file.
    verdict, state : str
        Of `begat.consequence.policy.LEVELS` and `STATES`.
    code : str
        What was found, as a word that stays.
    reason : str
        The same in words.
    node : int
        The thing that the reason is about: the model, or what went into it.
    path : tuple of Step
        How that went into the model; empty for the model.
    """

    rule: str
    verdict: str
    state: str
    code: str
    reason: str
    node: int
    path: tuple[Step, ...]


@dataclass(frozen=True)
class Case:
    """A model before a policy.

    Attributes
    ----------
    inherited : Inherited
        All that went into it, by the evidence that the policy follows.
    repository : Repository
        What its platform says of it.
    origin : function
        From a node to who published it.
    day : date
        The day of the facts.
    """

    supply: Supply
    inherited: Inherited
    repository: Repository
    origin: Callable[[int], Origin]
    day: date

    @property
    def sources(self) -> Sequence[Source]:
        """The model itself, then what went into it, nearest first."""
        return self.inherited.sources

    def covered(self, covers: str) -> Sequence[Source]:
        """Return whom a rule is for, of `begat.consequence.policy.COVERS`."""
        if covers == MODEL:
            return self.sources[:1]
        return [each for each in self.sources if covers == ALL or each.node < self.supply.models]

    def name(self, node: int) -> str:
        """Return the id of a thing."""
        return self.supply.graph.ids[node]

    def path(self, source: Source) -> tuple[Step, ...]:
        """Return the steps by which something went in; in the weights, if also so."""
        graph = self.supply.graph
        return tuple(
            Step(
                self.name(graph.parent[edge]),
                KINDS[graph.relation[edge]],
                EVIDENCE[self.supply.evidence[edge]],
            )
            for edge in source.ways[0].edges
        )


class Found(NamedTuple):
    """What a rule found of one thing, before the policy says what follows."""

    source: Source
    state: str
    code: str
    reason: str
    verdict: str = FAIL


Rule = Callable[[Policy, Case, Any], Iterator[Found]]


def judge(policy: Policy, case: Case) -> list[Reason]:
    """Return the reasons of every rule of a policy, in the order of the rules; at least one each.

    Notes
    -----
    O(rules times what went in).
    """
    own = case.sources[0]
    found: list[Reason] = []
    for rule, asked in policy.rules.items():
        each = list(RULES[rule](policy, case, asked)) or [Found(own, KEPT, "kept", "kept", PASS)]
        found.extend(
            Reason(rule, one.verdict, one.state, one.code, one.reason, one.source.node, case.path(one.source))
            for one in each
        )
    return found


def verdict(reasons: Collection[Reason]) -> str:
    """Return the gravest verdict of some reasons."""
    return min((reason.verdict for reason in reasons), key=LEVELS.index, default=PASS)


def _licence_allowed(policy: Policy, case: Case, asked: Collection[str]) -> Iterator[Found]:
    yield from _licences(policy, case, asked, wanted=True)


def _licence_denied(policy: Policy, case: Case, asked: Collection[str]) -> Iterator[Found]:
    yield from _licences(policy, case, asked, wanted=False)


def _licences(policy: Policy, case: Case, asked: Collection[str], *, wanted: bool) -> Iterator[Found]:
    level = policy.licence.unknown
    for source in case.covered(policy.licence.covers):
        if source.licence is None:
            yield Found(source, UNKNOWN, "licence-unknown", _not_known(source), level)
            continue
        listed = matches(source.licence, asked, forbidden=not wanted)
        if listed is None:
            yield Found(source, UNKNOWN, *_which(source.licence), level)
        elif listed is not wanted:
            code, word = ("licence-not-allowed", "not allowed") if wanted else ("licence-denied", "denied")
            yield Found(source, BROKEN, code, f"licence {source.licence} is {word}")
    yield from _not_told(case, policy.licence.covers, level)


WHY = {
    UNKNOWN_WHY[MISSING]: "none stated",
    UNKNOWN_WHY[OTHER]: "its page states one without naming it",
    UNKNOWN_WHY[UNSEEN]: "no source has read its page for it",
}


def _not_known(source: Source) -> str:
    return f"licence not known: {WHY.get(source.why or '', source.why)}"


def _which(licence: str) -> tuple[str, str]:
    """Return why it can't be told whether a licence is on a list: as a code, and in words."""
    unread = [part for part in components(licence) if part not in licences()]
    if unread:
        return "licence-kind-unknown", f"nothing is known of the licence {' and '.join(unread)} but its name"
    return "licence-version-unknown", f"licence {licence} may be one of several: no version is stated"


def _not_told(case: Case, covers: str, level: str) -> Iterator[Found]:
    """Yield what is said to have gone in of which it can't be told what it is, where a rule is for that."""
    for source in case.covered(covers) if covers != MODEL else ():
        ends = source.open_ends if covers == ALL else source.open_bases
        if ends:
            yield Found(source, UNKNOWN, "input-not-told", _ends(ends), level)


def _ends(ends: int) -> str:
    many = "1 thing" if ends == 1 else f"{ends:,} things"
    return f"{many} that went into it can't be told from what its page says"


def _forbidden_clauses(policy: Policy, case: Case, asked: Collection[str]) -> Iterator[Found]:
    terms = policy.terms
    for clause in asked:
        state = case.inherited.state(clause)
        for source in state.binding:
            said = source.clauses.binding[clause]
            text = f"{clause} binds by {source.licence}" + ("" if said == "yes" else f": {said}")
            yield Found(source, BROKEN, "clause-binds", text)
        for source in state.contested:
            text = f"{clause} of {source.licence} may bind: it came in as {source.ways[0].channel}"
            yield Found(source, BROKEN, "clause-contested", text, terms.contested)
        milder = max(terms.unknown, terms.contested, key=LEVELS.index)
        for sources, level in ((state.unknown, terms.unknown), (state.contested_unknown, milder)):
            for source in sources:
                text = f"{clause}: {_why_unknown(source, clause)}"
                yield Found(source, UNKNOWN, "clause-unknown", text, level)


def _why_unknown(source: Source, clause: str) -> str:
    if source.licence is None:
        return _not_known(source)
    if clause in source.clauses.unknown:
        return f"not known of {source.licence}"
    return _ends(source.open_ends)


def _conflicts(policy: Policy, case: Case, asked: str) -> Iterator[Found]:
    """Yield what doesn't fit; what is less severe than asked is a warning."""
    own, *others = case.sources
    for finding, causes in conflicts(case.inherited, case.name(own.node)):
        grave = SEVERITIES.index(finding.severity) <= SEVERITIES.index(asked)
        pair = " and ".join(dict.fromkeys(cause.source.licence or "a licence not known" for cause in causes))
        text = f"{finding.kind} ({finding.severity}): {own.licence or 'no known licence'} on {pair}"
        yield Found(causes[0].source, BROKEN, finding.kind, text, FAIL if grave else WARN)
    for source in case.sources if others else ():
        if source.clauses == UNSTATED:
            text = f"what fits can't be told: {_why_unknown(source, CLAUSES[0])}"
            yield Found(source, UNKNOWN, "licence-unknown", text, policy.terms.unknown)
        elif source is not own and own.clauses != UNSTATED and (open_ := _open_clauses(own, source)):
            text = (
                f"what fits can't be told of {own.licence} on {source.licence}: {', '.join(open_)} not known"
            )
            yield Found(source, UNKNOWN, "clause-unknown", text, policy.terms.unknown)
    yield from _not_told(case, ALL, policy.terms.unknown)


CLASHING = {
    "weights": {"no-derivatives", "no-commercial-use", "commercial-condition", "share-alike", "terms-travel"},
    "outputs": {"no-training", "no-commercial-use"},
    "data": {"no-commercial-use", "share-alike"},
}
"""The clauses of what went in by a channel that `begat.consequence.conflict` compares."""


def _open_clauses(own: Source, source: Source) -> list[str]:
    """Return the clauses that might not fit if more were known of one of two licences."""
    if own.licence == source.licence:
        return []
    clashing = set().union(*(CLASHING[way.channel] for way in source.ways))
    ours, theirs = own.clauses, source.clauses
    open_ = (theirs.unknown - ours.binding.keys()) | (ours.unknown & theirs.binding.keys())
    return [clause for clause in CLAUSES if clause in open_ & clashing]


def _origin(name: str, side: str) -> Rule:
    one, allow = SINGULAR[name], side == "allow"

    def rule(policy: Policy, case: Case, asked: Collection[str]) -> Iterator[Found]:
        origin = policy.origin
        for source in case.covered(origin.covers):
            published = case.origin(source.node)
            names = _published(published, name)
            owners = published.owned_from if name == "countries" else ()
            if not allow and not {*names, *owners}.isdisjoint(asked):
                yield Found(source, BROKEN, f"{one}-denied", f"{one} {_told(names, owners)} is denied")
            elif not names:
                yield Found(source, UNKNOWN, f"{one}-unknown", f"{one} not known", origin.unknown)
            elif allow and set(names).isdisjoint(asked):
                yield Found(
                    source, BROKEN, f"{one}-not-allowed", f"{one} {' of '.join(names)} is not allowed"
                )
        yield from _not_told(case, origin.covers, origin.unknown)

    return rule


def _told(names: Sequence[str], owners: Sequence[str]) -> str:
    owned = f"owned from {' and '.join(owners)}" if owners else ""
    return ", ".join(filter(None, (" of ".join(names), owned)))


SINGULAR = {"countries": "country", "institutions": "institution", "accounts": "account"}


def _published(origin: Origin, name: str) -> tuple[str, ...]:
    if name == "institutions":
        return origin.institutions
    found = origin.country if name == "countries" else origin.account and origin.account.casefold()
    return (found,) if found else ()


def _required(policy: Policy, case: Case, asked: Collection[str]) -> Iterator[Found]:
    own, supply = case.sources[0], case.supply
    origin = case.origin(own.node)
    bases = [edge for edge in supply.into(own.node) if KINDS[supply.graph.relation[edge]] in RELATIONS]
    followed = EVIDENCE.index(policy.follow)
    known = {
        "licence": own.licence is not None,
        "base-model": any(supply.evidence[edge] <= followed for edge in bases),
        "training-data": any(source.node >= case.supply.models for source in case.sources[1:]),
        "institution": bool(origin.institutions),
        "country": origin.country is not None,
        "created": case.repository.created_on is not None,
    }
    for item in asked:
        if not known[item]:
            yield Found(own, UNKNOWN, f"{item}-missing", f"{item} is required and not known")


def _depth(source: Source) -> int:
    return min(len(way.edges) for way in source.ways)


def _known_depth(policy: Policy, case: Case, asked: float) -> Iterator[Found]:
    """Yield what isn't known of ancestors as near as asked: pages not read, inputs not told or followed."""
    for source in case.sources:
        depth = _depth(source)
        if source.why == UNKNOWN_WHY[UNSEEN] and 0 < depth <= asked:
            text = f"{depth} up, and known only because others name it"
            yield Found(source, UNKNOWN, "ancestor-not-seen", text)
        if source.open_ends and depth < asked:
            yield Found(source, UNKNOWN, "input-not-told", _ends(source.open_ends))
        if depth < asked:
            yield from _guessed(policy, case, source)


def _guessed(policy: Policy, case: Case, source: Source) -> Iterator[Found]:
    """Yield what is inferred to have gone into something and isn't followed."""
    supply, followed = case.supply, {each.node for each in case.sources}
    for edge in supply.into(source.node):
        base = int(supply.graph.parent[edge])
        if supply.evidence[edge] > EVIDENCE.index(policy.follow) and base not in followed:
            sure = EVIDENCE[supply.evidence[edge]]
            text = f"{case.name(base)} went into it as {sure} only, which isn't followed"
            yield Found(source, UNKNOWN, f"input-{sure}", text)


def _max_depth(_policy: Policy, case: Case, asked: int) -> Iterator[Found]:
    deep = [source for source in case.sources if _depth(source) > asked]
    if deep:
        yield Found(deep[0], BROKEN, "too-deep", f"{_depth(deep[0])} steps up, {asked} are allowed")


def _evidence(_policy: Policy, case: Case, asked: str) -> Iterator[Found]:
    for source in case.sources[1:]:
        surest = min((way.evidence for way in source.ways), key=EVIDENCE.index)
        if EVIDENCE.index(surest) > EVIDENCE.index(asked):
            yield Found(source, BROKEN, "evidence-weak", f"known as {surest} only, {asked} is asked")


def _unlisted(_policy: Policy, case: Case, level: str) -> Iterator[Found]:
    if not case.repository.listed:
        text = "known only because others name it: no source lists it"
        yield Found(case.sources[0], BROKEN, "not-listed", text, level)


def _removed(_policy: Policy, case: Case, level: str) -> Iterator[Found]:
    if case.repository.removed:
        yield Found(case.sources[0], BROKEN, "removed", "gone from its platform", level)


def _gated(policy: Policy, case: Case, level: str) -> Iterator[Found]:
    gated = case.repository.gated
    if gated is None:
        text = "not known whether access must be asked for"
        yield Found(case.sources[0], UNKNOWN, "gate-unknown", text, policy.model.unknown)
    elif gated:
        yield Found(case.sources[0], BROKEN, "gated", "access must be asked for", level)


def _age(policy: Policy, case: Case, asked: int) -> Iterator[Found]:
    created = case.repository.created_on
    if created is None:
        text = "not known when it was published"
        yield Found(case.sources[0], UNKNOWN, "age-unknown", text, policy.model.unknown)
    elif (age := (case.day - created).days) < asked:
        text = f"published {age:,} days before the snapshot, {asked:,} are asked"
        yield Found(case.sources[0], BROKEN, "too-young", text)


RULES: Mapping[str, Rule] = {
    "licence.allow": _licence_allowed,
    "licence.deny": _licence_denied,
    "terms.forbid": _forbidden_clauses,
    "terms.conflicts": _conflicts,
    **{f"origin.{name}.{side}": _origin(name, side) for name in SINGULAR for side in Sides._fields},
    "provenance.require": _required,
    "provenance.known_depth": _known_depth,
    "provenance.max_depth": _max_depth,
    "provenance.evidence": _evidence,
    "model.unlisted": _unlisted,
    "model.removed": _removed,
    "model.gated": _gated,
    "model.min_age_days": _age,
}
"""What answers each rule of `Policy.rules`."""
