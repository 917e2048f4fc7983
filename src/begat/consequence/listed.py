"""Whether a licence stands on a list of a policy, in three values: yes, no, can't be told."""

from collections.abc import Collection
from typing import Any

from begat.licences import KINDS, licences
from begat.licences.families import members

__all__ = ["matches"]


def matches(licence: str, listed: Collection[str], *, forbidden: bool = False) -> bool | None:
    """Return whether a licence is on a list; None if that can't be told.

    Of a choice (OR) one alternative is enough, of several that apply (AND) all must be on it; on a list
    of what is `forbidden` the other way round. An exception (WITH) only lifts terms. A licence without a
    version is on a list if all that it may be is. A licence without an entry in the table has no known kind,
    and since nobody has read it, that it isn't a forbidden one can't be told.

    Examples
    --------
    >>> (
    ...     matches("MIT", {"permissive"}),
    ...     matches("LicenseRef-x", {"permissive"}),
    ...     matches("MIT", {"Apache-2.0"}),
    ... )
    (True, None, False)
    >>> matches("MIT OR CC-BY-NC-4.0", {"MIT"}), matches("MIT AND CC-BY-NC-4.0", {"MIT"})
    (True, False)
    >>> matches("MIT OR CC-BY-NC-4.0", {"CC-BY-NC-4.0"}, forbidden=True)
    False
    >>> matches("LicenseRef-gpl", {"strong-copyleft"}), matches("LicenseRef-gpl", {"GPL-3.0-only"})
    (True, None)
    """
    if licence in listed:
        return True
    if " " not in licence:
        return _on_list(licence, listed, forbidden)
    from license_expression import Licensing

    return _expression(Licensing().parse(licence), listed, forbidden)


def _expression(node: Any, listed: Collection[str], forbidden: bool) -> bool | None:
    """Judge a parsed expression; where parts are joined by the lenient word one of them is enough."""
    if str(node) in listed:
        return True
    parts = [_expression(part, listed, forbidden) for part in getattr(node, "args", ())]
    if not parts:
        return _on_list(str(getattr(node, "license_symbol", node).key), listed, forbidden)
    enough = type(node).__name__ == ("AND" if forbidden else "OR")
    if enough in parts:
        return enough
    return None if None in parts else not enough


def _on_list(licence: str, listed: Collection[str], forbidden: bool) -> bool | None:
    entry = licences().get(licence)
    if licence in listed or (entry is not None and entry.kind in listed):
        return True
    if entry is None:
        return None if forbidden or not set(KINDS).isdisjoint(listed) else False
    return _may_be(licence, listed) if entry.kind == "family" else False


def _may_be(licence: str, listed: Collection[str]) -> bool | None:
    """Judge a licence without a version by those that it may be; the table need not have all of them."""
    possible = members(licence)
    kinds = {licences()[one].kind for one in possible}
    if kinds and kinds <= set(listed):
        return True
    return None if not possible or {*possible, *kinds} & set(listed) else False
