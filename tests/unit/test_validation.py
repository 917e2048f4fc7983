"""The checks of a snapshot: a sound one holds, and each rule sees what breaks it."""

import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.conftest import TEST_SOURCE
from tests.unit.validation_sample import LAB, QUANTS, altered, sound

from begat.errors import ShapeError
from begat.records import TABLES, fields
from begat.resolve import gather
from begat.snapshot import Snapshot, compile_snapshot, embedded
from begat.validation import ERROR, WARNING, Finding, check_snapshot, refuse, wrong
from begat.validation.every import rules as rules_of_every
from begat.validation.manifest import CHECKS
from begat.validation.snapshot import tables
from begat.validation.words import is_licence

Change = Callable[[pl.DataFrame], pl.DataFrame]


def put(column: str, value: Any) -> Change:
    """Return a change that puts a value into the first row."""

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        kind = frame.schema[column]
        first = pl.int_range(pl.len()) == 0
        other = pl.lit(pl.Series([value], dtype=kind)).first() if value is not None else pl.lit(None, kind)
        return frame.with_columns(pl.when(first).then(other).otherwise(column).alias(column))

    return change


def where(column: str, key: str, **values: Any) -> Change:
    """Return a change of the row that has a value in a column."""

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        hit = pl.col(column) == key
        return frame.with_columns(
            pl.when(hit).then(pl.lit(value, frame.schema[name])).otherwise(name).alias(name)
            for name, value in values.items()
        )

    return change


def twice(frame: pl.DataFrame) -> pl.DataFrame:
    """Repeat the first row."""
    return pl.concat([frame.head(1), frame])


def only(**values: Any) -> Change:
    """Return a change that leaves one row of these values."""
    return lambda frame: pl.DataFrame([values], schema=frame.schema)


MATH = {"child": f"{LAB}/base-math", "parent": f"{LAB}/base"}
GUESS = {"relation": "quantized", "method": "rule", "evidence": "text", "confidence": 0.9, "source": "begat"}
CONTEST = {"kind": "model", "id": f"{LAB}/base", "field": "licence", "kept": "MIT", "kept_source": "a",
           "value": "GPL-3.0-only", "source": "test"}  # fmt: skip

