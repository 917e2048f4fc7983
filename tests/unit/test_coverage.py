"""What a snapshot covers: the figures against a count by hand, their facts in RDF, their sentences."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli import begat
from tests.unit.validation_sample import sound

from begat.answer.coverage import MADE_UP, kept, notes, rows
from begat.errors import UnknownName
from begat.records import Account, Institution, Model, Observation, Record
from begat.registry import open_registry
from begat.snapshot import Snapshot
from begat.store import sparql
from begat.store.coverage import TOPICS, _percent, figures, lines, snapshot_iri
from begat.synth import synthetic_home

MakeSnapshot = Callable[[Iterable[Record]], Snapshot]


@pytest.fixture
def snapshot(make_snapshot: MakeSnapshot) -> Snapshot:
    """Return the small sound world as a snapshot."""
    return make_snapshot(sound())


BY_HAND = {
    ("models", "listed"): (3, 4),
    ("models", "parameters"): (1, 3),
    ("models", "papers"): (0, 3),
    ("derivations", "models with a parent"): (2, 3),
    ("derivations", "statements resolved"): (1, 5),
    ("derivations", "statements dangling"): (1, 5),
    ("derivations", "statements unresolved"): (1, 5),
    ("licences", "models"): (2, 3),
    ("licences", "datasets"): (1, 1),
    ("institutions", "models"): (3, 3),
    ("institutions", "downloads_30d"): (5, 5),
    ("countries", "models"): (3, 3),
    ("countries", "downloads_30d"): (5, 5),
    ("datasets", "listed"): (1, 2),
    ("training", "models"): (1, 3),
    ("training", "statements"): (1, 1),
    ("systems", "institution"): (1, 1),
    ("systems", "licence"): (1, 1),
    ("benchmarks", "owners"): (0, 2),
    ("benchmarks", "dataset"): (0, 2),
    ("evaluations", "models"): (1, 3),
    ("evaluations", "dated"): (1, 1),
    ("observations", "models with downloads"): (1, 3),
    ("observations", "dated"): (1, 1),
    ("observations", "days of test"): (1, None),
    ("scores", "models with lineage"): (3, 3),
    ("time", "created"): (2, 3),
    ("time", "sources"): (1, None),
}
"""Counted by hand in the sound world."""


def test_figures_are_those_counted_by_hand(snapshot: Snapshot) -> None:
    """Every figure of every topic is what a person counts in the same world."""
    found = figures(snapshot)
    assert {(item.topic, item.what): (item.value, item.of) for item in found} == BY_HAND
    assert {item.topic for item in found} == set(TOPICS)


def test_notes_say_figure_and_share(snapshot: Snapshot) -> None:
    """A note is a sentence with the figures; topics come in the order that they are asked for, each once."""
    said = notes(snapshot, ["licences", "training", "licences"])
    assert said == [
        "Licences: known for 2 of 3 listed models (67%), as declared.",
        "Training data: stated for 1 of 3 listed models (33%).",
    ]
    assert notes(snapshot, []) == []


def test_unknown_topics_are_refused(snapshot: Snapshot) -> None:
    """A topic that there is not is an error with the known ones, never silence."""
    with pytest.raises(UnknownName, match="Known: models, derivations"):
        notes(snapshot, ["weather"])


def test_an_empty_snapshot_covers_nothing(make_snapshot: MakeSnapshot) -> None:
    """Of nothing there is no share: the note says that there is none."""
    one = make_snapshot([Model("example-lab/base")])
    found = {(row["topic"], row["what"]): row for row in rows(one)}
    assert found["systems", "licence"]["share"] is None
    assert found["systems", "licence"]["note"] == "Systems: there are none in this snapshot."
    assert found["evaluations", "models"]["share"] == 0


@given(st.integers(0, 10**7).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_percent_never_hides_a_rest(pair: tuple[int, int]) -> None:
    """Only all is 100 %, only nothing 0 %, and every other share is right to half a percent."""
    value, of = pair
    text = _percent(value, of)
    assert (text == "100%") == (value == of > 0)
    assert (text == "0%") == (value == 0)
    if 0 < value < of:
        exact = Fraction(100 * value, of)
        words = {"under 1%": exact < 1, "over 99%": exact > 99}
        assert words[text] if text in words else abs(int(text.rstrip("%")) - exact) <= Fraction(1, 2)


def test_downloads_are_of_one_source_and_day(make_snapshot: MakeSnapshot) -> None:
    """Figures of several days are never added: the day with most models counts, and is named."""
    days = [(1, "a", 70.0), (1, "b", 30.0), (2, "a", 1_000.0)]
    made = make_snapshot(
        [
            *(Model(f"{name}/m") for name in "ab"),
            Account("huggingface", "a", "maker"),
            Institution("Maker", id="maker"),
            *(
                Observation(f"{name}/m", "model", "downloads_30d", value, date(2025, 12, day))
                for day, name, value in days
            ),
        ]
    )
    first, second = figures(made, ["institutions"])
    assert (first.value, first.of, second.value, second.of) == (1, 2, 70, 100)
    assert first.note == (
        "Institutions: known for 1 of 2 listed models (50%), which have 70% of the 30-day downloads "
        "that test counted on 2025-12-01."
    )
    assert figures(made, ["countries"])[0].value == 0


def loaded(snapshot: Snapshot) -> ox.Store:
    """Return a store of the facts on coverage alone."""
    store = ox.Store()
    text = "\n".join(line for part in lines(snapshot) for line in part)
    store.load(text, format=ox.RdfFormat.N_QUADS)
    return store


def test_facts_in_rdf_are_the_figures(snapshot: Snapshot) -> None:
    """The store has the snapshot, real or made up, and each figure with its numbers and its sentence."""
    store = loaded(snapshot)
    found = sparql(
        store,
        "SELECT ?topic ?value ?of ?share ?note {"
        " ?s a begat:Snapshot ; begat:synthetic false ; begat:coverage ?n ."
        " ?n begat:coverageTopic ?topic ; begat:covered ?value ; rdfs:comment ?note ; dqv:computedOn ?s"
        " OPTIONAL { ?n begat:coveredOf ?of } OPTIONAL { ?n dqv:value ?share } }",
    ).rows
    wanted = {(row["topic"], row["value"], row["of"], row["share"], row["note"]) for row in rows(snapshot)}
    assert {(row["topic"], row["value"], row["of"], row["share"], row["note"]) for row in found} == wanted
    assert len(found) == len(BY_HAND)
    assert {quad.graph_name.value for quad in store} == {"https://w3id.org/begat/g/meta"}
    assert snapshot_iri(snapshot).endswith(snapshot.digest[:16])


def test_a_synthetic_hub_says_so(tmp_path: Path) -> None:
    """Beside every answer from a made-up Hub stands that it is one, and the store says it too."""
    synthetic_home(tmp_path, models=1_000, seed=0)
    made = open_registry(tmp_path)
    assert made.notes(["licences"])[0] == MADE_UP
    facts = "ASK { ?s a begat:Snapshot ; begat:synthetic true }"
    assert sparql(loaded(made.snapshot), facts).truth


def test_kept_rows_are_those_counted(snapshot: Snapshot, tmp_path: Path) -> None:
    """What is kept is what is counted; a damaged file or one of another snapshot is counted anew."""
    path = tmp_path / "coverage.json"
    assert kept(snapshot, path, ["time"]) == {"time": rows(snapshot, ["time"])}
    assert kept(snapshot, path, ["licences", "time"])["licences"] == rows(snapshot, ["licences"])
    whole = json.loads(path.read_text())
    assert set(whole["topics"]) == {"time", "licences"}
    whole["topics"]["time"][0]["note"] = "kept"
    path.write_text(json.dumps(whole))
    assert kept(snapshot, path, ["time"])["time"][0]["note"] == "kept"
    for text in (json.dumps(whole | {"digest": "another"}), "[]", "no json", '{"topics": 1}'):
        path.write_text(text)
        assert kept(snapshot, path, ["time"]) == {"time": rows(snapshot, ["time"])}


@pytest.mark.parametrize(
    ("words", "topics"),
    [
        (("lineage", "Qwen/Qwen2.5-7B-Instruct"), ["derivations"]),
        (("influence", "--top", "3"), ["scores"]),
        (("influence", "--by", "country", "--top", "3"), ["scores", "countries"]),
    ],
)
def test_answers_say_what_they_rest_on(built: Path, words: tuple[str, ...], topics: list[str]) -> None:
    """A table has its notes on stderr; with -q and for machines there are none, and never on stdout."""
    said = open_registry(built).notes(topics)
    ran = begat(*words, home=built)
    assert [line for line in ran.err.splitlines() if line in said] == said
    assert not any(note in ran.out for note in said)
    for quiet in (("-q",), ("--format", "json")):
        assert not any(note in begat(*words, *quiet, home=built).err for note in said)


def test_coverage_lists_all_topics(built: Path) -> None:
    """`begat coverage` has every topic; named ones come alone, and a wrong one is exit code 2."""
    found = begat("coverage", "--format", "json", home=built).rows
    assert list(dict.fromkeys(row["topic"] for row in found)) == list(TOPICS)
    some = begat("coverage", "time", "--format", "json", home=built).rows
    assert some == [row for row in found if row["topic"] == "time"]
    assert begat("coverage", "weather", home=built).code == 2
