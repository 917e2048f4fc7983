"""unsloth: re-published and quantized repositories with the originals they were made of."""

from collections.abc import Iterator

from begat.records import Derivation, Model, Record
from begat.sources.base import BadRow, Context, File, Method, Row, Source, json_items

__all__ = ["SOURCE"]

COPIER = "unsloth/"


def entry(row: Row, context: Context) -> Iterator[Record]:
    """Yield the models of an entry, the copy of the original and what was quantized from it.

    Raises
    ------
    BadRow
        If the entry does not say which of its repositories is the original.
    """
    plain, fp8 = lists(row["value"])
    if not row["key"].startswith(COPIER):
        raise BadRow("the key is not a repository of unsloth, so the copy is not known")
    originals = [name for name in plain[:2] if not name.startswith(COPIER)]
    if not originals:
        raise BadRow("the list holds no original")
    original = originals[0]
    copies = [name for name in plain[:2] if name != original]
    quantized = dict.fromkeys([row["key"], *plain[2:], *fp8])
    for name in dict.fromkeys([original, *copies, *quantized]):
        yield Model(name)
    for name in copies:
        yield Derivation(name, original, "copy", "mapper", stated_on=context.date)
    for name in quantized:
        if name != original and name not in copies:
            yield Derivation(name, original, "quantized", "mapper", stated_on=context.date)


def lists(value: list[str] | dict[str, list[str]]) -> tuple[list[str], list[str]]:
    """Return the list [copy, original, 4-bit ...] of an entry and its list of FP8 repositories."""
    return (value["16"], value["8"]) if isinstance(value, dict) else (value, [])


SOURCE = Source(
    name="unsloth",
    title="unsloth, table of its 4-bit repositories",
    licence="Apache-2.0",
    feeds="models, derivations; originals that unsloth re-published, mostly well-known ones",
    files=(File("mapper.json", json_items, entry, required=("key", "value")),),
    methods={"mapper": Method(0.95, 0.95)},
    reads_licences=False,
    tables=("models", "derivations"),
    indicators=("M02", "M10", "M11", "M13"),
)
