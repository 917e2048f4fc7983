"""What browser tests share: one browser a file, one explorer a run."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browser.opened import CHROMIUM, FLAGS
from tests.conftest import MakeSnapshot
from tests.server.running import Running, running
from tests.unit.view_sample import Sample, hostile_sample

from begat.registry import Registry, open_registry
from begat.server.explorer import warm
from begat.server.question import Limits
from begat.server.served import of_registry
from begat.server.settings import Settings


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Return a headless Chromium."""
    if not Path(CHROMIUM).exists():
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def family(make_snapshot: MakeSnapshot) -> Sample:
    """Return the family with hostile names."""
    return hostile_sample(make_snapshot)


@pytest.fixture(scope="session")
def registry(built: Path) -> Registry:
    """Return the embedded snapshot."""
    return open_registry(built)


@pytest.fixture(scope="session")
def explorer_settings() -> Settings:
    """Return settings under which one client may ask all day."""
    return Settings(Limits(errors_per_minute=1_000_000, running_per_client=64), call_seconds=300)


@pytest.fixture(scope="session")
def server(registry: Registry, explorer_settings: Settings) -> Iterator[Running]:
    """Serve the embedded snapshot, its slow pages already written."""
    with running(of_registry(registry), explorer_settings) as found:
        asyncio.run_coroutine_threadsafe(warm(found.service), found.loop).result()
        yield found
