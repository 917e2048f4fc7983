"""Answers on a small made-up snapshot: counts, coverage, influence and lineage, each number by hand."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.conftest import MakeSnapshot

from begat.answer.influence import influence
from begat.answer.lineage import KEYS, lineage
from begat.answer.show import show
from begat.answer.stats import coverage, stats
from begat.errors import InputError, UnknownName
from begat.graph import Graph
from begat.graph.build import build
from begat.influence.scores import Scores
from begat.records import (
    Account,
    Alias,
    Derivation,
    Evaluation,
    Institution,
    Model,
    Observation,
    Record,
    TrainedOn,
)
from begat.snapshot import Snapshot

DAY, LATER = date(2026, 1, 1), date(2026, 2, 1)


def downloads(model: str, value: float, on: date | None = DAY) -> Observation:
    """Return a figure of downloads, undated if `on` is None."""
    before = None if on else LATER
    return Observation(model, "model", "downloads_30d", value, on, before)


RECORDS: list[Record] = [
    Institution("Example", id="example", country="DE"),
    Institution("Other", id="other"),
    Account("huggingface", "Example-Lab", "example", basis="osir-lmts", stated_on=DAY),
    Account("huggingface", "example-two", "example", basis="assumed", stated_on=DAY),
    Account("huggingface", "other-lab", "other", basis="osai-index", stated_on=DAY),
    Account("huggingface", "other-lab", "example", basis="assumed", stated_on=DAY),
    *[Model(f"example-lab/{name}") for name in ("base", "instruct")],
    *[Model(f"example-two/{name}") for name in ("copy",)],
    *[Model(f"{who}/{name}") for who in ("ann", "bob", "other-lab") for name in ("one", "two")],
    Model("modelscope:ann/one"),
    Alias("modelscope:ann/one", "ann/one", "mirror"),
    Derivation("example-lab/instruct", "example-lab/base", "finetune", "tags", stated_on=DAY),
    Derivation("example-two/copy", "example-lab/base", "copy", "tags", stated_on=DAY),
    Derivation("ann/one", "example-two/copy", "finetune", "tags", stated_on=DAY),
    Derivation("modelscope:ann/one", "example-lab/base", "finetune", "card", stated_on=DAY),
    Derivation("ann/two", "example-lab/instruct", "adapter", "tags", stated_on=DAY),
    Derivation("bob/one", "example-lab/instruct", "merge", "tags", 0, stated_on=DAY),
    Derivation("bob/one", "ann/one", "merge", "tags", 1, stated_on=DAY),
    Derivation("bob/two", "bob/one", "quantized", "tags", stated_on=DAY),
    Derivation("bob/two", "gone/base", "quantized", "tags", 1, stated_on=DAY),
    TrainedOn("ann/one", "squad", "tags", stated_on=DAY),
    Evaluation("results-only/model", "bench", "accuracy", 0.5),
    downloads("example-lab/base", 50),
    downloads("example-two/copy", 20),
    downloads("other-lab/one", 10),
    downloads("ann/one", 20),
    downloads("example-lab/base", 1_000, LATER),
    downloads("ann/one", 7, None),
]


@pytest.fixture
def snapshot(make_snapshot: Callable[[Iterable[Record]], Snapshot]) -> Snapshot:
    """Return the snapshot of the records above."""
    return make_snapshot(RECORDS)


@pytest.fixture
def graph(snapshot: Snapshot) -> Graph:
    """Return its graph."""
    return build(snapshot)


def test_stats_count_what_they_say(snapshot: Snapshot, graph: Graph) -> None:
    """Listed, named and evaluated models, pairs, statuses and relations are what was stated."""
    found = stats(snapshot, graph)
    assert found["models"] == 10
    assert found["models_named_only"] == 1
    assert found["models_in_results_only"] == 1
    assert found["models_by_platform"] == {"huggingface": 9, "modelscope": 1}
    assert found["derivations"] == 9
    assert found["derivations_to_listed"] == 8
    assert found["derivation_statements"] == {"resolved": 8, "dangling": 1}
    assert found["derivations_by_relation"] == {
        "finetune": 3,
        "merge": 2,
        "quantized": 2,
        "adapter": 1,
        "copy": 1,
    }
    assert found["institutions_with_account_and_country"] == 1
    assert found["trained_on_datasets"] == 1
    assert found["cycles"] == 0


def test_coverage_is_by_source_and_date(snapshot: Snapshot) -> None:
    """Shares are of one date; accounts on general knowledge and institutions without country are apart."""
    rows = {row["observed_on"] or "undated": row for row in coverage(snapshot)}
    assert set(rows) == {"2026-01-01", "2026-02-01", "undated"}
    first = rows["2026-01-01"]
    assert (first["models"], first["downloads_30d"]) == (4, 100)
    assert first["with_institution"] == pytest.approx(0.8)
    assert first["with_country"] == pytest.approx(0.7)
    assert first["with_institution_not_assumed"] == pytest.approx(0.6)
    assert first["with_country_not_assumed"] == pytest.approx(0.5)
    assert rows["undated"]["with_institution"] == 0


def test_influence_of_models_is_ordered_downwards(snapshot: Snapshot, graph: Graph) -> None:
    """The most influential comes first; copies and mirrors count for the original and get no row."""
    rows = influence(Scores(snapshot, graph), measure="descendants")
    assert [(row["id"], row["rank"], row["descendants"]) for row in rows][:3] == [
        ("example-lab/base", 1, 5),
        ("example-lab/instruct", 2, 3),
        ("ann/one", 3, 2),
    ]
    base = rows[0]
    assert (base["children"], base["accounts"]) == (2, 1)
    assert not {"example-two/copy", "modelscope:ann/one"} & {row["id"] for row in rows}


def test_influence_of_institutions_counts_others_once(snapshot: Snapshot, graph: Graph) -> None:
    """Of a house only models of others count, each once, over all its accounts."""
    (row,) = influence(Scores(snapshot, graph), by="institution", measure="accounts")
    assert (row["id"], row["name"], row["rank"]) == ("example", "Example", 1)
    assert (row["children"], row["accounts"], row["descendants"]) == (3, 2, 4)


GROUPED: list[Record] = [
    Institution("Parent", id="parent", country="US", kind="company"),
    Institution("Daughter", id="daughter", country="GB", kind="company", parent="parent"),
    Institution("School", id="school", country="US", kind="university"),
    *[Account("huggingface", name, name, basis="osir-lmts") for name in ("parent", "daughter", "school")],
    *[Model(f"{who}/m") for who in ("parent", "daughter", "school")],
    *[Model(f"{who}/m", created_at=datetime(2026, 1, 1, tzinfo=UTC)) for who in ("ann", "bob")],
    Derivation("ann/m", "parent/m", "merge", "tags", 0),
    Derivation("ann/m", "daughter/m", "merge", "tags", 1),
    Derivation("bob/m", "school/m", "finetune", "tags"),
    Derivation("school/m", "daughter/m", "finetune", "tags"),
    downloads("ann/m", 15),
    downloads("parent/m", 7),
]


@pytest.mark.parametrize(
    ("by", "children"),
    [
        ("institution", {"parent": 2, "school": 1}),
        ("country", {"GB": 2, "US": 2}),
        ("kind", {"company": 2, "university": 1}),
    ],
)
def test_influence_of_groups(
    make_snapshot: Callable[[Iterable[Record]], Snapshot], by: str, children: dict[str, int]
) -> None:
    """A parent company has the models of its daughters, and a model made from both counts once."""
    made = make_snapshot(GROUPED)
    rows = influence(Scores(made, build(made)), by=by)
    assert {row["id"]: row["children"] for row in rows} == children
    assert [row.get("name") for row in rows if row["id"] == "parent"] in ([], ["Parent"])


def test_influence_has_downloads_and_dates(make_snapshot: Callable[[Iterable[Record]], Snapshot]) -> None:
    """Downloads of derivatives, h and momentum stand beside the counts; unknown is None, not 0."""
    made = make_snapshot(GROUPED)
    rows = {row["id"]: row for row in influence(Scores(made, build(made)), measure="lineage_downloads")}
    assert rows["parent/m"]["lineage_downloads"] == 7 + 0.5 * 0.5 * 15
    assert rows["daughter/m"]["lineage_downloads"] is None
    assert (rows["parent/m"]["rank"], rows["daughter/m"]["rank"]) == (1, None)
    assert [row["h10"] for row in rows.values()] == [1, 1, 0]
    assert rows["school/m"]["momentum"] == pytest.approx(1 / 3)
    (house,) = [
        row for row in influence(Scores(made, build(made)), by="institution") if row["id"] == "parent"
    ]
    assert (house["h_index"], house["lineage_downloads"]) == (1, rows["parent/m"]["lineage_downloads"])
    assert house["momentum"] == pytest.approx(1 / 2)


def test_influence_without_figures(make_snapshot: Callable[[Iterable[Record]], Snapshot]) -> None:
    """Without downloads and dates their measures are None, and to order by them is an error."""
    bare = make_snapshot([Model("a-lab/m"), Derivation("b-lab/c", "a-lab/m", "finetune", "tags")])
    (row,) = influence(Scores(bare, build(bare)))
    assert (row["lineage_downloads"], row["h10"], row["momentum"]) == (None, None, None)
    with pytest.raises(InputError, match="created_on"):
        influence(Scores(bare, build(bare)), measure="momentum")
    with pytest.raises(InputError, match="--by institution"):
        influence(Scores(bare, build(bare)), measure="h_index")


def test_a_circle_of_parents_ends(make_snapshot: Callable[[Iterable[Record]], Snapshot]) -> None:
    """Institutions that are each other's parent are one, under the first name in the alphabet."""
    made = make_snapshot(
        [
            Institution("B", id="b", parent="a"),
            Institution("A", id="a", parent="b"),
            *[Account("huggingface", name, name, basis="osir-lmts") for name in ("a", "b")],
            *[Model(f"{who}/m") for who in ("a", "b", "c")],
            *[Derivation("c/m", f"{who}/m", "merge", "tags") for who in ("a", "b")],
        ]
    )
    assert [
        (row["id"], row["children"]) for row in influence(Scores(made, build(made)), by="institution")
    ] == [("a", 1)]


