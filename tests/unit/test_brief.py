"""The brief: its figures are those of tree and measures, and every sentence holds where little is known."""

import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.cli import begat
from tests.conftest import MakeSnapshot
from tests.unit.ranking_sample import ABOUT
from tests.unit.view_sample import HOSTILE, ROOT, hostile_sample, made, sample

from begat.answer.brief import MONTHS, Subject, derivatives, figures, places
from begat.errors import UnknownName
from begat.graph import RELATIONS, Graph, houses
from begat.graph.arrays import COPY
from begat.influence.scores import Scores
from begat.registry import Registry, briefs, open_registry
from begat.snapshot import Home
from begat.views.page.base import html
from begat.views.page.brief import BriefData, brief_page, brief_text
from begat.views.place import SERVED

GOLDEN = Path(__file__).parents[1] / "golden" / "views"
EXAMPLES = {"model": "Qwen/Qwen2.5-7B", "institution": "alibaba", "country": "CN"}
TREES = ("Qwen/Qwen2.5-7B", "meta-llama/Llama-3.1-8B", "google/gemma-7b", "mistralai/Mistral-7B-v0.1")

NOTHING: dict[str, Any] = {
    "own": 1,
    "listed": 1,
    "built_on_others": 0,
    "bases": {},
    "ancestors": 0,
    "derivatives": 0,
    "direct": 0,
    "accounts": 0,
    "institutions": 0,
    "by_relation": {},
    "countries": {},
    "seated": 0,
    "licences": dict.fromkeys(("yes", "conditional", "no", "unknown", "none"), 0),
    "own_licences": {"none": 1},
    "changed": None,
    "months": {},
    "dated": 0,
    "recent": 0,
    "first_day": None,
    "last_day": None,
    "unresolved": 0,
    "own_unresolved": [],
    "sources": [],
}
DERIVED = {
    "derivatives": 3,
    "direct": 2,
    "accounts": 2,
    "by_relation": {"finetune": 2, "merge": 1},
    "licences": {"yes": 1, "conditional": 0, "no": 0, "unknown": 0, "none": 2},
}
MODEL: dict[str, Any] = {
    "platform": "huggingface",
    "account": None,
    "house": None,
    "country": None,
    "created_on": None,
    "parameters": None,
    "task": None,
    "licence": None,
    "listed": True,
    "removed": None,
}


def told(lang: str = "en", **changes: Any) -> str:
    """Return the plain text of a brief on a model of which nothing is known but what is given."""
    facts = MODEL | changes.pop("facts", {})
    numbers = NOTHING | changes.pop("figures", {})
    values: dict[str, Any] = {
        "kind": "model",
        "id": "a/b",
        "name": None,
        "name_zh": None,
        "downloads": None,
        "bases": (),
        "names": {},
        "top": (),
        "places": {},
        "interval": {},
        "ranking": {},
    }
    data = BriefData(**(values | {"facts": facts, "figures": numbers} | changes))
    return re.sub(r"\n  ", " ", brief_text(brief_page(data, ABOUT, lang=lang)))


@pytest.fixture(scope="module")
def registry(built: Path) -> Iterator[Registry]:
    """Return the embedded snapshot."""
    return open_registry(built)


@pytest.mark.parametrize("name", TREES)
def test_counts_are_those_of_the_tree(registry: Registry, name: str) -> None:
    """A model has as many derivatives, by the same relations, as its tree counts."""
    head = registry.tree(name, budget=2).head
    nodes, relations = derivatives(Subject.model(name, registry.graph, registry.node(name)))
    counted = np.bincount(relations, minlength=len(RELATIONS))
    assert len(nodes) == head.derivatives > 0
    assert {RELATIONS[at]: count for at, count in enumerate(counted) if count} == head.by_relation


@pytest.mark.parametrize("by", ["institution", "country"])
def test_counts_are_those_of_the_measures(registry: Registry, by: str) -> None:
    """Every institution and country has the derivatives, and their accounts, that its measures count."""
    scores = Scores(registry.snapshot, registry.graph)
    for row in registry.influence(by=by):
        subject = Subject.group(by, row["id"], scores)
        nodes, _ = derivatives(subject)
        found = np.unique(subject.graph.account[nodes])
        assert (len(nodes), int((found >= 0).sum())) == (row["descendants"], row["descendant_accounts"])


def plain_derivatives(graph: Graph, own: set[int]) -> set[int]:
    """Walk from every own model and keep what is of another house and no copy."""
    house = houses(graph).tolist()
    edges = list(zip(graph.child.tolist(), graph.parent.tolist(), graph.relation.tolist(), strict=True))
    copies = {child for child, _, relation in edges if relation == COPY}
    found = set()
    for start in own:
        seen, todo = set(), [start]
        while todo:
            parent = todo.pop()
            fresh = {child for child, above, _ in edges if above == parent} - seen
            seen |= fresh
            todo += fresh
        found |= {node for node in seen if house[node] != house[start] and node not in copies}
    return found


