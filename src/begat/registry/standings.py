"""Where everybody stands in the default ranking, kept beside the snapshot: pages ask for it all the time."""

import json
from collections.abc import Callable, Mapping

from begat.errors import InputError
from begat.files import atomic_write
from begat.registry.opened import Opened, Row
from begat.registry.ranked import rank, trends
from begat.version import __version__

__all__ = ["DRAWS", "history", "standings"]

DRAWS = 200
"""Enough for an interval of a rank that is right to a place or two."""

METHOD, PUBLISHED = "begat-53", "osir-53"


def standings(reg: Opened, by: str = "institution") -> Mapping[str, Row]:
    """Return the rows of `rank` by subject; {} where too little is known to rank anybody.

    Computed once a snapshot: seconds, with 3 million models half a minute.
    """
    return {row["subject"]: row for row in _kept(reg, f"ranks-{by}", lambda: _ranks(reg, by))}


def history(reg: Opened) -> Mapping[str, list[Row]]:
    """Return the editions of the published ranking by the code of each institution, the oldest first."""
    found: dict[str, list[Row]] = {}
    for row in _kept(reg, "editions", lambda: _editions(reg)):
        found.setdefault(row["subject"], []).append(row)
    return found


def _ranks(reg: Opened, by: str) -> list[Row]:
    try:
        return rank(reg, METHOD, draws=DRAWS, by=by)
    except InputError:
        return []


def _editions(reg: Opened) -> list[Row]:
    from begat.influence.indicator import editions

    return trends(reg, PUBLISHED, draws=0) if editions(reg.snapshot) else []


def _kept(reg: Opened, name: str, make: Callable[[], list[Row]]) -> list[Row]:
    """Return rows that are made once, whoever asks for them meanwhile."""
    return reg.rankings.get(name, lambda: _filed(reg, name, make))


def _filed(reg: Opened, name: str, make: Callable[[], list[Row]]) -> list[Row]:
    """Return rows from a file; one of another snapshot or program, or that is damaged, is written anew."""
    path = reg.home.derived(reg.snapshot) / f"{name}.json"
    origin = {"begat": __version__, "digest": reg.snapshot.digest, "draws": DRAWS}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if {key: found[key] for key in origin} == origin:
            return list(found["rows"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    text = json.dumps({**origin, "rows": make()}, ensure_ascii=False, default=str)
    atomic_write(path, text)
    return list(json.loads(text)["rows"])
