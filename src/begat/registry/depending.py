"""Who rests on whom: rows of the matrix, of its concentration, and of the roots of everything."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from begat.registry.opened import Opened, Row, refuse_future
from begat.registry.pages import about
from begat.registry.portraits import group_of

if TYPE_CHECKING:
    import polars as pl

    from begat.consequence.dependence import Dependence
    from begat.views.page.base import Page

__all__ = ["concentration", "dependence", "dependence_page", "root_suppliers"]

SUBJECTS, SUPPLIERS, LARGEST, MUTUAL = 16, 12, 400, 8
"""Of the page: rows and columns besides those not known, cells of its data, pairs that rest on each other."""


def dependence(
    reg: Opened,
    *,
    by: str = "institution",
    of: str | None = None,
    supplier: str | None = None,
    on: date | None = None,
    evidence: str = "reported",
    most: int | None = None,
) -> list[Row]:
    """Say how many models of one house or country come from models of another.

    Parameters
    ----------
    by : str
        ``institution`` (with all its parts), ``country`` or ``account``.
    of, supplier : str, optional
        Only whose models rest, and on whom; as in `begat.registry.portraits.group_of`.
    on : date, optional
        As of a day: only models and links known by then.
    evidence : str
        The weakest that counts, of `begat.consequence.supply.EVIDENCE`.
    most : int, optional
        Only so many rows.

    Returns
    -------
    list of dict
        ``subject, subject_name, supplier, supplier_name, models, share`` (of all its listed models),
        ``only`` (all their lines to a root lead through the supplier; None for an unknown one), ``roots``
        (end at one of its models), ``back`` (models of the supplier that rest on the subject; None where
        neither is known), ``downloads_30d, downloads_unknown``; ids are None where it is not known whose the
        models are. The largest first.

    Raises
    ------
    UnknownName
        If there is no such level or group.
    """
    found = _found(reg, by, on, evidence)
    wanted = {
        key: _row_of(reg, found, by, text) for key, text in (("subject", of), ("supplier", supplier)) if text
    }
    cells = found.cells()
    for key, place in wanted.items():
        cells = cells.filter(_is(key, place))
    return [_cell(reg, found, row) for row in cells[:most].iter_rows(named=True)]


def concentration(
    reg: Opened,
    *,
    by: str = "institution",
    of: str | None = None,
    on: date | None = None,
    evidence: str = "reported",
    most: int | None = None,
) -> list[Row]:
    """Say of each house or country how much rests on others, and how evenly; arguments as in `dependence`.

    Returns
    -------
    list of dict
        ``subject, subject_name, models`` (listed), of these ``resting`` on others, ``own`` (a parent is
        known, but nobody else's), ``unstated`` (no parent is known) and of those ``untold`` (one is stated,
        but not which); ``share`` resting; ``suppliers`` (known), ``hhi, effective`` (1 / HHI), ``largest,
        largest_name, largest_models, largest_share`` (of the models), ``largest_only``; ``downloads_30d,
        downloads_resting, downloads_unknown``. Those with most models first.
    """
    found = _found(reg, by, on, evidence)
    rows = found.concentration()
    if of:
        rows = rows.filter(_is("subject", _row_of(reg, found, by, of)))
    return [_concentrated(reg, found, row) for row in rows[:most].iter_rows(named=True)]


def root_suppliers(
    reg: Opened, *, by: str = "institution", on: date | None = None, evidence: str = "reported"
) -> list[Row]:
    """Say how concentrated the roots are that models of others rest on; arguments as in `dependence`.

    Returns
    -------
    list of dict
        ``weight`` (``models``, ``accounts`` or ``downloads_30d`` of the models that rest), ``total``,
        ``unknown`` (whose root is nobody known), ``suppliers, hhi, effective, largest, largest_name,
        largest_amount, largest_share`` (of the total).
    """
    found = _found(reg, by, on, evidence)
    return [_rooted(reg, found, row) for row in found.roots().iter_rows(named=True)]


def dependence_page(
    reg: Opened,
    *,
    by: str = "institution",
    on: date | None = None,
    evidence: str = "reported",
    lang: str = "en",
) -> "Page":
    """Return the matrix of those who rest on most, and on whom; arguments as in `dependence`."""
    import polars as pl

    from begat.views.page.dependence import DependenceData, dependence_page

    found = _found(reg, by, on, evidence)
    cells, every = found.cells(), found.concentration()
    named = every.filter(pl.col("subject") >= 0).sort("resting", "models", "subject", descending=True)
    shown = pl.concat([named.head(SUBJECTS).filter(pl.col("resting") > 0), every.filter(_is("subject", -1))])
    columns = _largest(cells)
    seen = pl.col("subject").is_in(shown["subject"].to_list())
    kept = pl.concat([cells.filter(seen & pl.col("supplier").is_in([*columns, -1])), cells.filter(~seen)])
    names = found.names["id"]
    sums = every.select(pl.col("models", "resting", "own", "unstated", "untold").sum()).row(0, named=True)
    data = DependenceData(
        by=by,
        subjects=[_concentrated(reg, found, row) for row in shown.iter_rows(named=True)],
        suppliers=[(names[place], reg.census.name_of(by, names[place])) for place in columns],
        cells=[_cell(reg, found, row) for row in kept.head(LARGEST).iter_rows(named=True)],
        beyond={
            None if place < 0 else names[place]: models for place, models in found.beyond(columns).iter_rows()
        },
        mutual=[_cell(reg, found, row) for row in _mutual(cells).iter_rows(named=True)],
        whole={**sums, "copies": found.copies, "subjects": every.height},
        roots=[_rooted(reg, found, row) for row in found.roots().iter_rows(named=True)],
        on=on,
        evidence=evidence,
    )
    return dependence_page(data, about(reg, *GROUNDS[by]), lang=lang)


def _largest(cells: "pl.DataFrame") -> list[int]:
    """Return the known suppliers that have a column: those with most models of others, pairs added up."""
    import polars as pl

    sums = cells.filter(pl.col("supplier") >= 0).group_by("supplier").agg(pl.col("models").sum())
    return sums.sort("models", "supplier", descending=[True, False])["supplier"].head(SUPPLIERS).to_list()


def _mutual(cells: "pl.DataFrame") -> "pl.DataFrame":
    """Return pairs of known ones that rest on each other once, the greater side first, by the lesser side."""
    import polars as pl

    known = (pl.col("subject") >= 0) & (pl.col("supplier") >= 0) & (pl.col("back") > 0)
    even = pl.col("models") == pl.col("back")
    once = (pl.col("models") > pl.col("back")) | (even & (pl.col("subject") < pl.col("supplier")))
    found = cells.filter(known & once)
    return found.sort("back", "models", descending=True, maintain_order=True).head(MUTUAL)


GROUNDS = {
    "institution": ("derivations", "institutions"),
    "country": ("derivations", "countries"),
    "account": ("derivations",),
}
"""Topics of coverage that the page rests on."""


def _found(reg: Opened, by: str, on: date | None, evidence: str) -> "Dependence":
    """Return the tables behind all rows, which the last questions share."""
    from begat.consequence.dependence import Facts, dependence

    refuse_future(reg, on)
    columns = reg.columns.among(on=on)
    created = reg.published[: reg.supply.models] if on is not None else None
    facts = Facts(columns.listed, columns.downloads_30d, columns.unresolved, created)
    return dependence(reg.snapshot, reg.supply, facts, by=by, on=on, evidence=evidence)


def _row_of(reg: Opened, found: "Dependence", by: str, text: str) -> int:
    """Return the row of a group in the names, that of the whole company for a part of one; -2 for none."""
    from begat.influence.house import roots

    key = group_of(reg, by, text).id
    if by == "institution":
        key = roots(reg.snapshot).get(key, key)
    place = found.names["id"].index_of(key)
    return NOBODY if place is None else place


NOBODY = -2
"""The row of a group that has no models."""


def _is(key: str, place: int) -> "pl.Expr":
    import polars as pl

    return pl.col(key) == place


def _named(reg: Opened, found: "Dependence", key: str, place: int | None) -> Row:
    """Return the id of a group and what people call it."""
    if place is None or place < 0:
        return {key: None, f"{key}_name": None}
    name = found.names["id"][place]
    return {key: name, f"{key}_name": reg.census.name_of(found.by, name)}


def _cell(reg: Opened, found: "Dependence", row: Mapping[str, Any]) -> Row:
    rest = {key: value for key, value in row.items() if key not in ("subject", "supplier")}
    subject = _named(reg, found, "subject", row["subject"])
    return {**subject, **_named(reg, found, "supplier", row["supplier"]), **rest}


def _concentrated(reg: Opened, found: "Dependence", row: Mapping[str, Any]) -> Row:
    largest = row["largest_models"]
    return {
        **_named(reg, found, "subject", row["subject"]),
        **{key: row[key] for key in ("models", "resting", "own", "unstated", "untold")},
        "share": row["resting"] / row["models"],
        **{key: row[key] for key in ("suppliers", "hhi", "effective")},
        **_named(reg, found, "largest", row["largest"]),
        "largest_models": largest,
        "largest_share": None if largest is None else largest / row["models"],
        "largest_only": row["largest_only"],
        **{key: row[key] for key in ("downloads_30d", "downloads_resting", "downloads_unknown")},
    }


def _rooted(reg: Opened, found: "Dependence", row: Mapping[str, Any]) -> Row:
    amount = row["largest_amount"]
    return {
        **{key: row[key] for key in ("weight", "total", "unknown", "suppliers", "hhi", "effective")},
        **_named(reg, found, "largest", row["largest"]),
        "largest_amount": amount,
        "largest_share": None if amount is None else amount / row["total"],
    }
