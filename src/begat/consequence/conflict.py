"""What does not fit between the licence of a thing and the terms of what went into it.

A finding aid, not legal advice. Each rule compares two licences, that of the thing and that of one source,
given how the source went in; so the rules of one model and of the whole Hub are the same. A clause that is
not known makes no finding; what isn't known is listed as not known elsewhere.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from begat.consequence.labels import MISSING, OTHER, UNKNOWN_WHY
from begat.licences import ON_CONDITIONS, Clauses, clauses
from begat.licences.families import families, same_family, takes

__all__ = [
    "KINDS",
    "NAMING",
    "SEVERITIES",
    "UNLABELLED",
    "Finding",
    "clash",
    "findings",
    "keeps_name",
    "naming",
]

NAMING = "naming-dropped"

KINDS = (
    "derivatives-forbidden",
    "commercial-claimed",
    "terms-dropped",
    "share-alike-dropped",
    "share-alike-clash",
    "training-forbidden",
    "non-commercial-data",
    "share-alike-data",
    NAMING,
    "licence-missing",
    "licence-unnamed",
)
"""What may not fit, gravest first."""

UNLABELLED = ("licence-missing", "licence-unnamed")
"""Those of them whose cause is the thing's own page; what went into it only makes them matter."""

SEVERITIES = ("high", "medium", "low")


class Finding(NamedTuple):
    """That something doesn't fit.

    Attributes
    ----------
    kind, severity : str
        Of `KINDS` and `SEVERITIES`.
    reason : str
        Why it is of this severity: the sentence ``reason_CODE`` of ``views/lang/licence.toml``.
    """

    kind: str
    severity: str
    reason: str


@cache
def findings(
    own: str | None, source: str | None, channel: str, *, why: str | None = None
) -> tuple[Finding, ...]:
    """Return what doesn't fit between the licence of a thing and that of one source, gravest first.

    Two kinds take more than this pair: ``naming-dropped`` the name of the thing (`naming`) and
    ``share-alike-clash`` a second source (`clash`).

    Parameters
    ----------
    own, source : str, optional
        Licences as in `begat.licences.clauses`; None where not known.
    channel : str
        How the source went in; see `begat.consequence.inherit.CHANNELS`.
    why : str, optional
        Why `own` is not known, of `UNKNOWN_WHY`. A thing whose page was never read has no finding about
        its own licence; a licence that is not in the table is as good as ``other``.

    Notes
    -----
    Kept for every pair; a Hub has few thousands.

    Examples
    --------
    >>> [found.kind for found in findings("Apache-2.0", "LicenseRef-gemma", "weights")]
    ['terms-dropped']
    >>> findings("MIT", "CC-BY-NC-4.0", "data")
    (Finding(kind='non-commercial-data', severity='medium', reason='data-non-commercial'),)
    >>> findings("MIT", None, "weights")
    ()
    """
    if own is not None and not families(own):
        own, why = None, UNKNOWN_WHY[OTHER]
    rules = {"weights": _by_weights, "outputs": _by_outputs, "data": _by_data}
    found = [*rules[channel](own, source), *_unlabelled(own, source, channel, why)]
    return tuple(sorted(found, key=lambda one: KINDS.index(one.kind)))


def naming(source: str | None, channel: str) -> tuple[str, Finding] | None:
    """Return what the name of a thing must begin with because of a source, and the finding if it doesn't.

    None where the source asks for no name. The texts that do (Llama since 3, EXAONE) ask it of every model
    made, trained or improved with theirs, so a converted or quantized one isn't exempt; those that let
    outputs train others on conditions (Llama since 3.1) ask it of what learned from outputs too, and none
    because of data.

    Examples
    --------
    >>> naming("LicenseRef-llama3.1", "weights")
    ('Llama', Finding(kind='naming-dropped', severity='medium', reason='name-dropped'))
    """
    theirs = clauses(source).binding
    begins = theirs.get("naming")
    if (
        channel == "data"
        or not begins
        or (channel == "outputs" and theirs.get("no-training") != ON_CONDITIONS)
    ):
        return None
    return begins, Finding(NAMING, "medium", "name-dropped")


def keeps_name(name: str, begins: str) -> bool:
    """Return whether a name, or an id by the part after its owner, begins as asked.

    Case, blanks and hyphens make no difference, nor a leading "Meta", which is part of the name of Llama 3.

    Examples
    --------
    >>> (
    ...     keeps_name("huggingface:someone/llama3-8b-cat", "Llama 3"),
    ...     keeps_name("Meta-Llama-3-8B-GGUF", "Llama 3"),
    ... )
    (True, True)
    >>> keeps_name("huggingface:llama/cat", "Llama")
    False
    """
    return _plain(name.rsplit("/", 1)[-1]).removeprefix("meta").startswith(_plain(begins))


