"""Rows of the Hub's API: what an answer leaves out is unknown, and what it says has one reading."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from begat.records import Dataset, Derivation, Evaluation, Model, Observation, Record, SetAside
from begat.sources._hub import api_dataset, api_model, json_object, licence
from begat.sources.base import BadRow, Context, Reading, json_answers, source_named

CONTEXT = Context(Path("models.jsonl"), date(2026, 1, 31))


def model(**row: Any) -> list[Record]:
    """Return the records of one answer about a model."""
    return list(api_model({"id": "a-lab/m", **row}, CONTEXT))


def test_an_empty_answer_says_only_that_the_model_is_there() -> None:
    """No figure is zero, no flag is false and no parent is missing because an answer leaves it out."""
    assert model() == [Model("a-lab/m")]
    assert list(api_dataset({"id": "a-lab/d"}, CONTEXT)) == [Dataset("a-lab/d")]


@pytest.mark.parametrize(
    ("value", "known"), [(False, "false"), ("auto", "auto"), ("manual", "manual"), (None, None)]
)
def test_gated_is_no_boolean(value: Any, known: str | None) -> None:
    """Open, automatic and manual access are three things; not stated is a fourth."""
    (row,) = model(gated=value)
    assert isinstance(row, Model)
    assert row.gated == known


def test_the_floor_of_creation_times_is_unknown() -> None:
    """A repository from before the Hub kept times has none; a second later is a time."""
    (old,) = model(createdAt="2022-03-02T23:29:04.000Z")
    (new,) = model(createdAt="2022-03-02T23:29:05.000Z")
    assert isinstance(old, Model)
    assert old.created_at is None
    assert isinstance(new, Model)
    assert new.created_at == datetime(2022, 3, 2, 23, 29, 5, tzinfo=UTC)


def test_parents_come_from_base_models_and_else_from_tags() -> None:
    """`baseModels` has precedence over the tags, whose naming it resolves; without it the tags speak."""
    tags = ["base_model:a/old", "base_model:finetune:a/old"]
    stated = {"relation": "quantized", "models": [{"_id": "x", "id": "a/new"}]}
    both = [row for row in model(tags=tags, baseModels=stated) if isinstance(row, Derivation)]
    assert [(row.parent_raw, row.relation, row.method) for row in both] == [("a/new", "quantized", "tags")]
    alone = [row for row in model(tags=tags) if isinstance(row, Derivation)]
    assert [(row.parent_raw, row.relation, row.method) for row in alone] == [
        ("a/old", "finetune", "tags-finetune")
    ]


def test_sizes_figures_and_results() -> None:
    """Sizes come from safetensors and else GGUF, counts of children by relation, results from model-index."""
    index = [{"results": [{"dataset": {"name": "MMLU"}, "metrics": [{"type": "acc", "value": 0.5}]}]}]
    rows = model(
        gguf={"total": 7},
        childrenModelCount={"adapter": 2, "space": 9},
        usedStorage=5,
        **{"model-index": index},
    )
    assert rows[0] == Model("a-lab/m", parameters=7)
    figures = {row.metric: row.value for row in rows if isinstance(row, Observation)}
    assert figures == {"children_adapter": 2.0, "storage_bytes": 5.0}
    assert [row.value for row in rows if isinstance(row, Evaluation)] == [0.5]


@pytest.mark.parametrize(
    ("tags", "card", "known"),
    [
        (["license:mit"], {"license": "apache-2.0"}, "mit"),
        ([], {"license": ["apache-2.0", "mit"]}, "apache-2.0"),
        (["license:other"], {"license_name": "our-own", "license_link": "https://a.org/x"}, "our-own"),
        (["license:other"], {"license_link": "https://a.org/x"}, "https://a.org/x"),
        (["license:other"], {"license_link": "LICENSE"}, "other"),
        (["license:other"], {"license_name": 5}, "other"),
        ([], {}, None),
    ],
)
def test_licence_of_tag_and_card(tags: list[str], card: dict[str, Any], known: str | None) -> None:
    """The tag counts; `other` is named by the card, else by the address of its text, else by nothing."""
    assert licence(tags, card) == known


def test_a_card_may_be_an_object_or_its_text() -> None:
    """The API gives objects, dumps give JSON text; what is neither says nothing."""
    assert json_object({"a": 1}) == json_object('{"a": 1}') == {"a": 1}
    assert json_object("[1]") == json_object("{") == json_object(None) == json_object(5) == {}


def test_answers_are_rows_or_lists_of_rows(tmp_path: Path) -> None:
    """A line may be one row or a page of them, a .json file one answer; the place says which."""
    lines = tmp_path / "a.jsonl"
    lines.write_text('{"id": 1}\n\n[{"id": 2}, 3]\n[]\n{\n', encoding="utf-8")
    found = list(json_answers(lines))
    assert [place for place, _ in found] == ["line 1", "line 3, item 1", "line 3, item 2", "line 5"]
    assert [isinstance(row, BadRow) for _, row in found] == [False, False, True, True]
    page = tmp_path / "a.json"
    page.write_text('[{"id": 1},\n {"id": 2}]', encoding="utf-8")
    assert [place for place, _ in json_answers(page)] == ["answer, item 1", "answer, item 2"]


def test_reasons_are_in_words_of_data() -> None:
    """A row that breaks the reading because a value has another type says so before Python's own words."""
    reading = Reading(source_named("hub-api").files[0], Context(Path("models.jsonl"), date(2026, 5, 20)))
    (aside,) = reading.row("line 1", {"id": "a/b", "tags": [None]})
    assert isinstance(aside, SetAside)
    assert aside.reason.startswith("a value of another type than expected (")
