"""The page of what a search found: what it says of how much there is."""

from datetime import date

from begat.views.page.base import About
from begat.views.page.found import found_page

ABOUT = About("s", "0" * 64, date(2026, 1, 1), synthetic=False, shipped=False, sources=[], missing=[])


def test_a_cut_answer_does_not_count_all() -> None:
    """Where there may be more hits than are shown, the page says at least how many there are."""
    hits = [{"id": f"a/qwen-{place}", "kind": "model", "name": None, "match": "words"} for place in range(3)]
    told = {most: found_page("qwen", hits, ABOUT, most=most).values["lead"] for most in (3, 4)}
    assert told[3].startswith("At least 3 things")
    assert told[4].startswith("3 things")
