"""begat's own table of benchmarks keeps its rules."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from begat.ids import slug

TABLE = Path(__file__).parents[2] / "data" / "benchmark-owners.toml"

Entry = dict[str, Any]


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    """The benchmarks of the table."""
    table: dict[str, list[Entry]] = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    assert set(table) == {"benchmark"}
    return table["benchmark"]


def test_only_known_keys_and_no_empty_value(entries: list[Entry]) -> None:
    """Entries have the documented keys; what is unknown is left out."""
    assert set().union(*entries) == {"id", "name", "aliases", "owners", "dataset", "arxiv", "source"}
    assert all(value for entry in entries for value in entry.values())


def test_ids_are_slugs_in_order_and_each_name_is_of_one_benchmark(entries: list[Entry]) -> None:
    """Ids are sorted slugs; no id or alias occurs twice in the table."""
    ids = [entry["id"] for entry in entries]
    names = [*ids, *(alias for entry in entries for alias in entry.get("aliases", ()))]
    assert ids == sorted(ids)
    assert [name for name in names if slug(name) != name] == []
    assert [name for name, count in Counter(names).items() if count > 1] == []
