"""OSIR-LMTS: the published ranking of institutions, its counted items and its hand-made tables."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from begat.errors import WrongSchema
from begat.ids import HUB, model_key
from begat.records import Dataset, Listing, Model, Observation, Record
from begat.sources._hub import figures
from begat.sources.base import BadRow, Context, File, Row, Source, csv_rows, day, json_items, jsonl

__all__ = ["SOURCE"]

PLATFORMS = {"HuggingFace": HUB, "ModelScope": "modelscope"}


def listed_model(row: Row, context: Context) -> Iterator[Record]:
    """Yield a model that an edition counted."""
    yield Listing(
        edition(context),
        row["org"],
        "model",
        row["repo"],
        row["model_name"],
        modality=known(row["modality"]),
        downloads_30d=row["downloads_last_month"],
        likes=count(row["likes"]),
        discussions=count(row["community"]),
        children=row["descendants"],
        crawled_on=day(row["date_crawl"]),
    )


def listed_dataset(row: Row, context: Context) -> Iterator[Record]:
    """Yield a dataset that an edition counted."""
    yield Listing(
        edition(context),
        row["org"],
        "dataset",
        row["repo"],
        row["dataset_name"],
        modality=known(row["modality"]),
        lifecycle=known(row["lifecycle"]),
        downloads_30d=row["downloads_last_month"],
        likes=count(row["likes"]),
        discussions=count(row["community"]),
        dataset_usage=row["dataset_usage"],
        crawled_on=day(row["date_crawl"]),
    )


def crawled_model(row: Row, _: Context) -> Iterator[Record]:
    """Yield a model page of the Hub; the page shows "-" where downloads are not known."""
    key = f"{row['repo']}/{row['model_name']}"
    unknown = row["metadata"]["downloads_last_month"] == "-"
    yield Model(key)
    yield from figures(
        key,
        "model",
        on=day(row["date_crawl"]),
        downloads_30d=None if unknown else row["downloads_last_month"],
        likes=row["likes"],
        discussions=row["community"],
        children=row["descendants"],
    )


def summary(dimension: str, *columns: str) -> Callable[[Row, Context], Iterator[Record]]:
    """Make the row function of a summary table: its hand-made columns, all where none is named.

    What the other columns say follows from the items that an edition counted.
    """

    def rows(row: Row, context: Context) -> Iterator[Record]:
        for name in columns or [name for name in row if name != "org"]:
            if row[name] is not None:
                yield Observation(
                    row["org"],
                    "institution",
                    f"osir:{dimension}:{name}",
                    float(row[name]),
                    observed_on=edition(context),
                    method="hand-made",
                )

    return rows


def model_class(row: Row, _: Context) -> Iterator[Record]:
    """Yield the modality of a model."""
    yield Model(placed(row), modality=known(row["value"].get("modality")))


def dataset_class(row: Row, _: Context) -> Iterator[Record]:
    """Yield the modality and life-cycle stage of a dataset."""
    value = row["value"]
    yield Dataset(placed(row), modality=known(value.get("modality")), lifecycle=known(value.get("lifecycle")))


def placed(row: Row) -> str:
    """Return the id of an entry whose platform is certain.

    Raises
    ------
    BadRow
        If its account exists on several platforms, or on none that is known.
    """
    if not row["platforms"]:
        raise BadRow("its platform can't be told: no account of this name is listed")
    if len(row["platforms"]) > 1:
        raise BadRow(f"its platform can't be told: {' or '.join(row['platforms'])}")
    return model_key(row["platforms"][0], row["key"])


def edition(context: Context) -> date:
    """Return the edition: the name of the folder that holds the file."""
    return date.fromisoformat(context.path.parent.name)


def known(text: str | None) -> str | None:
    """Return a class, None for the empty string and for the string "null"."""
    return None if text in {"", "null"} else text


def count(value: int) -> int | None:
    """Return a count; a platform that shows none adds -1, so a negative sum is not known."""
    return value if value >= 0 else None


def model_items(path: Path) -> Iterator[tuple[str, Row | BadRow]]:
    """Read the model classes, each with the platforms it may be on.

    Ids come without their platform: one that was crawled from the Hub is there; for the others the
    account decides, by the table of accounts that lies beside the file.
    """
    crawled = set(crawled_ids(path.parent))
    homes = accounts(path.parent, of_data=False)
    return located(path, lambda key: {HUB} if key in crawled else homes.get(owner(key), set()))


def dataset_items(path: Path) -> Iterator[tuple[str, Row | BadRow]]:
    """Read the dataset classes, each with the platforms it may be on."""
    homes = accounts(path.parent, of_data=True)
    return located(path, lambda key: homes.get(owner(key), set()))


def located(path: Path, platforms: Callable[[str], set[str]]) -> Iterator[tuple[str, Row | BadRow]]:
    """Read the entries of an object of ids, each with the platforms of its id."""
    for place, row in json_items(path):
        if isinstance(row, dict) and isinstance(row.get("key"), str):
            row["platforms"] = sorted(platforms(row["key"]))
        yield place, row


def crawled_ids(folder: Path) -> Iterator[str]:
    """Yield the ids of the model pages that were crawled from the Hub."""
    for path in sorted(folder.glob("*/huggingface-raw-models-info.jsonl")):
        for _, row in jsonl(path):
            if isinstance(row, dict):
                yield f"{row.get('repo')}/{row.get('model_name')}"


def accounts(folder: Path, *, of_data: bool) -> dict[str, set[str]]:
    """Return the platforms of each account name.

    The platforms for data alone list no accounts: with `of_data` each of them counts for every
    account of its institution.
    """
    homes: dict[str, set[str]] = {}
    path = folder / "org-links.json"
    for _, row in json_items(path):
        links = row.get("value") if isinstance(row, dict) else None
        if not isinstance(links, dict):
            raise WrongSchema("an institution has no links by platform", where=str(path))
        others = links.keys() - PLATFORMS.keys() if of_data else set()
        for name in links.keys() & PLATFORMS.keys():
            for url in links[name]:
                homes.setdefault(url.rpartition("/")[2], set()).update({PLATFORMS[name], *others})
    return homes


def owner(key: str) -> str:
    """Return the account of an id."""
    return key.partition("/")[0]


SOURCE = Source(
    name="osir",
    title="OSIR-LMTS, open-source influence ranking of large-model technology stacks",
    licence="MIT",
    folder="osir-lmts",
    feeds="listings, observations, models, datasets; 12 to 32 institutions in each of its editions",
    files=(
        File("**/merged-models-info.jsonl", jsonl, listed_model, ("org", "model_name")),
        File("**/merged-datasets-info.jsonl", jsonl, listed_dataset, ("org", "dataset_name")),
        File("**/infra-summary.csv", csv_rows, summary("system"), ("org", "num_operators")),
        File("**/eval-summary.csv", csv_rows, summary("evaluation"), ("org", "num_leaderboards")),
        File("**/data-summary.csv", csv_rows, summary("data", "operators"), ("org", "operators")),
        File(
            "**/model-summary.csv",
            csv_rows,
            summary("model", "num_adapted_chips"),
            ("org", "num_adapted_chips"),
        ),
        File("**/huggingface-raw-models-info.jsonl", jsonl, crawled_model, ("repo", "model_name")),
        File("model-info.json", model_items, model_class, ("key", "value")),
        File("dataset-info.json", dataset_items, dataset_class, ("key", "value")),
    ),
    reads_licences=False,
    tables=("models", "datasets", "observations", "listings"),
    indicators=(
        "D01",
        "D02",
        "D03",
        "D07",
        "D13",
        "E01",
        "E02",
        "E03",
        "E04",
        "E05",
        "E06",
        "M01",
        "M02",
        "M04",
        "S01",
        "S02",
        "S03",
        "S04",
        "S06",
    ),
)
