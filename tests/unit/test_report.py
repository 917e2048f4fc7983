"""The report: every table is there, every text is a text, and nothing is asked of anyone."""

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from tests.conftest import MakeSnapshot
from tests.unit.view_sample import HOSTILE, ROOT, Sample, hostile_sample, sample

from begat.answer.influence import influence
from begat.answer.stats import stats
from begat.influence.scores import Scores
from begat.views.page.report import DIMENSIONS, ReportData, report
from begat.views.tree import budgeted_tree

CLAIM = {
    "claim": "X1",
    "statement": HOSTILE[0],
    "verdict": "contradicted",
    "value": 3,
    "text": HOSTILE[1],
    "expected": "<= 2",
    "definition": None,
    "reason": HOSTILE[2],
}


def data(family: Sample, **changes: Any) -> ReportData:
    """Return what a report on a sample shows."""
    snapshot = family.snapshot
    scores = dict.fromkeys(DIMENSIONS, 0.5)
    places = {f"{name}_rank": 1 for name in DIMENSIONS}
    ranking = [
        {"subject": "X", "name": HOSTILE[0], "rank": 1, "score": 0.75, **scores, **places},
        {"subject": "Y", "name": None, "rank": 2, "score": 0.25, **scores, **places},
    ]
    values = ReportData(
        title="Who builds on whom",
        snapshot={"name": snapshot.name, "date": snapshot.date, "digest": snapshot.digest},
        stats=stats(snapshot, family.graph),
        tree=budgeted_tree(family.graph, family.facts, family.node(ROOT), budget=20),
        influence_models=influence(Scores(snapshot, family.graph)),
        influence_institutions=influence(Scores(snapshot, family.graph), by="institution"),
        own_ranking=[*ranking, {"subject": "Z", "rank": None, "score": None}],
        ranking=ranking,
        edition=date(2025, 9, 7),
        claims=[CLAIM],
        sources=[*snapshot.sources, {**snapshot.sources[0], "title": HOSTILE[2], "attribution": HOSTILE[1]}],
    )
    return values._replace(**changes)


class Page(HTMLParser):
    """Tags, attributes, ids, the cells of each table row and the headings of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.rows: list[list[str]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag; begin a row or cell."""
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, text: str) -> None:
        """Keep a text."""
        self.texts.append(text.strip())
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += text.strip()

    def ids(self) -> list[str]:
        """Return all ids."""
        return [value for name, value in self.attributes if name == "id"]


@pytest.fixture
def hostile(make_snapshot: MakeSnapshot) -> Sample:
    """Return the family with hostile names."""
    return hostile_sample(make_snapshot)


def test_every_part_is_there(make_snapshot: MakeSnapshot) -> None:
    """The tree, both influence tables, the ranking and the sources have a table with their rows."""
    family = sample(make_snapshot)
    shown = data(family)
    page = Page(report(shown))
    assert {"derivatives", "models", "institutions", "ranking", "osir", "claims", "sources"} <= set(
        page.ids()
    )
    assert page.tags.count("table") == 7
    assert page.tags.count("h1") == page.tags.count("main") == 1
    firsts = [row[0] for row in page.rows]
    assert sum(row.kind in ("model", "release") for row in shown.tree.rows) == 20
    assert any(first.startswith(ROOT) for first in firsts)
    assert [row[1] for row in page.rows if row[:1] == ["2"]][-1] == "Y"
    assert "OSIR-LMTS, edition 2025-09-07" in page.texts


def test_places_come_from_all_rows(make_snapshot: MakeSnapshot) -> None:
    """The place in a measure counts all rows given, not only those that are shown."""
    family = sample(make_snapshot)
    rows = [
        {"id": f"a/{place:02}", "rank": place, "children": 100 - place, "accounts": place}
        for place in range(1, 31)
    ]
    page = Page(report(data(family, influence_models=rows, influence_institutions=[], top=2)))
    found = [row for row in page.rows if row[1:2] == ["a/01"]]
    assert [cell.replace("rank", " ") for cell in found[0][2:]] == ["99 #1", "1 #30"]
    assert not [row for row in page.rows if row[1:2] == ["a/03"]]
    assert "institutions" not in page.ids()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_texts(hostile: Sample, name: str) -> None:
    """A hostile title, model, institution, licence or source is shown and does nothing."""
    root = hostile.node(name)
    tree = budgeted_tree(hostile.graph, hostile.facts, root, group_by="licence")
    html = report(data(hostile, title=name, tree=tree))
    page = Page(html)
    assert not {"img", "link", "iframe", "base", "form"} & set(page.tags)
    assert page.tags.count("script") == page.tags.count("style") == 1
    assert not [key for key, _ in page.attributes if key in {"src", "style"} or key.startswith("on")]
    assert all(value.startswith("#") for key, value in page.attributes if key == "href")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e\u2066]", html)


def test_policy_names_what_is_there(hostile: Sample) -> None:
    """The policy allows the page's own script and style by hash and nothing else."""
    html = report(data(hostile))
    blocks = re.findall(r"<(script|style)>(.*?)</\1>", html, flags=re.DOTALL)
    assert len(blocks) == 2
    policy = next(value for name, value in Page(html).attributes if name == "content" and "'none'" in value)
    for _, text in blocks:
        assert f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in policy
    assert "unsafe" not in policy
    assert re.findall(r"https?://", html.replace("https://evil.example", "")) == []


def test_same_bytes(hostile: Sample) -> None:
    """The same data give the same bytes."""
    assert report(data(hostile)) == report(data(hostile))


EMPTY: dict[str, Callable[[Sample], dict[str, Any]]] = {
    "no ranking": lambda _: {"ranking": [], "own_ranking": [], "edition": None},
    "no influence": lambda _: {"influence_models": [], "influence_institutions": []},
    "no sources": lambda _: {"sources": []},
    "a leaf": lambda family: {
        "tree": budgeted_tree(family.graph, family.facts, family.node("lone/tuned-again"))
    },
}


@pytest.mark.parametrize("name", EMPTY)
def test_parts_may_be_missing(make_snapshot: MakeSnapshot, name: str) -> None:
    """What has no rows is left out, and the page is whole."""
    family = sample(make_snapshot)
    page = Page(report(data(family, **EMPTY[name](family))))
    assert page.tags.count("h1") == 1
    assert ("ranking" in page.ids()) == (name != "no ranking")
    assert ("models" in page.ids()) == (name != "no influence")


def test_tree_is_a_treegrid(make_snapshot: MakeSnapshot) -> None:
    """Rows state their level and whether they are open, and one of them can be reached by Tab."""
    family = sample(make_snapshot)
    html = report(data(family))
    rows = re.findall(r'<tr class="(?:release|model|group|folded)[^>]*>', html)
    levels = [int(re.search(r'aria-level="(\d+)"', row)[1]) for row in rows]  # type: ignore[index]
    assert levels == [row.depth + 1 for row in data(family).tree.rows]
    assert [row for row in rows if 'tabindex="0"' in row] == rows[:1]
    opens = ["aria-expanded" in row for row in rows]
    assert opens == [after > own for own, after in zip(levels, [*levels[1:], 0], strict=True)]
