"""A small world for the tests of pages about things: two companies, users, a dataset, a system."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from tests.unit.view_sample import HOSTILE, made

from begat.records import (
    Account,
    Benchmark,
    Dataset,
    Evaluation,
    Institution,
    Model,
    Observation,
    Record,
    System,
    TrainedOn,
)
from begat.registry import Registry
from begat.snapshot import Home, Snapshot

__all__ = ["entity_records", "hostile_records", "registry_of"]

ON = date(2026, 1, 1)


def dated(name: str, *parents: str, day: date, kind: str = "finetune", licence: str = "mit") -> list[Record]:
    """Return a model of a day and what it was made from."""
    _, *edges = made(name, *parents, kind=kind)
    created = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return [Model(name, licence_raw=licence, created_at=created, library="toolkit"), *edges]


def entity_records() -> list[Record]:
    """Return the records of the world.

    acme (US) has acme/base and, through its part, sub/tuned; bolt (CN) has bolt/base. Three users derive from
    acme, one of them from bolt too, and bolt makes one model from acme's.
    """
    records: list[Record] = [
        Institution("Acme", id="acme", name_zh="埃克米", kind="company", country="US", aliases=["Acme Inc"]),
        Institution("Acme Sub", id="acme-sub", kind="company", country="US", parent="acme"),
        Institution("Bolt", id="bolt", kind="company", country="CN"),
        Institution("Idle", id="idle", kind="university", country="SE"),
        *(Account("huggingface", account, institution, basis="curated") for account, institution in OPERATED),
        *dated("acme/base", day=date(2025, 1, 10), licence="apache-2.0"),
        *dated("sub/tuned", "acme/base", day=date(2025, 2, 10)),
        *dated("bolt/base", day=date(2025, 3, 10)),
        *dated("bolt/from-acme", "acme/base", day=date(2025, 4, 10)),
        *dated("user-a/one", "sub/tuned", day=date(2025, 11, 10)),
        *dated("user-a/two", "user-a/one", day=date(2025, 12, 10), kind="quantized"),
        *dated("user-b/mix", "acme/base", "bolt/base", day=date(2025, 12, 20), kind="merge"),
        *dated("user-c/bolt", "bolt/base", day=date(2025, 6, 1), kind="adapter", licence="cc-by-nc-4.0"),
        *made("user-a/copy", "acme/base", kind="copy"),
        Dataset("acme/data", languages=["en"], licence_raw="mit"),
        TrainedOn("user-a/one", "acme/data", "tags", stage="end"),
        TrainedOn("user-c/bolt", "acme/data", "card"),
        System("acme/toolkit", name="Toolkit", kind="library", maintainer="acme", libraries=["toolkit"]),
        Benchmark("quiz", name="Quiz", owners=["bolt"], dataset="acme/data"),
        Benchmark("quiz-5-shot", same_as="quiz"),
        Evaluation("acme/base", "quiz", "acc", 0.5, evaluated_on=ON),
        Evaluation("bolt/base", "quiz-5-shot", "acc", 0.75, evaluated_on=ON),
        Evaluation("bolt/base", "quiz", "acc", 0.25),
        Observation("acme/toolkit", "system", "stars", 7, observed_on=ON),
        Observation("acme/toolkit", "system", "stars", 5, observed_on=date(2025, 6, 1)),
    ]
    for name, count in DOWNLOADS.items():
        records.append(Observation(name, "model", "downloads_30d", count, observed_on=ON))
    return records


OPERATED = (("acme", "acme"), ("sub", "acme-sub"), ("bolt", "bolt"))
DOWNLOADS = {"acme/base": 1000, "sub/tuned": 10, "bolt/base": 500, "user-a/one": 3}


def hostile_records() -> list[Record]:
    """Return the world with names that try to be more than names, wherever a name can stand."""
    records = entity_records()
    for place, name in enumerate(HOSTILE):
        records += made(name, "acme/base", licence=name)
        records += [
            Dataset(f"{name} data", languages=[name], licence_raw=name),
            TrainedOn(name, f"{name} data", "tags", stage=name),
            System(f"{name}/system{place}", name=name, kind=name, libraries=[name], repository=name),
            Benchmark(f"quiz{place}", name=name, category=name, paper=name, harnesses=[name]),
            Evaluation(name, f"quiz{place}", name, 1.0),
            Observation(name, "model", name, 1.0, observed_on=ON),
            Institution(
                f"{name} Inc", id=f"evil-{place}", name_zh=name, kind="company", aliases=[name], ror=name
            ),
            Account("huggingface", f"evil-{place}", f"evil-{place}", basis=name),
            *made(f"evil-{place}/{name.partition('/')[2][:20]}", "acme/base"),
        ]
    return records


def registry_of(
    make_snapshot: Callable[[Iterable[Record]], Snapshot], records: Iterable[Record], home: Path
) -> Registry:
    """Return a registry of records."""
    return Registry(Home(home), make_snapshot(records))
