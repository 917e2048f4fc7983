"""In how many editions some institutions are all on top."""

from begat.answer.figure._ranking import ranking
from begat.answer.figure.base import Facts, Figure
from begat.errors import UnknownName
from begat.influence.indicator import editions

__all__ = ["FIGURE"]


def editions_on_top(
    facts: Facts, *, institutions: list[str], within: int, method: str = "osir-53", country: str = ""
) -> int:
    """Count the editions of the snapshot in which all these institutions are among the first `within`."""
    found, held = 0, editions(facts.snapshot)
    if not held:
        raise UnknownName("edition", "of OSIR-LMTS")
    for edition in held:
        table = ranking(facts, method, edition, country)
        found += set(institutions) <= set(table.filter(table["rank"] <= within)["subject"])
    return found


FIGURE = Figure("editions-on-top", "editions in which all of some institutions are on top", editions_on_top)
