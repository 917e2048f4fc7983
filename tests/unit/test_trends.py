"""Editions as a series: shares of countries, breaks, changes, and who moved."""

import itertools
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from begat.answer.trends import IRREGULAR, SUBJECTS, _countries, movers, trends
from begat.errors import InputError, UnknownName
from begat.influence.indicator import DIMENSIONS, editions, osir_values
from begat.influence.ranking import rank
from begat.records import Model
from begat.snapshot import Snapshot, embedded

MakeSnapshot = Callable[..., Snapshot]

LAST = date(2025, 9, 7)


@pytest.fixture(scope="module")
def series() -> list[dict[str, object]]:
    """Return the institutions over time, with few draws."""
    return trends(embedded(), draws=60)


def test_editions_are_ranked_as_rank_does(series: list[dict[str, object]]) -> None:
    """Every edition has the rows of its ranking, intervals of the same draws included."""
    assert sorted({row["date"] for row in series}) == editions(embedded())
    expected = rank(embedded(), "osir-53", LAST, draws=60).select("subject", "rank", "low", "high", "score")
    found = [tuple(row[key] for key in expected.columns) for row in series if row["date"] == LAST]
    assert found == list(expected.iter_rows())


def test_only_equal_lists_can_be_compared(series: list[dict[str, object]]) -> None:
    """Editions are comparable if they list the same institutions and indicators and neither is irregular."""

    def basis(day: date) -> tuple[set[object], set[object]]:
        values = osir_values(embedded(), day)
        return set(values["institution"]), set(values.select("dimension", "code").iter_rows())

    days = editions(embedded())
    found = {row["date"]: (row["comparable"], row["reason"]) for row in series}
    assert found[days[0]] == (None, None)
    for before, now in itertools.pairwise(days):
        expected = basis(before) == basis(now) and not {before, now} & IRREGULAR.keys()
        comparable, reason = found[now]
        assert comparable == expected
        assert (reason is None) == expected
    assert [day for day in days if found[day][0]] == [date(2025, 6, 7), date(2025, 7, 7)]
    assert "47 indicators before, 53 now" in str(found[date(2025, 3, 7)][1])
    assert "7 institutions joined, 32 are listed" in str(found[LAST][1])


def test_change_is_places_gained(series: list[dict[str, object]]) -> None:
    """A rise is positive; whoever is new has no change; a move is supported if the intervals lie apart."""
    found = {(row["date"], row["subject"]): row for row in series}
    shanghai = found[date(2025, 6, 7), "ShanghaiAILab"]
    assert (shanghai["rank"], shanghai["change"]) == (3, 2)
    assert found[LAST, "Xiaomi"]["change"] is None
    for row in series:
        if row["comparable"] and row["change"] is not None:
            before = found[date(2025, row["date"].month - 1, 7), row["subject"]]  # type: ignore[attr-defined]
            apart = before["high"] < row["low"] or row["high"] < before["low"]  # type: ignore[operator]
            assert row["supported"] == apart
        else:
            assert row["supported"] is None


def test_movers_are_ordered_and_say_what_is_supported(series: list[dict[str, object]]) -> None:
    """The largest moves come first; over a break nothing is comparable and the reason names it."""
    moved = movers(series, date(2025, 5, 7), date(2025, 7, 7))
    assert len(moved) == 25
    sizes = [abs(row["change"]) for row in moved]
    assert sizes == sorted(sizes, reverse=True)
    assert (moved[0]["subject"], moved[0]["rank_before"], moved[0]["rank"]) == ("Apple", 14, 21)
    assert all(row["comparable"] and row["supported"] is False for row in moved if row["change"])
    over = movers(series, date(2025, 1, 14), LAST)
    assert {row["subject"] for row in over} == set(osir_values(embedded(), date(2025, 1, 14))["institution"])
    assert not any(row["comparable"] for row in over)
    assert {row["supported"] for row in over} == {None}
    assert "2025-03-07: models of 2025-03-07 are filtered in another way" in over[0]["reason"]


def test_supported_moves_exist() -> None:
    """Intervals that lie apart support a move."""
    ranks = {1: (1, 2), 9: (8, 10), 10: (9, 11)}
    rows = [
        {"date": date(2025, month, 1), "subject": name, "name": name, "rank": place, "reason": None}
        | {"low": ranks[place][0], "high": ranks[place][1]}
        for month, places in ((1, {"a": 9, "b": 9}), (2, {"a": 1, "b": 10}))
        for name, place in places.items()
    ]
    moved = movers(rows, date(2025, 1, 1), date(2025, 2, 1))
    assert [(row["subject"], row["change"], row["supported"]) for row in moved] == [
        ("a", 8, True),
        ("b", -1, False),
    ]


