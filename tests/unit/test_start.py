"""What starting a command loads: libraries that are slow to import wait for the command that needs them."""

import subprocess
import sys

import pytest

SLOW = {
    "duckdb",
    "jinja2",
    "networkx",
    "polars",
    "pyarrow",
    "pydantic",
    "pyoxigraph",
    "rdflib",
    "rich",
    "scipy",
}


@pytest.mark.parametrize(
    ("module", "slow"),
    [("begat.cli", SLOW | {"begat.registry", "begat.cli.licence", "numpy"}), ("begat.registry", SLOW)],
)
def test_starting_loads_nothing_slow(module: str, slow: set[str]) -> None:
    """The command line loads no command and no registry, the registry no library of tables, pages or RDF."""
    program = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert slow.isdisjoint(loaded.stdout.split())
