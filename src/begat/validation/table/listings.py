"""Rules for what a ranking counted."""

from begat.validation.finding import WARNING
from begat.validation.rule import Table, count, known, one_of

__all__ = ["TABLE"]

TABLE = Table(
    "listings",
    ("edition", "institution", "account", "name"),
    (
        one_of("kind", ("model", "dataset")),
        known("institution", "institutions", "osir", severity=WARNING),
        *map(count, ("downloads_30d", "likes", "discussions", "children", "dataset_usage")),
    ),
)
