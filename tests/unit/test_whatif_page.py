"""The page of what is lost: its figures are those of the answer, its words fit, names can't run."""

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from tests.conftest import MakeSnapshot
from tests.unit.entity_sample import entity_records, hostile_records, registry_of

from begat.errors import UnknownName
from begat.registry import Registry
from begat.views.page.base import html
from begat.views.place import Place


@pytest.fixture
def world(make_snapshot: MakeSnapshot, tmp_path: Path) -> Registry:
    """Return a registry of the invented world."""
    return registry_of(make_snapshot, entity_records(), tmp_path / "home")


def plain(text: str) -> str:
    """Return what a person reads of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text.partition("<body")[2])).split())


def test_the_page_says_the_answer(world: Registry) -> None:
    """Lead, losers and places are those of the answer, and each of its lists is in the twin."""
    found = world.whatif(["institution:acme"])
    page = world.whatif_page(["institution:acme"], by_quarter=True)
    text = plain(html(page))
    resting, only, whole = (found[key]["models"] for key in ("resting", "exclusive", "whole"))
    assert (resting, only, whole) == (5, 4, 9)
    assert "Without Acme" in text
    assert "5 models rest on Acme, 56% of all 9. 4 of these (80%) have no other line to a root." in text
    assert re.search(r"Bolt 1 50% 1 ", text)
    assert re.search(r"With 1 Acme ranked no more .* Without 1 Bolt", text)
    sections = {row["section"] for row in page.twin.rows}
    lists = (
        "by_channel",
        "by_relation",
        "by_depth",
        "institutions",
        "countries",
        "things",
        "quarters",
        "ranks",
    )
    assert sections == set(lists)
    assert sum(row["section"] == "things" for row in page.twin.rows) == len(found["things"])
    assert all(set(row) <= set(page.twin.columns) for row in page.twin.rows)
    assert html(page) == html(world.whatif_page(["institution:acme"], by_quarter=True))


def test_others_than_institutions(world: Registry) -> None:
    """Countries, links and licences have titles of their own, in both languages, as of a day."""
    assert "Without China" in plain(html(world.whatif_page(["country:CN"])))
    merges = plain(html(world.whatif_page(["relation:merge", "bolt/base"], until=date(2025, 12, 31))))
    assert "Without links of the kind “merge” and bolt/base, on 2025-12-31" in merges
    licence = plain(html(world.whatif_page(["institution:acme"], licence="CC-BY-NC-4.0")))
    assert "Acme under CC-BY-NC-4.0" in licence
    assert "No commercial use absent binds" in licence
    assert "Institutions whose models rest on it" in licence
    assert "Who would take whose place" not in licence
    assert "若没有Bolt" in plain(html(world.whatif_page(["institution:bolt"], lang="zh")))


def test_nothing_rests_on_it(world: Registry) -> None:
    """Who is built on by nobody loses nobody, and the page says so."""
    text = plain(html(world.whatif_page(["account:huggingface:user-c"])))
    assert "No model is known to rest on user-c by weights." in text
    assert "None is known." in text


def test_whom_to_choose(world: Registry) -> None:
    """Without a name the page asks for one, and offers those that are built on most."""
    text = html(world.whatif_page(), Place(served=True, address="/whatif"))
    assert 'href="/whatif?without=institution%3Aacme"' in text
    assert "What if they leave?" in text
    with pytest.raises(UnknownName):
        world.whatif_page(["institution:acmee"])


def test_hostile_names(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """Names that try to be more than names are text."""
    world = registry_of(make_snapshot, hostile_records(), tmp_path / "home")
    for asked in ("institution:evil-0", "institution:acme"):
        text = html(world.whatif_page([asked]))
        assert not re.search(r"<(img|svg onload|script>alert|iframe)", text.partition('<script type="app')[0])


def test_only_what_is_under_a_licence_changes(world: Registry) -> None:
    """A licence that becomes another is named, with whose things those are: somebody's, or everybody's."""
    one = plain(html(world.whatif_page(["institution:acme"], licence="Apache-2.0=GPL-3.0-only")))
    assert "Apache-2.0 becomes GPL-3.0-only: Acme" in one
    assert "rest on what is under Apache-2.0 (Acme)" in one
    every = plain(html(world.whatif_page(licence="Apache-2.0=GPL-3.0-only")))
    assert "Apache-2.0 becomes GPL-3.0-only: everything" in every
