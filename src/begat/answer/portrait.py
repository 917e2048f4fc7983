"""A group of models in figures: what it released, who builds on it, on whom it builds."""

from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from begat.answer.census import Census, Group
from begat.answer.following import Following
from begat.graph import RELATIONS
from begat.graph.arrays import Ints
from begat.influence.counting import distinct
from begat.influence.figures import EPOCH, UNKNOWN

__all__ = [
    "countries",
    "country_institutions",
    "country_shares",
    "counts",
    "licences",
    "model_rows",
    "months",
    "portrait",
    "relations",
    "spread",
]

Row = dict[str, Any]

MONTHS = 24
"""Of the history of derivatives: those up to the date of the snapshot."""

RECENT = 90
"""Days of what is called new."""


def portrait(census: Census, group: Group, most: int = 12) -> Row:
    """Return what is known of a group of models.

    Parameters
    ----------
    census : Census
        The models of the snapshot.
    group : Group
        Some of them.
    most : int
        Rows of each list at most; `counts` has the totals.

    Returns
    -------
    dict
        ``counts`` (see `counts`), ``measures`` (see `Census.measured`), and lists of rows, the largest first:
        ``models`` (its own), ``families`` (that it has models of), ``relations``, ``accounts``,
        ``countries``, ``licences``, ``months`` of the derivatives, ``upstream`` and ``upstream_countries``
        of what it builds on.
    """
    found = census.following(group)
    children, parents = census.upstream(group)
    return {
        "counts": counts(census, group, found),
        "measures": census.measured(group),
        "relations": relations(found),
        "accounts": _accounts(census, found)[:most],
        "countries": countries(census, found.nodes),
        "licences": licences(census, found.nodes),
        "months": months(census, found.nodes),
        "models": model_rows(census, group.members, most),
        "families": _families(census, group, most),
        "upstream": _houses(census, children, parents)[:most],
        "upstream_countries": _upstream_countries(census, children, parents),
        "upstream_models": len(np.unique(children)),
    }


def counts(census: Census, group: Group, found: Following) -> Row:
    """Return how many models, derivatives and so on a group has, and how many of these are not known.

    Returns
    -------
    dict
        ``models`` (listed ones of the group), ``models_named_only``; ``derivatives`` (distinct models that
        other houses made from them, directly or through others), ``accounts, institutions, countries`` of
        these, ``steps`` (most derivations that lead to one of them by the shortest way), ``new``
        (published in the 90 days up to the date of the snapshot; None where no date is known), ``dated``;
        ``downloads_30d`` and ``derivative_downloads_30d`` with how many ``..._unknown``, all of
        ``downloads_source`` on ``downloads_on``.
    """
    columns, graph = census.columns, census.graph
    listed = columns.listed[group.members]
    return {
        "models": int(listed.sum()),
        "models_named_only": int((~listed).sum()),
        "derivatives": len(found.nodes),
        "accounts": spread(graph.account[found.nodes]),
        "institutions": spread(census.scores.by_house.institution[found.nodes]),
        "countries": spread(columns.country[found.nodes]),
        "country_unknown": int((columns.country[found.nodes] < 0).sum()),
        "steps": int(found.steps.max(initial=0)),
        **_new(census, found.nodes),
        **_downloads(census, group.members[listed], ""),
        **_downloads(census, found.nodes, "derivative_"),
        "downloads_source": columns.downloads_source,
        "downloads_on": columns.downloads_on,
    }


def spread(codes: NDArray[np.integer]) -> int:
    """Count the distinct codes that are known."""
    return len(np.unique(codes[codes >= 0]))


def _downloads(census: Census, nodes: Ints, whose: str) -> Row:
    """Sum the known downloads; None if none is known."""
    values = census.columns.downloads_30d[nodes]
    known = values[values != UNKNOWN]
    total = int(known.sum()) if len(known) else None
    return {f"{whose}downloads_30d": total, f"{whose}downloads_unknown": len(values) - len(known)}


def _new(census: Census, nodes: Ints) -> Row:
    day = (census.snapshot.date - EPOCH).days
    on = census.created[nodes]
    dated = int((on >= 0).sum())
    new = int(((on > day - RECENT) & (on <= day)).sum())
    return {"new": new if dated else None, "dated": dated}


