from collections import defaultdict

import iso3166
import pytest
from babel import Locale

from begat.sources._countries import ALSO, _words, country_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Korea (Republic of)", "KR"),
        ("Korea, Republic of", "KR"),
        ("South Korea", "KR"),
        ("North Korea", "KP"),
        ("Iran (Islamic Republic of)", "IR"),
        ("United Kingdom of Great Britain and Northern Ireland", "GB"),
        ("United States of America", "US"),
        ("united states", "US"),
        ("the Netherlands", "NL"),
        ("Viet Nam", "VN"),
        ("Vietnam", "VN"),
        ("Taiwan", "TW"),
        ("Hong Kong", "HK"),
        ("Russia", "RU"),
        ("Czechia", "CZ"),
        ("Türkiye", "TR"),
        ("Turkiye", "TR"),
    ],
)
def test_short_and_long_names_give_one_code(text: str, code: str) -> None:
    """Case, accents, punctuation and the order of words do not matter."""
    assert country_code(text) == code


@pytest.mark.parametrize(("text", "code"), ALSO.items())
def test_names_of_the_short_table_are_needed_and_known(text: str, code: str) -> None:
    """A name stands in the table only if neither ISO 3166 nor the CLDR has it."""
    english = Locale("en").territories
    others = {english[country.alpha2] for country in iso3166.countries}
    others |= {country.name for country in iso3166.countries}
    assert country_code(text) == code
    assert _words(text) not in {_words(name) for name in others}


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "   ",
        "?",
        "International",
        "International/Other/Unknown",
        "Multinational",
        "Undisclosed",
        "African Continent",
        "European Union",
        "Republic of",
        "no",
        "Atlantis",
    ],
)
def test_regions_and_unknown_names_give_none(text: str | None) -> None:
    """What is no country gives None, never an error."""
    assert country_code(text) is None


@pytest.mark.parametrize("country", iso3166.countries, ids=lambda country: country.alpha2)
def test_every_name_and_code_of_iso_is_known(country: iso3166.Country) -> None:
    """Every country is found by both of its names, by its English name and by its codes."""
    english = Locale("en").territories[country.alpha2]
    texts = [country.name, country.apolitical_name, english]
    texts += [country.alpha2, country.alpha3, country.numeric]
    assert {country_code(text) for text in texts} == {country.alpha2}


def test_no_words_stand_for_two_countries() -> None:
    """Comparing names by their sorted words joins no two countries."""
    english = Locale("en").territories
    codes = defaultdict(set)
    for country in iso3166.countries:
        for name in (country.name, country.apolitical_name, english[country.alpha2]):
            codes[_words(name)].add(country.alpha2)
    for name, code in ALSO.items():
        codes[_words(name)].add(code)
    assert {words: found for words, found in codes.items() if len(found) > 1} == {}
