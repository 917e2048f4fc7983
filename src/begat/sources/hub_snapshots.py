"""hfmlsoc/hub_weekly_snapshots: hub-stats week by week, ``models/<date>/models.parquet`` and so on.

The date of a folder is where its week begins. The job took the newest dump before the next week, and an
older one where there was none: two folders may hold the same data. So what is known of the day of a figure
is only that it lies before the next week: it is undated, with the bound in `observed_before`. Import one
week at a time. The licence asks whoever publishes a database made from it to share it alike.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from begat.records import Observation, Record
from begat.sources import hub_stats
from begat.sources._hub import INDICATORS, TAG_METHODS, api_dataset, api_space
from begat.sources.base import BadRow, Context, File, Row, Source, parquet

__all__ = ["SOURCE"]

Rows = Callable[[Row, Context], Iterator[Record]]

DATASET_COLUMNS = (
    "id",
    "createdAt",
    "lastModified",
    "downloads",
    "downloadsAllTime",
    "likes",
    "trendingScore",
    "tags",
    "cardData",
)
SPACE_COLUMNS = ("id", "likes", "trendingScore")
WEEK = timedelta(days=7)


def weekly(rows: Rows) -> Rows:
    """Give the rows of a dump the date of their folder, and their figures the bound that it is."""

    def of_week(row: Row, context: Context) -> Iterator[Record]:
        start = week(context)
        for record in rows(row, context._replace(date=start)):
            if isinstance(record, Observation):
                yield record._replace(observed_on=None, observed_before=start + WEEK)
            else:
                yield record

    return of_week


def week(context: Context) -> date:
    """Return the day at which the week of a file begins, from the name of its folder.

    Raises
    ------
    BadRow
        If the folder is not named by a date.
    """
    try:
        return date.fromisoformat(context.path.parent.name)
    except ValueError as error:
        raise BadRow("the file does not lie in a folder named by the date of its week") from error


SOURCE = Source(
    name="hub-snapshots",
    title="hfmlsoc/hub_weekly_snapshots, one week",
    licence="ODbL-1.0",
    feeds="models, derivations, trained_on, datasets, evaluations, undated observations; the whole Hub since "
    "July 2024; made from hub-stats, so no second witness of it; share-alike",
    files=(
        File("models/*/models*.parquet", hub_stats.SOURCE.files[0].read, weekly(hub_stats.model), ("id",)),
        File("datasets/*/datasets*.parquet", parquet(*DATASET_COLUMNS), weekly(api_dataset), ("id",)),
        File("spaces/*/spaces*.parquet", parquet(*SPACE_COLUMNS), weekly(api_space), ("id",)),
    ),
    methods=TAG_METHODS,
    authority=0,
    tables=("models", "derivations", "trained_on", "datasets", "evaluations", "observations"),
    indicators=INDICATORS,
)