def relations(found: Following) -> list[Row]:
    """Count the derivatives by how they were made, in the order of `RELATIONS`."""
    number = np.bincount(found.relation, minlength=len(RELATIONS)).tolist()
    return [
        {"relation": name, "derivatives": count}
        for name, count in zip(RELATIONS, number, strict=True)
        if count
    ]


def _accounts(census: Census, found: Following) -> list[Row]:
    """Count the derivatives of each account, the largest first."""
    known = found.nodes[census.graph.account[found.nodes] >= 0]
    codes, first, number = np.unique(census.graph.account[known], return_index=True, return_counts=True)
    order = np.lexsort((codes, -number))[:50]
    facts = []
    for code, node, count in zip(codes[order], known[first[order]], number[order], strict=True):
        institution = int(census.graph.institution[node])
        facts.append(
            {
                "id": census.graph.account_ids[code],
                "institution": census.graph.institution_ids[institution] if institution >= 0 else None,
                "country": _country(census, int(node)),
                "derivatives": int(count),
            }
        )
    return facts


def _country(census: Census, node: int) -> str | None:
    code = int(census.columns.country[node])
    return census.columns.countries[code] if code >= 0 else None


def countries(census: Census, nodes: Ints) -> list[Row]:
    """Count models and their accounts by country, the largest first; one row, without id, for unknown."""
    code = census.columns.country[nodes]
    number = np.bincount(code + 1, minlength=1)
    account = census.graph.account[nodes]
    of, _ = distinct((code + 1)[account >= 0], account[account >= 0])
    owners = np.bincount(of, minlength=len(number))
    rows = [
        {
            "id": census.columns.countries[place - 1] if place else None,
            "derivatives": int(number[place]),
            "accounts": int(owners[place]),
        }
        for place in np.flatnonzero(number).tolist()
    ]
    return sorted(rows, key=lambda row: (row["id"] is None, -row["derivatives"], row["id"] or ""))


def licences(census: Census, nodes: Ints) -> list[Row]:
    """Count models by licence, the largest first; one row, without licence, for unknown."""
    number = np.bincount(census.columns.licence[nodes] + 1, minlength=1)
    rows = [
        {"licence": census.columns.licences[place - 1] if place else None, "derivatives": int(number[place])}
        for place in np.flatnonzero(number).tolist()
    ]
    return sorted(rows, key=lambda row: (row["licence"] is None, -row["derivatives"], row["licence"] or ""))


def months(census: Census, nodes: Ints) -> list[Row]:
    """Count models by the month they were published in, of the last two years; [] where no date is known."""
    on = census.created[nodes]
    days = on[on >= 0].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    last = np.datetime64(census.snapshot.date, "M").astype(np.int64)
    inside = days[(days > last - MONTHS) & (days <= last)]
    if not len(inside):
        return []
    number = np.bincount(inside - (last - MONTHS + 1), minlength=MONTHS).tolist()
    first = np.datetime64(int(last) - MONTHS + 1, "M")
    return [{"month": str(first + place), "derivatives": count} for place, count in enumerate(number)]


def model_rows(census: Census, nodes: Ints, most: int) -> list[Row]:
    """Return the models with the most reach, then the most downloads.

    Returns
    -------
    list of dict
        ``id, reach, descendants, accounts`` (0 without recorded lineage), ``downloads_30d, licence,
        created_on`` (None where unknown), ``listed``.
    """
    levels, columns = census.levels["model"], census.columns
    row = census.score_of[nodes]
    reach = np.append(levels["reach"].fill_null(0).to_numpy(), 0.0)[row]
    order = np.lexsort((nodes, -columns.downloads_30d[nodes], -reach))
    return [_model(census, int(nodes[place]), int(row[place])) for place in order[:most]]


def _model(census: Census, node: int, row: int) -> Row:
    columns, level = census.columns, census.levels["model"]
    names = ("reach", "descendants", "accounts")
    downloads, licence = int(columns.downloads_30d[node]), int(columns.licence[node])
    created = int(census.created[node])
    return {
        "id": census.graph.ids[node],
        **{name: level[name][row] if row >= 0 else 0 for name in names},
        "downloads_30d": None if downloads == UNKNOWN else downloads,
        "licence": columns.licences[licence] if licence >= 0 else None,
        "created_on": date(1970, 1, 1) + timedelta(days=created) if created >= 0 else None,
        "listed": bool(columns.listed[node]),
    }


