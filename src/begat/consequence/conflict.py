"""What does not fit between the licence of a thing and the terms of what went into it.

A finding aid, not legal advice. Each rule compares two licences, that of the thing and that of one source,
given how the source went in; so the rules of one model and of the whole Hub are the same.
"""

from typing import NamedTuple

__all__ = ["KINDS", "SEVERITIES", "Finding", "findings"]

KINDS = (
    "derivatives-forbidden",
    "commercial-claimed",
    "terms-dropped",
    "share-alike-dropped",
    "training-forbidden",
    "non-commercial-data",
    "share-alike-data",
    "naming-dropped",
    "licence-missing",
    "licence-unnamed",
)
"""What may not fit, gravest first."""

SEVERITIES = ("high", "medium", "low")


class Finding(NamedTuple):
    """That something doesn't fit.

    Attributes
    ----------
    kind, severity : str
        Of `KINDS` and `SEVERITIES`.
    reason : str
        Why it is of this severity, as the code of a sentence in ``views/lang/licence.toml``.
    """

    kind: str
    severity: str
    reason: str


def findings(own: str | None, source: str | None, channel: str) -> tuple[Finding, ...]:
    """Return what doesn't fit between the licence of a thing and that of one source, gravest first.

    Parameters
    ----------
    own, source : str, optional
        Licences as in `begat.licences.clauses`; None where not known.
    channel : str
        How the source went in; see `begat.consequence.inherit.CHANNELS`.
    """
    raise NotImplementedError
