"""The ranking in a real browser: its table by tier, sorting, and weights of the reader's own."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.browser.opened import CONTRAST, Opened, written
from tests.unit.ranking_sample import DIMENSIONS, ranking, ranking_html, row
from tests.unit.view_sample import HOSTILE

from begat.influence.scoring import FLOOR, overall, ranks
from begat.views.page.ranking import RankingData

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_ranking_page(browser: Any, tmp_path: Path, scheme: str, lang: str) -> None:
    """The ranking is seen on the first look, asks for nothing, and every text can be read on its ground."""
    rows = [{**row_, "name_zh": None} for row_ in ranking().rows]
    html = ranking_html(ranking(lang=lang, rows=[*rows, row(HOSTILE[0], 4, tier=2), row(HOSTILE[1], None)]))
    opened = Opened(browser, written(tmp_path, html), color_scheme=scheme)
    shown = opened.page
    assert shown.locator("#table .name").all_text_contents() == ["Ada", "Bob", "Cid", HOSTILE[0]]
    for group in shown.locator("details").all():
        group.evaluate("item => { item.open = true; }")
    opened.settle()
    assert shown.evaluate(CONTRAST) == []
    assert (shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)") == (
        scheme == "light"
    )
    opened.done()


def names_in_order(page: Any) -> list[str]:
    """Return the names in the table of the ranking, from above."""
    found: list[str] = page.locator("#table .row .name").all_text_contents()
    return found


def test_ranking_is_sorted_by_keyboard(browser: Any, tmp_path: Path) -> None:
    """Enter on a heading sorts, again turns around, missing values stay last, and a button goes back."""
    rows = [
        row("a", 1, data=0.2),
        row("b", 2, data=0.9),
        row("c", 3, tier=2, data=None),
        row("d", 4, data=0.5),
    ]
    opened = Opened(browser, written(tmp_path, ranking_html(ranking(rows=rows))))
    shown, keyboard = opened.page, opened.page.keyboard
    assert names_in_order(shown) == ["a", "b", "d", "c"]
    head = shown.locator("#table thead th", has_text="Data")
    head.locator("button").focus()
    keyboard.press("Enter")
    assert names_in_order(shown) == ["b", "d", "a", "c"]
    assert head.get_attribute("aria-sort") == "descending"
    assert shown.locator("#sorted").text_content() == "Sorted by Data, largest first."
    assert shown.locator("#table .tier").count() == 0
    keyboard.press("Space")
    assert names_in_order(shown) == ["a", "d", "b", "c"]
    assert head.get_attribute("aria-sort") == "ascending"
    shown.locator("#table thead button", has_text="Institution").press("Enter")
    assert names_in_order(shown) == ["a", "b", "c", "d"]
    assert head.get_attribute("aria-sort") is None
    shown.locator("#reset").press("Enter")
    assert names_in_order(shown) == ["a", "b", "d", "c"]
    assert shown.locator("#table .tier").count() == 2
    assert shown.locator("#table [aria-sort]").count() == 0
    assert shown.evaluate("document.activeElement.textContent") == "Rank"
    opened.done()


def test_ranking_details_open_by_keyboard(browser: Any, tmp_path: Path) -> None:
    """A name opens with Enter and shows the command behind its numbers, inside the page."""
    opened = Opened(browser, written(tmp_path, ranking_html(ranking())))
    shown = opened.page
    command = shown.locator("#table code", has_text="begat explain Ada")
    assert not command.is_visible()
    shown.locator("#table summary", has_text="Ada").press("Enter")
    assert command.is_visible()
    assert shown.evaluate("document.documentElement.scrollWidth") <= 1440
    opened.done()


def test_ranking_data_can_be_kept(browser: Any, tmp_path: Path) -> None:
    """The buttons write the rows of the ranking, without a request."""
    opened = Opened(browser, written(tmp_path, ranking_html(ranking())))
    for kind, start in (("csv", "\ufeffsubject,name"), ("json", '{\n "head"')):
        with opened.page.expect_download() as waiting:
            opened.page.locator(f'[data-tool="{kind}"]').click()
        assert waiting.value.suggested_filename.endswith(f".{kind}")
        assert Path(waiting.value.path()).read_text(encoding="utf-8").startswith(start)
    opened.done()


def test_ranking_without_scripts(browser: Any, tmp_path: Path) -> None:
    """Without scripts the table is whole and has no button that would do nothing."""
    path = written(tmp_path, ranking_html(ranking()))
    context = browser.new_context(java_script_enabled=False)
    shown = context.new_page()
    shown.goto(path.as_uri())
    assert names_in_order(shown) == ["Ada", "Bob", "Cid"]
    assert not [button for button in shown.locator("button").all() if button.is_visible()]
    assert not shown.locator("#own-weights").is_visible()
    context.close()


NOBODY = dict.fromkeys(("rank", "low", "high", "score"))


def scored(aggregation: str, exponent: float, weights: list[float]) -> RankingData:
    """Return a ranking of 24 with ties, zeros and missing dimensions, scored by Python."""
    random = np.random.default_rng(5)
    dims = np.round(random.beta(0.6, 1.2, (24, 4)), 2)
    dims[3] = dims[4]
    dims[random.random(dims.shape) < 0.06] = np.nan
    dense = aggregation == "rank-discounted"
    score = overall(dims[None], np.array([weights]), [(aggregation, exponent)])[0]
    place, inside = ranks(score[None], dense=dense)[0], ranks(dims[None], dense=dense)[0]
    rows = []
    for at in range(len(dims)):
        known = {
            name: None if np.isnan(dims[at, column]) else float(dims[at, column])
            for column, name in enumerate(DIMENSIONS)
        }
        within = {f"{name}_rank": int(inside[at, column]) for column, name in enumerate(DIMENSIONS)}
        result = (
            NOBODY
            if np.isnan(score[at])
            else {"rank": int(place[at]), "low": 1, "high": 9, "score": float(score[at])}
        )
        rows.append({**row(f"i{at:02}", 1), **known, **within, **result})
    method = {**ranking().method, "aggregation": aggregation, "exponent": exponent, "floor": FLOOR}
    counts = {
        name: {**ranking().dimensions[name], "weight": weight}
        for name, weight in zip(DIMENSIONS, weights, strict=True)
    }
    return ranking(rows=rows, method=method, dimensions=counts, trend=[])


def set_sliders(page: Any, values: list[int]) -> None:
    """Move the four sliders."""
    move = """(slider, value) => {
      slider.value = value;
      slider.dispatchEvent(new Event("input", {bubbles: true}));
    }"""
    for slider, value in zip(page.locator(".sliders input").all(), values, strict=True):
        slider.evaluate(move, value)


def own_table(page: Any) -> list[list[str]]:
    """Return the cells of the table by own weights."""
    cells = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    found: list[list[str]] = page.locator(".own-table tbody tr").evaluate_all(cells)
    return found


RULES = [("power-mean", 0.5), ("power-mean", 0.0), ("power-mean", -1.0), ("rank-discounted", 0.5)]


@pytest.mark.parametrize(("aggregation", "exponent"), RULES)
def test_own_weights_score_as_python_does(
    browser: Any, tmp_path: Path, aggregation: str, exponent: float
) -> None:
    """For several weights, one of them 0, the browser's scores and ranks are those of the package."""
    data = scored(aggregation, exponent, [0.25, 0.25, 0.25, 0.25])
    opened = Opened(browser, written(tmp_path, ranking_html(data)))
    dims = np.array(
        [[[np.nan if row_[name] is None else row_[name] for name in DIMENSIONS] for row_ in data.rows]]
    )
    for values in ([10, 60, 20, 10], [100, 1, 7, 33], [0, 50, 30, 20], [0, 0, 0, 9]):
        set_sliders(opened.page, values)
        weights = np.array([values]) / sum(values)
        score = overall(dims, weights, [(aggregation, exponent)])[0]
        place = ranks(score[None], dense=aggregation == "rank-discounted")[0]
        expected = {
            str(row_["name"]): (str(place[at]), f"{score[at]:.3f}")
            for at, row_ in enumerate(data.rows)
            if not np.isnan(score[at])
        }
        shown = {cells[3]: (cells[0], cells[4]) for cells in own_table(opened.page) if cells[0] != "–"}
        assert shown == expected
    opened.done()


