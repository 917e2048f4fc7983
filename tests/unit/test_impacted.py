"""What rests on a thing, in rows and totals: a small world by hand, the embedded snapshot by a plain walk."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from tests.conftest import MakeSnapshot
from tests.unit.entity_sample import ON, entity_records, registry_of

from begat.answer.impact import KEYS, NOTIFIED
from begat.errors import InputError, UnknownName
from begat.records import Alias, Dataset, Model, Observation, TrainedOn
from begat.registry import Registry, open_registry
from begat.views.page.base import html

MORE = [
    Model("modelscope:user-a/one", platform="modelscope", account="user-a"),
    Alias("modelscope:user-a/one", "user-a/one", "mirror"),
    Model("user-b/mix", removed=True, gated="manual"),
    Dataset("acme/clean", derived_from=["acme/data"], account="acme", platform="huggingface"),
    TrainedOn("user-b/mix", "acme/clean", "tags"),
    Model("user-d/lone"),
    Model("modelscope:user-d/lone", platform="modelscope", account="user-d"),
    Alias("modelscope:user-d/lone", "user-d/lone", "mirror"),
    TrainedOn("modelscope:user-d/lone", "acme/data", "tags"),
    Observation("user-a/two", "model", "downloads_30d", 40, observed_on=ON),
]


@pytest.fixture(scope="module")
def embedded(built: Path) -> Registry:
    """Return the registry of the embedded snapshot."""
    return open_registry(built)


@pytest.fixture
def world(make_snapshot: MakeSnapshot, tmp_path: Path) -> Registry:
    """Return the registry of a world in which acme/base and acme/data are made much of."""
    return registry_of(make_snapshot, [*entity_records(), *MORE], tmp_path / "home")


def test_rows_say_what_is_hit_by_which_path(world: Registry) -> None:
    """Each thing that rests on a model has a row, with what it was made from; the most downloaded first."""
    rows = world.impact("acme/base")
    assert [(row["id"], row["depth"], row["relation"], row["via"], row["downloads_30d"]) for row in rows] == [
        ("user-a/two", 3, "quantized", "user-a/one", 40),
        ("sub/tuned", 1, "finetune", "acme/base", 10),
        ("user-a/one", 2, "finetune", "sub/tuned", 3),
        ("bolt/from-acme", 1, "finetune", "acme/base", None),
        ("user-a/copy", 1, "copy", "acme/base", None),
        ("user-b/mix", 1, "merge", "acme/base", None),
        ("modelscope:user-a/one", 3, "mirror", "user-a/one", None),
    ]
    assert all(tuple(row) == KEYS for row in rows)
    by_id = {row["id"]: row for row in rows}
    assert by_id["modelscope:user-a/one"]["mirror_of"] == "user-a/one"
    assert by_id["modelscope:user-a/one"]["evidence"] == "reported"
    assert (by_id["user-b/mix"]["state"], by_id["user-b/mix"]["gated"]) == ("removed", True)
    assert (by_id["user-a/one"]["state"], by_id["user-a/one"]["gated"]) == ("listed", None)
    assert (by_id["sub/tuned"]["institution"], by_id["sub/tuned"]["country"]) == ("acme-sub", "US")


def test_a_dataset_hits_datasets_and_models(world: Registry) -> None:
    """What was trained on it or on a dataset made from it, and what was made from that; nothing upwards."""
    rows = world.impact("dataset:acme/data")
    assert {(row["id"], row["kind"], row["relation"]) for row in rows} == {
        ("user-a/one", "model", "trained-on"),
        ("user-a/two", "model", "quantized"),
        ("user-c/bolt", "model", "trained-on"),
        ("modelscope:user-a/one", "model", "mirror"),
        ("acme/clean", "dataset", "dataset-derived"),
        ("user-b/mix", "model", "trained-on"),
        ("modelscope:user-d/lone", "model", "trained-on"),
    }
    assert world.impact("acme/data") == rows
    mirrors = {row["id"]: row["mirror_of"] for row in rows if row["mirror_of"]}
    assert mirrors == {"modelscope:user-a/one": "user-a/one"}
    found = world.impact_summary("acme/data")
    assert (found["models"], found["datasets"], found["downloads_unknown"]) == (6, 1, 4)


def test_totals_keep_the_unknown_apart(world: Registry) -> None:
    """Unknown accounts, countries and figures have numbers of their own, and stand in every table."""
    found = world.impact_summary("acme/base")
    assert (found["models"], found["datasets"], found["declared"], found["mirrors"]) == (7, 0, 6, 1)
    assert (found["institutions"], found["institution_unknown"]) == (2, 5)
    assert (found["countries"], found["country_unknown"]) == (2, 5)
    assert (found["downloads_30d"], found["downloads_unknown"], found["downloads_on"]) == (53, 4, ON)
    assert (found["removed"], found["gated"], found["gated_unknown"]) == (1, 1, 6)
    assert [(row["country"], row["models"], row["downloads_30d"]) for row in found["by_country"]] == [
        ("US", 1, 10),
        ("CN", 1, None),
        (None, 5, 43),
    ]
    for name in ("relation", "depth", "institution", "country", "account"):
        rows = found[f"by_{name}"]
        assert sum(row["models"] + row["datasets"] for row in rows) == 7, name
        assert sum(row["downloads_30d"] or 0 for row in rows) == 53, name
        assert sum(row["downloads_unknown"] for row in rows) == 4, name


def test_of_no_models_there_is_no_download_unknown(world: Registry) -> None:
    """Where only datasets are hit the downloads of models are 0, and null where none of some is known."""
    found = world.impact_summary("dataset:acme/data", relations=["dataset-derived"])
    assert (found["models"], found["datasets"]) == (0, 1)
    assert (found["downloads_30d"], found["downloads_unknown"]) == (0, 0)
    unknown = world.impact_summary("acme/base", relations=["merge"])
    assert (unknown["models"], unknown["downloads_30d"], unknown["downloads_unknown"]) == (1, None, 1)


def test_tables_that_are_cut_keep_the_unknown(world: Registry) -> None:
    """With one row at most, that of the unknown still stands; relations and depths are never cut."""
    found = world.impact_summary("acme/base", most=1)
    assert [row["institution"] for row in found["by_institution"]] == ["acme-sub", None]
    assert [row["depth"] for row in found["by_depth"]] == [1, 2, 3]
    assert len(world.impact("acme/base", most=1)) == 1


def test_declared_leaves_out_what_catalogues_say(world: Registry) -> None:
    """With declared links only the mirror is not hit, and is told as not counted."""
    found = world.impact_summary("acme/base", evidence="declared")
    assert (found["models"], found["mirrors"]) == (6, 0)
    counted = {row["evidence"]: (row["counted"], row["models"]) for row in found["by_evidence"]}
    assert counted == {"declared": (True, 6), "reported": (False, 1), "inferred": (False, 0)}


def test_relations_depth_and_day_narrow_it(world: Registry) -> None:
    """Only such links are followed, no further than asked, and none that was not there on the day."""
    found = {row["id"] for row in world.impact("acme/base", relations=["finetune"])}
    assert found == {"sub/tuned", "user-a/one", "bolt/from-acme"}
    assert {row["depth"] for row in world.impact("acme/base", depth=2)} == {1, 2}
    assert {row["id"] for row in world.impact("acme/base", on=date(2025, 3, 1))} == {"sub/tuned"}
    with pytest.raises(InputError, match="published after that day"):
        world.impact("acme/base", on=date(2025, 1, 1))
    with pytest.raises(InputError, match="knows nothing of"):
        world.impact("acme/base", on=date(2027, 1, 1))


def test_what_is_its_own_is_bad_and_not_hit(world: Registry) -> None:
    """Of an institution with its parts, an account and a family, all they have is a start."""
    found = world.impact_summary("institution:acme")
    assert (found["own_models"], found["own_datasets"], found["name"]) == (2, 2, "Acme")
    assert "sub/tuned" not in {row["id"] for row in found["hits"]}
    assert {row["id"] for row in world.impact("account:bolt")} == {"user-b/mix", "user-c/bolt"}


def test_whom_to_tell(world: Registry) -> None:
    """Each account once, with the largest of what is hit and its page; the unknown account at the end."""
    rows = world.impact_notified("acme/base")
    assert all(tuple(row) == NOTIFIED for row in rows)
    assert rows[0] | {"largest": None} == {
        "account": "huggingface:user-a", "institution": None, "country": None, "models": 3, "datasets": 0,
        "declared": 3, "downloads_30d": 43, "downloads_unknown": 1, "nearest": 1, "largest": None,
        "platform": "huggingface", "page": "https://huggingface.co/user-a", "own": False,
    }  # fmt: skip
    assert rows[0]["largest"] == ["user-a/two", "user-a/one", "user-a/copy"]
    assert sum(row["models"] for row in rows) == 7
    assert len({row["account"] for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("dataset:acme/dta", {}),
        ("nothing/at-all", {}),
        ("acme/base", {"evidence": "guessed"}),
        ("acme/base", {"relations": ["finetuned"]}),
    ],
)
def test_unknown_names_are_errors(world: Registry, text: str, how: dict[str, object]) -> None:
    """A thing, evidence or relation that isn't there is no empty answer."""
    with pytest.raises(UnknownName):
        world.impact(text, **how)