def test_derivatives_agree_with_a_plain_walk(make_snapshot: MakeSnapshot) -> None:
    """For every model of a family with merges, copies and a cycle, and for pairs, both find the same."""
    family = sample(make_snapshot, [*made("x/one", "x/two", ROOT), *made("x/two", "x/one")])
    graph = family.graph
    for own in [[node] for node in range(graph.n)] + [[0, node] for node in range(1, graph.n, 3)]:
        subject = Subject.model("any", graph, own[0])
        nodes, _ = derivatives(Subject("model", "any", graph, subject.copy, np.array(own)))
        assert set(nodes.tolist()) == plain_derivatives(graph, set(own))


def test_figures_of_a_family(make_snapshot: MakeSnapshot) -> None:
    """Direct ones, accounts, countries, licences and parents that can't be told are counted."""
    family = sample(make_snapshot)
    subject = Subject.model(ROOT, family.graph, family.node(ROOT))
    found = figures(family.snapshot, subject, {"the-house": "FR"})
    assert (found["derivatives"], found["direct"], found["seated"]) == (27, 1, 0)
    assert found["licences"] == {"yes": 27, "conditional": 0, "no": 0, "unknown": 0, "none": 0}
    assert (found["changed"], found["unresolved"], found["dated"]) == (2, 1, 0)
    assert (found["ancestors"], found["bases"]) == (1, {"huggingface:older": 1})


def test_months_end_with_the_newest(registry: Registry) -> None:
    """The months are consecutive, end with that of the newest derivative, and hold no more than are dated."""
    node = registry.node(TREES[0])
    found = figures(registry.snapshot, Subject.model(TREES[0], registry.graph, node), {})
    months = list(found["months"])
    assert len(months) == MONTHS == len(set(months))
    assert months == sorted(months)
    assert months[-1] == f"{found['last_day']:%Y-%m}"
    assert found["recent"] <= sum(found["months"].values()) <= found["dated"] <= found["derivatives"]


def test_places() -> None:
    """Equal values share the best rank; what has no value has no place."""
    rows = [{"id": "a", "x": 3, "y": None}, {"id": "b", "x": 5, "y": 1}, {"id": "c", "x": 3, "y": 2}]
    assert places(rows, "a", ["x", "y"]) == {"x": {"value": 3, "rank": 2, "of": 3, "tied": 2}}
    assert places(rows, "d", ["x"]) == {}


@pytest.mark.parametrize("kind", EXAMPLES)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_golden(registry: Registry, kind: str, lang: str) -> None:
    """The briefs of the examples say what they said."""
    text = brief_text(registry.brief(EXAMPLES[kind], lang=lang))
    path = GOLDEN / f"brief-{kind}-{lang}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_nothing_is_known() -> None:
    """Of a model without maker, date, licence, parent or derivative each section says so."""
    text = told()
    for sentence in (
        "This snapshot records no derivative of a/b by others.",
        "Who put a/b out is not known.",
        "When it was published, no source says.",
        "No dated count of its downloads is known.",
        "No source names a model that a/b was made from.",
        "Nobody else is recorded to have made a model from it. That may be so, or not declared.",
        "It has no rank by influence, since nobody is recorded to have made a model from it.",
        "No source states a licence of a/b. If it has none, it grants nothing.",
    ):
        assert sentence in text
    assert "Growth" not in text
    assert "None" not in text.replace("None of", "")


