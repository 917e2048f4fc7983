"""ms-swift: the same model on ModelScope and on the Hugging Face Hub."""

from collections.abc import Iterator

from begat.ids import is_hub_id, model_key
from begat.records import Alias, Model, Record
from begat.sources.base import BadRow, Context, File, Row, Source, csv_rows

__all__ = ["SOURCE"]


def pair(row: Row, context: Context) -> Iterator[Record]:
    """Yield both models of a pair and the link between them.

    Raises
    ------
    BadRow
        If an id is none of a repository: some name a folder inside one, after a colon.
    """
    for name in (row["modelscope_id"], row["hf_id"]):
        if not is_hub_id(name):
            raise BadRow(f"{name} is not the id of a repository")
    twin = model_key("modelscope", row["modelscope_id"])
    yield Model(twin)
    yield Model(row["hf_id"])
    yield Alias(twin, row["hf_id"], "mirror", context.date)


SOURCE = Source(
    name="ms-swift",
    title="ms-swift, the two ids of every model it declares",
    licence="Apache-2.0",
    feeds="models, aliases; models that this training program supports",
    files=(File("modelscope_hf_pairs.csv", csv_rows, pair, ("modelscope_id", "hf_id")),),
    reads_licences=False,
    tables=("models", "aliases"),
    indicators=("M02", "M04"),
)
