"""The invented world of `store_sample`, and what only named queries ask for: dates, makers, bans."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from tests.unit.store_sample import LAB, ODD, QUANTS, world

from begat.records import (
    Account,
    Alias,
    Benchmark,
    Dataset,
    Derivation,
    Evaluation,
    Institution,
    Listing,
    Model,
    Observation,
    Record,
    System,
    TrainedOn,
)

__all__ = ["second", "wider"]

OTHER = "example-other"


def wider() -> Iterator[Record]:
    """Yield the records; all names are examples and nobody's."""
    yield from world()
    yield from others()
    yield from dated()
    yield from measured()
    yield Dataset(f"{LAB}/private-sums", licence_raw="cc-by-nc-4.0", derived_from=[f"{LAB}/sums"])
    yield TrainedOn(f"{LAB}/base-math", f"{LAB}/private-sums", "tags", stage="end")
    yield TrainedOn(f"{OTHER}/remix", f"{LAB}/sums", "tags")
    yield Model(f"{OTHER}/circle-lora")
    yield Model(f"{QUANTS}/{OTHER}_remix-GGUF")
    yield Alias(f"{LAB}/older-base", f"{LAB}/base", "renamed")


def second() -> Iterator[Record]:
    """Yield what another source says: the same of one derivation, otherwise of one model."""
    yield Model(f"{LAB}/base", parameters=8_000_000_000)
    yield Derivation(f"{LAB}/base-math", f"{LAB}/base", "finetune", "tags")


def others() -> Iterator[Record]:
    """Yield what another institution, of another country, made from the models of the first."""
    yield Institution("Example Other", id="example-other", kind="university", country="DE")
    yield Institution("Example Twin", id="twin-a", kind="community", aliases=["Two of a name"])
    yield Institution("Example Twin", id="twin-b", kind="community")
    yield Account("huggingface", OTHER, "example-other", basis="assumed")
    yield Account("huggingface", QUANTS)
    yield Derivation(f"{OTHER}/remix", f"{LAB}/blend", "finetune", "tags")
    yield Derivation(f"{OTHER}/remix", f"{LAB}/base", "finetune", "card")
    yield Derivation(f"{OTHER}/other-merge", f"{LAB}/base-math", "merge", "tags")
    yield Derivation(f"{OTHER}/other-merge", f"{LAB}/base-instruct", "merge", "tags")
    yield Derivation(f"{OTHER}/circle-lora", f"{QUANTS}/circle-a", "adapter", "tags")


def measured() -> Iterator[Record]:
    """Yield results on a benchmark, figures, an edition of a ranking; one model has a system and papers."""
    yield Benchmark("test:2", "Example Quiz", owners=["example-institute"], paper="https://example.org/quiz")
    yield Evaluation(f"{LAB}/base", "test:2", "accuracy", 0.5, split="test", method="run")
    yield Evaluation(f"{LAB}/base-math", "test:2", "accuracy", 0.75, split="test", method="run")
    yield Evaluation(
        f"{LAB}/base-math", "test:2", "f1", 0.7, evaluated_on=date(2025, 5, 1), method="reported"
    )
    yield Observation(f"{LAB}/base", "model", "downloads_30d", 40.0, observed_on=date(2025, 5, 1))
    yield Observation(f"{LAB}/base", "model", "downloads_30d", 50.0, observed_on=date(2025, 6, 1))
    yield Observation(f"{LAB}/base", "model", "likes", 7.0, observed_before=date(2025, 6, 1))
    yield Listing(date(2025, 6, 1), "Example Group", "model", LAB, "base")
    yield System(f"{LAB}/trainer", name="Example Trainer", libraries=["example-trainer"])
    yield Model(f"{LAB}/base-math", library="example-trainer", papers=["2407.10671"])


def dated() -> Iterator[Model]:
    """Yield models with dates: one older than what it was made from, one on the day a period ends."""
    for name, made, licence in (
        (f"{OTHER}/remix", datetime(2025, 6, 30, 23, 59, tzinfo=UTC), "apache-2.0"),
        (f"{OTHER}/other-merge", datetime(2025, 2, 1, tzinfo=UTC), None),
        (f"{QUANTS}/base-copy", datetime(2024, 12, 31, tzinfo=UTC), "mit"),
    ):
        yield Model(name, created_at=made, licence_raw=licence)
    yield Model(ODD, created_at=datetime(2025, 7, 1, tzinfo=UTC))
