"""Resolution is as good as it says: measured on texts labelled by hand and on renames held out."""

from collections.abc import Mapping

import pytest
from tests.labels import Label, Score, found, held_out, labels, scores, wilson

from begat.resolve.cascade import METHODS
from begat.snapshot import embedded

SURE = 0.99
LEAST_LABELS = 300


@pytest.fixture(scope="module")
def labelled() -> list[Label]:
    """Return the texts labelled by hand."""
    return labels()


@pytest.fixture(scope="module")
def pairs() -> list[Label]:
    """Return the held-out aliases as labels."""
    return [
        Label(old, new, "rename", "tag") for old, new in held_out(embedded().frame("aliases")).iter_rows()
    ]


@pytest.fixture(scope="module")
def measured(labelled: list[Label], pairs: list[Label]) -> Mapping[str, Score]:
    """Return the scores of all methods without the aliases held out, and without those of legacy names.

    Renames that keep their old name for want of a table count apart.
    """
    asked = {label.text: label for label in [*pairs, *labelled]}
    legacy = [label.text for label in labelled if label.kind == "legacy name"]
    answers = found(embedded(), asked, [*legacy, *(label.text for label in pairs)])
    lost = {label.text for label in pairs if answers[label.text].method == "unlisted"}
    return scores(answers, [label for text, label in asked.items() if text not in lost])


def test_labels_are_many_and_odd(labelled: list[Label]) -> None:
    """There are enough texts, each once, and of every kind that people write."""
    assert len({label.text for label in labelled}) >= LEAST_LABELS
    assert {label.kind for label in labelled} == {
        *("address", "bare name", "cache folder", "former id", "id not listed", "legacy name", "list"),
        *("listed id", "name in an index", "other case", "path"),
    }
    assert sum(label.id is None for label in labelled) > 40


def test_methods_of_facts_are_right(measured: Mapping[str, Score]) -> None:
    """What is taken for a fact is right in 99 of 100 texts, each method by itself and all together."""
    taken = {method: score for method, score in measured.items() if METHODS[method].taken}
    assert all(score.precision >= SURE for score in taken.values()), taken
    together = Score(*map(sum, zip(*taken.values(), strict=True)))
    assert together.precision >= SURE
    assert wilson(together)[0] >= 0.98


def test_weaker_methods_are_guesses(measured: Mapping[str, Score]) -> None:
    """A method that is right less often is kept from the facts."""
    weak = {method for method, score in measured.items() if score.precision < SURE}
    assert weak == {"maker-name", "unvouched"}
    assert not any(METHODS[method].taken for method in weak)


def test_confidence_is_what_was_measured(measured: Mapping[str, Score]) -> None:
    """The confidence of a method is (right + 1) / (n + 2) of this measurement."""
    stated = {method: METHODS[method].confidence for method in measured}
    assert stated == {
        method: pytest.approx((score.right + 1) / (score.n + 2), abs=0.02)
        for method, score in measured.items()
    }


def test_renames_without_their_table_lead_to_no_other_model(pairs: list[Label]) -> None:
    """A rename that no table tells keeps its old name; it is never taken for a third model."""
    answers = found(embedded(), [label.text for label in pairs], [label.text for label in pairs])
    for label in pairs:
        item = answers[label.text]
        assert item.id in {label.id, label.text, None}, label


def test_renames_of_the_table_are_followed(pairs: list[Label]) -> None:
    """With the alias table at least 98 % of the held-out renames lead to the present name."""
    answers = found(embedded(), [label.text for label in pairs])
    right = sum(answers[label.text].accepted == label.id for label in pairs)
    assert len(pairs) > 100
    assert right >= 0.98 * len(pairs)


def test_no_label_is_passed_over_in_silence(labelled: list[Label]) -> None:
    """Where no model is found, or one that is doubtful, there is a reason."""
    answers = found(embedded(), [label.text for label in labelled])
    assert all(item.reason for item in answers.values() if item.accepted is None)
