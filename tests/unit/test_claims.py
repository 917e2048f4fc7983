"""Published statements, recomputed: verdicts, reference values, and files of one's own."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.cli import begat

from begat.answer.claims import KEYS, VERDICTS, claims, read
from begat.answer.figure.base import Facts, call, figures
from begat.errors import InputError, UnknownName, UnreadableFile
from begat.files import package_path
from begat.graph import load_or_build
from begat.records import Institution, Listing, Model
from begat.registry import open_registry
from begat.snapshot import Snapshot, embedded

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "concept" / "claims.md").read_text(encoding="utf-8")
PRESS = [f"F{number:02}" for number in range(1, 57)]

DIFFERENT = {"F35", "F54"}
"""Claims whose verdict rests on data that the snapshot lacks; the page says which."""

Row = dict[str, Any]
MakeSnapshot = Callable[..., Snapshot]


@pytest.fixture(scope="module")
def shipped(built: Path) -> dict[str, Row]:
    """Return all claims that ship with begat, checked against the embedded snapshot."""
    rows = open_registry(built).claims()
    assert all(tuple(row) == KEYS for row in rows)
    return {row["claim"]: row for row in rows}


def facts_of(snapshot: Snapshot, folder: Path) -> Facts:
    """Return what figures are computed from, for a snapshot of a test."""
    return Facts(snapshot, lambda: load_or_build(snapshot, folder / "graph"), lambda *_: [])


def write(folder: Path, text: str, name: str = "mine.toml") -> Path:
    """Write a file of claims."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def claim(test: str = "", further: str = "") -> str:
    """Return the text of one claim with one test."""
    head = f'[[claim]]\nid = "X"\nstatement = "s"\nsource = "a test"\ndefinition = "d"\n{further}\n'
    return head + (f"[[claim.test]]\n{test}\n" if test else "")


RANK = 'figure = "rank"\ninstitution = "Ali"\nedition = 2025-09-07\n'
SHARE = 'figure = "share"\nof = "likes"\ngroups = ["CN"]\nedition = 2025-09-07\n'
ROWS = 'figure = "rows"\ntable = "models"\nwhere = {}\n'
GROWTH = 'figure = "growth"\nstart = 2025-01-14\nend = 2025-09-07\n'


def test_all_press_claims_are_there(shipped: dict[str, Row]) -> None:
    """All 56 statements of the articles ship, each in English and Chinese, with source and definition."""
    assert [key for key in shipped if key.startswith("F")] == PRESS
    for row in shipped.values():
        assert row["statement"]
        assert row["statement_zh"]
        assert row["definition"]
        assert row["source"]


@pytest.mark.parametrize("key", PRESS)
def test_verdict_is_the_independent_one(shipped: dict[str, Row], key: str) -> None:
    """The recomputed verdict is the one found independently; the page explains those that differ."""
    row = shipped[key]
    if key in DIFFERENT:
        assert row["verdict"] == "not testable"
        assert row["reason"]
        assert f"| {key} |" in PAGE
    else:
        assert row["verdict"] == row["reference_verdict"]


def test_tally(shipped: dict[str, Row]) -> None:
    """Of the 56, 15 are supported, 20 contradicted and 21 not testable with the embedded snapshot."""
    counts = Counter(shipped[key]["verdict"] for key in PRESS)
    assert [counts[verdict] for verdict in VERDICTS] == [15, 20, 21]


def test_values_are_the_independent_ones(shipped: dict[str, Row]) -> None:
    """Every computed value with a reference agrees with it, and no data are missing for one."""
    compared = 0
    for row in shipped.values():
        if row["data_absent"]:
            continue
        for condition in row["conditions"]:
            assert condition["absent"] is None, (row["claim"], condition)
            if condition["reference"] is not None:
                compared += 1
                assert condition["agrees"], (row["claim"], condition)
    assert compared > 150


def test_reference_values_hold(shipped: dict[str, Row]) -> None:
    """Values that others published hold where the snapshot can tell; else it is said why not."""
    rows = [row for row in shipped.values() if row["collection"] == "reference values"]
    assert {row["claim"] for row in rows if row["verdict"] == "contradicted"} == set()
    assert sum(row["verdict"] == "supported" for row in rows) == 10
    absent = {row["claim"]: row["reason"] for row in rows if row["data_absent"]}
    assert absent == {
        f"E1-{day}": f"the snapshot holds no edition {day}" for day in ("2025-02-14", "2025-08-07")
    }


