"""Country names as sources write them, to ISO 3166-1 alpha-2 codes."""

import re
import unicodedata
from functools import cache

__all__ = ["country_code"]

SMALL_WORDS = {"the", "of", "and"}

ALSO = {
    "Czech Republic": "CZ",
    "Macau": "MO",
    "Scotland": "GB",
    "Turkey": "TR",
    "U.S.": "US",
    "UAE": "AE",
    "UK": "GB",
}
"""Names in use that neither ISO 3166 nor the CLDR has."""


def country_code(text: str | None) -> str | None:
    """Return the alpha-2 code of a country; None for a region, an unknown name or nothing.

    Names are compared by their words, so case, accents, punctuation and order don't matter. Codes
    (two or three letters, three digits) count only as ISO writes them: "no" is no country.

    Examples
    --------
    >>> country_code("Korea (Republic of)"), country_code("Korea, Republic of"), country_code("UAE")
    ('KR', 'KR', 'AE')
    >>> country_code("USA"), country_code("International"), country_code(None)
    ('US', None, None)
    """
    if not text:
        return None
    return _known().get(text.strip()) or _known().get(_words(text))


def _words(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(sorted(set(re.findall(r"\w+", letters)) - SMALL_WORDS))


@cache
def _known() -> dict[str, str]:
    """Return every known name, by its words, and every code, as it stands."""
    import iso3166
    from babel import Locale

    english = Locale("en").territories
    known = {_words(name): code for name, code in ALSO.items()}
    for country in iso3166.countries:
        names = (country.name, country.apolitical_name, english.get(country.alpha2, ""))
        codes = (country.alpha2, country.alpha3, country.numeric)
        known |= dict.fromkeys([*map(_words, names), *codes], country.alpha2)
    known.pop("", None)
    return known
