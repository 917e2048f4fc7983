"""Snapshots over time on the command line: --as-of everywhere, imports onto another, diff and gc."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest
import typer
from tests.cli import Ran, begat

from begat.cli import app
from begat.snapshot import Home, Snapshot, embedded

ROOT = Path(__file__).parent.parent.parent
SAMPLES = ROOT / "tests" / "samples"
REFERENCE = (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
WITHOUT_SNAPSHOT = {"gc", "import", "queries", "snapshots", "sources", "synth"}
"""Commands that read no snapshot, or all of them."""
ELSEWHERE = {"demo", "diff", "serve", "sync"}
"""Commands that write a page, compare two snapshots, serve, or ask a platform: tested by themselves."""
READING = {
    "build": (),
    "bursts": ("--top", "3"),
    "check": ("Qwen/Qwen2.5-7B-Instruct", "--policy", str(ROOT / "docs" / "examples" / "policy.toml")),
    "claims": ("--only", "F0[2-9]"),
    "compare": ("alibaba", "meta", "--draws", "20"),
    "coverage": (),
    "dependence": ("--top", "3"),
    "explain": ("Alibaba", "--indicator", "M10"),
    "export": ("Qwen/Qwen2.5-7B-Instruct", "--as", "nquads"),
    "goalposts": (),
    "impact": ("Qwen/Qwen2.5-7B", "--top", "3"),
    "indicators": (),
    "influence": ("--top", "3"),
    "licence": ("Qwen/Qwen2.5-7B-Instruct",),
    "lineage": ("Qwen/Qwen2.5-7B-Instruct",),
    "report": ("Qwen/Qwen2.5-7B-Instruct",),
    "query": ("ancestors", "-p", "model=Qwen/Qwen2.5-7B-Instruct"),
    "rank": ("--draws", "0"),
    "review": ("--top", "3"),
    "search": ("qwen2.5-7b",),
    "share": ("--by", "kind"),
    "show": ("Qwen/Qwen2.5-7B",),
    "stats": (),
    "tree": ("Qwen/Qwen2.5-7B", "--budget", "5"),
    "trends": ("--top", "3", "--draws", "0"),
    "validate": ("--tables", "--all"),
    "whatif": ("--without", "institution:meta", "--draws", "20"),
}


@pytest.fixture(scope="module")
def before(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home of this module that holds the embedded snapshot only."""
    home = tmp_path_factory.mktemp("before")
    shutil.copytree(built / "derived", home / "derived", copy_function=os.link)
    return home


