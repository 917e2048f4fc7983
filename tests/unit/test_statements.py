"""What pages state of things and links, kept beside the graph of what went into what."""

from datetime import date
from pathlib import Path

import pytest
from tests.conftest import MakeSnapshot

from begat.consequence.statements import Statements, load_or_make
from begat.consequence.supply import Supply
from begat.consequence.supply import load_or_build as load_supply
from begat.graph import load_or_build as load_graph
from begat.influence.figures import EPOCH, UNKNOWN
from begat.records import Alias, Dataset, Derivation, Model, Record, TrainedOn
from begat.registry import open_registry
from begat.snapshot import Snapshot

RECORDS: list[Record] = [
    Model("acme/base", licence_raw="apache-2.0"),
    Model("acme/chat", licence_raw="My Own Licence"),
    Model("modelscope:acme/base", platform="modelscope"),
    Dataset("acme/talk", licence_raw="cc-by-nc-4.0", derived_from=["acme/raw"]),
    Dataset("acme/raw"),
    Derivation("acme/chat", "acme/base", "finetune", "index-weights", stated_on=date(2025, 2, 1)),
    Derivation("acme/chat", "acme/base", "finetune", "card", stated_on=date(2025, 3, 1)),
    TrainedOn("acme/chat", "acme/talk", "tags", stated_on=date(2025, 4, 1)),
    Alias("modelscope:acme/base", "acme/base", "mirror"),
    Derivation("acme/base", "our own model", "undetermined", "card"),
    Derivation("acme/base", "our own model", "undetermined", "tags"),
    TrainedOn("acme/base", "web pages", "card"),
]


@pytest.fixture
def snapshot(make_snapshot: MakeSnapshot) -> Snapshot:
    """Return the snapshot of `RECORDS`."""
    return make_snapshot(RECORDS)


@pytest.fixture
def supply(snapshot: Snapshot) -> Supply:
    """Return what went into what in it."""
    graph = load_graph(snapshot, snapshot.path.parent / "graph")
    return load_supply(snapshot, lambda: graph, snapshot.path.parent / "supply")


@pytest.fixture
def statements(snapshot: Snapshot, supply: Supply) -> Statements:
    """Return what is stated in it."""
    return load_or_make(snapshot, supply, snapshot.path.parent / "statements")


def links(supply: Supply, found: Statements) -> dict[tuple[str, str], tuple[str | None, date | None]]:
    """Return method and day of the surest statement of every link."""
    graph = supply.graph
    told = {}
    for edge in range(graph.m):
        _, method, day = found.link(edge)
        ends = graph.ids[graph.child[edge]], graph.ids[graph.parent[edge]]
        told[ends] = method, None if day == UNKNOWN else date.fromordinal(EPOCH.toordinal() + day)
    return told


def test_surest_statement_of_every_link(supply: Supply, statements: Statements) -> None:
    """The publisher goes before a list of others; the card of a dataset has no statement beside it."""
    assert links(supply, statements) == {
        ("acme/chat", "acme/base"): ("card", date(2025, 3, 1)),
        ("acme/chat", "acme/talk"): ("tags", date(2025, 4, 1)),
        ("modelscope:acme/base", "acme/base"): ("mirror", None),
        ("acme/talk", "acme/raw"): (None, None),
    }


def test_licence_as_written(supply: Supply, statements: Statements) -> None:
    """Of models and datasets, in the words of the page; none where there is none."""
    written = {supply.graph.ids[node]: statements.licence(node) for node in range(supply.n)}
    assert written == {
        "acme/base": "apache-2.0",
        "acme/chat": "My Own Licence",
        "modelscope:acme/base": None,
        "acme/talk": "cc-by-nc-4.0",
        "acme/raw": None,
    }


def test_what_cannot_be_told_is_kept_in_its_words(supply: Supply, statements: Statements) -> None:
    """By model, bases first, each once however many say so; as many as `Supply.open_ends` counts."""
    told = {supply.graph.ids[node]: statements.untold(node) for node in range(supply.n)}
    assert told.pop("acme/base") == [("our own model", "undetermined"), ("web pages", "trained-on")]
    assert not any(told.values())
    assert [len(statements.untold(node)) for node in range(supply.n)] == supply.open_ends.tolist()


def test_kept_and_made_anew_where_damaged(snapshot: Snapshot, supply: Supply, statements: Statements) -> None:
    """What was written once is opened the same; a damaged file is made anew."""
    folder = snapshot.path.parent / "statements"
    damaged = folder / "said_on.npy"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"\x07")
    again = load_or_make(snapshot, supply, folder)
    assert links(supply, again) == links(supply, statements)
    kept = load_or_make(snapshot, supply, folder)
    assert [kept.untold(node) for node in range(supply.n)] == [again.untold(node) for node in range(supply.n)]
    assert (kept.sources, kept.methods, list(kept.texts)) == (
        again.sources,
        again.methods,
        list(again.texts),
    )


def test_links_of_the_embedded_snapshot_are_stated_in_its_tables(built: Path) -> None:
    """Source, method and day of a link stand together in one row of the tables."""
    registry = open_registry(built)
    supply, found, graph = registry.supply, registry.statements, registry.supply.graph
    stated = set()
    for table, child, parent in (("derivations", "child", "parent"), ("trained_on", "model", "dataset")):
        columns = [child, parent, "source", "method", "stated_on"]
        stated |= set(registry.snapshot.frame(table, columns).iter_rows())
    for edge in range(0, graph.m, 97):
        if supply.evidence[edge] == 0 and found.link(edge)[0] is not None:
            source, method, day = found.link(edge)
            ends = graph.ids[graph.child[edge]], graph.ids[graph.parent[edge]]
            when = None if day == UNKNOWN else date.fromordinal(EPOCH.toordinal() + day)
            assert (*ends, source, method, when) in stated