BREAKS: dict[tuple[str, str], Change] = {
    ("models", "id-once"): twice,
    ("models", "id-well-formed"): put("id", "no owner"),
    ("models", "platform-of-id"): put("platform", "modelscope"),
    ("models", "id-not-in-two-cases"): lambda frame: pl.concat(
        [frame, frame.filter(pl.col("id") == f"{LAB}/base").with_columns(id=pl.lit("Example-Lab/Base"))]
    ),
    ("models", "account-of-id"): put("account", "somebody"),
    ("models", "hub-id-once"): lambda frame: frame.with_columns(hub_id=pl.lit("0" * 24)),
    ("models", "created-before-modified"): put("modified_at", datetime(2001, 1, 1)),  # noqa: DTZ001
    ("models", "gone-or-listed"): put("last_listed", date(2025, 1, 1)),
    ("models", "hub-id-well-formed"): put("hub_id", "0123"),
    ("models", "parameters-a-count"): put("parameters", 0),
    ("models", "licence-id"): put("licence", "apache 2"),
    ("datasets", "id-once"): twice,
    ("datasets", "created-before-modified"): where("id", f"{LAB}/sums", modified_at=datetime(2001, 1, 1)),  # noqa: DTZ001
    ("datasets", "not-from-itself"): put("derived_from", [f"{LAB}/numbers"]),
    ("datasets", "derived_from-known"): put("derived_from", ["nobody/knows"]),
    ("datasets", "licence-id"): put("licence", "free"),
    ("derivations", "relation-listed"): put("relation", "cousin"),
    ("derivations", "status-listed"): put("status", "perhaps"),
    ("derivations", "child-known"): put("child", "nobody/knows"),
    ("derivations", "parent-known"): where("status", "resolved", parent="nobody/knows"),
    ("derivations", "parent-listed"): where("status", "dangling", status="resolved"),
    ("derivations", "dangling-not-listed"): where("status", "resolved", status="dangling"),
    ("derivations", "unresolved-without-parent"): where("status", "unresolved", parent=f"{LAB}/base-math"),
    ("derivations", "self-is-no-edge"): where("status", "self", status="resolved"),
    ("derivations", "ends-differ"): where("status", "resolved", parent="Example-Lab/Base-Math"),
    ("derivations", "edge-once"): where("status", "duplicate", status="resolved"),
    ("derivations", "duplicate-of-another"): where("status", "duplicate", method="card"),
    ("derivations", "edge-has-confidence"): where("status", "resolved", confidence=None),
    ("derivations", "ordinal-from-0"): put("ordinal", -1),
    ("derivations", "share-from-0-to-1"): put("share", 60.0),
    ("inferences", "relation-listed"): only(**MATH, **(GUESS | {"relation": "cousin"})),
    ("inferences", "child-known"): only(**(MATH | {"child": "nobody/knows"}), **GUESS),
    ("inferences", "ends-differ"): only(**(MATH | {"parent": "EXAMPLE-LAB/base-math"}), **GUESS),
    ("inferences", "evidence-not-blank"): only(**MATH, **(GUESS | {"evidence": ""})),
    ("trained_on", "model-known"): put("model", "nobody/knows"),
    ("trained_on", "dataset-known"): put("dataset", "nobody/knows"),
    ("accounts", "institution-known"): put("institution", "nobody"),
    ("accounts", "tenure-once"): twice,
    ("accounts", "one-operator"): lambda frame: pl.concat(
        [frame, frame.filter("current").with_columns(institution=pl.lit("example-institute"))]
    ),
    ("accounts", "since-before-until"): where("account", LAB, until=date(2010, 1, 1)),
    ("accounts", "operator-has-source"): put("source", None),
    ("institutions", "id-once"): twice,
    ("institutions", "kind-listed"): put("kind", "club"),
    ("institutions", "country-iso"): put("country", "XX"),
    ("institutions", "parent-known"): put("parent", "nobody"),
    ("institutions", "no-circle"): where("id", "example-group", parent="example-institute"),
    ("institutions", "ror-well-formed"): put("ror", "abc"),
    ("institutions", "wikidata-well-formed"): put("wikidata", "42"),
    ("systems", "id-once"): twice,
    ("systems", "id-well-formed"): put("id", "engine"),
    ("systems", "not-renamed-to-itself"): put("former", [f"{LAB}/engine"]),
    ("systems", "maintainer-known"): put("maintainer", "nobody"),
    ("systems", "licence-id"): put("licence", "free"),
    ("benchmarks", "id-once"): twice,
    ("benchmarks", "same_as-known"): put("same_as", "nothing"),
    ("benchmarks", "same-as-ends"): lambda frame: frame.with_columns(same_as=pl.col("id").reverse()),
    ("benchmarks", "owners-known"): put("owners", ["nobody"]),
    ("evaluations", "model-known"): put("model", "nobody/knows"),
    ("evaluations", "benchmark-known"): put("benchmark", "nothing"),
    ("evaluations", "metric-named"): put("metric", " "),
    ("observations", "subject_kind-listed"): put("subject_kind", "martian"),
    ("observations", "metric-named"): put("metric", " "),
    ("observations", "figure-once"): lambda frame: pl.concat(
        [frame.head(1), frame.with_columns(value=pl.col("value") + 1)]
    ),
    ("observations", "a-count"): put("value", 0.5),
    ("observations", "dated"): put("observed_on", None),
    ("observations", "window-named"): put("metric", "downloads"),
    ("observations", "subject-known"): put("subject", "nobody/knows"),
    ("listings", "kind-listed"): put("kind", "space"),
    ("listings", "institution-known"): put("institution", "Nobody"),
    **{
        ("listings", f"{name}-a-count"): put(name, 2**53)
        for name in ("downloads_30d", "likes", "discussions", "children", "dataset_usage")
    },
    ("aliases", "kind-listed"): put("kind", "nickname"),
    ("aliases", "resolved"): put("resolved", None),
    ("aliases", "ends"): lambda frame: pl.concat(
        [frame, frame.with_columns(id=pl.lit("a/b"), resolved=pl.lit(f"{LAB}/old-base"))]
    ),
    ("aliases", "resolved-known"): put("resolved", "nobody/knows"),
    ("contested", "kind-listed"): only(**(CONTEST | {"kind": "cat"})),
    ("contested", "values-differ"): only(**(CONTEST | {"value": "MIT"})),
    ("contested", "sources-differ"): only(**(CONTEST | {"kept_source": "test"})),
    ("set_aside", "reason-not-blank"): only(file="f", place="1", reason=" ", text=None, source="test"),
}
"""What breaks each rule of a table; the first is the rule that must see it."""

ALSO = {
    "rows-as-written", "input-rows-conserved", "statements-conserved",
}  # fmt: skip
"""Checks that a further row breaks too."""


