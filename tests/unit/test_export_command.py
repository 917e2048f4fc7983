"""The commands: what is exported can be imported again, and what is not fit for that is refused."""

from pathlib import Path

import pytest
from tests.cli import Ran, begat

from begat.snapshot import Home, Snapshot

SAMPLES = Path(__file__).parent.parent / "samples"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home whose current snapshot is a small one of two sources."""
    home = tmp_path / "home"
    done(begat("import", "epoch", str(SAMPLES / "epoch"), "--date", "2026-05-01", home=home))
    models = str(SAMPLES / "hub-stats" / "models.parquet")
    done(begat("import", "hub-stats", models, "--date", "2026-05-20", "--onto", "current", home=home))
    return home


def done(ran: Ran) -> Ran:
    """Return what a command left that must have ended well."""
    assert ran.code == 0, ran.err
    return ran


def files(snapshot: Snapshot) -> dict[str, bytes]:
    """Return the files of a snapshot."""
    paths = [path for path in snapshot.path.rglob("*") if path.is_file()]
    return {str(path.relative_to(snapshot.path)): path.read_bytes() for path in paths}


@pytest.mark.parametrize("name", ["x.nq.gz", "x.trig", "x.jsonld"])
def test_there_and_back_and_there_again(home: Path, tmp_path: Path, name: str) -> None:
    """Another home gets the same snapshot from a file, and writes the same file of it."""
    form = {"gz": "nquads", "trig": "trig", "jsonld": "jsonld"}[name.rpartition(".")[2]]
    done(begat("export", "--as", form, "-o", str(tmp_path / name), home=home))
    other = tmp_path / "other"
    told = done(begat("import", "begat-rdf", str(tmp_path / name), "-f", "json", home=other))
    first, second = Home(home).current(), Home(other).current()
    assert told.rows["digest"] == second.digest == first.digest
    assert files(second) == files(first)
    assert second.sources == first.sources
    done(begat("export", "--as", form, "-o", str(tmp_path / f"again-{name}"), home=other))
    assert (tmp_path / f"again-{name}").read_bytes() == (tmp_path / name).read_bytes()


def test_onto_another_snapshot(home: Path, tmp_path: Path) -> None:
    """Read onto a snapshot, what the sources in the file said joins what others said."""
    done(begat("export", "--as", "nquads", "-o", str(tmp_path / "x.nq"), home=home))
    other = tmp_path / "other"
    done(begat("import", "radar", str(SAMPLES / "radar"), "--date", "2026-05-20", home=other))
    done(begat("import", "begat-rdf", str(tmp_path / "x.nq"), "--onto", "current", home=other))
    found = {row["source"] for row in Home(other).current().sources}
    assert found >= {"epoch", "hub-stats", "radar"}


def test_a_wrong_file_changes_nothing(home: Path, tmp_path: Path) -> None:
    """A file without records is refused, and the current snapshot stays; so does one that is cut off."""
    before = Home(home).current_path()
    path = tmp_path / "x.nq"
    done(begat("export", "--as", "nquads", "--no-records", "-o", str(path), home=home))
    ran = begat("import", "begat-rdf", str(path), home=home)
    assert (ran.code, "holds no records" in ran.err) == (4, True)
    done(begat("export", "--as", "nquads", "-o", str(path), home=home))
    path.write_bytes(path.read_bytes()[:-2000])
    ran = begat("import", "begat-rdf", str(path), home=home)
    assert ran.code in {2, 4}
    assert Home(home).current_path() == before
    assert len(list((home / "snapshots").iterdir())) == 2


def test_made_up_rows_stay_apart(home: Path, tmp_path: Path) -> None:
    """A synthetic Hub that went through RDF is still never taken into a home of real sources."""
    synthetic, path = tmp_path / "synthetic", tmp_path / "x.nq.gz"
    done(begat("synth", "--models", "1000", "-o", str(synthetic), home=tmp_path / "unused"))
    done(begat("export", "--as", "nquads", "-o", str(path), home=synthetic))
    ran = begat("import", "begat-rdf", str(path), home=home)
    assert (ran.code, "never stand among them" in ran.err) == (2, True)
    again = done(begat("import", "begat-rdf", str(path), home=tmp_path / "apart"))
    assert Home(tmp_path / "apart").current().synthetic, again.err


def test_a_model_comes_on_stdout(home: Path) -> None:
    """One model is printed; a whole snapshot and a folder want a name, and say so."""
    model = Home(home).current().frame("models").filter("listed")["id"][0]
    ran = done(begat("export", model, "--as", "nquads", home=home))
    assert ran.out.startswith("<https://")
    assert ran.out.endswith(" .\n")
    whole = begat("export", "--as", "trig", home=home)
    assert (whole.code, "goes into a file" in whole.err, whole.out) == (2, True, "")
    assert "2026-05-20.trig" in whole.err
    assert begat("export", "--as", "parquet", home=home).code == 2
    assert begat("export", "--as", "nquads", "--down", home=home).code == 2
    assert "begat export --list" in begat("export", home=home).err
    assert begat("import", "begat-rdf", "x.nq", "--date", "2026-01-01", home=home).code == 2
