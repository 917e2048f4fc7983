"""LMArena: ratings of chat models by the votes of their users, from the table that it publishes on the Hub.

``lmarena:<name>``: the names are the arena's own, and tell efforts and dates of one model apart.
"""

from collections.abc import Iterator

from begat.crawl import Crawl, Platform, Rate
from begat.records import Benchmark, Evaluation, Model, Record
from begat.sources._dataset_viewer import ORIGIN, ask_slices
from begat.sources._hub import figures
from begat.sources._pages import json_page
from begat.sources.base import Context, File, Row, Source, day

__all__ = ["SOURCE"]

TABLE = {"dataset": "lmarena-ai/leaderboard-dataset", "config": "text_style_control", "split": "latest"}
BENCHMARK = "lmarena:text"


def fetch(crawl: Crawl) -> None:
    """Ask for the overall ratings of the board that the arena shows first."""
    ask_slices(crawl, "text", "/filter", {**TABLE, "where": "\"category\"='overall'"})


def rating(item: Row, _context: Context) -> Iterator[Record]:
    """Yield a model, its rating and the number of votes behind it."""
    row = item["row"]
    key, published = f"lmarena:{row['model_name']}", day(row["leaderboard_publish_date"])
    yield Model(key, row["model_name"], licence_raw=row.get("license"))
    yield Benchmark(BENCHMARK, "LMArena text, style controlled", "chat")
    yield Evaluation(
        key,
        BENCHMARK,
        "rating",
        float(row["rating"]),
        split=row["category"],
        evaluated_on=published,
        method="votes",
    )
    yield from figures(key, "model", on=published, arena_votes=row.get("vote_count"))


SOURCE = Source(
    name="lmarena",
    title="LMArena, text leaderboard",
    licence="CC-BY-4.0",
    feeds="models by the arena's own names, evaluations, observations (votes); open and closed models; its "
    "users and their questions are not a sample of anything",
    files=(File("text/*.json*", json_page("rows"), rating, required=("row",), may_be_empty=True),),
    tables=("models", "benchmarks", "evaluations", "observations"),
    platform=Platform(
        origin=ORIGIN,
        fetch=fetch,
        rate=Rate(30, 60),
        terms="https://huggingface.co/terms-of-service - not read by us; the table is CC-BY-4.0 by its card "
        "(second-hand), and the dataset viewer is documented for programs.",
        limits="100 rows a slice; the viewer answers 500 while it builds its index, and 429 when asked too "
        "often.",
        state="documented shape 2026-11-26; columns second-hand",
        token="HF_TOKEN",
    ),
)
