"""What tests share: small snapshots made from plain records, without network and without a pack."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

from begat.records import Record
from begat.resolve import gather
from begat.snapshot import Snapshot, compile_snapshot
from begat.sources.base import Method, Source

settings.register_profile("begat", deadline=None)
settings.load_profile("begat")

TEST_SOURCE = Source(
    name="test",
    title="records of a test",
    licence="CC0-1.0",
    files=(),
    methods={"tags": Method(0.98, 0.95), "card": Method(0.85, 0.5)},
    authority=0,
)

MakeSnapshot = Callable[[Iterable[Record]], Snapshot]


@pytest.fixture
def make_snapshot(tmp_path: Path) -> MakeSnapshot:
    """Return a function from records to a snapshot of 2026-01-01 whose only source is ``test``."""

    def make(records: Iterable[Record]) -> Snapshot:
        on = date(2026, 1, 1)
        parts = [gather(TEST_SOURCE, records, on=on)]
        return compile_snapshot(parts, tmp_path / "snapshots", provenance={})

    return make
