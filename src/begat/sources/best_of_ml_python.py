"""best-of-ml-python: package downloads, dependents and contributors of machine-learning projects.

The list is CC-BY-SA-4.0, so what is made from it keeps that licence: the embedded snapshot holds its
figures apart from its tables. Downloads are those of a month, over the package registries that the
list knows a project on.
"""

from collections.abc import Iterator

from begat.records import Record
from begat.sources._hub import figures
from begat.sources.base import Context, File, Row, Source, csv_rows, file_date

__all__ = ["SOURCE"]

COLUMNS = ("github_id", "monthly_downloads", "dependent_project_count", "contributor_count")


def project(row: Row, context: Context) -> Iterator[Record]:
    """Yield the figures of one project; the list counts some repositories under several names."""
    subject, *values = (row[name] for name in COLUMNS)
    downloads, dependents, contributors = (float(value) if value else None for value in values)
    yield from figures(
        subject,
        "system",
        on=file_date(context),
        package_downloads_30d=downloads,
        dependents=dependents,
        contributors=contributors,
    )


SOURCE = Source(
    name="best-of-ml-python",
    title="best-of-ml-python, a ranked list of projects",
    licence="CC-BY-SA-4.0",
    feeds="observations; Python projects on GitHub only, and names of repositories as of its date",
    files=(File("best_of_ml_python*.csv*", csv_rows, project, required=COLUMNS),),
    folder="github-stars",
    tables=("observations",),
    indicators=("S09",),
)