def test_verdict_follows_the_conditions(shipped: dict[str, Row]) -> None:
    """A claim is supported exactly where all conditions hold; the value shown is of one that decided."""
    for row in shipped.values():
        decisive = [condition for condition in row["conditions"] if condition["operator"]]
        assert bool(decisive) != (row["verdict"] == "not testable" and not row["data_absent"])
        if row["verdict"] == "contradicted":
            failed = next(condition for condition in decisive if not condition["holds"])
            assert row["value"] == failed["value"]
        if row["verdict"] == "supported":
            assert all(condition["holds"] for condition in decisive)


def test_nothing_stored_is_the_verdict(tmp_path: Path) -> None:
    """The stored verdict and references change neither verdict nor value: a wrong one is only not equal."""
    facts = facts_of(embedded(), tmp_path)
    stored = 'reference_verdict = "contradicted"'
    path = write(tmp_path, claim(RANK + "at_most = 3\nreference = 1", stored))
    row = claims(facts, [path])[0]
    assert (row["verdict"], row["value"], row["reference_verdict"]) == ("supported", 3, "contradicted")
    assert row["conditions"][0]["agrees"] is False


def test_data_decide(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """The same claim has another verdict on other data."""
    test = 'figure = "licence"\nmodel = "Qwen/Qwen2.5-3B"\nis = "qwen-research"'
    path = write(tmp_path, claim(test))
    other = make_snapshot([Model("Qwen/Qwen2.5-3B", licence_raw="apache-2.0")])
    here, there = (claims(facts_of(s, tmp_path), [path])[0] for s in (embedded(), other))
    assert (here["verdict"], there["verdict"]) == ("supported", "contradicted")
    assert (here["value"], there["value"]) == ("qwen-research", "apache-2.0")


def test_absent_data_are_loud(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """Without editions every claim with a condition on them is not testable, and says what is missing."""
    snapshot = make_snapshot([Model("a/b")])
    rows = {row["claim"]: row for row in claims(facts_of(snapshot, tmp_path))}
    for key in set(PRESS) - {"F34", "F56"}:
        row = rows[key]
        assert row["verdict"] == "not testable", key
        conditions = [condition for condition in row["conditions"] if condition["operator"]]
        assert row["data_absent"] == bool(conditions)
        if conditions:
            assert row["reason"].startswith("the snapshot holds no "), key
    assert "edition 2025-09-07" in rows["F01"]["reason"]
    assert rows["F34"]["data_absent"]
    assert rows["F56"]["data_absent"]
    assert rows["F12"]["reason"] == "nothing measurable is defined"


def test_unknown_institution_is_absent_with_near_names(tmp_path: Path) -> None:
    """An institution that an edition does not rank is no answer of 0; near names come with it."""
    path = write(tmp_path, claim(RANK.replace('"Ali"', '"Googel"') + "at_most = 2"))
    row = claims(facts_of(embedded(), tmp_path), [path])[0]
    assert row["data_absent"]
    assert "near: Google" in row["reason"]


WRONG = [
    ("not = [toml", UnreadableFile, "not TOML"),
    ('title = "x"', InputError, "no claim is stated"),
    ('[[claim]]\nid = "X"', InputError, "statement is missing"),
    (claim(), InputError, "no condition"),
    (claim(RANK), InputError, "no condition"),
    (claim(RANK + "at_most = 2", 'reason = "r"'), InputError, "no bound"),
    (claim(RANK + "at_most = 2\nat_least = 1"), InputError, "one bound, not at_least and at_most"),
    (claim(RANK.replace("rank", "rnk") + "is = 1"), UnknownName, "Did you mean rank"),
    (claim(RANK.replace("edition", "editon") + "is = 1"), UnknownName, "Did you mean edition"),
    (claim(RANK.replace("edition = 2025-09-07", "") + "is = 1"), InputError, "edition is missing"),
    (claim(RANK.replace("2025-09-07", '"2025-09-07"') + "is = 1"), InputError, "a date"),
    (claim(RANK.replace('"Ali"', "7") + "is = 1"), InputError, "a text, not 7"),
    (claim(RANK + 'dimension = "date"\nis = 1'), UnknownName, "evaluation"),
    (claim(RANK + "is = 1\ntolerance = -1"), InputError, "a number from 0"),
    (claim(RANK + "above = { figure = 'rnak' }"), UnknownName, "Did you mean rank"),
    (claim("at_most = 1"), InputError, "no figure is named"),
    (claim(RANK + "is = 1", 'statment = "x"'), UnknownName, "Did you mean statement"),
    (claim(RANK + "is = 1", 'reference_verdict = "suported"'), UnknownName, "Did you mean supported"),
    (claim(RANK + "is = 1", "note = 5"), InputError, "note takes a text"),
    (claim(RANK + "is = 1") * 2, InputError, "taken by another claim"),
    ('[[claim]]\nid = "X"\nstatement = "s"\nsource = "t"\ndefinition = "d"\ntest = 1', InputError, "tables"),
    (
        claim('figure = "growth"\nof = "rank"\nstart = 2025-01-14\nend = 2025-09-07\nis = 1'),
        InputError,
        "takes a",
    ),
    (
        claim('figure = "share"\nof = "likes"\ngroups = "CN"\nedition = 2025-09-07\nis = 1'),
        InputError,
        "a list",
    ),
]


@pytest.mark.parametrize(("text", "error", "message"), WRONG, ids=range(len(WRONG)))
def test_wrong_files(tmp_path: Path, text: str, error: type[Exception], message: str) -> None:
    """What a file gets wrong is an error that names file and place, before anything is computed."""
    path = write(tmp_path, text)
    with pytest.raises(error, match=message) as caught:
        read([path])
    assert "mine.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("test", "message"),
    [
        (RANK + 'method = "osir-54"\nis = 1', "no method"),
        (RANK + 'at_most = "two"', "no order"),
        (SHARE.replace("likes", "lkes") + "is = 1", "Did you mean likes"),
        (ROWS.replace("models", "modls") + "is = 1", "Did you mean models"),
        (ROWS.replace("{}", '{ acount = "x" }') + "is = 1", "Did you mean account"),
        (ROWS.replace("{}", '{ id = { contain = "x" } }') + "is = 1", "Did you mean contains"),
        (ROWS.replace("{}", "{ id = { before = 2025-01-01 } }") + "is = 1", "does not fit"),
        (GROWTH + 'of = { figure = "licence", model = "x" }\nis = 1', "no edition"),
    ],
)
def test_wrong_names_inside(tmp_path: Path, test: str, message: str) -> None:
    """A name that only the claim can get wrong is an error that names the claim, not missing data."""
    path = write(tmp_path, claim(test))
    with pytest.raises(InputError, match=message) as caught:
        claims(facts_of(embedded(), tmp_path), [path])
    assert "claim X" in str(caught.value)


def test_every_figure_is_documented_and_used() -> None:
    """The page names every figure with its arguments; the shipped claims use all but the named query."""
    used = set()
    for item in read([package_path("data", "claims")]):
        for test in item.tests:
            used |= {test.call.figure.name, *_inner(test.call.arguments), *_inner({"bound": test.bound})}
    assert used == figures().keys() - {"query"}
    for name, figure in figures().items():
        line = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
        assert all(f"`{argument}`" in line for argument in figure.parameters), line


def _inner(arguments: Any) -> set[str]:
    return {item.figure.name for item in arguments.values() if hasattr(item, "figure")}


def test_example_of_the_page_runs(tmp_path: Path) -> None:
    """The file that the page shows is a valid one, and its claims are tested."""
    text = PAGE.split("```toml\n")[1].split("```")[0]
    rows = claims(facts_of(embedded(), tmp_path), [write(tmp_path, text)])
    assert [row["verdict"] for row in rows] == ["supported", "contradicted"]


def test_named_query_is_a_figure(built: Path) -> None:
    """The rows of a named query, or a column of its first row, can be tested."""
    registry = open_registry(built)
    facts = Facts(registry.snapshot, lambda: registry.graph, lambda n, p: registry.query(n, **p).rows)
    stated: Row = {"figure": "query", "name": "ancestors", "params": {"model": "Qwen/Qwen2.5-7B-Instruct"}}
    assert call(stated, "here").value(facts) == len(
        registry.query("ancestors", model="Qwen/Qwen2.5-7B-Instruct").rows
    )
    with pytest.raises(UnknownName, match="column of ancestors"):
        call({**stated, "column": "nothing"}, "here").value(facts)


def test_figures_of_a_small_list(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """Amounts, growth, places and new names of six listed models, by hand."""
    first, second = date(2025, 1, 1), date(2025, 2, 1)

    def listed(edition: date, institution: str, name: str, downloads: int) -> Listing:
        return Listing(
            edition, institution, "model", "acc", name, modality="Language", downloads_30d=downloads
        )

    snapshot = make_snapshot(
        [
            Institution("House X", id="x-house", country="CN", osir="X"),
            Institution("House Y", id="y-house", country="US", osir="Y"),
            listed(first, "X", "a-1B", 100),
            listed(first, "Y", "b", 300),
            listed(second, "X", "a-1B", 400),
            listed(second, "X", "c-0.5B-Chat", 50),
            listed(second, "Y", "b", 300),
            listed(second, "Y", "d", 300),
        ]
    )
    facts = facts_of(snapshot, tmp_path)

    def value(**stated: Any) -> Any:
        return call(stated, "here").value(facts)

    downloads = {"figure": "amount", "of": "downloads", "groups": ["X"], "edition": first}
    assert value(**downloads) == 100
    assert value(figure="growth", of=downloads, start=first, end=second) == 4.5
    assert value(figure="growth", of=downloads, start=first, end=second, take="difference") == 350
    assert value(figure="place", institution="X", edition=second) == 1
    assert value(figure="place", institution="Y", edition=second) == 2
    assert value(figure="place", institution="X", name="c-0.5B-Chat", edition=second) == 4
    assert value(figure="new-models", country="US", edition=second) == 1
    assert value(figure="sizes", institution="X", starts="", edition=second, take="smallest") == 0.5
    assert value(figure="sizes", institution="X", starts="A", edition=second, take="largest") == 1
    assert value(figure="item", name="b", edition=second) == 300
    assert value(figure="series", institution="X", account="acc", contains="chat", edition=second) == 50
    assert value(figure="modalities", institution="X", edition=second) == 1
    for absent in (
        {"figure": "new-models", "country": "US", "edition": first},
        {"figure": "item", "name": "z", "edition": second},
        {"figure": "item", "name": "b", "edition": second, "platform": "huggingface"},
        {"figure": "place", "institution": "X", "name": "z", "edition": second},
        {"figure": "rows", "table": "models", "source": "osir", "where": {}},
    ):
        with pytest.raises(UnknownName):
            value(**absent)


@pytest.mark.parametrize(
    ("further", "test", "code"),
    [
        ("", RANK + "at_most = 3", 0),
        ("", RANK + "at_most = 2", 1),
        ("", RANK.replace("2025-09-07", "2025-02-14") + "at_most = 2", 1),
        ('reason = "no data on this"', "", 0),
    ],
    ids=["supported", "contradicted", "absent", "by nature"],
)
def test_strict(tmp_path: Path, further: str, test: str, code: int) -> None:
    """With --strict a contradicted claim and missing data end with 1; without it never."""
    path = str(write(tmp_path, claim(test, further)))
    assert begat("claims", path, home=tmp_path).code == 0
    assert begat("claims", path, "--strict", home=tmp_path).code == code


def test_command(tmp_path: Path) -> None:
    """The table shows id, verdict, value and statement; counts and missing data go to stderr."""
    own = tmp_path / "own"
    own.mkdir()
    write(own, claim(RANK + "at_most = 3"), "a.toml")
    write(own, claim(RANK.replace("2025-09-07", "2025-02-14") + "is = 4").replace('"X"', '"Y"'), "b.toml")
    ran = begat("claims", str(own), home=tmp_path)
    assert ran.code == 0
    assert "2 claims: 1 supported, 0 contradicted, 1 not testable (1 for lack of data)" in ran.err
    assert "Y: not testable: the snapshot holds no edition 2025-02-14" in ran.err
    assert [line.split()[:3] for line in ran.out.splitlines() if line.startswith(" X")] == [
        ["X", "supported", "3"]
    ]


def test_only(tmp_path: Path) -> None:
    """Ids and patterns of ids choose; one that fits nothing is an error with near ones."""
    rows = begat("claims", "--only", "F0[12]", "--only", "F34", "-f", "json", home=tmp_path).rows
    assert [row["claim"] for row in rows] == ["F01", "F02", "F34"]
    assert json.dumps(rows)
    ran = begat("claims", "--only", "G01", home=tmp_path)
    assert ran.code == 2
    assert "no claim named 'G01'" in ran.err


def test_missing_file(tmp_path: Path) -> None:
    """A file that is not there, and a folder without claims, are errors that name them."""
    assert "nothing.toml" in begat("claims", "nothing.toml", home=tmp_path).err
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "no .toml file" in begat("claims", str(empty), home=tmp_path).err
