"""Servers that the tests of this folder share: one of a small file, one of the embedded snapshot."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.server.running import DATA, Running, running

from begat.registry import open_registry
from begat.server.question import Limits
from begat.server.served import Served, of_path, of_registry
from begat.server.settings import Settings

GENEROUS = Settings(Limits(errors_per_minute=1_000_000, running_per_client=64))
"""As it is but for the share of one client: all tests come from one address."""


@pytest.fixture(scope="session")
def file_served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """Return the small data set, loaded."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "small.trig").write_text(DATA, encoding="utf-8")
    return of_path(folder / "small.trig", folder / "store")


@pytest.fixture(scope="session")
def small(file_served: Served) -> Iterator[Running]:
    """Serve the small data set."""
    with running(file_served, GENEROUS) as server:
        yield server


@pytest.fixture(scope="session")
def whole(built: Path) -> Iterator[Running]:
    """Serve the embedded snapshot."""
    with running(of_registry(open_registry(built)), GENEROUS) as server:
        yield server