def test_a_mistyped_dataset_is_suggested(world: Registry) -> None:
    """Where nothing is said of its kind, near datasets are named like near models."""
    with pytest.raises(UnknownName, match="no model, dataset, institution") as wrong:
        world.impact("acme/dta")
    assert "acme/data" in wrong.value.suggestions


def test_the_page_says_so_where_nothing_is_known(world: Registry) -> None:
    """A thing that nothing is recorded to rest on has a page without a number that looks like all is well."""
    page = world.impact_page("user-a/two")
    assert page.values["lead"].startswith("Nothing is recorded")
    assert "may exist" in html(page)


def links(registry: Registry) -> Iterator[tuple[str, str]]:
    """Yield the links that somebody states, as parent and child, read from the tables row by row."""
    snapshot = registry.snapshot
    for child, parent, status in snapshot.frame("derivations", ["child", "parent", "status"]).iter_rows():
        if status in ("resolved", "dangling", "duplicate"):
            yield f"model:{parent}", f"model:{child}"
    for model, dataset in snapshot.frame("trained_on", ["model", "dataset"]).iter_rows():
        yield f"dataset:{dataset}", f"model:{model}"
    for dataset, parents in snapshot.frame("datasets", ["id", "derived_from"]).iter_rows():
        yield from ((f"dataset:{parent}", f"dataset:{dataset}") for parent in parents or ())
    ids, twins = list(registry.graph.ids), registry.graph.twin.tolist()
    yield from ((f"model:{ids[twin]}", f"model:{ids[at]}") for at, twin in enumerate(twins) if at != twin)


