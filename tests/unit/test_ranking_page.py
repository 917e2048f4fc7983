"""The ranking page: what it says and leaves out, that names do nothing, that both languages are whole."""

import base64
import csv
import hashlib
import io
import json
import re
from fractions import Fraction
from typing import Any

import pytest
from tests.unit.ranking_sample import ABOUT, DIMENSIONS, editions, ranking, ranking_html, row
from tests.unit.test_report import Page
from tests.unit.view_sample import HOSTILE

from begat.views.page.ranking import LISTED, ranking_page
from begat.views.place import SERVED
from begat.views.said import LANGUAGES, said
from begat.views.sheet import STARTS, sheet


def heading(page: str) -> str:
    """Return the headline."""
    return re.findall(r"<h1>(.*?)</h1>", page)[0]


def sections(page: str) -> set[str]:
    """Return the ids of the sections."""
    return set(re.findall(r'<section id="(\w+)"', page))


def twin(**changes: Any) -> Any:
    """Return the data of a page."""
    return ranking_page(ranking(**changes), ABOUT).twin


def test_every_part_is_there() -> None:
    """Ranking, who is scored in part or not, counts, trend, weights, method and data have their section."""
    html = ranking_html(ranking())
    assert sections(html) == {
        "ranking",
        "partial",
        "unranked",
        "scored",
        "trend",
        "weights",
        "method",
        "sources",
    }
    page = Page(html)
    assert page.tags.count("h1") == page.tags.count("main") == 1
    assert "begat rank -o ranking.html" in page.texts
    assert "begat explain Bob --method begat-53 --edition 2025-07-07" in page.texts
    assert [text for text in page.texts if text.startswith("100 draws, seed 7")]
    assert "MIT" in page.texts


def test_no_winner_is_named_in_a_tie() -> None:
    """With several in the first tier the headline counts them; alone, one is named; without tiers, nobody."""
    tied = ranking_html(ranking())
    assert heading(tied) == "2 institutions can’t be told apart at the top"
    assert "In alphabetical order: Ada, Bob." in tied
    rows = ranking().rows
    reversed_ = [{**row_, "rank": 4 - row_["rank"]} if row_["rank"] else row_ for row_ in rows]
    assert heading(ranking_html(ranking(rows=reversed_))) == heading(tied)
    alone = ranking_html(ranking(rows=[{**rows[0], "tier": 1}, {**rows[1], "tier": 2}]))
    assert heading(alone) == "Ada alone is in the first tier"
    plain = [{**row_, "tier": None, "low": None, "high": None} for row_ in rows]
    method = {**ranking().method, "draws": 0}
    none = ranking_html(ranking(rows=plain, method=method))
    assert heading(none) == "3 ranked in four dimensions"
    assert "how far these ranks depend on the method is not known" in none
    assert "draws, seed" not in none


def test_tiers_group_the_table() -> None:
    """Each tier is a group of rows with a title; a tier of one says so."""
    rows = [row for row in Page(ranking_html(ranking())).rows if row]
    firsts = [row[0] for row in rows]
    assert firsts.index("Tier 12 institutions that can’t be told apart") < firsts.index("1")
    assert firsts.index("2") < firsts.index("Tier 2one institution") < firsts.index("3")


def test_a_tier_may_hold_ranks_that_are_not_neighbours() -> None:
    """Rows are grouped by tier first and by rank inside it."""
    rows = [row("a", 1), row("b", 2, tier=2), row("c", 3)]
    found = re.findall(r'class="name">(\w)<', ranking_html(ranking(rows=rows)))
    assert found == ["a", "c", "b"]


def test_nobody_ranked_is_a_page_too() -> None:
    """Where nobody has an overall rank the page says so and shows who is scored in which dimension."""
    rows = [row_ for row_ in ranking().rows if row_["rank"] is None]
    html = ranking_html(ranking(rows=rows, trend=[], effects=[]))
    assert heading(html) == "No institution has an overall rank"
    assert sections(html) == {"partial", "unranked", "scored", "method", "sources"}
    assert "0.400" in html
    assert "begat explain Dan" in html


PARTS: dict[str, dict[str, Any]] = {
    "trend": {"trend": []},
    "weights": {"effects": []},
    "scored": {"dimensions": {}, "effects": []},
    "partial": {"rows": [row("a", 1)]},
    "unranked": {"rows": [row("a", 1)]},
}


@pytest.mark.parametrize("name", PARTS)
def test_missing_parts_leave_no_heading(name: str) -> None:
    """What has no rows has no section, no heading and no link."""
    html = ranking_html(ranking(**PARTS[name]))
    assert name not in sections(html)
    targets = re.findall(r'<a href="#(\w+)"', html)
    assert set(targets) <= sections(html)
    assert not re.search(r"<h[23][^>]*>\s*</h", html)


