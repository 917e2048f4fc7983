"""What changes in law from the licence of a model to that of one made from it."""

from begat.licences.expression import commercial_use
from begat.licences.families import same_family, takes
from begat.licences.table import licences

__all__ = ["EFFECTS", "effects"]

EFFECTS = (
    "commercial-claimed",
    "terms-dropped",
    "commercial-lost",
    "commercial-conditional",
    "share-alike-added",
    "uses-forbidden",
    "training-forbidden",
)
"""What changes in law from one licence to another, gravest first; the first two take what was not given."""


def effects(before: str | None, after: str | None) -> tuple[str, ...]:
    """Return what the licence of a derived model changes in law against that of what it was made from.

    Terms that are not known, or stand in an expression of several licences, change nothing that can be
    told; only commercial use is told of expressions too.

    Parameters
    ----------
    before, after : str, optional
        Id or expression of both; nothing is told if either is not known.

    Returns
    -------
    tuple of str
        Of `EFFECTS`, in their order: commercial use claimed although forbidden, terms not taken along that
        must travel; commercial use lost or put under a condition, share-alike, a list of forbidden uses or
        a ban on training others added.

    Examples
    --------
    >>> effects("Apache-2.0", "CC-BY-NC-4.0"), effects("CC-BY-NC-4.0", "MIT"), effects("MIT", "Apache-2.0")
    (('commercial-lost',), ('commercial-claimed',), ())
    >>> effects("LicenseRef-gemma", "Apache-2.0")
    ('terms-dropped',)
    """
    if before is None or after is None or before == after:
        return ()
    use, now = commercial_use(before), commercial_use(after)
    old, new = licences().get(before), licences().get(after)
    holds = {
        "commercial-claimed": use == "no" and now in ("yes", "conditional"),
        "commercial-lost": use in ("yes", "conditional") and now == "no",
        "commercial-conditional": use == "yes" and now == "conditional",
    }
    if old and new:
        bound = old.derivatives in ("terms-travel", "same-licence", "none")
        share_alike = "same-licence"
        holds |= {
            "terms-dropped": bound and not same_family(before, after) and not takes(before, after),
            "share-alike-added": new.derivatives == share_alike
            and old.derivatives not in (None, share_alike),
            "uses-forbidden": new.use_restrictions == "yes" and old.use_restrictions == "no",
            "training-forbidden": new.train_others == "no" and old.train_others in ("yes", "conditional"),
        }
    return tuple(effect for effect in EFFECTS if holds.get(effect))