def test_influence_of_unknown_things(snapshot: Snapshot, graph: Graph) -> None:
    """A measure or group that is not there is an error; without accounts there are no rows."""
    with pytest.raises(UnknownName, match="reach"):
        influence(Scores(snapshot, graph), measure="reech")
    with pytest.raises(UnknownName, match="institution"):
        influence(Scores(snapshot, graph), by="planet")


def test_influence_without_any_institution(make_snapshot: Callable[[Iterable[Record]], Snapshot]) -> None:
    """A snapshot that maps no account has no institutions to rank, and that is no error."""
    bare = make_snapshot([Model("a-lab/m"), Derivation("b-lab/c", "a-lab/m", "finetune", "tags")])
    assert influence(Scores(bare, build(bare)), by="institution") == []


def test_lineage_rows(snapshot: Snapshot, graph: Graph) -> None:
    """Each row is one step with its evidence; walks go through copies."""
    node = graph.ids.find("bob/one")
    assert node is not None
    rows = lineage(snapshot, graph, node, up=True)
    assert [(row["id"], row["depth"], row["relation"], row["via"]) for row in rows] == [
        ("example-lab/instruct", 1, "merge", "bob/one"),
        ("ann/one", 1, "merge", "bob/one"),
        ("example-lab/base", 2, "finetune", "example-lab/instruct"),
        ("example-two/copy", 2, "finetune", "ann/one"),
    ]
    assert all(tuple(row) == KEYS for row in rows)
    (evidence,) = rows[0]["evidence"]
    assert evidence == {
        "relation": "merge",
        "source": "test",
        "method": "tags",
        "confidence": 0.98,
        "stated_on": "2026-01-01",
    }
    assert len(lineage(snapshot, graph, node, up=True, depth=1)) == 2
    assert lineage(snapshot, graph, node, up=True, relations=["adapter"]) == []


