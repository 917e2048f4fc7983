"""What the commands on consequences say in words on a terminal: who goes, how many, what is left out."""

from pathlib import Path

import pytest
from tests.cli import begat

SELENE = "AtlaAI/Selene-1-Mini-Llama-3.1-8B"
LEAF = "bartowski/Selene-1-Mini-Llama-3.1-8B-GGUF"
FEEDBACK = "dataset:HuggingFaceH4/ultrafeedback_binarized"
LLAMA = "model:meta-llama/Llama-3.1-8B"


@pytest.mark.parametrize(
    ("words", "sentences"),
    [
        ((SELENE,), ["1 model goes.", "1 model (<0.1% of all) rests on it, 1 of these on nothing else."]),
        (
            (FEEDBACK,),
            ["1 dataset goes.", "No model is known to rest on it by weights; by data only 168 do."],
        ),
        (("relation:merge",), ["Without relation:merge: 3,207 links go.", "Who loses: countries"]),
        (
            (LLAMA, "--licence", "Apache-2.0"),
            [f"The licence of {LLAMA} becomes Apache-2.0: 1 model changes.", "Whose models rest on it:"],
        ),
    ],
)
def test_what_goes_is_counted_in_words(built: Path, words: tuple[str, ...], sentences: list[str]) -> None:
    """Models, datasets and links that go or change are told apart, one of them in the singular."""
    ran = begat("whatif", "--without", *words, "--draws", "0", home=built)
    assert [text for text in sentences if text not in ran.out] == []
    assert ("withdrawn" in ran.out) != ("--licence" in words)


def test_distances_add_up(built: Path) -> None:
    """However few owners are asked for, each distance has its row; owners say of how many there are."""
    words = ("whatif", "--without", "country:CN", "--until", "2025-06-30", "--draws", "0", "--top", "2")
    ran = begat(*words, home=built)
    table = ran.out.partition("By links away")[2].partition("Who loses")[0]
    cells = [line.split() for line in table.splitlines() if line.startswith((" weights", " data"))]
    assert sum(int(row[2]) for row in cells) == 775 + 83
    assert "Who loses: institutions, 2 of 20" in ran.out


def test_impact_says_of_how_many(built: Path) -> None:
    """A table that shows some of the owners or hits says how many there are; one thing is in the singular."""
    ran = begat("impact", "Qwen/Qwen2.5-7B", "--top", "3", home=built)
    for title in ("By institution, 3 of 7", "By account, 3 of 147", "Most downloaded, 3 of 454"):
        assert title in ran.out
    assert f"1 model of 1 known account rests on {SELENE}." in begat("impact", SELENE, home=built).out


def test_nobody_to_tell_is_said(built: Path) -> None:
    """Whom to tell: accounts that aren't known are called so, and nobody at all is a sentence."""
    told = begat("impact", "account:Qwen", "--notify", "--top", "1", home=built).out
    assert ["unknown", "48"] in [line.split()[:2] for line in told.splitlines()]
    assert begat("impact", LEAF, "--notify", home=built).out.startswith("Nobody to tell")


def test_pairs_that_are_not_shown_are_told(built: Path) -> None:
    """A matrix that is cut says so; without any pair it is a sentence."""
    ran = begat("dependence", "--of", "mlx-community", "--top", "2", home=built)
    assert "There are more than these 2" in ran.err
    assert "more than" not in begat("dependence", "--of", "mlx-community", "--top", "0", home=built).err
    none = begat("dependence", "--of", "alibaba", "--supplier", "meta", home=built)
    assert none.out.startswith("No model is known to rest on another's.")


def test_a_missing_label_is_not_blamed_on_the_base(built: Path) -> None:
    """Of a label that can't be told the cause is the page itself; what went in only makes it matter."""
    ran = begat("licence", "AMAImedia/Emo-1T-14B-A1B-OLMoE-NOESIS-BF16", home=built)
    assert "made with allenai/" in ran.out
    assert "because of" not in ran.out.partition("Terms that reach it")[0]


def test_nothing_found_says_what_was_asked(built: Path) -> None:
    """That nothing is found names the kind and severity only where they were asked for."""
    words = ("licence", "microsoft", "--conflicts", "--kind", "naming-dropped")
    assert "does not fit of the kind and severity asked for." in begat(*words, home=built).out
