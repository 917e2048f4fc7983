"""Kaggle: the datasets and models that are downloaded most."""

from collections.abc import Iterator
from typing import Any

from begat.crawl import Crawl, Platform, Rate
from begat.ids import hub_id, model_key
from begat.records import Dataset, Derivation, Model, Record
from begat.sources._hub import figures
from begat.sources._pages import json_page
from begat.sources._walk import rows_of
from begat.sources.base import Context, File, Method, Row, Source, instant

__all__ = ["SOURCE"]

SIZE = 100
MOST_PAGES = 100
"""Of each list, so many pages: what nobody downloads is left out."""


def fetch(crawl: Crawl) -> None:
    """Ask for both lists, most downloaded first."""
    ask(crawl, "datasets", "DatasetApiService/ListDatasets", "DATASET_SORT_BY_DOWNLOAD_COUNT")
    ask(crawl, "models", "ModelApiService/ListModels", "LIST_MODELS_ORDER_BY_DOWNLOAD_COUNT")


def ask(crawl: Crawl, kind: str, method: str, order: str) -> None:
    """Ask for page after page of a list, each by the token that the one before gave."""
    body: dict[str, Any] = {"sortBy": order, "pageSize": SIZE}
    for _ in range(MOST_PAGES):
        page = crawl.page(kind, f"/v1/{kind}.{method}", body=body)
        if page is None or not rows_of(page, kind) or not (token := page.json().get("nextPageToken")):
            return
        body = {**body, "pageToken": token}


def dataset(row: Row, context: Context) -> Iterator[Record]:
    """Yield a dataset and its figures."""
    key = f"kaggle:{row['ref']}"
    yield Dataset(key, modified_at=instant(row.get("lastUpdated")), licence_raw=row.get("licenseName"))
    yield from figures(
        key,
        "dataset",
        on=context.date,
        size_bytes=row.get("totalBytes"),
        downloads_total=row.get("downloadCount"),
        views_total=row.get("viewCount"),
        likes=row.get("voteCount"),
    )


def model(row: Row, context: Context) -> Iterator[Record]:
    """Yield a model, its likes, and the base models that its variations name."""
    key, variations = model_key("kaggle", row["ref"]), row.get("instances") or []
    licences = {one.get("licenseName") for one in variations} - {None, ""}
    yield Model(
        key,
        name=row.get("title"),
        created_at=instant(row.get("publishTime")),
        modified_at=instant(row.get("updateTime")),
        licence_raw=licences.pop() if len(licences) == 1 else None,
    )
    for place, base in enumerate(dict.fromkeys(base for one in variations if (base := parent(one)))):
        if base != key:
            yield Derivation(key, base, "undetermined", "variation", place, stated_on=context.date)
    yield from figures(key, "model", on=context.date, likes=row.get("voteCount"))


def parent(variation: Row) -> str | None:
    """Return the base model that a variation names: one of Kaggle, or the Hub's by its address."""
    if base := variation.get("baseModelInstanceInformation"):
        return model_key("kaggle", f"{base['owner']['slug']}/{base['modelSlug']}")
    address = variation.get("externalBaseModelUrl")
    return (hub_id(address) or address) if address else None


SOURCE = Source(
    name="kaggle",
    title="Kaggle, datasets and models",
    licence="",
    feeds="datasets, models, derivations, observations; the most downloaded only; no licence for the data is "
    "stated",
    files=(
        File("datasets/*.json*", json_page("datasets"), dataset, required=("ref",), may_be_empty=True),
        File("models/*.json*", json_page("models"), model, required=("ref",), may_be_empty=True),
    ),
    methods={"variation": Method(0.9, 0.5)},
    authority=0,
    tables=("datasets", "models", "derivations", "observations"),
    indicators=("D01", "M01", "M10", "M11", "M12", "M13"),
    platform=Platform(
        origin="https://api.kaggle.com",
        fetch=fetch,
        rate=Rate(30, 60),
        terms="https://www.kaggle.com/terms - not read by us; its own client is a program.",
        limits="Needs an access token. Downloads are of all time, and of datasets only. How many requests "
        "are allowed is not documented.",
        state="client shape 2026-11-26: kagglesdk 0.1.38",
        token="KAGGLE_API_TOKEN",
    ),
)
