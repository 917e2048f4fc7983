"""Never a half snapshot: killed, two at once, disk full."""

import os
import resource
import subprocess
from pathlib import Path

import pytest
from tests.cli import begat
from tests.faults.kills import RUN, imported, kill_imports

from begat.snapshot import Home

SAMPLES = Path(__file__).parent.parent / "samples"
FIRST = ("radar", str(SAMPLES / "radar"), "--date", "2026-08-22")


@pytest.fixture
def second(tmp_path: Path) -> tuple[str, ...]:
    """Return the words of an import of 20,000 models onto the current snapshot."""
    path = tmp_path / "models.jsonl"
    row = '{{"id": "example-lab/m{}", "tags": ["base_model:quantized:example-lab/m0"], "likes": {}}}\n'
    path.write_text("".join(row.format(n, n % 97) for n in range(20_000)), encoding="utf-8")
    return ("radar", str(path), "--date", "2026-09-01", "--onto", "current", "--complete")


def test_killed_at_any_moment(tmp_path: Path, second: tuple[str, ...]) -> None:
    """After each kill the home opens, every snapshot is whole; the repeated import gives the same bytes."""
    calm, home = tmp_path / "calm", tmp_path / "home"
    for place in (calm, home):
        place.mkdir()
        imported(place, FIRST)
    seconds = imported(calm, second)
    found = kill_imports(home, second, kills=10, seconds=seconds, seed=1)
    assert found.killed >= 5
    imported(home, second)
    assert Home(home).current().digest == Home(calm).current().digest
    assert Home(home).leftovers() == []
    assert len(list((home / "snapshots").iterdir())) == 2


def test_two_writers(tmp_path: Path, second: tuple[str, ...]) -> None:
    """Of two imports at once one writes; the other says so with exit code 2, or comes after it."""
    env = {**os.environ, "BEGAT_HOME": str(tmp_path / "home")}
    begat("import", *FIRST, home=tmp_path / "home")
    two = [
        subprocess.Popen([*RUN, *second, "-q"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    errors = [running.communicate(timeout=120)[1].decode() for running in two]
    codes = [running.returncode for running in two]
    assert 0 in codes
    for code, error in zip(codes, errors, strict=True):
        assert code in (0, 2)
        assert code == 0 or "another begat is writing" in error
    assert Home(tmp_path / "home").current().verify() == []
    assert len(list((tmp_path / "home" / "snapshots").iterdir())) == 2


@pytest.mark.parametrize("size", [1_000, 10_000, 40_000])
def test_full_disk(tmp_path: Path, second: tuple[str, ...], size: int) -> None:
    """Where no file can grow further the import fails with the reason; the old snapshot stays in service."""
    home = tmp_path / "home"
    good = begat("import", *FIRST, "-f", "json", home=home)
    ran = subprocess.run(
        [*RUN, *second, "-q"],
        env={**os.environ, "BEGAT_HOME": str(home)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 2, ran.stderr
    assert "File too large" in ran.stderr.decode()
    assert "Traceback" not in ran.stderr.decode()
    current = Home(home).current()
    assert (current.digest, current.verify()) == (good.rows["digest"], [])
    assert begat("import", *second, home=home).code == 0
    assert Home(home).leftovers() == []