def _families(census: Census, group: Group, most: int) -> list[Row]:
    """Return the families that a group has models of, by reach."""
    of = census.families.of[group.members]
    codes, number = np.unique(of[of >= 0], return_counts=True)
    level = census.levels["family"]
    names = census.families.names["id"].gather(codes).to_list()
    own = dict(zip(names, number.tolist(), strict=True))
    wanted = level.filter(level["id"].is_in(list(own))).sort(["reach", "id"], descending=[True, False])
    return [
        {**row, "models": own[row["id"]]}
        for row in wanted.select("id", "descendants", "accounts", "reach").head(most).to_dicts()
    ]


def _houses(census: Census, children: Ints, parents: Ints) -> list[Row]:
    """Count the models of a group by the house of what they were made from, the largest first."""
    house = census.house[parents]
    houses, _ = distinct(house, children)
    codes, number = np.unique(houses, return_counts=True)
    order = np.lexsort((codes, -number))[:50]
    whole = max(len(np.unique(children)), 1)
    first = {int(code): int(node) for code, node in zip(house[::-1], parents[::-1], strict=True)}
    return [
        {
            **_house(census, first[int(codes[place])]),
            "models": int(number[place]),
            "share": number[place] / whole,
        }
        for place in order
    ]


def _house(census: Census, node: int) -> Row:
    """Name the house of a model: institution, else account, else the model itself."""
    whole = census.scores.by_house
    if whole.institution[node] >= 0:
        kind, key = "institution", whole.institution_ids[whole.institution[node]]
    elif whole.account[node] >= 0:
        kind, key = "account", whole.account_ids[whole.account[node]]
    else:
        kind, key = "model", whole.ids[node]
    return {"kind": kind, "id": key, "name": census.name_of(kind, key), "country": _country(census, node)}


def _upstream_countries(census: Census, children: Ints, parents: Ints) -> list[Row]:
    """Count the models of a group by the country of what they were made from; one row for unknown."""
    code, _ = distinct(census.columns.country[parents] + 1, children)
    number = np.bincount(code, minlength=1)
    whole = max(len(np.unique(children)), 1)
    rows = [
        {
            "id": census.columns.countries[place - 1] if place else None,
            "models": int(number[place]),
            "share": number[place] / whole,
        }
        for place in np.flatnonzero(number).tolist()
    ]
    return sorted(rows, key=lambda row: (row["id"] is None, -row["models"], row["id"] or ""))


def country_shares(census: Census, group: Group) -> list[Row]:
    """Return which part of all models, derivatives and downloads is a group's: ``what, value, of``.

    Of all listed models, of all models with a recorded parent, of all known downloads of one date.
    """
    columns = census.columns
    own = counts(census, group, census.following(group))
    known = columns.downloads_30d[columns.listed & (columns.downloads_30d != UNKNOWN)]
    return [
        {"what": "models", "value": own["models"], "of": int(columns.listed.sum())},
        {"what": "derivatives", "value": own["derivatives"], "of": census.derived},
        {"what": "downloads", "value": own["downloads_30d"] or 0, "of": int(known.sum())},
    ]


def country_institutions(census: Census, group: Group, most: int = 15) -> list[Row]:
    """Return the institutions with their seat in a country by reach: those of a company count with it."""
    level = census.levels["institution"].filter(census.levels["institution"]["country"] == group.id)
    whole = census.scores.by_house
    of = whole.institution[group.members]
    listed = census.columns.listed[group.members]
    number = np.bincount(of[(of >= 0) & listed], minlength=len(whole.institution_ids))
    rows = level.sort(["reach", "id"], descending=[True, False]).head(most)
    return [
        {
            "id": row["id"],
            "name": row["name"] or row["id"],
            "kind": census.institutions.get(row["id"], {}).get("kind"),
            "models": int(number[whole.institution_ids.find(row["id"])]),
            "descendants": row["descendants"],
            "reach": row["reach"],
        }
        for row in rows.iter_rows(named=True)
    ]
