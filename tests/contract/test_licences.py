"""The table of licences keeps its own rules: known words, a source and a day each, no spelling twice."""

import re
import tomllib
from collections import Counter, defaultdict
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from license_expression import get_license_index

from begat.licences import (
    BASES,
    KINDS,
    REFERENCE,
    TERMS,
    Licence,
    components,
    licences,
    spelling,
    standing,
    unstated,
)
from begat.snapshot import embedded

TABLE = tomllib.loads((Path(__file__).parents[2] / "data" / "licences.toml").read_text(encoding="utf-8"))
ENTRIES: list[dict[str, Any]] = TABLE["licence"]
WORDS = {
    "kind": set(KINDS),
    "basis": set(BASES),
    "commercial": {"yes", "no", "conditional"},
    "derivatives": {"free", "terms-travel", "same-licence", "none"},
    "attribution": {"yes", "no"},
    "use_restrictions": {"yes", "no"},
    "train_others": {"yes", "no", "conditional"},
}
READ_AGAIN = ("github:", "pypi:", "hub:")
LISTED = {entry["spdx_license_key"] for entry in get_license_index() if not entry.get("is_deprecated")}

each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["id"])


@each_entry
def test_entry_holds_known_fields_and_words(entry: dict[str, Any]) -> None:
    """An entry has no field that the program does not know, and no word that its head does not explain."""
    assert entry.keys() <= {field.name for field in fields(Licence)}
    assert {key for key, words in WORDS.items() if key in entry and entry[key] not in words} == set()
    assert entry["name"].strip()
    assert entry["family"].strip()


@each_entry
def test_entry_has_a_source_and_a_day(entry: dict[str, Any]) -> None:
    """Where the terms were read and when stands beside them; what was not checked is there."""
    assert entry["source"].strip()
    assert type(entry["date"]) is date
    assert set(entry.get("unchecked", [])) <= set(TERMS) & entry.keys()
    if entry["basis"] == "text":
        assert entry["source"].startswith(READ_AGAIN), "a text that was read can be read again"
        assert "commercial" in entry


@each_entry
def test_a_term_has_a_value_or_silence_never_both(entry: dict[str, Any]) -> None:
    """Only a text that was read, itself or in an account of it, can be silent on a term without a value."""
    silent = set(entry.get("silent", []))
    assert silent <= set(TERMS) - entry.keys()
    assert not silent or entry["basis"] in ("text", "secondary")


@each_entry
def test_a_term_read_elsewhere_says_where_and_when(entry: dict[str, Any]) -> None:
    """What is said of one term alone is of a term that has something to say, with a day beside a source."""
    for term, read in entry.get("read", {}).items():
        assert term in set(TERMS) & {*entry, *entry.get("silent", [])} - {*entry.get("unchecked", [])}
        assert read.keys() <= {"section", "basis", "source", "date"}
        assert read.get("basis", "text") in BASES
        assert isinstance(read.get("date", entry["date"]), date)
        if read.get("basis", entry["basis"]) == "text":
            assert read.get("source", entry["source"]).startswith(READ_AGAIN)


@each_entry
def test_id_is_of_spdx_or_a_reference(entry: dict[str, Any]) -> None:
    """An id is on the SPDX list and current, or begins with LicenseRef-."""
    assert entry["id"] in LISTED or entry["id"].startswith(REFERENCE)


@each_entry
def test_conditions_and_conditional_go_together(entry: dict[str, Any]) -> None:
    """A condition says on what commercial use depends, and on nothing else."""
    if "condition" in entry:
        assert entry["commercial"] == "conditional"


@each_entry
def test_links_have_no_scheme(entry: dict[str, Any]) -> None:
    """Addresses to compare with have no scheme and no closing slash; the one to open has both it needs."""
    assert not [link for link in entry.get("links", []) if "://" in link or link.endswith("/")]
    assert entry.get("url", "https://").startswith("https://")


def test_no_id_spelling_or_link_stands_twice() -> None:
    """Each id is one entry, each spelling and each link leads to one licence, none to "not stated"."""
    assert len(licences()) == len(ENTRIES)
    owners, places = defaultdict(set), defaultdict(set)
    for licence in licences().values():
        for text in (licence.id.removeprefix(REFERENCE), licence.name, *licence.spellings):
            owners[spelling(text)].add(licence.id)
        for link in licence.links:
            places[link].add(licence.id)
    assert {key: ids for key, ids in owners.items() if len(ids) > 1 or key in unstated()} == {}
    assert {key: ids for key, ids in places.items() if len(ids) > 1} == {}


@each_entry
def test_no_spelling_is_idle(entry: dict[str, Any]) -> None:
    """A spelling adds something to the id, the name and the spellings before it."""
    texts = [entry["id"].removeprefix(REFERENCE), entry["name"], *entry.get("spellings", [])]
    forms = [spelling(text) for text in texts]
    assert len(set(forms[1:])) == len(forms[1:])
    assert forms[0] not in forms[2:]


EXCEPTIONS = {entry["spdx_license_key"] for entry in get_license_index() if entry.get("is_exception")}


@pytest.mark.parametrize(("table", "own"), [("models", 0.01), ("datasets", 0.0), ("systems", 0.0)])
def test_licences_of_the_embedded_snapshot_are_settled(table: str, own: float) -> None:
    """What pages state leads to SPDX, to the table, or openly to a name nobody knows or to no name."""
    rows = embedded().frame(table, ["licence", "licence_raw"]).drop_nulls("licence_raw")
    found = Counter[str]()
    for licence, raw, count in rows.group_by("licence", "licence_raw").len().iter_rows():
        found[standing(licence, raw)] += count
        listed = {part for part in components(licence or "") if not part.startswith(REFERENCE)}
        assert listed <= LISTED | EXCEPTIONS, f"{raw!r} leads to an id that SPDX does not list"
    assert found.total() == rows.height > 100
    assert found["none"] == 0
    assert found["own-name"] <= own * rows.height
    assert found["other"] <= 0.1 * rows.height


def test_the_page_on_licences_counts_as_the_table_does() -> None:
    """The numbers of licences and terms by basis in docs/concept/licences.md are those of the table."""
    page = (Path(__file__).parents[2] / "docs" / "concept" / "licences.md").read_text(encoding="utf-8")
    whole = Counter(licence.basis for licence in licences().values())
    terms = Counter(licence.statement(term).basis for licence in licences().values() for term in TERMS)
    for basis, count in whole.items():
        assert re.search(rf"^\| `{basis}` \| .* \| {count} \| {terms[basis]:,} \|$", page, re.MULTILINE), (
            basis
        )
    assert f"| | not known | | {terms[None]:,} |" in page
