"""HELM: catalogue of the models that Stanford's evaluation covers, with makers and dates.

``helm:<name>``: the name is HELM's own ``creator/model``, which looks like a Hub id and is none.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from begat.records import Institution, Model, Record
from begat.sources._hub import parameters
from begat.sources.base import BadRow, Context, File, Row, Source, jsonl

__all__ = ["SOURCE"]

TEST_ENTRIES = ("neurips/local", "simple/model1")


def model(row: Row, context: Context) -> Iterator[Record]:
    """Yield one model and its maker; some entries spell ``release_date`` as ``release``."""
    if row["name"] in TEST_ENTRIES:
        raise BadRow("an entry for HELM's own tests, no model")
    yield Model(
        f"helm:{row['name']}",
        name=row.get("display_name"),
        created_at=moment(row.get("release_date") or row.get("release")),
        parameters=parameters(row.get("num_parameters")),
    )
    if maker := row.get("creator_organization_name"):
        yield Institution(maker, stated_on=context.date)


def moment(text: str | None) -> datetime | None:
    """Read a day; a few entries write it without leading zeros."""
    if not text:
        return None
    year, month, day = map(int, text.split("-"))
    return datetime(year, month, day, tzinfo=UTC)


SOURCE = Source(
    name="helm",
    title="HELM, model_metadata.yaml",
    licence="Apache-2.0",
    feeds="models by HELM's own name, institutions by name; open and closed models",
    files=(File("model_metadata.jsonl*", jsonl, model, required=("name",)),),
    reads_licences=False,
    tables=("models", "institutions"),
)
