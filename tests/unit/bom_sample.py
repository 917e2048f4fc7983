"""A small invented lineage with what a bill of materials must say, and how to make one from tables."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from begat.graph.build import build
from begat.interchange.format.base import Content
from begat.interchange.pedigree import Pedigree, pedigree
from begat.records import (
    TABLES,
    Account,
    Dataset,
    Derivation,
    Institution,
    Model,
    Record,
    TrainedOn,
    to_table,
)
from begat.snapshot import Snapshot, write_snapshot

__all__ = ["CASES", "LAB", "QUANTS", "content", "lineage", "of", "written"]

LAB, QUANTS = "example-lab", "example-quants"

CASES = {
    "plain": f"{LAB}/base",
    "fine-tuned-and-quantized": f"{QUANTS}/chat-GGUF",
    "merged": f"{LAB}/blend",
    "adapter": f"{LAB}/chat-lora",
    "name-only": f"{LAB}/lost",
    "other-platform": f"modelscope:{LAB}/base",
    "taught": f"{LAB}/chat",
    "circle": f"{QUANTS}/circle-a",
}
"""Kind of lineage -> a model that has it."""


def lineage() -> Iterator[Record]:
    """Yield the records; all names are examples and nobody's."""
    made = datetime(2025, 3, 1, 12, 30, 15, tzinfo=UTC)
    yield Model(
        f"{LAB}/base",
        created_at=made,
        modified_at=made,
        task="text-generation",
        library="transformers",
        licence_raw="apache-2.0",
        parameters=7_000_000_000,
        papers=["2501.00001"],
        family="example-base",
        hub_id="0123456789abcdef01234567",
    )
    yield Model(f"{LAB}/chat", licence_raw="llama3.1")
    yield Model(f"{LAB}/math", licence_raw="other")
    yield Model(f"{LAB}/blend", licence_raw="openrail++, apache-2.0")
    yield Model(f"{LAB}/chat-lora", licence_raw="Example Lab License v2")
    yield Model(f"{QUANTS}/chat-GGUF")
    yield Model(f"{LAB}/orphan")
    yield Model(f"{QUANTS}/circle-a")
    yield Model(f"{QUANTS}/circle-b")
    yield Model(f"modelscope:{LAB}/base", licence_raw="apache-2.0")
    yield from _derivations()
    yield Dataset(f"{LAB}/sums", modality="tabular,text", licence_raw="cc-by-4.0", languages=["en", "zh"])
    yield Dataset(f"{LAB}/talk", derived_from=[f"{LAB}/sums", f"{LAB}/gone"])
    yield TrainedOn(f"{LAB}/base", "plain-text", "card", stage="base")
    yield TrainedOn(f"{LAB}/chat", f"{LAB}/talk", "tags", stated_on=date(2025, 4, 1))
    yield TrainedOn(f"{LAB}/chat", f"{LAB}/talk", "card", stage="end")
    yield TrainedOn(f"{LAB}/chat", "custom", "card")
    yield Account("huggingface", LAB, "example-institute", basis="assumed")
    yield Institution("Example Institute", id="example-institute", kind="company", country="FR")


def _derivations() -> Iterator[Record]:
    """Yield a chain, a contested kind, a merge with weights, an adapter, a copy, a circle, loose ends."""
    yield Derivation(f"{LAB}/chat", f"{LAB}/base", "finetune", "tags", stated_on=date(2025, 4, 1))
    yield Derivation(f"{LAB}/chat", f"{LAB}/base", "undetermined", "card")
    yield Derivation(f"{LAB}/math", f"{LAB}/base", "finetune", "tags")
    yield Derivation(f"{LAB}/blend", f"{LAB}/chat", "merge", "tags", 0, 0.6)
    yield Derivation(f"{LAB}/blend", f"{LAB}/math", "merge", "tags", 1, 0.4)
    yield Derivation(f"{LAB}/chat-lora", f"{LAB}/chat", "adapter", "tags")
    yield Derivation(f"{LAB}/chat-lora", './output-32b/"merged"', "adapter", "card")
    yield Derivation(f"{QUANTS}/chat-GGUF", f"{LAB}/chat", "quantized", "card")
    yield Derivation(f"modelscope:{LAB}/base", f"{LAB}/base", "copy", "card")
    yield Derivation(f"{LAB}/orphan", f"{LAB}/lost", "finetune", "tags")
    yield Derivation(f"{QUANTS}/circle-a", f"{QUANTS}/circle-b", "finetune", "tags")
    yield Derivation(f"{QUANTS}/circle-b", f"{QUANTS}/circle-a", "finetune", "tags")


def written(tables: Mapping[str, Sequence[Any]], folder: Path) -> Snapshot:
    """Write rows as they stand as a snapshot: what no resolver has seen can be as hostile as it likes."""
    whole = {name: to_table(record, tables.get(name, ())) for name, record in TABLES.items()}
    facts = {"test": {"date": "2026-01-01", "licence": "CC0-1.0", "locator": "nowhere"}}
    return write_snapshot(whole.items(), folder, name="2026-01-01", on=date(2026, 1, 1), sources=facts)


def content(snapshot: Snapshot, model: str, *, inferred: bool = False) -> Content:
    """Return what a format is given for one model."""
    graph = build(snapshot, inferred=inferred)
    return Content(snapshot, graph=lambda: graph, scores=lambda: snapshot.path, node=graph.ids.find(model))


def of(snapshot: Snapshot, model: str, *, inferred: bool = False) -> Pedigree:
    """Return the pedigree of one model."""
    return pedigree(content(snapshot, model, inferred=inferred))
