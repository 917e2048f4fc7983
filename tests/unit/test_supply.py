"""What went into what, with models, datasets and mirrors, and under which licence each stands."""

from datetime import date
from pathlib import Path

import pytest
from tests.conftest import MakeSnapshot

from begat.consequence.labels import MISSING, OTHER, UNSEEN, Labels, load_or_make
from begat.consequence.supply import EVIDENCE, KINDS, Supply, load_or_build
from begat.graph import load_or_build as load_graph
from begat.records import Account, Alias, Dataset, Derivation, Institution, Model, Record, TrainedOn
from begat.resolve import gather
from begat.snapshot import Snapshot, compile_snapshot
from begat.sources.base import source_named

RECORDS: list[Record] = [
    Model("acme/base", licence_raw="apache-2.0", gated="manual", account="acme", platform="huggingface"),
    Model("acme/chat", licence_raw="other"),
    Model("acme/plain"),
    Model("modelscope:acme/base", platform="modelscope", account="acme"),
    Dataset("acme/talk", licence_raw="cc-by-nc-4.0", derived_from=["acme/raw"], account="acme"),
    Dataset("acme/raw"),
    Derivation("acme/chat", "acme/base", "finetune", "tags", stated_on=date(2025, 3, 1)),
    Derivation("acme/chat", "acme/base", "finetune", "card", stated_on=date(2025, 2, 1)),
    Derivation("acme/plain", "./output", "finetune", "card"),
    Derivation("acme/chat", "other/gone-7b", "merge", "tags"),
    TrainedOn("acme/chat", "acme/talk", "tags", stated_on=date(2025, 4, 1)),
    Alias("modelscope:acme/base", "acme/base", "mirror"),
    Account("huggingface", "acme", "acme"),
]


@pytest.fixture
def snapshot(make_snapshot: MakeSnapshot) -> Snapshot:
    """Return the snapshot of `RECORDS`."""
    return make_snapshot(RECORDS)


@pytest.fixture
def supply(snapshot: Snapshot) -> Supply:
    """Return what went into what in it."""
    graph = load_graph(snapshot, snapshot.path.parent / "graph")
    return load_or_build(snapshot, lambda: graph, snapshot.path.parent / "supply")


@pytest.fixture
def labels(snapshot: Snapshot) -> Labels:
    """Return the licences in it."""
    return load_or_make(snapshot, snapshot.path.parent / "labels")


def links(supply: Supply) -> set[tuple[str, str, str, str]]:
    """Return the edges as product, ingredient, kind and evidence."""
    graph = supply.graph
    return {
        (graph.ids[child], graph.ids[parent], KINDS[kind], EVIDENCE[sure])
        for child, parent, kind, sure in zip(
            graph.child, graph.parent, graph.relation, supply.evidence, strict=True
        )
    }


def test_institutions_stand_for_the_whole_that_they_belong_to(make_snapshot: MakeSnapshot) -> None:
    """Parts of one company are together, also where it has nothing of its own; a circle of parts ends."""
    parents = {"a": None, "b": "c", "c": "whole", "d": "whole", "e": "f", "f": "e"}
    records: list[Record] = [Institution(name, id=name, parent=above) for name, above in parents.items()]
    for name in parents:
        records += [
            Model(f"{name}/m", platform="huggingface", account=name),
            Account("huggingface", name, name),
        ]
    snapshot = make_snapshot(records)
    supply = load_or_build(
        snapshot,
        lambda: load_graph(snapshot, snapshot.path.parent / "graph"),
        snapshot.path.parent / "supply",
    )
    first = [supply.graph.institution_ids[place] for place in supply.whole]
    assert dict(zip(supply.graph.institution_ids, first, strict=True)) == {
        **{name: name for name in "aef"},
        **dict.fromkeys("bcd", "b"),
    }