def test_show_says_the_terms_of_each_licence(make_snapshot: MakeSnapshot) -> None:
    """A licence comes with its name and terms, a line each where several apply; an own one without."""
    stated = {"a-lab/two": "mit, llama2", "a-lab/own": "our own terms"}
    snapshot = make_snapshot(Model(key, licence_raw=raw) for key, raw in stated.items())
    first, second = show(snapshot, "model", "a-lab/two")["licence_terms"].split("\n")
    assert first.startswith("Llama 2 Community License Agreement: model licence; commercial use: not without")
    assert "outputs may not train other models" in first
    assert second.startswith("MIT License: permissive; commercial use")
    own = show(snapshot, "model", "a-lab/own")["licence_terms"]
    assert own == "our-own-terms: named on its page, terms not known"


def test_stats_count_licences_that_nobody_knows(make_snapshot: MakeSnapshot) -> None:
    """A name that leads nowhere, a text without a name and no text at all are three different things."""
    stated = ["mit", "llama2", "mit, llama2", "our own terms", "other", None, None]
    snapshot = make_snapshot(Model(f"a-lab/{place}", licence_raw=raw) for place, raw in enumerate(stated))
    found = stats(snapshot, build(snapshot))
    assert found["models_by_licence"] == {"spdx": 1, "named": 2, "own-name": 1, "other": 1, "none": 2}
    assert set(found["datasets_by_licence"].values()) == {0}


