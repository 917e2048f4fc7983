"""The twelve questions that the vocabulary must be able to answer, on the worked example."""

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
QUESTIONS = sorted((GOLDEN / "competency").glob("*.rq"))


@pytest.fixture(scope="module")
def present() -> ox.Store:
    """Return the worked example with the ontology beside it."""
    store = ox.Store()
    store.load(path=GOLDEN / "ontology_example.trig")
    ontology = ox.NamedNode("https://w3id.org/begat/g/begat/ontology/current")
    store.load(path=ROOT / "ontology" / "begat.ttl", to_graph=ontology)
    return store


@pytest.fixture(scope="module")
def deltas() -> ox.Store:
    """Return the deltas, which are never loaded beside the present state."""
    store = ox.Store()
    store.load(path=GOLDEN / "competency" / "deltas.trig")
    return store


def rows(store: ox.Store, query: str) -> list[dict[str, str]]:
    """Return the solutions as text, unbound variables left out, lists inside a value sorted."""
    solutions = store.query(query, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    return [
        {
            name: ", ".join(sorted(term.value.split(", ")))
            for name, term in zip(names, solution, strict=True)
            if term is not None
        }
        for solution in solutions
    ]


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_question_has_its_answer(path: Path, present: ox.Store, deltas: ox.Store) -> None:
    """Each question gives the rows kept beside it, in order where it asks for an order."""
    query = path.read_text(encoding="utf-8")
    found = rows(deltas if path.stem == "12-changes" else present, query)
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    if "ORDER BY" not in query:
        found, expected = (sorted(some, key=json.dumps) for some in (found, expected))
    assert found == expected


def test_there_are_twelve_questions() -> None:
    """No question is lost from the folder."""
    assert [path.stem[:2] for path in QUESTIONS] == [f"{n:02d}" for n in range(1, 13)]