def test_every_kind_of_link_is_there_once(supply: Supply) -> None:
    """Derivations, training, datasets from datasets and mirrors, each pair once with its best evidence."""
    assert links(supply) == {
        ("acme/chat", "acme/base", "finetune", "declared"),
        ("acme/chat", "other/gone-7b", "merge", "declared"),
        ("acme/chat", "acme/talk", "trained-on", "declared"),
        ("acme/talk", "acme/raw", "dataset-derived", "declared"),
        ("modelscope:acme/base", "acme/base", "mirror", "reported"),
    }
    assert supply.graph.m == 5


def test_a_link_has_the_day_of_its_first_statement(supply: Supply) -> None:
    """Of two statements of one link the earlier counts."""
    days = {
        (supply.graph.ids[child], supply.graph.ids[parent]): day
        for child, parent, day in zip(
            supply.graph.child, supply.graph.parent, supply.stated_on.tolist(), strict=True
        )
    }
    assert days["acme/chat", "acme/base"] == (date(2025, 2, 1) - date(1970, 1, 1)).days


def test_models_and_datasets_are_found_by_id(supply: Supply) -> None:
    """A model and a dataset have places of their own; one is not taken for the other."""
    base, talk = supply.model("acme/base"), supply.dataset("acme/talk")
    assert base is not None
    assert talk is not None
    assert supply.graph.ids[base] == "acme/base"
    assert supply.graph.ids[talk] == "acme/talk"
    assert talk >= supply.models > base
    assert supply.model("acme/talk") is None
    assert supply.dataset("acme/base") is None


def test_what_cannot_be_told_is_counted(supply: Supply) -> None:
    """A parent that no resolver could tell leaves an open end at its child."""
    plain = supply.model("acme/plain")
    assert supply.open_ends[plain] == 1
    assert supply.open_ends.sum() == 1


def test_labels_say_why_a_licence_is_not_known(supply: Supply, labels: Labels) -> None:
    """None stated, other, and never seen are three things."""
    codes = {supply.graph.ids[node]: int(labels.code[node]) for node in range(supply.n)}
    assert labels.licence(supply.model("acme/base") or 0) == "Apache-2.0"
    assert labels.licence(supply.dataset("acme/talk") or 0) == "CC-BY-NC-4.0"
    assert (codes["acme/chat"], codes["acme/plain"], codes["other/gone-7b"]) == (OTHER, MISSING, UNSEEN)
    gated = {supply.graph.ids[node]: int(labels.gated[node]) for node in range(supply.n)}
    assert gated["acme/base"] == 1
    assert gated["acme/plain"] == gated["acme/talk"] == -1


def test_both_are_kept_and_read_back(snapshot: Snapshot, supply: Supply, labels: Labels) -> None:
    """What was written once is opened again the same; a damaged file is made anew."""
    before, ends = links(supply), supply.open_ends.tolist()
    folder = snapshot.path.parent / "supply"
    kept = folder / "evidence.npy"
    kept.write_bytes(kept.read_bytes()[:-1] + b"\x07")
    again = load_or_build(snapshot, lambda: load_graph(snapshot, snapshot.path.parent / "graph"), folder)
    assert (links(again), again.open_ends.tolist()) == (before, ends)
    same = load_or_make(snapshot, snapshot.path.parent / "labels")
    assert list(same.code) == list(labels.code)
    assert same.licences == labels.licences


@pytest.mark.parametrize(("source", "why"), [("hub-api", MISSING), ("xinference", UNSEEN)])
def test_only_who_reads_licences_can_say_that_none_is_stated(source: str, why: int, tmp_path: Path) -> None:
    """A list that looks at no licences leaves it open what the page of a model states."""
    part = gather(source_named(source), [Model("acme/plain")], on=date(2026, 1, 1))
    snapshot = compile_snapshot([part], tmp_path / "snapshots", provenance={})
    assert load_or_make(snapshot, tmp_path / "labels").code.tolist() == [why]