def generic() -> dict[tuple[str, str], Change]:
    """Return what breaks each rule that follows from a column."""
    found: dict[tuple[str, str], Change] = {}
    for name, record in TABLES.items():
        kinds = {column.name: column.kind for column in fields(record)}
        for rule in rules_of_every(name):
            column, _, what = rule.name.partition("-")
            ahead = {date: date(2999, 1, 1), datetime: datetime(2999, 1, 1)}  # noqa: DTZ001
            value = {"given": None, "finite": float("inf"), "not-ahead": ahead.get(kinds[column]),
                     "from-0-to-1": 1.5, "declared": "a rumour"}[what]  # fmt: skip
            found[name, rule.name] = put(column, [value] if kinds[column] == list[str] else value)
    return found


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Return the snapshot in which everything holds."""
    part = gather(TEST_SOURCE, sound(), on=date(2026, 1, 1))
    return compile_snapshot([part], tmp_path_factory.mktemp("sound"), provenance={})


def broken(snapshot: Snapshot) -> dict[tuple[str, str], Finding]:
    """Return what is broken, by table and check."""
    return {(item.where, item.check): item for item in check_snapshot(snapshot) if item.count}


def test_a_sound_snapshot_holds(whole: Snapshot) -> None:
    """Nothing is broken in a sound world, and every table has rows that were looked at."""
    found = check_snapshot(whole)
    assert [item for item in found if item.count] == []
    empty = {"inferences", "contested", "set_aside"}
    assert all(item.checked for item in found if item.where not in empty)


def test_every_rule_is_broken_once() -> None:
    """Each rule of each table has a change below that breaks it."""
    own = {(name, rule.name) for name, table in tables().items() for rule in table.rules}
    assert own == set(BREAKS)
    assert set(tables()) == set(TABLES)
    every = [(name, rule.name) for name in TABLES for rule in rules_of_every(name)]
    assert len(every) == len(set(every)) == len(generic())
    assert not own & set(every)


@pytest.mark.parametrize("place", [*BREAKS, *generic()], ids="/".join)
def test_a_broken_table_is_seen(whole: Snapshot, tmp_path: Path, place: tuple[str, str]) -> None:
    """One wrong value breaks its rule: once, with an example that shows it, and what to do."""
    table = place[0]
    frame = whole.frame(table)
    if not frame.height and place not in BREAKS:
        frame = SEEDS[table](frame)
    change = BREAKS.get(place) or generic()[place]
    found = broken(altered(whole, tmp_path / "s", {table: change(frame)}))
    assert place in found
    item = found[place]
    assert 0 < len(item.examples) <= item.count <= item.checked
    assert item.message
    assert item.fix


SEEDS: dict[str, Change] = {
    "inferences": only(**MATH, **GUESS),
    "contested": only(**CONTEST),
    "set_aside": only(file="f", place="1", reason="why", text=None, source="test"),
}


def test_examples_are_few_and_counts_exact(whole: Snapshot, tmp_path: Path) -> None:
    """All rows that break a rule are counted, only as many shown as asked for, each with what is wrong."""
    frame = whole.frame("models").with_columns(licence=pl.lit("free"))
    found = check_snapshot(altered(whole, tmp_path / "s", {"models": frame}), sample=2)
    (item,) = [item for item in found if item.count]
    assert (item.check, item.count, item.checked, len(item.examples)) == ("licence-id", 4, 4, 2)
    assert item.examples[0] == "row 1: id 'example-lab/base', sources ['test'], licence 'free'"


def test_a_missing_column_is_no_pass(whole: Snapshot, tmp_path: Path) -> None:
    """Rules whose column has gone are broken, not passed over; the other tables are checked all the same."""
    lost = whole.frame("models").drop("licence")
    changed = {"models": lost, "institutions": put("country", "XX")(whole.frame("institutions"))}
    found = broken(altered(whole, tmp_path / "s", changed))
    assert ("institutions", "country-iso") in found
    assert found["models", "columns"].examples == ("licence: missing, declared string",)
    assert found["models", "licence-id"].message.startswith("not checked")


def test_a_damaged_file_is_one_finding(whole: Snapshot, tmp_path: Path) -> None:
    """A table whose bytes are noise is named, and what needs it is not taken as checked."""
    shutil.copytree(whole.path, tmp_path / "s")
    (tmp_path / "s" / "models.parquet").write_bytes(b"noise")
    found = broken(Snapshot(tmp_path / "s"))
    assert {("models", "read"), ("SOURCES.toml", "bytes-as-written")} <= set(found)
    assert found["derivations", "child-known"].message.startswith("not checked")


def provenance(**facts: Any) -> Callable[[Snapshot], dict[str, Any]]:
    """Return a manifest in which facts on the source are others."""
    return lambda whole: {"sources": {"test": whole.manifest["sources"]["test"] | facts}}


MANIFESTS: dict[str, Callable[[Snapshot], dict[str, Any]]] = {
    "sources-declared": provenance(licence=""),
    "input-rows-conserved": provenance(rows_seen=3, rows_set_aside=1),
}


@pytest.mark.parametrize(
    "facts", [{"licence": "free for all"}, {"date": "yesterday"}, {"title": " "}], ids=str
)
def test_a_source_needs_date_and_licence(whole: Snapshot, tmp_path: Path, facts: dict[str, str]) -> None:
    """A source without a title, a date or a licence that SPDX knows is named."""
    made = altered(whole, tmp_path / "s", {}, provenance(**facts)(whole))
    assert broken(made)["SOURCES.toml", "sources-declared"].examples[0].startswith("test: ")


@pytest.mark.parametrize("name", [check.name for check in CHECKS])
def test_a_broken_manifest_is_seen(whole: Snapshot, tmp_path: Path, name: str) -> None:
    """Each check of the manifest sees what breaks it."""
    folder = tmp_path / "s"
    if name in MANIFESTS:
        altered(whole, folder, {}, MANIFESTS[name](whole))
    elif name == "statements-conserved":
        altered(whole, folder, {"derivations": whole.frame("derivations").head(2)})
    else:
        shutil.copytree(whole.path, folder)
        TAMPERED[name](folder)
    assert ("SOURCES.toml", name) in broken(Snapshot(folder))


def _more_bytes(folder: Path) -> None:
    frame = pl.read_parquet(folder / "systems.parquet")
    frame.write_parquet(folder / "systems.parquet")


def _other(old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "SOURCES.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


TAMPERED: dict[str, Callable[[Path], None]] = {
    "bytes-as-written": _more_bytes,
    "digest": _other('digest = "', 'digest = "0'),
    "rows-as-written": _other("[tables.models]\nrows = 4", "[tables.models]\nrows = 5"),
}


def test_statements_of_lists_are_conserved(tmp_path: Path) -> None:
    """A card that names two models makes two statements, and nothing counts as lost."""
    from begat.records import Derivation, Model

    names = [Model(f"{LAB}/{name}") for name in ("a", "b", "c")]
    both = Derivation(f"{LAB}/c", f"{LAB}/a, {LAB}/b", "merge", "tags")
    part = gather(TEST_SOURCE, [*names, both], on=date(2026, 1, 1))
    made = compile_snapshot([part], tmp_path, provenance={})
    assert made.rows("derivations") == 2
    assert broken(made) == {}


def test_strict_makes_errors_of_warnings() -> None:
    """Warnings alone are let through, and refused when strict; holding checks never count."""
    warned = Finding("a", WARNING, "models", 3, 9, (), "m", "f")
    holds = Finding("b", ERROR, "models", 0, 9, (), "m", "f")
    refuse(wrong([warned, holds]), "here")
    with pytest.raises(ShapeError, match="1 check broken") as caught:
        refuse(wrong([holds, warned], strict=True), "here")
    assert caught.value.exit_code == 4


def test_dates_may_lie_a_day_ahead(whole: Snapshot, tmp_path: Path) -> None:
    """A day after the newest source is a time zone, two days are a wrong clock."""
    for days, seen in ((1, False), (2, True)):
        day = date(2026, 1, 1) + timedelta(days=days)
        frame = put("observed_on", day)(whole.frame("observations"))
        found = broken(altered(whole, tmp_path / str(days), {"observations": frame}))
        assert (("observations", "observed_on-not-ahead") in found) is seen


def test_the_embedded_snapshot_holds() -> None:
    """What ships with begat breaks no check; its warnings are known."""
    found = broken(embedded())
    assert [item for item in found.values() if item.severity == ERROR] == []


def test_licence_expressions() -> None:
    """SPDX ids, own references and expressions of them are licences; words and lone operators are none."""
    good = ("MIT", "Apache-2.0 OR (MIT AND LicenseRef-gemma)", "GPL-2.0-only WITH Classpath-exception-2.0")
    assert all(map(is_licence, good))
    assert not any(map(is_licence, ("free", "LicenseRef-", "AND", "MIT, Apache-2.0")))


def test_quants_have_an_operator(whole: Snapshot) -> None:
    """The sample has an account that the mutations do not touch."""
    assert whole.frame("accounts").filter(pl.col("account") == QUANTS, pl.col("current")).height == 1
