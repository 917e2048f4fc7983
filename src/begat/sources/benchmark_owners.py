"""begat's own table of what benchmarks are called and whose they are, ``data/benchmark-owners.toml``."""

from collections.abc import Iterator

from begat.records import Benchmark, Record
from begat.sources._toml import toml_items
from begat.sources.base import Context, File, Row, Source

__all__ = ["SOURCE"]


def benchmark(row: Row, _context: Context) -> Iterator[Record]:
    """Yield one benchmark, and a row for each further name of it."""
    paper = row.get("arxiv")
    yield Benchmark(
        row["id"],
        row["name"],
        dataset=row.get("dataset"),
        paper=f"https://arxiv.org/abs/{paper}" if paper else None,
        owners=row.get("owners"),
        basis=row["source"],
    )
    for alias in row.get("aliases") or []:
        yield Benchmark(alias, same_as=row["id"], basis=row["source"])


SOURCE = Source(
    name="benchmark-owners",
    title="Names and owners of benchmarks, curated",
    licence="Apache-2.0",
    feeds="benchmarks; well-known ones only, written from general knowledge",
    files=(
        File(
            "benchmark-owners.toml",
            toml_items("benchmark"),
            benchmark,
            required=("id", "name", "source"),
        ),
    ),
    authority=0,
    curated=True,
    tables=("benchmarks",),
)