def test_show_has_every_column(snapshot: Snapshot) -> None:
    """What is not known is null, not left out; lists belong to the kind of the thing."""
    model = show(snapshot, "model", "ann/one")
    assert model["type"] == "model"
    assert model["licence"] is None
    assert model["licence_terms"] is None
    assert [row["parent"] for row in model["bases"]] == ["example-two/copy"]
    assert [row["dataset"] for row in model["trained_on"]] == ["squad"]
    assert [row["id"] for row in model["aliases"]] == ["modelscope:ann/one"]
    institution = show(snapshot, "institution", "example")
    assert "licence_terms" not in institution
    assert len(institution["accounts"]) == 3


def test_operator_in_use_is_the_first_stated(snapshot: Snapshot) -> None:
    """Of two operators of one account one is current, and it is the one stated first."""
    rows = snapshot.frame("accounts").filter(account="other-lab")
    assert dict(rows.select("institution", "current").iter_rows()) == {"other": True, "example": False}


def test_python_interface(built: Path, tmp_path: Path) -> None:
    """`begat.open()` answers lineage, SPARQL, arrays, networkx and rdflib on the embedded snapshot."""
    import begat

    registry = begat.open(built)
    assert registry.model("qwen/qwen2.5-7b") == "Qwen/Qwen2.5-7B"
    up = registry.lineage("Qwen/Qwen2.5-7B-Instruct")
    assert [row["id"] for row in up] == ["Qwen/Qwen2.5-7B"]
    down = registry.lineage("Qwen/Qwen2.5-7B-Instruct", down=True)
    assert {row["direction"] for row in down} == {"down"}
    both = registry.lineage("Qwen/Qwen2.5-7B-Instruct", up=True, down=True)
    assert len(both) == len(up) + len(down)
    network = registry.networkx()
    assert network.has_edge("Qwen/Qwen2.5-7B-Instruct", "Qwen/Qwen2.5-7B")
    nodes, edges = registry.arrow()
    assert (len(nodes), len(edges)) == (registry.graph.n, registry.graph.m)
    assert registry.sparse().nnz == registry.graph.m
    registry.write_graph(tmp_path / "graph.graphml")
    assert (tmp_path / "graph.graphml").read_text().count("<edge ") == registry.graph.m
    parents = "SELECT ?p { <https://huggingface.co/Qwen/Qwen2.5-7B-Instruct> prov:wasDerivedFrom ?p }"
    assert {row["p"] for row in registry.sparql(parents).rows} == {"https://huggingface.co/Qwen/Qwen2.5-7B"}
    assert {str(row[0]) for row in registry.rdflib().query(parents)} == {
        "https://huggingface.co/Qwen/Qwen2.5-7B"
    }
