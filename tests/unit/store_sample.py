"""A small invented world for the tests of store and queries: every kind of fact, every kind of trouble."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pyoxigraph as ox

from begat.records import (
    Account,
    Alias,
    Benchmark,
    Dataset,
    Derivation,
    Institution,
    Model,
    Record,
    System,
    TrainedOn,
)
from begat.snapshot import Snapshot
from begat.store.quads import nquads

__all__ = ["HUB", "ODD", "TAGS", "in_memory", "world"]

HUB = "https://huggingface.co/"
TAGS = "https://w3id.org/begat/g/test/tags/current"
ODD = 'epoch:A "quoted" <model> \\ {x} 模型\n'
"""An id that no IRI and no literal holds as it stands."""

LAB, QUANTS = "example-lab", "example-quants"


def world() -> Iterator[Record]:
    """Yield the records; all names are examples and nobody's."""
    yield from models()
    yield from lineage()
    yield from who()
    yield Dataset(f"{LAB}/sums", licence_raw="cc-by-4.0")
    yield TrainedOn(f"{LAB}/base-math", f"{LAB}/sums", "tags", stage="end")
    yield TrainedOn(f"{LAB}/base", "plain-text", "card", stage="base")
    yield TrainedOn(f"{LAB}/base", f"{LAB}/sums", "card")
    yield System(
        f"{LAB}/engine",
        name="Example Engine",
        kind="inference-engine",
        maintainer="example-institute",
        repository=f"https://github.com/{LAB}/engine",
        licence_raw="mit",
    )
    yield System(f"{QUANTS}/tool", repository="https://example.org/a b", maintainer="nobody known")
    yield Benchmark("test:1", "Example Bench")
    yield Alias(f"{LAB}/old-base", f"{LAB}/base", "renamed")
    yield Alias("base-legacy", f"{LAB}/base", "legacy")
    yield Alias(f"modelscope:{LAB}/base", f"{LAB}/base", "mirror")


def models() -> Iterator[Model]:
    """Yield what sources list."""
    made = datetime(2025, 3, 1, 12, 30, 15, 250_000, tzinfo=UTC)
    yield Model(
        f"{LAB}/base",
        created_at=made,
        modified_at=made,
        task="text-generation",
        licence_raw="apache-2.0",
        parameters=7_000_000_000,
        family="Example Base",
        hub_id="0123456789abcdef01234567",
    )
    yield Model(f"{LAB}/base-math", licence_raw="cc-by-nc-4.0", task="Text generation")
    yield Model(f"{LAB}/base-instruct", licence_raw="llama3.1")
    for name in ("blend", "orphan", "stray", "selfish"):
        yield Model(f"{LAB}/{name}")
    for name in ("blend-GGUF", "instruct-exl2", "base-copy", "circle-a", "circle-b"):
        yield Model(f"{QUANTS}/{name}")
    yield Model(f"modelscope:{LAB}/base")
    yield Model(ODD, task='odd "task"')


def lineage() -> Iterator[Derivation]:
    """Yield a chain, a merge, a contested edge, a copy, a circle, and what has no parent that is known."""
    yield Derivation(f"{LAB}/base-instruct", f"{LAB}/base", "finetune", "tags")
    yield Derivation(f"{LAB}/base-instruct", f"{LAB}/base", "undetermined", "card")
    yield Derivation(f"{LAB}/base-math", f"{LAB}/base", "finetune", "tags")
    yield Derivation(f"{LAB}/blend", f"{LAB}/base-instruct", "merge", "tags", 0, 0.6)
    yield Derivation(f"{LAB}/blend", f"{LAB}/base-math", "merge", "tags", 1, 0.4)
    yield Derivation(f"{QUANTS}/blend-GGUF", f"{LAB}/blend", "quantized", "card")
    yield Derivation(f"{QUANTS}/instruct-exl2", f"{LAB}/base-instruct", "finetune", "card")
    yield Derivation(f"{QUANTS}/instruct-exl2", f"{LAB}/base-instruct", "quantized", "tags")
    yield Derivation(f"{QUANTS}/instruct-exl2", f"{LAB}/base-instruct", "quantized", "tags")
    yield Derivation(f"{QUANTS}/base-copy", f"{LAB}/base", "copy", "tags")
    yield Derivation(f"{QUANTS}/circle-a", f"{QUANTS}/circle-b", "finetune", "tags")
    yield Derivation(f"{QUANTS}/circle-b", f"{QUANTS}/circle-a", "finetune", "tags")
    yield Derivation(f"{LAB}/orphan", f"{LAB}/lost", "adapter", "tags")
    yield Derivation(f"{LAB}/stray", './output-32b/"merged"', "adapter", "card")
    yield Derivation(f"{LAB}/selfish", f"{LAB}/selfish", "finetune", "tags")
    yield Derivation(ODD, f"{LAB}/base", "distilled", "unheard-of")


def who() -> Iterator[Record]:
    """Yield accounts and institutions, one part of another."""
    yield Account("huggingface", "Example-Lab", "example-institute", basis="assumed")
    yield Account("huggingface", "example-old", "example-group", until=date(2020, 1, 1))
    yield Account("github", LAB, "example-institute")
    yield Institution("Example Group", id="example-group", kind="company", country="FR")
    yield Institution(
        "Example Institute",
        id="example-institute",
        name_zh="示例研究所",
        kind="research-institute",
        country="CN",
        parent="example-group",
        aliases=["EI", "示例所"],
    )


def in_memory(snapshot: Snapshot, scores: Path | None = None) -> ox.Store:
    """Return a store in memory; quick, and loaded from the same text as the one on disk."""
    store = ox.Store()
    for text, _ in nquads(snapshot, scores):
        store.load(text, format=ox.RdfFormat.N_QUADS)
    return store
