"""What every command must hold: help with examples, formats, exit codes, data and messages apart."""

import csv
import html
import io
import itertools
import json
import re
import shlex
import shutil
from importlib import import_module
from pathlib import Path

import pytest
import typer
from tests.cli import begat, program
from tests.conftest import THOROUGH
from typer.testing import CliRunner

from begat.cli import MODULES, app

ROOT = Path(__file__).parent.parent.parent
COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
REFERENCE = (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")

ROWS = {
    "check": (
        "check",
        "Qwen/Qwen2.5-7B-Instruct",
        "--policy",
        str(ROOT / "docs" / "examples" / "policy.toml"),
    ),
    "lineage": ("lineage", "Qwen/Qwen2.5-7B-Instruct", "--up"),
    "review": ("review", "--top", "3"),
    "impact": ("impact", "Qwen/Qwen2.5-7B", "--top", "3"),
    "notify": ("impact", "account:Qwen", "--notify", "--top", "3"),
    "influence": ("influence", "--top", "3"),
    "intervals": ("influence", "--by", "institution", "--draws", "20", "--undeclared", "0.3"),
    "compare": ("compare", "alibaba", "meta", "--draws", "20"),
    "dependence": ("dependence", "--top", "3"),
    "dependence-concentration": ("dependence", "--show", "concentration", "--top", "3"),
    "dependence-roots": ("dependence", "--show", "roots"),
    "credit": ("influence", "--explain", "Qwen/Qwen2.5-7B-Instruct"),
    "corrections": ("influence", "--show", "corrections", "--by", "institution"),
    "correlations": ("influence", "--show", "correlations", "--by", "country"),
    "own-house": ("influence", "--show", "own-house"),
    "quantizers": ("influence", "--show", "quantizers"),
    "rank": ("rank", "--draws", "50"),
    "effects": ("rank", "--show", "effects"),
    "leave-one-out": ("rank", "--show", "leave-one-out"),
    "choices": ("rank", "--show", "choices", "--method", "osir-53"),
    "coherence": ("rank", "--show", "coherence"),
    "explain": ("explain", "Alibaba", "--indicator", "M10"),
    "indicators": ("indicators",),
    "bursts": ("bursts", "--top", "3"),
    "trends": ("trends", "--top", "3", "--draws", "20"),
    "share": ("share", "--by", "kind"),
    "claims": ("claims", "--only", "F0[2-9]"),
    "search": ("search", "qwen2.5-7b"),
    "snapshots": ("snapshots",),
    "sources": ("sources",),
    "queries": ("queries",),
    "coverage": ("coverage", "licences"),
    "validate": ("validate", "--tables", "--all"),
    "query": ("query", "ancestors", "model=Qwen/Qwen2.5-7B-Instruct"),
    "export": ("export", "--list"),
    "tree": ("tree", "Qwen/Qwen2.5-7B", "--budget", "5"),
    "below": ("tree", "Qwen", "--below", "Qwen/Qwen2.5-7B"),
}
KEYS = {
    "check": {
        "asked", "model", "verdict", "policy", "policy_sha256", "snapshot", "digest", "reasons", "error",
    },
    "lineage": {"id", "depth", "relation", "via", "source", "method", "confidence", "inferred"},
    "review": {"raw", "guess", "method", "confidence", "reason", "models", "most_downloads_30d", "example"},
    "impact": {
        "id", "kind", "depth", "relation", "via", "evidence", "account", "institution", "country", "licence",
        "downloads_30d", "state", "gated", "mirror_of",
    },
    "notify": {
        "account", "institution", "country", "models", "datasets", "declared", "downloads_30d",
        "downloads_unknown", "nearest", "largest", "platform", "page", "own",
    },
    "influence": {
        "id", "rank", "children", "accounts", "descendants", "reach", "pagerank", "lineage_downloads",
        "h10", "momentum", "katz",
    },
    "intervals": {"id", "name", "rank", "reach", "value_low", "value_high", "low", "high"},
    "compare": {
        "kind", "id", "name", "models", "derivatives", "accounts", "by_relation", "measures", "shared",
    },
    "dependence": {
        "subject", "subject_name", "supplier", "supplier_name", "models", "share", "only", "roots", "back",
        "downloads_30d", "downloads_unknown",
    },
    "dependence-concentration": {
        "subject", "models", "resting", "own", "unstated", "untold", "share", "suppliers", "hhi", "effective",
        "largest", "largest_models", "largest_share", "largest_only",
    },
    "dependence-roots": {"weight", "total", "unknown", "suppliers", "hhi", "effective", "largest"},
    "credit": {"credit", "part", "id", "relation", "parent", "share", "account", "source", "method", "date"},
    "corrections": {
        "id", "rank", "own_house", "no_cap", "no_bursts", "full_quants", "copies", "declared",
    },
    "correlations": {"coefficient", "measure", "reach", "accounts"},
    "own-house": {"id", "name", "children", "own", "own_share"},
    "quantizers": {"id", "models", "remade", "remade_share", "bases"},
    "bursts": {
        "id", "flagged", "children", "accounts", "in_burst", "peak", "same_name", "unused", "per_account",
        "new_accounts", "reasons",
    },
    "rank": {"subject", "name", "rank", "low", "high", "score", "data", "model", "system", "evaluation"},
    "trends": {"date", "subject", "name", "rank", "low", "high", "score", "change", "comparable", "reason"},
    "share": {"date", "group", "value", "denominator", "unknown"},
    "claims": {"claim", "verdict", "value", "expected", "definition", "source"},
    "search": {"id", "kind", "name", "match"},
    "coverage": {"topic", "what", "value", "of", "share", "note"},
    "validate": {"check", "severity", "where", "count", "checked", "examples", "message", "fix"},
    "queries": {
        "name", "topic", "title", "title_zh", "description", "description_zh", "parameters", "example",
        "about", "profile",
    },
    "export": {"name", "title", "media_type", "suffix", "whole", "single", "folder"},
    "stats": {
        "snapshot", "models", "models_named_only", "derivations", "derivations_to_listed",
        "derivations_by_relation", "datasets", "trained_on", "institutions", "accounts", "systems",
        "benchmarks", "observations", "sources",
    },
    "whatif": {
        "without", "licence", "snapshot", "until", "evidence", "downloads_source", "downloads_on", "whole",
        "withdrawn", "resting", "exclusive", "by_channel", "by_relation", "by_depth", "institutions",
        "countries", "things", "quarters", "measure", "draws", "deep", "ranks", "ranking",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def home(built: Path) -> Path:
    """Return the home that all tests share; only the embedded snapshot is in it."""
    return built


@pytest.mark.parametrize("module", MODULES)
def test_commands_of_modules(module: str) -> None:
    """The table that says where a command lies, so that no other is loaded, names what is there."""
    own = typer.Typer()
    import_module(f"begat.cli.{module}").register(own)
    assert tuple(typer.main.get_group(own).commands) == MODULES[module]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_examples(home: Path, name: str) -> None:
    """Every command says what it does and gives an example that can be typed."""
    ran = begat(name, "--help", home=home)
    assert ran.code == 0
    assert "Examples:" in ran.out
    assert f"begat {name}" in ran.out
    for option in ("--format", "--home", "--as-of", "--quiet", "--no-progress"):
        assert option in ran.out


@pytest.mark.parametrize("name", COMMANDS)
def test_help_fills_its_lines(home: Path, name: str) -> None:
    """On a narrow terminal a paragraph of help ends a line only where the next word does not fit."""
    shown = begat(name, "--help", home=home, columns=80).out.partition("Examples:")[0].splitlines()
    for line, following in itertools.pairwise(shown[2:]):
        if line.strip() and following.strip():
            assert len(line.rstrip()) + 1 + len(following.split()[0]) > 78, line


@pytest.mark.parametrize("name", ["check", "dependence", "impact", "licence", "whatif"])
def test_examples_can_be_typed(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Each example in the help runs as it stands where the files that it names are; `check` may say no."""
    shutil.copy(ROOT / "docs" / "examples" / "policy.toml", tmp_path)
    (tmp_path / "models.txt").write_text("Qwen/Qwen2.5-7B-Instruct\ngoogle/gemma-2b\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    told = typer.main.get_command(app).commands[name].help.partition("Examples:")[2]  # type: ignore[attr-defined]
    examples = [shlex.split(line) for line in told.splitlines() if line.strip().startswith("begat ")]
    assert len(examples) >= 2
    for _, *words in examples:
        ran = begat(*words, home=home)
        assert ran.code in ((0, 1) if name == "check" else (0,)), (words, ran.err)
        assert ran.out or "-o" in words, words


def test_reference_page_is_current() -> None:
    """The page of commands is what the command line says of itself; `make check` compares every line."""
    done = program("--help", home=ROOT)
    assert done.code == 0
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        f"## `begat {name}`"
        for name in typer.main.get_command(app).commands  # type: ignore[attr-defined]
    ]


COSTLY = ("claims", "trends", "effects", "leave-one-out", "coherence", "choices")
"""Commands that take seconds: one format unless thoroughly."""


@pytest.mark.parametrize("name", ROWS)
def test_formats_agree(home: Path, name: str) -> None:
    """JSON, JSON Lines and CSV carry the same rows under the same keys; all keys are documented."""
    rows = begat(*ROWS[name], "--format", "json", home=home).rows
    assert rows
    if name != "query":
        assert all(f"`{key}`" in REFERENCE for key in rows[0]), rows[0].keys()
    assert set(rows[0]) >= KEYS.get(name, set())
    if name in COSTLY and not THOROUGH:
        return
    lines = begat(*ROWS[name], "--format", "jsonl", home=home).out
    assert [json.loads(line) for line in lines.splitlines()] == rows
    cells = list(csv.DictReader(io.StringIO(begat(*ROWS[name], "--format", "csv", home=home).out)))
    assert [list(row) for row in cells] == [list(row) for row in rows]


@pytest.mark.parametrize("form", ["outline", "icicle", "timeline", "hourglass"])
def test_rows_of_pages_agree(home: Path, form: str) -> None:
    """JSON Lines of a page are the rows of its JSON."""
    words = ("tree", "google/gemma-2b", "--as", form, "--format")
    whole = json.loads(begat(*words, "json", home=home).out)
    lines = begat(*words, "jsonl", home=home).out
    assert [json.loads(line) for line in lines.splitlines()] == whole["rows"] != []


@pytest.mark.parametrize("command", ["rank", "trends"] if THOROUGH else ["rank"])
def test_files_are_what_their_names_say(home: Path, tmp_path: Path, command: str) -> None:
    """-o writes a page, a picture or the rows, as the name of the file says; nothing comes on stdout."""
    starts = {"html": "<!doctype html>", "svg": "<svg", "csv": "", "json": "[", "jsonl": "{"}
    for kind, start in starts.items():
        path = tmp_path / f"{command}.{kind}"
        ran = begat(command, "--draws", "10", "-o", str(path), home=home)
        assert ran.code == 0, ran.err
        assert ran.out == ""
        assert path.read_text(encoding="utf-8").lstrip().startswith(start)
    rows = json.loads((tmp_path / f"{command}.json").read_text(encoding="utf-8"))
    cells = list(csv.DictReader((tmp_path / f"{command}.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["subject"] for row in cells] == [row["subject"] for row in rows]


@pytest.mark.parametrize(
    "words",
    [
        ("rank", "--draws", "10"),
        ("explain", "Alibaba"),
        ("explain", "Alibaba", "--indicator", "M10", "--top", "20"),
        ("indicators",),
        ("claims", "--only", "F0[2-9]"),
        ("trends", "--draws", "10"),
        ("share", "--by", "institution"),
        ("influence", "--by", "institution"),
        ("compare", "alibaba", "meta", "--draws", "20"),
        ("dependence",),
        ("dependence", "--show", "concentration"),
        ("whatif", "--without", "institution:meta", "--draws", "20", "--top", "3"),
        ("lineage", "Qwen/Qwen2.5-7B-Instruct", "--up"),
        ("review", "--top", "3"),
        ("sources", "--live"),
        ("snapshots",),
        ("coverage",),
        ("validate", "--tables"),
    ],
    ids=" ".join,
)
def test_tables_can_be_read(home: Path, words: tuple[str, ...]) -> None:
    """A table fits 80 columns, its headings are whole, and what had no room is named on stderr."""
    ran = begat(*words, home=home, columns=80)
    every = set(begat(*words, home=home, columns=400).out.split("───")[0].split())
    assert max(map(len, ran.out.splitlines())) <= 80
    gone = set(ran.err.partition("see --format json: ")[2].replace("\n", " ").replace("_", " ").split())
    heads = ran.out.split("───")[0].split()
    assert every - set(heads) <= {word.strip(",") for word in gone}


def test_names_have_room(home: Path) -> None:
    """On 80 columns a name of up to 16 characters is on one line."""
    ran = begat("rank", "--draws", "10", home=home, columns=80)
    for name in ("Hugging Face", "Microsoft", "Shanghai AI", "Salesforce"):
        assert name in ran.out


def test_trends_say_who_moved(home: Path) -> None:
    """With --since the rows are those of both editions, the largest move first, all keys documented."""
    words = ("trends", "--since", "2025-05-07", "--until", "2025-07-07", "--draws", "20", "--format", "json")
    rows = begat(*words, home=home).rows
    assert rows[0]["subject"] == "Apple"
    assert all(f"`{key}`" in REFERENCE for key in rows[0])


def test_stats_is_one_object(home: Path) -> None:
    """`stats` prints one object with the keys that other tools rely on, all documented."""
    found = begat("stats", "--format", "json", home=home).rows
    assert set(found) >= KEYS["stats"]
    assert all(f"`{key}`" in REFERENCE for key in found)


def test_whatif_is_one_object(home: Path) -> None:
    """`whatif` prints one object with stable keys; those of its rows are documented, too."""
    words = ("whatif", "--without", "institution:meta", "--by-quarter", "--until", "2024-06-30")
    found = begat(*words, "--draws", "20", "--format", "json", home=home).rows
    assert set(found) == KEYS["whatif"]
    rows = [found, *(value for value in found.values() if isinstance(value, dict))]
    rows += [value[0] for value in found.values() if isinstance(value, list)]
    assert all(f"`{key}`" in REFERENCE for row in rows for key in row)


def test_table_is_plain_when_piped(home: Path) -> None:
    """A piped table has no colours and no control characters."""
    ran = program("rank", home=home)
    assert ran.code == 0
    assert "Alibaba" in ran.out
    assert "\x1b" not in ran.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("lineage", "Qwen/Qwen2.5-7B-Instrct"), "Did you mean Qwen/Qwen2.5-7B-Instruct"),
        (("show", "qwen/qwen2.5-7b-instrukt"), "Did you mean Qwen/Qwen2.5-7B-Instruct"),
        (("tree", "no-such/model-anywhere-at-all"), "no model, account, institution or family named"),
        (("tree", "Qwen/Qwen2.5-7B", "--group", "finetune"), "--below"),
        (("lineage", "Qwen/Qwen2.5-7B", "--relation", "finetuned"), "finetune"),
        (("rank", "--method", "osir-53", "--edition", "1999-01-01"), "2025-09-07"),
        (("rank", "--edition", "1999-01-01"), "too little is known"),
        (("rank", "--edition", "2030-01-01"), "knows nothing of 2030-01-01"),
        (("rank", "--method", "osir-53", "--by", "country"), "ranks institutions only"),
        (("rank", "--method", "osir-53", "--without-burst"), "no caps, no bursts"),
        (("rank", "--add-noise", "many"), "is no noise"),
        (("rank", "--by", "kind", "--country", "CN"), "chooses among institutions"),
        (("rank", "--add-noise", "10:1:google/gemma-2bb"), "Did you mean google/gemma-2b"),
        (("rank", "--add-noise", "9:1:google/gemma-2b", "--method", "osir-53"), "from its items"),
        (("rank", "--add-noise", "9:1:google/gemma-2b", "--show", "effects"), "Leave out --add-noise."),
        (("rank", "--add-noise", "9:1:google/gemma-2b", "-o", "a.svg"), "Write .csv, .json or .jsonl."),
        (("rank", "--add-noise", "9:1:google/gemma-2b", "-o", "a.html"), "Write .csv, .json or .jsonl."),
        (("rank", "--add-noise", "9:1:google/gemma-2b", "--draws", "9"), "Leave out --draws."),
        (("rank", "--add-noise", "9:1:google/gemma-2b", "--seed", "9"), "Leave out --seed."),
        (("rank", "--show", "effects", "--draws", "9"), "Leave out --draws."),
        (("rank", "--show", "effects", "-o", "a.html"), "Write .csv, .json or .jsonl."),
        (("rank", "--top", "9", "-o", "a.html"), "Leave out --top."),
        (("rank", "--lang", "zh"), "--lang is of the page"),
        (("tree", "google/gemma-2b", "--as", "dot", "--by", "country"), "no use for --by country"),
        (("tree", "google/gemma-2b", "--as", "icicle", "--colour", "country"), "Take pyvis"),
        (("tree", "google/gemma-2b", "--lang", "zh"), "no use for --lang zh"),
        (("tree", "google/gemma-2b", "--as", "svg", "--format", "json"), "has no rows"),
        (("claims", "--only", "F01", "-o", "a.svg"), "Write .html, .csv, .json, .jsonl."),
        (("rank", "--edition", "today"), "YYYY-MM-DD"),
        (("rank", "--method", "osir"), "osir-53"),
        (("rank", "--draws", "0", "-o", "ranking.pdf"), "Write .html, .svg, .csv, .json or .jsonl."),
        (("trends", "--draws", "0", "--since", "2025-02-01"), "2025-01-14"),
        (("trends", "--draws", "0", "--since", "2025-09-07"), "2025-09-07 is not before 2025-09-07"),
        (("trends", "--draws", "0", "--until", "2025-09-07"), "--since"),
        (("influence", "--measure", "reech"), "Did you mean reach?"),
        (("influence", "--measure", "h_index"), "--by institution"),
        (
            ("influence", "--measure", "h10", "--draws", "5"),
            "accounts, lineage_downloads, reach can be drawn",
        ),
        (("influence", "--by", "family", "--country", "CN"), "a family has no seat"),
        (("influence", "--relation", "finetuned"), "Did you mean finetune?"),
        (("influence", "--on", "today"), "YYYY-MM-DD"),
        (("influence", "--undeclared", "0.3"), "Add --draws"),
        (("influence", "--draws", "9", "--show", "corrections"), "not with --explain or --show"),
        (("influence", "--explain", "Qwen/Qwen2.5-7B-Instrct"), "Did you mean Qwen/Qwen2.5-7B-Instruct"),
        (("influence", "--explain", "Googel", "--by", "institution"), "Did you mean google"),
        (("influence", "--explain", "Qwen/Qwen2.5-7B", "--measure", "katz"), "lineage_downloads, reach"),
        (("explain", "Alibb"), "Did you mean alibaba"),
        (
            ("explain", "Ali", "--method", "osir-53", "--indicator", "num_speech"),
            "data:num_speech or model:num_speech",
        ),
        (("rank", "--country", "XX"), "none of those asked for"),
        (("query", "ancestor"), "Did you mean ancestors"),
        (("query", "ancestors", "-p", "model"), "Write name=value"),
        (("query", "ancestors", "model"), "Write name=value"),
        (("query", "ancestors", "model=Qwen/Qwen2.5-7B-Instrukt"), "Did you mean Qwen/Qwen2.5-7B-Instruct"),
        (("query", "ancestors", "model=a/b", "-p", "model=Qwen/Qwen2.5-7B"), "given twice"),
        (("query", "ancestors", "model="), "the parameter model is empty"),
        (("query", "SELECT * { ?s ?p ?o }"), "Write it into a file that ends in .rq"),
        (("validate", "no-such.ttl"), "no-such.ttl: there is no such file"),
        (("export", "Qwen/Qwen2.5-7B", "--as", "spdx", "--down"), "Leave --down out"),
        (("query", "mine.rq", "model=Qwen/Qwen2.5-7B"), "mine.rq"),
        (("queries", "--topic", "licence"), "Did you mean licences"),
        (("queries", "ancestor"), "Did you mean ancestors"),
        (("query", "nothing.rq"), "nothing.rq"),
        (("stats", "--as-of", "2001-01-01"), "no snapshot is as old as 2001-01-01. The oldest is of"),
        (("diff",), "there is none before it"),
        (("import", "table", "no-such.csv"), "no-such.csv.toml: there is no such mapping"),
        (("import", "hub-stats", "no-such.parquet"), "begat: no-such.parquet: no such file or folder"),
        (("import", "pack", "no-such"), "no-such: no such folder"),
        (("import", "hub-stats", "no-such.parquet", "--onto", "no-such"), "no snapshot named 'no-such'"),
    ],
)
def test_wrong_input(home: Path, words: tuple[str, ...], message: str) -> None:
    """Wrong input ends with code 2 and a message on stderr that helps; nothing comes on stdout."""
    ran = begat(*words, home=home)
    assert ran.code == 2
    assert message in " ".join(ran.err.split())
    assert ran.out == ""


def test_a_query_without_rows_says_so(home: Path) -> None:
    """Where nothing is found stderr says it in place of a table; the machine formats are empty lists."""
    words = ("query", "ancestors", "model=Qwen/Qwen2.5-7B")
    ran = begat(*words, home=home)
    assert (ran.code, ran.out, ran.err.splitlines()[0]) == (0, "", "Nothing was found.")
    ran = begat(*words, "--format", "json", home=home)
    assert (ran.code, ran.out, ran.err) == (0, "[]\n", "")
    assert begat(*words, "--format", "csv", home=home).out == "id,ancestor\n"


def test_moments_are_short_for_people(home: Path) -> None:
    """A table shows a day or a day and a minute, in UTC as all moments are; CSV has the whole."""
    days = "VALUES ?t { '2026-05-29T00:00:00Z'^^xsd:dateTime '2026-05-29T12:43:11Z'^^xsd:dateTime }"
    for form, shown in (
        ("table", ["2026-05-29", "2026-05-29 12:43"]),
        ("csv", ["2026-05-29 12:43:11+00:00"]),
    ):
        words = ["query", "-", "-f", form]
        ran = CliRunner().invoke(app, words, input=f"SELECT ?t {{ {days} }}", env={"BEGAT_HOME": str(home)})
        assert {line.strip() for line in ran.stdout.splitlines()} >= set(shown)


def test_a_query_is_read_from_stdin(home: Path) -> None:
    """The name `-` is SPARQL on stdin."""
    env = {"BEGAT_HOME": str(home)}
    ran = CliRunner().invoke(app, ["query", "-", "-f", "csv"], input="SELECT (1 AS ?x) {}", env=env)
    assert (ran.exit_code, ran.stdout) == (0, "x\n1\n")


def test_what_is_not_there_is_not_listed(home: Path) -> None:
    """For people `build` leaves out what has no value; the machine formats keep every key."""
    assert not re.search(r"(?m)^ (onto|added|removed) *$", begat("build", home=home).out)
    assert begat("build", "--format", "json", home=home).rows["onto"] is None


def test_a_query_is_told_and_shown(home: Path, tmp_path: Path) -> None:
    """What `queries NAME` and `query --show` print is SPARQL: run from a file it gives the same rows."""
    told = begat("queries", "descendants", "--format", "json", home=home).rows
    assert told["parameters"][0]["kind"] == "iri:model"
    assert told["sparql"] in begat("queries", "descendants", home=home).out
    words = ("query", "descendants", "model=qwen/qwen2.5-7b")
    own = tmp_path / "own.rq"
    own.write_text(begat(*words, "--show", home=home).out, encoding="utf-8")
    assert "<https://huggingface.co/Qwen/Qwen2.5-7B>" in own.read_text(encoding="utf-8")
    ids = [row["id"] for row in begat(*words, "--format", "json", home=home).rows]
    assert len(ids) > 100
    assert [row["id"] for row in begat("query", str(own), "--format", "json", home=home).rows] == ids


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_list_of_queries_fits_a_terminal(home: Path, lang: str) -> None:
    """Every query stands in a table of 80 columns under its topic, its name unbroken."""
    shown = begat("queries", "--lang", lang, home=home, columns=80)
    assert shown.err == ""
    for row in begat("queries", "--format", "json", home=home).rows:
        assert f" {row['name']} " in shown.out
        listed = begat("queries", "--topic", row["topic"], "--format", "json", home=home).rows
        assert row in listed


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--by", "country", "--cap", "none"),
        ("--without-burst",),
        ("--method", "osir-53", "--country", "CN", "--edition", "2025-07-07"),
    ],
    ids=" ".join,
)
def test_page_opens_its_numbers(home: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    """The command that a page prints beside a name gives the scores that the page shows."""
    page = tmp_path / "page.html"
    begat("rank", *words, "--draws", "0", "-o", str(page), home=home)
    shown = begat("rank", *words, "--draws", "0", "--format", "json", home=home).rows
    commands = re.findall(r"<code>begat (explain .*?)</code>", page.read_text(encoding="utf-8"))
    row, typed = shown[0], shlex.split(html.unescape(commands[0]))
    assert typed[1] == row["subject"]
    parts = begat(*typed, "--format", "json", home=home).rows
    for dimension in ("data", "model", "system", "evaluation"):
        added = sum(part["contribution"] for part in parts if part["dimension"] == dimension)
        assert added == pytest.approx(row[dimension], abs=1e-12)


@pytest.mark.parametrize("form", ["table", "json"])
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("Alibaba", "--indicator", "D05"), "not scored: "),
        (("DeepSeek", "--indicator", "S09"), "missing; fed by "),
        (("Ali", "--indicator", "num_preference", "--method", "osir-53"), "observed zero"),
        (
            ("Ali", "--indicator", "num_evaluation_tools", "--method", "osir-53", "--edition", "2024-12-13"),
            "no part of this ranking; fed by ",
        ),
    ],
)
def test_no_rows_have_a_reason(home: Path, words: tuple[str, ...], reason: str, form: str) -> None:
    """Where no rows are behind an indicator, stderr says why; an empty table is not drawn."""
    ran = begat("explain", *words, "--format", form, home=home)
    assert (ran.code, ran.out) == (0, "" if form == "table" else "[]\n")
    assert f"No rows are behind {words[2]}: {reason}" in ran.err


@pytest.mark.parametrize("by", ["institution", "country", "kind"])
def test_sums_are_told_from_institutions(home: Path, by: str) -> None:
    """Whoever ranks sums is told that goalposts are those of institutions; others are not."""
    ran = begat("rank", "--by", by, "--draws", "0", "--format", "json", home=home)
    assert ran.rows
    assert ("goalposts of institutions" in ran.err) == (by != "institution")


def test_mistyped_command_is_suggested(home: Path) -> None:
    """A mistyped command gets the right one."""
    ran = begat("lineag", home=home)
    assert ran.code == 2
    assert "lineage" in ran.err


def test_version(home: Path) -> None:
    """`--version` prints the version."""
    assert begat("--version", home=home).out == "begat 0.1.0\n"


def test_quiet_is_silent(home: Path) -> None:
    """With `-q` nothing but data and errors is printed."""
    ran = program("build", "-q", "--format", "json", home=home)
    assert ran.err == ""
    sizes = {"models", "derivations", "links", "labelled", "names", "scores", "quads"}
    assert set(ran.rows) == {"snapshot", "profile", *sizes, "onto", "added", "removed"}


def test_names_are_found_as_people_write_them(home: Path) -> None:
    """Any case, a URL and an old name lead to the model."""
    for text in ("qwen/QWEN2.5-7b", "https://huggingface.co/Qwen/Qwen2.5-7B/tree/main", " Qwen/Qwen2.5-7B "):
        assert begat("show", text, "--format", "json", home=home).rows["id"] == "Qwen/Qwen2.5-7B"
    renamed = begat("show", "meta-llama/Meta-Llama-3.1-8B-Instruct", "--format", "json", home=home)
    assert renamed.rows["id"] == "meta-llama/Llama-3.1-8B-Instruct"


def test_control_characters_do_not_reach_the_terminal() -> None:
    """Escape sequences and direction marks in names are removed from what people read."""
    from begat.cli.output import printable

    assert printable("a\x1b[31mred\u202e\x07b\n") == "a[31mredb\n"


def test_closed_pipe_ends_quietly(home: Path) -> None:
    """A reader that stops early is no error message."""
    import os
    import subprocess
    import sys

    command = f"{sys.executable} -m begat.cli influence --top 0 --format jsonl | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command], env={**os.environ, "BEGAT_HOME": str(home)}, capture_output=True, check=False
    )
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""
