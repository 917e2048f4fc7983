"""Names of benchmarks in three evaluation tools; what is the same benchmark is decided elsewhere.

The names of lm-evaluation-harness are those of its task folders; a few hold collections
(`benchmarks`, `leaderboard`). The dataset of an evalscope benchmark is an id of ModelScope or the
Hub, or a link.
"""

from collections.abc import Iterator

from begat.records import Benchmark, Record
from begat.sources.base import Context, File, Row, Source, csv_rows, jsonl, text_lines

__all__ = ["SOURCE"]


def opencompass(row: Row, _context: Context) -> Iterator[Record]:
    """Yield one benchmark of OpenCompass."""
    yield Benchmark(
        f"opencompass:{row['key']}",
        row["name"],
        row.get("category"),
        paper=row.get("paper"),
        harnesses=["opencompass"],
    )


def evalscope(row: Row, _context: Context) -> Iterator[Record]:
    """Yield one benchmark of evalscope."""
    yield Benchmark(
        f"evalscope:{row['name']}",
        row.get("pretty_name"),
        row.get("category"),
        row.get("dataset_id") or None,
        row.get("paper_url") or None,
        harnesses=["evalscope"],
    )


def lm_eval(row: Row, _context: Context) -> Iterator[Record]:
    """Yield one task folder of lm-evaluation-harness."""
    yield Benchmark(f"lm-eval:{row['value']}", row["value"], harnesses=["lm-eval"])


SOURCE = Source(
    name="benchmarks",
    title="Benchmarks of OpenCompass, evalscope and lm-evaluation-harness",
    licence="Apache-2.0 AND MIT",
    feeds="benchmarks; one benchmark has another name in each tool",
    files=(
        File("opencompass_dataset_index.csv*", csv_rows, opencompass, required=("key", "name")),
        File("evalscope_benchmarks.jsonl*", jsonl, evalscope, required=("name",)),
        File("lm_eval_task_groups.txt", text_lines, lm_eval),
    ),
    tables=("benchmarks",),
    indicators=("E08",),
)
