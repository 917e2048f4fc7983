"""OpenDataLab: the list of its datasets."""

from collections.abc import Iterator
from typing import Any

from begat.crawl import Crawl, Page, Platform, Rate
from begat.records import Dataset, Record
from begat.sources._hub import figures
from begat.sources._pages import json_page
from begat.sources._walk import walk
from begat.sources.base import Context, File, Row, Source, instant

__all__ = ["SOURCE"]

SIZE = 25


def fetch(crawl: Crawl) -> None:
    """Ask for all pages of the datasets that are online."""
    query = {"backend": False, "keywords": "", "pageSize": SIZE, "state": ["online"]}

    def ask(number: int) -> Page | None:
        return crawl.page("datasets", "/api/datasets/list", body={**query, "pageNo": number + 1})

    walk(ask, "data", "list", size=SIZE)


def dataset(row: Row, context: Context) -> Iterator[Record]:
    """Yield a dataset and its figures."""
    key, attributes = f"opendatalab:{row['name']}", row["attrs"]
    yield Dataset(
        key,
        created_at=instant(attributes.get("publishDate")),
        modality=",".join(names(attributes.get("mediaTypes"))).lower() or None,
        licence_raw=next(iter(names(attributes.get("license"))), None),
    )
    yield from figures(
        key,
        "dataset",
        on=context.date,
        size_bytes=attributes.get("fileBytes") or None,
        downloads_total=row.get("downloadCount"),
        views_total=row.get("viewCount"),
    )


def names(values: Any) -> list[str]:
    """Return the English names of a list of kinds."""
    return [value["name"]["en"] for value in values or []]


SOURCE = Source(
    name="opendatalab",
    title="OpenDataLab, datasets",
    licence="",
    feeds="datasets, observations; no licence for the data is stated; most datasets are by others, whom the "
    "list names by publisher only",
    files=(
        File(
            "datasets/*.json*",
            json_page("data", "list"),
            dataset,
            required=("name", "attrs"),
            may_be_empty=True,
        ),
    ),
    authority=0,
    tables=("datasets", "observations"),
    indicators=("D01", "D02"),
    platform=Platform(
        origin="https://opendatalab.org.cn",
        fetch=fetch,
        rate=Rate(20, 60),
        terms="https://opendatalab.org.cn - the terms of use were not read by us.",
        limits="25 datasets a page, as its client asks; the client sends an account's token and session, "
        "whether the list needs them is not known. Downloads are read where the answer has them.",
        state="client shape 2026-11-26: opendatalab 0.0.10; paging by pageNo is assumed",
        token="ODL_API_TOKEN",
        token_header="X-OPENDATALAB-API-TOKEN: {}",
    ),
)