BRANCHES: dict[str, tuple[dict[str, Any], str]] = {
    "maker": ({"facts": {"house": "h"}, "names": {"h": "House"}}, "put out by House; where its seat is, no"),
    "seat": ({"facts": {"house": "h", "country": "FR"}}, "put out by h, whose seat is in France."),
    "article": ({"facts": {"house": "h", "country": "US"}}, "whose seat is in the United States."),
    "account": ({"facts": {"account": "x"}}, "by the account x; which institution stands behind it is not"),
    "named only": ({"facts": {"listed": False}}, "known only because other models name it"),
    "removed": ({"facts": {"removed": True}}, "It has been removed from its platform."),
    "date": ({"facts": {"created_on": date(2025, 1, 2)}}, "It was published on 2025-01-02."),
    "parameters": ({"facts": {"parameters": 7_000}}, "It has 7,000 parameters."),
    "task": ({"facts": {"task": "x"}}, "Its stated task is x."),
    "downloads": (
        {"downloads": {"value": 1200, "source": "s", "on": date(2026, 1, 1)}},
        "s gives 1,200 downloads in the 30 days to 2026-01-01.",
    ),
    "parent": (
        {"bases": ({"parent": "p/q", "relation": "finetune", "source": "s"},), "figures": {"ancestors": 1}},
        "a/b was made from p/q (fine-tune, stated by s). Nothing further is recorded above them.",
    ),
    "grandparent": (
        {"bases": ({"parent": "p/q", "relation": "merge", "source": "s"},), "figures": {"ancestors": 2}},
        "Above them lie 1 model more.",
    ),
    "lost parent": (
        {"bases": ({"parent": None, "parent_raw": "qw"},)},
        "can’t be told to be a known model: qw.",
    ),
    "one": (
        {"figures": DERIVED | {"derivatives": 1, "direct": 1, "accounts": 1}},
        "records 1 derivative of a/b, by 1 account.",
    ),
    "no account": ({"figures": DERIVED | {"accounts": 0}}, "by accounts that are not known."),
    "all direct": ({"figures": DERIVED | {"direct": 3}}, "All of them were made directly from it."),
    "some direct": ({"figures": DERIVED}, "2 of them were made directly from it, 1 through other models."),
    "none direct": ({"figures": DERIVED | {"direct": 0}}, "None of them was made directly from it"),
    "mix": ({"figures": DERIVED}, "By the last step of each: fine-tune (2), merge (1)."),
    "seats": (
        {"figures": DERIVED | {"seated": 1, "countries": {"CN": 1}}},
        "Where the seat of their makers is known, for 1 of them: China (1).",
    ),
    "no seats": ({"figures": DERIVED}, "Of none of their makers is the seat known."),
    "licence": ({"facts": {"licence": "MIT"}}, "Its licence, MIT, allows commercial use."),
    "forbidding": ({"facts": {"licence": "CC-BY-NC-4.0"}}, "CC-BY-NC-4.0, does not allow commercial use."),
    "odd licence": (
        {"facts": {"licence": "LicenseRef-x"}},
        "It states x as its licence; what that allows is",
    ),
    "changed": (
        {"figures": DERIVED | {"changed": 1}},
        "Another licence than its own is stated by 1 derivative.",
    ),
    "effects": (
        {"figures": DERIVED},
        "Of the 3 derivatives: commercial use allowed (1), no licence stated (2).",
    ),
    "undated": ({"figures": DERIVED}, "Of no derivative the date of publication is known."),
    "one day": (
        {
            "figures": DERIVED
            | {
                "dated": 1,
                "first_day": date(2025, 1, 2),
                "last_day": date(2025, 1, 2),
                "months": {"2025-01": 1},
            }
        },
        "The date of 1 of 3 derivatives is known: 2025-01-02.",
    ),
    "agree": (
        {"places": {"reach": {"value": 1, "rank": 2, "of": 5}, "children": {"value": 1, "rank": 3, "of": 5}}},
        "The measures below agree broadly: its ranks lie between 2 and 3.",
    ),
    "agree all": (
        {"places": {"reach": {"value": 1, "rank": 2, "of": 5}, "children": {"value": 1, "rank": 2, "of": 5}}},
        "All measures below give it rank 2.",
    ),
    "disagree": (
        {"places": {"reach": {"value": 1, "rank": 2, "of": 5}, "children": {"value": 1, "rank": 4, "of": 5}}},
        "rank 2 by discounted reach, but 4 by direct children.",
    ),
    "certain": (
        {
            "places": {"reach": {"value": 1, "rank": 1, "of": 5}},
            "interval": {"rank": 1, "low": 1, "high": 1, "draws": 9},
        },
        "With the accounts drawn again 9 times, it has that rank in 90% of the draws.",
    ),
    "uncertain": (
        {
            "places": {"reach": {"value": 1, "rank": 1, "of": 5}},
            "interval": {"rank": 1, "low": 1, "high": 4, "draws": 9},
        },
        "that rank lies between 1 and 4 in 90% of the draws.",
    ),
    "contested": ({"facts": {"contested": ["licence"]}}, "Sources disagree about: its licence."),
    "unresolved": ({"figures": {"unresolved": 2}}, "is named by 2 models of those counted here."),
}


@pytest.mark.parametrize("branch", BRANCHES)
def test_sentences(branch: str) -> None:
    """Each case has its sentence in English, and one in Chinese without a word left unfilled."""
    changes, sentence = BRANCHES[branch]
    assert sentence in told(**changes).replace("\n", " ")
    assert not re.search(r"[{}]|None", told("zh", **changes))