def test_only_those_ranked_in_both_editions_move() -> None:
    """Whoever has a rank in one of the two editions alone has not moved."""
    places = {1: {"a": 1, "b": None, "c": 2}, 2: {"a": 2, "b": 1, "c": None}}
    rows = [
        {"date": date(2025, month, 1), "subject": name, "name": name, "rank": place, "reason": None}
        | {"low": None, "high": None}
        for month, ranks in places.items()
        for name, place in ranks.items()
    ]
    moved = movers(rows, date(2025, 1, 1), date(2025, 2, 1))
    assert [(row["subject"], row["change"]) for row in moved] == [("a", -1)]


@pytest.mark.parametrize("by", SUBJECTS)
def test_other_methods_have_no_editions(by: str) -> None:
    """A method on other indicators is refused, not answered with nothing."""
    with pytest.raises(InputError, match="trends are of the published ranking's editions"):
        trends(embedded(), "begat-53", by=by)


def test_own_method_on_the_published_indicators(tmp_path: Path) -> None:
    """A method of one's own on the published indicators tells every edition."""
    path = tmp_path / "mine.toml"
    weights = "\n".join(f'{name} = "1/4"' for name in DIMENSIONS)
    path.write_text(f'indicators = "osir-53"\n[dimensions]\n{weights}\n', encoding="utf-8")
    rows = trends(embedded(), str(path), draws=0)
    assert sorted({row["date"] for row in rows}) == editions(embedded())


def test_no_editions_is_an_error(make_snapshot: MakeSnapshot) -> None:
    """A snapshot without editions gets the error that the ranking gives."""
    with pytest.raises(UnknownName, match="holds none of OSIR-LMTS"):
        trends(make_snapshot([Model("x/base")]))


def test_countries_share_the_sum_of_scores() -> None:
    """Shares sum to 1 in every edition and are those computed independently for September 2025."""
    rows = trends(embedded(), by="country", draws=0)
    for day in editions(embedded()):
        assert sum(row["score"] for row in rows if row["date"] == day) == pytest.approx(1)
    last = {row["subject"]: row for row in rows if row["date"] == LAST}
    assert round(last["CN"]["score"], 3) == 0.440
    assert round(last["US"]["score"], 3) == 0.479
    assert (last["US"]["name"], last["US"]["rank"], last["US"]["low"]) == ("United States", 1, None)


def test_country_shares_of_a_dimension() -> None:
    """A dimension has shares of its own: China has 25.7 % of the data scores of September 2025."""
    rows = trends(embedded(), by="country", measure="data", draws=0)
    share = next(row["score"] for row in rows if row["date"] == LAST and row["subject"] == "CN")
    assert round(share, 3) == 0.257


def test_without_a_seat_there_is_no_rank() -> None:
    """Institutions without a known country are a row of their own that takes no rank from others."""
    table = pl.DataFrame({"subject": ["nobody-knows", "Ali", "Meta"], "score": [6.0, 3.0, 1.0]})
    rows = {row["subject"]: row for row in _countries(embedded(), table).to_dicts()}
    assert rows["unknown"]["score"] == pytest.approx(0.6)
    assert rows["unknown"]["rank"] is None
    assert (rows["CN"]["rank"], rows["US"]["rank"]) == (1, 2)


def test_dimensions_have_their_own_ranks() -> None:
    """Of one dimension, rank and score are its own, and there is no interval."""
    last = [row for row in trends(embedded(), measure="evaluation", draws=0) if row["date"] == LAST]
    assert last[0]["subject"] == "ShanghaiAILab"
    assert round(last[0]["score"], 4) == 0.8478
    assert {row["low"] for row in last} == {None}


@pytest.mark.parametrize(
    ("words", "message"), [({"by": "contry"}, "country"), ({"measure": "scor"}, "score")]
)
def test_unknown_words_get_near_ones(words: dict[str, str], message: str) -> None:
    """A mistyped subject or measure gets the right one."""
    with pytest.raises(UnknownName, match=message):
        trends(embedded(), **words)