def test_missing_is_not_zero() -> None:
    """A dimension without a score is a dash that says so; coverage and bounds are shown where known."""
    rows = Page(ranking_html(ranking())).rows
    dan = next(row_ for row_ in rows if row_ and row_[0].startswith("Dan"))
    assert dan[1].startswith("0.400")
    assert dan[2:5] == ["–not scored"] * 3
    assert dan[-1].startswith("1–4")
    assert "system: 35% of its weight recorded" in dan[0]
    bob = next(row_ for row_ in rows if len(row_) > 1 and row_[1].startswith("Bob"))
    assert bob[-1] == "75%"


def test_unranked_are_grouped_by_reason() -> None:
    """Who is scored nowhere stands under the reason; a long list is cut and says where the rest is."""
    many = [row(f"x{place}", None, reason="not read") for place in range(LISTED + 5)]
    html = ranking_html(ranking(rows=[row("a", 1), *many, row("y", None)]))
    assert f"not read: {LISTED + 5}" in html
    assert "no reason recorded: 1" in html
    assert "and 5 more, all in the CSV" in html
    assert len(re.findall("<li>x", html)) == LISTED
    assert f"x{LISTED + 4}" in twin(rows=many).csv()


def test_a_thousand_institutions_fit() -> None:
    """With a thousand institutions in each list the page stays below 2 MB, and all are in its CSV."""
    lists = {"scored": {"data": 0.5, "data_rank": 1}, "unread": {}}
    many = [row(f"{name}-{place}", None, **known) for name, known in lists.items() for place in range(1000)]
    html = ranking_html(ranking(rows=[*ranking().rows, *many]))
    assert len(html.encode()) < 2_000_000
    assert "and 801 more, all in the CSV" in html
    assert len(twin(rows=many).csv().splitlines()) == 1 + 2000


def test_counts_say_why() -> None:
    """Each dimension says how many are scored, how many are not, and the reasons."""
    html = ranking_html(ranking())
    assert "4 institutions scored, 2 not" in html
    assert "1: nothing recorded" in html
    assert "weight 1/4" in html
    whole = {**ranking().dimensions["data"], "not_scored": 0, "reasons": {}}
    assert "all 4 institutions scored" in ranking_html(ranking(dimensions={"data": whole}, effects=[]))


def test_trend_says_what_is_supported() -> None:
    """The sentence counts the moves between the last two comparable editions and those that hold."""
    html = ranking_html(ranking())
    assert (
        "Between 2025-06-07 and 2025-07-07, the last two editions that can be compared, 2 of 3 changed "
        "their rank; the intervals support 0 of these moves." in html
    )
    assert "2025-05-07 ≠ 2025-06-07" in html
    assert "Largest moves from 2025-06-07 to 2025-07-07" in html
    assert "Cid: from rank 3 to 2 <span" in html
    assert html.count("(not supported, the intervals overlap)") == 2
    still = ranking_html(ranking(trend=editions("a b", "a b")))
    assert "nobody changed rank" in still
    assert "Largest moves" not in still
    never = ranking_html(ranking(trend=editions("a b", "b a", broken=(1,))))
    assert "No two editions in a row can be compared." in never


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_texts(name: str) -> None:
    """A hostile name, reason, title, source or command is shown and does nothing."""
    data = ranking()
    rows = [
        {**row_, "name": name, "name_zh": name, "country": name, "kind": name, "reason": name}
        for row_ in data.rows
    ]
    for lang in LANGUAGES:
        html = ranking_html(
            data._replace(
                rows=[*rows, row(name, 4)],
                trend=[{**row_, "name": name, "reason": name} for row_ in data.trend],
                effects=[{**row_, "name": name, "name_zh": name} for row_ in data.effects],
                method={**data.method, "name": name, "title": name, "source": name},
                methods={name: name},
                sources=[dict.fromkeys(("source", "title", "licence", "date", "attribution"), name)],
                dimensions={key: {**known, "reasons": {name: 1}} for key, known in data.dimensions.items()},
                lang=lang,
                command=name,
            )
        )
        page = Page(html)
        assert not {"img", "link", "iframe", "base", "form", "object"} & set(page.tags)
        assert (page.tags.count("script"), page.tags.count("style")) == (4, 1)
        assert not [key for key, _ in page.attributes if key in {"src", "style"} or key.startswith("on")]
        addresses = [value for key, value in page.attributes if key == "href"]
        assert all(value.startswith("#") for value in addresses)
        shown = html.partition('<script type="application/json"')[0]
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e\u2066]", shown)