def test_own_weights_say_what_they_change(browser: Any, tmp_path: Path) -> None:
    """Moves are counted against the intervals; the address keeps the weights; the button takes all back."""
    rows = [
        row("a", 1, low=1, high=1, data=0.9, model=0.9, system=0.9, evaluation=0.2),
        row("b", 2, low=1, high=3, data=0.5, model=0.5, system=0.5, evaluation=0.6),
        row("c", 3, low=2, high=3, data=0.1, model=0.1, system=0.1, evaluation=0.9),
        row("d", None, data=0.5, evaluation=0.95, reason="no score in model, system"),
    ]
    path = written(tmp_path, ranking_html(ranking(rows=rows, trend=[])))
    opened = Opened(browser, path)
    shown = opened.page
    assert shown.locator("#ranking").is_visible()
    assert not shown.locator("#own-result").is_visible()
    set_sliders(shown, [0, 0, 0, 50])
    assert own_table(shown) == [
        ["1", "–", "–", "d", "0.950", "–", "no rank by the method"],
        ["2", "3", "▲ 2", "c", "0.900", "2–3", "beyond its interval"],
        ["3", "2", "0", "b", "0.600", "1–3", "inside"],
        ["4", "1", "▼ 2", "a", "0.200", "1–1", "beyond its interval"],
    ]
    said = shown.locator("#own-said").text_content()
    assert said.startswith(
        "With these weights 2 of 3 change their rank, 2 of them beyond their 90% interval."
    )
    assert "1 more have a rank" in said
    assert not shown.locator("#ranking").is_visible()
    assert shown.evaluate("location.hash") == "#w=0%2C0%2C0%2C50"
    again = Opened(browser, path, state="#w=0,0,0,50")
    assert len(own_table(again.page)) == 4
    again.done()
    shown.locator("#own-reset").press("Enter")
    assert shown.locator("#ranking").is_visible()
    assert shown.evaluate("location.hash") == ""
    assert shown.evaluate("document.activeElement.dataset.dimension") == "data"
    shown.keyboard.press("ArrowRight")
    assert shown.locator(".sliders output").first.text_content() == "26%"
    assert shown.locator(".sliders input").first.get_attribute("aria-valuetext") == "26%"
    set_sliders(shown, [0, 0, 0, 0])
    assert shown.locator("#own-said").text_content() == "At least one weight must be above 0."
    opened.done()
