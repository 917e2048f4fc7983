"""OpenRouter: the tokens that each of the fifty most used models handled a day.

Tokens are counted by the tokenizer of each maker, so those of two makers are not quite the same thing.
"""

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

from begat.crawl import Crawl, Page, Platform, Rate
from begat.ids import model_key
from begat.records import Record
from begat.sources._hub import figures
from begat.sources._pages import json_page
from begat.sources.base import Context, File, Row, Source

__all__ = ["SOURCE"]

EXPORTS = "/api/v1/datasets/exports/rankings-daily"
REST = "other"
"""The name of the row that adds up all other models of a day."""


def fetch(crawl: Crawl) -> None:
    """Ask which export is the newest, and for that: the file without a date may mix two days."""
    if manifest := crawl.page("manifests", f"{EXPORTS}/latest.manifest.json"):
        crawl.page("tokens", newest(manifest))


def newest(manifest: Page) -> str:
    """Return the path of the newest export as JSON; the host is the one that was asked."""
    return urlsplit(str(manifest.json()["files"]["json"]["url"])).path


def tokens(row: Row, _context: Context) -> Iterator[Record]:
    """Yield the tokens of a model on a day, by its permanent name; those of the rest are the platform's."""
    name, on = row["model_permaslug"], date.fromisoformat(row["date"])
    count = float(row["total_tokens"])
    if name == REST:
        yield from figures("openrouter", "platform", on=on, other_tokens_1d=count)
    else:
        yield from figures(model_key("openrouter", name), "model", on=on, tokens_1d=count)


SOURCE = Source(
    name="openrouter-tokens",
    title="OpenRouter, tokens a day",
    licence="CC-BY-4.0",
    feeds="observations; what developers send through OpenRouter, which favours cheap models; the last 30 "
    "days",
    files=(File("tokens/*.json*", json_page("data"), tokens, ("date", "model_permaslug", "total_tokens")),),
    authority=0,
    tables=("observations",),
    indicators=("M09",),
    platform=Platform(
        origin="https://openrouter.ai",
        fetch=fetch,
        rate=Rate(1, 2.0),
        terms="https://openrouter.ai/docs/cookbook/administration/data-api: CC-BY-4.0; to be cited as "
        "Source: OpenRouter (openrouter.ai/rankings), as of the day of the data",
        limits="the fifty models used most of each day and the sum of all others; a new export once a day",
        state="documented shape 2026-11-26",
    ),
)
