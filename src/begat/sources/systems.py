"""begat's own table of well-known systems, ``data/systems.toml``."""

from collections.abc import Iterator

from begat.records import Record, System
from begat.sources._toml import toml_items
from begat.sources.base import BadRow, Context, File, Row, Source

__all__ = ["KINDS", "SOURCE"]

KINDS = (
    "deep-learning-framework",
    "machine-learning-library",
    "model-library",
    "training-framework",
    "inference-engine",
    "operator-library",
    "compiler",
    "communication-library",
    "data-tool",
    "vector-store",
    "evaluation-tool",
    "agent-framework",
    "application",
)


def system(row: Row, _context: Context) -> Iterator[Record]:
    """Yield one system."""
    if row["kind"] not in KINDS:
        raise BadRow(f"kind {row['kind']!r} is none of {', '.join(KINDS)}")
    yield System(
        row["id"],
        name=row["name"],
        kind=row["kind"],
        maintainer=row.get("maintainer"),
        repository=f"https://github.com/{row['id']}",
        libraries=row.get("libraries"),
        former=row.get("former"),
        licence_raw=row.get("licence"),
    )


SOURCE = Source(
    name="systems",
    title="Systems and their maintainers, curated",
    licence="Apache-2.0",
    feeds="systems; well-known ones only, most of them written from general knowledge",
    files=(
        File(
            "systems.toml",
            toml_items("system"),
            system,
            required=("id", "name", "kind", "source"),
        ),
    ),
    authority=0,
    curated=True,
    tables=("systems",),
)