@pytest.fixture(scope="module")
def home(before: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with a later and a last snapshot; what is derived is shared with `before`."""
    home = tmp_path_factory.mktemp("home")
    (home / "derived").symlink_to(before / "derived")
    day = embedded().date
    for source, later in (
        ("radar", day.replace(year=day.year + 1)),
        ("hub-stats", day.replace(year=day.year + 2)),
    ):
        words = (
            ("--date", str(later), "--onto", "current") if source == "hub-stats" else ("--date", str(later))
        )
        assert begat("import", source, str(SAMPLES / source), *words, home=home).code == 0
    return home


def test_every_command_is_covered() -> None:
    """A new command says whether it reads a snapshot."""
    assert {*READING, *WITHOUT_SNAPSHOT, *ELSEWHERE} == set(COMMANDS)


@pytest.mark.parametrize("name", READING)
def test_as_of_reads_the_snapshot_of_that_day(before: Path, home: Path, name: str) -> None:
    """With --as-of a command prints what it printed on that day, whatever was imported since."""
    words = (name, *READING[name], "--format", "json")
    then = begat(*words, "--as-of", str(embedded().date), home=home)
    assert then.code == 0, then.err
    shown = begat(*words, home=before).out
    assert (then.out[:20], then.out) == (shown[:20], shown)


def test_as_of_takes_the_newest_that_is_not_younger(home: Path) -> None:
    """Between two snapshots a day gives the earlier one; without it the last import counts."""
    day = embedded().date
    middle = day.replace(year=day.year + 1)
    for asked, got in ((middle, middle), (middle.replace(day=28, month=12), middle)):
        assert begat("stats", "--as-of", str(asked), "-f", "json", home=home).rows["snapshot"] == str(got)
    assert begat("stats", "-f", "json", home=home).rows["snapshot"] == str(day.replace(year=day.year + 2))
    listed = begat("snapshots", "--as-of", str(middle), "-f", "json", home=home).rows
    assert [row["snapshot"] for row in listed] == [embedded().name, str(middle)]


def test_diff_of_previous_and_current(home: Path) -> None:
    """Without names the current snapshot is compared with the one before; keys are documented."""
    ran = begat("diff", "-f", "json", "--top", "0", home=home)
    assert ran.code == 0, ran.err
    models = [row for row in ran.rows if row["what"] == "model"]
    own = Home(home)
    old, new = own.previous(own.current()), own.current()
    ids = [set(item.frame("models").filter("listed")["id"]) for item in (old, new)]
    assert {row["id"] for row in models if row["change"] == "added"} == ids[1] - ids[0]
    assert all(f"`{key}`" in REFERENCE for key in ran.rows[0])
    csv = begat("diff", "-f", "csv", "--top", "0", home=home).out.splitlines()
    assert csv[0].split(",") == list(ran.rows[0])
    assert len(csv) == len(ran.rows) + 1


def test_diff_tells_people(home: Path) -> None:
    """The table begins with the numbers of changes; --what leaves the others out; equal ones say so."""
    ran = begat("diff", "--top", "2", "--what", "models", home=home)
    assert "What changed" in ran.out
    assert "model added" in ran.out
    assert "derivation" not in ran.out
    same = begat("diff", "current", "current", home=home)
    assert (same.out, "Nothing differs" in same.err) == ("", True)
    assert begat("diff", "current", "current", "-f", "json", home=home).rows == []
    assert begat("diff", "no-such", "current", home=home).code == 2
    assert "Did you mean models" in begat("diff", "--what", "modles", home=home).err


def imported(home: Path, *words: str) -> Ran:
    """Import a sample."""
    return begat("import", *words, "-f", "json", home=home)


def test_onto_and_complete(tmp_path: Path) -> None:
    """Several files come together; --complete leaves tombstones, and a shrunken listing is refused."""
    rows = [f'{{"id": "example-lab/m{place}", "tags": [], "likes": 1}}\n' for place in range(4)]
    files = [tmp_path / f"models{n}.jsonl" for n in range(2)]
    files[0].write_text("".join(rows[:2]), encoding="utf-8")
    files[1].write_text("".join(rows[2:]), encoding="utf-8")
    home = tmp_path / "home"
    both = imported(home, "radar", *map(str, files), "--date", "2026-01-01", "--complete")
    assert both.rows["models"] == 4
    words = ("radar", str(files[1]), "--date", "2026-02-01", "--onto", "current")
    refused = imported(home, *words, "--complete")
    assert (refused.code, "--accept-shrink" in refused.err) == (2, True)
    assert imported(home, *words).rows["models"] == 4
    imported(home, *words[:-1], "2026-01-01", "--complete", "--accept-shrink")
    gone = Home(home).current().frame("models").filter(~Home(home).current().frame("models")["listed"])
    assert gone.select("id", "last_listed").rows() == [
        (f"example-lab/m{n}", date(2026, 1, 1)) for n in range(2)
    ]


def test_a_snapshot_is_a_source(tmp_path: Path) -> None:
    """What two homes hold comes together by importing the one's snapshot onto the other's."""
    one, two, at_once = (tmp_path / name for name in ("one", "two", "at-once"))
    radar = imported(one, "radar", str(SAMPLES / "radar"), "--date", "2026-08-22")
    imported(two, "hub-stats", str(SAMPLES / "hub-stats"), "--date", "2026-09-22")
    imported(at_once, "radar", str(SAMPLES / "radar"), "--date", "2026-08-22")
    onto = ("--date", "2026-09-22", "--onto", "current")
    expected = imported(at_once, "hub-stats", str(SAMPLES / "hub-stats"), *onto)
    folder = one / "snapshots" / radar.rows["snapshot"]
    joined = imported(two, "begat", str(folder), "--onto", "current")
    assert joined.rows["digest"] == expected.rows["digest"]
    facts = {row["source"]: row for row in Home(two).current().sources}
    assert facts["radar"] == {row["source"]: row for row in Snapshot(folder).sources}["radar"]


def test_onto_the_embedded(tmp_path: Path) -> None:
    """An import onto the embedded snapshot keeps all that begat ships with."""
    words = ("radar", str(SAMPLES / "radar"), "--date", "2027-01-01", "--onto", "embedded")
    ran = imported(tmp_path, *words)
    assert ran.code == 0, ran.err
    assert ran.rows["models"] >= embedded().rows("models")
    assert {row["source"] for row in embedded().sources} <= {
        row["source"] for row in Home(tmp_path).current().sources
    }


def test_onto_needs_the_home(tmp_path: Path) -> None:
    """--onto names a snapshot of the home, so it does not go with --output or a name that is none."""
    words = ("radar", str(SAMPLES / "radar"))
    ran = imported(tmp_path, *words, "--onto", "current", "--output", str(tmp_path / "out"))
    assert (ran.code, "--output" in ran.err) == (2, True)
    assert imported(tmp_path, *words, "--onto", "no-such").code == 2


def test_gc_says_what_goes(tmp_path: Path) -> None:
    """What goes is printed with reason and bytes, all keys documented; a dry run removes nothing."""
    for day in ("2026-08-22", "2026-09-22"):
        imported(tmp_path, "radar", str(SAMPLES / "radar"), "--date", day)
    for words, left in ((("--dry-run",), 2), ((), 1)):
        ran = begat("gc", "--keep", "1", *words, "-f", "json", home=tmp_path)
        (row,) = ran.rows
        assert (row["what"], row["removed"]) == ("snapshot", not words)
        assert f"{row['bytes']:,} bytes" in ran.err
        assert all(f"`{key}`" in REFERENCE for key in row)
        assert len(list((tmp_path / "snapshots").iterdir())) == left
    assert begat("gc", "-f", "json", home=tmp_path).rows == []
