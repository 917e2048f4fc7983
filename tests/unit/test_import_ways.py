"""The ways to get data in: a file at a web address, a table with a mapping, a folder, a share-alike dump."""

import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli import begat
from tests.fileserver import Hub, serving

SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return an empty home."""
    return tmp_path / "home"


@pytest.fixture
def hub() -> Iterator[Hub]:
    """Return a web server on this machine."""
    yield from serving()


def manifest(home: Path) -> dict[str, Any]:
    """Return what the current snapshot of a home says of its sources."""
    current = (home / "current").read_text(encoding="utf-8").strip()
    return tomllib.loads((home / "snapshots" / current / "SOURCES.toml").read_text(encoding="utf-8"))[
        "sources"
    ]


def test_only_rows_just_read_are_reported(home: Path) -> None:
    """Rows that an earlier import set aside are not told again, and one row is called one."""
    first = begat("import", "ecosystem-graphs", str(SAMPLES / "ecosystem-graphs"), home=home)
    assert "1 row could not be read" in first.err
    later = begat("import", "table", str(SAMPLES / "table" / "models.csv"), "--onto", "current", home=home)
    assert "2 rows could not be read" in later.err
    assert "eleutherai" not in later.err


def test_an_import_says_what_is_current(home: Path) -> None:
    """After an import its snapshot, and where it stands, are named with the next step."""
    file = str(SAMPLES / "hub-stats" / "models.parquet")
    alone = begat("import", "hub-stats", file, "--date", "2026-05-20", home=home)
    assert "2026-05-20 is the current snapshot now and holds only what was read" in alone.err
    later = begat("import", "hub-stats", file, "--date", "2026-06-20", "--onto", "current", home=home)
    assert "`begat diff 2026-05-20 current`" in later.err


def test_a_missing_file_has_no_date(home: Path) -> None:
    """Nothing is said of the date of a file that is not there."""
    ran = begat("import", "hub-stats", "no-such.parquet", home=home)
    assert ran.err.strip() == "begat: no-such.parquet: no such file or folder"


def test_a_web_address_in_place_of_a_path(hub: Hub, home: Path) -> None:
    """A file is fetched into the home and read; the snapshot says from where, without what may be secret."""
    content = (SAMPLES / "hub-stats" / "models.parquet").read_bytes()
    hub.answer = lambda handler: handler.serve(content)
    ran = begat(
        "import", "hub-stats", f"{hub.address}/x/models.parquet?key=secret", "--format", "json", home=home
    )
    assert ran.code == 0
    plain = begat(
        "import",
        "hub-stats",
        str(SAMPLES / "hub-stats"),
        "--date",
        "2025-06-15",
        "--format",
        "json",
        home=home,
    )
    assert ran.rows["models"] == plain.rows["models"] > 0
    begat("import", "hub-stats", f"{hub.address}/x/models.parquet?key=secret", home=home)
    facts = manifest(home)["hub-stats"]
    assert facts["locator"] == f"{hub.address}/x/models.parquet"
    assert facts["date"] == "2025-06-15"
    assert len(facts["download_sha256"]) == 64
    assert not [path for path in home.rglob("*") if path.is_file() and b"secret" in path.read_bytes()]


def test_an_address_that_gives_no_file(hub: Hub, home: Path) -> None:
    """A server that has no such file is a failed source: exit code 3, and no snapshot."""
    hub.answer = lambda handler: handler.head(404, content_length=0)
    ran = begat("import", "radar", f"{hub.address}/models.jsonl", home=home)
    assert ran.code == 3
    assert "the server answered 404" in ran.err
    assert not list(home.glob("snapshots/*"))


def test_a_table_carries_the_name_and_date_of_its_mapping(home: Path) -> None:
    """The mapping beside a file is found; its rows are set aside by place, its source is table:<name>."""
    ran = begat("import", "table", str(SAMPLES / "table" / "models.csv"), "--format", "json", home=home)
    assert ran.code == 0
    assert ran.rows["rows_set_aside"] == 2
    facts = manifest(home)["table:example-registry"]
    assert (facts["date"], facts["date_from"], facts["licence"]) == ("2026-01-15", "mapping", "CC0-1.0")
    shown = begat("show", "Qwen/Qwen2.5-7B-Instruct", "--format", "json", home=home).rows
    assert [row["source"] for row in shown["bases"]] == ["table:example-registry"]
    assert begat("build", home=home).code == 0


def test_a_mapping_that_is_named(home: Path, tmp_path: Path) -> None:
    """--mapping takes the place of the one beside the file; only tables have one, and a table is one file."""
    table = shutil.copy(SAMPLES / "table" / "models.csv", tmp_path / "rows.csv")
    other = tmp_path / "other.toml"
    other.write_text('name = "other"\n[models]\nid = "repo"\n', encoding="utf-8")
    ran = begat("import", "table", str(table), "--mapping", str(other), "--date", "2026-02-01", home=home)
    assert ran.code == 0
    assert manifest(home)["table:other"]["date"] == "2026-02-01"
    for words in (
        ("radar", str(table), "--mapping", str(other)),
        ("table", str(tmp_path)),
        ("table", str(table)),
    ):
        assert begat("import", *words, home=home).code == 2


def test_share_alike_is_said(home: Path) -> None:
    """A dump whose licence extends to what is made from it is imported, and the person is told."""
    ran = begat("import", "hub-snapshots", str(SAMPLES / "hub-snapshots"), "--date", "2026-05-18", home=home)
    assert ran.code == 0
    assert "hub-snapshots is under ODbL-1.0" in ran.err
    assert manifest(home)["hub-snapshots"]["licence"] == "ODbL-1.0"


def test_a_folder_that_is_read_as_a_whole(home: Path) -> None:
    """Ecosystem Graphs' folder of files is one input; what depends on what is kept, by name."""
    place = str(SAMPLES / "ecosystem-graphs")
    ran = begat("import", "ecosystem-graphs", place, "--date", "2025-01-15", "--format", "json", home=home)
    assert ran.code == 0
    shown = begat("show", "ecosystem-graphs:Deepseek Chat", "--format", "json", home=home).rows
    assert [row["parent"] for row in shown["bases"]] == ["ecosystem-graphs:Deepseek"]