@pytest.mark.parametrize(
    ("start", "models", "accounts"),
    [("dataset:HuggingFaceH4/ultrafeedback_binarized", 168, 42), ("model:Qwen/Qwen2.5-7B", 454, 147)],
)
def test_the_worked_examples_of_the_docs(embedded: Registry, start: str, models: int, accounts: int) -> None:
    """A dataset and a base model of the embedded snapshot hit what a walk over its tables finds."""
    below = defaultdict(set)
    for parent, child in links(embedded):
        below[parent].add(child)
    ring = seen = {start}
    while ring:
        ring = set().union(*(below[at] for at in ring)) - seen
        seen = seen | ring
    text = start.removeprefix("model:")
    rows = embedded.impact(text)
    assert {f"{row['kind']}:{row['id']}" for row in rows} == seen - {start}
    found = embedded.impact_summary(text)
    assert (found["models"], found["accounts"]) == (models, accounts)


def test_the_page_of_a_day_in_chinese(embedded: Registry) -> None:
    """A page names the day, its data have the rows, and the same input gives the same bytes."""
    how = {"on": date(2025, 6, 1), "depth": 1, "lang": "zh"}
    page = embedded.impact_page("Qwen/Qwen2.5-7B", **how)
    assert "截至 2025-06-01" in html(page)
    assert len(page.twin.rows) == page.twin.head["models"] > 0
    assert html(page) == html(embedded.impact_page("Qwen/Qwen2.5-7B", **how))
