"""The invented world of `store_sample`, and what only named queries ask for: dates, makers, bans."""

from collections.abc import Iterator
from datetime import UTC, datetime

from tests.unit.store_sample import LAB, ODD, QUANTS, world

from begat.records import Account, Alias, Dataset, Derivation, Institution, Model, Record, TrainedOn

__all__ = ["wider"]

OTHER = "example-other"


def wider() -> Iterator[Record]:
    """Yield the records; all names are examples and nobody's."""
    yield from world()
    yield from others()
    yield from dated()
    yield Dataset(f"{LAB}/private-sums", licence_raw="cc-by-nc-4.0")
    yield TrainedOn(f"{LAB}/base-math", f"{LAB}/private-sums", "tags", stage="end")
    yield TrainedOn(f"{OTHER}/remix", f"{LAB}/sums", "tags")
    yield Model(f"{OTHER}/circle-lora")
    yield Model(f"{QUANTS}/{OTHER}_remix-GGUF")
    yield Alias(f"{LAB}/older-base", f"{LAB}/base", "renamed")


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


def dated() -> Iterator[Model]:
    """Yield models with dates: one older than what it was made from, one on the day a period ends."""
    for name, made, licence in (
        (f"{OTHER}/remix", datetime(2025, 6, 30, 23, 59, tzinfo=UTC), "apache-2.0"),
        (f"{OTHER}/other-merge", datetime(2025, 2, 1, tzinfo=UTC), None),
        (f"{QUANTS}/base-copy", datetime(2024, 12, 31, tzinfo=UTC), "mit"),
    ):
        yield Model(name, created_at=made, licence_raw=licence)
    yield Model(ODD, created_at=datetime(2025, 7, 1, tzinfo=UTC))
