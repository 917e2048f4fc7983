"""Which ids of models the Hub still answers to, and under which id.

An id that was not found says nothing: the model may be deleted, private, or may never have been on
the Hub. The check has no date a row; the aliases carry the date of the file.
"""

from collections.abc import Iterator

from begat.records import Alias, Model, Record
from begat.sources.base import Context, File, Row, Source, csv_rows

__all__ = ["SOURCE"]


def checked(row: Row, context: Context) -> Iterator[Record]:
    """Yield the model that answered, and the alias if it answered under another id."""
    asked, answered = row["model_id"], row["resolved_hf_id"]
    if answered:
        yield Model(answered)
    if answered and answered != asked:
        same = answered.casefold() == asked.casefold()
        yield Alias(asked, answered, "case" if same else "renamed", context.date)


def observed(row: Row, context: Context) -> Iterator[Record]:
    """Yield the alias of a base model that a card and the Hub's tag of it name differently."""
    kind = "renamed" if "/" in row["card_value"] else "legacy"
    yield Alias(row["card_value"], row["current_id"], kind, context.date)


SOURCE = Source(
    name="hf-id-resolution",
    title="Resolved model ids: eval-card-registry, and cards against tags",
    licence="CC-BY-4.0 AND Apache-2.0",
    feeds="aliases, models seen to exist; ids of evaluation results, many of 2024",
    files=(
        File(
            "hf_model_id_resolution.csv*",
            csv_rows,
            checked,
            required=("model_id", "resolved_hf_id"),
        ),
        File("observed_aliases.csv*", csv_rows, observed, required=("card_value", "current_id")),
    ),
    reads_licences=False,
    tables=("models", "aliases"),
    indicators=("M02",),
)
