"""Review: the texts to decide, the file to decide them in, and what a decision does."""

import tomllib
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest
from tests.conftest import TEST_SOURCE

from begat.answer.review import KEYS, review_file, review_rows
from begat.errors import InputError, UnreadableFile, WrongSchema
from begat.records import Account, Derivation, Institution, Model, Observation, Record
from begat.resolve import gather
from begat.resolve.decisions import decisions
from begat.snapshot import Home, Snapshot

MakeSnapshot = Callable[[Iterable[Record]], Snapshot]
ENTRY = (
    '[[text]]\nraw = "Base-7B"\nid = "{}"\nwhy = "asked the publisher"\ndate = 2026-01-02\nby = "a mail"\n'
)

RECORDS: list[Record] = [
    Institution("A Lab", id="a-lab"),
    Account("huggingface", "a-lab", "a-lab"),
    Model("a-lab/Base-7B"),
    Model("z-lab/other"),
    *(Derivation(f"b-lab/c{number}", "Base-7B", "finetune", "card") for number in range(3)),
    Derivation("b-lab/d", 'say "a\\b"\x7f\n', "finetune", "card"),
    Derivation("b-lab/e", "a-lab/Base-7B", "finetune", "card"),
    Observation("b-lab/c1", "model", "downloads_30d", 70.0, date(2025, 12, 1)),
    Observation("b-lab/c1", "model", "downloads_30d", 50.0, date(2026, 1, 1)),
]


def test_doubtful_texts_come_with_guess_and_reason(make_snapshot: MakeSnapshot) -> None:
    """Each text without a model is one row, guesses first, with how many models have it."""
    first, second = review_rows(make_snapshot(RECORDS))
    assert tuple(first) == KEYS
    assert first == {
        "raw": "Base-7B",
        "guess": "a-lab/Base-7B",
        "method": "maker-name",
        "confidence": 0.97,
        "reason": "a name without owner that one maker alone has listed",
        "models": 3,
        "most_downloads_30d": 50,
        "example": "b-lab/c0",
    }
    assert (second["guess"], second["reason"], second["models"]) == (None, "local path", 1)


def test_review_file_can_be_edited(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """As written the file decides nothing; uncommented it has every text letter for letter."""
    rows = review_rows(make_snapshot(RECORDS))
    text = review_file(rows, date(2026, 1, 2))
    path = tmp_path / "review.toml"
    path.write_text(text, encoding="utf-8")
    assert tomllib.loads(text) == {}
    assert decisions(path) == []
    opened = [line.removeprefix("# ") for line in text.splitlines() if not line.startswith("# 1 ")]
    entries = tomllib.loads("\n".join(line for line in opened if line.startswith("[[") or " = " in line))[
        "text"
    ]
    assert [entry["raw"] for entry in entries] == [row["raw"] for row in rows]


def test_decision_of_a_home_is_used(tmp_path: Path) -> None:
    """A decision in the home makes a text a parent at the next import, and another takes it away."""
    home = Home(tmp_path)
    tmp_path.joinpath("review.toml").write_text(ENTRY.format("z-lab/other"), encoding="utf-8")
    taken = home.adopt([gather(TEST_SOURCE, RECORDS, on=date(2026, 1, 1))], {})
    stated = taken.frame("derivations").filter(parent_raw="Base-7B")
    assert set(stated.select("parent", "status", "resolution").rows()) == {
        ("z-lab/other", "resolved", "review")
    }
    assert "review-home" in {row["source"] for row in taken.sources}
    tmp_path.joinpath("review.toml").write_text(ENTRY.format(""), encoding="utf-8")
    refused = home.adopt([gather(TEST_SOURCE, RECORDS, on=date(2026, 1, 1))], {})
    assert set(refused.frame("derivations").filter(parent_raw="Base-7B")["resolution"]) == {"reviewed: none"}


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (ENTRY.format("a-lab/m") + ENTRY.format("no id"), InputError, "item 2: 'no id' is no id"),
        (ENTRY.format("no id"), UnreadableFile, "item 1: 'no id' is no id"),
        (ENTRY.format("a-lab/m").replace("why", "because"), WrongSchema, "no row has the field why"),
        ("[[text]\n", UnreadableFile, "this is not TOML"),
        ("[[other]]\n", WrongSchema, r"no table \[\[text\]\]"),
    ],
)
def test_malformed_decisions_say_where(
    tmp_path: Path, text: str, error: type[Exception], message: str
) -> None:
    """An entry that can't be used ends the import, and the message names file, entry and fault."""
    path = tmp_path / "review.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(error, match=message) as raised:
        decisions(path)
    assert str(path) in str(raised.value)
