"""The addresses of the explorer's pages: each a function of the registry that gives a page."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from begat.query.named import queries
from begat.server.calls import CALLS
from begat.server.endpoint import Endpoint, Parameter
from begat.server.question import Limits
from begat.views.place import PREFIXES
from begat.views.said import LANGUAGES

if TYPE_CHECKING:
    from begat.registry import Registry
    from begat.views.page.base import Page

__all__ = ["EDITOR", "FORMATS", "HOME", "PAGES"]

Arguments = Mapping[str, Any]
Function = Callable[["Registry", Arguments], "Page"]

FORMATS: Mapping[str, str] = {"html": "text/html", "json": "application/json", "csv": "text/csv"}
"""What a page can be had as: itself, or its data."""

FORMS = ("outline", "icicle", "timeline", "hourglass")
"""Forms of a family tree that are pages."""

PORTRAITS = ("institution", "account", "country", "family", "dataset", "system", "benchmark")
"""Kinds of things besides models that have a page of their own."""

LEVELS = ("institution", "country", "account")
"""Between which dependence is shown."""

DRAWS = 200
"""Other defensible methods drawn for intervals of rank: fewer than the command draws, to be quick."""

ERRORS = (304, 400, 404, 421, 429, 503)
LANG = Parameter("lang", "of the page; else what the browser likes best", words=lambda: LANGUAGES)
FORMAT = Parameter("format", "the page, or its data", words=lambda: tuple(FORMATS), default="html")


def _page(
    path: str, summary: str, function: Function, *parameters: Parameter, costly: bool = False
) -> Endpoint:
    """Return the address of a page; it is made in a thread of the service, for a bounded time."""
    taken, media = (*parameters, LANG, FORMAT), tuple(FORMATS.values())
    return Endpoint(path, summary, taken, media_types=media, statuses=ERRORS, page=function, costly=costly)


def _thing(kind: str, summary: str, function: Function, *parameters: Parameter) -> tuple[Endpoint, ...]:
    """Return the addresses of things of a kind: with the id in the path, or beside it.

    Browsers change some paths; `begat.views.place` says which ids stand beside.
    """
    path, text = f"/{PREFIXES[kind]}", f"the id of the {kind}"
    within = Parameter("id", text, required=True, place="path")
    beside = Parameter("id", text, required=True)
    return (
        _page(f"{path}/{{id:path}}", summary, function, within, *parameters),
        _page(path, summary, function, beside, *parameters),
    )


def _taken(call: str, *names: str) -> tuple[Parameter, ...]:
    """Return parameters as a call of the JSON API declares them."""
    (endpoint,) = (endpoint for endpoint in CALLS if endpoint.path == f"/api/{call}")
    return tuple(parameter for parameter in endpoint.parameters if parameter.name in names)


def _evidence() -> tuple[str, ...]:
    from begat.consequence.supply import EVIDENCE

    return EVIDENCE


WEAKEST = Parameter("evidence", "the weakest that counts", words=_evidence, default="reported")
ON = Parameter("on", "only what was known by then", "day")


def _tree(registry: "Registry", given: Arguments) -> "Page":
    how = {name: given[name] for name in ("by", "on", "budget") if given[name]}
    page: Page = registry.draw(given["id"], given["as"], lang=given["lang"], served=True, **how)
    return page


def _hourglass(registry: "Registry", given: Arguments) -> "Page":
    page: Page = registry.draw(given["id"], "hourglass", lang=given["lang"])
    return page


def _impact(registry: "Registry", given: Arguments) -> "Page":
    how = {name: given[name] for name in ("evidence", "depth", "on") if given[name]}
    return registry.impact_page(given["id"], lang=given["lang"], **how)


def _conflicts() -> tuple[Endpoint, ...]:
    """Return the addresses of what does not fit: of everything, or of whom the path names."""
    summary = "What does not fit among licences, by kind, licence against licence, and how they change."
    whose = "institution:ID, account:ID, family:ID or country:CC"

    def page(registry: "Registry", given: Arguments) -> "Page":
        evidence, lang = given["evidence"], given["lang"]
        return registry.conflicts_page(given["id"] or None, evidence=evidence, lang=lang)

    path = f"/{PREFIXES['conflicts']}"
    within = Parameter("id", whose, required=True, place="path")
    beside = Parameter("id", f"{whose}; all if not given")
    return (
        _page(f"{path}/{{id:path}}", summary, page, within, WEAKEST, costly=True),
        _page(path, summary, page, beside, WEAKEST, costly=True),
    )


def _portrait(kind: str) -> Function:
    return lambda registry, given: registry.portrait(kind, given["id"], lang=given["lang"])


def _compared(registry: "Registry", given: Arguments) -> "Page":
    ids, lang = [name for name in given["ids"] if name], given["lang"]
    if len(ids) < 2:
        return registry.choose_page(ids, lang=lang)
    return registry.compare_page(ids, lang=lang)


def _leaving(registry: "Registry", given: Arguments) -> "Page":
    how = {name: given[name] for name in ("licence", "until", "evidence", "by_quarter", "ranking")}
    page: Page = registry.whatif_page(
        [name for name in given["without"] or () if name], lang=given["lang"], **how
    )
    return page


def _influence(registry: "Registry", given: Arguments) -> "Page":
    return registry.influence_page(
        by=given["by"], measure=given["measure"], country=given["country"], lang=given["lang"]
    )


def _editor(registry: "Registry", given: Arguments) -> "Page":
    own = ("named", "query", "lang", "format")
    params = {name: text for name, text in given.items() if text and name not in own}
    return registry.editor_page(named=given["named"], query=given["query"], given=params, lang=given["lang"])


def _parameters_of_queries() -> tuple[Parameter, ...]:
    names = dict.fromkeys(item.name for query in queries().values() for item in query.parameters)
    return tuple(Parameter(name, "of the named query") for name in names)


HOME = _page(
    "/",
    "The first page: search, and what is built upon most; text for other clients than browsers.",
    lambda registry, given: registry.home_page(lang=given["lang"]),
)
EDITOR = _page(
    "/sparql-editor",
    "An editor for SPARQL, with the named queries.",
    _editor,
    Parameter("named", "a named query", words=lambda: tuple(queries())),
    Parameter("query", "SPARQL to begin with", longest=Limits.query),
    *_parameters_of_queries(),
)
PAGES: tuple[Endpoint, ...] = (
    HOME,
    EDITOR,
    _page(
        "/search",
        "Things whose id or name contains a text, else near ones.",
        lambda registry, given: registry.search_page(given["q"], most=given["most"], lang=given["lang"]),
        Parameter("q", "part of an id or name", default=""),
        Parameter("most", "at most this many", "integer", default=100, least=1, most=1_000),
    ),
    *_thing("model", "A model: where it comes from, and what it led to.", _hourglass),
    *_thing(
        "tree",
        "The derivative tree of a model, account or institution.",
        _tree,
        Parameter("as", "how it is drawn", words=lambda: FORMS, default="outline"),
        *_taken("tree", "by"),
        ON,
        Parameter("budget", "show at most this many models", "integer", least=1, most=1_000),
    ),
    *_thing(
        "impact",
        "What rests on a model, dataset, account, institution or family.",
        _impact,
        WEAKEST,
        Parameter("depth", "at most this many links", "integer", least=1, most=100),
        ON,
    ),
    *_thing(
        "licence",
        "May it be shipped: inherited terms of a model or dataset, what does not fit, what is not known.",
        lambda registry, given: registry.licence_page(
            given["id"], evidence=given["evidence"], lang=given["lang"]
        ),
        WEAKEST,
    ),
    *_conflicts(),
    *(
        endpoint
        for kind in PORTRAITS
        for endpoint in _thing(kind, f"What is known of the {kind}, with its sources.", _portrait(kind))
    ),
    _page(
        "/influence",
        "Models or groups of them by several measures of influence.",
        _influence,
        *_taken("influence", "by", "measure", "country"),
    ),
    _page(
        "/rank",
        "Institutions, countries or kinds ranked in four dimensions, with intervals of rank.",
        lambda registry, given: registry.ranking_page(
            given["method"], given["edition"], by=given["by"], draws=DRAWS, lang=given["lang"]
        ),
        *_taken("rank", "method", "edition", "by"),
    ),
    _page(
        "/dependence",
        "Who rests on whom: a matrix of institutions, countries or accounts.",
        lambda registry, given: registry.dependence_page(
            by=given["by"], on=given["on"], evidence=given["evidence"], lang=given["lang"]
        ),
        Parameter("by", "whose models rest on whose", words=lambda: LEVELS, default="institution"),
        WEAKEST,
        ON,
        costly=True,
    ),
    _page(
        "/whatif",
        "What rests on somebody or something, and who would move up without it; else where that is chosen.",
        _leaving,
        Parameter("without", "who or what goes, as in institution:alibaba or country:CN", many=True),
        Parameter("licence", "they do not go but change to this licence, or FROM=TO"),
        Parameter("until", "as of that day", "day"),
        WEAKEST,
        Parameter("by_quarter", "also at the end of each quarter", "flag", default=False),
        Parameter("ranking", "also by begat-53", "flag", default=False),
        costly=True,
    ),
    _page(
        "/compare",
        "Two to four things side by side; with fewer, where they are chosen.",
        _compared,
        Parameter("ids", "a model, family, institution or account", many=True),
    ),
    _page(
        "/claims",
        "Published statements checked against the data.",
        lambda registry, given: registry.claims_page(registry.checked_claims, lang=given["lang"]),
    ),
)
