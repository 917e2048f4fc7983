"""Open LLM Leaderboard of Hugging Face (2024 to 2025): six benchmarks, one harness, models of the Hub."""

from collections.abc import Iterator, Mapping

from begat.crawl import Crawl, Platform, Rate
from begat.ids import hub_id
from begat.records import Benchmark, Derivation, Evaluation, Model, Record
from begat.sources._dataset_viewer import ORIGIN, ask_slices
from begat.sources._hub import parameters
from begat.sources._pages import json_page
from begat.sources.base import BadRow, Context, File, Method, Row, Source, day, instant

__all__ = ["SOURCE"]

TABLE = {"dataset": "open-llm-leaderboard/contents", "config": "default", "split": "train"}
BENCHMARKS: Mapping[str, str] = {
    "IFEval": "IFEval",
    "BBH": "BBH",
    "MATH Lvl 5": "MATH",
    "GPQA": "GPQA",
    "MUSR": "MuSR",
    "MMLU-PRO": "MMLU-Pro",
}
"""The columns, and the benchmarks that they are of."""


def fetch(crawl: Crawl) -> None:
    """Ask for the whole table."""
    ask_slices(crawl, "contents", "/rows", TABLE)


def result(item: Row, context: Context) -> Iterator[Record]:
    """Yield a model, the base that it names, and its results.

    Raises
    ------
    BadRow
        If the name is no id of the Hub.
    """
    row = item["row"]
    key = hub_id(row["fullname"])
    if key is None:
        raise BadRow(f"{row['fullname']!r:.60} is no id of the Hub")
    yield Model(
        key,
        created_at=instant(row.get("Upload To Hub Date")),
        licence_raw=row.get("Hub License"),
        parameters=parameters((row.get("#Params (B)") or 0) * 10**9),
    )
    if (base := row.get("Base Model")) and base not in {key, "Removed"}:
        yield Derivation(key, base, "undetermined", "leaderboard", stated_on=context.date)
    yield from results(key, row)


def results(key: str, row: Row) -> Iterator[Record]:
    """Yield the normalised result of each benchmark, from 0 (chance) to 100."""
    for column, name in BENCHMARKS.items():
        if (value := row.get(column)) is not None:
            benchmark = f"open-llm-leaderboard:{name}"
            yield Benchmark(benchmark, name)
            yield Evaluation(
                key,
                benchmark,
                "normalised score",
                float(value),
                split=row.get("Precision"),
                revision=row.get("Model sha") or None,
                evaluated_on=day(row.get("Submission Date")),
                method="run",
            )


SOURCE = Source(
    name="open-llm-leaderboard",
    title="Open LLM Leaderboard, results",
    licence="",
    feeds="models, derivations, benchmarks, evaluations; closed since 2025; the base that a row names is "
    "mostly the model itself; no licence for the table is known to us",
    files=(File("contents/*.json*", json_page("rows"), result, required=("row",), may_be_empty=True),),
    methods={"leaderboard": Method(0.8, 0.5)},
    tables=("models", "derivations", "benchmarks", "evaluations"),
    indicators=("M03", "M10", "M11", "M12", "M13"),
    platform=Platform(
        origin=ORIGIN,
        fetch=fetch,
        rate=Rate(30, 60),
        terms="https://huggingface.co/terms-of-service - not read by us; the dataset viewer is documented "
        "for programs.",
        limits="100 rows a slice; about 4,600 rows.",
        state="recorded shape 2026-11-26",
        token="HF_TOKEN",
    ),
)
