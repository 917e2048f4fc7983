"""The outline as a page: what it holds, how large it is, that nothing in a name can break it."""

import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from markupsafe import escape
from tests.conftest import MakeSnapshot
from tests.unit.outline_sample import given, shown
from tests.unit.test_packed import plain, unpacked, wide
from tests.unit.view_sample import HOSTILE, ROOT, hostile_sample, made, sample

from begat.records import Institution
from begat.views.form.outline import outline_page
from begat.views.page.base import html
from begat.views.place import SERVED
from begat.views.tree import GROUPINGS, budgeted_tree
from begat.views.tree.house import House, rooted
from begat.views.words import clean

GOLDEN = Path(__file__).parents[1] / "golden" / "views" / "outline.txt"


def block(text: str) -> dict[str, Any]:
    """Return the data of a page."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def lines(value: Any) -> str:
    """Write the parts of a value a line each."""
    parts = value if isinstance(value, list) else value.items() if isinstance(value, dict) else [value]
    return "".join(f"  {json.dumps(part, ensure_ascii=False)}\n" for part in parts)


def test_data_are_golden(make_snapshot: MakeSnapshot) -> None:
    """The data of the page of the plain family are the kept ones."""
    data = block(html(outline_page(shown(sample(make_snapshot), budget=12))))
    del data["words"]
    text = "".join(f"{name}\n{lines(value)}\n" for name, value in data.items())
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8", newline="\n")
    assert text == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("by", GROUPINGS)
def test_file_holds_every_grouping(make_snapshot: MakeSnapshot, by: str) -> None:
    """A file holds the rows of all groupings and opens with the one asked for, whose rows its twin has."""
    family = sample(make_snapshot)
    page = outline_page(shown(family, by=by))
    data = block(html(page))
    assert list(data["trees"]) == list(GROUPINGS)
    for name in GROUPINGS:
        tree = budgeted_tree(family.graph, family.facts, family.node(ROOT), group_by=name)
        assert unpacked(data, name) == [plain(row) for row in tree.rows]
        assert data["heads"][name] == [tree.head.budget, tree.head.shown, tree.head.folded]
    assert data["by"] == data["head"]["group_by"] == by
    assert [dict(row) for row in page.twin.rows] == [
        {name: row[name] for name in page.twin.columns} for row in unpacked(data, by)
    ]


def test_served_page_holds_one_grouping(make_snapshot: MakeSnapshot) -> None:
    """A page that can ask for more holds the grouping it is asked for."""
    page = outline_page(shown(sample(make_snapshot), by="licence", served=True))
    assert list(block(html(page, SERVED))["trees"]) == ["licence"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_huge_tree_is_small(lang: str) -> None:
    """The file of a tree of 150,000 synthetic models stays below 300 KB with all five groupings."""
    graph, known = wide(150_000)
    text = html(outline_page(given(graph, known, 0, lang=lang)))
    data = block(text)
    assert len(text.encode()) <= 300_000
    assert data["head"]["models"] == 150_000
    assert data["head"]["shown"] == 300
    assert min(len(rows) for rows in data["trees"].values()) > 200


def test_totals_say_what_is_left_out() -> None:
    """In a tree of which much is left out, rows that are open still add up to what stands above them."""
    graph, known = wide(20_000)
    data = block(html(outline_page(given(graph, known, 0))))
    for by in GROUPINGS:
        rows = unpacked(data, by)
        below: dict[int, int] = {}
        path: list[int] = []
        for place, row in enumerate(rows):
            path = path[: row["depth"]]
            if path:
                worth = row["here"] + (row["kind"] == "model" and row["relation"] != "copy")
                below[path[-1]] = below.get(path[-1], 0) + worth
            path.append(place)
        assert below
        assert {place: rows[place]["here"] for place in below} == below


def test_hostile_names(make_snapshot: MakeSnapshot) -> None:
    """Names that try to be more stay text, above, below and as the root."""
    family = hostile_sample(make_snapshot)
    for name in (ROOT, *HOSTILE):
        page = outline_page(shown(family, name))
        text = html(page)
        assert "<img" not in text
        assert text.count("<script") == 2 + len(page.scripts)
        assert f"<title>Who builds on {escape(clean(name))} · begat</title>" in text
        assert not re.search(
            r"\sstyle=|\son\w+=\"",
            re.sub(r"<script.*?</script>|<style.*?</style>", "", text, flags=re.DOTALL),
        )


def test_changes_of_licence_are_told(make_snapshot: MakeSnapshot) -> None:
    """What a licence takes, binds or claims against the one above is told where the terms are known."""
    more = [
        *made("a/taken", ROOT, licence="cc-by-nc-4.0"),
        *made("b/claimed", "a/taken", licence="mit"),
        *made("c/same", "a/taken", licence="cc-by-nc-4.0"),
        *made("d/free", ROOT, licence="mit"),
    ]
    data = block(html(outline_page(shown(sample(make_snapshot, more)))))
    assert data["effects"] == [
        ["Apache-2.0", "CC-BY-NC-4.0", ["commercial-lost"]],
        ["CC-BY-NC-4.0", "MIT", ["commercial-claimed"]],
    ]


def test_institutions_have_names(make_snapshot: MakeSnapshot) -> None:
    """Groups by institution are called by its name, not its id."""
    data = block(html(outline_page(shown(sample(make_snapshot, [Institution("Other", id="other")])))))
    assert set(data["institutions"].values()) <= {"The House", "Other"}


def test_house_as_root(make_snapshot: MakeSnapshot) -> None:
    """A house is called by its name, has no figures of its own, and its models are releases below it."""
    family = sample(make_snapshot)
    node = family.node(ROOT)
    own, institution = np.array([node]), int(family.graph.institution[node])
    house = House("institution:the-house", "house", institution, -1, own, own, [None])
    page = outline_page(given(*rooted(family.graph, family.facts, house)))
    line = page.values["lines"][0]
    assert (line.title, line.own, line.licence) == ("The House", "", "")
    assert page.title == "Who builds on The House"
    assert page.subject == ("institution", "the-house")
    assert block(html(page))["called"] == {"institution:the-house": "The House"}


def test_one_of_a_thing(make_snapshot: MakeSnapshot) -> None:
    """A figure of one is said in the singular."""
    page = outline_page(shown(sample(make_snapshot, made("a/tuned", "lone/one")), "lone/one"))
    names = {name for number, name, _ in page.values["figures"] if number == "1"}
    assert names
    assert not any(name.endswith("s") for name in names)


def test_nothing_built_on_it(make_snapshot: MakeSnapshot) -> None:
    """A model that nobody built on has a page that says so."""
    text = html(outline_page(shown(sample(make_snapshot), "quants/blend-gguf")))
    assert "Nobody else is recorded" in text


def test_same_bytes(make_snapshot: MakeSnapshot) -> None:
    """The same data give the same bytes, in each language others."""
    family = sample(make_snapshot)
    texts = [html(outline_page(shown(family, lang=lang))) for lang in ("en", "zh", "en")]
    assert texts[0] == texts[2] != texts[1]
