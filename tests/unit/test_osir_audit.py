"""The figures of the audit of the published ranking are those that begat computes."""

from datetime import date

import numpy as np
import pytest

from begat.influence.method import method_named
from begat.influence.ranking import Ranking, ranking
from begat.influence.scoring import score
from begat.influence.sensitivity import coherence, leave_one_out
from begat.snapshot import embedded

DAY = date(2025, 9, 7)
JOINED = {"MistralAI", "StanfordNLP", "Moonshot", "MLFoundations", "Salesforce", "Meituan", "Xiaomi"}


@pytest.fixture(scope="module")
def found() -> Ranking:
    """Return the newest edition by its own rule."""
    return ranking(embedded(), method_named("osir-53"), DAY)


def test_nothing_is_rewarded(found: Ranking) -> None:
    """Zeros everywhere score .208, and 15 of 32 are below .25."""
    zeros = np.zeros((1, found.values.shape[1]))
    assert round(score(np.vstack([found.values, zeros]), found.layout).overall[-1], 3) == 0.208
    assert (found.scores.overall < 0.25).sum() == 15


def test_it_depends_on_who_is_listed(found: Ranking) -> None:
    """Without seven institutions others score otherwise, their own values being the same."""
    among = set(found.table.subjects) - JOINED
    fewer = ranking(embedded(), method_named("osir-53"), DAY, among=among)
    scores = dict(zip(fewer.table.subjects, fewer.scores.overall.round(4), strict=True))
    assert (scores["Meta"], scores["Ali"]) == (0.7109, 0.4636)


def test_zeros_and_redundancy(found: Ranking) -> None:
    """Half of the cells are zero, and the 53 indicators are 8.5 independent quantities."""
    assert round(float((found.values == 0).mean()), 3) == 0.513
    checked = coherence(found, correlated=0.9, zero=0.8)
    assert (len(checked.twins), checked.components, round(checked.participation, 1)) == (14, 12, 8.5)
    assert len(checked.nearly_zero) == 8


def test_hand_made_values(found: Ranking) -> None:
    """19 indicators with 37 % of the weight are typed in by hand."""
    layout = found.layout
    weights = layout.weights * layout.dimension_weights[layout.dimension[layout.part]]
    typed = np.array(["typed in by hand" in item.fed_by for item in layout.indicators])
    assert (typed.sum(), round(float(weights[typed].sum()), 3)) == (19, 0.37)


def test_one_indicator_decides(found: Ranking) -> None:
    """Without one of three indicators Alibaba is first; without another somebody moves by six places."""
    rows = {row["indicator"]: row for row in leave_one_out(found)}
    other = {code for code, row in rows.items() if row["first"] != ["Meta"]}
    assert other == {"model:downloads_3d", "model:downloads_protein", "model:num_protein"}
    assert {tuple(rows[code]["first"]) for code in other} == {("Ali",)}
    assert (rows["model:num_multimodal"]["moved"], rows["model:num_multimodal"]["shift"]) == ("OpenBMB", 6)
