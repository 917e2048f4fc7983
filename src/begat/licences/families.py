"""Which licences are, or may be, the same, and which take works of another."""

import re
from functools import cache

from begat.licences.expression import components
from begat.licences.table import licences

__all__ = ["families", "members", "same_family", "takes"]

TAKES = {
    "lgpl": {"gpl", "agpl"},
    "gpl": {"agpl"},
    "mpl": {"lgpl", "gpl", "agpl"},
    "eupl": {"gpl", "agpl", "osl", "epl", "mpl", "lgpl", "cc-by-sa"},
    "cc-by-sa": {"gpl"},
}
"""Into what families the text of a share-alike licence, in its newest version, lets its works go: GPL 3 and
AGPL 3, section 13; LGPL 3, section 2; MPL 2, section 1.12; the appendix of EUPL 1.2; GPL 3 as Creative
Commons lists it for BY-SA 4. Older versions may not, which isn't told apart. From general knowledge."""

VAGUE = {"cc": re.compile("cc-"), "openrail": re.compile("rail$")}
"""Families that name no single licence, and those that may be meant."""


def families(licence: str) -> set[str]:
    """Return the families of a licence, or of the parts of an expression, that the table knows."""
    known = licences()
    return {known[part].family for part in components(licence) if part in known}


def same_family(one: str, other: str) -> bool:
    """Return whether two licences are, or may be, of one family.

    Examples
    --------
    >>> same_family("GPL-2.0-only", "GPL-3.0-only"), same_family("LicenseRef-cc", "CC-BY-NC-4.0")
    (True, True)
    """
    ours, theirs = families(one), families(other)
    return one == other or bool(ours & theirs) or _may_be(ours, theirs) or _may_be(theirs, ours)


@cache
def members(licence: str) -> tuple[str, ...]:
    """Return the licences of the table that a name without a version may mean; of any other only itself.

    Examples
    --------
    >>> members("LicenseRef-agpl"), members("MIT")
    (('AGPL-3.0-only', 'AGPL-3.0-or-later'), ('MIT',))
    """
    entry = licences().get(licence)
    if entry is None or entry.kind != "family":
        return (licence,)
    other = [each for each in licences().values() if each.kind != "family"]
    return tuple(each.id for each in other if same_family(licence, each.id))


def takes(source: str, own: str) -> bool:
    """Return whether works under one licence may go under another that shares alike.

    Examples
    --------
    >>> takes("GPL-3.0-only", "AGPL-3.0-only"), takes("AGPL-3.0-only", "MIT")
    (True, False)
    """
    allowed = set().union(*(TAKES.get(family, ()) for family in families(source)))
    return bool(allowed & families(own))


def _may_be(vague: set[str], exact: set[str]) -> bool:
    return any(VAGUE[name].match(said) for name in vague & VAGUE.keys() for said in exact)