@cache
def clash(one: str | None, other: str | None) -> Finding | None:
    """Return what doesn't fit between two sources whose weights, or rows, went into the same thing.

    A share-alike licence wants the whole under its own terms; a second one of another family, or one whose
    terms must travel, wants its own. The order of the two makes no difference.

    Examples
    --------
    >>> clash("CC-BY-SA-4.0", "LicenseRef-gemma").severity, clash("CC-BY-SA-4.0", "MIT")
    ('medium', None)
    """
    if one is None or other is None or same_family(one, other) or takes(one, other) or takes(other, one):
        return None
    sharing = [licence for licence in (one, other) if "share-alike" in clauses(licence).binding]
    if len(sharing) == 2:
        return Finding("share-alike-clash", "high", "two-share-alike")
    travelling = any("terms-travel" in clauses(licence).binding for licence in (one, other))
    return Finding("share-alike-clash", "medium", "share-alike-and-terms") if sharing and travelling else None


def _by_weights(own: str | None, source: str | None) -> Iterator[Finding]:
    theirs = clauses(source).binding
    if "no-derivatives" in theirs:
        grave = {None: ("medium", "no-derivatives-unlabelled"), source: ("medium", "copy-only")}
        yield Finding("derivatives-forbidden", *grave.get(own, ("high", "no-derivatives")))
    if own is None or source is None:
        return
    ours = clauses(own)
    if "no-commercial-use" in theirs and _free(ours, "no-commercial-use"):
        yield Finding("commercial-claimed", "high", "non-commercial")
    if "terms-travel" in theirs and not same_family(own, source):
        less = any(_free(ours, clause) for clause, said in theirs.items() if _passed_on(clause, said))
        yield Finding("terms-dropped", *(("high", "asks-less") if less else ("medium", "other-terms")))
    elif "commercial-condition" in theirs and _free(ours, "commercial-condition"):
        yield Finding("commercial-claimed", "medium", "condition-dropped")
    if "share-alike" in theirs and not _shared(own, source):
        lax = _free(ours, "share-alike")
        yield Finding(
            "share-alike-dropped", *(("high", "not-shared") if lax else ("medium", "other-share-alike"))
        )


def _by_outputs(own: str | None, source: str | None) -> Iterator[Finding]:
    theirs = clauses(source).binding
    ban = theirs.get("no-training")
    if ban and not (own and source and same_family(own, source)):
        hard = ban == "yes"
        yield Finding(
            "training-forbidden",
            *(("high", "training-forbidden") if hard else ("medium", "training-conditional")),
        )
    if own and "no-commercial-use" in theirs and _free(clauses(own), "no-commercial-use"):
        yield Finding("commercial-claimed", "medium", "outputs-non-commercial")


def _by_data(own: str | None, source: str | None) -> Iterator[Finding]:
    if own is None or source is None:
        return
    theirs = clauses(source).binding
    if "no-commercial-use" in theirs and _free(clauses(own), "no-commercial-use"):
        yield Finding("non-commercial-data", "medium", "data-non-commercial")
    if "share-alike" in theirs and not _shared(own, source):
        yield Finding("share-alike-data", "low", "data-share-alike")


def _unlabelled(own: str | None, source: str | None, channel: str, why: str | None) -> Iterator[Finding]:
    """Yield that a thing states no licence, or one that nobody can name, although something went into it."""
    if own is not None:
        return
    if why == UNKNOWN_WHY[MISSING]:
        binds = channel == "weights" and clauses(source).binding.keys() - {"attribution"}
        yield Finding("licence-missing", *(("medium", "missing-bound") if binds else ("low", "missing")))
    elif why == UNKNOWN_WHY[OTHER]:
        yield Finding("licence-unnamed", "low", "unnamed")


def _passed_on(clause: str, said: str) -> bool:
    """Whether a label can lack a clause: not what its maker does by itself, nor a say on outputs alone."""
    return clause != "acceptance" and not (clause == "no-training" and said == ON_CONDITIONS)


STRICTER = {
    "commercial-condition": {"no-commercial-use"},
    "users": {"no-commercial-use", "commercial-condition"},
    "terms-travel": {"share-alike"},
    "attribution": {"terms-travel", "share-alike"},
}
"""What asks for at least as much as a clause."""


def _free(ours: Clauses, clause: str) -> bool:
    """Whether a licence is known not to have a clause, nor one that asks for as much."""
    either = {clause, *STRICTER.get(clause, ())}
    return not either & ours.binding.keys() and clause not in ours.unknown


def _shared(own: str, source: str) -> bool:
    """Whether what one licence wants shared alike is, as far as known, shared alike under another."""
    alike = same_family(own, source) and not _free(clauses(own), "share-alike")
    return alike or takes(source, own)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name.lower())
