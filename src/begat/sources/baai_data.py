"""BAAI Data Hub: the list of datasets of the Beijing Academy of Artificial Intelligence."""

from collections.abc import Iterator

from begat.crawl import Crawl, Page, Platform, Rate
from begat.records import Dataset, Record
from begat.sources._hub import figures
from begat.sources._pages import json_page
from begat.sources._walk import walk
from begat.sources.base import Context, File, Row, Source

__all__ = ["SOURCE"]

LIST = "/api/datahub/search/v1/getAllDataset"
SIZE = 100


def fetch(crawl: Crawl) -> None:
    """Ask for all slices of the list."""
    query = {"limit": SIZE, "datasetName": "", "startTime": None, "endTime": None, "orderBy": "5"}

    def ask(number: int) -> Page | None:
        return crawl.page("datasets", LIST, body={**query, "offset": number * SIZE})

    walk(ask, "data", "list", size=SIZE)


def dataset(row: Row, context: Context) -> Iterator[Record]:
    """Yield a dataset and its figures; the hub has one publisher, as OSIR-LMTS counts it."""
    key = f"baai-data:BAAI/{row['uriName']}"
    yield Dataset(key)
    yield from figures(
        key,
        "dataset",
        on=context.date,
        downloads_total=row.get("downloadNumb"),
        likes=row.get("subscribedNumb"),
    )


SOURCE = Source(
    name="baai-data",
    title="BAAI Data Hub, datasets",
    licence="",
    feeds="datasets, observations; no licence for the data is stated; without modality and stage, which "
    "OSIR-LMTS adds by hand",
    files=(
        File(
            "datasets/*.json*",
            json_page("data", "list"),
            dataset,
            required=("uriName",),
            may_be_empty=True,
        ),
    ),
    authority=0,
    reads_licences=False,
    tables=("datasets", "observations"),
    indicators=("D01",),
    platform=Platform(
        origin="https://data.baai.ac.cn",
        fetch=fetch,
        rate=Rate(20, 60),
        terms="https://data.baai.ac.cn - the terms of use were not read by us.",
        limits="A route of its own pages, no promised API: it may change or refuse programs. Downloads are "
        "of all time. Of an item only the fields that OSIR-LMTS reads are known.",
        state="client shape 2026-11-26: brucecui0120/OSIR-LMTS 5afa2f4c (baai_data.py)",
    ),
)