def test_policy_names_what_is_there() -> None:
    """The policy allows the page's own script and style by hash and nothing else."""
    html = ranking_html(ranking())
    blocks = re.findall(r"<(script|style)>(.*?)</\1>", html, flags=re.DOTALL)
    assert len(blocks) == 4
    policy = next(value for name, value in Page(html).attributes if name == "content" and "'none'" in value)
    for _, text in blocks:
        assert f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in policy
    assert "unsafe" not in policy
    assert set(re.findall(r"https?://[^\"]*", html)) == {"http://www.w3.org/2000/svg"}


def test_same_bytes() -> None:
    """The same data give the same bytes."""
    assert ranking_html(ranking()) == ranking_html(ranking())


def test_twin_holds_all_rows() -> None:
    """The data of the page have every row and column, whatever is drawn."""
    rows = json.loads(twin().json())["rows"]
    assert [row_["subject"] for row_ in rows] == ["Ada", "Bob", "Cid", "Dan", "Eve", "Fay"]
    cells = list(csv.DictReader(io.StringIO(twin().csv().removeprefix("\ufeff"))))
    assert [row_["subject"] for row_ in cells] == [row_["subject"] for row_ in rows]
    assert list(cells[0]) == list(dict.fromkeys(key for row_ in ranking().rows for key in row_))
    assert cells[0]["name_zh"] == "阿达"
    assert cells[3]["score"] == ""


def test_method_switch() -> None:
    """In the explorer the methods are links, the current one marked; in a file, commands."""
    served = ranking_html(ranking(lang="zh"), SERVED)
    assert 'href="?method=osir-53&amp;lang=zh"' in served
    assert re.findall(r'aria-current="page">([^<]+)<', served) == ["begat-53"]
    file = ranking_html(ranking())
    assert "<code>begat rank --method osir-53</code>" in file
    assert "<dt>begat-53</dt><dd>this page</dd>" in file


def test_subjects_link_to_their_pages() -> None:
    """In the explorer a row leads to the page of its institution, a file names no address."""
    data = ranking(pages={"Ada": ("institution", "ada")})
    assert 'href="/i/ada"' in ranking_html(data, SERVED)
    assert "/i/ada" not in ranking_html(data)


@pytest.mark.parametrize(
    ("weights", "sliders"),
    [
        (("1/4", "1/4", "1/4", "1/4"), [25, 25, 25, 25]),
        (("1/6", "1/2", "1/6", "1/6"), [16, 48, 16, 16]),
        (("1", "0", "0", "0"), [100, 0, 0, 0]),
        (("0.123", "0.627", "0.125", "0.125"), [12, 63, 12, 12]),
    ],
)
def test_sliders_keep_the_ratio(weights: tuple[str, ...], sliders: list[int]) -> None:
    """The sliders start at whole numbers in the ratio of the weights, rounded where it is not simple."""
    known = dict(zip(DIMENSIONS, weights, strict=True))
    counts = {
        name: {**ranking().dimensions[name], "weight": float(Fraction(known[name]))} for name in DIMENSIONS
    }
    html = ranking_html(ranking(dimensions=counts))
    assert [int(value) for value in re.findall(r'step="1" value="(\d+)"', html)] == sliders


@pytest.mark.parametrize("start", [*STARTS, " =", "  +"])
def test_a_spreadsheet_runs_nothing(start: str) -> None:
    """A text that a spreadsheet would take for a formula gets an apostrophe; numbers stay numbers."""
    text = f"{start}cmd|' /C calc'!A0"
    cells = list(csv.reader(io.StringIO(sheet([{"a": text, "b": -1.5}], ["a", "b"]), newline="")))
    assert cells[1] == [f"'{text}", "-1.5"]


def test_chinese_page() -> None:
    """The page in Chinese has Chinese headings and names, and none of the English ones."""
    html = ranking_html(ranking(lang="zh"))
    assert '<html lang="zh-Hans">' in html
    assert heading(html) == "2 家机构并列领先，难分高下"
    assert "阿达" in html
    assert "法国 · 企业" in html
    texts = set(Page(html).texts)
    for key, text in said("en", "ranking").items():
        if len(text) > 12 and "{" not in text:
            assert text not in texts, key


def test_all_figures_may_be_missing() -> None:
    """Rows with nothing but a name and a rank make a page."""
    bare = {
        "subject": "a",
        "name": None,
        "rank": 1,
        "score": 0.5,
        **dict.fromkeys(DIMENSIONS, 0.0),
    }
    html = ranking_html(ranking(rows=[bare], edition=None))
    assert heading(html) == "1 ranked in four dimensions"
    assert "begat explain a --method begat-53<" in html
