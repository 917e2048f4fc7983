"""The addresses of the JSON API that call the registry: each the twin of a command of the command line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from begat.errors import InputError
from begat.server.endpoint import Endpoint, Parameter
from begat.server.service import Service

if TYPE_CHECKING:
    from begat.registry import Registry

__all__ = ["CALLS"]

Row = Mapping[str, Any]
Rows = Sequence[Row]
Arguments = Mapping[str, Any]

ERRORS = (400, 404, 421, 429, 503)


def _call(
    name: str,
    summary: str,
    function: "Callable[[Registry, Arguments], Rows]",
    *parameters: Parameter,
    about: tuple[str, ...] = (),
    costly: bool = False,
) -> Endpoint:
    """Return the address of a call; it runs in a thread of the service, for a bounded time."""

    async def rows(service: Service, given: Arguments, client: str) -> Rows:
        return await service.call(lambda registry: function(registry, given), client, costly=costly)

    path = f"/api/{name}"
    return Endpoint(path, summary, parameters, statuses=ERRORS, rows=rows, about=about, costly=costly)


def _relations() -> Sequence[str]:
    from begat.graph import RELATIONS

    return list(RELATIONS)


def _measures() -> Sequence[str]:
    from begat.influence.measure.base import measures

    return list(measures())


def _groups() -> Sequence[str]:
    from begat.influence.groups import GROUPS

    return list(GROUPS)


def _groupings() -> Sequence[str]:
    from begat.views.tree import GROUPINGS

    return list(GROUPINGS)


def _methods() -> Sequence[str]:
    from begat.influence.method import presets

    return presets()


def _quantities() -> Sequence[str]:
    from begat.answer.share import QUANTITIES

    return [*QUANTITIES, "top10", "top100", "top1000"]


def _dimensions() -> Sequence[str]:
    from begat.influence.indicator import DIMENSIONS

    return list(DIMENSIONS)


def _topics() -> Sequence[str]:
    from begat.store.coverage import TOPICS

    return list(TOPICS)


def _evidence() -> Sequence[str]:
    from begat.consequence.supply import EVIDENCE

    return list(EVIDENCE)


def _links() -> Sequence[str]:
    from begat.consequence.supply import KINDS

    return list(KINDS)


def _levels() -> Sequence[str]:
    from begat.consequence.dependence import LEVELS

    return list(LEVELS)


def _replaced() -> Sequence[str]:
    from begat.registry.replaced import RANKED

    return list(RANKED)


def _kinds_of_conflicts() -> Sequence[str]:
    from begat.consequence.conflict import KINDS

    return list(KINDS)


def _severities() -> Sequence[str]:
    from begat.consequence.conflict import SEVERITIES

    return list(SEVERITIES)


def _words(*words: str) -> Callable[[], Sequence[str]]:
    return lambda: words


ID = Parameter("id", "a model, such as Qwen/Qwen2.5-7B", required=True)
ROOT = Parameter(
    "id", "a model, or an account, institution or family, such as Qwen/Qwen2.5-7B or hub:Qwen", required=True
)
GROUPED = Parameter("by", "what children are grouped by", words=_groupings, default="relation")
ON = Parameter("on", "only models and derivations known by then", "day")
MOST_CHILDREN = 200
COUNTRY = Parameter("country", "only those with their seat there (ISO 3166-1 alpha-2)")
METHOD = Parameter("method", "a method of ranking", words=_methods, default="begat-53")
EDITION = Parameter("edition", "an edition of a published ranking, else what was known on that day", "day")
RANKED = ("institution", "country", "kind")
WEAKEST = Parameter("evidence", "the weakest links that count", words=_evidence, default="reported")
WHOSE = Parameter("id", "an institution, account or family, or country:CC; everything if not given")

TOML = "application/toml"
LARGEST_POLICY = 16 << 10
"""Bytes of a policy that is posted: reading TOML may take the square of its length."""


def _lineage(registry: "Registry", given: Arguments) -> Rows:
    options = {name: given[name] for name in ("up", "down", "depth", "inferred")}
    return registry.lineage(given["id"], relations=given["relation"] or None, **options)


def _tree(registry: "Registry", given: Arguments) -> Rows:
    found = registry.tree(given["id"], budget=given["budget"], group_by=given["by"], on=given["on"])
    return [row._asdict() for row in found.rows]


def _children(registry: "Registry", given: Arguments) -> Rows:
    found = registry.children(
        given["id"],
        given["of"],
        group=given["group"],
        offset=given["after"],
        limit=given["most"],
        group_by=given["by"],
        on=given["on"],
    )
    return [row._asdict() for row in found]


def _impact(registry: "Registry", given: Arguments) -> Rows:
    options = {name: given[name] for name in ("evidence", "depth", "on")}
    return registry.impact(given["id"], relations=given["relation"] or None, **options)


def _conflicts(registry: "Registry", given: Arguments) -> Rows:
    how = {name: given[name] for name in ("kind", "severity", "evidence", "sample")}
    return [registry.conflicts(given["id"], **how)]


def _changes(registry: "Registry", given: Arguments) -> Rows:
    return [registry.licence_changes(given["id"], evidence=given["evidence"])]


def _whatif(registry: "Registry", given: Arguments) -> Rows:
    return [registry.whatif(**given)]


def _dependence(registry: "Registry", given: Arguments) -> Rows:
    how = {name: given[name] for name in ("by", "on", "evidence")}
    of, supplier, show, most = (given[name] for name in ("of", "supplier", "show", "most"))
    if (of and show == "roots") or (supplier and show != "matrix"):
        where = "supplier" if supplier else "of"
        raise InputError(f"{show} can't be narrowed by it", where=where, hint="Leave it out.")
    if show == "roots":
        return registry.root_suppliers(**how)
    if show == "concentration":
        return registry.concentration(**how, of=of, most=most)
    return registry.dependence(**how, of=of, supplier=supplier, most=most)


def _check(registry: "Registry", given: Arguments) -> Rows:
    rules = registry.policy(given["body"], name="the policy that was posted")
    return [{**registry.check(text, rules), "error": None} for text in dict.fromkeys(given["id"])]


def _influence(registry: "Registry", given: Arguments) -> Rows:
    scope = {name: given[name] for name in ("on", "declared_only", "without_bursts")}
    return registry.influence(
        by=given["by"],
        measure=given["measure"],
        country=given["country"],
        relations=frozenset(given["relation"]),
        **scope,
    )


def _rank(registry: "Registry", given: Arguments) -> Rows:
    return registry.rank(**given)


def _share(registry: "Registry", given: Arguments) -> Rows:
    return registry.share(**given)


CALLS: tuple[Endpoint, ...] = (
    _call("stats", "What the snapshot holds: one row.", lambda registry, _: [registry.stats()]),
    _call(
        "show",
        "Everything said about a model, dataset, institution, system or benchmark: one row.",
        lambda registry, given: [registry.show(given["id"])],
        Parameter("id", "an id or name", required=True),
    ),
    _call(
        "search",
        "Ids of things whose id or name has a text or its words, then of near ones.",
        lambda registry, given: registry.search(given["text"], limit=given["most"]),
        Parameter("text", "part of an id or name", required=True),
        Parameter("most", "at most this many", "integer", default=20, least=1, most=10_000),
    ),
    _call(
        "lineage",
        "Where a model comes from and what it led to, with the evidence of each step.",
        _lineage,
        ID,
        Parameter("up", "ancestors; the default", "flag", default=False),
        Parameter("down", "descendants", "flag", default=False),
        Parameter("relation", "only this relation", words=_relations, many=True),
        Parameter("depth", "at most this many steps", "integer", least=1),
        Parameter("inferred", "also what nobody declares, marked so", "flag", default=False),
        about=("derivations",),
    ),
    _call(
        "tree",
        "What was made from a model, or from those of a house: the largest shown, the rest summed up.",
        _tree,
        ROOT,
        Parameter("budget", "show at most this many models", "integer", default=25, least=1, most=10_000),
        GROUPED,
        ON,
        about=("derivations",),
    ),
    _call(
        "children",
        "The rows below one row of a tree, whether the tree shows them or not.",
        _children,
        ROOT,
        Parameter("of", "the id of the row; the root's if not given"),
        Parameter("group", "the key of a group or fold below it, whose members are wanted"),
        Parameter("after", "members of the group to leave out: a fold's offset", "integer", default=0),
        Parameter(
            "most", "at most this many models of a group", "integer", default=50, least=1, most=MOST_CHILDREN
        ),
        GROUPED,
        ON,
        about=("derivations",),
    ),
    _call(
        "licence",
        "The licence terms that reach a model or dataset, and what does not fit: one row. Not legal advice.",
        lambda registry, given: [registry.licence(given["id"], evidence=given["evidence"])],
        Parameter("id", "a model, or a dataset such as dataset:openbmb/RLAIF-V-Dataset", required=True),
        Parameter("evidence", "the weakest links to follow", words=_evidence, default="reported"),
        about=("derivations", "training", "licences"),
    ),
    _call(
        "impact",
        "What is hit if something is bad: all made from it, trained on it, or the same elsewhere.",
        _impact,
        Parameter("id", "a model, dataset, account, institution or family", required=True),
        Parameter("evidence", "the weakest that counts", words=_evidence, default="reported"),
        Parameter("relation", "follow only links of this kind", words=_links, many=True),
        Parameter("depth", "at most this many links", "integer", least=1),
        ON,
        about=("derivations", "training"),
    ),
    _call(
        "conflicts",
        "What does not fit among the licences of many things, with cases: one row. Not legal advice.",
        _conflicts,
        WHOSE,
        Parameter("kind", "count only findings of this kind", words=_kinds_of_conflicts),
        Parameter("severity", "count only findings of this severity", words=_severities),
        WEAKEST,
        Parameter("sample", "cases to show at most", "integer", default=10, least=1, most=1_000),
        about=("derivations", "training", "licences"),
        costly=True,
    ),
    _call(
        "changes",
        "How licences change from parent to child, by relation and by pair of licences: one row.",
        _changes,
        WHOSE,
        WEAKEST,
        about=("derivations", "licences"),
        costly=True,
    ),
    replace(
        _call(
            "check",
            "Whether models keep the policy that is posted, with the reasons of every rule: one row a model, "
            "whose verdict is pass, warn or fail. Not legal advice.",
            _check,
            Parameter("id", "a model; may be repeated", required=True, many=True),
            about=("derivations", "training", "licences"),
        ),
        methods=("POST",),
        bodies=(TOML,),
        largest=LARGEST_POLICY,
        statuses=(*ERRORS, 403, 408, 413, 415),
    ),
    _call(
        "whatif",
        "What is lost without somebody or something, and who would move up: one row. No forecast.",
        _whatif,
        Parameter(
            "without",
            "who or what goes, as institution:ID, country:CC, account:, family:, model:, dataset:, relation:",
            many=True,
        ),
        Parameter("licence", "they do not go but change to this licence, or FROM=TO"),
        Parameter("until", "what would have been lost on that day", "day"),
        WEAKEST,
        Parameter("by_quarter", "also at the end of each quarter until then", "flag", default=False),
        Parameter("measure", "rank institutions by it", words=_replaced, default="reach"),
        Parameter("draws", "draws for the intervals of ranks", "integer", default=100, most=500),
        Parameter("deep", "rank without what rests on it, too", "flag", default=False),
        Parameter("ranking", "rank by begat-53, too", "flag", default=False),
        Parameter("most", "at most so many things and ranks", "integer", default=10, least=1, most=1_000),
        about=("derivations", "training", "institutions", "countries"),
        costly=True,
    ),
    _call(
        "dependence",
        "Who rests on whom: how many models of one house or country come from models of another.",
        _dependence,
        Parameter("by", "whose models rest on whose", words=_levels, default="institution"),
        Parameter("of", "only whose models rest"),
        Parameter("supplier", "only on whom they rest"),
        Parameter(
            "show",
            "pairs; each with its suppliers summed up; or whom all rest on in the end",
            words=_words("matrix", "concentration", "roots"),
            default="matrix",
        ),
        Parameter("most", "at most this many", "integer", default=1_000, least=1, most=10_000),
        ON,
        WEAKEST,
        about=("derivations", "institutions", "countries"),
        costly=True,
    ),
    _call(
        "influence",
        "Models or groups of them ranked by influence, several measures beside each other.",
        _influence,
        Parameter("by", "whose influence", words=_groups, default="model"),
        Parameter("measure", "the measure to order by", words=_measures, default="reach"),
        COUNTRY,
        ON,
        Parameter("relation", "only this relation", words=_relations, many=True),
        Parameter("declared_only", "nothing inferred", "flag", default=False),
        Parameter("without_bursts", "leave out mass uploads", "flag", default=False),
        about=("scores",),
    ),
    _call(
        "rank",
        "Institutions, countries or kinds ranked in four dimensions, with intervals of rank.",
        _rank,
        METHOD,
        EDITION,
        Parameter("by", "what is ranked", words=_words(*RANKED), default="institution"),
        COUNTRY,
        Parameter("dimension", "rank by this dimension alone", words=_dimensions),
        Parameter("cap", "of accounts", words=_words("log", "sqrt", "hard", "none"), default="log"),
        Parameter("without_burst", "no credit for flagged bursts", "flag", default=False),
        Parameter("draws", "other defensible methods drawn", "integer", default=2000, most=2000),
        Parameter("seed", "of the draws", "integer", default=0),
    ),
    _call(
        "explain",
        "What a score is made of, or the rows behind one indicator of it.",
        lambda registry, given: registry.explain(
            given["id"], indicator=given["indicator"], method=given["method"], edition=given["edition"]
        ),
        Parameter("id", "an institution", required=True),
        Parameter("indicator", "one indicator, such as M10"),
        METHOD,
        EDITION,
    ),
    _call(
        "share",
        "A quantity divided among countries, kinds or institutions, each row with its definition.",
        _share,
        Parameter("by", "what the whole is divided into", words=_words(*RANKED), default="country"),
        Parameter("of", "the quantity", words=_quantities, default="downloads"),
        Parameter("edition", "an edition; else the newest", "day"),
        Parameter("over_time", "all editions", "flag", default=False),
        Parameter("panel", "whom the denominator covers", words=_words("listed", "fixed"), default="listed"),
        Parameter("modality", "only models or datasets of this modality"),
        Parameter("without_flooded", "leave out the base models of one burst", "flag", default=False),
        Parameter(
            "attribution", "to whom a model counts", words=_words("uploader", "base"), default="uploader"
        ),
        Parameter("method", "of scores", words=_methods, default="osir-53"),
        Parameter("observed", "instead of an edition, what this source observed"),
    ),
    _call(
        "coverage",
        "How much the snapshot covers of each topic.",
        lambda registry, given: registry.coverage(given["topic"]),
        Parameter("topic", "only this topic", words=_topics, many=True),
    ),
    _call(
        "claims",
        "Published statements checked against the data.",
        lambda registry, given: registry.claims(only=given["only"]),
        Parameter("only", "an id, or a pattern such as F*", many=True),
    ),
)
