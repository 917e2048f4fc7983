"""Who rests on whom: rows of the matrix, of its concentration, and of the roots of everything."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from begat.registry.opened import Opened, Row
from begat.registry.portraits import group_of

if TYPE_CHECKING:
    import polars as pl

    from begat.consequence.dependence import Dependence

__all__ = ["concentration", "dependence", "root_suppliers"]


def dependence(
    reg: Opened,
    *,
    by: str = "institution",
    of: str | None = None,
    on: str | None = None,
    until: date | None = None,
    inferred: bool = False,
    most: int | None = None,
) -> list[Row]:
    """Say how many models of one house or country come from models of another.

    Parameters
    ----------
    by : str
        ``institution`` (with all its parts), ``country`` or ``account``.
    of, on : str, optional
        Only whose models rest, and on whom; as in `begat.registry.portraits.group_of`.
    until : date, optional
        As of a day: only models and links known by then.
    inferred : bool
        Whether links count that begat infers and nobody states.
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
    found = _found(reg, by, until, inferred=inferred)
    wanted = {key: _row_of(reg, found, by, text) for key, text in (("subject", of), ("supplier", on)) if text}
    cells = found.cells()
    for key, place in wanted.items():
        cells = cells.filter(_is(key, place))
    return [_cell(reg, found, row) for row in cells[:most].iter_rows(named=True)]


def concentration(
    reg: Opened,
    *,
    by: str = "institution",
    of: str | None = None,
    until: date | None = None,
    inferred: bool = False,
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
    found = _found(reg, by, until, inferred=inferred)
    rows = found.concentration()
    if of:
        rows = rows.filter(_is("subject", _row_of(reg, found, by, of)))
    return [_concentrated(reg, found, row) for row in rows[:most].iter_rows(named=True)]


def root_suppliers(
    reg: Opened, *, by: str = "institution", until: date | None = None, inferred: bool = False
) -> list[Row]:
    """Say how concentrated the roots are that models of others rest on; arguments as in `dependence`.

    Returns
    -------
    list of dict
        ``weight`` (``models``, ``accounts`` or ``downloads_30d`` of the models that rest), ``total``,
        ``unknown`` (whose root is nobody known), ``suppliers, hhi, effective, largest, largest_name,
        largest_amount, largest_share`` (of the total).
    """
    found = _found(reg, by, until, inferred=inferred)
    return [_rooted(reg, found, row) for row in found.roots().iter_rows(named=True)]


def _found(reg: Opened, by: str, until: date | None, *, inferred: bool) -> "Dependence":
    """Return the tables behind all rows, which the last questions share."""
    from begat.consequence.dependence import Facts, dependence

    columns = reg.columns.among(on=until)
    facts = Facts(columns.listed, columns.downloads_30d, reg.created, columns.unresolved)
    return dependence(reg.snapshot, reg.supply, facts, by=by, until=until, inferred=inferred)


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
