"""xinference: families of models with the repositories of each size, format and quantization."""

from collections.abc import Iterator
from pathlib import Path

from begat.ids import HUB, is_hub_id, model_key
from begat.records import Alias, Derivation, Model, Record
from begat.sources.base import BadRow, Context, File, Method, Row, Source, jsonl

__all__ = ["SOURCE"]

PLATFORMS = (HUB, "modelscope")
FULL_PRECISION = {"none", "bf16", "fp16"}


def specification(row: Row, context: Context) -> Iterator[Record]:
    """Yield the repositories of one specification, their twins and what they come from.

    A quantized repository is no twin of a plain one, even where a specification names both.
    """
    spec, siblings = row.get("spec", row), row.get("model_specs", [row])
    found = {platform: repositories(spec, platform) for platform in PLATFORMS}
    parents = {platform: plain(siblings, platform, size(spec)) for platform in PLATFORMS}
    for platform, names in found.items():
        for name in dict.fromkeys(names.values()):
            yield Model(name, family=row["model_name"])
        yield from derivations(spec, names, parents[platform], context)
    for twin, name in dict.fromkeys(shared(found["modelscope"], found[HUB])):
        if (twin == parents["modelscope"]) == (name == parents[HUB]):
            yield Alias(twin, name, "mirror", context.date)


def derivations(
    spec: Row, names: dict[str, str], parent: str | None, context: Context
) -> Iterator[Derivation]:
    """Yield that repositories of another format or quantization come from the plain one."""
    children = {name: relation(spec, value) for value, name in names.items()}
    for name, kind in children.items():
        if parent and kind and name != parent:
            yield Derivation(name, parent, kind, "family-format", stated_on=context.date)


def repositories(spec: Row, platform: str) -> dict[str, str]:
    """Return the repositories of a specification on a platform, by quantization.

    Raises
    ------
    BadRow
        If an id is none of a repository.
    """
    source = spec["model_src"].get(platform)
    if source is None:
        return {}
    template, gguf = source["model_id"], source.get("gguf_model_id")
    values = source.get("quantizations", ["none"])
    names = {value: template.replace("{quantization}", value) for value in values}
    names |= {"gguf": gguf} if gguf else {}
    for name in names.values():
        if not is_hub_id(name):
            raise BadRow(f"{name} is not the id of a repository")
    return {value: model_key(platform, name) for value, name in names.items()}


def plain(specs: list[Row], platform: str, billions: float | None) -> str | None:
    """Return the unquantized repository of a size, the first where a family gives several."""
    found = (
        repositories(spec, platform).get("none")
        for spec in specs
        if relation(spec, "none") is None and size(spec) == billions
    )
    return next((name for name in found if name), None)


def relation(spec: Row, quantization: str) -> str | None:
    """Return how such a repository comes from the plain one of its size; None for a plain one."""
    form = spec.get("model_format", "pytorch")
    if form == "pytorch" and quantization == "none":
        return None
    return "converted" if form == "mlx" and quantization in FULL_PRECISION else "quantized"


def size(spec: Row) -> float | None:
    """Return the nominal size in billions; "1_5" stands for 1.5."""
    value = spec.get("model_size_in_billions")
    return None if value is None else float(str(value).replace("_", "."))


def shared(left: dict[str, str], right: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of values that two dictionaries hold under one key."""
    return ((name, right[key]) for key, name in left.items() if key in right)


def specifications(path: Path) -> Iterator[tuple[str, Row | BadRow]]:
    """Read the families, a row a specification; a model that has none is a row itself."""
    for place, row in jsonl(path):
        specs = row.get("model_specs") if isinstance(row, dict) else None
        if isinstance(row, BadRow) or not isinstance(specs, list) or not specs:
            yield place, row
            continue
        for number, spec in enumerate(specs, 1):
            yield f"{place}, specification {number}", {**row, "spec": spec}


SOURCE = Source(
    name="xinference",
    title="xinference, repositories of the models it serves",
    licence="Apache-2.0",
    feeds="models, derivations, aliases; models that this inference program supports",
    files=(File("*.jsonl*", specifications, specification, required=("model_name", "version")),),
    methods={"family-format": Method(0.96, 0.95, "49 of 51 parents agree with the Hub's tags")},
    reads_licences=False,
    tables=("models", "derivations", "aliases"),
    indicators=("M02", "M04", "M10", "M11", "M13"),
)
