"""Strict YAML: what it reads is what PyYAML's text loader reads, and what could blow up is refused."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from begat.errors import UnreadableFile
from begat.sources._yaml import DEEPEST, LARGEST, yaml_items

WORDS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff\u00a0"), max_size=12
)
VALUES = st.recursive(
    WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


def read(folder: Path, text: str) -> list[Any]:
    """Return the items of a text."""
    path = folder / "a.yaml"
    path.write_text(text, encoding="utf-8")
    return [row for _, row in yaml_items(path)]


@given(rows=st.lists(st.dictionaries(WORDS, VALUES, max_size=4), max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reads_what_the_text_loader_of_pyyaml_reads(tmp_path: Path, rows: list[Any]) -> None:
    """Rows written as YAML come back, exactly as PyYAML's loader of plain text gives them."""
    text = yaml.safe_dump(rows, allow_unicode=True)
    assert read(tmp_path, text) == yaml.load(text, Loader=yaml.BaseLoader) == rows


def test_scalars_stay_text(tmp_path: Path) -> None:
    """No word is a truth value, no number and no date; whoever reads on decides."""
    text = "- {a: no, b: 1_000, c: 1:30, d: 2023-02-20, e: .nan, f: ~, g: 007}"
    assert read(tmp_path, text) == [
        {"a": "no", "b": "1_000", "c": "1:30", "d": "2023-02-20", "e": ".nan", "f": "~", "g": "007"}
    ]


def test_items_have_the_line_they_begin_at(tmp_path: Path) -> None:
    """The place of an item is its line; one that is no mapping says so in its row."""
    path = tmp_path / "a.yaml"
    path.write_text("---\n\n- a: 1\n  b: 2\n- plain\n", encoding="utf-8")
    (first, _), (second, fault) = list(yaml_items(path))
    assert (first, second, str(fault)) == ("line 3", "line 5", "not a mapping")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- &a [x]\n- *a", "line 2: an alias is not read"),
        ("- " + "[" * 100, "line 1: nesting deeper than 32"),
        ("- " + "[" * 100_000, "exceeded maximum nesting depth"),
        ("- {a: 1,\n   a: 2}", "line 2: the key 'a' twice"),
        ("- {[b]: 1}", "or no text"),
        ("a: 1", "a YAML list was expected"),
        ("", "a YAML list was expected"),
        ("- a\n---\n- b", "line 3: a second document"),
        ("- 'a", "this is not YAML"),
        ("- a: \x07", "this is not YAML"),
    ],
)
def test_what_is_refused_names_its_place(tmp_path: Path, text: str, reason: str) -> None:
    """A file that could blow up, or means two things, is an error with the line."""
    with pytest.raises(UnreadableFile) as caught:
        read(tmp_path, text)
    assert reason in str(caught.value)
    assert str(tmp_path / "a.yaml") in str(caught.value)


def test_the_deepest_allowed_nesting_is_read(tmp_path: Path) -> None:
    """The limit itself is still read."""
    lists = DEEPEST - 1
    (row,) = read(tmp_path, "- a: " + "[" * lists + "x" + "]" * lists)
    for _ in range(lists):
        (row,) = row["a"] if isinstance(row, dict) else row
    assert row == "x"


def test_a_large_file_and_one_that_is_no_text_are_refused(tmp_path: Path) -> None:
    """Size is looked at before anything is read; bytes that are no UTF-8 are an error."""
    path = tmp_path / "a.yaml"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(UnreadableFile, match="larger than 4 MiB"):
        list(yaml_items(path))
    path.write_bytes(b"- a: \xff")
    with pytest.raises(UnreadableFile, match="not YAML"):
        list(yaml_items(path))
