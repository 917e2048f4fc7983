"""What a check found: how often it is broken, where, and how to mend it; one that holds has a count of 0."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from begat.errors import ShapeError

__all__ = ["ERROR", "KEYS", "WARNING", "Finding", "refuse", "wrong"]

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Finding:
    """The outcome of one check.

    Attributes
    ----------
    check : str
        Its name.
    severity : str
        `ERROR`, or `WARNING` for what may be as it is.
    where : str
        The table, file, class or graph that was looked at.
    count : int
        How many rows, nodes or graphs break it; 0 if it holds.
    checked : int
        How many were looked at.
    examples : tuple of str
        Some of those that break it, each with its place and what stands there.
    message, fix : str
        What is wrong, and what to do.
    """

    check: str
    severity: str
    where: str
    count: int
    checked: int
    examples: tuple[str, ...]
    message: str
    fix: str

    def row(self) -> dict[str, Any]:
        """Return it as a row of output."""
        return {name: getattr(self, name) for name in KEYS}


KEYS = tuple(field.name for field in fields(Finding))


def wrong(findings: Iterable[Finding], *, strict: bool = False) -> list[Finding]:
    """Return the checks that are broken, errors first; warnings among them do not count unless `strict`."""
    broken = [item for item in findings if item.count]
    if strict:
        broken = [replace(item, severity=ERROR) for item in broken]
    return sorted(broken, key=lambda item: item.severity != ERROR)


def refuse(findings: Sequence[Finding], where: str) -> None:
    """Raise if there is an error among findings.

    Raises
    ------
    ShapeError
        With the number of checks that are broken.
    """
    errors = [item for item in findings if item.count and item.severity == ERROR]
    if errors:
        names = ", ".join(f"{item.where}: {item.check}" for item in errors[:3])
        more = f" and {len(errors) - 3} more" if len(errors) > 3 else ""
        raise ShapeError(
            f"{len(errors)} check{'s' * (len(errors) > 1)} broken ({names}{more})",
            where=where,
            hint="What to do stands with each of them.",
        )