GROUP = {"kind": "company", "country": "FR", "accounts": 1, "institutions": 1}
RANKED = {"rank": 2, "of": 8, "low": 1, "high": 3, "draws": 9, "tier": 1, "in_tier": 3, "reason": None}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {},
            "x is a company with its seat in France. It runs 1 account that this snapshot knows",
        ),
        ({"facts": GROUP | {"country": None}}, "x is a company; where its seat is, no source says."),
        ({"facts": GROUP | {"kind": None}}, "x is an institution of a kind that no source states with its"),
        ({"facts": GROUP | {"accounts": 0}}, "No account of it is known, so no model is counted as its own."),
        ({"facts": GROUP | {"institutions": 3}}, "2 further institutions are part of it and count with it."),
        ({"facts": GROUP | {"part": "y"}}, "y is part of it; this brief is on the whole."),
        ({"figures": {"own": 0}}, "By begat-53 it is not scored"),
        (
            {"ranking": RANKED},
            "it has rank 2 of 8 institutions. In 90% of 9 other defensible methods its rank",
        ),
        ({"ranking": RANKED}, "It is one of 3 in the first tier, which this ranking can’t tell apart."),
        (
            {"ranking": RANKED | {"low": 2, "high": 2}},
            "In 90% of 9 other defensible methods it has rank 2 too.",
        ),
        (
            {"ranking": RANKED | {"rank": None, "low": None, "reason": "no score in data"}},
            "It is not among the 8 institutions with an overall rank by begat-53: no score in data.",
        ),
        ({"figures": {"built_on_others": 1, "bases": {"y": 1}}}, "Most often they name y (1)."),
        ({}, "None of its 1 model is recorded as made from a model of another house."),
    ],
)
def test_sentences_of_institutions(changes: dict[str, Any], sentence: str) -> None:
    """What is known of an institution, and what not, has its sentence in both languages."""
    given = {"kind": "institution", "id": "x", "facts": GROUP} | changes
    assert sentence in told(**given).replace("\n", " ")
    assert not re.search(r"[{}]|None", told("zh", **given))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_texts(make_snapshot: MakeSnapshot, tmp_path: Path, name: str) -> None:
    """A name that tries to be more is a text on the page and harmless in the terminal."""
    family = hostile_sample(make_snapshot)
    found = figures(family.snapshot, Subject.model(name, family.graph, family.node(name)), {})
    data = BriefData(
        *("model", name, None, None, MODEL | {"account": name, "licence": name, "task": name}, None, ()),
        *(found, {}, ((name, 3),), {}, {}, {}),
    )
    page = brief_page(data, ABOUT)
    shown = html(page).partition('<script type="application/json"')[0]
    assert "<img" not in shown
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e\u2066]", shown + brief_text(page))
    assert "<img" not in html(page, SERVED)


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("qwen/qwen2.5-7b", "model", "Qwen/Qwen2.5-7B"),
        ("https://huggingface.co/Qwen/Qwen2.5-7B", "model", "Qwen/Qwen2.5-7B"),
        ("Alibaba", "institution", "alibaba"),
        ("argilla", "institution", "hugging-face"),
        ("cn", "country", "CN"),
        ("China", "country", "CN"),
        ("中国", "country", "CN"),
    ],
)
def test_subjects_as_people_write_them(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, text: str, kind: str, key: str
) -> None:
    """A model, an institution and a country are found by what people call them."""
    monkeypatch.setattr(briefs, "DRAWS", 2)
    monkeypatch.setattr(briefs, "RANKING_DRAWS", 2)
    assert registry.brief(text).subject == (kind, key)


def test_nobody_can_be_ranked(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """Where too little is known to rank anybody, an institution still has its brief."""
    snapshot = sample(make_snapshot).snapshot
    registry = Registry(Home(tmp_path / "home"), snapshot)
    assert "The House" in html(registry.brief("the-house"))


def test_unknown_subject(registry: Registry) -> None:
    """What is none of them is an error with near names."""
    with pytest.raises(UnknownName, match=r"Qwen2\.5-7B"):
        registry.brief("Qwen/Qwen2.5-7")


def test_command(built: Path, tmp_path: Path) -> None:
    """The command writes every kind of file, the same bytes twice, and refuses others."""
    for suffix in (".html", ".txt", ".json", ".csv"):
        files = [tmp_path / f"{place}{suffix}" for place in range(2)]
        for file in files:
            assert begat("report", "google/gemma-7b", "-o", str(file), home=built).code == 0
        assert files[0].read_bytes() == files[1].read_bytes()
    ran = begat("report", "google/gemma-7b", "-o", str(tmp_path / "x.docx"), home=built)
    assert (ran.code, ".pdf" in ran.err) == (2, True)
    assert begat("report", "google/gemma-7b", home=built).out.startswith("google/gemma-7b: a brief\n====")


def test_no_browser_is_an_error_with_a_hint(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no Chromium is found, a PDF is an error that says what to do, and no file is left."""
    monkeypatch.setattr("shutil.which", lambda _: None)
    ran = begat("report", "google/gemma-7b", "-o", str(tmp_path / "x.pdf"), home=built)
    assert ran.code == 1
    assert "no Chromium was found" in ran.err
    assert "write .html" in ran.err
    assert list(tmp_path.iterdir()) == []
