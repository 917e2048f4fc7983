"""The sentences of a brief: each is built from what is known, and says so where nothing is."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from begat.licences import commercial_use
from begat.views.said import counted, said
from begat.views.words import clean, house_name, licence_name
from begat.vocab import LABELS

__all__ = ["MEASURES", "BriefData", "Teller", "lead", "sections"]

Row = Mapping[str, Any]

MEASURES = ("children", "accounts", "descendants", "descendant_accounts", "reach", "lineage_downloads")
"""Measures that a brief puts beside each other; all have their words in ``lang/brief.toml``."""

APART = 2
"""Measures disagree where the worst rank is at least so many times the best."""


ARTICLE = {"AE", "CD", "CF", "DO", "GB", "NL", "PH", "US"}
"""Countries that are called with an article in English."""

GAP = re.compile("(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


class BriefData(NamedTuple):
    """What a brief tells, as plain values; null or empty where nothing is known.

    Attributes
    ----------
    kind, id : str
        ``model``, ``institution`` or ``country``, and its id.
    name, name_zh : str, optional
        What it is called.
    facts : mapping
        Of a model ``platform, account, house, country, created_on, parameters, task, licence, listed,
        removed``; of an institution ``kind, country, accounts, institutions`` and ``part``, the part of it
        that was asked for; of a country
        ``institutions``.
    downloads : mapping, optional
        Of a model: ``value, source, on`` of 30 days.
    bases : sequence of mapping
        Of a model: ``parent, relation, source`` of each parent, those that can't be told with a null parent
        and ``parent_raw``.
    figures : mapping
        As `begat.answer.brief.figures` gives them.
    names : mapping
        Names of institutions by id, as far as they are used.
    top : sequence of pair
        What most was made from: the children of a model, the models of an institution, the institutions of a
        country, each with its number of descendants.
    places : mapping
        By measure ``value, rank, of, tied``, as `begat.answer.brief.places` gives them.
    interval : mapping
        ``low, high, draws`` of the rank by reach; empty where none was drawn.
    ranking : mapping
        The row of the ranking with ``of, draws, method``; empty for what is not scored.
    """

    kind: str
    id: str
    name: str | None
    name_zh: str | None
    facts: Row
    downloads: Row | None
    bases: tuple[Row, ...]
    figures: Row
    names: Mapping[str, str]
    top: tuple[tuple[str, int], ...]
    places: Mapping[str, Row]
    interval: Row
    ranking: Row


class Teller:
    """Data and words of a brief, and how names, numbers and lists are written in its language.

    Parameters
    ----------
    data : BriefData
        What is told.
    lang : str
        ``en`` or ``zh``.
    """

    def __init__(self, data: BriefData, lang: str) -> None:
        self.data = data
        self.lang = lang
        self.words = said(lang, "brief")

    def __call__(self, key: str, **values: Any) -> str:
        """Return a text filled in; between Chinese characters stands no space."""
        text = self.words[key].format(**{name: _written(value) for name, value in values.items()})
        return GAP.sub("", text) if self.lang == "zh" else text

    def count(self, key: str, number: int) -> str:
        """Return a number of things."""
        return counted(self.words, key, number)

    @property
    def name(self) -> str:
        """What the subject is called."""
        chinese = self.data.name_zh if self.lang == "zh" else None
        return clean(chinese or self.data.name or self.data.id)

    @property
    def subject(self) -> str:
        """What models were made from: the model, or the models of an institution or country."""
        name = self.seat(self.data.id) if self.data.kind == "country" else self.name
        return self(f"of_{self.data.kind}", name=name)

    @property
    def it(self) -> str:
        """The same in short."""
        return self.words[f"it_{self.data.kind}"]

    def country(self, code: str) -> str:
        """Return a country by its name."""
        from babel import Locale

        return clean(str(Locale(self.lang).territories.get(code, code)))

    def seat(self, code: str) -> str:
        """Return a country as it stands in a sentence: some take an article in English."""
        return f"the {self.country(code)}" if self.lang == "en" and code in ARTICLE else self.country(code)

    def house(self, id_: str) -> str:
        """Return an institution by its name, an account by its own."""
        return clean(self.data.names.get(id_) or house_name(id_))

    def relation(self, name: str) -> str:
        """Return a relation in words."""
        return LABELS[name][self.lang]

    def listed(self, parts: Iterable[tuple[str, int]], most: int = 6) -> str:
        """Return names with their numbers as a list, the rest of a long one as a number."""
        pairs = list(parts)
        shown = [self("item", name=name, count=number) for name, number in pairs[:most]]
        more = len(pairs) - most
        return self.words["comma"].join(shown + ([self("more", count=more)] if more > 0 else []))


def _written(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


Told = list[str]


def sections(teller: Teller) -> list[tuple[str, Told]]:
    """Return the sections of a brief in their order: key of the heading, sentences."""
    parts: dict[str, Callable[[Teller], Told]] = {
        "what": WHAT[teller.data.kind],
        "from": _origin,
        "built": _built,
        "compared": _compared,
        "licences": _licences,
        "growth": _growth,
        "unknown": _unknown,
    }
    return [(key, told) for key, tell in parts.items() if (told := tell(teller))]


def lead(teller: Teller) -> str:
    """Return the finding in one sentence."""
    figures = teller.data.figures
    if not figures["derivatives"]:
        return teller("lead_none", subject=teller.subject)
    made = teller.count("derivative", figures["derivatives"])
    if not figures["accounts"]:
        return teller("lead_accounts_unknown", subject=teller.subject, derivatives=made)
    accounts = teller.count("account", figures["accounts"])
    return teller("lead", subject=teller.subject, derivatives=made, accounts=accounts)


def _model(tell: Teller) -> Told:
    facts, downloads = tell.data.facts, tell.data.downloads
    told = [_maker(tell, facts)]
    if not facts["listed"]:
        told.append(tell("named_only"))
    if facts.get("removed"):
        told.append(tell("removed"))
    day = facts["created_on"]
    told.append(tell("published", date=day) if day else tell("published_unknown"))
    if facts["parameters"]:
        told.append(tell("parameters", count=facts["parameters"]))
    if facts["task"]:
        told.append(tell("task", task=clean(facts["task"])))
    if downloads is None:
        told.append(tell("downloads_unknown"))
    else:
        told.append(
            tell(
                "downloads", count=downloads["value"], source=clean(downloads["source"]), date=downloads["on"]
            )
        )
    return told


def _maker(tell: Teller, facts: Row) -> str:
    """Say who put a model out, as far as that is known."""
    if facts["house"]:
        house, country = tell.house(facts["house"]), facts["country"]
        if country:
            return tell("maker_seated", name=tell.name, house=house, country=tell.seat(country))
        return tell("maker", name=tell.name, house=house)
    if facts["account"]:
        return tell("maker_account", name=tell.name, account=house_name(facts["account"]))
    return tell("maker_unknown", name=tell.name)


def _institution(tell: Teller) -> Told:
    facts, figures = tell.data.facts, tell.data.figures
    kind = tell.words.get("kind_" + (facts["kind"] or "").replace("-", "_")) or tell.words["kind_unknown"]
    if facts["country"]:
        told = [tell("institution_seated", name=tell.name, kind=kind, country=tell.seat(facts["country"]))]
    else:
        told = [tell("institution_seatless", name=tell.name, kind=kind)]
    if facts.get("part"):
        told.append(tell("part", part=tell.house(facts["part"])))
    if facts["institutions"] > 1:
        told.append(tell("parts", count=facts["institutions"] - 1))
    accounts = tell.count("account", facts["accounts"]) if facts["accounts"] else None
    told.append(
        tell("institution_holds", accounts=accounts, models=tell.count("model", figures["own"]))
        if accounts
        else tell("institution_accountless")
    )
    return told


def _country(tell: Teller) -> Told:
    facts, figures = tell.data.facts, tell.data.figures
    seated = tell.count("institution", facts["institutions"])
    models = tell.count("model", figures["own"])
    held = tell("country_holds", country=tell.seat(tell.data.id), institutions=seated, models=models)
    return [held, tell("country_note")]


WHAT: dict[str, Callable[[Teller], Told]] = {
    "model": _model,
    "institution": _institution,
    "country": _country,
}


def _origin(tell: Teller) -> Told:
    return _bases(tell) if tell.data.kind == "model" else _foreign(tell)


def _bases(tell: Teller) -> Told:
    known = [base for base in tell.data.bases if base["parent"]]
    lost = [base for base in tell.data.bases if not base["parent"]]
    told = []
    if known:
        parents = [
            tell(
                "base",
                parent=clean(base["parent"]),
                relation=tell.relation(base["relation"]),
                source=clean(base["source"]),
            )
            for base in known
        ]
        shown = parents[:4] + ([tell("more", count=len(parents) - 4)] if len(parents) > 4 else [])
        told.append(tell("bases", name=tell.name, bases=tell.words["semicolon"].join(shown)))
        further = tell.data.figures["ancestors"] - len(known)
        told.append(tell("ancestors", count=tell.count("model", further)) if further > 0 else tell("origin"))
    if lost:
        told.append(
            tell("bases_lost", bases=tell.words["comma"].join(clean(base["parent_raw"]) for base in lost[:3]))
        )
    return told or [tell("bases_none", name=tell.name)]


def _foreign(tell: Teller) -> Told:
    figures = tell.data.figures
    if not figures["own"]:
        return []
    models = tell.count("model", figures["own"])
    if not figures["built_on_others"]:
        return [tell("foreign_none", models=models)]
    bases = tell.listed((tell.house(id_), count) for id_, count in figures["bases"].items())
    told = tell("foreign", count=figures["built_on_others"], models=models)
    return [told, tell("foreign_bases", bases=bases)] if bases else [told]


def _built(tell: Teller) -> Told:
    figures = tell.data.figures
    total = figures["derivatives"]
    if not total:
        return [tell("built_none", it=tell.it)]
    told = [_directly(tell, figures["direct"], total)]
    mix = tell.listed((tell.relation(name), count) for name, count in figures["by_relation"].items())
    told.append(tell("mix", mix=mix))
    if tell.data.top:
        top = tell.listed((_top_name(tell, name), count) for name, count in tell.data.top)
        told.append(tell(f"top_{tell.data.kind}", top=top))
    told.append(_seats(tell, figures))
    return told


def _top_name(tell: Teller, name: str) -> str:
    return tell.house(name) if tell.data.kind == "country" else clean(name)


def _directly(tell: Teller, direct: int, total: int) -> str:
    if direct == total:
        return tell("direct_all", it=tell.it)
    if not direct:
        return tell("direct_none", it=tell.it)
    return tell("direct", it=tell.it, direct=direct, other=total - direct)


def _seats(tell: Teller, figures: Row) -> str:
    """Say from which countries derivatives come, of those whose makers have a known seat."""
    if not figures["seated"]:
        return tell("seats_unknown")
    countries = tell.listed((tell.country(code), count) for code, count in figures["countries"].items())
    return tell("seats", seated=figures["seated"], countries=countries)


def _compared(tell: Teller) -> Told:
    told = [] if tell.data.kind == "model" else _ranking(tell)
    places = {name: tell.data.places[name] for name in MEASURES if name in tell.data.places}
    if not places:
        return [*told, tell("measures_none", it=tell.it)]
    if "reach" in places:
        of = tell.count(tell.data.kind, places["reach"]["of"])
        told.append(tell("reach", rank=places["reach"]["rank"], of=of))
        told += _interval(tell, "reach_", tell.data.interval)
    return told + ([_agreement(tell, places)] if len(places) > 1 else [])


def _ranking(tell: Teller) -> Told:
    row = tell.data.ranking
    if not row:
        return [tell("ranking_absent")]
    of = tell.count(tell.data.kind, row["of"])
    if row["rank"] is None:
        return [tell("ranking_none", of=of, reason=clean(row["reason"] or ""))]
    told = [tell("ranking", rank=row["rank"], of=of), *_interval(tell, "ranking_", row)]
    if row["tier"] == 1 and row["in_tier"] > 1:
        told.append(tell("ranking_tied", count=row["in_tier"]))
    return told


def _interval(tell: Teller, stem: str, row: Row) -> Told:
    """Say between which ranks 90 % of the draws lie, if any were drawn."""
    if not row or row["low"] is None:
        return []
    if row["low"] == row["high"] == row["rank"]:
        return [tell(f"{stem}same", low=row["low"], draws=row["draws"])]
    return [tell(f"{stem}interval", low=row["low"], high=row["high"], draws=row["draws"])]


def _agreement(tell: Teller, places: Mapping[str, Row]) -> str:
    """Say whether the measures agree on the rank, and which two differ most."""
    best = min(places, key=lambda name: places[name]["rank"])
    worst = max(places, key=lambda name: places[name]["rank"])
    low, high = places[best]["rank"], places[worst]["rank"]
    if low == high:
        return tell("agree_all", rank=low)
    if high < APART * low:
        return tell("agree", low=low, high=high)
    return tell(
        "disagree",
        best=tell.words[f"measure_{best}"],
        low=low,
        worst=tell.words[f"measure_{worst}"],
        high=high,
    )


def _licences(tell: Teller) -> Told:
    figures = tell.data.figures
    told = (
        [_own_licence(tell)] if tell.data.kind == "model" else _effects(tell, "own", figures["own_licences"])
    )
    if figures["derivatives"]:
        told += _effects(tell, "derived", figures["licences"])
    if figures["changed"]:
        told.append(tell("licence_changed", count=tell.count("derivative", figures["changed"])))
    return told


def _own_licence(tell: Teller) -> str:
    licence = tell.data.facts["licence"]
    if not licence:
        return tell("licence_none", name=tell.name)
    return tell(f"licence_{commercial_use(licence) or 'unknown'}", licence=licence_name(licence))


def _effects(tell: Teller, whose: str, counts: Mapping[str, int]) -> Told:
    """Say what licences allow, of all models of a kind: only what occurs."""
    whole = sum(counts.values())
    if not whole:
        return []
    parts = [tell(f"effect_{name}", count=count) for name, count in counts.items() if count]
    key = "derivative" if whose == "derived" else "model"
    return [tell(f"effects_{whose}", models=tell.count(key, whole), parts=tell.words["comma"].join(parts))]


def _growth(tell: Teller) -> Told:
    figures = tell.data.figures
    if not figures["derivatives"]:
        return []
    if not figures["dated"]:
        return [tell("growth_undated")]
    first, last = figures["first_day"], figures["last_day"]
    told = [
        tell("growth", dated=figures["dated"], all=figures["derivatives"], first=first, last=last)
        if first != last
        else tell("growth_one_day", dated=figures["dated"], all=figures["derivatives"], first=first),
        tell("recent", recent=figures["recent"], last=last),
    ]
    month, most = max(figures["months"].items(), key=lambda item: (item[1], item[0]))
    return [*told, tell("peak", month=month, count=most), tell("growth_note")]


def _unknown(tell: Teller) -> Told:
    figures = tell.data.figures
    undated = figures["derivatives"] - figures["dated"]
    lacking = [tell.words[f"measure_{name}"] for name in MEASURES if name not in tell.data.places]
    told = [tell("undeclared")]
    if undated:
        told.append(tell("undated", count=tell.count("derivative", undated)))
    if figures["derivatives"] > figures["seated"]:
        unseated = figures["derivatives"] - figures["seated"]
        told.append(tell("unseated", count=tell.count("derivative", unseated)))
    if figures["unresolved"]:
        told.append(tell("unresolved", count=tell.count("model", figures["unresolved"])))
    if contested := tell.data.facts.get("contested"):
        fields = [tell.words.get(f"field_{name}", name) for name in contested]
        told.append(tell("contested", fields=tell.words["comma"].join(fields)))
    if tell.data.places and lacking:
        told.append(tell("no_value", measures=tell.words["comma"].join(lacking)))
    return told
